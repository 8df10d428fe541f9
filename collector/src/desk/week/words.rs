//! What the figures are called, in both languages.

use manyi_model::statistics::Formula;
use manyi_model::{Channel, Mode};

use super::super::say::Language;
use crate::collation::against::{Against, Sign, Why};
use crate::collation::asked::Unasked;
use crate::collation::figures::By;
use crate::collation::words;

/// Who filled it in.
pub fn mode(language: Language, mode: Mode) -> &'static str {
    let english = match mode {
        Mode::Myself => "rated by oneself",
        Mode::Asked => "asked in person or by telephone",
        Mode::Entered => "entered by staff",
    };
    language.say(words::mode(mode), english)
}

/// Where it was asked.
pub fn channels(language: Language, all: &[Channel]) -> String {
    match language {
        Language::Chinese => words::channels(all),
        Language::English => {
            let names = all.iter().map(|channel| channel.name());
            names.collect::<Vec<_>>().join(" + ")
        }
    }
}

/// By what it is counted.
pub fn by(language: Language, by: By) -> &'static str {
    let english = match by {
        By::All => "all",
        By::Unit => "unit",
        By::Window => "window",
        By::Officer => "officer",
    };
    language.say(words::by(by), english)
}

/// The name of a formula.
pub fn title(language: Language, formula: Formula) -> &'static str {
    let english = match formula {
        Formula::Satisfied => "satisfied only",
        Formula::Half => "basically satisfied as half",
        Formula::AtLeastBasically => "satisfied and basically satisfied",
    };
    language.say(formula.title(), english)
}

/// A formula in words.
pub fn formula(language: Language, formula: Formula) -> &'static str {
    let english = match formula {
        Formula::Satisfied => "satisfied ÷ all ratings",
        Formula::Half => "(satisfied + basically satisfied × ½) ÷ all ratings",
        Formula::AtLeastBasically => "(satisfied + basically satisfied) ÷ all ratings",
    };
    language.say(formula.words(), english)
}

/// The three levels, the best first.
pub fn levels(language: Language) -> [&'static str; 3] {
    language.say(
        ["满意", "基本满意", "不满意"],
        ["satisfied", "basically satisfied", "dissatisfied"],
    )
}

/// How satisfied whoever wrote a text is.
pub fn level(language: Language, level: u8) -> &'static str {
    let english = match level {
        0 => "dissatisfied",
        1 => "basically satisfied",
        2 => "satisfied",
        _ => "no rating",
    };
    language.say(words::level(level), english)
}

/// Monday to Sunday.
pub fn days(language: Language) -> [&'static str; 7] {
    language.say(
        ["一", "二", "三", "四", "五", "六", "日"],
        ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
    )
}

/// Why there is no response rate.
pub fn unasked(language: Language, why: Unasked) -> &'static str {
    let english = match why {
        Unasked::NoRecord => "unknown: nobody records how many were asked in this way",
        Unasked::NobodyAsked => "unknown: no window was told to ask; all came by themselves",
        Unasked::Supplement => "not counted for a supplement",
    };
    language.say(words::unasked(why), english)
}

/// Why nothing is compared.
fn why(language: Language, why: Why) -> &'static str {
    let english = match why {
        Why::NoSuchWeek => "no such week last year",
        Why::NotClosed => "that week is not closed",
        Why::NoRatings => "no such ratings then",
        Why::OtherScale => "another scale then",
        Why::Supplement => "supplements are not compared",
    };
    language.say(words::why(why), english)
}

/// A change as one reads it: a sign only where it is more than noise.
pub fn against(language: Language, against: &Against) -> String {
    match against {
        Against::Unknown(reason) => format!("—（{}）", why(language, *reason)),
        Against::Compared {
            by_hundredths,
            sign,
            n,
            ..
        } => {
            let by = words::points(*by_hundredths).replace('-', "−");
            let said = match sign {
                Some(Sign::Up) => language.say("↑ 变好", "↑ better"),
                Some(Sign::Down) => language.say("↓ 变差", "↓ worse"),
                None => language.say("误差内", "within noise"),
            };
            format!("{said} {by}（n={}）", words::number(*n))
        }
    }
}

/// The days of a week: `2026年11月16日（周一）至11月22日（周日）`.
pub fn span(language: Language, week: manyi_model::statistics::Week) -> String {
    let (from, to) = (words::day(week, 0), words::day(week, 6));
    match language {
        Language::Chinese => format!("{from}（周一）至 {to}（周日）"),
        Language::English => {
            let (begins, ends) = crate::wall::span(week);
            let day = |ms: i64| crate::wall::rfc3339(ms)[..10].to_owned();
            format!("Monday {} to Sunday {}", day(begins), day(ends - 1))
        }
    }
}

/// `2026-11-23 09:00`, by the clock on the wall.
pub fn moment(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}
