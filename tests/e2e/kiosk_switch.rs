//! The operator ends the kiosk on all tablets by one command, and lets it live again.

use libtest_mimic::Trial;
use serde_json::json;

use crate::browser::Kind;
use crate::device;
use crate::kiosk::{Tablet, trial};
use crate::page::PATIENCE;
use crate::webdriver::wait;

/// Not in WebKitGTK: it has no service worker under automation.
pub fn trials(kind: Kind) -> Vec<Trial> {
    if kind == Kind::Webkit {
        return Vec::new();
    }
    let name = "f39_one_command_takes_every_version_and_one_brings_them_back";
    vec![trial(kind, name, switched)]
}

/// How many versions lie on the tablet.
fn versions(tablet: &Tablet) -> u64 {
    let count = "return caches.keys().then((all) => all.filter((name) => name.startsWith('manyi-kiosk-version-')).length)";
    tablet.run(count).as_u64().unwrap_or_default()
}

/// Has the worker look for a new version, as it does by itself from time to time.
fn check(tablet: &Tablet) {
    tablet.run(
        "return navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ ask: 'check', also: [] }))",
    );
}

fn switched(tablet: &mut Tablet) {
    tablet.set_up("&thanks=60&endpoint=/v1/nowhere");
    wait("a version on the tablet", PATIENCE, || {
        (versions(tablet) > 0).then_some(())
    });
    tablet.screen("attract");
    tablet.rate_well();
    let waits = || device::holds(tablet.browser())["waiting"].clone();
    assert_eq!(waits(), json!(1));
    // While the collector runs, from another shell.
    tablet.collector.say(&["kiosk", "kill"]);
    check(tablet);
    wait("every version to be gone", PATIENCE, || {
        (versions(tablet) == 0).then_some(())
    });
    // From the network it goes on, and nothing that waited was lost.
    tablet.open("/kiosk");
    tablet.screen("attract");
    assert_eq!((versions(tablet), waits()), (0, json!(1)));
    tablet.collector.say(&["kiosk", "revive"]);
    tablet.open("/kiosk");
    tablet.screen("attract");
    check(tablet);
    wait("a version on the tablet", PATIENCE, || {
        (versions(tablet) > 0).then_some(())
    });
    assert_eq!(waits(), json!(1));
}
