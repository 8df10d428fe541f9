//! How far one is, where there is more than one page.

use manyi_model::words::fill;
use yew::prelude::*;

use super::scene::Scene;

/// The page's number as its heading, and a bar.
pub fn progress(scene: &Scene, pages: usize) -> Html {
    if pages < 2 {
        return html! {};
    }
    let (n, total) = (
        (scene.visit.page + 1).to_string(),
        AttrValue::from(pages.to_string()),
    );
    let sentence = fill(scene.words.page, &[("n", &n), ("total", &total)]);
    html! {
        <div class="progress" part="progress">
            <h3 class="page-title" part="page-title" id="page" tabindex="-1">{ sentence }</h3>
            <progress part="progress-bar" aria-labelledby="page" value={n} max={total} />
        </div>
    }
}
