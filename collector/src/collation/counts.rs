//! The counts of a week, or of one part of it: whole numbers, in the finest cut that is
//! published. Everything else is made of them.

use std::collections::{BTreeMap, BTreeSet};

use manyi_model::statistics::Three;
use manyi_model::{Answer, Channel, Kind, Map, Mode, Pick, Question, Response};
use serde::{Deserialize, Serialize};

use super::Error;
use super::wordings::Wordings;
use crate::store::evidence::OnDuty;
use crate::store::weeks::Collated;
use crate::{limits, wall};

/// What was rated, where and how: responses are counted together where all of this is
/// the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The survey's id.
    pub survey: String,
    /// Who filled it in.
    pub mode: Mode,
    /// Where it was asked.
    pub channel: Channel,
    /// The unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// The officer: as the response says, else who was on duty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
}

/// The responses of one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// The place.
    pub place: Place,
    /// What was counted there.
    pub counted: Counted,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Responses.
    pub n: u64,
    /// Those of them whose officer comes from the roster.
    pub by_roster: u64,
    /// Free texts in them.
    pub texts: u64,
    /// By question, or `question.item`.
    pub questions: BTreeMap<String, Tally>,
    /// By day, from Monday on: 满意, 基本满意 and 不满意 of the first question that folds
    /// into them. What came from a clock that is not believed has no day.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub days: Days,
}

/// Seven days with three levels each.
pub type Days = [[u64; 3]; 7];

fn is_nothing(days: &Days) -> bool {
    *days == Days::default()
}

/// The answers to one question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many answered it.
    pub n: u64,
    /// How many gave each level, choice or number; nothing for free text. Where several
    /// may be chosen they come to more than `n`.
    pub counts: BTreeMap<String, u64>,
}

/// A free text that is worth reading: where it stands, not what it says. The text stays
/// with its response alone, so that it can be deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Worth {
    /// How satisfied: 0 not, 1 basically, 2 satisfied, 3 no rating.
    pub level: u8,
    /// How long it is, below zero: the longest come first.
    pub minus_chars: i64,
    /// The response.
    pub response: String,
    /// The question.
    pub question: String,
    /// The survey.
    pub survey: String,
    /// The unit, so that those of one unit can be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// By which clock the responses found their week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    /// The device said when it was given, and that can be.
    pub device: u64,
    /// The device said nothing: the server's clock.
    pub server: u64,
    /// What the device said cannot be: the server's clock.
    pub not_believed: u64,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Responses.
    pub responses: u64,
    /// By which clock.
    pub clocks: Clocks,
    /// Which versions of each survey were answered.
    pub versions: BTreeMap<String, BTreeSet<u32>>,
    /// By place.
    pub leaves: Vec<Leaf>,
    /// Free texts worth reading, the most urgent first.
    pub texts: Vec<Worth>,
}

/// Counts responses one by one.
#[derive(Debug)]
pub struct Counter<'a> {
    wordings: &'a Wordings,
    shifts: BTreeMap<(&'a str, &'a str), Vec<&'a OnDuty>>,
    counts: Counts,
    places: BTreeMap<Place, Counted>,
    texts: BTreeSet<Worth>,
}

impl<'a> Counter<'a> {
    /// Nothing counted yet. `shifts` say who was on duty.
    pub fn new(wordings: &'a Wordings, shifts: &'a [OnDuty]) -> Self {
        let mut by_window: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for shift in shifts {
            let window = (shift.unit.as_str(), shift.window.as_str());
            by_window.entry(window).or_default().push(shift);
        }
        Self {
            wordings,
            shifts: by_window,
            counts: Counts::default(),
            places: BTreeMap::new(),
            texts: BTreeSet::new(),
        }
    }

    /// Counts one.
    ///
    /// # Errors
    /// When a stored response is none.
    pub fn count(&mut self, row: &Collated) -> Result<(), Error> {
        let response: Response = serde_json::from_str(&row.body)
            .map_err(|error| Error::Row(format!("a stored response cannot be read: {error}")))?;
        self.counts.responses += 1;
        let clocks = &mut self.counts.clocks;
        *match (&response.submitted_at, row.answered_at) {
            (None, _) => &mut clocks.server,
            (Some(_), Some(_)) => &mut clocks.device,
            (Some(_), None) => &mut clocks.not_believed,
        } += 1;
        let survey = &response.survey;
        let versions = self.counts.versions.entry(survey.id.clone()).or_default();
        versions.insert(survey.version);
        let duty = self.on_duty(&response, row.answered_at);
        let subject = response.subject.clone().unwrap_or_default();
        let place = Place {
            survey: survey.id.clone(),
            mode: response.mode,
            channel: response.channel,
            unit: subject.unit,
            window: subject.window,
            officer: subject.officer.or_else(|| duty.clone()),
        };
        let rated = self.rated(&response);
        let texts = self.read(&response, place.unit.as_deref(), rated);
        let counted = self.places.entry(place).or_default();
        counted.n += 1;
        if let (Some(level), Some(at)) = (rated, row.answered_at) {
            counted.days[wall::weekday(at)][2 - usize::from(level)] += 1;
        }
        counted.by_roster += u64::from(duty.is_some());
        counted.texts += texts;
        let definition = self.wordings.version(&survey.id, survey.version);
        for question in definition
            .iter()
            .flat_map(|definition| &definition.questions)
        {
            if let Some(answer) = response.answers.get(&question.id) {
                counted.answer(question, answer);
            }
        }
        Ok(())
    }

    /// What was counted.
    pub fn end(self) -> Counts {
        let leaves = self.places.into_iter();
        Counts {
            leaves: leaves
                .map(|(place, counted)| Leaf { place, counted })
                .collect(),
            texts: self.texts.into_iter().collect(),
            ..self.counts
        }
    }

    /// Who was on duty, where a response at a window names nobody.
    fn on_duty(&self, response: &Response, answered_at: Option<i64>) -> Option<String> {
        let subject = response.subject.as_ref()?;
        if response.channel != Channel::Kiosk || subject.officer.is_some() {
            return None;
        }
        let window = (subject.unit.as_deref()?, subject.window.as_deref()?);
        let at = answered_at?;
        let shifts = self.shifts.get(&window)?;
        let shift = shifts
            .iter()
            .find(|shift| shift.from <= at && at < shift.to)?;
        Some(shift.officer.clone())
    }

    /// How satisfied a response is, as [`Worth::level`] has it; `None` where it says
    /// nothing of it.
    fn rated(&self, response: &Response) -> Option<u8> {
        let survey = &response.survey;
        let definition = self.wordings.version(&survey.id, survey.version)?;
        let mut open = definition.questions.iter().filter(|one| !one.personal);
        open.find_map(|question| level(question, response))
    }

    /// Notes where the free texts of a response stand, and says how many there are; those
    /// of personal questions never.
    fn read(&mut self, response: &Response, unit: Option<&str>, rated: Option<u8>) -> u64 {
        let survey = &response.survey;
        let Some(definition) = self.wordings.version(&survey.id, survey.version) else {
            return 0;
        };
        let mut found = 0;
        let level = rated.unwrap_or(3);
        for question in definition.questions.iter().filter(|one| !one.personal) {
            let Some(text) = response
                .answers
                .get(&question.id)
                .and_then(|answer| text(question, answer))
            else {
                continue;
            };
            found += 1;
            self.texts.insert(Worth {
                level,
                minus_chars: -i64::try_from(text.chars().count()).unwrap_or(i64::MAX),
                response: response.id.clone(),
                question: question.id.clone(),
                survey: survey.id.clone(),
                unit: unit.map(str::to_owned),
            });
            if self.texts.len() > limits::WEEK_TEXTS {
                self.texts.pop_last();
            }
        }
        found
    }
}

/// How satisfied a response is by this question: 0 to 2, as [`Worth::level`] has it.
fn level(question: &Question, response: &Response) -> Option<u8> {
    let three = Three::of(question.scale.as_ref()?)?;
    let Answer::Word(word) = response.answers.get(&question.id)? else {
        return None;
    };
    let parts = [three.dissatisfied, three.basically, three.satisfied];
    let at = parts
        .iter()
        .position(|levels| levels.contains(&word.as_str()))?;
    u8::try_from(at).ok()
}

/// The words of one's own in an answer.
pub(super) fn text<'a>(question: &Question, answer: &'a Answer) -> Option<&'a str> {
    match answer {
        Answer::Word(text) if question.kind == Kind::Text => Some(text),
        Answer::Other(text) => Some(text),
        Answer::Picks(picks) => picks.iter().find_map(|pick| match pick {
            Pick::Other(text) => Some(text.as_str()),
            Pick::Choice(_) => None,
        }),
        _ => None,
    }
}

impl Counted {
    /// Counts an answer; to a personal question, or one for a telephone, nothing.
    fn answer(&mut self, question: &Question, answer: &Answer) {
        if question.personal || question.kind == Kind::Phone {
            return;
        }
        if let Answer::Items(items) = answer {
            self.items(question, items);
            return;
        }
        let tally = self.questions.entry(question.id.clone()).or_default();
        tally.n += 1;
        match answer {
            Answer::Word(_) if question.kind == Kind::Text => {}
            Answer::Word(word) => tally.one(word),
            Answer::Number(number) => tally.one(&manyi_model::number::print(*number)),
            Answer::Other(_) => tally.one("other"),
            Answer::Picks(picks) => {
                for pick in picks {
                    tally.one(match pick {
                        Pick::Choice(id) => id,
                        Pick::Other(_) => "other",
                    });
                }
            }
            Answer::Items(_) | Answer::Unfit(_) => {}
        }
    }

    fn items(&mut self, question: &Question, items: &Map<String>) {
        for (item, level) in items.iter() {
            let key = format!("{}.{item}", question.id);
            let tally = self.questions.entry(key).or_default();
            tally.n += 1;
            tally.one(level);
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.by_roster += other.by_roster;
        self.texts += other.texts;
        for (day, others) in self.days.iter_mut().zip(&other.days) {
            for (count, other) in day.iter_mut().zip(others) {
                *count += other;
            }
        }
        for (question, tally) in &other.questions {
            let own = self.questions.entry(question.clone()).or_default();
            own.n += tally.n;
            for (id, count) in &tally.counts {
                *own.counts.entry(id.clone()).or_default() += count;
            }
        }
    }
}

impl Tally {
    fn one(&mut self, id: &str) {
        *self.counts.entry(id.to_owned()).or_default() += 1;
    }
}

impl Counts {
    /// The sum of several parts. Their texts are put in order together.
    pub fn sum<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        let mut places: BTreeMap<Place, Counted> = BTreeMap::new();
        let mut texts = BTreeSet::new();
        for part in parts {
            sum.responses += part.responses;
            sum.clocks.device += part.clocks.device;
            sum.clocks.server += part.clocks.server;
            sum.clocks.not_believed += part.clocks.not_believed;
            for (survey, versions) in &part.versions {
                sum.versions
                    .entry(survey.clone())
                    .or_default()
                    .extend(versions);
            }
            for leaf in &part.leaves {
                places
                    .entry(leaf.place.clone())
                    .or_default()
                    .add(&leaf.counted);
            }
            texts.extend(part.texts.iter().cloned());
        }
        let leaves = places.into_iter();
        sum.leaves = leaves
            .map(|(place, counted)| Leaf { place, counted })
            .collect();
        sum.texts = texts.into_iter().take(limits::WEEK_TEXTS).collect();
        sum
    }

    /// Those of some units alone; all of them where `units` is `None`. The clocks are
    /// those of the whole part: they are not counted by unit.
    pub fn of(&self, units: Option<&BTreeSet<String>>) -> Self {
        let Some(units) = units else {
            return self.clone();
        };
        let is_in = |unit: &Option<String>| unit.as_ref().is_some_and(|unit| units.contains(unit));
        let leaves: Vec<Leaf> = self
            .leaves
            .iter()
            .filter(|leaf| is_in(&leaf.place.unit))
            .cloned()
            .collect();
        Self {
            responses: leaves.iter().map(|leaf| leaf.counted.n).sum(),
            leaves,
            texts: self
                .texts
                .iter()
                .filter(|text| is_in(&text.unit))
                .cloned()
                .collect(),
            clocks: self.clocks,
            versions: self.versions.clone(),
        }
    }

    /// The same with units under other names: those that share one are counted as one.
    /// A unit that `names` does not hold keeps its own.
    pub(super) fn renamed(&self, names: &BTreeMap<String, String>) -> Self {
        let mut all = self.clone();
        for leaf in &mut all.leaves {
            let name = leaf.place.unit.as_ref().and_then(|unit| names.get(unit));
            if let Some(name) = name {
                leaf.place.unit = Some(name.clone());
            }
        }
        Self::sum([&all])
    }
}
