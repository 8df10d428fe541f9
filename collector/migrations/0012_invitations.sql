-- Links that are good for one rating: shown as a QR code for the citizen's own phone.
-- One that is handed out is a trigger, too, so that it counts as asked: `id` is that
-- trigger's, where the survey and what is rated stand.
CREATE TABLE invitations (
    id          TEXT   NOT NULL PRIMARY KEY,
    -- The SHA-256 of the token as 64 hex digits; the token is nowhere.
    token_hash  TEXT   NOT NULL UNIQUE,
    channel     TEXT   NOT NULL,
    -- Until when the page opens; what was begun by then may arrive some days later.
    expires_at  BIGINT NOT NULL,
    revoked_at  BIGINT,
    -- The one response that it was used for.
    response_id TEXT
);

-- By which channel the answer to a link comes; NULL where a tablet was to show it.
ALTER TABLE triggers ADD COLUMN channel TEXT;

-- The row that a response under an id of its own came too late for: another had used
-- the link. NULL where it is the row of the same id.
ALTER TABLE conflicts ADD COLUMN response_id TEXT;
CREATE INDEX conflicts_by_response ON conflicts (response_id) WHERE response_id IS NOT NULL;

-- `handover` for an officer's phone or laptop that is handed to the citizen; NULL for a
-- tablet at a window.
ALTER TABLE enrolment_codes ADD COLUMN role TEXT;
ALTER TABLE tablets ADD COLUMN role TEXT;
-- Whose it is, as an opaque token.
ALTER TABLE enrolment_codes ADD COLUMN officer TEXT;
ALTER TABLE tablets ADD COLUMN officer TEXT;
