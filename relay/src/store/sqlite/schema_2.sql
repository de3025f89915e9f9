-- A device that may never sign in again keeps its row, since records name it.
ALTER TABLE device ADD COLUMN revoked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN sealed_name BLOB NOT NULL DEFAULT x'';
ALTER TABLE device ADD COLUMN seen_ms INTEGER NOT NULL DEFAULT 0;
UPDATE device SET seen_ms = created_ms;

-- How often the password was replaced.
ALTER TABLE account ADD COLUMN password_no INTEGER NOT NULL DEFAULT 0;

-- The account that begins anew with it; NULL where it makes a new one.
ALTER TABLE invitation ADD COLUMN resets INTEGER REFERENCES account (id);

-- The account that made it; NULL where that is not known any more.
ALTER TABLE room ADD COLUMN creator INTEGER REFERENCES account (id);
UPDATE room SET creator = (
    SELECT d.account FROM member m JOIN device d ON d.id = m.device
    WHERE m.room = room.id AND m.joined = 0
);
-- Its last member has left: nobody sees it, and it is deleted part by part.
ALTER TABLE room ADD COLUMN abandoned INTEGER NOT NULL DEFAULT 0;
CREATE INDEX room_creator ON room (creator) WHERE NOT abandoned;
CREATE INDEX room_abandoned ON room (id) WHERE abandoned;

-- The commit whose welcome this member has not used yet.
ALTER TABLE member ADD COLUMN welcome INTEGER;

-- id is that of the commit's record in log; epoch is the one that the commit begins.
CREATE TABLE welcome (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX welcome_at ON welcome (at_ms);
