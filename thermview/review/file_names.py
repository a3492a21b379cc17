"""File names that every file system takes, no two of them alike."""

from __future__ import annotations

import re
import unicodedata

LIMIT_BYTES = 140  # in UTF-8; leaves room for frame numbers and suffixes below the usual 255

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"]
)  # Windows opens a device under these names, whatever their suffix


def safe_name(text: str, empty: str = "recording", limit_bytes: int = LIMIT_BYTES) -> str:
    """A file name, without suffix, made from any text: safe_name(safe_name(x)) == safe_name(x).

    Path separators become dashes; control, format and unassigned characters, quotes and wild cards
    become underscores; leading dots, dashes and spaces, trailing dots and spaces, names of devices and
    more than `limit_bytes` in UTF-8 are mended.
    """
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"[/\\]+", "-", text)
    text = _FORBIDDEN.sub("_", text)
    text = "".join("_" if _is_unsafe(character) else character for character in text)
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text)).strip(" ").lstrip(".-~ ")
    if text.split(".")[0].rstrip(" ").casefold() in _DEVICES:
        text = f"_{text}"
    return _cut(text, limit_bytes).rstrip(". ") or empty


def _is_unsafe(character: str) -> bool:
    return unicodedata.category(character)[0] == "C" or character in "\u2028\u2029"


def _cut(text: str, limit_bytes: int) -> str:
    """The longest beginning of a text that takes no more than so many bytes."""
    return text.encode()[:limit_bytes].decode(errors="ignore")


class NameBook:
    """Names taken in one folder; a name asked for again gets a number.

    Names count as equal when a file system that ignores case or the way of composing letters takes
    them for one.
    """

    def __init__(self, taken: tuple[str, ...] = ()) -> None:
        self._taken = {_folded(name) for name in taken}

    def claim(self, stem: str, suffix: str = "") -> str:
        """`stem` + `suffix`, with " (2)", " (3)", ... after the stem where that is taken already."""
        name, n = f"{stem}{suffix}", 1
        while _folded(name) in self._taken:
            n += 1
            name = f"{stem} ({n}){suffix}"
        self._taken.add(_folded(name))
        return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
