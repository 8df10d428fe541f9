//! A small WebDriver client: the W3C protocol is JSON over HTTP, and blocking
//! calls read best in a test. All three browsers speak it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;

/// The key under which the protocol wraps an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A command that the driver or the page refused.
#[derive(Debug)]
pub struct Refused {
    /// The protocol's error code, such as `stale element reference`.
    pub code: String,
    /// The driver's sentence.
    pub message: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

/// What a command gives.
pub type Outcome<T> = Result<T, Refused>;

/// An element of a page, as the driver knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element(pub String);

impl Element {
    /// The element in a value that a script returned.
    pub fn from(value: &Value) -> Option<Self> {
        Some(Self(value.get(ELEMENT)?.as_str()?.to_owned()))
    }

    /// As an argument of a script.
    pub fn json(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

/// One running browser behind one driver.
#[derive(Debug)]
pub struct Wire {
    agent: Agent,
    driver: String,
    session: String,
}

/// An agent that hands every status back instead of failing.
pub fn agent(timeout: Duration) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(timeout))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .build()
        .into()
}

impl Wire {
    /// Asks the driver at `driver` for a browser with `capabilities`.
    pub fn open(driver: &str, capabilities: &Value) -> Outcome<Self> {
        let mut wire = Self {
            agent: agent(Duration::from_secs(120)),
            driver: driver.to_owned(),
            session: String::new(),
        };
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let value = wire.call("POST", "/session", Some(&body))?;
        wire.session = value["sessionId"].as_str().unwrap_or_default().to_owned();
        Ok(wire)
    }

    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Outcome<Value> {
        let url = format!("{}{path}", self.driver);
        let broken = |error: ureq::Error| Refused {
            code: "no answer from the driver".to_owned(),
            message: format!("{method} {path}: {error}"),
        };
        let answer = match (method, body) {
            ("GET", _) => self.agent.get(&url).call(),
            ("DELETE", _) => self.agent.delete(&url).call(),
            (_, body) => self.agent.post(&url).send_json(body.unwrap_or(&json!({}))),
        };
        let mut answer = answer.map_err(broken)?;
        let ok = answer.status().is_success();
        let mut envelope: Value = answer
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_json()
            .map_err(broken)?;
        let value = envelope["value"].take();
        if ok {
            return Ok(value);
        }
        Err(Refused {
            code: value["error"].as_str().unwrap_or("unknown").to_owned(),
            message: value["message"].as_str().unwrap_or_default().to_owned(),
        })
    }

    fn at(&self, path: &str) -> String {
        format!("/session/{}{path}", self.session)
    }

    /// A command of this session with a body.
    pub fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        self.call("POST", &self.at(path), Some(body))
    }

    /// A question to this session.
    pub fn get(&self, path: &str) -> Outcome<Value> {
        self.call("GET", &self.at(path), None)
    }

    /// Ends the browser.
    pub fn close(&self) {
        let _ = self.call("DELETE", &self.at(""), None);
    }

    /// Closes the window, or tab, in front.
    pub fn close_window(&self) -> Outcome<()> {
        self.call("DELETE", &self.at("/window"), None).map(drop)
    }

    /// Opens an address and waits for its load event.
    pub fn goto(&self, url: &str) -> Outcome<()> {
        self.post("/url", &json!({ "url": url })).map(drop)
    }

    /// Where the page is now.
    pub fn url(&self) -> Outcome<String> {
        Ok(self.get("/url")?.as_str().unwrap_or_default().to_owned())
    }

    /// Runs `body` as the body of a function in the page.
    pub fn run(&self, body: &str, args: &[Value]) -> Outcome<Value> {
        self.post("/execute/sync", &json!({ "script": body, "args": args }))
    }

    /// Clicks as a person does, with everything the browser does on a click.
    pub fn click(&self, element: &Element) -> Outcome<()> {
        self.post(&format!("/element/{}/click", element.0), &json!({}))
            .map(drop)
    }

    /// Types into an element. A line ends with the key that ends one: WebKit's
    /// driver leaves the bare character out.
    pub fn type_into(&self, element: &Element, text: &str) -> Outcome<()> {
        let path = format!("/element/{}/value", element.0);
        let text = text.replace('\n', &key::ENTER.to_string());
        self.post(&path, &json!({ "text": text })).map(drop)
    }

    /// The accessible name as the browser computes it.
    pub fn name(&self, element: &Element) -> Outcome<String> {
        let name = self.get(&format!("/element/{}/computedlabel", element.0))?;
        Ok(name.as_str().unwrap_or_default().to_owned())
    }

    /// The role as the browser computes it.
    pub fn role(&self, element: &Element) -> Outcome<String> {
        let role = self.get(&format!("/element/{}/computedrole", element.0))?;
        Ok(role.as_str().unwrap_or_default().to_owned())
    }

    /// Presses and releases keys one after the other, wherever the focus is.
    pub fn press(&self, keys: &[char]) -> Outcome<()> {
        let actions: Vec<Value> = keys
            .iter()
            .flat_map(|key| {
                let key = key.to_string();
                [
                    json!({ "type": "keyDown", "value": key }),
                    json!({ "type": "keyUp", "value": key }),
                ]
            })
            .collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("/actions", &json!({ "actions": [keyboard] }))
            .map(drop)
    }

    /// The window as PNG, base64.
    pub fn screenshot(&self) -> Outcome<String> {
        let png = self.get("/screenshot")?;
        Ok(png.as_str().unwrap_or_default().to_owned())
    }

    /// A command of Chromium's own developer protocol.
    pub fn devtools(&self, command: &str, params: &Value) -> Outcome<Value> {
        self.post(
            "/goog/cdp/execute",
            &json!({ "cmd": command, "params": params }),
        )
    }
}

/// Keys that have no character, by the protocol's table.
pub mod key {
    /// Escape.
    pub const ESCAPE: char = '\u{e00c}';
    /// Tab.
    pub const TAB: char = '\u{e004}';
    /// Enter.
    pub const ENTER: char = '\u{e007}';
    /// The right arrow.
    pub const RIGHT: char = '\u{e014}';
    /// The down arrow.
    pub const DOWN: char = '\u{e015}';
    /// The space bar.
    pub const SPACE: char = ' ';
}

/// Polls until `look` finds something; the failure says what was waited for.
pub fn wait<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            begin.elapsed() < limit,
            "waited {} s in vain for {what}",
            limit.as_secs()
        );
        std::thread::park_timeout(Duration::from_millis(25));
    }
}
