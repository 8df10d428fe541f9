//! Accounts of the desk, their roles, and the links by which people set passwords.

use std::collections::BTreeMap;

use sqlx::AnyConnection;

use super::audit::{self, Act, Actor, Note};
use super::{Error, Store};
use crate::clock;
use crate::desk::reach::Reach;
use crate::desk::role::{Grant, Role};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id, a UUID.
    pub id: String,
    /// What is typed to enter, in small letters.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Whether a password was set.
    pub has_password: bool,
    /// The language that the person has chosen.
    pub language: Option<String>,
    /// Whether the person has chosen large type (长辈版).
    pub is_elder: bool,
    /// Whether it was shut out.
    pub is_disabled: bool,
    /// Its roles.
    pub grants: Vec<Grant>,
}

/// What became of a change of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It was made.
    Done,
    /// There is no such account within reach, or nothing to change.
    Absent,
    /// Nobody does this to their own account.
    Own,
    /// Nobody would be left who administers the whole house.
    Last,
}

/// Whom a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkFor {
    /// The first administrator, of whom nothing is known yet.
    First,
    /// This account.
    Account(Box<Account>),
}

/// What is to be changed of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is shut out, its sessions end.
    Disable,
    /// It is let in again.
    Enable,
    /// It is given a role.
    Give(Grant),
    /// A role is taken from it.
    Take(Grant),
    /// It gets a link, kept by its hash, that holds so long; the password that it has
    /// holds on until it is used.
    Link {
        /// The SHA-256 of the link's token.
        hash: String,
        /// Until when, in milliseconds since 1970.
        expires_at: i64,
    },
}

/// Whether all that an account is lies within reach.
fn covers(reach: &Reach, grants: &[Grant]) -> bool {
    let inside = |grant: &Grant| grant.unit.as_deref().is_some_and(|unit| reach.holds(unit));
    reach.is_all() || (!grants.is_empty() && grants.iter().all(inside))
}

impl Store {
    /// The accounts within reach, by login.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts(&self, reach: &Reach) -> Result<Vec<Account>, Error> {
        let connection = &mut *self.pool.acquire().await?;
        let found = read(connection, Wanted::All).await?.into_iter();
        Ok(found
            .filter(|account| covers(reach, &account.grants))
            .collect())
    }

    /// One account within reach, by its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account(&self, id: &str, reach: &Reach) -> Result<Option<Account>, Error> {
        let found = by_id(&mut *self.pool.acquire().await?, id).await?;
        Ok(found.filter(|account| covers(reach, &account.grants)))
    }

    /// One account by its login, whatever its letters, with the password as it is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_of_login(
        &self,
        login: &str,
    ) -> Result<Option<(Account, Option<String>)>, Error> {
        let connection = &mut *self.pool.acquire().await?;
        let login = login.to_lowercase();
        let Some(account) = read(connection, Wanted::Login(&login)).await?.pop() else {
            return Ok(None);
        };
        let kept: Option<(Option<String>,)> =
            sqlx::query_as("SELECT password_hash FROM accounts WHERE account_id = $1")
                .bind(account.id.as_str())
                .fetch_optional(connection)
                .await?;
        Ok(Some((account, kept.and_then(|(hash,)| hash))))
    }

    /// Whether anybody administers the whole house; else the link for the first one holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_led(&self) -> Result<bool, Error> {
        is_led(&mut *self.pool.acquire().await?).await
    }

    /// Makes an account with a role and no password; its id, or `None` where the login
    /// is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_account(
        &self,
        login: &str,
        name: &str,
        grant: &Grant,
        actor: &Actor,
        now: i64,
    ) -> Result<Option<String>, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let Some(id) = make(connection, login, name, grant, actor, now).await? else {
            work.undo().await?;
            return Ok(None);
        };
        work.commit().await?;
        Ok(Some(id))
    }

    /// Changes an account within reach.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_account(
        &self,
        id: &str,
        change: &Change,
        reach: &Reach,
        actor: &Actor,
        now: i64,
    ) -> Result<Changed, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let account = by_id(connection, id).await?;
        let Some(account) = account.filter(|account| covers(reach, &account.grants)) else {
            work.undo().await?;
            return Ok(Changed::Absent);
        };
        if account.id == actor.id {
            work.undo().await?;
            return Ok(Changed::Own);
        }
        if !apply(connection, &account, change, now).await? {
            work.undo().await?;
            return Ok(Changed::Absent);
        }
        if matches!(change, Change::Disable | Change::Take(_)) && !is_led(connection).await? {
            work.undo().await?;
            return Ok(Changed::Last);
        }
        let (act, unit, about) = told(&account, change);
        let note = Note {
            actor,
            act,
            unit: &unit,
            about: &about,
            reason: "",
        };
        audit::note(connection, &note, now).await?;
        work.commit().await?;
        Ok(Changed::Done)
    }

    /// Keeps the hash of a link for the first administrator; those before it are dead.
    /// False where somebody administers the whole house already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_setup_link(&self, hash: &str, expires_at: i64) -> Result<bool, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        if is_led(connection).await? {
            work.undo().await?;
            return Ok(false);
        }
        sqlx::query("DELETE FROM account_links WHERE account_id IS NULL")
            .execute(&mut *connection)
            .await?;
        keep_link(connection, hash, None, expires_at).await?;
        work.commit().await?;
        Ok(true)
    }

    /// Whom a link is for; `None` where it is used up, too old or none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link(&self, hash: &str, now: i64) -> Result<Option<LinkFor>, Error> {
        linked(&mut *self.pool.acquire().await?, hash, now).await
    }

    /// Uses a link up: the account has this password from now on, and none of the
    /// sessions that it had. For the first administrator login and name are needed.
    /// The account's id; `None` where the link does not hold (any more).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_link(
        &self,
        hash: &str,
        password_hash: &str,
        first: (&str, &str),
        now: i64,
    ) -> Result<Option<String>, Error> {
        let mut work = self.begin().await?;
        let connection = work.connection()?;
        let (id, login) = match linked(connection, hash, now).await? {
            Some(LinkFor::Account(account)) => (account.id, account.login),
            Some(LinkFor::First) => {
                let house = Grant {
                    role: Role::Administrator,
                    unit: None,
                };
                let actor = Actor::nobody();
                let made = make(connection, first.0, first.1, &house, &actor, now).await?;
                let Some(id) = made else {
                    work.undo().await?;
                    return Ok(None);
                };
                (id, first.0.to_lowercase())
            }
            None => {
                work.undo().await?;
                return Ok(None);
            }
        };
        sqlx::query("DELETE FROM account_links WHERE link_hash = $1 OR account_id = $2")
            .bind(hash)
            .bind(id.as_str())
            .execute(&mut *connection)
            .await?;
        let actor = Actor {
            id: id.clone(),
            name: login,
        };
        put_password(connection, &actor, password_hash, now).await?;
        work.commit().await?;
        Ok(Some(id))
    }

    /// Gives an account its own new password. All its sessions end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_password(
        &self,
        actor: &Actor,
        password_hash: &str,
        now: i64,
    ) -> Result<(), Error> {
        let mut work = self.begin().await?;
        put_password(work.connection()?, actor, password_hash, now).await?;
        work.commit().await
    }

    /// How the pages look to this person from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_view(
        &self,
        id: &str,
        language: Option<&str>,
        is_elder: bool,
    ) -> Result<(), Error> {
        sqlx::query("UPDATE accounts SET language = $1, is_elder = $2 WHERE account_id = $3")
            .bind(language)
            .bind(i64::from(is_elder))
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

async fn make(
    connection: &mut AnyConnection,
    login: &str,
    name: &str,
    grant: &Grant,
    actor: &Actor,
    now: i64,
) -> Result<Option<String>, Error> {
    let (id, login) = (clock::new_id(), login.to_lowercase());
    let made = sqlx::query(
        "INSERT INTO accounts (account_id, login, name, is_elder, made_at) \
         VALUES ($1, $2, $3, 0, $4) ON CONFLICT (login) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(login.as_str())
    .bind(name)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    if made.rows_affected() == 0 {
        return Ok(None);
    }
    give(connection, &id, grant).await?;
    let unit = grant.unit.clone().unwrap_or_default();
    let note = Note {
        actor,
        act: Act::AccountMade,
        unit: &unit,
        about: &format!("{login} {}", grant.role.name()),
        reason: "",
    };
    audit::note(connection, &note, now).await?;
    Ok(Some(id))
}

/// Makes the change; false where there is nothing to change.
async fn apply(
    connection: &mut AnyConnection,
    account: &Account,
    change: &Change,
    now: i64,
) -> Result<bool, Error> {
    let id = account.id.as_str();
    let disable = async |connection: &mut AnyConnection, at: Option<i64>| {
        sqlx::query("UPDATE accounts SET disabled_at = $1 WHERE account_id = $2")
            .bind(at)
            .bind(id)
            .execute(connection)
            .await
    };
    match change {
        Change::Disable if !account.is_disabled => {
            disable(connection, Some(now)).await?;
            end_sessions(connection, id).await?;
        }
        Change::Enable if account.is_disabled => {
            disable(connection, None).await?;
        }
        Change::Give(grant) if !account.grants.contains(grant) => {
            give(connection, id, grant).await?;
        }
        Change::Take(grant) if account.grants.contains(grant) => {
            sqlx::query(
                "DELETE FROM account_roles WHERE account_id = $1 AND role = $2 AND unit = $3",
            )
            .bind(id)
            .bind(grant.role.name())
            .bind(grant.unit.as_deref().unwrap_or_default())
            .execute(connection)
            .await?;
        }
        Change::Link { hash, expires_at } => {
            sqlx::query("DELETE FROM account_links WHERE account_id = $1")
                .bind(id)
                .execute(&mut *connection)
                .await?;
            keep_link(connection, hash, Some(id), *expires_at).await?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// How a change stands in the trail.
fn told(account: &Account, change: &Change) -> (Act, String, String) {
    let own = account.grants.iter().find_map(|grant| grant.unit.clone());
    let of = |grant: &Grant| {
        let about = format!("{} {}", account.login, grant.role.name());
        (grant.unit.clone().unwrap_or_default(), about)
    };
    let (act, (unit, about)) = match change {
        Change::Give(grant) => (Act::RoleGiven, of(grant)),
        Change::Take(grant) => (Act::RoleTaken, of(grant)),
        other => {
            let act = match other {
                Change::Disable => Act::AccountDisabled,
                Change::Enable => Act::AccountEnabled,
                _ => Act::AccountLink,
            };
            (act, (own.unwrap_or_default(), account.login.clone()))
        }
    };
    (act, unit, about)
}

/// Whether anybody administers the whole house.
async fn is_led(connection: &mut AnyConnection) -> Result<bool, Error> {
    let found: Option<(String,)> = sqlx::query_as(
        "SELECT a.account_id FROM accounts a JOIN account_roles r ON r.account_id = a.account_id \
         WHERE r.role = 'administrator' AND r.unit = '' AND a.disabled_at IS NULL LIMIT 1",
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

async fn give(connection: &mut AnyConnection, id: &str, grant: &Grant) -> Result<(), Error> {
    sqlx::query("INSERT INTO account_roles (account_id, role, unit) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(grant.role.name())
        .bind(grant.unit.as_deref().unwrap_or_default())
        .execute(connection)
        .await?;
    Ok(())
}

async fn keep_link(
    connection: &mut AnyConnection,
    hash: &str,
    account: Option<&str>,
    expires_at: i64,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO account_links (link_hash, account_id, expires_at) VALUES ($1, $2, $3)",
    )
    .bind(hash)
    .bind(account)
    .bind(expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

async fn linked(
    connection: &mut AnyConnection,
    hash: &str,
    now: i64,
) -> Result<Option<LinkFor>, Error> {
    let found: Option<(Option<String>,)> = sqlx::query_as(
        "SELECT account_id FROM account_links WHERE link_hash = $1 AND expires_at > $2",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((account,)) = found else {
        return Ok(None);
    };
    let Some(id) = account else {
        let is_led = is_led(connection).await?;
        return Ok((!is_led).then_some(LinkFor::First));
    };
    let account = by_id(connection, &id).await?;
    let account = account.filter(|account| !account.is_disabled);
    Ok(account.map(|account| LinkFor::Account(Box::new(account))))
}

async fn put_password(
    connection: &mut AnyConnection,
    actor: &Actor,
    password_hash: &str,
    now: i64,
) -> Result<(), Error> {
    sqlx::query("UPDATE accounts SET password_hash = $1 WHERE account_id = $2")
        .bind(password_hash)
        .bind(actor.id.as_str())
        .execute(&mut *connection)
        .await?;
    end_sessions(connection, &actor.id).await?;
    let note = Note {
        actor,
        act: Act::PasswordSet,
        unit: "",
        about: "",
        reason: "",
    };
    audit::note(connection, &note, now).await
}

pub(super) async fn end_sessions(connection: &mut AnyConnection, id: &str) -> Result<(), Error> {
    sqlx::query("DELETE FROM sessions WHERE account_id = $1")
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

/// One account by its id.
pub(super) async fn by_id(
    connection: &mut AnyConnection,
    id: &str,
) -> Result<Option<Account>, Error> {
    Ok(read(connection, Wanted::Id(id)).await?.pop())
}

/// Which accounts are read.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    All,
    Id(&'a str),
    Login(&'a str),
}

/// These accounts, by login.
async fn read(connection: &mut AnyConnection, wanted: Wanted<'_>) -> Result<Vec<Account>, Error> {
    type Found = (
        String,
        String,
        String,
        i64,
        Option<String>,
        i64,
        Option<i64>,
    );
    let (by, value) = match wanted {
        Wanted::All => ("all", ""),
        Wanted::Id(id) => ("id", id),
        Wanted::Login(login) => ("login", login),
    };
    let rows: Vec<Found> = sqlx::query_as(
        "SELECT account_id, login, name, CASE WHEN password_hash IS NULL THEN 0 ELSE 1 END, \
         language, is_elder, disabled_at FROM accounts \
         WHERE $1 = 'all' OR ($1 = 'id' AND account_id = $2) OR ($1 = 'login' AND login = $2) \
         ORDER BY login",
    )
    .bind(by)
    .bind(value)
    .fetch_all(&mut *connection)
    .await?;
    let given: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT r.account_id, r.role, r.unit FROM account_roles r \
         JOIN accounts a ON a.account_id = r.account_id \
         WHERE $1 = 'all' OR ($1 = 'id' AND a.account_id = $2) OR ($1 = 'login' AND a.login = $2) \
         ORDER BY r.account_id, r.role, r.unit",
    )
    .bind(by)
    .bind(value)
    .fetch_all(connection)
    .await?;
    let mut grants: BTreeMap<String, Vec<Grant>> = BTreeMap::new();
    for (account, role, unit) in given {
        let role = Role::named(&role)
            .ok_or_else(|| Error::new(format!("account_roles: `{role}` is no role")))?;
        let unit = (!unit.is_empty()).then_some(unit);
        grants
            .entry(account)
            .or_default()
            .push(Grant { role, unit });
    }
    let accounts = rows.into_iter().map(
        |(id, login, name, has, language, is_elder, disabled_at)| Account {
            grants: grants.remove(&id).unwrap_or_default(),
            id,
            login,
            name,
            has_password: has != 0,
            language,
            is_elder: is_elder != 0,
            is_disabled: disabled_at.is_some(),
        },
    );
    Ok(accounts.collect())
}
