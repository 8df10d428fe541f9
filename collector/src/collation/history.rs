//! The closed weeks one after another, as each was closed: for a list of weeks and for a
//! rate over time.

use manyi_model::statistics::{Levels, Week};
use manyi_model::{Channel, Mode};

use super::against::{Earlier, Other, Why};
use super::counts::Counts;
use super::figures::{By, Cut, Figures, Question, Stratum, Threefold, fold};
use super::wordings::Wordings;
use super::{Error, Frozen, Units};
use crate::store::Store;

/// A week as it was closed, without its supplements.
#[derive(Debug)]
pub struct Closed {
    /// The week.
    pub week: Week,
    /// Its number.
    pub number: i64,
    /// When it was closed, in milliseconds since 1970.
    pub closed_at: i64,
    /// How many supplements it has.
    pub supplements: usize,
    /// The responses of some units, or of all.
    pub responses: u64,
    /// The figures of these units, compared with nothing.
    pub figures: Figures,
    counts: Counts,
    wordings: Wordings,
}

/// A rating that stands for others: which survey, asked how, and which question of it.
#[derive(Clone, Copy, Debug)]
pub struct Rating<'a> {
    /// The survey's id.
    pub survey: &'a str,
    /// Who filled it in.
    pub mode: Mode,
    /// Where it was asked.
    pub channels: &'a [Channel],
    /// The question's id.
    pub question: &'a str,
}

impl Closed {
    /// A week as it was closed; `None` where it was not.
    ///
    /// # Errors
    /// When the database fails, or what was kept cannot be read.
    pub async fn load(
        store: &Store,
        wordings: &Wordings,
        week: Week,
        units: Units<'_>,
    ) -> Result<Option<Self>, Error> {
        let editions = store.editions_of(week).await?;
        let supplements = editions.iter().filter(|one| one.part > 0).count();
        let first = editions.into_iter().find(|one| one.part == 0);
        let Some((edition, made)) = first.and_then(|one| Some((one.clone(), one.made?))) else {
            return Ok(None);
        };
        let counts = Frozen::read(&made)?.counts.of(units);
        let wordings = wordings.answered(&counts.versions);
        let none = || Other::unknown(Why::NotClosed);
        let earlier = Earlier {
            week: none(),
            year: none(),
        };
        Ok(Some(Self {
            week,
            number: edition.number,
            closed_at: edition.closed_at,
            supplements,
            responses: counts.responses,
            figures: Figures::new(&counts, None, &earlier, &wordings),
            counts,
            wordings,
        }))
    }

    /// The three levels of one rating in this week; nothing where its scale was another.
    pub fn levels(&self, rating: Rating<'_>) -> Levels {
        let question = self.wordings.question(rating.survey, rating.question);
        let three = question
            .and_then(|question| question.scale.as_ref())
            .and_then(manyi_model::statistics::Three::of);
        let Some(three) = three else {
            return Levels::default();
        };
        let mut sum = Levels::default();
        for leaf in &self.counts.leaves {
            let place = &leaf.place;
            let is_of = place.survey == rating.survey
                && place.mode == rating.mode
                && rating.channels.contains(&place.channel);
            let tally = leaf.counted.questions.get(rating.question);
            let Some(tally) = tally.filter(|_| is_of) else {
                continue;
            };
            let levels = fold(three, tally);
            if levels.n() != tally.n {
                return Levels::default();
            }
            sum.satisfied += levels.satisfied;
            sum.basically += levels.basically;
            sum.dissatisfied += levels.dissatisfied;
        }
        sum
    }
}

impl Figures {
    /// The stratum that speaks for a week: people who rated by themselves before others,
    /// then the most ratings, with the widest set of channels.
    pub fn leading(&self) -> Option<&Stratum> {
        let weigh = |one: &&Stratum, other: &&Stratum| one.weight().cmp(&other.weight());
        self.strata.iter().max_by(weigh)
    }
}

impl Stratum {
    /// What [`Figures::leading`] goes by.
    fn weight(&self) -> (bool, bool, u64, usize, std::cmp::Reverse<&str>) {
        let n = self.rating().map_or(0, |(_, question, _)| question.n);
        let is_own = self.mode == Mode::Myself;
        let survey = std::cmp::Reverse(self.survey.as_str());
        (n > 0, is_own, n, self.channels.len(), survey)
    }

    /// All of it together.
    pub fn all(&self) -> Option<&Cut> {
        self.cuts.iter().find(|cut| cut.whose.by == By::All)
    }

    /// Its first question that folds into three levels, of all together: it speaks for
    /// the survey, the others are asked of the same people.
    pub fn rating(&self) -> Option<(&Cut, &Question, &Threefold)> {
        let all = self.all()?;
        let mut found = all.questions.iter();
        found.find_map(|question| Some((all, question, question.three.as_ref()?)))
    }
}
