//! The response rate, with its denominator: never a made-up one.

use manyi_model::statistics::{interval, rate};
use manyi_model::{Channel, Mode};
use serde::Serialize;

use super::figures::{By, Key};
use crate::store::evidence::Asked;

/// How many of those who were asked answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseRate {
    /// It is not known how many were asked.
    Unknown(Unasked),
    /// The window's tablet was told to ask, by a clerk or the system that clerks use.
    Asked {
        /// How often: the denominator.
        asked: u64,
        /// On the screen.
        shown: u64,
        /// Rated.
        answered: u64,
        /// Left alone.
        timed_out: u64,
        /// Refused.
        declined: u64,
        /// Overtaken by the next one.
        replaced: u64,
        /// Answered of asked, in hundredths of a percent.
        rate_hundredths: u32,
        /// The lower end of its 95 % interval.
        low_hundredths: u32,
        /// The upper end.
        high_hundredths: u32,
    },
}

/// Why it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unasked {
    /// No record is kept of who was asked in this way.
    NoRecord,
    /// Nobody had the window ask: all came by themselves.
    NobodyAsked,
    /// A supplement says nothing of who was asked.
    Supplement,
}

impl ResponseRate {
    /// Of one cut. Only windows ask on record, on their tablet or by a link for one
    /// rating, and only people who rate by themselves are asked there. The two are never
    /// added up.
    pub(super) fn new(asked: Option<&[Asked]>, key: &Key) -> Self {
        let (survey, mode, channels, whose) = key;
        let [channel] = channels.as_slice() else {
            return Self::Unknown(Unasked::NoRecord);
        };
        if *mode != Mode::Myself {
            return Self::Unknown(Unasked::NoRecord);
        }
        let by_link = (*channel != Channel::Kiosk).then(|| channel.name());
        let Some(asked) = asked else {
            return Self::Unknown(Unasked::Supplement);
        };
        // Those that name no unit were asked by nobody on record.
        if whose.by != By::All && whose.unit.is_none() {
            return Self::Unknown(Unasked::NoRecord);
        }
        let fits = |wanted: &Option<String>, found: Option<&str>| {
            wanted.is_none() || wanted.as_deref() == found
        };
        let mut sum = Asked::default();
        for one in asked.iter().filter(|one| {
            one.survey == *survey
                && one.channel.as_deref() == by_link
                && fits(&whose.unit, Some(&one.unit))
                && fits(&whose.window, Some(&one.window))
                && fits(&whose.officer, one.officer.as_deref())
        }) {
            sum.asked += one.asked;
            sum.shown += one.shown;
            sum.answered += one.answered;
            sum.timed_out += one.timed_out;
            sum.declined += one.declined;
            sum.replaced += one.replaced;
        }
        let found =
            rate::share(sum.answered, sum.asked).zip(interval::wilson(2 * sum.answered, sum.asked));
        match found {
            // Who comes to a page by themselves leaves no record of being asked.
            None if by_link.is_some() => Self::Unknown(Unasked::NoRecord),
            None => Self::Unknown(Unasked::NobodyAsked),
            Some((rate, interval)) => Self::Asked {
                asked: sum.asked,
                shown: sum.shown,
                answered: sum.answered,
                timed_out: sum.timed_out,
                declined: sum.declined,
                replaced: sum.replaced,
                rate_hundredths: rate.0,
                low_hundredths: interval.low.0,
                high_hundredths: interval.high.0,
            },
        }
    }
}
