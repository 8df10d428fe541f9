//! A tab with the survey in it: taps are saved, the outbox drains, the page says
//! what it knows. It follows `delivery/src/outbox.rs`, which needs a browser; the
//! draining is the real one.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use manyi_delivery::drain::{Clock, News, Store, Wire, drain};
use manyi_delivery::entry::{Entry, Route};
use manyi_delivery::line::Lines;
use manyi_delivery::outcome::Outcome;

use super::device::Device;
use super::mutant::{Eager, Mutant, Wrong};
use super::network::{Line, Network};
use super::server::Spoken;
use super::time::{Lock, Owner, Signal, Time, either};
use crate::ledger::Ledger;

/// What all tabs of a device share.
pub struct Origin {
    /// The clock.
    pub time: Rc<Time>,
    /// The disk.
    pub device: Rc<Device>,
    /// The network.
    pub network: Rc<Network>,
    /// The browser's lock, where it has one.
    pub lock: Option<Rc<Lock>>,
    /// What people did and were told.
    pub ledger: Rc<RefCell<Ledger>>,
    /// In which way its outbox is wrong.
    pub mutant: Mutant,
}

/// A tab.
pub struct Tab {
    number: usize,
    origin: Rc<Origin>,
    lines: Lines,
    pulse: Signal,
    /// What became of the responses of this tab.
    delivered: RefCell<BTreeSet<String>>,
    refused: RefCell<BTreeSet<String>>,
    /// In which order receipts came.
    pub order: Rc<RefCell<Vec<String>>>,
}

/// The page's clock: no setting of the device's clock moves it.
struct Page(Rc<Time>);

impl Clock for Page {
    fn now_ms(&self) -> f64 {
        self.0.now_ms()
    }

    fn random(&self) -> f64 {
        self.0.chance.part()
    }
}

impl Tab {
    /// Opens a tab: it begins with what an earlier one left.
    pub fn open(origin: &Rc<Origin>, number: usize) -> Rc<Self> {
        let tab = Rc::new(Self {
            number,
            origin: origin.clone(),
            lines: Lines::default(),
            pulse: Signal::default(),
            delivered: RefCell::default(),
            refused: RefCell::default(),
            order: Rc::default(),
        });
        let it = tab.clone();
        origin
            .time
            .spawn(Owner::Tab(number), async move { it.live().await });
        tab
    }

    /// Ends it wherever it stands.
    pub fn kill(&self) {
        self.origin
            .time
            .note(|| format!("tab {} dies", self.number));
        self.origin.time.kill(Owner::Tab(self.number));
    }

    /// The network came back, or somebody looks at the tab again.
    pub fn wake(&self) {
        self.lines.wake();
        self.pulse.call();
    }

    async fn live(&self) {
        loop {
            let mut is_well = true;
            if self.origin.device.count() > 0 {
                let lock = self.origin.lock.clone();
                let lock = lock.filter(|_| self.origin.mutant != Mutant::NoLockNoUniqueId);
                let held = match lock {
                    Some(lock) => Some(lock.hold().await),
                    None => None,
                };
                is_well = self.drain().await;
                drop(held);
            }
            let wait = if is_well {
                self.lines.next_ms(self.origin.time.now_ms())
            } else {
                Some(5_000.0)
            };
            match wait.filter(|_| self.origin.device.count() > 0) {
                Some(wait) => {
                    // At once is still a moment later.
                    let timer = self.origin.time.sleep(wait.max(1.0));
                    either(self.pulse.wait(), timer).await;
                }
                None => self.pulse.wait().await,
            }
        }
    }

    async fn drain(&self) -> bool {
        let (origin, device) = (&self.origin, &*self.origin.device);
        let line = || Line(origin.network.clone());
        match origin.mutant {
            Mutant::None | Mutant::OnSuccess | Mutant::NoLockNoUniqueId => {
                self.pass(device, &line()).await
            }
            Mutant::DeletesFirst => self.pass(&Eager(origin.device.clone()), &line()).await,
            mutant => {
                let wrong = Wrong {
                    line: line(),
                    mutant,
                };
                self.pass(device, &wrong).await
            }
        }
    }

    async fn pass(&self, store: &impl Store, wire: &impl Wire) -> bool {
        let clock = Page(self.origin.time.clone());
        let tell = &mut |news: News<'_>| match news {
            News::Delivered { id, .. } => {
                self.delivered.borrow_mut().insert(id.to_owned());
                self.order.borrow_mut().push(id.to_owned());
            }
            News::Quarantined { id, .. } => {
                self.refused.borrow_mut().insert(id.to_owned());
            }
            News::Kept { .. } | News::Closed { .. } => {}
        };
        drain(store, wire, &clock, &self.lines, tell).await.is_ok()
    }

    /// Somebody taps submit, and goes on tapping as long as the page says that it
    /// could neither save nor send.
    pub fn tap(self: &Rc<Self>, endpoint: &str, spoken: &Spoken) {
        let (it, spoken) = (self.clone(), spoken.clone());
        let route = Route {
            endpoint: endpoint.to_owned(),
            ..Route::default()
        };
        let entry = Entry {
            seq: 0,
            id: spoken.id.clone(),
            route,
            body: spoken.body(),
        };
        self.origin.time.spawn(Owner::Tab(self.number), async move {
            for _ in 0..20 {
                if it.submit(&entry, &spoken.content()).await {
                    return;
                }
                it.origin.time.sleep_between(2_000.0, 60_000.0).await;
            }
        });
    }

    /// One tap; whether the page is done with it.
    async fn submit(&self, entry: &Entry, content: &str) -> bool {
        let (origin, id) = (&self.origin, &entry.id);
        let tab = self.number;
        origin
            .time
            .note(|| format!("tab {tab}: a tap, {}", entry.body));
        origin.ledger.borrow_mut().tapped(id, content);
        let is_strict = origin.mutant != Mutant::OnSuccess;
        if origin.device.save(entry.clone(), is_strict).await.is_ok() {
            origin.ledger.borrow_mut().accepted(id);
            if !is_strict {
                // What was only promised is written when the browser gets round to it.
                let (time, device) = (origin.time.clone(), origin.device.clone());
                origin.time.spawn(Owner::World, async move {
                    time.sleep(200.0).await;
                    device.settle();
                });
            }
            self.pulse.call();
            // The page waits for a receipt, but not for long.
            let patience = *origin.time.chance.one_of(&[0.0, 300.0, 2_000.0]);
            origin.time.sleep(patience).await;
            if !self.refused.borrow().contains(id) {
                let tab = self.number;
                origin.time.note(|| format!("tab {tab}: shown, {id}"));
                origin.ledger.borrow_mut().shown(id, content);
            }
            return true;
        }
        // What a disk reports as failed may have happened all the same.
        self.pulse.call();
        match Line(origin.network.clone()).post(entry).await {
            Outcome::Delivered { .. } => {
                origin.ledger.borrow_mut().shown(id, content);
                true
            }
            Outcome::Quarantined { .. } => true,
            Outcome::Retry { .. } => false,
        }
    }
}
