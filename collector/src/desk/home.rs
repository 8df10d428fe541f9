//! `/admin`: what is there for whoever is signed in.

use axum::response::Response;
use maud::html;

use super::guard::{Person, Shut, Visit};
use super::role::Right;
use super::shell;

/// A page that stands in the header and on the first page.
#[derive(Debug)]
pub struct Place {
    /// Its address.
    pub path: &'static str,
    /// How the addresses begin that belong to it.
    pub beginning: &'static str,
    /// The right that it needs: the same as in the table of routes.
    pub right: Right,
    /// Its name in Chinese.
    pub chinese: &'static str,
    /// Its name in English.
    pub english: &'static str,
    /// What is to be found there, in Chinese and English.
    pub about: [&'static str; 2],
}

/// In the order in which they stand.
pub static PLACES: [Place; 5] = [
    Place {
        path: "/admin/weeks",
        beginning: "/admin/week",
        right: Right::SeeFigures,
        chinese: "周报",
        english: "Weeks",
        about: [
            "每周收集汇总：满意率、要看一看的窗口、原因和意见",
            "The weekly collation: rates, windows that need a look, reasons and texts",
        ],
    },
    Place {
        path: "/admin/responses",
        beginning: "/admin/response",
        right: Right::SeeResponses,
        chinese: "评价",
        english: "Responses",
        about: [
            "查找评价，看原话、来路和提示",
            "Search ratings; read what was said, how it came, and hints",
        ],
    },
    Place {
        path: "/admin/units",
        beginning: "/admin/unit",
        right: Right::SeeUnits,
        chinese: "单位",
        english: "Units",
        about: [
            "派出所、警务室、窗口、民警和辅警",
            "Stations, rooms, windows and officers: who belongs to whom",
        ],
    },
    Place {
        path: "/admin/people",
        beginning: "/admin/pe",
        right: Right::SeePeople,
        chinese: "账号",
        english: "Accounts",
        about: [
            "谁可以进后台，什么角色，管到哪里",
            "Who may enter the desk, in which role, over which units",
        ],
    },
    Place {
        path: "/admin/trail",
        beginning: "/admin/trail",
        right: Right::SeeTrail,
        chinese: "操作记录",
        english: "Audit trail",
        about: [
            "谁在什么时候改了什么；只增不改",
            "Who changed what and when; added to, never changed",
        ],
    },
];

/// The page.
pub(super) async fn page(visit: Visit, person: Person) -> Result<Response, Shut> {
    let language = visit.language;
    let names = visit.app.store.units().await?;
    let name = |code: &str| {
        let found = names.iter().find(|unit| unit.code == code);
        found.map_or_else(|| code.to_owned(), |unit| unit.name.clone())
    };
    let places: Vec<&Place> = PLACES
        .iter()
        .filter(|place| person.may(place.right))
        .collect();
    let body = html! {
        @if places.is_empty() {
            div.card {
                p { (language.say("您的角色目前没有可看的页面。", "There is no page for your role yet.")) }
            }
        } @else {
            ul.places {
                @for place in places {
                    li {
                        a href=(place.path) {
                            b { (language.say(place.chinese, place.english)) }
                            span { (language.say(place.about[0], place.about[1])) }
                        }
                    }
                }
            }
        }
        section.card {
            h2 { (language.say("您的角色", "Your roles")) }
            @if person.account.grants.is_empty() {
                p { (language.say("还没有角色，请找管理员。", "None yet; ask an administrator.")) }
            }
            @for grant in &person.account.grants {
                p {
                    b { (language.role(grant.role)) } " · "
                    @match &grant.unit {
                        Some(unit) => (name(unit)),
                        None => (language.say("全部单位", "all units")),
                    }
                }
            }
        }
    };
    let title = language.say("后台首页", "The desk");
    Ok(shell::page(&visit, &person, title, &body))
}
