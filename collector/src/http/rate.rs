//! How many responses a device and a survey may send: enough for every queue that
//! was ever full to empty itself at once, and a bound for what has gone wild.
//!
//! Never by address: 25 tablets of a hall, and whole towns, share one.
//!
//! Buckets in memory, one for each device and each survey, forgotten at a restart:
//! then everyone starts with a full one.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use manyi_model::Response;
use manyi_model::response::is_token;

/// What a bucket holds, and how fast it fills again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Responses at once.
    pub burst: u32,
    /// Responses a minute after that.
    pub per_min: u32,
}

/// One device. At once: 10,000 waiting, which is the longest queue that a device
/// is measured with, and a fifth of them sent twice. After that 300 a minute: a
/// busy window has one answer in five seconds, 12 a minute, and 25 windows may
/// post through one host under one id.
pub const DEVICE: Rate = Rate {
    burst: 12_000,
    per_min: 300,
};

/// One survey. At once: 500 kiosks that come back with 300 waiting each, 150,000,
/// and 30 % of them sent twice, 195,000. After that 60,000 a minute, 1,000 a
/// second: three times what one SQLite is asked to hold for ten minutes.
pub const SURVEY: Rate = Rate {
    burst: 200_000,
    per_min: 60_000,
};

/// Buckets that are not full and remembered at a time. One takes about 100 bytes;
/// with made-up device ids, 10 MB, and then only the survey's bucket counts.
const REMEMBERED: usize = 100_000;

/// No caller is told to wait longer than this: it may have become better.
const LONGEST_WAIT_S: u64 = 300;

/// All buckets.
#[derive(Debug)]
pub struct Rates {
    device: Rate,
    survey: Rate,
    start: Instant,
    buckets: Mutex<HashMap<Bucket, Duration>>,
}

/// Whose bucket; its value is when it will be full again, as time since the start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Bucket {
    Device(String),
    Survey(String),
}

impl Rates {
    /// With these rates for each device and each survey.
    pub fn new(device: Rate, survey: Rate, start: Instant) -> Self {
        Self {
            device,
            survey,
            start,
            buckets: Mutex::default(),
        }
    }

    /// Takes one from the buckets of each response, or, where one is too empty, none
    /// from any. `is_known` says which surveys there are: others are refused anyway.
    ///
    /// # Errors
    /// The seconds after which it may work.
    pub fn take<'a>(
        &self,
        responses: impl Iterator<Item = &'a Response>,
        is_known: impl Fn(&str) -> bool,
        now: Instant,
    ) -> Result<(), u32> {
        let mut wanted: BTreeMap<Bucket, u32> = BTreeMap::new();
        for response in responses {
            let survey = &response.survey.id;
            if is_known(survey) {
                *wanted.entry(Bucket::Survey(survey.clone())).or_default() += 1;
            }
            if let Some(device) = &response.device
                && is_token(&device.id)
            {
                *wanted.entry(Bucket::Device(device.id.clone())).or_default() += 1;
            }
        }
        let now = now.saturating_duration_since(self.start);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wait = Duration::ZERO;
        for (bucket, count) in &mut wanted {
            let rate = self.rate(bucket);
            // More than a bucket holds, as in one batch, is let through by a full
            // one: it could never be sent otherwise. The bucket then owes the rest.
            let needed = rate.time(rate.burst.min(*count));
            let full_at = buckets.get(bucket).copied().unwrap_or_default().max(now);
            wait = wait.max((full_at + needed).saturating_sub(now + rate.time(rate.burst)));
        }
        if !wait.is_zero() {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            return Err(u32::try_from(seconds.min(LONGEST_WAIT_S)).unwrap_or(u32::MAX));
        }
        for (bucket, count) in wanted {
            let taken = self.rate(&bucket).time(count);
            let is_device = matches!(bucket, Bucket::Device(_));
            if is_device && buckets.len() >= REMEMBERED && !buckets.contains_key(&bucket) {
                buckets.retain(|_, full_at| *full_at > now);
                if buckets.len() >= REMEMBERED {
                    continue;
                }
            }
            let full_at = buckets.entry(bucket).or_default();
            *full_at = (*full_at).max(now) + taken;
        }
        Ok(())
    }

    fn rate(&self, bucket: &Bucket) -> Rate {
        match bucket {
            Bucket::Device(_) => self.device,
            Bucket::Survey(_) => self.survey,
        }
    }
}

impl Rate {
    /// How long the bucket takes to fill up by `count`.
    fn time(self, count: u32) -> Duration {
        let ns = u64::from(count) * 60_000_000_000 / u64::from(self.per_min.max(1));
        Duration::from_nanos(ns)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use manyi_model::Response;

    use super::{DEVICE, Rate, Rates, SURVEY};

    fn response(device: &str) -> Response {
        let text = format!(
            "{{\"id\": \"\", \"survey\": {{\"id\": \"s\", \"version\": 1}}, \"answers\": {{}}, \
             \"channel\": \"kiosk\", \"device\": {{\"id\": \"{device}\", \"seq\": 1}}}}"
        );
        serde_json::from_str(&text).expect("a response")
    }

    /// Takes `count` at once.
    fn take(rates: &Rates, device: &str, count: usize, at: Instant) -> Result<(), u32> {
        let one = response(device);
        rates.take(std::iter::repeat_n(&one, count), |_| true, at)
    }

    const SMALL: Rate = Rate {
        burst: 10,
        per_min: 60,
    };

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let start = Instant::now();
        let at = |s: f64| start + Duration::from_secs_f64(s);
        let rates = Rates::new(SMALL, SURVEY, start);
        for _ in 0..10 {
            assert_eq!(take(&rates, "a", 1, at(0.0)), Ok(()));
        }
        assert_eq!(take(&rates, "a", 1, at(0.0)), Err(1));
        assert_eq!(take(&rates, "a", 3, at(0.5)), Err(3));
        assert_eq!(take(&rates, "b", 10, at(0.5)), Ok(()), "another device");
        assert_eq!(take(&rates, "a", 3, at(3.0)), Ok(()));
        assert_eq!(take(&rates, "a", 1, at(3.0)), Err(1));
        // It never holds more than its burst.
        assert_eq!(take(&rates, "a", 10, at(1000.0)), Ok(()));
        assert_eq!(take(&rates, "a", 1, at(1000.0)), Err(1));
    }

    #[test]
    fn a_batch_larger_than_a_bucket_waits_for_a_full_one_and_then_owes() {
        let start = Instant::now();
        let at = |s: u64| start + Duration::from_secs(s);
        let rates = Rates::new(SMALL, SURVEY, start);
        assert_eq!(take(&rates, "a", 1, at(0)), Ok(()));
        assert_eq!(take(&rates, "a", 25, at(0)), Err(1));
        assert_eq!(take(&rates, "a", 25, at(1)), Ok(()));
        assert_eq!(take(&rates, "a", 1, at(1)), Err(16));
        assert_eq!(take(&rates, "a", 1, at(17)), Ok(()));
    }

    #[test]
    fn what_is_refused_takes_nothing() {
        let start = Instant::now();
        let one = Rate {
            burst: 1,
            per_min: 1,
        };
        let rates = Rates::new(SMALL, one, start);
        let (a, b) = (response("a"), response("b"));
        assert_eq!(take(&rates, "a", 1, start), Ok(()));
        // The survey refuses; the devices' buckets keep theirs.
        assert_eq!(rates.take([&a, &b].into_iter(), |_| true, start), Err(60));
        assert_eq!(rates.take([&b].into_iter(), |_| true, start), Err(60));
        let unknown = |_: &str| false;
        let nine = std::iter::repeat_n(&a, 9);
        assert_eq!(rates.take(nine, unknown, start), Ok(()));
        assert_eq!(rates.take([&a].into_iter(), unknown, start), Err(1));
    }

    #[test]
    fn nobody_is_told_to_wait_for_hours() {
        let start = Instant::now();
        let slow = Rate {
            burst: 100,
            per_min: 1,
        };
        let rates = Rates::new(slow, SURVEY, start);
        assert_eq!(take(&rates, "a", 100, start), Ok(()));
        assert_eq!(take(&rates, "a", 100, start), Err(300));
    }

    #[test]
    fn l3_a_reconnect_storm_passes() {
        let start = Instant::now();
        let rates = Rates::new(DEVICE, SURVEY, start);
        // 500 kiosks with 300 waiting each, in batches of 100, 30 % of them sent
        // twice, all in the same moment.
        for kiosk in 0..500 {
            for count in [100, 100, 100, 90] {
                assert_eq!(
                    take(&rates, &format!("kiosk-{kiosk}"), count, start),
                    Ok(())
                );
            }
        }
    }

    #[test]
    fn made_up_devices_take_no_endless_memory() {
        let start = Instant::now();
        let rates = Rates::new(DEVICE, SURVEY, start);
        for n in 0..super::REMEMBERED + 50 {
            assert_eq!(take(&rates, &format!("{n}"), 1, start), Ok(()));
        }
        let held = || rates.buckets.lock().expect("no panic").len();
        assert!(held() <= super::REMEMBERED);
        let later = start + Duration::from_secs(3600);
        assert_eq!(take(&rates, "another", 1, later), Ok(()));
        assert_eq!(held(), 2, "full ones are forgotten");
    }
}
