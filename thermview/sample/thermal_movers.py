"""Persons, cars and ships as a thermal camera sees them, normal and otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermview.sample.thermal_canvas import Brush
from thermview.sample.thermal_stage import NORMAL, Stage

_SKIN_C = 32.5


@dataclass(frozen=True)
class _Pose:
    """Joint angles in degrees from hanging down; `lean_deg` turns the whole body."""

    left_arm: float = 8.0
    right_arm: float = -8.0
    left_leg: float = 5.0
    right_leg: float = -5.0
    bend: float = 12.0  # of elbows and knees
    lean_deg: float = 0.0
    height: float = 1.0  # share of the standing height at which the hips are


def _limb(
    start: tuple[float, float], angle_deg: float, bend_deg: float, length: float
) -> list[tuple[float, float]]:
    points = [start]
    for turn in (angle_deg, angle_deg + bend_deg):
        x, y = points[-1]
        points.append((x + length * np.sin(np.deg2rad(turn)), y - length * np.cos(np.deg2rad(turn))))
    return points


def _person(brush: Brush, pose: _Pose, clothes: float, trousers: float, *, hood: bool, facing: bool) -> None:
    """One person of 1.75 m, origin between the feet; warm face and hands, cooler clothes."""
    hip = 0.92 * pose.height
    skin = _SKIN_C
    shoes = trousers - 1.0
    for side, angle in ((-0.09, pose.left_leg), (0.09, pose.right_leg)):
        leg = _limb((side, hip), angle, -abs(pose.bend) * np.sign(angle or 1) * 0.6, 0.43 * pose.height)
        brush.tube(leg, 0.17, trousers + 1.5, trousers - 1.0)
        brush.ellipse((leg[-1][0] + 0.04, leg[-1][1]), (0.12, 0.055), shoes)
    shoulder = hip + 0.52
    back = [(-0.09, pose.left_arm), (0.09, pose.right_arm)]
    torso = [(-0.17, hip - 0.06), (0.17, hip - 0.06), (0.21, shoulder), (0.1, shoulder + 0.07)]
    torso += [(-0.1, shoulder + 0.07), (-0.21, shoulder)]
    brush.polygon(torso, clothes)
    brush.glow((0.02, hip + 0.34), (0.12, 0.16), 2.2)
    brush.glow((-0.14, shoulder - 0.08), (0.05, 0.06), 2.0)
    brush.glow((0.14, shoulder - 0.08), (0.05, 0.06), 2.0)
    for side, angle in back:
        arm = _limb((side * 2.2, shoulder - 0.02), angle, np.sign(side) * pose.bend, 0.29)
        brush.tube(arm, 0.115, clothes + 1.0, clothes - 1.5)
        brush.ellipse(arm[-1], (0.055, 0.065), skin - 4.0)
    brush.tube([(0, shoulder + 0.04), (0.01, shoulder + 0.13)], 0.11, skin, skin - 2)
    _head(brush, shoulder + 0.26, skin, clothes, hood=hood, facing=facing)


def _head(brush: Brush, y: float, skin: float, clothes: float, *, hood: bool, facing: bool) -> None:
    brush.ellipse((0.0, y), (0.098, 0.135), skin - 0.5 if facing else clothes + 3.0)
    if facing:
        brush.ellipse((0.0, y - 0.03), (0.018, 0.035), skin - 4.5)  # a cold nose
        for eye in (-0.04, 0.04):
            brush.ellipse((eye, y + 0.025), (0.02, 0.012), skin + 1.2)
    cap = [(-0.102, y + 0.03), (-0.085, y + 0.1), (0.0, y + 0.15), (0.085, y + 0.1), (0.102, y + 0.03)]
    brush.polygon(cap, clothes - 0.5 if hood else skin - 6.0)  # hair or a cap insulates


_INTRUDER_POSES = (
    _Pose(left_arm=150, right_arm=-160, left_leg=50, right_leg=-15, bend=25),  # climbing
    _Pose(left_arm=50, right_arm=-40, left_leg=48, right_leg=-42, bend=50, lean_deg=-14),  # running
    _Pose(
        left_arm=60, right_arm=30, left_leg=65, right_leg=30, bend=-60, lean_deg=-28, height=0.72
    ),  # crouching
    _Pose(left_arm=75, right_arm=95, left_leg=18, right_leg=-12, bend=15, lean_deg=-84),  # lying
    _Pose(left_arm=165, right_arm=-165, left_leg=8, right_leg=-8, bend=5),  # hands up
)


def _normal_pose(stage: Stage, index: int) -> _Pose:
    walking = np.sin(1.7 * stage.time_s + index * 1.3)
    stride = stage.layout.uniform(4, 26)
    return _Pose(
        left_arm=float(8 - stride * walking),
        right_arm=float(-8 + stride * walking),
        left_leg=float(3 + stride * walking),
        right_leg=float(-3 - stride * walking),
    )


def _intruder_pose(stage: Stage) -> _Pose:
    pose = _INTRUDER_POSES[int(stage.layout.integers(len(_INTRUDER_POSES)))]
    wobble = float(8 * np.sin(1.4 * stage.time_s))
    return _Pose(
        pose.left_arm + wobble,
        pose.right_arm - wobble,
        pose.left_leg + wobble,
        pose.right_leg - wobble,
        pose.bend,
        pose.lean_deg + 0.2 * wobble,
        pose.height,
    )


def draw_person(stage: Stage) -> None:
    """One to four persons outdoors or in front of a wall; anomalous ones climb, crouch, lie, run or hide."""
    horizon = stage.layout.uniform(0.25, 0.5)
    if stage.layout.random() < 0.6:
        stage.outdoors(horizon)
        _backdrop(stage, horizon)
    else:
        stage.wall()
    scale = stage.pixels_per_metre
    count = int(stage.layout.integers(1, 2 + int(np.clip(stage.distance_m / 3, 0, 3))))
    for index in range(count):
        _place_person(stage, scale, index, count)


def _place_person(stage: Stage, scale: float, index: int, count: int) -> None:
    intruder = stage.anomalous and (index == 0 or stage.layout.random() < 0.7)
    pose = _intruder_pose(stage) if intruder else _normal_pose(stage, index)
    x = (index + 0.5 + stage.layout.uniform(-0.25, 0.25)) / count
    x += stage.layout.uniform(-0.01, 0.01) * stage.time_s
    feet = _feet(stage, 1.8 * scale / stage.rows, pose)
    x += 0.9 * np.sin(np.deg2rad(pose.lean_deg)) * scale / stage.columns  # around the body, not the feet
    clothes = stage.air + stage.layout.uniform(0.35, 0.72) * (_SKIN_C - stage.air)
    trousers = stage.air + stage.layout.uniform(0.28, 0.55) * (_SKIN_C - stage.air)
    if intruder and stage.layout.random() < 0.45:  # cold-soaked clothes hide most of the body
        clothes, trousers = (stage.air + 0.5 * (value - stage.air) for value in (clothes, trousers))
    brush = stage.brush(x, feet, scale * stage.layout.uniform(0.92, 1.06), angle_deg=pose.lean_deg)
    brush.glow((0.0, 0.02), (0.35, 0.06), 0.5)
    facing = bool(stage.layout.random() < 0.75)
    _person(brush, pose, clothes, trousers, hood=bool(stage.layout.random() < 0.4), facing=facing)
    stage.keep(brush, state=stage.state if intruder or not stage.anomalous else NORMAL)
    if intruder and stage.layout.random() < 0.4:
        _fence(stage, stage.brush(x, feet, scale))


def _feet(stage: Stage, tall: float, pose: _Pose) -> float:
    """Where the feet are, as a share of the picture's height, for a body `tall` such shares high."""
    if abs(pose.lean_deg) > 45:
        return float(stage.layout.uniform(0.55, 0.85))
    upright = tall * (0.4 + 0.6 * pose.height)
    if upright > 0.85:  # too near for the whole body: the head stays in the picture
        return float(0.08 + upright + stage.layout.uniform(0.0, 0.06))
    return float(min(max(0.62, 0.5 + 0.5 * tall) + stage.layout.uniform(-0.05, 0.08), 0.97))


def _fence(stage: Stage, brush: Brush) -> None:
    post = stage.air - 1.5
    for x in np.arange(-1.6, 1.7, 0.16):
        brush.line([(x, -0.1), (x, 1.5)], 0.02, post, mark=False)
    for y in (0.2, 0.8, 1.45):
        brush.line([(-1.7, y), (1.7, y)], 0.03, post, mark=False)


def _backdrop(stage: Stage, horizon: float) -> None:
    """Trees, poles or a building far behind, little warmer than the air."""
    for _ in range(int(stage.layout.integers(1, 5))):
        x, width = stage.layout.uniform(0, 1), stage.layout.uniform(0.08, 0.3)
        height = stage.layout.uniform(0.06, 0.3)
        brush = stage.brush(x, horizon + 0.01, float(stage.columns))
        celsius = stage.air + stage.layout.uniform(-1.5, 1.5)
        if stage.layout.random() < 0.5:
            brush.rectangle(-width / 2, 0, width, height * 0.75, celsius)
            for window in np.arange(-width / 2 + 0.02, width / 2 - 0.03, 0.045):
                brush.rectangle(window, height * 0.3, 0.02, height * 0.2, celsius + 1.0)
        else:
            for _ in range(5):
                offset, rise = stage.layout.normal(0, width / 4), stage.layout.uniform(0.3, 1.0)
                brush.ellipse((offset, height * rise * 0.6), (width / 4, height / 3), celsius - 0.5)


def draw_car(stage: Stage) -> None:
    """Cars on a yard from the side or the front; an overheated one has a burning-hot bonnet or brakes."""
    stage.outdoors(stage.layout.uniform(0.22, 0.42), stage.session.sun_k * 0.5)
    _backdrop(stage, 0.33)
    front = bool(abs(stage.session.view) > 0.45)
    scale = stage.scale_for(1.5, 0.6 if front else 0.38)
    more = int(stage.layout.integers(0, 3)) if stage.distance_m > 4 else 0
    count = int(np.clip(more + stage.distance_m / 9, 1, 5))
    warm = float(np.exp(-stage.distance_m / 18))  # parked ones far away have cooled
    for index in range(count):
        x = (index + 0.5 + stage.layout.uniform(-0.2, 0.2)) / count
        ground = float(np.clip(0.5 + 0.8 * scale / stage.rows, 0.55, 0.9)) + stage.layout.uniform(-0.03, 0.06)
        mirrored = bool(stage.layout.random() < 0.5)
        brush = stage.brush(x, ground, scale * stage.layout.uniform(0.92, 1.08), mirrored=mirrored)
        faulty = stage.anomalous and (index == 0 or stage.layout.random() < 0.5)
        running = 1.0 if faulty else warm * stage.layout.uniform(0.5, 1.0)
        if front:
            _car_front(stage, brush, running, faulty)
        else:
            _car_side(stage, brush, running, faulty)
        stage.keep(brush, state=stage.state if faulty or not stage.anomalous else NORMAL)


def _car_side(stage: Stage, brush: Brush, running: float, faulty: bool) -> None:
    """A car of 4.4 m, origin on the ground under its middle, bonnet to the right."""
    paint = stage.air + stage.layout.uniform(-1.5, 1.0) + stage.session.sun_k
    tall = stage.layout.uniform(0.9, 1.25)
    brush.glow((0.6, 0.02), (1.3, 0.1), 5 * running)  # warm ground under the engine
    body = [(-2.2, 0.3), (2.15, 0.28), (2.2, 0.62), (2.0, 0.78), (1.0, 0.9), (-1.95, 0.92), (-2.2, 0.8)]
    brush.polygon(body, paint)
    cabin = [(-1.8, 0.9), (-1.35, 0.9 + 0.52 * tall), (0.2, 0.9 + 0.54 * tall), (1.0, 0.9)]
    brush.polygon(cabin, paint + 0.6)
    glass = stage.air - 3.5  # glass mirrors the cold sky
    top = 0.88 + 0.46 * tall
    brush.polygon([(-1.5, 0.96), (-1.25, top), (-0.5, top), (-0.5, 0.96)], glass)
    brush.polygon([(-0.4, 0.96), (-0.4, top), (0.15, top), (0.75, 0.96)], glass + 0.6)
    brush.line([(-0.45, 0.35), (-0.45, 0.95)], 0.025, paint - 1.0)
    brush.glow((1.45, 0.72), (0.36, 0.15), 20 * running)
    brush.rectangle(2.05, 0.4, 0.12, 0.22, paint + 14 * running)
    brush.line([(-1.6, 0.24), (1.2, 0.24)], 0.06, stage.air + 9 * running)
    brush.ellipse((-2.2, 0.24), (0.08, 0.05), stage.air + 30 * running)
    for x in (-1.35, 1.4):
        _wheel(brush, x, stage.air, running, hot_brake=faulty and x > 0)
    if faulty:
        _overheat(stage, brush, (1.4, 0.78), (0.55, 0.2))


def _car_front(stage: Stage, brush: Brush, running: float, faulty: bool) -> None:
    """A car of 1.8 m seen from the front, origin on the ground under its middle."""
    paint = stage.air + stage.layout.uniform(-1.5, 1.0) + stage.session.sun_k
    brush.glow((0.0, 0.05), (0.9, 0.12), 6 * running)
    for x in (-0.72, 0.72):
        brush.rectangle(x - 0.12, 0.0, 0.24, 0.45, stage.air + 4 + 7 * running)
    brush.polygon(
        [(-0.88, 0.28), (0.88, 0.28), (0.92, 0.8), (0.74, 0.98), (-0.74, 0.98), (-0.92, 0.8)], paint
    )
    brush.polygon([(-0.76, 0.97), (0.76, 0.97), (0.56, 1.46), (-0.56, 1.46)], paint + 0.4)
    brush.polygon([(-0.68, 1.0), (0.68, 1.0), (0.5, 1.4), (-0.5, 1.4)], stage.air - 3.5)
    brush.glow((0.0, 0.84), (0.5, 0.1), 9 * running)
    brush.rectangle(-0.45, 0.5, 0.9, 0.2, stage.air + 20 * running)
    for y in np.arange(0.53, 0.7, 0.06):
        brush.line([(-0.45, y), (0.45, y)], 0.02, stage.air + 9 * running)
    for x in (-0.68, 0.68):
        brush.ellipse((x, 0.68), (0.14, 0.07), stage.air + 8 * running)
    brush.rectangle(-0.5, 0.3, 1.0, 0.12, stage.air + 12 * running)
    if faulty:
        _overheat(stage, brush, (0.1, 0.82), (0.5, 0.2))


def _wheel(brush: Brush, x: float, air: float, running: float, *, hot_brake: bool) -> None:
    brush.ellipse((x, 0.32), (0.34, 0.34), air + 3 + 8 * running)
    brush.ellipse((x, 0.32), (0.22, 0.22), air + 1 + 4 * running)
    brush.ellipse((x, 0.32), (0.13, 0.13), air + (60 if hot_brake else 14 * running))


def _overheat(stage: Stage, brush: Brush, centre: tuple[float, float], radii: tuple[float, float]) -> None:
    """A very hot patch with a flickering plume above it."""
    kelvin = stage.layout.uniform(45, 110)
    brush.glow(centre, (radii[0] * 0.6, radii[1] * 0.7), kelvin)
    for step in range(5):
        rise = 0.12 + 0.16 * step
        drift = 0.1 * step * np.sin(2.1 * stage.time_s + step) + 0.05 * step * stage.session.wind_speed_m_s
        brush.glow(
            (centre[0] + drift, centre[1] + rise), (0.16 + 0.05 * step, 0.14), kelvin * 0.32 / (1 + step)
        )


def draw_ship(stage: Stage) -> None:
    """A ship on cold water; an overheated one has a hot engine room and funnel."""
    horizon = stage.layout.uniform(0.35, 0.5)
    stage.outdoors(horizon, -2.0)
    _waves(stage, horizon)
    count = 1 if stage.distance_m < 60 else int(stage.layout.integers(1, 4))
    length = stage.layout.uniform(24, 60)
    scale = stage.scale_for(length, 1.2)
    for index in range(count):
        x = (index + 0.5 + stage.layout.uniform(-0.15, 0.15)) / count
        mirrored = bool(stage.layout.random() < 0.5)
        waterline = horizon + stage.layout.uniform(0.06, 0.2)
        size = scale * (1.0 if index == 0 else stage.layout.uniform(0.5, 0.9)) / max(count * 0.7, 1)
        brush = stage.brush(x, waterline, size, mirrored=mirrored, angle_deg=0.6 * np.sin(0.7 * stage.time_s))
        faulty = stage.anomalous and (index == 0 or stage.layout.random() < 0.4)
        _ship(stage, brush, length, faulty)
        stage.keep(brush, state=stage.state if faulty or not stage.anomalous else NORMAL)


def _waves(stage: Stage, horizon: float) -> None:
    line = int(horizon * stage.rows)
    water = stage.field[line:]
    rows = np.arange(water.shape[0], dtype=np.float32)[:, None]
    across = np.arange(water.shape[1], dtype=np.float32)[None, :]
    near = 1 + rows / max(stage.rows * 0.12, 1)
    ripple = np.sin(rows / near * 1.1 + 0.8 * stage.time_s) * np.sin(across / (9 * near) + rows * 0.05)
    water += 0.5 * ripple.astype(np.float32)


def _ship(stage: Stage, brush: Brush, length: float, faulty: bool) -> None:
    """A cargo ship, bow to the right, origin at the waterline amidships; heights in shares of its length."""
    hull = stage.air + stage.session.sun_k * 0.6 + stage.layout.uniform(1.0, 3.0)
    deck = 0.085 * length
    outline = [(-0.5, 0.0), (0.44, 0.0), (0.5, 1.25), (0.4, 1.0), (-0.46, 1.0), (-0.5, 1.15)]
    brush.polygon([(x * length, y * deck) for x, y in outline], hull)
    brush.rectangle(-0.5 * length, 0.0, 0.94 * length, 0.3 * deck, hull - 2.2)  # wet below the load line
    house = -0.36 * length
    brush.rectangle(house - 0.08 * length, deck, 0.16 * length, 1.3 * deck, hull + 2.0)
    brush.rectangle(house - 0.06 * length, 2.3 * deck, 0.13 * length, 0.5 * deck, hull + 1.0)
    for level in (1.4, 1.85, 2.5):
        for window in np.linspace(-0.06, 0.06, 6):
            brush.rectangle(house + window * length, level * deck, 0.008 * length, 0.18 * deck, hull + 5.0)
    funnel = stage.air + stage.layout.uniform(14, 26) + (55 if faulty else 0)
    brush.rectangle(house - 0.03 * length, 2.8 * deck, 0.05 * length, 0.9 * deck, funnel)
    for bay in np.linspace(-0.2, 0.3, int(stage.layout.integers(3, 7))):
        height = stage.layout.uniform(0.3, 0.9) * deck
        brush.rectangle(bay * length, deck, 0.075 * length, height, hull + stage.layout.uniform(-2, 2))
    brush.line([(0.36 * length, deck), (0.36 * length, 2.6 * deck)], 0.01 * length, hull + 0.5)
    brush.glow((house, 0.5 * deck), (0.06 * length, 0.3 * deck), 5.0)
    if faulty:
        kelvin = stage.layout.uniform(40, 90)
        brush.glow((house + 0.05 * length, 0.65 * deck), (0.07 * length, 0.28 * deck), kelvin)
        brush.glow((house + 0.02 * length, 1.6 * deck), (0.03 * length, 0.4 * deck), 0.5 * kelvin)
    for step in range(6):
        rise = (3.9 + 0.45 * step) * deck
        drift = step * 0.012 * length * (stage.session.wind_speed_m_s + np.sin(stage.time_s + step))
        warmth = (18.0 if faulty else 6.0) / (1 + step)
        brush.glow((house - drift, rise), ((0.015 + 0.01 * step) * length, 0.3 * deck), warmth)
