//! The real collector, started on a port of its own with data of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use manyi_model::{Answers, Definition};
use serde_json::{Value, json};

use crate::browser::{Killed, free_port};
use crate::webdriver::{agent, wait};

/// A running collector.
#[derive(Debug)]
pub struct Collector {
    /// `host:port`.
    pub address: String,
    data: PathBuf,
    more: Vec<String>,
    process: Option<Killed>,
}

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where this run may write: screenshots, data, packages.
pub fn output() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| root().join("target"));
    target.join("e2e")
}

/// The collector's program, which `cargo xtask test` builds and names.
fn program() -> PathBuf {
    if let Some(named) = std::env::var_os("MANYI_COLLECTOR") {
        let named = PathBuf::from(named);
        assert!(
            named.is_file(),
            "MANYI_COLLECTOR names {}, which is not there",
            named.display()
        );
        return named;
    }
    let target = output().join("..");
    let built = ["release", "debug"].map(|profile| target.join(profile).join("manyi-collector"));
    built
        .into_iter()
        .find(|file| file.is_file())
        .expect("no collector to test: run `cargo xtask test`, or name one in MANYI_COLLECTOR")
}

fn launch(address: &str, data: &Path, more: &[String]) -> Killed {
    let mut command = Command::new(program());
    command
        .args(["serve", "--listen", address])
        .arg("--data")
        .arg(data)
        .arg("--surveys")
        .arg(data.join("surveys"))
        .args(more)
        .stdin(Stdio::null());
    let mut log = std::fs::File::options();
    let log = log.append(true).create(true).open(data.join("log"));
    let log = log.expect("its log can be written");
    command.stdout(log.try_clone().expect("a second handle"));
    command.stderr(log);
    let process = Killed(command.spawn().expect("the collector starts"));
    let probe = agent(Duration::from_secs(2));
    wait("the collector's /healthz", Duration::from_secs(30), || {
        let answer = probe.get(format!("http://{address}/healthz")).call().ok()?;
        answer.status().is_success().then_some(())
    });
    process
}

impl Collector {
    /// Starts one with the ready surveys and those of `tests/e2e/surveys`.
    pub fn start(more: &[&str]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let data = output().join(format!("data-{}-{n}", std::process::id()));
        let surveys = data.join("surveys");
        std::fs::create_dir_all(&surveys).expect("target/e2e can be written to");
        for file in survey_files() {
            let name = file.file_name().expect("a file has a name");
            std::fs::copy(&file, surveys.join(name)).expect("surveys can be copied");
        }
        let address = format!("127.0.0.1:{}", free_port());
        let more: Vec<String> = more.iter().map(|&word| word.to_owned()).collect();
        let process = launch(&address, &data, &more);
        Self {
            address,
            data,
            more,
            process: Some(process),
        }
    }

    /// Ends it as SIGKILL does, and starts it again at the same address with what it
    /// keeps. `meanwhile` has the folder of the surveys.
    pub fn restart(&mut self, meanwhile: impl FnOnce(&Path)) {
        self.process.take();
        meanwhile(&self.data.join("surveys"));
        self.process = Some(launch(&self.address, &self.data, &self.more));
    }

    /// Ends it as SIGKILL does, until it is started again.
    pub fn stop(&mut self) {
        self.process.take();
    }

    /// Its origin.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it keeps everything.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The rows as `manyi-collector export --format jsonl` prints them.
    pub fn rows(&self) -> Vec<Value> {
        self.export(&[])
    }

    /// What is kept beside rows for staff.
    pub fn conflicts(&self) -> Vec<Value> {
        self.export(&["--conflicts"])
    }

    fn export(&self, more: &[&str]) -> Vec<Value> {
        let text = self.say(&[&["export", "--format", "jsonl"], more].concat());
        text.lines()
            .map(|line| serde_json::from_str(line).expect("each line is JSON"))
            .collect()
    }

    /// What one of its commands prints of this data.
    pub fn say(&self, words: &[&str]) -> String {
        let output = Command::new(program())
            .args(words)
            .arg("--data")
            .arg(&self.data)
            .output()
            .expect("the command starts");
        assert!(
            output.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("what is printed is UTF-8")
    }

    /// The one row with this id.
    pub fn row(&self, id: &str) -> Value {
        let mut rows = self.rows();
        rows.retain(|row| row["id"] == id);
        assert_eq!(rows.len(), 1, "rows with the id {id}");
        rows.remove(0)
    }

    /// `manyi-collector fragment SURVEY`.
    pub fn fragment(&self, survey: &str, options: &[&str]) -> String {
        let output = Command::new(program())
            .args(["fragment", survey, "--surveys"])
            .arg(self.data.join("surveys"))
            .args(options)
            .output()
            .expect("the command starts");
        assert!(
            output.status.success(),
            "fragment: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("HTML in UTF-8")
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.process.take();
        if !std::thread::panicking() {
            // The ledger of a failed trial stays for whoever looks into it.
            let _ = std::fs::remove_dir_all(&self.data);
        }
    }
}

fn survey_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = ["surveys", "tests/e2e/surveys"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root().join(folder)).into_iter().flatten())
        .flatten()
        .map(|entry| entry.path())
        .filter(|file| file.extension().is_some_and(|kind| kind == "json"))
        .collect();
    files.sort();
    files
}

/// The definitions that the collector serves.
pub fn definitions() -> Vec<Definition> {
    survey_files()
        .iter()
        .map(|file| {
            let text = std::fs::read_to_string(file).expect("a survey can be read");
            serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
        })
        .collect()
}

/// The definition called `id`.
pub fn definition(id: &str) -> Definition {
    let found = definitions().into_iter().find(|found| found.id == id);
    found.unwrap_or_else(|| panic!("no survey {id}"))
}

/// Compares a row with what was entered, field by field of the contract.
pub fn assert_row(row: &Value, definition: &Definition, answers: &Answers, subject: &Value) {
    assert_eq!(row["answers"], json!(answers), "the answers of the row");
    assert_eq!(row["survey"]["id"], json!(definition.id));
    assert_eq!(row["survey"]["version"], json!(definition.version));
    let hash = row["survey"]["hash"].as_str().unwrap_or_default();
    assert!(hash.starts_with("sha256:"), "the hash in {row}");
    assert_eq!(row["definition_hash"], row["survey"]["hash"]);
    assert_eq!(&row["subject"], subject, "what was rated");
    assert_eq!(row["channel"], "web");
    assert_eq!(row["language"], "zh-Hans");
    assert!(row["received_at"].is_string(), "received_at in {row}");
}
