//! The whole survey, and where the focus goes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use manyi_model::text::direction;
use manyi_model::words::fill;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::button::{self, click};
use super::listener::Listener;
use super::question::{Asked, Line};
use super::scene::{Scene, id};
use super::{outcome, progress, summary, switches};
use crate::visit::{Action, Failure, Phase, Place, Visit};

/// What the survey shows, and where it says what people do.
#[derive(Clone, Properties)]
pub struct Props {
    /// The visit on screen.
    pub visit: Rc<Visit>,
    /// Where actions go.
    pub dispatch: Callback<Action>,
    /// What the button for another rating does; without it there is none.
    #[prop_or_default]
    pub again: Option<Callback<()>>,
    /// Whether the language switch is offered.
    #[prop_or(true)]
    pub language_switch: bool,
    /// Whether the switch to the elder mode is offered.
    #[prop_or(true)]
    pub elder_switch: bool,
}

// A visit is only ever replaced as a whole, so a glance at its address is enough.
impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.visit, &other.visit)
            && self.dispatch == other.dispatch
            && self.again == other.again
            && self.language_switch == other.language_switch
            && self.elder_switch == other.elder_switch
    }
}

/// The survey on screen.
pub struct Survey {
    root: NodeRef,
    /// The questions on screen, which are told of every visit.
    line: Line,
    /// Where actions go, also from what is not drawn anew.
    dispatch: Rc<RefCell<Callback<Action>>>,
    /// Hears what the controls say.
    listener: Option<Listener>,
    /// The last focus move carried out, so that drawing again does not move it again.
    moved: u32,
    /// The visit, and its language, whose language switch was set.
    switched: (String, String),
    /// Whether the person asked for another rating: then, and not when the host
    /// resets, the focus goes to the heading of the fresh form.
    asked_again: Rc<Cell<bool>>,
    /// Whether it was drawn before. Then what is not asked yet is made too and waits
    /// unseen: to make it only when a tap asks it would be the longest tap of all.
    was_drawn: bool,
}

impl Component for Survey {
    type Message = ();
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        Self {
            root: NodeRef::default(),
            line: Line::default(),
            dispatch: Rc::new(RefCell::new(ctx.props().dispatch.clone())),
            listener: None,
            moved: count(&ctx.props().visit),
            switched: Default::default(),
            asked_again: Rc::default(),
            was_drawn: false,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let new = ctx.props();
        self.dispatch.replace(new.dispatch.clone());
        self.line.tell(&new.visit);
        // What stands around the questions is the same for most taps.
        !(new.dispatch == old.dispatch
            && new.again == old.again
            && new.language_switch == old.language_switch
            && new.elder_switch == old.elder_switch
            && new.visit.is_same_around(&old.visit))
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let visit = &*props.visit;
        let scene = Scene::new(visit);
        let words = scene.words;
        let content = match &visit.phase {
            Phase::Done { receipt, is_saved } => {
                let again = props.again.clone().map(|again| {
                    let asked = self.asked_again.clone();
                    Callback::from(move |_| {
                        asked.set(true);
                        again.emit(());
                    })
                });
                outcome::done(&scene, receipt, *is_saved, again)
            }
            _ => form(&scene, props, &self.line, self.was_drawn),
        };
        html! {
            // A form, because Chromium keeps radio buttons without one for ever. It is
            // sent by nothing: Enter in a field would be a rating that nobody can take back.
            <form
                ref={&self.root} class="survey" part="survey" aria-labelledby="title"
                lang={words.tag} dir={direction(words.tag)} data-elder={visit.elder.then_some("")}
                onsubmit={Callback::from(|event: SubmitEvent| event.prevent_default())}
            >
                <header class="header" part="header">
                    <h2 class="title" part="title" id="title" tabindex="-1">
                        { scene.say(&visit.definition.title) }
                    </h2>
                    { switches::switches(&scene, &props.dispatch, props.language_switch, props.elder_switch) }
                </header>
                { content }
                { outcome::queue(&scene, &props.dispatch) }
            </form>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && let Some(root) = self.root.cast::<Element>() {
            let dispatch = self.dispatch.clone();
            let hear = move |event: Event| heard(&event, &dispatch);
            self.listener = Some(Listener::new(&root, "input", hear));
        }
        self.was_drawn = true;
        let visit = &ctx.props().visit;
        let count = count(visit);
        let place = match &visit.focus {
            Some(focus) if count != self.moved => Some(&focus.place),
            None if self.asked_again.get() => Some(&Place::Heading),
            _ => None,
        };
        self.moved = count;
        if visit.focus.is_none() {
            self.asked_again.set(false);
        }
        if let Some(place) = place {
            self.focus(place);
        }
        // A select that someone has used no longer listens to `selected` on its
        // options, and a reset must bring it back. It has a value as inputs have.
        if self.switched.0 == visit.id && self.switched.1 == visit.language {
            return;
        }
        self.switched = (visit.id.clone(), visit.language.clone());
        if let (Some(select), Some(language)) = (self.find("select"), switches::spoken(visit)) {
            select
                .unchecked_into::<HtmlInputElement>()
                .set_value(language);
        }
    }
}

impl Survey {
    fn find(&self, selector: &str) -> Option<Element> {
        let root = self.root.cast::<Element>()?;
        root.query_selector(selector).ok().flatten()
    }

    fn focus(&self, place: &Place) {
        let find = |selector: &str| self.find(selector);
        let found = match place {
            Place::Summary => find("#summary"),
            Place::Heading => find("#page").or_else(|| find("#title")),
            Place::Outcome => find("#outcome"),
            Place::Control { question, item } => {
                // Ids hold letters, digits, `_`, `-` and our dot: nothing that ends the quotes.
                let whole = ["[id='", &id("q", question, item.as_deref()), "'] "].concat();
                find(&[&whole, ":checked"].concat())
                    .or_else(|| find(&[&whole, "input,", &whole, "textarea"].concat()))
            }
        };
        if let Some(element) = found {
            // Losing the focus is no reason to stop.
            let _ = element.unchecked_into::<HtmlElement>().focus();
        }
    }
}

fn count(visit: &Visit) -> u32 {
    visit.focus.as_ref().map_or(0, |focus| focus.count)
}

/// What a control said. Each has the name of its form field, so that one listener is
/// enough for all.
fn heard(event: &Event, dispatch: &RefCell<Callback<Action>>) {
    let Some(target) = event.target() else { return };
    // Text areas and selects have a name and a value just as inputs have.
    let is_input = target.is_instance_of::<HtmlInputElement>();
    let control = target.unchecked_into::<HtmlInputElement>();
    let (field, value) = (control.name(), control.value());
    let dispatch = dispatch.borrow().clone();
    dispatch.emit(if field == "language" {
        Action::Language(value)
    } else {
        Action::Input {
            field,
            value,
            checked: is_input && control.checked(),
        }
    });
}

fn form(scene: &Scene, props: &Props, line: &Line, with_unseen: bool) -> Html {
    let (visit, words, dispatch) = (scene.visit, scene.words, &props.dispatch);
    let pages = visit.pages();
    let shown = visit.shown();
    let mut questions: Vec<Html> = Vec::new();
    for place in pages.get(visit.page).cloned().unwrap_or(0..0) {
        let hidden = !shown[place];
        if with_unseen || !hidden {
            let key = visit.definition.questions[place].id.as_str();
            questions.push(html! {
                <div {key} {hidden}><Asked line={line.clone()} visit={props.visit.clone()} {place} /></div>
            });
        }
    }
    let sending = visit.phase == Phase::Sending;
    let first = visit.page == 0;
    let last = visit.page + 1 >= pages.len();
    html! {
        <>
            if first {
                { intro(scene) }
            }
            { progress::progress(scene, pages.len()) }
            { summary::summary(scene, dispatch) }
            // With a box in it: when a child of a fieldset itself comes or goes,
            // Chromium lays out anew everything that is in there.
            <fieldset role="presentation" disabled={sending}>
                <div class="page">{ for questions }</div>
            </fieldset>
            if let Phase::Failed(failure) = visit.phase {
                { outcome::failure(scene, failure, dispatch) }
            }
            <slot name="note" />
            <div class="buttons" part="buttons">
                if last {
                    { submit(scene, sending, dispatch) }
                } else {
                    { button::main("button next", words.next, false, click(dispatch, Action::Next)) }
                }
                if !first {
                    { button::quiet("button back", words.back, sending, click(dispatch, Action::Back)) }
                }
            </div>
            <p class="unseen" aria-live="polite">
                if sending { { words.sending } }
            </p>
        </>
    }
}

/// The survey's own introduction, and which language this is if not the one wanted.
fn intro(scene: &Scene) -> Html {
    let (visit, words) = (scene.visit, scene.words);
    let base = |tag: &str| tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
    let other = visit
        .definition
        .title
        .say(&visit.language)
        .language
        .filter(|tag| base(tag) != base(&visit.language));
    html! {
        <>
            if let Some(tag) = other {
                <p class="intro" part="intro">
                    { fill(words.shown_in, &[("language", &switches::own_name(tag))]) }
                </p>
            }
            if let Some(intro) = &visit.definition.intro {
                <p class="intro" part="intro">{ scene.say(intro) }</p>
            }
        </>
    }
}

fn submit(scene: &Scene, sending: bool, dispatch: &Callback<Action>) -> Html {
    let words = scene.words;
    let label = match scene.visit.phase {
        // Sending the same again would meet the same conflict: staff has it now.
        Phase::Failed(Failure::Conflict) => return html! {},
        Phase::Sending => words.sending,
        Phase::Failed(_) => words.retry,
        _ => words.submit,
    };
    let onclick = click(dispatch, Action::Submit);
    button::main("button submit", label, sending, onclick)
}
