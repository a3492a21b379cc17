"""What a fault does to the scan (phase, pattern) or to the beam (place, power, width, pixels)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermview.sample.laser_batch import LaserBatch
from thermview.sample.laser_fault_intervals import windows_later, windows_without
from thermview.sample.laser_motion import LEAD, Motion
from thermview.sample.laser_optics import PARTS, Beam, Spark


@dataclass(frozen=True)
class Fault:
    """A fault in one recording: `first` and `last` are frame indices of the video, `last` inclusive.

    `direction` (radians) and `place` (a seed) settle what the size leaves open.
    """

    kind: str
    first: int
    last: int
    size: float
    direction: float
    place: int

    @property
    def span(self) -> slice:
        """Its frames in a beam or a motion, which begin LEAD frames before the video."""
        return slice(self.first + LEAD, self.last + 1 + LEAD)

    @property
    def frames(self) -> int:
        """How many frames it lasts."""
        return self.last + 1 - self.first


ChangeMotion = Callable[[Motion, Fault], None]
ChangeBeam = Callable[[Beam, Fault, LaserBatch], None]


# --- the scan -----------------------------------------------------------------------------------------


def scan_at(sign: float) -> ChangeMotion:
    """A scan too fast (+1) or too slow (-1) by the share `size`."""

    def change(motion: Motion, fault: Fault) -> None:
        parts = np.arange(fault.frames * PARTS).reshape(fault.frames, PARTS) + 0.5
        motion.phase[fault.span] += sign * fault.size * parts / (PARTS * motion.period)

    return change


def freeze(motion: Motion, fault: Fault) -> None:
    """The spot stays where it was when the fault began; then it is at once where it should be."""
    motion.phase[fault.span] = motion.phase[fault.first + LEAD, 0]
    motion.pattern[fault.span] = motion.pattern[fault.first + LEAD, 0]


def repeat_right_loop(motion: Motion, fault: Fault) -> None:
    """The right loop is run again in the time of the left one."""
    phase = motion.phase[fault.span]
    cycle = np.floor(phase)
    share = (phase - cycle - motion.loop_change) / (1.0 - motion.loop_change)
    # the right loop begins where the second pass of the middle ends: just before phase 1
    bottom_hop = motion.last_hop
    again = (1.0 - bottom_hop + share * (motion.loop_change + bottom_hop)) % 1.0
    phase[share >= 0] = (cycle + again)[share >= 0]


def reverse(motion: Motion, fault: Fault) -> None:
    """Whole cycles are run backwards."""
    phase = motion.phase[fault.span]
    begin = np.floor(motion.clock[fault.first + LEAD, -1])
    inside = (phase >= begin) & (phase < begin + round(fault.size))
    phase[inside] = 2.0 * begin - phase[inside]


def miss_obstacle(motion: Motion, fault: Fault) -> None:
    """One obstacle is not avoided."""
    motion.pattern = motion.patterns_for(windows_without(motion, fault.size))


def delay_obstacle(motion: Motion, fault: Fault) -> None:
    """The detour round the first obstacle begins and ends late."""
    motion.pattern = motion.patterns_for(windows_later(motion, fault.size))


def invent_obstacle(motion: Motion, fault: Fault) -> None:
    """A detour where there is no obstacle: in the whole cycles that the fault's frames were found from."""
    # the first cycle begins within or just before the first frame, the one after the fault in the last
    motion.pattern = motion.patterns_for((*motion.windows, (fault.first - 1, fault.last)))


# --- the beam -----------------------------------------------------------------------------------------


def scale_power(sign: float) -> ChangeBeam:
    """Power higher (+1) or lower (-1) by the share `size`."""

    def change(beam: Beam, fault: Fault, batch: LaserBatch) -> None:
        beam.power[fault.span] *= max(1.0 + sign * fault.size, 0.0)

    return change


def switch_off(beam: Beam, fault: Fault, batch: LaserBatch) -> None:
    """No light at all."""
    beam.power[fault.span] = 0.0


def offset_path(beam: Beam, fault: Fault, batch: LaserBatch) -> None:
    """The whole path lies `size` pixels off."""
    beam.x[fault.span] += fault.size * np.cos(fault.direction)
    beam.y[fault.span] += fault.size * np.sin(fault.direction)


def narrow_path(beam: Beam, fault: Fault, batch: LaserBatch) -> None:
    """The eight is smaller by the share `size` both ways, about its centre."""
    middle = 0.5 * (batch.path.top + batch.path.bottom)
    beam.x[fault.span] += fault.size * (batch.path.centre - beam.x[fault.span])
    beam.y[fault.span] += fault.size * (middle - beam.y[fault.span])


def tilt_path(beam: Beam, fault: Fault, batch: LaserBatch) -> None:
    """The eight is turned by `size` degrees about its centre, one way or the other."""
    angle = np.deg2rad(fault.size) * (1.0 if fault.direction < np.pi else -1.0)
    middle = 0.5 * (batch.path.top + batch.path.bottom)
    x, y = beam.x[fault.span] - batch.path.centre, beam.y[fault.span] - middle
    beam.x[fault.span] = batch.path.centre + x * np.cos(angle) - y * np.sin(angle)
    beam.y[fault.span] = middle + x * np.sin(angle) + y * np.cos(angle)


def defocus(beam: Beam, fault: Fault, batch: LaserBatch) -> None:
    """A spot wider by the share `size`; the same power lies on a larger area."""
    beam.width[fault.span] *= 1.0 + fault.size


def throw_sparks(beam: Beam, fault: Fault, batch: LaserBatch) -> None:
    """Hot droplets leave the spot, fly straight and cool down; `size` is their heat in counts."""
    rng = np.random.default_rng(fault.place)
    start = fault.first + LEAD
    steps = np.arange(fault.frames)
    for _ in range(int(rng.integers(1, 4))):
        angle, speed = rng.uniform(0.0, 2 * np.pi), rng.uniform(0.4, 1.6)
        beam.sparks.append(
            Spark(
                first=start,
                x=beam.x[start, 0] + speed * np.cos(angle) * (1 + steps),
                y=beam.y[start, 0] + speed * np.sin(angle) * (1 + steps),
                heat=fault.size * rng.uniform(0.7, 1.0) * np.exp(-steps / rng.uniform(1.0, 3.0)),
                sigma=float(rng.uniform(0.6, 0.9)),
            )
        )


def kill_pixels(beam: Beam, fault: Fault, batch: LaserBatch) -> None:
    """`size` pixels that the spot passes give no signal."""
    rng = np.random.default_rng(fault.place)
    rows, columns = batch.camera.shape
    moments = rng.choice(fault.frames * PARTS, size=round(fault.size))
    x, y = beam.x[fault.span].ravel()[moments], beam.y[fault.span].ravel()[moments]
    for column, row in zip(np.rint(x), np.rint(y), strict=True):
        place = int(np.clip(row, 0, rows - 1)), int(np.clip(column, 0, columns - 1))
        beam.dead.append((*place, fault.first + LEAD, fault.last + LEAD))


def hold_frame(beam: Beam, fault: Fault, batch: LaserBatch) -> None:
    """The camera gives the frame before it again, `size` times; the next difference spans the gap."""
    count = round(fault.size)
    start = fault.first + LEAD
    beam.held[start : start + count] = 1 + np.arange(count)
