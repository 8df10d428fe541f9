//! `GET` and `POST /v1/adapters/notify`: for systems that can only call an address with
//! a staff number and a matter number in its query or its form.
//!
//! Three fields are read, by the names that the operator sets. All others (such systems
//! send names, telephone numbers and numbers of identity cards along) are dropped here,
//! unread: they reach neither log nor database nor tablet.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::body::{self, Kind};
use super::problem::Refused;
use super::tablets::unfit;
use super::{App, bearer, triggers};
use crate::store::clerks::Clerk;
use crate::store::triggers::Trigger;
use crate::{clock, limits};

/// What the fields are called in the system that notifies.
#[derive(Clone, Debug)]
pub struct Names {
    /// The staff number: the officer's token, and, by the roster, the window.
    pub staff: String,
    /// The matter's number.
    pub matter: String,
    /// The window.
    pub window: String,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            staff: "staff".to_owned(),
            matter: "matter".to_owned(),
            window: "window".to_owned(),
        }
    }
}

/// Has the tablet ask, as `POST /v1/triggers` does.
pub async fn notify(
    State(app): State<Arc<App>>,
    method: Method,
    RawQuery(given): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let answer = async {
        let clerk = triggers::clerk(&app, &bearer::hash_of_any(&headers)?).await?;
        let mut wanted = triggers::Wanted::default();
        read(
            &app.notify,
            given.unwrap_or_default().as_bytes(),
            &mut wanted,
        );
        if method == Method::POST {
            if body::kind(&headers)? != Kind::Form {
                let reason = "Content-Type must be application/x-www-form-urlencoded; JSON goes to /v1/triggers.";
                return Err(Refused::MediaType(reason.to_owned()));
            }
            let bytes = body::read(&headers, body, limits::MESSAGE_BYTES, app.patience).await?;
            read(&app.notify, &bytes, &mut wanted);
        }
        let (trigger, listeners) = ask(&app, &clerk, wanted).await?;
        let told = json!({"id": trigger.id, "survey": trigger.survey, "tablets": listeners});
        Ok::<_, Refused>(Json(told).into_response())
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}

/// Has the tablet ask. Without a window, and with a key for a whole unit, it is the one
/// where the roster has the officer now.
///
/// # Errors
/// 404 where the roster does not know, 422 where nobody says who, and as
/// [`triggers::ask`].
pub(super) async fn ask(
    app: &App,
    clerk: &Clerk,
    mut wanted: triggers::Wanted,
) -> Result<(Trigger, usize), Refused> {
    if wanted.window.is_none() && clerk.window.is_none() {
        let Some(officer) = &wanted.officer_token else {
            let wanted =
                "The staff number or the window must be given: this key is for a whole unit.";
            return Err(unfit(&app.notify.staff, "missing_field", wanted));
        };
        let now = clock::now_ms();
        let window = app.store.window_of(&clerk.unit, officer, now).await;
        wanted.window = window.map_err(bearer::out)?;
        if wanted.window.is_none() {
            let detail = "The roster has this officer at no window now, or at several.";
            return Err(Refused::Absent(detail.to_owned()));
        }
    }
    triggers::ask(app, clerk, &wanted, None).await
}

/// Takes the three fields out. Others may be in GBK: what is not UTF-8 in them harms
/// nobody, and in one of the three it is refused like any unfit token.
pub(super) fn read(names: &Names, pairs: &[u8], wanted: &mut triggers::Wanted) {
    for (name, value) in form_urlencoded::parse(pairs) {
        let place = if *name == names.staff {
            &mut wanted.officer_token
        } else if *name == names.matter {
            &mut wanted.matter_token
        } else if *name == names.window {
            &mut wanted.window
        } else {
            continue;
        };
        let value = value.trim();
        if !value.is_empty() {
            *place = Some(value.to_owned());
        }
    }
}
