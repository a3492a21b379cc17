"""By what the points of the map are coloured: class, normal or anomaly, session, distance, density; no Qt here."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thermview.gui.parts.plain_words import THIN, count_text, significant_text
from thermview.thermal.palettes import palette

if TYPE_CHECKING:
    from thermview.diagnosis.results import Lens
    from thermview.gui.diagnosis.prepared import Prepared, Rows

WAYS = ("class", "normal or anomaly", "session", "distance", "density")
_SHOWN_SESSIONS = 12
_GREY, _VERMILLION, _BLUE = (138, 143, 152), (213, 94, 0), (79, 156, 240)
_UNKNOWN = (110, 114, 122)
_RAMP = "viridis"


@dataclass(frozen=True, eq=False)
class Entry:
    """A line of the legend: its colour, its words and how many points have it; `code` -1 stands for several."""

    colour: tuple[int, int, int]
    words: str
    count: int
    code: int


@dataclass(frozen=True, eq=False)
class Colouring:
    """`codes` (m,) of a lens's points index `colours` (k, 3); the legend has either entries or a ramp's ends."""

    codes: NDArray[np.int32]
    colours: NDArray[np.uint8]
    entries: tuple[Entry, ...]
    ends: tuple[str, str] | None = None


def colouring(prepared: Prepared, lens: Lens, way: str) -> Colouring:
    """Colours of the points of a lens; `way` is one of WAYS."""
    table = prepared.table
    if way == "normal or anomaly":
        codes = (1 - table.normal[lens.rows]).astype(np.int32)  # normal 0, anomaly 1, unknown 2
        names = (("● normal", _GREY), ("▲ anomaly", _VERMILLION), ("○ neither by its name", _BLUE))
        counts = np.bincount(codes, minlength=3)
        entries = [
            Entry(colour, name, int(counts[n]), n) for n, (name, colour) in enumerate(names) if counts[n]
        ]
        return Colouring(codes, np.array([colour for _, colour in names], np.uint8), tuple(entries))
    if way == "session":
        return _sessions(table.session_codes[lens.rows], table.session_names)
    if way == "distance":
        return _ramp(table.tokens.distances_m[lens.rows], f"{THIN}m", logarithmic=True)
    if way == "density":
        return _ramp(lens.values, "", logarithmic=False)
    return _classes(prepared, table.class_codes[lens.rows])


def rows_of(prepared: Prepared, lens: Lens, shown: Colouring, code: int) -> Rows:
    """Table rows of the points of a legend's line."""
    listed = {entry.code for entry in shown.entries}
    if code >= 0:
        return np.asarray(lens.rows[shown.codes == code])
    return np.asarray(lens.rows[~np.isin(shown.codes, sorted(listed - {-1}))])


def class_colours(prepared: Prepared) -> NDArray[np.uint8]:
    """One colour a class: objects differ in hue, anomalies are stronger and darker than their normal class."""
    names = prepared.table.class_names
    objects = sorted({name.partition("-")[0] for name in names})
    colours = []
    for name, normal in zip(names, prepared.table.class_normal, strict=True):
        hue = (0.58 + objects.index(name.partition("-")[0]) * 0.61803398875) % 1.0
        light, strong = (0.68, 0.5) if normal is not False else (0.53, 0.95)
        light += 0.1 if 0.58 < hue < 0.78 else 0.0  # blues look darker than they are
        red, green, blue = colorsys.hls_to_rgb(hue, light, strong)
        colours.append((round(255 * red), round(255 * green), round(255 * blue)))
    return np.array(colours, np.uint8).reshape(-1, 3)


def _classes(prepared: Prepared, codes: NDArray[np.intp]) -> Colouring:
    colours = class_colours(prepared)
    table = prepared.table
    counts = np.bincount(codes, minlength=len(table.class_names))
    marks = {True: "●", False: "▲", None: "○"}
    entries = [
        Entry(_tuple(colours[code]), f"{marks[normal]} {name or 'no class'}", int(counts[code]), code)
        for code, (name, normal) in enumerate(zip(table.class_names, table.class_normal, strict=True))
        if counts[code]
    ]
    return Colouring(codes.astype(np.int32), colours, tuple(entries))


def _sessions(codes: NDArray[np.intp], names: tuple[str, ...]) -> Colouring:
    counts = np.bincount(codes, minlength=len(names))
    largest = np.argsort(-counts, kind="stable")[:_SHOWN_SESSIONS]
    hues = (np.arange(len(names)) * 0.61803398875) % 1.0
    shades = np.array(
        [
            [round(255 * part) for part in colorsys.hls_to_rgb(hue, light, 0.65)]
            for light in (0.45, 0.6, 0.72)
            for hue in np.linspace(0, 1, 64, endpoint=False)
        ],
        np.uint8,
    )
    colours = shades[(hues * 64).astype(np.intp) + 64 * (np.arange(len(names)) % 3)]
    entries = [
        Entry(_tuple(colours[code]), names[code], int(counts[code]), int(code))
        for code in largest
        if counts[code]
    ]
    others = int((counts > 0).sum()) - len(entries)
    if others > 0:
        rest = len(codes) - sum(entry.count for entry in entries)
        entries.append(
            Entry(_UNKNOWN, f"{count_text(others, 'other session')}, each in its colour", rest, -1)
        )
    return Colouring(codes.astype(np.int32), colours, tuple(entries))


def _ramp(values: NDArray[np.float32], unit: str, *, logarithmic: bool) -> Colouring:
    """256 steps of a palette between the 1st and the 99th percentile; unknown values have a grey of their own."""
    colours = np.concatenate([palette(_RAMP), np.array([_UNKNOWN], np.uint8)])
    known = np.isfinite(values) & ((values > 0) if logarithmic else True)
    codes = np.full(len(values), 256, np.int32)
    unknown = Entry(_UNKNOWN, "not known", int((~known).sum()), 256)
    entries = (unknown,) if unknown.count else ()
    if not known.any():
        return Colouring(codes, colours, entries, None)
    shown = np.log(values[known]) if logarithmic else values[known]
    low, high = (float(end) for end in np.percentile(shown, (1, 99)))
    steps = (shown - low) / max(high - low, 1e-9) * 255
    codes[known] = np.clip(np.rint(steps), 0, 255).astype(np.int32)
    ends = (np.exp(low), np.exp(high)) if logarithmic else (low, high)
    texts = (f"{significant_text(float(ends[0]))}{unit}", f"{significant_text(float(ends[1]))}{unit}")
    return Colouring(codes, colours, entries, texts)


def _tuple(colour: NDArray[np.uint8]) -> tuple[int, int, int]:
    red, green, blue = (int(part) for part in colour)
    return red, green, blue
