//! A survey on screen, used as a person uses it: found by role and name, in the
//! widget's shadow root or in the plain form.

use std::time::Duration;

use manyi_model::words::{Words, words};
use manyi_model::{Answer, Answers, Definition, Kind, Pick, Question, visible};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::webdriver::{Element, wait};

/// How long anything on a page may take, with other trials beside it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// `find(scope, role)` in the page: the elements of a role that are on screen, each
/// with its name, and the place to tap.
const FIND: &str = r#"
const TAGS = {
  group: "fieldset, [role=group], [role=radiogroup]",
  radio: "input[type=radio], [role=radio]",
  checkbox: "input[type=checkbox], [role=checkbox]",
  textbox: "textarea, input:not([type]), input[type=text], input[type=tel], input[type=number]",
  button: "button, [role=button]",
  combobox: "select",
  status: "output, [role=status]",
  alert: "[role=alert]",
};
function textOf(nodes) {
  return [...nodes].map((node) => node.textContent).join(" ").replace(/\s+/g, " ").trim();
}
function nameOf(el) {
  const by = el.getAttribute("aria-labelledby");
  if (by) {
    const root = el.getRootNode();
    return textOf(by.split(/\s+/).map((id) => root.getElementById(id)).filter(Boolean));
  }
  const said = el.getAttribute("aria-label");
  if (said) return said;
  if (el.localName === "fieldset") return textOf(el.querySelectorAll(":scope > legend"));
  if (el.labels?.length) return textOf(el.labels);
  return textOf([el]);
}
const [scope, role] = arguments;
const root = scope.shadowRoot ?? scope;
return [...root.querySelectorAll(TAGS[role])]
  .filter((el) => el.checkVisibility ? el.checkVisibility() : el.getClientRects().length)
  .map((el) => [el, nameOf(el), el.labels?.[0] ?? el]);
"#;

/// An element found by its role.
#[derive(Clone, Debug)]
pub struct Found {
    /// The element.
    pub element: Element,
    /// Its name.
    pub name: String,
    /// Where a person taps: the label of a radio button, else the element.
    pub target: Element,
}

/// A survey in a page.
pub struct Survey<'a> {
    browser: &'a Browser,
    /// The widget's element, or the plain form.
    pub scope: Element,
    /// The language it is read in.
    pub language: String,
}

impl<'a> Survey<'a> {
    /// The widget number `n` of the page, once it is alive.
    pub fn widget(browser: &'a Browser, n: usize) -> Self {
        let scope = wait("the widget to come alive", PATIENCE, || {
            let script = "const host = document.querySelectorAll('manyi-survey')[arguments[0]];
                 return host?.shadowRoot?.querySelector('button') ? host : null;";
            Element::from(&browser.wire.run(script, &[json!(n)]).ok()?)
        });
        Self {
            browser,
            scope,
            language: "zh-Hans".to_owned(),
        }
    }

    /// The plain form of the page.
    pub fn plain_form(browser: &'a Browser) -> Self {
        let scope = wait("the plain form", PATIENCE, || {
            let script = "return document.querySelector('form.manyi-form');";
            Element::from(&browser.wire.run(script, &[]).ok()?)
        });
        Self {
            browser,
            scope,
            language: "zh-Hans".to_owned(),
        }
    }

    /// The interface's sentences in this language.
    pub fn words(&self) -> &'static Words {
        words(&self.language)
    }

    /// Everything of `role` on screen inside `scope`.
    pub fn within(&self, scope: &Element, role: &str) -> Vec<Found> {
        let found = self.browser.wire.run(FIND, &[scope.json(), json!(role)]);
        let found = found.unwrap_or_else(|error| panic!("looking for {role}: {error}"));
        let rows = found.as_array().map(Vec::as_slice).unwrap_or_default();
        rows.iter()
            .filter_map(|row| {
                Some(Found {
                    element: Element::from(&row[0])?,
                    name: row[1].as_str()?.to_owned(),
                    target: Element::from(&row[2])?,
                })
            })
            .collect()
    }

    /// Everything of `role` on screen in the survey.
    pub fn all(&self, role: &str) -> Vec<Found> {
        self.within(&self.scope, role)
    }

    /// The one called `name`, once it is there.
    pub fn named(&self, role: &str, name: &str) -> Found {
        wait(&format!("the {role} “{name}”"), PATIENCE, || {
            let all = self.all(role);
            let exact = all.iter().find(|found| found.name == name);
            // A title is followed by its mark 选填, a level by nothing.
            let begins = || all.iter().find(|found| found.name.starts_with(name));
            exact.or_else(begins).cloned()
        })
    }

    /// Taps what was found.
    pub fn tap(&self, found: &Found) {
        let tapped = self.browser.wire.click(&found.target);
        tapped.unwrap_or_else(|error| panic!("tapping “{}”: {error}", found.name));
    }

    /// Presses the button called `name`. One that was drawn anew between the look and
    /// the tap, or was still on its way as the page scrolled, was not tapped, and is
    /// looked for again.
    pub fn press(&self, name: &str) {
        let again = ["stale element reference", "element not interactable"];
        wait(&format!("a tap on “{name}”"), PATIENCE, || {
            let button = self.named("button", name);
            match self.browser.wire.click(&button.target) {
                Ok(()) => Some(()),
                Err(refused) if again.contains(&refused.code.as_str()) => None,
                Err(refused) => panic!("tapping “{name}”: {refused}"),
            }
        });
    }

    /// Chooses `label` in a group and sees it chosen.
    pub fn choose(&self, group: &Element, role: &str, label: &str) {
        let all = self.within(group, role);
        let found = all.iter().find(|found| found.name == label);
        let found = found.unwrap_or_else(|| {
            let names: Vec<&str> = all.iter().map(|found| found.name.as_str()).collect();
            panic!("no {role} “{label}” among {names:?}")
        });
        self.tap(found);
        wait(&format!("“{label}” to be chosen"), PATIENCE, || {
            let checked = self
                .browser
                .wire
                .run("return arguments[0].checked", &[found.element.json()]);
            checked.ok()?.as_bool().filter(|checked| *checked)
        });
    }

    /// Answers one question.
    pub fn answer(&self, question: &Question, answer: &Answer) {
        let said = question.title.say(&self.language);
        match (question.kind, answer) {
            (Kind::Text | Kind::Phone, Answer::Word(text)) => self.write(said.text, text),
            (Kind::Number, Answer::Number(number)) => self.write(said.text, &number.to_string()),
            (Kind::Rating, Answer::Items(items)) => {
                let whole = self.named("group", said.text).element;
                for item in &question.items {
                    let label = item.label.say(&self.language).text;
                    let rows = self.within(&whole, "group");
                    let row = rows.iter().find(|row| row.name.starts_with(label));
                    let row = row.unwrap_or_else(|| panic!("no row “{label}” on screen"));
                    let level = items.get(&item.id);
                    let level = level.unwrap_or_else(|| panic!("no level for {}", item.id));
                    self.level(question, &row.element, level);
                }
            }
            (Kind::Rating | Kind::YesNo, Answer::Word(level)) => {
                let group = self.named("group", said.text).element;
                self.level(question, &group, level);
            }
            (Kind::Choice, answer) => {
                let group = self.named("group", said.text).element;
                let role = if question.multiple {
                    "checkbox"
                } else {
                    "radio"
                };
                let picks = match answer {
                    Answer::Picks(picks) => picks.clone(),
                    Answer::Other(text) => vec![Pick::Other(text.clone())],
                    Answer::Word(id) => vec![Pick::Choice(id.clone())],
                    other => panic!("{other:?} is no answer to a choice"),
                };
                for pick in picks {
                    let id = match &pick {
                        Pick::Choice(id) => id.as_str(),
                        Pick::Other(_) => "other",
                    };
                    let choice = question.choices.iter().find(|choice| choice.id == id);
                    let choice = choice.unwrap_or_else(|| panic!("no choice {id}"));
                    self.choose(&group, role, choice.label.say(&self.language).text);
                    if let Pick::Other(text) = pick {
                        let field = wait("the field of “other”", PATIENCE, || {
                            self.within(&group, "textbox").into_iter().next()
                        });
                        self.type_into(&field, &text);
                    }
                }
            }
            (kind, answer) => panic!("{answer:?} is no answer to {kind:?}"),
        }
    }

    fn level(&self, question: &Question, group: &Element, id: &str) {
        let levels = question.levels();
        let level = levels.iter().find(|level| level.id == id);
        let level = level.unwrap_or_else(|| panic!("no level {id}"));
        self.choose(group, "radio", level.label.say(&self.language).text);
    }

    fn write(&self, title: &str, text: &str) {
        let field = self.named("textbox", title);
        self.type_into(&field, text);
    }

    /// Types, and sees it typed.
    pub fn type_into(&self, field: &Found, text: &str) {
        let typed = self.browser.wire.type_into(&field.element, text);
        typed.unwrap_or_else(|error| panic!("typing into “{}”: {error}", field.name));
        wait(&format!("“{text}” in the field"), PATIENCE, || {
            let value = self
                .browser
                .wire
                .run("return arguments[0].value", &[field.element.json()]);
            (value.ok()?.as_str()? == text).then_some(())
        });
    }

    /// The ids of the questions of `definition` whose titles are on screen.
    pub fn on_screen(&self, definition: &Definition) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for role in ["group", "textbox"] {
            names.extend(self.all(role).into_iter().map(|found| found.name));
        }
        let shown = |question: &&Question| {
            let title = question.title.say(&self.language).text;
            names.iter().any(|name| name.starts_with(title))
        };
        let questions = definition.questions.iter().filter(shown);
        questions.map(|question| question.id.clone()).collect()
    }

    /// Fills in every page, checking that each condition shows and hides what it
    /// should, up to the button that submits.
    pub fn fill(&self, definition: &Definition, answers: &Answers) {
        let mut given = Answers::new();
        let mut page = 0;
        for (n, question) in definition.questions.iter().enumerate() {
            if question.new_page && n > 0 && begins_a_page(definition, n, &given) {
                self.press(self.words().next);
                page += 1;
            }
            let Some(answer) = answers.get(&question.id) else {
                continue;
            };
            self.answer(question, answer);
            given.insert(&question.id, answer.clone());
            let expected = expected(definition, &given, page);
            wait(
                &format!("{expected:?} on screen after “{}”", question.id),
                PATIENCE,
                || (self.on_screen(definition) == expected).then_some(()),
            );
        }
        // Pages on which nothing is answered still have to be passed.
        while self
            .all("button")
            .iter()
            .any(|button| button.name == self.words().next)
        {
            self.press(self.words().next);
        }
    }

    /// Fills in what `answers` has, whatever else is on screen: for the plain form.
    pub fn fill_all(&self, definition: &Definition, answers: &Answers) {
        for question in &definition.questions {
            if let Some(answer) = answers.get(&question.id) {
                self.answer(question, answer);
            }
        }
    }

    /// Presses 提交评价.
    pub fn submit(&self) {
        self.press(self.words().submit);
    }

    /// The receipt number, once it is on screen and the rating has arrived.
    pub fn receipt(&self) -> String {
        let arrived = |status: &Found| !status.name.contains(self.words().saved);
        self.submitted("the receipt", arrived)
    }

    /// The receipt number, once the page says that the rating is saved on the device.
    pub fn saved(&self) -> String {
        let saved = |status: &Found| status.name.contains(self.words().saved);
        self.submitted("the rating to be saved", saved)
    }

    fn submitted(&self, what: &str, is_it: impl Fn(&Found) -> bool) -> String {
        wait(what, PATIENCE, || {
            let all = self.all("status");
            let said = all.iter().filter(|status| is_it(status));
            let said = said.filter_map(|status| uuid(&status.name)).next();
            said.or_else(|| {
                let alerts = self.all("alert");
                assert!(
                    alerts.is_empty(),
                    "instead of {what}: {:?}",
                    alerts.iter().map(|alert| &alert.name).collect::<Vec<_>>()
                );
                None
            })
        })
    }

    /// Takes the page's key away: what is personal cannot be sealed then.
    pub fn without_key(&self) {
        self.ask("arguments[0].removeAttribute('sealing-key')");
    }

    /// Writes down from now on what the page hears of.
    pub fn listen(&self) {
        self.ask(
            "const host = arguments[0]; host.heard = [];
             for (const name of ['queued', 'delivered', 'rejected']) {
               host.addEventListener(`manyi-${name}`, ({ detail }) => host.heard.push([name, detail]));
             }",
        );
    }

    /// What it has heard of: an event's name without `manyi-`, and its detail.
    pub fn heard(&self) -> Vec<(String, Value)> {
        let heard = self.ask("return arguments[0].heard");
        let heard = heard.as_array().map(Vec::as_slice).unwrap_or_default();
        let pair = |said: &Value| Some((said[0].as_str()?.to_owned(), said[1].clone()));
        heard.iter().filter_map(pair).collect()
    }

    /// A value that a script computes of the scope (`arguments[0]`) and its root.
    pub fn ask(&self, script: &str) -> Value {
        let answer = self.browser.wire.run(script, &[self.scope.json()]);
        answer.unwrap_or_else(|error| panic!("{script}: {error}"))
    }
}

/// The questions that page number `page` shows after `given`.
fn expected(definition: &Definition, given: &Answers, page: usize) -> Vec<String> {
    let shown = visible(definition, given);
    let mut at = 0;
    let mut ids = Vec::new();
    for (n, question) in definition.questions.iter().enumerate() {
        if question.new_page && n > 0 && begins_a_page(definition, n, given) {
            at += 1;
        }
        if at == page && shown[n] {
            ids.push(question.id.clone());
        }
    }
    ids
}

/// Whether the page that starts at question `n` has anything to show.
fn begins_a_page(definition: &Definition, n: usize, given: &Answers) -> bool {
    let shown = visible(definition, given);
    let rest = &definition.questions[n + 1..];
    let end = rest
        .iter()
        .position(|question| question.new_page)
        .map_or(definition.questions.len(), |more| n + 1 + more);
    shown[n..end].iter().any(|shown| *shown)
}

/// The first UUID in a text.
pub fn uuid(text: &str) -> Option<String> {
    let mut windows = (0..text.len()).filter_map(|at| text.get(at..at + 36));
    windows
        .find(|window| manyi_model::response::is_uuid(window))
        .map(str::to_owned)
}
