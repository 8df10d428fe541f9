//! One mounted survey: owns the visit, carries out its effects, keeps the copy
//! from which a fresh instance goes on.

use std::cell::{Cell, OnceCell, Ref, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{JSON, Map, Promise};
use manyi_model::{Answers, Response, fields};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use yew::Callback;

use super::config::{Config, Mistake};
use super::definition::{self, Loaded};
use super::hash::definition_hash;
use super::json;
use super::port::{self, Kept, Port};
use super::respond::{Circumstances, respond};
use super::stage::{Shown, Stage};
use super::surface;
use super::waiting::Waiting;
use crate::platform;
use crate::view;
use crate::visit::{Action, Effect, Phase, Visit};

/// What comes within so many milliseconds of a tap is seen as coming with it.
const UNNOTICED_MS: f64 = 100.0;

/// One mounted survey.
pub struct App {
    /// Its number among the mounted ones.
    pub key: u32,
    pub(super) port: Port,
    config: RefCell<Config>,
    /// Whether attributes or properties changed since it was read.
    is_stale: Cell<bool>,
    session: RefCell<Option<Session>>,
    stage: RefCell<Option<Stage>>,
    /// Settled when the definition's hash is made, for which there is time only
    /// after the first drawing.
    hashing: RefCell<Option<Promise>>,
    is_shown: Cell<bool>,
    is_gone: Cell<bool>,
    /// The responses that this element sent and that have no receipt yet, for all that
    /// is known here.
    pub(super) sent: RefCell<Vec<String>>,
    /// Who waits for the end of a submission.
    pub(super) waiting: Waiting,
    /// What the survey on screen calls: made once, so that it can tell that they are
    /// the same.
    calls: OnceCell<Calls>,
    /// The language that was asked for, to tell a change of it from the person's choice.
    wanted: RefCell<String>,
}

/// What the survey on screen calls.
struct Calls {
    dispatch: Callback<Action>,
    again: Callback<()>,
    drawn: Callback<()>,
}

/// A visit and what surrounds it.
struct Session {
    visit: Rc<Visit>,
    loaded: Loaded,
    hash: Option<String>,
    started_at: String,
    started_ms: f64,
    /// By question, the form fields of its answer: the part of what is kept outside
    /// that each tap changes.
    kept: Map,
}

impl App {
    /// A survey that waits for its definition.
    pub fn new(key: u32, port: Port) -> Rc<Self> {
        let app = Rc::new(Self {
            key,
            config: RefCell::new(read(&port)),
            calls: OnceCell::new(),
            wanted: RefCell::new(port.language()),
            port,
            is_stale: Cell::default(),
            session: RefCell::default(),
            stage: RefCell::default(),
            hashing: RefCell::default(),
            is_shown: Cell::default(),
            is_gone: Cell::default(),
            sent: RefCell::default(),
            waiting: Waiting::default(),
        });
        debug_panic(&app.port, "mount");
        app
    }

    /// Goes on when `source` has become a definition.
    pub fn open(self: &Rc<Self>, source: JsValue) {
        let app = self.clone();
        spawn_local(async move {
            match definition::load(source).await {
                _ if app.is_gone.get() => {}
                Ok(loaded) => app.begin(loaded),
                Err(Mistake { place, sentence }) => app.port.fail("definition", &sentence, &place),
            }
        });
    }

    fn begin(self: &Rc<Self>, loaded: Loaded) {
        let definition = loaded.definition.clone();
        let kept = self.port.kept();
        let given = kept
            .as_ref()
            .map_or_else(|| self.port.fields(), Kept::answers);
        let given = port::strings(&given);
        let answers = fields::answers(
            &definition,
            given.iter().map(|(a, b)| (a.as_str(), b.as_str())),
        );
        // The child form's own id, so that the form and the widget are one submission.
        let id = match &kept {
            Some(kept) => Some(kept.id()),
            None => given
                .iter()
                .find(|(name, _)| name == "id")
                .map(|(_, id)| id.clone()),
        };
        let id = id.filter(|id| manyi_model::response::is_uuid(id));
        let language = kept
            .as_ref()
            .map_or_else(|| self.wanted.borrow().clone(), |kept| kept.language());
        let mut visit = Visit::new(definition, id.unwrap_or_else(platform::new_id), language)
            .with_elder(self.config().elder)
            .with_answers(answers);
        if let Some(kept) = &kept {
            visit.elder = kept.elder();
            visit.page = kept.page().min(visit.pages().len().saturating_sub(1));
            if let Some(receipt) = kept.receipt() {
                visit.phase = Phase::Done {
                    receipt,
                    is_saved: kept.saved(),
                };
            }
        }
        let (started_at, started_ms) = match &kept {
            Some(kept) => (kept.started_at(), kept.started_ms()),
            None => (
                platform::local_time(platform::now_ms()),
                platform::elapsed_ms(),
            ),
        };
        self.session.replace(Some(Session {
            visit: Rc::new(visit),
            loaded,
            hash: None,
            started_at,
            started_ms,
            kept: Map::new(),
        }));
        self.keep();
        self.draw();
    }

    /// The visit as it stands.
    pub fn visit(&self) -> Option<Rc<Visit>> {
        self.session
            .borrow()
            .as_ref()
            .map(|session| session.visit.clone())
    }

    /// Takes a step and carries out what follows from it.
    pub fn dispatch(self: &Rc<Self>, action: Action) {
        let is_answer = matches!(action, Action::Answer { .. } | Action::Input { .. });
        let had_failed;
        let effects = {
            let mut session = self.session.borrow_mut();
            let Some(session) = session.as_mut() else {
                return;
            };
            had_failed =
                session.visit.phase != Phase::Filling || !session.visit.problems.is_empty();
            let (visit, effects) = session.visit.reduce(action);
            session.visit = Rc::new(visit);
            effects
        };
        if is_answer {
            self.keep_answers(&effects);
        } else {
            self.keep();
        }
        if effects.contains(&Effect::Send) && !had_failed {
            // Where it is saved at once, that is what is drawn next: to draw first that it
            // is being sent would take as long again as to save it. What went wrong before
            // goes at once.
            let app = self.clone();
            platform::later(UNNOTICED_MS, move || {
                if app
                    .visit()
                    .is_some_and(|visit| visit.phase == Phase::Sending)
                {
                    app.draw();
                }
            });
        } else {
            self.draw();
        }
        for effect in effects {
            match effect {
                Effect::Answered { question } => self.answered(&question),
                Effect::Invalid { problems } => {
                    let problems = port::problems(&problems);
                    self.emit(&surface::events::INVALID, &[("problems", problems)]);
                }
                Effect::Send => self.send_with_hash(),
                Effect::ShowQueue => self.port.show_queue(),
                Effect::LanguageChanged => {}
            }
        }
        if let Some(visit) = self.visit() {
            self.waiting.settle(&visit);
        }
    }

    /// Begins a new visit.
    pub fn reset(self: &Rc<Self>, reason: &'static str) {
        let id = platform::new_id();
        if let Some(session) = self.session.borrow_mut().as_mut() {
            session.started_at = platform::local_time(platform::now_ms());
            session.started_ms = platform::elapsed_ms();
        } else {
            return;
        }
        // The next person begins as the page asks for now, not as this one ended.
        let (language, elder) = (self.port.language(), self.config().elder);
        self.wanted.replace(language.clone());
        self.dispatch(Action::Reset {
            id: id.clone(),
            language,
            elder,
        });
        self.emit(
            &surface::events::RESET,
            &[("id", id.into()), ("reason", reason.into())],
        );
    }

    /// What the host page asks for.
    pub fn config(&self) -> Ref<'_, Config> {
        if self.is_stale.replace(false) {
            let config = read(&self.port);
            self.config.replace(config);
        }
        self.config.borrow()
    }

    /// Takes note that attributes or properties changed. What changes together is
    /// looked at together, unless somebody needs to know before.
    pub fn configure(self: &Rc<Self>) {
        let before = self.config.borrow().elder;
        if self.is_stale.replace(true) {
            return;
        }
        let app = self.clone();
        spawn_local(async move {
            let elder = app.config().elder;
            let wanted = app.port.language();
            if app.wanted.replace(wanted.clone()) != wanted {
                app.dispatch(Action::Language(wanted));
            }
            if elder != before {
                app.dispatch(Action::Elder(elder));
            }
            app.draw();
        });
    }

    /// Leaves the page. What is kept outside stays.
    pub fn close(&self) {
        self.is_gone.set(true);
        if let Some(stage) = self.stage.take() {
            stage.give_back();
        }
    }

    /// The response as it would be posted now, with `answers`.
    pub fn response(&self, answers: impl Fn(&Visit) -> Answers) -> Option<Response> {
        // Before the session is borrowed: reading it may report a mistake to a
        // listener, and that may call us.
        let config = self.config();
        let session = self.session.borrow();
        let session = session.as_ref()?;
        let circumstances = Circumstances {
            started_at: session.started_at.clone(),
            started_ms: session.started_ms,
            submitted_at: platform::local_time(platform::now_ms()),
            submitted_ms: platform::elapsed_ms(),
            hash: session.hash.clone(),
        };
        let visit = &session.visit;
        Some(respond(visit, answers(visit), &config, circumstances))
    }

    /// Dispatches an event.
    pub fn emit(&self, event: &surface::Event, detail: &[(&str, JsValue)]) {
        self.port.emit(event.name, &port::object(detail));
    }

    /// The survey's id and version, as events carry them.
    pub fn survey_ref(&self) -> JsValue {
        let Some(visit) = self.visit() else {
            return JsValue::UNDEFINED;
        };
        port::object(&[
            ("id", visit.definition.id.as_str().into()),
            ("version", visit.definition.version.into()),
        ])
    }

    /// Sends at once, or as soon as the hash is there.
    fn send_with_hash(self: &Rc<Self>) {
        match self.hashing.borrow().clone() {
            None => self.send(),
            Some(hashing) => {
                let app = self.clone();
                spawn_local(async move {
                    // It does not fail; without a hash the response goes without.
                    let _ = JsFuture::from(hashing).await;
                    app.send();
                });
            }
        }
    }

    fn answered(&self, question: &str) {
        let mut detail = vec![("question", question.into())];
        if self.config().answers_in_events
            && let Some(visit) = self.visit()
            && let Some(answer) = visit.answers.get(question)
        {
            detail.push(("answer", parsed(&json::answer(answer))));
        }
        self.emit(&surface::events::ANSWER, &detail);
    }

    /// Keeps what a tap changed: the answer to one question, and not the whole again.
    fn keep_answers(&self, effects: &[Effect]) {
        let session = self.session.borrow();
        for effect in effects {
            if let (Effect::Answered { question }, Some(session)) = (effect, session.as_ref()) {
                session.keep_answer(question);
            }
        }
    }

    /// Keeps everything that a fresh instance needs.
    fn keep(&self) {
        let mut session = self.session.borrow_mut();
        let Some(session) = session.as_mut() else {
            return;
        };
        session.kept = Map::new();
        let visit = &session.visit;
        // The child form's own id field; no question has an empty name.
        let id = port::pairs([("id", visit.id.as_str())]);
        session.kept.set(&"".into(), &id);
        for (question, _) in visit.answers.iter() {
            session.keep_answer(question);
        }
        let (receipt, saved) = match &visit.phase {
            Phase::Done { receipt, is_saved } => (receipt.as_str().into(), *is_saved),
            _ => (JsValue::UNDEFINED, false),
        };
        self.port.keep(&port::object(&[
            ("definition", session.loaded.raw.clone()),
            ("fields", session.kept.clone().into()),
            ("id", visit.id.as_str().into()),
            ("language", visit.language.as_str().into()),
            ("elder", visit.elder.into()),
            ("page", visit.page.into()),
            ("startedAt", session.started_at.as_str().into()),
            ("startedMs", session.started_ms.into()),
            ("receipt", receipt),
            ("saved", saved.into()),
        ]));
    }

    fn draw(self: &Rc<Self>) {
        let Some(visit) = self.visit().filter(|_| !self.is_gone.get()) else {
            return;
        };
        let calls = self.calls.get_or_init(|| Calls {
            dispatch: self.callback(|app, action| {
                debug_panic(&app.port, "action");
                app.dispatch(action);
            }),
            again: self.callback(|app, ()| app.reset("user")),
            drawn: self.callback(|app, ()| app.drawn()),
        });
        let scene = Shown {
            key: self.key,
            survey: view::Props {
                visit,
                dispatch: calls.dispatch.clone(),
                again: Some(calls.again.clone()),
                language_switch: self.config().language_switch,
                elder_switch: true,
            },
            drawn: calls.drawn.clone(),
        };
        let mut stage = self.stage.borrow_mut();
        match stage.as_mut() {
            Some(stage) => stage.show(scene),
            None => *stage = Stage::lend(scene),
        }
    }

    fn drawn(self: &Rc<Self>) {
        debug_panic(&self.port, "render");
        let stage = self
            .stage
            .borrow()
            .as_ref()
            .map(|stage| stage.element.clone());
        let (Some(stage), Some(visit)) = (stage, self.visit()) else {
            return;
        };
        if self.is_shown.replace(true) {
            return;
        }
        self.port.show(&stage);
        self.emit(
            &surface::events::READY,
            &[
                ("id", visit.id.as_str().into()),
                ("survey", self.survey_ref()),
                ("language", visit.language.as_str().into()),
            ],
        );
        let app = self.clone();
        let hashing = future_to_promise(async move {
            let raw = app
                .session
                .borrow()
                .as_ref()
                .map(|session| session.loaded.raw.clone());
            let hash = definition_hash(&raw.unwrap_or_default()).await;
            if let Some(session) = app.session.borrow_mut().as_mut() {
                session.hash = hash;
            }
            app.hashing.take();
            Ok(JsValue::UNDEFINED)
        });
        self.hashing.replace(Some(hashing));
    }

    /// A callback that does not keep the survey alive.
    fn callback<T: 'static>(self: &Rc<Self>, call: fn(&Rc<Self>, T)) -> Callback<T> {
        let app: Weak<Self> = Rc::downgrade(self);
        Callback::from(move |value| {
            if let Some(app) = app.upgrade() {
                call(&app, value);
            }
        })
    }
}

impl Session {
    fn keep_answer(&self, question: &str) {
        let key = question.into();
        match self.visit.answers.get(question) {
            Some(answer) => {
                let fields = fields::of_answer(question, answer);
                let fields = fields.iter().map(|(a, b)| (a.as_str(), b.as_str()));
                self.kept.set(&key, &port::pairs(fields));
            }
            None => {
                self.kept.delete(&key);
            }
        }
    }
}

/// The value that `json`, which we wrote, stands for.
pub fn parsed(json: &str) -> JsValue {
    JSON::parse(json).unwrap_or_default()
}

fn read(port: &Port) -> Config {
    let pairs = |property| port.pairs(property).map(|pairs| port::strings(&pairs));
    let attribute = |name: &str| port.attribute(name);
    let (mut config, mistakes) = Config::read(&attribute, pairs("subject"), pairs("headers"));
    for Mistake { place, sentence } in mistakes {
        port.fail("config", &sentence, &place);
    }
    if let Some(written) = config.endpoint.take() {
        config.endpoint = port.address(&written);
        if config.endpoint.is_none() {
            port.fail(
                "config",
                "is no http or https address.",
                surface::ENDPOINT.name,
            );
        }
    }
    config
}

/// Panics where a test asks for it, by the attribute `debug-panic`. Not in what is
/// published: only builds with debug assertions look.
pub(super) fn debug_panic(port: &Port, place: &str) {
    assert!(
        !cfg!(debug_assertions) || port.attribute("debug-panic").as_deref() != Some(place),
        "a test asked for a panic in {place}"
    );
}
