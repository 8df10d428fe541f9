-- What the operator has switched off for everybody. A row is there as long as it is.
CREATE TABLE switches (
    -- `kiosk`: tablets drop every version that they keep.
    name      TEXT   NOT NULL PRIMARY KEY,
    thrown_at BIGINT NOT NULL
);
