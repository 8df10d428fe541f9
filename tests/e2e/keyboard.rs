//! From start to receipt without a pointer.

use libtest_mimic::Trial;
use serde_json::json;

use crate::browser::{Browser, Kind};
use crate::page::{PATIENCE, Survey};
use crate::surveys::{shared_collector, trial};
use crate::webdriver::{key, wait};

/// The trials of this file. MiniBrowser's own bars take part in its tab order and
/// cannot be left again, so WebKit has none.
pub fn trials(kind: Kind) -> Vec<Trial> {
    if kind == Kind::Webkit {
        return Vec::new();
    }
    vec![
        trial(kind, "by_keyboard_from_start_to_receipt", start_to_receipt),
        trial(
            kind,
            "by_keyboard_an_error_leads_to_its_field",
            error_to_field,
        ),
    ]
}

/// What has the focus, through every shadow root: its name, and whether it is seen.
const FOCUS: &str = "
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return [at?.labels?.[0]?.textContent.trim() ?? at?.textContent.trim() ?? '',
            at?.localName ?? '', at?.getAttribute('role') ?? ''];";

/// The name, the tag and the role of what has the focus.
pub fn focus(browser: &Browser) -> (String, String, String) {
    let at = browser.wire.run(FOCUS, &[]).expect("the page answers");
    let text = |n: usize| at[n].as_str().unwrap_or_default().to_owned();
    (text(0), text(1), text(2))
}

/// Presses Tab until what has the focus begins with `name`.
pub fn tab_to(browser: &Browser, name: &str) {
    let mut passed = Vec::new();
    for _ in 0..40 {
        browser.wire.press(&[key::TAB]).expect("a key");
        let (at, ..) = focus(browser);
        if at.starts_with(name) {
            return;
        }
        passed.push(at);
    }
    panic!("Tab does not come to “{name}”; it passed {passed:?}");
}

fn open(browser: &Browser) -> Survey<'_> {
    let url = format!(
        "{}/s/household-window?unit=fenglin&window=3",
        shared_collector().origin()
    );
    browser.wire.goto(&url).expect("the hosted page opens");
    let survey = Survey::widget(browser, 0);
    let (_, tag, _) = focus(browser);
    assert_eq!(
        tag, "body",
        "nothing takes the focus before the person acts"
    );
    survey
}

fn start_to_receipt(browser: &Browser) {
    let survey = open(browser);
    tab_to(browser, "满意");
    browser.wire.press(&[key::SPACE]).expect("a key");
    browser.wire.press(&[key::RIGHT, key::DOWN]).expect("keys");
    wait(
        "不满意 to be chosen and its reasons to appear",
        PATIENCE,
        || {
            let groups = survey.all("group");
            let reasons = |group: &crate::page::Found| group.name.starts_with("哪些地方让您不满意");
            groups.iter().any(reasons).then_some(())
        },
    );
    tab_to(browser, "办理时间长");
    browser.wire.press(&[key::SPACE]).expect("a key");
    tab_to(browser, "意见建议");
    browser.wire.press(&['等', '太', '久']).expect("keys");
    tab_to(browser, survey.words().submit);
    let look = survey.ask(
        "const at = arguments[0].shadowRoot.activeElement;
         const style = getComputedStyle(at);
         return [style.outlineStyle, parseFloat(style.outlineWidth)];",
    );
    assert!(
        look[0] != "none" && look[1].as_f64() >= Some(2.0),
        "the focus can be seen: {look}"
    );
    browser.wire.press(&[key::ENTER]).expect("a key");
    let receipt = survey.receipt();
    let (_, _, role) = focus(browser);
    assert_eq!(role, "status", "the focus follows to the receipt");
    let row = shared_collector().row(&receipt);
    assert_eq!(
        row["answers"],
        json!({ "overall": "dissatisfied", "reasons": ["slow"], "comment": "等太久" })
    );
}

fn error_to_field(browser: &Browser) {
    let survey = open(browser);
    tab_to(browser, survey.words().submit);
    browser.wire.press(&[key::ENTER]).expect("a key");
    wait("the summary with the focus", PATIENCE, || {
        let (text, ..) = focus(browser);
        text.starts_with(survey.words().problem).then_some(())
    });
    browser.wire.press(&[key::TAB, key::ENTER]).expect("keys");
    wait("the first level with the focus", PATIENCE, || {
        let (text, ..) = focus(browser);
        (text == "满意").then_some(())
    });
    browser.wire.press(&[key::SPACE]).expect("a key");
    wait("the summary to go", PATIENCE, || {
        let summary = survey.ask("return !!arguments[0].shadowRoot.getElementById('summary')");
        (summary == false).then_some(())
    });
    tab_to(browser, survey.words().submit);
    browser.wire.press(&[key::ENTER]).expect("a key");
    shared_collector().row(&survey.receipt());
}
