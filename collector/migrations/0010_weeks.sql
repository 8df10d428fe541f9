-- The week that a response belongs to, and the closed weeks.
-- docs/collation.md says which time decides the week, and why.

-- When it was given: the device's clock, put right by how far it is off, where that can
-- be believed; the server's where the device said nothing; NULL where what it said
-- cannot be, and then `received_at` decides the week.
ALTER TABLE responses ADD COLUMN answered_at BIGINT;
-- `2026-W47`: Monday to Sunday in China. Set with the row and never changed. Rows from
-- before this migration get theirs at the next start, some hundred at a time.
ALTER TABLE responses ADD COLUMN week TEXT;
-- 0: it came before the week was closed. 1 and more: in that supplement to it.
ALTER TABLE responses ADD COLUMN part BIGINT;

CREATE INDEX responses_by_week ON responses (week, part);

-- How often each week has been closed: what comes now goes into this part. Whoever
-- stores a response holds the week's row until the commit, and so does whoever closes
-- the week, so that a part is complete from the moment it is closed.
CREATE TABLE weeks (
    week  TEXT   NOT NULL PRIMARY KEY,
    parts BIGINT NOT NULL
);

-- Closed weeks and their supplements, numbered in the order of closing, never changed.
CREATE TABLE editions (
    number    BIGINT NOT NULL PRIMARY KEY,
    week      TEXT   NOT NULL,
    part      BIGINT NOT NULL,
    closed_at BIGINT NOT NULL,
    -- What the figures were made of beside the responses (the roster, what windows were
    -- asked, tablets), as it was then; NULL, like the next two, until they are made.
    inputs    TEXT,
    -- Canonical JSON.
    body      TEXT,
    -- `sha256:…` of the body.
    hash      TEXT,
    UNIQUE (week, part)
);
