//! Devices and systems that log in over a WebSocket: what they send of people is
//! dropped.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::crash::{BINARY, Process};
use crate::running::{JSON, Running, id, satisfied, send};
use crate::tablets::{bearer, command, database, tablet};
use crate::triggers::key;

const PATH: &str = "/v1/adapters/socket";
/// A pulse of 15 s, and a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// A person who is in every message and may be nowhere else.
const PERSON: &str = "name=%E5%BC%A0%E4%B8%89&phone=13800138000&idCard=110101199003070000";

/// One end of a socket.
struct Client(WebSocketStream<TcpStream>);

impl Client {
    async fn connect(address: std::net::SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let url = format!("ws://{address}{PATH}");
        let (socket, _) = client_async(url, stream).await.unwrap();
        Self(socket)
    }

    /// Logs in; what the collector said.
    async fn log_in(&mut self, credential: &str, more: Value) -> Value {
        let mut login = json!({"type": "login", "credential": credential, "name": "张三",
            "phone": "13800138000", "idCard": "110101199003070000"});
        for (name, value) in more.as_object().unwrap() {
            login[name] = value.clone();
        }
        self.ask(login).await
    }

    async fn say(&mut self, what: Value) {
        let text = Message::text(what.to_string());
        self.0.send(text).await.unwrap();
    }

    /// The next message.
    async fn hear(&mut self) -> Value {
        match timeout(PATIENCE, self.0.next()).await.unwrap() {
            Some(Ok(Message::Text(text))) => serde_json::from_str(text.as_str()).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    async fn ask(&mut self, what: Value) -> Value {
        self.say(what).await;
        self.hear().await
    }

    /// The code by which the collector closes it.
    async fn closed(&mut self) -> Option<CloseCode> {
        match timeout(PATIENCE, self.0.next()).await.unwrap() {
            Some(Ok(Message::Close(frame))) => frame.map(|frame| frame.code),
            other => panic!("{other:?}"),
        }
    }
}

/// What stands behind `Bearer`.
fn bare(bearer: &str) -> &str {
    bearer.strip_prefix("Bearer ").unwrap()
}

#[tokio::test]
async fn a_terminal_logs_in_and_is_told_which_page_to_open() {
    let server = Running::with(|settings| settings.notify.staff = "empNo".to_owned()).await;
    let told = tablet(&server, "3").await;
    let mut terminal = Client::connect(server.collector.address()).await;
    let credential = bearer(&told);
    let login = terminal
        .log_in(bare(&credential), json!({"empNo": 12345}))
        .await;
    let expected = json!({"type": "login", "ok": true, "heartbeat_s": 60});
    assert_eq!(login, expected);
    let beat = terminal.ask(json!({"type": "heartbeat"})).await;
    assert_eq!(beat["type"], "heartbeat");
    assert!(beat["server_time"].as_str().unwrap().ends_with('Z'));

    let key = key(&server, None);
    let wanted = json!({"window": "3", "matter_token": "m-1"}).to_string();
    let headers = [JSON, ("authorization", &*key)];
    let asked = server.post("/v1/triggers", &headers, wanted).await;
    assert_eq!(asked.status, 201, "{}", asked.text());
    assert_eq!(asked.json()["tablets"], 1, "it listens");
    let open = terminal.hear().await;
    assert_eq!(
        (&open["type"], &open["id"]),
        (&json!("open_url"), &asked.json()["id"])
    );
    let url = open["url"].as_str().unwrap();
    let address = server.collector.address();
    let wanted = format!(
        "http://{address}/s/household-window?channel=kiosk&unit=fenglin&window=3&officer=12345&matter=m-1"
    );
    assert_eq!(url, wanted);
    // The page is there, and rating in it is what became of the trigger.
    let path = url.split_once(&address.to_string()).unwrap().1;
    let page = server.get(path).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("m-1"), "the form carries the matter");
    let mut response = satisfied(&id(1));
    response["channel"] = "kiosk".into();
    response["subject"] =
        json!({"unit": "fenglin", "window": "3", "officer": "12345", "matter": "m-1"});
    assert_eq!(server.json(&response).await.status, 201);
    let row: (Option<i64>, Option<String>) = database(&server)
        .query_row("SELECT shown_at, outcome FROM triggers", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert!(row.0.is_some(), "it was shown");
    assert_eq!(row.1.as_deref(), Some("answered"));
}

#[tokio::test]
async fn a_system_has_the_window_asked_by_the_address_that_it_would_have_opened() {
    let server = Running::with(|settings| {
        settings.notify.staff = "empNo".to_owned();
        settings.notify.matter = "caseNo".to_owned();
    })
    .await;
    let told = tablet(&server, "3").await;
    let key = key(&server, Some("3"));
    let mut system = Client::connect(server.collector.address()).await;
    let login = system.log_in(bare(&key), json!({"empNo": "012345"})).await;
    assert_eq!(login["ok"], true, "{login}");
    let url = format!("http://old.example/eval?empNo=012345&caseNo=m-1&{PERSON}#x");
    let opened = system
        .ask(json!({"type": "open_url", "url": url, "name": "张三"}))
        .await;
    assert_eq!(
        (&opened["ok"], &opened["survey"]),
        (&json!(true), &json!("household-window"))
    );
    let header = bearer(&told);
    let header = [("authorization", &*header)];
    let shown = server.get_with("/v1/tablets/next?wait=0", &header).await;
    let expected = json!({"unit": "fenglin", "window": "3", "officer": "012345", "matter": "m-1"});
    assert_eq!(shown.json()["subject"], expected);
    // Fields beside the address, and as numbers.
    let opened = system.ask(json!({"type": "open_url", "caseNo": 17})).await;
    assert_eq!(opened["ok"], true, "{opened}");
    let shown = server.get_with("/v1/tablets/next?wait=0", &header).await;
    assert_eq!(shown.json()["subject"]["matter"], "17");
    // The same refusals as over HTTP, and the socket lives on.
    for (field, value, status) in [
        ("caseNo", "张三", 422),
        ("caseNo", "13800138000", 422),
        ("empNo", "110101199003070000", 422),
        ("window", "4", 403),
    ] {
        let mut wanted = json!({"type": "open_url"});
        wanted[field] = value.into();
        let refused = system.ask(wanted).await;
        assert_eq!(refused["ok"], false);
        assert_eq!(refused["problem"]["status"], status, "{refused}");
        assert!(
            status != 422 || !refused.to_string().contains(value),
            "{refused}"
        );
    }
    let mut rated = satisfied(&id(2));
    rated["subject"] = json!({"unit": "fenglin", "window": "3", "matter": "m-9"});
    assert_eq!(server.json(&rated).await.status, 201);
    let twice = system
        .ask(json!({"type": "open_url", "caseNo": "m-9"}))
        .await;
    assert_eq!(twice["problem"]["status"], 409, "{twice}");
    assert_eq!(
        system.ask(json!({"type": "heartbeat"})).await["type"],
        "heartbeat"
    );
}

#[tokio::test]
async fn who_does_not_log_in_first_is_shown_the_door() {
    let server = Running::with(|settings| settings.read_timeout_s = 1).await;
    let key = key(&server, Some("3"));
    let address = server.collector.address();
    for said in [
        json!({"type": "heartbeat"}),
        json!({"type": "login"}),
        json!({"type": "login", "credential": "manyi-clerk-wrong"}),
        json!({"type": "login", "credential": ""}),
    ] {
        let mut client = Client::connect(address).await;
        let refused = client.ask(said).await;
        assert_eq!(refused["problem"]["status"], 401, "{refused}");
        assert_eq!(client.closed().await, Some(CloseCode::Policy));
    }
    let mut client = Client::connect(address).await;
    let refused = client
        .log_in(bare(&key), json!({"staff": "13800138000"}))
        .await;
    assert_eq!(refused["problem"]["status"], 422, "{refused}");
    // What is no JSON object, no text, or too long, and who says nothing at all.
    for said in [
        Some(Message::text("[]")),
        Some(Message::text("{\"type\":[]}")),
        Some(Message::binary(vec![1, 2, 3])),
        None,
    ] {
        let mut client = Client::connect(address).await;
        if let Some(said) = said {
            client.0.send(said).await.unwrap();
        }
        assert_eq!(client.closed().await, Some(CloseCode::Policy));
    }
    let mut client = Client::connect(address).await;
    let long = json!({"type": "login", "credential": "x".repeat(9_000)});
    client.say(long).await;
    let ended = timeout(PATIENCE, client.0.next()).await.unwrap();
    assert!(!matches!(ended, Some(Ok(Message::Text(_)))), "{ended:?}");
    // A word that is not known ends a session.
    let mut client = Client::connect(address).await;
    assert_eq!(client.log_in(bare(&key), json!({})).await["ok"], true);
    client.say(json!({"type": "shutdown"})).await;
    assert_eq!(client.closed().await, Some(CloseCode::Unsupported));
    // And a plain request is none of a socket.
    assert_eq!(server.get(PATH).await.status, 400);
}

#[tokio::test]
async fn a_terminal_that_is_shut_out_is_closed_and_so_are_all_at_the_end() {
    let server = Running::start().await;
    let address = server.collector.address();
    let (first, second) = (tablet(&server, "3").await, tablet(&server, "4").await);
    let key = key(&server, None);
    let mut clients = Vec::new();
    for credential in [&bearer(&first), &bearer(&second), &key] {
        let mut client = Client::connect(address).await;
        assert_eq!(client.log_in(bare(credential), json!({})).await["ok"], true);
        clients.push(client);
    }
    let device = first["device"].as_str().unwrap();
    let output = command(&server, &["tablet", "revoke", device]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(clients[0].closed().await, Some(CloseCode::Policy));
    let began = std::time::Instant::now();
    let (_folder, collector) = (server.folder, server.collector);
    let stopping = tokio::spawn(collector.stop());
    assert_eq!(clients[1].closed().await, Some(CloseCode::Restart));
    assert_eq!(clients[2].closed().await, Some(CloseCode::Restart));
    stopping.await.unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(25),
        "nobody holds it up"
    );
}

#[tokio::test]
async fn s20_what_comes_over_a_socket_of_people_is_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path(), &["--notify-matter", "sn"]);
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(BINARY)
            .args(arguments)
            .args(["--unit", "u", "--window", "1", "--data"])
            .arg(folder.path())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let code = run(&["tablet", "code", "--survey", "visitor-reception"]);
    let key = run(&["clerk", "key"]);
    let body = json!({"code": code}).to_string();
    let told = send(process.address, "POST", "/v1/tablets", &[JSON], body).await;
    let mut terminal = Client::connect(process.address).await;
    let credential = bearer(&told.json());
    let login = terminal.log_in(bare(&credential), json!({})).await;
    assert_eq!(login["ok"], true, "{login}");
    let mut system = Client::connect(process.address).await;
    assert_eq!(system.log_in(&key, json!({})).await["ok"], true);
    let url = format!("http://old.example/eval?staff=012345&sn=m-77&{PERSON}");
    let wanted = json!({"type": "open_url", "url": url, "name": "张三", "phone": "13800138000"});
    assert_eq!(system.ask(wanted).await["ok"], true);
    let open = terminal.hear().await.to_string();
    let refused = system.ask(json!({"type": "open_url", "sn": "张三"})).await;
    assert_eq!(refused["ok"], false, "{refused}");
    let (status, log) = process.terminate();
    assert_eq!(status, Some(0));
    assert!(open.contains("m-77") && log.contains("trigger"));
    let kept = std::fs::read(folder.path().join("manyi.sqlite")).unwrap();
    let kept = String::from_utf8_lossy(&kept);
    assert!(kept.contains("m-77"));
    for secret in ["张三", "13800138000", "110101199003070000", "%E5%BC%A0"] {
        for place in [&*open, &*log, &*kept] {
            assert!(!place.contains(secret), "{secret}");
        }
    }
    for secret in ["m-77", "012345", &key, bare(&credential)] {
        assert!(!log.contains(secret), "{log}");
    }
}
