//! One random schedule: people rate, tabs open and die, disks and networks fail, all
//! at moments that follow from the seed. Then everything is well again.

use std::rc::Rc;

use crate::ledger::Sum;
use crate::world::device::Trouble;
use crate::world::mutant::Mutant;
use crate::world::network::Weather;
use crate::world::server::Spoken;
use crate::world::tab::{Origin, Tab};
use crate::world::{ENDPOINT, HOUR, SECOND, World};

/// Statuses that a gateway, a proxy or a server in trouble gives.
const STATUSES: [u16; 22] = [
    400, 401, 402, 403, 404, 405, 406, 407, 408, 410, 413, 415, 418, 422, 425, 429, 451, 500, 502,
    503, 504, 511,
];
/// Those of them that set an entry apart. Given to all posts they are a flaw of the
/// world, not of an entry, so they come with entries.
const FINAL: [u16; 4] = [400, 413, 415, 422];

/// After the faults everything has to arrive within this time: the longest
/// `Retry-After` used here, and the longest waits of the schedule a few times over.
const LIMIT_MS: f64 = 2.0 * HOUR;

/// Runs the schedule of `seed`; the ledger at its end.
pub fn run(seed: u64, mutant: Mutant) -> Sum {
    let mut world = World::begin(seed, mutant);
    let chance = world.time.clone();
    let chance = &chance.chance;
    if chance.is(0.4) {
        let has_lock = chance.is(0.5);
        world.add_device(has_lock);
    }
    let mut open: Vec<(Rc<Origin>, Rc<Tab>)> = Vec::new();
    for origin in world.origins.clone() {
        leftovers(&world, &origin);
        for _ in 0..=chance.below(3) {
            let tab = world.open_on(&origin);
            open.push((origin.clone(), tab));
        }
    }
    let many = if chance.is(0.03) { 150 } else { 12 };
    let events = 4 + chance.below(many);
    let mut said: Vec<Spoken> = Vec::new();
    for _ in 0..events {
        let pause = *chance.one_of(&[0.0, 5.0, 400.0, 3_000.0, 40_000.0, 600_000.0]);
        world.wait(chance.between(0.0, pause));
        match chance.below(20) {
            0..=8 => {
                let (_, tab) = chance.one_of(&open);
                rate(&world, tab, &mut said);
            }
            9..=12 => world.network.turn(&weathers(&world)),
            13 => {
                // One tab is closed and another is opened.
                let at = chance.below(open.len());
                open[at].1.kill();
                open[at].1 = world.open_on(&open[at].0);
            }
            14 => {
                let origin = chance.one_of(&world.origins).clone();
                kill_browser(&world, &origin, &mut open);
            }
            15..=16 => trouble(&world),
            17 => open.iter().for_each(|(_, tab)| tab.wake()),
            _ => world.network.turn(&[Weather::Fine]),
        }
    }
    world.settle(LIMIT_MS)
}

/// What an older release, a newer one, or a broken disk left on the device.
fn leftovers(world: &World, origin: &Origin) {
    let chance = &world.time.chance;
    while chance.is(0.1) {
        let spoken = world.next_words();
        let id = spoken.id.clone();
        let mut ledger = world.ledger.borrow_mut();
        ledger.tapped(&id, &spoken.content());
        let entry = manyi_delivery::entry::Entry {
            seq: 0,
            id: id.clone(),
            route: manyi_delivery::entry::Route {
                endpoint: ENDPOINT.to_owned(),
                ..Default::default()
            },
            body: spoken.body(),
        };
        match chance.below(3) {
            0 => {
                ledger.shown(&id, &spoken.content());
                origin.device.leave(entry, 0, true);
            }
            1 => {
                ledger.shown(&id, &spoken.content());
                origin.device.leave(entry, 1, false);
            }
            // A newer release's: it stays where it is, so no row is owed.
            _ => origin.device.leave(entry, 2, true),
        }
    }
}

fn rate(world: &World, tab: &Rc<Tab>, said: &mut Vec<Spoken>) {
    let chance = &world.time.chance;
    let mut spoken = world.next_words();
    if chance.is(0.08) {
        spoken.flaw = *chance.one_of(&FINAL);
    }
    if chance.is(0.05) && !said.is_empty() {
        // Somebody comes back, once, to a form that was submitted before, and perhaps
        // says something else this time. (At two places at once nobody can tell which
        // words are the later ones.)
        let before = said.swap_remove(chance.below(said.len()));
        if world.ledger.borrow().ids_shown().contains(&before.id) {
            spoken = before;
            if chance.is(0.5) {
                spoken.words.push('!');
            }
            tab.tap(ENDPOINT, &spoken);
            return;
        }
    }
    tab.tap(ENDPOINT, &spoken);
    if chance.is(0.1) {
        tab.tap(ENDPOINT, &spoken);
    } else {
        said.push(spoken);
    }
}

/// SIGKILL: all tabs of a device at once, and what was only promised.
fn kill_browser(world: &World, origin: &Rc<Origin>, open: &mut [(Rc<Origin>, Rc<Tab>)]) {
    let here = |of: &Rc<Origin>| Rc::ptr_eq(of, origin);
    for (_, tab) in open.iter().filter(|(of, _)| here(of)) {
        tab.kill();
    }
    origin.device.cut();
    world.wait(world.time.chance.between(0.0, 30.0 * SECOND));
    for (of, tab) in open.iter_mut().filter(|(of, _)| here(of)) {
        *tab = world.open_on(of);
    }
}

fn trouble(world: &World) {
    let chance = &world.time.chance;
    let origin = chance.one_of(&world.origins);
    // What is damaged needs room to be set apart, and nothing but the next event
    // tries that again.
    let is_sound = origin
        .device
        .waiting
        .borrow()
        .values()
        .all(|it| it.is_sound);
    origin.device.trouble.set(Trouble {
        fails: *chance.one_of(&[0.0, 0.0, 0.2, 0.9]),
        lies: *chance.one_of(&[0.0, 0.0, 0.2, 0.9]),
        is_full: is_sound && chance.is(0.3),
    });
}

/// One to three kinds of weather at a time.
fn weathers(world: &World) -> Vec<Weather> {
    let chance = &world.time.chance;
    let mut all = Vec::new();
    for _ in 0..=chance.below(3) {
        all.push(match chance.below(16) {
            0 => Weather::Dead,
            1 => Weather::Silent,
            2 => Weather::AnswerLost,
            3 => Weather::AnswerCut,
            4 => Weather::AnswerLate(chance.between(0.0, 120.0 * SECOND)),
            5 => Weather::Late(chance.between(0.0, 120.0 * SECOND)),
            6 => Weather::Replayed,
            7 => Weather::Portal,
            8 => Weather::Redirected,
            9 => Weather::OtherId,
            10 => Weather::Empty,
            11 => Weather::Unreadable,
            12 => Weather::Fine,
            _ => {
                let status = *chance.one_of(&STATUSES);
                if FINAL.contains(&status) {
                    Weather::Fine
                } else {
                    let wish = [None, Some(0), Some(7_000), Some(600_000)];
                    Weather::Status(status, *chance.one_of(&wish))
                }
            }
        });
    }
    all
}
