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
use crate::screen::{self, Scene};
use crate::settings::Settings;
use crate::staff::{Staff, View};
use crate::survey::{self, Told};
use crate::worker::{self, Said};
use crate::{device, front, guard, lock, platform, wire};

mod desk;

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
    loaded: RefCell<Option<Loaded>>,
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
    queue: Cell<Option<(usize, usize)>>,
    is_persistent: Cell<bool>,
    version: RefCell<String>,
    was_test: Cell<bool>,
    /// What is drawn, in short: it is drawn anew when this changes.
    drawn: RefCell<String>,
}

/// Begins when the module is there.
#[wasm_bindgen(start)]
pub fn start() {
    let settings = settings();
    let language = settings.get("lang").unwrap_or("zh-Hans").to_owned();
    let now = platform::elapsed_ms();
    let wrong = memory::get(Line::Tries).and_then(|wrong| wrong.parse().ok());
    let page = Rc::new(Page {
        kiosk: RefCell::new(Kiosk::new(now, language, settings.elder, memory::counts())),
        settings: RefCell::new(settings),
        loaded: RefCell::default(),
        key: RefCell::new(memory::get(Line::Key)),
        survey: RefCell::default(),
        keeper: RefCell::default(),
        is_alive: Cell::default(),
        staff: RefCell::default(),
        tries: Cell::new(Tries::again(wrong.unwrap_or_default(), now)),
        needs_pin: Cell::new(lock::is_possible() && !lock::is_set()),
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
    let mine = page.clone();
    platform::every(TICK_MS, move || mine.tick());
    platform::every(CHECK_MS, move || page.check());
}

/// The pairs of the address, which are kept, or those that are kept.
fn settings() -> Settings {
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
    if given.has_survey() {
        keep(&given);
        return given;
    }
    of(&memory::get(Line::Settings).unwrap_or_default())
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
            device::wake(page.kiosk.borrow().screen != Screen::Asleep);
        });
        let page = self.clone();
        device::on_voices(move || page.draw());
        let page = self.clone();
        worker::hear(move |said| page.told(said));
    }

    async fn open(self: Rc<Self>) {
        device::wake(true);
        let page = self.clone();
        // Firefox asks the person in front of it: nothing waits for the answer.
        spawn_local(async move { page.is_persistent.set(device::persist().await) });
        self.check();
        self.load().await;
    }

    /// Gets the definition and the key, and puts the survey on the page that nobody sees.
    async fn load(self: &Rc<Self>) {
        let source = self.settings.borrow().source();
        let Some(source) = source else {
            return self.draw();
        };
        if let Some(text) = wire::text(&source).await
            && let Ok(definition) = serde_json::from_str::<Definition>(&text)
            && let Ok(raw) = JSON::parse(&text)
        {
            self.loaded.replace(Some(Loaded { definition, raw }));
        }
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
        let loaded = loaded.as_ref()?;
        let told = Told {
            settings: &settings,
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
        let is_first = matches!(self.kiosk.borrow().screen, Screen::Attract | Screen::Asleep);
        if is_first && self.needs_pin.get() {
            self.staff.replace(Staff {
                view: View::Choose { first: None },
                ..Staff::default()
            });
            self.act(Action::Staff);
        }
    }

    /// Asks the worker to look for a new version.
    fn check(&self) {
        let settings = self.settings.borrow();
        let recordings = settings.recordings().map(str::to_owned);
        let also: Vec<String> = settings.source().into_iter().chain(recordings).collect();
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
                    let definition = loaded.as_ref().map(|loaded| &loaded.definition);
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
        let settings = Settings::read(pairs);
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
            survey: loaded.as_ref().map(|loaded| &loaded.definition),
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
            let screen = match kiosk.screen {
                Screen::Warning { .. } => "warning".to_owned(),
                screen => format!("{screen:?}"),
            };
            let staff = if kiosk.screen == Screen::Staff {
                format!("{:?}", self.staff.borrow().view)
            } else {
                String::new()
            };
            let is_whole = kiosk.visit.as_ref().is_some_and(|visit| visit.is_whole);
            let key = format!(
                "{screen} {staff} {is_whole} {} {} {} {} {:?}",
                kiosk.language,
                kiosk.elder,
                scene.can_read,
                scene.survey.is_some(),
                scene.today,
            );
            if self.drawn.replace(key.clone()) != key {
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

fn reload() {
    if let Some(window) = web_sys::window() {
        // A page can always be loaded again.
        let _ = window.location().reload();
    }
}
