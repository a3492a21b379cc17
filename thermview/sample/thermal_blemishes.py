"""Files that a real picture set also holds: duplicates, near duplicates, an empty and a truncated picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from thermview.sample.thermal_pictures import png_bytes
from thermview.sample.thermal_plan import PictureSession

_NEAR = ("Switchboard-Normal", "AC Outdoor-Normal", "Ship-Normal")
_EXACT, _EMPTY, _TRUNCATED = "Storage Tank-Normal", "Valve-Normal", "Pipe-Normal"
BLEMISHES = len(_NEAR) + 3
_SECOND_BOX = 9  # the same box of the same frame entered twice; scenes have fewer boxes than this
_LATER = 90_000  # added to a sequence number: no simulated session is that long


@dataclass(frozen=True)
class Blemish:
    """One planted file: its kind, path and the good picture it was made from, both below `crops`."""

    kind: str
    path: str
    source: str


def blemishes(sessions: tuple[PictureSession, ...]) -> tuple[Blemish, ...]:
    """The planted files of a set, worked out from its plan."""
    first: dict[str, PictureSession] = {}
    last: dict[str, PictureSession] = {}
    for session in sessions:
        first.setdefault(session.picture_class, session)
        last[session.picture_class] = session
    planted = []
    for name in _NEAR:
        session = first[name]
        planted.append(_blemish("near duplicate", session, session.stem(session.first_sequence, _SECOND_BOX)))
    other = last[_EXACT]
    planted.append(_blemish("exact duplicate", first[_EXACT], other.stem(other.first_sequence + _LATER, 0)))
    for kind, name in (("zero bytes", _EMPTY), ("truncated", _TRUNCATED)):
        session = first[name]
        planted.append(_blemish(kind, session, session.stem(session.first_sequence + _LATER, 0)))
    return tuple(planted)


def _blemish(kind: str, session: PictureSession, stem: str) -> Blemish:
    folder = session.picture_class
    return Blemish(kind, f"{folder}/{stem}.png", f"{folder}/{session.stem(session.first_sequence, 0)}.png")


def write_blemishes(crops: Path, sessions: tuple[PictureSession, ...]) -> Iterator[Path]:
    """Write the planted files beside their good sources, which must be there already."""
    for planted in blemishes(sessions):
        content = (crops / planted.source).read_bytes()
        if planted.kind == "near duplicate":
            content = _slightly_changed(content)
        elif planted.kind == "zero bytes":
            content = b""
        elif planted.kind == "truncated":
            content = content[: len(content) * 2 // 5]
        path = crops / planted.path
        path.write_bytes(content)
        yield path


def _slightly_changed(content: bytes) -> bytes:
    """The same picture one level brighter with its lowest row gone: other bytes, the same to the eye."""
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None, "the source was written a moment ago"
    code = cv2.COLOR_BGR2RGB if picture.shape[2] == 3 else cv2.COLOR_BGRA2RGBA
    colours = cv2.cvtColor(picture, code)[:-1]
    colours[..., :3] = cv2.add(colours[..., :3], np.ones_like(colours[..., :3]))
    return png_bytes(np.ascontiguousarray(colours))


def blemish_truth(sessions: tuple[PictureSession, ...]) -> dict[str, Any]:
    """What the truth says of the planted files, by what they are."""
    planted = [
        {"kind": one.kind, "file": f"thermal/crops/{one.path}", "source": f"thermal/crops/{one.source}"}
        for one in blemishes(sessions)
    ]
    return {
        "duplicates": [one for one in planted if "duplicate" in one["kind"]],
        "unreadable": [
            {"kind": one["kind"], "file": one["file"]} for one in planted if "duplicate" not in one["kind"]
        ],
    }
