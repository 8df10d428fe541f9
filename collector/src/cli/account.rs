//! `manyi-collector account …`: setting the desk up, and getting in again.

use std::process::ExitCode;

use clap::Subcommand;
use manyi_collector::config::{Place, Serving, Settings};
use manyi_collector::desk::reach::Reach;
use manyi_collector::desk::role::{Grant, Role};
use manyi_collector::store::Store;
use manyi_collector::store::accounts::{Change, Changed};
use manyi_collector::store::audit::Actor;
use manyi_collector::{clock, desk, limits, personal, secret};

use super::{Failure, check_token, with_store};

/// What is to be done with accounts.
#[derive(Debug, Subcommand)]
pub enum Wanted {
    /// Print a new one-time link that makes the first administrator; the one before it
    /// is dead.
    Setup,
    /// List the accounts with their roles.
    List,
    /// Make an account and print the one-time link by which its person sets a password.
    Add {
        /// What is typed to log in; no name, no telephone number.
        login: String,
        /// The person's name; the login without it.
        #[arg(long)]
        name: Option<String>,
        /// administrator, leader, caller, clerk or auditor.
        #[arg(long)]
        role: String,
        /// The unit over which the role holds; all units without it.
        #[arg(long)]
        unit: Option<String>,
    },
    /// Print a new one-time link for a person who cannot get in any more.
    Link {
        /// The account.
        login: String,
    },
    /// Shut an account out: its sessions end at once.
    Disable {
        /// The account.
        login: String,
    },
    /// Let an account in again.
    Enable {
        /// The account.
        login: String,
    },
}

/// Does it.
pub fn run(place: &Place, wanted: Wanted) -> Result<ExitCode, Failure> {
    let settings = Settings::new(place, Serving::default())?;
    with_store(&settings, async |store: &Store| {
        match wanted {
            Wanted::Setup => match desk::new_link(store).await? {
                Some(path) => println!("{path}"),
                None => {
                    return Err(
                        "there is an administrator of all units already; see `account link`".into(),
                    );
                }
            },
            Wanted::List => list(store).await?,
            Wanted::Add {
                login,
                name,
                role,
                unit,
            } => {
                let role = Role::named(&role).ok_or_else(|| {
                    let all: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
                    format!("--role: must be one of {}", all.join(", "))
                })?;
                let name = name.unwrap_or_else(|| login.clone());
                add(store, &login, &name, &Grant { role, unit }).await?;
            }
            Wanted::Link { login } => link(store, &id(store, &login).await?).await?,
            Wanted::Disable { login } => change(store, &login, &Change::Disable).await?,
            Wanted::Enable { login } => change(store, &login, &Change::Enable).await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn list(store: &Store) -> Result<(), Failure> {
    println!("login\tname\troles\tstate");
    for account in store.accounts(&Reach::of_the_operator()).await? {
        let one = |grant: &Grant| match &grant.unit {
            Some(unit) => format!("{} {unit}", grant.role.name()),
            None => grant.role.name().to_owned(),
        };
        let roles: Vec<String> = account.grants.iter().map(one).collect();
        let state = match (account.is_disabled, account.has_password) {
            (true, _) => "disabled",
            (false, true) => "",
            (false, false) => "no password",
        };
        let (login, name) = (account.login, account.name);
        println!("{login}\t{name}\t{}\t{state}", roles.join(", "));
    }
    Ok(())
}

async fn add(store: &Store, login: &str, name: &str, grant: &Grant) -> Result<(), Failure> {
    check_token("the login", login)?;
    check_token("--name", name)?;
    let most = limits::NAME_CHARS;
    if login.chars().count() > most || name.chars().count() > most {
        return Err(format!("login and --name have at most {most} characters").into());
    }
    if login.contains(char::is_whitespace) {
        return Err("the login must not have spaces".into());
    }
    if let Some(reason) = personal::found(login) {
        return Err(format!("the login {reason}").into());
    }
    if let Some(unit) = &grant.unit
        && !store.units().await?.iter().any(|known| known.code == *unit)
    {
        return Err(format!("--unit: there is no unit `{unit}`").into());
    }
    let (actor, now) = (Actor::operator(), clock::now_ms());
    let made = store.make_account(login, name, grant, &actor, now).await?;
    let id = made.ok_or_else(|| format!("the login `{login}` is taken"))?;
    link(store, &id).await
}

/// Prints a new link.
async fn link(store: &Store, id: &str) -> Result<(), Failure> {
    let token = secret::credential(secret::Kind::Link)?;
    let now = clock::now_ms();
    let change = Change::Link {
        hash: secret::hash(&token),
        expires_at: now + limits::LINK_MS,
    };
    done(store, id, &change).await?;
    println!("/admin/setup?token={token}");
    eprintln!("to be opened once, within three days, behind the address of this collector");
    Ok(())
}

async fn id(store: &Store, login: &str) -> Result<String, Failure> {
    let found = store.account_of_login(login).await?;
    let (account, _) = found.ok_or_else(|| format!("there is no account `{login}`"))?;
    Ok(account.id)
}

async fn change(store: &Store, login: &str, change: &Change) -> Result<(), Failure> {
    done(store, &id(store, login).await?, change).await
}

async fn done(store: &Store, id: &str, change: &Change) -> Result<(), Failure> {
    let (reach, actor) = (Reach::of_the_operator(), Actor::operator());
    let changed = store.change_account(id, change, &reach, &actor, clock::now_ms());
    match changed.await? {
        Changed::Done => Ok(()),
        Changed::Absent | Changed::Own => Err("nothing is to be changed".into()),
        Changed::Last => Err("this is the last administrator of all units".into()),
    }
}
