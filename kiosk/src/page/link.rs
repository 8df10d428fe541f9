//! The line to the collector that the tablet came in at: the heartbeat, what the window
//! is asked to show, and the word for what became of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use manyi_model::limits;
use wasm_bindgen_futures::spawn_local;

use super::{Page, reload};
use crate::beat::{self, Beat};
use crate::kiosk::{Action, Screen};
use crate::memory::{self, Line};
use crate::pin::Ms;
use crate::post::{Answer, Post};
use crate::staff::View;
use crate::stream::Stream;
use crate::trigger::{self, Outcome, Trigger, Word};
use crate::wire::{self, Ask, Ends};
use crate::{device, outbox, platform};

/// The longest rest after a stream that could not be had.
const REST_MS: Ms = 15_000.0;
/// The shortest: a collector that ends streams at once is not asked without a pause.
const PAUSE_MS: Ms = 1_000.0;
/// How long a stream's first word may take.
const FIRST_WORD_MS: Ms = 1_000.0 * limits::KIOSK_FIRST_WORD_S as Ms;
/// The rest of one who is not known any more.
const UNKNOWN_MS: Ms = 60_000.0;

/// The line of a tablet that has come in.
#[derive(Debug, Default)]
pub struct Link {
    /// What it was told.
    pub post: RefCell<Option<Post>>,
    /// Whether the collector does not know it any more.
    pub is_unknown: Cell<bool>,
    /// How far its clock is ahead, in milliseconds.
    pub skew_ms: Cell<Option<i64>>,
    is_beating: Cell<bool>,
    has_beaten: Cell<bool>,
    is_telling: Cell<bool>,
    /// The number of the last trigger that it heard of.
    after: Cell<i64>,
    /// The stream, and by when it has to say something.
    stream: RefCell<Option<(Ends, Ms)>>,
    /// What cannot be shown yet, and until when it may be.
    asked: RefCell<Option<(Trigger, Ms)>>,
    /// Whether the page has to start again with another post.
    is_moved: Cell<bool>,
}

impl Link {
    /// The line of a tablet that was told this, or of one that came in nowhere.
    pub fn new(post: Option<Post>) -> Self {
        Self {
            post: RefCell::new(post),
            ..Self::default()
        }
    }
}

fn seconds(seconds: u32) -> Ms {
    f64::from(seconds) * 1000.0
}

impl Page {
    /// Takes the line up, where there is one.
    pub(super) fn link_up(self: &Rc<Self>) {
        if self.link.post.borrow().is_none() {
            return;
        }
        let kept = memory::get(Line::Seq).and_then(|seq| seq.parse().ok());
        self.link.after.set(kept.unwrap_or_default());
        // What stood on the screen when the power went was left.
        let shown = memory::get(Line::Shown).unwrap_or_default();
        if let Some(word) = Word::read(&format!("{shown} timed_out")) {
            self.tell(&word);
        }
        if memory::get(Line::Stopped).as_deref() == Some("1") {
            self.act(Action::Stop(true));
        }
        // No window asks an officer's device for anything.
        if !self.settings.borrow().is_handover {
            let page = self.clone();
            spawn_local(async move { page.listen_on().await });
        }
        let page = self.clone();
        platform::every(seconds(limits::KIOSK_BEAT_S), move || page.beat());
        self.beat();
    }

    pub(super) fn ask<'a>(post: &'a Post, address: &'a str, body: Option<&'a str>) -> Ask<'a> {
        Ask {
            address,
            credential: Some(&post.credential),
            body,
        }
    }

    pub(super) fn post(&self) -> Option<Post> {
        self.link.post.borrow().clone()
    }

    /// Says how it is, and hears how it should be.
    pub(super) fn beat(self: &Rc<Self>) {
        let Some(post) = self.post().filter(|_| !self.link.is_beating.replace(true)) else {
            return;
        };
        let page = self.clone();
        spawn_local(async move {
            page.beat_once(&post).await;
            page.link.is_beating.set(false);
        });
    }

    async fn beat_once(self: &Rc<Self>, post: &Post) {
        let lies = outbox::lies().await.unwrap_or_default();
        let beat = Beat {
            queue: lies.waiting,
            oldest_ms: lies.oldest_ms,
            quarantined: lies.apart,
            now_ms: platform::now_ms(),
            clock: platform::clock(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            battery: device::battery().await,
            is_persisted: self.is_persistent.get(),
            counts: self.kiosk.borrow().counts,
        };
        let owed = memory::get(Line::Flags).unwrap_or_default();
        let body = beat.body(&owed);
        let ask = Self::ask(post, "v1/tablets/heartbeat", Some(&body));
        let answer = wire::ask(ask).await;
        self.heard_status(answer.as_ref().map(|answer| answer.status));
        let answer = answer.filter(|answer| answer.status == 200);
        let answer = answer.and_then(|answer| Answer::read(&answer.text));
        self.link.has_beaten.set(answer.is_some());
        let Some(answer) = answer else {
            return;
        };
        self.note_contact();
        let now = memory::get(Line::Flags).unwrap_or_default();
        memory::put(Line::Flags, &beat::after(&owed, &now));
        self.link.skew_ms.set(Some(answer.skew_ms));
        memory::put(Line::Stopped, if answer.stop { "1" } else { "" });
        self.act(Action::Stop(answer.stop));
        self.tell_all();
        if post.is_old(&answer) {
            self.ask_again(post).await;
        }
    }

    /// Gets the post that was changed. The page starts again with it, at a quiet moment.
    async fn ask_again(&self, post: &Post) {
        let answer = wire::ask(Self::ask(post, "v1/tablets/self", None)).await;
        let answer = answer.filter(|answer| answer.status == 200);
        let new = answer.and_then(|answer| Post::read(&answer.text, Some(&post.credential)));
        if let Some(new) = new.filter(|new| new != post) {
            memory::put(Line::Post, &new.text());
            self.link.post.replace(Some(new));
            self.link.is_moved.set(true);
        }
    }

    /// 401 says that the tablet was shut out; every other answer that it was not.
    pub(super) fn heard_status(&self, status: Option<u16>) {
        match status {
            Some(401) => self.link.is_unknown.set(true),
            Some(200 | 204) => self.link.is_unknown.set(false),
            _ => {}
        }
    }

    /// Hears for the life of the page what the window is to show: by a stream of
    /// events, or by long polls where something on the way holds streams back.
    async fn listen_on(self: Rc<Self>) {
        let mut rest = PAUSE_MS;
        loop {
            let Some(post) = self.post() else {
                return;
            };
            let begun = platform::elapsed_ms();
            let (status, has_spoken) = self.hear_stream(&post).await;
            self.heard_status(status);
            match (status, has_spoken) {
                (Some(401), _) => platform::sleep(UNKNOWN_MS).await,
                (_, true) => {}
                // Nobody is there.
                (None, _) if platform::elapsed_ms() - begun < FIRST_WORD_MS => {}
                // Something holds the stream back, or will have none of it.
                _ => self.poll(&post).await,
            }
            if platform::elapsed_ms() - begun > REST_MS {
                rest = PAUSE_MS;
            }
            platform::sleep(rest).await;
            rest = (rest * 2.0).min(REST_MS);
        }
    }

    /// One stream, until it ends: the status, and whether it said anything.
    async fn hear_stream(self: &Rc<Self>, post: &Post) -> (Option<u16>, bool) {
        let ends = Ends::new();
        let first = platform::elapsed_ms() + FIRST_WORD_MS;
        self.link.stream.replace(Some((ends.clone(), first)));
        let has_spoken = Rc::new(Cell::new(false));
        let mut stream = Stream::default();
        let (page, spoken) = (self.clone(), has_spoken.clone());
        let heard = move |piece: &str| {
            if !spoken.replace(true) {
                page.came_back();
            }
            if let Some((_, until)) = &mut *page.link.stream.borrow_mut() {
                *until = platform::elapsed_ms() + seconds(limits::KIOSK_SILENCE_S);
            }
            for event in stream.feed(piece) {
                if event.name == "trigger" {
                    page.asked(&event.data);
                }
            }
        };
        let after = self.link.after.get();
        let ask = Self::ask(post, "v1/tablets/events", None);
        let status = wire::hear(ask, after, &ends, heard).await;
        self.link.stream.take();
        (status, has_spoken.get())
    }

    /// Long polls for a while, then a stream may be tried again.
    async fn poll(self: &Rc<Self>, post: &Post) {
        let until = platform::elapsed_ms() + seconds(limits::KIOSK_POLL_S);
        while platform::elapsed_ms() < until {
            let address = format!("v1/tablets/next?after={}&wait=25", self.link.after.get());
            let answer = wire::ask(Self::ask(post, &address, None)).await;
            self.heard_status(answer.as_ref().map(|answer| answer.status));
            match answer {
                Some(answer) if answer.status == 200 => self.asked(&answer.text),
                Some(answer) if answer.status == 204 => self.came_back(),
                _ => return,
            }
        }
    }

    /// The collector answers again: what could not be said meanwhile is said now.
    fn came_back(self: &Rc<Self>) {
        if !self.link.has_beaten.get() {
            self.beat();
        }
        self.tell_all();
    }

    /// The window is asked for something.
    fn asked(self: &Rc<Self>, text: &str) {
        let Some(trigger) = Trigger::read(text).filter(|new| new.seq > self.link.after.get())
        else {
            return;
        };
        self.link.after.set(trigger.seq);
        memory::put(Line::Seq, &trigger.seq.to_string());
        let until = platform::elapsed_ms() + trigger.expires_in_ms;
        self.link.asked.replace(Some((trigger, until)));
        self.show_asked();
    }

    /// Shows what was asked for, as soon as that can be.
    fn show_asked(self: &Rc<Self>) {
        let Some((trigger, until)) = self.link.asked.take() else {
            return;
        };
        if platform::elapsed_ms() > until {
            return;
        }
        // Whoever plays with the keys of the PIN does not keep the window from asking.
        let is_locked = self.staff.borrow().view == View::Lock;
        if self.kiosk.borrow().screen == Screen::Staff && is_locked {
            self.act(Action::Leave);
        }
        if !self.kiosk.borrow().can_be_asked() {
            self.link.asked.replace(Some((trigger, until)));
        } else if self.is_loaded(&trigger.survey) {
            self.act(Action::Trigger(trigger));
        } else {
            let page = self.clone();
            spawn_local(async move {
                let source = format!("surveys/{}.json", trigger.survey);
                page.load_one(&source).await;
                if !page.is_loaded(&trigger.survey) {
                    platform::sleep(PAUSE_MS).await;
                }
                // A newer one may have come meanwhile.
                if page.link.after.get() == trigger.seq {
                    page.link.asked.replace(Some((trigger, until)));
                    page.show_asked();
                }
            });
        }
    }

    /// What time brings: a stream that fell silent ends, what waits is shown, and
    /// another post is taken up.
    pub(super) fn tick_link(self: &Rc<Self>) {
        let now = platform::elapsed_ms();
        if let Some((ends, until)) = &*self.link.stream.borrow()
            && now > *until
        {
            ends.end();
        }
        self.show_asked();
        let screen = self.kiosk.borrow().screen;
        let is_held = self.settings.borrow().is_handover && screen == Screen::Attract;
        let is_quiet = !is_held
            && matches!(
                screen,
                Screen::Attract | Screen::Asleep | Screen::Stopped | Screen::Locked
            );
        if is_quiet && self.link.is_moved.replace(false) {
            reload();
        }
    }

    /// Owes the collector a word, and says it as soon as it hears.
    pub(super) fn tell(self: &Rc<Self>, word: &Word) {
        let is_shown = word.outcome == Outcome::Shown;
        memory::put(Line::Shown, if is_shown { &word.trigger } else { "" });
        memory::owe(word);
        self.tell_all();
    }

    /// Says all that is owed, in its order.
    fn tell_all(self: &Rc<Self>) {
        if self.link.is_telling.replace(true) {
            return;
        }
        let page = self.clone();
        spawn_local(async move {
            while page.tell_first().await {}
            page.link.is_telling.set(false);
        });
    }

    /// Says the first that is owed; whether there may be more to say now.
    async fn tell_first(&self) -> bool {
        let kept = memory::get(Line::Words).unwrap_or_default();
        let (Some(line), Some(post)) = (kept.lines().next(), self.post()) else {
            return false;
        };
        if let Some(word) = Word::read(line) {
            let address = format!("v1/tablets/triggers/{}", word.trigger);
            let body = word.body();
            let answer = wire::ask(Self::ask(&post, &address, Some(&body))).await;
            self.heard_status(answer.as_ref().map(|answer| answer.status));
            if !answer.is_some_and(|answer| trigger::is_heard(answer.status)) {
                return false;
            }
        }
        // Others may have come behind it meanwhile.
        let kept = memory::get(Line::Words).unwrap_or_default();
        let left = kept.strip_prefix(line).unwrap_or(&kept);
        memory::put(Line::Words, left.trim_start_matches('\n'));
        true
    }
}
