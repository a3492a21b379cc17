"""Brushes on a temperature field: outlines in metres become °C in pixels, then optics and camera noise."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.annotation import BoundingBox

Field = NDArray[np.float32]
Points = Sequence[tuple[float, float]] | NDArray[np.float64]

_SHIFT = 3  # OpenCV draws at fixed-point positions: an eighth of a pixel keeps slow drift smooth
_FAR_PX = 20_000.0  # positions beyond this overflow its fixed point and are outside of every picture anyway
_MARGIN = 0.02


@dataclass
class Brush:
    """Draws one object in its own coordinates: x to the right, y upwards, in metres from `origin`.

    `field` is (rows, columns) °C and is drawn into; `origin` is (column, row) in pixels, `scale` pixels
    per metre, `angle_deg` turns anticlockwise, `mirrored` swaps left and right. What is drawn with
    `mark=True` counts for the object's bounding box.
    """

    field: Field
    origin: tuple[float, float]
    scale: float
    angle_deg: float = 0.0
    mirrored: bool = False
    _marks: list[NDArray[np.float64]] = dataclasses.field(default_factory=list, init=False)

    def pixels(self, points: Points) -> NDArray[np.float64]:
        """(n, 2) columns and rows of points given in metres."""
        local = np.asarray(points, dtype=np.float64).reshape(-1, 2) * (-1.0 if self.mirrored else 1.0, 1.0)
        turn = np.deg2rad(self.angle_deg)
        x = local[:, 0] * np.cos(turn) - local[:, 1] * np.sin(turn)
        y = local[:, 0] * np.sin(turn) + local[:, 1] * np.cos(turn)
        placed = np.stack([self.origin[0] + x * self.scale, self.origin[1] - y * self.scale], axis=1)
        return np.asarray(np.clip(placed, -_FAR_PX, _FAR_PX), np.float64)

    def polygon(self, points: Points, celsius: float, *, mark: bool = True) -> None:
        """Fill an outline with one temperature."""
        placed = self._marked(points, 0.0, mark)
        cv2.fillPoly(self.field, [_fixed(placed)], float(celsius), cv2.LINE_8, _SHIFT)

    def rectangle(
        self, left: float, bottom: float, width: float, height: float, celsius: float, *, mark: bool = True
    ) -> None:
        """Fill an upright rectangle with one temperature."""
        right, top = left + width, bottom + height
        self.polygon([(left, bottom), (right, bottom), (right, top), (left, top)], celsius, mark=mark)

    def ellipse(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        celsius: float,
        *,
        turn_deg: float = 0.0,
        mark: bool = True,
    ) -> None:
        """Fill an ellipse with one temperature."""
        self.polygon(ring(centre, radii, turn_deg), celsius, mark=mark)

    def line(self, points: Points, width: float, celsius: float, *, mark: bool = True) -> None:
        """Draw a line `width` metres wide (at least one pixel) with round joints."""
        placed = self._marked(points, width / 2, mark)
        thickness = int(np.clip(round(width * self.scale), 1, 4000))
        cv2.polylines(self.field, [_fixed(placed)], False, float(celsius), thickness, cv2.LINE_8, _SHIFT)

    def tube(
        self, points: Points, width: float, core: float, edge: float, *, steps: int = 6, mark: bool = True
    ) -> None:
        """Draw a round pipe or limb: `edge` °C at its rims, `core` °C along its middle.

        At least `steps` nested lines shade it, more where it is so wide that one would see them.
        """
        steps = max(steps, min(int(width * self.scale / 4), 60))
        for step in range(steps):
            height = step / max(steps - 1, 1)  # of the round surface above its rim
            share = max(np.sqrt(1.0 - height**2), 0.12)
            self.line(points, width * share, edge + (core - edge) * height, mark=mark and step == 0)

    def glow(
        self, centre: tuple[float, float], radii: tuple[float, float], kelvin: float, *, mark: bool = False
    ) -> None:
        """Add a Gaussian warm (or, with negative `kelvin`, cold) patch; `radii` are its sigmas."""
        column, row = self.pixels([centre])[0]
        sigma_x, sigma_y = (max(r * self.scale, 0.6) for r in radii)
        rows, columns = self.field.shape
        left, right = _window(column, sigma_x, columns)
        top, bottom = _window(row, sigma_y, rows)
        if mark:
            self._marked(ring(centre, (radii[0] * 1.5, radii[1] * 1.5), 0.0), 0.0, True)
        if left >= right or top >= bottom:
            return
        across = np.exp(-0.5 * ((np.arange(left, right) - column) / sigma_x) ** 2).astype(np.float32)
        down = np.exp(-0.5 * ((np.arange(top, bottom) - row) / sigma_y) ** 2).astype(np.float32)
        self.field[top:bottom, left:right] += np.float32(kelvin) * down[:, None] * across[None, :]

    def enclose(self, left: float, bottom: float, width: float, height: float) -> None:
        """Count a rectangle, in metres, for the bounding box without drawing it."""
        self._marked([(left, bottom), (left + width, bottom + height)], 0.0, True)

    def box(self, least_px: float = 8.0) -> BoundingBox | None:
        """The box around what was marked, inside the picture; None where too little of it is visible."""
        if not self._marks:
            return None
        rows, columns = self.field.shape
        points = np.concatenate(self._marks)
        margin = _MARGIN * (points.max(axis=0) - points.min(axis=0)) + 1
        low = np.clip(np.floor(points.min(axis=0) - margin), 0, (columns, rows))
        high = np.clip(np.ceil(points.max(axis=0) + margin), 0, (columns, rows))
        width, height = (float(n) for n in high - low)
        if width < least_px or height < least_px:
            return None
        return BoundingBox(float(low[0]), float(low[1]), width, height)

    def _marked(self, points: Points, around: float, mark: bool) -> NDArray[np.float64]:
        placed = self.pixels(points)
        if mark:
            reach = around * self.scale
            self._marks.append(np.concatenate([placed - reach, placed + reach]))
        return placed


def ring(centre: tuple[float, float], radii: tuple[float, float], turn_deg: float) -> NDArray[np.float64]:
    """(28, 2) points of an ellipse."""
    at = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    turn = np.deg2rad(turn_deg)
    x, y = radii[0] * np.cos(at), radii[1] * np.sin(at)
    return np.stack(
        [centre[0] + x * np.cos(turn) - y * np.sin(turn), centre[1] + x * np.sin(turn) + y * np.cos(turn)],
        axis=1,
    )


def _fixed(placed: NDArray[np.float64]) -> NDArray[np.int32]:
    return np.rint(placed * (1 << _SHIFT)).astype(np.int32)


def _window(middle: float, sigma: float, length: int) -> tuple[int, int]:
    reach = 3.2 * sigma
    return max(int(middle - reach), 0), min(int(middle + reach) + 1, length)


def clouds(rng: np.random.Generator, shape: tuple[int, int], grain: float, kelvin: float) -> Field:
    """(rows, columns) smooth random unevenness of about `kelvin` sd; `grain` is its size in pixels."""
    rows, columns = (max(round(n / max(grain, 1.0)), 2) for n in shape)
    coarse = rng.standard_normal((rows, columns), dtype=np.float32) * np.float32(kelvin)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def slope(shape: tuple[int, int], top: float, bottom: float, left: float = 0.0, right: float = 0.0) -> Field:
    """(rows, columns) °C that runs from `top` to `bottom`, plus `left` to `right`."""
    down = np.linspace(top, bottom, shape[0], dtype=np.float32)
    across = np.linspace(left, right, shape[1], dtype=np.float32)
    return np.asarray(down[:, None] + across[None, :], np.float32)


def through_air(celsius: Field, air_c: float, transmission: float) -> Field:
    """What is left of a scene's contrast behind an air path."""
    return np.asarray(air_c + (celsius - np.float32(air_c)) * np.float32(transmission), np.float32)


def through_lens(celsius: Field, blur_px: float) -> Field:
    """The scene through optics of a Gaussian point spread, sigma in pixels."""
    if blur_px < 0.3:
        return celsius
    return np.asarray(cv2.GaussianBlur(celsius, (0, 0), float(blur_px)), np.float32)


def on_sensor(celsius: Field, rng: np.random.Generator, pattern: np.random.Generator, netd_k: float) -> Field:
    """The scene with noise of `netd_k` sd per frame and a fixed pattern, the same for equal `pattern`."""
    rows, columns = celsius.shape
    noise = rng.standard_normal((rows, columns), dtype=np.float32) * np.float32(netd_k)
    stripes = np.asarray(pattern.normal(0, 0.5 * netd_k, columns), np.float32)
    away = slope((rows, columns), -1.0, 1.0)
    corner = (away**2 + slope((rows, columns), 0, 0, -1.0, 1.0) ** 2) * np.float32(
        pattern.uniform(-1.5, 1.5) * netd_k
    )
    return np.asarray(celsius + noise + stripes.reshape(1, -1) + corner, np.float32)
