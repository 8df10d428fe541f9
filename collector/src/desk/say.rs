//! Sentences of the desk stand where they are said, in Chinese and in English: one that
//! lacks a language does not compile.

use manyi_model::text::fallbacks;

use super::role::Role;
use crate::units::Kind;

/// The language of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// 简体中文.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// As it stands in pages and in the database.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-Hans",
            Self::English => "en",
        }
    }

    /// The one of this tag.
    pub fn tagged(tag: &str) -> Option<Self> {
        let mut all = [Self::Chinese, Self::English].into_iter();
        all.find(|language| language.tag() == tag)
    }

    /// The first of these wishes that is met; Chinese where none is.
    pub fn wished(wishes: &[String]) -> Self {
        let met = |wish: &String| fallbacks(wish).iter().find_map(|tag| Self::tagged(tag));
        wishes.iter().find_map(met).unwrap_or(Self::Chinese)
    }

    /// The sentence.
    pub fn say<T>(self, chinese: T, english: T) -> T {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// What a kind of unit is called.
    pub fn kind(self, kind: Kind) -> &'static str {
        let english = match kind {
            Kind::Office => "office",
            Kind::Station => "police station",
            Kind::Section => "section",
            Kind::Room => "police room",
        };
        self.say(kind.chinese(), english)
    }

    /// What a role is called.
    pub fn role(self, role: Role) -> &'static str {
        match role {
            Role::Administrator => self.say("管理员", "administrator"),
            Role::Leader => self.say("负责人", "leader"),
            Role::Caller => self.say("回访员", "caller"),
            Role::Clerk => self.say("窗口人员", "clerk"),
            Role::Auditor => self.say("审计员", "auditor"),
        }
    }
}
