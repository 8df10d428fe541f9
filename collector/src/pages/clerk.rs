//! `/clerk`: one button that has the window's tablet ask for a rating.

use maud::{Markup, html};

use super::{PAGE_CSS, Page, document};

/// What this page looks like beside what all pages have.
const CLERK_CSS: &str = include_str!("../../assets/clerk.css");

/// What became of the last press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The tablet shows the survey.
    Asked,
    /// It will, if it comes back within two minutes.
    Asleep,
    /// No tablet stands at this window.
    Absent,
    /// Too many at once.
    TooMany,
    /// The database is out.
    Failed,
}

impl Said {
    const ALL: [Self; 5] = [
        Self::Asked,
        Self::Asleep,
        Self::Absent,
        Self::TooMany,
        Self::Failed,
    ];

    /// The name as it stands in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Asleep => "asleep",
            Self::Absent => "absent",
            Self::TooMany => "too-many",
            Self::Failed => "failed",
        }
    }

    /// The one called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|said| said.name() == name)
    }
}

/// A clerk's window, today.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The window.
    pub window: &'a str,
    /// The id that the next press makes: pressed twice in a row it is one.
    pub press: &'a str,
    /// What became of the last press.
    pub said: Option<Said>,
    /// Surveys to choose from for a link, by id and title; none where the window's tablet
    /// says which.
    pub surveys: &'a [(String, String)],
    /// Asked and answered today, where there are enough to show.
    pub counts: Option<(i64, i64)>,
}

pub(super) struct Words {
    pub(super) tag: &'static str,
    title: &'static str,
    key: &'static str,
    key_help: &'static str,
    enter: &'static str,
    wrong_key: &'static str,
    wide_key: &'static str,
    window: &'static str,
    ask: &'static str,
    today: &'static str,
    asked: &'static str,
    answered: &'static str,
    few: &'static str,
    leave: &'static str,
    /// Button: a link for the citizen's own phone.
    link: &'static str,
    survey: &'static str,
    pub(super) scan: &'static str,
    /// It opens for `{n}` minutes.
    pub(super) holds: &'static str,
    pub(super) or_type: &'static str,
    pub(super) shown_once: &'static str,
    pub(super) revoke: &'static str,
    pub(super) back: &'static str,
    pub(super) used: &'static str,
    pub(super) revoked: &'static str,
    pub(super) expired: &'static str,
    said: [&'static str; 5],
}

const ALL: [Words; 3] = [
    Words {
        tag: "zh-Hans",
        title: "窗口评价",
        key: "窗口密钥",
        key_help: "由管理员发放，每个窗口一个。",
        enter: "进入",
        wrong_key: "密钥不对，或已被收回。",
        wide_key: "这个密钥不属于某一个窗口，请使用本窗口的密钥。",
        window: "窗口",
        ask: "请评价",
        today: "今天本窗口",
        asked: "邀请",
        answered: "已评价",
        few: "今天邀请的次数还少，满 5 次后显示。",
        leave: "退出",
        link: "扫码评价",
        survey: "评价表",
        scan: "请用手机扫码评价",
        holds: "{n} 分钟内有效，只能评价一次",
        or_type: "扫不了码，请在手机浏览器里输入这个网址（不分大小写）：",
        shown_once: "这个二维码仍然有效，但只显示一次。需要时请作废它，再出一个新的。",
        revoke: "作废",
        back: "返回",
        used: "对方已经评价",
        revoked: "二维码已作废",
        expired: "二维码已过期，没有人评价",
        said: [
            "平板已收到，正在请群众评价。",
            "平板没有连接。两分钟内连上就会显示，否则不再显示。",
            "本窗口没有登记平板。",
            "按得太快，请稍等再按。",
            "没有记下来，请再按一次。",
        ],
    },
    Words {
        tag: "zh-Hant",
        title: "窗口評價",
        key: "窗口密鑰",
        key_help: "由管理員發放，每個窗口一個。",
        enter: "進入",
        wrong_key: "密鑰不對，或已被收回。",
        wide_key: "這個密鑰不屬於某一個窗口，請使用本窗口的密鑰。",
        window: "窗口",
        ask: "請評價",
        today: "今天本窗口",
        asked: "邀請",
        answered: "已評價",
        few: "今天邀請的次數還少，滿 5 次後顯示。",
        leave: "退出",
        link: "掃碼評價",
        survey: "評價表",
        scan: "請用手機掃碼評價",
        holds: "{n} 分鐘內有效，只能評價一次",
        or_type: "掃不了碼，請在手機瀏覽器裡輸入這個網址（不分大小寫）：",
        shown_once: "這個二維碼仍然有效，但只顯示一次。需要時請作廢它，再出一個新的。",
        revoke: "作廢",
        back: "返回",
        used: "對方已經評價",
        revoked: "二維碼已作廢",
        expired: "二維碼已過期，沒有人評價",
        said: [
            "平板已收到，正在請群眾評價。",
            "平板沒有連接。兩分鐘內連上就會顯示，否則不再顯示。",
            "本窗口沒有登記平板。",
            "按得太快，請稍等再按。",
            "沒有記下來，請再按一次。",
        ],
    },
    Words {
        tag: "en",
        title: "Rating at the window",
        key: "Key of this window",
        key_help: "From your administrator; each window has its own.",
        enter: "Enter",
        wrong_key: "This key is wrong, or was taken back.",
        wide_key: "This key is not for one window; please use that of this window.",
        window: "Window",
        ask: "Ask for a rating",
        today: "Today at this window",
        asked: "asked",
        answered: "answered",
        few: "Few were asked today; counts are shown from 5 on.",
        leave: "Leave",
        link: "Rate by phone",
        survey: "Survey",
        scan: "Scan to rate on your own phone",
        holds: "Opens for {n} minutes, for one rating",
        or_type: "Where the camera fails, type this address into the phone's browser (capitals or not):",
        shown_once: "This code still holds, but is shown once only. If you need it, take it back and make a new one.",
        revoke: "Take it back",
        back: "Back",
        used: "They have rated",
        revoked: "The code was taken back",
        expired: "The code has expired; nobody rated",
        said: [
            "The tablet has it and asks for a rating.",
            "The tablet is not connected. It asks if it comes back within two minutes, and not after that.",
            "No tablet is enrolled at this window.",
            "Too fast; please wait a little.",
            "This was not recorded; please press again.",
        ],
    },
];

/// The words for the first wish that is met: staff of Hong Kong, Macao and Taiwan read
/// traditional characters, others in Chinese simplified ones.
pub(super) fn words(wishes: &[String]) -> &'static Words {
    for wish in wishes {
        let mut all = manyi_model::text::fallbacks(wish).into_iter();
        if let Some(found) = all.find_map(|tag| {
            ALL.iter()
                .find(|words| words.tag.eq_ignore_ascii_case(&tag))
        }) {
            return found;
        }
    }
    &ALL[0]
}

/// The page of a clerk whose key is known.
pub fn clerk(wishes: &[String], shown: &Desk<'_>) -> Page {
    let words = words(wishes);
    let sentence = |said: Said| words.said[said as usize];
    let body = html! {
        main.page {
            div.clerk {
                h1 { (words.window) " " bdi { (shown.window) } }
                @if let Some(said) = shown.said {
                    p.said.bad[!matches!(said, Said::Asked)] role="status" { (sentence(said)) }
                }
                form method="post" action="/clerk" {
                    input type="hidden" name="press" value=(shown.press);
                    button.ask name="do" value="ask" autofocus { (words.ask) }
                }
                form.row method="post" action="/clerk" {
                    input type="hidden" name="press" value=(shown.press);
                    @if !shown.surveys.is_empty() {
                        label for="survey" { (words.survey) }
                        select id="survey" name="survey" {
                            @for (id, title) in shown.surveys { option value=(id) { (title) } }
                        }
                    }
                    p { button name="do" value="link" { (words.link) } }
                }
                h2 { (words.today) }
                @match shown.counts {
                    Some((asked, answered)) => dl {
                        div { dt { (words.asked) } dd { (asked) } }
                        div { dt { (words.answered) } dd { (answered) } }
                    },
                    None => p { (words.few) },
                }
                form method="post" action="/clerk" {
                    button name="do" value="leave" { (words.leave) }
                }
            }
        }
    };
    page(words, html! {}, body)
}

/// Why the door stays shut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// Nobody has shown a key yet.
    NoKey,
    /// The key does not hold.
    WrongKey,
    /// The key is for all windows of a unit.
    WideKey,
}

/// The page that asks for the key.
pub fn clerk_door(wishes: &[String], why: Shut) -> Page {
    let words = words(wishes);
    let wrong = match why {
        Shut::NoKey => None,
        Shut::WrongKey => Some(words.wrong_key),
        Shut::WideKey => Some(words.wide_key),
    };
    let body = html! {
        main.page {
            div.clerk {
                h1 { (words.title) }
                @if let Some(wrong) = wrong { p.said.bad #wrong role="alert" { (wrong) } }
                form method="post" action="/clerk" {
                    label for="key" { (words.key) }
                    p #help { (words.key_help) }
                    input type="password" id="key" name="key" required autocomplete="current-password"
                        aria-describedby=(if wrong.is_some() { "wrong help" } else { "help" })
                        aria-invalid=[wrong.map(|_| "true")];
                    p { button name="do" value="enter" { (words.enter) } }
                }
            }
        }
    };
    page(words, html! {}, body)
}

pub(super) fn page(words: &Words, head: Markup, body: Markup) -> Page {
    let style = format!("{PAGE_CSS}{CLERK_CSS}");
    document(words.tag, words.title, false, style, head, body)
}
