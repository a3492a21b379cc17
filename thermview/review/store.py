"""The review store: flags, regions, measuring conditions and small remembered state, in one SQLite file of the user's.

Captures are never written to; what people say about them is kept here, keyed by the capture's path and
the recording id below it. A flag is on disk when `add_flag` returns.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from thermview.counts import counted
from thermview.errors import StoreError, reason
from thermview.paths import data_folder
from thermview.review.flags import Flag
from thermview.review.store_file import (
    bindable,
    move_aside,
    open_database,
    salvage,
    salvage_measuring,
    salvage_regions,
    text_of,
)

_COLUMNS = "id, recording, first, last, reason, note, author, created"
_Row = tuple[Any, ...]

EVERY_RECORDING = ""
"""Stands for all recordings of a capture that have no regions, or conditions, of their own."""


class ReviewStore:
    """Flags, regions and remembered state of all captures; may be called from any thread.

    Opening raises StoreError where the file cannot be used. A damaged file is moved aside under another
    name, what can still be read of it is carried over, and `notice` says so in one sentence.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or data_folder() / "review.sqlite"
        self.notice = ""
        self._checked = False
        self._local = threading.local()
        self._opened: list[tuple[weakref.ref[threading.Thread], sqlite3.Connection]] = []
        self._lock = threading.Lock()
        self._open_or_mend()

    # flags -------------------------------------------------------------------------------------------

    def flags(self, capture: Path, recording: str | None = None) -> list[Flag]:
        """The flags of a capture, or of one of its recordings, in the order of recording and first frame."""
        where, values = "capture = ?", [_key(capture)]
        if recording is not None:
            where, values = where + " AND recording = ?", [*values, bindable(recording)]
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM flag WHERE {where} ORDER BY recording, first, last, id", values
            ).fetchall()
        return [_flag(row) for row in rows]

    def flag_counts(self, capture: Path) -> dict[str, int]:
        """How many flags each flagged recording of a capture has."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT recording, count(*) FROM flag WHERE capture = ? GROUP BY recording", [_key(capture)]
            ).fetchall()
        return {text_of(recording): int(count) for recording, count in rows}

    def add_flag(self, capture: Path, flag: Flag) -> Flag:
        """Keep a new flag; gives it back with its id and, where it had none, its time of creation."""
        return self.add_flags(capture, [flag])[0]

    def add_flags(self, capture: Path, flags: Sequence[Flag]) -> list[Flag]:
        """Keep several flags at once: all of them or, with a StoreError, none."""
        now = datetime.now(UTC)
        added = []
        with self._writing() as connection:
            for flag in flags:
                flag = replace(flag, id=0, created=flag.created or now)
                cursor = connection.execute(_INSERT, _values(capture, flag))
                added.append(replace(flag, id=int(cursor.lastrowid or 0)))
        return added

    def update_flag(self, capture: Path, flag: Flag) -> Flag:
        """Change the flag that has this id; StoreError where it is gone."""
        with self._writing() as connection:
            _, *values = _values(capture, flag)
            cursor = connection.execute(
                "UPDATE flag SET capture = ?, recording = ?, first = ?, last = ?, reason = ?, note = ?, "
                "author = ?, created = coalesce(?, created) WHERE id = ? AND capture = ?",
                [*values, flag.id, _key(capture)],
            )
            if cursor.rowcount != 1:
                raise StoreError("This flag has been removed meanwhile, so it could not be changed.")
            row = connection.execute(f"SELECT {_COLUMNS} FROM flag WHERE id = ?", [flag.id]).fetchone()
        return _flag(row)

    def remove_flag(self, capture: Path, id: int) -> Flag | None:
        """Remove a flag and give it back for an undo; None where it was gone already."""
        with self._writing() as connection:
            row = connection.execute(
                f"SELECT {_COLUMNS} FROM flag WHERE id = ? AND capture = ?", [id, _key(capture)]
            ).fetchone()
            connection.execute("DELETE FROM flag WHERE id = ? AND capture = ?", [id, _key(capture)])
        return _flag(row) if row else None

    def remove_flags(self, capture: Path, ids: Sequence[int]) -> None:
        """Remove several flags at once; one that is gone already is no error."""
        with self._writing() as connection:
            connection.executemany(
                "DELETE FROM flag WHERE id = ? AND capture = ?", [(id, _key(capture)) for id in ids]
            )

    def restore_flag(self, capture: Path, flag: Flag) -> Flag:
        """Put a removed flag back under the id that it had; a flag still there stays as it is."""
        if flag.id <= 0:
            raise ValueError("only a flag that the store has given an id can be restored")
        with self._writing() as connection:
            values = _values(capture, replace(flag, created=flag.created or datetime.now(UTC)))
            connection.execute(_INSERT.replace("INSERT", "INSERT OR IGNORE", 1), values)
            row = connection.execute(f"SELECT {_COLUMNS} FROM flag WHERE id = ?", [flag.id]).fetchone()
        return _flag(row)

    # remembered state --------------------------------------------------------------------------------

    def state(self, capture: Path, recording: str) -> dict[str, Any]:
        """What was remembered of a recording (display, last frame, ...); empty where nothing was."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT value FROM state WHERE capture = ? AND recording = ?",
                [_key(capture), bindable(recording)],
            ).fetchone()
        return _json_object(row[0]) if row else {}

    def save_state(self, capture: Path, recording: str, state: Mapping[str, Any]) -> None:
        """Remember JSON-able values of a recording in place of what was remembered before."""
        text = json.dumps(dict(state), ensure_ascii=True)
        # Losing the last state in a power cut is harmless, so this one commit need not wait for the disk.
        with self._writing(durable=False) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO state (capture, recording, value) VALUES (?, ?, ?)",
                [_key(capture), bindable(recording), text],
            )

    # regions -----------------------------------------------------------------------------------------

    def regions(self, capture: Path, recording: str) -> str | None:
        """The regions of a recording as JSON: its own, else those of the whole capture; None without any."""
        kept = self.kept_regions(capture, (recording, EVERY_RECORDING))
        return kept.get(recording, kept.get(EVERY_RECORDING))

    def kept_regions(self, capture: Path, recordings: Sequence[str] | None = None) -> dict[str, str]:
        """What is kept of regions under these recording ids, or under all; EVERY_RECORDING is one of them."""
        where, values = "capture = ?", [_key(capture)]
        if recordings is not None:
            where += f" AND recording IN ({', '.join('?' * len(recordings))})"
            values += [bindable(recording) for recording in recordings]
        with self._reading() as connection:
            rows = connection.execute(f"SELECT recording, value FROM region WHERE {where}", values).fetchall()
        return {text_of(recording): text_of(value) for recording, value in rows}

    def save_regions(self, capture: Path, recording: str, text: str | None) -> None:
        """Keep the regions of one recording in place of those before; None: it has none of its own any more."""
        with self._writing() as connection:
            key = [_key(capture), bindable(recording)]
            connection.execute("DELETE FROM region WHERE capture = ? AND recording = ?", key)
            if text is not None:
                connection.execute(_INSERT_REGION, [*key, bindable(text)])

    def replace_regions(self, capture: Path, kept: Mapping[str, str]) -> None:
        """Keep these regions, by recording id, in place of all that were kept of the capture."""
        with self._writing() as connection:
            connection.execute("DELETE FROM region WHERE capture = ?", [_key(capture)])
            rows = ([_key(capture), bindable(id), bindable(text)] for id, text in kept.items())
            connection.executemany(_INSERT_REGION, rows)

    # measuring conditions ----------------------------------------------------------------------------

    def measuring(self, capture: Path | None, camera: str, recording: str) -> dict[str, Any]:
        """What was stated of how a camera's recording is to be measured: its own, else that of the camera."""
        kept = self.kept_measuring(capture, camera)
        return kept.get(recording, kept.get(EVERY_RECORDING, {}))

    def kept_measuring(self, capture: Path | None, camera: str) -> dict[str, dict[str, Any]]:
        """What is kept of a camera by recording id; EVERY_RECORDING is one. None: of no capture in particular."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT recording, value FROM measuring WHERE capture = ? AND camera = ?",
                [_key(capture), bindable(camera)],
            ).fetchall()
        return {text_of(recording): _json_object(value) for recording, value in rows}

    def replace_measuring(
        self, capture: Path | None, camera: str, kept: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Keep this, by recording id, in place of all that was kept of the camera in the capture."""
        key = [_key(capture), bindable(camera)]
        with self._writing() as connection:
            connection.execute("DELETE FROM measuring WHERE capture = ? AND camera = ?", key)
            rows = ([*key, bindable(id), json.dumps(dict(value))] for id, value in kept.items())
            connection.executemany(_INSERT_MEASURING, rows)

    # connections -------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the connections of all threads; the store opens new ones when it is used again."""
        with self._lock:
            opened, self._opened = self._opened, []
            self._local = threading.local()
        for _, connection in opened:
            connection.close()

    def __enter__(self) -> ReviewStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_or_mend(self) -> None:
        try:
            self._connection()
        except sqlite3.DatabaseError as error:
            aside = move_aside(self.path, error)
            kept = self._carry_over(aside)
            self.notice = (
                f"The review store {self.path.name} was damaged ({reason(error)}); it was kept as {aside} "
                f"and a new one was begun with the {counted(kept, 'flag')} that could be read."
            )

    def _carry_over(self, aside: Path) -> int:
        kept = 0
        with self._writing() as connection:
            for row in salvage(aside):
                kept += connection.execute(_INSERT.replace("INSERT", "INSERT OR IGNORE", 1), row).rowcount
            for row in salvage_regions(aside):
                connection.execute(_INSERT_REGION.replace("INSERT", "INSERT OR IGNORE", 1), row)
            for row in salvage_measuring(aside):
                connection.execute(_INSERT_MEASURING.replace("INSERT", "INSERT OR IGNORE", 1), row)
        return kept

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection; sqlite3.DatabaseError only where the file is damaged."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = open_database(self.path, check=not self._checked)
            self._checked = True
            with self._lock:
                self._close_of_ended_threads()
                self._opened.append((weakref.ref(threading.current_thread()), connection))
                self._local.connection = connection
        return connection

    def _close_of_ended_threads(self) -> None:
        alive = []
        for thread, connection in self._opened:
            owner = thread()
            if owner is not None and owner.is_alive():
                alive.append((thread, connection))
            else:
                connection.close()
        self._opened = alive

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection()
        except sqlite3.Error as error:
            raise StoreError(f"{self.path.name}: flags cannot be read ({reason(error)}).") from error

    @contextmanager
    def _writing(self, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end, rolled back at any error."""
        try:
            connection = self._connection()
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise StoreError(f"Nothing could be saved in {self.path} ({reason(error)}).") from error


_INSERT = (
    "INSERT INTO flag (id, capture, recording, first, last, reason, note, author, created) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

_INSERT_REGION = "INSERT INTO region (capture, recording, value) VALUES (?, ?, ?)"
_INSERT_MEASURING = "INSERT INTO measuring (capture, camera, recording, value) VALUES (?, ?, ?, ?)"


def _key(capture: Path | None) -> str | bytes:
    """One key per folder, however it was spelt; that of no folder is empty."""
    return "" if capture is None else bindable(capture.expanduser().resolve().as_posix())


def _values(capture: Path, flag: Flag) -> list[Any]:
    if not 0 <= flag.first <= flag.last:
        raise ValueError(f"a flag's frames go from first to last, not {flag.first} to {flag.last}")
    texts = [bindable(text) for text in (flag.reason, flag.note, flag.author)]
    created = flag.created.astimezone(UTC).isoformat() if flag.created else None
    return [flag.id or None, _key(capture), bindable(flag.recording), flag.first, flag.last, *texts, created]


def _json_object(text: Any) -> dict[str, Any]:
    """The object that a text holds; what cannot be read is forgotten: it is a convenience."""
    try:
        value = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _flag(row: _Row) -> Flag:
    id, recording, first, last, *texts, created = row
    why, note, author = (text_of(text) for text in texts)
    try:
        when = datetime.fromisoformat(created)
    except (TypeError, ValueError):
        when = None
    return Flag(text_of(recording), int(first), int(last), why, note, author, when, int(id))
