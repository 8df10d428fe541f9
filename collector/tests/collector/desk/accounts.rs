//! Accounts: made, given roles, shut out; by whom, and by whom not.

use manyi_collector::desk::role::Role;

use super::{Browser, PASSWORD, account, set_up, signed_in, token, trail};
use crate::running::Running;
use crate::tablets::{command, table};
use crate::units::{COUNTY, import};

/// The id in the address of an account's page.
fn id_in(text: &str) -> String {
    let (_, rest) = text.split_once("/admin/person?account=").expect(text);
    rest[..36].to_owned()
}

#[tokio::test]
async fn a_new_person_comes_in_by_a_link_and_sees_what_the_role_gives() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    assert!(import(&server, COUNTY).status.success());
    let fields = [
        ("login", "Wang01"),
        ("name", "王<b>某"),
        ("role", "leader"),
        ("unit", "fenglin"),
    ];
    let page = browser.post("/admin/people/add", &fields).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("王&lt;b&gt;某"), "{}", page.text());
    let place = format!(
        "https://collector.test/admin/setup?token={}",
        token(page.text())
    );
    assert!(page.text().contains(&place), "{}", page.text());
    let mut other = Browser::new(&server);
    let token = token(page.text());
    let fields = [("token", &*token), ("new", PASSWORD), ("again", PASSWORD)];
    let reply = other.keep("/admin/setup", &fields).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let page = other.get("/admin").await;
    assert!(
        page.text().contains("负责人</b> · 枫林派出所"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("href=\"/admin/units\""));
    assert!(!page.text().contains("href=\"/admin/people\""));
    // The login again, in other letters.
    let fields = [
        ("login", "WANG01"),
        ("name", "x"),
        ("role", "leader"),
        ("unit", ""),
    ];
    let page = browser.post("/admin/people/add", &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("这个账号已经有人用了"));
    let fields = [
        ("login", "王某"),
        ("name", "x"),
        ("role", "leader"),
        ("unit", ""),
    ];
    assert_eq!(browser.post("/admin/people/add", &fields).await.status, 422);
    for (role, unit) in [("king", ""), ("leader", "nowhere")] {
        let fields = [
            ("login", "x"),
            ("name", "x"),
            ("role", role),
            ("unit", unit),
        ];
        assert_eq!(
            browser.post("/admin/people/add", &fields).await.status,
            404,
            "{role} {unit}"
        );
    }
}

#[tokio::test]
async fn roles_are_given_taken_and_an_account_is_shut_out() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    assert!(import(&server, COUNTY).status.success());
    let person = account(&server, "wang", Role::Clerk, "fenglin").await;
    let other = signed_in(&server, &person).await;
    let change = async |what: &str, role: &str, unit: &str| {
        let fields = [
            ("account", &*person.id),
            ("do", what),
            ("role", role),
            ("unit", unit),
        ];
        browser.post("/admin/person/change", &fields).await
    };
    assert_eq!(other.get("/admin/units").await.status, 403);
    assert_eq!(change("give", "auditor", "hekou").await.status, 303);
    // At once, in the session that goes on: what is read there, and no more.
    let page = other.get("/admin/units").await;
    assert!(page.text().contains("河口派出所") && !page.text().contains("枫林派出所"));
    let twice = change("give", "auditor", "hekou").await;
    assert_eq!(twice.status, 404);
    assert_eq!(change("take", "auditor", "hekou").await.status, 303);
    assert_eq!(other.get("/admin/units").await.status, 403);
    assert_eq!(change("disable", "", "").await.status, 303);
    assert_eq!(other.get("/admin").await.status, 303);
    assert_eq!(change("enable", "", "").await.status, 303);
    assert_eq!(other.get("/admin").await.status, 303, "the session is over");
    let entries = trail(&server);
    let told: Vec<(&str, &str, &str)> = entries
        .iter()
        .map(|(who, act, about)| (&**who, &**act, &**about))
        .collect();
    assert_eq!(
        told[told.len() - 4..],
        [
            ("admin", "role.given", "wang auditor"),
            ("admin", "role.taken", "wang auditor"),
            ("admin", "account.disabled", "wang"),
            ("admin", "account.enabled", "wang"),
        ]
    );
    let page = browser.get("/admin/trail").await;
    assert!(page.text().contains("停用账号") && page.text().contains("wang auditor"));
    assert!(command(&server, &["audit", "check"]).status.success());
}

#[tokio::test]
async fn nobody_shuts_themselves_or_the_last_administrator_out() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    let me = id_in(browser.get("/admin/people").await.text());
    let own = [("account", &*me), ("do", "disable")];
    let page = browser.post("/admin/person/change", &own).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("不能改自己的角色"));
    // Not on the command line either, as long as there is no other.
    let output = command(&server, &["account", "disable", "admin"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let second = account(&server, "second", Role::Administrator, "").await;
    let other = signed_in(&server, &second).await;
    let fields = [
        ("account", &*me),
        ("do", "take"),
        ("role", "administrator"),
        ("unit", ""),
    ];
    assert_eq!(
        other.post("/admin/person/change", &fields).await.status,
        303
    );
    assert_eq!(browser.get("/admin/people").await.status, 403);
}

#[tokio::test]
async fn s10_an_administrator_of_a_station_gives_no_more_than_it_has() {
    let server = Running::start().await;
    set_up(&server).await;
    assert!(import(&server, COUNTY).status.success());
    let chief = account(&server, "chief", Role::Administrator, "fenglin").await;
    let browser = signed_in(&server, &chief).await;
    for unit in ["", "county", "hekou", "nowhere"] {
        let fields = [
            ("login", "x"),
            ("name", "x"),
            ("role", "clerk"),
            ("unit", unit),
        ];
        let reply = browser.post("/admin/people/add", &fields).await;
        assert_eq!(reply.status, 404, "{unit}");
    }
    let clerk = account(&server, "clerk", Role::Clerk, "fenglin-1").await;
    for unit in ["", "county", "hekou"] {
        let fields = [
            ("account", &*clerk.id),
            ("do", "give"),
            ("role", "clerk"),
            ("unit", unit),
        ];
        let reply = browser.post("/admin/person/change", &fields).await;
        assert_eq!(reply.status, 404, "{unit}");
    }
    // One with a role beyond the station as well is not this administrator's to change:
    // a new password would be a way to that role.
    let both = account(&server, "both", Role::Clerk, "fenglin").await;
    let house = Browser::new(&server);
    drop(house);
    let output = command(&server, &["account", "list"]);
    assert_eq!(table(&output).len(), 1 + 4);
    let admin = signed_in(
        &server,
        &account(&server, "house", Role::Administrator, "").await,
    )
    .await;
    let fields = [
        ("account", &*both.id),
        ("do", "give"),
        ("role", "clerk"),
        ("unit", "hekou"),
    ];
    assert_eq!(
        admin.post("/admin/person/change", &fields).await.status,
        303
    );
    let fields = [("account", &*both.id), ("do", "link")];
    assert_eq!(
        browser.post("/admin/person/change", &fields).await.status,
        404
    );
    let place = format!("/admin/person?account={}", both.id);
    assert_eq!(browser.get(&place).await.status, 404);
    let fields = [("account", &*clerk.id), ("do", "link")];
    assert_eq!(
        browser.post("/admin/person/change", &fields).await.status,
        200
    );
}

#[tokio::test]
async fn the_command_line_gets_somebody_in_again() {
    let server = Running::start().await;
    let said = |arguments: &[&str]| {
        let output = command(&server, &[&["account"], arguments].concat());
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(text).unwrap())
    };
    let (done, setup) = said(&["setup"]);
    assert!(
        done && setup.starts_with("/admin/setup?token=manyi-link-"),
        "{setup}"
    );
    set_up(&server).await;
    assert!(!said(&["setup"]).0, "there is an account");
    for (arguments, sentence) in [
        (
            &["add", "x", "--role", "king"][..],
            "--role: must be one of administrator, leader, caller, clerk, auditor",
        ),
        (
            &["add", "x", "--role", "clerk", "--unit", "nowhere"],
            "--unit: there is no unit `nowhere`",
        ),
        (
            &["add", "13800138000", "--role", "clerk"],
            "the login holds what looks like a mobile number",
        ),
        (
            &["add", "admin", "--role", "clerk"],
            "the login `admin` is taken",
        ),
        (&["link", "nobody"], "there is no account `nobody`"),
    ] {
        let (done, text) = said(arguments);
        assert!(!done && text.contains(sentence), "{arguments:?}: {text}");
    }
    let (done, text) = said(&["add", "second", "--name", "乙", "--role", "administrator"]);
    assert!(done, "{text}");
    let token = token(&text);
    let mut browser = Browser::new(&server);
    let fields = [("token", &*token), ("new", PASSWORD), ("again", PASSWORD)];
    assert_eq!(browser.keep("/admin/setup", &fields).await.status, 303);
    assert_eq!(browser.get("/admin/people").await.status, 200);
    let rows = table(&command(&server, &["account", "list"]));
    assert_eq!(rows[2], ["second", "乙", "administrator", ""]);
}
