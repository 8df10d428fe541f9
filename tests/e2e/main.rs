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
//! | `device` | what lies on the device's disk |
//! | `surveys`, `faults`, `outbox`, `staff`, `embed`, `keyboard`, `access`, `clerk`, `kiosk`, `kiosk_switch`, `kiosk_long`, `desk` | the trials |

mod access;
#[allow(dead_code, reason = "tests/faults uses the rest")]
mod browser;
mod clerk;
#[allow(dead_code, reason = "tests/faults uses the rest")]
mod collector;
mod desk;
mod device;
mod embed;
mod faults;
#[allow(dead_code, reason = "tests/faults uses the rest")]
mod front;
mod keyboard;
mod kiosk;
mod kiosk_long;
mod kiosk_switch;
mod npm;
mod outbox;
mod page;
mod plan;
mod shots;
mod staff;
mod surveys;
mod timed;
#[allow(dead_code, reason = "tests/faults uses the rest")]
mod webdriver;

fn main() -> std::process::ExitCode {
    let mut arguments = libtest_mimic::Arguments::from_args();
    // One more than the two cores that CI has: a tablet waits for most of its time.
    arguments.test_threads.get_or_insert(3);
    let (mut trials, mut tablets) = (Vec::new(), Vec::new());
    for kind in browser::Kind::asked_for() {
        trials.extend(surveys::trials(kind));
        trials.extend(faults::trials(kind));
        trials.extend(outbox::trials(kind));
        trials.extend(staff::trials(kind));
        trials.extend(embed::trials(kind));
        trials.extend(keyboard::trials(kind));
        trials.extend(access::trials(kind));
        trials.extend(clerk::trials(kind));
        trials.extend(desk::trials(kind));
        tablets.extend(kiosk::trials(kind));
        tablets.extend(kiosk_switch::trials(kind));
        tablets.extend(kiosk_long::trials(kind));
    }
    let trials = timed::spread(trials, tablets);
    let conclusion = libtest_mimic::run(&arguments, trials);
    surveys::end_shared_collector();
    browser::end_all();
    print!("{}", timed::table());
    conclusion.exit_code()
}
