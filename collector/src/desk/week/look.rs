//! What somebody looks at: a week or a part of it, a unit and what is below it, a survey
//! in one mode by some channels, and one question of it. All of it stands in the address.

use std::collections::{BTreeMap, BTreeSet};

use manyi_model::statistics::Week;

use super::super::guard::{Shut, Visit};
use super::super::reach::Reach;
use super::super::say::Language;
use super::super::units::tops;
use crate::collation::figures::{By, Cut, Figures, Question, Stratum, Threefold, Whose};
use crate::collation::sources::Sources;
use crate::collation::{self, Report};
use crate::http::query;
use crate::store::editions::Edition;
use crate::units::Tree;
use crate::wall;

impl From<collation::Error> for Shut {
    fn from(error: collation::Error) -> Self {
        tracing::error!(%error, "a week on the desk");
        Self::Out
    }
}

/// A week, looked at from one side.
#[derive(Debug)]
pub(super) struct Looked {
    /// The language of the page.
    pub language: Language,
    /// The week.
    pub week: Week,
    /// Its editions that say something, the week itself first.
    pub editions: Vec<Edition>,
    /// Responses of all units that no edition has yet.
    pub waiting: i64,
    /// The unit; `None` for all that one reaches.
    pub unit: Option<String>,
    /// The unit whose children are the rows of the roll-up.
    pub base: Option<String>,
    /// The units that are counted; `None` for all, with those that nobody has named.
    pub units: Option<BTreeSet<String>>,
    /// The figures.
    pub report: Report,
    /// The figures of the units right below, with all that is below them.
    pub rolled: Figures,
    /// Who belongs to whom.
    pub tree: Tree,
    at: Option<(usize, String)>,
    part: Part,
    windows: BTreeMap<(String, String), String>,
    officers: BTreeMap<(String, String), String>,
}

/// Which part of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The closed week, or one of its supplements.
    Edition(i64),
    /// All that has come, as it is now.
    Live,
}

/// The week that an address names; the last one that is over where it names none.
pub(super) fn week(visit: &Visit) -> Result<Week, Shut> {
    let now = wall::week_of(visit.now);
    let week = match visit.query.get("week") {
        "" => now.before(),
        said => Week::parse(said),
    };
    week.filter(|week| *week <= now).ok_or(Shut::Absent)
}

impl Looked {
    /// Reads what the address names, within somebody's reach.
    pub async fn at(visit: &Visit, reach: &Reach) -> Result<Self, Shut> {
        let (store, asked) = (&visit.app.store, &visit.query);
        let week = week(visit)?;
        let tree = Tree::new(store.units().await?);
        let unit = Some(asked.get("unit")).filter(|unit| !unit.is_empty());
        if unit.is_some_and(|unit| !reach.holds(unit) || tree.get(unit).is_none()) {
            return Err(Shut::Absent);
        }
        let units = match unit {
            Some(unit) => Some(store.below(&[unit]).await?),
            None => reach.units().cloned(),
        };
        let mut editions = store.editions_of(week).await?;
        editions.retain(|edition| edition.made.is_some());
        let part = match asked.get("part") {
            "all" => Part::Live,
            "" if editions.is_empty() => Part::Live,
            "" => Part::Edition(0),
            said => Part::Edition(said.parse().map_err(|_| Shut::Absent)?),
        };
        let sources = match part {
            Part::Live => Sources::live(store, week, visit.now).await?,
            Part::Edition(part) => {
                let edition = editions.iter().find(|edition| edition.part == part);
                Sources::closed(store, edition.ok_or(Shut::Absent)?).await?
            }
        };
        let tops = tops(&tree, reach);
        let base = match (unit, tops.as_slice()) {
            (Some(unit), _) => Some(unit.to_owned()),
            (None, [one]) => Some(one.code.clone()),
            (None, _) => None,
        };
        let above = above(&tree, reach, base.as_deref());
        let states = store.weeks().await?;
        let state = states.iter().find(|state| state.week == week.to_string());
        let mut looked = Self {
            language: visit.language,
            week,
            waiting: state.map_or(0, |state| state.waiting),
            report: sources.report(units.as_ref()),
            rolled: sources.rolled_up(units.as_ref(), &above),
            unit: unit.map(str::to_owned),
            windows: BTreeMap::new(),
            officers: BTreeMap::new(),
            at: None,
            editions,
            base,
            units,
            tree,
            part,
        };
        for window in store.windows(reach).await? {
            if let Some(name) = window.name {
                looked.windows.insert((window.unit, window.code), name);
            }
        }
        for officer in store.officers(reach).await? {
            if let Some(name) = officer.name {
                looked.officers.insert((officer.unit, officer.code), name);
            }
        }
        let strata = &looked.report.figures.strata;
        let is_named = |stratum: &&Stratum| {
            (asked.get("survey"), asked.get("mode")) == (&stratum.survey, stratum.mode.name())
                && asked.get("channels") == channels(stratum)
        };
        let leading = strata.iter().find(is_named);
        let leading = leading.or_else(|| looked.report.figures.leading());
        looked.at = leading.and_then(|leading| {
            let at = strata.iter().position(|one| std::ptr::eq(one, leading))?;
            let mut rated = leading.all()?.questions.iter();
            let rated = rated.find(|one| one.id == asked.get("question") && one.three.is_some());
            let question = rated.or(leading.rating().map(|(_, question, _)| question));
            Some((at, question.map(|one| one.id.clone()).unwrap_or_default()))
        });
        Ok(looked)
    }

    /// Which part of the week it is.
    pub fn part(&self) -> Part {
        self.part
    }

    /// The survey, mode and channels.
    pub fn stratum(&self) -> Option<&Stratum> {
        let (at, _) = self.at.as_ref()?;
        self.report.figures.strata.get(*at)
    }

    /// The same survey, mode and channels, rolled up.
    pub fn rolled_stratum(&self) -> Option<&Stratum> {
        let own = self.stratum()?;
        self.rolled.strata.iter().find(|one| {
            (&one.survey, one.mode, &one.channels) == (&own.survey, own.mode, &own.channels)
        })
    }

    /// The question that is looked at, of all together.
    pub fn rating(&self) -> Option<(&Cut, &Question, &Threefold)> {
        let all = self.stratum()?.all()?;
        let (question, three) = self.of(all)?;
        Some((all, question, three))
    }

    /// The same question of one cut.
    pub fn of<'a>(&self, cut: &'a Cut) -> Option<(&'a Question, &'a Threefold)> {
        let (_, id) = self.at.as_ref()?;
        let question = cut.questions.iter().find(|found| found.id == *id)?;
        let three = question.three.as_ref()?;
        (!three.rates.is_empty()).then_some((question, three))
    }

    /// Where the same is seen with some of it changed; an empty value takes it away.
    pub fn address(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let week = self.week.to_string();
        let part = match self.part {
            Part::Live if !self.editions.is_empty() => "all".to_owned(),
            Part::Live | Part::Edition(0) => String::new(),
            Part::Edition(part) => part.to_string(),
        };
        let (mode, channels) = self.stratum().map_or_else(Default::default, |stratum| {
            (stratum.mode.name(), channels(stratum))
        });
        let survey = self.stratum().map_or("", |stratum| stratum.survey.as_str());
        let question = self.at.as_ref().map_or("", |(_, question)| question);
        let now = [
            ("week", week.as_str()),
            ("part", &part),
            ("unit", self.unit.as_deref().unwrap_or_default()),
            ("survey", survey),
            ("mode", mode),
            ("channels", &channels),
            ("question", question),
        ];
        let changed = |name: &str| changes.iter().find(|(changed, _)| *changed == name);
        let kept = now.iter().filter(|(name, _)| changed(name).is_none());
        let all = kept.chain(changes).filter(|(_, value)| !value.is_empty());
        format!("{path}?{}", query::written(all.copied()))
    }

    /// What a unit is called.
    pub fn unit_name(&self, code: Option<&str>) -> String {
        let Some(code) = code else {
            let none = self.language.say("未注明单位", "no unit named");
            return none.to_owned();
        };
        let known = self.tree.get(code);
        known.map_or_else(|| code.to_owned(), |unit| unit.name.clone())
    }

    /// What a window is called.
    pub fn window_name(&self, unit: &str, window: &str) -> String {
        let known = self.windows.get(&(unit.to_owned(), window.to_owned()));
        match known {
            Some(name) => format!("{window} {name}"),
            None => self
                .language
                .say(format!("{window} 号"), format!("no. {window}")),
        }
    }

    /// What a row is called.
    pub fn name(&self, whose: &Whose) -> String {
        let code = whose.unit.as_deref();
        let unit = self.unit_name(code);
        let code = code.unwrap_or_default();
        match (&whose.window, &whose.officer) {
            (Some(window), _) => format!("{unit} {}", self.window_name(code, window)),
            (None, Some(officer)) => {
                let known = self.officers.get(&(code.to_owned(), officer.clone()));
                let name = known.map(|name| format!(" {name}")).unwrap_or_default();
                format!("{unit} {officer}{name}")
            }
            (None, None) if whose.by == By::All => {
                self.language.say("合计", "all together").to_owned()
            }
            (None, None) if self.base.as_deref() == Some(code) => self
                .language
                .say(format!("{unit}本级"), format!("{unit} itself")),
            (None, None) => unit,
        }
    }

    /// Who it is all about.
    pub fn scope(&self) -> String {
        match (&self.unit, &self.units) {
            (Some(unit), _) => self.unit_name(Some(unit)),
            (None, None) => self.language.say("全部单位", "all units").to_owned(),
            (None, Some(_)) => match &self.base {
                Some(base) => self.unit_name(Some(base)),
                None => self.language.say("我的单位", "my units").to_owned(),
            },
        }
    }
}

/// As the address names them.
pub(super) fn channels(stratum: &Stratum) -> String {
    let names = stratum.channels.iter().map(|channel| channel.name());
    names.collect::<Vec<_>>().join("-")
}

/// Under which unit each one is counted: the child of `base` that stands above it; where
/// there is no base, the highest one within reach.
fn above(tree: &Tree, reach: &Reach, base: Option<&str>) -> BTreeMap<String, String> {
    let one = |code: &str| {
        let way = tree.lineage(code).ok()?;
        let at = match base {
            Some(base) => way
                .iter()
                .position(|unit| unit.code == base)?
                .checked_sub(1),
            None => way.iter().rposition(|unit| reach.holds(&unit.code)),
        }?;
        Some((code.to_owned(), way.get(at)?.code.clone()))
    };
    let within = tree.units().filter(|unit| reach.holds(&unit.code));
    within.filter_map(|unit| one(&unit.code)).collect()
}
