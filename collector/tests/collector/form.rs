//! The form of a browser without script.

use serde_json::json;

use crate::running::{FORM, Reply, Running, encoded, full, id};

/// What a person sees between two marks of the page.
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = page
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start} in {page}"));
    rest.split_once(end).unwrap().0
}

/// The hidden fields of the page, and the answers given.
async fn filled(server: &Running, path: &str, answers: &[(&str, &str)]) -> Vec<(String, String)> {
    let page = server.get(path).await;
    assert_eq!(page.status, 200);
    let mut fields = Vec::new();
    for input in page.text().split("<input type=\"hidden\"").skip(1) {
        let value = |name: &str| between(input, &format!("{name}=\""), "\"").to_owned();
        fields.push((value("name"), value("value")));
    }
    fields.extend(
        answers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    fields
}

async fn sent(server: &Running, fields: &[(String, String)]) -> Reply {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    server.fields(&fields).await
}

#[tokio::test]
async fn a_rating_without_script_ends_with_its_receipt() {
    let server = Running::start().await;
    let path = "/s/household-window?unit=fenglin&window=3&officer=012345&matter=m-1&channel=sms&lang=zh-Hant";
    let answers = [
        ("answers.overall", "dissatisfied"),
        ("answers.reasons", "slow"),
        ("answers.reasons", "other"),
        ("answers.reasons.other", "等了兩個小時"),
        ("answers.comment", "一\r\n二"),
        ("answers.phone", ""),
    ];
    let fields = filled(&server, path, &answers).await;
    let reply = sent(&server, &fields).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let row = &server.rows().await[0];
    let receipt = row["id"].as_str().unwrap();
    assert_eq!(
        reply.header("location"),
        format!("/s/household-window/thanks?receipt={receipt}&lang=zh-Hant")
    );
    assert_eq!(
        row["answers"],
        json!({"overall": "dissatisfied", "reasons": ["slow", {"other": "等了兩個小時"}], "comment": "一\n二"})
    );
    assert_eq!(
        row["subject"],
        json!({"unit": "fenglin", "window": "3", "officer": "012345", "matter": "m-1"})
    );
    assert_eq!(
        (&row["channel"], &row["language"]),
        (&json!("sms"), &json!("zh-Hant"))
    );

    let thanks = server.get(reply.header("location")).await;
    assert_eq!(thanks.status, 200);
    assert!(thanks.text().contains(receipt));
    assert!(thanks.text().contains("role=\"status\""));
    assert!(thanks.text().contains("<html lang=\"zh-Hant\" dir=\"ltr\""));
    // The button pressed twice: the same receipt, no second row.
    let again = sent(&server, &fields).await;
    assert_eq!(again.header("location"), reply.header("location"));
    assert_eq!(server.rows().await.len(), 1);
}

#[tokio::test]
async fn what_does_not_fit_comes_back_with_every_answer_kept() {
    let server = Running::start().await;
    let answers = [
        ("answers.overall", "dissatisfied"),
        ("answers.done", "no"),
        ("answers.comment", "<b>\"急\" & 'x'</b>"),
        ("answers.phone", "12345"),
    ];
    let fields = filled(
        &server,
        "/s/household-window?unit=fenglin&lang=zh-Hans",
        &answers,
    )
    .await;
    let reply = sent(&server, &fields).await;
    assert_eq!(reply.status, 422);
    let page = reply.text();
    assert!(between(page, "<title>", "</title>").starts_with("还有 2 处需要您看一下"));
    // The summary leads to the fields.
    let summary = between(page, "role=\"alert\"", "</div>");
    for target in [
        "manyi-household-window-reasons-1",
        "manyi-household-window-phone",
    ] {
        assert!(
            summary.contains(&format!("href=\"#{target}\"")),
            "{summary}"
        );
        assert!(page.contains(&format!("id=\"{target}\"")));
    }
    // Each error stands beside its field and is read with it.
    let phone = between(page, "data-question=\"phone\"", "</div><button");
    assert!(phone.contains("id=\"manyi-household-window-phone-error\""));
    assert!(phone.contains("manyi-household-window-phone-error\" aria-invalid=\"true\""));
    assert!(phone.contains("value=\"12345\""));
    assert!(
        page.contains("value=\"dissatisfied\" id=\"manyi-household-window-overall-3\" checked")
    );
    assert!(page.contains("value=\"no\" id=\"manyi-household-window-done-2\" checked"));
    assert!(
        page.contains("&lt;b&gt;&quot;急&quot; &amp; 'x'&lt;/b&gt;</textarea>"),
        "{page}"
    );
    assert!(!page.contains("<b>"));
    for (name, value) in &fields {
        if !name.starts_with("answers.") {
            assert!(
                page.contains(&format!("name=\"{name}\" value=\"{value}\"")),
                "{name}"
            );
        }
    }
    assert!(server.rows().await.is_empty());

    // Mended, it is the same visit.
    let mut mended = fields.clone();
    mended.retain(|(name, _)| name != "answers.phone");
    mended.push(("answers.reasons".into(), "slow".into()));
    assert_eq!(sent(&server, &mended).await.status, 303);
    let id = &fields.iter().find(|(name, _)| name == "id").unwrap().1;
    assert_eq!(server.rows().await[0]["id"], json!(id));
}

#[tokio::test]
async fn answers_to_questions_that_are_not_shown_are_dropped() {
    let server = Running::start().await;
    let answers = [
        ("answers.overall", "satisfied"),
        ("answers.reasons", "slow"),
    ];
    let fields = filled(&server, "/s/household-window", &answers).await;
    assert_eq!(sent(&server, &fields).await.status, 303);
    assert_eq!(
        server.rows().await[0]["answers"],
        json!({"overall": "satisfied"})
    );
}

#[tokio::test]
async fn a_form_of_a_static_page_has_no_id_and_gets_one() {
    let server = Running::start().await;
    let fields = [
        ("survey.id", "household-window"),
        ("survey.version", "1"),
        ("answers.overall", "satisfied"),
    ];
    let reply = server.fields(&fields).await;
    assert_eq!(reply.status, 303);
    let id = server.rows().await[0]["id"].as_str().unwrap().to_owned();
    assert!(reply.header("location").contains(&id));
}

#[tokio::test]
async fn other_content_under_the_same_id_is_409_in_words() {
    let server = Running::start().await;
    let fields = filled(
        &server,
        "/s/household-window?lang=en",
        &[("answers.overall", "satisfied")],
    )
    .await;
    assert_eq!(sent(&server, &fields).await.status, 303);
    let mut other = fields.clone();
    other.last_mut().unwrap().1 = "basically_satisfied".into();
    let reply = sent(&server, &other).await;
    assert_eq!(reply.status, 409);
    assert!(reply.text().contains("Your earlier rating has arrived."));
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn strange_fields_and_bytes_are_refused_in_words() {
    let server = Running::start().await;
    let base = [
        ("survey.id", "household-window"),
        ("survey.version", "1"),
        ("answers.overall", "satisfied"),
    ];
    for extra in [
        ("status", "stored"),
        ("survey.id", "five-level"),
        ("duration_ms", "soon"),
        ("channel", "fax"),
    ] {
        let fields: Vec<_> = base.into_iter().chain([extra]).collect();
        let reply = server.fields(&fields).await;
        assert_eq!(reply.status, 422, "{extra:?}");
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        assert!(reply.text().contains(extra.0), "{}", reply.text());
    }
    let broken = format!("{}&answers.comment=%ff", encoded(&base));
    assert_eq!(
        server.post("/v1/responses", &[FORM], broken).await.status,
        400
    );
    assert_eq!(
        server
            .fields(&[("survey.id", "no-such"), ("survey.version", "1")])
            .await
            .status,
        422
    );
    assert!(server.rows().await.is_empty());
}

#[tokio::test]
async fn a_program_that_asks_for_json_gets_it_for_a_form_too() {
    let server = Running::start().await;
    let body = encoded(&[
        ("id", &id(1)),
        ("survey.id", "household-window"),
        ("survey.version", "1"),
        ("channel", "web"),
        ("answers.overall", "satisfied"),
    ]);
    let headers = [FORM, ("accept", "application/json")];
    let reply = server.post("/v1/responses", &headers, body.clone()).await;
    assert_eq!(
        (reply.status.as_u16(), reply.json()),
        (201, json!({"id": id(1), "status": "stored"}))
    );
    let reply = server
        .post(
            "/v1/responses",
            &headers,
            body.replace("satisfied", "perfect"),
        )
        .await;
    assert_eq!(
        reply.problems(),
        [("overall".into(), "unknown_choice".into())]
    );
}

#[tokio::test]
async fn the_fields_of_the_model_and_json_make_the_same_row() {
    let server = Running::start().await;
    let response: manyi_model::Response = serde_json::from_value(full(&id(1))).unwrap();
    let fields = manyi_model::fields::of(&response);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(server.fields(&fields).await.status, 303);
    assert_eq!(server.json(&full(&id(1))).await.status, 200);
}

#[tokio::test]
async fn the_page_speaks_the_readers_language_and_direction() {
    let server = Running::start().await;
    let head = |reply: &Reply| between(reply.text(), "<html ", ">").to_owned();
    let page = server.get("/s/household-window?lang=ug").await;
    assert_eq!(head(&page), "lang=\"ug\" dir=\"rtl\"");
    let page = server
        .get_with(
            "/s/household-window",
            &[("accept-language", "fr, zh-TW;q=0.9, en;q=0.8")],
        )
        .await;
    assert_eq!(head(&page), "lang=\"zh-Hant\" dir=\"ltr\"");
    let page = server
        .get_with("/s/household-window", &[("accept-language", "fr")])
        .await;
    assert_eq!(head(&page), "lang=\"zh-Hans\" dir=\"ltr\"");
    let page = server
        .get("/s/household-window?lang=%22%3E%3Cscript%3E&elder=1&unit=a%00b")
        .await;
    assert_eq!(head(&page), "lang=\"zh-Hans\" dir=\"ltr\" class=\"elder\"");
    assert!(
        page.text()
            .contains("<manyi-survey src=\"/surveys/household-window.json?version=1\"")
    );
    assert!(
        !page.text().contains("unit="),
        "a token with a control character is left out"
    );
    // Links keep what is rated, and nothing that was not asked for.
    let page = server
        .get("/s/household-window?unit=fenglin&lang=en&evil=1")
        .await;
    assert!(
        page.text()
            .contains("href=\"/s/household-window?unit=fenglin&amp;lang=ug\""),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("evil"));
    let missing = server.get("/s/no-such?lang=en").await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn large_type_stays_large_until_the_end() {
    let server = Running::start().await;
    let page = server.get("/s/household-window?elder=1").await;
    let action = between(page.text(), "action=\"", "\"");
    let unfit = encoded(&[("survey.id", "household-window"), ("survey.version", "1")]);
    let back = server.post(action, &[FORM], unfit.clone()).await;
    assert_eq!(back.status, 422);
    assert!(between(back.text(), "<html ", ">").contains("class=\"elder\""));
    let action = between(back.text(), "action=\"", "\"");
    let reply = server
        .post(
            action,
            &[FORM],
            format!("{unfit}&answers.overall=satisfied"),
        )
        .await;
    let thanks = server.get(reply.header("location")).await;
    assert!(between(thanks.text(), "<html ", ">").contains("class=\"elder\""));
}
