//! L7: three days at one window, a rating every ten seconds, in less time than that.
//!
//! The page's clocks are put ten seconds on after each rating, so that the kiosk sees
//! the time go by; whatever else happens happens as it does. Memory is what Chromium
//! says after collecting garbage: the heap of JavaScript, and every memory of Wasm. What
//! Wasm holds of JavaScript is counted: a few bytes a visit would hide among the rest.
//! `MANYI_VISITS` says how many ratings.

use std::collections::BTreeSet;
use std::time::Duration;

use libtest_mimic::Trial;
use serde_json::json;

use crate::browser::Kind;
use crate::collector::Collector;
use crate::device;
use crate::kiosk::{Tablet, trial};
use crate::webdriver::wait;

/// 72 hours; the first of them is warming up.
const LONG: (usize, usize) = (25_920, 360);
/// In every run: enough for a leak of a visit to show.
const SHORT: (usize, usize) = (360, 120);
/// So many ratings are asked for at a time.
const ROUND: usize = 120;

/// Chromium alone says what its memory holds.
pub fn trials(kind: Kind) -> Vec<Trial> {
    if kind != Kind::Chromium {
        return Vec::new();
    }
    let name = "l7_a_rating_every_ten_seconds_loses_nothing_and_does_not_grow";
    vec![trial(kind, name, three_days)]
}

/// Before anything of the page: clocks that can be put on, ticks that do not wait for
/// as long, and lists of what is Wasm's.
const CLOCKS: &str = "
{
  let ahead = 0;
  const [now, date] = [performance.now.bind(performance), Date.now];
  performance.now = () => now() + ahead;
  Date.now = () => date() + ahead;
  const every = setInterval.bind(window);
  window.setInterval = (call, ms, ...more) => every(call, ms < 1000 ? ms / 25 : ms, ...more);
  window.labGoesOn = (ms) => (ahead += ms);
  const [memories, tables] = [new Set(), new Set()];
  window.labHeld = () => [...tables].reduce((sum, table) => {
    for (let n = 0; n < table.length; n += 1) sum += table.get(n) === null ? 0 : 1;
    return sum;
  }, 0);
  window.labWasmBytes = () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  const note = (made) => {
    const { exports } = made.instance ?? made;
    for (const it of Object.values(exports)) {
      if (it instanceof WebAssembly.Memory) memories.add(it);
      if (it instanceof WebAssembly.Table) tables.add(it);
    }
    return made;
  };
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const make = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = (...given) => make(...given).then(note);
  }
}";

/// In the page: so many visits of one tap each.
const VISITS: &str = "
const [count] = arguments;
const until = (what, look) => new Promise((done, fail) => {
  let rest = 60000;
  const again = () => {
    if (look()) return done();
    if ((rest -= 4) < 0) return fail(new Error(`waited in vain for ${what}: ${document.body.innerText.slice(0, 300)}`));
    setTimeout(again, 4);
  };
  again();
});
const screen = (name) => document.documentElement.dataset.screen === name;
return (async () => {
  for (let n = 0; n < count; n += 1) {
    await until('the first screen', () => screen('attract') && document.querySelector('[data-act=rate]'));
    document.querySelector(`[data-act=rate][data-value=${n % 2 ? 'basically_satisfied' : 'satisfied'}]`).click();
    await until('thanks', () => screen('thanks'));
    labGoesOn(10000);
  }
})();";

/// What the page takes, without garbage.
#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    /// Bytes of JavaScript's heap.
    heap: f64,
    /// Bytes of Wasm's memories.
    wasm: f64,
    /// How many values of JavaScript Wasm holds.
    held: f64,
}

/// On the first screen: what a visit holds is its own affair.
fn taken(tablet: &Tablet) -> Taken {
    tablet.screen("attract");
    let wire = &tablet.browser().wire;
    let told = |command: &str| {
        let told = wire.devtools(command, &json!({}));
        told.unwrap_or_else(|error| panic!("{command}: {error}"))
    };
    // What the first leaves to be finalised, the second takes.
    told("HeapProfiler.collectGarbage");
    told("HeapProfiler.collectGarbage");
    let heap = told("Runtime.getHeapUsage");
    let ours = tablet.run("return [labWasmBytes(), labHeld()]");
    let number = |value: &serde_json::Value| value.as_f64().unwrap_or_default();
    Taken {
        heap: number(&heap["usedSize"]),
        wasm: number(&ours[0]),
        held: number(&ours[1]),
    }
}

fn three_days(tablet: &mut Tablet) {
    let is_long = std::env::var_os("MANYI_LONG").is_some();
    let (usual, warm_up) = if is_long { LONG } else { SHORT };
    let wished = std::env::var("MANYI_VISITS").ok();
    let all = wished.and_then(|all| all.parse().ok()).unwrap_or(usual);
    // What a minute here would be hours at a window.
    let many = "1000000";
    tablet.collector = Collector::start(&["--device-burst", many, "--device-per-min", many]);
    let wire = &tablet.browser().wire;
    wire.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({ "source": CLOCKS }),
    )
    .expect("Chromium can be told");
    let limit = json!({ "script": 600_000 });
    wire.post("/timeouts", &limit).expect("a longer limit");
    // Twelve in two minutes are what is asked for here.
    tablet.set_up("&one-tap=1&thanks=2&burst=20");
    let (mut rated, mut warm) = (0, Taken::default());
    while rated < all {
        if rated == warm_up {
            warm = taken(tablet);
        }
        let round = ROUND.min(all - rated);
        println!("l7: after {rated} ratings {:?}", taken(tablet));
        let done = wire.run(VISITS, &[json!(round)]);
        done.unwrap_or_else(|error| panic!("after {rated} ratings: {error}"));
        rated += round;
    }
    wait("everything to be sent", Duration::from_secs(300), || {
        let holds = device::holds(tablet.browser());
        (holds == json!({ "waiting": 0, "quarantine": 0 })).then_some(())
    });
    let end = taken(tablet);
    println!(
        "l7: {all} ratings; JavaScript {:.0} → {:.0} kB, Wasm {:.0} → {:.0} kB, held {} → {}",
        warm.heap / 1e3,
        end.heap / 1e3,
        warm.wasm / 1e3,
        end.wasm / 1e3,
        warm.held,
        end.held
    );
    assert!(
        warm.heap > 0.0 && warm.wasm > 0.0 && warm.held > 0.0,
        "all were measured: {warm:?}"
    );
    let growth = (end.heap + end.wasm) / (warm.heap + warm.wasm) - 1.0;
    assert!(growth <= 0.1, "memory grew by {:.1} %", growth * 100.0);
    // Not one for each: what is under way holds some.
    let kept = (end.held - warm.held) / (all - warm_up) as f64;
    assert!(kept < 0.5, "a visit leaves {kept:.1} values held");
    let rows = tablet.collector.rows();
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
    assert_eq!((rows.len(), ids.len()), (all, all), "each once");
    let counts = tablet.run("return localStorage['manyi-kiosk-counts']");
    let counts: Vec<&str> = counts.as_str().unwrap_or_default().split(',').collect();
    let (all, none) = (all.to_string(), "0".to_owned());
    assert_eq!(
        counts[..4],
        [&*all, &*all, &*none, &*none],
        "begun, submitted, walked away, too fast"
    );
}
