-- What the desk searches in, made out of `responses` shortly after they are stored, so
-- that taking ratings in never waits for it. All of it but the tags and what was erased
-- can be made again at any time.
-- The two tables of full text are SQLite's (FTS5).

CREATE TABLE finds (
    -- The order in which they came: eight times the milliseconds of `received_at`, or
    -- one more than the one before. Pages and spans of time go by it alone.
    n            INTEGER NOT NULL PRIMARY KEY,
    response_id  TEXT    NOT NULL UNIQUE,
    received_at  BIGINT  NOT NULL,
    survey_id    TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    mode         TEXT    NOT NULL,
    unit         TEXT,
    -- `satisfied`, `basically` or `dissatisfied`; empty where no question folds so.
    level        TEXT    NOT NULL,
    device_id    TEXT,
    duration_ms  BIGINT,
    -- 1 where there are words of one's own that may be searched; they stand in `said`.
    has_text     BIGINT  NOT NULL,
    -- 1 where a personal question is answered.
    has_personal BIGINT  NOT NULL
);

-- The ones before it from the same device.
CREATE INDEX finds_by_device ON finds (device_id, n) WHERE device_id IS NOT NULL;
CREATE INDEX finds_personal ON finds (n) WHERE has_personal = 1;

-- Unit, survey, channel, mode and level as words: any of them together are found by
-- where their lists meet, however rare or common each is. Holds nothing else.
CREATE VIRTUAL TABLE facets USING fts5 (
    words, content = '', detail = none, columnsize = 0, tokenize = 'ascii'
);

-- What people wrote, but for personal questions.
CREATE TABLE said (
    n     INTEGER NOT NULL PRIMARY KEY,
    words TEXT    NOT NULL
);

-- Chinese has no spaces: all sequences of three characters are looked up.
CREATE VIRTUAL TABLE texts USING fts5 (
    words, content = 'said', content_rowid = 'n', columnsize = 0, tokenize = 'trigram'
);
-- What is deleted is taken out of the pages at once and not at some later merge.
INSERT INTO texts (texts, rank) VALUES ('secure-delete', 1);

-- Hints that a rating may not be a citizen's own; `flags.rs` has the rules.
CREATE TABLE flags (
    n    BIGINT NOT NULL,
    flag TEXT   NOT NULL,
    PRIMARY KEY (n, flag)
);

-- Words that staff put on a response.
CREATE TABLE tags (
    response_id TEXT NOT NULL,
    tag         TEXT NOT NULL,
    PRIMARY KEY (response_id, tag)
);
CREATE INDEX tags_by_tag ON tags (tag);

-- What is left of a response that was deleted: the id, so that a device that sends it
-- again is told to let go of it, and the part of the week that it was counted in. No
-- hash: of few answers and a telephone number the number could be guessed by it.
CREATE TABLE erased (
    response_id TEXT   NOT NULL PRIMARY KEY,
    erased_at   BIGINT NOT NULL,
    -- `person` or `retention`.
    cause       TEXT   NOT NULL,
    week        TEXT   NOT NULL,
    part        BIGINT NOT NULL
);
CREATE INDEX erased_by_week ON erased (week, part);

-- After how many months what is deleted: `texts`, `personal`, `responses`. No row: kept.
CREATE TABLE retention (
    rule   TEXT   NOT NULL PRIMARY KEY,
    months BIGINT NOT NULL
);

-- A response's trigger.
CREATE INDEX triggers_by_response ON triggers (response_id) WHERE response_id IS NOT NULL;
