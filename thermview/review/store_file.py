"""The SQLite file beneath the review store: opening, schema versions, and what to do with a damaged one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from thermview.errors import StoreError, reason

APPLICATION_ID = 0x54565257  # "TVRW": tells our files from those of other programs
BUSY_S = 10.0

# One script per schema version; a file of version n gets the scripts from n on. Never change one that
# has been released: add the next.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE flag (id INTEGER PRIMARY KEY AUTOINCREMENT, capture TEXT NOT NULL, "
        "recording TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, reason TEXT NOT NULL, "
        "note TEXT NOT NULL, author TEXT NOT NULL, created TEXT)",
        "CREATE INDEX flag_of_recording ON flag (capture, recording, first)",
        "CREATE TABLE state (capture TEXT NOT NULL, recording TEXT NOT NULL, value TEXT NOT NULL, "
        "PRIMARY KEY (capture, recording)) WITHOUT ROWID",
    ),
    (
        "CREATE TABLE region (capture TEXT NOT NULL, recording TEXT NOT NULL, value TEXT NOT NULL, "
        "PRIMARY KEY (capture, recording)) WITHOUT ROWID",
    ),
    (
        "CREATE TABLE measuring (capture TEXT NOT NULL, camera TEXT NOT NULL, recording TEXT NOT NULL, "
        "value TEXT NOT NULL, PRIMARY KEY (capture, camera, recording)) WITHOUT ROWID",
    ),
)
_MAGIC = b"SQLite format 3\0"


def open_database(path: Path, check: bool = True) -> sqlite3.Connection:
    """A connection to the store at `path`, made or brought to the present schema version.

    `check` looks the whole file over for damage; once per run is enough. StoreError where it cannot be
    opened or belongs to another program; sqlite3.DatabaseError only where the file is damaged.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Transactions are ours to begin; connections are closed from the thread that closes the store.
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"The review store {path} cannot be opened ({reason(error)}).") from error
    try:
        _prepare(connection, path, check)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error) and not is_damage(error):
            raise StoreError(f"The review store {path} cannot be opened ({reason(error)}).") from error
        raise
    return connection


def is_damage(error: sqlite3.Error) -> bool:
    """True for errors that speak of the file's contents, not of the disk, the folder or a lock."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return (code & 0xFF) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _prepare(connection: sqlite3.Connection, path: Path, check: bool) -> None:
    connection.execute("BEGIN")  # one look: another process may be making the same store at this moment
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute("COMMIT")
    if owner != APPLICATION_ID and (owner or version or tables):
        raise StoreError(f"{path.name} is another program's database; choose another file.")
    if version > len(MIGRATIONS):
        raise StoreError(f"{path.name} was written by a newer ThermView; update this one to open it.")
    state = connection.execute("PRAGMA quick_check(1)").fetchone()[0] if check else "ok"
    if state != "ok":
        raise sqlite3.DatabaseError(str(state).splitlines()[-1])
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if version < len(MIGRATIONS):
        _migrate(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    """All missing schema versions in one transaction; another process may have been first."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for script in MIGRATIONS[version:]:
            for statement in script:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {max(version, len(MIGRATIONS))}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def move_aside(path: Path, error: sqlite3.Error) -> Path:
    """Rename a damaged store and the files beside it; gives its new path.

    A file that neither looks like a database nor is named like one is left where it is: someone named
    the wrong file.
    """
    with path.open("rb") as file:
        is_database = file.read(len(_MAGIC)) == _MAGIC
    if not is_database and path.suffix.lower() not in (".sqlite", ".db"):
        raise StoreError(f"{path.name} is not a review store; choose another file.") from error
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    aside, n = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}"), 1
    while aside.exists():
        n += 1
        aside = path.with_name(f"{path.stem}.damaged-{stamp}-{n}{path.suffix}")
    try:
        # The log goes first: left behind, it would be replayed into the new file.
        for ending in ("-wal", "-shm", ""):
            beside = Path(f"{path}{ending}")
            if beside.exists():
                os.replace(beside, f"{aside}{ending}")
    except OSError as problem:
        raise StoreError(
            f"The review store {path} is damaged and could not be moved aside ({reason(problem)})."
        ) from problem
    return aside


def salvage(path: Path) -> Iterator[list[Any]]:
    """The rows of the flag table that a damaged file still gives, as values in the table's order."""
    for row in _readable(
        path, "SELECT id, capture, recording, first, last, reason, note, author, created FROM flag"
    ):
        if isinstance(row[3], int) and isinstance(row[4], int) and None not in row[:8]:
            yield row


def salvage_regions(path: Path) -> Iterator[list[Any]]:
    """The rows of the table of regions that a damaged file still gives: capture, recording, value."""
    for row in _readable(path, "SELECT capture, recording, value FROM region"):
        if None not in row:
            yield row


def salvage_measuring(path: Path) -> Iterator[list[Any]]:
    """The rows of the table of measuring conditions that a damaged file still gives, in the table's order."""
    for row in _readable(path, "SELECT capture, camera, recording, value FROM measuring"):
        if None not in row:
            yield row


def _readable(path: Path, question: str) -> Iterator[list[Any]]:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            for row in connection.execute(question):
                yield list(row)
    except sqlite3.Error:
        return  # the damage begins here


def bindable(text: str) -> str | bytes:
    """Text as SQLite takes it; names that are no valid Unicode (odd file names) go in as bytes."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def text_of(value: Any) -> str:
    """The text that `bindable` was given."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else str(value)
