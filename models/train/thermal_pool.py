"""Simulated thermal pictures to train and to measure the picture embedding on.

To train: scene families of the simulator, and arrangements, each a random set of warm shapes that keeps its
kind from session to session; half of both with something warm added or taken away. To measure: the
simulator's plant objects, of which training sees none. A session fixes layout, camera and weather; its
frames differ by movement and noise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.sample.thermal_scenes import (
    FAMILIES,
    NORMAL,
    OBJECTS,
    random_conditions,
    random_scene,
    render_scene,
)

RENDERED = (240, 320)
SIDE = 112
Row = tuple[NDArray[np.float16], int, int, int]
"""Field, family, state, session."""
_DISTANCES_M = (1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0)


@dataclass(frozen=True)
class Pool:
    """n temperature pictures of families, each in two states, seen in sessions.

    `fields` (n, SIDE, SIDE) float16, scaled so that 0 and 1 are the ends of the colour bar; `families`,
    `states` (0 normal) and `sessions` (n,) as codes; `names` of the families.
    """

    fields: NDArray[np.float16]
    families: NDArray[np.intp]
    states: NDArray[np.intp]
    sessions: NDArray[np.intp]
    names: tuple[str, ...]

    @property
    def labels(self) -> NDArray[np.intp]:
        """Family and state as one code (n,)."""
        return self.families * 2 + self.states


def join(pools: Sequence[Pool]) -> Pool:
    """Pools one after the other, with codes of their own."""
    families = np.cumsum([0, *(len(pool.names) for pool in pools)])
    sessions = np.cumsum([0, *(int(pool.sessions.max(initial=-1)) + 1 for pool in pools)])
    return Pool(
        np.concatenate([pool.fields for pool in pools]),
        np.concatenate([pool.families + first for pool, first in zip(pools, families, strict=False)]),
        np.concatenate([pool.states for pool in pools]),
        np.concatenate([pool.sessions + first for pool, first in zip(pools, sessions, strict=False)]),
        tuple(name for pool in pools for name in pool.names),
    )


def plant_pool(
    codes: Sequence[str], sessions: tuple[int, int], frames: int, seed: int, *, whole: float = 0.5
) -> Pool:
    """Pictures of simulated plant objects: `sessions` (normal, anomalous) of each object, `frames` of each.

    `whole` is the share of whole frames, the rest are cut to the object's box with some margin, as picture
    sets of detected objects are.
    """
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    session = 0
    for family, code in enumerate(codes):
        for state, count in enumerate(sessions):
            for _ in range(count):
                for field in _plant_session(rng, code, bool(state), frames, whole):
                    rows.append((field, family, state, session))
                session += 1
    return _pool(rows, tuple(OBJECTS[code].title for code in codes))


def _plant_session(
    rng: np.random.Generator, code: str, anomalous: bool, frames: int, whole: float
) -> Iterator[NDArray[np.float16]]:
    conditions = random_conditions(rng)
    distance_m = float(rng.choice(_DISTANCES_M))
    state = OBJECTS[code].anomaly if anomalous else NORMAL
    for frame in range(frames):
        scene = render_scene(rng, code, state, distance_m, conditions, RENDERED, time_s=float(frame))
        low = float(scene.celsius.min()) + conditions.span_low_k
        high = float(scene.celsius.max()) + conditions.span_high_k
        field = (scene.celsius - low) / max(high - low, 1.0)
        if scene.boxes and rng.random() >= whole:
            box = scene.boxes[int(rng.integers(len(scene.boxes)))][1]
            field = _cut(rng, field, box.column, box.row, box.width, box.height)
        how = cv2.INTER_AREA if field.size > SIDE * SIDE else cv2.INTER_LINEAR
        yield cv2.resize(field, (SIDE, SIDE), interpolation=how).astype(np.float16)


def _cut(
    rng: np.random.Generator,
    field: NDArray[np.float32],
    column: float,
    row: float,
    width: float,
    height: float,
) -> NDArray[np.float32]:
    left, right = column - rng.uniform(0, 0.3) * width, column + width * (1 + rng.uniform(0, 0.3))
    top, bottom = row - rng.uniform(0, 0.3) * height, row + height * (1 + rng.uniform(0, 0.3))
    rows, columns = field.shape
    first_row, first_column = int(np.clip(top, 0, rows - 8)), int(np.clip(left, 0, columns - 8))
    last_row = int(np.clip(bottom, first_row + 8, rows))
    last_column = int(np.clip(right, first_column + 8, columns))
    return field[first_row:last_row, first_column:last_column]


def family_pool(scenes: int, seed: int) -> Pool:
    """The simulator's scene families, `scenes` of each as they are and as many with a warm spot or plume."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for family, name in enumerate(FAMILIES):
        kind = np.random.default_rng([seed, family])
        for number in range(2 * scenes):
            celsius = random_scene(rng, (SIDE * 3 // 2, SIDE * 3 // 2), name).celsius
            field = cv2.resize(celsius, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
            field = (field - field.min()) / max(float(np.ptp(field)), 1.0)
            if number >= scenes:
                _add_fault(field, kind, rng, rng.normal(0, 4, size=2))
            rows.append((_spanned(field, rng), family, int(number >= scenes), len(rows)))
    return _pool(rows, tuple(FAMILIES))


def arrangement_pool(families: int, sessions: int, seed: int) -> Pool:
    """Random arrangements of warm shapes, `sessions` of each normal, as many with a fault."""
    rows: list[Row] = []
    for family in range(families):
        for number in range(2 * sessions):
            field = _arrangement(seed, family, [seed, family, number], number >= sessions)
            rows.append((field, family, int(number >= sessions), len(rows)))
    return _pool(rows, tuple(f"arrangement {family}" for family in range(families)))


def _spanned(field: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float16]:
    """Scaled to a colour bar that ends somewhat outside the picture's own extremes."""
    low, high = float(field.min()) - rng.uniform(0, 0.15), float(field.max()) + rng.uniform(0, 0.15)
    return ((field - low) / max(high - low, 0.2)).astype(np.float16)


def _arrangement(seed: int, family: int, key: list[int], anomalous: bool) -> NDArray[np.float16]:
    kind = np.random.default_rng([seed, family])
    session = np.random.default_rng(key)
    field = _background(kind, session)
    shapes = int(kind.integers(2, 8))
    scale = float(np.exp(session.uniform(np.log(0.4), np.log(1.4))))
    shift = session.normal(0, 8, size=2)
    missing = int(session.integers(shapes)) if anomalous and kind.random() < 0.3 else -1
    for number in range(shapes):
        draw = np.random.default_rng([seed, family, number])
        warmth = float(draw.uniform(-0.3, 0.6) + session.normal(0, 0.06))
        middle = (draw.uniform(-0.4, 0.4, size=2) * SIDE + session.normal(0, 3, size=2)) * scale
        if number != missing:
            _draw_shape(field, draw, SIDE / 2 + middle + shift, scale, warmth)
    if anomalous and missing < 0:
        _add_fault(field, kind, session, shift)
    field = cv2.GaussianBlur(field, (0, 0), float(session.uniform(0.4, 1.4)))
    field += session.normal(0, session.uniform(0.004, 0.03), size=field.shape).astype(np.float32)
    return _spanned(field, session)


def _background(kind: np.random.Generator, session: np.random.Generator) -> NDArray[np.float32]:
    across, down = np.meshgrid(np.linspace(-1, 1, SIDE), np.linspace(-1, 1, SIDE))
    lean = kind.normal(0, 0.12, size=2) + session.normal(0, 0.03, size=2)
    field = 0.3 + lean[0] * across + lean[1] * down
    if kind.random() < 0.4:  # a horizon or a floor line
        field += np.where(down > kind.uniform(-0.4, 0.4) + session.normal(0, 0.08), kind.normal(0, 0.25), 0)
    coarse = session.normal(0, kind.uniform(0.01, 0.08), size=(6, 6)).astype(np.float32)
    return np.asarray(field + cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.float32)


def _draw_shape(
    field: NDArray[np.float32],
    draw: np.random.Generator,
    at: NDArray[np.float64],
    scale: float,
    warmth: float,
) -> None:
    layer = np.zeros_like(field)
    column, row = (int(np.clip(value, -SIDE, 2 * SIDE)) for value in at)
    across, down = (max(2, int(draw.uniform(4, 34) * scale)) for _ in range(2))
    angle = float(draw.uniform(0, 180))
    kind = int(draw.integers(6))
    if kind == 0:
        cv2.ellipse(layer, (column, row), (across, down), angle, 0, 360, 1.0, -1)
    elif kind == 1:
        cv2.ellipse(layer, (column, row), (across, down), angle, 0, 360, 1.0, max(2, across // 4))
    elif kind == 2:
        corners = cv2.boxPoints(((float(column), float(row)), (2.0 * across, float(down)), angle))
        cv2.fillPoly(layer, [corners.astype(np.int32)], 1.0)
    elif kind == 3:  # a row of like elements: fins, fuses, windows
        for step in range(-3, 4):
            left = column + step * max(4, across // 3)
            cv2.rectangle(layer, (left, row - down), (left + max(1, across // 8), row + down), 1.0, -1)
    elif kind == 4:  # a pipe with a bend
        points = np.array([[column - 2 * across, row], [column, row], [column, row + 2 * down]], np.int32)
        cv2.polylines(layer, [points], False, 1.0, max(2, across // 3))
    else:
        rows, columns = np.mgrid[:SIDE, :SIDE]
        away = ((columns - column) / across) ** 2 + ((rows - row) / down) ** 2
        layer = np.exp(-0.5 * away, dtype=np.float32)
    field += warmth * layer


def _add_fault(
    field: NDArray[np.float32],
    kind: np.random.Generator,
    session: np.random.Generator,
    shift: NDArray[np.float64],
) -> None:
    """A warm spot, or a plume that leaves it downwards or to a side."""
    column, row = SIDE / 2 + shift + session.normal(0, 20, size=2)
    size = float(kind.uniform(2, 8) * session.uniform(0.7, 1.5))
    warmth = float(np.exp(session.uniform(np.log(0.3), np.log(3.0))))  # the hottest leave the rest dark
    drift = kind.normal(0, 1, size=2) * kind.integers(0, 2)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    for step in range(4):
        away = step * size * drift + session.normal(0, 0.5, size=2)
        near = ((columns - column - away[0]) / size) ** 2 + ((rows - row - away[1]) / size) ** 2
        field += (warmth / (step + 1) * np.exp(-0.5 * near)).astype(np.float32)


def _pool(rows: list[Row], names: tuple[str, ...]) -> Pool:
    fields, families, states, sessions = zip(*rows, strict=True)
    return Pool(np.stack(fields), np.array(families), np.array(states), np.array(sessions), names)
