//! Scales: the ready ones, and inline ones with their own levels.

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

use crate::object::object;
use crate::text::Text;

object!(Level);

/// One level of a scale: a stable code, its words, and how good it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Level {
    /// Stable code, stored in the answer.
    pub id: String,
    /// The words shown.
    pub label: Text,
    /// How good the level is, 1 (worst) to 5 (best): it picks the face and the
    /// colour. Without it the level shows words alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mood: Option<u8>,
}

/// What a `rating` is rated on: a ready scale by name, or levels of its own.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// One of [`READY`], by name.
    Named(String),
    /// Levels in the order shown, best first by custom.
    Inline(Vec<Level>),
}

/// The names of the ready scales.
pub const READY: [&str; 5] = [
    "satisfaction-3",
    "satisfaction-5",
    "safety-3",
    "yes-no",
    "known-unknown",
];

impl Scale {
    /// The levels, in the order shown. Empty for a name that is not [`READY`]
    /// (which [`Definition::check`](crate::Definition::check) refuses).
    pub fn levels(&self) -> Vec<Level> {
        match self {
            Self::Inline(levels) => levels.clone(),
            Self::Named(name) => ready(name)
                .iter()
                .map(|(id, mood, words)| Level {
                    id: (*id).to_owned(),
                    label: Text::ByLanguage(
                        ["zh-Hans", "zh-Hant", "en", "ug"]
                            .iter()
                            .zip(words)
                            .map(|(tag, word)| ((*tag).to_owned(), (*word).to_owned()))
                            .collect(),
                    ),
                    mood: *mood,
                })
                .collect(),
        }
    }

    /// Whether `id` is a level of this scale.
    pub fn has(&self, id: &str) -> bool {
        match self {
            Self::Inline(levels) => levels.iter().any(|level| level.id == id),
            Self::Named(name) => ready(name).iter().any(|(level, _, _)| *level == id),
        }
    }
}

/// Code, mood, and the words in zh-Hans, zh-Hant, en, ug.
type ReadyLevel = (&'static str, Option<u8>, [&'static str; 4]);

fn ready(name: &str) -> &'static [ReadyLevel] {
    match name {
        "satisfaction-3" => &[
            ("satisfied", Some(5), ["满意", "滿意", "Satisfied", "رازى"]),
            (
                "basically_satisfied",
                Some(3),
                [
                    "基本满意",
                    "基本滿意",
                    "Basically satisfied",
                    "ئاساسەن رازى",
                ],
            ),
            (
                "dissatisfied",
                Some(1),
                ["不满意", "不滿意", "Dissatisfied", "رازى ئەمەس"],
            ),
        ],
        "satisfaction-5" => &[
            (
                "very_satisfied",
                Some(5),
                ["非常满意", "非常滿意", "Very satisfied", "ناھايىتى رازى"],
            ),
            ("satisfied", Some(4), ["满意", "滿意", "Satisfied", "رازى"]),
            (
                "basically_satisfied",
                Some(3),
                [
                    "基本满意",
                    "基本滿意",
                    "Basically satisfied",
                    "ئاساسەن رازى",
                ],
            ),
            (
                "dissatisfied",
                Some(2),
                ["不满意", "不滿意", "Dissatisfied", "رازى ئەمەس"],
            ),
            (
                "very_dissatisfied",
                Some(1),
                [
                    "非常不满意",
                    "非常不滿意",
                    "Very dissatisfied",
                    "ناھايىتى نارازى",
                ],
            ),
        ],
        "safety-3" => &[
            ("safe", Some(5), ["安全", "安全", "Safe", "بىخەتەر"]),
            (
                "basically_safe",
                Some(3),
                ["基本安全", "基本安全", "Basically safe", "ئاساسەن بىخەتەر"],
            ),
            (
                "unsafe",
                Some(1),
                ["不安全", "不安全", "Not safe", "بىخەتەر ئەمەس"],
            ),
        ],
        "yes-no" => &[
            ("yes", Some(5), ["是", "是", "Yes", "ھەئە"]),
            ("no", Some(1), ["否", "否", "No", "ياق"]),
        ],
        // Not to know is no fault: words alone, no face and no colour.
        "known-unknown" => &[
            ("known", None, ["知道", "知道", "I know", "بىلىمەن"]),
            (
                "unknown",
                None,
                ["不知道", "不知道", "I don’t know", "بىلمەيمەن"],
            ),
        ],
        _ => &[],
    }
}

impl Serialize for Scale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(name) => serializer.serialize_str(name),
            Self::Inline(levels) => {
                use serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("levels", levels)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Scale {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Scale;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a ready scale, or an object with `levels`")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Scale, E> {
                Ok(Scale::Named(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scale, A::Error> {
                let mut levels = None;
                while let Some(key) = map.next_key::<String>()? {
                    if key != "levels" {
                        return Err(de::Error::unknown_field(&key, &["levels"]));
                    }
                    if levels.replace(map.next_value()?).is_some() {
                        return Err(de::Error::duplicate_field("levels"));
                    }
                }
                levels
                    .map(Scale::Inline)
                    .ok_or_else(|| de::Error::missing_field("levels"))
            }
        }
        deserializer.deserialize_any(Either)
    }
}
