//! Looks responses up, page by page, the newest first. A page goes on behind a number
//! and never counts from the top: what comes meanwhile shifts nothing.

use std::collections::BTreeSet;

use super::{Error, Store};
use crate::desk::reach::Reach;
use crate::limits;
use crate::search::facets::{expression, phrase};
use crate::search::reading::Level;
use crate::search::{Count, Filters, Found, Page, number_at};

/// What each of them must fulfil, whichever list led to it. `$1` and `$2` bound the
/// list, `$14` how much of it is looked at, `$12` is what the list is asked for.
macro_rules! rest {
    () => {
        "JOIN finds f ON f.n = c.n \
         WHERE ($3 IS NULL OR f.received_at >= $3) AND ($4 IS NULL OR f.received_at < $4) \
         AND ($5 IS NULL OR f.survey_id = $5) AND ($6 IS NULL OR f.channel = $6) \
         AND ($7 IS NULL OR f.mode = $7) AND ($8 IS NULL OR f.level = $8) \
         AND ($9 IS NULL OR f.unit IN (SELECT value FROM json_each($9))) \
         AND ($10 = 0 OR f.has_text = 1) \
         AND ($11 = 0 OR EXISTS (SELECT 1 FROM flags g WHERE g.n = f.n)) \
         AND ($13 IS NULL OR EXISTS (SELECT 1 FROM tags t WHERE t.response_id = f.response_id \
         AND t.tag = $13)) "
    };
}

/// The three questions to one list.
macro_rules! asked {
    ($list:expr) => {
        Asked {
            rows: concat!(
                "SELECT f.n, f.response_id, f.received_at, f.survey_id, f.channel, f.mode, f.unit, \
                 f.level, (SELECT s.words FROM said s WHERE s.n = f.n), \
                 EXISTS (SELECT 1 FROM flags g WHERE g.n = f.n), \
                 (SELECT GROUP_CONCAT(t.tag, char(10)) FROM tags t WHERE t.response_id = f.response_id) \
                 FROM (", $list, ") AS c ", rest!(), "ORDER BY c.n DESC LIMIT $15"
            ),
            count: concat!(
                "SELECT COUNT(*) FROM (SELECT c.n FROM (", $list, ") AS c ", rest!(),
                "LIMIT $15) AS counted"
            ),
            end: concat!("SELECT COUNT(*), MIN(c.n) FROM (", $list, ") AS c"),
        }
    };
}

struct Asked {
    rows: &'static str,
    count: &'static str,
    end: &'static str,
}

/// By words of three characters and more.
const TEXT: Asked = asked!(
    "SELECT rowid AS n FROM texts WHERE texts MATCH $12 AND rowid < $1 AND rowid >= $2 \
     ORDER BY rowid DESC LIMIT $14"
);
/// By one or two characters, for which there is no list: word by word.
const SHORT: Asked = asked!(
    "SELECT n FROM (SELECT n, words FROM said WHERE n < $1 AND n >= $2 ORDER BY n DESC LIMIT $14) \
     AS last WHERE instr(lower(words), lower($12)) > 0"
);
/// What [`SHORT`] has looked at.
const SHORT_END: &str = "SELECT COUNT(*), MIN(c.n) FROM \
     (SELECT n FROM said WHERE n < $1 AND n >= $2 ORDER BY n DESC LIMIT $14) AS c";
const TAG: Asked = asked!(
    "SELECT f.n AS n FROM tags t JOIN finds f ON f.response_id = t.response_id \
     WHERE t.tag = $12 AND f.n < $1 AND f.n >= $2 ORDER BY f.n DESC LIMIT $14"
);
const FLAGGED: Asked = asked!(
    "SELECT n FROM flags WHERE n < $1 AND n >= $2 AND $12 IS NULL GROUP BY n ORDER BY n DESC LIMIT $14"
);
const FACETS: Asked = asked!(
    "SELECT rowid AS n FROM facets WHERE facets MATCH $12 AND rowid < $1 AND rowid >= $2 \
     ORDER BY rowid DESC LIMIT $14"
);
const ALL: Asked = asked!(
    "SELECT n FROM finds WHERE n < $1 AND n >= $2 AND $12 IS NULL ORDER BY n DESC LIMIT $14"
);

/// A search, as it is put to the database.
struct Search<'a> {
    asked: Asked,
    /// What the list is asked for.
    key: Option<String>,
    filters: &'a Filters,
    units: Option<String>,
}

impl<'a> Search<'a> {
    /// The list that says most: the rest is looked at one by one.
    fn new(filters: &'a Filters, reach: &Reach) -> Self {
        let units = both(filters.units.as_ref(), reach.units());
        let (asked, key) = if let Some(text) = &filters.text {
            if text.chars().count() < 3 {
                let asked = Asked {
                    end: SHORT_END,
                    ..SHORT
                };
                (asked, Some(text.clone()))
            } else {
                (TEXT, Some(phrase(text)))
            }
        } else if let Some(tag) = &filters.tag {
            (TAG, Some(tag.clone()))
        } else if filters.is_flagged {
            (FLAGGED, None)
        } else if let Some(expression) = expression(filters, units.as_ref()) {
            (FACETS, Some(expression))
        } else {
            (ALL, None)
        };
        Self {
            asked,
            key,
            filters,
            units: units.map(|units| serde_json::json!(units).to_string()),
        }
    }

    /// Puts `statement` with all that a list may ask for.
    fn put<T: for<'r> sqlx::FromRow<'r, sqlx::any::AnyRow>>(
        &self,
        statement: &'static str,
        before: i64,
        most: i64,
    ) -> Bound<T> {
        let filters = self.filters;
        // A clock that was put back makes later numbers than its time: an hour of that.
        let (hour, last) = (number_at(60 * 60 * 1000), i64::MAX);
        let to = filters
            .to
            .map_or(last, |to| number_at(to).saturating_add(hour));
        sqlx::query_as(statement)
            .bind(before.min(to))
            .bind(filters.from.map_or(0, number_at))
            .bind(filters.from)
            .bind(filters.to)
            .bind(filters.survey.clone())
            .bind(filters.channel)
            .bind(filters.mode)
            .bind(filters.level.map(Level::name))
            .bind(self.units.clone())
            .bind(i64::from(filters.has_text))
            .bind(i64::from(filters.is_flagged))
            .bind(self.key.clone())
            .bind(filters.tag.clone())
            .bind(limits::FOUND_LOOKED_AT)
            .bind(most)
    }
}

type Bound<T> = sqlx::query::QueryAs<'static, sqlx::Any, T, sqlx::any::AnyArguments>;

/// Those that are in both; `None` is all.
fn both(
    one: Option<&BTreeSet<String>>,
    other: Option<&BTreeSet<String>>,
) -> Option<BTreeSet<String>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.intersection(other).cloned().collect()),
        (one, other) => one.or(other).cloned(),
    }
}

type Row = (
    i64,
    String,
    i64,
    String,
    String,
    String,
    Option<String>,
    String,
    Option<String>,
    i64,
    Option<String>,
);

impl Store {
    /// The newest that fulfil `filters` and lie before the number `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(
        &self,
        filters: &Filters,
        reach: &Reach,
        before: Option<i64>,
    ) -> Result<Page, Error> {
        let search = Search::new(filters, reach);
        let before = before.unwrap_or(i64::MAX);
        let most = limits::FOUND_PAGE;
        let rows: Vec<Row> = search
            .put(search.asked.rows, before, most + 1)
            .fetch_all(&self.pool)
            .await?;
        let mut found: Vec<Found> = rows.into_iter().map(read).collect();
        let is_full = found.len() as i64 > most;
        if is_full {
            found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
            let next = found.last().map(|last| last.n);
            return Ok(Page {
                found,
                next,
                is_cut: false,
            });
        }
        let (looked_at, last): (i64, Option<i64>) = search
            .put(search.asked.end, before, 0)
            .fetch_one(&self.pool)
            .await?;
        let is_cut = looked_at >= limits::FOUND_LOOKED_AT;
        Ok(Page {
            found,
            next: last.filter(|_| is_cut),
            is_cut,
        })
    }

    /// How many fulfil `filters`, as far as they are counted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_found(&self, filters: &Filters, reach: &Reach) -> Result<Count, Error> {
        let search = Search::new(filters, reach);
        let most = limits::FOUND_COUNTED;
        let (count,): (i64,) = search
            .put(search.asked.count, i64::MAX, most + 1)
            .fetch_one(&self.pool)
            .await?;
        if count > most {
            return Ok(Count::AtLeast(most));
        }
        let (looked_at, _): (i64, Option<i64>) = search
            .put(search.asked.end, i64::MAX, 0)
            .fetch_one(&self.pool)
            .await?;
        Ok(if looked_at >= limits::FOUND_LOOKED_AT {
            Count::AtLeast(count)
        } else {
            Count::All(count)
        })
    }
}

fn read(row: Row) -> Found {
    let (n, id, received_at, survey, channel, mode, unit, level, words, flagged, tags) = row;
    Found {
        n,
        id,
        received_at,
        survey,
        channel,
        mode,
        unit,
        level: Level::named(&level),
        words,
        is_flagged: flagged == 1,
        tags: tags
            .map(|tags| tags.lines().map(str::to_owned).collect())
            .unwrap_or_default(),
    }
}
