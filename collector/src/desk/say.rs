//! Sentences of the desk stand where they are said, in Chinese and in English: one that
//! lacks a language does not compile.

use manyi_model::text::fallbacks;
use manyi_model::{Channel, Mode};

use super::role::Role;
use crate::flags::Flag;
use crate::search::reading::Level;
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

    /// What a channel is called.
    pub fn channel(self, channel: Channel) -> &'static str {
        match channel {
            Channel::Web => self.say("网页", "web"),
            Channel::Kiosk => self.say("窗口平板", "tablet at a window"),
            Channel::Sms => self.say("短信", "text message"),
            Channel::Phone => self.say("电话", "telephone"),
            Channel::Visit => self.say("走访", "visit"),
            Channel::Meeting => self.say("会议", "meeting"),
            Channel::Paper => self.say("纸质", "paper"),
        }
    }

    /// What a mode is called.
    pub fn mode(self, mode: Mode) -> &'static str {
        match mode {
            Mode::Myself => self.say("本人自评", "by the person"),
            Mode::Asked => self.say("当面询问", "asked aloud"),
            Mode::Entered => self.say("工作人员代填", "keyed in by staff"),
        }
    }

    /// What a level is called.
    pub fn level(self, level: Level) -> &'static str {
        match level {
            Level::Satisfied => self.say("满意", "satisfied"),
            Level::Basically => self.say("基本满意", "basically satisfied"),
            Level::Dissatisfied => self.say("不满意", "dissatisfied"),
        }
    }

    /// What a flag is called.
    pub fn flag(self, flag: Flag) -> &'static str {
        let [chinese, english] = flag.title();
        self.say(chinese, english)
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
