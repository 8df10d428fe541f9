//! Ratings counted on three levels, and which scales fold into them.

use crate::scale::Scale;

/// How many rated how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    /// 满意.
    pub satisfied: u64,
    /// 基本满意.
    pub basically: u64,
    /// 不满意.
    pub dissatisfied: u64,
}

impl Levels {
    /// All of them.
    pub fn n(self) -> u64 {
        self.satisfied + self.basically + self.dissatisfied
    }
}

/// Which levels of a scale count as which of the three. It stands here for each scale
/// and is shown beside the figures; a scale that is not here is never folded.
#[derive(Debug, PartialEq, Eq)]
pub struct Three {
    /// The name of the scale.
    pub scale: &'static str,
    /// Level ids that count as 满意.
    pub satisfied: &'static [&'static str],
    /// Those that count as 基本满意.
    pub basically: &'static [&'static str],
    /// Those that count as 不满意.
    pub dissatisfied: &'static [&'static str],
}

/// Every scale that folds.
pub const FOLDS: &[Three] = &[
    Three {
        scale: "satisfaction-3",
        satisfied: &["satisfied"],
        basically: &["basically_satisfied"],
        dissatisfied: &["dissatisfied"],
    },
    // The five grades of 好差评: the two good and the two bad ones go together.
    Three {
        scale: "satisfaction-5",
        satisfied: &["very_satisfied", "satisfied"],
        basically: &["basically_satisfied"],
        dissatisfied: &["dissatisfied", "very_dissatisfied"],
    },
    Three {
        scale: "safety-3",
        satisfied: &["safe"],
        basically: &["basically_safe"],
        dissatisfied: &["unsafe"],
    },
];

impl Three {
    /// How `scale` folds; `None` where it does not. An inline scale never does, whatever
    /// its levels are called: whoever wrote them may have meant anything.
    pub fn of(scale: &Scale) -> Option<&'static Self> {
        let Scale::Named(name) = scale else {
            return None;
        };
        FOLDS.iter().find(|three| three.scale == name)
    }

    /// The three counts out of `count`, which says how many chose a level.
    pub fn fold(&self, count: impl Fn(&str) -> u64) -> Levels {
        let sum = |levels: &[&str]| levels.iter().map(|level| count(level)).sum();
        Levels {
            satisfied: sum(self.satisfied),
            basically: sum(self.basically),
            dissatisfied: sum(self.dissatisfied),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FOLDS, Levels, Three};
    use crate::scale::{READY, Scale};

    #[test]
    fn each_level_of_a_scale_that_folds_counts_once() {
        for three in FOLDS {
            let scale = Scale::Named(three.scale.to_owned());
            assert_eq!(Three::of(&scale), Some(three));
            let mut levels: Vec<String> = scale.levels().into_iter().map(|l| l.id).collect();
            let parts = [three.satisfied, three.basically, three.dissatisfied];
            let folded: Vec<&str> = parts.into_iter().flatten().copied().collect();
            assert_eq!(levels, folded, "in the order of the scale, best first");
            levels.dedup();
            assert_eq!(levels.len(), folded.len());
            assert!(READY.contains(&three.scale));
        }
    }

    #[test]
    fn five_grades_fold_as_written_and_other_scales_do_not() {
        let five = Three::of(&Scale::Named("satisfaction-5".to_owned())).expect("it folds");
        let count = |level: &str| match level {
            "very_satisfied" => 40,
            "satisfied" => 30,
            "basically_satisfied" => 20,
            "dissatisfied" => 7,
            _ => 3,
        };
        let levels = Levels {
            satisfied: 70,
            basically: 20,
            dissatisfied: 10,
        };
        assert_eq!(five.fold(count), levels);
        for name in ["yes-no", "known-unknown", "nonesuch"] {
            assert_eq!(Three::of(&Scale::Named(name.to_owned())), None);
        }
        let same = Scale::Named("satisfaction-3".to_owned()).levels();
        assert_eq!(Three::of(&Scale::Inline(same)), None);
    }
}
