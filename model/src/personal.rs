//! Tokens are opaque: what looks like a person is refused at the door, before it is
//! in any database, log or tablet.

/// Why `token` cannot be taken, as the end of a sentence; `None` where it can.
///
/// Refused are mobile numbers (11 digits from 13 to 19, with 86 before them, with
/// spaces or hyphens between), numbers of identity cards (18 places with a day of
/// birth in them) and Chinese characters, as names are written with them. A matter's
/// number of exactly 11 digits that begins with 13 to 19 is refused, too.
pub fn found(token: &str) -> Option<&'static str> {
    if token.chars().any(is_han) {
        return Some("holds Chinese characters, as names do; only an opaque token is taken");
    }
    if is_random(token) {
        return None;
    }
    let plain: Vec<char> = token.chars().filter_map(plain).collect();
    let runs = plain.split(|c| !(c.is_ascii_digit() || *c == 'X'));
    for run in runs {
        if is_card(run) {
            return Some("holds what looks like the number of an identity card");
        }
        let digits: Vec<char> = run.iter().copied().filter(char::is_ascii_digit).collect();
        if is_mobile(&digits) {
            return Some("holds what looks like a mobile number");
        }
    }
    None
}

/// The text with every number of seven digits and more starred out, spaces and hyphens
/// between them or not: telephones, cards, case files. For what people read of free text.
pub fn starred(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut starred = letters.clone();
    let mut from = 0;
    while from < letters.len() {
        let run = letters[from..]
            .iter()
            .take_while(|c| plain(**c).is_none_or(|c| c.is_ascii_digit()))
            .count();
        let digits = |at: &usize| plain(letters[*at]).is_some_and(|c| c.is_ascii_digit());
        let places: Vec<usize> = (from..from + run).filter(digits).collect();
        if places.len() >= 7 {
            places.into_iter().for_each(|at| starred[at] = '*');
        }
        from += run.max(1);
    }
    starred.into_iter().collect()
}

/// Full-width digits and letters become plain ones; what people put between digits goes.
fn plain(c: char) -> Option<char> {
    match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        'x' | 'ｘ' | 'Ｘ' => Some('X'),
        ' ' | '-' | '\u{a0}' | '\u{3000}' | '\u{2010}'..='\u{2015}' | '(' | ')' => None,
        c => Some(c),
    }
}

/// A UUID or a hash in hex: one in a few hundred has digits in it by chance that look
/// like a number of the above.
fn is_random(token: &str) -> bool {
    let mut hex = token.bytes().filter(|b| *b != b'-');
    let letters = token.bytes().filter(u8::is_ascii_alphabetic).count();
    token.len() >= 32 && letters >= 4 && hex.all(|b| b.is_ascii_hexdigit())
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' | '〇' | '々')
}

fn is_mobile(digits: &[char]) -> bool {
    let own = match digits {
        ['0', '0', '8', '6', own @ ..] | ['8', '6', own @ ..] if own.len() == 11 => own,
        own => own,
    };
    own.len() == 11 && own[0] == '1' && ('3'..='9').contains(&own[1])
}

fn is_card(run: &[char]) -> bool {
    let number = |from: usize, to: usize| {
        let digits = run.get(from..to)?;
        digits
            .iter()
            .try_fold(0, |n, c| Some(n * 10 + c.to_digit(10)?))
    };
    run.len() == 18
        && number(0, 6).is_some()
        && number(6, 10).is_some_and(|year| (1900..2100).contains(&year))
        && number(10, 12).is_some_and(|month| (1..=12).contains(&month))
        && number(12, 14).is_some_and(|day| (1..=31).contains(&day))
        && number(14, 17).is_some()
}

#[cfg(test)]
mod tests {
    use super::{found, starred};

    #[test]
    fn long_numbers_in_a_text_are_starred_out() {
        for (text, said) in [
            (
                "打 138 0013-8000 找我，2026年11月",
                "打 *** ****-**** 找我，2026年11月",
            ),
            ("等了120分钟，跑了3趟", "等了120分钟，跑了3趟"),
            ("１２３４５６７", "*******"),
            ("", ""),
            ("123456", "123456"),
        ] {
            assert_eq!(starred(text), said, "{text}");
        }
    }

    #[test]
    fn people_are_refused() {
        for token in [
            "13800138000",
            "+86 138-0013-8000",
            "008613800138000",
            "１３８００１３８０００",
            "tel:19900000000",
            "110101199003070000",
            "11010119900307000X",
            "110101 19900307 000x",
            "id=110101199003070000;",
            "张三",
            "m-张",
            "𠮷",
        ] {
            assert!(found(token).is_some(), "{token}");
        }
    }

    #[test]
    fn numbers_of_matters_and_staff_are_taken() {
        for token in [
            "012345",
            "m-1",
            "2026013100012",
            "12800138000",
            "202601310001234567",
            "0193a5f0-c000-7000-8000-d13800138000",
            "AB-2026/01/31#7",
            "",
        ] {
            assert_eq!(found(token), None, "{token}");
        }
    }
}
