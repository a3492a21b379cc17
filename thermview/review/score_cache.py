"""Scores that were worked out before, kept by file and model; may always be deleted.

An entry is found again by the file's fingerprint (size, time of change, hash of both ends), the hash of the
model and the circumstances, a text of whatever else the scores hang on: a changed file, another model, a recording
of another batch or with other obstacles is simply not found. What cannot be read counts as absent.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from thermview.errors import ReadError, reason
from thermview.paths import cache_folder
from thermview.scoring import Event, ModelId, Scores

LIMIT_BYTES = 512 * 1024 * 1024
LIMIT_ENTRIES = 20_000
TRIM_EVERY = 64  # saves between two looks at the folder's size
_END_BYTES = 65_536
_FIELDS = tuple(field.name for field in fields(Scores))
_FORMAT = f"1 {' '.join(_FIELDS)}"  # an entry with other fields is one of another version
_saves = itertools.count()


def fingerprint(path: Path) -> str:
    """A file's fingerprint, 32 hex digits; of the archive and the member for `Type1.zip/0001.npz`.

    ReadError where there is no such file.
    """
    file = path
    while not file.is_file() and file != file.parent:
        file = file.parent
    digest = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            status = os.fstat(stream.fileno())
            digest.update(f"{status.st_size} {status.st_mtime_ns} ".encode())
            digest.update(stream.read(_END_BYTES))
            stream.seek(max(status.st_size - _END_BYTES, 0))
            digest.update(stream.read(_END_BYTES))
    except OSError as error:
        raise ReadError(f"{path.name}: cannot be read ({error.strerror or reason(error)}).") from error
    digest.update(path.relative_to(file).as_posix().encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def load(
    path: Path, model: ModelId, recording: str | None = None, *, circumstances: str = ""
) -> Scores | None:
    """The kept scores of a file by a model, or None.

    `recording` is the name they are to carry: a file may be opened below another folder than it was.
    """
    scores = _kept(path, model, circumstances, _read)
    return scores if scores is None or recording is None else replace(scores, recording=recording)


def load_summary(path: Path, model: ModelId, *, circumstances: str = "") -> Mapping[str, Any] | None:
    """Of the kept scores of a file the fields that are neither arrays nor events, by name, or None: many are looked up
    in the time that it takes to read the curves of one."""
    return _kept(path, model, circumstances, _read_summary)


_Found = TypeVar("_Found")


def _kept(
    path: Path, model: ModelId, circumstances: str, read: Callable[[Path, ModelId], _Found]
) -> _Found | None:
    try:
        entry = _entry(fingerprint(path), model, circumstances)
    except ReadError:
        return None
    try:
        found = read(entry, model)
        os.utime(entry)  # used lately: the last to be removed
    except FileNotFoundError:
        return None
    except Exception:  # a damaged entry is no entry, in whatever way it is damaged
        with contextlib.suppress(OSError):
            entry.unlink()
        return None
    return found


def save(
    path: Path,
    scores: Scores,
    file_fingerprint: str | None = None,
    *,
    asked: ModelId | None = None,
    circumstances: str = "",
) -> bool:
    """Keep the scores of a file; False where that is not possible, which only costs scoring again.

    `file_fingerprint` is the one taken before scoring, where the file may have changed since. `asked` is the model
    that they are an answer of, where it left the recording to another: they are found by it, and by no other.
    """
    asked = asked or scores.model
    try:
        entry = _entry(file_fingerprint or fingerprint(path), asked, circumstances)
        entry.parent.mkdir(parents=True, exist_ok=True)
        temporary = entry.with_suffix(f".{uuid.uuid4().hex}.tmp")
        try:
            with temporary.open("wb") as stream:
                np.savez(stream, **_arrays(scores, asked))
            os.replace(temporary, entry)
        finally:
            temporary.unlink(missing_ok=True)
        if next(_saves) % TRIM_EVERY == 0:
            trim(entry.parent)
    except (OSError, ReadError, TypeError):
        return False
    return True


def any_kept() -> bool:
    """True where some score was kept and not deleted since."""
    folder = cache_folder() / "scores"
    try:
        return any(folder.iterdir())
    except OSError:
        return False


def trim(folder: Path, limit_bytes: int = LIMIT_BYTES, limit_entries: int = LIMIT_ENTRIES) -> None:
    """Remove the entries not used for longest until the folder keeps within its limits."""
    entries: list[tuple[float, int, str]] = []
    with os.scandir(folder) as found:
        for item in found:
            with contextlib.suppress(FileNotFoundError):
                status = item.stat()
                if item.name.endswith(".npz"):
                    entries.append((status.st_mtime, status.st_size, item.path))
                elif item.name.endswith(".tmp") and status.st_mtime < time.time() - 3600:
                    os.unlink(item.path)  # left by a process that was killed
    total, count = sum(size for _, size, _ in entries), len(entries)
    for _, size, path in sorted(entries):
        if total <= limit_bytes and count <= limit_entries:
            break
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        total, count = total - size, count - 1


def _entry(file_fingerprint: str, model: ModelId, circumstances: str) -> Path:
    about = f"{file_fingerprint} {model.sha256} {circumstances}"
    key = hashlib.sha256(about.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    return cache_folder() / "scores" / f"{key}.npz"


def _arrays(scores: Scores, asked: ModelId) -> dict[str, Any]:
    """The fields as arrays, all others as one JSON text; fields with an array per name as several arrays."""
    arrays: dict[str, Any] = {}
    plain: dict[str, Any] = {"format": _FORMAT, "asked": asked.sha256}
    named: dict[str, list[str]] = {}
    for name in _FIELDS:
        value = getattr(scores, name)
        if isinstance(value, np.ndarray):
            arrays[name] = value
        elif isinstance(value, Mapping):
            named[name] = list(value)
            arrays |= {f"{name} {n}": array for n, array in enumerate(value.values())}
        else:
            plain[name] = value
    plain["events"] = [asdict(event) for event in scores.events]
    plain["model"] = asdict(scores.model)
    text = json.dumps({"plain": plain, "named": named}, default=_plain)
    return {"about": np.frombuffer(text.encode(), np.uint8), **arrays}


def _plain(value: Any) -> Any:
    """Numbers of NumPy as JSON has them."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _read(entry: Path, model: ModelId) -> Scores:
    with entry.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        plain, named = _about(arrays, model)
        found: dict[str, Any] = {name: arrays[name] for name in arrays.files if name in _FIELDS}
        for name, keys in named.items():
            found[name] = {key: arrays[f"{name} {n}"] for n, key in enumerate(keys)}
    found["events"] = tuple(Event(**event) for event in plain.pop("events"))
    return Scores(**found, **plain)


def _read_summary(entry: Path, model: ModelId) -> Mapping[str, Any]:
    with entry.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        plain, _ = _about(arrays, model)
    del plain["events"]
    return plain


def _about(arrays: Any, model: ModelId) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The fields that are no arrays, and the names of those that have an array per name."""
    about = json.loads(arrays["about"].tobytes())
    plain = about["plain"]
    if plain.pop("format") != _FORMAT or plain.pop("asked") != model.sha256:
        raise ValueError("an entry of another kind")
    fields = {
        key: tuple(value) if isinstance(value, list) and key != "events" else value
        for key, value in plain.items()
    }
    return fields | {"model": ModelId(**plain["model"])}, about["named"]
