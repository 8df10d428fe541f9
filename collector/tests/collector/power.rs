//! F43 and F44 on a disk of the test's own: the power is cut, it is full, it fails.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use manyi_collector::Collector;
use manyi_collector::config::Settings;

use crate::crash::{BINARY, Process, exported, rounds, storm_until};
use crate::disk::{Disk, Trouble};
use crate::running::{JSON, id, satisfied, send};

type Ids = BTreeSet<String>;

/// Cuts the power in a storm of posts, and gives it back. The ids answered with
/// 201, and all that were sent.
async fn cut(
    disk: &mut Disk,
    next: &Arc<AtomicU32>,
    more: u32,
    seed: u64,
    lie: bool,
) -> (Ids, Ids) {
    let process = Process::start(disk.path(), &[]);
    let switch = disk.switch();
    if lie {
        switch.trouble(Some(Trouble::Lying));
    }
    let reached = next.load(Ordering::Relaxed) + more;
    let result = storm_until(process, Arc::clone(next), reached, move |mut process| {
        switch.cut();
        process.child.kill().unwrap();
        process.child.wait().unwrap();
    })
    .await;
    disk.back_on(seed);
    result
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f43_every_2xx_before_a_power_cut_is_a_row() {
    let mut disk = Disk::new();
    let (mut stored, mut tried) = (Ids::new(), Ids::new());
    let next = Arc::new(AtomicU32::new(0));
    for round in 0..rounds("MANYI_CUTS", 20) {
        let (s, t) = cut(
            &mut disk,
            &next,
            40 + 17 * (round % 12),
            round.into(),
            false,
        )
        .await;
        stored.extend(s);
        tried.extend(t);
        let rows = exported(disk.path());
        assert_eq!(stored.difference(&rows).count(), 0, "lost in round {round}");
        assert_eq!(
            rows.difference(&tried).count(),
            0,
            "from nobody, round {round}"
        );
    }
    println!("{} acknowledged, {} sent", stored.len(), tried.len());
    assert!(!stored.is_empty());
}

/// The test above can fail: a disk that only says that it syncs loses rows, and
/// the comparison sees it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f43_a_disk_that_lies_about_syncing_is_found_out() {
    let mut disk = Disk::new();
    let next = Arc::new(AtomicU32::new(0));
    let (stored, _) = cut(&mut disk, &next, 60, 1, false).await;
    assert_eq!(stored.difference(&exported(disk.path())).count(), 0);
    let mut lost = 0;
    for seed in 0..10 {
        let (stored, _) = cut(&mut disk, &next, 60, seed, true).await;
        let output = Command::new(BINARY)
            .args(["export", "--format", "jsonl", "--data"])
            .arg(disk.path())
            .output()
            .unwrap();
        // It may be beyond reading; then all of it is lost.
        let text = String::from_utf8_lossy(&output.stdout);
        lost += stored.iter().filter(|id| !text.contains(*id)).count();
        if lost > 0 {
            return;
        }
    }
    panic!("ten power cuts on a lying disk lost nothing");
}

async fn post(at: std::net::SocketAddr, n: u32) -> crate::running::Reply {
    let body = satisfied(&id(n)).to_string();
    send(at, "POST", "/v1/responses", &[JSON], body).await
}

async fn stored_again(collector: &Collector, data: &Path, trouble: Trouble, disk: &Disk) {
    let at = collector.address();
    assert_eq!(post(at, 1).await.status, 201);
    disk.switch().trouble(Some(trouble));
    for n in 2..6 {
        let reply = post(at, n).await;
        assert_eq!(reply.status, 503, "{trouble:?}: {}", reply.text());
        assert_eq!(reply.header("retry-after"), "5");
        assert_eq!(reply.header("content-type"), "application/problem+json");
    }
    let batch = serde_json::json!([satisfied(&id(6)), satisfied(&id(1))]).to_string();
    let reply = send(at, "POST", "/v1/batches", &[JSON], batch).await;
    assert_eq!(reply.status, 503, "{trouble:?}: {}", reply.text());
    let reply = send(at, "GET", "/healthz", &[], "").await;
    assert_eq!(reply.status, 200, "{trouble:?}: reading goes on");
    disk.switch().trouble(None);
    for n in 4..8 {
        // After a 503 nobody knows, least of all when it was the sync that failed.
        let status = post(at, n).await.status.as_u16();
        assert!([200, 201].contains(&status), "{trouble:?}: {status}");
        assert!(n < 6 || status == 201, "{trouble:?}: {status}");
    }
    let rows = exported(data);
    let promised: Ids = [1, 4, 5, 6, 7].into_iter().map(id).collect();
    let sent: Ids = (1..8).map(id).collect();
    assert!(rows.is_superset(&promised), "{trouble:?}: {rows:?}");
    assert!(rows.is_subset(&sent), "{trouble:?}: {rows:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f44_a_disk_that_is_full_or_read_only_or_broken_is_503_and_mends_by_itself() {
    for trouble in [Trouble::Full, Trouble::ReadOnly, Trouble::NoSync] {
        let disk = Disk::new();
        let settings = Settings::local(disk.path());
        let collector = Collector::start(settings).await.unwrap();
        stored_again(&collector, disk.path(), trouble, &disk).await;
        collector.stop().await;
    }
}

/// A process that was killed leaves rows that can be read and are not on the disk.
/// Whoever is told that one of them is there must not lose it to the next cut.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f43_a_duplicate_is_on_the_disk_before_it_is_called_one() {
    for seed in 0..6 {
        let mut disk = Disk::new();
        let mut process = Process::start(disk.path(), &[]);
        assert_eq!(post(process.address, 1).await.status, 201);
        // The sync of this one is still on its way when the process dies.
        disk.switch().trouble(Some(Trouble::Lying));
        assert_eq!(post(process.address, 2).await.status, 201);
        process.child.kill().unwrap();
        process.child.wait().unwrap();
        disk.switch().trouble(None);
        let mut process = Process::start(disk.path(), &[]);
        assert_eq!(post(process.address, 2).await.status, 200);
        disk.switch().cut();
        process.child.kill().unwrap();
        process.child.wait().unwrap();
        disk.back_on(seed);
        let rows = exported(disk.path());
        assert_eq!(
            rows,
            [1, 2].into_iter().map(id).collect::<Ids>(),
            "seed {seed}"
        );
    }
}
