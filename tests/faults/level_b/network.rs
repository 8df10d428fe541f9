//! Networks and servers that fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Case, case, chromium};
use crate::browser::Browser;
use crate::front::{Gate, Reply, Request};
use crate::lab::{DRAINED, Lab, answer};
use crate::ledger::Sum;
use crate::webdriver::{agent, wait};

/// The cases of this file.
pub const CASES: &[Case] = &[
    case("f01_offline_then_three_hundred_in_order", offline),
    chromium("f01_the_browser_itself_knows_that_it_is_offline", unplugged),
    case("f02_the_connection_dies", |b| {
        under(b, |_| Reply::Drop, None)
    }),
    case("f03_the_answer_is_lost", |b| {
        under(b, |_| Reply::LoseAnswer, Some(3))
    }),
    case("f04_the_answer_breaks_off", |b| {
        under(b, |_| Reply::CutAnswer, Some(3))
    }),
    case("f05_the_answer_comes_after_the_time_out", late),
    case("f06_a_captive_portal_says_200", |b| {
        under(
            b,
            |_| Reply::text(200, "text/html", "<form>WLAN</form>"),
            None,
        )
    }),
    case("f07_a_captive_portal_redirects", redirected),
    case("f07_network_authentication_required", |b| {
        under(
            b,
            |_| Reply::text(511, "text/html", "<form>WLAN</form>"),
            None,
        )
    }),
    case("f09_a_proxy_strips_the_key", |b| {
        under(b, |_| Reply::Without("idempotency-key"), Some(3))
    }),
    case("f10_a_proxy_replays_the_post", |b| {
        under(b, |_| Reply::Replay, Some(3))
    }),
    case("f11_storms_of_5xx", storms),
    case("f12_retry_after_is_kept_to_the_second", retry_after),
    case("f13_set_up_wrongly", wrong_set_up),
    case("f14_one_record_is_refused_and_the_others_go_on", refused),
    case("f15_the_same_id_with_other_content", conflict),
    case("f16_answers_that_are_no_receipts", no_receipts),
    case("f41_the_survey_changes_while_records_wait", new_version),
];

/// Three ratings under a fault, then all is well. `rows` is how many of the posts were
/// stored meanwhile, at least one where it is said.
fn under(
    browser: &Browser,
    fault: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    rows: Option<usize>,
) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(fault);
    lab.rate(&survey, 3);
    lab.wait_for_posts(1);
    let stored = lab.collector.rows().len();
    match rows {
        None => assert_eq!(stored, 0, "nothing may have arrived"),
        Some(most) => assert!((1..=most).contains(&stored), "{stored} rows"),
    }
    if rows.is_none() {
        assert_eq!(lab.holds(), (3, 0), "all are kept");
    }
    lab.settle(&survey)
}

fn offline(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 300);
    assert_eq!(lab.holds(), (300, 0));
    lab.settle_in_order(&survey)
}

fn unplugged(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    let plug = |is_offline: bool| {
        let told = json!({ "offline": is_offline, "latency": 0,
            "downloadThroughput": -1, "uploadThroughput": -1 });
        let told = browser
            .wire
            .devtools("Network.emulateNetworkConditions", &told);
        told.expect("Chromium can be told");
    };
    browser
        .wire
        .devtools("Network.enable", &json!({}))
        .expect("Chromium can be told");
    plug(true);
    lab.rate(&survey, 5);
    assert_eq!(lab.holds(), (5, 0));
    assert_eq!(lab.requests().len(), 0);
    plug(false);
    // By itself: the browser says `online`.
    wait("the queue to be empty", DRAINED, || {
        (lab.holds().0 == 0).then_some(())
    });
    lab.compare()
}

/// 30 s are the time-out: this one takes as long.
fn late(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    let (gate, posts) = (Gate::default(), AtomicUsize::new(0));
    let held = gate.clone();
    lab.posts(move |_| {
        if posts.fetch_add(1, Ordering::SeqCst) == 0 {
            Reply::HoldAnswer(held.clone())
        } else {
            Reply::Forward
        }
    });
    lab.rate(&survey, 1);
    wait("the second post", Duration::from_secs(60), || {
        (lab.requests().len() >= 2).then_some(())
    });
    let posts = lab.requests();
    let waited = posts[1].at - posts[0].at;
    assert!(waited >= Duration::from_secs(29), "{waited:?}");
    gate.open();
    assert_eq!(lab.ids()[0], lab.ids()[1], "one id");
    lab.settle(&survey)
}

fn redirected(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(|_| answer(302, "Location: /login\r\n", b""));
    lab.rate(&survey, 3);
    assert_eq!(lab.holds(), (3, 0));
    assert_eq!(lab.collector.rows().len(), 0);
    for method in ["GET", "POST"] {
        assert_eq!(lab.front.seen(method, "/login").len(), 0, "not followed");
    }
    lab.settle(&survey)
}

/// Counts posts, and gives each in its turn another reply.
fn in_turn(replies: Vec<fn() -> Reply>) -> impl Fn(&Request) -> Reply + Send + Sync {
    let count = AtomicUsize::new(0);
    move |_| {
        let n = count.fetch_add(1, Ordering::SeqCst);
        replies.get(n).map_or(Reply::Forward, |reply| reply())
    }
}

fn storms(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(in_turn(vec![
        || Reply::text(503, "text/html", "<h1>in repair</h1>"),
        || Reply::text(502, "text/html", "<h1>bad gateway</h1>"),
        || Reply::text(504, "text/plain", ""),
    ]));
    lab.rate(&survey, 1);
    // By itself.
    wait("the queue to be empty", DRAINED, || {
        (lab.holds().0 == 0).then_some(())
    });
    let posts = lab.requests();
    assert_eq!(posts.len(), 4);
    for (n, most) in [1.0, 2.0, 4.0].into_iter().enumerate() {
        let wait = (posts[n + 1].at - posts[n].at).as_secs_f64();
        // Two busy cores are late; they are never early.
        assert!(wait >= most / 2.0 - 0.05, "wait {n} is {wait} s");
        assert!(wait <= most + 5.0, "wait {n} is {wait} s");
    }
    lab.settle(&survey)
}

fn retry_after(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.posts(in_turn(vec![|| {
        answer(429, "Retry-After: 4\r\nContent-Type: text/plain\r\n", b"")
    }]));
    lab.rate(&survey, 1);
    // The network's return is no reason to break the word.
    survey.ask("window.dispatchEvent(new Event('online'))");
    wait("the queue to be empty", DRAINED, || {
        (lab.holds().0 == 0).then_some(())
    });
    let posts = lab.requests();
    let waited = (posts[1].at - posts[0].at).as_secs_f64();
    assert!(
        (3.9..6.5).contains(&waited),
        "{waited} s where 4 were asked for"
    );
    lab.settle(&survey)
}

fn wrong_set_up(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    let count = AtomicUsize::new(0);
    lab.posts(move |_| {
        let statuses = [401, 403, 404, 405, 407];
        let n = count.fetch_add(1, Ordering::SeqCst);
        Reply::text(statuses[n % statuses.len()], "text/html", "<h1>no</h1>")
    });
    lab.rate(&survey, 5);
    for _ in 0..5 {
        lab.flush(&survey);
    }
    lab.wait_for_posts(5);
    assert_eq!(lab.holds(), (5, 0), "all are kept");
    assert_eq!(lab.collector.rows().len(), 0);
    lab.settle(&survey)
}

fn refused(browser: &Browser) -> Sum {
    let mut sum = Sum::default();
    for status in [400, 413, 422] {
        let (lab, survey) = Lab::open(browser);
        lab.posts(|_| Reply::Drop);
        lab.rate(&survey, 5);
        let taps = lab.witness("tapped");
        let bad = taps[2].0.clone();
        lab.posts(move |request| {
            let text = String::from_utf8_lossy(&request.body);
            if !text.contains(&bad) {
                return Reply::Forward;
            }
            // Together with others it says nothing of them.
            let problem = r#"{"title":"x","problems":[]}"#;
            Reply::text(status, "application/problem+json", problem)
        });
        lab.flush(&survey);
        wait("all but one to arrive", DRAINED, || {
            lab.flush(&survey);
            (lab.holds() == (0, 1)).then_some(())
        });
        let one = lab.settle(&survey);
        assert_eq!((one.rows, one.apart), (4, 1), "{status}");
        sum += one;
    }
    sum
}

fn conflict(browser: &Browser) -> Sum {
    let (mut lab, survey) = Lab::open(browser);
    let collector = lab.collector.origin();
    let other = Arc::new(std::sync::Mutex::new(None));
    let first = other.clone();
    // Somebody was there before with this id and said something else.
    lab.posts(move |request| {
        let mut first = first.lock().expect("nobody panics with it");
        if first.is_none() {
            let mut body: Value = serde_json::from_slice(&request.body).expect("JSON");
            body["answers"] = json!({ "overall": "dissatisfied", "reasons": ["slow"] });
            let post = agent(Duration::from_secs(20)).post(format!("{collector}/v1/responses"));
            let stored = post.send_json(&body).expect("the collector answers");
            assert_eq!(stored.status(), 201);
            *first = Some((body["id"].clone(), body["answers"].to_string()));
        }
        Reply::Forward
    });
    let definition = crate::collector::definition(crate::lab::SURVEY);
    let answers = crate::plan::plan(&definition, crate::plan::Mood::Pleased);
    survey.fill(&definition, &answers);
    survey.submit();
    survey.named("alert", survey.words().failed_conflict);
    let (id, content) = other
        .lock()
        .expect("nobody panics with it")
        .clone()
        .expect("posted");
    lab.ledger.tapped(id.as_str().unwrap_or_default(), &content);
    let sum = lab.settle(&survey);
    assert_eq!(lab.collector.conflicts().len(), 1, "both are kept");
    assert_eq!(lab.holds(), (0, 1));
    sum
}

fn no_receipts(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    let replies: Vec<fn() -> Reply> = vec![
        || Reply::text(200, "application/json", "{}"),
        || {
            let other = r#"{"id":"0190b6a4-7c3e-7d52-9a41-6f1c2b3d4e5f","status":"stored"}"#;
            Reply::text(201, "application/json", other)
        },
        || Reply::text(200, "application/json", "\u{feff}{\"id\":1}"),
        || Reply::Answer {
            status: 200,
            kind: "application/json".to_owned(),
            body: vec![b' '; 50 << 20],
        },
        || Reply::text(200, "application/json", ""),
    ];
    let many = replies.len();
    lab.posts(in_turn(replies));
    lab.rate(&survey, 1);
    for n in 1..many {
        assert_eq!(lab.holds(), (1, 0), "kept after {n} answers");
        lab.flush(&survey);
    }
    lab.wait_for_posts(many);
    assert_eq!(lab.collector.rows().len(), 0);
    lab.settle(&survey)
}

fn new_version(browser: &Browser) -> Sum {
    let (mut lab, survey) = Lab::open(browser);
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 3);
    lab.collector.restart(|surveys| {
        let file = surveys.join(format!("{}.json", crate::lab::SURVEY));
        let text = std::fs::read_to_string(&file).expect("the survey is there");
        let newer = text.replacen("\"version\": 1", "\"version\": 2", 1);
        std::fs::write(&file, newer).expect("the survey can be changed");
    });
    let survey_2 = lab.visit();
    lab.rate(&survey_2, 2);
    drop(survey);
    let sum = lab.settle(&survey_2);
    let rows = lab.collector.rows();
    let of = |version: u32| {
        let of = rows
            .iter()
            .filter(|row| row["survey"]["version"] == version);
        of.count()
    };
    assert_eq!((of(1), of(2)), (3, 2));
    sum
}
