"""Which reader opens which file: a table that reader modules fill by a decorator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from threading import Lock
from typing import TypeVar

from thermview.errors import reason
from thermview.readers.failures import reading
from thermview.recording import Recording

ENTRY_POINT_GROUP = "thermview.readers"


@dataclass(frozen=True)
class Reader:
    """One file format: `claims` may look at the file where a suffix is shared."""

    name: str
    suffixes: tuple[str, ...]
    open: Callable[[Path], Recording]
    claims: Callable[[Path], bool] | None = None


Open = TypeVar("Open", bound=Callable[[Path], Recording])

_readers: list[Reader] = []
_suffixes: set[str] = set()
_third_party_issues: list[str] = []
_third_party_lock = Lock()
_third_party_loaded = False


def reader(name: str, *suffixes: str, claims: Callable[[Path], bool] | None = None) -> Callable[[Open], Open]:
    """Register the decorated function as the reader of files with these suffixes (".npz").

    Readers that claim by looking at the file are asked before those that take every file of a suffix.
    """

    def register(open_: Open) -> Open:
        entry = Reader(name, tuple(suffix.lower() for suffix in suffixes), open_, claims)
        first_plain = next((i for i, known in enumerate(_readers) if known.claims is None), len(_readers))
        _readers.insert(first_plain if claims else len(_readers), entry)
        _suffixes.update(suffix.removeprefix(".") for suffix in entry.suffixes)
        return open_

    return register


def load_third_party() -> None:
    """Import the readers of installed packages, once; a broken one is an issue, never a failure."""
    global _third_party_loaded
    with _third_party_lock:
        if _third_party_loaded:
            return
        for entry_point in entry_points(group=ENTRY_POINT_GROUP):
            try:
                entry_point.load()
            except Exception as error:
                _third_party_issues.append(f"Reader {entry_point.name} was left out: {reason(error)}")
        _third_party_loaded = True


def reader_issues() -> tuple[str, ...]:
    """One sentence for each installed third-party reader that could not be loaded."""
    load_third_party()
    return tuple(_third_party_issues)


def all_readers() -> tuple[Reader, ...]:
    """Every reader known, in the order they are asked."""
    load_third_party()
    return tuple(_readers)


def reader_for(path: Path) -> Reader | None:
    """The reader of a path, or None; asks the suffix first, and the file only where it is shared.

    Raises ReadError where the file must be looked at and cannot be read.
    """
    suffix = path.suffix.lower()
    for known in all_readers():
        if suffix in known.suffixes and (known.claims is None or _claimed(known, path)):
            return known
    return None


def _claimed(known: Reader, path: Path) -> bool:
    with reading(path, known.name):
        return known.claims is None or known.claims(path)


def readable(name: str) -> bool:
    """True where a plain file name has a suffix that some reader takes; looks at nothing but the name."""
    if not _third_party_loaded:
        load_third_party()
    stem, _, suffix = name.rpartition(".")
    return stem != "" and suffix.lower() in _suffixes
