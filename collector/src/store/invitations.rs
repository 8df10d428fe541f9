//! Links that are good for one rating. Each is a trigger as well, so that it counts as
//! asked; what it is for stands there.

use manyi_model::Channel;
use sqlx::AnyConnection;

use super::responses::{Outcome, Row};
use super::triggers::{Wish, is_rated, put};
use super::{Error, Store};
use crate::limits;

/// A link that was handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id, which responses are kept with; not the token.
    pub id: String,
    /// The unit.
    pub unit: String,
    /// The window.
    pub window: String,
    /// The survey's id.
    pub survey: String,
    /// The officer, as an opaque token, fixed when it was made: a retry says the same.
    pub officer: Option<String>,
    /// The matter, as an opaque token.
    pub matter: Option<String>,
    /// The channel of its response.
    pub channel: Channel,
    /// Until when the page opens, in milliseconds since 1970, like all times here.
    pub expires_at: i64,
    /// When it was taken back.
    pub revoked_at: Option<i64>,
    /// The response that it was used for.
    pub response: Option<String>,
}

/// Whether a link still opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It does.
    Open,
    /// It was used.
    Used,
    /// It was taken back.
    Revoked,
    /// Its time is over.
    Expired,
}

impl State {
    /// The name as written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

impl Invitation {
    /// What it is at `now`.
    pub fn state(&self, now: i64) -> State {
        match (&self.response, self.revoked_at) {
            (Some(_), _) => State::Used,
            (None, Some(_)) => State::Revoked,
            (None, None) if now >= self.expires_at => State::Expired,
            (None, None) => State::Open,
        }
    }
}

type Found = (
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    i64,
    Option<i64>,
    Option<String>,
);

fn found(row: Found) -> Invitation {
    let (id, unit, window, survey, officer, matter, channel, expires_at, revoked_at, response) =
        row;
    Invitation {
        id,
        unit,
        window,
        survey,
        officer,
        matter,
        channel: Channel::named(&channel).unwrap_or(Channel::Web),
        expires_at,
        revoked_at,
        response,
    }
}

/// The columns of [`Found`], and where they come from.
macro_rules! invitations {
    () => {
        "SELECT i.id, t.unit, t.service_window, t.survey_id, t.officer, t.matter, i.channel, \
         i.expires_at, i.revoked_at, i.response_id FROM invitations i JOIN triggers t ON t.id = i.id "
    };
}

impl Store {
    /// Keeps a link by the hash of its token; it counts as asked from now on. `None`
    /// where the matter has been rated, or the id is one that was used before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invite(
        &self,
        id: &str,
        token_hash: &str,
        wish: &Wish<'_>,
        channel: Channel,
        now: i64,
    ) -> Result<Invited, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let known: Option<(i64,)> =
            sqlx::query_as("SELECT CAST(1 AS BIGINT) FROM triggers WHERE id = $1")
                .bind(id)
                .fetch_optional(&mut *connection)
                .await?;
        if known.is_some() {
            work.undo().await?;
            return Ok(Invited::Known);
        }
        if let Some(matter) = wish.matter
            && is_rated(connection, wish.unit, matter).await?
        {
            work.undo().await?;
            return Ok(Invited::Rated);
        }
        // The same person was asked on the tablet: one matter is asked for once.
        sqlx::query(
            "UPDATE triggers SET outcome = 'replaced', outcome_at = $1 \
             WHERE unit = $2 AND matter = $3 AND outcome IS NULL AND expires_at > $1",
        )
        .bind(now)
        .bind(wish.unit)
        .bind(wish.matter)
        .execute(&mut *connection)
        .await?;
        let expires_at = now + limits::INVITATION_MS;
        put(connection, id, wish, now, expires_at, Some(channel)).await?;
        sqlx::query(
            "INSERT INTO invitations (id, token_hash, channel, expires_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(id)
        .bind(token_hash)
        .bind(channel.name())
        .bind(expires_at)
        .execute(connection)
        .await?;
        work.commit().await?;
        Ok(Invited::Made { expires_at })
    }

    /// The link whose token has this hash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invitation(&self, token_hash: &str) -> Result<Option<Invitation>, Error> {
        let row: Option<Found> = sqlx::query_as(concat!(invitations!(), "WHERE i.token_hash = $1"))
            .bind(token_hash)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(found))
    }

    /// The link of this id that a unit handed out, at a window where one is given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn invitation_of(
        &self,
        (unit, window): (&str, Option<&str>),
        id: &str,
    ) -> Result<Option<Invitation>, Error> {
        let row: Option<Found> = sqlx::query_as(concat!(
            invitations!(),
            "WHERE i.id = $1 AND t.unit = $2 AND ($3 IS NULL OR t.service_window = $3)"
        ))
        .bind(id)
        .bind(unit)
        .bind(window)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(found))
    }

    /// Takes a link back; one that was used stays used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_invitation(&self, id: &str, now: i64) -> Result<(), Error> {
        sqlx::query(
            "UPDATE invitations SET revoked_at = $1 \
             WHERE id = $2 AND revoked_at IS NULL AND response_id IS NULL",
        )
        .bind(now)
        .bind(id)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// What became of the wish for a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invited {
    /// It is there.
    Made {
        /// Until when it opens.
        expires_at: i64,
    },
    /// The matter has been rated.
    Rated,
    /// There is one of this id, whose token nobody can say again.
    Known,
}

/// What the link that a response came by says to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It came by none of ours, or the link is this response's since before.
    Free,
    /// The link is this response's from now on.
    Claimed,
    /// It cannot be stored.
    Barred(Outcome),
}

/// Takes the link for a response, in the transaction that stores it: the first has it.
/// One that comes too late is kept beside it for a person to look at.
pub(super) async fn claim(connection: &mut AnyConnection, row: &Row) -> Result<Verdict, Error> {
    let Some(invitation) = row
        .response
        .invitation
        .as_deref()
        .filter(|_| row.is_invited)
    else {
        return Ok(Verdict::Free);
    };
    let id = row.response.id.as_str();
    type Held = (Option<String>, Option<i64>, i64);
    let held: Option<Held> =
        sqlx::query_as("SELECT response_id, revoked_at, expires_at FROM invitations WHERE id = $1")
            .bind(invitation)
            .fetch_optional(&mut *connection)
            .await?;
    let Some((holder, revoked_at, expires_at)) = held else {
        return Ok(Verdict::Barred(Outcome::Expired));
    };
    match holder {
        Some(holder) if holder == id => return Ok(Verdict::Free),
        Some(holder) => {
            keep_late(connection, row, &holder).await?;
            return Ok(Verdict::Barred(Outcome::Used));
        }
        None => {}
    }
    if revoked_at.is_some() {
        return Ok(Verdict::Barred(Outcome::Revoked));
    }
    if row.received_at >= expires_at + limits::INVITATION_LATE_MS {
        return Ok(Verdict::Barred(Outcome::Expired));
    }
    // Two links may have been handed out for one matter.
    let subject = row.response.subject.as_ref();
    if let Some((unit, matter)) =
        subject.and_then(|subject| subject.unit.as_deref().zip(subject.matter.as_deref()))
    {
        let rated: Option<(String,)> = sqlx::query_as(
            "SELECT id FROM responses WHERE unit = $1 AND matter = $2 AND id <> $3 LIMIT 1",
        )
        .bind(unit)
        .bind(matter)
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
        if let Some((other,)) = rated {
            keep_late(connection, row, &other).await?;
            return Ok(Verdict::Barred(Outcome::Used));
        }
    }
    let claimed = sqlx::query(
        "UPDATE invitations SET response_id = $1 WHERE id = $2 AND response_id IS NULL",
    )
    .bind(id)
    .bind(invitation)
    .execute(connection)
    .await?
    .rows_affected();
    Ok(match claimed {
        0 => Verdict::Barred(Outcome::Used),
        _ => Verdict::Claimed,
    })
}

/// Keeps a response that came by a link after another had used it. Who holds a link
/// could send any number: so many are kept, and the rest is refused alike.
async fn keep_late(connection: &mut AnyConnection, row: &Row, holder: &str) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO conflicts (id, content_hash, stored_hash, received_at, body, response_id) \
         SELECT $1, $2, r.content_hash, $3, $4, r.id FROM responses r WHERE r.id = $5 \
         AND (SELECT COUNT(*) FROM conflicts WHERE response_id = $5) < $6 \
         ON CONFLICT (id, content_hash) DO NOTHING",
    )
    .bind(row.response.id.as_str())
    .bind(row.content_hash.as_str())
    .bind(row.received_at)
    .bind(row.body.as_str())
    .bind(holder)
    .bind(limits::INVITATION_CONFLICTS)
    .execute(connection)
    .await?;
    Ok(())
}

/// What follows in the same transaction: the trigger is answered, or, where the response
/// was not stored after all, the link is free again.
pub(super) async fn settle(
    connection: &mut AnyConnection,
    row: &Row,
    outcome: Outcome,
) -> Result<(), Error> {
    let id = row.response.id.as_str();
    let statement = if outcome == Outcome::Stored {
        "UPDATE triggers SET outcome = 'answered', outcome_at = $1, response_id = $2 WHERE id = $3"
    } else {
        "UPDATE invitations SET response_id = NULL WHERE $1 > 0 AND response_id = $2 AND id = $3"
    };
    sqlx::query(statement)
        .bind(row.received_at)
        .bind(id)
        .bind(row.response.invitation.as_deref())
        .execute(connection)
        .await?;
    Ok(())
}
