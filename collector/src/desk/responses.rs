//! `/admin/responses`: what came, the newest first; searched, and gone through page by
//! page.

use axum::response::Response;
use manyi_model::{Channel, Mode};
use maud::{Markup, html};

use super::filters::{self, Asked};
use super::guard::{Person, Shut, Visit, reach};
use super::reach::Reach;
use super::role::Right;
use super::say::Language;
use super::shell;
use super::trail::wall;
use crate::http::query;
use crate::search::{Count, Found, Page};
use crate::units::Tree;
use crate::{limits, personal};

/// The page, by an address.
pub(super) async fn page(visit: Visit, person: Person, own: Reach) -> Result<Response, Shut> {
    let mut asked = Asked::read(&visit, &visit.query, &own).await?;
    // Words are looked for by the form alone.
    asked.text.clear();
    asked.filters.text = None;
    shown(&visit, &person, &own, &asked).await
}

/// The page, by the form: where no words are looked for it is an address like any other.
pub(super) async fn search(visit: Visit, person: Person, own: Reach) -> Result<Response, Shut> {
    let asked = Asked::read(&visit, &visit.form, &own).await?;
    if asked.filters.text.is_none() && asked.wrong.is_empty() {
        return Ok(shell::to(&asked.address(&[])));
    }
    shown(&visit, &person, &own, &asked).await
}

/// The address of a response's own page.
pub(super) fn address(id: &str) -> String {
    format!("/admin/response?{}", query::written([("id", id)]))
}

/// The number behind which the page goes on.
fn before(visit: &Visit) -> Option<i64> {
    let asked = [visit.form.get("before"), visit.query.get("before")];
    asked.iter().find_map(|before| before.parse().ok())
}

async fn shown(
    visit: &Visit,
    person: &Person,
    own: &Reach,
    asked: &Asked,
) -> Result<Response, Shut> {
    let (store, language) = (&visit.app.store, visit.language);
    let tree = Tree::new(store.units().await?);
    let before = before(visit);
    let page = store.find(&asked.filters, own, before).await?;
    let count = match before {
        None => Some(store.count_found(&asked.filters, own).await?),
        Some(_) => None,
    };
    let waiting = store.not_ready().await?;
    let keeps = person.may(Right::SeeRetention)
        && reach(visit, person, Right::SeeRetention).await?.is_all();
    let heading = language.say("评价", "Responses");
    let body = html! {
        @if visit.query.get("said") == "erased" {
            div.said role="status" { p { (language.say("这份评价已删除。", "The response was deleted.")) } }
        }
        (filters::wrong(asked))
        section.card { (asked.form(visit, &tree, own).await?) }
        nav.quicks aria-label=(language.say("常用条件", "Often looked for")) {
            @for (place, label) in filters::quick(language, visit.now) {
                a.quick href=(place) { (label) }
            }
        }
        section.card #found {
            (headline(language, &page, count, before.is_some()))
            @if waiting > limits::FILED_AT_ONCE {
                p.soft { (language.say(
                    format!("最新的约 {waiting} 份正在整理，稍后才能查到。"),
                    format!("Some {waiting} of the newest are being made ready and are found a little later."),
                )) }
            }
            @if !page.found.is_empty() { (list(visit, &tree, &page)) }
            (onward(language, asked, &page))
        }
        @if keeps {
            p { a href="/admin/retention" { (language.say("保存多久：期限与清理", "How long what is kept")) } }
        }
    };
    Ok(shell::page(visit, person, heading, &body))
}

/// How many there are, or that there are none.
fn headline(language: Language, page: &Page, count: Option<Count>, is_later: bool) -> Markup {
    let words = match count {
        None => language.say("更早的", "Earlier ones").to_owned(),
        Some(Count::All(0)) => language.say("没有找到", "Nothing was found").to_owned(),
        Some(Count::All(count)) => language.say(format!("共 {count} 份"), format!("{count} found")),
        Some(Count::AtLeast(0)) => language
            .say(
                "还没有找到，可以继续往前找",
                "Nothing yet; look further back",
            )
            .to_owned(),
        Some(Count::AtLeast(count)) => {
            language.say(format!("至少 {count} 份"), format!("{count} or more found"))
        }
    };
    html! {
        h2 role="status" { (words) }
        @if page.found.is_empty() && !page.is_cut && !is_later {
            p.soft { (language.say(
                "换个条件试试，比如放宽日期。",
                "Try other conditions, such as more days.",
            )) }
        }
    }
}

fn list(visit: &Visit, tree: &Tree, page: &Page) -> Markup {
    html! {
        ul.found { @for found in &page.found { li { (item(visit, tree, found)) } } }
    }
}

fn item(visit: &Visit, tree: &Tree, found: &Found) -> Markup {
    let language = visit.language;
    let survey = visit.app.surveys.newest(&found.survey);
    let title = survey.map_or(&*found.survey, |survey| {
        survey.definition.title.say(language.tag()).text
    });
    let unit = found.unit.as_deref();
    let unit = unit.map(|code| tree.get(code).map_or(code, |unit| &unit.name));
    let channel = Channel::named(&found.channel).map(|one| language.channel(one));
    let mode = Mode::named(&found.mode).filter(|mode| *mode != Mode::Myself);
    html! {
        a href=(address(&found.id)) {
            @match found.level {
                Some(level) => span.level.(level.name()) { (language.level(level)) },
                None => span.level { (language.say("查看", "Open")) },
            }
            span.when { (&wall(found.received_at)[..16]) }
        }
        span { (unit.unwrap_or(language.say("未写明单位", "no unit"))) " · " (title) }
        span.soft {
            (channel.unwrap_or(&found.channel))
            @if let Some(mode) = mode { " · " (language.mode(mode)) }
        }
        @if found.is_flagged { span.tag.hint { (language.say("有提示", "hint")) } }
        @for tag in &found.tags { span.tag { (tag) } }
        @if let Some(words) = &found.words { p { (excerpt(words)) } }
    }
}

/// The beginning of a text, long numbers in it starred out.
fn excerpt(words: &str) -> String {
    let starred = personal::starred(words);
    let most = limits::EXCERPT_CHARS;
    let mut excerpt: String = starred.chars().take(most).collect();
    if starred.chars().count() > most {
        excerpt.push('…');
    }
    excerpt
}

/// The way to the next page: an address, or a form where words are looked for.
fn onward(language: Language, asked: &Asked, page: &Page) -> Markup {
    let Some(next) = page.next.map(|next| next.to_string()) else {
        return html! {};
    };
    let label = if page.is_cut {
        language.say("继续往前找", "Look further back")
    } else {
        language.say("更早的", "Earlier ones")
    };
    html! {
        @if page.is_cut {
            p.soft { (language.say(
                format!("这一页已看过 {} 份，前面还有。", limits::FOUND_LOOKED_AT),
                format!("This page has looked at {}; there are more before.", limits::FOUND_LOOKED_AT),
            )) }
        }
        @if asked.filters.text.is_some() {
            form method="post" action="/admin/responses/search" {
                (asked.hidden())
                input type="hidden" name="before" value=(next);
                button { (label) }
            }
        } @else {
            p { a.quick href=(asked.address(&[("before", &next)])) rel="next" { (label) } }
        }
    }
}
