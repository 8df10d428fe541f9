//! Numbers as people write them, read and printed exactly, without the tables that
//! std needs for every double there is: they would be a twentieth of the download.

/// The most decimals read: with them a quotient of 128 bits still has two bits more
/// than a double keeps.
const READ: usize = 21;
/// The most decimals printed: more than limits allow, so that too many are seen.
const PRINTED: u32 = 17;
/// The most digits read.
const DIGITS: usize = 24;

/// The double nearest to what `digits` says: an optional sign, at most 24 digits, and
/// at most one point.
pub fn read(digits: &str) -> Option<f64> {
    let (is_negative, digits) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let (mut whole, mut count, mut decimals) = (0_u128, 0, None);
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                whole = whole * 10 + u128::from(byte - b'0');
                count += 1;
                decimals = decimals.map(|decimals| decimals + 1);
            }
            b'.' if decimals.is_none() => decimals = Some(0),
            _ => return None,
        }
        if count > DIGITS {
            return None;
        }
    }
    let decimals = decimals.unwrap_or(0);
    if count == 0 || decimals > READ {
        return None;
    }
    let number = quotient(whole, u32::try_from(decimals).ok()?);
    // Minus zero is zero.
    Some(if is_negative && whole != 0 {
        -number
    } else {
        number
    })
}

/// The double nearest to `whole` / 10^`decimals`.
#[expect(
    clippy::cast_precision_loss,
    reason = "to the nearest double, as is meant"
)]
fn quotient(whole: u128, decimals: u32) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    let steps = 10_u128.pow(decimals);
    let shift = whole.leading_zeros() - 1;
    let shifted = whole << shift;
    // What is left over can only break a tie, so one bit stands for it.
    let exact = (shifted / steps) | u128::from(!shifted.is_multiple_of(steps));
    let mut number = exact as f64;
    for _ in 0..shift {
        number /= 2.0;
    }
    number
}

/// `number` in the fewest decimals that mean it, as JavaScript prints it between
/// 10^-6 and 10^15.
pub fn print(number: f64) -> String {
    let size = number.abs();
    let (mut digits, decimals) = shortest(size);
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

/// The digits of `size`, and how many of them are decimals.
fn shortest(size: f64) -> (String, usize) {
    const SIGNIFICANT: u64 = 1 << 52;
    // Far beyond the limits; only a definition can name such a bound.
    if size.fract() == 0.0 || !size.is_finite() {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "`as` saturates, at nineteen digits"
        )]
        return ((size as u64).to_string(), 0);
    }
    let bits = size.to_bits();
    let (field, low) = (bits / SIGNIFICANT, bits % SIGNIFICANT);
    // size = mantissa / 2^shift, and shift > 0, as there is a fraction.
    let mantissa = u128::from(low + if field > 0 { SIGNIFICANT } else { 0 });
    let shift = 1075 - field.max(1);
    let mut scaled = 0;
    for decimals in 1..=PRINTED {
        scaled = match u32::try_from(shift) {
            Ok(shift @ 1..=126) => (mantissa * 10_u128.pow(decimals) + (1 << (shift - 1))) >> shift,
            _ => 0,
        };
        if quotient(scaled, decimals) == size {
            return (text(scaled), decimals as usize);
        }
    }
    (text(scaled), PRINTED as usize)
}

/// `number` in two halves of 64 bits, whose printing the widget has anyway.
fn text(number: u128) -> String {
    const HALF: u128 = 1_000_000_000_000_000;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "both halves are far below 2^64"
    )]
    let (high, low) = ((number / HALF) as u64, (number % HALF) as u64);
    if high == 0 {
        return low.to_string();
    }
    let low = low.to_string();
    let mut text = high.to_string();
    for _ in low.len()..15 {
        text.push('0');
    }
    text.push_str(&low);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_everywhere() {
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
            "252419869322796.78",
            "999999999999999.999999",
            "0.123456789012345678",
            "123456789012345678901234",
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
            let whole = (seed >> 14) as f64;
            let number = whole / 10_f64.powi(i32::try_from(seed % 7).unwrap_or(0));
            assert_eq!(print(number), number.to_string());
            assert_eq!(read(&print(-number)), Some(-number + 0.0));
        }
    }

    #[test]
    fn any_double_prints_without_end_or_panic() {
        for number in [
            5e-324,
            252_419_869_322_796.78,
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
