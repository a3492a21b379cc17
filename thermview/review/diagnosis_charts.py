"""Charts of a diagnosis as SVG, to stand in a page: its colours are the page's, on screens and on paper.

Each gives one `<svg>` with a title for readers that cannot see it. Every text is escaped. Numbers have their axis,
groups their shape as well as their colour: a disc is normal, a triangle an anomaly, a ring neither.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

from thermview.review.svg import (
    Axis,
    Tone,
    axis,
    legend,
    line,
    mark,
    named,
    px,
    rect,
    svg,
    text,
    x_axis,
    y_axis,
)
from thermview.thermal.ticks import number_text, value_text

WIDTH = 760


@dataclass(frozen=True, eq=False)
class Series:
    """Something drawn along an axis: `values` are counts of bins, or y of a line."""

    label: str
    values: NDArray[np.float64] | NDArray[np.intp]
    tone: Tone


@dataclass(frozen=True)
class BoxRow:
    """A row of a box chart."""

    label: str
    tone: Tone
    low: float
    q1: float
    median: float
    q3: float
    high: float
    count: int


@dataclass(frozen=True)
class BarRow:
    """A row of a bar chart: its length and the words behind it."""

    label: str
    value: float
    tone: Tone
    words: str


@dataclass(frozen=True)
class IntervalRow:
    """A value with its interval (NaN ends: none) in an interval chart."""

    label: str
    value: float
    low: float
    high: float
    tone: Tone


def histogram(
    series: Sequence[Series], edges: NDArray[np.float64], title: str, x_label: str, *,
    y_label: str = "pictures", height: int = 230, logarithmic: bool = False, marks: Sequence[tuple[str, float]] = (),
) -> Markup:  # fmt: skip
    """Areas over bins, filled at 30 % under a solid line; `marks` are dashed lines at values.

    `logarithmic`: counts as log10(1 + n), said on the axis.
    """
    left, right, top, bottom = 62, WIDTH - 14, 34, height - 42
    shown = [
        np.log10(1.0 + each.values) if logarithmic else np.asarray(each.values, float) for each in series
    ]
    most = max((float(values.max(initial=0)) for values in shown), default=0.0)
    x = axis(float(edges[0]), float(edges[-1]), left, right)
    y = axis(0.0, max(most, 1e-9), bottom, top)
    parts = y_axis(y, left, right, f"log10(1 + {y_label})" if logarithmic else y_label)
    parts += x_axis(x, top, bottom, x_label)
    for each, values in zip(series, shown, strict=True):
        parts.append(
            _area([x(float(edge)) for edge in edges], [y(float(v)) for v in values], bottom, each.tone)
        )
    for place, (label, value) in enumerate(marks):
        parts.append(line(x(value), top, x(value), bottom, "dash"))
        anchor = "start" if x(value) < (left + right) / 2 else "end"
        parts.append(
            text(
                x(value) + (4 if anchor == "start" else -4),
                top + 12 + 14 * place,
                label,
                anchor=anchor,
                style="s",
            )
        )
    parts += legend([(each.label, each.tone) for each in series if each.label], right, 14)
    return svg(WIDTH, height, title, *parts)


def small_histogram(
    counts: NDArray[np.intp], edges: NDArray[np.float64], tone: Tone, title: str, marks: Sequence[float] = ()
) -> Markup:
    """A class's histogram on the axis of all classes, small: two end ticks, marks as dashed lines."""
    width, height, bottom = 190, 74, 58
    x = axis(float(edges[0]), float(edges[-1]), 4, width - 4)
    y = axis(0.0, max(float(counts.max(initial=0)), 1.0), bottom, 6)
    parts = [line(4, bottom, width - 4, bottom, "axis")]
    parts.append(_area([x(float(edge)) for edge in edges], [y(float(n)) for n in counts], bottom, tone))
    parts += [line(x(value), 4, x(value), bottom, "dash") for value in marks if math.isfinite(value)]
    span = x.high - x.low
    for value, anchor in ((x.low, "start"), (x.high, "end")):
        parts.append(text(x(value), bottom + 13, value_text(value, span), anchor=anchor, style="s"))
    return svg(width, height, title, *parts)


def _area(edges: Sequence[float], tops: Sequence[float], bottom: float, tone: Tone) -> Markup:
    steps = []
    for number, top in enumerate(tops):
        steps += [f"{px(edges[number])},{px(top)}", f"{px(edges[number + 1])},{px(top)}"]
    if not steps:
        return Markup("")
    outline = " ".join(steps)
    filled = f"{px(edges[0])},{px(bottom)} {outline} {px(edges[-1])},{px(bottom)}"
    return Markup('<polygon points="{}" class="a-{}"/><polyline points="{}" class="l-{}"/>').format(
        filled, tone, outline, tone
    )


def bars(rows: Sequence[BarRow], title: str, *, label_width: int = 210) -> Markup:
    """Horizontal bars from 0, with names before and words behind them."""
    pitch, right = 21, WIDTH - 110
    longest = max((row.value for row in rows), default=0.0)
    x = axis(0.0, max(longest, 1e-9), label_width, right)
    parts = []
    for place, row in enumerate(rows):
        middle = place * pitch + pitch / 2 + 4
        parts += [
            mark(8, middle, row.tone),
            named(label_width - 8, middle + 4, row.label),
            rect(label_width, middle - 7, x(row.value) - label_width, 14, f"b-{row.tone}"),
            text(x(row.value) + 6, middle + 4, row.words, style="s"),
        ]
    return svg(WIDTH, len(rows) * pitch + 10, title, *parts)


def shares(parts_of: Sequence[tuple[str, float]], title: str) -> Markup:
    """One bar of a whole cut into shares, the largest first, each named with its percentage."""
    tones = ("accent", "muted", "anomaly", "unknown", "normal")
    total = sum(value for _, value in parts_of) or 1.0
    x, at, drawn = 0.0, 0.0, []
    for place, (label, value) in enumerate(sorted(parts_of, key=lambda each: -each[1])):
        width = (WIDTH - 1) * value / total
        words = f"{label} {percent(value / total)}"
        drawn += [
            rect(x, 4, width, 26, f"b-{tones[place % len(tones)]} edge"),
            rect(at, 39, 10, 10, f"b-{tones[place % len(tones)]}"),
            text(at + 15, 48, words, style="s"),
        ]
        x += width
        at += 7 * len(words) + 36
    return svg(WIDTH, 54, title, *drawn)


def boxes(rows: Sequence[BoxRow], mean: float, title: str, x_label: str) -> Markup:
    """Boxes from quartile to quartile with median and whiskers; the dashed line is the mean of all."""
    pitch, left, right, top = 22, 222, WIDTH - 64, 20
    bottom = top + pitch * len(rows)
    x = axis(
        min((row.low for row in rows), default=0.0), max((row.high for row in rows), default=1.0), left, right
    )
    parts = x_axis(x, top, bottom, x_label)
    for place, row in enumerate(rows):
        y = top + pitch * place + pitch / 2
        parts += [
            mark(8, y, row.tone),
            named(left - 10, y + 4, row.label),
            line(x(row.low), y, x(row.high), y, f"l-{row.tone}"),
            line(x(row.low), y - 4, x(row.low), y + 4, f"l-{row.tone}"),
            line(x(row.high), y - 4, x(row.high), y + 4, f"l-{row.tone}"),
            rect(x(row.q1), y - 7, x(row.q3) - x(row.q1), 14, f"box a-{row.tone}"),
            rect(x(row.q1), y - 7, x(row.q3) - x(row.q1), 14, f"outline l-{row.tone}"),
            line(x(row.median), y - 7, x(row.median), y + 7, f"median l-{row.tone}"),
            text(right + 8, y + 4, number_text(row.count, 0), style="s"),
        ]
    if math.isfinite(mean):
        parts.append(line(x(mean), top - 4, x(mean), bottom, "dash"))
        words = f"mean of all {value_text(mean, x.high - x.low)}"
        parts.append(text(x(mean), top - 8, words, anchor="middle", style="s"))
    parts.append(text(right + 8, top - 8, "pictures", style="s"))
    return svg(WIDTH, int(bottom) + 42, title, *parts)


def scatter(
    points: NDArray[np.float32], normal: NDArray[np.int8], title: str, labels: tuple[str, str], *,
    diamond: tuple[float, float] | None = None, height: int = 430, places: Sequence[tuple[str, float, float]] = (),
) -> Markup:  # fmt: skip
    """Points (n, 2) as a picture of cells, however many there are; `diamond` is the mean picture.

    A cell is the darker the more pictures lie in it (by logarithm); its colour goes from that of normal ones to that
    of anomalies by their share. `places`: words at points.
    """
    left, right, top, bottom = 62, WIDTH - 14, 14, height - 42
    known = np.isfinite(points).all(axis=1)
    points, normal = points[known], normal[known]
    inside = np.vstack([points, [diamond]]) if diamond and np.isfinite(diamond).all() else points
    low, high = (inside.min(axis=0), inside.max(axis=0)) if len(inside) else (np.zeros(2), np.ones(2))
    margin = 0.03 * np.maximum(high - low, 1e-9)
    x = axis(float(low[0] - margin[0]), float(high[0] + margin[0]), left, right)
    y = axis(float(low[1] - margin[1]), float(high[1] + margin[1]), bottom, top)
    parts = [*y_axis(y, left, right, "", 5), *x_axis(x, top, bottom, labels[0])]
    parts.append(
        Markup(
            '<text x="14" y="{0}" transform="rotate(-90 14 {0})" text-anchor="middle" class="s">{1}</text>'
        ).format(px((top + bottom) / 2), labels[1])
    )
    picture = _cells(points, normal, x, y, 3 if len(points) > 20_000 else 5)
    parts.append(
        Markup('<image x="{}" y="{}" width="{}" height="{}" href="{}" preserveAspectRatio="none"/>').format(
            left, top, right - left, bottom - top, picture
        )
    )  # fmt: skip
    for label, across, up in places:
        parts.append(text(x(across), y(up) + 4, label, anchor="middle", style="place"))
    if diamond and np.isfinite(diamond).all():
        dx, dy = x(diamond[0]), y(diamond[1])
        outline = f"{dx:.1f},{dy - 8:.1f} {dx + 8:.1f},{dy:.1f} {dx:.1f},{dy + 8:.1f} {dx - 8:.1f},{dy:.1f}"
        parts.append(Markup('<polygon points="{}" class="diamond"/>').format(outline))
    return svg(WIDTH, height, title, *parts)


_NORMAL, _ANOMALY, _UNKNOWN = (
    np.array(colour, float) for colour in ((58, 124, 190), (213, 94, 0), (140, 140, 140))
)


def _cells(points: NDArray[np.float32], normal: NDArray[np.int8], x: Axis, y: Axis, side: int) -> str:
    """The points counted in cells of `side` pixels, as a PNG with transparency in a data URI."""
    columns, rows = int(x.last - x.first) // side, int(y.first - y.last) // side
    reach = [[y.low, y.high], [x.low, x.high]]
    counts = [
        np.histogram2d(
            points[normal == state, 1], points[normal == state, 0], bins=(rows, columns), range=reach
        )[0]
        for state in (1, 0, -1)
    ]
    total = np.sum(counts, axis=0)
    weights = np.stack(counts, axis=-1) / np.maximum(total, 1)[..., None]
    colour = weights @ np.stack([_NORMAL, _ANOMALY, _UNKNOWN])
    strength = np.log1p(total) / max(float(np.log1p(total.max(initial=1.0))), 1e-9)
    alpha = np.where(total > 0, 60 + 195 * strength, 0)
    pixels = np.dstack([colour, alpha]).astype(np.uint8)[::-1]
    return png_uri(pixels)


def png_uri(pixels: NDArray[np.uint8]) -> str:
    """Pixels (rows, columns, 3 or 4) as a PNG in a data URI."""
    stream = BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def dots(
    values: Sequence[str], medians: Sequence[float], counts: Sequence[int], title: str, labels: tuple[str, str],
    tone: Tone, span: tuple[float, float],
) -> Markup:  # fmt: skip
    """Medians over the values of a token, larger marks where there are more pictures; `span` is that of all."""
    width, height, left, top = WIDTH, 220, 62, 26
    right, bottom = width - 30, height - 56
    y = axis(span[0], span[1], bottom, top)
    parts = y_axis(y, left, right, labels[1])
    pitch = (right - left) / max(len(values), 1)
    most = max([*counts, 1])
    places = [left + pitch * (number + 0.5) for number in range(len(values))]
    known = [(place, y(m)) for place, m in zip(places, medians, strict=True) if math.isfinite(m)]
    outline = " ".join(f"{px(a)},{px(b)}" for a, b in known)
    parts.append(Markup('<polyline points="{}" class="l-{} thin"/>').format(outline, tone))
    sparse = max(1, -(-len(values) // 16))
    for number, (value, median, count) in enumerate(zip(values, medians, counts, strict=True)):
        if math.isfinite(median):
            parts.append(mark(places[number], y(median), tone, 3 + 6 * math.sqrt(count / most)))
            parts.append(
                text(
                    places[number],
                    y(median) - 12,
                    value_text(median, span[1] - span[0]),
                    anchor="middle",
                    style="s",
                )
            )
        if number % sparse == 0:
            parts.append(text(places[number], bottom + 16, value, anchor="middle", style="s"))
            parts.append(
                text(places[number], bottom + 31, number_text(count, 0), anchor="middle", style="s m")
            )
    parts.append(line(left, bottom, right, bottom, "axis"))
    parts.append(
        text(
            (left + right) / 2,
            bottom + 48,
            f"{labels[0]}; below it the number of pictures",
            anchor="middle",
            style="s",
        )
    )
    return svg(width, height, title, *parts)


def curves(
    x_values: NDArray[np.float64], series: Sequence[Series], title: str, labels: tuple[str, str], *,
    band: tuple[float, float] | None = None,
) -> Markup:  # fmt: skip
    """Shares 0 to 1 over ascending thresholds, as percentages; `band` is shaded."""
    height, left, right, top, bottom = 230, 62, WIDTH - 14, 34, 188
    ends = (float(x_values[0]), float(x_values[-1])) if len(x_values) else (0.0, 1.0)
    x = axis(*ends, left, right)
    y = axis(0.0, 100.0, bottom, top)
    parts = [*y_axis(y, left, right, labels[1], 5), *x_axis(x, top, bottom, labels[0])]
    if band is not None and all(map(math.isfinite, band)):
        first, last = (min(max(x(end), left), right) for end in band)
        parts.insert(0, rect(first, top, last - first, bottom - top, "band"))
    for each in series:
        points = " ".join(
            f"{px(x(float(a)))},{px(y(100 * float(b)))}"
            for a, b in zip(x_values, each.values, strict=True)
            if math.isfinite(float(b))
        )
        parts.append(Markup('<polyline points="{}" class="l-{}"/>').format(points, each.tone))
    parts += legend([(each.label, each.tone) for each in series], right, 14)
    return svg(WIDTH, height, title, *parts)


def intervals(
    rows: Sequence[IntervalRow], title: str, x_label: str, *, low: float, high: float,
    against: tuple[float, str] | None = None,
) -> Markup:  # fmt: skip
    """Values with their intervals, one a row; `against` is a value to read them by."""
    pitch, left, right, top = 26, 230, WIDTH - 130, 20
    bottom = top + pitch * len(rows)
    x = axis(low, high, left, right)
    parts = x_axis(x, top, bottom, x_label)
    if against is not None:
        parts += [
            line(x(against[0]), top - 4, x(against[0]), bottom, "dash"),
            text(x(against[0]), top - 8, against[1], anchor="middle", style="s"),
        ]
    for place, row in enumerate(rows):
        y = top + pitch * place + pitch / 2
        parts.append(text(left - 14, y + 4, row.label, anchor="end"))
        if not math.isfinite(row.value):
            parts.append(text(left + 8, y + 4, "cannot be said", style="s"))
            continue
        ends = [min(max(end, low), high) for end in (row.low, row.high)]
        if all(map(math.isfinite, ends)):
            parts.append(line(x(ends[0]), y, x(ends[1]), y, f"l-{row.tone} thick"))
        parts.append(mark(x(min(max(row.value, low), high)), y, row.tone, 5))
        parts.append(text(right + 8, y + 4, interval_text(row.value, row.low, row.high), style="s"))
    return svg(WIDTH, int(bottom) + 42, title, *parts)


def interval_text(value: float, low: float, high: float) -> str:
    """0.82 (0.74 to 0.87), without brackets where there is no interval."""
    said = value_text(value, 1.0)
    if not (math.isfinite(low) and math.isfinite(high)):
        return said
    return f"{said} ({value_text(low, 1.0)} to {value_text(high, 1.0)})"


def percent(share: float) -> str:
    """A share as 19.9 %; two digits after the point for what is small."""
    if not math.isfinite(share):
        return "–"
    value = 100 * share
    digits = 1 if value == 0 or value >= 0.95 else 2
    return f"{number_text(value, digits)} %"
