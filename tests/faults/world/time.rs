//! A clock that only goes on when nobody has anything to do, and a one-threaded
//! executor around it. Which of the ready tasks goes first is left to chance, so
//! that every order of events comes up in some schedule.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::chance::Chance;

/// Whose task it is: a tab that can be killed, or the world itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Networks, servers, people: not killed.
    World,
    /// A tab, by its number.
    Tab(usize),
}

struct Task {
    owner: Owner,
    /// Taken out while it is being polled.
    future: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

#[derive(Default)]
struct Ready(Mutex<Vec<usize>>);

struct Waking {
    ready: Arc<Ready>,
    task: usize,
}

impl Wake for Waking {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ready.push(self.task);
    }
}

impl Ready {
    fn push(&self, task: usize) {
        let mut ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !ready.contains(&task) {
            ready.push(task);
        }
    }

    fn take(&self, chance: &Chance) -> Option<usize> {
        let mut ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let len = ready.len();
        (len > 0).then(|| ready.swap_remove(chance.below(len)))
    }
}

/// When a timer rings, in microseconds; timers of one moment ring in order.
type Alarm = Reverse<(u64, u64)>;

/// The clock and all that happens.
pub struct Time {
    /// Decides what goes first.
    pub chance: Chance,
    now_ms: Cell<f64>,
    tasks: RefCell<Vec<Option<Task>>>,
    ready: Arc<Ready>,
    alarms: RefCell<BinaryHeap<Alarm>>,
    sleepers: RefCell<Vec<(u64, Waker)>>,
    count: Cell<u64>,
    is_traced: bool,
}

impl Time {
    /// The beginning.
    pub fn begin(seed: u64) -> Rc<Self> {
        Rc::new(Self {
            chance: Chance::from(seed),
            now_ms: Cell::new(0.0),
            tasks: RefCell::default(),
            ready: Arc::default(),
            alarms: RefCell::default(),
            sleepers: RefCell::default(),
            count: Cell::new(0),
            is_traced: std::env::var_os("MANYI_TRACE").is_some(),
        })
    }

    /// Milliseconds since the beginning.
    pub fn now_ms(&self) -> f64 {
        self.now_ms.get()
    }

    /// Begins a task.
    pub fn spawn(&self, owner: Owner, future: impl Future<Output = ()> + 'static) {
        let mut tasks = self.tasks.borrow_mut();
        tasks.push(Some(Task {
            owner,
            future: Some(Box::pin(future)),
        }));
        self.ready.push(tasks.len() - 1);
    }

    /// Ends every task of `owner` wherever it stands, as SIGKILL does.
    pub fn kill(&self, owner: Owner) {
        let mut killed = Vec::new();
        for task in self.tasks.borrow_mut().iter_mut() {
            if task.as_ref().is_some_and(|task| task.owner == owner) {
                killed.push(task.take());
            }
        }
        // What they held is let go of here, where nothing is borrowed.
        drop(killed);
    }

    /// Lets things happen until `end_ms`, or until `is_over`.
    pub fn run(self: &Rc<Self>, end_ms: f64, is_over: impl Fn() -> bool) {
        while !is_over() {
            if let Some(task) = self.ready.take(&self.chance) {
                self.poll(task);
                continue;
            }
            let next = self.alarms.borrow().peek().map(|Reverse((at, _))| *at);
            match next {
                Some(at) if ms(at) <= end_ms => self.ring(at),
                _ => {
                    self.now_ms.set(self.now_ms.get().max(end_ms));
                    return;
                }
            }
        }
    }

    fn poll(&self, number: usize) {
        let mut tasks = self.tasks.borrow_mut();
        let future = tasks[number].as_mut().and_then(|task| task.future.take());
        drop(tasks);
        let Some(mut future) = future else { return };
        let waker = Waker::from(Arc::new(Waking {
            ready: self.ready.clone(),
            task: number,
        }));
        let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
        let mut tasks = self.tasks.borrow_mut();
        match polled {
            Poll::Ready(()) => tasks[number] = None,
            Poll::Pending => {
                if let Some(task) = tasks[number].as_mut() {
                    task.future = Some(future);
                }
            }
        }
    }

    fn ring(&self, at: u64) {
        self.now_ms.set(ms(at).max(self.now_ms.get()));
        let mut alarms = self.alarms.borrow_mut();
        let mut sleepers = self.sleepers.borrow_mut();
        while let Some(Reverse((when, number))) = alarms.peek().copied() {
            if when > at {
                return;
            }
            alarms.pop();
            let place = sleepers.iter().position(|(of, _)| *of == number);
            if let Some(place) = place {
                sleepers.swap_remove(place).1.wake();
            }
        }
    }

    /// Tells whoever looks into a schedule (`MANYI_TRACE=1`) what happens.
    pub fn note(&self, what: impl FnOnce() -> String) {
        if self.is_traced {
            eprintln!("{:>14.1} ms  {}", self.now_ms(), what());
        }
    }

    /// Waits.
    pub async fn sleep(&self, for_ms: f64) {
        let end_ms = self.now_ms.get() + for_ms.max(0.0);
        let mut is_set = false;
        poll_fn(|context| {
            // Alarms are set to the microsecond, so half of one may be missing.
            if is_set && self.now_ms.get() + 0.001 >= end_ms {
                return Poll::Ready(());
            }
            is_set = true;
            let number = self.count.get();
            self.count.set(number + 1);
            self.alarms
                .borrow_mut()
                .push(Reverse((micros(end_ms), number)));
            let mut sleepers = self.sleepers.borrow_mut();
            sleepers.push((number, context.waker().clone()));
            Poll::Pending
        })
        .await;
    }

    /// Waits for something between `least_ms` and `most_ms`.
    pub async fn sleep_between(&self, least_ms: f64, most_ms: f64) {
        self.sleep(self.chance.between(least_ms, most_ms)).await;
    }
}

/// The first of two; the other is dropped. With both ready, the first.
pub async fn either<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>) -> Either<A, B> {
    let (mut a, mut b) = (Box::pin(a), Box::pin(b));
    poll_fn(|context| {
        if let Poll::Ready(a) = a.as_mut().poll(context) {
            return Poll::Ready(Either::First(a));
        }
        b.as_mut().poll(context).map(Either::Second)
    })
    .await
}

/// What came first.
#[derive(Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first.
    First(A),
    /// The second.
    Second(B),
}

/// A call that one waits for; it is remembered when nobody does.
#[derive(Default)]
pub struct Signal {
    is_set: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

impl Signal {
    /// Calls.
    pub fn call(&self) {
        self.is_set.set(true);
        for waker in self.waiting.take() {
            waker.wake();
        }
    }

    /// Waits for the next call.
    pub async fn wait(&self) {
        poll_fn(|context| {
            if self.is_set.take() {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// A lock like the browser's: whoever is killed lets go of it.
#[derive(Default)]
pub struct Lock {
    is_held: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

/// The lock, held.
pub struct Held(Rc<Lock>);

impl Lock {
    /// Waits until it is free, and holds it.
    pub async fn hold(self: Rc<Self>) -> Held {
        poll_fn(|context| {
            if !self.is_held.replace(true) {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
        Held(self)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.is_held.set(false);
        for waker in self.0.waiting.take() {
            waker.wake();
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "virtual days in microseconds"
)]
fn micros(ms: f64) -> u64 {
    (ms * 1000.0) as u64
}

#[expect(clippy::cast_precision_loss, reason = "virtual days in microseconds")]
fn ms(micros: u64) -> f64 {
    micros as f64 / 1000.0
}
