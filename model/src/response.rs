//! One submission, and whether its envelope is sound.

use serde::{Deserialize, Serialize};

use crate::answer::Answers;
use crate::definition::is_id;
use crate::limits;
use crate::object::object;
use crate::problem::{Code, Problem};

object!(Response, Sealed, SurveyRef, Subject, Device);

/// What one person submitted, with where, how and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Response {
    /// A UUID made when the form opened; the key against doubling.
    pub id: String,
    /// Which survey, in which version.
    pub survey: SurveyRef,
    /// Answers by question id.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")
    )]
    pub answers: Answers,
    /// More answers, readable by the collector alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Sealed>,
    /// Where it was asked.
    pub channel: Channel,
    /// Who filled it in.
    #[serde(default, skip_serializing_if = "Mode::is_self")]
    pub mode: Mode,
    /// The person who asked or keyed it in, as an opaque token; for `asked` and `entered`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// What is rated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The language it was read in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Which device, and its count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// When the form opened, by the device's clock (RFC 3339 with offset).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it was submitted, by the device's clock (RFC 3339 with offset).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<String>,
    /// How long that took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// The invitation it answers, as an opaque token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
    /// The widget's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub widget: Option<String>,
}

/// Answers that were sealed on the device (RFC 9180, base mode: DHKEM(P-256,
/// HKDF-SHA256), HKDF-SHA256, AES-256-GCM), bound to the response's id. What is
/// sealed is a JSON object like `answers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Sealed {
    /// The id of the collector's key.
    pub key: String,
    /// The encapsulated key, in base64url without padding.
    pub enc: String,
    /// The ciphertext and its tag, in base64url without padding.
    pub text: String,
}

/// Which survey, in which version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct SurveyRef {
    /// The survey's id.
    pub id: String,
    /// The version that was on screen.
    pub version: u32,
    /// The hash of the definition that was on screen: `sha256:` and 64 hex digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

/// What is rated: opaque tokens, never names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Subject {
    /// The station or office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// The officer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// The piece of business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
}

/// Which device sent it, and its how-manieth response it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Device {
    /// Opaque id of the device.
    pub id: String,
    /// Counts up by one for each response of the device.
    pub seq: u64,
}

/// Where a rating was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A website.
    Web,
    /// A tablet at a window.
    Kiosk,
    /// A link or digits by text message.
    Sms,
    /// A telephone call.
    Phone,
    /// A visit at home.
    Visit,
    /// A meeting.
    Meeting,
    /// A sheet of paper.
    Paper,
}

/// Who filled it in. Rates of different modes are never pooled silently:
/// asking aloud changes the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The person alone.
    #[default]
    #[serde(rename = "self")]
    Myself,
    /// Someone asked aloud.
    Asked,
    /// Staff keyed it in.
    Entered,
}

impl Channel {
    /// All channels, in the order of the contract.
    pub const ALL: [Self; 7] = [
        Self::Web,
        Self::Kiosk,
        Self::Sms,
        Self::Phone,
        Self::Visit,
        Self::Meeting,
        Self::Paper,
    ];

    /// The name as written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Kiosk => "kiosk",
            Self::Sms => "sms",
            Self::Phone => "phone",
            Self::Visit => "visit",
            Self::Meeting => "meeting",
            Self::Paper => "paper",
        }
    }

    /// The channel called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::Myself, Self::Asked, Self::Entered];

    /// The name as written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Myself => "self",
            Self::Asked => "asked",
            Self::Entered => "entered",
        }
    }

    /// The mode called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde calls skip_serializing_if with a reference"
    )]
    fn is_self(&self) -> bool {
        *self == Self::Myself
    }
}

impl Subject {
    /// Whether nothing is named.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Response {
    /// Everything wrong beside the answers: `question` is then the field's path.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut need = |fits: bool, field: &str, wanted: &str| {
            if !fits {
                let wanted = wanted.to_owned();
                problems.push(Problem::new(field, Code::Unfit { wanted }));
            }
        };
        need(is_uuid(&self.id), "id", "a UUID");
        need(is_id(&self.survey.id), "survey.id", "the id of a survey");
        need(self.survey.version > 0, "survey.version", "1 or more");
        if let Some(hash) = &self.survey.hash {
            need(is_hash(hash), "survey.hash", "`sha256:` and 64 hex digits");
        }
        let asked = self.mode != Mode::Myself;
        need(
            self.asked_by.is_none() || asked,
            "asked_by",
            "absent where `mode` is `self`",
        );
        need(
            self.asked_by.is_some() || self.mode != Mode::Asked,
            "asked_by",
            "given where `mode` is `asked`",
        );
        let subject = self.subject.as_ref();
        for (field, token) in [
            ("asked_by", self.asked_by.as_ref()),
            ("subject.unit", subject.and_then(|s| s.unit.as_ref())),
            ("subject.window", subject.and_then(|s| s.window.as_ref())),
            ("subject.officer", subject.and_then(|s| s.officer.as_ref())),
            ("subject.matter", subject.and_then(|s| s.matter.as_ref())),
            ("language", self.language.as_ref()),
            ("device.id", self.device.as_ref().map(|d| &d.id)),
            ("invitation", self.invitation.as_ref()),
            ("widget", self.widget.as_ref()),
        ] {
            let fits = token.is_none_or(|token| is_token(token));
            need(
                fits,
                field,
                "1 to 200 characters without control characters",
            );
        }
        if let Some(device) = &self.device {
            need(
                device.seq <= limits::SEQ_MAX,
                "device.seq",
                "at most 2^53 - 1",
            );
        }
        for (field, time) in [
            ("started_at", &self.started_at),
            ("submitted_at", &self.submitted_at),
        ] {
            let fits = time.as_deref().is_none_or(is_rfc3339);
            need(fits, field, "a time such as 2026-01-31T09:30:00+08:00");
        }
        let fits = self.duration_ms.is_none_or(|ms| ms <= limits::DURATION_MS);
        need(fits, "duration_ms", "at most 31 days in milliseconds");
        problems
    }
}

/// Whether `id` is a UUID of any version, with hyphens.
pub fn is_uuid(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(n, b)| match n {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

fn is_hash(hash: &str) -> bool {
    hash.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Whether `token` is 1 to 200 characters without control characters.
pub fn is_token(token: &str) -> bool {
    !token.is_empty()
        && token.chars().count() <= limits::TOKEN_CHARS
        && !token.chars().any(char::is_control)
}

/// Whether `time` is an RFC 3339 time with seconds and an offset.
pub fn is_rfc3339(time: &str) -> bool {
    let bytes = time.as_bytes();
    let number = |from: usize, to: usize| -> Option<u32> {
        let digits = bytes.get(from..to)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        digits
            .iter()
            .try_fold(0, |n, b| Some(n * 10 + u32::from(b - b'0')))
    };
    let sign = |at: usize, signs: &[u8]| bytes.get(at).is_some_and(|b| signs.contains(b));
    let within =
        |n: Option<u32>, least: u32, most: u32| n.is_some_and(|n| (least..=most).contains(&n));
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    let clock = (1..=days).contains(&day)
        && sign(4, b"-")
        && sign(7, b"-")
        && sign(10, b"Tt ")
        && within(number(11, 13), 0, 23)
        && sign(13, b":")
        && within(number(14, 16), 0, 59)
        && sign(16, b":")
        && within(number(17, 19), 0, 60);
    if !clock {
        return false;
    }
    let mut at = 19;
    if sign(at, b".") {
        let digits = bytes[at + 1..].iter().take_while(|b| b.is_ascii_digit());
        let digits = digits.count();
        if !(1..=9).contains(&digits) {
            return false;
        }
        at += 1 + digits;
    }
    if sign(at, b"Zz") {
        return bytes.len() == at + 1;
    }
    sign(at, b"+-")
        && bytes.len() == at + 6
        && within(number(at + 1, at + 3), 0, 23)
        && sign(at + 3, b":")
        && within(number(at + 4, at + 6), 0, 59)
}
