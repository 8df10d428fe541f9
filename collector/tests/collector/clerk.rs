//! The clerk's page: one button, two counts, and nothing about anybody.

use serde_json::{Value, json};

use crate::running::{FORM, JSON, Reply, Running, encoded, id};
use crate::tablets::{bearer, command, tablet};
use crate::triggers::{Stream, key};

async fn press(server: &Running, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
    let all = [&[FORM], headers].concat();
    server.post("/clerk", &all, encoded(fields)).await
}

/// The cookie of a browser that has entered with this key.
async fn enter(server: &Running, key: &str) -> String {
    let reply = press(server, &[("do", "enter"), ("key", key)], &[]).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("location")),
        (303, "/clerk")
    );
    let cookie = reply.header("set-cookie");
    let (cookie, rest) = cookie.split_once(';').unwrap();
    assert_eq!(rest, " Path=/; HttpOnly; SameSite=Strict; Max-Age=43200");
    assert_eq!(cookie, format!("manyi-clerk={key}"));
    cookie.to_owned()
}

fn bare(key: &str) -> &str {
    key.strip_prefix("Bearer ").unwrap()
}

/// The id that the next press of this page makes.
fn next_press(page: &Reply) -> String {
    let (_, rest) = page.text().split_once("name=\"press\" value=\"").unwrap();
    rest[..36].to_owned()
}

#[tokio::test]
async fn one_press_of_the_button_asks_once_however_often_it_is_sent() {
    let server = Running::start().await;
    let told = tablet(&server, "3").await;
    let window = key(&server, Some("3"));
    let cookie = enter(&server, bare(&window)).await;
    let with = [("cookie", &*cookie)];
    let page = server.get_with("/clerk", &with).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("<h1>窗口 <bdi>3</bdi></h1>"),
        "{}",
        page.text()
    );
    assert!(page.text().contains(">请评价</button>"));
    let id = next_press(&page);
    let fields = [("do", "ask"), ("press", &*id)];
    // Nobody listens yet.
    let reply = press(&server, &fields, &with).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("location")),
        (303, "/clerk?said=asleep")
    );
    let header = bearer(&told);
    let header = [("authorization", &*header)];
    let mut stream = Stream::open(server.collector.address(), &header).await;
    assert_eq!(stream.trigger().await.1["id"], id);
    // The same press again, as bouncing fingers send it.
    let again = press(&server, &fields, &with).await;
    assert_eq!(again.header("location"), "/clerk?said=asked");
    let page = server.get_with("/clerk?said=asked", &with).await;
    assert!(page.text().contains("平板已收到"));
    let next = next_press(&page);
    assert_ne!(next, id);
    press(&server, &[("do", "ask"), ("press", &*next)], &with).await;
    let (_, event) = stream.trigger().await;
    assert_eq!(event["id"], next, "and nothing between");
    assert_eq!(event["survey"], "household-window");
    let english = [("cookie", &*cookie), ("accept-language", "en-GB,zh;q=0.5")];
    let page = server.get_with("/clerk?said=%3Cb%3E", &english).await;
    assert!(page.text().contains("Ask for a rating"));
    assert!(!page.text().contains("role=\"status\""), "nothing was said");
}

#[tokio::test]
async fn counts_are_shown_from_five_on_and_say_nothing_else() {
    let server = Running::start().await;
    let told = tablet(&server, "3").await;
    let window = key(&server, Some("3"));
    let cookie = enter(&server, bare(&window)).await;
    let with = [("cookie", &*cookie)];
    let bearer = bearer(&told);
    for n in 0..5_u32 {
        let page = server.get_with("/clerk", &with).await;
        assert!(page.text().contains("满 5 次后显示"), "{n}");
        assert!(!page.text().contains("<dd>"));
        let asked = crate::triggers::ask(
            &server,
            &window,
            json!({"matter_token": format!("m-{n}"),
            "officer_token": "012345"}),
        )
        .await;
        let headers = [JSON, ("authorization", &*bearer)];
        let said = match n {
            0..3 => json!({"outcome": "answered", "response": id(n)}),
            _ => json!({"outcome": "declined"}),
        };
        let path = format!(
            "/v1/tablets/triggers/{}",
            asked.json()["id"].as_str().unwrap()
        );
        let reply = server.post(&path, &headers, said.to_string()).await;
        assert_eq!(reply.status, 200);
    }
    let page = server.get_with("/clerk", &with).await;
    let text = page.text();
    assert!(text.contains("<dt>邀请</dt><dd>5</dd>"), "{text}");
    assert!(text.contains("<dt>已评价</dt><dd>3</dd>"), "{text}");
    for word in ["m-1", "012345", &id(1), "declined", bare(&window)] {
        assert!(!text.contains(word), "{word}");
    }
    // Yesterday's are not today's.
    crate::tablets::database(&server)
        .execute("UPDATE triggers SET asked_at = asked_at - 86400000", [])
        .unwrap();
    let page = server.get_with("/clerk", &with).await;
    assert!(page.text().contains("满 5 次后显示"));
}

#[tokio::test]
async fn without_a_windows_own_key_there_is_only_the_door() {
    let server = Running::start().await;
    let told = tablet(&server, "3").await;
    let (all, one) = (key(&server, None), key(&server, Some("3")));
    let page = server.get("/clerk").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<label for=\"key\">窗口密钥</label>"));
    assert!(!page.text().contains("请评价"));
    let tablet = told["credential"].as_str().unwrap();
    for (key, sentence) in [
        ("", "密钥不对"),
        ("no-such", "密钥不对"),
        (tablet, "密钥不对"),
        (bare(&all), "不属于某一个窗口"),
    ] {
        let reply = press(&server, &[("do", "enter"), ("key", key)], &[]).await;
        assert_eq!(reply.status, 403);
        assert!(reply.text().contains(sentence), "{sentence}");
        assert_eq!(reply.header("set-cookie"), "");
        assert!(key.is_empty() || !reply.text().contains(key));
    }
    let reply = press(&server, &[("do", "ask")], &[]).await;
    assert_eq!(reply.status, 403);
    // A key that is taken back is dead at once, with or without a cookie.
    let cookie = enter(&server, bare(&one)).await;
    let list = crate::tablets::table(&command(&server, &["clerk", "list"]));
    let id = &list.iter().find(|row| row[2] == "3").unwrap()[0];
    assert!(command(&server, &["clerk", "revoke", id]).status.success());
    let with = [("cookie", &*cookie)];
    let page = server.get_with("/clerk", &with).await;
    assert!(page.text().contains("密钥不对"));
    assert_eq!(press(&server, &[("do", "ask")], &with).await.status, 403);
    let left = press(&server, &[("do", "leave")], &with).await;
    assert_eq!(
        left.header("set-cookie"),
        "manyi-clerk=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
    );
}

#[tokio::test]
async fn s09_over_https_the_cookie_is_secure_and_bound_to_the_host() {
    let server = Running::start().await;
    tablet(&server, "3").await;
    let key = key(&server, Some("3"));
    let https = ("x-forwarded-proto", "https");
    let fields = [("do", "enter"), ("key", bare(&key))];
    let reply = press(&server, &fields, &[https]).await;
    let (cookie, rest) = reply.header("set-cookie").split_once(';').unwrap();
    assert_eq!(
        rest,
        " Path=/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure"
    );
    assert!(cookie.starts_with("__Host-manyi-clerk="));
    let page = server
        .get_with("/clerk", &[("cookie", cookie), https])
        .await;
    assert!(page.text().contains(">请评价</button>"));
    // One that was set without https is not believed there: anyone on the line could.
    let plain = format!("manyi-clerk={}", bare(&key));
    let page = server
        .get_with("/clerk", &[("cookie", &plain), https])
        .await;
    assert!(!page.text().contains(">请评价</button>"));
}

#[tokio::test]
async fn s07_a_form_of_another_page_presses_nothing() {
    let server = Running::start().await;
    tablet(&server, "3").await;
    let key = key(&server, Some("3"));
    let cookie = enter(&server, bare(&key)).await;
    let status = async |more: &[(&str, &str)]| {
        let headers = [&[("cookie", &*cookie)], more].concat();
        press(&server, &[("do", "ask")], &headers)
            .await
            .status
            .as_u16()
    };
    for (headers, expected) in [
        (&[("sec-fetch-site", "same-origin")][..], 303),
        (&[("sec-fetch-site", "none")], 303),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("origin", "http://collector.test")], 303),
        (&[("origin", "http://collector.test.evil.example")], 403),
        (&[("origin", "null")], 403),
        (
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "http://collector.test"),
            ],
            403,
        ),
        (&[], 303),
    ] {
        assert_eq!(status(headers).await, expected, "{headers:?}");
    }
    // A link presses nothing, whatever it says.
    let count = || {
        let count = "SELECT COUNT(*) FROM triggers";
        let database = crate::tablets::database(&server);
        database
            .query_row(count, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    let before = count();
    let page = server
        .get_with("/clerk?do=ask&said=asked", &[("cookie", &cookie)])
        .await;
    assert_eq!((page.status.as_u16(), count()), (200, before));
}

#[tokio::test]
async fn a_form_that_is_none_of_ours_is_refused() {
    let server = Running::start().await;
    let reply = server.post("/clerk", &[JSON], "{}").await;
    assert_eq!(reply.status, 415);
    for (body, status) in [("", 400), ("do=%FF", 400), ("do=delete", 400)] {
        assert_eq!(server.post("/clerk", &[FORM], body).await.status, status);
    }
    let long = format!("do={}", "x".repeat(9000));
    assert_eq!(server.post("/clerk", &[FORM], long).await.status, 413);
    let none: Value = server.post("/clerk", &[FORM], "do=x").await.json();
    assert_eq!(none["type"], "urn:manyi:problem:malformed");
}
