//! Strings by language, and which one is shown.

use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::map::Map;

/// A language tag (BCP 47), as written: `zh-Hans`, `zh-Hant`, `en`, `ug`.
pub type Tag = String;

/// A string, plain or by language: `"abc"` or `{"zh-Hans": "…", "en": "…"}`.
///
/// [`Text::say`] picks one by the fall-back order stated there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// One wording for every language.
    Plain(String),
    /// A wording per language tag.
    ByLanguage(Map<String>),
}

/// A wording together with the language it is really in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said<'a> {
    /// The words.
    pub text: &'a str,
    /// Their language; `None` for a plain string, which is taken to be in
    /// whatever language the page is in.
    pub language: Option<&'a str>,
}

impl Text {
    /// The wording for a reader of `wanted`.
    ///
    /// The order: the wanted tag; its known alias (`zh`, `zh-CN`, `zh-SG` are
    /// `zh-Hans`; `zh-TW`, `zh-HK`, `zh-MO` are `zh-Hant`); the tag with its last
    /// part cut off, again and again; for a Chinese tag the other script;
    /// `zh-Hans`; `en`; the first tag in alphabetical order.
    pub fn say(&self, wanted: &str) -> Said<'_> {
        match self {
            Self::Plain(text) => Said {
                text,
                language: None,
            },
            Self::ByLanguage(by) => {
                let find = |tag: &str| {
                    by.iter()
                        .find(|(key, _)| key.eq_ignore_ascii_case(tag))
                        .map(|(key, text)| Said {
                            text,
                            language: Some(key),
                        })
                };
                fallbacks(wanted)
                    .iter()
                    .find_map(|tag| find(tag))
                    .or_else(|| {
                        by.iter().next().map(|(key, text)| Said {
                            text,
                            language: Some(key),
                        })
                    })
                    .unwrap_or(Said {
                        text: "",
                        language: None,
                    })
            }
        }
    }

    /// The language tags that this text has words in.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        let by = match self {
            Self::Plain(_) => None,
            Self::ByLanguage(by) => Some(by),
        };
        by.into_iter().flat_map(Map::keys).map(String::as_str)
    }

    /// Every wording.
    pub fn wordings(&self) -> impl Iterator<Item = &str> {
        let (plain, by) = match self {
            Self::Plain(text) => (Some(text.as_str()), None),
            Self::ByLanguage(by) => (None, Some(by)),
        };
        plain
            .into_iter()
            .chain(by.into_iter().flat_map(Map::values).map(String::as_str))
    }
}

/// The tags to try for a reader of `wanted`, best first (see [`Text::say`]).
pub fn fallbacks(wanted: &str) -> Vec<Tag> {
    let mut tags = vec![wanted.to_owned()];
    let mut rest = wanted;
    loop {
        if let Some(script) = chinese_script(rest) {
            tags.push(script.to_owned());
        }
        match rest.rfind('-') {
            Some(at) => rest = &rest[..at],
            None => break,
        }
        tags.push(rest.to_owned());
    }
    if is_chinese(wanted) {
        tags.extend(["zh-Hant".to_owned(), "zh-Hans".to_owned()]);
    }
    tags.extend(["zh-Hans".to_owned(), "en".to_owned()]);
    tags
}

/// `rtl` for languages written from right to left, else `ltr`.
pub fn direction(tag: &str) -> &'static str {
    let tag = tag.to_ascii_lowercase();
    let mut parts = tag.split('-');
    let base = parts.next().unwrap_or("");
    // A script behind the language has the last word: `kk-Arab`, `ug-Latn`.
    match parts.next() {
        Some("arab" | "hebr") => return "rtl",
        Some("latn" | "cyrl") => return "ltr",
        _ => {}
    }
    match base {
        "ug" | "ar" | "fa" | "he" | "ur" | "ps" | "sd" | "yi" => "rtl",
        _ => "ltr",
    }
}

fn is_chinese(tag: &str) -> bool {
    let base = tag.split('-').next().unwrap_or(tag);
    base.eq_ignore_ascii_case("zh")
}

fn chinese_script(tag: &str) -> Option<&'static str> {
    match tag.to_ascii_lowercase().as_str() {
        "zh" | "zh-cn" | "zh-sg" => Some("zh-Hans"),
        "zh-tw" | "zh-hk" | "zh-mo" => Some("zh-Hant"),
        _ => None,
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(text) => serializer.serialize_str(text),
            Self::ByLanguage(by) => by.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, or an object of strings by language tag")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text::Plain(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Text, A::Error> {
                Map::deserialize(de::value::MapAccessDeserializer::new(entries))
                    .map(Text::ByLanguage)
            }
        }
        deserializer.deserialize_any(Words)
    }
}
