//! Every bound of the model in one place, each with its arithmetic.

/// Characters of a survey, question, choice, level or item id.
pub const ID_CHARS: usize = 64;
/// Characters of a language tag: what RFC 5646 asks software to hold.
pub const TAG_CHARS: usize = 35;
/// Questions of one survey: the longest ready survey has 7, and nobody at a
/// counter answers a hundred.
pub const QUESTIONS: usize = 100;
/// Choices of one question, items of one rating.
pub const CHOICES: usize = 100;
/// Levels of one inline scale: eleven covers 0 to 10.
pub const LEVELS: usize = 11;
/// How deep conditions nest.
pub const CONDITION_DEPTH: usize = 8;
/// Characters of one string in one language of a definition.
pub const TEXT_CHARS: usize = 2_000;
/// Languages of one string.
pub const LANGUAGES: usize = 32;
/// Characters of a free-text answer where the question names no `max_chars`.
pub const ANSWER_CHARS: u32 = 500;
/// The largest `max_chars` a question may name. Four bytes a character, two such
/// answers: 40 kB, which fits [`BODY_BYTES`]; see [`ANSWERS_CHARS`].
pub const ANSWER_CHARS_MAX: u32 = 5_000;
/// Characters of the text of an "other" choice.
pub const OTHER_CHARS: u32 = 200;
/// Characters of a telephone number as typed, spaces and signs included.
pub const PHONE_CHARS: usize = 40;
/// Characters that the free texts of one survey may have together. JSON takes at
/// most four bytes for each: 48 kB, which leaves 16 kB of [`BODY_BYTES`] for the
/// rest. A survey beyond it could be filled in and then never be accepted.
pub const ANSWERS_CHARS: u32 = 12_000;
/// Magnitude of a number answer. Below 10^15 every whole number is exact in a
/// double, and prints without an exponent in Rust and in JavaScript.
pub const NUMBER_MAX: f64 = 1e15;
/// Decimals of a number answer. 10^-6 is the smallest step that JavaScript
/// prints without an exponent.
pub const DECIMALS: u8 = 6;
/// Bytes of one response as posted: 64 KiB, also what browsers let all
/// `keepalive` requests of a page share.
pub const BODY_BYTES: usize = 64 * 1024;
/// Responses of one batch.
pub const BATCH_RESPONSES: usize = 500;
/// Bytes of one batch. A usual response is 1 kB and 500 of them half a MiB;
/// 8 MiB leaves room for long texts, and one of 64 KiB each goes in smaller batches.
pub const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of a definition file. A hundred questions in four languages take 200 kB.
pub const DEFINITION_BYTES: usize = 1024 * 1024;
/// Characters of an opaque token in a response: unit, window, officer, matter,
/// device id, invitation, `asked_by`, widget version, language.
pub const TOKEN_CHARS: usize = 200;
/// Problems reported for one response: enough for a person, bounded for a machine.
pub const PROBLEMS: usize = 100;
/// A visit that takes longer than this many milliseconds was left open: 31 days.
pub const DURATION_MS: u64 = 31 * 24 * 60 * 60 * 1000;
/// The largest integer that a double holds exactly, 2^53 - 1: the bound for `device.seq`.
pub const SEQ_MAX: u64 = (1 << 53) - 1;
/// Seconds that a kiosk waits for a touch before it warns: long enough to read a
/// question twice, short enough for the next person in the queue.
pub const KIOSK_IDLE_S: u32 = 60;
/// Seconds of the warning's count-down.
pub const KIOSK_WARNING_S: u32 = 30;
/// Seconds that a kiosk's thanks stay.
pub const KIOSK_THANKS_S: u32 = 8;
/// The longest that any of these may be set to: ten minutes.
pub const KIOSK_SECONDS_MAX: u32 = 600;
/// Two visits closer than this many seconds are flagged: nobody leaves a window and
/// nobody comes to it faster.
pub const KIOSK_INTERVAL_S: u32 = 5;
/// More visits than this within [`KIOSK_BURST_S`] are flagged: one matter takes minutes.
pub const KIOSK_BURST: usize = 6;
/// The seconds in which a burst is counted.
pub const KIOSK_BURST_S: u32 = 120;
/// Flagged visits whose ids a kiosk remembers. 40 bytes each: 20 kB.
pub const KIOSK_FLAGS: usize = 500;
/// What a tablet's enrolment code is made of: digits and capitals without those that
/// look like another one (0 O, 1 I L, 2 Z, 5 S, 8 B, U V).
pub const CODE_LETTERS: &str = "34679ACDEFGHJKMNPQRTWXY";
/// Characters of such a code: eight of 23 letters are 7.8 × 10^10 codes.
pub const CODE_CHARS: usize = 8;
/// Marks of responses that a kiosk says in one heartbeat; what the collector takes.
pub const MARKS_AT_ONCE: usize = 50;
/// What became of triggers, kept on a kiosk until the collector has heard of it. With
/// one every two minutes, a week without a network.
pub const KIOSK_OUTCOMES: usize = 2_000;
/// Characters of one event of a stream, far beyond any that a collector sends: more is
/// not what was asked for.
pub const EVENT_CHARS: usize = 64 * 1024;
/// Seconds between a kiosk's heartbeats.
pub const KIOSK_BEAT_S: u32 = 60;
/// Seconds until a stream's first word, which comes at once: without it a proxy holds
/// the stream back.
pub const KIOSK_FIRST_WORD_S: u32 = 5;
/// Seconds that a stream may be silent: its collector says something every 15.
pub const KIOSK_SILENCE_S: u32 = 35;
/// Seconds that a kiosk polls, where streams are held back, until it tries one again.
pub const KIOSK_POLL_S: u32 = 600;
/// Digits of a kiosk's PIN, at least and at most.
pub const KIOSK_PIN_DIGITS: (usize, usize) = (6, 12);
/// Wrong PINs before a kiosk waits.
pub const KIOSK_PIN_TRIES: u32 = 5;
/// Seconds of the first wait; each further wrong PIN doubles it.
pub const KIOSK_PIN_WAIT_S: u32 = 60;
/// The longest such wait: an hour. Longer would lock the operator out for a day
/// because a child played with the keys.
pub const KIOSK_PIN_WAIT_MAX_S: u32 = 3_600;
/// Rounds of PBKDF2 over a PIN: what OWASP asks for with SHA-256, 0.2 to 1 s on a tablet.
pub const KIOSK_PIN_ROUNDS: u32 = 600_000;
/// Characters of a name that a kiosk shows.
pub const KIOSK_NAME_CHARS: usize = 60;
/// Opening times of one kiosk: seven days with four spans each.
pub const KIOSK_SPANS: usize = 28;
/// Ratings below which nothing is ranked: of 30 the interval of a rate of 90 % still
/// reaches from 74 to 97 %.
pub const RANK_LEAST: u64 = 30;
/// Below this many people a cell of a table is not published: one could tell who it was.
pub const CELL_LEAST: u64 = 5;
