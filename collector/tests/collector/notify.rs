//! Systems that can only call an address: what they send of people is dropped.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::crash::{BINARY, Process};
use crate::running::{FORM, JSON, Running, encoded, send};
use crate::tablets::{bearer, command, database, tablet};
use crate::triggers::key;

const PATH: &str = "/v1/adapters/notify";

/// A person who is in every request and may be nowhere else.
const PERSON: &str = "name=%E5%BC%A0%E4%B8%89&phone=13800138000&idCard=110101199003070000";

async fn subject(server: &Running, told: &serde_json::Value) -> serde_json::Value {
    let header = bearer(told);
    let path = "/v1/tablets/next?wait=0";
    let header = [("authorization", &*header)];
    server.get_with(path, &header).await.json()["subject"].clone()
}

#[tokio::test]
async fn a_staff_number_and_a_matter_number_are_enough() {
    let server = Running::with(|settings| {
        settings.notify.staff = "empNo".to_owned();
        settings.notify.matter = "caseNo".to_owned();
    })
    .await;
    let told = tablet(&server, "3").await;
    let key = key(&server, None);
    let header = [("authorization", &*key)];
    let path = format!("{PATH}?empNo=012345&caseNo=m-1&{PERSON}");
    // Nobody knows yet where that officer is.
    assert_eq!(server.get_with(&path, &header).await.status, 404);
    let file = server.folder.path().join("roster.csv");
    let roster = "window,officer,from,to\n3,012345,2026-01-01 00:00,2026-12-31 24:00\n\
        4,B,2026-01-01 00:00,2026-12-31 24:00\n5,B,2026-01-01 00:00,2026-12-31 24:00\n";
    std::fs::write(&file, roster).unwrap();
    let file = file.to_str().unwrap();
    let output = command(&server, &["roster", "import", file, "--unit", "fenglin"]);
    assert!(output.status.success(), "{output:?}");
    // This year's roster, whichever year it is.
    database(&server)
        .execute(
            "UPDATE roster SET begins_at = 0, ends_at = 9000000000000",
            [],
        )
        .unwrap();
    let reply = server.get_with(&path, &header).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let expected = serde_json::json!({"unit": "fenglin", "window": "3", "officer": "012345",
        "matter": "m-1"});
    assert_eq!(subject(&server, &told).await, expected);
    let twice = format!("{PATH}?empNo=B&caseNo=m-1");
    assert_eq!(server.get_with(&twice, &header).await.status, 404);
    let nobody = format!("{PATH}?caseNo=m-1");
    let reply = server.get_with(&nobody, &header).await;
    assert_eq!(
        reply.problems(),
        [("empNo".to_owned(), "missing_field".to_owned())]
    );
    // The same as a form, with the window and the key as a password.
    let bare = key.strip_prefix("Bearer ").unwrap();
    let basic = format!("Basic {}", STANDARD.encode(format!("system:{bare}")));
    let headers = [FORM, ("authorization", &*basic)];
    let body = encoded(&[("window", "3"), ("caseNo", "m-2"), ("name", "张三")]);
    let reply = server.post(PATH, &headers, body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(subject(&server, &told).await["matter"], "m-2");
    // Names in GBK harm nobody; in a field that is read they are refused.
    let gbk = format!("{PATH}?window=3&caseNo=m-3&name=%D5%C5%C8%FD");
    assert_eq!(server.get_with(&gbk, &header).await.status, 200);
    for (value, code) in [
        ("%D5%C5", "unfit"),
        ("%E5%BC%A0", "personal"),
        ("13800138000", "personal"),
    ] {
        let path = format!("{PATH}?window=3&caseNo={value}");
        let problems = server.get_with(&path, &header).await.problems();
        assert_eq!(problems, [("matter_token".to_owned(), code.to_owned())]);
    }
}

#[tokio::test]
async fn a_key_is_needed_and_is_not_read_from_the_address() {
    let server = Running::start().await;
    let told = tablet(&server, "3").await;
    let key = key(&server, Some("3"));
    let bare = key.strip_prefix("Bearer ").unwrap();
    let path = format!("{PATH}?staff=1&key={bare}");
    assert_eq!(server.get(&path).await.status, 401);
    let tablet = bearer(&told);
    for bad in ["Basic", "Basic x", "Basic eDp5", "Bearer x", &*tablet] {
        let reply = server.get_with(PATH, &[("authorization", bad)]).await;
        assert_eq!(reply.status, 401, "{bad}");
        assert_eq!(reply.header("www-authenticate"), "Bearer");
    }
    let header = ("authorization", &*key);
    assert_eq!(server.get_with(PATH, &[header]).await.status, 200);
    assert_eq!(server.post(PATH, &[JSON, header], "{}").await.status, 415);
    assert_eq!(server.post(PATH, &[FORM, header], "").await.status, 200);
}

#[tokio::test]
async fn s20_what_a_system_sends_of_people_is_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), &["--notify-matter", "sn"]);
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(BINARY)
            .args(arguments)
            .args(["--unit", "u", "--window", "1", "--data"])
            .arg(folder.path())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let code = run(&["tablet", "code", "--survey", "visitor-reception"]);
    let key = format!("Bearer {}", run(&["clerk", "key"]));
    let at = process.address;
    let body = serde_json::json!({"code": code}).to_string();
    let reply = send(at, "POST", "/v1/tablets", &[JSON], body).await;
    let told = reply.json();
    let path = format!("{PATH}?staff=012345&sn=m-77&{PERSON}");
    let header = [("authorization", &*key)];
    let reply = send(at, "GET", &path, &header, "").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let tablet = bearer(&told);
    let header = [("authorization", &*tablet)];
    let event = send(at, "GET", "/v1/tablets/next?wait=0", &header, "").await;
    let event = event.text().to_owned();
    let (status, log) = process.terminate();
    assert_eq!(status, Some(0));
    assert!(event.contains("m-77") && log.contains("trigger"));
    let kept = std::fs::read(folder.path().join("manyi.sqlite")).unwrap();
    let kept = String::from_utf8_lossy(&kept);
    assert!(kept.contains("m-77"));
    for secret in ["张三", "13800138000", "110101199003070000", "%E5%BC%A0"] {
        for place in [&*event, &*log, &*kept] {
            assert!(!place.contains(secret), "{secret}");
        }
    }
    assert!(!log.contains("m-77") && !log.contains("012345"), "{log}");
}
