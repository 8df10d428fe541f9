//! The widget's one door to the clock and randomness.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock and randomness"
)]

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(call: JsValue, delay_ms: f64);
}

/// Does `what` in so many milliseconds.
pub fn later(delay_ms: f64, what: impl FnOnce() + 'static) {
    set_timeout(Closure::once_into_js(what), delay_ms);
}

/// Milliseconds since 1970 by the device's clock: data for people, never logic.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Milliseconds by the page's own clock, which nobody sets: for durations.
pub fn elapsed_ms() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |clock| clock.now())
}

/// What `now_ms` reads as local time with its offset, in RFC 3339.
pub fn local_time(now_ms: f64) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(now_ms));
    rfc3339(now_ms, -date.get_timezone_offset())
}

/// A new UUID, version 7: ids of later responses sort behind earlier ones.
pub fn new_id() -> String {
    let mut random = [0; 10];
    let filled = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut random).ok());
    if filled.is_none() {
        // No browser that runs Wasm lacks it. If one does, two ids of the same
        // millisecond must still differ.
        for byte in &mut random {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 255 by construction"
            )]
            let any = (js_sys::Math::random() * 256.0) as u8;
            *byte = any;
        }
    }
    uuid7(now_ms(), random)
}

/// A UUID of version 7 (RFC 9562) from milliseconds since 1970 and ten random bytes.
fn uuid7(now_ms: f64, random: [u8; 10]) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 48 bits"
    )]
    let ms = now_ms.clamp(0.0, 281_474_976_710_655.0) as u64;
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    let mut id = String::with_capacity(36);
    for (n, byte) in bytes.into_iter().enumerate() {
        if matches!(n, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        push_hex(&mut id, byte);
    }
    id
}

/// Two lower-case hex digits.
pub fn push_hex(text: &mut String, byte: u8) {
    for digit in [byte >> 4, byte & 15] {
        text.push(char::from(if digit < 10 {
            b'0' + digit
        } else {
            b'a' + digit - 10
        }));
    }
}

/// `now_ms` at `offset_minutes` east of Greenwich, such as
/// `2026-01-31T09:30:00.125+08:00`.
fn rfc3339(now_ms: f64, offset_minutes: f64) -> String {
    // The years 0000 to 9999; a clock outside of them is broken anyway.
    let local =
        (now_ms + offset_minutes * 60_000.0).clamp(-62_167_219_200_000.0, 253_402_300_799_999.0);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "clamped far inside of i64, and offsets are minutes of a day"
    )]
    let (local, offset) = (local.floor() as i64, offset_minutes as i64);
    let (days, ms) = (local.div_euclid(86_400_000), local.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    let mut text = String::with_capacity(29);
    push_digits(&mut text, year, 4);
    for (sign, number, digits) in [
        ('-', month, 2),
        ('-', day, 2),
        ('T', ms / 3_600_000, 2),
        (':', ms / 60_000 % 60, 2),
        (':', ms / 1000 % 60, 2),
        ('.', ms % 1000, 3),
        (
            if offset < 0 { '-' } else { '+' },
            offset.abs() / 60 % 24,
            2,
        ),
        (':', offset.abs() % 60, 2),
    ] {
        text.push(sign);
        push_digits(&mut text, number, digits);
    }
    text
}

fn push_digits(text: &mut String, number: i64, digits: u32) {
    for place in (0..digits).rev() {
        let digit = number / 10_i64.pow(place) % 10;
        text.push(char::from(b'0' + u8::try_from(digit).unwrap_or(0)));
    }
}

/// Year, month and day of the day that lies `days` after 1970-01-01, by counting
/// in eras of 400 years that begin in March.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use manyi_model::response::{is_rfc3339, is_uuid};

    #[test]
    fn ids_are_uuids_of_version_7_and_sort_by_time() {
        let early = uuid7(1_700_000_000_000.0, [0xff; 10]);
        let late = uuid7(1_700_000_000_001.0, [0; 10]);
        assert_eq!(early, "018bcfe5-6800-7fff-bfff-ffffffffffff");
        assert_eq!(late, "018bcfe5-6801-7000-8000-000000000000");
        assert!(early < late);
        assert!(is_uuid(&early) && is_uuid(&late));
        assert!(is_uuid(&uuid7(-5.0, [7; 10])));
        assert!(is_uuid(&uuid7(1e30, [7; 10])));
    }

    #[test]
    fn times_are_local_with_their_offset() {
        assert_eq!(rfc3339(0.0, 0.0), "1970-01-01T00:00:00.000+00:00");
        assert_eq!(
            rfc3339(1_769_823_000_125.0, 480.0),
            "2026-01-31T09:30:00.125+08:00"
        );
        assert_eq!(
            rfc3339(1_709_164_800_000.0, 0.0),
            "2024-02-29T00:00:00.000+00:00"
        );
        assert_eq!(
            rfc3339(1_709_164_800_000.0, -210.0),
            "2024-02-28T20:30:00.000-03:30"
        );
        assert_eq!(
            rfc3339(1_735_689_599_999.0, 330.0),
            "2025-01-01T05:29:59.999+05:30"
        );
        assert_eq!(
            rfc3339(951_827_696_789.0, 0.0),
            "2000-02-29T12:34:56.789+00:00"
        );
    }

    #[test]
    fn times_are_rfc3339_whatever_the_clock_says() {
        for ms in [
            -1e18,
            -62_167_219_200_000.0,
            -1.0,
            0.5,
            1e12,
            253_402_300_799_999.0,
            1e18,
        ] {
            for offset in [-720.0, -1.0, 0.0, 480.0, 840.0] {
                let text = rfc3339(ms, offset);
                assert!(is_rfc3339(&text), "{text}");
            }
        }
    }
}
