//! What the host page asks for: the attributes as typed values, with a sentence for
//! each that is not understood and a safe value in its place.

use manyi_model::response::is_token;
use manyi_model::{Channel, Mode, Subject};

use super::surface::{self, Attribute, Takes};

/// What the host page asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where ratings go, as written.
    pub endpoint: Option<String>,
    /// How they are written: `json` or `form`.
    pub format: String,
    /// What counts as a receipt: `id` or `status`.
    pub proof: String,
    /// Whether cookies go along, as `fetch` says it.
    pub credentials: String,
    /// To whom personal answers are sealed.
    pub sealing_key: Option<String>,
    /// Whether all answers are.
    pub seal_all: bool,
    /// Headers beside our own.
    pub headers: Vec<(String, String)>,
    /// What is rated.
    pub subject: Subject,
    /// Where it is asked.
    pub channel: Channel,
    /// Who fills it in.
    pub mode: Mode,
    /// Who asked.
    pub asked_by: Option<String>,
    /// The invitation.
    pub invitation: Option<String>,
    /// Whether the elder mode is on at the start.
    pub elder: bool,
    /// Whether the language switch is offered.
    pub language_switch: bool,
    /// Whether events carry answers.
    pub answers_in_events: bool,
}

/// What is wrong with an attribute or property, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Its name.
    pub place: String,
    /// The sentence.
    pub sentence: String,
}

/// An object property, as pairs of a name and a text.
pub type Pairs = Vec<(String, String)>;

impl Config {
    /// Reads the attributes through `attribute`, and the properties `subject` and
    /// `headers`, whose fields win over attributes.
    pub fn read(
        attribute: &dyn Fn(&str) -> Option<String>,
        subject: Option<Pairs>,
        headers: Option<Pairs>,
    ) -> (Self, Vec<Mistake>) {
        let mut reader = Reader {
            attribute,
            mistakes: Vec::new(),
        };
        let mode = Mode::named(&reader.word(&surface::MODE)).unwrap_or_default();
        let mut config = Self {
            endpoint: reader.text(&surface::ENDPOINT),
            format: reader.word(&surface::FORMAT),
            proof: reader.word(&surface::RECEIPT),
            credentials: reader.word(&surface::CREDENTIALS),
            sealing_key: reader.text(&surface::SEALING_KEY),
            seal_all: reader.flag(&surface::SEAL_ALL),
            headers: reader.headers(headers.unwrap_or_default()),
            subject: Subject {
                unit: reader.token(&surface::UNIT),
                window: reader.token(&surface::WINDOW),
                officer: reader.token(&surface::OFFICER),
                matter: reader.token(&surface::MATTER),
            },
            channel: Channel::named(&reader.word(&surface::CHANNEL)).unwrap_or(Channel::Web),
            mode,
            asked_by: reader.token(&surface::ASKED_BY),
            invitation: reader.token(&surface::INVITATION),
            elder: reader.flag(&surface::ELDER),
            language_switch: !reader.flag(&surface::NO_LANGUAGE_SWITCH),
            answers_in_events: reader.flag(&surface::ANSWERS_IN_EVENTS),
        };
        // Its words are only read by the style sheet.
        reader.word(&surface::THEME);
        reader.subject(&mut config.subject, subject.unwrap_or_default());
        reader.who_asked(&mut config);
        (config, reader.mistakes)
    }
}

struct Reader<'a> {
    attribute: &'a dyn Fn(&str) -> Option<String>,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn mistake(&mut self, place: &str, sentence: String) {
        self.mistakes.push(Mistake {
            place: place.to_owned(),
            sentence,
        });
    }

    fn text(&self, attribute: &Attribute) -> Option<String> {
        let text = (self.attribute)(attribute.name)?.trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    /// React before version 19 writes `elder={false}` as `elder="false"`.
    fn flag(&self, attribute: &Attribute) -> bool {
        (self.attribute)(attribute.name).is_some_and(|value| value != "false")
    }

    fn word(&mut self, attribute: &Attribute) -> String {
        let Takes::Word(words) = attribute.takes else {
            return String::new();
        };
        match self.text(attribute) {
            Some(word) if words.contains(&word.as_str()) => word,
            None => attribute.default.to_owned(),
            Some(word) => {
                let sentence = [
                    "`",
                    &word,
                    "` is none of ",
                    &words.join(", "),
                    "; `",
                    attribute.default,
                    "` is used.",
                ]
                .concat();
                self.mistake(attribute.name, sentence);
                attribute.default.to_owned()
            }
        }
    }

    fn token(&mut self, attribute: &Attribute) -> Option<String> {
        let token = self.text(attribute)?;
        self.sound(attribute.name, token)
    }

    /// `token`, unless every collector would refuse it.
    fn sound(&mut self, place: &str, token: String) -> Option<String> {
        if is_token(&token) {
            return Some(token);
        }
        self.mistake(
            place,
            "takes at most 200 characters and no control characters; it is left out.".to_owned(),
        );
        None
    }

    fn subject(&mut self, subject: &mut Subject, pairs: Pairs) {
        for (name, value) in pairs {
            let place = ["subject.", &name].concat();
            let field = match name.as_str() {
                "unit" => &mut subject.unit,
                "window" => &mut subject.window,
                "officer" => &mut subject.officer,
                "matter" => &mut subject.matter,
                _ => {
                    self.mistake(
                        &place,
                        "is none of unit, window, officer, matter; it is left out.".to_owned(),
                    );
                    continue;
                }
            };
            if let Some(token) = self.sound(&place, value) {
                *field = Some(token);
            }
        }
    }

    fn headers(&mut self, pairs: Pairs) -> Pairs {
        let is_sign = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        let fits = |name: &str, value: &str| {
            !name.is_empty()
                && name.bytes().all(is_sign)
                && value
                    .chars()
                    .all(|c| c <= 'ÿ' && !matches!(c, '\0' | '\r' | '\n'))
        };
        let mut headers = Vec::new();
        for (name, value) in pairs {
            if fits(&name, &value) {
                headers.push((name, value));
            } else {
                let place = ["headers.", &name].concat();
                self.mistake(
                    &place,
                    "is no header that can be sent; it is left out.".to_owned(),
                );
            }
        }
        headers
    }

    fn who_asked(&mut self, config: &mut Config) {
        match (config.mode, config.asked_by.is_some()) {
            (Mode::Myself, true) => {
                config.asked_by = None;
                self.mistake(
                    surface::ASKED_BY.name,
                    "goes with `mode=\"asked\"` or `mode=\"entered\"`; it is left out.".to_owned(),
                );
            }
            (Mode::Asked, false) => self.mistake(
                surface::ASKED_BY.name,
                "is missing: with `mode=\"asked\"` a collector refuses ratings without it."
                    .to_owned(),
            ),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(attributes: &[(&str, &str)]) -> (Config, Vec<String>) {
        with(attributes, &[], &[])
    }

    fn with(
        attributes: &[(&str, &str)],
        subject: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> (Config, Vec<String>) {
        let find = |name: &str| {
            let found = attributes.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let pairs = |pairs: &[(&str, &str)]| {
            let own = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
            Some(pairs.iter().map(own).collect())
        };
        let (config, mistakes) = Config::read(&find, pairs(subject), pairs(headers));
        let mistakes = mistakes.into_iter();
        (
            config,
            mistakes
                .map(|m| format!("{}: {}", m.place, m.sentence))
                .collect(),
        )
    }

    #[test]
    fn a_bare_tag_has_safe_defaults() {
        let (config, mistakes) = read(&[]);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        assert_eq!(config.endpoint, None);
        assert_eq!(config.format, "json");
        assert_eq!(config.proof, "id");
        assert_eq!(config.credentials, "omit");
        assert_eq!(config.channel, Channel::Web);
        assert_eq!(config.mode, Mode::Myself);
        assert!(config.subject.is_empty() && !config.elder && config.language_switch);
        assert!(!config.answers_in_events);
    }

    #[test]
    fn words_of_the_table_are_understood() {
        let (config, mistakes) = read(&[
            ("endpoint", " /v1/responses "),
            ("format", "form"),
            ("receipt", "status"),
            ("credentials", "include"),
            ("channel", "kiosk"),
            ("mode", "asked"),
            ("asked-by", "caller-7"),
            ("unit", "fengli"),
            ("window", "3"),
            ("elder", ""),
            ("no-language-switch", ""),
            ("answers-in-events", "true"),
            ("theme", "dark"),
        ]);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        assert_eq!(config.endpoint.as_deref(), Some("/v1/responses"));
        assert_eq!(config.format, "form");
        assert_eq!(config.proof, "status");
        assert_eq!(config.credentials, "include");
        assert_eq!((config.channel, config.mode), (Channel::Kiosk, Mode::Asked));
        assert_eq!(config.asked_by.as_deref(), Some("caller-7"));
        assert_eq!(config.subject.unit.as_deref(), Some("fengli"));
        assert_eq!(config.subject.window.as_deref(), Some("3"));
        assert!(config.elder && !config.language_switch && config.answers_in_events);
    }

    #[test]
    fn a_word_that_is_not_known_is_named_and_replaced() {
        let (config, mistakes) = read(&[("channel", "wechat"), ("theme", "pink")]);
        assert_eq!(config.channel, Channel::Web);
        assert_eq!(
            mistakes,
            [
                "channel: `wechat` is none of web, kiosk, sms, phone, visit, meeting, paper; `web` is used.",
                "theme: `pink` is none of auto, light, dark; `auto` is used.",
            ]
        );
    }

    #[test]
    fn a_flag_that_says_false_is_off() {
        let (config, _) = read(&[("elder", "false"), ("no-language-switch", "false")]);
        assert!(!config.elder && config.language_switch);
    }

    #[test]
    fn blank_attributes_say_nothing() {
        let (config, mistakes) = read(&[("unit", ""), ("endpoint", " "), ("channel", "")]);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        assert_eq!((config.subject.unit, config.endpoint), (None, None));
    }

    #[test]
    fn a_token_that_every_collector_refuses_is_left_out() {
        let long = "x".repeat(201);
        let (config, mistakes) = read(&[("unit", &long), ("officer", "a\u{7}b")]);
        assert!(config.subject.is_empty());
        assert_eq!(
            mistakes,
            [
                "unit: takes at most 200 characters and no control characters; it is left out.",
                "officer: takes at most 200 characters and no control characters; it is left out.",
            ]
        );
    }

    #[test]
    fn the_subject_property_wins_over_attributes() {
        let (config, mistakes) = with(
            &[("unit", "a"), ("window", "1")],
            &[("unit", "b"), ("matter", "m-1"), ("name", "x")],
            &[],
        );
        assert_eq!(config.subject.unit.as_deref(), Some("b"));
        assert_eq!(config.subject.window.as_deref(), Some("1"));
        assert_eq!(config.subject.matter.as_deref(), Some("m-1"));
        assert_eq!(
            mistakes,
            ["subject.name: is none of unit, window, officer, matter; it is left out."]
        );
    }

    #[test]
    fn headers_that_cannot_be_sent_are_left_out() {
        let (config, mistakes) = with(
            &[],
            &[],
            &[
                ("X-Gateway", "t1"),
                ("no way", "x"),
                ("X-Line", "a\r\nb"),
                ("X-Han", "评"),
            ],
        );
        assert_eq!(config.headers, [("X-Gateway".to_owned(), "t1".to_owned())]);
        assert_eq!(mistakes.len(), 3, "{mistakes:?}");
    }

    #[test]
    fn who_asked_belongs_to_the_mode() {
        let (config, mistakes) = read(&[("asked-by", "u7")]);
        assert_eq!((config.asked_by, mistakes.len()), (None, 1));
        let (_, mistakes) = read(&[("mode", "asked")]);
        assert_eq!(mistakes.len(), 1);
        let (_, mistakes) = read(&[("mode", "entered")]);
        assert!(mistakes.is_empty());
    }
}
