//! The screens of an officer's own device: taken over, and given back.

use web_sys::Element;

use super::{PADLOCK, Scene};
use crate::dom::{add, button, drawing, element, text};

/// A device, and the hand under it.
const GIVEN: [&str; 2] = ["M14 4h20v28h-20z", "M5 37h12l5 4h10l11-8M22 27h4"];

/// Whoever was just given the device.
pub fn pass(scene: &Scene<'_>, stage: &Element) {
    let words = scene.words();
    let card = element("div", "calm");
    add(&card, &drawing("given", &GIVEN));
    add(&card, &text("h1", "", words.pass_on));
    add(&card, &text("p", "", words.only_they));
    add(&card, &button("taken", "main", words.begin));
    add(&card, &button("give-back", "quiet", words.not_now));
    add(stage, &card);
}

/// Nothing is to be seen, and the device goes back.
pub fn locked(scene: &Scene<'_>, stage: &Element) {
    let words = scene.words();
    let card = element("div", "calm");
    add(&card, &drawing("given", &PADLOCK));
    add(&card, &text("h1", "", words.give_back));
    add(&card, &text("p", "", words.locked));
    add(&card, &button("staff", "quiet", words.unlock));
    add(stage, &card);
}

/// The way back without a rating, below the faces.
pub fn not_now(scene: &Scene<'_>, foot: &Element) {
    add(foot, &button("give-back", "read", scene.words().not_now));
}
