-- How often the five must-rate occasions (五必评) happened: told by other systems, day by
-- day, since the collector hears only of what was rated.
CREATE TABLE happened (
    unit     TEXT   NOT NULL,
    -- The day's midnight in China.
    day      BIGINT NOT NULL,
    -- `incident`, `reception`, `meeting`, `home_visit` or `feedback`.
    occasion TEXT   NOT NULL,
    -- An opaque token; empty where none is named.
    officer  TEXT   NOT NULL,
    n        BIGINT NOT NULL,
    PRIMARY KEY (unit, day, occasion, officer)
);

CREATE INDEX happened_by_day ON happened (day);
