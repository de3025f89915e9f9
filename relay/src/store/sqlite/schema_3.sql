-- Devices that a commit removed. They are no members; each may read the log from the record that made
-- it one to the commit that removed it, for as long as that is kept.
CREATE TABLE former (
    room INTEGER NOT NULL REFERENCES room (id),
    device INTEGER NOT NULL REFERENCES device (id),
    joined INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (room, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX former_device ON former (device);
