//! An officer's pages: what is rated, and a link for the citizen's own phone.

use web_sys::Element;

use super::{Facts, Staff, Words};
use crate::dom::{add, button, drawing, element, put, qr, text};
use crate::handover::{Link, State};
use crate::screen::TICK;

/// What is rated, and how.
pub fn desk(stage: &Element, staff: &Staff, facts: &Facts<'_>, words: &Words) {
    let card = element("div", "menu hand");
    add(&card, &text("h1", "", words.have_rated));
    let survey = element("select", "");
    for (id, title) in &facts.surveys {
        let option = text("option", "", title);
        put(&option, "value", id);
        add(&survey, &option);
    }
    add(&card, &labelled("survey", words.survey, &survey));
    let matter = element("input", "");
    for (name, value) in [
        ("type", "text"),
        ("autocomplete", "off"),
        ("autocapitalize", "off"),
        ("spellcheck", "false"),
        ("maxlength", "200"),
    ] {
        put(&matter, name, value);
    }
    add(&card, &labelled("matter", words.matter, &matter));
    add(&card, &said(staff));
    add(&card, &button("hand-over", "main", words.hand_over));
    add(&card, &button("link", "quiet", words.by_phone));
    let row = element("div", "staff-row");
    add(&row, &button("menu", "quiet", words.menu));
    add(&row, &button("leave", "quiet", words.lock));
    add(&card, &row);
    add(stage, &card);
}

fn labelled(id: &str, label: &str, field: &Element) -> Element {
    let row = element("div", "field");
    let label = text("label", "", label);
    put(&label, "for", id);
    put(field, "id", id);
    add(&row, &label);
    add(&row, field);
    row
}

fn said(staff: &Staff) -> Element {
    let said = text("p", "said", &staff.said);
    put(&said, "role", "status");
    put(&said, "id", "said");
    said
}

/// The link, or what became of it.
pub fn code(stage: &Element, staff: &Staff, words: &Words) {
    let Some(link) = &staff.link else { return };
    let card = element("div", "menu hand scan");
    let ended = match link.state {
        State::Open => None,
        State::Used => Some(words.used),
        State::Revoked => Some(words.revoked),
        State::Expired => Some(words.expired),
    };
    match ended {
        None => open(&card, link, words),
        Some(sentence) => {
            if link.state == State::Used {
                add(&card, &drawing("tick", &TICK));
            }
            let title = text("h1", "", sentence);
            put(&title, "role", "status");
            add(&card, &title);
        }
    }
    add(&card, &said(staff));
    let row = element("div", "staff-row");
    if ended.is_none() {
        add(&row, &button("revoke", "quiet", words.revoke));
    }
    add(&row, &button("desk", "main", words.back));
    add(&card, &row);
    add(stage, &card);
}

fn open(card: &Element, link: &Link, words: &Words) {
    add(card, &text("h1", "", words.scan));
    add(card, &qr(link.size, &link.path, words.scan));
    let minutes = link.minutes.to_string();
    let holds = words.holds.replace("{n}", &minutes);
    add(card, &text("p", "holds", &holds));
    add(card, &text("p", "", words.or_type));
    let address = text("p", "address", &link.url);
    put(&address, "dir", "ltr");
    add(card, &address);
}
