//! A link that takes no rating: why, and what to do.

use manyi_model::text::{direction, fallbacks};
use maud::html;

use super::{PAGE_CSS, Page, document};
use crate::http::Over;

/// What happened and what to do, in one language.
struct Words {
    tag: &'static str,
    used: [&'static str; 2],
    expired: [&'static str; 2],
    revoked: [&'static str; 2],
    unknown: [&'static str; 2],
}

const ALL: [Words; 4] = [
    Words {
        tag: "zh-Hans",
        used: [
            "这个链接已经用过了",
            "每个链接只能评价一次，您的评价已经收到。如果不是您评价的，请告诉工作人员。",
        ],
        expired: ["这个链接已过期", "请向工作人员要一个新的二维码。"],
        revoked: ["这个链接已作废", "请向工作人员要一个新的二维码。"],
        unknown: ["没有找到这个链接", "请检查网址是否完整，或重新扫描二维码。"],
    },
    Words {
        tag: "zh-Hant",
        used: [
            "這個連結已經用過了",
            "每個連結只能評價一次，您的評價已經收到。如果不是您評價的，請告訴工作人員。",
        ],
        expired: ["這個連結已過期", "請向工作人員要一個新的二維碼。"],
        revoked: ["這個連結已作廢", "請向工作人員要一個新的二維碼。"],
        unknown: ["沒有找到這個連結", "請檢查網址是否完整，或重新掃描二維碼。"],
    },
    Words {
        tag: "ug",
        used: [
            "بۇ ئۇلىنىش ئىشلىتىلىپ بولغان",
            "ھەر بىر ئۇلىنىش بىلەن بىر قېتىم باھا بەرگىلى بولىدۇ. باھانى سىز بەرمىگەن بولسىڭىز، خادىمغا ئېيتىڭ.",
        ],
        expired: [
            "بۇ ئۇلىنىشنىڭ ۋاقتى ئۆتكەن",
            "خادىمدىن يېڭى ئىككىلىك كود سوراڭ.",
        ],
        revoked: [
            "بۇ ئۇلىنىش بىكار قىلىنغان",
            "خادىمدىن يېڭى ئىككىلىك كود سوراڭ.",
        ],
        unknown: [
            "بۇ ئۇلىنىش تېپىلمىدى",
            "ئادرېسنىڭ تولۇق ياكى ئەمەسلىكىنى تەكشۈرۈڭ، ياكى ئىككىلىك كودنى قايتا سىكاننېرلاڭ.",
        ],
    },
    Words {
        tag: "en",
        used: [
            "This link has been used",
            "Each link is good for one rating, and yours has arrived. If it was not you who rated, please tell the staff.",
        ],
        expired: [
            "This link has expired",
            "Please ask the staff for a new QR code.",
        ],
        revoked: [
            "This link was taken back",
            "Please ask the staff for a new QR code.",
        ],
        unknown: [
            "There is no such link",
            "Please check that the address is whole, or scan the QR code again.",
        ],
    },
];

/// The page.
pub fn over(language: &str, why: Over) -> Page {
    let of_tag = |tag: &String| ALL.iter().find(|words| words.tag.eq_ignore_ascii_case(tag));
    let words = fallbacks(language)
        .iter()
        .find_map(of_tag)
        .unwrap_or(&ALL[0]);
    let [title, advice] = match why {
        Over::Used => words.used,
        Over::Expired => words.expired,
        Over::Revoked => words.revoked,
        // Whoever mixes surveys up writes requests by hand.
        Over::Unknown | Over::Elsewhere => words.unknown,
    };
    let body = html! {
        main.page {
            div.outcome dir=(direction(words.tag)) {
                h1 { (title) }
                p { (advice) }
            }
        }
    };
    document(words.tag, title, false, PAGE_CSS.to_owned(), html! {}, body)
}
