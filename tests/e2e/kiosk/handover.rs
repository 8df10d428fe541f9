//! An officer's own phone: handed over, rated, locked; and a link for the citizen's own.

use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::enrolled::{again, type_code};
use super::{PIN, SURVEY, Tablet, comment, looks, said, trial, versions};
use crate::browser::{Browser, Kind};
use crate::device;
use crate::page::{PATIENCE, Survey};
use crate::webdriver::wait;

/// Offline it starts from the service worker, which WebKitGTK has not under automation.
pub fn trials(kind: Kind) -> Vec<Trial> {
    if kind == Kind::Webkit {
        return Vec::new();
    }
    vec![trial(
        kind,
        "handed_over_offline_the_officer_reads_nothing_and_a_link_is_good_for_one",
        handed_over,
    )]
}

fn come_in(tablet: &Tablet) {
    let words = [
        "tablet",
        "code",
        "--handover",
        "--unit",
        "枫林派出所",
        "--window",
        "visit",
        "--officer",
        "012345",
        "--survey",
        "household-window,home-visit",
    ];
    let code = tablet.collector.say(&words).trim().replace('-', "");
    tablet.open("/handover?idle=60&thanks=60");
    tablet.there(".code");
    type_code(tablet, &code);
    tablet.there(".pin:not(.code) .pad");
    tablet.type_pin(PIN);
    again(tablet);
    tablet.type_pin(PIN);
    tablet.there("#matter");
}

fn unlock(tablet: &Tablet) {
    tablet.press("staff", None);
    tablet.there(".pad");
    tablet.type_pin(PIN);
    tablet.there("#matter");
}

fn write_matter(tablet: &Tablet, matter: &str) {
    tablet.run("document.getElementById('matter').value = ''");
    let field = tablet.there("#matter");
    let wire = &tablet.browser().wire;
    wire.type_into(&field, matter).expect("it is typed");
}

/// Waits for what the officer's page says.
fn says(tablet: &Tablet, sentence: &str) {
    wait(sentence, PATIENCE, || {
        said(tablet).contains(sentence).then_some(())
    });
}

/// All that the pages of the application show or give away, and all that lies on the disk.
fn reads(tablet: &Tablet) -> String {
    tablet.press("menu", None);
    tablet.press("queue", None);
    let list = tablet.there("#keeper manyi-survey");
    let script = "return arguments[0].exportQueue().then((queue) => JSON.stringify([queue, arguments[0].shadowRoot.textContent]))";
    let wire = &tablet.browser().wire;
    let given = wire.run(script, &[list.json()]).expect("the list");
    tablet.press("menu", None);
    tablet.press("desk", None);
    tablet.there("#matter");
    let lies = device::records(tablet.browser());
    // The survey that nobody sees has its levels in it, chosen or not.
    let shown = tablet.run("return JSON.stringify([document.body.innerText, location.href, { ...localStorage }, { ...sessionStorage }, [...document.querySelectorAll('manyi-survey')].flatMap((one) => [...one.shadowRoot.querySelectorAll(':checked')].map((input) => input.value))])");
    format!(
        "{given} {lies} {shown} {}",
        tablet.everything().contains("机密")
    )
}

fn handed_over(tablet: &mut Tablet) {
    looks::phone(tablet);
    come_in(tablet);
    looks::passes_and_shot(tablet, "desk");
    tablet.press("leave", None);
    versions::alive(tablet, "");
    // Going over to what was kept starts the page again, locked.
    tablet.screen("locked");
    tablet.collector.stop();
    unlock(tablet);
    tablet.press("link", None);
    says(tablet, "没有网络");
    write_matter(tablet, "13800138000");
    tablet.press("hand-over", None);
    says(tablet, "不能有姓名、电话");
    write_matter(tablet, "m-1");
    tablet.press("hand-over", None);
    tablet.screen("pass");
    looks::passes_and_shot(tablet, "pass");
    tablet.press("taken", None);
    tablet.screen("attract");
    looks::passes_and_shot(tablet, "faces");
    tablet.press("rate", Some("satisfied"));
    let survey = tablet.survey();
    comment(tablet, &survey, "机密的话");
    tablet.submit(&survey);
    tablet.screen("thanks");
    tablet.press("done", None);
    tablet.screen("locked");
    looks::passes_and_shot(tablet, "locked");

    // Back and reload lead to the lock; behind it there is nothing to read.
    tablet.run("history.back()");
    tablet.screen("locked");
    tablet.open("/kiosk");
    tablet.screen("locked");
    unlock(tablet);
    write_matter(tablet, "m-2");
    tablet.press("hand-over", None);
    tablet.press("taken", None);
    tablet.press("rate", Some("basically_satisfied"));
    tablet.submit(&tablet.survey());
    tablet.press("done", None);
    tablet.screen("locked");
    unlock(tablet);
    let holds = device::holds(tablet.browser());
    assert_eq!(holds, json!({ "waiting": 2, "quarantine": 0 }));
    let found = reads(tablet);
    assert!(found.contains("sealed"), "{found}");
    for answer in [
        "机密",
        "\"satisfied",
        "_satisfied",
        "satisfied\\",
        "overall",
    ] {
        assert!(!found.contains(answer), "{answer} in {found}");
    }
    // How long it is says nothing either.
    let records = device::records(tablet.browser()).to_string();
    let lengths: Vec<usize> = records
        .split("\\\"text\\\":\\\"")
        .skip(1)
        .filter_map(|rest| rest.find("\\\""))
        .collect();
    assert!(
        lengths.len() == 2 && lengths[0] == lengths[1],
        "{lengths:?}"
    );

    tablet.collector.restart(|_| ());
    tablet.sent();
    let rows = tablet.collector.rows();
    assert_eq!(rows.len(), 2);
    for (matter, overall) in [("m-1", "satisfied"), ("m-2", "basically_satisfied")] {
        let subject = subject(matter);
        let row = rows.iter().find(|row| row["subject"] == subject);
        let row = row.unwrap_or_else(|| panic!("no row of {matter} in {rows:?}"));
        assert_eq!(
            (&row["channel"], &row["mode"]),
            (&json!("visit"), &json!("self"))
        );
        assert_eq!(row["answers"]["overall"], overall);
    }
    a_late_link_opens_nothing(tablet);
    on_their_own_phone(tablet);
}

/// Holds what is asked about links until `late` is called; `heard` is set when the page
/// has had the whole answer and two frames to draw what it makes of it.
const HOLD: &str = "
    const send = window.fetch;
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    window.fetch = (...given) => String(given[0].url ?? given[0]).includes('v1/invitations')
        ? new Promise((answer) => {
            window.late = async () => {
                window.fetch = send;
                const said = await send(...given);
                const whole = said.clone();
                answer(said);
                await whole.text();
                await frame();
                await frame();
                window.heard = true;
            };
        })
        : send(...given);
    return 1";

/// The answer to a wish for a link comes when the device is locked again, and somebody
/// without the PIN stands before its pad.
fn a_late_link_opens_nothing(tablet: &Tablet) {
    tablet.run(HOLD);
    write_matter(tablet, "m-late");
    tablet.press("link", None);
    let is = |name: &str| tablet.run(&format!("return Boolean(window.{name})")) == json!(true);
    let until = |name: &str| wait(name, PATIENCE, || is(name).then_some(()));
    until("late");
    tablet.press("leave", None);
    tablet.screen("locked");
    tablet.press("staff", None);
    tablet.there(".pad");
    tablet.run("window.late(); return 1");
    until("heard");
    assert_eq!(
        tablet.run("return document.querySelectorAll('.scan, #matter').length"),
        json!(0),
        "nobody has typed the PIN"
    );
    tablet.type_pin(PIN);
    tablet.there("#matter");
}

fn subject(matter: &str) -> Value {
    json!({ "unit": "枫林派出所", "window": "visit", "officer": "012345", "matter": matter })
}

fn on_their_own_phone(tablet: &Tablet) {
    write_matter(tablet, "m-1");
    tablet.press("link", None);
    says(tablet, "已经评价过");
    write_matter(tablet, "m-3");
    tablet.press("link", None);
    tablet.there(".qr");
    looks::passes_and_shot(tablet, "link");
    let url = tablet.run("return document.querySelector('.scan .address').textContent");
    let url = url.as_str().expect("the address");
    let phone = Browser::start(tablet.browser().kind);
    phone.wire.goto(url).expect("the link opens");
    let survey = Survey::widget(&phone, 0);
    let overall = crate::collector::definition(SURVEY);
    let overall = overall.question("overall").expect("it asks for a rating");
    let group = survey.named("group", overall.title.say("zh-Hans").text);
    survey.choose(&group.element, "radio", "不满意");
    let reasons = crate::collector::definition(SURVEY);
    let reasons = reasons.question("reasons").expect("it asks why");
    let group = survey.named("group", reasons.title.say("zh-Hans").text);
    let slow = &reasons.choices[0].label;
    survey.choose(&group.element, "checkbox", slow.say("zh-Hans").text);
    survey.submit();
    wait("the officer to hear of it", PATIENCE, || {
        let title = tablet.run("return document.querySelector('.scan h1')?.textContent ?? ''");
        (title == "对方已经评价").then_some(())
    });
    looks::passes_and_shot(tablet, "used");
    assert!(!tablet.everything().contains("不满意"));
    let rows = tablet.collector.rows();
    let row = rows.iter().find(|row| row["subject"] == subject("m-3"));
    let row = row.expect("the row of the link");
    assert_eq!(
        (&row["channel"], &row["answers"]["overall"]),
        (&json!("web"), &json!("dissatisfied"))
    );
    phone.wire.goto(url).expect("it opens again");
    let text = phone.wire.run("return document.body.innerText", &[]);
    let text = text.expect("a page");
    assert!(
        text.as_str().is_some_and(|text| text.contains("已经用过")),
        "{text}"
    );
}
