//! Wrong PINs, and how long they cost. The PIN itself is never here: the page compares
//! hashes.

use manyi_model::limits;

/// Milliseconds of the page's own clock, which nobody sets.
pub type Ms = f64;

/// The tries so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tries {
    /// Wrong ones in a row; kept over a restart.
    pub wrong: u32,
    /// Until when no other is taken.
    until: Ms,
}

impl Tries {
    /// After a restart: the wait that was due begins anew, or pulling the plug would
    /// be a way around it.
    pub fn again(wrong: u32, now: Ms) -> Self {
        Self {
            wrong,
            until: now + f64::from(wait_s(wrong)) * 1000.0,
        }
    }

    /// Whole seconds until the next try is taken; 0 now.
    pub fn wait_s(&self, now: Ms) -> u32 {
        let left = ((self.until - now) / 1000.0).ceil().max(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most an hour, and not negative"
        )]
        let left = left.min(f64::from(limits::KIOSK_PIN_WAIT_MAX_S)) as u32;
        left
    }

    /// After a wrong one.
    pub fn after_wrong(self, now: Ms) -> Self {
        Self::again(self.wrong.saturating_add(1), now)
    }
}

/// What the last of so many wrong ones costs, in seconds.
fn wait_s(wrong: u32) -> u32 {
    let Some(beyond) = wrong.checked_sub(limits::KIOSK_PIN_TRIES) else {
        return 0;
    };
    let doubled = limits::KIOSK_PIN_WAIT_S.checked_shl(beyond.min(16));
    doubled
        .unwrap_or(u32::MAX)
        .min(limits::KIOSK_PIN_WAIT_MAX_S)
}

/// Whether it may be a PIN: six to twelve digits, not all the same.
pub fn is_pin(text: &str) -> bool {
    let (least, most) = limits::KIOSK_PIN_DIGITS;
    let first = text.bytes().next();
    (least..=most).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.bytes().any(|b| Some(b) != first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_wrong_pins_cost_nothing_the_fifth_a_minute_and_then_double() {
        let mut tries = Tries::default();
        let mut waits = Vec::new();
        let mut now = 1000.0;
        for _ in 0..13 {
            tries = tries.after_wrong(now);
            waits.push(tries.wait_s(now));
            now += f64::from(tries.wait_s(now)) * 1000.0;
            assert_eq!(tries.wait_s(now), 0);
        }
        assert_eq!(
            waits,
            [0, 0, 0, 0, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
        );
        assert_eq!(Tries::default().after_wrong(0.0).after_wrong(0.0).wrong, 2);
    }

    #[test]
    fn a_restart_does_not_shorten_the_wait() {
        let tries = Tries::again(6, 0.0);
        assert_eq!(
            (
                tries.wait_s(0.0),
                tries.wait_s(119_001.0),
                tries.wait_s(120_000.0)
            ),
            (120, 1, 0)
        );
        assert_eq!(Tries::again(u32::MAX, 0.0).wait_s(0.0), 3600);
    }

    #[test]
    fn a_pin_is_six_digits_and_not_one_digit_six_times() {
        for (text, is) in [
            ("135790", true),
            ("13579", false),
            ("000000", false),
            ("12345a", false),
            ("1234567890123", false),
        ] {
            assert_eq!(is_pin(text), is, "{text}");
        }
    }
}
