//! The desk in real browsers: set up by the link, used, left; without script, for every
//! eye and by keyboard.

use std::cell::Cell;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::access::{DESKTOP, VARIANTS, Variant, axe, emulate, shot};
use crate::browser::{Browser, Kind};
use crate::collector::Collector;
use crate::page::PATIENCE;
use crate::surveys::trial;
use crate::webdriver::{Element, agent, key, wait};

const PASSWORD: &str = "three old locust trees";
/// The page of the one response that [`set_up`] puts in.
const RESPONSE: &str = "/admin/response?id=0193a5f0-0000-7000-8000-000000000001";

/// The trials of this file.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let mut trials = vec![trial(kind, "the_desk_is_set_up_used_and_left", used)];
    if kind == Kind::Chromium {
        trials.push(trial(kind, "axe_the_desk", looked_at));
    }
    trials
}

fn run(browser: &Browser, script: &str, given: &[Value]) -> Value {
    let said = browser.wire.run(script, given);
    said.expect("the page answers")
}

/// The first element of this selector, once it is there.
fn find(browser: &Browser, css: &str) -> Element {
    wait(&format!("`{css}`"), PATIENCE, || {
        let script = "return document.querySelector(arguments[0])";
        Element::from(&browser.wire.run(script, &[json!(css)]).ok()?)
    })
}

fn fill(browser: &Browser, css: &str, text: &str) {
    let field = find(browser, css);
    let typed = browser.wire.type_into(&field, text);
    typed.expect("the field takes it");
}

fn press(browser: &Browser, css: &str) {
    let button = find(browser, css);
    browser.wire.click(&button).expect("it is pressed");
}

/// Waits until the heading of the page says so.
fn heading(browser: &Browser, wanted: &str) {
    wait(&format!("the page “{wanted}”"), PATIENCE, || {
        let script =
            "return document.readyState === 'complete' && document.querySelector('h1')?.innerText";
        (browser.wire.run(script, &[]).ok()? == wanted).then_some(())
    });
}

fn goto(browser: &Browser, desk: &Collector, path: &str) {
    let url = format!("{}{path}", desk.origin());
    browser.wire.goto(&url).expect("the page opens");
}

/// A collector with a county, whose first administrator has come in by the link.
fn set_up(browser: &Browser) -> Collector {
    let desk = Collector::start(&[]);
    let file = desk.data().join("units.csv");
    let county = "kind,code,name,parent\noffice,county,云和县公安局,\n\
        station,fenglin,枫林派出所,county\nroom,fenglin-1,一村警务室,fenglin\n\
        window,3,户籍窗口,fenglin\nauxiliary,f0007,,fenglin\nstation,hekou,河口派出所,county\n";
    std::fs::write(&file, county).expect("a file");
    desk.say(&["unit", "import", file.to_str().expect("a path")]);
    rated(&desk);
    let path = desk.say(&["account", "setup"]);
    goto(browser, &desk, path.trim());
    fill(browser, "#setup-login", "admin");
    fill(browser, "#setup-name", "管理员甲");
    fill(browser, "#setup-new", PASSWORD);
    fill(browser, "#setup-again", PASSWORD);
    press(browser, "button.main");
    heading(browser, "后台首页");
    desk
}

/// Ratings of this week: a window that many were not satisfied with, and a calm one.
fn a_week(desk: &Collector) {
    let url = format!("{}/v1/responses", desk.origin());
    for n in 0..66 {
        let is_bad = n % 2 == 0 && n % 3 == 0;
        let mut response = json!({
            "id": format!("0193a5f0-0000-7000-8000-0000000001{n:02}"),
            "survey": {"id": "household-window", "version": 1},
            "answers": {"overall": "satisfied"},
            "channel": "kiosk",
            "subject": {"unit": "fenglin", "window": if n % 2 == 0 { "3" } else { "4" }},
        });
        if is_bad {
            response["answers"] = json!({"overall": "dissatisfied", "reasons": ["slow"],
                                         "comment": "等了一个上午，窗口只开了一个。"});
        }
        let sent = agent(PATIENCE).post(&url).send_json(&response);
        assert_eq!(sent.expect("an answer").status(), 201);
    }
}

/// One unhappy rating at the station, with words and a number in them.
fn rated(desk: &Collector) {
    let response = json!({
        "id": "0193a5f0-0000-7000-8000-000000000001",
        "survey": {"id": "household-window", "version": 1},
        "answers": {"overall": "dissatisfied", "reasons": ["slow"], "done": "no",
                    "comment": "等了两个小时，请打 13800138000 找我", "phone": "13800138000"},
        "channel": "kiosk", "subject": {"unit": "fenglin", "window": "3", "officer": "f0007"},
        "device": {"id": "tablet-1", "seq": 1}, "duration_ms": 8200,
    });
    let url = format!("{}/v1/responses", desk.origin());
    let sent = agent(PATIENCE).post(&url).send_json(&response);
    assert_eq!(sent.expect("an answer").status(), 201);
}

fn used(browser: &Browser) {
    let desk = set_up(browser);
    // Words are looked for, the response is read, its number seen once.
    wait("the response is found", PATIENCE, || {
        goto(browser, &desk, "/admin/responses");
        fill(browser, "#find-text", "两个小时");
        press(browser, "form.find button.main");
        let script =
            "return document.readyState === 'complete' && location.pathname + location.search";
        wait("the results", PATIENCE, || {
            (browser.wire.run(script, &[]).ok()? == "/admin/responses/search").then_some(())
        });
        let script = "return document.querySelectorAll('.found a').length";
        (browser.wire.run(script, &[]).ok()? == 1).then_some(())
    });
    press(browser, ".found a");
    heading(browser, "一份评价");
    press(browser, "summary");
    let phone = "document.querySelector('#reveal-question').value = 'phone'";
    run(browser, phone, &[]);
    fill(browser, "#reveal-reason", "回访核实");
    press(browser, "form[action='/admin/response/reveal'] button");
    let once = find(browser, ".once b");
    let script = "return arguments[0].innerText";
    assert_eq!(run(browser, script, &[once.json()]), "13800138000");
    goto(browser, &desk, RESPONSE);
    heading(browser, "一份评价");
    let text = run(browser, "return document.documentElement.innerHTML", &[]);
    assert!(
        !text
            .as_str()
            .is_some_and(|text| text.contains("13800138000"))
    );
    // A slip in a form, which comes back with what was typed.
    goto(browser, &desk, "/admin/units");
    press(browser, "summary");
    fill(browser, "#add-name", "城关派出所");
    fill(browser, "#add-code", "fenglin");
    press(browser, "form[action='/admin/units/add'] button");
    find(browser, "[role=alert]");
    let kept = run(
        browser,
        "return document.querySelector('#add-name').value",
        &[],
    );
    assert_eq!(kept, "城关派出所");
    fill(browser, "#add-code", "-2");
    let choose = "document.querySelector('#add-kind').value = 'station'";
    run(browser, choose, &[]);
    press(browser, "form[action='/admin/units/add'] button");
    heading(browser, "城关派出所");
    // Left by the keyboard alone: the button in the header.
    let button = find(browser, ".who button");
    run(browser, "arguments[0].focus()", &[button.json()]);
    browser.wire.press(&[key::ENTER]).expect("a key");
    heading(browser, "登录后台");
    goto(browser, &desk, "/admin/units");
    heading(browser, "登录后台");
    fill(browser, "#login-login", "admin");
    fill(browser, "#login-password", PASSWORD);
    press(browser, "button.main");
    heading(browser, "单位");
    // The first stop of the keyboard leads past the header.
    if browser.kind != Kind::Webkit {
        run(browser, "document.activeElement.blur()", &[]);
        browser.wire.press(&[key::TAB]).expect("a key");
        let focused = run(browser, "return document.activeElement.innerText", &[]);
        assert_eq!(focused, "跳到正文");
        browser.wire.press(&[key::ENTER]).expect("a key");
        wait("the focus on the content", PATIENCE, || {
            let script = "return document.activeElement.id === 'main'";
            (browser.wire.run(script, &[]).ok()? == true).then_some(())
        });
    }
}

fn looked_at(browser: &Browser) {
    emulate(browser, DESKTOP);
    let desk = set_up(browser);
    a_week(&desk);
    let is_elder = Cell::new(false);
    for variant in VARIANTS
        .iter()
        .filter(|variant| variant.language == "zh-Hans")
    {
        emulate(browser, *variant);
        if variant.elder != is_elder.replace(variant.elder) {
            goto(browser, &desk, "/admin/me");
            press(browser, "label.check");
            press(browser, "form[action='/admin/me/view'] button");
            find(browser, "[role=status]");
        }
        for (name, path, heading_wanted) in [
            ("home", "/admin", "后台首页"),
            ("units", "/admin/units", "单位"),
            ("unit", "/admin/unit?unit=fenglin", "枫林派出所"),
            ("responses", "/admin/responses", "评价"),
            ("response", RESPONSE, "一份评价"),
            (
                "erase",
                "/admin/response/erase?id=0193a5f0-0000-7000-8000-000000000001",
                "删除一份评价",
            ),
            ("retention", "/admin/retention", "保存多久"),
            ("people", "/admin/people", "账号"),
            ("trail", "/admin/trail", "操作记录"),
            ("me", "/admin/me", "我的账号"),
            ("absent", "/admin/unit?unit=nowhere", "没有找到"),
        ] {
            goto(browser, &desk, path);
            heading(browser, heading_wanted);
            run(
                browser,
                "for (const more of document.querySelectorAll('details')) more.open = true",
                &[],
            );
            check(browser, *variant, name);
        }
        goto(browser, &desk, "/admin/weeks");
        heading(browser, "周报");
        check(browser, *variant, "weeks");
        press(browser, "tbody th a");
        find(browser, ".bad-place");
        let open = "for (const more of document.querySelectorAll('details')) more.open = true";
        run(browser, open, &[]);
        check(browser, *variant, "week");
        goto(browser, &desk, "/admin/people");
        press(browser, "td a");
        heading(browser, "管理员甲");
        check(browser, *variant, "person");
        goto(browser, &desk, "/admin/units");
        press(browser, "section:last-of-type summary");
        fill(browser, "#import-table", "x");
        press(browser, "form[action='/admin/units/import'] button");
        find(browser, "[role=alert]");
        check(browser, *variant, "wrong");
    }
    // Those of the door, for whoever is not signed in.
    press(browser, ".who button");
    heading(browser, "登录后台");
    for variant in VARIANTS
        .iter()
        .filter(|variant| variant.language == "zh-Hans")
    {
        emulate(browser, *variant);
        let view = if variant.elder { "?view=elder" } else { "" };
        goto(browser, &desk, &format!("/admin/login{view}"));
        check(browser, *variant, "login");
        goto(browser, &desk, "/admin/setup?token=x");
        check(browser, *variant, "dead-link");
    }
    emulate(browser, DESKTOP);
}

/// One page: axe-core, sizes, no sideways scrolling, a screenshot.
fn check(browser: &Browser, variant: Variant, state: &str) {
    let place = format!("the desk’s {state} in {}", variant.name);
    shot(browser, &format!("desk-{}-{state}", variant.name));
    let found = axe(browser);
    assert!(
        found.as_array().is_some_and(Vec::is_empty),
        "axe-core finds in {place}: {found:#}"
    );
    let script =
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    let sideways = run(browser, script, &[]);
    assert_eq!(sideways, 0, "pixels to scroll sideways: {place}");
    let least = if variant.elder { 60.0 } else { 48.0 };
    let script = r#"
        const all = "button, select, summary, label.check, .top a, textarea, input:not([type=hidden], [type=checkbox])";
        return [...document.querySelectorAll(all)]
          .map((one) => [one.innerText || one.id, one.getBoundingClientRect()])
          .filter(([, box]) => box.width < arguments[0] - 0.5 || box.height < arguments[0] - 0.5)
          .map(([name, box]) => `${name}: ${box.width} × ${box.height}`);"#;
    let small = run(browser, script, &[json!(least)]);
    assert_eq!(small, json!([]), "smaller than {least} px: {place}");
}
