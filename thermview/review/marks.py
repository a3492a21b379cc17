"""Boxes, polygons and their categories drawn over an enlarged frame."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

from thermview.annotation import Annotation
from thermview.review.typeface import Colour, Typeface, plain_line

# Colours that colour-blind people tell apart (Okabe and Ito); predicted ones are dashed as well.
LABELLED: Colour = (86, 180, 233)
PREDICTED: Colour = (230, 159, 0)
_CASING: Colour = (0, 0, 0)
_DASH = 9
Point = tuple[float, float]


def draw_annotations(
    picture: Image.Image, annotations: Sequence[Annotation], scale: int, face: Typeface
) -> None:
    """Draw annotations, given in pixels of the frame, over a frame enlarged `scale` times, in place."""
    draw = ImageDraw.Draw(picture)
    outlined = [(annotation, _corners(annotation, scale, picture.size)) for annotation in annotations]
    for annotation, corners in outlined:
        colour = LABELLED if annotation.origin == "labelled" else PREDICTED
        sides = list(zip(corners, corners[1:] + corners[:1], strict=True))
        for side in sides:  # dark casings first: the line is seen on any colour
            draw.line(side, fill=_CASING, width=4)
        for start, end in sides:
            _line(draw, start, end, colour, dashed=annotation.origin == "predicted")
    tags = [(a, corners) for a, corners in outlined if corners]
    tags += [(a, [(0.0, 0.0)]) for a, corners in outlined if not corners and a.box is None and not a.polygon]
    taken: list[tuple[float, float, float, float]] = []
    for annotation, corners in tags:
        _tag(picture, draw, annotation, corners, face, taken)


def _corners(annotation: Annotation, scale: int, size: tuple[int, int]) -> list[Point]:
    """The outline in pixels of the picture, kept near it; empty where it is none or has no finite place."""
    if annotation.polygon:
        points = list(annotation.polygon)
    elif annotation.box is not None:
        box = annotation.box
        right, lower = box.column + box.width, box.row + box.height
        points = [(box.column, box.row), (right, box.row), (right, lower), (box.column, lower)]
    else:
        return []
    if not all(math.isfinite(value) for point in points for value in point):
        return []
    width, height = size
    # A line far outside would cost time in drawing; one pixel outside it is as invisible.
    return [(min(max(x * scale, -2), width + 1), min(max(y * scale, -2), height + 1)) for x, y in points]


def _line(draw: ImageDraw.ImageDraw, start: Point, end: Point, colour: Colour, dashed: bool) -> None:
    if not dashed:
        draw.line([start, end], fill=colour, width=2)
        return
    length = math.dist(start, end)
    for n in range(0, math.ceil(length), 2 * _DASH):
        a, b = n / length, min((n + _DASH) / length, 1.0)
        points = [(start[0] + (end[0] - start[0]) * s, start[1] + (end[1] - start[1]) * s) for s in (a, b)]
        draw.line(points, fill=colour, width=2)


def _tag(
    picture: Image.Image, draw: ImageDraw.ImageDraw, annotation: Annotation, corners: Sequence[Point],
    face: Typeface, taken: list[tuple[float, float, float, float]],
) -> None:  # fmt: skip
    """The category above the outline, or within it at the picture's upper edge, clear of other tags."""
    text = plain_line(annotation.category)
    if annotation.origin == "predicted":
        text += f" {annotation.score:.2f}" if annotation.score is not None else " (predicted)"
    if not text:
        return
    text = face.fitted(text, picture.width - 8)
    width, height = face.width(text) + 8, face.line_height + 2
    left = min(max(min(x for x, _ in corners), 0), max(picture.width - width, 0))
    top = min(y for _, y in corners) - height - 1
    top = min(top if top >= 0 else max(top + height + 3, 0), max(picture.height - height, 0))
    for _ in range(len(taken)):
        if not any(left < r and x < left + width and top < b and y < top + height for x, y, r, b in taken):
            break
        if top + 2 * height > picture.height:
            break
        top += height
    taken.append((left, top, left + width, top + height))
    draw.rectangle([left, top, left + width, top + height], fill=(32, 33, 36))
    colour = LABELLED if annotation.origin == "labelled" else PREDICTED
    face.draw(draw, (left + 4, top + 1), text, colour)
