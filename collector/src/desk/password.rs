//! Passwords: what may be one, and how it is kept (Argon2id).

use std::collections::HashSet;
use std::sync::{LazyLock, OnceLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::{clock, limits};

/// 2,424 passwords of ten characters and more that are known to be tried first, one a
/// line, in small letters: from the lists of Django and zxcvbn.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let list = include_str!("../../assets/common-passwords.txt");
    list.lines().collect()
});

/// Why something cannot be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Fewer characters than [`limits::PASSWORD_LEAST`].
    Short,
    /// More characters than [`limits::PASSWORD_MOST`].
    Long,
    /// Many people have it, or it is one character or step again and again.
    Common,
    /// The login is in it.
    LikeLogin,
}

/// Why `password` cannot be one for `login`.
pub fn flaw(password: &str, login: &str) -> Option<Flaw> {
    let chars = password.chars().count();
    if chars < limits::PASSWORD_LEAST {
        return Some(Flaw::Short);
    }
    if chars > limits::PASSWORD_MOST {
        return Some(Flaw::Long);
    }
    let small = password.to_lowercase();
    if COMMON.contains(&*small) || is_monotonous(&small) {
        return Some(Flaw::Common);
    }
    let login = login.to_lowercase();
    let is_like = login.chars().count() >= 4 && small.contains(&login);
    is_like.then_some(Flaw::LikeLogin)
}

/// One to four characters again and again, or steps of one up or down.
fn is_monotonous(text: &str) -> bool {
    let chars: Vec<u32> = text.chars().map(u32::from).collect();
    let repeats = (1..=4).any(|n| chars.iter().zip(chars.iter().skip(n)).all(|(a, b)| a == b));
    let steps = |by: i64| {
        let mut pairs = chars.windows(2);
        pairs.all(|two| (i64::from(two[1]) - i64::from(two[0])).rem_euclid(10) == by)
    };
    repeats || steps(1) || steps(9)
}

/// What OWASP advises: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// No hash could be made.
#[derive(Debug)]
pub struct Failed(String);

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the password could not be hashed: {}", self.0)
    }
}

impl std::error::Error for Failed {}

/// The password as it is kept: a PHC string with a salt of its own. Takes a tenth of a
/// second of a processor, on purpose.
///
/// # Errors
/// When the system has no randomness or no memory.
pub fn hash(password: &str) -> Result<String, Failed> {
    let salt = clock::random::<16>().map_err(|error| Failed(error.to_string()))?;
    let hash = argon2().hash_password_with_salt(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string())
        .map_err(|error| Failed(error.to_string()))
}

/// Whether it is the password that is kept so. Where there is none (no such account,
/// none set yet) it takes as long and is false.
pub fn is_right(password: &str, kept: Option<&str>) -> bool {
    static NOBODYS: OnceLock<Option<String>> = OnceLock::new();
    let nobodys = || {
        let made = NOBODYS.get_or_init(|| hash("the password of nobody").ok());
        made.as_deref()
    };
    let Some(hash) = kept.or_else(nobodys) else {
        return false;
    };
    let Ok(hash) = PasswordHash::new(hash) else {
        return false;
    };
    let fits = argon2().verify_password(password.as_bytes(), &hash).is_ok();
    fits && kept.is_some()
}

#[cfg(test)]
mod tests {
    use super::{COMMON, Flaw, flaw, hash, is_right};

    #[test]
    fn s11_ten_characters_that_not_everybody_has() {
        for (password, wanted) in [
            ("ninechars", Some(Flaw::Short)),
            ("九个字的密码太短了", Some(Flaw::Short)),
            ("1234567890", Some(Flaw::Common)),
            ("Password123", Some(Flaw::Common)),
            ("1qaz2wsx3edc", Some(Flaw::Common)),
            ("aaaaaaaaaaaa", Some(Flaw::Common)),
            ("abcabcabcabc", Some(Flaw::Common)),
            ("9876543210987", Some(Flaw::Common)),
            ("xx-Wang-2026", Some(Flaw::LikeLogin)),
            ("correct horse battery", None),
            ("枫林桥边的三棵大槐树", None),
            ("  ten blanks count  ", None),
        ] {
            assert_eq!(flaw(password, "wang"), wanted, "{password}");
        }
        assert_eq!(flaw(&"ab-".repeat(100), "x"), Some(Flaw::Long));
        assert_eq!(COMMON.len(), 2424);
    }

    #[test]
    fn s11_what_is_kept_is_argon2id_with_a_salt() {
        let kept = hash("correct horse").expect("a hash");
        assert!(
            kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{kept}"
        );
        assert_ne!(Some(&kept), hash("correct horse").ok().as_ref());
        assert!(is_right("correct horse", Some(&kept)));
        for wrong in ["correct horse ", "Correct horse", ""] {
            assert!(!is_right(wrong, Some(&kept)), "{wrong}");
        }
        assert!(!is_right("the password of nobody", None));
        assert!(!is_right("x", Some("no PHC string")));
    }
}
