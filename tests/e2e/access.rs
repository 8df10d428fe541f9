//! Accessibility: axe-core's rules in every variant, sizes, and names as a screen
//! reader gets them. Each variant leaves its screenshots.

use libtest_mimic::Trial;
use manyi_model::{Definition, Kind as Question};
use serde_json::{Value, json};

use crate::browser::{Browser, Kind};
use crate::collector::{definition, definitions, root};
use crate::front::{Front, Reply};
use crate::outbox::Line;
use crate::page::{PATIENCE, Survey};
use crate::plan::{Mood, plan};
use crate::staff::Server;
use crate::surveys::{shared_collector, trial};
use crate::webdriver::{Element, wait};
use crate::{npm, shots};

/// How a page is looked at.
#[derive(Clone, Copy)]
pub struct Variant {
    /// Its name, which pictures have.
    pub name: &'static str,
    width: u32,
    height: u32,
    /// Device pixels for a CSS pixel: 2 with half the width is a zoom of 200 %.
    scale: u32,
    media: Option<(&'static str, &'static str)>,
    /// In the elder mode.
    pub elder: bool,
    /// In this language.
    pub language: &'static str,
}

/// As most people look at it.
pub const DESKTOP: Variant = Variant {
    name: "desktop",
    width: 1280,
    height: 900,
    scale: 1,
    media: None,
    elder: false,
    language: "zh-Hans",
};

const fn with_media(name: &'static str, feature: &'static str, value: &'static str) -> Variant {
    Variant {
        name,
        media: Some((feature, value)),
        ..DESKTOP
    }
}

/// All of them.
pub const VARIANTS: [Variant; 10] = [
    Variant {
        name: "phone-320",
        width: 320,
        height: 640,
        ..DESKTOP
    },
    Variant {
        name: "tablet-portrait",
        width: 768,
        height: 1024,
        ..DESKTOP
    },
    Variant {
        name: "tablet-landscape",
        width: 1024,
        height: 768,
        ..DESKTOP
    },
    DESKTOP,
    Variant {
        name: "zoom-200",
        width: 640,
        height: 450,
        scale: 2,
        ..DESKTOP
    },
    with_media("dark", "prefers-color-scheme", "dark"),
    with_media("forced-colours", "forced-colors", "active"),
    with_media("reduced-motion", "prefers-reduced-motion", "reduce"),
    Variant {
        name: "elder-320",
        width: 320,
        height: 640,
        elder: true,
        ..DESKTOP
    },
    Variant {
        name: "rtl",
        width: 480,
        height: 800,
        language: "ug",
        ..DESKTOP
    },
];

/// The trials of this file. Media features can be set at run time in Chromium only;
/// names and roles are asked of every browser.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let mut trials = vec![trial(
        kind,
        "names_and_roles_are_those_of_the_survey",
        names_and_roles,
    )];
    if kind == Kind::Chromium {
        for variant in VARIANTS {
            let name = format!("axe_{}", variant.name.replace('-', "_"));
            trials.push(trial(kind, &name, move |browser| look(browser, variant)));
        }
        let elder = Variant {
            name: "elder-desktop",
            elder: true,
            ..DESKTOP
        };
        trials.push(trial(kind, "axe_elder_desktop", move |browser| {
            look(browser, elder)
        }));
        trials.push(trial(kind, "axe_the_station_page", station));
    }
    trials
}

fn look(browser: &Browser, variant: Variant) {
    emulate(browser, variant);
    for id in ["household-window", "response-110", "every-kind"] {
        fresh_and_filled(browser, variant, id);
    }
    errors(browser, variant);
    failure_and_thanks(browser, variant);
    list_for_staff(browser, variant);
    plain_form(browser, variant);
    emulate(browser, DESKTOP);
}

/// From now on the browser shows pages so.
pub fn emulate(browser: &Browser, variant: Variant) {
    let told = |command: &str, params: Value| {
        let told = browser.wire.devtools(command, &params);
        told.unwrap_or_else(|error| panic!("{command}: {error}"));
    };
    let (width, height) = (variant.width, variant.height);
    told(
        "Emulation.setDeviceMetricsOverride",
        json!({ "width": width, "height": height, "deviceScaleFactor": variant.scale, "mobile": false }),
    );
    let features: Vec<Value> = variant
        .media
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    told(
        "Emulation.setEmulatedMedia",
        json!({ "features": features }),
    );
}

fn open<'a>(browser: &'a Browser, variant: Variant, origin: &str, id: &str) -> Survey<'a> {
    let lang = variant.language;
    let url = format!("{origin}/s/{id}?unit=fenglin&window=3&lang={lang}");
    browser.wire.goto(&url).expect("the hosted page opens");
    let mut survey = Survey::widget(browser, 0);
    survey.ask(
        "arguments[0].toggleAttribute('elder', arguments[1])"
            .replace("arguments[1]", if variant.elder { "true" } else { "false" })
            .as_str(),
    );
    lang.clone_into(&mut survey.language);
    if lang != "zh-Hans" {
        survey.ask(&format!("arguments[0].setAttribute('lang', '{lang}')"));
    }
    let words = survey.words();
    wait("the interface in its language", PATIENCE, || {
        let buttons = survey.all("button");
        let known = [words.submit, words.next];
        let there = |found: &crate::page::Found| known.contains(&found.name.as_str());
        buttons.iter().any(there).then_some(())
    });
    survey
}

fn fresh_and_filled(browser: &Browser, variant: Variant, id: &str) {
    let definition = definition(id);
    let survey = open(browser, variant, &shared_collector().origin(), id);
    check(browser, variant, &survey, &format!("{id}-fresh"));
    survey.fill(&definition, &plan(&definition, Mood::Displeased));
    check(browser, variant, &survey, &format!("{id}-filled"));
}

fn errors(browser: &Browser, variant: Variant) {
    let survey = open(
        browser,
        variant,
        &shared_collector().origin(),
        "response-110",
    );
    survey.submit();
    wait("the summary of errors", PATIENCE, || {
        let there = survey.ask("return !!arguments[0].shadowRoot.getElementById('summary')");
        (there == true).then_some(())
    });
    check(browser, variant, &survey, "errors");
}

/// Words that cannot be sealed, then kept as they are; a second rating behind it; and
/// both delivered.
fn failure_and_thanks(browser: &Browser, variant: Variant) {
    let line = Line::default();
    let front = Front::start(&shared_collector().address, line.rule());
    let definition = definition("household-window");
    let survey = open(browser, variant, &front.origin, "household-window");
    let words = survey.words();
    survey.without_key();
    survey.fill(&definition, &plan(&definition, Mood::Displeased));
    survey.submit();
    survey.named("alert", words.failed_unsealed);
    check(browser, variant, &survey, "failure");
    survey.press(words.keep_unsealed);
    survey.saved();
    check(browser, variant, &survey, "saved");
    survey.press(words.again);
    says(&survey, &words.waiting.replace("{n}", "1"));
    check(browser, variant, &survey, "queue");
    survey.fill(&definition, &plan(&definition, Mood::Pleased));
    survey.submit();
    survey.saved();
    says(&survey, &words.waiting.replace("{n}", "2"));
    check(browser, variant, &survey, "saved-queue");
    line.mend();
    survey.ask("return arguments[0].flush()");
    survey.receipt();
    check(browser, variant, &survey, "thanks");
}

/// A rating that was refused, in the list for staff; the question before it is deleted;
/// and the list with nothing in it.
fn list_for_staff(browser: &Browser, variant: Variant) {
    let front = Front::start(&shared_collector().address, Server::default().rule());
    let definition = definition("household-window");
    let survey = open(browser, variant, &front.origin, "household-window");
    let words = manyi_queue::words::words(variant.language);
    survey.fill(&definition, &plan(&definition, Mood::Wordless));
    survey.submit();
    survey.named("alert", survey.words().failed_refused);
    survey.press(survey.words().show_queue);
    says(&survey, &words.refused.replace("{status}", "422"));
    // Chromium agrees to keep what lies here, or does not, by what it has seen of a site.
    says(&survey, words.is_strict);
    check(browser, variant, &survey, "list");
    survey.press(words.discard);
    says(&survey, words.sure);
    check(browser, variant, &survey, "list-question");
    survey.press(words.yes);
    says(&survey, words.empty);
    check(browser, variant, &survey, "list-empty");
}

fn says(survey: &Survey<'_>, sentence: &str) {
    wait(&format!("“{sentence}”"), PATIENCE, || {
        let text = survey.ask("return arguments[0].shadowRoot.textContent");
        text.as_str()?.contains(sentence).then_some(())
    });
}

fn plain_form(browser: &Browser, variant: Variant) {
    let front = Front::start(&shared_collector().address, |request| {
        if request.path.ends_with(".js") {
            Reply::text(404, "text/plain", "")
        } else {
            Reply::Forward
        }
    });
    let lang = variant.language;
    let elder = if variant.elder { "&elder=1" } else { "" };
    let url = format!(
        "{}/s/response-110?unit=fenglin&lang={lang}{elder}",
        front.origin
    );
    browser.wire.goto(&url).expect("the hosted page opens");
    let mut form = Survey::plain_form(browser);
    lang.clone_into(&mut form.language);
    check(browser, variant, &form, "plain-form");
    let mut definition = definition("response-110");
    // 不满意 without its reasons comes back with an error.
    definition.questions.truncate(1);
    form.fill_all(&definition, &plan(&definition, Mood::Displeased));
    form.submit();
    wait("the form with its errors", PATIENCE, || {
        let text = browser
            .wire
            .run("return document.body.innerText", &[])
            .ok()?;
        let words = [form.words().required_choice, form.words().problem];
        let text = text.as_str()?.to_owned();
        words
            .iter()
            .any(|sentence| text.contains(sentence))
            .then_some(())
    });
    let form = Survey::plain_form(browser);
    check(browser, variant, &form, "plain-form-errors");
}

fn station(browser: &Browser) {
    let front = Front::start(&shared_collector().address, |request| {
        match request.path.as_str() {
            "/" => Reply::file(root(), "index.html"),
            path if path.starts_with("/www/station/") => Reply::file(root(), path),
            _ => Reply::Forward,
        }
    });
    for variant in VARIANTS {
        if variant.language != "zh-Hans" {
            continue;
        }
        emulate(browser, variant);
        browser.wire.goto(&front.origin).expect("the site opens");
        let survey = Survey::widget(browser, 0);
        if variant.elder {
            let switch = "const button = document.querySelector('[data-elder-switch]');
                 if (button.getAttribute('aria-pressed') !== 'true') button.click();";
            browser.wire.run(switch, &[]).expect("the page answers");
        }
        check(browser, variant, &survey, "station");
        if variant.elder {
            let back = "document.querySelector('[data-elder-switch]').click()";
            browser.wire.run(back, &[]).expect("the page answers");
        }
    }
    emulate(browser, DESKTOP);
}

/// One page in one state: axe-core, sizes, no sideways scrolling, a screenshot.
fn check(browser: &Browser, variant: Variant, survey: &Survey<'_>, state: &str) {
    let place = format!("{} in {}", state, variant.name);
    // What moves is looked at where it comes to rest.
    survey.ask(
        "for (const root of [document, arguments[0].shadowRoot]) {
           for (const motion of root?.getAnimations() ?? []) motion.finish();
         }",
    );
    shot(browser, &format!("{}-{state}", variant.name));
    let found = axe(browser);
    assert!(
        found.as_array().is_some_and(Vec::is_empty),
        "axe-core finds in {place}: {found:#}"
    );
    let sideways =
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    let sideways = browser.wire.run(sideways, &[]).expect("the page answers");
    assert_eq!(sideways, 0, "pixels to scroll sideways: {place}");
    let least = if variant.elder { 60.0 } else { 48.0 };
    for role in ["radio", "checkbox", "button", "textbox", "combobox"] {
        let found = survey.all(role);
        // A text field is tapped itself, not its label.
        let is_field = role == "textbox" || role == "combobox";
        let tapped = found.iter().map(|found| {
            let tapped = if is_field {
                &found.element
            } else {
                &found.target
            };
            tapped.json()
        });
        // Asked at once: a question to the driver costs more than its answer.
        let sizes = browser.wire.run(
            "return arguments[0].map((one) => one.getBoundingClientRect()).map((box) => [box.width, box.height])",
            &[tapped.collect()],
        );
        let sizes = sizes.expect("the page answers");
        for (n, found) in found.iter().enumerate() {
            let size = &sizes[n];
            let enough = |n: usize| size[n].as_f64().is_some_and(|px| px >= least - 0.5);
            assert!(
                enough(0) && enough(1),
                "the {role} “{}” is {size} px, less than {least}: {place}",
                found.name
            );
        }
    }
}

/// axe-core over the whole page, shadow roots included; 7:1 contrast in the survey.
pub fn axe(browser: &Browser) -> Value {
    let there = browser
        .wire
        .run("return typeof window.axe", &[])
        .expect("the page answers");
    if there != "object" {
        browser.wire.run(&npm::axe(), &[]).expect("axe-core loads");
    }
    let script = r#"
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
        const short = (found) => found.violations.map((rule) => ({
          rule: rule.id,
          nodes: rule.nodes.slice(0, 4).map((node) => `${node.target}: ${node.failureSummary}`),
        }));
        return (async () => {
          const all = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
          const survey = document.querySelector("manyi-survey, form.manyi-form");
          const contrast = await axe.run(survey ?? document, { runOnly: { type: "rule", values: ["color-contrast-enhanced"] }, resultTypes: ["violations"] });
          return [...short(all), ...short(contrast)];
        })();"#;
    browser
        .wire
        .run(script, &[])
        .expect("axe-core comes to an end")
}

/// The whole page, however long.
pub fn shot(browser: &Browser, name: &str) {
    let size = browser.wire.devtools("Page.getLayoutMetrics", &json!({}));
    let size = size.expect("the page has a size");
    let (width, height) = (
        &size["cssContentSize"]["width"],
        &size["cssContentSize"]["height"],
    );
    let picture = browser.wire.devtools(
        "Page.captureScreenshot",
        &json!({
            "captureBeyondViewport": true, "optimizeForSpeed": true,
            "clip": { "x": 0, "y": 0, "width": width, "height": height, "scale": 1 },
        }),
    );
    let picture = picture.expect("a screenshot");
    shots::write(name, picture["data"].as_str().unwrap_or_default());
}

/// The names and roles that each browser computes for each survey.
fn names_and_roles(browser: &Browser) {
    for definition in definitions() {
        let origin = shared_collector().origin();
        let url = format!("{origin}/s/{}", definition.id);
        browser.wire.goto(&url).expect("the hosted page opens");
        let survey = Survey::widget(browser, 0);
        first_question(browser, &survey, &definition);
    }
}

fn first_question(browser: &Browser, survey: &Survey<'_>, definition: &Definition) {
    let question = &definition.questions[0];
    let title = question.title.say("zh-Hans").text;
    let group = survey.named("group", title).element;
    let heard = |element: &Element| {
        let role = browser.wire.role(element).expect("a role");
        let name = browser.wire.name(element).expect("a name");
        (role, name)
    };
    let (role, name) = heard(&group);
    let wanted = if question.items.is_empty() && !question.multiple {
        "radiogroup"
    } else {
        "group"
    };
    assert_eq!(role, wanted, "{}", definition.id);
    assert!(name.starts_with(title), "“{name}” begins with “{title}”");
    let words: Vec<String> = if question.kind == Question::Choice {
        let choices = question.choices.iter();
        choices
            .map(|choice| choice.label.say("zh-Hans").text.to_owned())
            .collect()
    } else {
        let levels = question.levels();
        let labels = levels.iter();
        labels
            .map(|level| level.label.say("zh-Hans").text.to_owned())
            .collect()
    };
    let role = if question.multiple {
        "checkbox"
    } else {
        "radio"
    };
    let controls = survey.within(&group, role);
    let heard: Vec<(String, String)> = controls.iter().map(|found| heard(&found.element)).collect();
    let wanted: Vec<(String, String)> = words
        .into_iter()
        .map(|word| (role.to_owned(), word))
        .collect();
    let rounds = question.items.len().max(1);
    let wanted: Vec<(String, String)> = std::iter::repeat_n(wanted, rounds).flatten().collect();
    assert_eq!(heard, wanted, "{}", definition.id);
    let submit = survey.all("button");
    let submit = submit
        .iter()
        .find(|found| found.name == survey.words().submit || found.name == survey.words().next);
    let submit = submit.expect("a button at the end");
    assert_eq!(
        browser.wire.role(&submit.element).expect("a role"),
        "button"
    );
    assert_eq!(
        browser.wire.name(&submit.element).expect("a name"),
        submit.name
    );
}
