//! What staff does on the page.

use std::rc::Rc;

use manyi_model::limits;
use wasm_bindgen_futures::spawn_local;

use super::Page;
use crate::dom::{by_id, shown};
use crate::kiosk::{Action, Screen};
use crate::memory::{self, Line};
use crate::pin::{Tries, is_pin};
use crate::post::Post;
use crate::staff::{self, Facts, View, words};
use crate::wire::{self, Ask};
use crate::{device, guard, lock, outbox, platform, survey};

impl Page {
    pub(super) fn staff_act(self: &Rc<Self>, act: &str, value: String) {
        if act == "staff" {
            self.staff.take();
            self.act(Action::Staff);
            return;
        }
        // What follows is on the staff's own pages alone.
        if self.kiosk.borrow().screen != Screen::Staff {
            return;
        }
        // A code is asked for behind the PIN, but for the first one.
        let has_survey = self.settings.borrow().has_survey();
        let is_in = match self.staff.borrow().view {
            View::Menu | View::Queue | View::Desk | View::Code => true,
            View::Enrol => has_survey,
            View::Lock | View::Choose { .. } => false,
        };
        match act {
            "key" => self.key(&value),
            "leave" => {
                self.staff.take();
                self.act(Action::Leave);
            }
            "menu" if is_in => self.turn(View::Menu),
            "desk" if is_in => self.turn(View::Desk),
            "hand-over" if is_in => self.hand_over(),
            "link" if is_in => self.want_link(),
            "revoke" if is_in => self.revoke_link(),
            "queue" if is_in => {
                self.turn(View::Queue);
                if let Some(keeper) = &*self.keeper.borrow() {
                    survey::show_queue(keeper);
                }
            }
            "send" if is_in => {
                if let Some(keeper) = &*self.keeper.borrow() {
                    survey::flush(keeper);
                }
                self.turn(View::Menu);
            }
            "test" if is_in => {
                self.staff.take();
                self.act(Action::Test);
            }
            "enrol" if is_in => self.turn(View::Enrol),
            "new-pin" if is_in => self.turn(View::Choose { first: None }),
            "exit" if is_in => spawn_local(async {
                device::leave_screen().await;
                guard::leave();
            }),
            _ => {}
        }
    }

    /// The page that the PIN leads to.
    fn first_view(&self) -> View {
        if self.settings.borrow().is_handover {
            View::Desk
        } else {
            View::Menu
        }
    }

    /// Shows another of the staff's pages.
    pub(super) fn turn(self: &Rc<Self>, view: View) {
        let is_menu = view == View::Menu;
        {
            let mut staff = self.staff.borrow_mut();
            staff.view = view;
            staff.typed.clear();
            staff.said.clear();
            staff.is_busy = false;
        }
        self.drawn.take();
        self.draw();
        if is_menu {
            let page = self.clone();
            spawn_local(async move {
                let lies = outbox::lies().await;
                page.queue.set(lies.map(|lies| (lies.waiting, lies.apart)));
                page.drawn.take();
                page.draw();
            });
        }
    }

    /// Hides the list of what lies on the device. Whoever opens it again sees a fresh one.
    pub(super) fn close_queue(&self) {
        let place = by_id("keeper").filter(|place| !place.has_attribute("hidden"));
        if let Some(place) = place {
            shown(&place, false);
            place.set_text_content(None);
            let keeper = self.mounted("keeper", None);
            self.keeper.replace(keeper);
        }
    }

    fn key(self: &Rc<Self>, key: &str) {
        let (view, typed, is_busy) = {
            let staff = self.staff.borrow();
            (staff.view.clone(), staff.typed.clone(), staff.is_busy)
        };
        if is_busy {
            return;
        }
        let most = match view {
            View::Enrol => limits::CODE_CHARS,
            _ => limits::KIOSK_PIN_DIGITS.1,
        };
        match key {
            "enter" => self.enter(view, typed),
            "delete" => {
                self.staff.borrow_mut().typed.pop();
            }
            digit if typed.len() < most => {
                let mut staff = self.staff.borrow_mut();
                staff.typed.push_str(digit);
                staff.said.clear();
            }
            _ => {}
        }
        staff::redraw_keys(&self.staff.borrow());
    }

    fn enter(self: &Rc<Self>, view: View, typed: String) {
        let words = words(&self.kiosk.borrow().language);
        let now = platform::elapsed_ms();
        let wait = self.tries.get().wait_s(now);
        let say = |sentence: &str| {
            let mut staff = self.staff.borrow_mut();
            staff.said = sentence.to_owned();
            staff.typed.clear();
        };
        match view {
            View::Enrol if typed.len() < limits::CODE_CHARS => {
                self.staff.borrow_mut().said = words.code_short.to_owned();
            }
            View::Enrol => {
                let mut staff = self.staff.borrow_mut();
                staff.is_busy = true;
                staff.said = words.enrolling.to_owned();
                let page = self.clone();
                spawn_local(async move { page.enrol(&typed).await });
            }
            View::Lock if wait > 0 => say(&words.wait.replace("{n}", &wait.to_string())),
            View::Lock if !lock::is_possible() => say(words.not_kept),
            View::Lock => {
                self.staff.borrow_mut().is_busy = true;
                let page = self.clone();
                spawn_local(async move { page.tried(lock::is_right(&typed).await) });
            }
            View::Choose { .. } if !is_pin(&typed) => say(words.no_pin),
            View::Choose { first: None } => self.turn(View::Choose { first: Some(typed) }),
            View::Choose { first: Some(first) } if first != typed => {
                self.turn(View::Choose { first: None });
                self.staff.borrow_mut().said = words.differs.to_owned();
            }
            View::Choose { .. } => {
                self.staff.borrow_mut().is_busy = true;
                let page = self.clone();
                spawn_local(async move {
                    if lock::set(&typed).await {
                        page.needs_pin.set(false);
                        page.turn(page.first_view());
                    } else {
                        let mut staff = page.staff.borrow_mut();
                        staff.is_busy = false;
                        staff.said = words.not_kept.to_owned();
                        staff::redraw_keys(&staff);
                    }
                });
            }
            View::Menu | View::Queue | View::Desk | View::Code => {}
        }
    }

    /// Comes in by a code. The page starts again with what it was told.
    async fn enrol(self: &Rc<Self>, code: &str) {
        let body = staff::enrolment(code);
        let answer = wire::ask(Ask {
            address: "v1/tablets",
            credential: None,
            body: Some(&body),
        })
        .await;
        let told = answer.as_ref().filter(|answer| answer.status == 201);
        if let Some(post) = told.and_then(|told| Post::read(&told.text, None)) {
            memory::begin(&post);
            outbox::adopt(&post.device).await;
            return super::reload();
        }
        let words = words(&self.kiosk.borrow().language);
        let status = answer.as_ref().map(|answer| answer.status);
        let wait = answer.and_then(|answer| answer.retry_after_s);
        let mut staff = self.staff.borrow_mut();
        staff.is_busy = false;
        staff.said = match status {
            Some(403) => words.code_wrong.to_owned(),
            Some(429) => words
                .code_many
                .replace("{n}", &wait.unwrap_or(60).to_string()),
            Some(404 | 405) => words.code_unknown.to_owned(),
            _ => words.code_offline.to_owned(),
        };
        if status == Some(403) {
            staff.typed.clear();
        }
        staff::redraw_keys(&staff);
    }

    fn tried(self: &Rc<Self>, is_right: bool) {
        let now = platform::elapsed_ms();
        let tries = if is_right {
            Tries::default()
        } else {
            self.tries.get().after_wrong(now)
        };
        self.tries.set(tries);
        memory::put(Line::Tries, &tries.wrong.to_string());
        // Somebody may have waited so long that the first screen came back.
        if is_right && self.kiosk.borrow().screen == Screen::Staff {
            self.turn(self.first_view());
            return;
        }
        let words = words(&self.kiosk.borrow().language);
        let mut staff = self.staff.borrow_mut();
        staff.is_busy = false;
        staff.typed.clear();
        staff.said = match tries.wait_s(now) {
            0 => words.wrong_pin.to_owned(),
            wait => words.wait.replace("{n}", &wait.to_string()),
        };
        staff::redraw_keys(&staff);
    }

    pub(super) fn draw_staff(&self, language: &str) {
        let Some(stage) = by_id("stage") else { return };
        if self.staff.borrow().view == View::Queue {
            if let Some(keeper) = by_id("keeper") {
                shown(&keeper, true);
            }
        } else {
            self.close_queue();
        }
        let contact = memory::get(Line::Contact).and_then(|ms| ms.parse().ok());
        let files = self.version.borrow();
        let version = env!("CARGO_PKG_VERSION");
        let facts = Facts {
            settings: &self.settings.borrow(),
            counts: self.kiosk.borrow().counts,
            queue: self.queue.get(),
            contact: contact.map(|ms| platform::local_time(ms, language)),
            is_persistent: self.is_persistent.get(),
            version: if files.is_empty() {
                version.to_owned()
            } else {
                format!("{version} · {files}")
            },
            is_online: device::is_online(),
            link: self.link.post.borrow().as_ref().map(|post| {
                let is_known = !self.link.is_unknown.get();
                (post.name.clone(), is_known)
            }),
            skew_ms: self.link.skew_ms.get(),
            surveys: self.titles(language),
        };
        staff::draw(&stage, &self.staff.borrow(), &facts, language);
    }
}
