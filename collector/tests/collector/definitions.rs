//! Definitions from a folder, and from the database for ever.

use serde_json::json;

use crate::running::{Running, definition, folder_of, id, satisfied};
use manyi_collector::Collector;
use manyi_collector::config::Settings;

fn response(survey: &str, version: u32, n: u32) -> serde_json::Value {
    let mut response = satisfied(&id(n));
    response["survey"] = json!({"id": survey, "version": version});
    response
}

#[tokio::test]
async fn a_broken_file_is_named_with_place_and_reason_and_the_others_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let mut unsound = definition("unsound", 1, "评价");
    unsound["questions"][0]["scale"] = json!("no-such-scale");
    let mut unknown = definition("unknown", 1, "评价");
    unknown["questions"][0]["colour"] = json!("red");
    let surveys = folder_of(
        folder.path(),
        &[
            ("a-syntax.json", "{\n  \"id\": \"a\",\n  oops\n}".to_owned()),
            ("b-scale.json", unsound.to_string()),
            ("c-field.json", unknown.to_string()),
            ("d-sound.json", definition("sound", 1, "评价").to_string()),
            ("notes.txt", "not a survey".to_owned()),
        ],
    );
    let server = Running::with(|settings| settings.surveys = Some(surveys)).await;
    let faults: Vec<String> = server
        .collector
        .faults()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults[0].contains("a-syntax.json:3:3: "), "{}", faults[0]);
    assert!(
        faults[1].contains("b-scale.json: questions[0].scale: "),
        "{}",
        faults[1]
    );
    assert!(
        faults[2].contains("c-field.json:1:") && faults[2].contains("questions[0]"),
        "{}",
        faults[2]
    );
    assert!(faults[2].contains("colour"), "{}", faults[2]);
    let list = server.get("/surveys").await.json();
    assert_eq!(list["surveys"].as_array().unwrap().len(), 1);
    assert_eq!(server.json(&response("sound", 1, 1)).await.status, 201);
}

#[tokio::test]
async fn f41_an_old_version_stays_answerable_after_its_file_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let settings = |version: u32| {
        let file = (
            "s.json",
            definition("changing", version, &format!("第{version}版")).to_string(),
        );
        let mut settings = Settings::local(folder.path().join("data"));
        settings.surveys = Some(folder_of(folder.path(), &[file]));
        settings
    };
    Collector::start(settings(1)).await.unwrap().stop().await;
    let collector = Collector::start(settings(2)).await.unwrap();
    let server = Running {
        collector,
        folder: tempfile::tempdir().unwrap(),
    };
    let newest = server.get("/surveys/changing.json").await.json();
    assert_eq!(newest["version"], json!(2));
    let old = server.get("/surveys/changing.json?version=1").await;
    assert_eq!(
        (old.status.as_u16(), &old.json()["version"]),
        (200, &json!(1))
    );
    assert_eq!(
        server.get("/surveys/changing.json?version=3").await.status,
        404
    );
    assert_eq!(server.json(&response("changing", 1, 1)).await.status, 201);
    assert_eq!(server.json(&response("changing", 2, 2)).await.status, 201);
    assert!(server.get("/s/changing").await.text().contains("第2版"));
}

#[tokio::test]
async fn the_same_version_with_other_content_is_reported_and_the_stored_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    let settings = |title: &str| {
        let file = ("s.json", definition("fixed", 1, title).to_string());
        let mut settings = Settings::local(folder.path().join("data"));
        settings.surveys = Some(folder_of(folder.path(), &[file]));
        settings
    };
    Collector::start(settings("原来的"))
        .await
        .unwrap()
        .stop()
        .await;
    let collector = Collector::start(settings("改过的")).await.unwrap();
    let server = Running {
        collector,
        folder: tempfile::tempdir().unwrap(),
    };
    let faults = server.collector.faults();
    assert_eq!(faults.len(), 1);
    assert!(
        faults[0]
            .to_string()
            .contains("s.json: version: survey `fixed` version 1"),
        "{}",
        faults[0]
    );
    assert_eq!(
        server.get("/surveys/fixed.json").await.json()["title"]["zh-Hans"],
        json!("原来的")
    );
    assert_eq!(
        server.get("/surveys").await.json()["surveys"][0]["id"],
        json!("fixed")
    );
}

#[tokio::test]
async fn every_ready_survey_is_served_and_sound() {
    let server = Running::start().await;
    assert_eq!(server.collector.faults(), []);
    let list = server.get("/surveys").await.json();
    let list = list["surveys"].as_array().unwrap();
    assert!(list.len() >= 12);
    for survey in list {
        let definition = server.get(survey["definition"].as_str().unwrap()).await;
        assert_eq!(definition.json()["id"], survey["id"]);
        let page = server.get(survey["page"].as_str().unwrap()).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("<form class=\"manyi-form\""));
    }
}

#[tokio::test]
async fn a_definition_that_has_not_changed_is_304() {
    let server = Running::start().await;
    for path in [
        "/surveys/household-window.json",
        "/surveys",
        "/schema/survey.json",
    ] {
        for coding in ["", "gzip", "br"] {
            let first = server.get_with(path, &[("accept-encoding", coding)]).await;
            let tag = first.header("etag").to_owned();
            for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
                let headers = [
                    ("accept-encoding", coding),
                    ("if-none-match", known.as_str()),
                ];
                let again = server.get_with(path, &headers).await;
                assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
                assert_eq!(again.header("etag"), tag);
            }
            let other = [("accept-encoding", coding), ("if-none-match", "\"x\"")];
            assert_eq!(server.get_with(path, &other).await.status, 200);
        }
    }
}
