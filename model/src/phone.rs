//! Telephone numbers as people write them.

use crate::limits;

/// The number with signs and spaces taken out, full-width digits made plain and
/// country prefixes made alike (`13800138000`, `059512345678`, `+85212345678`),
/// or `None` when it is no number of the mainland, Hong Kong, Macao or Taiwan, or
/// longer than [`limits::PHONE_CHARS`].
///
/// Taken: mobiles (11 digits from 13 to 19), landlines with area code (and an
/// extension of 1 to 6 digits after `-`, `转` or `x`, which is kept as `-123`),
/// 400 and 800 service numbers, and the three regions with their prefix 852, 853
/// or 886. What comes out goes in again unchanged.
pub fn normal(typed: &str) -> Option<String> {
    let (digits, extension) = digits(typed)?;
    let (prefix, rest) = split_prefix(&digits);
    let rest = match prefix {
        Prefix::Mainland => mainland(rest)?,
        Prefix::None => domestic(rest)?,
        Prefix::Region(code) => region(code, rest)?,
    };
    Some(match extension {
        Some(extension) if rest.starts_with('0') => [&rest, "-", &extension].concat(),
        Some(_) => return None,
        None => rest,
    })
}

enum Prefix {
    None,
    Mainland,
    Region(&'static str),
}

/// The digits with a leading `+`, if any, and the extension.
fn digits(typed: &str) -> Option<(String, Option<String>)> {
    let mut digits = String::new();
    let mut extension: Option<String> = None;
    if typed.chars().count() > limits::PHONE_CHARS {
        return None;
    }
    for c in typed.trim().chars() {
        let c = narrow(c);
        match c {
            '0'..='9' => extension.as_mut().unwrap_or(&mut digits).push(c),
            '+' if digits.is_empty() => digits.push(c),
            'x' | 'X' | '转' | '轉' if extension.is_none() && digits.len() > 6 => {
                extension = Some(String::new());
            }
            // A dash behind a whole landline begins an extension.
            '-' if extension.is_none() && is_landline(&digits) => {
                extension = Some(String::new());
            }
            '-' | '(' | ')' | '.' => {}
            c if c.is_whitespace() && !c.is_control() => {}
            // Marks of direction and width, which address books copy along.
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => {}
            _ => return None,
        }
    }
    match extension {
        Some(extension) if extension.is_empty() || extension.len() > 6 => None,
        extension => Some((digits, extension)),
    }
}

/// The half-width twin of a full-width sign.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '‐' | '‑' | '–' | '—' | '−' | 'ー' => '-',
        c => c,
    }
}

fn is_landline(digits: &str) -> bool {
    let (prefix, rest) = split_prefix(digits);
    let whole = match prefix {
        Prefix::Mainland => mainland(rest),
        Prefix::None => domestic(rest),
        Prefix::Region(_) => None,
    };
    whole.is_some_and(|number| number.starts_with('0'))
}

fn split_prefix(digits: &str) -> (Prefix, &str) {
    let international = digits
        .strip_prefix('+')
        .or_else(|| digits.strip_prefix("00"));
    let Some(rest) = international else {
        // 86 is often written without the plus.
        return match digits.strip_prefix("86") {
            Some(rest) if rest.len() >= 10 => (Prefix::Mainland, rest),
            _ => (Prefix::None, digits),
        };
    };
    for (code, prefix) in [
        ("86", Prefix::Mainland),
        ("852", Prefix::Region("852")),
        ("853", Prefix::Region("853")),
        ("886", Prefix::Region("886")),
    ] {
        if let Some(rest) = rest.strip_prefix(code) {
            return (prefix, rest);
        }
    }
    (Prefix::Region(""), rest)
}

/// Behind +86 the area code stands without its 0.
fn mainland(rest: &str) -> Option<String> {
    domestic(rest).or_else(|| domestic(&["0", rest].concat()))
}

fn domestic(number: &str) -> Option<String> {
    let length = number.len();
    // A 0 before a mobile was dialled from other cities.
    let number = match number.strip_prefix('0') {
        Some(mobile) if length == 12 && is_mobile(mobile) => mobile,
        _ => number,
    };
    let service = number.starts_with("400") || number.starts_with("800");
    let fits = is_mobile(number)
        || (service && length == 10)
        || match number.as_bytes() {
            // Area codes 010 and 02x have eight digits behind them, longer ones seven or eight.
            [b'0', b'1', b'0', ..] | [b'0', b'2', ..] => length == 11,
            [b'0', b'3'..=b'9', ..] => length == 11 || length == 12,
            _ => false,
        };
    fits.then(|| number.to_owned())
}

fn is_mobile(number: &str) -> bool {
    number.len() == 11 && matches!(number.as_bytes(), [b'1', b'3'..=b'9', ..])
}

fn region(code: &str, rest: &str) -> Option<String> {
    // Taiwan's trunk 0 is often left in.
    let rest = match rest.strip_prefix('0') {
        Some(bare) if code == "886" => bare,
        _ => rest,
    };
    let first = rest.bytes().next()?;
    let fits = match code {
        "852" => rest.len() == 8 && matches!(first, b'2'..=b'9'),
        "853" => rest.len() == 8 && matches!(first, b'2' | b'6' | b'8'),
        "886" => (8..=9).contains(&rest.len()) && matches!(first, b'2'..=b'9'),
        _ => false,
    };
    fits.then(|| ["+", code, rest].concat())
}
