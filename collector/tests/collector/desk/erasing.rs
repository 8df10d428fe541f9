//! What is deleted is gone: on a person's request, and when its time is over.

use manyi_collector::clock;
use serde_json::json;

use super::responses::ready;
use super::{set_up, trail};
use crate::running::{JSON, Running, full, id, satisfied};
use crate::tablets::{command, database};

const TEXT: &str = "紫藤架下的长椅坏了三年没人修";
const PHONE: &str = "13700137000";

/// How often `text` stands in the files of the database.
fn hits(server: &Running, text: &str) -> usize {
    let folder = server.folder.path().join("data");
    let mut hits = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            hits += bytes
                .windows(text.len())
                .filter(|window| *window == text.as_bytes())
                .count();
        }
    }
    hits
}

fn response(n: u32) -> serde_json::Value {
    let mut one = full(&id(n));
    one["answers"]["comment"] = json!(TEXT);
    one["answers"]["phone"] = json!(PHONE);
    one
}

#[tokio::test]
async fn s21_what_a_person_had_deleted_is_gone_and_does_not_come_back() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    for n in 0..60 {
        let mut other = full(&id(100 + n));
        other["device"]["seq"] = json!(100 + n);
        other["answers"]["comment"] = json!(format!("办事大厅第{n}次排队"));
        assert_eq!(server.json(&other).await.status, 201);
    }
    let one = response(1);
    assert_eq!(server.json(&one).await.status, 201);
    let mut conflict = one.clone();
    conflict["answers"]["comment"] = json!(format!("{TEXT}！"));
    assert_eq!(server.json(&conflict).await.status, 409);
    ready(&server).await;
    assert!(hits(&server, TEXT) > 0 && hits(&server, PHONE) > 0);
    let erase = "/admin/response/erase";
    let fields = [("id", &*id(1)), ("reason", "本人来所要求"), ("sure", "yes")];
    // Without a reason, and before one is sure, nothing happens.
    assert_eq!(browser.post(erase, &fields[..1]).await.status, 422);
    let asked = browser.post(erase, &fields[..2]).await;
    assert!(
        asked.text().contains("确认删除") && asked.text().contains("还没有结周"),
        "{}",
        asked.text()
    );
    assert!(
        server
            .collector
            .store()
            .response(&id(1))
            .await
            .unwrap()
            .is_some()
    );
    let done = browser.post(erase, &fields).await;
    assert_eq!(
        (done.status.as_u16(), done.header("location")),
        (303, "/admin/responses?said=erased")
    );
    for text in [TEXT, PHONE] {
        assert_eq!(hits(&server, text), 0, "{text} is still in the files");
    }
    assert_eq!(
        browser
            .get(&format!("/admin/response?id={}", id(1)))
            .await
            .status,
        404
    );
    let fields = [("text", "紫藤架")];
    let page = browser.post("/admin/responses/search", &fields).await;
    assert!(page.text().contains("没有找到"), "{}", page.text());
    // A tablet that was in a drawer brings it again, alone, in a batch, and otherwise.
    for again in [&one, &conflict] {
        let reply = server.json(again).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.json(), json!({"id": id(1), "status": "erased"}));
    }
    let reply = server
        .post(
            "/v1/batches",
            &[JSON],
            json!([one, satisfied(&id(2))]).to_string(),
        )
        .await;
    let results = reply.json();
    assert_eq!(
        results[0],
        json!({"id": id(1), "status": "erased", "http": 200})
    );
    assert_eq!(results[1]["status"], "stored");
    ready(&server).await;
    assert_eq!(hits(&server, PHONE), 0);
    assert_eq!(server.rows().await.len(), 61);
    let (who, act, about) = trail(&server).pop().unwrap();
    assert_eq!((&*who, &*act, about), ("admin", "response.erased", id(1)));
    assert!(command(&server, &["audit", "check"]).status.success());
    // The index is whole after that.
    let check = "INSERT INTO texts (texts) VALUES ('integrity-check')";
    database(&server).execute(check, []).unwrap();
}

#[tokio::test]
async fn a_closed_week_stays_as_it_was_and_says_what_was_deleted_since() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    // In a week that is over.
    let day = 24 * 3_600_000;
    let at = clock::rfc3339(clock::now_ms() - 8 * day);
    for (n, mut one) in [(41, response(1)), (42, full(&id(2)))] {
        one["device"]["seq"] = json!(n);
        one["started_at"] = json!(at);
        one["submitted_at"] = json!(at);
        assert_eq!(server.json(&one).await.status, 201);
    }
    ready(&server).await;
    let week: String = database(&server)
        .query_row("SELECT week FROM responses WHERE id = ?1", [id(1)], |row| {
            row.get(0)
        })
        .unwrap();
    let closed = command(&server, &["week", "close", &week]);
    assert!(closed.status.success(), "{closed:?}");
    let before = command(&server, &["week", "show", &week, "--format", "json"]).stdout;
    let fields = [("id", &*id(1)), ("reason", "本人来所要求"), ("sure", "yes")];
    assert_eq!(
        browser.post("/admin/response/erase", &fields).await.status,
        303
    );
    let after = command(&server, &["week", "show", &week, "--format", "json"]).stdout;
    assert_eq!(before, after);
    let proof = command(&server, &["week", "prove", &week]);
    let said = String::from_utf8(proof.stdout).unwrap();
    assert!(said.contains("1 deleted since"), "{said}");
}

#[tokio::test]
async fn what_has_been_kept_long_enough_is_counted_first_and_then_deleted() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    for n in 0..30 {
        let mut one = response(n);
        one["device"]["seq"] = json!(n);
        assert_eq!(server.json(&one).await.status, 201);
    }
    ready(&server).await;
    // Three years go by for twenty of them.
    let database = database(&server);
    let three_years = 3 * 366 * 24 * 3_600_000_i64;
    for n in 0..20 {
        let move_back = "UPDATE responses SET received_at = received_at - ?1 WHERE id = ?2";
        database.execute(move_back, (three_years, id(n))).unwrap();
    }
    let anew = "BEGIN IMMEDIATE; DELETE FROM finds; DELETE FROM said; DELETE FROM flags; \
        INSERT INTO texts (texts) VALUES ('rebuild'); \
        INSERT INTO facets (facets) VALUES ('delete-all'); COMMIT;";
    database.execute_batch(anew).unwrap();
    ready(&server).await;
    let page = browser.get("/admin/retention").await;
    assert!(page.text().contains("一直保存") && !page.text().contains("删除 20 份"));
    let kept = [("texts", "24"), ("personal", "24"), ("responses", "")];
    assert_eq!(
        browser.post("/admin/retention/set", &kept).await.status,
        303
    );
    for wrong in ["0", "-1", "241", "x"] {
        let reply = browser
            .post("/admin/retention/set", &[("texts", wrong)])
            .await;
        assert_eq!(reply.status, 422, "{wrong}");
    }
    let preview = String::from_utf8(command(&server, &["retention", "preview"]).stdout).unwrap();
    let due: Vec<&str> = preview
        .lines()
        .skip(1)
        .map(|line| line.rsplit('\t').next().unwrap())
        .collect();
    assert_eq!(due, ["20", "20", "0"], "{preview}");
    let page = browser.get("/admin/retention").await;
    assert_eq!(
        page.text().matches("删除 20 份").count(),
        2,
        "{}",
        page.text()
    );
    // By the page, and by the command line.
    assert_eq!(
        browser
            .post("/admin/retention/run", &[("rule", "texts")])
            .await
            .status,
        303
    );
    let run = String::from_utf8(command(&server, &["retention", "run"]).stdout).unwrap();
    assert_eq!(run, "texts\t0\npersonal\t20\nresponses\t0\n");
    let rows = server.rows().await;
    let old = rows
        .iter()
        .filter(|row| row["answers"]["phone"].is_null())
        .count();
    assert_eq!((rows.len(), old), (30, 20));
    let page = browser
        .post("/admin/responses/search", &[("text", "紫藤架")])
        .await;
    assert!(page.text().contains("共 10 份"), "{}", page.text());
    let page = browser.get(&format!("/admin/response?id={}", id(3))).await;
    assert!(
        page.text().contains("14 个字，已到期删除") && !page.text().contains("█"),
        "{}",
        page.text()
    );
    // What was sent is sent again: still the same.
    let mut again = response(3);
    again["device"]["seq"] = json!(3);
    assert_eq!(server.json(&again).await.json()["status"], "duplicate");
    let acts: Vec<String> = trail(&server)
        .into_iter()
        .map(|(_, act, about)| format!("{act} {about}"))
        .collect();
    assert!(
        acts.iter()
            .any(|act| act.starts_with("retention.ended texts") && act.ends_with(": 20")),
        "{acts:?}"
    );
    assert!(acts.contains(&"retention.set texts 24".to_owned()));
}
