"""Pipes, valves, tanks, switchboards and air-conditioning units as a thermal camera sees them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thermview.sample.thermal_canvas import Brush
from thermview.sample.thermal_stage import NORMAL, Stage


def leak(stage: Stage, brush: Brush, at: tuple[float, float], size: float, kelvin: float) -> None:
    """A jet from `at` that spreads downwards, `size` metres long, with drops and a patch where it lands."""
    aim = np.deg2rad(stage.layout.uniform(-150, -30))
    for step in range(1, 13):
        part = step / 12
        flutter = 0.06 * size * part * np.sin(2.6 * stage.time_s + 5 * part)
        x = at[0] + part * size * np.cos(aim) + flutter
        y = at[1] + part * size * np.sin(aim) * (0.6 + 0.6 * part)
        spread = size * (0.03 + 0.11 * part)
        brush.glow((x, y), (spread, spread), kelvin * 0.5 * (1.15 - part), mark=step in (1, 12))
    brush.glow(at, (0.05 * size, 0.05 * size), 1.1 * kelvin)
    for _ in range(int(stage.layout.integers(2, 9))):
        fall = (stage.layout.random() + 0.21 * stage.time_s) % 1.0
        x = at[0] + stage.layout.normal(0, 0.1 * size)
        brush.ellipse(
            (x, at[1] - fall * size), (0.012 * size, 0.02 * size), brush_level(brush, at) + kelvin * 0.5
        )
    brush.glow((at[0], at[1] - 1.1 * size), (0.3 * size, 0.05 * size), 0.3 * kelvin)


def brush_level(brush: Brush, at: tuple[float, float]) -> float:
    """°C of the field under a point, or of its nearest pixel inside the picture."""
    column, row = brush.pixels([at])[0]
    rows, columns = brush.field.shape
    return float(brush.field[int(np.clip(row, 0, rows - 1)), int(np.clip(column, 0, columns - 1))])


def _leak_kelvin(stage: Stage, medium_k: float) -> float:
    """Hot media leak warm, cold ones (and expanding gas) leak cold."""
    size = stage.layout.uniform(9, 26)
    return float(size if medium_k > 0 else -size * 0.6)


def draw_pipe(stage: Stage) -> None:
    """One to four transport pipes with flanges and supports; a leaking one has a jet at a flange."""
    stage.wall(stage.layout.uniform(-1, 1))
    diameter = stage.layout.uniform(0.18, 0.32)
    scale = stage.scale_for(diameter, 0.75)
    reach = 1.5 * stage.columns / scale
    count = int(np.clip(stage.rows / scale / (diameter * 1.9), 1, 4)) if stage.layout.random() < 0.7 else 1
    tilt = stage.layout.choice([0.0, 0.0, 90.0]) + stage.layout.normal(0, 4) + 8 * stage.session.view
    leaking = int(stage.layout.integers(count))
    for index in range(count):
        away = (index + 0.5) / count
        x, y = (away, 0.5) if 45 < tilt < 135 else (0.5, away)
        brush = stage.brush(x, y, scale, angle_deg=float(tilt))
        medium = stage.layout.choice([-4.0, 12.0, 22.0, 32.0], p=[0.15, 0.35, 0.3, 0.2])
        flange = _pipe(stage, brush, diameter, reach, stage.air + medium)
        faulty = stage.anomalous and index == leaking
        if faulty:
            size = diameter * stage.layout.uniform(1.2, 2.4)
            leak(stage, brush, (flange, -0.3 * diameter), size, _leak_kelvin(stage, medium))
        stage.keep(brush, state=stage.state if faulty or not stage.anomalous else NORMAL)


def _pipe(stage: Stage, brush: Brush, diameter: float, reach: float, celsius: float) -> float:
    """Draw one pipe along x, perhaps with an elbow; gives where its middle flange sits."""
    rim = stage.air + 0.45 * (celsius - stage.air)
    flange = float(stage.layout.uniform(-0.16, 0.16) * reach)
    path, last = [(-reach / 2, 0.0), (reach / 2, 0.0)], reach / 2
    if stage.layout.random() < 0.3:
        last = flange + max(stage.layout.uniform(0.08, 0.2) * reach, 1.4 * diameter)
        path = [(-reach / 2, 0.0), (last, 0.0), (last, stage.layout.choice([-1, 1]) * reach)]
    brush.tube(path, diameter, celsius, rim, steps=9, mark=False)
    brush.enclose(flange - 1.8 * diameter, -0.75 * diameter, 3.6 * diameter, 1.5 * diameter)
    for x in (flange, flange - 0.36 * reach, flange + 0.36 * reach):
        if x <= last:
            _flange(stage, brush, x, diameter, rim + 0.5 * (celsius - rim), rim - 1.0)
    hanger = flange - 0.18 * reach
    brush.line(
        [(hanger, 0.5 * diameter), (hanger, 3 * diameter)], 0.12 * diameter, stage.air - 0.5, mark=False
    )
    brush.line([(hanger, -0.52 * diameter), (hanger, 0.52 * diameter)], 0.1 * diameter, rim - 1.5, mark=False)
    return flange


def _flange(stage: Stage, brush: Brush, x: float, diameter: float, core: float, edge: float) -> None:
    for side in (x - 0.14 * diameter, x + 0.14 * diameter):
        rim = [(side, -0.68 * diameter), (side, 0.68 * diameter)]
        brush.tube(rim, 0.2 * diameter, core, edge, steps=3, mark=False)
    brush.line([(x, -0.6 * diameter), (x, 0.6 * diameter)], 0.06 * diameter, stage.air, mark=False)


def draw_valve(stage: Stage) -> None:
    """Valves with handwheels on a pipe; a leaking one sprays from its stem or flange."""
    stage.wall(stage.layout.uniform(-1, 1))
    scale = stage.scale_for(0.75, 0.85)
    count = 1 if scale * 0.8 > 0.5 * stage.columns else int(stage.layout.integers(1, 3))
    tilt = float(stage.layout.normal(0, 3) + 6 * stage.session.view)
    medium = float(stage.layout.choice([-4.0, 14.0, 24.0, 34.0], p=[0.15, 0.35, 0.3, 0.2]))
    middle = stage.brush(0.5, 0.66 + stage.layout.uniform(-0.06, 0.06), scale, angle_deg=tilt)
    middle.tube([(-4.0, 0.0), (4.0, 0.0)], 0.16, stage.air + medium, stage.air + 0.45 * medium, steps=9)
    for index in range(count):
        along = ((index + 0.5) / count - 0.5 + stage.layout.uniform(-0.05, 0.05)) * stage.columns / scale
        column, row = middle.pixels([(along, 0.0)])[0]
        brush = replace(middle, origin=(float(column), float(row)))
        _valve(stage, brush, stage.air + medium)
        faulty = stage.anomalous and (index == 0 or stage.layout.random() < 0.3)
        if faulty:
            at = (0.0, 0.24) if stage.layout.random() < 0.5 else (0.2, -0.04)
            leak(stage, brush, at, stage.layout.uniform(0.2, 0.45), _leak_kelvin(stage, medium))
        stage.keep(brush, state=stage.state if faulty or not stage.anomalous else NORMAL)


def _valve(stage: Stage, brush: Brush, celsius: float) -> None:
    """A gate valve on a pipe of 0.16 m, origin on the pipe's middle."""
    air = stage.air
    rim = air + 0.45 * (celsius - air)
    for x in (-0.22, -0.18, 0.18, 0.22):
        brush.tube([(x, -0.14), (x, 0.14)], 0.035, rim + 2, rim - 1, steps=3)
    brush.ellipse((0, 0.02), (0.17, 0.13), rim + 0.7 * (celsius - rim))
    brush.glow((0.0, 0.03), (0.07, 0.06), 0.4 * (celsius - rim))
    neck = air + 0.45 * (celsius - air)
    brush.polygon([(-0.1, 0.1), (0.1, 0.1), (0.06, 0.26), (-0.06, 0.26)], neck)
    brush.rectangle(-0.1, 0.25, 0.2, 0.035, neck - 2)
    brush.tube([(0, 0.28), (0, 0.46)], 0.035, air + 0.25 * (celsius - air), air, steps=3)
    wheel = air + 0.12 * (celsius - air)
    flat = 0.25 + 0.6 * abs(stage.session.view)
    turn = stage.layout.uniform(0, 60)
    centre = (0.0, 0.46)
    rim_points = [
        (centre[0] + 0.17 * np.cos(a), centre[1] + 0.17 * flat * np.sin(a)) for a in np.linspace(0, 6.4, 30)
    ]
    brush.line(rim_points, 0.028, wheel)
    for spoke in np.deg2rad(turn + np.arange(0, 360, 72)):
        end = (centre[0] + 0.17 * np.cos(spoke), centre[1] + 0.17 * flat * np.sin(spoke))
        brush.line([centre, end], 0.018, wheel + 0.6)


def draw_tank(stage: Stage) -> None:
    """Storage tanks with a filling level that shows; a leaking one has a streak and a puddle."""
    horizon = stage.layout.uniform(0.6, 0.75)
    stage.outdoors(horizon, stage.session.sun_k * 0.3)
    count = int(stage.layout.integers(1, 4))
    height, width = stage.layout.uniform(5, 11), stage.layout.uniform(4, 9)
    scale = stage.scale_for(height * 1.2, 0.85)
    for index in range(count):
        x = (index + 0.5 + stage.layout.uniform(-0.15, 0.15)) / count
        size = scale * (1.0 if index == 0 else stage.layout.uniform(0.6, 0.95))
        brush = stage.brush(x, horizon + 0.08 + stage.layout.uniform(0, 0.08), size)
        medium = stage.layout.choice([-3.0, 7.0, 14.0, 22.0])
        level = stage.layout.uniform(0.3, 0.85) * height
        _tank(stage, brush, width, height, level, stage.air + medium)
        faulty = stage.anomalous and index == 0
        if faulty:
            _tank_leak(stage, brush, width, level, _leak_kelvin(stage, medium))
        stage.keep(brush, state=stage.state if faulty or not stage.anomalous else NORMAL)


def _tank(stage: Stage, brush: Brush, width: float, height: float, level: float, celsius: float) -> None:
    """An upright cylinder from vertical strips, so that its round wall shades; origin under its middle."""
    shell = stage.air + stage.session.sun_k
    strips = 24
    for strip in range(strips):
        left, right = (width * (np.sin(np.pi * ((strip + n) / strips - 0.5)) / 2) for n in (0, 1))
        facing = np.cos(np.pi * ((strip + 0.5) / strips - 0.5))
        sunny = (
            1.2 * np.sin(np.pi * ((strip + 0.5) / strips - 0.5)) * stage.session.view * stage.session.sun_k
        )
        wall = shell + sunny - 2.0 * (1 - facing)
        full = stage.air + (celsius - stage.air) * (0.55 + 0.45 * facing) + sunny
        brush.rectangle(left, 0.0, right - left, height, wall)
        brush.rectangle(left, 0.0, right - left, level, full)
    roof = [(-width / 2, height), (0.0, height * 1.12), (width / 2, height)]
    brush.polygon(roof, shell - 3.0)
    for ring_at in np.linspace(0.2, 0.95, 4):
        brush.line([(-width / 2, ring_at * height), (width / 2, ring_at * height)], 0.06, shell - 1.0)
    ladder = stage.layout.uniform(-0.3, 0.3) * width
    for side in (-0.18, 0.18):
        brush.line([(ladder + side, 0), (ladder + side, height)], 0.05, shell - 1.8)
    for rung in np.arange(0.3, height, 0.45):
        brush.line([(ladder - 0.18, rung), (ladder + 0.18, rung)], 0.04, shell - 1.6)
    pipe = [(-width * 0.5, 0.7), (-width * 0.75, 0.7), (-width * 0.75, 0.1), (-width * 1.6, 0.1)]
    brush.tube(pipe, 0.35, celsius, stage.air + 0.5 * (celsius - stage.air), steps=4, mark=False)


def _tank_leak(stage: Stage, brush: Brush, width: float, level: float, kelvin: float) -> None:
    x = stage.layout.uniform(-0.3, 0.3) * width
    start = level * stage.layout.uniform(0.35, 0.8)
    for step in range(16):
        part = step / 15
        wander = 0.05 * width * np.sin(4 * part + 0.6 * stage.time_s + x)
        radii = (0.03 * width * (1 + 1.6 * part), start / 20)
        brush.glow((x + wander * part, start * (1 - part)), radii, kelvin * (0.75 - 0.35 * part))
    brush.glow((x, start), (0.04 * width, 0.04 * width), kelvin)
    brush.glow((x, -0.02 * level), (0.3 * width, 0.03 * level + 0.08), kelvin * 0.55, mark=True)


def draw_switchboard(stage: Stage) -> None:
    """An open cabinet with breakers and cables; a short circuit makes one phase glow."""
    stage.wall(stage.layout.uniform(2, 8))
    scale = stage.scale_for(1.9, 0.95) if stage.distance_m >= 1.5 else stage.pixels_per_metre
    brush = stage.brush(
        0.5 + stage.layout.uniform(-0.06, 0.06), 0.5, scale, angle_deg=2.5 * stage.session.view
    )
    cabinet = stage.air + stage.layout.uniform(3, 8)
    brush.rectangle(-0.45, -0.95, 0.9, 1.9, cabinet - 2.0)
    brush.rectangle(-0.4, -0.9, 0.8, 1.8, cabinet + 1.5)
    lowest = 3 if stage.distance_m > 1.5 else 2  # from near the lowest row is out of the picture
    place = (int(stage.layout.integers(3)), int(stage.layout.integers(1, lowest + 1)))
    faulty = place if stage.anomalous else None
    for row in range(4):
        _breakers(stage, brush, 0.62 - 0.4 * row, cabinet + 2, row, faulty)
    for phase, x in enumerate((-0.12, 0.0, 0.12)):
        load = stage.layout.uniform(3, 7)
        brush.tube([(x, 0.92), (x, -0.86)], 0.03, cabinet + 2 + load, cabinet + 2, steps=3)
        if faulty and faulty[0] == phase:
            brush.tube([(x, 0.62 - 0.4 * faulty[1]), (x, -0.86)], 0.034, cabinet + 26, cabinet + 9, steps=3)
    if faulty:
        x, y = (faulty[0] - 1) * 0.12, 0.62 - 0.4 * faulty[1]
        flicker = 1 + 0.1 * np.sin(5 * stage.time_s)
        kelvin = stage.layout.uniform(50, 130) * flicker
        brush.glow((x, y), (0.035, 0.05), kelvin)
        brush.glow((x, y + 0.06), (0.1, 0.14), 0.2 * kelvin)
    stage.keep(brush)


def _breakers(
    stage: Stage, brush: Brush, y: float, celsius: float, row: int, faulty: tuple[int, int] | None
) -> None:
    """A row of breakers on its rail with a cable of its own each."""
    brush.rectangle(-0.36, y - 0.1, 0.72, 0.02, celsius - 2)
    count = int(stage.layout.integers(5, 9))
    for index in range(count):
        x = -0.34 + 0.68 * index / count
        load = stage.layout.gamma(2.0, 1.6)
        brush.rectangle(x, y - 0.08, 0.6 / count, 0.16, celsius + load)
        brush.rectangle(x + 0.1 / count, y - 0.03, 0.4 / count, 0.06, celsius + load + 1.6)
        sag = x + stage.layout.uniform(-0.03, 0.03)
        brush.line([(x + 0.3 / count, y - 0.08), (sag, y - 0.2)], 0.012, celsius + 0.7 * load)
    if faulty and faulty[1] == row:
        brush.glow(((faulty[0] - 1) * 0.22, y), (0.06, 0.05), 12.0)


def draw_outdoor_unit(stage: Stage) -> None:
    """Air-conditioning units with a fan grille; an overheated one has a hot compressor or motor."""
    stage.wall(stage.layout.uniform(-1.5, 1.5))
    scale = stage.scale_for(1.05, 0.85)
    count = 1 if scale * 0.9 > 0.45 * stage.columns else int(stage.layout.integers(1, 4))
    fans = int(stage.layout.integers(1, 3)) if count == 1 and stage.distance_m > 2.5 else 1
    for index in range(count):
        x = (index + 0.5) / count
        tilt = float(2 * stage.session.view + stage.layout.normal(0, 0.6))
        brush = stage.brush(x, 0.55 + 0.4 * scale * fans / stage.rows, scale, angle_deg=tilt)
        faulty = stage.anomalous and (index == 0 or stage.layout.random() < 0.3)
        _outdoor_unit(stage, brush, fans, faulty)
        stage.keep(brush, state=stage.state if faulty or not stage.anomalous else NORMAL)


def _outdoor_unit(stage: Stage, brush: Brush, fans: int, faulty: bool) -> None:
    """A casing of 0.9 m by 0.75 m a fan, origin at the middle of its foot."""
    casing = stage.air + stage.layout.uniform(0.5, 3.0)
    height = 0.75 * fans
    brush.rectangle(-0.45, 0.0, 0.9, height, casing)
    for foot in (-0.35, 0.25):
        brush.rectangle(foot, -0.06, 0.1, 0.06, casing - 1.5)
    brush.rectangle(0.25, 0.03, 0.18, height - 0.06, casing + 1.2)
    coil = stage.air + stage.layout.uniform(5, 12)
    compressor = stage.layout.uniform(8, 14)
    for fan in range(fans):
        _fan(stage, brush, (-0.1, 0.375 + 0.75 * fan), casing, coil)
    brush.glow((0.34, 0.2), (0.06, 0.1), compressor)
    for slit in np.arange(0.1, height - 0.08, 0.05):
        brush.line([(0.27, slit), (0.41, slit)], 0.012, casing - 0.6)
    for bend in (0.1, 0.16):
        pipe = [(0.45, bend), (0.58, bend), (0.6, -0.2)]
        brush.tube(pipe, 0.035, stage.air + (12 if bend > 0.12 else -4), stage.air, steps=3, mark=False)
    if faulty:
        kelvin = stage.layout.uniform(35, 75)
        if stage.layout.random() < 0.5:
            brush.glow((0.34, 0.22), (0.07, 0.12), kelvin)
            brush.glow((0.3, 0.45), (0.1, 0.16), 0.3 * kelvin)
        else:
            brush.glow((-0.1, 0.375), (0.07, 0.07), kelvin)
            brush.glow((-0.1, 0.375), (0.2, 0.2), 0.35 * kelvin)


def _fan(stage: Stage, brush: Brush, centre: tuple[float, float], casing: float, coil: float) -> None:
    brush.ellipse(centre, (0.32, 0.32), coil)
    for blade in np.deg2rad(37 * stage.time_s + np.arange(0, 360, 120)):
        tip = np.array([[0.0, 0.0], [0.3, -0.09], [0.3, 0.09]])
        turn = np.array([[np.cos(blade), np.sin(blade)], [-np.sin(blade), np.cos(blade)]])
        brush.polygon(tip @ turn + centre, coil - 3.0)
    brush.ellipse(centre, (0.07, 0.07), coil + 3.0)
    for radius in (0.12, 0.19, 0.26, 0.32):
        around = [
            (centre[0] + radius * np.cos(a), centre[1] + radius * np.sin(a)) for a in np.linspace(0, 6.3, 40)
        ]
        brush.line(around, 0.01, casing - 0.8)
    for spoke in np.deg2rad(np.arange(0, 360, 45)):
        end = (centre[0] + 0.32 * np.cos(spoke), centre[1] + 0.32 * np.sin(spoke))
        brush.line([centre, end], 0.008, casing - 0.8)
