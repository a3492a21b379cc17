"""What a class folder's name says: object and state, normal or anomaly, in English and Korean."""

from __future__ import annotations

import re
import unicodedata

_DASHES = re.compile(r"\s*[-‐‑‒–—−]\s*")
_NORMAL = re.compile(r"(?:normal|정상)(?![a-z])")
_ANOMALY = re.compile(r"(?:abnormal|anomal(?:y|ous|ies)|이상|비정상)(?![a-z])")
_NORMAL_ALONE = frozenset({"normal", "nominal", "ok", "good", "정상", "nom"})
_ANOMALY_ALONE = frozenset(
    {"abnormal", "anomaly", "anomalous", "anomalies", "defect", "defects", "fault", "faulty", "ng", "bad"}
    | {"이상", "비정상", "불량", "aon"}
)


def split_class(name: str) -> tuple[str, str]:
    """Object and state of a class name, parted at its first dash; the state is empty where there is none."""
    parts = _DASHES.split(unicodedata.normalize("NFC", name).strip(), maxsplit=1)
    return (parts[0], parts[1]) if len(parts) == 2 else (parts[0], "")


def is_normal_class(name: str) -> bool | None:
    """True for a normal class, False for an anomaly, None where the name cannot say.

    The part after the first dash decides (`Pipe-Normal`, `이송배관-이상-누출`); without a dash only
    words that stand for a state by themselves do (`Normal`, `NG`).
    """
    subject, state = split_class(name)
    if not state:
        word = subject.casefold()
        if word in _NORMAL_ALONE:
            return True
        return False if word in _ANOMALY_ALONE else None
    if _NORMAL.match(state.casefold()):
        return True
    stated = _ANOMALY.match(state.casefold()) or (_is_words(subject) and _is_words(state))
    return False if stated else None


def class_of(relative_folder: str) -> str:
    """The class that a folder path stands in: its last part that looks like a class folder, or empty."""
    for part in reversed(relative_folder.split("/")):
        name = part[:-4] if part.lower().endswith(".zip") else part
        if name and is_normal_class(name) is not None:
            return unicodedata.normalize("NFC", name)
    return ""


def _is_words(text: str) -> bool:
    """True for words, as a class has; False for dates, numbers and codes (`2021-02`, `Run 3-b2`)."""
    return bool(text) and text[0].isalpha() and not any(letter.isdigit() for letter in text)
