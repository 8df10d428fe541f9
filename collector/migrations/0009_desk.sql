-- The back office: who may enter, with which role over which units, and what they did.

CREATE TABLE accounts (
    account_id    TEXT   NOT NULL PRIMARY KEY,
    -- Small letters; what is typed to enter.
    login         TEXT   NOT NULL UNIQUE,
    name          TEXT   NOT NULL,
    -- Argon2id as a PHC string; none until the person has set one by a link.
    password_hash TEXT,
    -- How the pages look to this person.
    language      TEXT,
    is_elder      BIGINT NOT NULL,
    made_at       BIGINT NOT NULL,
    disabled_at   BIGINT
);

-- A role over a unit and all below it; over everything where `unit` is empty.
CREATE TABLE account_roles (
    account_id TEXT NOT NULL REFERENCES accounts (account_id),
    role       TEXT NOT NULL,
    unit       TEXT NOT NULL,
    PRIMARY KEY (account_id, role, unit)
);

-- The SHA-256 of what the browser holds, as 64 hex digits; gone with its end.
CREATE TABLE sessions (
    session_hash TEXT   NOT NULL PRIMARY KEY,
    account_id   TEXT   NOT NULL REFERENCES accounts (account_id),
    made_at      BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL
);

CREATE INDEX sessions_by_account ON sessions (account_id);

-- Links by which a person sets a password, each for one use; the hash alone. The one
-- without an account makes the first administrator.
CREATE TABLE account_links (
    link_hash  TEXT   NOT NULL PRIMARY KEY,
    account_id TEXT   REFERENCES accounts (account_id),
    expires_at BIGINT NOT NULL
);

-- Attempts to log in, for a quarter of an hour: hashes of login and address, and of the
-- address alone.
CREATE TABLE login_attempts (
    attempt_id TEXT   NOT NULL PRIMARY KEY,
    at         BIGINT NOT NULL,
    pair_hash  TEXT   NOT NULL,
    from_hash  TEXT   NOT NULL
);

CREATE INDEX login_attempts_by_pair ON login_attempts (pair_hash, at);
CREATE INDEX login_attempts_by_from ON login_attempts (from_hash, at);

-- Who changed what, and who saw which personal field and why. Each row's hash covers
-- the row and the hash before it.
CREATE TABLE audit (
    seq        BIGINT NOT NULL PRIMARY KEY,
    at         BIGINT NOT NULL,
    -- An account's id; `operator` on the command line; `nobody` before a login.
    actor      TEXT   NOT NULL,
    actor_name TEXT   NOT NULL,
    act        TEXT   NOT NULL,
    -- The unit that it touches; empty where it is the whole house.
    unit       TEXT   NOT NULL,
    about      TEXT   NOT NULL,
    reason     TEXT   NOT NULL,
    hash       TEXT   NOT NULL
);

-- Append-only. These two are SQLite's way to say so.
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;

CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
