//! What the widget hands over, read into what the outbox keeps.
//!
//! | field | what |
//! | --- | --- |
//! | `record` | what is kept beside the body: id, survey, endpoint, format, credentials, proof |
//! | `response` or `fields` | what is sent, as JSON or as a form |
//! | `headers` | the host's headers for its endpoint: pairs |
//! | `personal` | which answers are: a list of question ids |
//! | `sealingKey` | the key for them |
//! | `whole` | whether they are all, and their length is to say nothing either |
//! | `agreed` | whether the person agreed that they lie on the device as they are |
//! | `panic` | where a test asks for a crash |

use crate::platform::{
    Js, UNDEFINED, as_text, count, field, invoke, is_nothing, is_so, items, json, make, say, set,
    set_number, set_word, text, written,
};
use crate::seal::seal;

/// What is sealed whole is a multiple of this long: a rating with reasons, and a comment
/// of a thousand characters.
const WHOLE_BYTES: usize = 4096;

/// Seals what is personal where there is a key. Whether the parcel may lie on the disk
/// then: it holds nothing personal, or that is sealed, or the person agreed.
pub async fn may_lie_here(parcel: Js) -> bool {
    let personal = items(field(parcel, "personal"));
    let key = text(parcel, "sealingKey");
    let response = field(parcel, "response");
    let answers = field(response, "answers");
    // An outbox that crashed later had sealed it before.
    if personal.is_empty() || is_so(field(response, "sealed")) {
        return true;
    }
    let has_agreed = is_so(field(parcel, "agreed"));
    if key.is_empty() || !is_so(answers) {
        return has_agreed;
    }
    let inside = json("{}");
    for question in &personal {
        let question = as_text(*question);
        set(inside, &question, field(answers, &question));
    }
    let mut inside = as_text(written(inside));
    if is_so(field(parcel, "whole")) {
        // JSON may end in white space. How long it is would tell good from bad.
        let short = WHOLE_BYTES - inside.len() % WHOLE_BYTES;
        inside.extend(std::iter::repeat_n(' ', short));
    }
    let Ok(sealed) = seal(&key, &text(response, "id"), &inside).await else {
        return has_agreed;
    };
    for question in &personal {
        // JSON leaves it out then.
        set(answers, &as_text(*question), UNDEFINED);
    }
    let part = json("{}");
    set_word(part, "key", &sealed.key);
    set_word(part, "enc", &sealed.enc);
    set_word(part, "text", &sealed.text);
    set(response, "sealed", part);
    true
}

/// Whether it comes from a tablet that an office has put up.
pub fn is_kiosk(parcel: Js) -> bool {
    let response = field(parcel, "response");
    let channel = if is_nothing(response) {
        let fields = make("URLSearchParams", &[field(parcel, "fields")]);
        invoke(fields, "get", &[say("channel")])
    } else {
        field(response, "channel")
    };
    as_text(channel) == "kiosk"
}

/// Writes the body for a device and a place in its count; for a device that is
/// `undefined` without them, where the response never lay there.
pub fn body(parcel: Js, device: Js, seq: f64) -> Js {
    let response = field(parcel, "response");
    let is_saved = !is_nothing(device);
    if is_nothing(response) {
        let fields = make("URLSearchParams", &[field(parcel, "fields")]);
        if is_saved {
            invoke(fields, "set", &[say("device.id"), device]);
            invoke(fields, "set", &[say("device.seq"), count(seq)]);
        }
        return invoke(fields, "toString", &[]);
    }
    let mut part = UNDEFINED;
    if is_saved {
        part = json("{}");
        set(part, "id", device);
        set_number(part, "seq", seq);
    }
    set(response, "device", part);
    written(response)
}
