//! When to try again: the waits as data, the decision as a function.

/// The wait after the first, second, … failure in a row, in milliseconds: one
/// second, doubling to five minutes.
pub const WAITS_MS: [u64; 10] = [
    1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000,
];

/// The longest that a `Retry-After` is obeyed. A day: whoever says more means
/// "never", and a rating is not given up.
pub const RETRY_AFTER_MS: u64 = 24 * 60 * 60 * 1000;

/// How many milliseconds to wait after `failures` in a row (1 or more), where the
/// server wished for `after_ms`. `random` is 0 to 1: a hall full of tablets that
/// lost the network together must not come back in one heap.
///
/// Without a wish: between half of the table's wait and all of it. With one: the
/// wish, and up to a second more. A wish for nothing is none: it is what a date
/// becomes when the device's clock is years ahead, and no server wants to be asked
/// twice a second.
pub fn wait_ms(failures: u32, after_ms: Option<u64>, random: f64) -> u64 {
    let random = random.clamp(0.0, 1.0);
    if let Some(after_ms) = after_ms.filter(|wish_ms| *wish_ms > 0) {
        return after_ms.min(RETRY_AFTER_MS) + part(1_000, random);
    }
    let place = (failures.max(1) as usize - 1).min(WAITS_MS.len() - 1);
    let whole = WAITS_MS[place];
    whole / 2 + part(whole / 2, random)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a part of at most a day's milliseconds"
)]
fn part(whole: u64, random: f64) -> u64 {
    (whole as f64 * random) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f11_waits_double_from_one_second_to_five_minutes() {
        let longest: Vec<u64> = (1..=11).map(|n| wait_ms(n, None, 1.0)).collect();
        let seconds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300];
        assert_eq!(longest, seconds.map(|s| s * 1_000));
        for (n, long) in longest.iter().enumerate() {
            let n = u32::try_from(n).unwrap() + 1;
            assert_eq!(wait_ms(n, None, 0.0), long / 2);
            assert!((long / 2..=*long).contains(&wait_ms(n, None, 0.37)));
        }
        assert_eq!(wait_ms(0, None, 1.0), 1_000);
        assert_eq!(wait_ms(u32::MAX, None, 1.0), 300_000);
    }

    #[test]
    fn f12_the_servers_wish_is_kept_to_the_second() {
        for (wish, random) in [(1, 0.0), (7_000, 0.5), (600_000, 1.0)] {
            let wait = wait_ms(1, Some(wish), random);
            assert!((wish..=wish + 1_000).contains(&wait), "{wait} for {wish}");
        }
        assert_eq!(wait_ms(1, Some(u64::MAX), 0.0), RETRY_AFTER_MS);
    }

    #[test]
    fn f33_a_date_gone_by_on_a_wrong_clock_is_no_leave_to_hammer() {
        assert_eq!(wait_ms(10, Some(0), 1.0), 300_000);
    }

    #[test]
    fn a_broken_source_of_randomness_still_gives_a_wait() {
        for random in [f64::NAN, -5.0, 9.0] {
            assert!((500..=1_000).contains(&wait_ms(1, None, random)));
        }
    }
}
