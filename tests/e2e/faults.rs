//! Bad networks and bad hosts. Each ends with nothing lost and nothing doubled.

use std::sync::atomic::{AtomicU32, Ordering};

use libtest_mimic::Trial;
use manyi_model::{Answer, Answers};
use serde_json::{Value, json};

use crate::browser::{Browser, Kind};
use crate::collector::{assert_row, definition};
use crate::front::{Front, Gate, Reply, Request};
use crate::page::{PATIENCE, Survey};
use crate::plan::{Mood, plan};
use crate::surveys::{receipt_of_page, shared_collector, trial};
use crate::webdriver::wait;

const SURVEY: &str = "household-window";

/// The trials of this file.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let of = |name: &str, run: fn(&Browser)| trial(kind, name, run);
    vec![
        of(
            "f02_the_post_dies_on_the_way_and_is_sent_again",
            dies_on_the_way,
        ),
        of(
            "f03_the_answer_is_lost_and_the_retry_makes_no_second_row",
            answer_lost,
        ),
        of("f06_a_captive_portal_answers_in_html", captive_portal),
        of("f11_the_server_is_in_repair_and_then_well", in_repair),
        of("f13_a_gateway_refuses_until_it_is_set_right", not_allowed),
        of("f16_another_id_is_no_receipt", another_id),
        of("f17_ten_taps_on_submit_make_one_row", ten_taps),
        of("f37_no_wasm_file_leaves_the_plain_form", no_wasm),
        of(
            "f37_a_policy_without_wasm_leaves_the_plain_form",
            no_wasm_by_policy,
        ),
        of(
            "answers_given_before_the_wasm_arrives_are_taken_over",
            taken_over,
        ),
        of("without_script_the_form_posts_and_thanks", without_script),
        of(
            "without_script_an_error_keeps_the_answers",
            without_script_error,
        ),
    ]
}

/// The survey open in the browser, behind a front with `rule`.
fn open<'a>(
    browser: &'a Browser,
    rule: impl Fn(&Request) -> Reply + Send + Sync + 'static,
) -> (Front, Survey<'a>) {
    let front = Front::start(&shared_collector().address, rule);
    let url = format!("{}/s/{SURVEY}?unit=fenglin&window=3", front.origin);
    browser.wire.goto(&url).expect("the hosted page opens");
    let survey = Survey::widget(browser, 0);
    (front, survey)
}

/// The first post meets `first`, those after it get through.
fn first_post(first: fn() -> Reply) -> impl Fn(&Request) -> Reply + Send + Sync {
    let posts = AtomicU32::new(0);
    move |request| {
        if request.method == "POST" && posts.fetch_add(1, Ordering::SeqCst) == 0 {
            first()
        } else {
            Reply::Forward
        }
    }
}

fn ids(posts: &[Request]) -> Vec<String> {
    let id = |post: &Request| {
        let body: Value = serde_json::from_slice(&post.body).expect("a post is JSON");
        assert_eq!(
            Some(post.header("idempotency-key").unwrap_or_default()),
            body["id"].as_str()
        );
        body["id"].as_str().unwrap_or_default().to_owned()
    };
    posts.iter().map(id).collect()
}

/// Fills everything in, fails once with `sentence` on screen, sends again.
fn fails_then_arrives(
    browser: &Browser,
    first: fn() -> Reply,
    sentence: fn(&Survey<'_>) -> String,
) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Displeased);
    let (front, survey) = open(browser, first_post(first));
    survey.fill(&definition, &answers);
    survey.submit();
    let alert = survey.named("alert", &sentence(&survey));
    assert!(
        alert.name.contains(survey.words().kept),
        "that the answers are kept stands in “{}”",
        alert.name
    );
    let on_screen = survey.on_screen(&definition);
    assert_eq!(on_screen.len(), answers.len(), "the answers stay on screen");
    survey.press(survey.words().retry);
    let receipt = survey.receipt();
    let ids = ids(&front.seen("POST", "/v1/responses"));
    assert_eq!(
        ids,
        [receipt.clone(), receipt.clone()],
        "one id for both posts"
    );
    let row = shared_collector().row(&receipt);
    let subject = json!({ "unit": "fenglin", "window": "3" });
    assert_row(&row, &definition, &answers, &subject);
}

fn dies_on_the_way(browser: &Browser) {
    fails_then_arrives(
        browser,
        || Reply::Drop,
        |survey| survey.words().failed_network.to_owned(),
    );
}

fn answer_lost(browser: &Browser) {
    fails_then_arrives(
        browser,
        || Reply::LoseAnswer,
        |survey| survey.words().failed_network.to_owned(),
    );
}

fn captive_portal(browser: &Browser) {
    let login = || Reply::text(200, "text/html", "<form>WLAN</form>");
    fails_then_arrives(browser, login, |survey| {
        survey.words().failed_answer.to_owned()
    });
}

fn another_id(browser: &Browser) {
    let other = || {
        let echo = r#"{"id":"0190b6a4-7c3e-7d52-9a41-6f1c2b3d4e5f","status":"stored"}"#;
        Reply::text(201, "application/json", echo)
    };
    fails_then_arrives(browser, other, |survey| {
        survey.words().failed_answer.to_owned()
    });
}

fn not_allowed(browser: &Browser) {
    let gateway = || Reply::text(403, "application/json", "{}");
    fails_then_arrives(browser, gateway, |survey| {
        survey.words().failed_server.to_owned()
    });
}

fn in_repair(browser: &Browser) {
    let repair = || Reply::text(503, "text/plain", "in repair");
    fails_then_arrives(browser, repair, |survey| {
        survey.words().failed_server.to_owned()
    });
}

fn ten_taps(browser: &Browser) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Pleased);
    let gate = Gate::default();
    let held = gate.clone();
    let (front, survey) = open(browser, move |request| {
        if request.method == "POST" {
            held.pass();
        }
        Reply::Forward
    });
    survey.fill(&definition, &answers);
    let button = survey.named("button", survey.words().submit);
    let tap_ten_times = "for (let n = 0; n < 10; n += 1) arguments[0].click();";
    let tapped = browser.wire.run(tap_ten_times, &[button.element.json()]);
    tapped.expect("the taps");
    wait("the post", PATIENCE, || {
        (!front.seen("POST", "/v1/responses").is_empty()).then_some(())
    });
    gate.open();
    let receipt = survey.receipt();
    shared_collector().row(&receipt);
    assert_eq!(ids(&front.seen("POST", "/v1/responses")), [receipt]);
}

/// A page with the child form in it, as `manyi-collector fragment` prints it.
fn page_with_form(policy: &str) -> String {
    let fragment = shared_collector().fragment(SURVEY, &[]);
    format!(
        "<!doctype html><html lang=\"zh-Hans\"><meta charset=\"utf-8\">{policy}<title>-</title>\
         <script type=\"module\" src=\"/manyi.js\"></script>{fragment}</html>"
    )
}

/// Such a page behind a front with `rule` for the rest.
fn open_form(
    browser: &Browser,
    policy: &str,
    rule: impl Fn(&Request) -> Reply + Send + Sync + 'static,
) -> Front {
    let page = page_with_form(policy);
    let front = Front::start(&shared_collector().address, move |request| {
        if request.path == "/page" {
            Reply::text(200, "text/html; charset=utf-8", &page)
        } else {
            rule(request)
        }
    });
    browser
        .wire
        .goto(&format!("{}/page", front.origin))
        .expect("the page opens");
    front
}

fn rate_plainly(browser: &Browser) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Displeased);
    let form = Survey::plain_form(browser);
    form.fill_all(&definition, &answers);
    form.submit();
    let row = shared_collector().row(&receipt_of_page(browser));
    assert_eq!(row["answers"], json!(answers));
}

fn no_wasm(browser: &Browser) {
    let front = open_form(browser, "", |request| {
        if request.path.ends_with(".wasm") {
            Reply::text(404, "text/plain", "")
        } else {
            Reply::Forward
        }
    });
    wait("the refused Wasm", PATIENCE, || {
        let seen = front.seen.lock().ok()?;
        let mut seen = seen.iter();
        seen.any(|request| request.path.ends_with(".wasm"))
            .then_some(())
    });
    rate_plainly(browser);
}

fn no_wasm_by_policy(browser: &Browser) {
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'\">";
    let _front = open_form(browser, policy, |_| Reply::Forward);
    rate_plainly(browser);
}

fn taken_over(browser: &Browser) {
    let gate = Gate::default();
    let held = gate.clone();
    let _front = open_form(browser, "", move |request| {
        if request.path.ends_with(".wasm") {
            held.pass();
        }
        Reply::Forward
    });
    let definition = definition(SURVEY);
    let mut answers = Answers::new();
    answers.insert("overall", Answer::Word("basically_satisfied".to_owned()));
    answers.insert("comment", Answer::Word("网很慢，字先写上了".to_owned()));
    Survey::plain_form(browser).fill_all(&definition, &answers);
    gate.open();
    let survey = Survey::widget(browser, 0);
    survey.submit();
    let row = shared_collector().row(&survey.receipt());
    assert_eq!(row["answers"], json!(answers));
    assert!(row["widget"].is_string(), "the widget sent it: {row}");
}

/// Opens the hosted page where scripts are off: truly off in Chromium, which can be
/// told so at run time; elsewhere no script arrives.
fn open_without_script(browser: &Browser) -> Front {
    let front = Front::start(&shared_collector().address, |request| {
        if request.path.ends_with(".js") {
            Reply::text(404, "text/plain", "")
        } else {
            Reply::Forward
        }
    });
    scripts(browser, false);
    let url = format!("{}/s/{SURVEY}?unit=fenglin&window=3", front.origin);
    browser.wire.goto(&url).expect("the hosted page opens");
    front
}

fn scripts(browser: &Browser, on: bool) {
    if browser.kind == Kind::Chromium {
        let off = json!({ "value": !on });
        let told = browser
            .wire
            .devtools("Emulation.setScriptExecutionDisabled", &off);
        told.expect("Chromium can be told");
    }
}

fn without_script(browser: &Browser) {
    let front = open_without_script(browser);
    rate_plainly(browser);
    let posts = front.seen("POST", "/v1/responses");
    assert_eq!(posts.len(), 1);
    assert_eq!(
        posts[0].header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    scripts(browser, true);
}

fn without_script_error(browser: &Browser) {
    let _front = open_without_script(browser);
    let definition = definition(SURVEY);
    let form = Survey::plain_form(browser);
    // 不满意 without a reason: only the server can say so here.
    let mut answers = Answers::new();
    answers.insert("overall", Answer::Word("dissatisfied".to_owned()));
    answers.insert("comment", Answer::Word("写了很多字".to_owned()));
    form.fill_all(&definition, &answers);
    form.submit();
    let said = wait("the form again, with the error", PATIENCE, || {
        let text = browser
            .wire
            .run("return document.body.innerText", &[])
            .ok()?;
        let text = text.as_str()?.to_owned();
        text.contains(form.words().required_choice).then_some(text)
    });
    assert!(said.contains("哪些地方让您不满意"), "{said}");
    let form = Survey::plain_form(browser);
    let kept = form.ask(
        "return [arguments[0].querySelector('textarea').value,
                 arguments[0].querySelector('[value=dissatisfied]').checked]",
    );
    assert_eq!(kept, json!(["写了很多字", true]));
    let reasons = plan(&definition, Mood::Displeased);
    let reasons = reasons.get("reasons").expect("it has reasons").clone();
    let mut more = Answers::new();
    more.insert("reasons", reasons.clone());
    form.fill_all(&definition, &more);
    form.submit();
    answers.insert("reasons", reasons);
    let row = shared_collector().row(&receipt_of_page(browser));
    assert_eq!(row["answers"], json!(answers));
    scripts(browser, true);
}
