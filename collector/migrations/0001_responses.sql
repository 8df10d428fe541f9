-- What the collector keeps. Types are TEXT and BIGINT only, so that the same
-- statements make the same tables in SQLite and in PostgreSQL.
-- Times are milliseconds since 1970 in UTC; `received_at` is the server's clock
-- and the only time that logic may use.

-- Every definition that was ever loaded. Devices may hold a response for
-- months, so an old version must stay answerable after its file is gone.
CREATE TABLE definitions (
    survey_id  TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    -- `sha256:…` of the canonical JSON.
    hash       TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    loaded_at  BIGINT NOT NULL,
    PRIMARY KEY (survey_id, version)
);

-- One row for each thing a person submitted. The id was made when the form
-- opened, in lower case here; it is what makes retries harmless.
CREATE TABLE responses (
    id              TEXT   NOT NULL PRIMARY KEY,
    received_at     BIGINT NOT NULL,
    survey_id       TEXT   NOT NULL,
    version         BIGINT NOT NULL,
    definition_hash TEXT   NOT NULL,
    channel         TEXT   NOT NULL,
    mode            TEXT   NOT NULL,
    asked_by        TEXT,
    -- What is rated: opaque tokens.
    unit            TEXT,
    service_window  TEXT,
    officer         TEXT,
    matter          TEXT,
    language        TEXT,
    device_id       TEXT,
    device_seq      BIGINT,
    -- The device's clock, as written: data, never logic.
    started_at      TEXT,
    submitted_at    TEXT,
    duration_ms     BIGINT,
    invitation      TEXT,
    widget          TEXT,
    -- Tells a repeat from a contradiction.
    content_hash    TEXT   NOT NULL,
    -- The whole response as canonical JSON.
    body            TEXT   NOT NULL
);

-- Weekly tables and exports read by survey and time.
CREATE INDEX responses_by_survey ON responses (survey_id, received_at, id);
CREATE INDEX responses_by_time ON responses (received_at, id);

-- The same id with other content: the first stays in `responses`, the later
-- one is kept here, once for each content, for a person to look at.
CREATE TABLE conflicts (
    id           TEXT   NOT NULL,
    content_hash TEXT   NOT NULL,
    -- What the row in `responses` had when this came.
    stored_hash  TEXT   NOT NULL,
    received_at  BIGINT NOT NULL,
    body         TEXT   NOT NULL,
    PRIMARY KEY (id, content_hash)
);
