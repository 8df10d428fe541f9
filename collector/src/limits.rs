//! Bounds of what only the collector knows, each with its arithmetic; those that it
//! shares with the widget stand in `manyi_model::limits`.

use std::time::Duration;

/// How long an enrolment code can be used, in milliseconds: 15 minutes, from the
/// office to the window and back once. At [`CODE_GUESSES_PER_MIN`] a guesser tries 900
/// of its 7.8 × 10^10 in that time.
pub const CODE_LIFE_MS: i64 = 15 * 60 * 1000;
/// Enrolment codes that are looked at in a minute, and at once, from all sides
/// together. A hall of 25 tablets comes in within one.
pub const CODE_GUESSES_PER_MIN: u32 = 60;
/// Surveys of one tablet.
pub const TABLET_SURVEYS: usize = 10;
/// Characters of a tablet's name.
pub const NAME_CHARS: usize = 60;
/// Bytes of what a tablet or a clerk's system posts beside responses: a few tokens of
/// at most 200 characters, or 50 marks of 70 bytes.
pub const MESSAGE_BYTES: usize = 8 * 1024;
/// A tablet that was not heard for this long is late, in milliseconds: three
/// heartbeats of 60 seconds.
pub const LATE_MS: i64 = 180 * 1000;
/// Events kept of one tablet: with one or two a day, some months.
pub const TABLET_EVENTS: i64 = 100;
/// A clock that is further off than this is written into a tablet's events, in
/// milliseconds: five minutes, where TLS begins to suffer.
pub const SKEW_MS: i64 = 5 * 60 * 1000;
/// A stream of events says something at least this often, so that proxies keep it
/// open and a tablet notices that it is dead. nginx cuts off after 60 s of silence.
pub const STREAM_PULSE: Duration = Duration::from_secs(15);
/// How long a tablet may take to show what it was asked to, in milliseconds: two
/// minutes, then the person has left the window and the next one stands there.
pub const TRIGGER_LIFE_MS: i64 = 2 * 60 * 1000;
/// How long a survey that is shown can be replaced by the next one, in milliseconds:
/// ten minutes, longer than anyone takes at a window.
pub const VISIT_MS: i64 = 10 * 60 * 1000;
/// How long a link that is good for one rating opens, in milliseconds: ten minutes to
/// take a phone out and scan it, and short enough that nobody comes back for it.
pub const INVITATION_MS: i64 = 10 * 60 * 1000;
/// How long after that a rating may still arrive, in milliseconds: three days. The page
/// was opened in time; the phone may have lost its network.
pub const INVITATION_LATE_MS: i64 = 72 * 60 * 60 * 1000;
/// Letters of a link's token, of the 23 of a code: 131 random bits, and few enough to
/// type where the camera fails.
pub const INVITATION_CHARS: usize = 29;
/// Responses that came too late for one link and are kept: at 64 KiB each 1.3 MB.
pub const INVITATION_CONFLICTS: i64 = 20;
/// Triggers in a minute, and at once, of one clerk's key. A hall of 25 windows with
/// one system has one every two seconds.
pub const TRIGGERS_PER_MIN: u32 = 120;
/// The longest that one long poll is held, in seconds: nginx gives up at 60.
pub const LONGEST_WAIT_S: u64 = 30;
/// WebSockets at a time: a county's 200 windows, and the systems of their clerks.
pub const SOCKETS: usize = 256;
/// How often whoever is at the other end of a WebSocket should say that it is alive.
pub const SOCKET_BEAT: Duration = Duration::from_secs(60);
/// One that has said nothing for three of them is gone.
pub const SOCKET_SILENCE: Duration = Duration::from_secs(180);
/// How far the clock on the wall is ahead of UTC, in milliseconds: days and rosters
/// are those of China, which has one zone.
pub const WALL_OFFSET_MS: i64 = 8 * 60 * 60 * 1000;
/// Below this many, counts of a window are not shown to its clerk: one could tell who
/// answered.
pub const CLERK_LEAST: i64 = 5;
/// Bytes of a roster file. A line is 50 bytes; a year of 50 windows with two shifts a
/// day has 36,500 of them.
pub const ROSTER_BYTES: u64 = 8 * 1024 * 1024;
/// Flaws of a roster file that are named at once.
pub const ROSTER_FAULTS: usize = 50;
/// The longest shift, in milliseconds: a year. Longer is a slip of the pen.
pub const SHIFT_MS: i64 = 366 * 24 * 60 * 60 * 1000;
/// How long an answer may have waited on a device for its clock to be believed, in
/// milliseconds: a quarter of a year.
pub const BELIEVED_MS: i64 = 92 * 24 * 60 * 60 * 1000;
/// Weeks before a week in which a window's ratings make it one that usually has some.
pub const USUAL_WEEKS: usize = 4;
/// Free texts of one week that are pointed at. More than a leader reads on a Monday;
/// 120 bytes each, 60 kB.
pub const WEEK_TEXTS: usize = 500;
/// Bytes of a file of what happened. A line is 40 bytes; a county of 400 officers with
/// five occasions has 100,000 of them in seven weeks.
pub const HAPPENED_BYTES: u64 = 4 * 1024 * 1024;
/// The most that happens to one officer, or one unit, in a day: a hotline's calls of a
/// province. More is a slip of the pen.
pub const HAPPENED_MOST: u64 = 1_000_000;
/// Units that stand above one another: ministry, province, city, county office, station,
/// section, room, and one to spare.
pub const UNIT_DEPTH: usize = 8;
/// Lines of a file of units: a county of 60 stations has 100 units, 400 windows and
/// 2,000 officers; a city ten times as many.
pub const UNIT_ROWS: usize = 30_000;
/// Bytes of a file of units, at 100 bytes a line.
pub const UNIT_BYTES: u64 = 3_000_000;
/// Flaws of a file of units that are named at once.
pub const UNIT_FAULTS: usize = 50;
/// Characters of a password, at least: ASVS asks for 8 and advises 15; 10 with a list of
/// those that everybody has.
pub const PASSWORD_LEAST: usize = 10;
/// And at most: room for a sentence, and no megabytes to hash.
pub const PASSWORD_MOST: usize = 200;
/// Passwords that are hashed at a time: 19 MiB and a processor each.
pub const HASHES: usize = 2;
/// Attempts to log in to one account from one address in [`ATTEMPTS_MS`].
pub const ATTEMPTS: i64 = 10;
/// The same from one address to all accounts: a station of 50 behind one address comes
/// in on Monday morning, each with a slip.
pub const ATTEMPTS_FROM: i64 = 100;
/// A quarter of an hour in milliseconds.
pub const ATTEMPTS_MS: i64 = 15 * 60 * 1000;
/// A session that nobody uses ends after this, in milliseconds: half an hour.
pub const SESSION_IDLE_MS: i64 = 30 * 60 * 1000;
/// A session ends after this, whoever uses it, in milliseconds: a working day.
pub const SESSION_MS: i64 = 8 * 60 * 60 * 1000;
/// How often a session in use is written down, in milliseconds: once a minute.
pub const SESSION_SEEN_MS: i64 = 60 * 1000;
/// How long the first link for setting the desk up holds, in milliseconds: a day.
pub const SETUP_MS: i64 = 24 * 60 * 60 * 1000;
/// How long a link holds by which a person sets a password, in milliseconds: three
/// days, over a weekend.
pub const LINK_MS: i64 = 72 * 60 * 60 * 1000;
/// Bytes of a form of the desk; a table of units pasted in has 100 bytes a line.
pub const DESK_FORM_BYTES: usize = 512 * 1024;
/// Weeks of a trend, the one that is looked at included: a quarter of a year.
pub const TREND_WEEKS: usize = 13;
/// Weeks on one page of the list: a quarter of a year.
pub const WEEKS_PAGE: usize = 13;
/// Open weeks of the list that are counted on the spot: this one and the last.
pub const WEEKS_LIVE: usize = 2;
/// Lines of a table on the week's page; a county has 400 windows, which the CSV has.
pub const WEEK_ROWS: usize = 60;
/// Lines of a picture.
pub const PICTURE_ROWS: usize = 12;
/// Windows beside those that stand out that are named with what was dissatisfied there.
pub const WEEK_OTHERS: usize = 12;
/// Reasons that are named of one window.
pub const WEEK_REASONS: usize = 4;
/// Entries of the audit trail on one page.
pub const TRAIL_PAGE: usize = 50;
/// Responses that are made ready for the desk's search in one transaction: some tens of
/// milliseconds, for which whoever stores others waits.
pub const FILED_AT_ONCE: i64 = 200;
/// Responses on one page of a search.
pub const FOUND_PAGE: i64 = 50;
/// How many of those found are counted; beyond that it says "more than".
pub const FOUND_COUNTED: i64 = 1_000;
/// Responses that one page of a search looks at, where no list leads to them at once: a
/// tenth of a second. What lies before is looked at by the next page.
pub const FOUND_LOOKED_AT: i64 = 20_000;
/// Units that a search names one by one; for more it looks at each response.
pub const FOUND_UNITS: usize = 200;
/// Characters of what is searched for.
pub const SOUGHT_CHARS: usize = 100;
/// Characters of a text that a list of responses shows.
pub const EXCERPT_CHARS: usize = 120;
/// Tags of a response, and characters of one.
pub const TAGS: i64 = 10;
/// See [`TAGS`].
pub const TAG_CHARS: usize = 20;
/// Characters of a reason.
pub const REASON_CHARS: usize = 200;
/// Characters of a reason, at least: "要" is none.
pub const REASON_LEAST: usize = 4;
/// Responses of one device, the newest among them, that are held against each other.
pub const FLAG_NEIGHBOURS: i64 = 10;
/// So many of them that took the same time to the millisecond are flagged: two may be
/// chance, as people take some 10,000 ms, give or take 5,000.
pub const FLAG_SAME: usize = 3;
/// A rating so soon after the window was asked, in milliseconds: nobody reads a question
/// and turns to the screen in three seconds.
pub const FLAG_TRIGGER_MS: i64 = 3_000;
/// Earlier ratings of a device that are looked at again when staff shows up on it.
pub const FLAG_STAFF: i64 = 100;
/// The shortest and the longest time that something is kept, in months.
pub const KEPT_MONTHS: (i64, i64) = (1, 240);
/// Rows that retention changes in one transaction: each is rewritten, with its words.
pub const RETENTION_AT_ONCE: i64 = 100;
/// And in one request of the desk: a few seconds. What is left is said.
pub const RETENTION_PER_VISIT: i64 = 5_000;
