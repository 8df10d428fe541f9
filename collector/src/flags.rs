//! Hints that a rating may not be a citizen's own. Each is a rule that can be said in a
//! sentence; none is a verdict, and none takes a rating out of the figures. Pure.

use manyi_model::Mode;

use crate::limits;

/// A hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// The tablet: right after the visit before.
    Quick,
    /// The tablet: one of very many at once.
    Burst,
    /// The same time as others of the device, to the millisecond.
    SameDuration,
    /// Right after the window was asked.
    AfterTrigger,
    /// From a device at which staff works.
    StaffDevice,
}

impl Flag {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Quick,
        Self::Burst,
        Self::SameDuration,
        Self::AfterTrigger,
        Self::StaffDevice,
    ];

    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Burst => "burst",
            Self::SameDuration => "same_duration",
            Self::AfterTrigger => "after_trigger",
            Self::StaffDevice => "staff_device",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.name() == name)
    }

    /// What it is called, in Chinese and English.
    pub fn title(self) -> [&'static str; 2] {
        match self {
            Self::Quick => ["紧接上一位", "right after the one before"],
            Self::Burst => ["短时间内很多", "one of many at once"],
            Self::SameDuration => ["用时完全相同", "the same time as others"],
            Self::AfterTrigger => ["按键后立刻评价", "right after the key"],
            Self::StaffDevice => ["工作人员的设备", "from a device of staff"],
        }
    }

    /// Its rule, in Chinese and English.
    pub fn rule(self) -> [String; 2] {
        let interval = manyi_model::limits::KIOSK_INTERVAL_S;
        let (burst, burst_s) = (
            manyi_model::limits::KIOSK_BURST,
            manyi_model::limits::KIOSK_BURST_S,
        );
        let (same, among) = (limits::FLAG_SAME, limits::FLAG_NEIGHBOURS);
        let seconds = limits::FLAG_TRIGGER_MS / 1000;
        match self {
            Self::Quick => [
                format!("平板标记：距上一次评价不到 {interval} 秒（各平板可另设）。"),
                format!("Marked by the tablet: less than {interval} s after the rating before (a tablet may have its own limit)."),
            ],
            Self::Burst => [
                format!("平板标记：{burst_s} 秒内超过 {burst} 份评价（各平板可另设）。"),
                format!("Marked by the tablet: more than {burst} ratings in {burst_s} s (a tablet may have its own limit)."),
            ],
            Self::SameDuration => [
                format!("同一台设备相邻 {among} 份评价中，至少 {same} 份的用时一毫秒不差。"),
                format!("At least {same} of {among} neighbouring ratings of the device took the same time to the millisecond."),
            ],
            Self::AfterTrigger => [
                format!("窗口按键后，平板显示问题不到 {seconds} 秒就有了评价。"),
                format!("Rated less than {seconds} s after the tablet showed what the window had asked for."),
            ],
            Self::StaffDevice => [
                "本人自评，但这台设备也提交过工作人员代填或当面询问的评价。".to_owned(),
                "Said to be the person's own, but the device has also sent ratings that staff keyed in or asked for.".to_owned(),
            ],
        }
    }
}

/// What is known of a rating and of those around it.
#[derive(Clone, Debug, Default)]
pub struct Signs<'a> {
    /// The tablet's own mark.
    pub mark: Option<&'a str>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// How long those before it took, of the same device.
    pub before_ms: &'a [i64],
    /// How long after the question was shown it was given, in milliseconds.
    pub since_shown_ms: Option<i64>,
    /// Who filled it in.
    pub mode: Mode,
    /// Whether staff has keyed in or asked on the same device.
    pub is_staffs: bool,
}

/// The hints.
pub fn of(signs: &Signs<'_>) -> Vec<Flag> {
    let same = signs.duration_ms.filter(|ms| *ms > 0).is_some_and(|ms| {
        let alike = signs.before_ms.iter().filter(|before| **before == ms);
        alike.count() + 1 >= limits::FLAG_SAME
    });
    let is_soon = signs
        .since_shown_ms
        .is_some_and(|ms| (0..limits::FLAG_TRIGGER_MS).contains(&ms));
    Flag::ALL
        .into_iter()
        .filter(|flag| match flag {
            Flag::Quick | Flag::Burst => signs.mark == Some(flag.name()),
            Flag::SameDuration => same,
            Flag::AfterTrigger => is_soon,
            Flag::StaffDevice => signs.is_staffs && signs.mode == Mode::Myself,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use manyi_model::Mode;

    use super::{Flag, Signs, of};

    #[test]
    fn each_hint_has_its_rule_and_nothing_else() {
        let none = Signs::default();
        assert_eq!(of(&none), []);
        let same = |duration_ms, before_ms| Signs {
            duration_ms: Some(duration_ms),
            before_ms,
            ..none.clone()
        };
        assert_eq!(of(&same(800, &[800])), []);
        assert_eq!(of(&same(800, &[800, 801, 800])), [Flag::SameDuration]);
        // Some widgets do not know how long it took.
        assert_eq!(of(&same(0, &[0, 0, 0])), []);
        let shown = |ms| Signs {
            since_shown_ms: Some(ms),
            ..none.clone()
        };
        assert_eq!(of(&shown(2_999)), [Flag::AfterTrigger]);
        assert_eq!(of(&shown(3_000)), []);
        assert_eq!(of(&shown(-1)), []);
        let staff = |mode| Signs {
            mode,
            is_staffs: true,
            ..none.clone()
        };
        assert_eq!(of(&staff(Mode::Myself)), [Flag::StaffDevice]);
        assert_eq!(of(&staff(Mode::Entered)), []);
        for flag in Flag::ALL {
            assert_eq!(Flag::named(flag.name()), Some(flag));
            assert!(flag.rule().iter().all(|rule| rule.chars().count() > 10));
        }
        let marked = Signs {
            mark: Some("burst"),
            ..none
        };
        assert_eq!(of(&marked), [Flag::Burst]);
    }
}
