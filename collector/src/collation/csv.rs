//! A week as a table for a spreadsheet: one line for each rate, so that no line holds a
//! figure without its n and its formula.

use std::borrow::Cow;
use std::io::Write;

use super::Report;
use super::against::{Against, Sign};
use super::asked::ResponseRate;
use super::figures::{Cut, Question, Rate, Stratum, Threefold};
use super::words;
use crate::export::{self, line};

const COLUMNS: [&str; 34] = [
    "week",
    "number",
    "part",
    "survey",
    "survey_title",
    "mode",
    "channels",
    "by",
    "unit",
    "window",
    "officer",
    "responses",
    "by_roster",
    "question",
    "question_title",
    "n",
    "satisfied",
    "basically",
    "dissatisfied",
    "formula",
    "formula_words",
    "rate_percent",
    "low_percent",
    "high_percent",
    "place",
    "last_week_n",
    "last_week_change",
    "last_week_sign",
    "last_year_n",
    "last_year_change",
    "last_year_sign",
    "asked",
    "answered",
    "response_percent",
];

/// Writes the rates, with a mark in front that tells a spreadsheet that it is UTF-8.
///
/// # Errors
/// When the other side takes no more.
pub fn write(report: &Report, out: &mut impl Write) -> Result<(), export::Error> {
    out.write_all("\u{feff}".as_bytes())?;
    line(out, COLUMNS.into_iter().map(Cow::Borrowed))?;
    for stratum in &report.figures.strata {
        for cut in &stratum.cuts {
            for question in &cut.questions {
                for (three, rate) in question
                    .three
                    .iter()
                    .flat_map(|three| three.rates.iter().map(move |rate| (three, rate)))
                {
                    let cells = row(report, (stratum, cut), question, (three, rate));
                    line(out, cells.into_iter().map(Cow::Owned))?;
                }
            }
        }
    }
    out.flush()?;
    Ok(())
}

fn row(
    report: &Report,
    (stratum, cut): (&Stratum, &Cut),
    question: &Question,
    (three, rate): (&Threefold, &Rate),
) -> [String; 34] {
    let head = report.edition.as_ref();
    let given = |value: &Option<String>| value.clone().unwrap_or_default();
    let channels: Vec<&str> = stratum
        .channels
        .iter()
        .map(|channel| channel.name())
        .collect();
    let by = format!("{:?}", cut.whose.by).to_lowercase();
    let [week_n, week_change, week_sign] = against(&rate.week);
    let [year_n, year_change, year_sign] = against(&rate.year);
    let [asked, answered, response] = response(&cut.response);
    [
        report.week.clone(),
        head.map(|head| head.number.to_string()).unwrap_or_default(),
        head.map(|head| head.part.to_string()).unwrap_or_default(),
        stratum.survey.clone(),
        stratum.title.clone(),
        stratum.mode.name().to_owned(),
        channels.join("+"),
        by,
        given(&cut.whose.unit),
        given(&cut.whose.window),
        given(&cut.whose.officer),
        cut.n.to_string(),
        cut.by_roster.to_string(),
        question.id.clone(),
        question.title.clone(),
        rate.n.to_string(),
        three.satisfied.to_string(),
        three.basically.to_string(),
        three.dissatisfied.to_string(),
        rate.formula.to_owned(),
        rate.words.to_owned(),
        bare(rate.rate_hundredths),
        bare(rate.low_hundredths),
        bare(rate.high_hundredths),
        rate.place
            .map(|place| place.to_string())
            .unwrap_or_default(),
        week_n,
        week_change,
        week_sign,
        year_n,
        year_change,
        year_sign,
        asked,
        answered,
        response,
    ]
}

/// `84.23`: a number for a spreadsheet.
fn bare(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn against(against: &Against) -> [String; 3] {
    match against {
        Against::Unknown(why) => [String::new(), String::new(), words::why(*why).to_owned()],
        Against::Compared {
            n,
            by_hundredths,
            sign,
            ..
        } => {
            let sign = match sign {
                Some(Sign::Up) => "up",
                Some(Sign::Down) => "down",
                None => "noise",
            };
            let change = words::points(*by_hundredths);
            let change = change.strip_prefix('+').unwrap_or(&change).to_owned();
            [n.to_string(), change, sign.to_owned()]
        }
    }
}

fn response(rate: &ResponseRate) -> [String; 3] {
    match rate {
        ResponseRate::Unknown(_) => ["unknown".to_owned(), String::new(), String::new()],
        ResponseRate::Asked {
            asked,
            answered,
            rate_hundredths,
            ..
        } => [
            asked.to_string(),
            answered.to_string(),
            bare(*rate_hundredths),
        ],
    }
}
