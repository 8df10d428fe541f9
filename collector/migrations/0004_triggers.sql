-- A clerk presses a key, or the system that clerks work with says that a matter is
-- done: the tablet at the window shows a survey. All that were asked are here, and
-- what became of each: the denominator of 主动评价率.

-- Credentials of clerks' pages and systems; the SHA-256 alone, as 64 hex digits.
CREATE TABLE clerk_keys (
    key_id          TEXT   NOT NULL PRIMARY KEY,
    credential_hash TEXT   NOT NULL UNIQUE,
    unit            TEXT   NOT NULL,
    -- The one window that it reaches; all of the unit where there is none.
    service_window  TEXT,
    made_at         BIGINT NOT NULL,
    revoked_at      BIGINT
);

CREATE TABLE triggers (
    -- Grows by one with each; tablets say which was the last that they had.
    seq            BIGINT NOT NULL PRIMARY KEY,
    id             TEXT   NOT NULL UNIQUE,
    asked_at       BIGINT NOT NULL,
    -- Until when it may be shown, or, once it is on the screen, may be replaced.
    expires_at     BIGINT NOT NULL,
    unit           TEXT   NOT NULL,
    service_window TEXT   NOT NULL,
    survey_id      TEXT   NOT NULL,
    -- Opaque tokens of the clerk's system.
    officer        TEXT,
    matter         TEXT,
    shown_at       BIGINT,
    -- `answered`, `timed_out`, `declined` or `replaced`.
    outcome        TEXT,
    outcome_at     BIGINT,
    response_id    TEXT
);

CREATE INDEX triggers_by_window ON triggers (unit, service_window, seq);
CREATE INDEX triggers_by_time ON triggers (asked_at);
-- A window's count of today.
CREATE INDEX triggers_by_window_and_time ON triggers (unit, service_window, asked_at);
CREATE INDEX triggers_by_matter ON triggers (unit, matter) WHERE matter IS NOT NULL;
-- One matter, one rating.
CREATE INDEX responses_by_matter ON responses (unit, matter) WHERE matter IS NOT NULL;
