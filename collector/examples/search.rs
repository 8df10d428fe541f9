//! How long the desk's search takes among many responses: fills a database with invented
//! ones, makes them ready as the collector does, and asks the questions of a Monday
//! morning. Prints one JSON object.
//!
//! ```sh
//! cargo run --release -p manyi-collector --example search -- --work /tmp/search --rows 5000000
//! ```
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has nothing better to do than end"
)]

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Parser;
use manyi_collector::collation::wordings::Wordings;
use manyi_collector::desk::reach::Reach;
use manyi_collector::search::Filters;
use manyi_collector::search::filing;
use manyi_collector::search::reading::Level;
use manyi_collector::store::{self, Store};
use manyi_collector::surveys::Surveys;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

#[derive(Parser)]
struct Options {
    /// A folder on the disk to measure; what is in it is used again.
    #[arg(long)]
    work: PathBuf,
    #[arg(long, default_value_t = 500_000)]
    rows: u64,
    /// How often each question is asked.
    #[arg(long, default_value_t = 20)]
    rounds: usize,
}

/// Two years, so that 5 million are 80 a minute by day.
const SPAN_MS: i64 = 2 * 365 * 24 * 3_600_000;
const FIRST: i64 = 1_700_000_000_000;
const PARTS: [&str; 8] = [
    "等了两个小时",
    "态度很好",
    "材料要了三次",
    "希望多开窗口",
    "一次办好",
    "没人解释",
    "很快",
    "网上查不到进度",
];

fn main() {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let measured = runtime.block_on(measure(&options));
    println!("{measured}");
}

async fn measure(options: &Options) -> Value {
    let store = store::open(&options.work, None, true).await.unwrap();
    Surveys::load(None, &store).await.unwrap();
    fill(&options.work, options.rows);
    let wordings = Wordings::load(&store).await.unwrap();
    let wording = |survey: &str, version| wordings.version(survey, version);
    let (start, mut filed, mut longest) = (Instant::now(), 0, 0.0_f64);
    loop {
        let step = Instant::now();
        let done = store.file_next(wording).await.unwrap();
        longest = longest.max(step.elapsed().as_secs_f64() * 1000.0);
        filed += done;
        if done == 0 {
            break;
        }
    }
    let filing_s = start.elapsed().as_secs_f64();
    filing::catch_up(&store).await.unwrap();
    let mut questions = Map::new();
    for (name, filters) in asked() {
        let timed = ask(&store, &filters, options.rounds).await;
        questions.insert(name.to_owned(), timed);
    }
    store.close().await;
    let bytes = std::fs::metadata(options.work.join("manyi.sqlite"))
        .unwrap()
        .len();
    json!({
        "rows": options.rows,
        "bytes": bytes,
        "filed": filed,
        "filed_per_s": filed as f64 / filing_s,
        "longest_step_ms": longest,
        "ms": questions,
    })
}

/// Milliseconds of a page with its count: the median, the longest, and how many it shows.
async fn ask(store: &Store, filters: &Filters, rounds: usize) -> Value {
    let reach = Reach::of_the_operator();
    let mut waits = Vec::new();
    let mut shown = 0;
    for _ in 0..rounds {
        let start = Instant::now();
        let page = store.find(filters, &reach, None).await.unwrap();
        store.count_found(filters, &reach).await.unwrap();
        waits.push(start.elapsed().as_secs_f64() * 1000.0);
        shown = page.found.len();
    }
    waits.sort_by(f64::total_cmp);
    let longest = waits[waits.len() - 1];
    json!({"median": waits[waits.len() / 2], "longest": longest, "shown": shown})
}

fn asked() -> Vec<(&'static str, Filters)> {
    let none = Filters::default;
    let units = |codes: &[u64]| Some(codes.iter().map(|n| format!("u{n}")).collect());
    let text = |text: &str| Filters {
        text: Some(text.to_owned()),
        ..none()
    };
    let dissatisfied = Filters {
        level: Some(Level::Dissatisfied),
        ..none()
    };
    let station = Filters {
        units: units(&[7, 107]),
        ..none()
    };
    let month = 30 * 24 * 3_600_000;
    vec![
        ("everything", none()),
        ("dissatisfied", dissatisfied.clone()),
        ("a station", station.clone()),
        (
            "a station, dissatisfied",
            Filters {
                level: Some(Level::Dissatisfied),
                ..station.clone()
            },
        ),
        (
            "a station, dissatisfied, with words, on paper",
            Filters {
                level: Some(Level::Dissatisfied),
                has_text: true,
                channel: Some("paper"),
                ..station.clone()
            },
        ),
        (
            "half of the stations, dissatisfied, a month long ago",
            Filters {
                units: units(&(0..60).collect::<Vec<_>>()),
                level: Some(Level::Dissatisfied),
                from: Some(FIRST + month),
                to: Some(FIRST + 2 * month),
                ..none()
            },
        ),
        (
            "two common things that never meet",
            Filters {
                channel: Some("kiosk"),
                mode: Some("entered"),
                ..none()
            },
        ),
        (
            "with hints",
            Filters {
                is_flagged: true,
                ..none()
            },
        ),
        ("words that many used", text("等了两个小时")),
        ("words that one used", text("第1234次")),
        ("words that nobody used", text("紫藤架下")),
        ("two characters that many used", text("态度")),
        ("two characters that nobody used", text("紫藤")),
        (
            "common words at a station",
            Filters {
                text: Some("等了两个小时".to_owned()),
                ..station
            },
        ),
    ]
}

/// Rows as the collector stores them, without the way there.
fn fill(work: &Path, rows: u64) {
    let mut database = Connection::open(work.join("manyi.sqlite")).unwrap();
    let there: i64 = database
        .query_row("SELECT COUNT(*) FROM responses", [], |row| row.get(0))
        .unwrap();
    let there = u64::try_from(there).unwrap();
    if there >= rows {
        return;
    }
    database
        .execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;")
        .unwrap();
    let step = SPAN_MS / i64::try_from(rows).unwrap().max(1);
    for from in (there..rows).step_by(50_000) {
        let work = database.transaction().unwrap();
        let mut insert = work.prepare(
            "INSERT INTO responses (id, received_at, survey_id, version, definition_hash, channel, mode, \
             unit, service_window, device_id, device_seq, duration_ms, content_hash, body, answered_at, \
             week, part) VALUES (?1, ?2, 'household-window', 1, 'x', ?3, ?4, ?5, '3', ?6, ?7, ?8, 'x', ?9, ?2, \
             '2026-W01', 0)",
        ).unwrap();
        for n in from..(from + 50_000).min(rows) {
            let at = FIRST + i64::try_from(n).unwrap() * step;
            let dice = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
            let channel = match dice % 100 {
                0..=69 => "kiosk",
                70..=94 => "web",
                95..=97 => "phone",
                _ => "paper",
            };
            let mode = if channel == "paper" {
                "entered"
            } else {
                "self"
            };
            let level = match dice / 100 % 100 {
                0..=2 => "dissatisfied",
                3..=11 => "basically_satisfied",
                _ => "satisfied",
            };
            let unit = format!("u{}", dice / 10_000 % 120);
            let id = format!(
                "{:08x}-{:04x}-7{:03x}-8000-{n:012x}",
                at >> 16,
                at & 0xffff,
                n & 0xfff
            );
            let device = format!("t{}", dice / 10_000 % 500);
            let mut answers = json!({"overall": level});
            if level == "dissatisfied" {
                answers["reasons"] = json!(["slow"]);
            }
            if dice / 7 % 10 == 0 {
                let part = |by: u64| PARTS[usize::try_from(dice / by % 8).unwrap()];
                answers["comment"] = json!(format!("{}，{}，第{n}次", part(11), part(89)));
            }
            let duration = 4_000 + dice % 20_000;
            let mut body = json!({
                "id": id, "survey": {"id": "household-window", "version": 1}, "answers": answers,
                "channel": channel, "subject": {"unit": unit, "window": "3"},
                "device": {"id": device, "seq": n}, "duration_ms": duration,
            });
            if mode == "entered" {
                body["mode"] = json!(mode);
            }
            insert
                .execute((
                    &id,
                    at,
                    channel,
                    mode,
                    &unit,
                    &device,
                    i64::try_from(n).unwrap(),
                    i64::try_from(duration).unwrap(),
                    body.to_string(),
                ))
                .unwrap();
        }
        drop(insert);
        work.commit().unwrap();
    }
}
