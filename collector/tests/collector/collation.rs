//! The week as a station leader has it on Monday, and the closed weeks.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output};

use manyi_collector::collation::close::{Closed, Proof, close, prove};
use manyi_collector::collation::public::{self, Public};
use manyi_collector::collation::{Report, read, text};
use manyi_collector::roster::Shift;
use manyi_collector::store::audit::Actor;
use manyi_collector::store::editions::Edition;
use manyi_collector::store::responses::{Outcome, Row};
use manyi_collector::store::tablets::{Heartbeat, Post};
use manyi_collector::store::triggers::Wish;
use manyi_collector::store::writer::Writer;
use manyi_collector::store::{self, Store};
use manyi_collector::surveys::Surveys;
use manyi_collector::{clock, wall};
use manyi_model::statistics::Week;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::crash::BINARY;
use crate::running::{definition, id, satisfied};

pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;

/// A database with a writer, without a server: times are said by the test.
pub struct Desk {
    pub folder: TempDir,
    pub store: Store,
    pub writer: Writer,
    n: u32,
}

impl Desk {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = store::open(folder.path(), None, true).await.unwrap();
        let (_, faults) = Surveys::load(None, &store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
        let (writer, _) = Writer::start(store.clone());
        Self {
            folder,
            store,
            writer,
            n: 0,
        }
    }

    /// A response of `level` at window 3 of fenglin, with an id of its own.
    pub fn response(&mut self, level: &str) -> Value {
        self.n += 1;
        let mut response = satisfied(&id(self.n));
        response["answers"]["overall"] = level.into();
        if level == "dissatisfied" {
            response["answers"]["reasons"] = json!(["slow"]);
        }
        response["channel"] = "kiosk".into();
        response["subject"] = json!({"unit": "fenglin", "window": "3"});
        response
    }

    pub async fn put(&self, responses: &[Value], received_at: i64) {
        let all = responses.iter().map(|one| (one.clone(), received_at));
        self.put_each(&all.collect::<Vec<_>>()).await;
    }

    /// Stores responses, each with the time when it was received.
    pub async fn put_each(&self, responses: &[(Value, i64)]) {
        for some in responses.chunks(500) {
            let rows = some.iter().map(|(response, received_at)| {
                let response = serde_json::from_value(response.clone()).unwrap();
                Row::new(response, "sha256:0", *received_at)
            });
            let outcomes = self.writer.store(rows.collect()).await.unwrap();
            assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Stored));
        }
    }

    /// So many of a level at once.
    pub async fn rate(&mut self, level: &str, n: usize, at: i64) {
        let all: Vec<Value> = (0..n).map(|_| self.response(level)).collect();
        self.put(&all, at).await;
    }

    async fn close(&self, week: Week, now: i64) -> Edition {
        match close(&self.store, week, &Actor::operator(), now)
            .await
            .unwrap()
        {
            Closed::Made(edition) => edition,
            Closed::NothingNew => panic!("nothing new in {week}"),
        }
    }

    fn command(&self, arguments: &[&str]) -> Output {
        Command::new(BINARY)
            .args(arguments)
            .arg("--data")
            .arg(self.folder.path())
            .output()
            .unwrap()
    }

    pub fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("manyi.sqlite")).unwrap()
    }
}

pub fn week(said: &str) -> Week {
    Week::parse(said).unwrap()
}

/// So many days and hours after the Monday of a week.
pub fn at(said: &str, days: i64, hours: i64) -> i64 {
    wall::span(week(said)).0 + days * DAY + hours * HOUR
}

fn body(edition: &Edition) -> Value {
    serde_json::from_str(&edition.made.as_ref().unwrap().body).unwrap()
}

/// The cut of this kind in the stratum of these channels.
fn find<'a>(report: &'a Value, channels: &Value, by: &str, name: &Value) -> &'a Value {
    let strata = report["figures"]["strata"].as_array().unwrap();
    let cuts = strata
        .iter()
        .filter(|stratum| stratum["channels"] == *channels)
        .flat_map(|stratum| stratum["cuts"].as_array().unwrap());
    let named = |cut: &&Value| cut["by"] == by && (by == "all" || cut[by] == *name);
    cuts.filter(|cut| cut["by"] == by)
        .find(|cut| named(cut))
        .unwrap_or_else(|| panic!("no {by} {name}"))
}

fn json_of(report: &Report) -> Value {
    serde_json::from_str(&report.canonical()).unwrap()
}

#[tokio::test]
async fn dongguans_figures_come_out_of_its_replies() {
    let mut desk = Desk::new().await;
    let now = at("2019-W07", 1, 9);
    for (level, n) in [
        ("satisfied", 6_554),
        ("basically_satisfied", 731),
        ("dissatisfied", 496),
    ] {
        let mut all: Vec<Value> = (0..n).map(|_| desk.response(level)).collect();
        for one in &mut all {
            one["channel"] = "sms".into();
            one["survey"]["id"] = "response-110".into();
            one["subject"] = json!({"unit": "dongguan"});
            if let Some(reasons) = one["answers"].get_mut("reasons") {
                *reasons = json!(["slow"]);
            }
        }
        desk.put(&all, now).await;
    }
    let edition = desk.close(week("2019-W07"), at("2019-W08", 0, 9)).await;
    let report = body(&edition);
    let all = find(&report, &json!(["sms"]), "all", &Value::Null);
    let overall = &all["questions"][0];
    assert_eq!(
        (&overall["id"], &overall["n"]),
        (&json!("overall"), &json!(7_781))
    );
    let rate = |n: usize| {
        let rate = &overall["three"]["rates"][n];
        let part = |name: &str| rate[format!("{name}_hundredths")].clone();
        (rate["n"].clone(), part("low"), part("rate"), part("high"))
    };
    let n = json!(7_781);
    assert_eq!(
        rate(0),
        (n.clone(), json!(8_340), json!(8_423), json!(8_502))
    );
    assert_eq!(
        rate(1),
        (n.clone(), json!(8_821), json!(8_893), json!(8_961))
    );
    assert_eq!(rate(2), (n, json!(9_306), json!(9_363), json!(9_415)));
    // 21,882 messages were sent, and the collector was not told: it invents nothing.
    assert_eq!(all["response"], json!({"unknown": "no_record"}));

    let output = desk.command(&["week", "show", "2019-W07"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    for wanted in [
        "2019年2月11日（周一）至2019年2月17日（周日）",
        "收到评价 7,781 份",
        "满意 6,554（84.23 %）",
        "基本满意 731（9.39 %）",
        "不满意 496（6.37 %）",
        "84.23 %  83.40–85.02 %",
        "88.93 %  88.21–89.61 %",
        "93.63 %  93.06–94.15 %",
        "满意 ÷ 评价总数",
        "（满意 + 基本满意 × ½）÷ 评价总数",
        "（满意 + 基本满意）÷ 评价总数",
        "没有请人评价次数的记录",
    ] {
        assert!(printed.contains(wanted), "{wanted}\n{printed}");
    }
}

#[tokio::test]
async fn what_comes_late_is_a_supplement_and_rewrites_nothing() {
    let mut desk = Desk::new().await;
    let (w, monday) = (week("2026-W47"), at("2026-W48", 0, 9));
    desk.rate("satisfied", 40, at("2026-W47", 2, 10)).await;
    // Sunday at 23:59 and Monday at 00:00, by devices that were online.
    for (ms, n) in [(-1_000, 2), (0, 3)] {
        let time = at("2026-W48", 0, 0) + ms;
        for _ in 0..n {
            let mut one = desk.response("satisfied");
            one["submitted_at"] = clock::rfc3339(time).into();
            desk.put(&[one], time + 500).await;
        }
    }
    let first = desk.close(w, monday).await;
    assert_eq!((first.number, first.part), (1, 0));
    assert_eq!(body(&first)["counts"]["responses"], 42);
    assert_eq!(
        close(&desk.store, w, &Actor::operator(), monday)
            .await
            .unwrap(),
        Closed::NothingNew
    );
    let before = desk.command(&["week", "show", "2026-W47", "--format", "json"]);

    // A tablet was offline from Saturday on, and is back on Tuesday.
    let mut late = Vec::new();
    for _ in 0..5 {
        let mut one = desk.response("dissatisfied");
        one["submitted_at"] = clock::rfc3339(at("2026-W47", 5, 15)).into();
        late.push(one);
    }
    desk.put(&late, at("2026-W48", 1, 9)).await;
    let shown = desk.command(&["week", "show", "2026-W47", "--format", "json"]);
    assert_eq!(shown.stdout, before.stdout, "the closed week is as it was");
    assert!(String::from_utf8_lossy(&shown.stderr).contains("5 responses came since"));
    let second = desk.close(w, at("2026-W48", 1, 10)).await;
    assert_eq!((second.number, second.part), (2, 1));
    assert_eq!(body(&second)["counts"]["responses"], 5);
    assert_eq!(
        desk.command(&["week", "show", "2026-W47", "--format", "json"])
            .stdout,
        before.stdout
    );
    assert_eq!(before.stdout, first.made.as_ref().unwrap().body.as_bytes());
    let supplement = desk.command(&["week", "show", "2026-W47", "--supplement", "1"]);
    let supplement = String::from_utf8(supplement.stdout).unwrap();
    assert!(supplement.contains("满意补报（第 1 次）"), "{supplement}");
    assert!(supplement.contains("补报不比较"), "{supplement}");
    // All together, on request.
    let live = Report::live(&desk.store, w, None, at("2026-W48", 1, 11))
        .await
        .unwrap();
    assert_eq!(live.counts.responses, 47);
    // The next week has the three of Monday midnight alone.
    let next = desk.close(week("2026-W48"), at("2026-W49", 0, 9)).await;
    assert_eq!(
        (next.number, &body(&next)["counts"]["responses"]),
        (3, &json!(3))
    );
}

#[tokio::test]
async fn a_closed_week_comes_out_again_to_the_byte() {
    let mut desk = Desk::new().await;
    let w = week("2026-W47");
    desk.rate("satisfied", 30, at("2026-W47", 0, 10)).await;
    desk.rate("dissatisfied", 6, at("2026-W47", 1, 10)).await;
    let shift = |officer: &str, day: i64| Shift {
        window: "3".to_owned(),
        officer: officer.to_owned(),
        from: at("2026-W47", day, 8),
        to: at("2026-W47", day, 18),
    };
    let roster = [shift("A", 0), shift("B", 1)];
    desk.store.put_roster("fenglin", &roster).await.unwrap();
    let edition = desk.close(w, at("2026-W48", 0, 9)).await;
    let report = body(&edition);
    let kiosk = json!(["kiosk"]);
    let a = find(&report, &kiosk, "officer", &json!("A"));
    assert_eq!((&a["n"], &a["by_roster"]), (&json!(30), &json!(30)));
    assert_eq!(find(&report, &kiosk, "officer", &json!("B"))["n"], 6);

    // Afterwards the roster is put right, the survey has a new version, tablets come.
    desk.store
        .put_roster("fenglin", &[shift("C", 0)])
        .await
        .unwrap();
    let mut newer = definition("household-window", 2, "换了说法");
    newer["questions"][0]["title"] = "新的问法".into();
    let kept = manyi_collector::store::definitions::Kept {
        survey: "household-window".to_owned(),
        version: 2,
        hash: "sha256:2".to_owned(),
        body: newer.to_string(),
    };
    desk.store.keep_definition(&kept, 0).await.unwrap();
    enrol(&desk, "t1", "4", at("2026-W47", 0, 0)).await;
    assert_eq!(prove(&desk.store, &edition).await.unwrap(), Proof::Same);
    let output = desk.command(&["week", "prove", "2026-W47"]);
    assert!(output.status.success(), "{output:?}");
    let text = desk.command(&["week", "show", "2026-W47"]);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.contains("fenglin A") && !text.contains("fenglin C"),
        "{text}"
    );
    assert!(
        !text.contains("换了说法") && !text.contains("新的问法"),
        "{text}"
    );

    // A row is gone: it says so.
    let database = desk.database();
    database
        .execute("DELETE FROM responses WHERE id = ?1", [id(1)])
        .unwrap();
    let differs = Proof::Differs { then: 36, now: 35 };
    assert_eq!(prove(&desk.store, &edition).await.unwrap(), differs);
    // Someone has made it look better.
    database
        .execute(
            "UPDATE editions SET body = replace(body, '\"dissatisfied\":6', '\"dissatisfied\":1')",
            [],
        )
        .unwrap();
    let output = desk.command(&["week", "prove", "2026-W47"]);
    assert!(!output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("not what its hash says"), "{said}");
}

#[tokio::test]
async fn a_close_that_was_cut_off_is_ended_by_the_next() {
    let mut desk = Desk::new().await;
    let (w, monday) = (week("2026-W47"), at("2026-W48", 0, 9));
    desk.rate("satisfied", 3, at("2026-W47", 0, 10)).await;
    let begun = desk
        .store
        .close_week(w, &Actor::operator(), monday)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(begun.made, None);
    // The power was out; meanwhile one more has come.
    let mut one = desk.response("satisfied");
    one["submitted_at"] = clock::rfc3339(at("2026-W47", 0, 11)).into();
    desk.put(&[one], monday + HOUR).await;
    let ended = desk.close(w, monday + 2 * HOUR).await;
    assert_eq!((ended.number, ended.closed_at), (begun.number, monday));
    assert_eq!(body(&ended)["counts"]["responses"], 3);
    let rest = desk.close(w, monday + 3 * HOUR).await;
    assert_eq!(
        (rest.part, &body(&rest)["counts"]["responses"]),
        (1, &json!(1))
    );
    for edition in [ended, rest] {
        assert_eq!(prove(&desk.store, &edition).await.unwrap(), Proof::Same);
    }
}

#[tokio::test]
async fn a_clock_that_cannot_be_right_moves_nothing_and_is_counted() {
    let mut desk = Desk::new().await;
    let now = at("2026-W47", 3, 12);
    let times = [
        // Believed: a week ago; four minutes ahead; nothing said.
        (Some(now - 7 * DAY), "2026-W46"),
        (Some(now + 4 * 60_000), "2026-W47"),
        (None, "2026-W47"),
        // Not believed: half a year ago, ten years ahead.
        (Some(now - 183 * DAY), "2026-W47"),
        (Some(now + 3_650 * DAY), "2026-W47"),
    ];
    for (said, _) in times {
        let mut one = desk.response("satisfied");
        one["channel"] = "web".into();
        if let Some(said) = said {
            one["submitted_at"] = clock::rfc3339(said).into();
        }
        desk.put(&[one], now).await;
    }
    let report = Report::live(&desk.store, week("2026-W47"), None, now)
        .await
        .unwrap();
    let clocks = report.counts.clocks;
    assert_eq!(
        (clocks.device, clocks.server, clocks.not_believed),
        (1, 1, 2)
    );
    let text = text::write(&report, &[]);
    assert!(text.contains("设备时间不可信、按收到时间 2 份"), "{text}");
    let before = Report::live(&desk.store, week("2026-W46"), None, now)
        .await
        .unwrap();
    assert_eq!(before.counts.responses, 1);
}

/// A tablet at a window of fenglin.
pub async fn enrol(desk: &Desk, device: &str, window: &str, now: i64) {
    let post = Post {
        is_handover: false,
        officer: None,
        unit: "fenglin".to_owned(),
        window: window.to_owned(),
        surveys: vec!["household-window".to_owned()],
    };
    desk.store
        .keep_code(device, &post, Some(device), now)
        .await
        .unwrap();
    let enrolled = desk
        .store
        .enrol(device, device, device, None, now)
        .await
        .unwrap();
    assert!(enrolled.is_some());
}

/// What a tablet says of itself.
pub fn heartbeat(queue: i64, skew_ms: i64) -> Heartbeat {
    Heartbeat {
        queue,
        oldest_s: None,
        quarantined: 0,
        skew_ms,
        version: "0.2.0".to_owned(),
        battery: None,
        is_persisted: None,
        visits: None,
        marks: Vec::new(),
    }
}

fn wish<'a>(window: &'a str, matter: &'a str) -> Wish<'a> {
    Wish {
        unit: "fenglin",
        window,
        survey: "household-window",
        officer: None,
        matter: Some(matter),
    }
}

#[tokio::test]
async fn a_silent_window_and_a_late_tablet_are_said() {
    let mut desk = Desk::new().await;
    let (w, monday) = (week("2026-W47"), at("2026-W48", 0, 9));
    // Window 3 works, 4 had ratings until last week, 5 has a tablet that nobody used, on 6
    // three ratings wait, and 7 was asked in vain; 8 had its tablet taken away long ago.
    desk.rate("satisfied", 2, at("2026-W47", 0, 10)).await;
    let mut old = desk.response("satisfied");
    old["subject"]["window"] = "4".into();
    desk.put(&[old], at("2026-W45", 0, 10)).await;
    let mut older = desk.response("satisfied");
    older["subject"]["window"] = "9".into();
    desk.put(&[older], at("2026-W42", 0, 10)).await;
    for window in ["3", "5", "6", "8"] {
        enrol(&desk, &format!("t{window}"), window, at("2026-W40", 0, 0)).await;
    }
    desk.store
        .revoke_tablet("t8", at("2026-W41", 0, 0))
        .await
        .unwrap();
    for (device, queue) in [("t3", 0), ("t5", 0), ("t6", 3)] {
        desk.store
            .heard(device, &heartbeat(queue, 0), monday)
            .await
            .unwrap();
    }
    for (n, window) in ["7", "3", "3", "3"].into_iter().enumerate() {
        let (name, asked_at) = (
            format!("m{n}"),
            at("2026-W47", 0, 9) + i64::try_from(n).unwrap(),
        );
        desk.store
            .ask(&name, &wish(window, &name), asked_at)
            .await
            .unwrap();
    }
    let mut answer = desk.response("satisfied");
    answer["subject"]["matter"] = "m1".into();
    desk.put(&[answer], at("2026-W47", 0, 9)).await;

    let report = Report::live(&desk.store, w, None, monday + 60_000)
        .await
        .unwrap();
    let json = json_of(&report);
    let silent: Vec<(String, u64, u64, u64)> = report
        .missing
        .silent
        .iter()
        .map(|silent| {
            (
                silent.window.clone(),
                silent.tablets,
                silent.usual,
                silent.asked,
            )
        })
        .collect();
    let row = |window: &str, tablets, usual, asked| (window.to_owned(), tablets, usual, asked);
    assert_eq!(
        silent,
        [
            row("4", 0, 1, 0),
            row("5", 1, 0, 0),
            row("6", 1, 0, 0),
            row("7", 0, 0, 1)
        ]
    );
    let late: Vec<(&str, bool, i64)> = report
        .missing
        .tablets
        .iter()
        .map(|tablet| (tablet.device.as_str(), tablet.is_late, tablet.waiting))
        .collect();
    assert_eq!(late, [("t6", false, 3)]);
    let response = &find(&json, &json!(["kiosk"]), "window", &json!("3"))["response"]["asked"];
    assert_eq!(
        (
            &response["asked"],
            &response["answered"],
            &response["replaced"]
        ),
        (&json!(3), &json!(1), &json!(1))
    );
    assert_eq!(response["rate_hundredths"], 3_333);
    let unit = &find(&json, &json!(["kiosk"]), "unit", &json!("fenglin"))["response"]["asked"];
    assert_eq!(unit["asked"], 4, "window 7 was asked, too");
    let text = text::write(&report, &[]);
    for wanted in [
        "fenglin 4：本周没有一份评价",
        "还有 3 份未送达",
        "所以只并列，不相除",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    assert!(text.contains("25.00 %（1 ÷ 窗口请评 4 次"), "{text}");
    // An hour later the silent ones are late, too.
    let later = Report::live(&desk.store, w, None, monday + HOUR)
        .await
        .unwrap();
    assert_eq!(later.missing.tablets.len(), 3);
    let only: BTreeSet<String> = ["elsewhere".to_owned()].into();
    let elsewhere = Report::live(&desk.store, w, Some(&only), monday)
        .await
        .unwrap();
    assert_eq!(
        (elsewhere.counts.responses, elsewhere.missing.silent.len()),
        (0, 0)
    );
}

#[tokio::test]
async fn a_change_is_said_against_closed_weeks_and_only_when_it_is_more_than_noise() {
    let mut desk = Desk::new().await;
    for (said, satisfied, dissatisfied) in [
        ("2025-W47", 60, 60),
        ("2026-W46", 110, 10),
        ("2026-W47", 113, 7),
    ] {
        desk.rate("satisfied", satisfied, at(said, 0, 10)).await;
        desk.rate("dissatisfied", dissatisfied, at(said, 0, 10))
            .await;
    }
    let now = at("2026-W48", 0, 9);
    let of = async |desk: &Desk| {
        let report = Report::live(&desk.store, week("2026-W47"), None, now)
            .await
            .unwrap();
        let report = json_of(&report);
        let all = find(&report, &json!(["kiosk"]), "all", &Value::Null);
        all["questions"][0]["three"]["rates"][0].clone()
    };
    let open = of(&desk).await;
    assert_eq!(open["week"], json!({"unknown": "not_closed"}));
    desk.close(week("2025-W47"), now).await;
    desk.close(week("2026-W46"), now).await;
    let rate = of(&desk).await;
    let week = &rate["week"]["compared"];
    assert_eq!(
        (&week["by_hundredths"], &week["sign"]),
        (&json!(250), &Value::Null)
    );
    let year = &rate["year"]["compared"];
    assert_eq!(
        (&year["by_hundredths"], &year["sign"]),
        (&json!(4_417), &json!("up"))
    );
    assert_eq!(rate["place"], Value::Null, "all together have no place");
}

#[tokio::test]
async fn what_leaves_the_house_points_at_nobody() {
    let mut desk = Desk::new().await;
    let now = at("2026-W47", 0, 10);
    for (unit, levels) in [
        ("fenglin", [90, 8, 2]),
        ("sanyuan", [70, 20, 12]),
        ("beihe", [50, 7, 9]),
        ("tiny", [3, 0, 1]),
    ] {
        for (level, n) in ["satisfied", "basically_satisfied", "dissatisfied"]
            .into_iter()
            .zip(levels)
        {
            for _ in 0..n {
                let mut one = desk.response(level);
                one["subject"] = json!({"unit": unit, "window": "w-secret", "officer": "o-secret"});
                one["answers"]["comment"] = "只有我知道的事".into();
                desk.put(&[one], now).await;
            }
        }
    }
    let report = Report::live(&desk.store, week("2026-W47"), None, now)
        .await
        .unwrap();
    let public = Public::new(&report);
    let rows = &public.tables[0].rows;
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert!(
        !names.contains(&"tiny") && names.contains(&"其他单位合计"),
        "{names:?}"
    );
    for row in rows {
        assert!(
            row.levels
                .iter()
                .flatten()
                .all(|count| *count == 0 || *count >= 5),
            "{row:?}"
        );
        // A rate that is shown with n tells its count.
        let hidden = row.levels.iter().filter(|level| level.is_none()).count();
        assert!(hidden != 1, "{row:?}");
    }
    let total = public.tables[0].total.as_ref().unwrap();
    assert_eq!(total.levels, [Some(213), Some(35), Some(24)]);
    let text = public::write(&public);
    let json = serde_json::to_string(&public).unwrap();
    for secret in ["secret", "tiny", "只有我知道的事"] {
        assert!(!text.contains(secret) && !json.contains(secret), "{secret}");
    }
    assert!(text.contains("＊"), "{text}");
}

#[tokio::test]
async fn texts_are_pointed_at_and_personal_answers_are_nowhere() {
    let mut desk = Desk::new().await;
    let now = at("2026-W47", 0, 10);
    let mut happy = desk.response("satisfied");
    happy["answers"]["comment"] = "谢谢".into();
    let mut unhappy = desk.response("dissatisfied");
    unhappy["answers"]["reasons"] = json!(["slow", {"other": "等了两个小时，请打138 0013 8000"}]);
    unhappy["answers"]["comment"] = "快一点".into();
    unhappy["answers"]["phone"] = "13900139000".into();
    desk.put(&[happy, unhappy], now).await;
    let edition = desk.close(week("2026-W47"), at("2026-W48", 0, 9)).await;
    let made = edition.made.as_ref().unwrap();
    for said in ["谢谢", "快一点", "两个小时", "13900139000", "138 0013"] {
        assert!(!made.body.contains(said), "{said} is frozen");
    }
    let report = Report::closed(&desk.store, &edition, None).await.unwrap();
    let said = read::texts(&desk.store, &report, 10).await.unwrap();
    let texts: Vec<&str> = said
        .iter()
        .map(|said| said.text.as_deref().unwrap())
        .collect();
    assert_eq!(texts, ["等了两个小时，请打*** **** ****", "快一点", "谢谢"]);
    let text = text::write(&report, &said);
    assert!(
        text.contains("〔不满意〕fenglin 3") && !text.contains("13900139000"),
        "{text}"
    );
    let csv = desk.command(&["week", "show", "2026-W47", "--format", "csv"]);
    let csv = String::from_utf8(csv.stdout).unwrap();
    assert!(
        csv.starts_with("\u{feff}week,number,part,survey,") && !csv.contains("139001"),
        "{csv}"
    );
    // Who wants it gone has it gone.
    desk.database()
        .execute("DELETE FROM responses WHERE id = ?1", [id(2)])
        .unwrap();
    let said = read::texts(&desk.store, &report, 10).await.unwrap();
    assert_eq!(said.iter().filter(|said| said.text.is_none()).count(), 2);
}

#[tokio::test]
async fn five_occasions_stand_beside_what_happened() {
    let mut desk = Desk::new().await;
    let now = at("2026-W47", 2, 10);
    let mut all = Vec::new();
    for (officer, mode) in [("A", "self"), ("A", "self"), ("B", "entered")] {
        let mut one = desk.response("satisfied");
        one["survey"]["id"] = "response-110".into();
        one["channel"] = "sms".into();
        one["mode"] = mode.into();
        one["subject"] = json!({"unit": "fenglin", "officer": officer});
        all.push(one);
    }
    desk.put(&all, now).await;
    let file = desk.folder.path().join("cases.csv");
    let name = file.to_str().unwrap();
    let import = |text: &str| {
        std::fs::write(&file, text).unwrap();
        desk.command(&["week", "happened", name])
    };
    let refused = import("unit,day,occasion,officer,n\nfenglin,2026-11-16,开会,A,1\n");
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && why.contains("line 2: `开会`"),
        "{why}"
    );
    let head = "unit,day,occasion,officer,n\n";
    // Sunday before and Monday after are other weeks; a later file replaces.
    let days = "fenglin,2026-11-15,incident,A,50\nfenglin,2026-11-16,incident,A,9\n\
                fenglin,2026-11-22,incident,C,4\nfenglin,2026-11-23,incident,A,50\n\
                elsewhere,2026-11-17,incident,,7\n";
    assert!(import(&format!("{head}{days}")).status.success());
    let replaced = format!("{head}fenglin,2026-11-16,incident,A,3\n");
    assert!(import(&replaced).status.success());
    let edition = desk.close(week("2026-W47"), at("2026-W48", 0, 9)).await;
    let report = Report::closed(&desk.store, &edition, None).await.unwrap();
    let incident = &report.occasions[0];
    assert_eq!(
        (incident.id, incident.all.happened, incident.all.asked),
        ("incident", Some(14), None)
    );
    let rated = |rated: &BTreeMap<&str, u64>| (rated["self"], rated["asked"], rated["entered"]);
    assert_eq!(rated(&incident.all.rated), (2, 0, 1));
    let officers: Vec<_> = incident
        .officers
        .iter()
        .map(|one| {
            (
                one.officer.as_str(),
                one.covered.happened,
                rated(&one.covered.rated),
            )
        })
        .collect();
    assert_eq!(
        officers,
        [
            ("A", Some(3), (2, 0, 0)),
            ("B", None, (0, 0, 1)),
            ("C", Some(4), (0, 0, 0))
        ]
    );
    assert_eq!(report.occasions[1].all.happened, None, "nobody said");
    let only: BTreeSet<String> = ["fenglin".to_owned()].into();
    let fenglin = Report::closed(&desk.store, &edition, Some(&only))
        .await
        .unwrap();
    assert_eq!(fenglin.occasions[0].all.happened, Some(7));
    // What is told after the close changes nothing.
    assert!(
        import(&format!("{head}fenglin,2026-11-16,incident,A,99\n"))
            .status
            .success()
    );
    assert_eq!(prove(&desk.store, &edition).await.unwrap(), Proof::Same);
    let text = text::write(&report, &[]);
    assert!(text.contains("接处警") && text.contains("不详"), "{text}");
}

#[tokio::test]
async fn only_a_closed_week_leaves_the_house() {
    let mut desk = Desk::new().await;
    desk.rate("satisfied", 40, at("2026-W47", 2, 10)).await;
    let public = ["week", "show", "2026-W47", "--public"];
    let refused = desk.command(&public);
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && why.contains("only a closed week is published"),
        "{why}"
    );
    desk.close(week("2026-W47"), at("2026-W48", 0, 9)).await;
    let shown = String::from_utf8(desk.command(&public).stdout).unwrap();
    assert!(shown.contains("满意通报　2026-W47　第 1 号"), "{shown}");
    let live = desk.command(&["week", "show", "2026-W47", "--public", "--live"]);
    assert!(!live.status.success(), "it would be published twice");
}

#[tokio::test]
async fn rows_from_before_there_were_weeks_get_theirs() {
    let mut desk = Desk::new().await;
    let now = at("2026-W47", 3, 12);
    let mut all = Vec::new();
    for n in 0..1_203_i64 {
        let mut one = desk.response("satisfied");
        one["submitted_at"] = clock::rfc3339(now - n * HOUR).into();
        all.push(one);
    }
    desk.put(&all, now).await;
    let states = desk.store.weeks().await.unwrap();
    let database = desk.database();
    database
        .execute_batch(
            "UPDATE responses SET week = NULL, part = NULL, answered_at = NULL; DELETE FROM weeks;",
        )
        .unwrap();
    let again = store::open(desk.folder.path(), None, false).await.unwrap();
    assert_eq!(again.weeks().await.unwrap(), states);
    let sum: i64 = states.iter().map(|state| state.responses).sum();
    assert_eq!(sum, 1_203);
}

#[tokio::test]
async fn only_a_week_that_is_over_can_be_closed() {
    let mut desk = Desk::new().await;
    let now = clock::now_ms();
    desk.rate("satisfied", 1, now).await;
    let this = wall::week_of(now).to_string();
    let refused = |arguments: &[&str], why: &str| {
        let output = desk.command(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && said.contains(why),
            "{arguments:?}: {said}"
        );
    };
    refused(&["week", "close", &this], "the week is not over before");
    refused(
        &["week", "close", "2026-W54"],
        "`2026-W54` is no week such as 2026-W47",
    );
    refused(&["week", "show", "47"], "`47` is no week");
    refused(&["week", "prove", "2026-W01"], "2026-W01 is not closed");
    refused(
        &["week", "show", "2026-W01", "--supplement", "1"],
        "has no supplement 1",
    );
    // What is due: last week, though nobody rated.
    let last = wall::week_of(now).before().unwrap().to_string();
    let output = desk.command(&["week", "close"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with(&format!("{last}\t0\t1\t")), "{said}");
    let text = desk.command(&["week", "show"]);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("没有评价，所以没有任何比率可算"), "{text}");
    assert_eq!(desk.command(&["week", "close"]).stdout, b"");
    let list = String::from_utf8(desk.command(&["week", "list"]).stdout).unwrap();
    assert_eq!(list.lines().count(), 3, "{list}");
    assert!(list.contains(&format!("{this}\topen\t\t\t1\t")), "{list}");
}
