"""The hash that a model file carries of itself, so that a copy damaged on its way is not taken for the model."""

from __future__ import annotations

import hashlib

from thermview.errors import ModelError

SEAL_KEY = "thermview.sha256"
BLANK = "0" * 64
"""What stands in the place of the hash while it is counted."""
_BEFORE = SEAL_KEY.encode() + b"\x12\x40"
"""Bytes before the value: the key, then field 2 of a metadata entry, 64 bytes long (protobuf encoding)."""


def sealed(data: bytes) -> bytes:
    """A serialized graph whose metadata hold SEAL_KEY: BLANK, with the hash of all its bytes in that place."""
    place = _place(data)
    digest = hashlib.sha256(data).hexdigest().encode()
    return data[:place] + digest + data[place + len(BLANK) :]


def check_seal(data: bytes, name: str) -> None:
    """ModelError where a file's bytes are not those that its own hash was counted from; nothing where it has none."""
    place = _place(data)
    if place < 0:
        return
    said = data[place : place + len(BLANK)]
    blank = data[:place] + BLANK.encode() + data[place + len(BLANK) :]
    if hashlib.sha256(blank).hexdigest().encode() != said:
        raise ModelError(
            f"{name}: the file was damaged or changed after it was written (it does not match its own hash); "
            "copy it again, or fit the model again"
        )


def _place(data: bytes) -> int:
    """Where the hash stands, -1 where there is none: metadata are the last of a file that we write."""
    found = data.rfind(_BEFORE)
    return found + len(_BEFORE) if found >= 0 else -1
