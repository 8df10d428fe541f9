//! A link is good for one rating: the first has it, whoever merely looks has nothing, and
//! the token is kept nowhere.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::crash::Process;
use crate::running::{FORM, JSON, Reply, Running, encoded, id, lines, satisfied, send};
use crate::tablets::{bearer, command, database, table, tablet};
use crate::triggers::key;

async fn wanted(server: &Running, auth: &str, wanted: Value) -> Reply {
    let headers = [JSON, ("authorization", auth)];
    let path = "/v1/invitations";
    server.post(path, &headers, wanted.to_string()).await
}

/// A link for one matter at window 3: what was said of it, and its token.
async fn link(server: &Running, auth: &str, matter: &str) -> (Value, String) {
    let said = json!({"window": "3", "survey": "household-window", "officer_token": "012345",
        "matter_token": matter});
    let reply = wanted(server, auth, said).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let told = reply.json();
    let url = told["url"].as_str().unwrap();
    let token = url.strip_prefix("http://collector.test/i/").unwrap();
    assert_eq!(token.len(), 29);
    (told.clone(), token.to_owned())
}

fn by(token: &str, id: &str) -> Value {
    let mut response = satisfied(id);
    response["invitation"] = json!(token);
    response
}

async fn state(server: &Running, auth: &str, told: &Value) -> Value {
    let path = format!("/v1/invitations/{}", told["id"].as_str().unwrap());
    let reply = server.get_with(&path, &[("authorization", auth)]).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["state"].clone()
}

#[track_caller]
fn refused(reply: &Reply, sentence: &str) {
    assert_eq!(reply.status, 409, "{}", reply.text());
    let body = reply.json();
    assert_eq!(body["type"], "urn:manyi:problem:link");
    let detail = body["detail"].as_str().unwrap();
    assert!(detail.contains(sentence), "{detail}");
}

fn conflicts(server: &Running) -> Vec<Value> {
    let output = command(server, &["export", "--format", "jsonl", "--conflicts"]);
    assert!(output.status.success(), "{output:?}");
    lines(&output.stdout)
}

#[tokio::test]
async fn f49_previews_use_nothing_up_and_the_first_rating_has_the_subject_of_the_link() {
    let server = Running::start().await;
    let key = key(&server, None);
    let (told, token) = link(&server, &key, "m-1").await;
    assert!(told["expires_in_ms"].as_i64().unwrap() > 590_000);
    assert!(told["qr"]["size"].as_i64().unwrap() < 50);
    let path = format!("/i/{token}");
    for _ in 0..10 {
        let at = server.collector.address();
        assert_eq!(send(at, "HEAD", &path, &[], "").await.status, 200);
        let page = server.get(&path).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(page.text().contains(&format!("invitation=\"{token}\"")));
        // What is rated is the collector's affair.
        for secret in ["012345", "m-1", "fenglin"] {
            assert!(!page.text().contains(secret), "{secret}");
        }
    }
    // As it was typed.
    let typed = server.get(&format!("/i/{}", token.to_lowercase())).await;
    assert_eq!(typed.status, 200);
    assert_eq!(state(&server, &key, &told).await, "open");

    let mut forged = by(&token, &id(1));
    forged["subject"] = json!({"unit": "elsewhere", "officer": "999999"});
    forged["channel"] = json!("kiosk");
    let reply = server.json(&forged).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    // The receipt got lost: the same again is the same row.
    assert_eq!(server.json(&forged).await.status, 200);
    let rows = server.rows().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        rows[0]["subject"],
        json!({"unit": "fenglin", "window": "3", "officer": "012345", "matter": "m-1"})
    );
    assert_eq!(rows[0]["channel"], "web");
    assert_eq!(rows[0]["invitation"], told["id"]);
    assert_eq!(state(&server, &key, &told).await, "used");

    refused(&server.json(&by(&token, &id(2))).await, "该链接已用过");
    assert_eq!(server.rows().await.len(), 1);
    let kept = conflicts(&server);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["id"], id(2));
    let page = server.get(&path).await;
    assert_eq!(page.status, 410);
    assert!(page.text().contains("这个链接已经用过了"));

    // It counts as asked, and as answered.
    let output = command(
        &server,
        &["triggers", "--from", "2020-01-01", "--to", "2099-12-31"],
    );
    let rows = table(&output);
    assert_eq!(
        rows[1],
        ["fenglin", "3", "012345", "1", "1", "1", "0", "0", "0", "0"]
    );
    // The matter is rated: nobody is asked for it again.
    let again = json!({"window": "3", "survey": "household-window", "matter_token": "m-1"});
    let reply = wanted(&server, &key, again).await;
    assert_eq!(
        (reply.status.as_u16(), reply.json()["type"].as_str()),
        (409, Some("urn:manyi:problem:already"))
    );
}

#[tokio::test]
async fn f48_of_a_thousand_parallel_posts_one_is_taken() {
    let server = Arc::new(
        Running::with(|settings| {
            settings.survey_rate = manyi_collector::http::Rate {
                per_min: 100_000,
                burst: 100_000,
            };
        })
        .await,
    );
    let key = key(&server, None);
    let (told, token) = link(&server, &key, "m-1").await;
    let mut posts = tokio::task::JoinSet::new();
    for worker in 0..20 {
        let (server, token) = (Arc::clone(&server), token.clone());
        posts.spawn(async move {
            let mut taken = 0;
            for n in 0..50 {
                let reply = server.json(&by(&token, &id(worker * 50 + n))).await;
                match reply.status.as_u16() {
                    201 => taken += 1,
                    409 => refused(&reply, "该链接已用过"),
                    other => panic!("{other} {}", reply.text()),
                }
            }
            taken
        });
    }
    let taken: Vec<i32> = posts.join_all().await;
    assert_eq!(taken.iter().sum::<i32>(), 1);
    assert_eq!(server.rows().await.len(), 1);
    assert_eq!(state(&server, &key, &told).await, "used");
    // So many are kept for a person to look at, and no more.
    assert_eq!(conflicts(&server).len(), 20);
    // In a batch each is told the same, and its neighbours are none the worse.
    let batch = json!([by(&token, &id(5000)), satisfied(&id(5001))]);
    let reply = server.post("/v1/batches", &[JSON], batch.to_string()).await;
    let results = reply.json();
    assert_eq!(
        (&results[0]["http"], &results[0]["status"]),
        (&json!(409), &json!("link"))
    );
    assert_eq!(results[1]["http"], 201);
}

#[tokio::test]
async fn a_link_that_expired_was_taken_back_or_never_was_says_so() {
    let server = Running::start().await;
    let key = key(&server, Some("3"));
    let (told, token) = link(&server, &key, "m-1").await;
    let path = format!("/i/{token}");
    let until = |ms: i64| {
        let now = manyi_collector::clock::now_ms();
        database(&server)
            .execute("UPDATE invitations SET expires_at = ?", [now + ms])
            .unwrap();
    };
    // It opens no more, but what was begun in time may arrive for three days.
    until(-1);
    let page = server.get(&path).await;
    assert_eq!(page.status, 410);
    assert!(page.text().contains("这个链接已过期") && page.text().contains("要一个新的二维码"));
    assert_eq!(state(&server, &key, &told).await, "expired");
    until(-72 * 60 * 60 * 1000);
    refused(&server.json(&by(&token, &id(1))).await, "该链接已过期");
    until(-72 * 60 * 60 * 1000 + 60_000);
    assert_eq!(server.json(&by(&token, &id(1))).await.status, 201);

    let (told, token) = link(&server, &key, "m-2").await;
    let elsewhere = crate::triggers::key(&server, Some("4"));
    let revoke = format!("/v1/invitations/{}/revoke", told["id"].as_str().unwrap());
    let with =
        |auth: &str| [JSON, ("authorization", auth)].map(|(a, b)| (a.to_owned(), b.to_owned()));
    for (auth, status) in [(&elsewhere, 404), (&key, 200)] {
        let headers = with(auth);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(server.post(&revoke, &headers, "").await.status, status);
    }
    assert_eq!(state(&server, &key, &told).await, "revoked");
    let page = server.get(&format!("/i/{token}")).await;
    assert_eq!(page.status, 410);
    assert!(page.text().contains("这个链接已作废"));
    refused(&server.json(&by(&token, &id(2))).await, "该链接已作废");

    // Each letter changed, one missing, one too many.
    let (_, token) = link(&server, &key, "m-3").await;
    let letters = "34679ACDEFGHJKMNPQRTWXY";
    let mut wrong = Vec::new();
    for at in 0..token.len() {
        let mut other = token.clone().into_bytes();
        other[at] = *letters
            .as_bytes()
            .iter()
            .find(|b| **b != other[at])
            .unwrap();
        wrong.push(String::from_utf8(other).unwrap());
    }
    for (n, wrong) in (100..).zip(&wrong) {
        assert_eq!(server.get(&format!("/i/{wrong}")).await.status, 404);
        refused(&server.json(&by(wrong, &id(n))).await, "没有这个链接");
    }
    for not_one in [&token[1..], &format!("{token}A"), "0", "%00", "%E6%BB%A1"] {
        let page = server.get(&format!("/i/{not_one}")).await;
        assert_eq!(page.status, 404, "{not_one}");
        assert!(page.text().contains("没有找到这个链接"));
    }
    let mut other = by(&token, &id(3));
    other["survey"] = json!({"id": "five-level", "version": 1});
    refused(&server.json(&other).await, "另一份评价表");
    // Those of other systems are taken as they are, as before.
    assert_eq!(server.json(&by("inv-1", &id(4))).await.status, 201);
}

#[tokio::test]
async fn two_links_for_one_matter_make_one_rating() {
    let server = Running::start().await;
    let key = key(&server, None);
    let (_, first) = link(&server, &key, "m-1").await;
    let (_, second) = link(&server, &key, "m-1").await;
    assert_eq!(server.json(&by(&second, &id(1))).await.status, 201);
    refused(&server.json(&by(&first, &id(2))).await, "该链接已用过");
    assert_eq!(server.rows().await.len(), 1);
    assert_eq!(conflicts(&server).len(), 1);
}

#[tokio::test]
async fn a_browser_without_script_rates_by_a_link_and_is_told_plainly_when_it_is_over() {
    let server = Running::start().await;
    let key = key(&server, None);
    let (_, token) = link(&server, &key, "m-1").await;
    let fields = |id: &str| {
        encoded(&[
            ("id", id),
            ("survey.id", "household-window"),
            ("survey.version", "1"),
            ("channel", "web"),
            ("invitation", &token),
            ("answers.overall", "satisfied"),
        ])
    };
    // Something is missing: the form comes back, and the link is free still.
    let unfit = encoded(&[
        ("id", &id(7)),
        ("survey.id", "household-window"),
        ("survey.version", "1"),
        ("invitation", &token),
    ]);
    let page = server.post("/v1/responses", &[FORM], unfit).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains(&format!("value=\"{token}\"")));
    let reply = server.post("/v1/responses", &[FORM], fields(&id(1))).await;
    assert_eq!(reply.status, 303);
    assert!(!reply.header("location").contains(&token));
    let page = server.post("/v1/responses", &[FORM], fields(&id(2))).await;
    assert_eq!(page.status, 409);
    assert!(page.text().contains("这个链接已经用过了"));
}

#[tokio::test]
async fn a_device_hands_out_links_for_its_own_window_and_officer_alone() {
    let server = Running::start().await;
    let auth = bearer(&tablet(&server, "3").await);
    let reply = wanted(&server, &auth, json!({"matter_token": "m-1"})).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(reply.json()["survey"], "household-window");
    for (said, status) in [
        (json!({"window": "4"}), 403),
        (json!({"survey": "no-such"}), 422),
        (json!({"channel": "kiosk"}), 422),
        (json!({"matter_token": "13800138000"}), 422),
        (json!({"matter": "m-1"}), 422),
    ] {
        let reply = wanted(&server, &auth, said.clone()).await;
        assert_eq!(reply.status, status, "{said} {}", reply.text());
    }
    assert_eq!(
        wanted(&server, "Bearer manyi-clerk-x", json!({}))
            .await
            .status,
        401
    );

    // An officer's own device is told so, and whose it is.
    let output = command(
        &server,
        &[
            "tablet",
            "code",
            "--unit",
            "fenglin",
            "--window",
            "visit",
            "--survey",
            "home-visit",
            "--handover",
            "--officer",
            "012345",
        ],
    );
    assert!(output.status.success(), "{output:?}");
    let code = String::from_utf8(output.stdout).unwrap();
    let body = json!({"code": code.trim()}).to_string();
    let told = server.post("/v1/tablets", &[JSON], body).await.json();
    assert_eq!(
        (&told["role"], &told["officer"]),
        (&json!("handover"), &json!("012345"))
    );
    let auth = bearer(&told);
    let wish = json!({"survey": "home-visit", "channel": "visit"});
    let made = wanted(&server, &auth, wish).await.json();
    let token = made["url"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let survey = server.get("/surveys/home-visit.json").await.json();
    let page = server.get(&format!("/i/{token}")).await;
    assert!(
        page.text()
            .contains(survey["title"]["zh-Hans"].as_str().unwrap())
    );
    assert!(page.text().contains("channel=\"visit\""));
    // No window asks it for anything.
    let clerk = key(&server, Some("visit"));
    assert_eq!(
        crate::triggers::ask(&server, &clerk, json!({}))
            .await
            .status,
        404
    );
    for officer in ["13800138000", "张三"] {
        let output = command(
            &server,
            &[
                "tablet",
                "code",
                "--unit",
                "fenglin",
                "--window",
                "visit",
                "--survey",
                "home-visit",
                "--officer",
                officer,
            ],
        );
        assert!(!output.status.success(), "{officer}");
    }
}

#[tokio::test]
async fn the_clerks_page_shows_a_link_once_and_then_what_became_of_it() {
    let server = Running::start().await;
    tablet(&server, "3").await;
    let key = key(&server, Some("3"));
    let key = key.strip_prefix("Bearer ").unwrap();
    let cookie = format!("manyi-clerk={key}");
    let with = [FORM, ("cookie", &*cookie)];
    let press = id(9);
    let pressed = encoded(&[("do", "link"), ("press", &press)]);
    let page = server.post("/clerk", &with, pressed.clone()).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(
        page.header("content-security-policy")
            .contains("script-src 'self'")
    );
    let token = page
        .text()
        .split_once("http://collector.test/i/")
        .unwrap()
        .1[..29]
        .to_owned();
    assert_eq!(page.text().matches(&token).count(), 1);
    // The page loaded again makes no second one, and cannot show the first.
    let again = server.post("/clerk", &with, pressed).await;
    let place = format!("/clerk?link={press}");
    assert_eq!(
        (again.status.as_u16(), again.header("location")),
        (303, &*place)
    );
    let word = async || {
        let path = format!("/clerk?state={press}");
        server.get_with(&path, &with[1..]).await.text().to_owned()
    };
    assert_eq!(word().await, "open");
    let page = server.get_with(&place, &with[1..]).await;
    assert!(page.text().contains("只显示一次") && !page.text().contains(&token));
    assert_eq!(
        server.get(&place).await.text().matches("窗口密钥").count(),
        1
    );

    assert_eq!(server.json(&by(&token, &id(1))).await.status, 201);
    assert_eq!(word().await, "used");
    let page = server.get_with(&place, &with[1..]).await;
    assert!(page.text().contains("对方已经评价") && !page.text().contains("satisfied"));
    assert!(!page.text().contains("<script"));

    let second = id(10);
    let page = server
        .post(
            "/clerk",
            &with,
            encoded(&[("do", "link"), ("press", &second)]),
        )
        .await;
    assert_eq!(page.status, 200);
    let back = server
        .post(
            "/clerk",
            &with,
            encoded(&[("do", "revoke"), ("link", &second)]),
        )
        .await;
    assert_eq!(back.status, 303);
    let page = server.get_with(back.header("location"), &with[1..]).await;
    assert!(page.text().contains("二维码已作废"));
}

#[tokio::test]
async fn s20_a_token_is_in_no_log_and_in_no_table() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), &["--log", "json"]);
    let at = process.address;
    let output = std::process::Command::new(crate::crash::BINARY)
        .args(["clerk", "key", "--unit", "fenglin", "--data"])
        .arg(folder.path())
        .output()
        .unwrap();
    let auth = format!(
        "Bearer {}",
        String::from_utf8(output.stdout).unwrap().trim()
    );
    let headers = [JSON, ("authorization", &*auth)];
    let wish = json!({"window": "3", "survey": "household-window"}).to_string();
    let made = send(at, "POST", "/v1/invitations", &headers, wish)
        .await
        .json();
    let token = made["url"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        send(at, "GET", &format!("/i/{token}"), &[], "")
            .await
            .status,
        200
    );
    for n in 1..4 {
        let body = by(&token, &id(n)).to_string();
        let reply = send(at, "POST", "/v1/responses", &[JSON], body).await;
        assert_eq!(reply.status, if n == 1 { 201 } else { 409 });
        assert!(!reply.text().contains(&token));
    }
    let (code, log) = process.terminate();
    assert_eq!(code, Some(0));
    assert!(log.contains("/i/{token}") && !log.contains(&token), "{log}");
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes
                .windows(token.len())
                .any(|part| part == token.as_bytes());
            assert!(!found, "in {}", path.display());
        }
    }
}
