//! Runs futures, each of which waits for one thing at a time: a promise, an event or
//! a timer. That is all the outbox needs of an executor, and a tenth of a general one.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;

use crate::platform::{Held, Js, UNDEFINED, hold, invoke, is_nothing, js, kept, soon};

/// What a task does.
pub type Work = Pin<Box<dyn Future<Output = ()>>>;

/// A place for a task, used again after its end.
struct Place {
    is_taken: bool,
    /// Not there while it runs.
    work: Option<Work>,
    held: Held,
    /// What the page calls when that which is waited for is there.
    resume: JsValue,
    /// What it calls when it failed.
    fail: JsValue,
}

thread_local! {
    static PLACES: RefCell<Vec<Place>> = const { RefCell::new(Vec::new()) };
    /// Which task runs.
    static CURRENT: Cell<usize> = const { Cell::new(0) };
    /// What the page brought.
    static BROUGHT: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
}

/// Begins a task, soon: a trap in it is an error of the page and of no caller.
pub fn spawn(work: Work) {
    PLACES.with_borrow_mut(|places| {
        let mut at = 0;
        while at < places.len() && places[at].is_taken {
            at += 1;
        }
        if at == places.len() {
            let resume = Closure::<dyn Fn(JsValue) -> JsValue>::new(move |brought| {
                run(at, brought);
                JsValue::UNDEFINED
            });
            let resume = resume.into_js_value();
            // Called with whatever error, it calls the other with `undefined`.
            let fail = invoke(js(resume.clone()), "bind", &[UNDEFINED, UNDEFINED]);
            places.push(Place {
                is_taken: false,
                work: None,
                held: Held::new(),
                resume,
                fail: kept(fail),
            });
        }
        let place = &mut places[at];
        place.is_taken = true;
        place.work = Some(work);
        soon(&place.resume);
    });
}

fn run(at: usize, brought: JsValue) {
    let (work, held) = PLACES.with_borrow_mut(|places| {
        let place = &mut places[at];
        (place.work.take(), std::mem::take(&mut place.held))
    });
    let Some(mut work) = work else { return };
    hold(held);
    CURRENT.set(at);
    BROUGHT.replace(brought);
    let said = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let held = hold(Held::new());
    PLACES.with_borrow_mut(|places| {
        let place = &mut places[at];
        match said {
            Poll::Pending => (place.work, place.held) = (Some(work), held),
            Poll::Ready(()) => place.is_taken = false,
        }
    });
}

/// What calls the running task when something is there, and when it failed.
pub fn hands() -> (Js, Js) {
    PLACES.with_borrow(|places| {
        let place = &places[CURRENT.get()];
        (js(place.resume.clone()), js(place.fail.clone()))
    })
}

/// Waits until one of the task's hands is called: what it was given, or `undefined`.
pub struct Event(bool);

/// See [`Event`].
pub fn event() -> Event {
    Event(false)
}

impl Future for Event {
    type Output = Js;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Js> {
        if self.0 {
            return Poll::Ready(js(BROUGHT.replace(JsValue::UNDEFINED)));
        }
        self.0 = true;
        Poll::Pending
    }
}

/// Waits for what is promised; `undefined` where that fails or is no promise.
pub async fn promised(promise: Js) -> Js {
    let (resume, fail) = hands();
    if is_nothing(invoke(promise, "then", &[resume, fail])) {
        return UNDEFINED;
    }
    event().await
}
