"""Faults put into recorded difference frames, pixel by pixel, to measure what a score finds.

Each row of INJECTIONS says what a fault does to the light that its frames brought, or to the counts that
the camera gave. The frames before a fault stay as they are, and so do those AFTERGLOW frames after it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.errors import ReadError
from thermview.laser.baselines.spots import windows_of
from thermview.laser.fault_phases import alike_frames
from thermview.laser.heat import brought_light, counts_of, differences_of
from thermview.laser.normality.period import period_of

Floats = NDArray[np.float32]
Frames = NDArray[Any]

AFTERGLOW = 6
"""Frames after a fault's last that may still differ: heat falls below half a count, then the difference."""
WARM_UP = 32
"""Frames before a fault from which its counts are estimated; faults may look back so far."""
NOISE = 3.0
"""Counts: pixels with no more around them show the camera's noise, which a laser does not change."""
_AROUND = np.ones((5, 5), np.uint8)
SPOT_SIGMA = 1.45
"""px, of the spot in the published frames."""


@dataclass(frozen=True)
class Injection:
    """One fault: its kind, `size` in the kind's unit, frames `first` to `last` inclusive, and a seed."""

    kind: str
    size: float
    first: int
    last: int
    seed: int = 0

    @property
    def frames(self) -> int:
        """How many frames it lasts."""
        return self.last + 1 - self.first


@dataclass
class Scene:
    """The frames around a fault: `light` that each brought (n, rows, columns), and where the fault lies."""

    light: Floats
    span: slice
    rng: np.random.Generator
    parts: NDArray[np.int64]
    """Per frame the part of the process; odd ones are obstacles."""
    period: float = 0.0
    """Frames per cycle; 0 for faults that do not ask."""
    gain: Floats | None = None
    """Of each pixel, where it is known: moved light does not take it along."""


ChangeLight = Callable[[Scene, float], None]
ChangeCounts = Callable[[Floats, Scene, float], None]
Obstacles = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class InjectionKind:
    """One row of the table: the sizes and the durations (frames; 0: it settles that itself) that are swept.

    `causes` are those that a score may rightly name: the first one where it knows that, else any of them.
    """

    causes: tuple[str, ...]
    words: str
    unit: str
    sizes: tuple[float, ...]
    durations: tuple[int, ...]
    change_light: ChangeLight | None = None
    change_counts: ChangeCounts | None = None
    ahead: bool = False
    """Frames as many as the size says are needed after the fault."""
    reach: int = 0
    """Frames around the fault among which frames at other places of the scan are looked for."""
    at_obstacle: bool = False
    """It is about a stated obstacle; recordings without one cannot have it."""
    control: bool = False
    """No fault, but what putting one in does by itself: an alarm is a false one."""

    @property
    def cause(self) -> str:
        """The cause that it should be told as."""
        return self.causes[0]

    def accepted(self, known: Collection[str]) -> tuple[str, ...]:
        """The right answers of a score that knows these causes."""
        return self.causes[:1] if self.cause in known else self.causes


def scale(sign: float) -> ChangeLight:
    """Brighter (+1) or darker (-1) by the share `size`."""

    def change(scene: Scene, size: float) -> None:
        light = scene.light[scene.span]
        of_laser = np.stack([cv2.dilate(frame, _AROUND) for frame in light]) > NOISE
        light[of_laser] *= np.float32(max(1.0 + sign * size, 0.0))

    return change


def freeze(scene: Scene, size: float) -> None:
    """The spot goes on heating the place of the frame before."""
    scene.light[scene.span] = scene.light[max(scene.span.start - 1, 0)]


def shift(scene: Scene, size: float) -> None:
    """All light lies `size` px off, in a direction that is drawn."""
    angle = scene.rng.uniform(0.0, 2.0 * np.pi)
    down, right = size * np.sin(angle), size * np.cos(angle)
    for frame in scene.light[scene.span]:
        frame[...] = _evened(frame, scene.gain, partial(moved, down=down, right=right))


def repeat(scene: Scene, size: float) -> None:
    """The last `size` frames run again and again."""
    start, again = scene.span.start, min(round(size), scene.span.start)
    places = np.arange(scene.span.stop - start)
    scene.light[scene.span] = scene.light[start - again + places % max(again, 1)]


def skip(scene: Scene, size: float) -> None:
    """The scan is `size` frames ahead of where it should be."""
    places = np.arange(scene.span.start, scene.span.stop) + round(size)
    scene.light[scene.span] = scene.light[np.minimum(places, len(scene.light) - 1)]


def slow(scene: Scene, size: float) -> None:
    """The scan takes longer by the share `size`; at the end it is whole cycles late, so that it goes on as before."""
    count = scene.span.stop - scene.span.start
    lost = round(size * count / scene.period) * scene.period or size * count
    wanted = scene.span.start + np.arange(count) * (1.0 - lost / count)
    scene.light[scene.span] = scene.light[alike_frames(wanted, scene.parts, scene.period)]


def resample(scene: Scene, size: float) -> None:
    """Each frame's light is that of another one at the same place of the scan: nothing is wrong."""
    wanted = np.arange(scene.span.start, scene.span.stop, dtype=np.float64)
    scene.light[scene.span] = scene.light[alike_frames(wanted, scene.parts, scene.period)]


def go_straight(scene: Scene, size: float) -> None:
    """Where the obstacle should be avoided the plain path is run, as around it."""
    wanted = np.arange(scene.span.start, scene.span.stop, dtype=np.float64)
    free = np.where(scene.parts % 2 == 0, 0, 1)
    scene.light[scene.span] = scene.light[alike_frames(wanted, free, scene.period, part=0)]


def defocus(scene: Scene, size: float) -> None:
    """A spot wider by the share `size`; the light is the same in all."""
    sigma = SPOT_SIGMA * float(np.sqrt((1.0 + size) ** 2 - 1.0))
    for frame in scene.light[scene.span]:
        frame[...] = _evened(frame, scene.gain, partial(_blurred, sigma=sigma))


def _blurred(frame: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32)


def throw_droplet(scene: Scene, size: float) -> None:
    """A hot droplet of `size` counts leaves the spot, flies straight and cools down."""
    start = scene.span.start
    row, column = _centre(scene.light[start])
    angle, speed = scene.rng.uniform(0.0, 2.0 * np.pi), scene.rng.uniform(0.4, 1.6)
    rows, columns = np.indices(scene.light.shape[1:], np.float32)
    for step, frame in enumerate(scene.light[scene.span]):
        away = speed * (2 + step)
        squared = (rows - row - away * np.sin(angle)) ** 2 + (columns - column - away * np.cos(angle)) ** 2
        frame += np.float32(size * np.exp(-step / 2.0)) * np.exp(-squared / (2 * 0.75**2))


def hold(counts: Floats, scene: Scene, size: float) -> None:
    """The camera gives the frame before again; the difference after the gap spans it."""
    counts[scene.span] = counts[max(scene.span.start - 1, 0)]


def kill_pixels(counts: Floats, scene: Scene, size: float) -> None:
    """`size` pixels among the fifth with the most light give no signal."""
    brightness = scene.light[scene.span].mean(axis=0).ravel()
    brightest = np.argsort(brightness)[-max(len(brightness) // 5, 1) :]
    chosen = scene.rng.choice(brightest, size=min(round(size), len(brightest)), replace=False)
    counts.reshape(len(counts), -1)[scene.span, chosen] = 0.0


REACH = 400
LATE = 25
"""Frames after a stated obstacle in which its detour may still be made: it ends with a cycle."""
SIZES = (0.05, 0.1, 0.2, 0.4)
INJECTIONS: dict[str, InjectionKind] = {
    "power_drop": InjectionKind(("power",), "power lower", "share", SIZES, (30, 200), scale(-1.0)),
    "power_rise": InjectionKind(("power",), "power higher", "share", SIZES, (30, 200), scale(1.0)),
    "laser_off": InjectionKind(("power",), "laser off", "", (1.0,), (3, 10, 30), scale(-1.0)),
    "frozen": InjectionKind(("order",), "spot standing still", "", (1.0,), (3, 10, 30), freeze),
    "path_offset": InjectionKind(("position",), "path off", "px", (0.15, 0.3, 0.6, 1.2), (30, 200), shift),
    "repeated_loop": InjectionKind(
        ("order",), "half a cycle repeated", "frames", (5.0,), (10, 30, 100), repeat
    ),
    "repeated_cycle": InjectionKind(("order",), "a cycle repeated", "frames", (10.0,), (30, 100), repeat),
    "skipped": InjectionKind(
        ("order",), "scan ahead", "frames", (1.0, 3.0, 5.0), (30, 100), skip, ahead=True
    ),
    "skipped_cycle": InjectionKind(
        ("order",), "a cycle missing", "frames", (10.0,), (30, 100), skip, ahead=True
    ),
    "dropped_frame": InjectionKind(
        ("sensor", "timing"), "frames lost by the camera", "", (1.0,), (1, 3, 30), change_counts=hold
    ),
    "defocus": InjectionKind(("spot size",), "spot wider", "share", SIZES, (30, 200), defocus),
    "spatter": InjectionKind(
        ("spatter",), "droplet", "counts", (40.0, 80.0, 160.0, 320.0), (3, 8), throw_droplet
    ),
    "dead_pixel": InjectionKind(
        ("sensor", "shape"), "pixels dead", "pixels", (1.0, 3.0), (100, 300), change_counts=kill_pixels
    ),
    "scan_slow": InjectionKind(("timing",), "scan slower", "share", (0.015, 0.03), (660,), slow, reach=REACH),
    "missed_obstacle": InjectionKind(
        ("obstacle",), "obstacle not avoided", "", (1.0,), (0,), go_straight, reach=REACH, at_obstacle=True
    ),
    "late_obstacle": InjectionKind(
        ("obstacle",), "obstacle avoided late", "frames", (30.0, 60.0, 120.0), (0,), at_obstacle=True
    ),
    "resampled": InjectionKind(
        ("none",),
        "no fault: frames of equal phase swapped",
        "",
        (1.0,),
        (660,),
        resample,
        reach=REACH,
        control=True,
    ),
}
"""A whole cycle repeated or missing changes little: nearly the same frames come again. A late obstacle leaves
the frames alone: it is stated earlier than it is, which is the same to whoever compares the two."""


def inject(
    frames: Frames, fault: Injection, obstacles: Obstacles = (), gain: Floats | None = None
) -> tuple[Frames, dict[str, Any]]:
    """A copy of difference frames (n, rows, columns) with the fault in it, and the truth about it.

    Only frames `first` .. `last` + AFTERGLOW are changed; the same fault gives the same frames. ValueError
    for an unknown kind, a size not above 0, or frames outside of the recording. `obstacles`: as stated;
    `gain`: of each pixel, so that moved light does not take the camera's uneven pixels along.
    """
    if fault.kind not in INJECTIONS:
        raise ValueError(f"unknown fault {fault.kind!r}; known are {', '.join(INJECTIONS)}")
    if not 0 < fault.first <= fault.last < len(frames) or not fault.size > 0:
        raise ValueError(
            f"{fault.kind} of size {fault.size} at {fault.first} to {fault.last} cannot be put in"
        )
    kind = INJECTIONS[fault.kind]
    changed = frames.copy()
    if kind.change_light is not None or kind.change_counts is not None:
        stop = min(fault.last + 1 + AFTERGLOW, len(frames))
        changed[fault.first : stop] = _around(frames, fault, stop, obstacles, gain)
    return changed, truth_of(fault)


def stated_with(obstacles: Obstacles, fault: Injection) -> Obstacles:
    """The obstacles as the metadata of the faulty recording state them: a late one comes after it was due."""
    if fault.kind != "late_obstacle":
        return obstacles
    late = round(fault.size)
    moved_ones = [(a - late, b - late) if a == fault.last + 1 else (a, b) for a, b in obstacles]
    return tuple(moved_ones)


def _around(frames: Frames, fault: Injection, stop: int, obstacles: Obstacles, gain: Floats | None) -> Frames:
    """Frames first .. stop - 1 with the fault in them."""
    kind = INJECTIONS[fault.kind]
    begin = max(fault.first - max(WARM_UP, kind.reach), 0)
    end = min(stop + max(kind.reach, round(fault.size) if kind.ahead else 0), len(frames))
    scene = Scene(
        brought_light(frames[begin:end]),
        slice(fault.first - begin, fault.last + 1 - begin),
        np.random.default_rng(fault.seed),
        windows_of(len(frames), [(first, last + LATE) for first, last in obstacles])[begin:end],
        _period(frames) if kind.reach else 0.0,
        gain,
    )
    if kind.change_light is not None:
        kind.change_light(scene, fault.size)
    counts = counts_of(scene.light[: stop - begin])
    if kind.change_counts is not None:
        kind.change_counts(counts, scene, fault.size)
    return differences_of(counts, frames.dtype)[fault.first - begin :]


def _period(frames: Frames) -> float:
    """ValueError where the scan shows none."""
    try:
        return period_of(frames)
    except ReadError as error:
        raise ValueError(str(error)) from None


def truth_of(fault: Injection) -> dict[str, Any]:
    """What is wrong, in plain values for JSON; `last` is inclusive."""
    kind = INJECTIONS[fault.kind]
    size = f", {fault.size:g} {kind.unit}" if kind.unit else ""
    return {
        "kind": fault.kind,
        "cause": kind.cause,
        "first": fault.first,
        "last": fault.last,
        "size": fault.size,
        "unit": kind.unit,
        "words": f"{kind.words}{size}, frames {fault.first} to {fault.last}",
    }


def jittered(
    frames: Frames, sd_px: float, seed: int, *, steady: bool = False, gain: Floats | None = None
) -> Frames:
    """Every frame moved by a random fraction of a pixel, both ways with this standard deviation.

    With `steady` all are moved alike, by `sd_px` both ways: the same interpolation, but no noise. `gain`, of
    each pixel, stays where it is.
    """
    moves = np.random.default_rng(seed).normal(0.0, sd_px, (len(frames), 2))
    if steady:
        moves[:] = sd_px
    light = np.maximum(frames.astype(np.float32), 0.0)
    for frame, (down, right) in zip(light, moves, strict=True):
        frame[...] = _evened(frame, gain, partial(moved, down=down, right=right))
    if np.issubdtype(frames.dtype, np.integer):
        np.rint(light, out=light)
        np.minimum(light, np.iinfo(frames.dtype).max, out=light)
    return light.astype(frames.dtype)


def moved(frame: Floats, down: float, right: float) -> Floats:
    """A frame moved by fractions of a pixel (cubic); what comes in is like the border, never negative."""
    matrix = np.array([[1.0, 0.0, right], [0.0, 1.0, down]])
    size = frame.shape[1], frame.shape[0]
    out = cv2.warpAffine(frame, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.maximum(out, 0.0), np.float32)


def _evened(frame: Floats, gain: Floats | None, change: Callable[[Floats], Floats]) -> Floats:
    """The change as light before it met the camera's pixels."""
    return change(frame) if gain is None else change(frame / gain) * gain


def _centre(frame: Floats) -> tuple[float, float]:
    """Row and column of the light; the middle of the picture where there is none."""
    total = float(frame.sum())
    if total <= 0:
        return (frame.shape[0] - 1) / 2, (frame.shape[1] - 1) / 2
    rows, columns = np.indices(frame.shape)
    return float((rows * frame).sum()) / total, float((columns * frame).sum()) / total
