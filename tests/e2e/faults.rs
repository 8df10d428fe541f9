//! Bad networks and bad hosts. Each ends with nothing lost and nothing doubled.

use std::sync::atomic::{AtomicU32, Ordering};

use libtest_mimic::Trial;
use manyi_model::{Answer, Answers, Definition, visible};
use serde_json::{Value, json};

use crate::browser::{Browser, Kind};
use crate::collector::{assert_row, definition};
use crate::device;
use crate::front::{Front, Gate, Reply, Request};
use crate::page::{PATIENCE, Survey};
use crate::plan::{Mood, plan};
use crate::surveys::{receipt_of_page, shared_collector, trial};
use crate::webdriver::wait;

/// The survey that is rated.
pub const SURVEY: &str = "household-window";

/// The trials of this file.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let of = |name: &str, run: fn(&Browser)| trial(kind, name, run);
    vec![
        of(
            "f02_the_post_dies_on_the_way_and_is_sent_again_by_itself",
            |browser| saved_then_arrives(browser, || Reply::Drop, "network"),
        ),
        of(
            "f03_the_answer_is_lost_and_the_retry_makes_no_second_row",
            |browser| saved_then_arrives(browser, || Reply::LoseAnswer, "network"),
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
        of("f14_a_refused_rating_is_mended_and_arrives", refused),
        of("f15_a_conflict_is_kept_for_staff", conflict),
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
pub fn open<'a>(
    browser: &'a Browser,
    rule: impl Fn(&Request) -> Reply + Send + Sync + 'static,
) -> (Front, Survey<'a>) {
    let front = Front::start(&shared_collector().address, rule);
    let survey = open_at(browser, &front);
    (front, survey)
}

/// The hosted page of the survey, as `front` lets it through.
pub fn open_at<'a>(browser: &'a Browser, front: &Front) -> Survey<'a> {
    let url = format!("{}/s/{SURVEY}?unit=fenglin&window=3", front.origin);
    browser.wire.goto(&url).expect("the hosted page opens");
    let survey = Survey::widget(browser, 0);
    survey.listen();
    survey
}

/// The first `count` posts meet `first`; those after it wait at `gate`, and get through.
pub fn first_posts(
    count: u32,
    first: fn() -> Reply,
    gate: &Gate,
) -> impl Fn(&Request) -> Reply + Send + Sync + use<> {
    let (posts, gate) = (AtomicU32::new(0), gate.clone());
    move |request| {
        if request.method != "POST" {
            return Reply::Forward;
        }
        if posts.fetch_add(1, Ordering::SeqCst) < count {
            return first();
        }
        gate.pass();
        Reply::Forward
    }
}

/// The ids that were posted, in order, alone or in batches.
pub fn ids(front: &Front) -> Vec<String> {
    let seen = front.seen.lock().expect("nobody panics with it");
    let mut ids = Vec::new();
    for post in seen.iter().filter(|request| request.method == "POST") {
        let body: Value = serde_json::from_slice(&post.body).expect("a post is JSON");
        let id = |response: &Value| response["id"].as_str().unwrap_or_default().to_owned();
        match body.as_array() {
            Some(batch) => ids.extend(batch.iter().map(id)),
            None => {
                assert_eq!(post.header("idempotency-key"), body["id"].as_str());
                ids.push(id(&body));
            }
        }
    }
    ids
}

/// The row that `receipt` names is what was entered on the hosted page.
pub fn assert_arrived(receipt: &str, definition: &Definition, answers: &Answers) {
    let row = shared_collector().row(receipt);
    let subject = json!({ "unit": "fenglin", "window": "3" });
    assert_row(&row, definition, answers, &subject);
}

/// Fills everything in that is no words, and submits. The first post meets `first`, so
/// that the page says that the rating is saved. It arrives by itself.
fn saved_then_arrives(browser: &Browser, first: fn() -> Reply, why: &str) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Wordless);
    let gate = Gate::default();
    let (front, survey) = open(browser, first_posts(1, first, &gate));
    survey.fill(&definition, &answers);
    survey.submit();
    let id = survey.saved();
    let queued = json!({ "id": id, "why": why, "where": "device" });
    assert_eq!(survey.heard(), [("queued".to_owned(), queued.clone())]);
    let queue = survey.ask("return arguments[0].exportQueue()");
    assert_eq!(queue.as_array().map(Vec::len), Some(1), "{queue}");
    assert_eq!(queue[0]["state"], "waiting");
    let kept = queue[0]["body"].as_str().unwrap_or_default();
    let kept: Value = serde_json::from_str(kept).expect("the body of a record is JSON");
    assert_eq!(
        (&kept["id"], &kept["answers"]),
        (&json!(id), &json!(answers))
    );
    gate.open();
    assert_eq!(survey.receipt(), id);
    assert_eq!(
        ids(&front),
        [id.clone(), id.clone()],
        "one id for both posts"
    );
    let delivered = json!({ "id": id, "receipt": id });
    assert_eq!(
        survey.heard(),
        [
            ("queued".to_owned(), queued),
            ("delivered".to_owned(), delivered)
        ]
    );
    assert_arrived(&id, &definition, &answers);
}

fn captive_portal(browser: &Browser) {
    let login = || Reply::text(200, "text/html", "<form>WLAN</form>");
    saved_then_arrives(browser, login, "answer");
}

fn another_id(browser: &Browser) {
    let other = || {
        let echo = r#"{"id":"0190b6a4-7c3e-7d52-9a41-6f1c2b3d4e5f","status":"stored"}"#;
        Reply::text(201, "application/json", echo)
    };
    saved_then_arrives(browser, other, "answer");
}

fn not_allowed(browser: &Browser) {
    let gateway = || Reply::text(403, "application/json", "{}");
    saved_then_arrives(browser, gateway, "server");
}

fn in_repair(browser: &Browser) {
    let repair = || Reply::text(503, "text/plain", "in repair");
    saved_then_arrives(browser, repair, "server");
}

/// Refused with a problem at a question: set apart, mended by the person, sent again.
fn refused(browser: &Browser) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Wordless);
    let gate = Gate::default();
    gate.open();
    let refusal = || {
        let found =
            r#"{"title":"x","problems":[{"question":"overall","code":"required","message":"-"}]}"#;
        Reply::text(422, "application/problem+json", found)
    };
    let (front, survey) = open(browser, first_posts(1, refusal, &gate));
    survey.fill(&definition, &answers);
    survey.submit();
    let alert = survey.named("alert", survey.words().failed_refused);
    assert!(alert.name.contains(survey.words().kept), "{}", alert.name);
    let said = survey.ask("return arguments[0].shadowRoot.getElementById('summary').textContent");
    assert!(
        said.as_str()
            .is_some_and(|said| said.contains(survey.words().required_choice)),
        "the problem stands in the summary: {said}"
    );
    let queue = survey.ask("return arguments[0].exportQueue()");
    let states = queue.as_array().map(Vec::len);
    assert_eq!(
        (states, &queue[0]["state"]),
        (Some(1), &json!("quarantined"))
    );
    // Every answer is still there; another one is given to the question named.
    let shown = visible(&definition, &answers)
        .into_iter()
        .filter(|shown| *shown);
    assert_eq!(survey.on_screen(&definition).len(), shown.count());
    let mended = plan(&definition, Mood::Pleased);
    let overall = mended.get("overall").expect("it is answered");
    survey.answer(&definition.questions[0], overall);
    survey.press(survey.words().retry);
    let receipt = survey.receipt();
    let names: Vec<String> = survey.heard().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["rejected", "delivered"]);
    assert_eq!(survey.heard()[0].1["status"], 422);
    assert_eq!(ids(&front), [receipt.clone(), receipt.clone()]);
    assert_eq!(
        shared_collector().row(&receipt)["answers"]["overall"],
        json!(overall)
    );
}

/// This id has arrived with other content: nothing more is sent, staff has both.
fn conflict(browser: &Browser) {
    let definition = definition(SURVEY);
    let answers = plan(&definition, Mood::Wordless);
    let gate = Gate::default();
    let conflict = || Reply::text(409, "application/problem+json", r#"{"title":"x"}"#);
    let (front, survey) = open(browser, first_posts(1, conflict, &gate));
    survey.fill(&definition, &answers);
    survey.submit();
    survey.named("alert", survey.words().failed_conflict);
    let buttons = survey.all("button");
    assert!(
        !buttons
            .iter()
            .any(|button| button.name == survey.words().retry),
        "nothing to send again: {buttons:?}"
    );
    let apart = survey.words().apart.replace("{n}", "1");
    wait("the line for staff", PATIENCE, || {
        let said = survey.ask("return arguments[0].shadowRoot.textContent");
        said.as_str()?.contains(&apart).then_some(())
    });
    let flushed = survey.ask("return arguments[0].flush()");
    assert_eq!(flushed, json!({ "delivered": 0, "kept": 0, "rejected": 1 }));
    assert_eq!(ids(&front).len(), 1, "what was refused is not sent again");
    let queue = survey.ask("return arguments[0].exportQueue()");
    assert_eq!(
        (&queue[0]["state"], &queue[0]["status"], &queue[0]["why"]),
        (&json!("quarantined"), &json!(409), &json!("conflict"))
    );
    device::empty(browser);
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
    assert_eq!(ids(&front), [receipt]);
}

/// A page with the child form in it, as `manyi-collector fragment` prints it, and with
/// `head` before it.
fn page_with_form(head: &str) -> String {
    let fragment = shared_collector().fragment(SURVEY, &[]);
    format!(
        "<!doctype html><html lang=\"zh-Hans\"><meta charset=\"utf-8\">{head}<title>-</title>\
         <script type=\"module\" src=\"/manyi.js\"></script>{fragment}</html>"
    )
}

/// Such a page behind a front with `rule` for the rest.
pub fn open_form(
    browser: &Browser,
    head: &str,
    rule: impl Fn(&Request) -> Reply + Send + Sync + 'static,
) -> Front {
    let page = page_with_form(head);
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
