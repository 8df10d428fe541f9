//! A browser before a bad network before a collector of its own, with a witness in
//! the page that reports every tap and every 已提交 as they happen.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::collector::Collector;
use crate::device;
use crate::front::{Front, Reply, Request};
use crate::ledger::{Ledger, Pairs, Sum};
use crate::page::{PATIENCE, Survey};
use crate::webdriver::{Element, wait};

/// The survey that is rated.
pub const SURVEY: &str = "household-window";
/// How long a queue may take to empty itself once all is well: its longest rest in a
/// test, and two busy cores.
pub const DRAINED: Duration = Duration::from_secs(90);

/// In the page: says by request what was tapped and what is shown, before the next
/// frame. `arguments[0]` is the element.
const WITNESS: &str = r#"
const host = arguments[0], root = host.shadowRoot;
if (host.witnessed) return;
host.witnessed = true;
host.answersInEvents = true;
const say = (what, [id, content]) => {
  const post = new XMLHttpRequest();
  try {
    post.open("POST", `/lab/${what}`, false);
    post.send(JSON.stringify({ id, content }));
  } catch {
    const said = JSON.parse(localStorage.lab || "[]");
    localStorage.lab = JSON.stringify([...said, [what, id, content]]);
  }
};
let last;
const seen = new Set();
host.addEventListener("manyi-submit", ({ detail }) => {
  last = [detail.id, JSON.stringify(detail.response.answers)];
  say("tapped", last);
});
const look = () => {
  if (!last || seen.has(last[0])) return;
  const texts = [...root.querySelectorAll("[role=status], output")].map((el) => el.textContent);
  const text = texts.find((text) => text.includes("已提交"));
  if (!text || !text.includes(last[0])) return;
  seen.add(last[0]);
  say("shown", last);
};
new MutationObserver(look).observe(root, { subtree: true, childList: true, characterData: true });
"#;

/// In the page: rates `arguments[1]` times, one after the other.
const RATE: &str = r#"
const [host, count] = arguments, root = host.shadowRoot;
const until = (what, look) => new Promise((done, fail) => {
  const begin = performance.now();
  const again = () => {
    const found = look();
    if (found) return done(found);
    if (performance.now() - begin > 30000) return fail(new Error(`waited in vain for ${what}: ${root.textContent.slice(0, 400)}`));
    setTimeout(again, 5);
  };
  again();
});
const button = (name) => [...root.querySelectorAll("button")].find((el) => el.textContent.trim() === name);
const shown = () => [...root.querySelectorAll("[role=status], output")].some((el) => el.textContent.includes("已提交"));
return (async () => {
  for (let n = 0; n < count; n += 1) {
    const again = button("再评一次");
    if (again) again.click();
    await until("the form", () => button("提交评价") && !shown());
    const value = n % 2 ? "basically_satisfied" : "satisfied";
    root.querySelector(`input[type=radio][value=${value}]`).click();
    await until("the choice", () => root.querySelector(`input[value=${value}]`).checked);
    button("提交评价").click();
    await until("已提交", shown);
  }
})();
"#;

type Rule = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;

/// What befalls posts just now.
#[derive(Clone)]
struct Weather(Arc<Mutex<Rule>>);

/// A case's own world.
pub struct Lab<'a> {
    /// The browser.
    pub browser: &'a Browser,
    /// The collector.
    pub collector: Collector,
    /// The network.
    pub front: Front,
    weather: Weather,
    /// What people did besides what the witness saw.
    pub ledger: Ledger,
}

/// A world between two browsers.
pub struct Free {
    collector: Collector,
    front: Front,
    weather: Weather,
    ledger: Ledger,
}

impl Free {
    /// The world with the next browser.
    pub fn with(self, browser: &Browser) -> Lab<'_> {
        let Self {
            collector,
            front,
            weather,
            ledger,
        } = self;
        Lab {
            browser,
            collector,
            front,
            weather,
            ledger,
        }
    }
}

impl<'a> Lab<'a> {
    /// A network in fine weather; `page` is served at `/page`.
    pub fn new(browser: &'a Browser, page: Option<String>) -> Self {
        let collector = Collector::start(&[]);
        let fine: Rule = Arc::new(|_| Reply::Forward);
        let weather = Weather(Arc::new(Mutex::new(fine)));
        let rule = weather.clone();
        let front = Front::start(&collector.address, move |request| {
            if request.path.starts_with("/lab/") {
                return Reply::text(204, "text/plain", "");
            }
            if request.path == "/page" {
                let page = page.as_deref().unwrap_or_default();
                return Reply::text(200, "text/html; charset=utf-8", page);
            }
            // A rule may wait at a gate; the weather may turn meanwhile.
            let rule = {
                let rule = rule.0.lock().unwrap_or_else(PoisonError::into_inner);
                rule.clone()
            };
            rule(request)
        });
        // Three hundred ratings take a while.
        let limit = json!({ "script": 300_000 });
        browser
            .wire
            .post("/timeouts", &limit)
            .expect("a longer limit");
        Self {
            browser,
            collector,
            front,
            weather,
            ledger: Ledger::default(),
        }
    }

    /// The same with the hosted page open and witnessed.
    pub fn open(browser: &'a Browser) -> (Self, Survey<'a>) {
        let lab = Self::new(browser, None);
        let survey = lab.visit();
        (lab, survey)
    }

    /// The same with a page of a station's at `/page`: the pasted fragment, and `head`
    /// before it. No policy, so that scripts of `head` run.
    pub fn with_page(browser: &'a Browser, head: &str) -> Self {
        let collector = Collector::start(&[]);
        let fragment = collector.fragment(SURVEY, &[]);
        drop(collector);
        let page = format!(
            "<!doctype html><html lang=\"zh-Hans\"><meta charset=\"utf-8\">{head}<title>-</title>\
             <script type=\"module\" src=\"/manyi.js\"></script>{fragment}</html>"
        );
        Self::new(browser, Some(page))
    }

    /// From now on `rule` has every request; see [`Lab::posts`].
    pub fn turn(&self, rule: impl Fn(&Request) -> Reply + Send + Sync + 'static) {
        let mut weather = self
            .weather
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *weather = Arc::new(rule);
    }

    /// From now on `reply` befalls every post; other requests get through.
    pub fn posts(&self, reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) {
        self.turn(move |request| {
            if request.method == "POST" {
                reply(request)
            } else {
                Reply::Forward
            }
        });
    }

    /// Fine weather.
    pub fn mend(&self) {
        self.turn(|_| Reply::Forward);
    }

    /// The address of the hosted page.
    pub fn address(&self) -> String {
        format!("{}/s/{SURVEY}?unit=fenglin&window=3", self.front.origin)
    }

    /// Opens the hosted page in the window that is in front.
    pub fn visit(&self) -> Survey<'a> {
        let open = self.browser.wire.goto(&self.address());
        open.expect("the hosted page opens");
        self.witnessed(0)
    }

    /// Opens `/page`.
    pub fn visit_page(&self) -> Survey<'a> {
        let open = self
            .browser
            .wire
            .goto(&format!("{}/page", self.front.origin));
        open.expect("the page opens");
        self.witnessed(0)
    }

    /// The widget number `n` of the page, witnessed.
    pub fn witnessed(&self, n: usize) -> Survey<'a> {
        let survey = Survey::widget(self.browser, n);
        survey.listen();
        survey.ask(WITNESS);
        survey
    }

    /// Opens one more tab with the hosted page, and goes to it.
    pub fn open_tab(&self) -> String {
        let new = self
            .browser
            .wire
            .post("/window/new", &json!({ "type": "tab" }));
        let handle = new.expect("a tab")["handle"].clone();
        let handle = handle.as_str().unwrap_or_default().to_owned();
        self.go_to_tab(&handle);
        handle
    }

    /// The tab in front.
    pub fn tab(&self) -> String {
        let handle = self.browser.wire.get("/window").expect("a tab");
        handle.as_str().unwrap_or_default().to_owned()
    }

    /// Goes to a tab.
    pub fn go_to_tab(&self, handle: &str) {
        let go = self
            .browser
            .wire
            .post("/window", &json!({ "handle": handle }));
        go.expect("the tab is there");
    }

    /// Closes the tab in front, and goes to `next`.
    pub fn close_tab(&self, next: &str) {
        self.browser.wire.close_window().expect("a tab closes");
        self.go_to_tab(next);
    }

    /// Rates so many times, by script: as quickly as a page can.
    pub fn rate(&self, survey: &Survey<'_>, count: usize) {
        let rated = self
            .browser
            .wire
            .run(RATE, &[survey.scope.json(), json!(count)]);
        rated.unwrap_or_else(|error| panic!("rating {count} times: {error}"));
    }

    /// Everything that waits is sent now; the counts.
    pub fn flush(&self, survey: &Survey<'_>) -> Value {
        survey.ask("return arguments[0].flush()")
    }

    /// How many wait, and how many are set apart.
    pub fn holds(&self) -> (u64, u64) {
        let holds = device::holds(self.browser);
        let count = |name: &str| holds[name].as_u64().unwrap_or_default();
        (count("waiting"), count("quarantine"))
    }

    /// The posts of responses so far, alone or in batches.
    pub fn requests(&self) -> Vec<Request> {
        let mut all = self.front.seen("POST", "/v1/responses");
        all.extend(self.front.seen("POST", "/v1/batches"));
        all.sort_by_key(|request| request.at);
        all
    }

    /// The ids that were posted, in order.
    pub fn ids(&self) -> Vec<String> {
        let id = |response: &Value| response["id"].as_str().unwrap_or_default().to_owned();
        let mut ids = Vec::new();
        for request in self.requests() {
            let body: Value = serde_json::from_slice(&request.body).expect("a post is JSON");
            match body.as_array() {
                Some(batch) => ids.extend(batch.iter().map(id)),
                None => ids.push(id(&body)),
            }
        }
        ids
    }

    /// What the witness has said so far: ids and contents.
    pub fn witness(&self, what: &str) -> Pairs {
        let said = self.front.seen("POST", &format!("/lab/{what}"));
        let read = |request: &Request| -> (String, String) {
            let said: Value = serde_json::from_slice(&request.body).expect("the witness says JSON");
            let content = said["content"].as_str().unwrap_or_default();
            (
                said["id"].as_str().unwrap_or_default().to_owned(),
                canonical(content),
            )
        };
        said.iter().map(read).collect()
    }

    /// The faults are over. What waits has to arrive by itself, or with what a person
    /// does anyway: look at the page again. The ledger.
    pub fn settle(&self, survey: &Survey<'_>) -> Sum {
        self.mend();
        self.empty(survey);
        self.compare()
    }

    /// The same where everything tapped so far waits: it is sent in the order of the
    /// taps, whatever a clock says.
    pub fn settle_in_order(&self, survey: &Survey<'_>) -> Sum {
        let before = self.ids().len();
        let sum = self.settle(survey);
        let tapped: Vec<String> = self
            .witness("tapped")
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        // One post may be lost on the way; what comes through comes in order.
        let mut sent = self.ids().split_off(before);
        sent.dedup();
        assert!(!tapped.is_empty(), "the witness saw the taps");
        assert_eq!(sent, tapped, "in the order of the taps");
        sum
    }

    /// Sends what waits, until nothing does.
    pub fn empty(&self, survey: &Survey<'_>) {
        self.flush(survey);
        wait("the queue to be empty", DRAINED, || {
            (self.holds().0 == 0).then_some(())
        });
    }

    /// The browser is gone; the rest is not.
    pub fn free(self) -> Free {
        Free {
            collector: self.collector,
            front: self.front,
            weather: self.weather,
            ledger: self.ledger,
        }
    }

    /// The ledger as it stands.
    pub fn compare(&self) -> Sum {
        let mut ledger = self.ledger.clone();
        let mut offline = Vec::new();
        let said = "return JSON.parse(localStorage.lab || '[]')";
        if let Ok(Value::Array(all)) = self.browser.wire.run(said, &[]) {
            offline = all;
        }
        for (id, content) in self.witness("tapped") {
            ledger.tapped(&id, &content);
        }
        for (id, content) in self.witness("shown") {
            ledger.shown(&id, &content);
        }
        for said in &offline {
            let part = |n: usize| said[n].as_str().unwrap_or_default();
            let content = canonical(part(2));
            match part(0) {
                "tapped" => ledger.tapped(part(1), &content),
                _ => ledger.shown(part(1), &content),
            }
        }
        let pairs = |rows: Vec<Value>| -> Pairs {
            let pair = |row: &Value| {
                let id = row["id"].as_str().unwrap_or_default().to_owned();
                (id, row["answers"].to_string())
            };
            rows.iter().map(pair).collect()
        };
        let rows = pairs(self.collector.rows());
        let mut apart = pairs(self.collector.conflicts());
        apart.extend(self.set_apart());
        ledger.compare(&rows, &apart)
    }

    /// What is set apart on the device of the page in front.
    fn set_apart(&self) -> Pairs {
        let find = "return document.querySelector('manyi-survey')";
        let host = self.browser.wire.run(find, &[]);
        let Some(host) = host.ok().as_ref().and_then(Element::from) else {
            return Vec::new();
        };
        let all = self
            .browser
            .wire
            .run("return arguments[0].exportQueue()", &[host.json()]);
        let Ok(Value::Array(all)) = all else {
            return Vec::new();
        };
        let apart = all.iter().filter(|it| it["state"] == "quarantined");
        apart
            .map(|record| {
                let body = record["body"].as_str().unwrap_or_default();
                let body: Value = serde_json::from_str(body).unwrap_or_default();
                let id = record["id"].as_str().unwrap_or_default().to_owned();
                (id, body["answers"].to_string())
            })
            .collect()
    }

    /// Waits until the front has seen so many posts of responses.
    pub fn wait_for_posts(&self, count: usize) {
        wait(&format!("{count} posts"), PATIENCE, || {
            (self.requests().len() >= count).then_some(())
        });
    }
}

/// JSON in the order of its keys.
pub fn canonical(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    value.to_string()
}

/// An answer of the server's, head and all.
pub fn answer(status: u16, headers: &str, body: &[u8]) -> Reply {
    let mut bytes = format!(
        "HTTP/1.1 {status} -\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    Reply::Raw(bytes)
}
