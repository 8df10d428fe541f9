//! Deletes what has been kept long enough, in small transactions, so that whoever stores
//! ratings meanwhile waits for nothing long.

use manyi_model::{Definition, Response, hash};
use sqlx::AnyConnection;

use super::audit::{self, Act, Actor, Note};
use super::erasure::{Cause, erase};
use super::{Error, Store, finds, sqlite};
use crate::desk::reach::Reach;
use crate::search::{number_at, reading};
use crate::{clock, limits};

/// What is deleted after some months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Words of people's own.
    Texts,
    /// Answers to personal questions: telephone numbers, names.
    Personal,
    /// Whole responses, of closed weeks alone.
    Responses,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Texts, Self::Personal, Self::Responses];

    /// The name in the database and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Texts => "texts",
            Self::Personal => "personal",
            Self::Responses => "responses",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// The next ones that came before the number `$1`, at most `$2`.
    fn next(self) -> &'static str {
        match self {
            Self::Texts => {
                "SELECT f.response_id FROM said s JOIN finds f ON f.n = s.n WHERE s.n < $1 ORDER BY s.n LIMIT $2"
            }
            Self::Personal => {
                "SELECT response_id FROM finds WHERE has_personal = 1 AND n < $1 ORDER BY n LIMIT $2"
            }
            Self::Responses => {
                "SELECT f.response_id FROM finds f JOIN responses r ON r.id = f.response_id \
                 JOIN weeks w ON w.week = r.week WHERE f.n < $1 AND w.parts > r.part ORDER BY f.n LIMIT $2"
            }
        }
    }

    fn count(self) -> &'static str {
        match self {
            Self::Texts => "SELECT COUNT(*) FROM said WHERE n < $1",
            Self::Personal => "SELECT COUNT(*) FROM finds WHERE has_personal = 1 AND n < $1",
            Self::Responses => {
                "SELECT COUNT(*) FROM finds f JOIN responses r ON r.id = f.response_id \
                 JOIN weeks w ON w.week = r.week WHERE f.n < $1 AND w.parts > r.part"
            }
        }
    }
}

/// What a rule would delete now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The rule.
    pub rule: Rule,
    /// After how many months; `None` where it is kept.
    pub months: Option<i64>,
    /// What came before this is due, in milliseconds since 1970.
    pub before: Option<i64>,
    /// How many are due.
    pub count: i64,
}

/// The same day so many months before; of a shorter month the last.
pub fn months_before(now: i64, months: i64) -> i64 {
    let wall = clock::rfc3339(now + limits::WALL_OFFSET_MS);
    let part = |from: usize, to: usize| wall[from..to].parse::<i64>().unwrap_or(1);
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let at = year * 12 + month - 1 - months;
    let (year, month) = (at.div_euclid(12), at.rem_euclid(12) + 1);
    let first = clock::days(year, month, 1);
    let next = clock::days(year + i64::from(month == 12), month % 12 + 1, 1);
    let days = (first + day - 1).min(next - 1);
    days * crate::wall::DAY_MS - limits::WALL_OFFSET_MS
}

impl Store {
    /// What each rule would delete at `now`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due(&self, now: i64) -> Result<Vec<Due>, Error> {
        let mut all = Vec::new();
        for rule in Rule::ALL {
            let months: Option<(i64,)> =
                sqlx::query_as("SELECT months FROM retention WHERE rule = $1")
                    .bind(rule.name())
                    .fetch_optional(&self.pool)
                    .await?;
            let months = months.map(|(months,)| months);
            let before = months.map(|months| months_before(now, months));
            let mut count = 0;
            if let Some(before) = before {
                (count,) = sqlx::query_as(rule.count())
                    .bind(number_at(before))
                    .fetch_one(&self.pool)
                    .await?;
            }
            all.push(Due {
                rule,
                months,
                before,
                count,
            });
        }
        Ok(all)
    }

    /// Sets after how many months what is deleted; `None` keeps it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_retention(
        &self,
        rule: Rule,
        months: Option<i64>,
        _house: &Reach,
        actor: &Actor,
        now: i64,
    ) -> Result<(), Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let before: Option<(i64,)> = sqlx::query_as("SELECT months FROM retention WHERE rule = $1")
            .bind(rule.name())
            .fetch_optional(&mut *connection)
            .await?;
        if before.map(|(months,)| months) == months {
            return work.undo().await;
        }
        sqlx::query("DELETE FROM retention WHERE rule = $1")
            .bind(rule.name())
            .execute(&mut *connection)
            .await?;
        if let Some(months) = months {
            sqlx::query("INSERT INTO retention (rule, months) VALUES ($1, $2)")
                .bind(rule.name())
                .bind(months)
                .execute(&mut *connection)
                .await?;
        }
        let months = months.map_or("-".to_owned(), |months| months.to_string());
        let about = format!("{} {months}", rule.name());
        write_down(connection, Act::RetentionSet, &about, actor, now).await?;
        work.commit().await
    }

    /// Deletes what is due by one rule, at most `most`, and says how many it deleted.
    ///
    /// # Errors
    /// When the database fails; what was deleted by then stays so.
    pub async fn run_retention<'d>(
        &self,
        due: &Due,
        definition: impl Fn(&str, u32) -> Option<&'d Definition>,
        most: i64,
        actor: &Actor,
        now: i64,
    ) -> Result<i64, Error> {
        let Some(before) = due.before.filter(|_| due.count > 0) else {
            return Ok(0);
        };
        let about = format!("{} < {}", due.rule.name(), crate::wall::rfc3339(before));
        let mut is_begun = false;
        let mut done = 0;
        while done < most {
            let mut work = self.begin().await?;
            let connection = work.connection()?;
            let rows: Vec<(String,)> = sqlx::query_as(due.rule.next())
                .bind(number_at(before))
                .bind(limits::RETENTION_AT_ONCE.min(most - done))
                .fetch_all(&mut *connection)
                .await?;
            if rows.is_empty() {
                work.undo().await?;
                break;
            }
            if !is_begun {
                let told = format!("{about}: {}", due.count);
                write_down(connection, Act::RetentionBegan, &told, actor, now).await?;
                is_begun = true;
            }
            for (id,) in &rows {
                match due.rule {
                    Rule::Responses => erase(connection, id, Cause::Retention, now).await?,
                    Rule::Texts | Rule::Personal => {
                        shorten(connection, id, due.rule, &definition).await?;
                    }
                }
            }
            work.commit().await?;
            done += rows.len() as i64;
            // Whoever waits for the lock has it first.
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        if is_begun {
            let mut work = self.begin().await?;
            let told = format!("{about}: {done}");
            write_down(work.connection()?, Act::RetentionEnded, &told, actor, now).await?;
            work.commit().await?;
            sqlite::checkpoint(&self.pool).await;
        }
        Ok(done)
    }
}

async fn write_down(
    connection: &mut AnyConnection,
    act: Act,
    about: &str,
    actor: &Actor,
    now: i64,
) -> Result<(), Error> {
    let note = Note {
        actor,
        act,
        unit: "",
        about,
        reason: "",
    };
    audit::note(connection, &note, now).await
}

/// Takes words or personal answers out of a response. Its content hash stays that of what
/// was sent, so that a repeat is still one.
async fn shorten<'d>(
    connection: &mut AnyConnection,
    id: &str,
    rule: Rule,
    definition: &impl Fn(&str, u32) -> Option<&'d Definition>,
) -> Result<(), Error> {
    let (body,): (String,) = sqlx::query_as("SELECT body FROM responses WHERE id = $1")
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
    let mut response: Response = serde_json::from_str(&body)
        .map_err(|error| Error::new(format!("the response {id} cannot be read: {error}")))?;
    let wording = definition(&response.survey.id, response.survey.version);
    let wording = wording.ok_or_else(|| Error::new(format!("the response {id} has no survey")))?;
    if rule == Rule::Texts {
        reading::block_words(wording, &mut response);
        finds::forget_words(connection, id).await?;
    } else {
        reading::drop_personal(wording, &mut response);
        sqlx::query("UPDATE finds SET has_personal = 0 WHERE response_id = $1")
            .bind(id)
            .execute(&mut *connection)
            .await?;
    }
    let value = serde_json::to_value(&response).unwrap_or_default();
    sqlx::query("UPDATE responses SET body = $1 WHERE id = $2")
        .bind(hash::canonical(&value))
        .bind(id)
        .execute(&mut *connection)
        .await?;
    // What came under the same id later has the same kind of words in it.
    sqlx::query("DELETE FROM conflicts WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::months_before;
    use crate::wall::{day, rfc3339};

    #[test]
    fn months_are_those_of_the_calendar() {
        let noon = |of: &str| day(of).unwrap_or_default() + 12 * 3_600_000;
        for (now, months, before) in [
            ("2026-11-25", 1, "2026-10-25"),
            ("2026-11-25", 12, "2025-11-25"),
            ("2026-03-31", 1, "2026-02-28"),
            ("2024-03-31", 1, "2024-02-29"),
            ("2026-01-15", 1, "2025-12-15"),
            ("2026-12-31", 240, "2006-12-31"),
        ] {
            let ms = months_before(noon(now), months);
            assert_eq!(
                rfc3339(ms),
                format!("{before}T00:00:00+08:00"),
                "{now} {months}"
            );
        }
    }
}
