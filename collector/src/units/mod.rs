//! Who belongs to whom: offices, stations and what is below them, their windows and
//! their officers. A tree as a value; the database keeps it (`store::units`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::limits;

pub mod file;

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// 县局、分局、市局: an office, below another one or at the top.
    Office,
    /// 派出所: a police station.
    Station,
    /// 中队、内设机构: a part of an office or a station.
    Section,
    /// 警务室: a police room of a station.
    Room,
}

impl Kind {
    /// All of them, from the top.
    pub const ALL: [Self; 4] = [Self::Office, Self::Station, Self::Section, Self::Room];

    /// The name in the database and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Station => "station",
            Self::Section => "section",
            Self::Room => "room",
        }
    }

    /// What people call it.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Office => "县局（分局）",
            Self::Station => "派出所",
            Self::Section => "中队（科室）",
            Self::Room => "警务室",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it may stand below `parent`; below nothing where there is none.
    fn may_be_below(self, parent: Option<Self>) -> bool {
        match self {
            Self::Office | Self::Station => matches!(parent, None | Some(Self::Office)),
            Self::Section => {
                matches!(parent, Some(Self::Office | Self::Station | Self::Section))
            }
            Self::Room => matches!(parent, Some(Self::Station | Self::Section)),
        }
    }
}

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The token that responses carry as `subject.unit`.
    pub code: String,
    /// The unit above it.
    pub parent: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// What people call it.
    pub name: String,
    /// Whether it is no more.
    pub is_closed: bool,
}

/// A window of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The unit.
    pub unit: String,
    /// The token that responses carry as `subject.window`.
    pub code: String,
    /// What people call it, where the token is not enough.
    pub name: Option<String>,
    /// Whether it is no more.
    pub is_closed: bool,
}

/// An officer of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    /// The unit.
    pub unit: String,
    /// The token that responses carry as `subject.officer`.
    pub code: String,
    /// The name.
    pub name: Option<String>,
    /// Whether it is auxiliary police (辅警).
    pub is_auxiliary: bool,
    /// Whether the officer is there no more.
    pub has_left: bool,
}

/// Why a unit cannot stand where it is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// There is no unit of this code above it.
    NoParent(String),
    /// A unit of its kind does not stand there.
    Misplaced(Kind, Option<Kind>),
    /// It is below itself: the way round.
    Circle(Vec<String>),
    /// More than [`limits::UNIT_DEPTH`] stand above one another.
    TooDeep,
}

impl Flaw {
    /// The same in Chinese.
    pub fn chinese(&self) -> String {
        match self {
            Self::NoParent(parent) => format!("没有“{}”这个单位", crate::table::short(parent)),
            Self::Misplaced(kind, Some(parent)) => {
                format!("{}不能设在{}下面", kind.chinese(), parent.chinese())
            }
            Self::Misplaced(kind, None) => format!("{}须有上级", kind.chinese()),
            Self::Circle(way) => format!("它会成为自己的下级：{}", way.join(" < ")),
            Self::TooDeep => format!("上下级超过 {} 层", limits::UNIT_DEPTH),
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoParent(parent) => {
                write!(f, "there is no unit `{}`", crate::table::short(parent))
            }
            Self::Misplaced(kind, Some(parent)) => {
                let (kind, parent) = (kind.name(), parent.name());
                write!(f, "a {kind} does not stand below a unit of kind {parent}")
            }
            Self::Misplaced(kind, None) => {
                write!(f, "a {} must stand below another unit", kind.name())
            }
            Self::Circle(way) => write!(f, "it would stand below itself: {}", way.join(" < ")),
            Self::TooDeep => {
                let most = limits::UNIT_DEPTH;
                write!(f, "more than {most} units would stand above one another")
            }
        }
    }
}

/// All units, by their codes.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    units: BTreeMap<String, Unit>,
    below: BTreeMap<String, BTreeSet<String>>,
}

impl Tree {
    /// Of these units. Of two of one code the last one counts.
    pub fn new(units: impl IntoIterator<Item = Unit>) -> Self {
        let mut tree = Self::default();
        for unit in units {
            tree.units.insert(unit.code.clone(), unit);
        }
        for unit in tree.units.values() {
            let parent = unit.parent.clone().unwrap_or_default();
            tree.below
                .entry(parent)
                .or_default()
                .insert(unit.code.clone());
        }
        tree
    }

    /// The unit of this code.
    pub fn get(&self, code: &str) -> Option<&Unit> {
        self.units.get(code)
    }

    /// All of them, by their codes.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// Those right below `parent`; those at the top where there is none.
    pub fn children(&self, parent: Option<&str>) -> impl Iterator<Item = &Unit> {
        let codes = self.below.get(parent.unwrap_or_default());
        codes
            .into_iter()
            .flatten()
            .filter_map(|code| self.units.get(code))
    }

    /// A unit and all above it, from the unit up.
    ///
    /// # Errors
    /// A [`Flaw::Circle`], [`Flaw::TooDeep`] or [`Flaw::NoParent`] on the way.
    pub fn lineage(&self, code: &str) -> Result<Vec<&Unit>, Flaw> {
        let mut way: Vec<&Unit> = Vec::new();
        let mut next = Some(code);
        while let Some(code) = next {
            let unit = self.units.get(code);
            let unit = unit.ok_or_else(|| Flaw::NoParent(code.to_owned()))?;
            if way.iter().any(|below| below.code == unit.code) {
                let round = way.iter().map(|unit| unit.code.clone());
                return Err(Flaw::Circle(round.chain([unit.code.clone()]).collect()));
            }
            if way.len() == limits::UNIT_DEPTH {
                return Err(Flaw::TooDeep);
            }
            way.push(unit);
            next = unit.parent.as_deref();
        }
        Ok(way)
    }

    /// What is wrong with the place of a unit that is in the tree.
    pub fn flaw(&self, unit: &Unit) -> Option<Flaw> {
        let parent = match &unit.parent {
            Some(parent) => match self.units.get(parent) {
                Some(parent) => Some(parent.kind),
                None => return Some(Flaw::NoParent(parent.clone())),
            },
            None => None,
        };
        if let Err(flaw) = self.lineage(&unit.code) {
            return Some(flaw);
        }
        let fits = unit.kind.may_be_below(parent);
        (!fits).then_some(Flaw::Misplaced(unit.kind, parent))
    }

    /// Every unit with every one above it, itself among them.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        let ways = self.units.values().filter_map(|unit| {
            let way = self.lineage(&unit.code).ok()?;
            Some(way.into_iter().map(|above| (&*unit.code, &*above.code)))
        });
        ways.flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Flaw, Kind, Tree, Unit};

    fn unit(code: &str, kind: Kind, parent: &str) -> Unit {
        Unit {
            code: code.to_owned(),
            parent: (!parent.is_empty()).then(|| parent.to_owned()),
            kind,
            name: format!("{code}所"),
            is_closed: false,
        }
    }

    #[test]
    fn a_unit_knows_who_stands_above_and_below() {
        let tree = Tree::new([
            unit("county", Kind::Office, ""),
            unit("fenglin", Kind::Station, "county"),
            unit("fenglin-1", Kind::Room, "fenglin"),
            unit("yunhe", Kind::Station, "county"),
        ]);
        let way = tree.lineage("fenglin-1").expect("a way");
        let way: Vec<&str> = way.iter().map(|unit| &*unit.code).collect();
        assert_eq!(way, ["fenglin-1", "fenglin", "county"]);
        let below: Vec<&str> = tree
            .children(Some("county"))
            .map(|unit| &*unit.code)
            .collect();
        assert_eq!(below, ["fenglin", "yunhe"]);
        assert_eq!(tree.children(None).count(), 1);
        assert_eq!(tree.pairs().len(), 1 + 2 + 3 + 2);
        assert!(tree.units().all(|unit| tree.flaw(unit).is_none()));
    }

    #[test]
    fn what_stands_nowhere_is_found() {
        let tree = Tree::new([
            unit("a", Kind::Section, "b"),
            unit("b", Kind::Section, "a"),
            unit("c", Kind::Station, "nowhere"),
            unit("d", Kind::Room, ""),
            unit("county", Kind::Office, ""),
            unit("e", Kind::Room, "county"),
        ]);
        let flaw = |code: &str| tree.flaw(tree.get(code).expect("there"));
        let round = ["a", "b", "a"].map(str::to_owned).to_vec();
        assert_eq!(flaw("a"), Some(Flaw::Circle(round)));
        assert_eq!(flaw("c"), Some(Flaw::NoParent("nowhere".to_owned())));
        assert_eq!(flaw("d"), Some(Flaw::Misplaced(Kind::Room, None)));
        let below = Some(Kind::Office);
        assert_eq!(flaw("e"), Some(Flaw::Misplaced(Kind::Room, below)));
        assert_eq!(flaw("county"), None);
    }

    #[test]
    fn eight_units_stand_above_one_another_and_not_nine() {
        let mut units = vec![unit("0", Kind::Office, "")];
        for n in 1..9 {
            units.push(unit(&n.to_string(), Kind::Office, &(n - 1).to_string()));
        }
        let tree = Tree::new(units);
        let flaw = |code: &str| tree.flaw(tree.get(code).expect("there"));
        assert_eq!(flaw("7"), None);
        assert_eq!(flaw("8"), Some(Flaw::TooDeep));
    }
}
