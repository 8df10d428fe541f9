//! The steps, in an order where the quick ones speak first.
//!
//! Every cargo command selects the whole workspace with the same features, so
//! that cargo chooses the same features of every dependency each time and
//! builds each of them once.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::setup::{self, Browsers};
use super::table::Table;
use super::tally::Tally;
use super::{Extent, marked};
use crate::collector::WIDGET_DIR;
use crate::command::cargo;
use crate::dist;
use crate::failure::{Failure, Outcome};
use crate::toolchain::WASM;
use crate::tree::Tree;
use crate::widget;
use crate::widget::compile::Floor;

/// The tests that drive browsers from outside, which plain `cargo test` leaves out.
const DRIVEN: [&str; 4] = ["--test", "e2e", "--test", "faults"];

/// Trials that reach into every module.
const PUBLISHED: &str = "kiosk_";

/// The fault lab with every round that it has; three days at a window.
const HOURS: Duration = Duration::from_secs(6 * 60 * 60);

/// Takes the steps.
pub fn follow(tree: &Tree, extent: Extent, table: &mut Table) {
    let mut browsers = None;
    let ready = table.check("set-up", || {
        setup::rust()?;
        if extent != Extent::Quick {
            browsers = Some(setup::browsers(tree)?);
        }
        Ok(())
    });
    if !ready || marked::ending() {
        return;
    }
    let plan = Plan { tree, extent };
    table.check("formatting", || {
        marked::check(plan.cargo("fmt").args(["--all", "--check"]))
    });
    table.check("clippy", || {
        let mut clippy = plan.workspace("clippy");
        marked::check(
            clippy
                .args(["--all-targets"])
                .args(DRIVEN)
                .args(["--", "-D", "warnings"]),
        )
    });
    table.check("clippy in the browser", || {
        let mut clippy = plan.cargo("clippy");
        clippy.args([
            "--package",
            "manyi",
            "--package",
            "manyi-delivery",
            "--package",
            "manyi-queue",
            "--package",
            "manyi-kiosk",
            "--lib",
            "--test",
            "browser",
            "--test",
            "outbox",
            "--target",
            WASM,
        ]);
        marked::check(clippy.args(["--", "-D", "warnings"]))
    });
    let built = table.check("widget", || widget::build(tree).map(drop));
    let built = built
        && table.check("everything else", || {
            marked::check(
                plan.workspace("build")
                    .args(["--bins", "--tests"])
                    .args(DRIVEN),
            )
        });
    if !built || marked::ending() {
        return;
    }
    table.tests("native tests", || {
        marked::tests(plan.workspace("test").arg("--no-fail-fast"))
    });
    if let Some(browsers) = browsers {
        for browser in ["chromium", "firefox"] {
            for (what, folder) in [("widget", "."), ("outbox", "delivery")] {
                if !marked::ending() {
                    table.tests(&format!("{what} in {browser}"), || {
                        plan.browser(browser, folder, &browsers)
                    });
                }
            }
        }
        for (what, test, kinds) in [
            ("widget and collector", "e2e", "chromium,firefox,webkit"),
            ("fault lab", "faults", "chromium,firefox"),
        ] {
            if !marked::ending() {
                table.tests(what, || {
                    let limit = if extent == Extent::Long {
                        HOURS
                    } else {
                        marked::LIMIT
                    };
                    marked::tests_within(limit, &mut plan.driven(test, kinds, &browsers)?)
                });
            }
        }
        if extent == Extent::Long && !marked::ending() {
            // What is tested above has names, checks and a std that `dist` takes off.
            table.tests("kiosk, widget and outbox as published", || {
                dist::make(tree, Floor::Today)?;
                let mut published = plan.driven("e2e", "chromium", &browsers)?;
                published.env("MANYI_WIDGET", tree.dist());
                marked::tests(published.args(["--", PUBLISHED]))
            });
        }
    }
}

struct Plan<'a> {
    tree: &'a Tree,
    extent: Extent,
}

impl Plan<'_> {
    fn cargo(&self, verb: &str) -> Command {
        let mut cargo = cargo(&self.tree.root);
        cargo.arg(verb).env(WIDGET_DIR, self.tree.widget_files());
        if self.extent == Extent::Long {
            cargo.env("PROPTEST_CASES", "4096").env("MANYI_LONG", "1");
            // How often the collector's tests kill it and cut its power.
            cargo.env("MANYI_KILLS", "100").env("MANYI_CUTS", "50");
        }
        cargo
    }

    fn workspace(&self, verb: &str) -> Command {
        let mut cargo = self.cargo(verb);
        cargo.args(["--workspace", "--features", "xtask/runner,xtask/generate"]);
        cargo
    }

    /// `tests/browser` of the package in `folder` by wasm-pack, and what stands beside it.
    fn browser(&self, browser: &str, folder: &str, found: &Browsers) -> Outcome<Tally> {
        let (flag, driver): (_, &Path) = match browser {
            "chromium" => ("--chromedriver", &found.chromium),
            _ => ("--geckodriver", &found.firefox),
        };
        let mut pack = Command::new(&found.wasm_pack);
        pack.current_dir(&self.tree.root)
            .env("PATH", setup::path(self.tree)?);
        pack.env("CARGO_TARGET_DIR", &self.tree.target);
        pack.args([
            "test",
            "--headless",
            if browser == "chromium" {
                "--chrome"
            } else {
                "--firefox"
            },
        ]);
        pack.arg(flag)
            .arg(driver)
            .args([folder, "--test", "browser"]);
        if folder == "." {
            pack.args(["--test", "outbox"]);
        }
        let settings = self.tree.root.join("webdriver.json");
        pack.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", settings);
        // On two busy cores a browser takes its time to start.
        pack.env("WASM_BINDGEN_TEST_TIMEOUT", "180")
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
        marked::tests(&mut pack)
    }

    /// A test that drives browsers by WebDriver. It starts a screen of its own
    /// for the one browser that needs one; a person's screen is left alone.
    fn driven(&self, test: &str, browsers: &str, found: &Browsers) -> Outcome<Command> {
        let collector = self.tree.target.join("debug/manyi-collector");
        if !collector.is_file() {
            return Err(Failure::new(
                "There is no collector to test; run: cargo xtask build",
            ));
        }
        let mut cargo = self.workspace("test");
        cargo
            .args(["--test", test])
            .env_remove("DISPLAY")
            .env("CARGO_TARGET_DIR", &self.tree.target)
            .env("MANYI_COLLECTOR", &collector)
            .env("MANYI_WIDGET", self.tree.widget_files())
            .env("MANYI_BROWSERS", browsers)
            .env("CHROMEDRIVER", &found.chromium)
            .env("GECKODRIVER", &found.firefox)
            .env("WEBKITDRIVER", &found.webkit);
        Ok(cargo)
    }
}
