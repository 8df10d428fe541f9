-- Who is on duty at which window (AB岗: two officers share one). Shifts of a window
-- do not overlap; each ends where `ends_at` says, which is no longer in it.
CREATE TABLE roster (
    unit           TEXT   NOT NULL,
    service_window TEXT   NOT NULL,
    begins_at      BIGINT NOT NULL,
    ends_at        BIGINT NOT NULL,
    -- An opaque token.
    officer        TEXT   NOT NULL,
    PRIMARY KEY (unit, service_window, begins_at)
);

-- When a response at a window that names no officer was given, as nearly as can be
-- told: the device's clock, put right by how far it is off. The officer is looked up
-- in the roster when it is asked for, so that a roster may come in, or be put right,
-- afterwards. What the response itself says stays as it was said.
CREATE TABLE moments (
    response_id    TEXT   NOT NULL PRIMARY KEY,
    unit           TEXT   NOT NULL,
    service_window TEXT   NOT NULL,
    answered_at    BIGINT NOT NULL
);
