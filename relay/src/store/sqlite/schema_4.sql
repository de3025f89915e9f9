-- Files: what there is to know of them. Their bytes lie beside the database.
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    name BLOB NOT NULL UNIQUE,
    room INTEGER NOT NULL REFERENCES room (id),
    account INTEGER NOT NULL REFERENCES account (id),
    device INTEGER NOT NULL REFERENCES device (id),
    size INTEGER NOT NULL,
    -- Bytes that are durable.
    stored INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    begun_ms INTEGER NOT NULL,
    -- When it became whole.
    done_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX file_room ON file (room, size);
CREATE INDEX file_done ON file (done_ms) WHERE whole;
CREATE INDEX file_begun ON file (begun_ms) WHERE NOT whole;

-- What an account's files are in total, kept by the triggers.
CREATE TABLE file_use (
    account INTEGER PRIMARY KEY REFERENCES account (id),
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    -- What they count for in the quotas: a disk takes some for the smallest.
    counted INTEGER NOT NULL
) STRICT;
CREATE TRIGGER file_made AFTER INSERT ON file BEGIN
    INSERT INTO file_use (account, files, bytes, counted)
    VALUES (new.account, 1, new.size, max(new.size, 4096))
    ON CONFLICT (account) DO UPDATE SET
      files = files + 1,
      bytes = bytes + new.size,
      counted = counted + max(new.size, 4096);
END;
CREATE TRIGGER file_gone AFTER DELETE ON file BEGIN
    UPDATE file_use SET
      files = files - 1,
      bytes = bytes - old.size,
      counted = counted - max(old.size, 4096)
    WHERE account = old.account;
END;
