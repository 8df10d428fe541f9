use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::entry::Proof;

const OURS: &str = "https://rate.example/v1/responses";
const OTHER: &str = "https://other.example/save.php";

/// Runs a future that never has to wait: everything below answers at once.
fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

#[derive(Default)]
struct Disk {
    waiting: RefCell<Vec<Entry>>,
    apart: RefCell<Vec<String>>,
    is_full: bool,
}

impl Store for Disk {
    async fn endpoints(&self) -> Result<Vec<String>, Lost> {
        let mut all: Vec<String> = Vec::new();
        for entry in self.waiting.borrow().iter() {
            if !all.contains(&entry.route.endpoint) {
                all.push(entry.route.endpoint.clone());
            }
        }
        Ok(all)
    }

    async fn peek(&self, endpoint: &str, after: u64, limit: usize) -> Result<Vec<Entry>, Lost> {
        let waiting = self.waiting.borrow();
        let fit = waiting
            .iter()
            .filter(|entry| entry.route.endpoint == endpoint && entry.seq > after);
        Ok(fit.take(limit).cloned().collect())
    }

    async fn delivered(&self, entries: &[&Entry]) -> Result<(), Lost> {
        self.waiting
            .borrow_mut()
            .retain(|entry| !entries.contains(&entry));
        Ok(())
    }

    async fn quarantine(&self, entry: &Entry, _why: Why, _status: u16) -> Result<(), Lost> {
        if self.is_full {
            return Err(Lost);
        }
        if self.waiting.borrow().contains(entry) {
            self.apart.borrow_mut().push(entry.id.clone());
        }
        self.delivered(&[entry]).await
    }
}

/// A server as a function, and what it was asked.
struct Server<F> {
    judge: F,
    takes_batches: bool,
    asked: RefCell<Vec<Vec<u64>>>,
}

impl<F: Fn(&Entry) -> Outcome> Wire for Server<F> {
    async fn post(&self, entry: &Entry) -> Outcome {
        self.asked.borrow_mut().push(vec![entry.seq]);
        (self.judge)(entry)
    }

    async fn batch(&self, address: &str, entries: &[Entry]) -> Batch {
        assert_eq!(address, "https://rate.example/v1/batches");
        self.asked
            .borrow_mut()
            .push(entries.iter().map(|entry| entry.seq).collect());
        if !self.takes_batches {
            return Batch::Unknown;
        }
        let each: Vec<Outcome> = entries.iter().map(&self.judge).collect();
        match each
            .iter()
            .find(|outcome| matches!(outcome, Outcome::Retry { .. }))
        {
            Some(retry) => Batch::Whole(retry.clone()),
            None => Batch::Each(each),
        }
    }
}

#[derive(Default)]
struct Hand(Cell<f64>);

impl Clock for Hand {
    fn now_ms(&self) -> f64 {
        self.0.get()
    }

    fn random(&self) -> f64 {
        1.0
    }
}

fn entry(seq: u64, endpoint: &str) -> Entry {
    Entry {
        seq,
        id: format!("id-{seq}"),
        route: Route {
            endpoint: endpoint.to_owned(),
            proof: Proof::Id,
            ..Route::default()
        },
        body: format!("{{\"id\":\"id-{seq}\"}}"),
    }
}

fn disk(entries: impl IntoIterator<Item = Entry>) -> Disk {
    Disk {
        waiting: RefCell::new(entries.into_iter().collect()),
        ..Disk::default()
    }
}

fn server<F: Fn(&Entry) -> Outcome>(judge: F) -> Server<F> {
    Server {
        judge,
        takes_batches: true,
        asked: RefCell::default(),
    }
}

fn received(entry: &Entry) -> Outcome {
    Outcome::Delivered {
        receipt: entry.id.clone(),
        is_ours: entry.route.endpoint == OURS,
    }
}

fn retry(why: Why, is_general: bool) -> Outcome {
    Outcome::Retry {
        after_ms: None,
        why,
        is_general,
    }
}

fn refused() -> Outcome {
    Outcome::Quarantined {
        why: Why::Refused,
        status: 422,
        problems: "[]".to_owned(),
    }
}

/// A pass; what was told, in words.
fn pass<F: Fn(&Entry) -> Outcome>(
    disk: &Disk,
    server: &Server<F>,
    clock: &Hand,
    lines: &Lines,
) -> Vec<String> {
    let mut told = Vec::new();
    let mut tell = |news: News<'_>| {
        told.push(match news {
            News::Delivered { id, .. } => format!("{id} delivered"),
            News::Quarantined { id, .. } => format!("{id} apart"),
            News::Kept { id, .. } => format!("{id} kept"),
            News::Closed { why, .. } => format!("closed: {}", why.name()),
        });
    };
    run(drain(disk, server, clock, lines, &mut tell)).expect("the disk works");
    told
}

fn left(disk: &Disk) -> Vec<u64> {
    disk.waiting
        .borrow()
        .iter()
        .map(|entry| entry.seq)
        .collect()
}

#[test]
fn our_collector_gets_one_post_and_then_batches_in_order() {
    let disk = disk((1..=250).map(|seq| entry(seq, OURS)));
    let server = server(received);
    let told = pass(&disk, &server, &Hand::default(), &Lines::default());
    let sizes: Vec<usize> = server.asked.borrow().iter().map(Vec::len).collect();
    assert_eq!(sizes, [1, 100, 100, 49]);
    assert!(server.asked.borrow().concat().is_sorted());
    assert_eq!((told.len(), left(&disk)), (250, vec![]));
}

#[test]
fn another_backend_gets_single_posts() {
    let disk = disk((1..=5).map(|seq| entry(seq, OTHER)));
    let server = server(received);
    pass(&disk, &server, &Hand::default(), &Lines::default());
    assert_eq!(server.asked.borrow().len(), 5);
    assert_eq!(left(&disk), [0; 0]);
}

#[test]
fn what_looks_like_our_collector_and_takes_no_batches_is_asked_once() {
    let disk = disk((1..=10).map(|seq| entry(seq, OURS)));
    let server = Server {
        takes_batches: false,
        ..server(received)
    };
    pass(&disk, &server, &Hand::default(), &Lines::default());
    let batches = server
        .asked
        .borrow()
        .iter()
        .filter(|asked| asked.len() > 1)
        .count();
    assert_eq!((batches, left(&disk)), (1, vec![]));
}

#[test]
fn a_batch_is_never_larger_than_a_slow_line_carries() {
    let large = |seq| Entry {
        body: "x".repeat(BATCH_BYTES / 3),
        ..entry(seq, OURS)
    };
    let disk = disk((1..=7).map(large));
    let server = server(received);
    pass(&disk, &server, &Hand::default(), &Lines::default());
    let sizes: Vec<usize> = server.asked.borrow().iter().map(Vec::len).collect();
    assert_eq!(sizes, [1, 2, 2, 2]);
}

#[test]
fn f11_a_server_in_repair_is_left_alone_and_nothing_is_deleted() {
    let disk = disk((1..=3).map(|seq| entry(seq, OURS)));
    let server = server(|_: &Entry| retry(Why::Server, true));
    let (clock, lines) = (Hand::default(), Lines::default());
    assert_eq!(pass(&disk, &server, &clock, &lines), ["closed: server"]);
    assert_eq!(pass(&disk, &server, &clock, &lines), Vec::<String>::new());
    assert_eq!(lines.next_ms(0.0), Some(1_000.0));
    clock.0.set(1_000.0);
    assert_eq!(pass(&disk, &server, &clock, &lines), ["closed: server"]);
    assert_eq!(lines.next_ms(1_000.0), Some(2_000.0));
    assert_eq!(
        (server.asked.borrow().len(), left(&disk)),
        (2, vec![1, 2, 3])
    );
}

#[test]
fn f12_a_wish_to_be_left_alone_outlives_the_networks_return() {
    let disk = disk([entry(1, OURS), entry(2, OTHER)]);
    let server = server(|entry: &Entry| Outcome::Retry {
        after_ms: (entry.seq == 1).then_some(60_000),
        why: Why::Server,
        is_general: true,
    });
    let lines = Lines::default();
    pass(&disk, &server, &Hand::default(), &lines);
    lines.wake();
    assert!(!lines.is_open(OURS, 59_999.0) && lines.is_open(OTHER, 0.0));
}

#[test]
fn f14_one_that_is_refused_is_set_apart_and_the_others_go_on() {
    let disk = disk((1..=150).map(|seq| entry(seq, OURS)));
    let server = server(|entry: &Entry| {
        if entry.seq == 1 || entry.seq == 77 {
            refused()
        } else {
            received(entry)
        }
    });
    let told = pass(&disk, &server, &Hand::default(), &Lines::default());
    assert_eq!(*disk.apart.borrow(), ["id-1", "id-77"]);
    assert_eq!((told.len(), left(&disk)), (150, vec![]));
}

#[test]
fn f26_without_room_to_set_one_apart_the_others_still_go_on() {
    let disk = Disk {
        is_full: true,
        ..disk((1..=4).map(|seq| entry(seq, OTHER)))
    };
    let server = server(|entry: &Entry| {
        if entry.seq == 2 {
            refused()
        } else {
            received(entry)
        }
    });
    let lines = Lines::default();
    pass(&disk, &server, &Hand::default(), &lines);
    assert_eq!(left(&disk), [2]);
    assert_eq!(lines.next_ms(0.0), Some(1_000.0));
}

#[test]
fn one_that_a_firewall_stops_does_not_stop_the_others() {
    let stopped = |entry: &Entry| match entry.seq {
        1 | 2 | 40 => retry(Why::Server, false),
        _ => received(entry),
    };
    let disk = disk((1..=60).map(|seq| entry(seq, OURS)));
    let server = server(stopped);
    let (clock, lines) = (Hand::default(), Lines::default());
    // Two in a row may be the server itself, so the first pass ends there.
    assert_eq!(
        pass(&disk, &server, &clock, &lines),
        ["id-1 kept", "closed: server"]
    );
    clock.0.set(1_000.0);
    pass(&disk, &server, &clock, &lines);
    assert_eq!(left(&disk), [1, 2, 40]);
    // New ones do not wait for those.
    disk.waiting.borrow_mut().push(entry(61, OURS));
    assert_eq!(pass(&disk, &server, &clock, &lines), ["id-61 delivered"]);
}

#[test]
fn f13_a_gateway_that_refuses_everybody_is_tried_ever_more_rarely() {
    let disk = disk((1..=200).map(|seq| entry(seq, OURS)));
    let server = server(|_: &Entry| retry(Why::Server, false));
    let (clock, lines) = (Hand::default(), Lines::default());
    let three_days_ms = 3.0 * 24.0 * 3_600_000.0;
    while clock.0.get() < three_days_ms {
        pass(&disk, &server, &clock, &lines);
        let wait = lines.next_ms(clock.0.get()).expect("something waits");
        clock.0.set(clock.0.get() + wait.max(1.0));
    }
    let posts = server.asked.borrow().len();
    assert!(posts < 3 * 24 * 12 * 3, "{posts} posts in three days");
    assert_eq!(left(&disk).len(), 200);
    let well = self::server(received);
    for _ in 0..20 {
        pass(&disk, &well, &clock, &lines);
        clock.0.set(clock.0.get() + 300_000.0);
    }
    assert_eq!(left(&disk), [0; 0]);
}

#[test]
fn an_endpoint_that_is_away_holds_up_no_other() {
    let disk = disk([entry(1, OURS), entry(2, OTHER), entry(3, OURS)]);
    let server = server(|entry: &Entry| {
        if entry.route.endpoint == OURS {
            Outcome::unreached()
        } else {
            received(entry)
        }
    });
    let told = pass(&disk, &server, &Hand::default(), &Lines::default());
    assert_eq!(told, ["closed: network", "id-2 delivered"]);
    assert_eq!(left(&disk), [1, 3]);
}

#[test]
fn a_batch_that_the_line_cannot_carry_is_halved_until_it_can() {
    let disk = disk((1..=130).map(|seq| entry(seq, OURS)));
    struct Thin(RefCell<Vec<usize>>);
    impl Wire for Thin {
        async fn post(&self, entry: &Entry) -> Outcome {
            self.0.borrow_mut().push(1);
            received(entry)
        }
        async fn batch(&self, _: &str, entries: &[Entry]) -> Batch {
            self.0.borrow_mut().push(entries.len());
            if entries.len() > 30 {
                return Batch::Whole(Outcome::unreached());
            }
            Batch::Each(entries.iter().map(received).collect())
        }
    }
    let (thin, clock, lines) = (Thin(RefCell::default()), Hand::default(), Lines::default());
    for _ in 0..40 {
        run(drain(&disk, &thin, &clock, &lines, &mut |_| ())).expect("the disk works");
        clock.0.set(clock.0.get() + 300_000.0);
    }
    assert_eq!(left(&disk), [0; 0]);
    assert_eq!(thin.0.borrow()[..4], [1, 100, 50, 25]);
}

/// A wire on which somebody says something else while the post is under way.
struct SecondThoughts<'a>(&'a Disk, fn(&Entry) -> Outcome);

impl Wire for SecondThoughts<'_> {
    async fn post(&self, entry: &Entry) -> Outcome {
        if entry.body == "first" {
            self.0.waiting.borrow_mut()[0].body = "second".to_owned();
        }
        (self.1)(entry)
    }

    async fn batch(&self, _: &str, _: &[Entry]) -> Batch {
        Batch::Unknown
    }
}

#[test]
fn what_is_said_while_earlier_words_are_on_their_way_is_not_deleted_with_them() {
    for outcome in [received, |_: &Entry| refused()] {
        let first = Entry {
            body: "first".to_owned(),
            ..entry(1, OTHER)
        };
        let disk = disk([first]);
        let wire = SecondThoughts(&disk, outcome);
        let lines = Lines::default();
        run(drain(&disk, &wire, &Hand::default(), &lines, &mut |_| ())).expect("the disk works");
        assert_eq!(disk.waiting.borrow()[0].body, "second");
    }
}
