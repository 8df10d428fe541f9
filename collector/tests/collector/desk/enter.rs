//! Getting in: the link, the login, the session.

use std::time::Instant;

use manyi_collector::desk;
use manyi_collector::desk::role::Role;

use super::{Browser, FORM, HTTPS, OWN, PASSWORD, account, link, set_up, token, trail};
use crate::crash::Process;
use crate::running::{JSON, Running, encoded, send};
use crate::tablets::database;

#[tokio::test]
async fn the_first_start_prints_a_link_and_there_is_no_other_way_in() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    // Started and stopped, its other lines unread.
    let process = Process::start(&data, &[]);
    let https = [HTTPS];
    let page = send(process.address, "GET", "/admin/login", &https, "").await;
    assert!(page.text().contains("这里还没有管理员"), "{}", page.text());
    let fields = encoded(&[("login", "admin"), ("password", "admin")]);
    let headers = [HTTPS, OWN, FORM];
    let reply = send(process.address, "POST", "/admin/login", &headers, fields).await;
    assert_eq!(reply.status, 403);
    let (code, log) = process.terminate();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("token"), "{log}");
}

#[tokio::test]
async fn the_link_sets_the_desk_up_once() {
    let server = Running::start().await;
    let store = server.collector.store();
    let first = token(&desk::new_link(store).await.unwrap().unwrap());
    let second = token(&desk::new_link(store).await.unwrap().unwrap());
    let browser = Browser::new(&server);
    // A newer link kills the one before it; looking at one uses nothing up.
    let place = |token: &str| format!("/admin/setup?token={token}");
    assert_eq!(browser.get(&place(&first)).await.status, 410);
    for _ in 0..3 {
        let page = browser.get(&place(&second)).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("您将成为第一个管理员"));
    }
    for wrong in ["", "manyi-link-", "x", &format!("{second}x")] {
        assert_eq!(browser.get(&place(wrong)).await.status, 410, "{wrong}");
    }
    let set = async |login: &str, name: &str, new: &str, again: &str| {
        let fields = [
            ("token", &*second),
            ("login", login),
            ("name", name),
            ("new", new),
            ("again", again),
        ];
        browser.post("/admin/setup", &fields).await
    };
    for (login, name, new, again, sentence) in [
        ("", "甲", PASSWORD, PASSWORD, "账号为 1 至 60 个字符"),
        (
            "13800138000",
            "甲",
            PASSWORD,
            PASSWORD,
            "账号为 1 至 60 个字符",
        ),
        ("a b", "甲", PASSWORD, PASSWORD, "账号为 1 至 60 个字符"),
        ("admin", "", PASSWORD, PASSWORD, "姓名为 1 至 60 个字符"),
        ("admin", "甲", "short", "short", "至少 10 个字符"),
        ("admin", "甲", "Password123", "Password123", "太常见"),
        (
            "admin",
            "甲",
            "my-Admin-2026",
            "my-Admin-2026",
            "不能有账号",
        ),
        ("admin", "甲", PASSWORD, "another password", "不一样"),
    ] {
        let page = set(login, name, new, again).await;
        assert_eq!(page.status, 422, "{login} {new}");
        let alert = "role=\"alert\"";
        assert!(
            page.text().contains(alert) && page.text().contains(sentence),
            "{}",
            page.text()
        );
        assert!(!page.text().contains(PASSWORD), "a password comes back");
    }
    let reply = set("Admin", "甲", PASSWORD, PASSWORD).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("location")),
        (303, "/admin")
    );
    assert_eq!(set("other", "乙", PASSWORD, PASSWORD).await.status, 410);
    assert_eq!(browser.get(&place(&second)).await.status, 410);
    assert_eq!(desk::new_link(store).await.unwrap(), None);
    // Whatever case it is typed in.
    let mut browser = Browser::new(&server);
    assert_eq!(browser.login("ADMIN", PASSWORD).await.status, 303);
    let page = browser.get("/admin").await;
    assert!(page.text().contains("全部单位"), "{}", page.text());
    let acts: Vec<String> = trail(&server).into_iter().map(|entry| entry.1).collect();
    assert_eq!(acts, ["account.made", "password.set", "login", "login"]);
}

#[tokio::test]
async fn a_link_ends_with_its_day_and_with_the_account() {
    let server = Running::start().await;
    set_up(&server).await;
    account(&server, "wang", Role::Leader, "").await;
    let browser = Browser::new(&server);
    let token = link(&server, "wang");
    let place = format!("/admin/setup?token={token}");
    let page = browser.get(&place).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("wang氏"), "{}", page.text());
    // A new one, and then three days.
    let newer = link(&server, "wang");
    assert_eq!(browser.get(&place).await.status, 410);
    let place = format!("/admin/setup?token={newer}");
    assert_eq!(browser.get(&place).await.status, 200);
    let database = database(&server);
    let later = "UPDATE account_links SET expires_at = expires_at - 259200000";
    assert_eq!(database.execute(later, []).unwrap(), 1);
    assert_eq!(browser.get(&place).await.status, 410);
    // Of one who is shut out it does not hold either.
    let token = link(&server, "wang");
    assert!(
        crate::tablets::command(&server, &["account", "disable", "wang"])
            .status
            .success()
    );
    let fields = [("token", &*token), ("new", PASSWORD), ("again", PASSWORD)];
    assert_eq!(browser.post("/admin/setup", &fields).await.status, 410);
}

#[tokio::test]
async fn s09_the_session_is_a_host_cookie_new_with_each_login() {
    let server = Running::start().await;
    let mut browser = set_up(&server).await;
    let first = browser.cookie.clone().unwrap();
    let reply = browser.login("admin", PASSWORD).await;
    let set = reply.header("set-cookie");
    let (cookie, rest) = set.split_once(';').unwrap();
    assert_eq!(
        rest,
        " Path=/; HttpOnly; SameSite=Strict; Max-Age=28800; Secure"
    );
    let (name, value) = cookie.split_once('=').unwrap();
    assert_eq!(name, "__Host-manyi-desk");
    // 256 bits in base64, behind a word that says what it is.
    assert_eq!(value.strip_prefix("manyi-session-").unwrap().len(), 43);
    assert_ne!(cookie, first);
    assert_eq!(browser.get("/admin").await.status, 200);
    // The session of before the login is over, and what the database holds is no token.
    let old = Browser {
        server: &server,
        cookie: Some(first),
    };
    let reply = old.get("/admin").await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("location")),
        (303, "/admin/login?then=%2Fadmin")
    );
    let database = database(&server);
    let kept: String = database
        .query_row("SELECT session_hash FROM sessions", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept.len(), 64);
    assert!(!value.contains(&kept));
    // Left: the cookie is taken back, and a copy of it is worth nothing.
    let copy = browser.cookie.clone();
    let reply = browser.keep("/admin/logout", &[]).await;
    assert_eq!(reply.header("location"), "/admin/login");
    assert!(reply.header("set-cookie").contains("Max-Age=0"));
    browser.cookie = copy;
    assert_eq!(browser.get("/admin").await.status, 303);
    assert_eq!(browser.post("/admin/logout", &[]).await.status, 403);
}

#[tokio::test]
async fn s09_a_session_ends_after_half_an_hour_of_nothing_and_after_eight_hours() {
    let server = Running::start().await;
    let mut browser = set_up(&server).await;
    let database = database(&server);
    let age = |column: &str, minutes: i64| {
        let sql = format!(
            "UPDATE sessions SET {column} = {column} - {}",
            minutes * 60_000
        );
        assert_eq!(database.execute(&sql, []).unwrap(), 1);
    };
    age("seen_at", 29);
    assert_eq!(browser.get("/admin").await.status, 200);
    // It was used: the half hour begins anew.
    age("seen_at", 29);
    assert_eq!(browser.get("/admin").await.status, 200);
    age("seen_at", 30);
    assert_eq!(browser.get("/admin").await.status, 303);
    browser.login("admin", PASSWORD).await;
    age("made_at", 8 * 60 - 1);
    assert_eq!(browser.get("/admin").await.status, 200);
    age("made_at", 1);
    assert_eq!(browser.get("/admin").await.status, 303);
}

#[tokio::test]
async fn s09_a_new_password_and_one_button_end_the_sessions_everywhere() {
    let server = Running::start().await;
    let mut here = set_up(&server).await;
    let mut there = Browser::new(&server);
    there.login("admin", PASSWORD).await;
    let new = "four young willow trees";
    let change =
        |now: &'static str, new: &'static str| [("password", now), ("new", new), ("again", new)];
    let page = here
        .post("/admin/me/password", &change("wrong password", new))
        .await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("现在的密码不对"));
    let page = here
        .post("/admin/me/password", &change(PASSWORD, "1234567890"))
        .await;
    assert!(page.text().contains("太常见"));
    let before = here.cookie.clone();
    let reply = here
        .keep("/admin/me/password", &change(PASSWORD, new))
        .await;
    assert_eq!(reply.header("location"), "/admin/me?said=done");
    assert_ne!(here.cookie, before, "rotated");
    assert_eq!(here.get("/admin").await.status, 200);
    assert_eq!(there.get("/admin").await.status, 303);
    assert_eq!(there.login("admin", PASSWORD).await.status, 403);
    assert_eq!(there.login("admin", new).await.status, 303);
    here.post("/admin/me/sessions", &[]).await;
    assert_eq!(here.get("/admin").await.status, 303);
    assert_eq!(there.get("/admin").await.status, 303);
}

#[tokio::test]
async fn s11_after_ten_attempts_an_account_rests_for_this_address_alone() {
    let server = Running::with(|settings| {
        settings.trusted_proxy = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    set_up(&server).await;
    let attempt = async |login: &str, password: &str, from: &str| {
        let headers = [HTTPS, OWN, FORM, ("x-forwarded-for", from)];
        let fields = encoded(&[("login", login), ("password", password)]);
        server.post("/admin/login", &headers, fields).await
    };
    for n in 0..10 {
        let reply = attempt("admin", "wrong password", "192.0.2.7").await;
        assert_eq!(reply.status, 403, "{n}");
    }
    // Now not even the right one; in other letters it is the same account.
    for login in ["admin", "ADMIN"] {
        let reply = attempt(login, PASSWORD, "192.0.2.7").await;
        assert_eq!(reply.status, 429, "{}", reply.text());
        assert!(reply.text().contains("15 分钟后再试"));
    }
    // What stands left of the last proxy's word changes nothing.
    assert_eq!(
        attempt("admin", PASSWORD, "1.1.1.1, 192.0.2.7")
            .await
            .status,
        429
    );
    assert_eq!(attempt("admin", PASSWORD, "192.0.2.8").await.status, 303);
    assert_eq!(
        attempt("nobody", "wrong password", "192.0.2.7")
            .await
            .status,
        403
    );
    // A quarter of an hour later.
    let later = "UPDATE login_attempts SET at = at - 900000";
    database(&server).execute(later, []).unwrap();
    assert_eq!(attempt("admin", PASSWORD, "192.0.2.7").await.status, 303);
    // One who came in begins anew.
    for _ in 0..9 {
        assert_eq!(
            attempt("admin", "wrong password", "192.0.2.7").await.status,
            403
        );
    }
    assert_eq!(attempt("admin", PASSWORD, "192.0.2.7").await.status, 303);
    assert_eq!(
        attempt("admin", "wrong password", "192.0.2.7").await.status,
        403
    );
}

#[tokio::test]
async fn s11_exactly_ten_of_thirty_at_once_are_looked_at() {
    let server = Running::start().await;
    set_up(&server).await;
    let tries = (0..30).map(|_| async {
        let mut browser = Browser::new(&server);
        browser
            .login("admin", "wrong password")
            .await
            .status
            .as_u16()
    });
    let mut seen = futures_util::future::join_all(tries).await;
    seen.sort_unstable();
    let refused = seen.iter().filter(|status| **status == 403).count();
    assert_eq!(refused, 10, "{seen:?}");
    assert!(seen[10..].iter().all(|status| *status == 429), "{seen:?}");
}

#[tokio::test]
async fn s11_who_is_not_let_in_does_not_learn_why() {
    let server = Running::start().await;
    set_up(&server).await;
    account(&server, "fresh", Role::Leader, "").await;
    account(&server, "gone", Role::Leader, "").await;
    let mut browser = Browser::new(&server);
    let token = link(&server, "gone");
    let fields = [("token", &*token), ("new", PASSWORD), ("again", PASSWORD)];
    assert_eq!(browser.keep("/admin/setup", &fields).await.status, 303);
    assert!(
        crate::tablets::command(&server, &["account", "disable", "gone"])
            .status
            .success()
    );
    // The session of before is over, too.
    assert_eq!(browser.get("/admin").await.status, 303);
    let mut browser = Browser::new(&server);
    let mut pages = Vec::new();
    for (login, password) in [
        ("admin", "wrong password"),
        ("nobody", PASSWORD),
        ("fresh", PASSWORD),
        ("fresh", ""),
        ("gone", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("%", PASSWORD),
        ("", ""),
    ] {
        let reply = browser.login(login, password).await;
        assert_eq!(reply.status, 403, "{login}");
        assert_eq!(reply.header("set-cookie"), "");
        assert!(!reply.text().contains(PASSWORD));
        let typed = maud::html! { (login) }.into_string();
        pages.push(
            reply
                .text()
                .replace(&format!("value=\"{typed}\""), "value=\"\""),
        );
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "{pages:?}");
    // What was typed where there is no account may be a password.
    let notes: Vec<String> = trail(&server)
        .into_iter()
        .filter(|entry| entry.1 == "login.refused")
        .map(|entry| entry.2)
        .collect();
    assert_eq!(
        notes,
        ["admin", "?", "fresh", "fresh", "gone", "?", "?", "?"]
    );
}

/// The quarter of the fastest, of turns taken one by one: what else the machine does
/// only ever makes a turn longer. Where it does much, more turns are taken.
#[tokio::test]
async fn s11_an_account_that_is_not_there_takes_as_long_as_a_wrong_password() {
    let server = Running::start().await;
    set_up(&server).await;
    let mut browser = Browser::new(&server);
    // Not measured: the hash of nobody is made once.
    browser.login("nobody", "wrong password").await;
    let mut took = [Vec::new(), Vec::new()];
    let mut spread = f64::MAX;
    for turn in 1..=60 {
        database(&server)
            .execute("DELETE FROM login_attempts", [])
            .unwrap();
        for (kind, login) in ["admin", "nobody"].into_iter().enumerate() {
            let started = Instant::now();
            let reply = browser.login(login, "wrong password").await;
            assert_eq!(reply.status, 403);
            took[kind].push(started.elapsed());
        }
        if turn % 12 == 0 {
            let [known, unknown] = took.each_mut().map(|all| {
                all.sort_unstable();
                all[all.len() / 4].as_secs_f64()
            });
            spread = (known - unknown).abs() / known.max(unknown);
            if spread <= 0.1 {
                return;
            }
        }
    }
    panic!("{spread:.3} apart after 60 turns: {took:?}");
}

#[tokio::test]
async fn s07_a_form_from_elsewhere_changes_nothing_on_any_route() {
    use manyi_collector::desk::routes::{ROUTES, Verb};
    let server = Running::start().await;
    let browser = set_up(&server).await;
    let cookie = browser.cookie.clone().unwrap();
    let before = trail(&server).len();
    let forms: Vec<&str> = ROUTES
        .iter()
        .filter(|route| route.verb == Verb::Post)
        .map(|route| route.path)
        .collect();
    assert!(forms.len() > 10, "{forms:?}");
    for path in &forms {
        for more in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "")],
            &[("origin", "https://evil.example")],
            &[("origin", "https://collector.test.evil.example")],
            &[("origin", "null")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://collector.test"),
            ],
            &[],
        ] {
            let headers = [&[HTTPS, FORM, ("cookie", &*cookie)], more].concat();
            let reply = server.post(path, &headers, "do=x").await;
            assert_eq!(reply.status, 403, "{path} {more:?}");
            assert!(
                reply.text().contains("不是从后台页面发出的"),
                "{path} {more:?}"
            );
        }
        // Of our own page it is looked at, in both ways in which browsers say so.
        for own in [OWN, ("origin", "https://collector.test")] {
            let headers = [HTTPS, FORM, own];
            let reply = server.post(path, &headers, "do=x").await;
            assert!(
                !reply.text().contains("不是从后台页面发出的"),
                "{path} {own:?}"
            );
        }
        // And only as a form.
        let headers = [HTTPS, OWN, JSON, ("cookie", &*cookie)];
        assert_eq!(
            server.post(path, &headers, "{}").await.status,
            415,
            "{path}"
        );
        let headers = [HTTPS, OWN, FORM, ("cookie", &*cookie)];
        assert_eq!(
            server.post(path, &headers, "a=%FF").await.status,
            400,
            "{path}"
        );
    }
    // A link changes nothing, whatever it says.
    for route in ROUTES.iter().filter(|route| route.verb == Verb::Get) {
        let path = format!("{}?do=disable&close=1&code=x&token=x", route.path);
        let status = browser.get(&path).await.status;
        assert!(!status.is_server_error(), "{path}");
    }
    let entries = trail(&server);
    let new: Vec<&str> = entries[before..].iter().map(|entry| &*entry.1).collect();
    // A login that was tried without a name, from our own page.
    assert!(new.iter().all(|act| *act == "login.refused"), "{new:?}");
}

#[tokio::test]
async fn what_is_too_large_is_not_read_least_of_all_from_nobody() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    let long = "x".repeat(9000);
    let reply = browser.post("/admin/login", &[("login", &long)]).await;
    assert_eq!(reply.status, 413);
    let table = "x".repeat(600 * 1024);
    let fields = [("table", &*table)];
    let reply = browser.post("/admin/units/import", &fields).await;
    assert_eq!(reply.status, 413, "{}", reply.text());
    // Too long for a password: not hashed at all.
    let long = "x".repeat(201);
    let mut nobody = Browser::new(&server);
    assert_eq!(nobody.login("admin", &long).await.status, 403);
}

#[tokio::test]
async fn passwords_do_not_go_over_a_line_that_others_can_read() {
    let server = Running::start().await;
    set_up(&server).await;
    let address = server.collector.address();
    // Within this machine, by the name of this machine.
    let mut stream = crate::desk::plain(address, "localhost:8080").await;
    assert_eq!(stream.0, 200, "{}", stream.1);
    stream = crate::desk::plain(address, "127.0.0.1").await;
    assert_eq!(stream.0, 200, "{}", stream.1);
    // A proxy on this machine that does not say that the browser came by https.
    for host in [
        "manyi.example.cn",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
    ] {
        stream = crate::desk::plain(address, host).await;
        assert_eq!(stream.0, 403, "{}", stream.1);
        assert!(stream.1.contains("后台须用加密连接"), "{}", stream.1);
    }
}
