//! The named faults of level a. Each gives the ledger at its end; what a case asks
//! for besides, it asserts where the outbox is ours.

use std::rc::Rc;

use manyi_delivery::entry::{Entry, Route};

use crate::ledger::Sum;
use crate::world::device::Trouble;
use crate::world::mutant::Mutant;
use crate::world::network::Weather;
use crate::world::server::Spoken;
use crate::world::tab::Tab;
use crate::world::{DAY, ENDPOINT, HOUR, SECOND, World};

/// A named fault.
pub struct Case {
    /// Its name, which begins with its number.
    pub name: &'static str,
    /// Runs it; the ledger.
    pub run: fn(Mutant) -> Sum,
}

/// All of this level.
pub const CASES: &[Case] = &[
    case("f01_offline_for_seven_days_then_in_order", offline),
    case("f02_the_connection_dies_before_anything_leaves", dies),
    case("f03_stored_and_the_answer_is_lost", answer_lost),
    case("f04_the_answer_breaks_off", answer_cut),
    case("f05_the_answer_comes_after_the_time_out", answer_late),
    case("f05_the_post_itself_comes_after_its_retry", post_late),
    case("f06_a_captive_portal_says_200", portal),
    case("f07_a_captive_portal_redirects", redirected),
    case("f07_network_authentication_required", status_511),
    case("f10_a_proxy_replays_the_post", replayed),
    case("f11_storms_of_5xx_and_the_curve_of_retries", storms),
    case("f12_retry_after_is_kept_to_the_second", retry_after),
    case("f13_set_up_wrongly_for_three_days", wrong_set_up),
    case("f14_one_record_is_refused", refused),
    case("f15_the_same_id_with_other_content", conflict),
    case("f16_answers_that_are_no_receipts", no_receipts),
    case("f20_three_tabs_drain_a_hundred_with_a_lock", three_tabs),
    case(
        "f20_three_tabs_drain_a_hundred_without_a_lock",
        three_tabs_without_lock,
    ),
    case("f22_killed_right_after_submitted", killed_after),
    case("f23_killed_at_every_point_of_a_submission", killed_within),
    case("f26_the_disk_is_full_while_a_thousand_wait", full_disk),
    case("f31_records_of_other_releases", other_releases),
    case("f32_one_record_is_damaged", damaged),
    case("f33_the_clock_jumps_ten_years", clock_jumps),
    case("f41_the_survey_changes_while_records_wait", new_version),
    case("f48_one_invitation_on_two_devices", invitation),
];

const fn case(name: &'static str, run: fn(Mutant) -> Sum) -> Case {
    Case { name, run }
}

/// A world with one tab.
fn one_tab(mutant: Mutant) -> (World, Rc<Tab>) {
    let world = World::begin(1, mutant);
    let tab = world.open();
    (world, tab)
}

/// Ten ratings, one a minute, in this weather.
fn in_weather(mutant: Mutant, weathers: &[Weather]) -> (World, Rc<Tab>) {
    let (world, tab) = one_tab(mutant);
    world.network.turn(weathers);
    for _ in 0..10 {
        world.rate(&tab);
        world.wait(60.0 * SECOND);
    }
    (world, tab)
}

/// The weather passes; everything is there an hour later.
fn passes(mutant: Mutant, weathers: &[Weather]) -> Sum {
    let (world, _tab) = in_weather(mutant, weathers);
    world.settle(HOUR)
}

/// The same, where nothing may have arrived before.
fn nothing_arrives(mutant: Mutant, weathers: &[Weather]) -> Sum {
    let (world, _tab) = in_weather(mutant, weathers);
    if mutant == Mutant::None {
        assert_eq!(world.server.rows.borrow().len(), 0, "rows in {weathers:?}");
        assert_eq!(world.device().count(), 10, "all are kept");
    }
    world.settle(HOUR)
}

fn offline(mutant: Mutant) -> Sum {
    let (world, tab) = one_tab(mutant);
    world.network.turn(&[Weather::Dead]);
    for _ in 0..300 {
        world.rate(&tab);
        world.wait(7.0 * DAY / 300.0);
    }
    if mutant == Mutant::None {
        assert_eq!(world.device().count(), 300);
    }
    world.network.turn(&[Weather::Fine]);
    tab.wake();
    let sum = world.settle(60.0 * SECOND);
    if mutant == Mutant::None {
        let rows = world.server.rows.borrow();
        let ids = rows.iter().map(|(id, _)| id.as_str());
        let wanted: Vec<String> = (1..=300).map(|n| format!("id-{n}")).collect();
        assert!(ids.eq(&wanted), "in the order in which they were given");
        let posts = world.server.asked.get();
        // After failures batches grow from 2 on: the line may be a thin one.
        assert!(posts <= 12, "{posts} posts for 300 in growing batches");
    }
    sum
}

fn dies(mutant: Mutant) -> Sum {
    nothing_arrives(mutant, &[Weather::Dead])
}

fn answer_lost(mutant: Mutant) -> Sum {
    passes(mutant, &[Weather::AnswerLost])
}

fn answer_cut(mutant: Mutant) -> Sum {
    passes(mutant, &[Weather::AnswerCut])
}

fn answer_late(mutant: Mutant) -> Sum {
    passes(mutant, &[Weather::AnswerLate(120.0 * SECOND)])
}

fn post_late(mutant: Mutant) -> Sum {
    passes(mutant, &[Weather::Late(100.0 * SECOND), Weather::Fine])
}

fn portal(mutant: Mutant) -> Sum {
    nothing_arrives(mutant, &[Weather::Portal])
}

fn redirected(mutant: Mutant) -> Sum {
    nothing_arrives(mutant, &[Weather::Redirected])
}

fn status_511(mutant: Mutant) -> Sum {
    nothing_arrives(mutant, &[Weather::Status(511, None)])
}

fn replayed(mutant: Mutant) -> Sum {
    passes(mutant, &[Weather::Replayed])
}

/// When posts were made, as waits between one and the next.
fn waits(world: &World) -> Vec<f64> {
    let posts = world.network.posts.borrow();
    posts.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

fn storms(mutant: Mutant) -> Sum {
    let mut sum = Sum::default();
    for status in [500, 502, 503, 504] {
        let (world, tab) = one_tab(mutant);
        world.network.turn(&[Weather::Status(status, None)]);
        world.rate(&tab);
        world.wait(HOUR);
        if mutant == Mutant::None {
            let curve = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300];
            for (n, (wait, most)) in waits(&world).into_iter().zip(curve).enumerate() {
                // Answers take up to 80 ms, the disk a few.
                let most = f64::from(most) * SECOND;
                let range = most / 2.0..=most + 200.0;
                assert!(range.contains(&wait), "{status}: wait {n} is {wait} ms");
            }
            let posts = world.network.posts.borrow().len();
            assert!((18..40).contains(&posts), "{posts} posts in an hour");
        }
        sum += world.settle(HOUR);
    }
    sum
}

fn retry_after(mutant: Mutant) -> Sum {
    let mut sum = Sum::default();
    for (status, wish) in [(429, 7), (503, 60), (429, 3_600), (503, 1)] {
        let (world, tab) = one_tab(mutant);
        let wish = f64::from(wish) * SECOND;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most an hour"
        )]
        world
            .network
            .turn(&[Weather::Status(status, Some(wish as u64))]);
        world.rate(&tab);
        for _ in 0..10 {
            world.wait(wish);
            // The network's return is no reason to break the word.
            tab.wake();
        }
        if mutant == Mutant::None {
            for wait in waits(&world) {
                // From the answer on: the post itself takes up to 80 ms.
                let range = wish..=wish + 1_100.0;
                assert!(range.contains(&wait), "{wait} ms where {wish} were asked");
            }
        }
        sum += world.settle(2.0 * HOUR);
    }
    sum
}

fn wrong_set_up(mutant: Mutant) -> Sum {
    let mut sum = Sum::default();
    for status in [401, 403, 404, 405, 407] {
        let (world, tab) = one_tab(mutant);
        world.network.turn(&[Weather::Status(status, None)]);
        for _ in 0..72 {
            world.rate(&tab);
            world.wait(HOUR);
        }
        if mutant == Mutant::None {
            assert_eq!(world.device().count(), 72, "{status}");
            let posts = world.network.posts.borrow().len();
            // Twenty entries rest by themselves, each up to five minutes.
            assert!(
                posts < 3 * 24 * 60 * 2,
                "{status}: {posts} posts in three days"
            );
        }
        sum += world.settle(HOUR);
    }
    sum
}

fn refused(mutant: Mutant) -> Sum {
    let mut sum = Sum::default();
    for flaw in [400, 413, 415, 422] {
        let (world, tab) = one_tab(mutant);
        world.network.turn(&[Weather::Dead]);
        for n in 0..40 {
            let mut spoken = world.next_words();
            spoken.flaw = if n == 17 { flaw } else { 0 };
            tab.tap(ENDPOINT, &spoken);
            world.wait(SECOND);
        }
        let one = world.settle(HOUR);
        if mutant == Mutant::None {
            assert_eq!((one.rows, one.apart), (39, 1), "{flaw}");
            assert_eq!(world.device().set_apart()[0].0, "id-18");
        }
        sum += one;
    }
    sum
}

fn conflict(mutant: Mutant) -> Sum {
    let (world, tab) = one_tab(mutant);
    let first = world.rate(&tab);
    world.wait(60.0 * SECOND);
    let second = Spoken {
        words: "something else".to_owned(),
        ..first.clone()
    };
    tab.tap(ENDPOINT, &second);
    world.rate(&tab);
    let sum = world.settle(HOUR);
    if mutant == Mutant::None {
        let there = |pairs: &[(String, String)], spoken: &Spoken| {
            pairs.contains(&(spoken.id.clone(), spoken.content()))
        };
        assert!(there(&world.server.rows.borrow(), &first));
        assert!(there(&world.server.conflicts.borrow(), &second));
        assert_eq!(world.device().set_apart()[0].1, second.body());
    }
    sum
}

fn no_receipts(mutant: Mutant) -> Sum {
    let mut sum = Sum::default();
    for weather in [Weather::OtherId, Weather::Empty, Weather::Unreadable] {
        let (world, _tab) = in_weather(mutant, &[weather]);
        if mutant == Mutant::None {
            assert_eq!(world.device().count(), 10, "kept in {weather:?}");
        }
        // With the collector gone in the meantime, a receipt that was none shows.
        world.server.rows.borrow_mut().clear();
        sum += world.settle(HOUR);
    }
    sum
}

fn tabs(mutant: Mutant, has_lock: bool) -> (Sum, usize) {
    let mut world = World::begin(7, mutant);
    let origin = world.add_device(has_lock);
    let first = world.open_on(&origin);
    // No batches here, or three posts would do.
    world.network.turn(&[Weather::Dead]);
    for _ in 0..100 {
        let spoken = world.next_words();
        first.tap("https://other.example/save.php", &spoken);
        world.wait(SECOND);
    }
    world.wait(10.0 * SECOND);
    first.kill();
    let before = world.network.posts.borrow().len();
    world.network.turn(&[Weather::Fine]);
    for _ in 0..3 {
        world.open_on(&origin);
    }
    let sum = world.settle(HOUR);
    let posts = world.network.posts.borrow().len() - before;
    (sum, posts)
}

fn three_tabs(mutant: Mutant) -> Sum {
    let (sum, posts) = tabs(mutant, true);
    if mutant == Mutant::None {
        assert_eq!(posts, 100, "with a lock nothing is posted twice");
    }
    sum
}

fn three_tabs_without_lock(mutant: Mutant) -> Sum {
    let (sum, posts) = tabs(mutant, false);
    if mutant == Mutant::None {
        assert!(posts > 100, "without one something is: {posts}");
    }
    sum
}

fn killed_after(mutant: Mutant) -> Sum {
    let (world, mut tab) = one_tab(mutant);
    world.network.turn(&[Weather::Dead]);
    for n in 1..=200 {
        world.rate(&tab);
        let shown = || world.ledger.borrow().ids_shown().len() == n;
        world.time.run(world.time.now_ms() + HOUR, shown);
        tab.kill();
        world.device().cut();
        tab = world.open();
    }
    world.settle(HOUR)
}

fn killed_within(mutant: Mutant) -> Sum {
    let (world, mut tab) = one_tab(mutant);
    world.network.turn(&[Weather::Fine, Weather::AnswerLost]);
    for _ in 0..1_000 {
        world.rate(&tab);
        let moment = world.time.chance.between(0.0, 200.0);
        world.wait(moment);
        tab.kill();
        world.device().cut();
        tab = world.open();
    }
    world.settle(HOUR)
}

fn full_disk(mutant: Mutant) -> Sum {
    let (world, tab) = one_tab(mutant);
    world.network.turn(&[Weather::Dead]);
    for _ in 0..1_000 {
        world.rate(&tab);
        world.wait(20.0);
    }
    world.wait(10.0 * SECOND);
    world.device().trouble.set(Trouble {
        is_full: true,
        ..Trouble::default()
    });
    world.network.turn(&[Weather::Fine]);
    tab.wake();
    world.wait(HOUR);
    if mutant == Mutant::None {
        assert_eq!(world.device().count(), 0, "a full disk drains");
    }
    world.settle(HOUR)
}

/// Lays `count` records down and says that they were shown.
fn leave(world: &World, count: usize, version: u32, is_sound: bool) -> Vec<String> {
    let lay = |_| {
        let spoken = world.next_words();
        let mut ledger = world.ledger.borrow_mut();
        ledger.tapped(&spoken.id, &spoken.content());
        if version <= 1 {
            ledger.shown(&spoken.id, &spoken.content());
        }
        let entry = Entry {
            seq: 0,
            id: spoken.id.clone(),
            route: Route {
                endpoint: ENDPOINT.to_owned(),
                ..Route::default()
            },
            body: spoken.body(),
        };
        world.device().leave(entry, version, is_sound);
        spoken.id
    };
    (0..count).map(lay).collect()
}

fn other_releases(mutant: Mutant) -> Sum {
    let world = World::begin(1, mutant);
    leave(&world, 5, 0, true);
    let newer = leave(&world, 5, 2, true);
    leave(&world, 5, 1, true);
    let tab = world.open();
    world.rate(&tab);
    let sum = world.settle(HOUR);
    if mutant == Mutant::None {
        assert_eq!(sum.rows, 11, "all but the newer release's");
        let waiting = world.device().waiting.borrow();
        let left: Vec<&String> = waiting.values().map(|record| &record.entry.id).collect();
        assert!(left.into_iter().eq(&newer), "those are left alone");
    }
    sum
}

fn damaged(mutant: Mutant) -> Sum {
    let world = World::begin(1, mutant);
    leave(&world, 10, 1, true);
    let broken = leave(&world, 1, 1, false);
    leave(&world, 10, 1, true);
    let _tab = world.open();
    let sum = world.settle(HOUR);
    if mutant == Mutant::None {
        assert_eq!((sum.rows, sum.apart), (20, 1));
        assert_eq!(world.device().set_apart()[0].0, broken[0]);
    }
    sum
}

/// The outbox reads the device's clock for one thing: a `Retry-After` that is a date.
fn clock_jumps(mutant: Mutant) -> Sum {
    use manyi_delivery::outcome::retry_after_ms;
    let year_ms = 365.25 * DAY;
    let now_ms = 56.9 * year_ms;
    let mut sum = Sum::default();
    for clock_ms in [
        now_ms,
        now_ms + 10.0 * year_ms,
        now_ms - 10.0 * year_ms,
        0.0,
        f64::NAN,
    ] {
        let (world, tab) = one_tab(mutant);
        let date = |_: &str| Some(now_ms + 60.0 * SECOND);
        let wish = retry_after_ms("a date a minute from now", clock_ms, date);
        world.network.turn(&[Weather::Status(503, wish)]);
        for _ in 0..10 {
            world.rate(&tab);
            world.wait(6.0 * 60.0 * SECOND);
        }
        if mutant == Mutant::None {
            assert_eq!(world.device().count(), 10, "nothing expires");
            let posts = world.network.posts.borrow().len();
            assert!(posts <= 80, "{posts} posts in an hour, {wish:?} asked for");
        }
        let one = world.settle(2.0 * DAY);
        if mutant == Mutant::None {
            let rows = world.server.rows.borrow();
            let ids = rows.iter().map(|(id, _)| id.clone());
            let wanted = (1..=10).map(|n| format!("id-{n}"));
            assert!(ids.eq(wanted), "in the order of the device's count");
        }
        sum += one;
    }
    sum
}

fn new_version(mutant: Mutant) -> Sum {
    let (world, tab) = one_tab(mutant);
    world.network.turn(&[Weather::Dead]);
    for _ in 0..10 {
        world.rate(&tab);
        world.wait(SECOND);
    }
    world.server.version.set(2);
    for _ in 0..10 {
        let mut spoken = world.next_words();
        spoken.version = 2;
        tab.tap(ENDPOINT, &spoken);
        world.wait(SECOND);
    }
    let sum = world.settle(HOUR);
    if mutant == Mutant::None {
        let rows = world.server.rows.borrow();
        let of = |version: &str| {
            let of = rows.iter().filter(|(_, said)| said.starts_with(version));
            of.count()
        };
        assert_eq!((of("1;"), of("2;")), (10, 10));
    }
    sum
}

fn invitation(mutant: Mutant) -> Sum {
    let mut world = World::begin(1, mutant);
    let origins = [world.origins[0].clone(), world.add_device(true)];
    world.network.turn(&[Weather::Dead]);
    for origin in &origins {
        let tab = world.open_on(origin);
        let mut spoken = world.next_words();
        spoken.invitation = "the same".to_owned();
        tab.tap(ENDPOINT, &spoken);
    }
    world.wait(60.0 * SECOND);
    let sum = world.settle(HOUR);
    if mutant == Mutant::None {
        assert_eq!((sum.rows, sum.apart), (1, 1), "one counts, one is kept");
    }
    sum
}
