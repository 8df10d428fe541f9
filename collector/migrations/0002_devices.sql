-- What devices have sent, so that what never came is counted and not silent:
-- a tablet whose storage was cleared loses answers that nobody else knows of.
-- A device numbers its responses from 1, one by one.

-- The highest number that ever came from each device.
CREATE TABLE devices (
    device_id TEXT   NOT NULL PRIMARY KEY,
    last_seq  BIGINT NOT NULL,
    -- When the server last had something from it.
    heard_at  BIGINT NOT NULL
);

-- The numbers below it that did not come, as ranges with both ends in them.
-- Ranges of one device neither overlap nor touch. One that is filled later is
-- narrowed, split or deleted in the transaction that stores the response, so a
-- row here is a response that is missing now.
CREATE TABLE gaps (
    device_id TEXT   NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq  BIGINT NOT NULL,
    -- When a higher number came and showed that these were missing.
    since     BIGINT NOT NULL,
    PRIMARY KEY (device_id, first_seq)
);

-- What is there already.
INSERT INTO devices (device_id, last_seq, heard_at)
SELECT device_id, MAX(device_seq), MAX(received_at)
FROM responses
WHERE device_id IS NOT NULL AND device_seq IS NOT NULL
GROUP BY device_id;

INSERT INTO gaps (device_id, first_seq, last_seq, since)
SELECT device_id, before + 1, device_seq - 1, received_at
FROM (
    SELECT device_id, device_seq, received_at,
           LAG(device_seq, 1, CAST(0 AS BIGINT))
               OVER (PARTITION BY device_id ORDER BY device_seq, received_at) AS before
    FROM responses
    WHERE device_id IS NOT NULL AND device_seq IS NOT NULL
) AS neighbours
WHERE device_seq > before + 1;

-- One row, and a number that grows with the first commit after a start or a
-- failure, so that this commit has something to sync: rows that an earlier
-- process wrote and did not live to sync are then on the disk, too.
CREATE TABLE pulse (
    beats BIGINT NOT NULL
);
INSERT INTO pulse (beats) VALUES (0);
