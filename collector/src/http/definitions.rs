//! `GET /surveys`, `/surveys/{id}.json` and the schemas: public, for every site.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::asset::{Asset, Cache};
use super::problem::{Refused, Wrong};
use super::{App, headers, query};
use crate::surveys::{Survey, Surveys};

const JSON: &str = "application/json";

/// The definitions as they are sent.
#[derive(Debug)]
pub struct Definitions {
    /// By survey and version; the newest on offer under version 0.
    by_version: HashMap<(String, u32), Asset>,
    list: Asset,
    survey_schema: Asset,
    response_schema: Asset,
}

impl Definitions {
    /// Prepares every definition of `surveys`.
    pub fn new(surveys: &Surveys) -> Self {
        let mut by_version = HashMap::new();
        for survey in surveys.all() {
            let Survey {
                definition, body, ..
            } = &**survey;
            let forever = Asset::text(JSON, Cache::Forever, body);
            by_version.insert((definition.id.clone(), definition.version), forever);
            let newest = surveys.newest(&definition.id);
            if newest.is_some_and(|newest| newest.definition.version == definition.version) {
                let now = Asset::text(JSON, Cache::Ask, body);
                by_version.insert((definition.id.clone(), 0), now);
            }
        }
        let list: Vec<_> = surveys
            .offered()
            .map(|survey| {
                let definition = &survey.definition;
                json!({
                    "id": definition.id,
                    "version": definition.version,
                    "hash": survey.hash,
                    "title": definition.title,
                    "languages": definition.offered_languages(),
                    "definition": format!("/surveys/{}.json", definition.id),
                    "page": format!("/s/{}", definition.id),
                })
            })
            .collect();
        let schema = |schema: serde_json::Value| {
            Asset::text("application/schema+json", Cache::Ask, &schema.to_string())
        };
        Self {
            by_version,
            list: Asset::text(JSON, Cache::Ask, &json!({ "surveys": list }).to_string()),
            survey_schema: schema(manyi_model::schema::definition()),
            response_schema: schema(manyi_model::schema::response()),
        }
    }
}

/// The surveys on offer.
pub async fn list(State(app): State<Arc<App>>, asked: HeaderMap) -> Response {
    public(app.definitions.list.answer(&asked))
}

/// One definition: the newest on offer, or `?version=N`, which never changes.
pub async fn one(
    State(app): State<Arc<App>>,
    Path(file): Path<String>,
    RawQuery(given): RawQuery,
    asked: HeaderMap,
) -> Response {
    let version = match version(given.as_deref()) {
        Ok(version) => version,
        Err(refused) => return public(refused.into_response()),
    };
    let asset = file
        .strip_suffix(".json")
        .and_then(|id| app.definitions.by_version.get(&(id.to_owned(), version)));
    public(match asset {
        Some(asset) => asset.answer(&asked),
        None => Refused::NotFound.into_response(),
    })
}

/// The version asked for; 0 for the newest.
fn version(given: Option<&str>) -> Result<u32, Refused> {
    let pairs = query::pairs(given.unwrap_or_default().as_bytes()).unwrap_or_default();
    let Some((_, value)) = pairs.iter().find(|(name, _)| name == "version") else {
        return Ok(0);
    };
    value
        .parse()
        .ok()
        .filter(|version| *version > 0)
        .ok_or_else(|| {
            let message = "The version must be a whole number from 1.";
            Refused::Unfit(vec![Wrong::field("version", "wrong_type", message)])
        })
}

/// The JSON Schema of definitions.
pub async fn survey_schema(State(app): State<Arc<App>>, asked: HeaderMap) -> Response {
    public(app.definitions.survey_schema.answer(&asked))
}

/// The JSON Schema of responses.
pub async fn response_schema(State(app): State<Arc<App>>, asked: HeaderMap) -> Response {
    public(app.definitions.response_schema.answer(&asked))
}

fn public(mut response: Response) -> Response {
    headers::open_to_all(response.headers_mut());
    response
}
