//! The desk: who gets in, how far, and what is written down of it.

mod accounts;
mod enter;
mod erasing;
mod responses;
mod rights;
mod units;
mod weeks;

use manyi_collector::desk::reach::Reach;
use manyi_collector::desk::role::{Grant, Role};
use manyi_collector::store::accounts::Account;
use manyi_collector::store::audit::Actor;
use manyi_collector::{clock, desk, secret};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::running::{FORM, Reply, Running, encoded};
use crate::tablets::{command, database};

pub const HTTPS: (&str, &str) = ("x-forwarded-proto", "https");
pub const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");
pub const PASSWORD: &str = "three old locust trees";

/// A browser at the desk, with or without a session.
pub struct Browser<'a> {
    pub server: &'a Running,
    pub cookie: Option<String>,
}

impl<'a> Browser<'a> {
    pub fn new(server: &'a Running) -> Self {
        Self {
            server,
            cookie: None,
        }
    }

    fn headers(&self) -> Vec<(&str, &str)> {
        let cookie = self.cookie.as_deref().map(|cookie| ("cookie", cookie));
        [HTTPS].into_iter().chain(cookie).collect()
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.server.get_with(path, &self.headers()).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let headers = [&self.headers()[..], &[FORM, OWN]].concat();
        self.server.post(path, &headers, encoded(fields)).await
    }

    /// The same, and holds the cookie that comes with it.
    pub async fn keep(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let reply = self.post(path, fields).await;
        let set = reply.header("set-cookie");
        if let Some((cookie, _)) = set.split_once(';') {
            self.cookie = (!cookie.ends_with('=')).then(|| cookie.to_owned());
        }
        reply
    }

    pub async fn login(&mut self, login: &str, password: &str) -> Reply {
        let fields = [("login", login), ("password", password)];
        self.keep("/admin/login", &fields).await
    }
}

/// A token that stands in a page or a line behind `token=`.
pub fn token(text: &str) -> String {
    let (_, rest) = text.split_once("token=").expect(text);
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)));
    rest[..end.unwrap_or(rest.len())].to_owned()
}

/// A collector whose first administrator, `admin`, has come in by the link.
pub async fn set_up(server: &Running) -> Browser<'_> {
    let path = desk::new_link(server.collector.store()).await.unwrap();
    let token = token(&path.unwrap());
    let mut browser = Browser::new(server);
    let fields = [
        ("token", &*token),
        ("login", "admin"),
        ("name", "管理员甲"),
        ("new", PASSWORD),
        ("again", PASSWORD),
    ];
    let reply = browser.keep("/admin/setup", &fields).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("location")),
        (303, "/admin"),
        "{}",
        reply.text()
    );
    browser
}

/// An account with a role, made past the pages; over all units where `unit` is empty.
pub async fn account(server: &Running, login: &str, role: Role, unit: &str) -> Account {
    let store = server.collector.store();
    let unit = (!unit.is_empty()).then(|| unit.to_owned());
    let grant = Grant { role, unit };
    let actor = Actor::operator();
    let name = format!("{login}氏");
    let made = store.make_account(login, &name, &grant, &actor, clock::now_ms());
    let id = made.await.unwrap().unwrap();
    let all = Reach::of_the_operator();
    store.account(&id, &all).await.unwrap().unwrap()
}

/// A browser in which this account is signed in.
pub async fn signed_in<'a>(server: &'a Running, account: &Account) -> Browser<'a> {
    let token = secret::credential(secret::Kind::Session).unwrap();
    let actor = Actor {
        id: account.id.clone(),
        name: account.login.clone(),
    };
    let store = server.collector.store();
    let hash = secret::hash(&token);
    let began = store.begin_session(&hash, None, &actor, clock::now_ms());
    began.await.unwrap();
    Browser {
        server,
        cookie: Some(format!("__Host-manyi-desk={token}")),
    }
}

/// A link for an account that is there, by the command line.
pub fn link(server: &Running, login: &str) -> String {
    let output = command(server, &["account", "link", login]);
    assert!(output.status.success(), "{output:?}");
    token(&String::from_utf8(output.stdout).unwrap())
}

/// Entries of the trail: who and what, the oldest first.
pub fn trail(server: &Running) -> Vec<(String, String, String)> {
    let database = database(server);
    let sql = "SELECT CASE actor_name WHEN '' THEN actor ELSE actor_name END, act, about FROM audit ORDER BY seq";
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// The login page as asked by another name and without https: status and text.
pub async fn plain(address: std::net::SocketAddr, host: &str) -> (u16, String) {
    let head = format!("GET /admin/login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer)
}
