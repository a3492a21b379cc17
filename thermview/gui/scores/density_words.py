"""Histograms of densities by class, and what is said of one picture's density; no Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thermview.gui.parts.plain_words import count_text, significant_text
from thermview.thermal.ticks import number_text

if TYPE_CHECKING:  # its module brings in ONNX, which a start of the window need not wait for
    from thermview.diagnosis.densities import PictureDensities

BINS = 48
_TAIL = 99.5  # percentile beyond which a few very dense pictures share the last bar
_MARKS = {True: "●", False: "▲", None: "○"}
_KINDS = {True: "normal", False: "anomaly", None: "neither normal nor anomaly by its name"}


@dataclass(frozen=True)
class ClassHistogram:
    """Densities of one class: `counts` (BINS,), how many pictures have one, their median (NaN without any)."""

    name: str
    normal: bool | None
    counts: NDArray[np.intp]
    size: int
    median: float

    @property
    def title(self) -> str:
        """The class with a mark of its kind, which does not rest on colour."""
        return f"{_MARKS[self.normal]} {self.name or 'no class'}"

    @property
    def kind(self) -> str:
        """Whether the class is a normal one, in words."""
        return _KINDS[self.normal]


@dataclass(frozen=True)
class Histograms:
    """All classes on common `edges` (BINS + 1,), ascending by median; `beyond` pictures share the last bar."""

    edges: NDArray[np.float64]
    classes: tuple[ClassHistogram, ...]
    beyond: int

    def of(self, name: str) -> ClassHistogram | None:
        """The histogram of a class, or None where there is none."""
        return next((item for item in self.classes if item.name == name), None)


@dataclass(frozen=True)
class Place:
    """Where one picture stands: its class, density and percentile in the class; or why it has none."""

    class_name: str = ""
    value: float | None = None
    percentile: float | None = None
    problem: str = ""


def values_of(densities: PictureDensities, plain: bool) -> NDArray[np.float32]:
    """(n,) the densities of one kind."""
    return densities.plain_values if plain else densities.values


def count_ahead(densities: PictureDensities) -> None:
    """Work out both histograms in the thread that measured: of a million pictures they take 0.1 s each."""
    for plain in (False, True):
        histograms(densities, plain)


def histograms(densities: PictureDensities, plain: bool) -> Histograms:
    """Histograms of every class that has pictures, on one common axis; counted once."""
    key = f"histograms, {'plain' if plain else 'session-aware'}"
    if key not in densities.kept:
        densities.kept[key] = _counted(densities, plain)
    found: Histograms = densities.kept[key]
    return found


def _counted(densities: PictureDensities, plain: bool) -> Histograms:
    values = values_of(densities, plain)
    known = np.flatnonzero(np.isfinite(values))
    edges = _edges(values[known])
    bins = np.clip(np.searchsorted(edges, values[known], "right") - 1, 0, BINS - 1)
    codes = densities.class_codes[known]
    counts = np.bincount(codes * BINS + bins, minlength=len(densities.class_names) * BINS)
    table = counts.reshape(-1, BINS)
    medians = _medians(values[known], codes, len(densities.class_names))
    classes = [
        ClassHistogram(name, densities.is_normal(name), table[code], int(table[code].sum()), medians[code])
        for code, name in enumerate(densities.class_names)
    ]
    classes.sort(key=lambda item: (np.isnan(item.median), item.median, item.name))
    return Histograms(edges, tuple(classes), int(np.sum(values[known] > edges[-1])))


def _edges(values: NDArray[np.float32]) -> NDArray[np.float64]:
    if not values.size:
        return np.linspace(0.0, 1.0, BINS + 1)
    low, high, tail = float(values.min()), float(values.max()), float(np.percentile(values, _TAIL))
    high = min(high, tail + 0.25 * (tail - low)) if tail > low else high
    return np.linspace(low, max(high, low + 1e-6), BINS + 1)


def _medians(values: NDArray[np.float32], codes: NDArray[np.intp], count: int) -> list[float]:
    order = np.argsort(codes, kind="stable")
    parts = np.split(values[order], np.searchsorted(codes[order], np.arange(1, count)))
    return [float(np.median(part)) if part.size else float("nan") for part in parts]


def place_of(densities: PictureDensities, recording_id: str, plain: bool) -> Place:
    """Where a picture stands among its class."""
    row = densities.index.get(recording_id)
    if row is None:
        return Place(problem=_why_absent(densities, recording_id))
    class_name = densities.class_names[densities.class_codes[row]]
    values = values_of(densities, plain)
    value = float(values[row])
    if not np.isfinite(value):
        return Place(class_name, problem=_why_unknown(densities, class_name))
    others = values[densities.members(class_name)]
    others = others[np.isfinite(others)]
    below, upto = np.sum(others < value), np.sum(others <= value)
    return Place(class_name, value, float(50 * (below + upto) / len(others)))


def _why_absent(densities: PictureDensities, recording_id: str) -> str:
    name = PurePosixPath(recording_id).name
    problem = next((text for text in densities.problems if text.startswith(name)), "")
    if problem:
        return problem
    if not densities.complete:
        return "This picture is not measured yet; the histograms grow while the others are."
    return "This picture was not among those measured; measure again to include it."


def _why_unknown(densities: PictureDensities, class_name: str) -> str:
    notice = next((text for text in densities.notices if text.startswith(f"{class_name}:")), "")
    return notice or "This picture has no density: its embedding is empty or no other capture session exists."


def place_words(place: Place, histogram: ClassHistogram | None) -> str:
    """One line on a picture's density: "density 1.03, less dense than 88 % of 1 204 pictures"."""
    if place.value is None or place.percentile is None or histogram is None:
        return place.problem
    rarer = 100 - place.percentile
    if place.percentile < 50:
        side = f"less dense than {number_text(rarer, 0)}\u2009% of"
    else:
        side = f"denser than {number_text(place.percentile, 0)}\u2009% of"
    of_class = f"{side} the {count_text(histogram.size, 'picture')} of its class"
    return (
        f"density {significant_text(place.value)} (percentile {number_text(place.percentile, 0)}), {of_class}"
    )


def class_words(item: ClassHistogram) -> str:
    """A class in one line, for a tool tip."""
    median = "no density" if np.isnan(item.median) else f"median density {significant_text(item.median)}"
    return f"{item.name or 'no class'} ({item.kind}): {count_text(item.size, 'picture')}, {median}"
