CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    handle TEXT NOT NULL UNIQUE,
    opaque_record BLOB NOT NULL,
    sealed_account BLOB NOT NULL,
    enabled INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE device (
    id INTEGER PRIMARY KEY,
    name BLOB NOT NULL UNIQUE,
    account INTEGER NOT NULL REFERENCES account (id),
    noise_key BLOB NOT NULL UNIQUE,
    certificate BLOB NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX device_account ON device (account);

CREATE TABLE key_package (
    id INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES device (id),
    last_resort INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX key_package_device ON key_package (device, last_resort);

CREATE TABLE invitation (
    token BLOB PRIMARY KEY,
    uses_left INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE room (
    id INTEGER PRIMARY KEY,
    name BLOB NOT NULL UNIQUE,
    kind INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    head INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX room_lobby ON room (kind) WHERE kind = 1;
CREATE INDEX room_open ON room (kind) WHERE kind IN (1, 2);

CREATE TABLE group_info (
    room INTEGER PRIMARY KEY REFERENCES room (id),
    body BLOB NOT NULL
) STRICT;

CREATE TABLE member (
    room INTEGER NOT NULL REFERENCES room (id),
    device INTEGER NOT NULL REFERENCES device (id),
    joined INTEGER NOT NULL,
    PRIMARY KEY (room, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_device ON member (device);

-- id is room * 2^40 + seq: one tree, in the order in which it is read.
CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    device INTEGER NOT NULL REFERENCES device (id),
    post BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    payload BLOB NOT NULL
) STRICT;
CREATE INDEX log_post ON log (post);
