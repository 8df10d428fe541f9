//! The few cookies there are: one for the clerk's window, one for the desk. For scripts
//! unreadable, and not sent along from other sites.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

/// A cookie by its names where the connection is encrypted, and where it is not:
/// browsers take the first over https alone.
#[derive(Debug)]
pub struct Cookie {
    /// Begins with `__Host-`.
    pub secure: &'static str,
    /// For a connection within one machine, or within the house.
    pub plain: &'static str,
}

impl Cookie {
    /// What the browser holds. One that was set without https is not believed over
    /// https: anyone on the line could have set it.
    pub fn held<'a>(&self, asked: &'a HeaderMap) -> Option<&'a str> {
        let cookies = asked.get_all(header::COOKIE).iter();
        let mut all = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='));
        let wanted = self.name(asked);
        let found = all.find(|(name, _)| *name == wanted);
        found.map(|(_, held)| held).filter(|held| !held.is_empty())
    }

    fn name(&self, asked: &HeaderMap) -> &'static str {
        if is_https(asked) {
            self.secure
        } else {
            self.plain
        }
    }

    /// Has the browser hold `value` for so many seconds; for none, forget it.
    pub fn put(&self, asked: &HeaderMap, response: &mut Response, value: &str, seconds: u32) {
        let name = self.name(asked);
        let secure = if is_https(asked) { "; Secure" } else { "" };
        let cookie =
            format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}

/// Whether a proxy says that the browser came by https.
pub fn is_https(asked: &HeaderMap) -> bool {
    let proto = asked.get("x-forwarded-proto");
    proto.is_some_and(|proto| proto == "https")
}
