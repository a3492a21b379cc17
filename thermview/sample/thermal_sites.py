"""Factories from outside and inside as a thermal camera sees them, with and without fire."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thermview.sample.thermal_canvas import Brush
from thermview.sample.thermal_stage import NORMAL, Stage


def fire(stage: Stage, brush: Brush, at: tuple[float, float], size: float) -> None:
    """Flames `size` metres high from `at`, flickering with time, and the warm smoke above them."""
    kelvin = stage.layout.uniform(90, 320)
    for tongue in range(7):
        lean = stage.layout.uniform(-0.5, 0.5)
        tall = size * stage.layout.uniform(0.5, 1.0) * (1 + 0.25 * np.sin(3.1 * stage.time_s + 2 * tongue))
        base = at[0] + lean * 0.5 * size
        for step in range(6):
            part = step / 5
            sway = 0.1 * size * part * np.sin(2.3 * stage.time_s + tongue + 3 * part)
            spread = size * 0.13 * (1.1 - part)
            brush.glow(
                (base + sway, at[1] + part * tall), (spread, spread * 1.5), kelvin * 0.3 * (1.1 - part)
            )
    brush.ellipse(at, (0.4 * size, 0.08 * size), brush.field.max(initial=0.0) * 0.7, mark=True)
    for step in range(1, 9):
        drift = 0.1 * step * size * (0.4 + 0.3 * stage.session.wind_speed_m_s)
        wave = 0.1 * size * np.sin(1.1 * stage.time_s + step)
        centre = (at[0] + drift + wave, at[1] + size * (0.9 + 0.35 * step))
        radii = (size * (0.2 + 0.09 * step), size * 0.25)
        brush.glow(centre, radii, kelvin * 0.1 / step, mark=step == 4)


def draw_exterior(stage: Stage) -> None:
    """Halls, chimneys and pipe bridges under a cold sky; on fire, flames from a roof or a window."""
    horizon = stage.layout.uniform(0.68, 0.85)
    stage.outdoors(horizon, stage.session.sun_k * 0.4)
    scale = stage.scale_for(14, 0.75)
    width = stage.columns / scale
    brush = stage.brush(0.5, horizon + 0.02, scale, angle_deg=float(stage.session.view))
    left = -0.55 * width
    halls: list[tuple[Brush, float, float]] = []
    while left < 0.5 * width:
        span = stage.layout.uniform(0.2, 0.5) * width
        top = stage.layout.uniform(4.0, 10.0)
        celsius = stage.air + stage.session.sun_k + stage.layout.uniform(-1.0, 2.0)
        hall = replace(brush)
        _hall(stage, hall, left, span, top, celsius)
        halls.append((hall, left + stage.layout.uniform(0.3, 0.7) * span, top))
        left += span + stage.layout.uniform(-0.02, 0.08) * width
    for _ in range(int(stage.layout.integers(1, 4))):
        _chimney(stage, brush, stage.layout.uniform(-0.4, 0.4) * width)
    burning = min(halls, key=lambda hall: abs(hall[1]))[0] if stage.anomalous else None
    for hall, middle, top in halls:
        if hall is burning:
            seat = (float(np.clip(middle, -0.4 * width, 0.4 * width)), top * stage.layout.choice([0.35, 1.0]))
            fire(stage, hall, seat, stage.layout.uniform(1.5, 4.5))
        stage.keep(hall, state=NORMAL if stage.anomalous and hall is not burning else stage.state)


def _hall(stage: Stage, brush: Brush, left: float, span: float, top: float, celsius: float) -> None:
    """One building with a roof, a band of windows, doors and vents that leak heat."""
    brush.rectangle(left, 0.0, span, top, celsius)
    if stage.layout.random() < 0.5:
        teeth = int(stage.layout.integers(2, 6))
        for tooth in range(teeth):
            x = left + span * tooth / teeth
            brush.polygon([(x, top), (x, top + 1.2), (x + span / teeth, top)], celsius - 2.5)
    else:
        brush.polygon([(left, top), (left + span / 2, top + 1.4), (left + span, top)], celsius - 2.8)
    for level in np.arange(1.8, top - 0.8, 2.4):
        warm = stage.layout.uniform(0.5, 4.5)
        for x in np.arange(left + 0.4, left + span - 0.9, 1.5):
            brush.rectangle(x, level, 0.9, 1.0, celsius + warm * stage.layout.uniform(0.3, 1.2))
    door = left + stage.layout.uniform(0.1, 0.7) * span
    brush.rectangle(door, 0.0, 1.8, 2.0, celsius + stage.layout.uniform(-1.0, 5.0))
    vent = left + stage.layout.uniform(0.1, 0.9) * span
    brush.rectangle(vent, top, 0.6, 0.8, celsius + stage.layout.uniform(6, 14))
    brush.glow((vent + 0.3, top + 1.5), (0.6, 0.8), 2.5)


def _chimney(stage: Stage, brush: Brush, x: float) -> None:
    height = stage.layout.uniform(9, 13)
    warm = stage.air + stage.layout.uniform(5, 16)
    brush.tube([(x, 0.0), (x, height)], 0.8, warm, stage.air + 1.5, steps=4)
    brush.rectangle(x - 0.45, height - 0.4, 0.9, 0.4, warm + 5)
    for step in range(7):
        drift = 0.28 * step * (0.3 + 0.3 * stage.session.wind_speed_m_s) + 0.15 * np.sin(stage.time_s + step)
        brush.glow((x + drift, height + 0.4 * step), (0.35 + 0.17 * step, 0.4), 8.0 / (1 + step))


def draw_interior(stage: Stage) -> None:
    """A hall in perspective with columns, lamps and warm machines; on fire, flames from a machine."""
    vanish = (0.5 + 0.15 * stage.session.view, stage.layout.uniform(0.38, 0.5))
    warm = stage.air + stage.layout.uniform(3, 9)
    _room(stage, vanish, warm)
    depth_m = 4.0
    scale = stage.scale_for(2.6, 0.42)
    count = int(stage.layout.integers(2, 5))
    burning = int(stage.layout.integers(count))
    for index in range(count):
        near = 0.45 + 0.55 * (index + 1) / count
        x = (index + 0.5) / count + stage.layout.uniform(-0.08, 0.08)
        floor = vanish[1] + (1 - vanish[1]) * (0.3 + 0.5 * near)
        brush = stage.brush(x, floor, scale * near)
        top = _machine(stage, brush, warm, depth_m)
        if stage.anomalous and index == burning:
            fire(stage, brush, (0.2, top * stage.layout.uniform(0.5, 1.0)), stage.layout.uniform(0.7, 1.6))
            stage.keep(brush)
        elif not stage.anomalous and index == count - 1:
            stage.keep(brush)


def _room(stage: Stage, vanish: tuple[float, float], warm: float) -> None:
    brush = stage.brush(0.0, 0.0, float(stage.rows))
    wide = stage.columns / stage.rows
    middle = (vanish[0] * wide, -vanish[1])
    corners = [(-0.1, 0.1), (wide + 0.1, 0.1), (wide + 0.1, -1.1), (-0.1, -1.1)]
    back = [(middle[0] + (x - middle[0]) * 0.22, middle[1] + (y - middle[1]) * 0.22) for x, y in corners]
    levels = (warm + 3.0, warm + 0.3, warm - 2.0, warm + 0.8)  # ceiling, right, floor, left
    for side, celsius in enumerate(levels):
        following = (side + 1) % 4
        brush.polygon([corners[side], corners[following], back[following], back[side]], celsius)
    brush.polygon(back, warm + 0.5)
    for row in np.linspace(0.25, 0.95, 4):
        for x in (0.3, 0.7):
            top = (corners[0][0] + (corners[1][0] - corners[0][0]) * x, corners[0][1])
            at = (middle[0] + (top[0] - middle[0]) * row, middle[1] + (top[1] - middle[1]) * row)
            brush.ellipse(at, (0.05 * row, 0.012 * row), warm + 12)
    for row in np.linspace(0.3, 1.0, 4):
        for x in (-0.1, wide + 0.1):
            at = middle[0] + (x - middle[0]) * row * 0.92
            ends = [(at, middle[1] + 1.1 * row * 0.45), (at, middle[1] - 1.1 * row * 0.55)]
            brush.line(ends, 0.035 * row, warm - 0.8)
    stage.unevenness(0.4, 0.3)


def _machine(stage: Stage, brush: Brush, warm: float, depth_m: float) -> float:
    """A machine with a motor, a hot part and a duct; gives its height in metres."""
    height, width = stage.layout.uniform(1.2, 2.3), stage.layout.uniform(1.4, 2.6)
    body = warm + stage.layout.uniform(0.5, 4.0)
    brush.rectangle(-width / 2, 0.0, width, height, body)
    brush.polygon(
        [
            (-width / 2, height),
            (-width / 2 + 0.3, height + 0.25),
            (width / 2 + 0.3, height + 0.25),
            (width / 2, height),
        ],
        body + 1.5,
    )
    for panel in np.linspace(-width / 2 + 0.1, width / 2 - 0.4, 4):
        brush.rectangle(panel, 0.3 * height, 0.25, 0.35 * height, body + stage.layout.uniform(-1.0, 2.5))
    motor = stage.layout.uniform(10, 22)
    x = stage.layout.uniform(-0.3, 0.3) * width
    brush.tube([(x - 0.3, 0.25), (x + 0.3, 0.25)], 0.4, body + motor, body + 0.4 * motor, steps=5)
    duct = stage.layout.uniform(-0.4, 0.4) * width
    brush.tube([(duct, height), (duct, height + depth_m * 0.3)], 0.25, body + 6, body + 1, steps=4)
    return float(height)
