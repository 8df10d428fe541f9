//! The buttons, but for the switches. They act by their click alone: none of them
//! submits the form around, which a frame without `allow-forms` would forbid.

use yew::prelude::*;

use crate::visit::Action;

/// A callback that dispatches `action` at each click.
pub fn click(dispatch: &Callback<Action>, action: Action) -> Callback<MouseEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |_| dispatch.emit(action.clone()))
}

/// The button that leads on.
pub fn main(
    part: &'static str,
    label: &'static str,
    is_sending: bool,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button
            key={part} type="button" class="button" {part} {onclick}
            aria-disabled={is_sending.then_some("true")} data-sending={is_sending.then_some("")}
        >{ label }</button>
    }
}

/// One beside it, or the last one.
pub fn quiet(
    part: &'static str,
    label: &'static str,
    is_sending: bool,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button
            key={part} type="button" class="button quiet" {part} {onclick}
            aria-disabled={is_sending.then_some("true")}
        >{ label }</button>
    }
}
