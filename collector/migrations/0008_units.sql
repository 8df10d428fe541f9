-- Who belongs to whom. A unit's code is the token that responses carry as
-- `subject.unit`, a window's and an officer's those of `subject.window` and
-- `subject.officer`. Responses do not refer to this table: what came before a unit was
-- named here, or from one that nobody named, is kept all the same.
CREATE TABLE units (
    unit      TEXT   NOT NULL PRIMARY KEY,
    -- None at the top.
    parent    TEXT   REFERENCES units (unit),
    -- `office`, `station`, `section` or `room`.
    kind      TEXT   NOT NULL,
    name      TEXT   NOT NULL,
    -- Since when it is no more; its figures stay.
    closed_at BIGINT
);

CREATE INDEX units_by_parent ON units (parent);

-- Every unit with all that stand above it, itself among them: what is below a unit
-- is one index away, whatever the depth. Written anew with each change of the tree.
CREATE TABLE lineage (
    unit  TEXT NOT NULL REFERENCES units (unit),
    above TEXT NOT NULL REFERENCES units (unit),
    PRIMARY KEY (unit, above)
);

CREATE INDEX lineage_by_above ON lineage (above, unit);

CREATE TABLE unit_windows (
    unit           TEXT   NOT NULL REFERENCES units (unit),
    service_window TEXT   NOT NULL,
    name           TEXT,
    closed_at      BIGINT,
    PRIMARY KEY (unit, service_window)
);

-- The same token may stand at two units: an officer who is lent out.
CREATE TABLE unit_officers (
    unit         TEXT   NOT NULL REFERENCES units (unit),
    officer      TEXT   NOT NULL,
    name         TEXT,
    -- 1 for auxiliary police.
    is_auxiliary BIGINT NOT NULL,
    left_at      BIGINT,
    PRIMARY KEY (unit, officer)
);
