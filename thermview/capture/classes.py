"""What a class folder's name says: object and state, normal or anomaly, in English and Korean."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum

_DASHES = re.compile(r"\s*[-‐‑‒–—−]\s*")
_NORMAL = re.compile(r"(?:normal|정상)(?![a-z])")
_ANOMALY = re.compile(r"(?:abnormal|anomal(?:y|ous|ies)|이상|비정상)(?![a-z])")
_NORMAL_ALONE = frozenset({"normal", "nominal", "ok", "good", "정상", "nom"})
_ANOMALY_ALONE = frozenset(
    {"abnormal", "anomaly", "anomalous", "anomalies", "defect", "defects", "fault", "faulty", "ng", "bad"}
    | {"이상", "비정상", "불량", "aon"}
)


_NUMBER = re.compile(r"[\s_.#(]*\d{1,3}\)?$")
"""What counts several of a kind at the end of a name: `Crack 2`, `NG_01`, `Overheat2`."""
_COUNTED = frozenset(
    {
        "batch",
        "cam",
        "camera",
        "capture",
        "copy",
        "dataset",
        "day",
        "disk",
        "folder",
        "group",
        "job",
        "line",
        "lot",
    }
    | {
        "page",
        "part",
        "run",
        "scan",
        "sequence",
        "series",
        "session",
        "set",
        "shift",
        "shot",
        "site",
        "station",
    }
    | {"step", "take", "test", "train", "type", "val", "version", "video", "volume", "week", "zone"}
    | {"일차", "회차", "차수", "세트", "카메라", "묶음", "구역", "라인", "사이트", "촬영", "타입"}
)
"""Words that folders are numbered after and that are neither object nor fault: `Dataset-Part 2`, `Camera 1-front`."""
_LEAST_LETTERS = 3


class _Sign(IntEnum):
    """How sure a name is that of a class, the surest last."""

    NONE = 0
    NUMBERED = 1
    """Object and state in words of which one is numbered: `Pipe-Crack 2`."""
    WORDS = 2
    """Object and state in words: `Pipe-Leak`."""
    STATED = 3
    """Normal or anomaly in so many words: `Pipe-Normal`, `NG_01`."""


def split_class(name: str) -> tuple[str, str]:
    """Object and state of a class name, parted at its first dash; the state is empty where there is none.

    A number alone is no state: `NG-01` is one of several `NG`.
    """
    whole = unicodedata.normalize("NFC", name).strip()
    parts = _DASHES.split(whole, maxsplit=1)
    if len(parts) == 2 and parts[1].isdigit():
        return whole, ""
    return (parts[0], parts[1]) if len(parts) == 2 else (parts[0], "")


def is_normal_class(name: str) -> bool | None:
    """True for a normal class, False for an anomaly, None where the name cannot say.

    The part after the first dash decides (`Pipe-Normal`, `이송배관-이상-누출`, `Pipe-Crack 2`); without a dash only
    words that stand for a state by themselves do (`Normal`, `NG`, `NG_01`).
    """
    return _judged(name)[0]


def class_of(relative_folder: str) -> str:
    """The class that a folder path stands in: its last part that looks like a class folder, or empty.

    A part that only sounds like a class (`Camera-Front`) makes no anomaly of what lies in a normal one, and a numbered
    one (`Crop-Upper 2`) counts only where no other part is a class.
    """
    found: list[tuple[str, bool, _Sign]] = []
    for part in reversed(relative_folder.split("/")):
        name = part[:-4] if part.lower().endswith(".zip") else part
        normal, sign = _judged(name) if name else (None, _Sign.NONE)
        if normal is not None:
            found.append((unicodedata.normalize("NFC", name), normal, sign))
    if not found:
        return ""
    sure = [one for one in found if one[2] > _Sign.NUMBERED] or found
    stated = [one for one in sure if one[2] == _Sign.STATED]
    return stated[0][0] if stated and stated[0][1] else sure[0][0]


def _judged(name: str) -> tuple[bool | None, _Sign]:
    """Normal or not, and how sure that is."""
    subject, state = split_class(name)
    for text in (state, subject):
        said = _stated(text, alone=text is subject)
        if said is not None:
            return said, _Sign.STATED
    if not state:
        return None, _Sign.NONE
    if _is_words(subject) and _is_words(state):
        return False, _Sign.WORDS
    if _is_counted_kind(subject) and all(map(_is_counted_kind, _DASHES.split(state))):
        return False, _Sign.NUMBERED
    return None, _Sign.NONE


def _stated(text: str, *, alone: bool) -> bool | None:
    """What a text says in so many words; `alone`: only where it says nothing else."""
    folded = text.casefold()
    word = _NUMBER.sub("", re.sub(r"[-‐‑‒–—−]\d+$", "", folded) if alone else folded)
    if word in _NORMAL_ALONE or (not alone and _NORMAL.match(folded)):
        return True
    return False if word in _ANOMALY_ALONE or (not alone and _ANOMALY.match(folded)) else None


def _is_words(text: str) -> bool:
    """True for words, as a class has; False for dates, numbers and codes (`2021-02`, `Run 3-b2`)."""
    return bool(text) and text[0].isalpha() and not any(letter.isdigit() for letter in text)


def _is_counted_kind(text: str) -> bool:
    """True for words with or without a number after them (`Crack 2`, `누출2`); False for codes (`b2`) and for
    what numbers tell apart in every capture (`Part 2`)."""
    words = _NUMBER.sub("", text)
    letters = sum(letter.isalpha() for letter in words)
    least = _LEAST_LETTERS if words.isascii() else 1
    return _is_words(words) and letters >= least and words.casefold() not in _COUNTED
