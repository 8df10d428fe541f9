//! Numbers as people write them, without the tables that std needs for every double
//! there is: a seventh of the widget's code, for numbers of 15 digits.

/// The largest whole number up to which doubles hold every one.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The number that `digits` says: an optional sign, digits, and at most one point.
/// Rounded as everywhere up to 15 digits, which is more than `limits` allow.
pub fn read(digits: &str) -> Option<f64> {
    let (is_negative, digits) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let (mut whole, mut steps, mut behind, mut any) = (0.0, 1.0, false, false);
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                any = true;
                whole = whole * 10.0 + f64::from(byte - b'0');
                if behind {
                    steps *= 10.0;
                }
            }
            b'.' if !behind => behind = true,
            _ => return None,
        }
    }
    let number = whole / steps;
    (any && number.is_finite()).then_some(if is_negative && number != 0.0 {
        -number
    } else {
        number
    })
}

/// `number` in the fewest decimals that mean it, as JavaScript prints it between
/// 10^-6 and 10^15.
pub fn print(number: f64) -> String {
    let size = number.abs();
    let (mut steps, mut decimals) = (1.0, 0);
    while (size * steps).round() / steps != size && size * steps * 10.0 < EXACT {
        steps *= 10.0;
        decimals += 1;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates; what the limits allow is below 2^53"
    )]
    let mut digits = ((size * steps).round() as u64).to_string();
    if decimals > 0 {
        while digits.len() <= decimals {
            digits.insert(0, '0');
        }
        digits.insert(digits.len() - decimals, '.');
    }
    if number < 0.0 {
        digits.insert(0, '-');
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_fifteen_digits_are_read_as_everywhere() {
        for text in [
            "0",
            "1",
            "-1",
            "+7",
            "0.1",
            "0.3",
            "-0.000001",
            "12.5",
            "5.",
            ".5",
            "007",
            "999999999999999",
            "123456789.123456",
            "99999999.999999",
            "-1000000000000000",
        ] {
            assert_eq!(read(text), text.parse().ok(), "{text}");
        }
        for text in ["", "-", "+", ".", "1.2.3", "1e3", "--1", "0x1", "１"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("-0").map(f64::is_sign_negative), Some(false));
    }

    #[test]
    fn numbers_print_as_javascript_prints_them() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-2.5, "-2.5"),
            (0.1, "0.1"),
            (0.000_001, "0.000001"),
            (100.0, "100"),
            (123_456_789.123_456, "123456789.123456"),
            (1e15, "1000000000000000"),
            (-1e15, "-1000000000000000"),
        ] {
            assert_eq!(print(number), text);
        }
    }

    #[test]
    fn what_is_printed_reads_back() {
        let mut seed = 7_u64;
        for _ in 0..100_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let whole = f64::from(u32::try_from(seed >> 33).unwrap_or(0));
            let number = whole / 10_f64.powi(i32::try_from(seed % 7).unwrap_or(0));
            assert_eq!(print(number), number.to_string());
            assert_eq!(read(&print(-number)), Some(-number + 0.0));
        }
    }

    #[test]
    fn any_double_prints_without_end_or_panic() {
        for number in [
            1e300,
            f64::MAX,
            f64::MIN_POSITIVE,
            1.0 / 3.0,
            f64::NAN,
            f64::INFINITY,
        ] {
            assert!(print(number).len() < 30);
        }
    }
}
