//! `/`, where the operator has put no page: the surveys on offer.

use manyi_model::words::words;
use maud::html;

use super::{PAGE_CSS, Page, document, say};
use crate::surveys::Surveys;

/// The list of surveys, in the reader's language.
pub fn index(surveys: &Surveys, wishes: &[String]) -> Page {
    let wish = wishes.first().map_or("zh-Hans", String::as_str);
    let language = words(wish).tag;
    let body = html! {
        main.page {
            h1 { "满意 Manyi" }
            ul.surveys {
                @for survey in surveys.offered() {
                    @let definition = &survey.definition;
                    li {
                        a href=(format!("/s/{}", definition.id)) { (say(&definition.title, language)) }
                        @if let Some(intro) = &definition.intro {
                            p { (say(intro, language)) }
                        }
                        p.small { code { (definition.id) } }
                    }
                }
            }
        }
    };
    document(
        language,
        "满意 Manyi",
        false,
        PAGE_CSS.to_owned(),
        html! {},
        body,
    )
}
