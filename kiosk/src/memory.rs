//! What the kiosk keeps over a restart, besides the outbox: a few lines of
//! localStorage. Nothing of a person is among them.

use manyi_model::limits;
use web_sys::Storage;

use crate::kiosk::{Counts, Flag};
use crate::post::Post;
use crate::trigger::{self, Word};

/// What is kept.
#[derive(Clone, Copy, Debug)]
pub enum Line {
    /// The settings, as the pairs of an address.
    Settings,
    /// Rounds, salt and hash of the PIN.
    Pin,
    /// How many PINs in a row were wrong.
    Tries,
    /// The counts.
    Counts,
    /// Marked responses: an id and why, one a line.
    Flags,
    /// When the collector last answered, in milliseconds since 1970.
    Contact,
    /// The collector's public key.
    Key,
    /// What the collector said when the tablet came in.
    Post,
    /// Whether the collector wants nothing shown.
    Stopped,
    /// The number of the last trigger that was heard of.
    Seq,
    /// The trigger on the screen.
    Shown,
    /// What the collector has to hear of triggers, one a line.
    Words,
}

impl Line {
    fn name(self) -> &'static str {
        match self {
            Self::Settings => "manyi-kiosk-settings",
            Self::Pin => "manyi-kiosk-pin",
            Self::Tries => "manyi-kiosk-tries",
            Self::Counts => "manyi-kiosk-counts",
            Self::Flags => "manyi-kiosk-flags",
            Self::Contact => "manyi-kiosk-contact",
            Self::Key => "manyi-kiosk-key",
            Self::Post => "manyi-kiosk-post",
            Self::Stopped => "manyi-kiosk-stopped",
            Self::Seq => "manyi-kiosk-seq",
            Self::Shown => "manyi-kiosk-shown",
            Self::Words => "manyi-kiosk-words",
        }
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// A line that is kept.
pub fn get(line: Line) -> Option<String> {
    storage()?.get_item(line.name()).ok()?
}

/// Keeps a line. A device that cannot is set up again after each restart.
pub fn put(line: Line, text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(line.name(), text);
    }
}

/// The counts.
pub fn counts() -> Counts {
    let text = get(Line::Counts).unwrap_or_default();
    let mut numbers = text.split(',').map(|n| n.parse().unwrap_or_default());
    let mut next = || numbers.next().unwrap_or_default();
    Counts {
        begun: next(),
        submitted: next(),
        idle_ends: next(),
        flagged: next(),
    }
}

/// Keeps the counts.
pub fn put_counts(counts: Counts) {
    let Counts {
        begun,
        submitted,
        idle_ends,
        flagged,
    } = counts;
    put(
        Line::Counts,
        &format!("{begun},{submitted},{idle_ends},{flagged}"),
    );
}

/// What the collector said when the tablet came in, if it did.
pub fn post() -> Option<Post> {
    Post::read(&get(Line::Post)?, None)
}

/// The tablet has come in: it counts from now on, and owes nothing yet.
pub fn begin(post: &Post) {
    put(Line::Post, &post.text());
    for line in [
        Line::Flags,
        Line::Words,
        Line::Seq,
        Line::Shown,
        Line::Stopped,
    ] {
        put(line, "");
    }
    put_counts(Counts::default());
}

/// Owes the collector a word.
pub fn owe(word: &Word) {
    let kept = get(Line::Words).unwrap_or_default();
    put(Line::Words, &trigger::with(&kept, word));
}

/// Keeps the mark of a response; the oldest go where there are too many.
pub fn flag(id: &str, flag: Flag) {
    let kept = get(Line::Flags).unwrap_or_default();
    let mut lines: Vec<&str> = kept.lines().collect();
    let line = format!("{id} {}", flag.name());
    lines.push(&line);
    let from = lines.len().saturating_sub(limits::KIOSK_FLAGS);
    put(Line::Flags, &lines[from..].join("\n"));
}
