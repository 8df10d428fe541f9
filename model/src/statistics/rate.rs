//! 满意率: three formulas are in use, and they differ by nearly ten points on the same
//! ratings, so each is named and all stand side by side.

use std::fmt;

use super::levels::Levels;

/// A share in hundredths of a percent, 0 to 10 000; printed as `84.23 %`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(pub u32);

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:02}", self.0 / 100, self.0 % 100);
        f.pad(&text)?;
        f.write_str(" %")
    }
}

/// What counts as satisfied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Formula {
    /// 满意 alone.
    Satisfied,
    /// 基本满意 counts half.
    Half,
    /// 基本满意 counts in full.
    AtLeastBasically,
}

impl Formula {
    /// All of them, the strictest first.
    pub const ALL: [Self; 3] = [Self::Satisfied, Self::Half, Self::AtLeastBasically];

    /// The name in JSON and CSV.
    pub fn name(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Half => "half",
            Self::AtLeastBasically => "at_least_basically",
        }
    }

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Satisfied => "只计满意",
            Self::Half => "基本满意折半",
            Self::AtLeastBasically => "满意加基本满意",
        }
    }

    /// The formula in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Satisfied => "满意 ÷ 评价总数",
            Self::Half => "（满意 + 基本满意 × ½）÷ 评价总数",
            Self::AtLeastBasically => "（满意 + 基本满意）÷ 评价总数",
        }
    }

    /// What is divided by n, in halves.
    pub fn halves(self, levels: Levels) -> u64 {
        match self {
            Self::Satisfied => 2 * levels.satisfied,
            Self::Half => 2 * levels.satisfied + levels.basically,
            Self::AtLeastBasically => 2 * (levels.satisfied + levels.basically),
        }
    }

    /// The rate; `None` where nobody rated.
    pub fn rate(self, levels: Levels) -> Option<Hundredths> {
        rate(self.halves(levels), levels.n())
    }
}

/// `halves` / 2 / `n`, half up; `None` where `n` is 0. More than the whole is the whole.
pub fn rate(halves: u64, n: u64) -> Option<Hundredths> {
    if n == 0 {
        return None;
    }
    let (halves, n) = (u128::from(halves), u128::from(n));
    // halves / 2n × 10 000, and a half more before it is cut off.
    let hundredths = (halves * 10_000 + n) / (2 * n);
    Some(Hundredths(
        u32::try_from(hundredths).unwrap_or(10_000).min(10_000),
    ))
}

/// `part` of `n`, half up; `None` where `n` is 0.
pub fn share(part: u64, n: u64) -> Option<Hundredths> {
    rate(part.saturating_mul(2), n)
}

#[cfg(test)]
mod tests {
    use super::{Formula, Hundredths, Levels, rate, share};

    /// Dongguan, February 2019: 7,781 valid replies to 21,882 messages.
    const DONGGUAN: Levels = Levels {
        satisfied: 6_554,
        basically: 731,
        dissatisfied: 496,
    };

    #[test]
    fn dongguans_three_rates_come_out() {
        assert_eq!(DONGGUAN.n(), 7_781);
        let rates = Formula::ALL.map(|formula| formula.rate(DONGGUAN));
        let printed = rates.map(|rate| rate.expect("there are ratings").to_string());
        assert_eq!(printed, ["84.23 %", "88.93 %", "93.63 %"]);
        assert_eq!(share(7_781, 21_882), Some(Hundredths(3_556)));
        // Nanchang, 2009.
        assert_eq!(share(16_466, 68_780), Some(Hundredths(2_394)));
    }

    #[test]
    fn halves_go_up_and_nothing_has_no_rate() {
        assert_eq!(rate(0, 0), None);
        assert_eq!(Formula::Half.rate(Levels::default()), None);
        assert_eq!(share(0, 7), Some(Hundredths(0)));
        assert_eq!(share(7, 7), Some(Hundredths(10_000)));
        // 1/8 000 is 0.0125 %, 3/8 000 is 0.0375 %, 1/20 000 is 0.005 %.
        assert_eq!(share(1, 8_000), Some(Hundredths(1)));
        assert_eq!(share(3, 8_000), Some(Hundredths(4)));
        assert_eq!(share(1, 20_000), Some(Hundredths(1)));
        assert_eq!(share(1, 20_001), Some(Hundredths(0)));
        assert_eq!(share(u64::MAX, 1), Some(Hundredths(10_000)));
    }

    #[test]
    fn a_rate_prints_with_both_decimals() {
        assert_eq!(Hundredths(5).to_string(), "0.05 %");
        assert_eq!(Hundredths(10_000).to_string(), "100.00 %");
        assert_eq!(format!("{:>6}", Hundredths(990)), "  9.90 %");
    }
}
