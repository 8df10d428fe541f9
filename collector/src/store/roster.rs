//! Who is on duty at which window, and when responses that name nobody were given.

use std::collections::BTreeMap;

use manyi_model::Channel;
use sqlx::AnyConnection;

use super::responses::Row;
use super::{Error, Store};
use crate::roster::Shift;

/// SQL for who was on duty at the moment `$at` at the window of the row `$row`, which
/// has the columns `unit` and `service_window`; NULL where nobody was. Shifts do not
/// overlap: only the last that had begun can be the one.
macro_rules! on_duty {
    ($row:literal, $at:literal) => {
        concat!(
            "(SELECT CASE WHEN s.ends_at > ",
            $row,
            ".",
            $at,
            " THEN s.officer END FROM roster s WHERE s.unit = ",
            $row,
            ".unit AND s.service_window = ",
            $row,
            ".service_window AND s.begins_at <= ",
            $row,
            ".",
            $at,
            " ORDER BY s.begins_at DESC LIMIT 1)"
        )
    };
}
pub(super) use on_duty;

impl Store {
    /// Puts the shifts in. For each window of them they replace whatever the roster
    /// held from the first to the last moment of the file; what reaches beyond stays.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn put_roster(&self, unit: &str, shifts: &[Shift]) -> Result<(), Error> {
        let mut spans: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for shift in shifts {
            let span = spans.entry(&shift.window).or_insert((shift.from, shift.to));
            *span = (span.0.min(shift.from), span.1.max(shift.to));
        }
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        for (window, (from, to)) in spans {
            let overlapped: Vec<(i64, i64, String)> = sqlx::query_as(
                "DELETE FROM roster WHERE unit = $1 AND service_window = $2 \
                 AND begins_at < $3 AND ends_at > $4 RETURNING begins_at, ends_at, officer",
            )
            .bind(unit)
            .bind(window)
            .bind(to)
            .bind(from)
            .fetch_all(&mut *connection)
            .await?;
            for (begins, ends, officer) in overlapped {
                for (begins, ends) in [(begins, from), (to, ends)] {
                    if begins < ends {
                        put(connection, unit, window, begins, ends, &officer).await?;
                    }
                }
            }
        }
        for shift in shifts {
            let (begins, ends) = (shift.from, shift.to);
            put(
                connection,
                unit,
                &shift.window,
                begins,
                ends,
                &shift.officer,
            )
            .await?;
        }
        work.commit().await
    }

    /// The one window where an officer is on duty at a moment; `None` where it is none,
    /// or several.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn window_of(
        &self,
        unit: &str,
        officer: &str,
        at: i64,
    ) -> Result<Option<String>, Error> {
        let found: Vec<(String,)> = sqlx::query_as(
            "SELECT service_window FROM roster WHERE unit = $1 AND officer = $2 \
             AND begins_at <= $3 AND ends_at > $3 LIMIT 2",
        )
        .bind(unit)
        .bind(officer)
        .bind(at)
        .fetch_all(&self.pool)
        .await?;
        Ok(match <[_; 1]>::try_from(found) {
            Ok([(window,)]) => Some(window),
            Err(_) => None,
        })
    }

    /// Who is on duty at a window at a moment, in milliseconds since 1970.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn on_duty(
        &self,
        unit: &str,
        window: &str,
        at: i64,
    ) -> Result<Option<String>, Error> {
        // Shifts do not overlap: only the last that has begun can still go on.
        let last: Option<(i64, String)> = sqlx::query_as(
            "SELECT ends_at, officer FROM roster WHERE unit = $1 AND service_window = $2 \
             AND begins_at <= $3 ORDER BY begins_at DESC LIMIT 1",
        )
        .bind(unit)
        .bind(window)
        .bind(at)
        .fetch_optional(&self.pool)
        .await?;
        Ok(last.and_then(|(ends, officer)| (ends > at).then_some(officer)))
    }
}

async fn put(
    connection: &mut AnyConnection,
    unit: &str,
    window: &str,
    begins: i64,
    ends: i64,
    officer: &str,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO roster (unit, service_window, begins_at, ends_at, officer) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(unit)
    .bind(window)
    .bind(begins)
    .bind(ends)
    .bind(officer)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps, in the transaction that stores it, when a response at a window that names no
/// officer was given; nothing where that cannot be told: nobody is better than the wrong
/// officer.
pub(super) async fn note(
    connection: &mut AnyConnection,
    row: &Row,
    answered_at: Option<i64>,
) -> Result<(), Error> {
    let response = &row.response;
    let Some(subject) = &response.subject else {
        return Ok(());
    };
    let (Channel::Kiosk, Some(unit), Some(window), None, Some(answered_at)) = (
        response.channel,
        &subject.unit,
        &subject.window,
        &subject.officer,
        answered_at,
    ) else {
        return Ok(());
    };
    sqlx::query(
        "INSERT INTO moments (response_id, unit, service_window, answered_at) \
         VALUES ($1, $2, $3, $4)",
    )
    .bind(response.id.as_str())
    .bind(unit.as_str())
    .bind(window.as_str())
    .bind(answered_at)
    .execute(connection)
    .await?;
    Ok(())
}
