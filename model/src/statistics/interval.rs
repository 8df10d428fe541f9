//! How sure a rate is, and whether a change is more than noise.
//!
//! The interval is Wilson's score interval at 95 %, without continuity correction
//! (E. B. Wilson, Journal of the American Statistical Association 22, 1927, 209–212).
//! It holds for few ratings and for 0 and 100 %, where the usual ± one is empty: 20 of
//! 20 is “100 %, at least 83.9 %”.
//!
//! A change is more than noise where Newcombe's interval for the difference of two
//! independent proportions does not hold zero (R. G. Newcombe, Statistics in Medicine
//! 17, 1998, 873–890, method 10). It is made of the two Wilson intervals, so what is
//! shown beside the rates is what decides.
//!
//! Half points (基本满意折半) are no proportion: the mean of values 0, ½ and 1 is. A
//! value between 0 and 1 with mean m varies by at most m (1 − m), which is what yes and
//! no vary by, so the same interval is never too narrow for it, and a little too wide.

use super::rate::{Hundredths, rate};

/// The 97.5 % point of the normal distribution: two sides of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Between what a rate lies, each end rounded half up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The lower end.
    pub low: Hundredths,
    /// The upper end.
    pub high: Hundredths,
}

/// What a rate has changed by, in hundredths of a percentage point, rounded half away
/// from zero out of the exact difference: not the difference of two rounded rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The change; below 0 where it has become worse.
    pub by: i32,
    /// The lower end of its 95 % interval.
    pub low: i32,
    /// The upper end.
    pub high: i32,
    /// Whether the interval, before rounding, leaves zero out.
    pub is_more_than_noise: bool,
}

/// The interval of `halves` / 2 / `n`; `None` where `n` is 0.
pub fn wilson(halves: u64, n: u64) -> Option<Interval> {
    let point = rate(halves, n)?;
    let (low, high) = bounds(share(halves, n), double(n));
    // Rounding must not push an end past the rate that it belongs to.
    Some(Interval {
        low: Hundredths(hundredths(low)).min(point),
        high: Hundredths(hundredths(high)).max(point),
    })
}

/// What has changed from `before` to `after`, each in halves and n; `None` where one of
/// the two has no ratings.
pub fn difference(before: (u64, u64), after: (u64, u64)) -> Option<Difference> {
    if before.1 == 0 || after.1 == 0 {
        return None;
    }
    let (p1, p2) = (share(after.0, after.1), share(before.0, before.1));
    let (low1, high1) = bounds(p1, double(after.1));
    let (low2, high2) = bounds(p2, double(before.1));
    let down = hypotenuse(p1 - low1, high2 - p2);
    let up = hypotenuse(high1 - p1, p2 - low2);
    let (low, high) = (p1 - p2 - down, p1 - p2 + up);
    let by = exact(before, after);
    Some(Difference {
        by,
        low: points(low).min(by),
        high: points(high).max(by),
        is_more_than_noise: low > 0.0 || high < 0.0,
    })
}

/// The ends of Wilson's interval for the share `p` of `n`.
fn bounds(p: f64, n: f64) -> (f64, f64) {
    let square = Z * Z;
    let middle = p + square / (2.0 * n);
    let reach = Z * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
    let whole = 1.0 + square / n;
    // At 0 and 1 the end is exactly there.
    let low = if p <= 0.0 {
        0.0
    } else {
        (middle - reach) / whole
    };
    let high = if p >= 1.0 {
        1.0
    } else {
        (middle + reach) / whole
    };
    (low.max(0.0), high.min(1.0))
}

/// `f64::hypot` need not give the same last bit on every machine.
fn hypotenuse(a: f64, b: f64) -> f64 {
    (a * a + b * b).sqrt()
}

/// The difference in hundredths of a point, from whole numbers.
fn exact(before: (u64, u64), after: (u64, u64)) -> i32 {
    let wide = |number: u64| i128::from(number.min(u64::from(u32::MAX) * 2));
    let top = (wide(after.0) * wide(before.1) - wide(before.0) * wide(after.1)) * 10_000;
    let bottom = 2 * wide(before.1) * wide(after.1);
    let size = (2 * top.abs() + bottom) / (2 * bottom);
    let size = i32::try_from(size).unwrap_or(10_000);
    if top < 0 { -size } else { size }
}

fn share(halves: u64, n: u64) -> f64 {
    (double(halves) / (2.0 * double(n))).min(1.0)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of ratings are far below 2^53"
)]
fn double(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 10 000"
)]
fn hundredths(share: f64) -> u32 {
    (share * 10_000.0 + 0.5).floor() as u32
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "between -10 000 and 10 000"
)]
fn points(share: f64) -> i32 {
    (share * 10_000.0).round() as i32
}

#[cfg(test)]
mod tests {
    use super::{Difference, difference, wilson};

    fn ends(part: u64, n: u64) -> (u32, u32) {
        let interval = wilson(2 * part, n).expect("n is above 0");
        (interval.low.0, interval.high.0)
    }

    /// Newcombe, Statistics in Medicine 17, 1998, 857–872, table I, method 3.
    #[test]
    fn wilsons_interval_is_as_published() {
        assert_eq!(ends(81, 263), (2_553, 3_662));
        assert_eq!(ends(15, 148), (624, 1_605));
        assert_eq!(ends(0, 20), (0, 1_611));
        assert_eq!(ends(1, 29), (61, 1_718));
    }

    #[test]
    fn twenty_of_twenty_is_at_least_83_9_percent() {
        assert_eq!(ends(20, 20), (8_389, 10_000));
        assert_eq!(ends(0, 1), (0, 7_935));
        assert_eq!(wilson(0, 0), None);
    }

    /// Newcombe, Statistics in Medicine 17, 1998, 873–890, table II, method 10.
    #[test]
    fn the_interval_of_a_difference_is_as_published() {
        let of = |after: (u64, u64), before: (u64, u64)| {
            let found = difference((2 * before.0, before.1), (2 * after.0, after.1));
            let found = found.expect("both have ratings");
            (found.low, found.high, found.is_more_than_noise)
        };
        assert_eq!(of((56, 70), (48, 80)), (524, 3_339, true));
        assert_eq!(of((9, 10), (3, 10)), (1_705, 8_090, true));
        assert_eq!(of((6, 7), (2, 7)), (582, 8_062, true));
        assert_eq!(of((5, 56), (0, 29)), (-381, 1_926, false));
        assert_eq!(of((0, 10), (0, 20)), (-1_611, 2_775, false));
        assert_eq!(of((0, 10), (0, 10)), (-2_775, 2_775, false));
        assert_eq!(of((10, 10), (0, 20)), (6_791, 10_000, true));
        assert_eq!(of((10, 10), (0, 10)), (6_075, 10_000, true));
    }

    #[test]
    fn a_change_has_a_sign_only_when_it_is_more_than_noise() {
        // One more of twenty, and three hundred more of six thousand.
        let few = difference((36, 20), (38, 20)).expect("both have ratings");
        assert_eq!((few.by, few.is_more_than_noise), (500, false));
        let many = difference((10_800, 6_000), (11_400, 6_000)).expect("both have ratings");
        assert_eq!((many.by, many.is_more_than_noise), (500, true));
        assert_eq!(difference((0, 0), (2, 1)), None);
        assert_eq!(difference((2, 1), (0, 0)), None);
    }

    #[test]
    fn the_difference_is_exact_and_symmetric() {
        let there = difference((2, 3), (2, 7)).expect("both have ratings");
        let back = difference((2, 7), (2, 3)).expect("both have ratings");
        // 1/7 − 1/3 = −19.047… %.
        assert_eq!((there.by, back.by), (-1_905, 1_905));
        assert_eq!((there.low, there.high), (-back.high, -back.low));
        let same = difference((7, 9), (7, 9)).expect("both have ratings");
        assert!(matches!(
            same,
            Difference {
                by: 0,
                is_more_than_noise: false,
                ..
            }
        ));
    }
}
