//! What a collation calls things, in plain Chinese.

use manyi_model::statistics::{Formula, Hundredths, Week};
use manyi_model::{Channel, Mode};

use super::against::{Against, Sign, Why};
use super::asked::Unasked;
use super::figures::By;
use crate::{clock, wall};

/// Who filled it in.
pub fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Myself => "本人评价",
        Mode::Asked => "他人当面或电话询问",
        Mode::Entered => "工作人员代录",
    }
}

/// Where it was asked.
pub fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Web => "网页",
        Channel::Kiosk => "窗口平板",
        Channel::Sms => "短信",
        Channel::Phone => "电话",
        Channel::Visit => "入户",
        Channel::Meeting => "会议",
        Channel::Paper => "纸质",
    }
}

/// Several channels.
pub fn channels(all: &[Channel]) -> String {
    all.iter()
        .map(|one| channel(*one))
        .collect::<Vec<_>>()
        .join("＋")
}

/// By what it is counted.
pub fn by(by: By) -> &'static str {
    match by {
        By::All => "合计",
        By::Unit => "单位",
        By::Window => "窗口",
        By::Officer => "人员",
    }
}

/// How satisfied, as a free text is headed.
pub fn level(level: u8) -> &'static str {
    match level {
        0 => "不满意",
        1 => "基本满意",
        2 => "满意",
        _ => "未评满意度",
    }
}

/// Why nothing is compared.
pub fn why(why: Why) -> &'static str {
    match why {
        Why::NoSuchWeek => "去年没有这一周",
        Why::NotClosed => "对照周未结算",
        Why::NoRatings => "对照周无此类评价",
        Why::OtherScale => "对照周量表不同",
        Why::Supplement => "补报不比较",
    }
}

/// Why there is no response rate.
pub fn unasked(why: Unasked) -> &'static str {
    match why {
        Unasked::NoRecord => "不详：没有请人评价次数的记录，无法计算",
        Unasked::NobodyAsked => "不详：本周没有由窗口发起的请评，都是群众自己来评的",
        Unasked::Supplement => "补报不计",
    }
}

/// A change in percentage points, with a sign only when it is more than noise.
pub fn against(against: &Against) -> String {
    match against {
        Against::Unknown(reason) => format!("—（{}）", why(*reason)),
        Against::Compared {
            by_hundredths,
            sign,
            n,
            ..
        } => {
            let by = points(*by_hundredths);
            match sign {
                Some(Sign::Up) => format!("↑ {by}（n={n}）"),
                Some(Sign::Down) => format!("↓ {by}（n={n}）"),
                None => format!("误差内 {by}（n={n}）"),
            }
        }
    }
}

/// `+3.20`.
pub fn points(hundredths: i32) -> String {
    let sign = match hundredths {
        0 => "",
        1.. => "+",
        _ => "-",
    };
    let size = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

/// `84.23 %`; a dash where there is nothing.
pub fn percent(hundredths: Option<u32>) -> String {
    hundredths.map_or_else(|| "—".to_owned(), |share| Hundredths(share).to_string())
}

/// `83.40–85.02 %`.
pub fn between(low: u32, high: u32) -> String {
    format!("{}.{:02}–{}", low / 100, low % 100, Hundredths(high))
}

/// `1,234`.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut said = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

/// `2026年11月16日`, so many days after the week's Monday.
pub fn day(week: Week, after: i64) -> String {
    let (from, _) = wall::span(week);
    let day = clock::rfc3339(from + crate::limits::WALL_OFFSET_MS + after * wall::DAY_MS);
    let part = |from: usize, to: usize| day[from..to].trim_start_matches('0').to_owned();
    format!("{}年{}月{}日", part(0, 4), part(5, 7), part(8, 10))
}

/// The name of a formula by its name in JSON.
pub fn formula(name: &str) -> &'static str {
    Formula::ALL
        .into_iter()
        .find(|formula| formula.name() == name)
        .map_or("", Formula::title)
}

#[cfg(test)]
mod tests {
    use manyi_model::statistics::Week;

    use super::{between, day, number, percent, points};

    #[test]
    fn numbers_are_said_as_people_write_them() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(points(320), "+3.20");
        assert_eq!(points(-5), "-0.05");
        assert_eq!(points(0), "0.00");
        assert_eq!(percent(Some(8_423)), "84.23 %");
        assert_eq!(percent(None), "—");
        assert_eq!(between(8_389, 10_000), "83.89–100.00 %");
    }

    #[test]
    fn a_week_is_said_by_its_days() {
        let week = Week::parse("2026-W47").expect("a week");
        assert_eq!(day(week, 0), "2026年11月16日");
        assert_eq!(day(week, 6), "2026年11月22日");
    }
}
