"""A simulated laser batch: everything that one workstation and one type of workpiece have in common.

The central values are those fitted to 54 real frames of 15 x 21 pixels; how far batches differ from one
another is not known, so they are varied widely here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.sample.laser_optics import Camera
from thermview.sample.laser_path import Pattern, Timing, make_patterns

SENSOR = 32  # pixels on each side; a region of interest is cut from it
BATCHES = 36
MAX_OBSTACLES = 2

# where each obstacle may begin, as shares of the recording, for 0, 1 and 2 obstacles
_OBSTACLE_STARTS: tuple[tuple[tuple[float, float], ...], ...] = (
    (),
    ((0.25, 0.6),),
    ((0.15, 0.3), (0.55, 0.7)),
)


@dataclass(frozen=True, eq=False)
class Path:
    """Where the unit square of the patterns lies: centre, half width, top and bottom row, skew; pixels."""

    centre: float
    half_width: float
    top: float
    bottom: float
    skew: float

    def pixels(
        self, u: NDArray[np.float64], v: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(x, y) in pixels, x to the right and y down, of places in the unit square."""
        return (
            self.centre + self.half_width * u + self.skew * (v - 0.5),
            self.top + (self.bottom - self.top) * v,
        )


@dataclass(frozen=True, eq=False)
class LaserBatch:
    """What all recordings of a batch share; `make_batch` draws it.

    `power` is in counts per frame at the spot's centre on the right edge; `left_power` and `middle_power`
    are its natural logarithms' additions there. `windows` are (start, end) of each obstacle as shares of
    the recording. `left` and `top` place the region of interest on the sensor.
    """

    index: int
    rows: int
    columns: int
    obstacles: int
    seed: int
    period: float
    patterns: tuple[Pattern, ...]
    path: Path
    camera: Camera
    power: float
    left_power: float
    middle_power: float
    cycle_spread: float
    jitter: float
    recording_spread: float
    windows: tuple[tuple[float, float], ...]
    left_edge_first: bool
    left: int
    top: int
    borders_exclusive: bool
    size_one_more: bool


def make_batch(index: int, seed: int, *, rows: int, columns: int, obstacles: int) -> LaserBatch:
    """Draw a batch: its path, speeds, spot, camera and obstacles; the same arguments give the same batch.

    ValueError where index is not 1-36, obstacles not 0-2, or rows and columns not 8-32.
    """
    _check(index, rows, columns, obstacles)
    rng = np.random.default_rng(np.random.SeedSequence([seed, index, rows, columns, obstacles]))
    return LaserBatch(
        index=index,
        rows=rows,
        columns=columns,
        obstacles=obstacles,
        seed=seed,
        period=float(rng.uniform(9.80, 9.93)),
        patterns=make_patterns(_draw_timing(rng), detour=float(rng.uniform(0.55, 0.8))),
        path=_draw_path(rng, rows, columns),
        camera=_draw_camera(rng, rows, columns),
        power=float(277.0 * rng.uniform(0.75, 1.1)),
        left_power=float(rng.normal(0.35, 0.10)),
        middle_power=float(rng.normal(0.25, 0.10)),
        cycle_spread=float(rng.uniform(0.010, 0.018)),
        jitter=float(rng.uniform(0.035, 0.09)),
        recording_spread=float(rng.uniform(0.5, 1.5)),
        windows=_draw_windows(rng, obstacles),
        left_edge_first=bool(rng.random() < 0.5),
        left=int(rng.integers(0, SENSOR - columns + 1)),
        top=int(rng.integers(0, SENSOR - rows + 1)),
        borders_exclusive=bool(rng.random() < 0.25),
        size_one_more=bool(rng.random() < 0.25),
    )


def _check(index: int, rows: int, columns: int, obstacles: int) -> None:
    if not 1 <= index <= BATCHES:
        raise ValueError(f"batch index {index} is not within 1-{BATCHES}")
    if not 0 <= obstacles <= MAX_OBSTACLES:
        raise ValueError(f"{obstacles} obstacles are not within 0-{MAX_OBSTACLES}")
    if not (8 <= rows <= SENSOR and 8 <= columns <= SENSOR):
        raise ValueError(f"a region of {rows} x {columns} pixels is not within 8-{SENSOR}")


def _draw_timing(rng: np.random.Generator) -> Timing:
    """Shares of the cycle near the fitted ones (4.5, 1.0, 2.1, 1.0 of 9.86 frames)."""
    right, middle, left, again = np.array([0.459, 0.104, 0.214, 0.099]) * rng.uniform(0.93, 1.06, 4)
    return Timing(float(right), float(middle), float(left), float(again))


def _draw_path(rng: np.random.Generator, rows: int, columns: int) -> Path:
    """The eight fills a small region in height and stays about its real size in a large one."""
    half_width = min(3.88 * rng.uniform(0.9, 1.2), (columns - 5) / 2.6)
    height = min((rows - 1) * 0.945, 13.2 * rng.uniform(0.97, 1.25))
    spare = rows - 1 - height
    top = spare * rng.uniform(0.2, 0.8)
    margin = half_width + 2.4
    right_most = max(columns - 1 - margin, margin)
    centre = (columns - 1) / 2 if right_most <= margin else rng.uniform(margin, right_most)
    return Path(
        float(centre), float(half_width), float(top), float(top + height), float(rng.normal(0.15, 0.15))
    )


def _draw_camera(rng: np.random.Generator, rows: int, columns: int) -> Camera:
    """Spot, decay and noise near the fitted ones; a few pixels are restless, as in the real frames."""
    dark = rng.uniform(35.0, 70.0) + rng.normal(0.0, 3.0, (rows, columns))
    restless = rng.random((rows, columns)) < 0.04
    quiet = rng.uniform(0.06, 0.085)
    read_noise = np.where(restless, rng.uniform(0.3, 0.7, (rows, columns)), quiet)
    return Camera(
        gain=_draw_gain(rng, rows, columns),
        dark=dark.astype(np.float32),
        read_noise=read_noise.astype(np.float32),
        sigma_x=float(1.62 * rng.uniform(0.92, 1.1)),
        sigma_y=float(1.40 * rng.uniform(0.92, 1.1)),
        decay_frames=float(rng.uniform(0.43, 0.50)),
        floor=float(rng.uniform(1.0, 2.2)),
        flicker=float(rng.uniform(0.03, 0.06)),
    )


def _draw_gain(rng: np.random.Generator, rows: int, columns: int) -> NDArray[np.float32]:
    """Fixed pattern of mean 1, sd about 0.54, within 0.2-3.0: mostly from pixel to pixel, a little smooth."""
    smooth = np.zeros((rows, columns))
    for axis, places in enumerate(np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")):
        waves = 2 * np.pi * (places / rng.uniform(8.0, 20.0) + rng.random())
        smooth += rng.normal(0.0, 0.10 + 0.08 * axis) * np.sin(waves)
    gain = np.exp(rng.normal(0.0, 0.54, (rows, columns)) + smooth)
    return np.asarray(np.clip(gain / gain.mean(), 0.2, 3.0), dtype=np.float32)


def _draw_windows(rng: np.random.Generator, obstacles: int) -> tuple[tuple[float, float], ...]:
    """Obstacles in order of time, apart from each other and from both ends of the recording."""
    windows = []
    for low, high in _OBSTACLE_STARTS[obstacles]:
        start = float(rng.uniform(low, high))
        windows.append((start, start + float(rng.uniform(0.07, 0.13))))
    return tuple(windows)
