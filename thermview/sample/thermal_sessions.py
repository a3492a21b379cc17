"""Frames and crops of planned sessions, drawn one by one or, for very large sets, varied from drawn ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.annotation import BoundingBox
from thermview.sample.thermal_canvas import Field
from thermview.sample.thermal_pictures import PALETTE, colour_ends, coloured, cut
from thermview.sample.thermal_plan import PictureSession
from thermview.sample.thermal_scenes import Scene, render_scene
from thermview.thermal.palettes import palette

Named = tuple[str, NDArray[np.uint8]]  # stem and picture
_FRAME_PERIOD_S = 0.6
_KEPT_SIDE, _KEPT_PIXELS = 224, 219 * 89  # drawn crops are kept at most this large to be varied
_KEPT_CROPS = 60


@dataclass(frozen=True)
class TakenFrame:
    """One frame of a session: sequence number, scene, colour-bar ends, and the boxes its crops come from."""

    session: PictureSession
    sequence: int
    scene: Scene
    ends: tuple[float, float]
    crops: tuple[BoundingBox, ...]

    @property
    def stem(self) -> str:
        """File name of the full frame without suffix."""
        return self.session.stem(self.sequence)

    def picture(self) -> NDArray[np.uint8]:
        """The whole frame in colours."""
        return coloured(self.scene.celsius, self.ends, self.session.conditions.channels)

    def crop_pictures(self) -> Iterator[Named]:
        """(stem, picture) of every crop."""
        for number, box in enumerate(self.crops):
            picture = coloured(cut(self.scene.celsius, box), self.ends, self.session.conditions.channels)
            yield self.session.stem(self.sequence, number), picture


def taken_frames(
    session: PictureSession, seed: tuple[int, ...], at_least: int = 0, size: tuple[int, int] = (480, 640)
) -> Iterator[TakenFrame]:
    """Draw a session's frames until its crops are complete and there are `at_least` frames.

    A frame gives one crop for each box of the session's own class; a frame without any gives itself.
    """
    rng = np.random.default_rng([*seed, 0])
    sequence, rest, number = session.first_sequence, session.crops, 0
    ends: tuple[float, float] | None = None
    while rest > 0 or number < at_least:
        scene = render_scene(
            np.random.default_rng([*seed, number + 1]),
            session.object_code,
            session.state,
            session.distance_m,
            session.conditions,
            size,
            time_s=number * _FRAME_PERIOD_S,
        )
        ends = ends or colour_ends(scene.celsius, session.conditions)
        own = [box for category, box in scene.boxes if category == session.own_class]
        own = own or [BoundingBox(0.0, 0.0, float(size[1]), float(size[0]))]
        yield TakenFrame(session, sequence, scene, ends, tuple(own[:rest]))
        rest -= min(len(own), rest)
        number += 1
        sequence += int(rng.integers(1, 9))


@dataclass
class CropPool:
    """Drawn crops by class and distance, from which further sessions are varied instead of drawn.

    Drawing costs ten times as much as varying, and a set of a million crops has some thirty thousand
    sessions: `sessions` of each class and distance are drawn, the rest are varied from them.
    """

    sessions: int
    _drawn: dict[tuple[str, float], int] = field(default_factory=dict)
    _crops: dict[tuple[str, float], list[Field]] = field(default_factory=dict)

    def wants(self, session: PictureSession) -> bool:
        """True while this session is to be drawn; counts it then."""
        key = (session.own_class, session.distance_m)
        if self._drawn.get(key, 0) >= self.sessions:
            return False
        self._drawn[key] = self._drawn.get(key, 0) + 1
        return True

    def keep(self, frame: TakenFrame) -> None:
        """Keep a drawn frame's crops, scaled 0..1 over the colour bar."""
        low, high = frame.ends
        crops = self._crops.setdefault((frame.session.own_class, frame.session.distance_m), [])
        for box in frame.crops:
            if len(crops) < _KEPT_CROPS * max(self.sessions, 1):
                part = (cut(frame.scene.celsius, box) - np.float32(low)) / np.float32(high - low)
                crops.append(_no_larger(part))

    def varied(self, session: PictureSession, seed: tuple[int, ...]) -> Iterator[Named]:
        """(stem, picture) of every crop of a session, from kept ones: shifted, rescaled in value, noisy.

        What a session has in common (mirroring, contrast, offset, base picture) is drawn once for it.
        """
        rng = np.random.default_rng([*seed, 0])
        crops = self._crops[(session.own_class, session.distance_m)]
        first = int(rng.integers(len(crops)))
        mirrored = bool(rng.random() < 0.5)
        gain, offset = float(rng.uniform(0.8, 1.2)), float(rng.normal(0, 0.04))
        noise = rng.normal(0, 255 * 0.012, (_KEPT_SIDE + 32, _KEPT_SIDE + 32)).astype(np.float32)
        table = _table(session.conditions.channels)
        sequence = session.first_sequence
        for number in range(session.crops):
            base = crops[(first + number // 4) % len(crops)]
            values = _shifted(base, rng)
            top, left = (int(n) for n in rng.integers(0, 32, 2))
            grain = noise[top : top + values.shape[0], left : left + values.shape[1]]
            steps = np.clip(values * np.float32(255 * gain) + np.float32(255 * offset) + grain, 0, 255)
            picture = np.take(table, steps.astype(np.uint8), axis=0)
            yield session.stem(sequence, 0), np.ascontiguousarray(picture[:, ::-1] if mirrored else picture)
            sequence += int(rng.integers(1, 9))


def _no_larger(values: Field) -> Field:
    share = min(_KEPT_SIDE / max(values.shape), np.sqrt(_KEPT_PIXELS / values.size))
    if share >= 1:
        return values.astype(np.float32)
    size = tuple(max(round(n * share), 4) for n in values.shape[::-1])
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def _shifted(values: Field, rng: np.random.Generator) -> Field:
    """The picture less a few rows and columns at each side, as of a box drawn a little differently."""
    rows, columns = values.shape
    top, bottom = (int(n) for n in rng.integers(0, rows // 14 + 1, 2))
    left, right = (int(n) for n in rng.integers(0, columns // 14 + 1, 2))
    return values[top : rows - bottom, left : columns - right]


def _table(channels: int) -> NDArray[np.uint8]:
    colours = palette(PALETTE)
    return colours if channels == 3 else np.hstack([colours, np.full((256, 1), 255, np.uint8)])
