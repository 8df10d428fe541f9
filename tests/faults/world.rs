//! A world in virtual time: devices with tabs, a network, a collector. All of it
//! follows from a seed.

pub mod chance;
pub mod device;
pub mod mutant;
pub mod network;
pub mod server;
pub mod tab;
pub mod time;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::ledger::{Ledger, Pairs, Sum};
use device::Device;
use mutant::Mutant;
use network::{Network, Weather};
use server::{Server, Spoken};
use tab::{Origin, Tab};
use time::{Lock, Time};

/// Where the collector takes responses.
pub const ENDPOINT: &str = "https://rate.example/v1/responses";
/// A second.
pub const SECOND: f64 = 1_000.0;
/// An hour.
pub const HOUR: f64 = 3_600.0 * SECOND;
/// A day.
pub const DAY: f64 = 24.0 * HOUR;

/// A world with one device, unless more are added.
pub struct World {
    /// The clock.
    pub time: Rc<Time>,
    /// The collector.
    pub server: Rc<Server>,
    /// The network.
    pub network: Rc<Network>,
    /// What people did and were told.
    pub ledger: Rc<RefCell<Ledger>>,
    /// The devices, each an origin in a browser.
    pub origins: Vec<Rc<Origin>>,
    tabs: Cell<usize>,
    taps: Cell<u64>,
    mutant: Mutant,
}

impl World {
    /// A world in fine weather.
    pub fn begin(seed: u64, mutant: Mutant) -> Self {
        let time = Time::begin(seed);
        let server: Rc<Server> = Rc::default();
        server.is_unique.set(mutant != Mutant::NoLockNoUniqueId);
        let network = Network::new(&time, &server);
        let mut world = Self {
            time,
            server,
            network,
            ledger: Rc::default(),
            origins: Vec::new(),
            tabs: Cell::new(0),
            taps: Cell::new(0),
            mutant,
        };
        world.add_device(true);
        world
    }

    /// One more device; its browser may know no locks.
    pub fn add_device(&mut self, has_lock: bool) -> Rc<Origin> {
        let origin = Rc::new(Origin {
            time: self.time.clone(),
            device: Device::new(&self.time),
            network: self.network.clone(),
            lock: has_lock.then(Rc::<Lock>::default),
            ledger: self.ledger.clone(),
            mutant: self.mutant,
        });
        self.origins.push(origin.clone());
        origin
    }

    /// The first device.
    pub fn device(&self) -> &Device {
        &self.origins[0].device
    }

    /// Opens a tab on the first device.
    pub fn open(&self) -> Rc<Tab> {
        self.open_on(&self.origins[0])
    }

    /// Opens a tab.
    pub fn open_on(&self, origin: &Rc<Origin>) -> Rc<Tab> {
        self.tabs.set(self.tabs.get() + 1);
        Tab::open(origin, self.tabs.get())
    }

    /// What the next person says.
    pub fn next_words(&self) -> Spoken {
        let n = self.taps.get() + 1;
        self.taps.set(n);
        Spoken {
            id: format!("id-{n}"),
            version: 1,
            flaw: 0,
            invitation: String::new(),
            words: format!("words {n}"),
        }
    }

    /// Somebody rates in `tab`.
    pub fn rate(&self, tab: &Rc<Tab>) -> Spoken {
        let spoken = self.next_words();
        tab.tap(ENDPOINT, &spoken);
        spoken
    }

    /// Lets time go by.
    pub fn wait(&self, ms: f64) {
        self.time.run(self.time.now_ms() + ms, || false);
    }

    /// Whether nothing waits on any device.
    pub fn is_drained(&self) -> bool {
        let mut origins = self.origins.iter();
        origins.all(|origin| origin.device.count() == 0)
    }

    /// The faults are over. Everything has to arrive within `limit_ms`; the ledger.
    pub fn settle(&self, limit_ms: f64) -> Sum {
        self.network.turn(&[Weather::Fine]);
        for origin in &self.origins {
            origin.device.trouble.take();
            origin.device.settle();
        }
        let end_ms = self.time.now_ms() + limit_ms;
        self.time.run(end_ms, || self.is_drained());
        let is_drained = self.is_drained();
        // Taps and posts still under way come to their end.
        self.wait(0.5 * HOUR);
        let mut sum = self.compare();
        if !is_drained {
            let waits: usize = self.origins.iter().map(|it| it.device.count()).sum();
            let late = format!("{waits} still wait {} s later", limit_ms / SECOND);
            sum.differences.push(late);
        }
        sum
    }

    /// The ledger as it stands.
    pub fn compare(&self) -> Sum {
        let rows = self.server.rows.borrow().clone();
        let mut apart = self.server.conflicts.borrow().clone();
        for origin in &self.origins {
            let set_apart: Pairs = origin.device.set_apart();
            apart.extend(
                set_apart
                    .into_iter()
                    .map(|(id, body)| (id, Spoken::read(&body).content())),
            );
        }
        self.ledger.borrow().compare(&rows, &apart)
    }
}
