"""Pieces of SVG charts: axes, lines, words, marks; their colours are classes of the page's style sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from thermview.thermal.ticks import round_ticks, tick_texts

Tone = str
"""A class of the page's style sheet: normal, anomaly, unknown, accent, muted, red, green, blue."""
_NAME_LETTERS = 30


@dataclass(frozen=True)
class Axis:
    """Values low .. high along pixels first .. last."""

    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        return self.first + (self.last - self.first) * (value - self.low) / (self.high - self.low)


def axis(low: float, high: float, first: float, last: float) -> Axis:
    """An axis of these values; a span of nothing becomes one of 1."""
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = 0.0, 1.0
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-9):
        low, high = low - 0.5, high + 0.5
    return Axis(low, high, first, last)


def svg(width: int, height: int, title: str, *parts: Markup) -> Markup:
    """The whole drawing, `width` x `height` pixels before the page scales it."""
    body = Markup("\n").join(parts)
    head = Markup('<svg viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">').format(
        width, height, width, height, title
    )
    return head + body + Markup("</svg>")


def text(x: float, y: float, text: str, *, anchor: str = "start", style: str = "t") -> Markup:
    """Words at a place."""
    return Markup('<text x="{}" y="{}" text-anchor="{}" class="{}">{}</text>').format(
        px(x), px(y), anchor, style, text
    )


def line(x1: float, y1: float, x2: float, y2: float, style: str) -> Markup:
    """A straight line."""
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>').format(
        px(x1), px(y1), px(x2), px(y2), style
    )


def rect(x: float, y: float, width: float, height: float, style: str) -> Markup:
    """A rectangle; a negative size is none."""
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>').format(
        px(x), px(y), px(max(width, 0)), px(max(height, 0)), style
    )


def mark(x: float, y: float, tone: Tone, size: float = 4) -> Markup:
    """The sign of a group: disc, triangle or ring."""
    if tone == "anomaly":
        points = f"{x - size:.1f},{y + size:.1f} {x + size:.1f},{y + size:.1f} {x:.1f},{y - size:.1f}"
        return Markup('<polygon points="{}" class="f-anomaly"/>').format(points)
    style = "ring" if tone == "unknown" else f"f-{tone}"
    return Markup('<circle cx="{}" cy="{}" r="{}" class="{}"/>').format(px(x), px(y), px(size), style)


def named(x: float, y: float, name: str, anchor: str = "end") -> Markup:
    """A name cut in its middle, whole when pointed at."""
    if len(name) <= _NAME_LETTERS:
        return text(x, y, name, anchor=anchor)
    half = _NAME_LETTERS // 2
    shown = f"{name[:half]}…{name[-half + 1 :]}"
    return Markup('<text x="{}" y="{}" text-anchor="{}" class="t">{}<title>{}</title></text>').format(
        px(x), px(y), anchor, shown, name
    )


def px(value: float) -> str:
    """A place in pixels, short."""
    return f"{value:.1f}".removesuffix(".0") if math.isfinite(value) else "0"


def x_axis(axis: Axis, top: float, bottom: float, label: str, count: int = 6) -> list[Markup]:
    """Grid, numbers and words of a horizontal axis between two heights."""
    ticks = round_ticks(axis.low, axis.high, count)
    parts = [line(axis(tick), top, axis(tick), bottom, "grid") for tick in ticks]
    parts += [
        text(axis(tick), bottom + 15, written, anchor="middle", style="s")
        for tick, written in zip(ticks, tick_texts(ticks), strict=True)
    ]
    parts.append(line(axis.first, bottom, axis.last, bottom, "axis"))
    parts.append(text((axis.first + axis.last) / 2, bottom + 31, label, anchor="middle", style="s"))
    return parts


def y_axis(axis: Axis, left: float, right: float, label: str, count: int = 4) -> list[Markup]:
    """Grid, numbers and words of a vertical axis between two places."""
    ticks = round_ticks(axis.low, axis.high, count)
    parts = [line(left, axis(tick), right, axis(tick), "grid") for tick in ticks]
    parts += [
        text(left - 6, axis(tick) + 4, written, anchor="end", style="s")
        for tick, written in zip(ticks, tick_texts(ticks), strict=True)
    ]
    parts.append(text(left, min(axis.first, axis.last) - 8, label, style="s"))
    return parts


def legend(series: Sequence[tuple[str, Tone]], x: float, y: float) -> list[Markup]:
    """Marks with names, from right to left."""
    parts: list[Markup] = []
    for label, tone in reversed(series):
        x -= 6.6 * len(label) + 4
        parts += [mark(x - 8, y - 4, tone), text(x, y, label, style="s")]
        x -= 26
    return parts
