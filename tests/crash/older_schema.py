"""Makes a store look as an older version left it: undoes the newest migrations of src/store/sqlite/schema.cc by SQL, so
that whoever opens it next migrates. What the newer columns held is lost, as it was not there; the program works it out
again."""

import fcntl
import os
import sqlite3
import struct

NEWEST = 5
OLDEST = 1
WRITE_LOCK_BYTE = 120  # of the file -shm: who holds it, writes (sqlite.org/walformat.html, "WAL Locks")


def _without_search(connection):
    """By hand: an older SQLite does not know what the full-text table was made with, and cannot drop it."""
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute("DELETE FROM sqlite_schema WHERE name = 'search_text'")
    connection.execute("PRAGMA writable_schema=RESET")
    shadows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'search_text_*'").fetchall()
    for (name,) in [*shadows, ("search_place",), ("search_state",), ("search_again",), ("search_suspect",)]:
        connection.execute(f"DROP TABLE {name}")


UNDO = {
    5: ("DROP TABLE amendment", "DROP INDEX log_telling", "ALTER TABLE log DROP COLUMN tells"),
    4: _without_search,
    3: ("ALTER TABLE place DROP COLUMN cost_kind", "ALTER TABLE place DROP COLUMN cost_pico_usd",
        "ALTER TABLE part RENAME COLUMN reported_calls TO priced_calls", "ALTER TABLE part DROP COLUMN computed_calls",
        "ALTER TABLE part DROP COLUMN partial_calls"),
    2: ("DROP INDEX part_by_start", "DROP INDEX log_by_trace",
        "CREATE INDEX log_by_time ON log(time_ns, substr(hash, 1, 6))", "ALTER TABLE place DROP COLUMN is_call"),
}


def schema_version(path):
    """Of a store that may be in use; None when it cannot be read just now."""
    try:
        connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True)
        try:
            return connection.execute("PRAGMA user_version").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error:
        return None


def make_older(path, version):
    """`path` must be of the newest schema, and in nobody's use."""
    connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True, isolation_level=None)
    try:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found != NEWEST:
            raise ValueError(f"the store has schema {found}: UNDO needs what migrations {NEWEST + 1} to {found} did")
        connection.execute("BEGIN IMMEDIATE")
        for (view,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").fetchall():
            connection.execute(f"DROP VIEW {view}")
        for undone in range(NEWEST, version, -1):
            steps = UNDO[undone]
            if callable(steps):
                steps(connection)
            else:
                for statement in steps:
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version={version}")
        connection.execute("COMMIT")
    finally:
        connection.close()


def writer_of(path):
    """The process that is writing to the store just now, by its id; 0: nobody."""
    try:
        file = os.open(f"{path}-shm", os.O_RDWR)
    except FileNotFoundError:
        return 0
    try:
        question = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, WRITE_LOCK_BYTE, 1, 0)
        kind, _, _, _, process = struct.unpack("hhqqi4x", fcntl.fcntl(file, fcntl.F_GETLK, question))
        return 0 if kind == fcntl.F_UNLCK else process
    finally:
        os.close(file)
