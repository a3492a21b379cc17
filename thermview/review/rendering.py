"""A frame as a picture for people: enlarged, with boxes, a colour bar and a caption."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from thermview.annotation import Annotation
from thermview.recording import Frame, Quantity
from thermview.review.marks import draw_annotations
from thermview.review.typeface import Colour, Typeface, plain_line
from thermview.thermal.display import Display, limits, paint
from thermview.thermal.fusion import Fusion, fused
from thermview.thermal.ticks import round_ticks, tick_texts

SURROUND: Colour = (32, 33, 36)
TEXT: Colour = (232, 234, 237)
QUIET_TEXT: Colour = (154, 160, 166)
_LEAST_WIDTH = 560  # of a whole picture: a caption needs room
_MOST_WIDTH = 2400  # beyond it small frames are not enlarged further
_MOST_ROWS = 6  # of a caption's lines below its title


@dataclass(frozen=True)
class Caption:
    """What stands below a frame: a title and lines, each wrapped as needed."""

    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """Where everything goes for frames of one shape; sizes in pixels.

    `scale` is the whole number by which a frame is enlarged, `bar` the width that the colour bar takes
    (0 for pictures of colours), `rows` how many caption lines below the title there is room for.
    """

    frame_rows: int
    frame_columns: int
    scale: int
    bar: int
    rows: int
    type_size: int

    @property
    def margin(self) -> int:
        return self.type_size

    @property
    def line_height(self) -> int:
        return math.ceil(self.type_size * 1.45)

    @property
    def height(self) -> int:
        caption = math.ceil(self.line_height * (1.2 + self.rows)) + self.margin // 2
        return self.body + 2 * self.margin + caption

    @property
    def body(self) -> int:
        """Height of frame and colour bar: very flat frames leave room for the bar's numbers."""
        return max(self.frame_rows * self.scale, 7 * self.line_height if self.bar else 1)

    @property
    def width(self) -> int:
        return max(self.frame_columns * self.scale + 2 * self.margin + self.bar, _LEAST_WIDTH)

    @property
    def left(self) -> int:
        """Column where the frame begins: it stands in the middle where the caption needs more width."""
        return (self.width - self.frame_columns * self.scale - self.bar) // 2


def sheet_for(shape: Sequence[int], least_height: int = 480, rows: int = 3) -> Sheet:
    """The sheet of frames of this shape, (rows, columns) or (rows, columns, channels)."""
    frame_rows, frame_columns = max(int(shape[0]), 1), max(int(shape[1]), 1)
    widest = max(_MOST_WIDTH // frame_columns, 1)
    scale = max(1, min(math.ceil(least_height / frame_rows), widest))
    type_size = min(max(round(frame_rows * scale / 34), 13), 40)
    bar = 0 if len(shape) == 3 else math.ceil(type_size * 6.5)
    return Sheet(frame_rows, frame_columns, scale, bar, rows, type_size)


def rows_needed(sheet: Sheet, caption: Caption) -> int:
    """How many lines the caption takes below its title on such a sheet."""
    face, width = Typeface(sheet.type_size), sheet.width - 2 * sheet.margin
    return min(sum(len(face.wrapped(plain_line(line), width)) for line in caption.lines), _MOST_ROWS)


def shape_with(fusion: Fusion | None, shape: Sequence[int]) -> tuple[int, ...]:
    """The shape of a frame with its visible picture: twice as wide where that stands beside it."""
    if fusion is None or fusion.look.mode != "side by side":
        return tuple(shape)
    return (shape[0], 2 * shape[1], *shape[2:])


def render_frame(
    frame: Frame,
    display: Display,
    quantity: Quantity,
    caption: Caption,
    annotations: Sequence[Annotation] = (),
    *,
    ends: tuple[float, float] | None = None,
    sheet: Sheet | None = None,
    least_height: int = 480,
    fusion: Fusion | None = None,
) -> NDArray[np.uint8]:
    """The frame as shown, (height, width, 3) uint8 RGB.

    `ends` are the values of the first and last colour, None means those of this frame; `sheet` keeps
    the size of several pictures alike, None means one that fits the caption. `fusion` lays a visible
    picture over the frame, or beside it.
    """
    if sheet is None:
        shape = shape_with(fusion, frame.shape)
        sheet = sheet_for(shape, least_height)
        sheet = sheet_for(shape, least_height, rows_needed(sheet, caption))
    canvas = Image.new("RGB", (sheet.width, sheet.height), SURROUND)
    draw = ImageDraw.Draw(canvas)
    if frame.ndim == 2:
        ends = limits(frame, display) if ends is None else ends
        _draw_bar(canvas, sheet, display, quantity, ends)
    painted = _enlarged(paint(frame, display, ends), sheet.scale)
    picture = Image.fromarray(painted if fusion is None else fused(painted, fusion, sheet.scale))
    draw_annotations(picture, annotations, sheet.scale, Typeface(max(sheet.type_size - 2, 11)))
    canvas.paste(picture, (sheet.left, sheet.margin))
    _draw_caption(draw, sheet, caption)
    return np.asarray(canvas)


def _enlarged(picture: NDArray[np.uint8], scale: int) -> NDArray[np.uint8]:
    """Every pixel as a square: nothing is smoothed that was not measured."""
    return picture if scale == 1 else picture.repeat(scale, axis=0).repeat(scale, axis=1)


def _draw_bar(
    canvas: Image.Image, sheet: Sheet, display: Display, quantity: Quantity, ends: tuple[float, float]
) -> None:
    """The colour bar right of the frame: the palette as `display` uses it, round numbers, the unit above."""
    draw, face = ImageDraw.Draw(canvas), Typeface(sheet.type_size)
    column = sheet.left + sheet.frame_columns * sheet.scale + sheet.margin
    top, bottom = sheet.margin, sheet.margin + sheet.body
    if quantity.unit:
        unit = f"est. {quantity.unit}" if quantity.estimated else quantity.unit
        face.draw(draw, (column, top - 2), unit, TEXT)
        top += sheet.line_height + 2
    width, height = sheet.type_size, max(bottom - top, 2)
    low, high = ends
    ramp = np.linspace(high, low, height, dtype=np.float64)[:, None].repeat(width, axis=1)
    canvas.paste(Image.fromarray(paint(ramp, display, ends)), (column, top))
    ticks = round_ticks(low, high, 5 if height >= 10 * face.line_height else 3)
    for tick, text in zip(ticks, tick_texts(ticks), strict=True):
        share = (high - tick) / (high - low) if high > low else 1.0
        row = top + round(share * (height - 1))
        draw.line([(column + width, row), (column + width + 4, row)], fill=QUIET_TEXT)
        text_row = min(max(row - face.line_height / 2, top - 2), bottom - face.line_height + 2)
        room = sheet.width - (column + width + 8) - 2
        face.draw(draw, (column + width + 8, text_row), face.fitted(text, room), TEXT)


def _draw_caption(draw: ImageDraw.ImageDraw, sheet: Sheet, caption: Caption) -> None:
    width = sheet.width - 2 * sheet.margin
    row = sheet.body + 2 * sheet.margin - sheet.margin // 4
    bold, face = Typeface(sheet.type_size, bold=True), Typeface(sheet.type_size)
    bold.draw(draw, (sheet.margin, row), bold.fitted(plain_line(caption.title), width), TEXT)
    row += math.ceil(sheet.line_height * 1.2)
    lines = [line for text in caption.lines for line in face.wrapped(plain_line(text), width)]
    if len(lines) > sheet.rows:
        lines = (
            [*lines[: sheet.rows - 1], face.fitted(" ".join(lines[sheet.rows - 1 :]), width)]
            if sheet.rows
            else []
        )
    for n, line in enumerate(lines):
        face.draw(draw, (sheet.margin, row), line, TEXT if n == 0 else QUIET_TEXT)
        row += sheet.line_height
