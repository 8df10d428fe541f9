//! How often something may be asked for, by whom: a bucket for each name, full at the
//! start, in memory alone.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many at once, and as many a minute after that, for each name. Names must be
/// ones that this collector gave out: their number is the bound of the memory.
#[derive(Debug)]
pub struct Throttle {
    per_min: u32,
    /// When each bucket will be full again.
    full_at: Mutex<HashMap<String, Instant>>,
}

impl Throttle {
    /// With `per_min` at once and a minute.
    pub fn new(per_min: u32) -> Self {
        Self {
            per_min: per_min.max(1),
            full_at: Mutex::default(),
        }
    }

    /// Takes one from the bucket of `name`.
    ///
    /// # Errors
    /// The seconds after which there is one.
    pub fn take(&self, name: &str, now: Instant) -> Result<(), u32> {
        let minute = Duration::from_secs(60);
        let mut all = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = all.entry(name.to_owned()).or_insert(now);
        let next = (*full_at).max(now) + minute / self.per_min;
        let wait = next.saturating_duration_since(now + minute);
        if wait.is_zero() {
            *full_at = next;
            return Ok(());
        }
        Err(u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Throttle;

    #[test]
    fn so_many_at_once_and_then_one_by_one() {
        let throttle = Throttle::new(4);
        let start = Instant::now();
        for _ in 0..4 {
            assert_eq!(throttle.take("a", start), Ok(()));
        }
        assert_eq!(throttle.take("a", start), Err(16));
        assert_eq!(throttle.take("b", start), Ok(()), "another name");
        let later = start + Duration::from_secs(15);
        assert_eq!(throttle.take("a", later), Ok(()));
        assert!(throttle.take("a", later).is_err());
    }
}
