//! The command line.

use std::path::Path;
use std::process::{Command, Output};

use crate::crash::{BINARY, Process};
use crate::running::{definition, send};

fn run(arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).output().unwrap()
}

fn said(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn check_says_every_flaw_with_file_place_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let sound = file(
        folder.path(),
        "sound.json",
        &definition("sound", 1, "评价").to_string(),
    );
    let output = run(&["check", &sound]);
    assert!(output.status.success());
    assert!(said(&output.stdout).contains("sound.json: sound: survey sound version 1"));

    let mut unsound = definition("Bad Id", 0, "评价");
    unsound["questions"][0]["scale"] = "no-such".into();
    let unsound = file(folder.path(), "unsound.json", &unsound.to_string());
    let syntax = file(folder.path(), "syntax.json", "{\n\"id\": \"x\",\n}");
    let output = run(&["check", &sound, &unsound, &syntax, "no-such-file.json"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = said(&output.stderr);
    for part in [
        "unsound.json: id: must be",
        "unsound.json: version: must be",
        "unsound.json: questions[0].scale: ",
        "syntax.json:3:1: ",
        "no-such-file.json: ",
    ] {
        assert!(errors.contains(part), "{part} in {errors}");
    }
}

#[test]
fn fragment_prints_the_element_with_its_form() {
    let output = run(&[
        "fragment",
        "household-window",
        "--collector",
        "https://c.example/",
        "--unit",
        "a\"b",
        "--lang",
        "en",
    ]);
    assert!(output.status.success());
    let html = said(&output.stdout);
    for part in [
        "<script type=\"module\" src=\"https://c.example/manyi.js\"></script>",
        "<link rel=\"stylesheet\" href=\"https://c.example/manyi-form.css\">",
        "<manyi-survey src=\"https://c.example/surveys/household-window.json\" endpoint=\"https://c.example/v1/responses\" lang=\"en\" unit=\"a&quot;b\">",
        "<form class=\"manyi-form\" method=\"post\" action=\"https://c.example/v1/responses\" accept-charset=\"utf-8\"",
        "<input type=\"hidden\" name=\"subject.unit\" value=\"a&quot;b\">",
        "<h2 class=\"manyi-title\">",
        "</form></manyi-survey>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    // The same for everyone: no id of one visit.
    assert!(!html.contains("name=\"id\""));
    let output = run(&["fragment", "no-such"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output.stderr).contains("there is no survey `no-such`"));
}

#[test]
fn an_export_of_nothing_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let output = run(&[
        "export",
        "--format",
        "csv",
        "--data",
        missing.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!missing.exists());
}

#[tokio::test]
async fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let surveys = folder.path().join("own");
    std::fs::create_dir(&surveys).unwrap();
    file(
        &surveys,
        "s.json",
        &definition("own", 1, "评价").to_string(),
    );
    let config = file(
        folder.path(),
        "manyi.toml",
        "listen = \"127.0.0.1:1\"\nsurveys = \"own\"\nallow_origin = [\"https://from-file.example\"]\ndata = \"nowhere\"\n",
    );
    let data = folder.path().join("data");
    let process = Process::start(
        &data,
        &[
            "--config",
            &config,
            "--allow-origin",
            "https://from-line.example",
        ],
    );
    // The folder of surveys is seen from the file; the rest is overruled.
    let list = send(process.address, "GET", "/surveys", &[], "").await;
    assert_eq!(list.json()["surveys"][0]["id"], "own");
    let origin = |origin| [("origin", origin)];
    let line = send(
        process.address,
        "OPTIONS",
        "/v1/responses",
        &origin("https://from-line.example"),
        "",
    )
    .await;
    assert_eq!(
        line.header("access-control-allow-origin"),
        "https://from-line.example"
    );
    let other = send(
        process.address,
        "OPTIONS",
        "/v1/responses",
        &origin("https://from-file.example"),
        "",
    )
    .await;
    assert_eq!(other.header("access-control-allow-origin"), "");
    assert_eq!(process.terminate().0, Some(0));

    let data = data.to_str().unwrap();
    let output = Command::new(BINARY)
        .args(["export", "--format", "jsonl"])
        .env("MANYI_DATA", data)
        .env("MANYI_CONFIG", &config)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output.stderr));
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let unknown = file(folder.path(), "unknown.toml", "colour = \"red\"\n");
    let cases: [(&[&str], &str); 6] = [
        (&["serve"], "--data"),
        (
            &["serve", "--data", data, "--allow-origin", "*"],
            "--allow-origin *",
        ),
        (
            &[
                "serve",
                "--data",
                data,
                "--allow-origin",
                "https://a.example/",
            ],
            "--allow-origin https://a.example/",
        ),
        (
            &["serve", "--data", data, "--allow-origin", "null"],
            "--allow-origin null",
        ),
        (&["serve", "--data", data, "--config", &unknown], "colour"),
        (
            &[
                "serve",
                "--data",
                data,
                "--database",
                "mysql://secret@host/x",
            ],
            "`mysql:`",
        ),
    ];
    for (arguments, part) in cases {
        let output = run(arguments);
        assert!(!output.status.success());
        let errors = said(&output.stderr);
        assert!(errors.contains(part), "{part} in {errors}");
        assert!(!errors.contains("secret"));
    }
}

#[test]
fn fields_of_a_notification_must_differ() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let output = run(&["serve", "--data", data, "--notify-staff", "matter"]);
    assert!(!output.status.success());
    assert!(said(&output.stderr).contains("must differ"));
}
