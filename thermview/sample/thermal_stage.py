"""What the objects of one thermal scene share: conditions, clock and their place in the picture."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from thermview.annotation import BoundingBox
from thermview.sample.thermal_canvas import Brush, Field, clouds, slope

NORMAL = "Normal"
_FOCAL_PER_ROW = 800 / 480  # pixels of focal length per picture row: about 44 degrees across at 4:3


@dataclass(frozen=True)
class SessionConditions:
    """What stays the same within one capture session, the nuisance of every real set.

    `seed` fixes the layout (which objects, where); `ambient_c` the air; `view` -1..1 from where it is
    seen; `netd_k` the camera's noise; `blur_px` its focus at 480 rows; `sway_px` how far the hand-held
    camera moves; `span_low_k` / `span_high_k` move the ends of the colour bar; `sun_k` how much the sun
    has warmed surfaces; humidity and wind are only told in the annotations.
    """

    seed: int
    ambient_c: float = 8.0
    view: float = 0.0
    netd_k: float = 0.06
    blur_px: float = 0.8
    sway_px: float = 3.0
    span_low_k: float = 0.0
    span_high_k: float = 0.0
    sun_k: float = 1.0
    humidity_percent: float = 55.0
    wind_speed_m_s: float = 1.5
    channels: int = 4


def random_conditions(rng: np.random.Generator) -> SessionConditions:
    """Conditions as they vary from session to session over autumn and winter."""
    return SessionConditions(
        seed=int(rng.integers(1, 2**31)),
        ambient_c=round(float(rng.normal(6.0, 6.0)), 1),
        view=float(rng.uniform(-1, 1)),
        netd_k=float(rng.uniform(0.025, 0.09)),
        blur_px=float(rng.uniform(0.5, 1.5)),
        sway_px=float(rng.uniform(0.5, 6.0)),
        span_low_k=float(rng.uniform(-2.5, 1.0)),
        span_high_k=float(rng.uniform(-0.15, 0.25)),
        sun_k=float(rng.gamma(2.0, 1.2)),
        humidity_percent=float(np.round(rng.uniform(25, 90))),
        wind_speed_m_s=round(float(rng.gamma(2.0, 0.9)), 1),
        channels=4 if rng.random() < 0.8 else 3,
    )


@dataclass
class Stage:
    """One scene while it is drawn.

    `layout` gives the same numbers for every frame of a session, `frame` gives new ones; `time_s` moves
    what moves. `boxes` collects (category, box).
    """

    field: Field
    layout: np.random.Generator
    frame: np.random.Generator
    session: SessionConditions
    state: str
    distance_m: float
    time_s: float
    title: str
    boxes: list[tuple[str, BoundingBox]] = dataclasses.field(default_factory=list)

    @property
    def rows(self) -> int:
        return int(self.field.shape[0])

    @property
    def columns(self) -> int:
        return int(self.field.shape[1])

    @property
    def pixels_per_metre(self) -> float:
        """Scale of an object at the scene's distance."""
        return _FOCAL_PER_ROW * self.rows / self.distance_m

    @property
    def air(self) -> float:
        """°C of the air."""
        return self.session.ambient_c

    @property
    def anomalous(self) -> bool:
        return self.state != NORMAL

    def scale_for(self, extent_m: float, fills_at_most: float) -> float:
        """Pixels per metre at this distance, but no more than lets `extent_m` fill that share of the rows."""
        return min(self.pixels_per_metre, fills_at_most * self.rows / extent_m)

    def brush(
        self, x: float, y: float, scale: float, *, angle_deg: float = 0.0, mirrored: bool = False
    ) -> Brush:
        """A brush at (x, y) as shares of the picture's width and height from its upper left."""
        sway = self.sway()
        origin = (x * self.columns + sway[0], y * self.rows + sway[1])
        return Brush(self.field, origin, scale, angle_deg, mirrored)

    def sway(self) -> tuple[float, float]:
        """Where the hand-held camera has drifted to, in pixels; smooth in time: neighbours look alike."""
        reach = self.session.sway_px * self.rows / 480
        phase = (self.session.seed % 628) / 100
        across = np.sin(0.23 * self.time_s + phase) + 0.4 * np.sin(0.61 * self.time_s + 2 * phase)
        down = np.sin(0.19 * self.time_s + 3 * phase) + 0.4 * np.sin(0.53 * self.time_s + phase)
        return float(reach * across), float(0.6 * reach * down)

    def keep(self, brush: Brush, *, state: str | None = None, title: str | None = None) -> None:
        """Note the box of what a brush drew under its category, the class name of a picture set."""
        box = brush.box(least_px=10 * self.rows / 480)
        if box is not None:
            name = f"{title or self.title}-{self.state if state is None else state}"
            self.boxes.append((name, box))

    def unevenness(self, grain_m: float, kelvin: float) -> None:
        """Add the smooth unevenness of real surfaces to the whole field."""
        grain_px = max(grain_m * self.pixels_per_metre, 4.0)
        self.field += clouds(self.layout, (self.rows, self.columns), grain_px, kelvin)

    def outdoors(self, horizon: float, ground_k: float = 0.0) -> None:
        """Cold sky above `horizon` (share of the rows), ground below it that warms towards the viewer."""
        line = int(np.clip(horizon, 0.02, 0.98) * self.rows)
        sky = self.air - self.layout.uniform(3, 9)
        self.field[:line] = slope((line, self.columns), sky - 4, sky + 2, -0.6, 0.6)
        ground = self.air + ground_k
        self.field[line:] = slope((self.rows - line, self.columns), ground - 1.2, ground + 0.8, 0.3, -0.3)
        self.unevenness(self.distance_m * 0.05, 0.25)

    def wall(self, warmer_k: float = 0.0) -> None:
        """A plain background at about the air's temperature, with floor line and slow gradients."""
        lean = self.layout.uniform(-1.2, 1.2, size=2)
        self.field[:] = slope(
            self.field.shape, self.air + warmer_k + lean[0], self.air + warmer_k - lean[0], lean[1], -lean[1]
        )
        self.unevenness(self.distance_m * 0.2, 0.35)
