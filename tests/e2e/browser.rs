//! Starts and ends browsers: Chromium, Firefox and WebKitGTK, each behind its driver.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::webdriver::{Outcome, Wire, agent, wait};

/// The browsers of the promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium, by chromedriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser, by WebKitWebDriver on a virtual screen.
    Webkit,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::Webkit];

    /// The name used in `MANYI_BROWSERS` and in the names of trials.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    /// Those asked for: all, unless `MANYI_BROWSERS` names some.
    pub fn asked_for() -> Vec<Self> {
        let Ok(names) = std::env::var("MANYI_BROWSERS") else {
            return Self::ALL.to_vec();
        };
        let known = |name: &str| Self::ALL.into_iter().find(|kind| kind.name() == name);
        names
            .split([',', ' '])
            .filter(|name| !name.is_empty())
            .map(|name| {
                known(name).unwrap_or_else(|| {
                    panic!("MANYI_BROWSERS names `{name}`; there are chromium, firefox and webkit")
                })
            })
            .collect()
    }

    fn driver(self) -> PathBuf {
        let (variable, name) = match self {
            Self::Chromium => ("CHROMEDRIVER", "chromedriver"),
            Self::Firefox => ("GECKODRIVER", "geckodriver"),
            Self::Webkit => ("WEBKITDRIVER", "WebKitWebDriver"),
        };
        let named = std::env::var_os(variable).map(PathBuf::from);
        named.or_else(|| found(name)).unwrap_or_else(|| {
            panic!(
                "{name} is not on the PATH: {}",
                match self {
                    Self::Chromium => "install the packages chromium and chromium-driver",
                    Self::Firefox => "install firefox-esr, and geckodriver by `cargo install`",
                    Self::Webkit => "install the packages webkit2gtk-driver and xvfb",
                }
            )
        })
    }

    fn capabilities(self) -> Value {
        match self {
            Self::Chromium => json!({
                "browserName": "chrome",
                "goog:chromeOptions": { "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
                    "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
                    "--hide-scrollbars", "--window-size=1280,900", "--accept-lang=zh-CN",
                ] },
                "goog:loggingPrefs": { "browser": "ALL" },
            }),
            Self::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": {
                    "args": ["-headless", "--width=1280", "--height=900"],
                    "prefs": {
                        "intl.accept_languages": "zh-CN, zh", "accessibility.tabfocus": 7,
                        "browser.download.folderList": 2, "browser.download.dir": downloads(),
                        "browser.download.always_ask_before_handling_new_types": false,
                    },
                },
            }),
            Self::Webkit => json!({
                "webkitgtk:browserOptions": { "binary": mini_browser(), "args": ["--automation"] },
            }),
        }
    }
}

/// Where what a page offers for download goes.
pub fn downloads() -> PathBuf {
    let folder = crate::collector::output().join(format!("downloads-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("target/e2e can be written to");
    folder
}

/// A program in `~/.cargo/bin` or on the PATH.
fn found(program: &str) -> Option<PathBuf> {
    let home = std::env::home_dir().map(|home| home.join(".cargo/bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(home)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Debian keeps it in a folder named after the library's version.
fn mini_browser() -> String {
    let lib = std::fs::read_dir("/usr/lib")
        .into_iter()
        .flatten()
        .flatten();
    let triples = lib.map(|entry| entry.path());
    let mut found = triples
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("MiniBrowser"))
        .filter(|file| file.is_file());
    found
        .next()
        .expect("WebKitGTK's MiniBrowser is not under /usr/lib: install webkit2gtk-driver")
        .to_string_lossy()
        .into_owned()
}

/// How often a browser is started until it is given up.
const STARTS: u32 = 3;

/// A browser and its driver. Both end when this is dropped, on a panic too.
#[derive(Debug)]
pub struct Browser {
    /// Which one.
    pub kind: Kind,
    /// The line to it.
    pub wire: Wire,
    driver: Killed,
}

/// A child that does not outlive its owner.
#[derive(Debug)]
pub struct Killed(pub Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Browser {
    /// Starts a driver on a free port and a browser behind it.
    pub fn start(kind: Kind) -> Self {
        Self::start_with(kind, None, &[])
    }

    /// The same with more words on its command line.
    pub fn start_told(kind: Kind, words: &[String]) -> Self {
        Self::start_with(kind, None, words)
    }

    /// The same with a folder that holds what the browser keeps, so that it is there
    /// for the next one, however this one ends.
    pub fn start_in(kind: Kind, profile: &Path) -> Self {
        Self::start_with(kind, Some(profile), &[])
    }

    /// Two hundred starts on a busy machine: one or another does not come about in the
    /// time that its driver gives it, which says nothing about what is tested.
    fn start_with(kind: Kind, profile: Option<&Path>, words: &[String]) -> Self {
        let mut tries = 1;
        loop {
            match Self::try_to_start(kind, profile, words) {
                Ok(browser) => return browser,
                Err(error) if tries < STARTS => {
                    println!("{} did not start: {error}", kind.name());
                    tries += 1;
                }
                Err(error) => panic!("no {} session: {error}", kind.name()),
            }
        }
    }

    fn try_to_start(kind: Kind, profile: Option<&Path>, words: &[String]) -> Outcome<Self> {
        let port = free_port();
        let mut command = Command::new(kind.driver());
        match kind {
            Kind::Chromium => command.arg(format!("--port={port}")),
            Kind::Firefox => command
                .args(["--port", &port.to_string()])
                .args(["--websocket-port", &free_port().to_string()])
                // A trial may change what the browser itself believes.
                .arg("--allow-system-access"),
            Kind::Webkit => command
                .arg(format!("--port={port}"))
                .env("DISPLAY", screen())
                .env("LIBGL_ALWAYS_SOFTWARE", "1"),
        };
        let driver = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", kind.name()));
        let driver = Killed(driver);
        let address = format!("http://127.0.0.1:{port}");
        let probe = agent(Duration::from_secs(2));
        wait("the driver to be ready", Duration::from_secs(30), || {
            let mut status = probe.get(format!("{address}/status")).call().ok()?;
            let status: Value = status.body_mut().read_json().ok()?;
            status["value"]["ready"].as_bool().filter(|ready| *ready)
        });
        let mut more = words.to_vec();
        if let Some(profile) = profile {
            let profile = profile.to_string_lossy();
            match kind {
                Kind::Chromium => more.push(format!("--user-data-dir={profile}")),
                Kind::Firefox => more.extend(["-profile".to_owned(), profile.into_owned()]),
                Kind::Webkit => panic!("MiniBrowser keeps no profile under automation"),
            }
        }
        let mut capabilities = kind.capabilities();
        if !more.is_empty() {
            let options = match kind {
                Kind::Chromium => "goog:chromeOptions",
                Kind::Firefox => "moz:firefoxOptions",
                Kind::Webkit => "webkitgtk:browserOptions",
            };
            let arguments = capabilities[options]["args"].as_array_mut();
            let arguments = arguments.expect("a browser has arguments");
            arguments.extend(more.into_iter().map(Value::from));
        }
        let wire = Wire::open(&address, &capabilities)?;
        Ok(Self { kind, wire, driver })
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends the browser; ending the driver alone would leave it.
        self.wire.close();
        let _ = self.driver.0.kill();
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let probe = TcpListener::bind("127.0.0.1:0").expect("a port on the loopback");
    probe.local_addr().expect("its address").port()
}

/// The virtual screen for the one browser that has no headless mode.
fn screen() -> String {
    static SCREEN: OnceLock<String> = OnceLock::new();
    SCREEN
        .get_or_init(|| {
            if let Ok(given) = std::env::var("DISPLAY") {
                return given;
            }
            let mut server = Command::new("Xvfb")
                .args(["-displayfd", "1", "-nolisten", "tcp"])
                .args(["-screen", "0", "1400x1100x24"])
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .expect("Xvfb does not start: install the package xvfb");
            let mut number = String::new();
            let out = server.stdout.take().expect("its stdout is a pipe");
            let read = BufReader::new(out).read_line(&mut number);
            keep(Killed(server));
            read.expect("Xvfb says which screen it opened");
            format!(":{}", number.trim())
        })
        .clone()
}

static KEPT: Mutex<Vec<Killed>> = Mutex::new(Vec::new());
static IDLE: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

fn keep(child: Killed) {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.push(child);
}

/// Lends a browser to `trial`. One that a trial failed in is not lent again.
pub fn with<T>(kind: Kind, trial: impl FnOnce(&Browser) -> T) -> T {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let at = idle.iter().position(|browser| browser.kind == kind);
    let browser = at.map(|at| idle.swap_remove(at));
    drop(idle);
    let browser = browser.unwrap_or_else(|| Browser::start(kind));
    let result = trial(&browser);
    if browser.wire.goto("about:blank").is_ok() {
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(browser);
    }
    result
}

/// Ends every browser and screen; called once, after the last trial.
pub fn end_all() {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    idle.clear();
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.clear();
    // What was downloaded has been read.
    let _ = std::fs::remove_dir_all(downloads());
}
