//! The list on screen, drawn with text alone.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, JSON, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, CssStyleSheet, Document, Element, Event, HtmlElement, HtmlInputElement,
    KeyboardEvent, ShadowRoot, Url,
};

use crate::clock::Clock;
use crate::disk::Disk;
use crate::platform;
use crate::storage;
use crate::words::{Words, whole, words};

const STYLE: &str = include_str!("style.css");

/// The list, while it is open.
struct Panel {
    document: Document,
    root: ShadowRoot,
    /// The card.
    card: HtmlElement,
    /// `ask(name, …)` of the class: the outbox.
    ask: Function,
    /// The entries of this page that are not on the disk.
    here: Array,
    words: &'static Words,
    /// The entry that is about to be deleted.
    doomed: RefCell<String>,
    /// What happened last.
    said: RefCell<String>,
    /// What is known of the disk.
    disk: RefCell<Disk>,
    /// Where it stands.
    about_disk: Element,
    /// Where the focus was before.
    before: Option<HtmlElement>,
}

/// Opens the list in `root`, behind the survey. `here` are the entries that lie in the
/// page only; `ask` reaches the outbox.
#[wasm_bindgen]
pub fn queue_open(root: ShadowRoot, ask: Function, here: Array, language: &str) {
    let document = root.owner_document();
    if let Some(title) = root.get_element_by_id("queue-title") {
        focus(&title);
        return;
    }
    let Some(card) = document.as_ref().and_then(|document| {
        let card = document.create_element("section").ok()?;
        card.dyn_into::<HtmlElement>().ok()
    }) else {
        return;
    };
    let Some(document) = document else { return };
    let words = words(language);
    dress(&root);
    for (name, value) in [
        ("id", "queue"),
        ("class", "survey panel"),
        ("part", "panel"),
        ("lang", words.tag),
        ("dir", if words.tag == "ug" { "rtl" } else { "ltr" }),
        ("aria-labelledby", "queue-title"),
    ] {
        put(&card, name, value);
    }
    if let Ok(Some(_)) = root.query_selector(".survey[data-elder]") {
        put(&card, "data-elder", "");
    }
    // The button in the survey, or one of the page's own.
    let before = root.active_element().or_else(|| document.active_element());
    let Ok(about_disk) = document.create_element("div") else {
        return;
    };
    put(&about_disk, "class", "about");
    let panel = Rc::new(Panel {
        document,
        root: root.clone(),
        card: card.clone(),
        ask,
        here,
        words,
        doomed: RefCell::default(),
        said: RefCell::default(),
        disk: RefCell::default(),
        about_disk,
        before: before.and_then(|element| element.dyn_into().ok()),
    });
    let mine = panel.clone();
    listen(&card, "click", move |event| mine.clicked(event));
    let mine = panel.clone();
    listen(&card, "keydown", move |event| {
        if event.unchecked_into::<KeyboardEvent>().key() == "Escape" {
            mine.close();
        }
    });
    let mine = panel.clone();
    listen(&card, "change", move |event| mine.chosen(&event));
    // Appending to a root that is there cannot fail.
    let _ = root.append_child(&card);
    panel.draw(Some("queue-title"));
    panel.look_at_disk();
}

/// The style comes with the list, so that surveys do without it.
fn dress(root: &ShadowRoot) {
    let Ok(sheet) = CssStyleSheet::new() else {
        return;
    };
    if sheet.replace_sync(STYLE).is_ok() {
        let sheets = Reflect::get(root, &"adoptedStyleSheets".into()).unwrap_or_default();
        let sheets = Array::from(&sheets);
        sheets.push(&sheet);
        // Old browsers have none; then the list is plain.
        let _ = Reflect::set(root, &"adoptedStyleSheets".into(), &sheets);
    }
}

impl Panel {
    /// Asks the outbox.
    async fn asked(&self, name: &str, given: Option<&str>) -> Result<JsValue, JsValue> {
        let name = JsValue::from(name);
        let promise = match given {
            Some(given) => self.ask.call2(&JsValue::NULL, &name, &given.into()),
            None => self.ask.call1(&JsValue::NULL, &name),
        };
        JsFuture::from(promise?.dyn_into::<Promise>()?).await
    }

    async fn entries(&self) -> Array {
        let records = self.asked("outbox_records", None).await;
        // The list says how the disk takes what is saved.
        let durability = records.as_ref().map(|list| word(list, "durability"));
        self.disk.borrow_mut().is_strict = durability.ok().map(|word| word == "strict");
        listed(records.unwrap_or_default()).concat(&self.here)
    }

    /// Says what the browser promises, and asks it to promise more: here it is staff
    /// who answers, where it puts the question to somebody.
    fn look_at_disk(self: &Rc<Self>) {
        let panel = self.clone();
        spawn_local(async move {
            let mut disk = Disk::default();
            storage::look(&mut disk).await;
            panel.disk.borrow_mut().is_kept = disk.is_kept;
            panel.disk.borrow_mut().free_bytes = disk.free_bytes;
            panel.say_disk();
            if disk.is_kept != Some(true)
                && let Some(is_kept) = storage::ask_to_keep().await
            {
                panel.disk.borrow_mut().is_kept = Some(is_kept);
                panel.say_disk();
            }
        });
    }

    fn say_disk(&self) {
        self.about_disk.set_text_content(None);
        for sentence in self.disk.borrow().sentences(self.words) {
            add(&self.about_disk, &self.text("p", &sentence));
        }
    }

    /// What staff have to know of the clock, where it may be why something waits.
    fn about_clock(&self, entries: &Array) -> Option<Element> {
        let mut clock = Clock {
            now_ms: platform::now_ms(),
            saved_ms: None,
            is_online: platform::is_online(),
        };
        for entry in entries.iter() {
            let saved_ms = field(&entry, "saved_ms").as_f64();
            if let Some(saved_ms) = saved_ms.filter(|_| word(&entry, "state") == "waiting") {
                clock.waits(saved_ms);
            }
        }
        let date = platform::local_time(clock.now_ms, self.words.tag);
        let warning = self.text("p", &clock.sentence(self.words, &date)?);
        put(&warning, "class", "warning");
        Some(warning)
    }

    /// The button in the list that has the focus: what it does, and to which entry.
    fn focused(&self) -> Option<[Option<String>; 2]> {
        let at = self.root.active_element()?;
        self.card
            .contains(Some(&at))
            .then(|| ["data-act", "data-id"].map(|name| at.get_attribute(name)))
    }

    /// The button like `wanted`; the title, where it is gone.
    fn like(&self, wanted: &[Option<String>; 2]) -> Option<Element> {
        let buttons = self.card.query_selector_all("button").ok()?;
        let mut all = (0..buttons.length()).filter_map(|n| buttons.get(n)?.dyn_into().ok());
        let is_it = |button: &Element| {
            ["data-act", "data-id"].map(|name| button.get_attribute(name)) == *wanted
        };
        all.find(is_it)
            .or_else(|| self.root.get_element_by_id("queue-title"))
    }

    /// Draws everything anew; then `wanted` has the focus, or what had it before.
    fn draw(self: &Rc<Self>, wanted: Option<&'static str>) {
        let panel = self.clone();
        spawn_local(async move {
            let entries = panel.entries().await;
            let words = panel.words;
            panel.say_disk();
            let title = panel.text("h3", words.title);
            put(&title, "id", "queue-title");
            put(&title, "tabindex", "-1");
            let about = panel.text("p", words.about);
            put(&about, "class", "about");
            let list = panel.element("ul");
            for entry in entries.iter() {
                add(&list, &panel.entry(&entry));
            }
            let clock = panel.about_clock(&entries);
            let said = panel.text("p", &panel.said.borrow());
            put(&said, "role", "status");
            let before = panel.focused();
            panel.card.set_text_content(None);
            add(&panel.card, &title);
            add(&panel.card, &about);
            if let Some(clock) = clock {
                add(&panel.card, &clock);
            }
            add(&panel.card, &panel.about_disk);
            add(&panel.card, &said);
            if entries.length() == 0 {
                add(&panel.card, &panel.text("p", words.empty));
            } else {
                add(&panel.card, &list);
            }
            add(&panel.card, &panel.foot(entries.length() > 0));
            let wanted = match wanted {
                Some(id) => panel.root.get_element_by_id(id),
                None => before.and_then(|before| panel.like(&before)),
            };
            if let Some(wanted) = wanted {
                focus(&wanted);
            }
        });
    }

    fn entry(&self, entry: &JsValue) -> Element {
        let (words, id) = (self.words, word(entry, "id"));
        let item = self.element("li");
        add(&item, &self.text("b", &word(entry, "survey")));
        if let Some(ms) = field(entry, "saved_ms").as_f64() {
            add(
                &item,
                &self.text("time", &platform::local_time(ms, words.tag)),
            );
        }
        let state = word(entry, "state");
        let why = match (state.as_str(), word(entry, "why").as_str()) {
            ("waiting", _) => words.waiting.to_owned(),
            ("page", _) => words.page.to_owned(),
            (_, "conflict") => words.conflict.to_owned(),
            (_, "damaged") => words.damaged.to_owned(),
            _ => {
                let status = whole(field(entry, "status").as_f64().unwrap_or_default());
                words.refused.replace("{status}", &status)
            }
        };
        add(&item, &self.text("p", &why));
        if state == "quarantined" {
            let row = self.row();
            if *self.doomed.borrow() == id {
                add(&item, &self.text("p", words.sure));
                add(&row, &self.button("discard", &id, words.yes, true));
                add(&row, &self.button("keep", &id, words.no, false));
            } else {
                add(&row, &self.button("release", &id, words.release, false));
                add(&row, &self.button("doom", &id, words.discard, true));
            }
            add(&item, &row);
        }
        item
    }

    fn foot(&self, is_any: bool) -> Element {
        let (words, row) = (self.words, self.row());
        if is_any {
            add(&row, &self.button("export", "", words.export, false));
        }
        add(&row, &self.button("import", "", words.import, false));
        let file = self.element("input");
        for (name, value) in [
            ("type", "file"),
            ("accept", ".json,application/json"),
            ("aria-label", words.import),
        ] {
            put(&file, name, value);
        }
        add(&row, &file);
        add(&row, &self.button("close", "", words.close, false));
        row
    }

    fn clicked(self: &Rc<Self>, event: Event) {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let Some(button) = target.and_then(|target| target.closest("[data-act]").ok().flatten())
        else {
            return;
        };
        let id = button.get_attribute("data-id").unwrap_or_default();
        match button.get_attribute("data-act").as_deref() {
            Some("doom") => {
                self.doomed.replace(id);
                self.draw(Some("act-keep"));
            }
            Some("keep") => {
                self.doomed.take();
                self.draw(Some("queue-title"));
            }
            Some("discard") => self.act("outbox_discard", id),
            Some("release") => self.act("outbox_release", id),
            Some("export") => self.export(),
            Some("import") => {
                if let Ok(Some(file)) = self.card.query_selector("input") {
                    file.unchecked_into::<HtmlElement>().click();
                }
            }
            _ => self.close(),
        }
    }

    fn act(self: &Rc<Self>, name: &'static str, id: String) {
        let panel = self.clone();
        spawn_local(async move {
            panel.doomed.take();
            let done = panel.asked(name, Some(&id)).await;
            panel.said.replace(match done {
                Ok(_) => String::new(),
                Err(error) => panel.failure(&error),
            });
            panel.draw(Some("queue-title"));
            if name == "outbox_release" {
                panel.send().await;
            }
        });
    }

    /// Sends what waits, as staff expects of what it just put there, and shows what
    /// came of it.
    async fn send(self: &Rc<Self>) {
        // What could not be sent stands in the list.
        let _ = self.asked("outbox_flush", None).await;
        self.draw(None);
    }

    fn export(self: &Rc<Self>) {
        let panel = self.clone();
        spawn_local(async move {
            let entries = panel.entries().await;
            let text = JSON::stringify_with_replacer_and_space(&entries, &JsValue::NULL, &1.into());
            let text = text.map(String::from).unwrap_or_default();
            let kind = BlobPropertyBag::new();
            kind.set_type("application/json");
            let parts = Array::of1(&text.into());
            let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &kind) else {
                return;
            };
            let Ok(address) = Url::create_object_url_with_blob(&blob) else {
                return;
            };
            let link = panel.element("a");
            put(&link, "href", &address);
            put(&link, "download", "manyi-queue.json");
            link.unchecked_into::<HtmlElement>().click();
            // The click has begun the download; the address is not needed any more.
            let _ = Url::revoke_object_url(&address);
        });
    }

    fn chosen(self: &Rc<Self>, event: &Event) {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let file = input.and_then(|input| input.files()?.get(0));
        let Some(file) = file else { return };
        let panel = self.clone();
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.unwrap_or_default();
            let text = text.as_string().unwrap_or_default();
            let said = match panel.asked("outbox_import", Some(&text)).await {
                Ok(new) => panel.words.imported(
                    new.as_f64().unwrap_or_default(),
                    JSON::parse(&text).map_or(0, |all| listed(all).length()),
                ),
                Err(error) => panel.failure(&error),
            };
            panel.said.replace(said);
            panel.draw(Some("queue-title"));
            panel.send().await;
        });
    }

    fn failure(&self, error: &JsValue) -> String {
        self.words
            .failed
            .replace("{error}", &word(error, "message"))
    }

    fn close(&self) {
        self.card.remove();
        // The button that opened the list is gone where nothing is set apart any more.
        let before = self.before.clone().filter(|before| before.is_connected());
        let first = || self.root.query_selector("button, input").ok().flatten();
        if let Some(to) = before.map(Element::from).or_else(first) {
            focus(&to);
        }
    }

    fn element(&self, name: &str) -> Element {
        let made = self.document.create_element(name);
        // The names are ours and right.
        made.unwrap_or_else(|_| self.card.clone().into())
    }

    fn text(&self, name: &str, text: &str) -> Element {
        let element = self.element(name);
        element.set_text_content(Some(text));
        element
    }

    fn row(&self) -> Element {
        let row = self.element("div");
        put(&row, "class", "row");
        row
    }

    fn button(&self, act: &str, id: &str, label: &str, is_danger: bool) -> Element {
        let button = self.text("button", label);
        put(&button, "type", "button");
        put(&button, "data-act", act);
        put(&button, "data-id", id);
        if act == "keep" {
            put(&button, "id", "act-keep");
        }
        if is_danger {
            put(&button, "class", "danger");
        }
        button
    }
}

fn focus(element: &Element) {
    // Losing the focus is no reason to stop.
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}

fn put(element: &Element, name: &str, value: &str) {
    // The names are ours and right.
    let _ = element.set_attribute(name, value);
}

fn add(parent: &Element, child: &Element) {
    // A fresh element can be put anywhere.
    let _ = parent.append_child(child);
}

fn listen(element: &Element, name: &str, call: impl Fn(Event) + 'static) {
    let call = Closure::<dyn Fn(Event)>::new(call).into_js_value();
    let _ = element.add_event_listener_with_callback(name, call.unchecked_ref());
}

/// A field of an object of the page.
pub fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// A list of the page; an empty one where it is none.
fn listed(list: JsValue) -> Array {
    list.dyn_into().unwrap_or_default()
}

fn word(object: &JsValue, name: &str) -> String {
    field(object, name).as_string().unwrap_or_default()
}
