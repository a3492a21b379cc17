"""Families of varied thermal-looking scenes, none a class of the sample: material to train a lens on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from thermview.sample.thermal_canvas import Brush, clouds, ring

Draw = Callable[[np.random.Generator, Brush, float], None]
FAMILIES: dict[str, Draw] = {}


def family(name: str) -> Callable[[Draw], Draw]:
    """Enter a drawing under its name.

    It draws on a brush whose unit is the picture's height, origin in the middle, at `hot` kelvin of
    contrast over a background of 0 °C.
    """

    def enter(draw: Draw) -> Draw:
        FAMILIES[name] = draw
        return draw

    return enter


def _around(rng: np.random.Generator, reach: float = 0.5) -> tuple[float, float]:
    return float(rng.uniform(-1.3, 1.3) * reach), float(rng.uniform(-1, 1) * reach)


@family("spots")
def _spots(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    for _ in range(int(rng.integers(1, 14))):
        radius = rng.uniform(0.01, 0.15)
        brush.glow(_around(rng), (radius, radius * rng.uniform(0.5, 2)), hot * rng.uniform(-0.3, 1))


@family("window front")
def _window_front(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    brush.rectangle(-2, -2, 4, 4, hot * 0.3)
    columns, rows = rng.integers(2, 12, size=2)
    wide, tall = rng.uniform(0.3, 0.8, size=2)
    for column in range(columns):
        for row in range(rows):
            left, bottom = -0.7 + 1.4 * column / columns, -0.5 + row / rows
            warm = hot * rng.choice([0.05, 0.2, 0.5, 1.0], p=[0.4, 0.3, 0.2, 0.1])
            brush.rectangle(left, bottom, 1.4 * wide / columns, tall / rows, warm)


@family("circuit board")
def _circuit_board(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    brush.rectangle(-0.6, -0.42, 1.2, 0.84, 0.12 * hot)
    for _ in range(int(rng.integers(10, 50))):
        x, y = rng.uniform(-0.55, 0.45), rng.uniform(-0.38, 0.3)
        wide, tall = rng.uniform(0.02, 0.16, size=2)
        warm = hot * rng.beta(1, 5)
        brush.rectangle(x, y, wide, tall, 0.12 * hot + warm)
        brush.glow((x + wide / 2, y + tall / 2), (wide, tall), 0.3 * warm)


@family("solar panels")
def _solar_panels(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    columns, rows = rng.integers(3, 12), rng.integers(2, 8)
    cell_x, cell_y = 1.5 / columns, 1.1 / rows
    for column in range(columns):
        for row in range(rows):
            warm = hot * (0.4 + 0.03 * rng.standard_normal())
            left, bottom = -0.75 + column * cell_x, -0.55 + row * cell_y
            brush.rectangle(left, bottom, 0.93 * cell_x, 0.93 * cell_y, warm)
            if rng.random() < 0.06:
                brush.rectangle(left, bottom, 0.3 * cell_x, 0.9 * cell_y, hot)


@family("power line")
def _power_line(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    for _ in range(int(rng.integers(2, 6))):
        start, sag, end = rng.uniform(-0.4, 0.5), rng.uniform(0.02, 0.3), rng.uniform(-0.4, 0.5)
        x = np.linspace(-1, 1, 24)
        y = start + (end - start) * (x + 1) / 2 - sag * (1 - x**2)
        brush.line(np.stack([x, y], axis=1), rng.uniform(0.004, 0.015), 0.3 * hot)
        at = int(rng.integers(4, 20))
        for bead in range(int(rng.integers(3, 9))):
            brush.ellipse(
                (float(x[at]), float(y[at]) + 0.03 * bead), (0.03, 0.012), hot * rng.uniform(0.2, 1)
            )


@family("floor heating")
def _floor_heating(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    loops = int(rng.integers(4, 14))
    path = []
    for loop in range(loops):
        x = -0.6 + 1.2 * loop / loops
        path += [(x, -0.42), (x, 0.42)] if loop % 2 else [(x, 0.42), (x, -0.42)]
    for width, share in ((0.09, 0.3), (0.06, 0.55), (0.03, 1.0)):
        brush.line(path, width * 8 / loops, share * hot)


@family("animal")
def _animal(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    for _ in range(int(rng.integers(1, 4))):
        x, y = _around(rng, 0.3)
        size = rng.uniform(0.06, 0.25)
        for leg in (-0.8, -0.5, 0.5, 0.8):
            foot = x + leg * size + rng.normal(0, 0.1) * size
            brush.tube(
                [(x + leg * size, y), (foot, y - 1.1 * size)], 0.18 * size, 0.7 * hot, 0.4 * hot, steps=3
            )
        brush.ellipse((x, y), (size, 0.45 * size), 0.6 * hot)
        brush.glow((x, y - 0.2 * size), (0.5 * size, 0.2 * size), 0.25 * hot)
        brush.ellipse((x + 1.1 * size, y + 0.5 * size), (0.32 * size, 0.25 * size), 0.85 * hot)
        brush.ellipse((x + 1.2 * size, y + 0.55 * size), (0.05 * size, 0.05 * size), hot)


@family("hand")
def _hand(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    x, y = _around(rng, 0.15)
    brush.ellipse((x, y), (0.13, 0.16), 0.75 * hot)
    for finger in range(5):
        turn = np.deg2rad(rng.normal(-50 + 25 * finger, 6))
        long = rng.uniform(0.2, 0.34)
        tip = (x + (0.1 + long) * np.sin(turn), y + (0.1 + long) * np.cos(turn))
        cool = rng.uniform(0.35, 0.9)
        brush.tube([(x + 0.1 * np.sin(turn), y + 0.1 * np.cos(turn)), tip], 0.06, 0.8 * hot, cool * 0.6 * hot)
    brush.tube([(x, y - 0.1), (x - 0.05, y - 0.8)], 0.15, 0.7 * hot, 0.5 * hot)


@family("motor")
def _motor(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    brush.tube([(-0.35, 0), (0.25, 0)], 0.4, 0.8 * hot, 0.3 * hot, steps=8)
    for fin in np.linspace(-0.33, 0.22, int(rng.integers(5, 16))):
        brush.line([(fin, -0.21), (fin, 0.21)], 0.012, 0.35 * hot)
    brush.tube([(0.25, 0), (0.55, 0)], 0.07, 0.5 * hot, 0.2 * hot, steps=3)
    brush.glow((0.27, 0), (0.05, 0.1), rng.uniform(0, 1) * hot)
    brush.rectangle(-0.3, -0.32, 0.5, 0.1, 0.1 * hot)


@family("bearings")
def _bearings(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    count = int(rng.integers(2, 7))
    for index in range(count):
        x = -0.6 + 1.2 * (index + 0.5) / count
        warm = hot * rng.beta(2, 3)
        for radius, share in ((0.5, 0.4), (0.4, 0.8), (0.25, 0.3), (0.14, 1.0)):
            brush.ellipse((x, 0.0), (radius / count, radius / count), warm * share)
    brush.line([(-1, 0), (1, 0)], 0.04, 0.3 * hot)


@family("radiator")
def _radiator(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    count = int(rng.integers(5, 20))
    cold_end = rng.uniform(0.2, 1.0)
    for index in range(count):
        x = -0.5 + index / count
        share = 1.0 - (1 - cold_end) * index / count
        brush.tube([(x, -0.25), (x, 0.25)], 0.8 / count, share * hot, 0.5 * share * hot, steps=4)
    for y in (-0.25, 0.25):
        brush.tube([(-0.55, y), (0.5, y)], 0.05, hot, 0.5 * hot, steps=3)


@family("furnace")
def _furnace(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    brush.rectangle(-0.5, -0.45, 1.0, 0.9, 0.25 * hot)
    wide, tall = rng.uniform(0.15, 0.35, size=2)
    brush.ellipse((0, 0), (wide, tall), 0.6 * hot)
    brush.ellipse((0, -0.03), (0.75 * wide, 0.75 * tall), hot)
    for _ in range(int(rng.integers(0, 6))):
        brush.rectangle(rng.uniform(-wide, 0.5 * wide), -0.6 * tall, 0.08, 0.1, 0.7 * hot)
    brush.glow((0, tall + 0.1), (wide, 0.15), 0.2 * hot)


@family("plume")
def _plume(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    x, y = _around(rng, 0.3)
    lean, wobble = rng.normal(0, 0.4), rng.uniform(0, 6)
    for step in range(24):
        part = step / 23
        centre = (x + lean * part + 0.06 * np.sin(7 * part + wobble), y - 0.4 + 0.9 * part)
        brush.glow(centre, (0.02 + 0.12 * part, 0.05), hot * 0.5 * (1.05 - part))


@family("flash thermography")
def _flash_thermography(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    brush.rectangle(-0.6, -0.42, 1.2, 0.84, 0.6 * hot)
    columns, rows = rng.integers(2, 7, size=2)
    for column in range(columns):
        for row in range(rows):
            size = 0.25 / max(columns, rows) * (0.3 + 0.7 * row / rows)
            centre = (-0.6 + 1.2 * (column + 0.5) / columns, -0.42 + 0.84 * (row + 0.5) / rows)
            brush.glow(centre, (size, size), 0.4 * hot * rng.uniform(0.1, 1) * (1 + column) / columns)


@family("weld")
def _weld(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    angle = rng.uniform(-0.6, 0.6)
    for step in range(40):
        part = step / 39
        at = (-0.7 + 1.2 * part, angle * (part - 0.5))
        brush.glow(at, (0.03 + 0.05 * (1 - part), 0.03 + 0.04 * (1 - part)), 0.5 * hot * part**3)
    brush.glow((0.5, angle * 0.5), (0.03, 0.03), hot)
    brush.line([(-1, -0.5 * angle), (1, 0.8 * angle)], 0.01, 0.2 * hot)


@family("cables")
def _cables(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    for _ in range(int(rng.integers(4, 22))):
        x = np.linspace(-1, 1, 30)
        y = rng.uniform(-0.5, 0.5) + 0.1 * np.sin(rng.uniform(1, 5) * x + rng.uniform(0, 6))
        warm = hot * rng.beta(1.2, 3)
        brush.tube(np.stack([x, y], axis=1), rng.uniform(0.015, 0.06), warm, 0.4 * warm, steps=3)


@family("fins")
def _fins(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    count = int(rng.integers(8, 50))
    centre, reach = rng.uniform(-0.4, 0.4), rng.uniform(0.2, 0.7)
    for index in range(count):
        x = -0.75 + 1.5 * index / count
        warm = hot * np.exp(-(((x - centre) / reach) ** 2))
        brush.rectangle(x, -0.35, 0.9 / count, 0.7, float(warm))


@family("bottles")
def _bottles(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    count = int(rng.integers(2, 9))
    wide = 1.0 / count
    for index in range(count):
        x, warm = -0.65 + 1.3 * (index + 0.5) / count, hot * rng.uniform(-0.5, 1)
        tall = rng.uniform(0.25, 0.4)
        brush.tube([(x, -0.35), (x, -0.35 + tall)], wide, warm, 0.3 * warm, steps=6)
        brush.tube([(x, -0.35 + tall), (x, -0.15 + tall)], 0.35 * wide, 0.5 * warm, 0.1 * warm, steps=4)
    brush.rectangle(-2, -0.5, 4, 0.15, 0.15 * hot)


@family("road")
def _road(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    brush.rectangle(-2, 0.1, 4, 1, -0.4 * hot)
    lean = rng.uniform(-0.4, 0.4)
    brush.polygon([(-0.9, -0.6), (0.9, -0.6), (lean + 0.03, 0.1), (lean - 0.03, 0.1)], 0.5 * hot)
    for side in (-1, 1):
        for near in rng.uniform(0, 1, size=rng.integers(2, 9)):
            x, y = side * (0.2 + 0.9 * near), 0.12 - 0.5 * near
            for _ in range(5):
                brush.ellipse((x + rng.normal(0, 0.06), y + rng.uniform(0.05, 0.3)), (0.08, 0.09), 0.15 * hot)
    for step in np.linspace(0.1, 1, 6):
        brush.rectangle(lean * (1 - step), 0.1 - 0.7 * step, 0.015 * step, 0.05 * step, 0.7 * hot)


@family("trees")
def _trees(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    brush.rectangle(-2, -1, 4, 0.8, 0.2 * hot)
    for _ in range(int(rng.integers(2, 9))):
        x, tall = rng.uniform(-0.7, 0.7), rng.uniform(0.3, 0.8)
        trunk = [(x, -0.4), (x + rng.normal(0, 0.04), -0.4 + tall)]
        brush.tube(trunk, 0.05 * tall, 0.5 * hot, 0.3 * hot, steps=3)
        for _ in range(14):
            reach = rng.uniform(0.02, 0.09)
            at = (x + rng.normal(0, 0.12), -0.4 + tall * rng.uniform(0.5, 1.15))
            brush.ellipse(at, (reach, reach), hot * rng.uniform(0.1, 0.4))


@family("rolling stock")
def _rolling_stock(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    brush.rectangle(-2, -0.18, 4, 0.4, 0.3 * hot)
    for x in np.arange(-1, 1, rng.uniform(0.12, 0.25)):
        brush.rectangle(x, 0.0, 0.08, 0.12, 0.1 * hot)
    for x in np.arange(-0.9, 1, rng.uniform(0.2, 0.45)):
        warm = hot * rng.beta(1.5, 3)
        brush.ellipse((x, -0.24), (0.07, 0.07), 0.4 * hot)
        brush.ellipse((x, -0.24), (0.03, 0.03), 0.4 * hot + warm)
    brush.line([(-1, -0.32), (1, -0.32)], 0.02, 0.25 * hot)


@family("wall defects")
def _wall_defects(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    for x in np.arange(-0.8, 0.8, rng.uniform(0.15, 0.35)):
        brush.line([(x, -0.6), (x, 0.6)], 0.012, -0.15 * hot)
    at, points = _around(rng, 0.4), []
    for _ in range(12):
        at = (at[0] + rng.normal(0, 0.08), at[1] + rng.normal(0, 0.08))
        points.append(at)
        brush.glow(at, (rng.uniform(0.03, 0.15), rng.uniform(0.03, 0.15)), -0.3 * hot)
    brush.line(points, 0.01, -0.6 * hot)


@family("rings")
def _rings(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    x, y = _around(rng, 0.2)
    turn, flat = rng.uniform(0, 180), rng.uniform(0.3, 1)
    for radius in np.sort(rng.uniform(0.05, 0.6, size=rng.integers(2, 9)))[::-1]:
        brush.polygon(ring((x, y), (radius, radius * flat), turn), hot * rng.uniform(0, 1))


@family("polygons")
def _polygons(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    for _ in range(int(rng.integers(2, 12))):
        centre, reach = np.array(_around(rng)), rng.uniform(0.05, 0.35)
        corners = int(rng.integers(3, 8))
        angles = np.sort(rng.uniform(0, 2 * np.pi, size=corners))
        spread = reach * rng.uniform(0.5, 1, size=corners)
        points = centre + np.stack([np.cos(angles) * spread, np.sin(angles) * spread], axis=1)
        brush.polygon(points, hot * rng.uniform(-0.3, 1))


@family("tubes")
def _tubes(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    for _ in range(int(rng.integers(1, 7))):
        points = [_around(rng, 0.8) for _ in range(int(rng.integers(2, 5)))]
        warm = hot * rng.uniform(0, 1)
        brush.tube(points, rng.uniform(0.02, 0.2), warm, warm * rng.uniform(0.2, 0.7))


@family("mesh")
def _mesh(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    step, lean = rng.uniform(0.04, 0.2), rng.uniform(-0.5, 0.5)
    brush.glow(_around(rng, 0.4), (0.3, 0.3), hot)
    for x in np.arange(-1.5, 1.5, step):
        brush.line([(x, -0.6), (x + lean, 0.6)], 0.1 * step, -0.2 * hot)
        brush.line([(-1.5, x), (1.5, x - lean)], 0.1 * step, -0.2 * hot)


@family("liquid")
def _liquid(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    shape = (brush.field.shape[0], brush.field.shape[1])
    for grain in (0.5, 0.2, 0.08):
        brush.field += clouds(rng, shape, grain * shape[0] * rng.uniform(0.5, 1.5), hot * grain)


@family("stripes")
def _stripes(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    step = rng.uniform(0.03, 0.3)
    for x in np.arange(-1.3, 1.3, step):
        brush.rectangle(x, -1.5, step * rng.uniform(0.2, 0.9), 3.0, hot * rng.beta(1.2, 2.5))


@family("cups")
def _cups(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    for _ in range(int(rng.integers(1, 4))):
        x, y = _around(rng, 0.3)
        size, fill = rng.uniform(0.08, 0.25), rng.uniform(0.2, 1)
        brush.tube([(x, y - size), (x, y + size)], 1.4 * size, 0.4 * hot, 0.2 * hot, steps=6)
        brush.tube([(x, y - size), (x, y - size + 2 * size * fill)], 1.4 * size, hot, 0.6 * hot, steps=6)
        handle = [(x + 0.7 * size, y + 0.5 * size), (x + 1.2 * size, y), (x + 0.7 * size, y - 0.5 * size)]
        brush.line(handle, 0.15 * size, 0.3 * hot)


@family("roofs from above")
def _roofs_from_above(rng: np.random.Generator, brush: Brush, hot: float) -> None:
    for _ in range(int(rng.integers(3, 14))):
        x, y = _around(rng)
        wide, tall = rng.uniform(0.08, 0.35, size=2)
        warm = hot * rng.uniform(0.1, 0.6)
        brush.rectangle(x, y, wide, tall, warm)
        brush.rectangle(x, y + tall / 2, wide, tall / 2, warm * 0.75)
        brush.rectangle(x + 0.6 * wide, y + 0.6 * tall, 0.03, 0.03, hot)
