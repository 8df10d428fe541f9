//! Responses at the desk: found by everything that can be asked for, read with their
//! wording and their way, personal answers masked.

use std::collections::BTreeSet;
use std::time::Duration;

use manyi_collector::desk::role::Role;
use serde_json::{Value, json};

use super::{Browser, account, set_up, signed_in, trail};
use crate::running::{Running, full, id, satisfied};
use crate::tablets::{command, database};
use crate::units::{COUNTY, import};

/// Waits until everything that is stored can be found.
pub async fn ready(server: &Running) {
    let store = server.collector.store();
    for _ in 0..1_000 {
        if store.not_ready().await.unwrap() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the responses are not made ready");
}

async fn post(server: &Running, response: &Value) {
    let reply = server.json(response).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
}

/// The ids that a page lists, in its order.
fn ids(text: &str) -> Vec<String> {
    let parts = text.split("href=\"/admin/response?id=").skip(1);
    parts.map(|part| part[..36].to_owned()).collect()
}

/// The address of the next page.
fn next(text: &str) -> Option<String> {
    let (before, _) = text.split_once("\" rel=\"next\"")?;
    let (_, place) = before.rsplit_once("href=\"")?;
    Some(place.replace("&amp;", "&"))
}

async fn found(browser: &Browser<'_>, query: &str) -> Vec<String> {
    let reply = browser.get(&format!("/admin/responses?{query}")).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    ids(reply.text())
}

async fn sought(browser: &Browser<'_>, text: &str) -> Vec<String> {
    let reply = browser
        .post("/admin/responses/search", &[("text", text)])
        .await;
    assert_eq!(reply.status, 200, "{text}: {}", reply.text());
    ids(reply.text())
}

#[tokio::test]
async fn responses_are_found_by_each_thing_and_by_several() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    assert!(import(&server, COUNTY).status.success());
    post(&server, &full(&id(1))).await;
    post(&server, &satisfied(&id(2))).await;
    let mut room = satisfied(&id(3));
    room["subject"] = json!({"unit": "fenglin-1"});
    room["channel"] = json!("paper");
    room["mode"] = json!("entered");
    room["answers"]["comment"] = json!("警务室的同志很热情 Thank You");
    post(&server, &room).await;
    ready(&server).await;
    let all = [id(3), id(2), id(1)];
    for (query, wanted) in [
        ("", &all[..]),
        ("level=dissatisfied", &all[2..]),
        ("level=satisfied", &all[..2]),
        ("level=basically", &[]),
        ("unit=fenglin", &[all[0].clone(), all[2].clone()]),
        ("unit=fenglin-1", &all[..1]),
        ("unit=county&level=satisfied", &all[..1]),
        ("unit=hekou", &[]),
        ("channel=kiosk", &all[2..]),
        ("mode=entered", &all[..1]),
        ("mode=self", &all[1..2]),
        ("survey=household-window", &all[..]),
        ("survey=nothing", &[]),
        ("words=1", &[all[0].clone(), all[2].clone()]),
        ("from=2020-01-01&to=2099-01-01", &all[..]),
        ("from=2099-01-01", &[]),
        ("to=2020-01-01", &[]),
        ("tag=nothing", &[]),
        // Words are not looked for by an address.
        ("text=热情", &all[..]),
    ] {
        let ask = query.replace("热情", "%E7%83%AD%E6%83%85");
        assert_eq!(found(&browser, &ask).await, wanted, "{query}");
    }
    for (text, wanted) in [
        ("很热情", &all[..1]),
        ("热情", &all[..1]),
        ("热", &all[..1]),
        ("thank you", &all[..1]),
        ("TH", &all[..1]),
        ("等了两个小时", &all[2..]),
        ("希望", &all[2..]),
        ("没有人说过", &[]),
        ("%", &[]),
        ("__", &[]),
        // A telephone number is not among the words.
        ("13800138000", &[]),
        ("138", &[]),
    ] {
        assert_eq!(sought(&browser, text).await, wanted, "{text}");
    }
    // Words and the rest together; without words an address that may be passed on.
    let search = "/admin/responses/search";
    let both = [("text", "热情"), ("unit", "hekou")];
    assert_eq!(ids(browser.post(search, &both).await.text()), [""; 0]);
    let reply = browser
        .post(
            search,
            &[("text", ""), ("level", "satisfied"), ("from", "2026-01-31")],
        )
        .await;
    assert_eq!(reply.status, 303);
    let place = "/admin/responses?from=2026-01-31&level=satisfied";
    assert_eq!(reply.header("location"), place);
    // What cannot be read is said, and the rest holds.
    let reply = browser
        .get("/admin/responses?from=31.1.2026&channel=pigeon")
        .await;
    assert!(reply.text().contains("不是日期") && reply.text().contains("不认识"));
}

#[tokio::test]
async fn s10_a_leader_finds_the_own_station_alone() {
    let server = Running::start().await;
    set_up(&server).await;
    assert!(import(&server, COUNTY).status.success());
    for (n, unit) in ["fenglin", "fenglin-1", "hekou", "county", "unnamed"]
        .into_iter()
        .enumerate()
    {
        let mut response = full(&id(u32::try_from(n).unwrap()));
        response["subject"] = json!({"unit": unit});
        response["answers"]["comment"] = json!(format!("关于{unit}的意见"));
        post(&server, &response).await;
    }
    post(&server, &satisfied(&id(9))).await;
    ready(&server).await;
    let person = account(&server, "leader", Role::Leader, "fenglin").await;
    let browser = signed_in(&server, &person).await;
    let own = [id(1), id(0)];
    for query in ["", "words=1", "level=dissatisfied", "channel=kiosk"] {
        assert_eq!(found(&browser, query).await, own, "{query}");
    }
    assert_eq!(sought(&browser, "的意见").await, own);
    assert_eq!(sought(&browser, "意见").await, own);
    assert_eq!(sought(&browser, "关于hekou").await, [""; 0]);
    assert_eq!(browser.get("/admin/responses?unit=hekou").await.status, 404);
    assert_eq!(
        browser.get("/admin/responses?unit=county").await.status,
        404
    );
}

#[tokio::test]
async fn paging_loses_and_doubles_nothing_while_others_come_in() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    let batch = |from: u32| {
        let all: Vec<Value> = (from..from + 90)
            .map(|n| {
                let mut one = satisfied(&id(n));
                one["answers"]["comment"] = json!(format!("第{n}次来办事"));
                one
            })
            .collect();
        Value::from(all).to_string()
    };
    let send = async |from: u32| {
        let reply = server
            .post("/v1/batches", &[crate::running::JSON], batch(from))
            .await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    };
    send(0).await;
    send(100).await;
    ready(&server).await;
    let reply = browser.get("/admin/responses?words=1").await;
    assert!(reply.text().contains("共 180 份"), "{}", reply.text());
    for text in [false, true] {
        let mut seen: Vec<String> = Vec::new();
        let (mut place, mut before) = ("/admin/responses?words=1".to_owned(), String::new());
        for step in 0.. {
            assert!(step < 30, "the pages do not end");
            let reply = if text {
                let fields = [("text", "次来办"), ("before", &before)];
                browser.post("/admin/responses/search", &fields).await
            } else {
                browser.get(&place).await
            };
            seen.extend(ids(reply.text()));
            send(1_000 + u32::from(text) * 5_000 + step * 100).await;
            ready(&server).await;
            if text {
                let mark = "name=\"before\" value=\"";
                let Some((_, rest)) = reply.text().split_once(mark) else {
                    break;
                };
                before = rest.split('"').next().unwrap().to_owned();
            } else {
                let Some(next) = next(reply.text()) else {
                    break;
                };
                place = next;
            }
        }
        let once: BTreeSet<&String> = seen.iter().collect();
        assert_eq!(once.len(), seen.len(), "something stands there twice");
        for n in (0..90).chain(100..190) {
            assert!(once.contains(&id(n)), "{n} was lost");
        }
    }
}

#[tokio::test]
async fn s19_a_number_is_masked_until_somebody_says_why_and_then_shown_once() {
    let server = Running::start().await;
    set_up(&server).await;
    assert!(import(&server, COUNTY).status.success());
    let mut response = full(&id(1));
    response["answers"]["comment"] = json!("请打 13900139000 找我");
    post(&server, &response).await;
    ready(&server).await;
    let person = account(&server, "leader", Role::Leader, "fenglin").await;
    let browser = signed_in(&server, &person).await;
    let place = format!("/admin/response?id={}", id(1));
    for place in ["/admin/responses", &place] {
        let reply = browser.get(place).await;
        assert_eq!(reply.status, 200);
        for number in ["13800138000", "13900139000", "00138000"] {
            assert!(!reply.text().contains(number), "{number} at {place}");
        }
        assert!(reply.text().contains("请打 ***********"), "{place}");
        assert_eq!(reply.header("cache-control"), "no-store");
    }
    let page = browser.get(&place).await;
    for said in [
        "138******00",
        "012345",
        "户籍",
        "等了两个小时",
        "tablet-1 的第 41 份",
        "clerk-7",
        "8.2 秒",
        "当面询问",
    ] {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    let one = id(1);
    let reveal = async |question: &str, reason: &str| {
        let fields = [("id", &*one), ("question", question), ("reason", reason)];
        browser.post("/admin/response/reveal", &fields).await
    };
    let before = trail(&server).len();
    for reason in ["", "要", "打 13800138000 回访"] {
        let reply = reveal("phone", reason).await;
        assert_eq!(reply.status, 422, "{reason}");
        assert!(!reply.text().contains("<b>13800138000"), "{reason}");
    }
    assert_eq!(reveal("nothing", "回访核实").await.status, 404);
    assert_eq!(trail(&server).len(), before);
    let reply = reveal("phone", "回访核实").await;
    assert!(reply.text().contains("<b>13800138000</b>") && !reply.text().contains("13900139000"));
    assert!(!browser.get(&place).await.text().contains("13800138000"));
    let (who, act, about) = trail(&server).pop().unwrap();
    assert_eq!(
        (&*who, &*act, about),
        ("leader", "personal.seen", format!("{one} phone"))
    );
    let reason: String = database(&server)
        .query_row(
            "SELECT reason FROM audit ORDER BY seq DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(reason, "回访核实");
    assert!(command(&server, &["audit", "check"]).status.success());
    let auditor = account(&server, "auditor", Role::Auditor, "fenglin").await;
    let auditor = signed_in(&server, &auditor).await;
    let seen = auditor.get(&place).await;
    assert!(seen.text().contains("138******00") && !seen.text().contains("/reveal"));
}

#[tokio::test]
async fn an_old_response_is_read_in_its_own_wording() {
    let folder = tempfile::tempdir().unwrap();
    let file = |version, title: &str| {
        let text = crate::running::definition("desk", version, title).to_string();
        let text = text.replace("您满意吗？", &format!("{title}：您满意吗？"));
        crate::running::folder_of(folder.path(), &[("desk.json", text)])
    };
    let surveys = file(1, "旧问卷");
    let mut settings = manyi_collector::config::Settings::local(folder.path().join("data"));
    settings.surveys = Some(surveys.clone());
    manyi_collector::Collector::start(settings)
        .await
        .unwrap()
        .stop()
        .await;
    file(2, "新问卷");
    let data = folder.path().join("data");
    let server = Running::with(|settings| {
        settings.surveys = Some(surveys);
        settings.data = data;
    })
    .await;
    let browser = set_up(&server).await;
    let mut response = satisfied(&id(1));
    response["survey"] = json!({"id": "desk", "version": 1});
    post(&server, &response).await;
    let page = browser.get(&format!("/admin/response?id={}", id(1))).await;
    assert!(
        page.text().contains("旧问卷：您满意吗？"),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("新问卷"));
}

#[tokio::test]
async fn hints_are_raised_with_their_rule_and_found() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    let of = |n: u32, device: &str, ms: u64, mode: &str| {
        let mut one = satisfied(&id(n));
        one["device"] = json!({"id": device, "seq": n});
        one["duration_ms"] = json!(ms);
        if mode != "self" {
            one["mode"] = json!(mode);
            one["asked_by"] = json!("clerk-7");
        }
        one
    };
    // Three of the same time; a citizen's; a device at which staff keys in afterwards.
    for (n, device, ms, mode) in [
        (1, "a", 4_321, "self"),
        (2, "a", 9_000, "self"),
        (3, "a", 4_321, "self"),
        (4, "a", 4_321, "self"),
        (5, "b", 4_321, "self"),
        (6, "c", 7_000, "self"),
        (7, "c", 8_000, "entered"),
    ] {
        post(&server, &of(n, device, ms, mode)).await;
    }
    ready(&server).await;
    let flagged = found(&browser, "flagged=1").await;
    assert_eq!(flagged, [id(6), id(4), id(3), id(1)]);
    let page = browser.get(&format!("/admin/response?id={}", id(4))).await;
    assert!(page.text().contains("用时完全相同") && page.text().contains("一毫秒不差"));
    let page = browser.get(&format!("/admin/response?id={}", id(6))).await;
    assert!(page.text().contains("工作人员的设备") && page.text().contains("代填"));
    let page = browser.get(&format!("/admin/response?id={}", id(5))).await;
    assert!(!page.text().contains("一毫秒不差"));
}

#[tokio::test]
async fn tags_are_put_on_found_and_taken_off() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    post(&server, &satisfied(&id(1))).await;
    post(&server, &satisfied(&id(2))).await;
    ready(&server).await;
    let one = id(1);
    let tag = async |tag: &str, off: &str| {
        let fields = [("id", &*one), ("tag", tag), ("off", off)];
        browser
            .post("/admin/response/tag", &fields)
            .await
            .status
            .as_u16()
    };
    assert_eq!(tag("待回访", "").await, 303);
    assert_eq!(tag("待回访", "").await, 303);
    let long = "长".repeat(21);
    for wrong in ["", "13800138000", "a\nb", &long] {
        assert_eq!(tag(wrong, "").await, 422, "{wrong}");
    }
    let page = browser
        .get("/admin/responses?tag=%E5%BE%85%E5%9B%9E%E8%AE%BF")
        .await;
    assert_eq!(ids(page.text()), [id(1)]);
    assert!(page.text().contains("<span class=\"tag\">待回访</span>"));
    assert_eq!(tag("待回访", "1").await, 303);
    assert_eq!(
        found(&browser, "tag=%E5%BE%85%E5%9B%9E%E8%AE%BF").await,
        [""; 0]
    );
    for n in 0..10 {
        assert_eq!(tag(&format!("t{n}"), "").await, 303);
    }
    assert_eq!(tag("t10", "").await, 422);
    let acts: Vec<String> = trail(&server).into_iter().map(|(_, act, _)| act).collect();
    assert_eq!(acts.iter().filter(|act| *act == "tag.put").count(), 11);
    assert_eq!(acts.iter().filter(|act| *act == "tag.taken").count(), 1);
}

#[tokio::test]
async fn s05_whatever_is_asked_for_is_text_and_never_syntax() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    let corpus = include_str!("../../../../tests/corpus/xss.json");
    let corpus: Vec<Value> = serde_json::from_str(corpus).unwrap();
    let mut inputs: Vec<String> = corpus
        .iter()
        .map(|case| case["input"].as_str().unwrap().to_owned())
        .collect();
    inputs.extend(
        [
            "' OR 1=1 --",
            "'; DROP TABLE finds; --",
            "\" OR \"a",
            "\"",
            "\"\"",
            "a\"b",
            "*",
            "^abc",
            "abc*",
            "NEAR(a b)",
            "a AND b",
            "NOT",
            "words : abc",
            "{words} : abc",
            "- words : a",
            "(((",
            ")",
            "a + b",
            "%",
            "_",
            "\\",
            "%_%",
            "\u{0}abc",
            "\u{202e}abc",
            "𠮷𠮷𠮷",
            "9223372036854775808",
            "-1",
        ]
        .map(str::to_owned),
    );
    for (n, input) in inputs.iter().take(40).enumerate() {
        let mut one = satisfied(&id(u32::try_from(n).unwrap()));
        one["answers"]["comment"] = json!(input);
        // What the model refuses is nowhere.
        let status = server.json(&one).await.status;
        assert!(matches!(status.as_u16(), 201 | 422), "{input}");
    }
    ready(&server).await;
    let sound = |reply: &crate::running::Reply, what: &str, input: &str| {
        let status = reply.status.as_u16();
        assert!(
            matches!(status, 200 | 303 | 404 | 422),
            "{status}: {what} {input:?}"
        );
        let text = reply.text().to_lowercase();
        for bad in [
            "<script",
            "<img",
            "<svg",
            "<iframe",
            "<object",
            "<embed",
            "<math",
            "onerror=\"",
            "onload=\"",
        ] {
            let held = text.matches(bad).count();
            assert_eq!(held, 0, "{bad}: {what} {input:?}");
        }
    };
    let names = [
        "from", "to", "unit", "survey", "channel", "mode", "level", "words", "flagged", "tag",
        "before", "id", "said",
    ];
    for (n, input) in inputs.iter().enumerate() {
        let all = names.map(|name| (name, &**input));
        let query = crate::running::encoded(&all);
        let reply = browser.get(&format!("/admin/responses?{query}")).await;
        sound(&reply, "all names", input);
        // One by one those that are syntax somewhere.
        let one_by_one = if n < corpus.len() {
            &names[..0]
        } else {
            &names[..]
        };
        for name in one_by_one {
            let query = crate::running::encoded(&[(name, input)]);
            sound(
                &browser.get(&format!("/admin/responses?{query}")).await,
                name,
                input,
            );
        }
        let query = crate::running::encoded(&[("id", input)]);
        sound(
            &browser.get(&format!("/admin/response?{query}")).await,
            "id",
            input,
        );
        let fields = [("text", &**input), ("before", input)];
        sound(
            &browser.post("/admin/responses/search", &fields).await,
            "text",
            input,
        );
        let fields = [
            ("text", &**input),
            ("tag", input),
            ("survey", input),
            ("level", input),
        ];
        sound(
            &browser.post("/admin/responses/search", &fields).await,
            "all",
            input,
        );
        let fields = [("id", &*id(1)), ("tag", input), ("off", "1")];
        sound(
            &browser.post("/admin/response/tag", &fields).await,
            "tag",
            input,
        );
        let fields = [("id", &**input), ("question", input), ("reason", input)];
        sound(
            &browser.post("/admin/response/reveal", &fields).await,
            "reveal",
            input,
        );
        let fields = [("rule", &**input), ("texts", input)];
        sound(
            &browser.post("/admin/retention/set", &fields).await,
            "set",
            input,
        );
        sound(
            &browser.post("/admin/retention/run", &fields).await,
            "run",
            input,
        );
    }
    // What people wrote is found as they wrote it, and shown as text.
    for (n, input) in inputs.iter().take(40).enumerate() {
        let fields = [("text", &**input)];
        let reply = browser.post("/admin/responses/search", &fields).await;
        let wanted = id(u32::try_from(n).unwrap());
        let is_kept = server
            .collector
            .store()
            .response(&wanted)
            .await
            .unwrap()
            .is_some();
        let can_be_typed = !input.contains(char::is_control)
            && input.trim() == input
            && input.chars().count() <= 100;
        if is_kept && can_be_typed {
            assert!(ids(reply.text()).contains(&wanted), "{input}");
        }
    }
    let count: i64 = database(&server)
        .query_row("SELECT COUNT(*) FROM finds", [], |row| row.get(0))
        .unwrap();
    assert!(count > 0);
}
