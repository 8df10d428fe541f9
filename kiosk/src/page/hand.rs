//! What an officer does on an own device: hand it over, or show a link.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlSelectElement};

use super::Page;
use crate::dom::by_id;
use crate::handover::{Link, State, Wish};
use crate::kiosk::{Action, Screen};
use crate::staff::{View, Words, words};
use crate::wire;
use crate::{device, platform};

/// How often it is asked whether the link was used.
const LOOK_MS: f64 = 2_000.0;

impl Page {
    /// Surveys of the device that are here, the usual one first: id and title.
    pub(super) fn titles(&self, language: &str) -> Vec<(String, String)> {
        let (loaded, settings) = (self.loaded.borrow(), self.settings.borrow());
        let all = loaded.iter().map(|loaded| &loaded.definition);
        let mut titles: Vec<_> = all
            .map(|survey| {
                (
                    survey.id.clone(),
                    survey.title.say(language).text.to_owned(),
                )
            })
            .collect();
        titles.sort_by_key(|(id, _)| settings.get("survey") != Some(id));
        titles
    }

    /// What was chosen and typed; says so where it cannot be.
    fn wish(&self) -> Option<Wish> {
        let survey = by_id("survey")?.dyn_into::<HtmlSelectElement>().ok()?;
        let matter = by_id("matter")?.dyn_into::<HtmlInputElement>().ok()?;
        let wish = Wish::read(&survey.value(), &matter.value());
        if wish.is_none() {
            self.say(self.staff_words().bad_matter);
        }
        wish
    }

    fn staff_words(&self) -> &'static Words {
        words(&self.kiosk.borrow().language)
    }

    /// Says something on the page that stands there.
    fn say(&self, sentence: &str) {
        self.staff.borrow_mut().said = sentence.to_owned();
        if let Some(said) = by_id("said") {
            said.set_text_content(Some(sentence));
        }
    }

    pub(super) fn hand_over(self: &Rc<Self>) {
        if let Some(Wish { survey, matter }) = self.wish() {
            self.staff.take();
            self.act(Action::HandOver { survey, matter });
        }
    }

    pub(super) fn want_link(self: &Rc<Self>) {
        let (Some(wish), Some(post)) = (self.wish(), self.post()) else {
            return;
        };
        if std::mem::replace(&mut self.staff.borrow_mut().is_busy, true) {
            return;
        }
        let page = self.clone();
        spawn_local(async move {
            let body = wish.body();
            let answer = wire::ask(Self::ask(&post, "v1/invitations", Some(&body))).await;
            let status = answer.as_ref().map(|answer| answer.status);
            page.heard_status(status);
            // It may have taken so long that the device is locked again, and somebody
            // without the PIN stands before its pad.
            if !page.stands(View::Desk) {
                return;
            }
            page.staff.borrow_mut().is_busy = false;
            let link = answer.filter(|answer| answer.status == 201);
            if let Some(link) = link.and_then(|answer| Link::read(&answer.text)) {
                return page.show_link(link).await;
            }
            let words = page.staff_words();
            page.say(match status {
                None => words.link_offline,
                Some(409) => words.already,
                Some(422) => words.bad_matter,
                Some(401) => words.needs_code,
                Some(_) => words.link_refused,
            });
        });
    }

    /// Shows a link, and what becomes of it; nothing of an answer.
    async fn show_link(self: Rc<Self>, link: Link) {
        let id = link.id.clone();
        let until = platform::elapsed_ms() + f64::from(link.minutes) * 60_000.0;
        self.staff.borrow_mut().link = Some(link);
        self.turn(View::Code);
        device::wake(true);
        while self.is_shown(&id) {
            // Nobody touches a screen that is scanned; when the link is over, it may lock,
            // whatever is heard of it.
            if platform::elapsed_ms() < until {
                self.act(Action::Touch);
            }
            platform::sleep(LOOK_MS).await;
            let Some(post) = self.post() else { return };
            let address = format!("v1/invitations/{id}");
            let answer = wire::ask(Self::ask(&post, &address, None)).await;
            self.heard_status(answer.as_ref().map(|answer| answer.status));
            let state = answer.and_then(|answer| State::read(&answer.text));
            if let Some(state) = state.filter(|state| *state != State::Open) {
                self.link_is(&id, state);
            }
        }
    }

    /// Whether this page of the staff's is on the screen.
    fn stands(&self, view: View) -> bool {
        self.kiosk.borrow().screen == Screen::Staff && self.staff.borrow().view == view
    }

    fn is_shown(&self, id: &str) -> bool {
        let is_open = |link: &Link| link.id == id && link.state == State::Open;
        self.stands(View::Code) && self.staff.borrow().link.as_ref().is_some_and(is_open)
    }

    fn link_is(self: &Rc<Self>, id: &str, state: State) {
        if self.is_shown(id) {
            if let Some(link) = &mut self.staff.borrow_mut().link {
                link.state = state;
            }
            self.turn(View::Code);
        }
    }

    pub(super) fn revoke_link(self: &Rc<Self>) {
        let id = self
            .staff
            .borrow()
            .link
            .as_ref()
            .map(|link| link.id.clone());
        let (Some(id), Some(post)) = (id, self.post()) else {
            return;
        };
        let page = self.clone();
        spawn_local(async move {
            let address = format!("v1/invitations/{id}/revoke");
            let answer = wire::ask(Self::ask(&post, &address, Some("{}"))).await;
            match answer.and_then(|answer| State::read(&answer.text)) {
                Some(state) => page.link_is(&id, state),
                None => page.say(page.staff_words().link_offline),
            }
        });
    }
}
