//! Bad input, as data: what servers answer, and what lies on a device.

use std::collections::BTreeMap;
use std::time::Duration;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::browser::{Browser, Kind, with};
use crate::collector::root;
use crate::front::{Reply, Request};
use crate::lab::{DRAINED, Lab};
use crate::shots::on_failure;
use crate::timed;
use crate::webdriver::wait;

/// The trials of this file.
pub fn trials(kind: Kind) -> Vec<Trial> {
    let trial = |name: &str, run: fn(&Browser)| {
        let name = format!("b::{}::{name}", kind.name());
        let shot = name.replace("::", "-");
        timed::trial(name, move || {
            with(kind, |browser| on_failure(browser, &shot, || run(browser)));
        })
    };
    vec![
        trial("corpus_of_sixty_server_answers", answers),
        trial("corpus_of_sixty_queue_records", records),
        trial(
            "f32_a_record_that_no_post_can_carry_stops_no_other",
            stopper,
        ),
        trial(
            "f32_records_out_of_place_stop_no_other_and_are_not_lost",
            out_of_place,
        ),
    ]
}

fn read(file: &str) -> Vec<Value> {
    let path = root().join("tests/corpus").join(file);
    let text = std::fs::read_to_string(&path).expect("the corpus is there");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("the corpus is JSON");
    assert_eq!(cases.len(), 60, "{file}");
    cases
}

/// Puts records into the page's database. Each is like `like`, changed as its case
/// says; what JSON cannot say is written as `{"$js": …}`.
const SEED: &str = r#"
const [like, cases, endpoint, key] = arguments;
const value = (said) => said && typeof said === "object" && typeof said.$js === "string" ? new Function(`return ${said.$js}`)() : said;
const ids = [];
const list = cases.map(({ record }, n) => {
  const { sameid, bodychange, bodydrop, ...change } = record;
  const id = crypto.randomUUID();
  const body = { ...JSON.parse(like.body), id, ...bodychange };
  for (const name of bodydrop || []) delete body[name];
  const text = JSON.stringify(body).replaceAll("$KEY", key);
  const made = { ...like, seq: 1000 + n, id, endpoint: endpoint.replace("$N", n), body: text };
  delete made.state;
  for (const [name, said] of Object.entries(change)) made[name] = value(said);
  if (typeof made.body === "string") made.body = made.body.replaceAll("$ID", id);
  if (sameid) made.body = JSON.stringify({ ...body, id: made.id });
  for (const name of Object.keys(made)) if (made[name] === undefined) delete made[name];
  ids.push(id);
  return made;
});
return new Promise((done, fail) => {
  const open = indexedDB.open("manyi");
  open.onerror = () => fail(open.error);
  open.onsuccess = () => {
    const base = open.result;
    const work = base.transaction("waiting", "readwrite");
    for (const record of list) work.objectStore("waiting").put(record);
    work.oncomplete = () => { base.close(); done(ids); };
    work.onabort = () => fail(work.error);
  };
});"#;

/// Where every record is now: `waiting` or `quarantine`, by its place.
const WHERE: &str = r#"
return new Promise((done, fail) => {
  const open = indexedDB.open("manyi");
  open.onerror = () => fail(open.error);
  open.onsuccess = () => {
    const base = open.result;
    const found = {};
    const work = base.transaction(["waiting", "quarantine"]);
    for (const name of ["waiting", "quarantine"]) {
      work.objectStore(name).getAllKeys().onsuccess = (event) => {
        for (const key of event.target.result) found[key] = name;
      };
    }
    work.oncomplete = () => { base.close(); done(found); };
  };
});"#;

/// A lab whose page has an outbox, and a record as it lies on the device.
fn seeded(browser: &Browser) -> (Lab<'_>, Value, String) {
    let lab = Lab::with_page(browser, "");
    let survey = lab.visit_page();
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 1);
    let queue = survey.ask("return arguments[0].exportQueue()");
    let key = survey.ask("return (arguments[0].getAttribute('sealing-key') || '').split('.')[0]");
    let clear = "return new Promise((done) => {
        const open = indexedDB.open('manyi');
        open.onsuccess = () => {
          const work = open.result.transaction('waiting', 'readwrite');
          work.objectStore('waiting').clear();
          work.oncomplete = () => { open.result.close(); done(); };
        };
      })";
    browser.wire.run(clear, &[]).expect("the page answers");
    let key = key.as_str().unwrap_or_default().to_owned();
    (lab, queue[0].clone(), key)
}

fn places(browser: &Browser) -> BTreeMap<usize, String> {
    let found = browser.wire.run(WHERE, &[]).expect("the page answers");
    let found = found.as_object().cloned().unwrap_or_default();
    let place = |(key, name): (String, Value)| {
        let key: usize = key.parse().ok()?;
        Some((key.checked_sub(1000)?, name.as_str()?.to_owned()))
    };
    found.into_iter().filter_map(place).collect()
}

/// Compares where the records are with where the cases say; all that differs, in words.
fn compare(cases: &[Value], places: &BTreeMap<usize, String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (n, case) in cases.iter().enumerate() {
        let is = match places.get(&n).map(String::as_str) {
            None => "delivered",
            Some("waiting") => "left",
            Some(_) => "apart",
        };
        let wanted = match case["outcome"].as_str().unwrap_or_default() {
            "kept" => "left",
            "quarantined" => "apart",
            other => other,
        };
        if is != wanted {
            wrong.push(format!("{}: {is}, not {wanted}", case["name"]));
        }
    }
    wrong
}

fn answers(browser: &Browser) {
    let cases = read("server-answers.json");
    let (lab, like, key) = seeded(browser);
    let endpoint = format!("{}/answers/$N", lab.front.origin);
    let given = [
        like,
        json!(vec![json!({ "record": {} }); 60]),
        json!(endpoint),
        json!(key),
    ];
    let replies = cases.clone();
    lab.turn(move |request| {
        let n = request.path.strip_prefix("/answers/");
        match n.and_then(|n| n.parse::<usize>().ok()) {
            Some(n) => reply(&replies[n], request),
            None => Reply::Forward,
        }
    });
    let ids = browser
        .wire
        .run(SEED, &given)
        .expect("the records lie there");
    assert_eq!(ids.as_array().map(Vec::len), Some(60));
    let survey = lab.visit_page();
    lab.flush(&survey);
    // Each has a line of its own, so each was asked once at least.
    wait("every answer to be given", DRAINED, || {
        let asked = |n: usize| !lab.front.seen("POST", &format!("/answers/{n}")).is_empty();
        (0..60).all(asked).then_some(())
    });
    wait("the outcomes", Duration::from_secs(45), || {
        compare(&cases, &places(browser)).is_empty().then_some(())
    });
    for path in ["/login", "/elsewhere"] {
        for method in ["GET", "POST"] {
            assert_eq!(lab.front.seen(method, path).len(), 0, "{path} was followed");
        }
    }
}

fn reply(case: &Value, request: &Request) -> Reply {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let id = body["id"].as_str().unwrap_or_default();
    let fill = |text: &str| {
        text.replace("$ID", id)
            .replace("$UPPER", &id.to_ascii_uppercase())
            .replace("$HALF", id.get(..18).unwrap_or_default())
            .replace("$SELF", &request.path)
    };
    let text = fill(case["body"].as_str().unwrap_or_default());
    let mut bytes = text.clone().into_bytes();
    if let Some(list) = case["bytes"].as_array() {
        let byte = |byte: &Value| u8::try_from(byte.as_u64().unwrap_or_default()).ok();
        bytes = list.iter().filter_map(byte).collect();
    }
    if let Some(text) = case["utf16"].as_str() {
        let units = fill(text);
        bytes = units.encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    let number = |name: &str| case[name].as_u64().and_then(|n| usize::try_from(n).ok());
    if let Some(count) = number("repeat") {
        bytes = text.repeat(count).into_bytes();
    }
    if let Some(count) = number("pad") {
        bytes = format!("{{\"id\":\"{id}\",\"pad\":\"{}\"}}", "x".repeat(count)).into_bytes();
    }
    let mut length = bytes.len();
    if case["cut"] == true {
        length += 100;
    }
    let status = &case["status"];
    let kind = case["type"].as_str().unwrap_or_default();
    let mut head = format!("HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\n");
    for (name, value) in case["headers"].as_object().into_iter().flatten() {
        let value = fill(value.as_str().unwrap_or_default());
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if status != 204 && status != 304 {
        head.push_str(&format!("Content-Length: {length}\r\n"));
    }
    head.push_str("Connection: close\r\n\r\n");
    let mut whole = head.into_bytes();
    whole.extend(bytes);
    Reply::Raw(whole)
}

fn records(browser: &Browser) {
    let cases = read("queue-records.json");
    let (lab, like, key) = seeded(browser);
    // A line for each, so that none waits behind another.
    let endpoint = format!("{}/v1/responses?n=$N", lab.front.origin);
    let given = [like, json!(cases), json!(endpoint), json!(key)];
    browser
        .wire
        .run(SEED, &given)
        .expect("the records lie there");
    lab.mend();
    let survey = lab.visit_page();
    lab.flush(&survey);
    let mut wrong = Vec::new();
    let begin = std::time::Instant::now();
    while begin.elapsed() < Duration::from_secs(45) {
        wrong = compare(&cases, &places(browser));
        if wrong.is_empty() {
            break;
        }
        std::thread::park_timeout(Duration::from_millis(200));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let rows = lab.collector.rows();
    let wanted = cases.iter().filter(|case| case["outcome"] == "delivered");
    assert_eq!(
        rows.len(),
        wanted.count(),
        "a row for each that was delivered"
    );
}

/// Places that no device gives, all in one line with sound ones. Each is a key that a
/// browser takes.
fn out_of_place(browser: &Browser) {
    let (lab, like, key) = seeded(browser);
    let odd = [
        "-Infinity",
        "-1",
        "0",
        "0.5",
        "1.5",
        "1000.5",
        "2 ** 53",
        "1e300",
        "Infinity",
        "new Date(7)",
        "'7'",
        "new Uint8Array([7])",
        "[7]",
    ];
    let sound = ["1", "2", "1001", "2 ** 53 - 1"];
    let all = odd.iter().chain(&sound);
    let mut cases: Vec<Value> = all
        .map(|place| json!({ "record": { "seq": { "$js": place } } }))
        .collect();
    // What a newer release has put there is its own affair.
    let newer = ["-7", "2.5", "[7, 7]"];
    for place in newer {
        cases.push(json!({ "record": { "seq": { "$js": place }, "v": 99 } }));
    }
    let endpoint = format!("{}/v1/responses", lab.front.origin);
    let given = [like, json!(cases), json!(endpoint), json!(key)];
    let ids = browser
        .wire
        .run(SEED, &given)
        .expect("the records lie there");
    lab.mend();
    let survey = lab.visit_page();
    let counts = lab.flush(&survey);
    assert_eq!(
        (&counts["kept"], &counts["rejected"]),
        (&json!(newer.len()), &json!(odd.len())),
        "{counts}"
    );
    let arrived = |n: usize| {
        let rows = lab.collector.rows();
        assert!(rows.len() <= n, "a row for each");
        let all = rows.iter().map(|row| row["id"].clone());
        let mut all: Vec<Value> = all.collect();
        all.sort_by_key(Value::to_string);
        all
    };
    let sorted = |ids: &[Value]| {
        let mut ids = ids.to_vec();
        ids.sort_by_key(Value::to_string);
        ids
    };
    let ids = ids.as_array().expect("a list").clone();
    let (odd, others) = ids.split_at(odd.len());
    let (sound, _) = others.split_at(sound.len());
    let ours = ids.split_at(odd.len() + sound.len()).0;
    assert_eq!(arrived(sound.len()), sorted(sound));

    // Staff save what was set apart to a file, delete it, and take the file in again:
    // so each gets a place like any other, and arrives.
    let again = "const [host] = arguments;
        return (async () => {
          const all = (await host.exportQueue()).filter(({ state }) => state === 'quarantined');
          const open = await new Promise((done) => (indexedDB.open('manyi').onsuccess = (event) => done(event.target.result)));
          const work = open.transaction('quarantine', 'readwrite');
          work.objectStore('quarantine').clear();
          await new Promise((done) => (work.oncomplete = done));
          open.close();
          await host.showQueue();
          const field = host.shadowRoot.querySelector('#queue');
          while (!field.querySelector('input')) await new Promise((done) => requestAnimationFrame(done));
          const files = new DataTransfer();
          files.items.add(new File([JSON.stringify(all)], 'queue.json'));
          const input = field.querySelector('input');
          input.files = files.files;
          input.dispatchEvent(new Event('change', { bubbles: true }));
          return all.map(({ why }) => why);
        })();";
    let why = survey.ask(again);
    assert_eq!(why, json!(vec!["damaged"; odd.len()]));
    wait("those to arrive too", DRAINED, || {
        let is_left = lab.holds() == (3, 0);
        (is_left && lab.collector.rows().len() == ours.len()).then_some(())
    });
    assert_eq!(arrived(ours.len()), sorted(ours));
}

/// All in one line, the odd ones first.
fn stopper(browser: &Browser) {
    let (lab, like, key) = seeded(browser);
    let cases = json!([
        { "record": { "id": "评价" } },
        { "record": { "credentials": "sometimes" } },
        { "record": { "id": "a\r\nb" } },
        { "record": {} },
        { "record": {} },
    ]);
    let endpoint = format!("{}/v1/responses", lab.front.origin);
    let given = [like, cases, json!(endpoint), json!(key)];
    browser
        .wire
        .run(SEED, &given)
        .expect("the records lie there");
    lab.mend();
    let survey = lab.visit_page();
    lab.flush(&survey);
    wait("the sound ones to arrive", DRAINED, || {
        (lab.collector.rows().len() == 2).then_some(())
    });
}
