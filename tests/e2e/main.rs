//! The widget, the collector and real browsers together.
//!
//! `cargo xtask test` builds what is needed and runs this. By hand:
//! `MANYI_COLLECTOR=… cargo test --test e2e`, with part of a name to choose
//! trials, and `MANYI_BROWSERS=chromium,firefox` to choose browsers.
//!
//! | module | noun |
//! | --- | --- |
//! | `webdriver`, `browser` | three browsers behind one small client |
//! | `collector`, `front` | the real collector, and the bad network before it |
//! | `page`, `plan` | a survey on screen, and a person who answers it |
//! | `surveys`, `faults`, `embed`, `keyboard`, `access` | the trials |

// wasm-pack builds every test for the browser; this one is of no use there.
#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod access;
#[cfg(not(target_arch = "wasm32"))]
mod browser;
#[cfg(not(target_arch = "wasm32"))]
mod collector;
#[cfg(not(target_arch = "wasm32"))]
mod embed;
#[cfg(not(target_arch = "wasm32"))]
mod faults;
#[cfg(not(target_arch = "wasm32"))]
mod front;
#[cfg(not(target_arch = "wasm32"))]
mod keyboard;
#[cfg(not(target_arch = "wasm32"))]
mod npm;
#[cfg(not(target_arch = "wasm32"))]
mod page;
#[cfg(not(target_arch = "wasm32"))]
mod plan;
#[cfg(not(target_arch = "wasm32"))]
mod shots;
#[cfg(not(target_arch = "wasm32"))]
mod surveys;
#[cfg(not(target_arch = "wasm32"))]
mod webdriver;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    let mut arguments = libtest_mimic::Arguments::from_args();
    // Two browsers at a time: each of them wants a core.
    arguments.test_threads.get_or_insert(2);
    let mut trials = Vec::new();
    for kind in browser::Kind::asked_for() {
        trials.extend(surveys::trials(kind));
        trials.extend(faults::trials(kind));
        trials.extend(embed::trials(kind));
        trials.extend(keyboard::trials(kind));
        trials.extend(access::trials(kind));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    surveys::end_shared_collector();
    browser::end_all();
    conclusion.exit_code()
}
