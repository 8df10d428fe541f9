//! Every figure that is published, against the raw rows by a path of its own: rows read
//! by another library, weeks counted in milliseconds, shifts looked through one by one,
//! rates by long division.

use std::collections::BTreeMap;

use manyi_collector::clock;
use manyi_collector::collation::Report;
use manyi_collector::collation::close::{Closed, Proof, close, prove};
use manyi_collector::roster::Shift;
use manyi_collector::store::audit::Actor;
use manyi_model::statistics::Week;
use serde_json::{Value, json};

use crate::collation::{DAY, Desk, HOUR, at, enrol, heartbeat, week};

/// Numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

/// When a response was given, as the generator knows it.
#[derive(Clone, Debug)]
struct Truth {
    given: i64,
    clock: &'static str,
}

const SKEW: i64 = 3 * HOUR;

/// A response, when it comes, and what is true of it.
fn any(desk: &mut Desk, chance: &mut Chance) -> (Value, i64, Truth) {
    let level = chance.of(&[
        "satisfied",
        "satisfied",
        "satisfied",
        "basically_satisfied",
        "dissatisfied",
    ]);
    let mut one = desk.response(level);
    let survey = chance.of(&[
        "household-window",
        "household-window",
        "five-level",
        "four-questions",
        "response-110",
    ]);
    one["survey"]["id"] = survey.into();
    if survey == "five-level" && chance.below(2) == 0 {
        one["answers"] = json!({"overall": "very_satisfied"});
    }
    if level == "dissatisfied" {
        one["answers"]["reasons"] = match chance.below(3) {
            0 => json!(["slow"]),
            1 => json!(["slow", "attitude"]),
            _ => json!(["attitude", {"other": "等太久"}]),
        };
    }
    if survey == "response-110" && chance.below(2) == 0 {
        one["answers"]["details"] =
            json!({"arrival": "satisfied", "attitude": "basically_satisfied"});
    }
    if survey == "four-questions" {
        one["answers"]["trips"] = json!(chance.below(4));
        one["answers"]["done"] = chance.of(&["yes", "no"]).into();
    }
    if chance.below(4) == 0 {
        one["answers"]["comment"] = "写几句".into();
    }
    let channel = chance.of(&["kiosk", "kiosk", "web", "sms"]);
    one["channel"] = channel.into();
    match chance.below(6) {
        0 => {
            one["mode"] = "asked".into();
            one["asked_by"] = "clerk-7".into();
        }
        1 => one["mode"] = "entered".into(),
        _ => {}
    }
    let mut subject = json!({});
    if chance.below(8) > 0 {
        subject["unit"] = chance.of(&["fenglin", "sanyuan"]).into();
        if chance.below(8) > 0 {
            subject["window"] = chance.of(&["3", "4"]).into();
        }
        if chance.below(3) == 0 {
            subject["officer"] = chance.of(&["A", "C"]).into();
        }
    }
    one["subject"] = subject;
    // The tablet t1 is three hours ahead, and it is known to be.
    let is_ahead = channel == "kiosk" && chance.below(3) == 0;
    if is_ahead {
        one["device"] = json!({"id": "t1", "seq": desk_seq(&one)});
    }
    let received =
        at("2026-W45", 0, 0) + i64::try_from(chance.below(21 * 24 * 3_600)).unwrap() * 1_000;
    let (said, truth) = match chance.below(6) {
        0 => (None, (received, "server")),
        1 => (Some(received - 93 * DAY), (received, "not_believed")),
        2 => (Some(received + 6 * 60_000), (received, "not_believed")),
        3 => (Some(received + 2 * 60_000), (received, "device")),
        _ => {
            let given = received - i64::try_from(chance.below(10 * 24 * 3_600)).unwrap() * 1_000;
            (Some(given), (given, "device"))
        }
    };
    if let Some(said) = said {
        let said = said + if is_ahead { SKEW } else { 0 };
        one["submitted_at"] = clock::rfc3339(said).into();
    }
    let truth = Truth {
        given: truth.0,
        clock: truth.1,
    };
    (one, received, truth)
}

/// Each response of the device has a number of its own.
fn desk_seq(one: &Value) -> u64 {
    let id = one["id"].as_str().unwrap();
    u64::from_str_radix(&id[24..], 16).unwrap()
}

/// The raw rows of a week: what was said, and who was on duty.
struct Raw {
    body: Value,
    officer: Option<String>,
    is_by_roster: bool,
    clock: &'static str,
}

fn raw(
    desk: &Desk,
    truths: &BTreeMap<String, Truth>,
    shifts: &[(&str, Shift)],
    monday: i64,
) -> Vec<Raw> {
    let database = desk.database();
    let mut read = database.prepare("SELECT body FROM responses").unwrap();
    let bodies = read.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let mut rows = Vec::new();
    for body in bodies {
        let body: Value = serde_json::from_str(&body.unwrap()).unwrap();
        let truth = &truths[body["id"].as_str().unwrap()];
        if truth.given < monday || truth.given >= monday + 7 * DAY {
            continue;
        }
        let subject = &body["subject"];
        let named = subject["officer"].as_str().map(str::to_owned);
        let on_duty = shifts.iter().find(|(unit, shift)| {
            body["channel"] == "kiosk"
                && named.is_none()
                && truth.clock != "not_believed"
                && subject["unit"] == *unit
                && subject["window"] == *shift.window
                && shift.from <= truth.given
                && truth.given < shift.to
        });
        let on_duty = on_duty.map(|(_, shift)| shift.officer.clone());
        rows.push(Raw {
            is_by_roster: on_duty.is_some(),
            officer: named.or(on_duty),
            clock: truth.clock,
            body,
        });
    }
    rows
}

/// Long division: `top` / `bottom` in hundredths of a percent, half up.
fn percent(top: u64, bottom: u64) -> u64 {
    let (mut digits, mut rest) = (top / bottom, top % bottom);
    for _ in 0..4 {
        rest *= 10;
        digits = digits * 10 + rest / bottom;
        rest %= bottom;
    }
    digits + u64::from(rest * 10 / bottom >= 5)
}

fn wilson(p: f64, n: f64) -> (f64, f64) {
    // The roots of the quadratic that Wilson solved: (1 + z²/n) x² − (2p + z²/n) x + p² = 0.
    let z2 = 1.959_963_984_540_054_f64.powi(2);
    let (a, b, c) = (1.0 + z2 / n, -(2.0 * p + z2 / n), p * p);
    let root = (b * b - 4.0 * a * c).max(0.0).sqrt();
    ((-b - root) / (2.0 * a), (-b + root) / (2.0 * a))
}

/// The answers of these rows to a question (or an item of it), as lists of ids.
fn answers(rows: &[&Raw], question: &str) -> Vec<Vec<String>> {
    let (name, item) = question.split_once('.').unwrap_or((question, ""));
    let word = |value: &Value| match value {
        Value::String(word) => word.clone(),
        Value::Object(_) => "other".to_owned(),
        other => other.to_string(),
    };
    rows.iter()
        .map(|row| &row.body["answers"][name])
        .map(|answer| {
            if item.is_empty() {
                answer
            } else {
                &answer[item]
            }
        })
        .filter(|answer| !answer.is_null())
        .map(|answer| match answer {
            Value::Array(picks) => picks.iter().map(word).collect(),
            answer => vec![word(answer)],
        })
        .collect()
}

/// Holds every figure of a report against the rows; says how many there were.
fn check(report: &Value, rows: &[Raw]) -> u64 {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut figures = 0;
    assert_eq!(report["counts"]["responses"], rows.len());
    for clock in ["device", "server", "not_believed"] {
        let n = rows.iter().filter(|row| row.clock == clock).count();
        assert_eq!(report["counts"]["clocks"][clock], n, "{clock}");
    }
    let mut alone = 0;
    for stratum in report["figures"]["strata"].as_array().unwrap() {
        let channels: Vec<_> = stratum["channels"]
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect();
        let in_stratum: Vec<&Raw> = rows
            .iter()
            .filter(|row| {
                let mode = text(&row.body["mode"]).unwrap_or_else(|| "self".to_owned());
                row.body["survey"]["id"] == stratum["survey"]
                    && stratum["mode"] == mode
                    && channels.contains(&text(&row.body["channel"]))
            })
            .collect();
        if channels.len() == 1 {
            alone += in_stratum.len();
        }
        let mut in_units = 0;
        for cut in stratum["cuts"].as_array().unwrap() {
            let by = cut["by"].as_str().unwrap();
            let fits = |row: &&Raw| {
                let subject = &row.body["subject"];
                let is_unit = subject["unit"] == cut["unit"];
                match by {
                    "all" => true,
                    "unit" => is_unit,
                    "window" => is_unit && subject["window"] == cut["window"],
                    _ => is_unit && row.officer == text(&cut["officer"]),
                }
            };
            let own: Vec<&Raw> = in_stratum.iter().copied().filter(|row| fits(row)).collect();
            assert_eq!(cut["n"], own.len(), "{cut}");
            assert!(!own.is_empty());
            assert_eq!(
                cut["by_roster"],
                own.iter().filter(|row| row.is_by_roster).count()
            );
            if by == "unit" {
                in_units += own.len();
            }
            for question in cut["questions"].as_array().unwrap() {
                figures += of_question(question, &own);
            }
        }
        assert_eq!(in_units, in_stratum.len(), "units come to the whole");
    }
    assert_eq!(
        alone,
        rows.len(),
        "every response is in one mode and channel"
    );
    figures
}

fn of_question(question: &Value, own: &[&Raw]) -> u64 {
    let id = question["id"].as_str().unwrap();
    assert_ne!(id, "phone", "nothing of personal questions");
    let answers = answers(own, id);
    let n = answers.len() as u64;
    assert_eq!(question["n"], n, "{id}");
    let count = |level: &str| {
        let chosen = answers
            .iter()
            .filter(|answer| answer.iter().any(|id| id == level));
        chosen.count() as u64
    };
    let mut figures = 0;
    let mut counted = 0;
    for level in question["levels"].as_array().unwrap() {
        let chosen = count(level["id"].as_str().unwrap());
        assert_eq!(level["count"], chosen, "{id} {level}");
        assert_eq!(level["share_hundredths"], percent(chosen, n));
        counted += chosen;
        figures += 1;
    }
    if question["kind"] != "text" {
        let all: usize = answers.iter().map(Vec::len).sum();
        assert_eq!(counted, all as u64, "{id}: no answer is left out");
    }
    let three = &question["three"];
    if three.is_null() {
        assert_ne!(id, "overall");
        return figures;
    }
    let satisfied = count("satisfied") + count("very_satisfied");
    let basically = count("basically_satisfied");
    let dissatisfied = count("dissatisfied") + count("very_dissatisfied");
    assert_eq!(
        (
            &three["satisfied"],
            &three["basically"],
            &three["dissatisfied"]
        ),
        (&json!(satisfied), &json!(basically), &json!(dissatisfied))
    );
    let halves = [
        2 * satisfied,
        2 * satisfied + basically,
        2 * satisfied + 2 * basically,
    ];
    for (rate, halves) in three["rates"].as_array().unwrap().iter().zip(halves) {
        assert_eq!(rate["n"], n);
        assert_eq!(rate["rate_hundredths"], percent(halves, 2 * n), "{rate}");
        let (low, high) = wilson(halves as f64 / (2 * n) as f64, n as f64);
        for (end, said) in [(low, "low_hundredths"), (high, "high_hundredths")] {
            let off = (end * 10_000.0 - rate[said].as_f64().unwrap()).abs();
            assert!(off < 0.500_01, "{rate} {end}");
        }
        assert!(rate["place"].is_null() || n >= 30, "{rate}");
        figures += 3;
    }
    figures
}

async fn situation(seed: u64, n: u32) -> u64 {
    let mut chance = Chance(seed);
    let mut desk = Desk::new().await;
    enrol(&desk, "t1", "3", at("2026-W40", 0, 0)).await;
    desk.store
        .heard("t1", &heartbeat(0, SKEW), at("2026-W44", 0, 0))
        .await
        .unwrap();
    let shift = |window: &str, officer: &str, day: i64, from: i64, to: i64| Shift {
        window: window.to_owned(),
        officer: officer.to_owned(),
        from: at("2026-W45", day, from),
        to: at("2026-W45", day, to),
    };
    let mut shifts = Vec::new();
    for day in 0..21 {
        shifts.push(("fenglin", shift("3", "A", day, 0, 12)));
        shifts.push(("fenglin", shift("3", "B", day, 12, 24)));
        shifts.push(("sanyuan", shift("4", "A", day, 6, 20)));
    }
    for unit in ["fenglin", "sanyuan"] {
        let own = shifts.iter().filter(|(of, _)| *of == unit);
        let own: Vec<Shift> = own.map(|(_, shift)| shift.clone()).collect();
        desk.store.put_roster(unit, &own).await.unwrap();
    }
    // Half of them before the weeks are closed, half afterwards.
    let mut truths = BTreeMap::new();
    let mut halves = [Vec::new(), Vec::new()];
    for count in 0..n {
        let (one, received, truth) = any(&mut desk, &mut chance);
        truths.insert(one["id"].as_str().unwrap().to_owned(), truth);
        halves[usize::from(count % 2 == 1)].push((one, received));
    }
    let weeks: Vec<Week> = ["2026-W45", "2026-W46", "2026-W47"].map(week).into();
    let now = at("2026-W49", 0, 9);
    let mut figures = 0;
    for half in halves {
        desk.put_each(&half).await;
        for week in &weeks {
            if matches!(
                close(&desk.store, *week, &Actor::operator(), now)
                    .await
                    .unwrap(),
                Closed::NothingNew
            ) {
                continue;
            }
            let monday = week.monday() * DAY - 8 * HOUR;
            let live = Report::live(&desk.store, *week, None, now).await.unwrap();
            let live: Value = serde_json::from_str(&live.canonical()).unwrap();
            figures += check(&live, &raw(&desk, &truths, &shifts, monday));
        }
    }
    // The parts come to the whole, and each comes out again.
    for week in weeks {
        let editions = desk.store.editions_of(week).await.unwrap();
        assert_eq!(editions.len(), 2, "a week and a supplement");
        let mut sum = 0;
        for edition in editions {
            assert_eq!(prove(&desk.store, &edition).await.unwrap(), Proof::Same);
            let report = Report::closed(&desk.store, &edition, None).await.unwrap();
            assert_eq!(report.canonical(), edition.made.unwrap().body);
            sum += report.counts.responses;
        }
        let live = Report::live(&desk.store, week, None, now).await.unwrap();
        assert_eq!(sum, live.counts.responses);
    }
    figures
}

#[tokio::test]
async fn every_figure_is_what_the_raw_rows_come_to() {
    let mut figures = 0;
    for seed in 1..=3 {
        figures += situation(seed, 240).await;
    }
    assert!(figures > 8_000, "{figures} figures were compared");
}
