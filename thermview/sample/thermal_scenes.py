"""Simulated thermal scenes in °C: ten kinds of plant object, normal and anomalous, as a camera sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from thermview.annotation import BoundingBox
from thermview.sample.thermal_canvas import (
    Brush,
    Field,
    clouds,
    on_sensor,
    slope,
    through_air,
    through_lens,
)
from thermview.sample.thermal_equipment import (
    draw_outdoor_unit,
    draw_pipe,
    draw_switchboard,
    draw_tank,
    draw_valve,
)
from thermview.sample.thermal_families import FAMILIES
from thermview.sample.thermal_movers import draw_car, draw_person, draw_ship
from thermview.sample.thermal_sites import draw_exterior, draw_interior
from thermview.sample.thermal_stage import NORMAL, SessionConditions, Stage, random_conditions

__all__ = [
    "FAMILIES",
    "NORMAL",
    "OBJECTS",
    "Scene",
    "SessionConditions",
    "random_conditions",
    "random_scene",
    "render_scene",
]


@dataclass(frozen=True)
class Kind:
    """One kind of object: its name in class folders, its only anomalous state, how it is drawn."""

    title: str
    anomaly: str
    draw: Callable[[Stage], None]


# PIP, CAR, HUM, AIR and INF occur in published file names; the other five codes are this simulation's own.
OBJECTS = MappingProxyType(
    {
        "TAN": Kind("Storage Tank", "Leak", draw_tank),
        "PIP": Kind("Pipe", "Leak", draw_pipe),
        "VAL": Kind("Valve", "Leak", draw_valve),
        "SWI": Kind("Switchboard", "Short Circuit", draw_switchboard),
        "AIR": Kind("AC Outdoor", "Overheat", draw_outdoor_unit),
        "EXF": Kind("Factory Exterior", "Fire", draw_exterior),
        "INF": Kind("Factory Interior", "Fire", draw_interior),
        "HUM": Kind("Person", "Anomaly-Identify", draw_person),
        "CAR": Kind("Car", "Overheat", draw_car),
        "SHP": Kind("Ship", "Overheat", draw_ship),
    }
)


@dataclass(frozen=True)
class Scene:
    """A simulated frame: `celsius` (rows, columns) float32 apparent temperature, and (category, box) pairs.

    `family` names what a random scene was drawn from; it is empty for the objects of the sample.
    """

    celsius: Field
    boxes: tuple[tuple[str, BoundingBox], ...]
    family: str = ""


def render_scene(
    rng: np.random.Generator,
    object_code: str,
    state: str,
    distance_m: float,
    session: SessionConditions,
    size: tuple[int, int] = (480, 640),
    *,
    time_s: float = 0.0,
) -> Scene:
    """Draw one frame of a session.

    `object_code` is a key of OBJECTS, `state` "Normal" or that object's anomaly, else ValueError.
    The session's seed fixes the layout, `time_s` moves what moves, `rng` gives the noise of this frame:
    frames of one session at neighbouring times look alike. Boxes are in pixels, inside the picture,
    their categories class names such as "Pipe-Leak".
    """
    kind = OBJECTS.get(object_code)
    if kind is None or state not in (NORMAL, kind.anomaly):
        raise ValueError(f"no scene of object {object_code!r} in state {state!r}")
    code = int.from_bytes(object_code.encode(), "big")
    stage = Stage(
        np.full(size, session.ambient_c, np.float32),
        np.random.default_rng([session.seed, code]),
        rng,
        session,
        state,
        distance_m,
        time_s,
        kind.title,
    )
    kind.draw(stage)
    return Scene(observed(stage.field, rng, session, distance_m), tuple(stage.boxes))


def observed(field: Field, rng: np.random.Generator, session: SessionConditions, distance_m: float) -> Field:
    """The drawn field as the camera gives it: air path, focus, noise."""
    transmission = float(np.exp(-0.09 * np.sqrt(distance_m)))
    focus = session.blur_px * field.shape[0] / 480
    pattern = np.random.default_rng([session.seed, 7])
    seen = through_lens(through_air(field, session.ambient_c, transmission), focus)
    return on_sensor(seen, rng, pattern, session.netd_k)


def random_scene(
    rng: np.random.Generator, size: tuple[int, int] = (480, 640), family: str | None = None
) -> Scene:
    """A scene of a random (or the named) family of FAMILIES, under random conditions; no objects, no boxes.

    None of the families is an object of the sample, so a lens trained on them has never seen its classes.
    """
    name = family if family is not None else str(rng.choice(list(FAMILIES)))
    rows, columns = size
    session = random_conditions(rng)
    field = np.zeros(size, np.float32)
    field += slope(size, *rng.normal(0, 1.0, size=4))
    field += clouds(rng, size, rows * float(rng.uniform(0.02, 0.4)), float(rng.gamma(1.5, 0.25)))
    brush = Brush(
        field,
        (columns * float(rng.normal(0.5, 0.12)), rows * float(rng.normal(0.5, 0.12))),
        rows * float(np.exp(rng.normal(0.1, 0.4))),
        angle_deg=float(rng.normal(0, 12) + rng.choice([0, 0, 0, 90, 180])),
        mirrored=bool(rng.random() < 0.5),
    )
    FAMILIES[name](rng, brush, float(np.exp(rng.uniform(np.log(4), np.log(90)))))
    if rng.random() < 0.2:
        field = -field  # cold things on a warm background
    distance_m = float(np.exp(rng.uniform(np.log(0.5), np.log(60))))
    return Scene(observed(field + np.float32(session.ambient_c), rng, session, distance_m), (), name)
