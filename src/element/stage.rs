//! Where a survey is drawn: a box with a Yew app in it, lent and given back.
//!
//! Yew never lets go of the listeners that it puts on an app's box (they are
//! forgotten by design, yew 0.23 `subtree_root.rs`). A page that adds and removes
//! surveys for months would keep one box and its listeners for each. So boxes are
//! never thrown away but used again: there are as many as there were surveys at
//! the same time.

use std::cell::RefCell;

use web_sys::Element;
use yew::prelude::*;

use crate::view;

/// What a stage shows, if anything.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    #[prop_or_default]
    pub scene: Option<Shown>,
}

/// A survey on a stage.
#[derive(Clone, PartialEq)]
pub struct Shown {
    /// Tells one mounted survey from the next on the same stage.
    pub key: u32,
    /// The survey.
    pub survey: view::Props,
    /// Called whenever it has been drawn.
    pub drawn: Callback<()>,
}

/// The root of every Yew app here.
pub struct Root;

impl Component for Root {
    type Message = ();
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        match &ctx.props().scene {
            Some(shown) => {
                let survey = shown.survey.clone();
                html! { <view::Survey key={shown.key} ..survey /> }
            }
            None => Html::default(),
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _first: bool) {
        if let Some(shown) = &ctx.props().scene {
            shown.drawn.emit(());
        }
    }
}

/// A box with an app in it.
pub struct Stage {
    /// The box.
    pub element: Element,
    app: AppHandle<Root>,
}

thread_local! {
    static FREE: RefCell<Vec<Stage>> = const { RefCell::new(Vec::new()) };
}

impl Stage {
    /// A stage that nobody uses, showing `scene`. `None` outside of a browser.
    pub fn lend(scene: Shown) -> Option<Self> {
        if let Some(mut stage) = FREE.with_borrow_mut(Vec::pop) {
            stage.show(scene);
            return Some(stage);
        }
        let element = web_sys::window()?.document()?.create_element("div").ok()?;
        let props = Props { scene: Some(scene) };
        let app = yew::Renderer::<Root>::with_root_and_props(element.clone(), props).render();
        Some(Self { element, app })
    }

    /// Shows `scene`.
    pub fn show(&mut self, scene: Shown) {
        self.app.update(Props { scene: Some(scene) });
    }

    /// Takes the stage off the page and leaves it for the next survey.
    pub fn give_back(mut self) {
        self.element.remove();
        self.app.update(Props { scene: None });
        FREE.with_borrow_mut(|free| free.push(self));
    }
}
