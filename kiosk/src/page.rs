//! One kiosk on its page: owns the value, carries out its effects, draws.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, JSON};
use manyi_model::Definition;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlInputElement, UrlSearchParams};

use crate::dom::{self, by_id, document, field, listen, word};
use crate::kiosk::{Action, Effect, Kiosk, Screen};
use crate::memory::{self, Line};
use crate::pin::Tries;
use crate::post::Post;
use crate::screen::{self, Scene};
use crate::settings::Settings;
use crate::staff::{Staff, View};
use crate::survey::{self, Told};
use crate::worker::{self, Said};
use crate::{device, front, guard, lock, outbox, platform, wire};

mod desk;
mod drawn;
mod hand;
mod link;

use drawn::Drawn;
use link::Link;

/// How often time is looked at.
const TICK_MS: f64 = 250.0;
/// How often the worker looks for a new version.
const CHECK_MS: f64 = 10.0 * 60.0 * 1000.0;

/// The definition, read and as JSON made it.
struct Loaded {
    definition: Definition,
    raw: JsValue,
}

/// The kiosk of the page.
pub struct Page {
    settings: RefCell<Settings>,
    kiosk: RefCell<Kiosk>,
    /// What was read of the surveys, the usual one first.
    loaded: RefCell<Vec<Loaded>>,
    key: RefCell<Option<String>>,
    /// The survey of the visit.
    survey: RefCell<Option<Element>>,
    /// A survey that nobody sees: it proves that this version works, empties the
    /// outbox, and shows its list to staff.
    keeper: RefCell<Option<Element>>,
    is_alive: Cell<bool>,
    staff: RefCell<Staff>,
    tries: Cell<Tries>,
    needs_pin: Cell<bool>,
    /// The line to the collector that it came in at.
    link: Link,
    queue: Cell<Option<(usize, usize)>>,
    is_persistent: Cell<bool>,
    version: RefCell<String>,
    was_test: Cell<bool>,
    /// What is drawn: it is drawn anew when this changes.
    drawn: RefCell<Option<Drawn>>,
}

/// Begins when the module is there.
#[wasm_bindgen(start)]
pub fn start() {
    let post = memory::post();
    let settings = settings(post.as_ref());
    let is_handover = settings.is_handover;
    let language = settings.get("lang").unwrap_or("zh-Hans").to_owned();
    let now = platform::elapsed_ms();
    let wrong = memory::get(Line::Tries).and_then(|wrong| wrong.parse().ok());
    let kiosk = Kiosk::new(now, language, settings.elder, memory::counts());
    let page = Rc::new(Page {
        kiosk: RefCell::new(if is_handover {
            kiosk.handed_over()
        } else {
            kiosk
        }),
        settings: RefCell::new(settings),
        loaded: RefCell::default(),
        key: RefCell::new(memory::get(Line::Key)),
        survey: RefCell::default(),
        keeper: RefCell::default(),
        is_alive: Cell::default(),
        staff: RefCell::default(),
        tries: Cell::new(Tries::again(wrong.unwrap_or_default(), now)),
        needs_pin: Cell::new(lock::is_possible() && !lock::is_set()),
        link: Link::new(post),
        queue: Cell::default(),
        is_persistent: Cell::default(),
        version: RefCell::default(),
        was_test: Cell::default(),
        drawn: RefCell::default(),
    });
    guard::put_up();
    page.listen();
    page.tick();
    spawn_local(page.clone().open());
    page.link_up();
    let mine = page.clone();
    platform::every(TICK_MS, move || mine.tick());
    platform::every(CHECK_MS, move || page.check());
}

/// The pairs of the address, which are kept, or those that are kept. Where the tablet
/// came in, they stand behind what the collector said.
fn settings(post: Option<&Post>) -> Settings {
    let of = |text: &str| {
        let pairs = UrlSearchParams::new_with_str(text).map(|pairs| Array::from(&pairs));
        let pairs = pairs.unwrap_or_default();
        Settings::read(pairs.iter().map(|pair| {
            let pair = Array::from(&pair);
            let part = |n| pair.get(n).as_string().unwrap_or_default();
            (part(0), part(1))
        }))
    };
    let search = web_sys::window().and_then(|window| window.location().search().ok());
    let given = of(&search.unwrap_or_default());
    let mut kept = of(&memory::get(Line::Settings).unwrap_or_default());
    // Hours and the like alone, for a tablet that has its survey from the collector,
    // or will have.
    let may_stand_alone = post.is_some() || !kept.has_survey();
    if given.has_survey() || (!given.pairs.is_empty() && may_stand_alone) {
        keep(&given);
        kept = given;
    }
    let Some(post) = post else {
        return kept;
    };
    let own = kept.pairs.into_iter();
    let own = own.filter(|(name, _)| Post::leaves(name));
    Settings {
        is_handover: post.is_handover,
        ..Settings::read(post.pairs().into_iter().chain(own))
    }
}

fn keep(settings: &Settings) {
    if let Ok(pairs) = UrlSearchParams::new() {
        for (name, value) in &settings.pairs {
            pairs.append(name, value);
        }
        memory::put(Line::Settings, &String::from(pairs.to_string()));
    }
}

impl Page {
    fn listen(self: &Rc<Self>) {
        let document = document();
        for name in ["pointerdown", "keydown", "input", "scroll"] {
            let page = self.clone();
            listen(&document, name, move |event| {
                // Under the warning only its button counts, which a tap reaches as a click.
                let is_warning = matches!(page.kiosk.borrow().screen, Screen::Warning { .. });
                if !is_warning || event.type_() == "keydown" {
                    page.act(Action::Touch);
                }
            });
        }
        let page = self.clone();
        listen(&document, "click", move |event| page.clicked(&event));
        let page = self.clone();
        listen(&document, "change", move |event| page.changed(&event));
        for name in [
            "ready",
            "answer",
            "submit",
            "queued",
            "delivered",
            "rejected",
            "invalid",
            "error",
        ] {
            let page = self.clone();
            listen(&document, &["manyi-", name].concat(), move |event| {
                page.heard(name, &event)
            });
        }
        let page = self.clone();
        listen(&document, "visibilitychange", move |_| {
            // The lock fell when the page was hidden.
            let screen = page.kiosk.borrow().screen;
            device::wake(!matches!(screen, Screen::Asleep | Screen::Locked));
        });
        if let Some(window) = web_sys::window() {
            let page = self.clone();
            listen(&window, "online", move |_| page.beat());
        }
        let page = self.clone();
        device::on_voices(move || page.draw());
        let page = self.clone();
        worker::hear(move |said| page.told(said));
    }

    async fn open(self: Rc<Self>) {
        device::wake(!self.settings.borrow().is_handover);
        let page = self.clone();
        // Firefox asks the person in front of it: nothing waits for the answer.
        spawn_local(async move { page.is_persistent.set(device::persist().await) });
        self.check();
        self.load().await;
        let post = self.link.post.borrow().clone();
        if let Some(post) = &post {
            // It was told so when it came in; but what it keeps may have been cleared.
            outbox::adopt(&post.device).await;
        }
        for source in self.sources().iter().skip(1) {
            self.load_one(source).await;
        }
    }

    /// Addresses of the definitions that it may have to show, the usual one first.
    fn sources(&self) -> Vec<String> {
        let mut sources: Vec<String> = self.settings.borrow().source().into_iter().collect();
        if let Some(post) = &*self.link.post.borrow() {
            let others = post.surveys.iter().skip(1);
            sources.extend(others.map(|id| format!("surveys/{id}.json")));
        }
        sources
    }

    fn is_loaded(&self, survey: &str) -> bool {
        let loaded = self.loaded.borrow();
        loaded.iter().any(|loaded| loaded.definition.id == survey)
    }

    /// Gets a definition; those that are here stay where it cannot be had.
    async fn load_one(&self, source: &str) {
        if let Some(text) = wire::text(source).await
            && let Ok(definition) = serde_json::from_str::<Definition>(&text)
            && let Ok(raw) = JSON::parse(&text)
        {
            let mut loaded = self.loaded.borrow_mut();
            loaded.retain(|loaded| loaded.definition.id != definition.id);
            loaded.push(Loaded { definition, raw });
        }
    }

    /// Gets the definition and the key, and puts the survey on the page that nobody sees.
    async fn load(self: &Rc<Self>) {
        let source = self.settings.borrow().source();
        let Some(source) = source else {
            return self.draw();
        };
        self.load_one(&source).await;
        self.draw();
        if let Some(key) = wire::text("v1/sealing-key").await
            && let Ok(key) = JSON::parse(&key)
            && let key = word(&key, "key")
            && !key.is_empty()
        {
            memory::put(Line::Key, &key);
            self.key.replace(Some(key));
        }
        let keeper = self.mounted("keeper", None);
        self.keeper.replace(keeper);
    }

    fn mounted(&self, place: &str, level: Option<&str>) -> Option<Element> {
        let (settings, kiosk) = (self.settings.borrow(), self.kiosk.borrow());
        let (loaded, key) = (self.loaded.borrow(), self.key.borrow());
        // The keeper's is the usual one.
        let wanted = kiosk.survey.as_deref().filter(|_| place == "visit");
        let loaded = chosen(&loaded, wanted, &settings)?;
        let visit = kiosk.visit.as_ref().filter(|_| place == "visit");
        let trigger = visit.and_then(|visit| visit.trigger.as_ref());
        let told = Told {
            settings: &settings,
            matter: kiosk.matter.as_deref().filter(|_| visit.is_some()),
            subject: trigger.map(|trigger| trigger.subject.as_slice()),
            definition: &loaded.raw,
            key: key.as_deref(),
            language: &kiosk.language,
            elder: kiosk.elder,
        };
        let question = front::question(&loaded.definition).map(|question| question.id.as_str());
        survey::mount(place, &told, question.zip(level))
    }

    fn tick(self: &Rc<Self>) {
        let open = platform::day_and_minute();
        let is_open =
            open.is_none_or(|(day, minute)| self.settings.borrow().hours.is_open(day, minute));
        self.act(Action::Tick { is_open });
        // Whoever came first would choose the PIN: without one there is no first screen.
        let is_first = matches!(
            self.kiosk.borrow().screen,
            Screen::Attract | Screen::Asleep | Screen::Stopped | Screen::Locked
        );
        let needs_code = !self.settings.borrow().has_survey();
        if is_first && (needs_code || self.needs_pin.get()) {
            let view = if needs_code {
                View::Enrol
            } else {
                View::Choose { first: None }
            };
            // Whoever went to look the code up finds what was typed.
            let is_there =
                std::mem::discriminant(&self.staff.borrow().view) == std::mem::discriminant(&view);
            if !is_there {
                self.staff.replace(Staff {
                    view,
                    ..Staff::default()
                });
            }
            self.act(Action::Staff);
        }
        self.tick_link();
    }

    /// Asks the worker to look for a new version.
    fn check(&self) {
        let settings = self.settings.borrow();
        let recordings = settings.recordings().map(str::to_owned);
        let also: Vec<String> = self.sources().into_iter().chain(recordings).collect();
        if !also.is_empty() {
            worker::tell("check", also);
        }
    }

    fn told(self: &Rc<Self>, said: Said) {
        match said {
            Said::Taken | Said::Stopped { had_version: true } => reload(),
            Said::Stopped { had_version: false } => {}
            Said::State { current, is_ready } => {
                self.version.replace(current);
                self.note_contact();
                if is_ready {
                    self.act(Action::Version);
                }
            }
        }
    }

    fn note_contact(&self) {
        memory::put(Line::Contact, &platform::now_ms().to_string());
    }

    /// Takes a step and carries out what follows from it.
    fn act(self: &Rc<Self>, action: Action) {
        let now = platform::elapsed_ms();
        let was_test = {
            let kiosk = self.kiosk.borrow();
            kiosk.visit.as_ref().map(|visit| visit.is_test)
        };
        let (kiosk, effects) = self
            .kiosk
            .borrow()
            .reduce(action, now, &self.settings.borrow());
        self.kiosk.replace(kiosk);
        if let Some(was_test) = was_test {
            self.was_test.set(was_test);
        }
        for effect in effects {
            self.carry_out(effect);
        }
        self.draw();
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Mount { level } => {
                device::hush();
                let survey = self.mounted("visit", level.as_deref());
                self.survey.replace(survey);
            }
            Effect::Submit => {
                if let Some(survey) = &*self.survey.borrow() {
                    survey::submit(survey);
                }
            }
            Effect::Wipe => {
                guard::let_go();
                device::hush();
                if let Some(visit) = by_id("visit") {
                    visit.set_text_content(None);
                    visit.set_scroll_top(0);
                }
                self.survey.take();
            }
            Effect::Keep { flagged } => {
                memory::put_counts(self.kiosk.borrow().counts);
                if let Some((id, flag)) = flagged {
                    memory::flag(&id, flag);
                }
            }
            Effect::Wake(is_on) => device::wake(is_on),
            Effect::Chime => device::chime(),
            Effect::Tell(word) => self.tell(&word),
            Effect::TakeVersion => worker::tell("take", Vec::new()),
        }
    }

    /// What a survey on the page says.
    fn heard(self: &Rc<Self>, name: &str, event: &Event) {
        let detail = field(event, "detail");
        let target = event.target().map(JsValue::from).unwrap_or_default();
        let is = |held: &RefCell<Option<Element>>| {
            held.borrow()
                .as_ref()
                .is_some_and(|held| JsValue::from(held) == target)
        };
        let (is_visit, is_keeper) = (is(&self.survey), is(&self.keeper));
        let id = word(&detail, "id");
        let is_test = self
            .kiosk
            .borrow()
            .visit
            .as_ref()
            .is_some_and(|visit| visit.is_test);
        match name {
            "ready" if is_visit => self.act(Action::Ready { id }),
            "ready" if is_keeper && !self.is_alive.replace(true) && worker::is_served() => {
                worker::tell("alive", Vec::new());
            }
            "answer" if is_visit => self.act(Action::Answered),
            "submit" if is_visit && is_test => {
                event.prevent_default();
                self.act(Action::Safe { id });
            }
            "queued" if word(&detail, "where") == "device" => self.act(Action::Safe { id }),
            "delivered" => {
                self.note_contact();
                self.act(Action::Safe { id });
            }
            "queued" | "rejected" | "invalid" if is_visit => self.act(Action::Unsafe),
            "error" if is_visit || is_keeper => self.act(Action::Unsafe),
            _ => {}
        }
    }

    fn clicked(self: &Rc<Self>, event: &Event) {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let button = target.and_then(|target| target.closest("[data-act]").ok().flatten());
        if self.kiosk.borrow().screen != Screen::Staff {
            device::fill_screen();
        }
        let Some(button) = button.filter(|button| !button.has_attribute("disabled")) else {
            return;
        };
        let value = button.get_attribute("data-value");
        match button.get_attribute("data-act").as_deref() {
            Some("rate") => {
                let is_whole = {
                    let (loaded, settings) = (self.loaded.borrow(), self.settings.borrow());
                    let handed = self.kiosk.borrow().survey.clone();
                    let usual = chosen(&loaded, handed.as_deref(), &settings);
                    let definition = usual.map(|loaded| &loaded.definition);
                    let level = value.as_deref().unwrap_or_default();
                    definition.is_some_and(|definition| {
                        front::is_whole(definition, level, settings.one_tap)
                    })
                };
                self.act(Action::Begin {
                    level: value,
                    is_whole,
                });
            }
            Some("begin") => self.act(Action::Begin {
                level: None,
                is_whole: false,
            }),
            Some("language") => {
                self.act(Action::Language(value.unwrap_or_default()));
                self.retell();
            }
            Some("elder") => {
                let elder = !self.kiosk.borrow().elder;
                self.act(Action::Elder(elder));
                self.retell();
            }
            Some("read") => self.read(),
            Some("home") => self.act(Action::Cancel),
            Some("go-on") => self.act(Action::Touch),
            Some("done") => self.act(Action::Home),
            Some("taken") => self.act(Action::Taken),
            Some("give-back") => self.act(Action::GiveBack),
            Some(act) => self.staff_act(act, value.unwrap_or_default()),
            None => {}
        }
    }

    /// Tells the survey on screen the language and the size of type.
    fn retell(&self) {
        let kiosk = self.kiosk.borrow();
        if let Some(survey) = &*self.survey.borrow() {
            dom::put(survey, "lang", &kiosk.language);
            dom::put(survey, "elder", if kiosk.elder { "" } else { "false" });
        }
    }

    fn read(&self) {
        let language = self.kiosk.borrow().language.clone();
        let settings = self.settings.borrow();
        let asked = self.with_scene(|scene| scene.asked());
        device::read(settings.audio(&language), &asked, &language);
    }

    fn changed(&self, event: &Event) {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = target.filter(|input| input.id() == "device") else {
            return;
        };
        let pairs = self.settings.borrow().pairs.clone();
        let mut pairs: Vec<_> = pairs
            .into_iter()
            .filter(|(name, _)| name != "device")
            .collect();
        pairs.push(("device".to_owned(), input.value()));
        let settings = Settings {
            is_handover: self.settings.borrow().is_handover,
            ..Settings::read(pairs)
        };
        keep(&settings);
        self.settings.replace(settings);
    }

    fn with_scene<T>(&self, call: impl FnOnce(&Scene<'_>) -> T) -> T {
        let (kiosk, settings) = (self.kiosk.borrow(), self.settings.borrow());
        let loaded = self.loaded.borrow();
        let day = platform::day_and_minute().map_or(1, |(day, _)| day);
        let today = settings.hours.of_day(day);
        let can_read =
            settings.audio(&kiosk.language).is_some() || device::can_speak(&kiosk.language);
        call(&Scene {
            kiosk: &kiosk,
            settings: &settings,
            survey: chosen(&loaded, kiosk.survey.as_deref(), &settings)
                .map(|loaded| &loaded.definition),
            can_read,
            today: &today,
            was_test: self.was_test.get(),
        })
    }

    /// Draws what changed.
    fn draw(&self) {
        let now = platform::elapsed_ms();
        self.with_scene(|scene| {
            let kiosk = scene.kiosk;
            let drawn = Some(Drawn::of(scene, &self.staff.borrow().view));
            if *self.drawn.borrow() != drawn {
                self.drawn.replace(drawn);
                screen::draw(scene);
                if kiosk.screen == Screen::Staff {
                    self.draw_staff(&kiosk.language);
                } else {
                    self.close_queue();
                }
            }
            if let Some(left) = kiosk.seconds_left(now) {
                screen::count_down(scene, left);
            }
        });
    }
}

/// The survey with this id, or the usual one.
fn chosen<'a>(loaded: &'a [Loaded], id: Option<&str>, settings: &Settings) -> Option<&'a Loaded> {
    let found = loaded
        .iter()
        .find(|loaded| id.or(settings.get("survey")) == Some(&loaded.definition.id));
    // An address says nothing of the id of what lies there.
    let is_only = id.is_none() && settings.get("src").is_some();
    found.or(loaded.first().filter(|_| is_only))
}

fn reload() {
    if let Some(window) = web_sys::window() {
        // A page can always be loaded again.
        let _ = window.location().reload();
    }
}
