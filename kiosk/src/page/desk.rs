//! What staff does on the page.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use super::Page;
use crate::dom::{by_id, shown};
use crate::kiosk::{Action, Screen};
use crate::memory::{self, Line};
use crate::pin::{Tries, is_pin};
use crate::staff::{self, Facts, View, words};
use crate::{device, guard, lock, platform, survey};

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
        let is_in = matches!(self.staff.borrow().view, View::Menu | View::Queue);
        match act {
            "key" => self.key(&value),
            "leave" => {
                self.staff.take();
                self.act(Action::Leave);
            }
            "menu" if is_in => self.turn(View::Menu),
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
            "new-pin" if is_in => self.turn(View::Choose { first: None }),
            "exit" if is_in => spawn_local(async {
                device::leave_screen().await;
                guard::leave();
            }),
            _ => {}
        }
    }

    /// Shows another of the staff's pages.
    fn turn(self: &Rc<Self>, view: View) {
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
                let keeper = page.keeper.borrow().clone();
                if let Some(keeper) = keeper {
                    page.queue.set(survey::waiting(&keeper).await);
                    page.drawn.take();
                    page.draw();
                }
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
        let (_, most) = manyi_model::limits::KIOSK_PIN_DIGITS;
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
                        page.turn(View::Menu);
                    } else {
                        let mut staff = page.staff.borrow_mut();
                        staff.is_busy = false;
                        staff.said = words.not_kept.to_owned();
                        staff::redraw_keys(&staff);
                    }
                });
            }
            View::Menu | View::Queue => {}
        }
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
            self.turn(View::Menu);
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
        };
        staff::draw(&stage, &self.staff.borrow(), &facts, language);
    }
}
