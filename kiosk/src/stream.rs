//! Server-sent events, out of the pieces in which they come.

use manyi_model::limits;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Its name; empty where it has none.
    pub name: String,
    /// What it says.
    pub data: String,
}

/// What has come of a stream and is no whole event yet.
#[derive(Debug, Default)]
pub struct Stream {
    rest: String,
    event: Event,
    is_broken: bool,
}

impl Stream {
    /// The events that a further piece completes. Comments and other fields are passed
    /// by, and so is everything behind a line that no collector says.
    pub fn feed(&mut self, piece: &str) -> Vec<Event> {
        let mut events = Vec::new();
        self.rest.push_str(piece);
        while let Some(end) = self.rest.find('\n') {
            let line: String = self.rest.drain(..=end).collect();
            self.line(line.trim_end_matches(['\n', '\r']), &mut events);
        }
        if self.rest.len() + self.event.data.len() > limits::EVENT_CHARS {
            self.is_broken = true;
        }
        if self.is_broken {
            self.rest.clear();
            self.event = Event::default();
            events.clear();
        }
        events
    }

    fn line(&mut self, line: &str, events: &mut Vec<Event>) {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            if !event.data.is_empty() {
                events.push(event);
            }
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => self.event.name = value.to_owned(),
            "data" => {
                if !self.event.data.is_empty() {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = ": here\n\nevent: trigger\nid: 17\ndata: {\"id\":\ndata: 1}\n\n: still here\n\nevent: trigger\r\ndata:x\r\n\r\nevent: none\n\n";

    #[test]
    fn events_come_out_whole_however_they_are_cut() {
        let wanted = vec![
            Event {
                name: "trigger".into(),
                data: "{\"id\":\n1}".into(),
            },
            Event {
                name: "trigger".into(),
                data: "x".into(),
            },
        ];
        for size in 1..=TEXT.len() {
            let mut stream = Stream::default();
            let mut events = Vec::new();
            let mut rest = TEXT;
            while !rest.is_empty() {
                let (piece, behind) = rest.split_at(size.min(rest.len()));
                events.extend(stream.feed(piece));
                rest = behind;
            }
            assert_eq!(events, wanted, "{size} at a time");
        }
    }

    #[test]
    fn a_page_that_is_no_stream_says_nothing_and_takes_no_memory() {
        let mut stream = Stream::default();
        for _ in 0..100 {
            assert!(stream.feed(&"<p>x".repeat(1000)).is_empty());
            assert!(stream.rest.len() <= limits::EVENT_CHARS);
        }
        assert!(stream.feed("\n\ndata: x\n\n").is_empty());
    }
}
