//! Who asks: `Authorization: Bearer …`, looked up by its hash in the database each
//! time, so that a credential that is taken back is dead at once.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::App;
use super::problem::Refused;
use crate::secret;
use crate::store;
use crate::store::tablets::Tablet;

/// The hash of the credential that the request shows.
///
/// # Errors
/// 401 where it shows none, or two.
pub fn hash(headers: &HeaderMap) -> Result<String, Refused> {
    match shown(headers)? {
        (scheme, secret) if scheme.eq_ignore_ascii_case("bearer") => Ok(secret::hash(secret)),
        _ => Err(Refused::Unauthorized),
    }
}

/// The scheme and what follows it, of the one header.
fn shown(headers: &HeaderMap) -> Result<(&str, &str), Refused> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return Err(Refused::Unauthorized);
    };
    let parts = value.to_str().ok().and_then(|value| value.split_once(' '));
    let (scheme, rest) = parts.ok_or(Refused::Unauthorized)?;
    Ok((scheme, rest.trim()))
}

/// The hash of the credential, shown as bearer or as the password of a user of any name:
/// some systems can only do the latter.
///
/// # Errors
/// 401 where there is none, or two.
pub fn hash_of_any(headers: &HeaderMap) -> Result<String, Refused> {
    match shown(headers)? {
        (scheme, pair) if scheme.eq_ignore_ascii_case("basic") => {
            let pair = STANDARD.decode(pair).ok();
            let pair = pair.and_then(|pair| String::from_utf8(pair).ok());
            let pair = pair.ok_or(Refused::Unauthorized)?;
            let (_, password) = pair.split_once(':').ok_or(Refused::Unauthorized)?;
            Ok(secret::hash(password))
        }
        _ => hash(headers),
    }
}

/// The tablet that asks.
///
/// # Errors
/// 401 where it is none, or was shut out; 503 where the database fails.
pub async fn tablet(app: &App, headers: &HeaderMap) -> Result<Tablet, Refused> {
    let tablet = app.store.tablet(&hash(headers)?).await;
    tablet.map_err(out)?.ok_or(Refused::Unauthorized)
}

/// 503, with the reason in the log: it names the database and no values.
pub fn out(error: store::Error) -> Refused {
    tracing::error!(%error, "a tablet's request");
    Refused::Unavailable(5)
}
