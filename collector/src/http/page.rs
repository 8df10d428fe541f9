//! `GET /s/{survey}`: the hosted page; its thanks; and `/`.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use manyi_model::response::is_uuid;
use manyi_model::words::words;
use manyi_model::{Answers, Channel, Subject};

use super::problem::{Over, Wrong};
use super::{App, asset, bearer, files, headers, language, query};
use crate::pages::{self, Page, Shown, form};
use crate::store::invitations::State as Standing;
use crate::surveys::Survey;
use crate::{clock, secret};

pub(super) type Pairs = Vec<(String, String)>;

pub(super) fn pairs(given: Option<&str>) -> Pairs {
    query::pairs(given.unwrap_or_default().as_bytes()).unwrap_or_default()
}

fn value<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(key, _)| key == name);
    found
        .map(|(_, value)| value.as_str())
        .filter(|value| !value.is_empty())
}

/// Whether large type is asked for.
pub(super) fn is_elder(pairs: &Pairs) -> bool {
    value(pairs, "elder").is_some_and(|elder| elder != "0")
}

/// Whether a value may stand in a response.
fn is_token(value: &str) -> bool {
    value.chars().count() <= manyi_model::limits::TOKEN_CHARS
        && !value.chars().any(char::is_control)
}

/// A token of the address; one that may not stand in a response is left out, so
/// that a person is never refused for a broken link.
fn token(pairs: &Pairs, name: &str) -> Option<String> {
    value(pairs, name)
        .filter(|value| is_token(value))
        .map(str::to_owned)
}

/// The languages wished for: the address, then the browser.
fn wishes(pairs: &Pairs, asked: &HeaderMap) -> Vec<String> {
    let wished = value(pairs, "lang")
        .filter(|tag| language::is_tag(tag))
        .map(str::to_owned);
    wished.into_iter().chain(language::all(asked)).collect()
}

/// A survey with an empty form.
pub async fn survey(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(given): RawQuery,
    asked: HeaderMap,
) -> Response {
    let pairs = pairs(given.as_deref());
    let wishes = wishes(&pairs, &asked);
    let Some(survey) = app.surveys.newest(&id) else {
        return missing(&asked, &wishes);
    };
    let language = pages::choose(&survey.definition, &wishes);
    let channel = value(&pairs, "channel")
        .and_then(Channel::named)
        .unwrap_or(Channel::Web);
    let subject = Subject {
        unit: token(&pairs, "unit"),
        window: token(&pairs, "window"),
        officer: token(&pairs, "officer"),
        matter: token(&pairs, "matter"),
    };
    let mut hidden = beside(survey, language, channel);
    hidden.extend(form::subject_fields(&subject));
    let elder = is_elder(&pairs);
    let known = [
        "unit", "window", "officer", "matter", "lang", "elder", "channel",
    ];
    let kept: Pairs = pairs
        .iter()
        .filter(|(name, value)| known.contains(&name.as_str()) && is_token(value))
        .cloned()
        .collect();
    let offered = survey.definition.offered_languages();
    let shown = Shown {
        switches: pages::switches_of(language, &offered, &format!("/s/{id}"), &kept, elder),
        form: blank(survey, language, elder, hidden),
        subject,
        channel,
        invitation: None,
        sealing_key: Some(app.keys.current().text()),
        elder,
        widget: app.files.has_widget().then(|| app.files.early().collect()),
    };
    answer(&asked, StatusCode::OK, pages::survey(&shown), true)
}

/// `GET /i/{token}`: the survey that a link is good for, once. Whoever merely looks, as
/// programs do that preview links, uses nothing up. What is rated stands at the collector
/// alone: the page does not say it.
pub async fn invited(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    RawQuery(given): RawQuery,
    asked: HeaderMap,
) -> Response {
    let pairs = pairs(given.as_deref());
    let wishes = wishes(&pairs, &asked);
    let wish = wishes.first().map_or("zh-Hans", String::as_str);
    let known = match secret::invited(&token) {
        Some(token) => app.store.invitation(&secret::hash(&token)).await,
        None => Ok(None),
    };
    let found = match known {
        Ok(Some(found)) => found,
        Ok(None) => return over(&asked, StatusCode::NOT_FOUND, Over::Unknown, wish),
        Err(error) => return bearer::out(error).into_response(),
    };
    let why = match found.state(clock::now_ms()) {
        Standing::Open => None,
        Standing::Used => Some(Over::Used),
        Standing::Revoked => Some(Over::Revoked),
        Standing::Expired => Some(Over::Expired),
    };
    if let Some(why) = why {
        return over(&asked, StatusCode::GONE, why, wish);
    }
    let Some(survey) = app.surveys.newest(&found.survey) else {
        return missing(&asked, &wishes);
    };
    let language = pages::choose(&survey.definition, &wishes);
    let elder = is_elder(&pairs);
    let mut hidden = beside(survey, language, found.channel);
    hidden.push(("invitation", token.clone()));
    let kept: Pairs = pairs
        .iter()
        .filter(|(name, value)| ["lang", "elder"].contains(&name.as_str()) && is_token(value))
        .cloned()
        .collect();
    let offered = survey.definition.offered_languages();
    let path = format!("/i/{token}");
    let shown = Shown {
        switches: pages::switches_of(language, &offered, &path, &kept, elder),
        form: blank(survey, language, elder, hidden),
        subject: Subject::default(),
        channel: found.channel,
        invitation: Some(token),
        sealing_key: Some(app.keys.current().text()),
        elder,
        widget: app.files.has_widget().then(|| app.files.early().collect()),
    };
    answer(&asked, StatusCode::OK, pages::survey(&shown), true)
}

/// The fields beside the answers of an empty form.
fn beside(survey: &Survey, language: &str, channel: Channel) -> Vec<(&'static str, String)> {
    vec![
        ("id", clock::new_id()),
        ("survey.id", survey.definition.id.clone()),
        ("survey.version", survey.definition.version.to_string()),
        ("survey.hash", survey.hash.clone()),
        ("channel", channel.name().to_owned()),
        ("language", language.to_owned()),
        ("started_at", clock::rfc3339(clock::now_ms())),
    ]
}

/// Why a link takes no rating, and what to do.
pub(super) fn over(asked: &HeaderMap, status: StatusCode, why: Over, language: &str) -> Response {
    answer(asked, status, pages::over(language, why), false)
}

fn blank<'a>(
    survey: &'a Survey,
    language: &'a str,
    elder: bool,
    hidden: Vec<(&'static str, String)>,
) -> form::Form<'a> {
    form::Form {
        survey,
        language,
        // Large type stays large when the form comes back, and on the thanks.
        action: if elder {
            "/v1/responses?elder=1"
        } else {
            "/v1/responses"
        },
        hidden,
        answers: Answers::new(),
        wrong: &[],
        notice: None,
        is_page: true,
    }
}

/// A form that was sent and did not fit, or could not be stored: everything kept.
pub(super) struct Again<'a> {
    pub survey: &'a Survey,
    pub language: String,
    pub hidden: Vec<(&'static str, String)>,
    pub subject: Subject,
    pub channel: Channel,
    pub invitation: Option<String>,
    pub elder: bool,
    pub answers: Answers,
    pub wrong: &'a [Wrong],
    pub notice: Option<&'a str>,
    pub status: StatusCode,
}

/// The form again.
pub(super) fn again(app: &App, asked: &HeaderMap, again: Again<'_>) -> Response {
    let language = pages::choose(
        &again.survey.definition,
        std::slice::from_ref(&again.language),
    );
    let shown = Shown {
        form: form::Form {
            answers: again.answers,
            wrong: again.wrong,
            notice: again.notice,
            ..blank(again.survey, language, again.elder, again.hidden)
        },
        subject: again.subject,
        channel: again.channel,
        invitation: again.invitation,
        sealing_key: Some(app.keys.current().text()),
        elder: again.elder,
        widget: app.files.has_widget().then(|| app.files.early().collect()),
        switches: pages::nothing(),
    };
    answer(asked, again.status, pages::survey(&shown), true)
}

/// The end: what the form leads to.
pub async fn thanks(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(given): RawQuery,
    asked: HeaderMap,
) -> Response {
    let pairs = pairs(given.as_deref());
    let wishes = wishes(&pairs, &asked);
    let Some(survey) = app.surveys.newest(&id) else {
        return missing(&asked, &wishes);
    };
    let language = pages::choose(&survey.definition, &wishes);
    let receipt = value(&pairs, "receipt").filter(|receipt| is_uuid(receipt));
    let page = pages::thanks(
        Some(&survey.definition),
        language,
        is_elder(&pairs),
        receipt,
    );
    answer(&asked, StatusCode::OK, page, false)
}

/// The surveys on offer, where the operator has no page of their own.
pub async fn index(State(app): State<Arc<App>>, asked: HeaderMap) -> Response {
    if let Some(response) = files::site(&app, &asked) {
        return response;
    }
    let page = pages::index(&app.surveys, &language::all(&asked));
    answer(&asked, StatusCode::OK, page, false)
}

fn missing(asked: &HeaderMap, wishes: &[String]) -> Response {
    let wish = wishes.first().map_or("zh-Hans", String::as_str);
    trouble(
        asked,
        StatusCode::NOT_FOUND,
        words(wish).unavailable,
        wish,
        None,
    )
}

/// One sentence for a person, where there is no form to show.
pub(super) fn trouble(
    asked: &HeaderMap,
    status: StatusCode,
    sentence: &str,
    language: &str,
    detail: Option<&str>,
) -> Response {
    let page = pages::trouble(words(language).tag, sentence, detail);
    answer(asked, status, page, false)
}

/// The page with its headers. With an id of one visit in it, it is nobody
/// else's: never stored.
fn answer(asked: &HeaderMap, status: StatusCode, page: Page, has_script: bool) -> Response {
    let policy = if has_script {
        headers::survey_policy(&page.style)
    } else {
        headers::still_policy(&page.style)
    };
    let mut response = (status, asset::page(asked, page.html)).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
