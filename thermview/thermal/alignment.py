"""How a visible picture lies over a thermal frame: by how much its view is wider, and where its middle lies.

Coordinates are (column, row) with pixel (c, r) covering c to c + 1 and r to r + 1, in the frame as in the picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SCALE_LIMITS = (0.05, 50.0)
OFFSET_LIMIT = 10_000.0  # pixels of the frame

Matrix = NDArray[np.float64]
"""(2, 3): maps (x, y, 1) to (x, y)."""


@dataclass(frozen=True)
class Alignment:
    """`scale`: how many times as wide as the frame the picture is when laid over it.

    `offset_x`, `offset_y`: pixels of the frame by which the picture's middle lies right of and below the frame's.
    The neutral one lays the picture over the frame so that they are of one width and have one middle.
    """

    scale: float = 1.0
    offset_x: float = 0.0
    offset_y: float = 0.0

    def moved(self, right: float, down: float) -> Alignment:
        """The same with the picture moved by so many pixels of the frame."""
        return usable(self.scale, self.offset_x + right, self.offset_y + down)

    def enlarged(self, factor: float) -> Alignment:
        """The same with the picture enlarged about the middle of the frame: what lies there stays there."""
        scale = min(max(self.scale * factor, SCALE_LIMITS[0]), SCALE_LIMITS[1])
        factor = scale / self.scale
        return usable(scale, self.offset_x * factor, self.offset_y * factor)

    def corrected(self, correction: Alignment) -> Alignment:
        """This one as stated by a file, corrected by what someone found to be amiss with it."""
        return usable(
            self.scale * correction.scale,
            self.offset_x + correction.offset_x,
            self.offset_y + correction.offset_y,
        )

    def correction_of(self, stated: Alignment) -> Alignment:
        """What corrects a stated alignment to this one."""
        return Alignment(
            self.scale / stated.scale, self.offset_x - stated.offset_x, self.offset_y - stated.offset_y
        )

    def same(self, other: Alignment) -> bool:
        """True where nobody could see a difference: a hundredth of a pixel, a ten-thousandth of the scale."""
        return (
            abs(self.scale / other.scale - 1) < 1e-4
            and abs(self.offset_x - other.offset_x) < 0.01
            and abs(self.offset_y - other.offset_y) < 0.01
        )


NEUTRAL = Alignment()


@dataclass(frozen=True)
class Inset:
    """The part of a frame that stays thermal in picture-in-picture: edges in pixels of the frame."""

    left: float
    top: float
    right: float
    bottom: float

    def within(self, columns: int, rows: int, least: float = 2.0) -> Inset:
        """The same inside a frame and at least so many pixels large; its size is kept where there is room."""
        width = min(max(self.right - self.left, min(least, columns)), columns)
        height = min(max(self.bottom - self.top, min(least, rows)), rows)
        left = min(max(self.left, 0.0), columns - width)
        top = min(max(self.top, 0.0), rows - height)
        return Inset(left, top, left + width, top + height)

    def covers(self, columns: int, rows: int) -> bool:
        """True where nothing is left around it."""
        return self.left <= 0 and self.top <= 0 and self.right >= columns and self.bottom >= rows


def usable(scale: float, offset_x: float, offset_y: float) -> Alignment:
    """An alignment of any numbers: within its limits, neutral where a number is none."""
    scale = scale if math.isfinite(scale) and scale > 0 else 1.0
    x, y = (offset if math.isfinite(offset) else 0.0 for offset in (offset_x, offset_y))
    return Alignment(
        min(max(scale, SCALE_LIMITS[0]), SCALE_LIMITS[1]),
        min(max(x, -OFFSET_LIMIT), OFFSET_LIMIT),
        min(max(y, -OFFSET_LIMIT), OFFSET_LIMIT),
    )


def usual_inset(columns: int, rows: int) -> Inset:
    """The middle of the frame, half as wide and as high, where no file states an inset."""
    return Inset(columns / 4, rows / 4, columns * 3 / 4, rows * 3 / 4)


def to_frame(alignment: Alignment, picture: tuple[int, int], frame: tuple[int, int]) -> Matrix:
    """From points of the picture to points of the frame. `picture` and `frame` are (rows, columns)."""
    rows, columns = frame
    size = alignment.scale * columns / picture[1]  # pixels of the frame per pixel of the picture
    x = columns / 2 + alignment.offset_x - size * picture[1] / 2
    y = rows / 2 + alignment.offset_y - size * picture[0] / 2
    return np.array([[size, 0.0, x], [0.0, size, y]])


def inverse(matrix: Matrix) -> Matrix:
    """The way back of a matrix."""
    turned = np.linalg.inv(matrix[:, :2])
    return np.hstack([turned, -turned @ matrix[:, 2:]])


def after(second: Matrix, first: Matrix) -> Matrix:
    """One matrix for `first` and then `second`."""
    moved = second[:, :2] @ first
    moved[:, 2] += second[:, 2]
    return moved


def flir_alignment(
    real_to_ir: float, offset: tuple[int, int], picture_columns: int, frame_columns: int
) -> Alignment:
    """What a FLIR file states: ratio of the two fields of view, and where the frame's middle lies in the picture.

    The offset is that of the frame's middle from the picture's, in pixels of the picture: found by laying both over
    each other in three cameras' files, where it agrees with the contours that the cameras drew into their JPEGs.
    """
    size = real_to_ir * frame_columns / picture_columns
    return usable(real_to_ir, -offset[0] * size, -offset[1] * size)
