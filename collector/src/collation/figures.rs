//! The figures of a week out of its counts: each with its n, its formula, how sure it is,
//! and whether it has changed.

use std::collections::BTreeMap;

use manyi_model::limits::RANK_LEAST;
use manyi_model::statistics::{Formula, Levels, Three, interval, rank, rate};
use manyi_model::{Channel, Kind, Mode};
use serde::Serialize;

use super::against::{Against, Earlier};
use super::asked::ResponseRate;
use super::counts::{Counted, Counts, Leaf, Tally};
use super::wordings::Wordings;
use crate::store::evidence::Asked;

/// All figures.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Fewer ratings than this have no place.
    pub rank_least: u64,
    /// How many comparisons with other weeks were made: of a hundred in which nothing
    /// has changed, about five are called a change all the same.
    pub comparisons: u64,
    /// By survey, mode and channels. Modes are never put together.
    pub strata: Vec<Stratum>,
}

/// What one survey got in one mode by one channel, or by several together.
#[derive(Clone, Debug, Serialize)]
pub struct Stratum {
    /// The survey's id.
    pub survey: String,
    /// Its title.
    pub title: String,
    /// Who filled it in.
    pub mode: Mode,
    /// Where it was asked; where there are several, they are counted together here and
    /// stand alone elsewhere.
    pub channels: Vec<Channel>,
    /// All, then by unit, window and officer.
    pub cuts: Vec<Cut>,
}

/// By what it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// All together.
    All,
    /// Each unit; those that name none together.
    Unit,
    /// Each window.
    Window,
    /// Each officer in each unit.
    Officer,
}

/// Whose figures they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Whose {
    /// By what it is counted.
    pub by: By,
    /// The unit.
    pub unit: Option<String>,
    /// The window.
    pub window: Option<String>,
    /// The officer.
    pub officer: Option<String>,
}

/// The figures of one of them.
#[derive(Clone, Debug, Serialize)]
pub struct Cut {
    /// Whose they are.
    #[serde(flatten)]
    pub whose: Whose,
    /// Responses.
    pub n: u64,
    /// Those of them whose officer comes from the roster.
    pub by_roster: u64,
    /// How many of those who were asked answered.
    pub response: ResponseRate,
    /// By question, in the order asked.
    pub questions: Vec<Question>,
}

/// The figures of one question, or of one item of it.
#[derive(Clone, Debug, Serialize)]
pub struct Question {
    /// The question's id, or `question.item`.
    pub id: String,
    /// What is asked.
    pub title: String,
    /// What kind of answer it takes; `None` where no version is known any more.
    pub kind: Option<Kind>,
    /// How many answered it.
    pub n: u64,
    /// Levels in the order of the scale; choices and numbers, the most frequent first.
    pub levels: Vec<Share>,
    /// The same on three levels, where its scale folds into them.
    pub three: Option<Threefold>,
}

/// How many chose something.
#[derive(Clone, Debug, Serialize)]
pub struct Share {
    /// The level, choice or number.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// How many.
    pub count: u64,
    /// Of the n of the question.
    pub share_hundredths: Option<u32>,
}

/// Three levels and three rates.
#[derive(Clone, Debug, Serialize)]
pub struct Threefold {
    /// The scale that was folded; which level counts as what stands with the model.
    pub scale: &'static str,
    /// 满意.
    pub satisfied: u64,
    /// 基本满意.
    pub basically: u64,
    /// 不满意.
    pub dissatisfied: u64,
    /// By each formula.
    pub rates: Vec<Rate>,
}

/// 满意率 by one formula. Hundredths are of a percent, or of a percentage point.
#[derive(Clone, Debug, Serialize)]
pub struct Rate {
    /// The formula's name.
    pub formula: &'static str,
    /// The formula in words.
    pub words: &'static str,
    /// The ratings that it is made of.
    pub n: u64,
    /// The rate.
    pub rate_hundredths: u32,
    /// The lower end of its 95 % interval.
    pub low_hundredths: u32,
    /// The upper end.
    pub high_hundredths: u32,
    /// The place among those of the same kind; `None` below the least n.
    pub place: Option<usize>,
    /// Against the week before.
    pub week: Against,
    /// Against the same week a year before.
    pub year: Against,
    /// The halves that the rate is made of.
    #[serde(skip)]
    pub halves: u64,
}

/// What is compared with what: the same survey, mode, channels and place.
pub(super) type Key = (String, Mode, Vec<Channel>, Whose);

/// The counts by everything that has figures.
pub(super) fn cut(counts: &Counts) -> BTreeMap<Key, Counted> {
    let mut channels: BTreeMap<(&str, Mode), Vec<Channel>> = BTreeMap::new();
    for Leaf { place, .. } in &counts.leaves {
        let of = channels.entry((&place.survey, place.mode)).or_default();
        if !of.contains(&place.channel) {
            of.push(place.channel);
        }
    }
    channels.values_mut().for_each(|of| of.sort_unstable());
    let mut cuts: BTreeMap<Key, Counted> = BTreeMap::new();
    for Leaf { place, counted } in &counts.leaves {
        let together = &channels[&(place.survey.as_str(), place.mode)];
        let alone = vec![place.channel];
        let mut strata = vec![alone];
        if together.len() > 1 {
            strata.push(together.clone());
        }
        let whose = |by, parts: [Option<&String>; 3]| Whose {
            by,
            unit: parts[0].cloned(),
            window: parts[1].cloned(),
            officer: parts[2].cloned(),
        };
        let (unit, window, officer) = (
            place.unit.as_ref(),
            place.window.as_ref(),
            place.officer.as_ref(),
        );
        let mut all = vec![
            whose(By::All, [None; 3]),
            whose(By::Unit, [unit, None, None]),
        ];
        if window.is_some() {
            all.push(whose(By::Window, [unit, window, None]));
        }
        if officer.is_some() {
            all.push(whose(By::Officer, [unit, None, officer]));
        }
        for channels in strata {
            for whose in &all {
                let key = (
                    place.survey.clone(),
                    place.mode,
                    channels.clone(),
                    whose.clone(),
                );
                cuts.entry(key).or_default().add(counted);
            }
        }
    }
    cuts
}

impl Figures {
    /// The figures of `counts`. `asked` is `None` for a supplement, which says nothing of
    /// who was asked.
    pub fn new(
        counts: &Counts,
        asked: Option<&[Asked]>,
        earlier: &Earlier,
        wordings: &Wordings,
    ) -> Self {
        let mut strata: Vec<Stratum> = Vec::new();
        for (key, counted) in cut(counts) {
            let (survey, mode, channels, whose) = &key;
            let is_last = |last: &&mut Stratum| {
                (&last.survey, last.mode, &last.channels) == (survey, *mode, channels)
            };
            let figures = Cut {
                response: ResponseRate::new(asked, &key),
                questions: questions(&key, &counted, earlier, wordings),
                n: counted.n,
                by_roster: counted.by_roster,
                whose: whose.clone(),
            };
            match strata.last_mut().filter(is_last) {
                Some(last) => last.cuts.push(figures),
                None => strata.push(Stratum {
                    survey: survey.clone(),
                    title: wordings.survey(survey).to_owned(),
                    mode: *mode,
                    channels: channels.clone(),
                    cuts: vec![figures],
                }),
            }
        }
        for stratum in &mut strata {
            for by in [By::Unit, By::Window, By::Officer] {
                put_in_order(stratum, by);
            }
        }
        let rates = strata
            .iter()
            .flat_map(|stratum| &stratum.cuts)
            .flat_map(|cut| &cut.questions)
            .filter_map(|question| question.three.as_ref())
            .flat_map(|three| &three.rates);
        let made =
            rates.map(|rate| u64::from(rate.week.is_made()) + u64::from(rate.year.is_made()));
        Self {
            rank_least: RANK_LEAST,
            comparisons: made.sum(),
            strata,
        }
    }
}

fn questions(
    key: &Key,
    counted: &Counted,
    earlier: &Earlier,
    wordings: &Wordings,
) -> Vec<Question> {
    let survey = key.0.as_str();
    let order: Vec<&str> = wordings
        .newest(survey)
        .into_iter()
        .flat_map(|definition| &definition.questions)
        .map(|question| question.id.as_str())
        .collect();
    let mut questions: Vec<(usize, Question)> = counted
        .questions
        .iter()
        .map(|(id, tally)| {
            let name = id.split('.').next().unwrap_or(id);
            let at = order.iter().position(|known| *known == name);
            let figures = question(key, id, tally, earlier, wordings);
            (at.unwrap_or(usize::MAX), figures)
        })
        .collect();
    questions.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
    questions
        .into_iter()
        .map(|(_, question)| question)
        .collect()
}

fn question(
    key: &Key,
    id: &str,
    tally: &Tally,
    earlier: &Earlier,
    wordings: &Wordings,
) -> Question {
    let survey = key.0.as_str();
    let (name, item) = match id.split_once('.') {
        Some((name, item)) => (name, Some(item)),
        None => (id, None),
    };
    let known = wordings.question(survey, name);
    let title = wordings.asked(survey, name);
    let title = match item {
        Some(item) => format!("{title} {}", wordings.item(survey, name, item)),
        None => title.to_owned(),
    };
    let kind = known.map(|question| question.kind);
    let mut levels: Vec<String> = known
        .map(|question| {
            question
                .levels()
                .into_iter()
                .map(|level| level.id)
                .collect()
        })
        .unwrap_or_default();
    let mut others: Vec<(&String, u64)> = tally
        .counts
        .iter()
        .filter(|(id, _)| !levels.contains(id))
        .map(|(id, count)| (id, *count))
        .collect();
    others.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    levels.extend(others.into_iter().map(|(id, _)| id.clone()));
    let count = |id: &str| tally.counts.get(id).copied().unwrap_or_default();
    let shares = levels.into_iter().map(|level| Share {
        label: wordings.label(survey, name, &level),
        count: count(&level),
        share_hundredths: rate::share(count(&level), tally.n).map(|share| share.0),
        id: level,
    });
    // Where versions with different scales were answered in one week, nothing is folded.
    let three = known
        .and_then(|question| Three::of(question.scale.as_ref()?))
        .filter(|three| fold(three, tally).n() == tally.n);
    Question {
        id: id.to_owned(),
        title,
        kind,
        n: tally.n,
        levels: shares.collect(),
        three: three.map(|three| threefold(three, key, id, tally, earlier)),
    }
}

/// The three levels of a tally.
pub(super) fn fold(three: &Three, tally: &Tally) -> Levels {
    three.fold(|level| tally.counts.get(level).copied().unwrap_or_default())
}

fn threefold(
    three: &'static Three,
    key: &Key,
    id: &str,
    tally: &Tally,
    earlier: &Earlier,
) -> Threefold {
    let levels = fold(three, tally);
    let one = |formula: Formula| {
        let (halves, n) = (formula.halves(levels), levels.n());
        let (rate, interval) = (formula.rate(levels)?, interval::wilson(halves, n)?);
        Some(Rate {
            formula: formula.name(),
            words: formula.words(),
            n,
            rate_hundredths: rate.0,
            low_hundredths: interval.low.0,
            high_hundredths: interval.high.0,
            place: None,
            week: earlier.week.against(key, id, three, formula, (halves, n)),
            year: earlier.year.against(key, id, three, formula, (halves, n)),
            halves,
        })
    };
    Threefold {
        scale: three.scale,
        satisfied: levels.satisfied,
        basically: levels.basically,
        dissatisfied: levels.dissatisfied,
        rates: Formula::ALL.into_iter().filter_map(one).collect(),
    }
}

/// Gives places to the rates of one kind, question by question and formula by formula.
fn put_in_order(stratum: &mut Stratum, by: By) {
    let mut rated: BTreeMap<(String, &'static str), Vec<&mut Rate>> = BTreeMap::new();
    // Those that name no unit are no unit to be compared with others.
    let named = stratum
        .cuts
        .iter_mut()
        .filter(|cut| cut.whose.by == by && cut.whose.unit.is_some());
    for question in named.flat_map(|cut| &mut cut.questions) {
        for rate in question.three.iter_mut().flat_map(|three| &mut three.rates) {
            let of = rated
                .entry((question.id.clone(), rate.formula))
                .or_default();
            of.push(rate);
        }
    }
    for mut rates in rated.into_values() {
        let made: Vec<(u64, u64)> = rates.iter().map(|rate| (rate.halves, rate.n)).collect();
        for (rate, place) in rates.iter_mut().zip(rank::places(&made, RANK_LEAST)) {
            rate.place = place;
        }
    }
}
