//! The switches of the interface: language, and the elder mode.

use manyi_model::text::fallbacks;
use manyi_model::words;
use yew::prelude::*;

use super::button::click;
use super::scene::Scene;
use crate::visit::{Action, Visit};

/// The switches that are asked for. One language needs no switch.
pub fn switches(scene: &Scene, dispatch: &Callback<Action>, language: bool, elder: bool) -> Html {
    let offered = scene.visit.definition.offered_languages();
    let language = language && offered.len() > 1;
    if !language && !elder {
        return html! {};
    }
    let on = scene.visit.elder;
    html! {
        <div class="switches" part="switches">
            if language {
                { languages(scene, &offered) }
            }
            if elder {
                <button
                    type="button" class="switch" part="switch elder"
                    aria-pressed={if on { "true" } else { "false" }}
                    onclick={click(dispatch, Action::Elder(!on))}
                >{ scene.words.elder }</button>
            }
        </div>
    }
}

/// Each language under its own name. The root's listener hears of a change.
fn languages(scene: &Scene, offered: &[&str]) -> Html {
    let spoken = spoken(scene.visit);
    let mut options: Vec<Html> = Vec::new();
    for tag in offered {
        let selected = spoken == Some(*tag);
        let value = AttrValue::from((*tag).to_owned());
        options.push(html! {
            <option value={&value} lang={&value} {selected}>{ own_name(tag) }</option>
        });
    }
    html! {
        <label class="language">
            <svg class="globe" viewBox="0 0 24 24" aria-hidden="true">
                <path d="M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M3.5 9.5h17M3.5 14.5h17M12 3c-5 5-5 13 0 18c5-5 5-13 0-18" />
            </svg>
            <span class="unseen">{ scene.words.language }</span>
            <select class="switch" part="switch language" name="language">
                { for options }
            </select>
        </label>
    }
}

/// The language that the survey speaks to this reader, of those it offers.
pub fn spoken(visit: &Visit) -> Option<&str> {
    let offered = visit.definition.offered_languages();
    fallbacks(&visit.language).iter().find_map(|tag| {
        let same = |offer: &&&str| offer.eq_ignore_ascii_case(tag);
        offered.iter().find(same).copied()
    })
}

/// The name of a language in that language; its tag where we do not know it.
pub fn own_name(tag: &str) -> String {
    let known = words::ALL
        .iter()
        .find(|words| words.tag.eq_ignore_ascii_case(tag));
    known.map_or(tag, |words| words.name).to_owned()
}
