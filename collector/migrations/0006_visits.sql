-- What a tablet counts since it came in, as it said last: people who walk away leave
-- no response, so the tablet alone knows of them.
ALTER TABLE tablets ADD COLUMN begun BIGINT;
ALTER TABLE tablets ADD COLUMN submitted BIGINT;
ALTER TABLE tablets ADD COLUMN idle_ends BIGINT;

-- Responses that a tablet marked because the visit followed too soon upon the one
-- before, or was one of too many at once. They count all the same. A tablet may say
-- so before the response is here.
CREATE TABLE marks (
    response_id TEXT NOT NULL PRIMARY KEY,
    -- Whose word it is; it counts for responses of this device alone.
    tablet_id   TEXT NOT NULL,
    -- `quick` or `burst`.
    mark        TEXT NOT NULL
);
