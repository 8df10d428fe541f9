//! The bad-input corpora over real HTTP: no panic, no 5xx, the right status, the
//! field named, and what is stored is what was said.

#[path = "../../model/tests/cases/mod.rs"]
mod cases;
mod wire;

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use cases::{Case, all_ran, cases, document, list};
use manyi_collector::config::Settings;
use manyi_collector::{Collector, export, surveys};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use wire::{Answer, Wire, get, post};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// A collector with the corpus's own survey, and others where a test brings them.
struct Running {
    runtime: Runtime,
    collector: Collector,
    _data: TempDir,
    ids: u64,
}

impl Running {
    fn with(definitions: &[(String, String)]) -> Self {
        let data = TempDir::new().expect("a folder");
        let folder = data.path().join("surveys");
        fs::create_dir(&folder).expect("a folder");
        fs::write(
            folder.join("corpus.json"),
            document("survey.json").to_string(),
        )
        .expect("a file");
        for (name, text) in definitions {
            fs::write(folder.join(name), text).expect("a file");
        }
        let settings = Settings {
            surveys: Some(folder),
            read_timeout_s: 2,
            ..Settings::local(data.path().join("data"))
        };
        let runtime = Runtime::new().expect("a runtime");
        let collector = runtime
            .block_on(Collector::start(settings))
            .expect("the collector starts");
        Self {
            runtime,
            collector,
            _data: data,
            ids: 0,
        }
    }

    fn start() -> Self {
        let running = Self::with(&[]);
        assert_eq!(running.collector.faults(), []);
        running
    }

    fn address(&self) -> SocketAddr {
        self.collector.address()
    }

    fn new_id(&mut self) -> String {
        self.ids += 1;
        format!("0198f000-0000-7000-8000-{:012x}", self.ids)
    }

    /// Every stored response by its id.
    fn stored(&self) -> BTreeMap<String, Value> {
        let mut lines = Vec::new();
        let export = export::write(
            self.collector.store(),
            export::Format::Jsonl,
            None,
            &mut lines,
        );
        self.runtime.block_on(export).expect("the export");
        let text = String::from_utf8(lines).expect("text");
        let lines = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"));
        lines
            .map(|row: Value| (row["id"].as_str().expect("an id").to_owned(), row))
            .collect()
    }

    /// It is alive to the end, and ends in order.
    fn stop(self) {
        assert_eq!(get(self.address(), "/healthz").status, 200);
        self.runtime.block_on(self.collector.stop());
    }
}

/// The problems of a refusal, which must be what RFC 9457 asks for.
fn problems(answer: &Answer) -> Result<Vec<Value>, String> {
    let body: Value = serde_json::from_str(&answer.body).map_err(|error| error.to_string())?;
    if answer.header("content-type") != Some("application/problem+json")
        || answer.header("x-content-type-options") != Some("nosniff")
        || body["status"] != answer.status
    {
        return Err(format!("no problem+json: {answer:?}"));
    }
    Ok(body["problems"].as_array().cloned().unwrap_or_default())
}

/// Why the answer to a response is not the expected one, if so.
fn judge(case: &Case, id: &str, answer: &Answer) -> Result<(), String> {
    let expected = case.status();
    if u64::from(answer.status) != expected {
        return Err(format!("{} {}", answer.status, answer.body));
    }
    if expected == 201 {
        let wanted = json!({ "id": id, "status": "stored" }).to_string();
        return (answer.body == wanted)
            .then_some(())
            .ok_or(answer.body.clone());
    }
    let problems = problems(answer)?;
    let fits = match (case.expected("shape"), problems.as_slice()) {
        (_, []) => expected == 400,
        (Some(field), [problem]) => problem["question"]
            .as_str()
            .is_some_and(|question| question.contains(field)),
        (None, [problem]) => {
            problem["question"].as_str() == case.expected("question")
                && problem["code"].as_str() == case.expected("code")
                && problem["item"].as_str() == case.expected("item")
        }
        _ => false,
    };
    let said = problems.iter().all(|problem| {
        problem["message"]
            .as_str()
            .is_some_and(|message| !message.is_empty())
    });
    (fits && said).then_some(()).ok_or(answer.body.clone())
}

fn run(file: &str) {
    let mut running = Running::start();
    let cases = cases(file);
    let mut failed = Vec::new();
    let mut good = 0;
    for case in &cases {
        let id = running.new_id();
        let answer = post(
            running.address(),
            "/v1/responses",
            JSON,
            case.body(&id).as_bytes(),
        );
        match judge(case, &id, &answer) {
            Ok(()) => good += usize::from(answer.status == 201),
            Err(why) => failed.push(format!("{}: {why}; expected {}", case.name, case.expect())),
        }
    }
    assert!(failed.is_empty(), "{file}:\n{}", failed.join("\n"));
    assert_eq!(running.stored().len(), good, "{file}: rows");
    running.stop();
    all_ran(file, cases.len(), 50);
}

#[test]
fn envelopes_and_shapes_of_answers() {
    run("schema.json");
}

#[test]
fn numbers() {
    run("numbers.json");
}

#[test]
fn lengths_and_unicode() {
    run("text.json");
}

#[test]
fn phones() {
    let mut running = Running::start();
    let cases = cases("phones.json");
    for case in &cases {
        let id = running.new_id();
        let typed = String::from_utf8(case.input()).expect("text");
        let body = json!({
            "id": id, "survey": { "id": "corpus", "version": 1 }, "channel": "web",
            "answers": { "overall": "satisfied", "phone": typed }
        });
        let answer = post(
            running.address(),
            "/v1/responses",
            JSON,
            body.to_string().as_bytes(),
        );
        if case.expected("normal").is_some() {
            assert_eq!(answer.status, 201, "{}: {}", case.name, answer.body);
        } else {
            assert_eq!(judge(case, &id, &answer), Ok(()), "{}", case.name);
        }
    }
    running.stop();
    all_ran("phones.json", cases.len(), 165);
}

#[test]
fn json_syntax() {
    let mut running = Running::start();
    let cases = cases("json-syntax.json");
    for case in &cases {
        let bytes = case.input();
        let id = running.new_id();
        let before = format!(
            "{{\"id\":\"{id}\",\"survey\":{{\"id\":\"corpus\",\"version\":1}},\"channel\":\"web\",\"answers\":{{\"overall\":"
        );
        let inside = [before.as_bytes(), &bytes, b"}}"].concat();
        // As the whole body, and as an answer in one that is right beside it.
        for body in [&bytes, &inside] {
            let status = post(running.address(), "/v1/responses", JSON, body).status;
            let fits = match case.expect().as_str() {
                _ if body.len() > 65_536 => status == 413,
                Some("taken") => status == 422,
                Some("refused") => status == 400,
                _ => status == 400 || status == 422,
            };
            assert!(fits, "{}: {status}", case.name);
        }
    }
    assert!(running.stored().is_empty());
    running.stop();
    all_ran("json-syntax.json", cases.len(), 318);
}

#[test]
fn naughty_strings_are_stored_equal_or_refused() {
    let mut running = Running::start();
    let strings = list("naughty-strings.json");
    let mut kept = BTreeMap::new();
    for string in &strings {
        let id = running.new_id();
        let unit = string.as_str().filter(|text| {
            (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control)
        });
        let body = json!({
            "id": id, "survey": { "id": "corpus", "version": 1 }, "channel": "web",
            "answers": { "overall": "satisfied", "comment": string },
            "subject": { "unit": unit }
        });
        let answer = post(
            running.address(),
            "/v1/responses",
            JSON,
            body.to_string().as_bytes(),
        );
        match answer.status {
            201 => drop(kept.insert(id, (string, unit))),
            422 => {
                let problems = problems(&answer).expect("problem+json");
                assert_eq!(problems[0]["question"], "comment", "{string}");
            }
            status => panic!("{string}: {status} {}", answer.body),
        }
    }
    assert!(kept.len() > 480, "only {} were kept", kept.len());
    let stored = running.stored();
    assert_eq!(stored.len(), kept.len());
    for (id, (string, unit)) in kept {
        assert_eq!(&stored[&id]["answers"]["comment"], string);
        assert_eq!(stored[&id]["subject"]["unit"].as_str(), unit);
    }
    running.stop();
    all_ran("naughty-strings.json", strings.len(), 515);
}

/// The tags of a page with the names of their attributes. Panics at any `<`, `>`
/// or quote which is not of a tag: then it is the same to every browser, too.
fn skeleton(page: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some((text, behind)) = rest.split_once('<') {
        assert!(!text.contains('>'), "a stray > in {text}");
        let (tag, after) = tag(behind);
        rest = after;
        if tag == "style" || tag == "script" {
            let (raw, after) = rest.split_once("</").expect("an end tag");
            tags.push(raw.to_owned());
            rest = after.split_once('>').expect("an end tag").1;
        }
        tags.push(tag);
    }
    assert!(!rest.contains('>'), "a stray > in {rest}");
    tags
}

/// Reads `name a="…" b>` and gives the names, and what is behind it.
fn tag(text: &str) -> (String, &str) {
    let mut names = String::new();
    let mut rest = text;
    loop {
        let end = rest.find(['"', '>', '<']).expect("a tag has an end");
        names.push_str(&rest[..end]);
        let sign = &rest[end..=end];
        rest = &rest[end + 1..];
        match sign {
            ">" => break,
            "\"" => {
                let (value, behind) = rest.split_once('"').expect("a quoted value ends");
                assert!(!value.contains(['<', '>']), "markup in the value {value}");
                rest = behind;
            }
            _ => panic!("a < inside the tag {names}"),
        }
    }
    let known = |c: char| c.is_ascii_alphanumeric() || " -=!/\n:_".contains(c);
    assert!(names.chars().all(known), "a tag of {names}");
    (names, rest)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn form(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs);
    form.finish().into_bytes()
}

#[test]
fn markup_in_answers_stays_text_in_the_form_that_comes_back() {
    let mut running = Running::start();
    let cases = cases("xss.json");
    for case in &cases {
        let payload = String::from_utf8(case.input()).expect("text");
        let unit_fits = !payload.chars().any(char::is_control);
        let mut page = |word: &str| {
            let id = running.new_id();
            let mut pairs = vec![
                ("id", id.as_str()),
                ("survey.id", "corpus"),
                ("survey.version", "1"),
                ("channel", "web"),
                // Not satisfied or otherwise: the form comes back.
                ("answers.comment", word),
                ("answers.way", "other"),
                ("answers.way.other", word),
                ("answers.plain", word),
                ("answers.phone", word),
                ("answers.trips", word),
            ];
            if unit_fits {
                pairs.push(("subject.unit", word));
            }
            let answer = post(running.address(), "/v1/responses", FORM, &form(&pairs));
            assert_eq!(answer.status, 422, "{}: {}", case.name, answer.body);
            assert!(answer.header("content-security-policy").is_some());
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            answer.body
        };
        let (hostile, harmless) = (page(&payload), page("harmless"));
        assert_eq!(skeleton(&hostile), skeleton(&harmless), "{}", case.name);
        let shown = escaped(&payload);
        let kept = hostile.matches(&shown).count();
        assert!(kept >= 2, "{}: kept {kept} times: {hostile}", case.name);
    }
    assert!(running.stored().is_empty());
    running.stop();
    all_ran("xss.json", cases.len(), 200);
}

/// A survey with `text` in every place that has words.
fn survey_of(id: &str, text: &str) -> String {
    json!({
        "id": id, "version": 1, "title": text, "intro": text, "thanks": { "zh-Hans": text },
        "questions": [
            { "id": "r", "type": "rating", "title": text, "help": text,
              "scale": { "levels": [{ "id": "a", "label": text }, { "id": "b", "label": text, "mood": 1 }] } },
            { "id": "m", "type": "rating", "scale": "safety-3", "title": text,
              "items": [{ "id": "i", "label": text }] },
            { "id": "c", "type": "choice", "multiple": true, "title": text, "help": text,
              "choices": [{ "id": "a", "label": text }, { "id": "other", "label": { "zh-Hans": text } }] },
            { "id": "n", "type": "number", "title": text, "unit": text },
            { "id": "t", "type": "text", "title": text, "help": { "zh-Hans": text, "en": text },
              "visible_if": { "question": "r", "any_of": ["b"] } },
            { "id": "p", "type": "phone", "title": text }
        ]
    })
    .to_string()
}

#[test]
fn markup_in_definitions_stays_text_on_the_page() {
    let cases = cases("xss.json");
    // The same survey with harmless words must have the same tags.
    let harmless = survey_of("harmless", "harmless");
    let mut definitions = vec![("harmless.json".to_owned(), harmless)];
    for (n, case) in cases.iter().enumerate() {
        let payload = String::from_utf8(case.input()).expect("text");
        let id = format!("x{n}");
        definitions.push((format!("{id}.json"), survey_of(&id, &payload)));
    }
    let running = Running::with(&definitions);
    let (mut shown, mut refused) = (0, 0);
    for (n, case) in cases.iter().enumerate() {
        let payload = String::from_utf8(case.input()).expect("text");
        let file = format!("x{n}.json");
        let fault = running
            .collector
            .faults()
            .iter()
            .find(|fault| fault.file.ends_with(&format!("/{file}")));
        let page = get(running.address(), &format!("/s/x{n}?lang=zh-Hans"));
        if payload.chars().any(|c| c.is_control() && c != '\n') {
            let fault = fault.expect("a fault");
            assert!(fault.reason.contains("control characters"), "{fault}");
            assert_eq!(page.status, 404);
            refused += 1;
            continue;
        }
        assert_eq!(fault, None, "{}", case.name);
        assert_eq!(page.status, 200, "{}", case.name);
        let count = page.body.matches(&escaped(&payload)).count();
        assert!(count >= 12, "{}: shown {count} times", case.name);
        let theirs = get(running.address(), "/s/harmless?lang=zh-Hans").body;
        // The page's style names the survey.
        let ours = page.body.replace(&format!("\"x{n}\""), "\"harmless\"");
        let (ours, theirs) = (skeleton(&ours), skeleton(&theirs));
        let differs = ours
            .iter()
            .zip(&theirs)
            .find(|(ours, theirs)| ours != theirs);
        assert_eq!((differs, ours.len()), (None, theirs.len()), "{}", case.name);
        let document = get(running.address(), &format!("/surveys/{file}"));
        assert_eq!(document.header("content-type"), Some("application/json"));
        let document: Value = serde_json::from_str(&document.body).expect("JSON");
        assert_eq!(document["title"], payload.as_str());
        shown += 1;
    }
    assert_eq!((shown + refused, refused), (cases.len(), 1));
    running.stop();
    all_ran("xss.json", cases.len(), 200);
}

#[test]
fn definitions_are_served_or_named_with_file_place_and_reason() {
    let cases = cases("definitions.json");
    let mut failed = Vec::new();
    for case in &cases {
        let faults = surveys::read("survey.json", case.definition().as_bytes()).err();
        let fits = match (&faults, case.expected("place"), case.expected("shape")) {
            (None, None, None) => case.expect() == "sound",
            (Some(faults), Some(place), _) => faults.iter().any(|fault| {
                let reason = case.expected("reason").unwrap_or("?");
                fault.place == place && fault.reason.contains(reason)
            }),
            (Some(faults), None, Some(place)) => {
                faults.len() == 1 && faults[0].to_string().contains(place)
            }
            _ => false,
        };
        let named = faults
            .iter()
            .flatten()
            .all(|fault| fault.to_string().starts_with("survey.json") && !fault.reason.is_empty());
        if !fits || !named {
            failed.push(format!(
                "{}: {faults:?}; expected {}",
                case.name,
                case.expect()
            ));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    all_ran("definitions.json", cases.len(), 312);
}

#[test]
fn broken_definitions_at_start_up_do_not_hinder_the_others() {
    let cases = cases("definitions.json");
    let broken: Vec<(String, String)> = cases
        .iter()
        .filter(|case| case.expect() != "sound")
        .enumerate()
        .map(|(n, case)| (format!("broken-{n:03}.json"), case.definition()))
        .collect();
    let running = Running::with(&broken);
    for (name, _) in &broken {
        let faults = running.collector.faults();
        assert!(
            faults.iter().any(|fault| fault.file.ends_with(name)),
            "{name}"
        );
    }
    assert_eq!(get(running.address(), "/surveys/corpus.json").status, 200);
    assert_eq!(get(running.address(), "/s/corpus").status, 200);
    println!("{} broken files beside one that is served", broken.len());
    assert!(broken.len() > 270);
    running.stop();
}

/// Text, or parts of it, with what differs from run to run filled in.
fn spelled(value: &Value, id: &str, response: &str) -> String {
    match value {
        Value::String(text) => text.replace("$RESPONSE", response).replace("$ID", id),
        Value::Array(parts) => parts
            .iter()
            .map(|part| spelled(part, id, response))
            .collect(),
        _ => String::new(),
    }
}

/// The bytes of a request and how they are sent.
fn exchange(running: &mut Running, case: &Case) -> Answer {
    let id = running.new_id();
    let response = json!({
        "id": id, "survey": { "id": "corpus", "version": 1 },
        "answers": { "overall": "satisfied" }, "channel": "web"
    })
    .to_string();
    let all = &case.all;
    let mut body = match all["pad"].as_u64() {
        Some(length) => {
            let blanks = usize::try_from(length).expect("a size") - response.len();
            (response.clone() + &" ".repeat(blanks)).into_bytes()
        }
        None if all["base64"].is_string() => case.input(),
        None => spelled(&all["body"], &id, &response).into_bytes(),
    };
    let chunk = |part: &[u8]| [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
    match &all["chunks"] {
        Value::String(_) => body = response.bytes().flat_map(|byte| chunk(&[byte])).collect(),
        Value::Array(parts) => {
            let parts = parts.iter().map(|part| spelled(part, &id, &response));
            body = parts.flat_map(|part| chunk(part.as_bytes())).collect();
        }
        _ => {}
    }
    if all["end"] == true {
        body.extend(b"0\r\n\r\n");
    }
    let lines = all["head"].as_array().expect("a head").iter();
    let lines: Vec<String> = lines.map(|line| spelled(line, &id, &response)).collect();
    let mut head = lines
        .join("\r\n")
        .replace("$LENGTH", &body.len().to_string());
    if all["unfinished"] != true {
        head.push_str("\r\n\r\n");
    }
    let mut wire = Wire::to(running.address());
    wire.send(head.as_bytes());
    match all["drip_ms"].as_u64() {
        Some(pause) => wire.drip(&body, Duration::from_millis(pause)),
        None => drop(wire.send(&body)),
    }
    if all["then"] == "hang up" {
        wire.hang_up();
    }
    wire.answer(head.starts_with("HEAD "))
}

fn judge_http(case: &Case, answer: &Answer) -> Result<(), String> {
    let status = match answer.status {
        0 => json!("closed"),
        status => json!(status),
    };
    let expected = &case.expect()["status"];
    let fits = match expected {
        Value::Array(list) => list.contains(&status),
        one => *one == status,
    };
    let leaked = case
        .expected("absent")
        .is_some_and(|text| answer.body.contains(text));
    let allowed = case
        .expected("absent_header")
        .and_then(|name| answer.header(name));
    if !fits || leaked || allowed.is_some() {
        return Err(format!(
            "{status} {} {}",
            answer.head,
            answer.body.chars().take(300).collect::<String>()
        ));
    }
    Ok(())
}

#[test]
fn http_itself() {
    let mut running = Running::start();
    let cases = cases("http.json");
    let mut failed = Vec::new();
    for case in &cases {
        let answer = exchange(&mut running, case);
        assert!(answer.status < 500, "{}: {answer:?}", case.name);
        if let Err(why) = judge_http(case, &answer) {
            failed.push(format!("{}: {why}; expected {}", case.name, case.expect()));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    running.stop();
    all_ran("http.json", cases.len(), 199);
}
