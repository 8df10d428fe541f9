//! What the operator chose: the pairs of the address at the first start, kept on the
//! device as the same pairs.

use manyi_model::limits;

use crate::hours::Hours;

/// Names of pairs that are kept.
const NAMES: [&str; 19] = [
    "survey",
    "src",
    "endpoint",
    "unit",
    "window",
    "officer",
    "name",
    "device",
    "lang",
    "elder",
    "sealing-key",
    "idle",
    "warning",
    "thanks",
    "at-idle",
    "one-tap",
    "interval",
    "hours",
    "burst",
];

/// How the name of a pair begins that names a recording: `audio-zh-Hans`.
const AUDIO: &str = "audio-";

/// What becomes of answers that somebody left behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtIdle {
    /// Thrown away.
    #[default]
    Discard,
    /// Submitted, where they are whole.
    Submit,
}

/// The settings of one kiosk.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The pairs as they are kept, with names that are known.
    pub pairs: Vec<(String, String)>,
    /// Milliseconds without a touch until the warning.
    pub idle_ms: f64,
    /// Milliseconds of its count-down.
    pub warning_ms: f64,
    /// Milliseconds of thanks.
    pub thanks_ms: f64,
    /// Milliseconds between two visits below which the second is flagged.
    pub interval_ms: f64,
    /// Visits in two minutes beyond which the next is flagged.
    pub burst: usize,
    /// What becomes of answers that were left.
    pub at_idle: AtIdle,
    /// Whether a tap is the whole visit wherever nothing that must be answered is missing.
    pub one_tap: bool,
    /// Whether every visit begins in the elder mode.
    pub elder: bool,
    /// Whether it is an officer's own device, handed to the citizen: the collector alone
    /// says so, no address does.
    pub is_handover: bool,
    /// When the window is open.
    pub hours: Hours,
    /// What was not understood: the name of the pair.
    pub wrong: Vec<String>,
}

impl Settings {
    /// Reads pairs. What is not understood is named in `wrong` and has no effect.
    pub fn read(given: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in given {
            let is_known = NAMES.contains(&name.as_str()) || name.starts_with(AUDIO);
            let fits =
                value.chars().count() <= limits::TEXT_CHARS && !value.chars().any(char::is_control);
            if is_known
                && fits
                && !value.is_empty()
                && pairs.iter().all(|(known, _)| *known != name)
            {
                pairs.push((name, value));
            }
        }
        let mut wrong = Vec::new();
        let value = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        let mut number = |name: &str, usual: u32| match value(name).map(str::parse::<u32>) {
            None => usual,
            Some(Ok(n)) if (1..=limits::KIOSK_SECONDS_MAX).contains(&n) => n,
            Some(_) => {
                wrong.push(name.to_owned());
                usual
            }
        };
        let ms = |seconds: u32| f64::from(seconds) * 1000.0;
        let idle_ms = ms(number("idle", limits::KIOSK_IDLE_S));
        let warning_ms = ms(number("warning", limits::KIOSK_WARNING_S));
        let thanks_ms = ms(number("thanks", limits::KIOSK_THANKS_S));
        let interval_ms = ms(number("interval", limits::KIOSK_INTERVAL_S));
        let usual = u32::try_from(limits::KIOSK_BURST).unwrap_or(u32::MAX);
        let burst = usize::try_from(number("burst", usual)).unwrap_or(limits::KIOSK_BURST);
        let hours = Hours::read(value("hours").unwrap_or_default()).unwrap_or_else(|_| {
            wrong.push("hours".to_owned());
            Hours::default()
        });
        let at_idle = match value("at-idle") {
            None | Some("discard") => AtIdle::Discard,
            Some("submit") => AtIdle::Submit,
            Some(_) => {
                wrong.push("at-idle".to_owned());
                AtIdle::Discard
            }
        };
        let flag = |name: &str| value(name).is_some_and(|value| value != "0");
        let (one_tap, elder) = (flag("one-tap"), flag("elder"));
        Self {
            pairs,
            idle_ms,
            warning_ms,
            thanks_ms,
            interval_ms,
            burst,
            at_idle,
            one_tap,
            elder,
            is_handover: false,
            hours,
            wrong,
        }
    }

    /// The value of a pair.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether they say what to ask.
    pub fn has_survey(&self) -> bool {
        self.get("survey").or(self.get("src")).is_some()
    }

    /// Address of the definition, from where the page lies.
    pub fn source(&self) -> Option<String> {
        let by_id = || {
            self.get("survey")
                .filter(|id| is_id(id))
                .map(|id| format!("surveys/{id}.json"))
        };
        self.get("src").map(str::to_owned).or_else(by_id)
    }

    /// Where responses go, from where the page lies.
    pub fn endpoint(&self) -> &str {
        self.get("endpoint").unwrap_or("v1/responses")
    }

    /// The name on the screen: the unit's own, or its token.
    pub fn name(&self) -> String {
        let name = self.get("name").or(self.get("unit")).unwrap_or_default();
        name.chars().take(limits::KIOSK_NAME_CHARS).collect()
    }

    /// The recording of the question in a language.
    pub fn audio(&self, language: &str) -> Option<&str> {
        self.get(&format!("{AUDIO}{language}"))
    }

    /// Every recording.
    pub fn recordings(&self) -> impl Iterator<Item = &str> {
        let audio = self
            .pairs
            .iter()
            .filter(|(name, _)| name.starts_with(AUDIO));
        audio.map(|(_, value)| value.as_str())
    }
}

/// Whether it can be a survey's id, and so a part of an address.
fn is_id(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    !text.is_empty() && text.len() <= limits::ID_CHARS && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Settings {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        Settings::read(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    #[test]
    fn a_survey_a_unit_and_a_window_are_enough() {
        let settings = read("survey=household-window&unit=fenglin&window=3");
        assert!(settings.has_survey() && settings.wrong.is_empty());
        assert_eq!(
            settings.source().as_deref(),
            Some("surveys/household-window.json")
        );
        assert_eq!(settings.endpoint(), "v1/responses");
        assert_eq!(
            (settings.idle_ms, settings.warning_ms, settings.thanks_ms),
            (60_000.0, 30_000.0, 8_000.0)
        );
        assert_eq!(
            (settings.at_idle, settings.one_tap, settings.name().as_str()),
            (AtIdle::Discard, false, "fenglin")
        );
    }

    #[test]
    fn what_is_not_understood_is_named_and_does_nothing() {
        let settings =
            read("survey=a&idle=0&warning=999999&thanks=soon&hours=always&at-idle=keep&admin=1");
        assert_eq!(
            settings.wrong,
            ["idle", "warning", "thanks", "hours", "at-idle"]
        );
        assert_eq!(settings.idle_ms, 60_000.0);
        assert_eq!(settings.get("admin"), None);
    }

    #[test]
    fn what_is_kept_reads_as_the_same() {
        let settings = read(
            "src=/static/a.json&endpoint=https://gw.example/rate&name=枫林派出所&elder=1&audio-zh-Hans=q.mp3&one-tap=1&at-idle=submit&hours=1-5/09:00-17:00",
        );
        assert_eq!(Settings::read(settings.pairs.clone()), settings);
        assert_eq!(settings.source().as_deref(), Some("/static/a.json"));
        assert_eq!(settings.audio("zh-Hans"), Some("q.mp3"));
        assert_eq!(settings.recordings().count(), 1);
        assert!(settings.elder && settings.one_tap && settings.at_idle == AtIdle::Submit);
    }

    #[test]
    fn an_id_never_leaves_the_folder_of_surveys() {
        assert_eq!(read("survey=../v1/sealing-key").source(), None);
        assert!(!read("unit=a").has_survey());
    }
}
