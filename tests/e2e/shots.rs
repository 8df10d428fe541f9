//! Screenshots, kept in `target/e2e/shots`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::browser::{Browser, Kind};
use crate::collector::output;

/// Keeps a screenshot of the window.
pub fn keep(browser: &Browser, name: &str) {
    // Packing hard takes as long as all the rest, and nobody sends these anywhere.
    let png = if browser.kind == Kind::Chromium {
        let params = json!({ "optimizeForSpeed": true });
        let picture = browser.wire.devtools("Page.captureScreenshot", &params);
        picture.map(|picture| picture["data"].as_str().unwrap_or_default().to_owned())
    } else {
        browser.wire.screenshot()
    };
    write(name, &png.expect("a screenshot"));
}

/// Writes a base64 PNG.
pub fn write(name: &str, png: &str) {
    let folder = output().join("shots");
    std::fs::create_dir_all(&folder).expect("target/e2e can be written to");
    let png = STANDARD.decode(png).expect("base64");
    std::fs::write(folder.join(format!("{name}.png")), png).expect("a file can be written");
}

/// Runs `trial`; when it fails, what was on screen is kept as `failed-NAME.png`, and
/// what the page wrote to the console is printed, where the driver hands it out.
pub fn on_failure(browser: &Browser, name: &str, trial: impl FnOnce()) {
    struct Witness<'a>(&'a Browser, &'a str);
    impl Drop for Witness<'_> {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                return;
            }
            if let Ok(png) = self.0.wire.screenshot() {
                write(&format!("failed-{}", self.1), &png);
            }
            if let Ok(log) = self.0.wire.post("/se/log", &json!({ "type": "browser" })) {
                for line in log.as_array().into_iter().flatten() {
                    eprintln!("{}: console: {}", self.1, line["message"]);
                }
            }
        }
    }
    let _witness = Witness(browser, name);
    trial();
}
