//! The widget in other people's pages: every example, a foreign origin, moves.

use std::sync::OnceLock;

use libtest_mimic::Trial;
use manyi_model::Answer;
use manyi_model::words::words;
use serde_json::{Value, json};

use crate::browser::{Browser, Kind};
use crate::collector::{Collector, assert_row, definition, root};
use crate::front::{Front, Reply};
use crate::npm;
use crate::page::{PATIENCE, Survey};
use crate::plan::{Mood, plan};
use crate::surveys::{shared_collector, trial};
use crate::webdriver::{Element, wait};

/// The trials of this file.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let of = |name: &str, run: fn(&Browser)| trial(kind, name, run);
    vec![
        of("example_plain", |browser| example(browser, "plain")),
        of("example_strict_csp", |browser| {
            example(browser, "strict-csp")
        }),
        of("example_hostile_css", hostile_css),
        of("example_several", several),
        of("example_inside_form", inside_form),
        of("example_own_backend", own_backend),
        of("example_vue", |browser| framework(browser, "vue")),
        of("example_react", |browser| framework(browser, "react")),
        of("the_station_page_rates", station),
        of("the_station_page_has_the_form_of_today", station_form),
        of(
            "a_foreign_page_embeds_with_the_line_of_the_readme",
            foreign_origin,
        ),
        of("f40_moved_in_the_page_it_keeps_the_answers", moved),
        of(
            "f40_removed_and_put_back_it_sends_nothing_by_itself",
            removed,
        ),
        of("switched_to_uyghur_it_reads_from_right_to_left", uyghur),
    ]
}

/// The examples, with Vue and React beside them, before the collector.
fn examples() -> Front {
    Front::start(&shared_collector().address, |request| {
        match request.path.as_str() {
            "/examples/vue.esm-browser.prod.js" => Reply::Answer {
                status: 200,
                kind: "text/javascript".to_owned(),
                body: npm::vue(),
            },
            "/examples/react.bundle.js" => Reply::Answer {
                status: 200,
                kind: "text/javascript".to_owned(),
                body: npm::react().clone(),
            },
            "/my/ratings" => Reply::text(201, "text/plain", ""),
            "/my/own" => Reply::text(200, "application/json", r#"{"number":"QH-2026-0042"}"#),
            path if path.starts_with("/examples/") => Reply::file(root(), path),
            _ => Reply::Forward,
        }
    })
}

fn open(browser: &Browser, page: &str) -> Front {
    let front = examples();
    let url = format!("{}/examples/{page}.html", front.origin);
    browser.wire.goto(&url).expect("the example opens");
    front
}

/// Rates the widget number `n` and finds the row.
fn rate(browser: &Browser, n: usize, survey: &str, language: &str, subject: &Value) -> String {
    let definition = definition(survey);
    let answers = plan(&definition, Mood::Displeased);
    let mut widget = Survey::widget(browser, n);
    widget.language = language.to_owned();
    widget.fill(&definition, &answers);
    widget.submit();
    let receipt = widget.receipt();
    let row = shared_collector().row(&receipt);
    assert_eq!(row["language"], language);
    let mut row = row;
    row["language"] = json!("zh-Hans");
    assert_row(&row, &definition, &answers, subject);
    receipt
}

fn fenglin(window: &str) -> Value {
    json!({ "unit": "fenglin", "window": window })
}

fn example(browser: &Browser, page: &str) {
    let _front = open(browser, page);
    rate(browser, 0, "household-window", "zh-Hans", &fenglin("3"));
}

fn hostile_css(browser: &Browser) {
    let _front = open(browser, "hostile-css");
    let widget = Survey::widget(browser, 0);
    let look = widget.ask(
        "const root = arguments[0].shadowRoot;
         const card = root.querySelector('label.level .card, label.level');
         const style = getComputedStyle(card);
         const box = card.getBoundingClientRect();
         return [parseFloat(style.fontSize), style.fontStyle, style.letterSpacing,
                 style.textTransform, box.height];",
    );
    assert!(look[0].as_f64() >= Some(16.0), "type size: {look}");
    assert_eq!(
        (&look[1], &look[3]),
        (&json!("normal"), &json!("none")),
        "{look}"
    );
    assert!(look[4].as_f64() >= Some(48.0), "height of a level: {look}");
    crate::shots::keep(browser, &format!("hostile-css-{}", browser.kind.name()));
    rate(browser, 0, "household-window", "zh-Hans", &fenglin("3"));
}

fn several(browser: &Browser) {
    let front = open(browser, "several");
    let first = rate(browser, 0, "household-window", "zh-Hans", &fenglin("3"));
    let second = rate(browser, 1, "household-window", "zh-Hans", &fenglin("4"));
    rate(
        browser,
        2,
        "visitor-reception",
        "en",
        &json!({ "unit": "fenglin" }),
    );
    assert_ne!(first, second);
    let seen = front.seen.lock().expect("nobody panics with it");
    let wasm = seen
        .iter()
        .filter(|request| request.path.ends_with(".wasm"));
    let (outbox, widget): (Vec<&str>, Vec<&str>) = wasm
        .map(|request| request.path.as_str())
        .partition(|path| path.contains("outbox"));
    assert_eq!(
        (widget.len(), outbox.len()),
        (1, 1),
        "one widget and one outbox for the whole page: {widget:?}, {outbox:?}"
    );
}

fn inside_form(browser: &Browser) {
    let _front = open(browser, "inside-form");
    let definition = definition("household-window");
    let widget = Survey::widget(browser, 0);
    widget.fill(&definition, &plan(&definition, Mood::Displeased));
    // Enter in a text field would submit a form around it.
    let field = widget.named("textbox", definition.questions[4].title.say("zh-Hans").text);
    browser
        .wire
        .type_into(&field.element, "\u{e007}")
        .expect("a key");
    let fields = browser.wire.run(
        "return [...new FormData(document.getElementById('portal')).keys()]",
        &[],
    );
    assert_eq!(fields.expect("the page answers"), json!(["q"]));
    if widget.all("status").is_empty() {
        widget.submit();
    }
    shared_collector().row(&widget.receipt());
    let url = browser.wire.url().expect("an address");
    assert!(
        !url.contains('?'),
        "the page's own form was submitted: {url}"
    );
}

fn own_backend(browser: &Browser) {
    let front = open(browser, "own-backend");
    let definition = definition("household-window");
    let answers = plan(&definition, Mood::Pleased);

    let form = Survey::widget(browser, 0);
    form.fill(&definition, &answers);
    form.submit();
    let receipt = form.receipt();
    let posts = front.seen("POST", "/my/ratings");
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].header("x-station"), Some("fenglin"));
    let body = String::from_utf8_lossy(&posts[0].body).into_owned();
    for field in [
        "answers.overall=satisfied",
        "subject.unit=fenglin",
        &format!("id={receipt}"),
    ] {
        assert!(
            body.split('&').any(|pair| pair == field),
            "{field} in {body}"
        );
    }

    let host = Survey::widget(browser, 1);
    host.fill(&definition, &answers);
    host.submit();
    wait(
        "the receipt number of the page's own backend",
        PATIENCE,
        || {
            let all = host.all("status");
            all.iter()
                .any(|found| found.name.contains("QH-2026-0042"))
                .then_some(())
        },
    );
    let puts = front.seen("PUT", "/my/own");
    let body: Value = serde_json::from_slice(&puts[0].body).expect("JSON");
    assert_eq!(body["response"]["answers"], json!(answers));
    assert_eq!(body["response"]["subject"], fenglin("4"));
}

fn framework(browser: &Browser, page: &str) {
    let _front = open(browser, page);
    let receipt = rate(browser, 0, "household-window", "zh-Hans", &fenglin("3"));
    wait("the page to hear of manyi-delivered", PATIENCE, || {
        let heard = browser
            .wire
            .run("return document.getElementById('receipt').textContent", &[]);
        (heard.ok()?.as_str()? == receipt).then_some(())
    });
}

/// The site as `--site` serves it, child form and all.
fn station(browser: &Browser) {
    let collector = Collector::start(&["--site", &root().join("index.html").to_string_lossy()]);
    browser
        .wire
        .goto(&collector.origin())
        .expect("the site opens");
    let definition = definition("household-window");
    let answers = plan(&definition, Mood::Displeased);
    let widget = Survey::widget(browser, 0);
    widget.fill(&definition, &answers);
    widget.submit();
    let row = collector.row(&widget.receipt());
    assert_row(&row, &definition, &answers, &fenglin("3"));
}

/// The demo carries the form as it is printed today.
fn station_form(_: &Browser) {
    let options = ["--unit", "fenglin", "--window", "3"];
    let fragment = shared_collector().fragment("household-window", &options);
    let read = |file: &str| std::fs::read_to_string(root().join(file)).expect("there is a demo");
    let page = read("index.html") + &read("www/station/station.css");
    for line in fragment.lines() {
        // The page allows no inline style, so its style sheet holds the rules.
        let line = line.trim_start_matches("<style>");
        let line = line.trim_end_matches("</style>");
        assert!(
            page.contains(line),
            "index.html lacks what `manyi-collector fragment household-window {}` prints: {line}",
            options.join(" ")
        );
    }
}

/// The README's line in a page of another origin, and nothing else.
fn foreign_origin(browser: &Browser) {
    let page = std::sync::Arc::new(OnceLock::<String>::new());
    let shown = page.clone();
    let front = Front::start("", move |request| match request.path.as_str() {
        "/" => Reply::text(
            200,
            "text/html; charset=utf-8",
            shown.get().map_or("", String::as_str),
        ),
        _ => Reply::text(404, "text/plain", ""),
    });
    let collector = Collector::start(&["--allow-origin", &front.origin]);
    let line = readme_line().replace("https://collector.example", &collector.origin());
    assert!(line.contains(&collector.origin()), "{line}");
    page.set(format!(
        "<!doctype html><meta charset=utf-8><title>-</title>{line}"
    ))
    .expect("set once");
    browser.wire.goto(&front.origin).expect("the page opens");
    let definition = definition("household-window");
    let answers = plan(&definition, Mood::Displeased);
    let widget = Survey::widget(browser, 0);
    widget.fill(&definition, &answers);
    widget.submit();
    let row = collector.row(&widget.receipt());
    assert_eq!(row["answers"], json!(answers));
    assert!(front.seen("POST", "/v1/responses").is_empty());
}

/// The lines between the marks in the README, as a stranger copies them.
fn readme_line() -> String {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    let from = readme.find("<script type=\"module\" src=\"https://collector.example");
    let line = &readme[from.expect("the README has the line")..];
    let end = line.find("```").expect("a code block ends");
    line[..end].to_owned()
}

fn open_hosted(browser: &Browser) -> Survey<'_> {
    let url = format!(
        "{}/s/household-window?unit=fenglin",
        shared_collector().origin()
    );
    browser.wire.goto(&url).expect("the hosted page opens");
    Survey::widget(browser, 0)
}

fn moved(browser: &Browser) {
    let widget = open_hosted(browser);
    let definition = definition("household-window");
    let answers = plan(&definition, Mood::Displeased);
    widget.fill(&definition, &answers);
    widget.ask("document.body.append(document.body.appendChild(document.createElement('div')), arguments[0])");
    let widget = Survey::widget(browser, 0);
    widget.submit();
    let row = shared_collector().row(&widget.receipt());
    assert_eq!(row["answers"], json!(answers));
}

fn removed(browser: &Browser) {
    let front = Front::start(&shared_collector().address, |_| Reply::Forward);
    let url = format!("{}/s/household-window?unit=fenglin", front.origin);
    browser.wire.goto(&url).expect("the hosted page opens");
    let widget = Survey::widget(browser, 0);
    let definition = definition("household-window");
    widget.answer(
        &definition.questions[0],
        &Answer::Word("satisfied".to_owned()),
    );
    let put_back = "const [host] = arguments; const home = host.parentNode;
         host.remove();
         return new Promise((done) => requestAnimationFrame(() => { home.append(host); done(host); }));";
    let host = browser.wire.run(put_back, &[widget.scope.json()]);
    assert_eq!(
        Element::from(&host.expect("the page answers")),
        Some(widget.scope)
    );
    let widget = Survey::widget(browser, 0);
    widget.answer(
        &definition.questions[0],
        &Answer::Word("satisfied".to_owned()),
    );
    widget.submit();
    let receipt = widget.receipt();
    let posts = front.seen("POST", "/v1/responses");
    assert_eq!(posts.len(), 1, "only the tap on submit sends");
    assert_eq!(posts[0].header("idempotency-key"), Some(receipt.as_str()));
    shared_collector().row(&receipt);
}

fn uyghur(browser: &Browser) {
    let mut widget = open_hosted(browser);
    let switch = widget.named("combobox", widget.words().language);
    // By its keys, as a person without a pointer does: typing a name chooses it.
    let chosen = browser.wire.type_into(&switch.element, words("ug").name);
    chosen.expect("the switch takes keys");
    widget.language = "ug".to_owned();
    let words = widget.words();
    widget.named("button", words.submit);
    let direction = widget.ask(
        "return getComputedStyle(arguments[0].shadowRoot.querySelector('fieldset')).direction",
    );
    assert_eq!(direction, "rtl");
    let definition = definition("household-window");
    let answers = plan(&definition, Mood::Displeased);
    widget.fill(&definition, &answers);
    crate::shots::keep(browser, &format!("rtl-{}", browser.kind.name()));
    widget.submit();
    let row = shared_collector().row(&widget.receipt());
    assert_eq!(row["answers"], json!(answers));
    assert_eq!(row["language"], "ug");
}
