"""Numbers, times and names as the window writes them; no Qt here.

Thousands are parted by thin spaces, a unit always follows its number after a thin space, time is seconds with
milliseconds. Frames are written from 1, as people count them; exports and the command line count from 0.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from thermview.counts import noun_text
from thermview.thermal.ticks import number_text

THIN = "\u2009"
FIXED = "\u00a0"  # a space at which no line ends
DASH = "\u2013"
FRAME_TIP = "Frames are counted from 1 here; exports and the command line count them from 0."

_UNITS = {
    "c": "°C",
    "k": "K",
    "m": "m",
    "cm": "cm",
    "percent": "%",
    "m_s": "m/s",
    "s": "s",
    "hz": "Hz",
    "mm": "mm",
    "deg": "°",
}
_UNSEEN = ("Cc", "Cf", "Zl", "Zp", "Cs")
_LONG_WORD = re.compile(r"\S{20}(?=\S)")
_BYTES = ("B", "kB", "MB", "GB", "TB")


def count_text(count: int, noun: str = "", plural: str = "") -> str:
    """A count, with its noun in the right number: "1 frame", "14 571 frames"."""
    text = number_text(count, 0)
    if not noun:
        return text
    return f"{text} {noun_text(count, noun, plural)}"


def frame_text(index: int) -> str:
    """A frame's number as shown: counted from 1."""
    return number_text(index + 1, 0)


def frames_text(first: int, last: int) -> str:
    """A stretch of frames, both inclusive: "frame 7" or "frames 7–19"."""
    if first == last:
        return f"frame {frame_text(first)}"
    return f"frames {frame_text(first)}{DASH}{frame_text(last)}"


def time_text(time_s: float | None) -> str:
    """Seconds with milliseconds, "2.006 s"; empty where there is no time."""
    return "" if time_s is None else f"{number_text(time_s, 3)}{THIN}s"


def duration_text(duration_s: float) -> str:
    """How long something lasts or will last, as finely as a person wants to know it."""
    if not math.isfinite(duration_s):
        return DASH
    if duration_s < 1:
        return f"{number_text(duration_s * 1000, 0)}{THIN}ms"
    if duration_s < 10:
        return f"{number_text(duration_s, 1)}{THIN}s"
    if duration_s < 100:
        return f"{number_text(duration_s, 0)}{THIN}s"
    minutes = round(duration_s / 60)
    if minutes < 100:
        return f"{minutes}{THIN}min"
    return f"{minutes // 60}{THIN}h {minutes % 60:02d}{THIN}min"


def place_text(index: int, time_s: float | None) -> str:
    """A frame with its time: "frame 2 007, 2.006 s"."""
    return ", ".join(part for part in (f"frame {frame_text(index)}", time_text(time_s)) if part)


def significant_text(value: float, digits: int = 3) -> str:
    """A number with about so many significant digits, never in powers of ten unless it is extreme."""
    if not math.isfinite(value):
        return DASH
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if power >= 7 or power < -4:
        return f"{value:.{digits - 1}e}".replace("-", "\u2212")
    text = number_text(value, max(digits - 1 - power, 0))
    return text.rstrip("0").rstrip(".") if "." in text else text


def score_text(score: float) -> str:
    """A score: two significant digits, three from 10 on."""
    return significant_text(score, 3 if abs(score) >= 10 else 2)


def badge_text(score: float) -> str:
    """A score in a column of scores: as many digits as the others have, 0.80 below 0.86 and 2.0 below 5.1."""
    if not math.isfinite(score) or abs(score) >= 10:
        return score_text(score)
    return number_text(score, 2 if abs(score) < 0.995 else 1)


def p_text(p_value: float | None) -> str:
    """A p-value, "p 0.004"; empty where there is none."""
    if p_value is None or not math.isfinite(p_value):
        return ""
    return (
        f"p{FIXED}<{FIXED}0.001"
        if p_value < 0.001
        else f"p{FIXED}{number_text(p_value, 3 if p_value < 0.1 else 2)}"
    )


def percent_text(share: float) -> str:
    """A share of 1 in percent: two significant digits."""
    return DASH if not math.isfinite(share) else f"{significant_text(100 * share, 2)}{THIN}%"


def with_unit(text: str, unit: str) -> str:
    """A number's text followed by its unit, where there is one."""
    return f"{text}{THIN}{unit}" if unit else text


def bytes_text(size: int) -> str:
    """A file size in decimal units: "9.2 MB"."""
    value, unit = float(size), _BYTES[0]
    for unit in _BYTES:
        if value < 1000 or unit == _BYTES[-1]:
            break
        value /= 1000
    return f"{number_text(value, 0 if unit == 'B' or value >= 100 else 1)}{THIN}{unit}"


def when_text(moment: datetime | None) -> str:
    """Date and time of day where this computer stands; empty for None."""
    if moment is None:
        return ""
    local = moment.astimezone() if moment.tzinfo else moment
    return local.strftime("%Y-%m-%d %H:%M")


def measured_text(key: str, value: float) -> tuple[str, str]:
    """A measured value named like `ambient_temperature_c`, in words: ("ambient temperature", "2.8 °C")."""
    parts = key.split("_")
    for words in (2, 1):
        unit = _UNITS.get("_".join(parts[-words:]))
        if unit is not None and len(parts) > words:
            return " ".join(parts[:-words]), with_unit(significant_text(float(value), 4), unit)
    return " ".join(parts), significant_text(float(value), 4)


def value_text(value: Any) -> str:
    """Any metadata value on one line: numbers as numbers, lists shortened, text as it is."""
    if value is None or isinstance(value, bool):
        return {None: DASH, True: "yes", False: "no"}[value]
    if isinstance(value, (int, np.integer)):
        return str(int(value)) if abs(int(value)) < 10_000 else number_text(int(value), 0)
    if isinstance(value, (float, np.floating)):
        return significant_text(float(value), 6)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {value_text(item)}" for key, item in list(value.items())[:12])
    if isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, (str, bytes)):
        shown = ", ".join(value_text(item) for item in list(value)[:12])
        return shown if len(value) <= 12 else f"{shown}, ... ({len(value)} in all)"
    return " ".join(str(value).split())


def breakable(text: str) -> str:
    """The same text that can be broken within a very long word, such as a file's name: it widens no window."""
    return _LONG_WORD.sub("\\g<0>\u200b", text)


def tip(text: str) -> str:
    """Text for a tool tip, in which nothing is taken for markup; empty for none."""
    # the outer tag tells Qt that this is markup: it would show "&amp;" as it stands otherwise
    return f"<qt>{html.escape(text).replace(chr(10), '<br>')}</qt>" if text else ""


def one_line(text: str) -> str:
    """A name on one line: every control character, line break and change of direction is a space."""
    return "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in text)
