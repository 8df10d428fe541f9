//! A week as a table for a spreadsheet: one line for each rate, so that no line holds a
//! figure without its n and its formula.

use std::borrow::Cow;
use std::io::Write;

use manyi_model::{Kind, Mode};

use super::Report;
use super::against::{Against, Sign};
use super::asked::ResponseRate;
use super::figures::{Cut, Figures, Question, Rate, Stratum, Threefold};
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
    rates(report, &report.figures, |_, _, _| true, out)
}

/// The same of some `figures` of a report, for those that `is_wanted`.
///
/// # Errors
/// When the other side takes no more.
pub fn rates(
    report: &Report,
    figures: &Figures,
    is_wanted: impl Fn(&Stratum, &Cut, &Question) -> bool,
    out: &mut impl Write,
) -> Result<(), export::Error> {
    begin(out, &COLUMNS)?;
    for stratum in &figures.strata {
        for cut in &stratum.cuts {
            let wanted = cut.questions.iter();
            for question in wanted.filter(|question| is_wanted(stratum, cut, question)) {
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

/// A mark that tells a spreadsheet that it is UTF-8, and the names of the columns.
fn begin(out: &mut impl Write, columns: &[&'static str]) -> Result<(), export::Error> {
    out.write_all("\u{feff}".as_bytes())?;
    line(out, columns.iter().copied().map(Cow::Borrowed))
}

/// What was chosen rather than rated, of all together: one line for each choice.
///
/// # Errors
/// When the other side takes no more.
pub fn reasons(report: &Report, out: &mut impl Write) -> Result<(), export::Error> {
    let columns = [
        "week",
        "survey",
        "survey_title",
        "mode",
        "channels",
        "question",
        "question_title",
        "n",
        "choice",
        "choice_title",
        "count",
        "share_percent",
        "formula_words",
    ];
    begin(out, &columns)?;
    for stratum in &report.figures.strata {
        let chosen = stratum.all().into_iter().flat_map(|all| &all.questions);
        let chosen = chosen.filter(|one| one.three.is_none() && one.kind != Some(Kind::Text));
        for (question, level) in
            chosen.flat_map(|one| one.levels.iter().map(move |level| (one, level)))
        {
            let cells = [
                report.week.clone(),
                stratum.survey.clone(),
                stratum.title.clone(),
                stratum.mode.name().to_owned(),
                channels(stratum),
                question.id.clone(),
                question.title.clone(),
                question.n.to_string(),
                level.id.clone(),
                level.label.clone(),
                level.count.to_string(),
                level.share_hundredths.map(bare).unwrap_or_default(),
                "count ÷ n".to_owned(),
            ];
            line(out, cells.into_iter().map(Cow::Owned))?;
        }
    }
    out.flush()?;
    Ok(())
}

/// 五必评, all together and by officer. What nobody said is empty.
///
/// # Errors
/// When the other side takes no more.
pub fn occasions(report: &Report, out: &mut impl Write) -> Result<(), export::Error> {
    let columns = [
        "week",
        "occasion",
        "occasion_title",
        "unit",
        "officer",
        "happened",
        "asked",
        "rated_self",
        "rated_asked",
        "rated_entered",
    ];
    begin(out, &columns)?;
    for occasion in &report.occasions {
        let all = [("", "", &occasion.all)];
        let officers = occasion.officers.iter();
        let officers = officers.map(|one| (one.unit.as_str(), one.officer.as_str(), &one.covered));
        for (unit, officer, covered) in all.into_iter().chain(officers) {
            let known = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
            let rated = |mode: Mode| {
                let n = covered.rated.get(mode.name()).copied();
                n.unwrap_or_default().to_string()
            };
            let cells = [
                report.week.clone(),
                occasion.id.to_owned(),
                occasion.name.to_owned(),
                unit.to_owned(),
                officer.to_owned(),
                known(covered.happened),
                known(covered.asked),
                rated(Mode::Myself),
                rated(Mode::Asked),
                rated(Mode::Entered),
            ];
            line(out, cells.into_iter().map(Cow::Owned))?;
        }
    }
    out.flush()?;
    Ok(())
}

fn channels(stratum: &Stratum) -> String {
    let names = stratum.channels.iter().map(|channel| channel.name());
    names.collect::<Vec<_>>().join("+")
}

fn row(
    report: &Report,
    (stratum, cut): (&Stratum, &Cut),
    question: &Question,
    (three, rate): (&Threefold, &Rate),
) -> [String; 34] {
    let head = report.edition.as_ref();
    let given = |value: &Option<String>| value.clone().unwrap_or_default();
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
        channels(stratum),
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
