//! Which numbers of a device never came: the highest that did, and the ranges
//! below it that did not. Kept in the transaction that stores the responses, so
//! that it is right whatever the order, however often, and through which of
//! several collectors they come.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AnyConnection;

use super::responses::Row;
use super::{Error, Store};

/// Responses of one device that did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The device.
    pub device: String,
    /// The first number that is missing.
    pub first: i64,
    /// The last one.
    pub last: i64,
    /// When that was seen, in milliseconds since 1970.
    pub since: i64,
}

impl Gap {
    /// How many are missing.
    pub fn count(&self) -> i64 {
        self.last - self.first + 1
    }
}

/// What came from one device, and when.
#[derive(Default)]
struct Arrived {
    numbers: BTreeSet<i64>,
    at: i64,
}

/// Notes that `rows` have come: stored, known before or in conflict, no number of
/// theirs is missing.
pub(super) async fn note(
    connection: &mut AnyConnection,
    rows: impl Iterator<Item = &Row>,
) -> Result<(), Error> {
    // In the order of their names: two collectors that hold the rows of several
    // devices never wait for each other.
    let mut devices: BTreeMap<&str, Arrived> = BTreeMap::new();
    for row in rows {
        let Some(device) = &row.response.device else {
            continue;
        };
        let arrived = devices.entry(&device.id).or_default();
        let number = i64::try_from(device.seq).unwrap_or(i64::MAX);
        arrived.numbers.insert(number);
        arrived.at = arrived.at.max(row.received_at);
    }
    for (device, arrived) in devices {
        note_device(connection, device, &arrived).await?;
    }
    Ok(())
}

async fn note_device(
    connection: &mut AnyConnection,
    device: &str,
    arrived: &Arrived,
) -> Result<(), Error> {
    let ranges = ranges(&arrived.numbers);
    // Nearly always: the next ones, in order, and nothing else to do.
    if let [(first, last)] = ranges[..]
        && first > 1
        && sqlx::query(
            "UPDATE devices SET last_seq = $1, heard_at = $2 WHERE device_id = $3 AND last_seq = $4",
        )
        .bind(last)
        .bind(arrived.at)
        .bind(device)
        .bind(first - 1)
        .execute(&mut *connection)
        .await?
        .rows_affected()
            > 0
    {
        return Ok(());
    }
    // Holds the device's row until the commit.
    let (known,): (i64,) = sqlx::query_as(
        "INSERT INTO devices (device_id, last_seq, heard_at) VALUES ($1, 0, $2) \
         ON CONFLICT (device_id) DO UPDATE SET heard_at = excluded.heard_at RETURNING last_seq",
    )
    .bind(device)
    .bind(arrived.at)
    .fetch_one(&mut *connection)
    .await?;
    let mut highest = known;
    for (first, last) in ranges {
        if first <= known {
            fill(connection, device, first, last.min(known)).await?;
        }
        if last > highest {
            if first > highest + 1 {
                put(connection, device, highest + 1, first - 1, arrived.at).await?;
            }
            highest = last;
        }
    }
    if highest > known {
        sqlx::query("UPDATE devices SET last_seq = $1 WHERE device_id = $2")
            .bind(highest)
            .bind(device)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Takes the numbers from `first` to `last` out of what is missing.
async fn fill(
    connection: &mut AnyConnection,
    device: &str,
    first: i64,
    last: i64,
) -> Result<(), Error> {
    let overlapped: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT first_seq, last_seq, since FROM gaps \
         WHERE device_id = $1 AND first_seq <= $2 AND last_seq >= $3",
    )
    .bind(device)
    .bind(last)
    .bind(first)
    .fetch_all(&mut *connection)
    .await?;
    for (from, to, since) in overlapped {
        sqlx::query("DELETE FROM gaps WHERE device_id = $1 AND first_seq = $2")
            .bind(device)
            .bind(from)
            .execute(&mut *connection)
            .await?;
        if from < first {
            put(connection, device, from, first - 1, since).await?;
        }
        if to > last {
            put(connection, device, last + 1, to, since).await?;
        }
    }
    Ok(())
}

async fn put(
    connection: &mut AnyConnection,
    device: &str,
    first: i64,
    last: i64,
    since: i64,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO gaps (device_id, first_seq, last_seq, since) VALUES ($1, $2, $3, $4)")
        .bind(device)
        .bind(first)
        .bind(last)
        .bind(since)
        .execute(connection)
        .await?;
    Ok(())
}

/// The numbers as ranges, in order, with both ends in them.
fn ranges(numbers: &BTreeSet<i64>) -> Vec<(i64, i64)> {
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    ranges
}

impl Store {
    /// Everything that is missing, by device and number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gaps(&self) -> Result<Vec<Gap>, Error> {
        let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
            "SELECT device_id, first_seq, last_seq, since FROM gaps ORDER BY device_id, first_seq",
        )
        .fetch_all(&self.pool)
        .await?;
        let gaps = rows.into_iter().map(|(device, first, last, since)| Gap {
            device,
            first,
            last,
            since,
        });
        Ok(gaps.collect())
    }
}
