//! Level c: the browser is killed, with SIGKILL, and started again on the same profile.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use libtest_mimic::Trial;

use crate::browser::{Browser, Kind, free_port};
use crate::collector::output;
use crate::front::{Gate, Reply};
use crate::lab::Lab;
use crate::ledger::{Sum, enter};
use crate::level_b::is_long;
use crate::timed;
use crate::webdriver::wait;
use crate::world::chance::Chance;

/// How often a browser is killed in one run.
const KILLS: u32 = 20;
/// In the long one.
const KILLS_LONG: u32 = 200;

/// The trials of this level.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let trial = |name: &'static str, moment: Moment| {
        let name = format!("c::{}::{name}", kind.name());
        timed::trial(name.clone(), move || {
            let kills = if is_long() { KILLS_LONG } else { KILLS };
            let case = name.rsplit("::").next().unwrap_or_default();
            let line = format!("{case} in {}", kind.name());
            enter("C", &line, kills, kill_often(kind, kills, moment));
        })
    };
    vec![
        trial("f22_killed_right_after_submitted", Moment::Shown),
        trial("f23_killed_at_any_moment_of_a_submission", Moment::Any),
        trial("f21_the_drainer_is_killed_in_mid_drain", Moment::Draining),
    ]
}

/// When the browser is killed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// As soon as the page says 已提交.
    Shown,
    /// Up to so many milliseconds after the tap that the page is done by then.
    Any,
    /// While its post is under way.
    Draining,
}

/// A folder for a browser's profile, gone with its owner.
pub struct Profile(pub PathBuf);

impl Profile {
    /// An empty one.
    pub fn new() -> Self {
        let name = format!("profile-{}-{}", std::process::id(), free_port());
        let folder = output().join(name);
        std::fs::create_dir_all(&folder).expect("target/e2e can be written to");
        Self(folder)
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Kills the browser that runs on `profile`: its first process, whose end ends the rest.
pub fn kill(profile: &Path) {
    let mark = profile.to_string_lossy().into_owned();
    let pids = || -> Vec<String> {
        let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = all.filter_map(|entry| entry.file_name().into_string().ok());
        pids.filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit()))
            .filter(|pid| {
                let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                let line = String::from_utf8_lossy(&line).into_owned();
                line.contains(&mark) && !line.contains("driver")
            })
            .collect()
    };
    assert!(!pids().is_empty(), "no browser runs on {mark}");
    wait("the browser to be gone", Duration::from_secs(20), || {
        let running = pids();
        if running.is_empty() {
            return Some(());
        }
        // Its children may be gone before their turn, which `kill` complains of.
        let mut kill = Command::new("kill");
        let _ = kill
            .arg("-KILL")
            .args(&running)
            .stderr(Stdio::null())
            .status();
        None
    });
    // What a browser says of its being there, another one may not find.
    for name in [
        "SingletonLock",
        "SingletonSocket",
        "SingletonCookie",
        "lock",
        ".parentlock",
    ] {
        let _ = std::fs::remove_file(profile.join(name));
    }
}

/// One tap, by script, as soon as the script is told.
const TAP: &str = "
const root = arguments[0].shadowRoot;
const button = (name) => [...root.querySelectorAll('button')].find((el) => el.textContent.trim() === name);
root.querySelector('input[type=radio][value=satisfied]').click();
setTimeout(() => button('提交评价').click(), 20);";

fn kill_often(kind: Kind, kills: u32, moment: Moment) -> Sum {
    let profile = Profile::new();
    let seed = SystemTime::now().duration_since(UNIX_EPOCH);
    let seed = seed.map_or(1, |since| since.as_secs());
    println!("{kills} kills of {} by seed {seed}", kind.name());
    let chance = Chance::from(seed);
    let mut browser = Browser::start_in(kind, &profile.0);
    // The network, the collector and what was said outlive every browser.
    let mut lab = Lab::new(&browser, None).free();
    for n in 0..kills {
        let world = lab.with(&browser);
        let survey = world.visit();
        let gate = Gate::default();
        if moment == Moment::Draining {
            world.posts(|_| Reply::Drop);
            world.rate(&survey, 2);
        }
        let (shown, posts) = (world.witness("shown").len(), world.requests().len());
        match moment {
            Moment::Shown => world.posts(|_| Reply::Drop),
            Moment::Any => world.mend(),
            Moment::Draining => {
                let held = gate.clone();
                world.posts(move |_| Reply::HoldAnswer(held.clone()));
            }
        }
        // Nobody waits for the end of that drain.
        let draining = "arguments[0].flush()";
        survey.ask(if moment == Moment::Draining {
            draining
        } else {
            TAP
        });
        match moment {
            Moment::Shown => wait("已提交", Duration::from_secs(30), || {
                (world.witness("shown").len() > shown).then_some(())
            }),
            Moment::Any => {
                let ms = chance.between(0.0, 250.0);
                std::thread::park_timeout(Duration::from_secs_f64(ms / 1_000.0));
            }
            Moment::Draining => wait("a post", Duration::from_secs(30), || {
                (world.requests().len() > posts).then_some(())
            }),
        }
        kill(&profile.0);
        gate.open();
        lab = world.free();
        browser = Browser::start_in(kind, &profile.0);
        if n % 5 == 4 {
            // From time to time everything gets through, as on any evening.
            let world = lab.with(&browser);
            world.mend();
            let survey = world.visit();
            world.empty(&survey);
            lab = world.free();
        }
    }
    let world = lab.with(&browser);
    world.mend();
    let survey = world.visit();
    let sum = world.settle(&survey);
    drop(world);
    sum
}
