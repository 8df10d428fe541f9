//! S10: every route, with every role, for the own station and another one.

use manyi_collector::desk::role::Role;
use manyi_collector::desk::routes::{Door, ROUTES, Verb};

use super::responses::ready;
use super::{Browser, account, set_up, signed_in, trail};
use crate::running::{Running, full, id};
use crate::units::{COUNTY, import};

/// Who gets in.
#[derive(Clone, Copy)]
enum Who {
    Anybody,
    SignedIn,
    Roles(&'static [Role]),
}

/// What it is about.
#[derive(Clone, Copy, PartialEq)]
enum About {
    /// Nothing of any unit, or what whoever asks may see.
    Nothing,
    /// A unit, or something of it.
    Unit,
    /// An account.
    Account,
    /// A response to something of a unit.
    Answer,
    /// The whole house: whoever has a part of it does not get there.
    House,
}

use About::{Account, Answer, House, Nothing, Unit};
use Role::{Administrator, Auditor, Leader};
use Who::{Anybody, Roles, SignedIn};

const SEES_UNITS: Who = Roles(&[Administrator, Leader, Auditor]);
const SEES_PEOPLE: Who = Roles(&[Administrator, Auditor]);
const CHANGES: Who = Roles(&[Administrator]);
const CLOSES: Who = Roles(&[Administrator, Leader]);

const READS: Who = Roles(&[Administrator, Leader, Auditor]);
const TENDS: Who = Roles(&[Administrator, Leader]);

/// What the table of routes must come to, written by hand. A route that is not here
/// fails the test.
const WANTED: [(&str, &str, Who, About); 39] = [
    ("GET", "/admin", SignedIn, Nothing),
    ("GET", "/admin/login", Anybody, Nothing),
    ("POST", "/admin/login", Anybody, Nothing),
    ("POST", "/admin/logout", SignedIn, Nothing),
    ("GET", "/admin/setup", Anybody, Nothing),
    ("POST", "/admin/setup", Anybody, Nothing),
    ("GET", "/admin/me", SignedIn, Nothing),
    ("POST", "/admin/me/view", SignedIn, Nothing),
    ("POST", "/admin/me/password", SignedIn, Nothing),
    ("POST", "/admin/me/sessions", SignedIn, Nothing),
    ("GET", "/admin/units", SEES_UNITS, Nothing),
    ("POST", "/admin/units/add", CHANGES, Unit),
    ("POST", "/admin/units/import", CHANGES, Unit),
    ("GET", "/admin/unit", SEES_UNITS, Unit),
    ("POST", "/admin/unit/change", CHANGES, Unit),
    ("POST", "/admin/unit/window", CHANGES, Unit),
    ("POST", "/admin/unit/officer", CHANGES, Unit),
    ("POST", "/admin/unit/close", CHANGES, Unit),
    ("GET", "/admin/people", SEES_PEOPLE, Nothing),
    ("POST", "/admin/people/add", CHANGES, Unit),
    ("GET", "/admin/person", SEES_PEOPLE, Account),
    ("POST", "/admin/person/change", CHANGES, Account),
    ("GET", "/admin/responses", READS, Nothing),
    ("POST", "/admin/responses/search", READS, Unit),
    ("GET", "/admin/response", READS, Answer),
    ("POST", "/admin/response/reveal", TENDS, Answer),
    ("POST", "/admin/response/tag", TENDS, Answer),
    ("GET", "/admin/response/erase", CHANGES, Answer),
    ("POST", "/admin/response/erase", CHANGES, Answer),
    ("GET", "/admin/retention", SEES_PEOPLE, House),
    ("POST", "/admin/retention/set", CHANGES, House),
    ("POST", "/admin/retention/run", CHANGES, House),
    ("GET", "/admin/trail", SEES_PEOPLE, Nothing),
    ("GET", "/admin/weeks", SEES_UNITS, Nothing),
    ("POST", "/admin/weeks/close", CLOSES, House),
    ("GET", "/admin/week", SEES_UNITS, Unit),
    ("GET", "/admin/week.csv", SEES_UNITS, Unit),
    ("GET", "/admin/week/bulletin", SEES_UNITS, House),
    ("GET", "/admin/week/bulletin.txt", SEES_UNITS, House),
];

/// A sound request about something of `unit`, or of `account` there; `n` makes it new.
fn fields(path: &str, unit: &str, account: &str, n: usize) -> Vec<(&'static str, String)> {
    let own = |pairs: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect()
    };
    let new = format!("new-{n}");
    let table = format!("kind,code,name,parent\nwindow,{new},,{unit}\n");
    let response = &response_of(unit);
    match path {
        "/admin/unit" | "/admin/week" | "/admin/week.csv" => own(&[("unit", unit)]),
        "/admin/weeks/close" => own(&[("week", "2026-W02")]),
        "/admin/units/add" => own(&[
            ("kind", "room"),
            ("code", &new),
            ("name", "警务室"),
            ("parent", unit),
        ]),
        "/admin/units/import" => own(&[("table", &table)]),
        "/admin/unit/change" => own(&[
            ("unit", unit),
            ("kind", "station"),
            ("name", "改名所"),
            ("parent", "county"),
        ]),
        "/admin/unit/window" => own(&[("unit", unit), ("code", &new)]),
        "/admin/unit/officer" => own(&[("unit", unit), ("code", &new)]),
        "/admin/unit/close" => own(&[("unit", unit), ("part", "unit"), ("close", "1")]),
        "/admin/people/add" => own(&[
            ("login", &new),
            ("name", "新人"),
            ("role", "leader"),
            ("unit", unit),
        ]),
        "/admin/responses/search" => own(&[("unit", unit), ("text", "来的意见")]),
        "/admin/response" => own(&[("id", response)]),
        "/admin/response/reveal" => own(&[
            ("id", response),
            ("question", "phone"),
            ("reason", "核实办理情况"),
        ]),
        "/admin/response/tag" => own(&[("id", response), ("tag", &new)]),
        "/admin/response/erase" => own(&[("id", response), ("reason", "本人来电要求")]),
        "/admin/retention/set" => own(&[("texts", "24")]),
        "/admin/retention/run" => own(&[("rule", "texts")]),
        "/admin/person" => own(&[("account", account)]),
        "/admin/person/change" => own(&[("account", account), ("do", "link")]),
        _ => own(&[]),
    }
}

/// The id of the response to something of a unit.
fn response_of(unit: &str) -> String {
    let units = ["fenglin", "hekou", "county"];
    let n = units.iter().position(|known| *known == unit).unwrap_or(9);
    id(u32::try_from(n).unwrap())
}

/// A response to each unit that has one, with a text that says whose it is.
async fn answered(server: &Running) {
    for unit in ["fenglin", "hekou", "county"] {
        let mut response = full(&response_of(unit));
        response["subject"] = serde_json::json!({"unit": unit, "officer": format!("o-{unit}")});
        response["answers"]["comment"] = serde_json::json!(format!("{unit} 来的意见"));
        assert_eq!(server.json(&response).await.status, 201);
    }
    ready(server).await;
}

async fn ask(
    browser: &Browser<'_>,
    verb: &str,
    path: &str,
    fields: &[(&str, String)],
) -> (u16, String) {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    let reply = if verb == "GET" {
        let place = format!("{path}?{}", crate::running::encoded(&fields));
        browser.get(&place).await
    } else {
        browser.post(path, &fields).await
    };
    (reply.status.as_u16(), reply.text().to_owned())
}

#[test]
fn s10_every_route_stands_in_the_matrix() {
    let verb = |verb: Verb| match verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
    };
    let there: Vec<(&str, &str)> = ROUTES
        .iter()
        .map(|route| (verb(route.verb), route.path))
        .collect();
    let wanted: Vec<(&str, &str)> = WANTED
        .iter()
        .map(|(verb, path, ..)| (*verb, *path))
        .collect();
    assert_eq!(there, wanted);
    for (route, (_, path, who, _)) in ROUTES.iter().zip(&WANTED) {
        let is_open = matches!(route.door, Door::Open(_));
        assert_eq!(is_open, matches!(who, Anybody), "{path}");
        let needs = matches!(route.door, Door::May(..));
        assert_eq!(needs, matches!(who, Roles(_)), "{path}");
    }
}

#[tokio::test]
async fn s10_no_role_reaches_what_is_not_its_own() {
    let server = Running::start().await;
    set_up(&server).await;
    assert!(import(&server, COUNTY).status.success());
    let near = account(&server, "near", Role::Clerk, "fenglin-1").await.id;
    let far = account(&server, "far", Role::Clerk, "hekou").await.id;
    let above = account(&server, "above", Role::Clerk, "county").await.id;
    answered(&server).await;
    let mut n = 0;
    for (verb, path, who, about) in WANTED {
        let outside = Browser::new(&server);
        let (status, _) = ask(&outside, verb, path, &fields(path, "fenglin", &near, 0)).await;
        let wanted = match (who, verb) {
            (Anybody, _) => status,
            (_, "GET") => 303,
            _ => 403,
        };
        assert_eq!(status, wanted, "{verb} {path}, not signed in");
        for role in Role::ALL {
            n += 1;
            let person = account(&server, &format!("p{n}"), role, "fenglin").await;
            let is_let_in = match who {
                Roles(roles) => roles.contains(&role),
                Anybody | SignedIn => true,
            };
            // Others first: what is their own may end the session.
            for (place, unit, account) in [
                ("another station", "hekou", &far),
                ("the office above", "county", &above),
                ("no unit", "nowhere", &"nobody".to_owned()),
                ("the own station", "fenglin", &near),
            ] {
                n += 1;
                let browser = signed_in(&server, &person).await;
                let before = trail(&server).len();
                let given = fields(path, unit, account, n);
                let (status, text) = ask(&browser, verb, path, &given).await;
                let what = format!("{verb} {path} as {} for {place}: {text}", role.name());
                let is_own = place == "the own station" || about == Nothing;
                if !is_let_in || about == House {
                    assert_eq!(status, 403, "{what}");
                } else if !is_own {
                    // A form that comes back says of another station what it says of none.
                    assert!(matches!(status, 404 | 422), "{status}: {what}");
                } else if path != "/admin/setup"
                    && path != "/admin/login"
                    && path != "/admin/me/password"
                {
                    assert!(matches!(status, 200 | 303), "{status}: {what}");
                }
                // Nothing of another station is ever shown, nor of the office above.
                for foreign in [
                    "河口派出所",
                    "012345",
                    "far氏",
                    "above氏",
                    "管理员甲",
                    "hekou 来的意见",
                    "county 来的意见",
                    "o-hekou",
                    "o-county",
                ] {
                    assert!(!text.contains(foreign), "{foreign}: {what}");
                }
                // A telephone number is for whoever has said why.
                if path != "/admin/response/reveal" || status != 200 {
                    assert!(!text.contains("13800138000"), "{what}");
                }
                if !is_let_in || !is_own || about == House {
                    assert_eq!(trail(&server).len(), before, "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn s10_what_is_out_of_reach_is_not_told_from_what_is_not_there() {
    let server = Running::start().await;
    set_up(&server).await;
    assert!(import(&server, COUNTY).status.success());
    let far = account(&server, "far", Role::Clerk, "hekou").await.id;
    answered(&server).await;
    let person = account(&server, "near", Role::Administrator, "fenglin").await;
    let browser = signed_in(&server, &person).await;
    for (verb, path, _, about) in WANTED {
        if matches!(about, Nothing | House) {
            continue;
        }
        let foreign = ask(&browser, verb, path, &fields(path, "hekou", &far, 1)).await;
        let none = ask(
            &browser,
            verb,
            path,
            &fields(path, "nowher", &"0".repeat(36), 1),
        )
        .await;
        // But for what was typed, which comes back.
        let plain = |(status, text): (u16, String), unit: &str| (status, text.replace(unit, "…"));
        assert_eq!(
            plain(foreign, "hekou"),
            plain(none, "nowher"),
            "{verb} {path}"
        );
    }
}

#[tokio::test]
async fn a_role_over_a_station_grows_and_shrinks_with_what_is_below_it() {
    let server = Running::start().await;
    set_up(&server).await;
    assert!(import(&server, COUNTY).status.success());
    let person = account(&server, "leader", Role::Leader, "fenglin").await;
    let browser = signed_in(&server, &person).await;
    assert_eq!(browser.get("/admin/unit?unit=fenglin-1").await.status, 200);
    let head = "kind,code,name,parent\n";
    let moved = format!("{head}room,fenglin-1,一村警务室,hekou\n");
    assert!(import(&server, &moved).status.success());
    assert_eq!(browser.get("/admin/unit?unit=fenglin-1").await.status, 404);
    assert_eq!(browser.get("/admin/unit?unit=fenglin").await.status, 200);
}
