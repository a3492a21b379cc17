"""What is known of the spot frame by frame: what a model says first, what the pixels alone tell where it is silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.jobs import Progress, Steps
from thermview.laser.cycles import Cycles, measure_cycles
from thermview.laser.folding import ratio_to_typical, total_phase
from thermview.laser.tracks import Tracks, track_steps
from thermview.recording import Recording

Series = NDArray[np.float32]

HERE = "measured here"
"""Where a series comes from that no model gave."""


@dataclass(frozen=True, eq=False)
class Measured:
    """A recording's spot as its pixels show it, and its cycle where it has one."""

    tracks: Tracks
    cycles: Cycles | None

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        cycles = self.cycles
        return self.tracks.nbytes + (cycles.phase.nbytes + cycles.local_period.nbytes if cycles else 0)


def measure_steps(recording: Recording) -> Steps:
    """Reads the whole recording; the last step's result is Measured."""
    tracks = None
    for progress in track_steps(recording):
        tracks = progress.result
        yield Progress(progress.done, progress.total, None, progress.unit)
    if tracks is not None:
        yield Progress(len(tracks), len(tracks), Measured(tracks, measure_cycles(tracks)), "frames")


@dataclass(frozen=True, eq=False)
class SpotFacts:
    """Series over all frames of a recording, each (frames,) or None where nothing is known.

    `row`, `column`: the spot's centre; `expected_row`, `expected_column`: where the model's normal path has it
    (px). `off_row`, `off_column`: by how much it is off in px, down and to the right. `total`: cycles passed,
    float64, never decreasing. `period`: frames per cycle about each frame. `power`, `size`: log ratios to what
    is usual. `pattern`: 0 the plain path, whole numbers from 1 its detours. `source` says of a series where it
    comes from: a model's name, or HERE.
    """

    row: Series | None = None
    column: Series | None = None
    expected_row: Series | None = None
    expected_column: Series | None = None
    off_row: Series | None = None
    off_column: Series | None = None
    total: NDArray[np.float64] | None = None
    period: Series | None = None
    power: Series | None = None
    size: Series | None = None
    pattern: Series | None = None
    window: int = 0
    """Frames that the period is an average over, where it was measured here; else 0."""
    source: Mapping[str, str] | None = None

    def source_of(self, name: str) -> str:
        """Where a series comes from; empty where it is not known."""
        return (self.source or {}).get(name, "")

    @property
    def mean_period(self) -> float | None:
        """Frames per cycle over the whole recording, or None.

        Frames at its ends of which no phase is known, as where a file was cut short, count for nothing.
        """
        if self.total is None or len(self.total) < 2:
            return None
        passed = float(self.total[-1] - self.total[0])
        if not passed > 0:
            return None
        first = int(np.searchsorted(self.total, self.total[0], "right")) - 1
        last = int(np.searchsorted(self.total, self.total[-1], "left"))
        return (last - first) / passed


_GIVEN = {
    "row": "spot row", "column": "spot column", "expected_row": "expected row",
    "expected_column": "expected column", "off_row": "row", "off_column": "column", "period": "period",
    "power": "power", "size": "size", "pattern": "pattern",
}  # fmt: skip


def facts_of(
    frames: int, measures: Mapping[str, NDArray[Any]], model: str, measured: Measured | None
) -> SpotFacts:
    """What a model's measures and the pixels together tell of a recording of so many frames.

    Measures of another length, or without a single number, count as not given.
    """
    found: dict[str, Any] = {}
    for name, key in _GIVEN.items():
        if _usable(measures.get(key), frames):
            found[name] = np.asarray(measures[key], np.float32)
    if _usable(measures.get("phase"), frames):
        found["total"] = total_phase(measures["phase"])
    source = dict.fromkeys(found, model)
    window = 0
    for name, series in _from_pixels(measured, found, frames).items():
        found[name], source[name] = series, HERE
        if name == "period" and measured is not None and measured.cycles is not None:
            window = measured.cycles.window
    _add_deviations(found, source)
    return SpotFacts(**found, window=window, source=source)


def _usable(values: NDArray[Any] | None, frames: int) -> bool:
    return values is not None and np.shape(values) == (frames,) and bool(np.isfinite(values).any())


def _from_pixels(
    measured: Measured | None, given: Mapping[str, NDArray[Any]], frames: int
) -> dict[str, NDArray[Any]]:
    """The series that the pixels alone give, without those that are `given` already."""
    if measured is None or len(measured.tracks) != frames:
        return {}
    tracks, cycles = measured.tracks, measured.cycles
    found: dict[str, NDArray[Any]] = {"row": tracks.row, "column": tracks.column}
    total = given.get("total")
    if total is None and cycles is not None:
        total = found["total"] = np.maximum.accumulate(cycles.phase)
    if cycles is not None:
        found["period"] = cycles.local_period
    for name, series in (("power", tracks.light), ("size", tracks.size)):
        if total is not None and name not in given:
            found[name] = ratio_to_typical(total, series)
    # where no frame has light the spot's place is known to be nowhere; of all else nothing is known
    return {
        name: series
        for name, series in found.items()
        if name not in given and (name in ("row", "column") or np.isfinite(series).any())
    }


def _add_deviations(found: dict[str, Any], source: dict[str, str]) -> None:
    """How far the spot is off, where the model gives its place and not the difference."""
    for way in ("row", "column"):
        if f"off_{way}" not in found and way in found and f"expected_{way}" in found:
            found[f"off_{way}"] = found[way] - found[f"expected_{way}"]
            source[f"off_{way}"] = source[f"expected_{way}"]
