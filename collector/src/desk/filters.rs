//! What is asked for on the page of responses: as an address, which may be passed on and
//! so never holds words that were searched for, and as a form.

use std::collections::BTreeSet;

use manyi_model::{Channel, Mode};
use maud::{Markup, html};

use super::guard::{Pairs, Shut, Visit};
use super::reach::Reach;
use super::say::Language;
use super::shell::{self, Field, TEXT, field, select};
use super::units::choices;
use crate::http::query;
use crate::search::Filters;
use crate::search::reading::Level;
use crate::units::Tree;
use crate::{limits, wall};

/// The names in addresses and forms, but for the text.
const NAMES: [&str; 10] = [
    "from", "to", "unit", "survey", "channel", "mode", "level", "words", "flagged", "tag",
];
/// Further tags than these are typed into the address by nobody.
const TAGS_OFFERED: i64 = 30;

/// What was asked for, as it was typed and as it is meant.
#[derive(Debug, Default)]
pub(super) struct Asked {
    values: Vec<(&'static str, String)>,
    /// Words to look for; never in an address.
    pub text: String,
    /// What is meant.
    pub filters: Filters,
    /// What cannot be read, as sentences.
    pub wrong: Vec<String>,
}

impl Asked {
    /// Reads `pairs`, of an address or a form.
    pub(super) async fn read(visit: &Visit, pairs: &Pairs, reach: &Reach) -> Result<Self, Shut> {
        let language = visit.language;
        let given = |name: &str| Some(pairs.get(name)).filter(|value| !value.is_empty());
        let mut asked = Self {
            values: NAMES
                .into_iter()
                .filter_map(|name| Some((name, given(name)?.to_owned())))
                .collect(),
            text: pairs.get("text").to_owned(),
            ..Self::default()
        };
        let mut wrong = Vec::new();
        let mut day = |name: &str, plus: i64| {
            let typed = given(name)?;
            let found = wall::day(typed);
            if found.is_none() {
                wrong.push(language.say(
                    format!("“{}”不是日期，应如 2026-01-31。", short(typed)),
                    format!("“{}” is no day such as 2026-01-31.", short(typed)),
                ));
            }
            found.map(|ms| ms + plus)
        };
        let (from, to) = (day("from", 0), day("to", wall::DAY_MS));
        let mut choice = |is_known: bool, name: &str| {
            if given(name).is_some() && !is_known {
                wrong.push(language.say(
                    "有一个选项不认识，没有按它筛选。".to_owned(),
                    "One choice is not known, and was left out.".to_owned(),
                ));
            }
        };
        let channel = given("channel").and_then(Channel::named);
        choice(channel.is_some(), "channel");
        let mode = given("mode").and_then(Mode::named);
        choice(mode.is_some(), "mode");
        let level = given("level").and_then(Level::named);
        choice(level.is_some(), "level");
        if asked.text.chars().count() > limits::SOUGHT_CHARS
            || asked.text.chars().any(char::is_control)
        {
            wrong.push(language.say(
                format!("查找的文字最多 {} 个字，不换行。", limits::SOUGHT_CHARS),
                format!(
                    "Look for at most {} characters in one line.",
                    limits::SOUGHT_CHARS
                ),
            ));
            asked.text = String::new();
        }
        let units = match given("unit") {
            None => None,
            Some(unit) => Some(units(visit, unit, reach).await?),
        };
        asked.filters = Filters {
            from,
            to,
            units,
            survey: given("survey").map(str::to_owned),
            channel: channel.map(Channel::name),
            mode: mode.map(Mode::name),
            level,
            has_text: given("words").is_some(),
            is_flagged: given("flagged").is_some(),
            tag: given("tag").map(str::to_owned),
            text: Some(asked.text.clone()).filter(|text| !text.is_empty()),
        };
        wrong.dedup();
        asked.wrong = wrong;
        Ok(asked)
    }

    /// What was typed under this name.
    fn value(&self, name: &str) -> &str {
        let found = self.values.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }

    /// All but the text, as an address, with more pairs behind.
    pub(super) fn address(&self, more: &[(&str, &str)]) -> String {
        let own = self.values.iter().map(|(name, value)| (*name, &**value));
        let query = query::written(own.chain(more.iter().copied()));
        if query.is_empty() {
            return "/admin/responses".to_owned();
        }
        format!("/admin/responses?{query}")
    }

    /// The same and the text as hidden fields of a form.
    pub(super) fn hidden(&self) -> Markup {
        html! {
            @for (name, value) in &self.values { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="text" value=(self.text);
        }
    }

    /// Whether anything is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.text.is_empty()
    }

    /// The form.
    pub(super) async fn form(
        &self,
        visit: &Visit,
        tree: &Tree,
        reach: &Reach,
    ) -> Result<Markup, Shut> {
        let language = visit.language;
        let tags = visit.app.store.tags(reach, TAGS_OFFERED).await?;
        let any = |label: &str| (String::new(), label.to_owned());
        let all = any(language.say("全部", "All"));
        let with_all = |rest: Vec<(String, String)>| {
            std::iter::once(all.clone()).chain(rest).collect::<Vec<_>>()
        };
        let own = |value: &str, label: &str| (value.to_owned(), label.to_owned());
        let mut surveys: Vec<(String, String)> = Vec::new();
        for survey in visit.app.surveys.all() {
            let id = &survey.definition.id;
            if !surveys.iter().any(|(known, _)| known == id) {
                let newest = visit.app.surveys.newest(id).unwrap_or(survey);
                let title = newest.definition.title.say(language.tag()).text;
                surveys.push(own(id, title));
            }
        }
        let channels = Channel::ALL.map(|one| own(one.name(), language.channel(one)));
        let modes = Mode::ALL.map(|one| own(one.name(), language.mode(one)));
        let levels = Level::ALL.map(|one| own(one.name(), language.level(one)));
        let tags: Vec<(String, String)> = tags.iter().map(|tag| own(tag, tag)).collect();
        let check = |name: &str, label: &str| {
            html! {
                label.check { input type="checkbox" name=(name) value="1" checked[!self.value(name).is_empty()]; (label) }
            }
        };
        let day = |name, label| {
            let value = self.value(name);
            field(
                "find",
                &Field {
                    name,
                    label,
                    value,
                    kind: "date",
                    required: false,
                    ..TEXT
                },
            )
        };
        let more = ["survey", "channel", "mode", "tag", "words", "flagged"];
        let is_open = more.iter().any(|name| !self.value(name).is_empty());
        Ok(html! {
            form.find method="post" action="/admin/responses/search#found" role="search" {
                (field("find", &Field {
                    name: "text",
                    label: language.say("原话里有", "Words"),
                    help: language.say(
                        "只在群众自己写的话里找；不写进网址，也不记录。",
                        "Looked for in what people wrote; not put into the address, and not kept.",
                    ),
                    value: &self.text,
                    kind: "search",
                    required: false,
                    ..TEXT
                }))
                div.row {
                    (day("from", language.say("从哪天收到", "Came from")))
                    (day("to", language.say("到哪天", "until")))
                    (select("find", "unit", language.say("单位（含下级）", "Unit and below"), self.value("unit"), &with_all(choices(tree, reach))))
                    (select("find", "level", language.say("评价", "Rating"), self.value("level"), &with_all(levels.to_vec())))
                }
                details open[is_open] {
                    summary { (language.say("更多条件", "More")) }
                    div.row {
                        (select("find", "survey", language.say("问卷", "Survey"), self.value("survey"), &with_all(surveys)))
                        (select("find", "channel", language.say("渠道", "Channel"), self.value("channel"), &with_all(channels.to_vec())))
                        (select("find", "mode", language.say("填写方式", "Filled in"), self.value("mode"), &with_all(modes.to_vec())))
                        @if !tags.is_empty() {
                            (select("find", "tag", language.say("标签", "Tag"), self.value("tag"), &with_all(tags)))
                        }
                    }
                    div.buttons {
                        (check("words", language.say("写了话的", "With words")))
                        (check("flagged", language.say("有提示的", "With hints")))
                    }
                }
                div.buttons {
                    button.main { (language.say("查找", "Search")) }
                    @if !self.is_empty() {
                        a.quick href="/admin/responses" { (language.say("清除条件", "Clear")) }
                    }
                }
            }
        })
    }
}

/// A unit and all below it, as far as they are within reach. Of a unit that nobody has
/// named itself alone.
async fn units(visit: &Visit, unit: &str, reach: &Reach) -> Result<BTreeSet<String>, Shut> {
    if !reach.holds(unit) {
        return Err(Shut::Absent);
    }
    let mut units = visit.app.store.below(&[unit]).await?;
    units.insert(unit.to_owned());
    Ok(units)
}

fn short(text: &str) -> String {
    text.chars().take(20).collect()
}

/// Ways to what is looked at most, as addresses.
pub(super) fn quick(language: Language, now: i64) -> Vec<(String, &'static str)> {
    let (monday, _) = wall::span(wall::week_of(now));
    let monday = wall::rfc3339(monday)[..10].to_owned();
    let to = |pairs: &[(&str, &str)]| {
        format!("/admin/responses?{}", query::written(pairs.iter().copied()))
    };
    let level = Level::Dissatisfied.name();
    vec![
        (
            to(&[("from", &monday), ("level", level)]),
            language.say("本周收到的不满意", "Dissatisfied, this week"),
        ),
        (
            to(&[("from", &monday), ("words", "1")]),
            language.say("本周写了话的", "With words, this week"),
        ),
        (
            to(&[("flagged", "1")]),
            language.say("有提示的", "With hints"),
        ),
    ]
}

/// Whatever is wrong with what was asked, above the results.
pub(super) fn wrong(asked: &Asked) -> Markup {
    shell::wrong(&asked.wrong)
}
