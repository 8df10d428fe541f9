-- Tablets at windows: how they come in, and what was last heard from them.
-- Of codes and credentials only the SHA-256 is here, as 64 hex digits.

-- A code that a person reads out of a terminal and types into a tablet. Rows are
-- deleted when they are used, and by the next code once they have expired.
CREATE TABLE enrolment_codes (
    code_hash      TEXT   NOT NULL PRIMARY KEY,
    unit           TEXT   NOT NULL,
    service_window TEXT   NOT NULL,
    -- Ids of surveys as a JSON array; the first is shown when nothing else is asked for.
    surveys        TEXT   NOT NULL,
    name           TEXT,
    expires_at     BIGINT NOT NULL
);

-- One row for each tablet that ever came in, with its last heartbeat.
CREATE TABLE tablets (
    tablet_id       TEXT   NOT NULL PRIMARY KEY,
    credential_hash TEXT   NOT NULL UNIQUE,
    unit            TEXT   NOT NULL,
    service_window  TEXT   NOT NULL,
    surveys         TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    enrolled_at     BIGINT NOT NULL,
    revoked_at      BIGINT,
    -- Counts up when what the tablet was told at enrolment changes.
    config          BIGINT NOT NULL,
    -- 1 where the tablet must show nothing until further notice.
    is_stopped      BIGINT NOT NULL,
    heard_at        BIGINT,
    queue           BIGINT,
    oldest_s        BIGINT,
    quarantined     BIGINT,
    -- How far the device's clock is ahead of ours.
    skew_ms         BIGINT,
    version         TEXT,
    battery         BIGINT,
    is_persisted    BIGINT
);

CREATE INDEX tablets_by_window ON tablets (unit, service_window);

-- What happened to a tablet; the newest of each are kept.
CREATE TABLE tablet_events (
    tablet_id TEXT   NOT NULL,
    n         BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    detail    TEXT   NOT NULL,
    PRIMARY KEY (tablet_id, n)
);
