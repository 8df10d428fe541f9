//! Units, their windows and their officers.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AnyConnection;

use super::audit::{self, Act, Actor, Note};
use super::{Error, Store};
use crate::desk::reach::{Reach, Within};
use crate::table::{Fault, short};
use crate::units::file::{Entry, absent, check};
use crate::units::{Kind, Officer, Tree, Unit, Window};

/// What was taken from a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Units.
    pub units: usize,
    /// Windows.
    pub windows: usize,
    /// Officers.
    pub officers: usize,
}

/// Whether what a line names may be there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is made, or changed where it is there.
    Any,
    /// It is made; one that is there is a fault.
    New,
    /// It is changed; one that is not there is a fault.
    Known,
}

/// One thing that can be closed and opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// The unit itself.
    Unit,
    /// A window of it.
    Window(&'a str),
    /// An officer of it.
    Officer(&'a str),
}

impl Store {
    /// All units, by their codes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn units(&self) -> Result<Vec<Unit>, Error> {
        all(&mut *self.pool.acquire().await?).await
    }

    /// The windows of the units within reach, by unit and code.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn windows(&self, reach: &Reach) -> Result<Vec<Window>, Error> {
        type Found = (String, String, Option<String>, Option<i64>);
        let rows: Vec<Found> = sqlx::query_as(
            "SELECT unit, service_window, name, closed_at FROM unit_windows \
             ORDER BY unit, service_window",
        )
        .fetch_all(&self.pool)
        .await?;
        let rows = rows.into_iter().filter(|row| reach.holds(&row.0));
        Ok(rows
            .map(|(unit, code, name, closed_at)| Window {
                unit,
                code,
                name,
                is_closed: closed_at.is_some(),
            })
            .collect())
    }

    /// The officers of the units within reach, by unit and code.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn officers(&self, reach: &Reach) -> Result<Vec<Officer>, Error> {
        type Found = (String, String, Option<String>, i64, Option<i64>);
        let rows: Vec<Found> = sqlx::query_as(
            "SELECT unit, officer, name, is_auxiliary, left_at FROM unit_officers \
             ORDER BY unit, officer",
        )
        .fetch_all(&self.pool)
        .await?;
        let rows = rows.into_iter().filter(|row| reach.holds(&row.0));
        Ok(rows
            .map(|(unit, code, name, is_auxiliary, left_at)| Officer {
                unit,
                code,
                name,
                is_auxiliary: is_auxiliary != 0,
                has_left: left_at.is_some(),
            })
            .collect())
    }

    /// Takes the lines of a file in, all of them or none. What is there and not in the
    /// file stays as it is.
    ///
    /// # Errors
    /// The outer one when the database fails; the inner ones name lines that cannot be
    /// taken. Nothing has changed then.
    pub async fn put_units(
        &self,
        entries: &[(usize, Entry)],
        put: Put,
        reach: &Reach,
        actor: &Actor,
        now: i64,
    ) -> Result<Result<Taken, Vec<Fault>>, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let known = all(connection).await?;
        let mut faults = strangers(&known, entries, reach);
        if put != Put::Any {
            faults.extend(misput(connection, &known, entries, put).await?);
        }
        let tree = match check(&known, entries) {
            Ok(tree) if faults.is_empty() => tree,
            Ok(_) => {
                work.undo().await?;
                return Ok(Err(faults));
            }
            // One who may not know a unit does not learn of it by what is wrong below it.
            Err(more) => {
                work.undo().await?;
                return Ok(Err(if faults.is_empty() { more } else { faults }));
            }
        };
        let taken = write(connection, &tree, entries).await?;
        relate(connection, &tree).await?;
        tell(connection, entries, taken, actor, now).await?;
        work.commit().await?;
        Ok(Ok(taken))
    }

    /// Closes a unit, a window or an officer's place, or opens it again; false where
    /// there is none, or nothing changes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_part(
        &self,
        within: &Within,
        part: Part<'_>,
        close: bool,
        actor: &Actor,
        now: i64,
    ) -> Result<bool, Error> {
        let statement = match part {
            Part::Unit => {
                "UPDATE units SET closed_at = $1 \
                 WHERE unit = $2 AND unit = $3 AND (closed_at IS NULL) = ($1 IS NOT NULL)"
            }
            Part::Window(_) => {
                "UPDATE unit_windows SET closed_at = $1 WHERE unit = $2 \
                 AND service_window = $3 AND (closed_at IS NULL) = ($1 IS NOT NULL)"
            }
            Part::Officer(_) => {
                "UPDATE unit_officers SET left_at = $1 WHERE unit = $2 AND officer = $3 \
                 AND (left_at IS NULL) = ($1 IS NOT NULL)"
            }
        };
        let (sort, code) = match part {
            Part::Unit => ("unit", within.unit()),
            Part::Window(code) => ("window", code),
            Part::Officer(code) => ("officer", code),
        };
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let done = sqlx::query(statement)
            .bind(close.then_some(now))
            .bind(within.unit())
            .bind(code)
            .execute(&mut *connection)
            .await?;
        if done.rows_affected() == 0 {
            work.undo().await?;
            return Ok(false);
        }
        let note = Note {
            actor,
            act: if close {
                Act::UnitClosed
            } else {
                Act::UnitReopened
            },
            unit: within.unit(),
            about: &format!("{sort} {code}"),
            reason: "",
        };
        audit::note(connection, &note, now).await?;
        work.commit().await?;
        Ok(true)
    }

    /// The units below these ones, themselves among them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn below(&self, tops: &[&str]) -> Result<BTreeSet<String>, Error> {
        let mut below = BTreeSet::new();
        for top in tops {
            let rows: Vec<(String,)> = sqlx::query_as("SELECT unit FROM lineage WHERE above = $1")
                .bind(*top)
                .fetch_all(&self.pool)
                .await?;
            below.extend(rows.into_iter().map(|(unit,)| unit));
        }
        Ok(below)
    }
}

async fn all(connection: &mut AnyConnection) -> Result<Vec<Unit>, Error> {
    type Found = (String, Option<String>, String, String, Option<i64>);
    let rows: Vec<Found> =
        sqlx::query_as("SELECT unit, parent, kind, name, closed_at FROM units ORDER BY unit")
            .fetch_all(connection)
            .await?;
    let units = rows
        .into_iter()
        .map(|(code, parent, kind, name, closed_at)| {
            let kind = Kind::named(&kind)
                .ok_or_else(|| Error::new(format!("units: `{kind}` is no kind of unit")))?;
            Ok(Unit {
                code,
                parent,
                kind,
                name,
                is_closed: closed_at.is_some(),
            })
        });
    units.collect()
}

/// Lines about units out of reach. They are said not to be there, as those are that
/// nobody has named.
fn strangers(known: &[Unit], entries: &[(usize, Entry)], reach: &Reach) -> Vec<Fault> {
    if reach.is_all() {
        return Vec::new();
    }
    let known: BTreeMap<&str, &Unit> = known.iter().map(|unit| (&*unit.code, unit)).collect();
    // A unit that a line above or below makes is within reach when its parent is.
    let mut made: BTreeSet<&str> = BTreeSet::new();
    let mut more = true;
    while more {
        more = false;
        for (_, entry) in entries {
            if let Entry::Unit(Unit {
                code,
                parent: Some(parent),
                ..
            }) = entry
            {
                let is_new = !known.contains_key(&**code);
                let stands = reach.holds(parent) || made.contains(&**parent);
                more |= is_new && stands && made.insert(code);
            }
        }
    }
    let mine = |code: &str| reach.holds(code) || made.contains(code);
    let mut faults = Vec::new();
    for (line, entry) in entries {
        let outside = match entry {
            Entry::Unit(unit) => match known.get(&*unit.code) {
                Some(before) if before.parent == unit.parent => {
                    (!mine(&unit.code)).then_some(&*unit.code)
                }
                Some(_) if !mine(&unit.code) => Some(&*unit.code),
                _ => {
                    let parent = unit.parent.as_deref().unwrap_or_default();
                    (!mine(parent)).then_some(parent)
                }
            },
            Entry::Window(_) | Entry::Officer(_) => (!mine(entry.unit())).then_some(entry.unit()),
        };
        if let Some(outside) = outside {
            faults.push(absent(*line, outside));
        }
    }
    faults
}

/// Lines about what is there and must not be, or is not there and must be.
async fn misput(
    connection: &mut AnyConnection,
    known: &[Unit],
    entries: &[(usize, Entry)],
    put: Put,
) -> Result<Vec<Fault>, Error> {
    let mut faults = Vec::new();
    for (line, entry) in entries {
        let (statement, code) = match entry {
            Entry::Unit(unit) => ("", &unit.code),
            Entry::Window(window) => (
                "SELECT unit FROM unit_windows WHERE unit = $1 AND service_window = $2",
                &window.code,
            ),
            Entry::Officer(officer) => (
                "SELECT unit FROM unit_officers WHERE unit = $1 AND officer = $2",
                &officer.code,
            ),
        };
        let is_there = if statement.is_empty() {
            known.iter().any(|unit| unit.code == *code)
        } else {
            let found: Option<(String,)> = sqlx::query_as(statement)
                .bind(entry.unit())
                .bind(code.as_str())
                .fetch_optional(&mut *connection)
                .await?;
            found.is_some()
        };
        if is_there != (put == Put::Known) {
            let code = short(code);
            let (reason, chinese) = if is_there {
                let chinese = format!("“{code}”已经有了");
                (format!("`{code}` is there already"), chinese)
            } else {
                (format!("there is no `{code}`"), format!("没有“{code}”"))
            };
            faults.push(Fault::cell(*line, "code", reason).or(chinese));
        }
    }
    Ok(faults)
}

async fn write(
    connection: &mut AnyConnection,
    tree: &Tree,
    entries: &[(usize, Entry)],
) -> Result<Taken, Error> {
    let mut taken = Taken::default();
    let mut units: Vec<(usize, &Unit)> = Vec::new();
    for (_, entry) in entries {
        if let Entry::Unit(unit) = entry {
            let depth = tree.lineage(&unit.code).map_or(0, |way| way.len());
            units.push((depth, unit));
        }
    }
    // From the top down: a parent is there before what stands below it.
    units.sort_by_key(|(depth, _)| *depth);
    for (_, unit) in units {
        sqlx::query(
            "INSERT INTO units (unit, parent, kind, name) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (unit) DO UPDATE SET parent = excluded.parent, \
             kind = excluded.kind, name = excluded.name",
        )
        .bind(unit.code.as_str())
        .bind(unit.parent.as_deref())
        .bind(unit.kind.name())
        .bind(unit.name.as_str())
        .execute(&mut *connection)
        .await?;
        taken.units += 1;
    }
    for (_, entry) in entries {
        match entry {
            Entry::Unit(_) => {}
            Entry::Window(window) => {
                sqlx::query(
                    "INSERT INTO unit_windows (unit, service_window, name) VALUES ($1, $2, $3) \
                     ON CONFLICT (unit, service_window) DO UPDATE SET name = excluded.name",
                )
                .bind(window.unit.as_str())
                .bind(window.code.as_str())
                .bind(window.name.as_deref())
                .execute(&mut *connection)
                .await?;
                taken.windows += 1;
            }
            Entry::Officer(officer) => {
                sqlx::query(
                    "INSERT INTO unit_officers (unit, officer, name, is_auxiliary) \
                     VALUES ($1, $2, $3, $4) ON CONFLICT (unit, officer) DO UPDATE \
                     SET name = excluded.name, is_auxiliary = excluded.is_auxiliary",
                )
                .bind(officer.unit.as_str())
                .bind(officer.code.as_str())
                .bind(officer.name.as_deref())
                .bind(i64::from(officer.is_auxiliary))
                .execute(&mut *connection)
                .await?;
                taken.officers += 1;
            }
        }
    }
    Ok(taken)
}

/// Writes who stands above whom; only what has changed.
async fn relate(connection: &mut AnyConnection, tree: &Tree) -> Result<(), Error> {
    let rows: Vec<(String, String)> = sqlx::query_as("SELECT unit, above FROM lineage")
        .fetch_all(&mut *connection)
        .await?;
    let before: BTreeSet<(&str, &str)> = rows
        .iter()
        .map(|(unit, above)| (&**unit, &**above))
        .collect();
    let after: BTreeSet<(&str, &str)> = tree.pairs().into_iter().collect();
    let gone = before
        .difference(&after)
        .map(|pair| (pair, "DELETE FROM lineage WHERE unit = $1 AND above = $2"));
    let come = after
        .difference(&before)
        .map(|pair| (pair, "INSERT INTO lineage (unit, above) VALUES ($1, $2)"));
    for ((unit, above), statement) in gone.chain(come) {
        sqlx::query(statement)
            .bind(*unit)
            .bind(*above)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// One line in the trail for each change of one thing, one for a whole file.
async fn tell(
    connection: &mut AnyConnection,
    entries: &[(usize, Entry)],
    taken: Taken,
    actor: &Actor,
    now: i64,
) -> Result<(), Error> {
    let (act, unit, about) = match entries {
        [(_, entry)] => {
            let about = match entry {
                Entry::Unit(unit) => format!("{} {} {}", unit.kind.name(), unit.code, unit.name),
                Entry::Window(window) => format!("window {}", window.code),
                // Never the name: it would stay here for ever.
                Entry::Officer(officer) => format!("officer {}", officer.code),
            };
            (Act::UnitPut, entry.unit(), about)
        }
        _ => {
            let Taken {
                units,
                windows,
                officers,
            } = taken;
            let about = format!("{units} units, {windows} windows, {officers} officers");
            (Act::UnitsImported, "", about)
        }
    };
    let note = Note {
        actor,
        act,
        unit,
        about: &about,
        reason: "",
    };
    audit::note(connection, &note, now).await
}
