//! The audit trail: who changed what, and who saw what and why. Rows are only ever
//! added, in the transaction of what they tell of, and each holds the one before it:
//! its hash covers its own words and the hash before it.

use manyi_model::hash::digits;
use sqlx::AnyConnection;

use super::{Error, Store};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account's id, or one of the two below.
    pub id: String,
    /// The login, as it was then.
    pub name: String,
}

impl Actor {
    /// Whoever holds the files, on the command line.
    pub fn operator() -> Self {
        Self::called("operator")
    }

    /// Somebody who has not logged in.
    pub fn nobody() -> Self {
        Self::called("nobody")
    }

    fn called(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: String::new(),
        }
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Somebody logged in.
    Login,
    /// The password was wrong, or the account may not enter.
    LoginRefused,
    /// Somebody ended all of an account's sessions.
    LogoutEverywhere,
    /// Somebody set a password of their own.
    PasswordSet,
    /// An account was made.
    AccountMade,
    /// An account was given a new link for setting a password.
    AccountLink,
    /// An account was shut out.
    AccountDisabled,
    /// An account was let in again.
    AccountEnabled,
    /// An account was given a role.
    RoleGiven,
    /// A role was taken from an account.
    RoleTaken,
    /// A file of units was taken in.
    UnitsImported,
    /// A unit, a window or an officer was named or changed.
    UnitPut,
    /// A unit, a window or an officer is no more.
    UnitClosed,
    /// A unit, a window or an officer is there again.
    UnitReopened,
    /// A week was closed, or a supplement to one.
    WeekClosed,
    /// Somebody saw a personal answer.
    PersonalSeen,
    /// A tag was put on a response.
    TagPut,
    /// A tag was taken off a response.
    TagTaken,
    /// A response was deleted on a person's request.
    ResponseErased,
    /// It was changed how long something is kept.
    RetentionSet,
    /// What has been kept long enough began to be deleted.
    RetentionBegan,
    /// What has been kept long enough was deleted.
    RetentionEnded,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::Login,
        Self::LoginRefused,
        Self::LogoutEverywhere,
        Self::PasswordSet,
        Self::AccountMade,
        Self::AccountLink,
        Self::AccountDisabled,
        Self::AccountEnabled,
        Self::RoleGiven,
        Self::RoleTaken,
        Self::UnitsImported,
        Self::UnitPut,
        Self::UnitClosed,
        Self::UnitReopened,
        Self::WeekClosed,
        Self::PersonalSeen,
        Self::TagPut,
        Self::TagTaken,
        Self::ResponseErased,
        Self::RetentionSet,
        Self::RetentionBegan,
        Self::RetentionEnded,
    ];

    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::LoginRefused => "login.refused",
            Self::LogoutEverywhere => "logout.everywhere",
            Self::PasswordSet => "password.set",
            Self::AccountMade => "account.made",
            Self::AccountLink => "account.link",
            Self::AccountDisabled => "account.disabled",
            Self::AccountEnabled => "account.enabled",
            Self::RoleGiven => "role.given",
            Self::RoleTaken => "role.taken",
            Self::UnitsImported => "units.imported",
            Self::UnitPut => "unit.put",
            Self::UnitClosed => "unit.closed",
            Self::UnitReopened => "unit.reopened",
            Self::WeekClosed => "week.closed",
            Self::PersonalSeen => "personal.seen",
            Self::TagPut => "tag.put",
            Self::TagTaken => "tag.taken",
            Self::ResponseErased => "response.erased",
            Self::RetentionSet => "retention.set",
            Self::RetentionBegan => "retention.began",
            Self::RetentionEnded => "retention.ended",
        }
    }
}

/// One row, as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number; there are no gaps.
    pub seq: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Who.
    pub actor: Actor,
    /// The name of the [`Act`].
    pub act: String,
    /// The unit that it touches; empty where it is the whole house.
    pub unit: String,
    /// What exactly; never a personal field.
    pub about: String,
    /// Why, where a reason was asked for.
    pub reason: String,
}

type Found = (
    i64,
    i64,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
);

fn split(found: Found) -> (Entry, String) {
    let (seq, at, id, name, act, unit, about, reason, hash) = found;
    let entry = Entry {
        seq,
        at,
        actor: Actor { id, name },
        act,
        unit,
        about,
        reason,
    };
    (entry, hash)
}

impl Entry {
    /// The hash over this and the hash of the entry before it.
    fn hash(&self, before: &str) -> String {
        let words = serde_json::json!([
            before,
            self.seq,
            self.at,
            self.actor.id,
            self.actor.name,
            self.act,
            self.unit,
            self.about,
            self.reason
        ]);
        digits(words.to_string().as_bytes())
    }
}

/// What is to be written down; see [`Entry`].
#[derive(Debug)]
pub(super) struct Note<'a> {
    pub actor: &'a Actor,
    pub act: Act,
    pub unit: &'a str,
    pub about: &'a str,
    pub reason: &'a str,
}

/// Adds a row, in the transaction of what it tells of.
pub(super) async fn note(
    connection: &mut AnyConnection,
    note: &Note<'_>,
    now: i64,
) -> Result<(), Error> {
    let last: Option<(i64, String)> =
        sqlx::query_as("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
            .fetch_optional(&mut *connection)
            .await?;
    let (seq, before) = last.unwrap_or_default();
    let entry = Entry {
        seq: seq + 1,
        at: now,
        actor: note.actor.clone(),
        act: note.act.name().to_owned(),
        unit: note.unit.to_owned(),
        about: note.about.to_owned(),
        reason: note.reason.to_owned(),
    };
    sqlx::query(
        "INSERT INTO audit (seq, at, actor, actor_name, act, unit, about, reason, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(entry.seq)
    .bind(entry.at)
    .bind(entry.actor.id.as_str())
    .bind(entry.actor.name.as_str())
    .bind(entry.act.as_str())
    .bind(entry.unit.as_str())
    .bind(entry.about.as_str())
    .bind(entry.reason.as_str())
    .bind(entry.hash(&before))
    .execute(connection)
    .await?;
    Ok(())
}

/// What a check of the whole trail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Every row holds the one before it: so many, and the last one's hash.
    Whole(i64, String),
    /// The first row that does not follow from the one before it: it or that one was
    /// changed, or one between was taken away.
    Broken(i64),
}

/// Rows that are read at a time.
const PAGE: i64 = 500;

impl Store {
    /// The newest rows with numbers below `before`, the newest first; at most `most`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(&self, before: i64, most: i64) -> Result<Vec<Entry>, Error> {
        let rows: Vec<Found> = sqlx::query_as(
            "SELECT seq, at, actor, actor_name, act, unit, about, reason, hash FROM audit \
             WHERE seq < $1 ORDER BY seq DESC LIMIT $2",
        )
        .bind(before)
        .bind(most)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| split(row).0).collect())
    }

    /// Computes every row's hash anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn check_audit(&self) -> Result<Checked, Error> {
        let (mut seq, mut hash) = (0, String::new());
        loop {
            let rows: Vec<Found> = sqlx::query_as(
                "SELECT seq, at, actor, actor_name, act, unit, about, reason, hash FROM audit \
                 WHERE seq > $1 ORDER BY seq LIMIT $2",
            )
            .bind(seq)
            .bind(PAGE)
            .fetch_all(&self.pool)
            .await?;
            if rows.is_empty() {
                return Ok(Checked::Whole(seq, hash));
            }
            for row in rows {
                let (entry, kept) = split(row);
                if entry.seq != seq + 1 || entry.hash(&hash) != kept {
                    return Ok(Checked::Broken(entry.seq));
                }
                (seq, hash) = (entry.seq, kept);
            }
        }
    }

    /// The hash of one row, by its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_hash(&self, seq: i64) -> Result<Option<String>, Error> {
        let row: Option<(String,)> = sqlx::query_as("SELECT hash FROM audit WHERE seq = $1")
            .bind(seq)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|(hash,)| hash))
    }
}
