//! Which pages of other sites may post: those whose origin the operator named,
//! letter by letter. No cookies are asked for, so none are allowed.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;

/// The origin of the request, where it is one of `allowed`. A request with two
/// origins has none.
fn origin<'a>(headers: &HeaderMap, allowed: &'a [String]) -> Option<&'a str> {
    let mut given = headers.get_all(header::ORIGIN).iter();
    let (Some(origin), None) = (given.next(), given.next()) else {
        return None;
    };
    let found = allowed
        .iter()
        .find(|allowed| allowed.as_bytes() == origin.as_bytes());
    found.map(String::as_str)
}

/// Answers preflights, and lets allowed pages read the answer.
pub async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let origin = origin(request.headers(), &app.allow_origin);
    let preflight = request.method() == Method::OPTIONS;
    // A kiosk page may come from another server. It shows its credential in a header
    // of its own, which no other page can make a browser send.
    let tablet = request.uri().path().starts_with("/v1/t");
    let mut response = if preflight {
        (StatusCode::NO_CONTENT, [(header::ALLOW, "OPTIONS, POST")]).into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    // A page that comes back from a form varies by more than this.
    let varies = headers
        .get(header::VARY)
        .and_then(|value| value.to_str().ok());
    let varies = varies.map_or("origin".to_owned(), |others| format!("{others}, origin"));
    let mut put = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(header::VARY, &varies);
    let Some(origin) = origin else {
        return response;
    };
    put(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if preflight {
        let (methods, names) = if tablet {
            ("GET, POST", "authorization, content-type, last-event-id")
        } else {
            ("POST", "content-type, idempotency-key")
        };
        put(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        put(header::ACCESS_CONTROL_ALLOW_HEADERS, names);
        // Two hours, the most that browsers keep it.
        put(header::ACCESS_CONTROL_MAX_AGE, "7200");
    } else {
        put(header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after");
    }
    response
}
