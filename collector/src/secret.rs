//! Codes and credentials: made here, kept as hashes only, compared by hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use manyi_model::hash::digits;
use manyi_model::limits;

use crate::clock;

const LETTERS: &[u8] = limits::CODE_LETTERS.as_bytes();

/// A code for a person to type.
///
/// # Errors
/// When the system has no randomness.
pub fn code() -> Result<String, clock::NoRandomness> {
    letters(limits::CODE_CHARS)
}

/// The token of a link that is good for one rating.
///
/// # Errors
/// When the system has no randomness.
pub fn invitation() -> Result<String, clock::NoRandomness> {
    letters(crate::limits::INVITATION_CHARS)
}

fn letters(count: usize) -> Result<String, clock::NoRandomness> {
    let mut code = String::with_capacity(count);
    while code.len() < count {
        for byte in clock::random::<32>()? {
            // Bytes above the last whole multiple would make some letters likelier.
            let whole = 256 - 256 % LETTERS.len();
            if usize::from(byte) < whole && code.len() < count {
                code.push(char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
            }
        }
    }
    Ok(code)
}

/// A code as it was made, whatever a person typed: small letters, spaces and hyphens
/// between are the same. `None` where it cannot be one.
pub fn typed(code: &str) -> Option<String> {
    of_letters(code, limits::CODE_CHARS)
}

/// The token of a link as it was made; `None` where it cannot be one, as that of another
/// system.
pub fn invited(token: &str) -> Option<String> {
    of_letters(token, crate::limits::INVITATION_CHARS)
}

fn of_letters(typed: &str, count: usize) -> Option<String> {
    let plain: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .take(count + 1)
        .collect();
    let is_one = plain.len() == count && plain.bytes().all(|b| LETTERS.contains(&b));
    is_one.then_some(plain)
}

/// A credential: 256 random bits behind a word that says what it is, so that one who
/// finds it knows what to revoke.
///
/// # Errors
/// When the system has no randomness.
pub fn credential(kind: Kind) -> Result<String, clock::NoRandomness> {
    let bits = URL_SAFE_NO_PAD.encode(clock::random::<32>()?);
    Ok(format!("{}{bits}", kind.prefix()))
}

/// Whose credential it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A tablet at a window.
    Tablet,
    /// A clerk's page, or the system that clerks work with.
    Clerk,
    /// A session of the desk.
    Session,
    /// A link by which a person sets a password.
    Link,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Tablet => "manyi-tablet-",
            Self::Clerk => "manyi-clerk-",
            Self::Session => "manyi-session-",
            Self::Link => "manyi-link-",
        }
    }
}

/// SHA-256 as 64 hex digits: what is kept of a secret, and what it is found by.
pub fn hash(secret: &str) -> String {
    digits(secret.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{Kind, code, credential, typed};

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = code().expect("randomness");
        assert_eq!(code.len(), 8);
        let loose = format!(" {}-{} ", &code[..4].to_lowercase(), &code[4..]);
        assert_eq!(typed(&loose), Some(code.clone()));
        for bad in [
            "",
            &code[..7],
            &format!("{code}A"),
            "ACDEFGH0",
            "满意满意满意满意",
        ] {
            assert_eq!(typed(bad), None, "{bad}");
        }
    }

    #[test]
    fn credentials_are_long_and_differ() {
        let (one, two) = (credential(Kind::Tablet), credential(Kind::Tablet));
        let (one, two) = (one.expect("randomness"), two.expect("randomness"));
        assert_ne!(one, two);
        assert_eq!(one.len(), "manyi-tablet-".len() + 43);
    }
}
