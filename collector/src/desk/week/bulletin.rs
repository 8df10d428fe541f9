//! `/admin/week/bulletin`: what of a closed week may leave the house, as text to paste
//! into a message. It is one text for everybody: two that are cut differently could tell
//! by their difference what each of them hides, so whoever reaches less than the whole
//! house does not make one, and neither an open week nor a supplement has one.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use maud::html;

use super::super::guard::{Person, Shut, Visit};
use super::super::reach::Reach;
use super::super::shell;
use super::look;
use crate::collation::Report;
use crate::collation::public::{self, Public};
use crate::units::Tree;

/// The text of the week that is asked for; `None` where it is not closed.
async fn written(visit: &Visit, reach: &Reach) -> Result<(String, Option<String>), Shut> {
    if !reach.is_all() {
        return Err(Shut::NotAllowed);
    }
    let store = &visit.app.store;
    let week = look::week(visit)?;
    let editions = store.editions_of(week).await?;
    let closed = editions
        .iter()
        .find(|one| one.part == 0 && one.made.is_some());
    let Some(edition) = closed else {
        return Ok((week.to_string(), None));
    };
    let mut public = Public::new(&Report::closed(store, edition, None).await?);
    let tree = Tree::new(store.units().await?);
    for row in public.tables.iter_mut().flat_map(|table| &mut table.rows) {
        if let Some(unit) = tree.get(&row.name) {
            row.name.clone_from(&unit.name);
        }
    }
    Ok((week.to_string(), Some(public::write(&public))))
}

/// The page that it is copied from.
pub(in super::super) async fn page(
    visit: Visit,
    person: Person,
    reach: Reach,
) -> Result<Response, Shut> {
    let language = visit.language;
    let (week, text) = written(&visit, &reach).await?;
    let title = language.say(format!("通报 · {week}"), format!("Bulletin · {week}"));
    let body = html! {
        section.card {
            @match &text {
                Some(text) => {
                    p { (language.say(
                        "可以对外的数字：小数目已经隐去，没有窗口、人员和意见。全选、复制，粘贴到群里或文件里。",
                        "What may leave the house: small numbers are hidden; no windows, officers or texts. Select all and copy.",
                    )) }
                    div.field.wide {
                        label for="bulletin" { (language.say("通报文字", "Text")) }
                        textarea #bulletin readonly spellcheck="false" rows=(text.lines().count() + 1) { (text) }
                    }
                    p { a href=(format!("/admin/week/bulletin.txt?week={week}")) download=(format!("manyi-{week}.txt")) {
                        (language.say("下载文字文件", "Download as a text file")) } }
                }
                None => p { (language.say(
                    "这一周还没有结算。结算以后才有通报：同一周的数字只公布一次。",
                    "This week is not closed. Its figures are published once, when they are final.",
                )) },
            }
            p { a href=(format!("/admin/week?week={week}")) { (language.say("回到周报", "Back to the week")) } }
        }
    };
    Ok(shell::page(&visit, &person, &title, &body))
}

/// The same as a file.
pub(in super::super) async fn text(
    visit: Visit,
    _: Person,
    reach: Reach,
) -> Result<Response, Shut> {
    let (_, text) = written(&visit, &reach).await?;
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((kind, text.ok_or(Shut::Absent)?).into_response())
}
