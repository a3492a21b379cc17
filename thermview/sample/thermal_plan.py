"""Which sessions a simulated picture set has: classes and their sizes, days, sites, windows, distances."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np

from thermview.capture.names import NameTokens, format_name
from thermview.sample.thermal_scenes import NORMAL, OBJECTS, SessionConditions, random_conditions

# Pictures per class. The six largest and four smallest are published counts; the ten between them are not
# published one by one and are filled in here so that all twenty add up to the published 1,223,849.
CLASS_SIZES = MappingProxyType(
    {
        ("CAR", NORMAL): 225_954,
        ("HUM", NORMAL): 106_720,
        ("SHP", NORMAL): 98_297,
        ("TAN", NORMAL): 96_976,
        ("HUM", "Anomaly-Identify"): 87_561,
        ("AIR", NORMAL): 79_300,
        ("PIP", NORMAL): 74_212,
        ("VAL", NORMAL): 66_530,
        ("SWI", NORMAL): 58_904,
        ("EXF", NORMAL): 52_310,
        ("INF", NORMAL): 46_125,
        ("CAR", "Overheat"): 39_870,
        ("INF", "Fire"): 33_240,
        ("EXF", "Fire"): 28_415,
        ("AIR", "Overheat"): 24_190,
        ("TAN", "Leak"): 22_365,
        ("SWI", "Short Circuit"): 21_334,
        ("PIP", "Leak"): 20_651,
        ("VAL", "Leak"): 20_605,
        ("SHP", "Overheat"): 20_290,
    }
)

# Distances in metres at which each class is taken, in turn; repeated ones are taken more often.
_DISTANCES: MappingProxyType[tuple[str, str], tuple[float, ...]] = MappingProxyType(
    {
        ("CAR", NORMAL): (3, 30, 3, 25),
        ("CAR", "Overheat"): (5, 10, 20),
        ("HUM", NORMAL): (5, 10, 3, 20, 5, 10, 1),
        ("HUM", "Anomaly-Identify"): (5, 20, 10, 3, 30),
        ("SHP", NORMAL): (100, 50, 200),
        ("SHP", "Overheat"): (50, 100),
        ("TAN", NORMAL): (20, 30, 50),
        ("TAN", "Leak"): (20, 10, 30),
        ("AIR", NORMAL): (2, 3, 5),
        ("AIR", "Overheat"): (2, 3, 5),
        ("PIP", NORMAL): (1, 1, 2, 3),
        ("PIP", "Leak"): (0.5, 1, 2),
        ("VAL", NORMAL): (2, 1, 3),
        ("VAL", "Leak"): (1, 2, 0.5),
        ("SWI", NORMAL): (3, 2, 5),
        ("SWI", "Short Circuit"): (2, 3, 1),
        ("EXF", NORMAL): (50, 90, 200),
        ("EXF", "Fire"): (90, 50),
        ("INF", NORMAL): (10, 20),
        ("INF", "Fire"): (10, 20),
    }
)
_FIRST_DAY = date(2020, 9, 1)
_DAYS = 181  # to the end of February 2021


@dataclass(frozen=True)
class PictureSession:
    """One capture session: what was taken, where, when, from how far; `crops` pictures go to a class.

    `picture_class` is the folder the crops lie in, which differs from the object in the names where a
    session was put into the wrong class.
    """

    object_code: str
    state: str
    day: date
    site: str
    window: str
    distance_m: float
    first_sequence: int
    crops: int
    conditions: SessionConditions
    picture_class: str

    @property
    def own_class(self) -> str:
        """The class of what it really shows."""
        return class_name(self.object_code, self.state)

    def stem(self, sequence: int, box: int | None = None) -> str:
        """File name without suffix of one of its frames, or of one box of it."""
        state = "NOM" if self.state == NORMAL else "AON"
        return format_name(
            NameTokens(
                self.object_code, state, self.day, self.site, self.window, self.distance_m, sequence, box
            )
        )

    @property
    def name(self) -> str:
        """What its file names begin with, such as `PIP_NOM_21.03.15_CIC_A1016-A1110_D1`."""
        return self.stem(0).rsplit("_", 1)[0]


def class_name(object_code: str, state: str) -> str:
    """The class folder of an object in a state, such as "Pipe-Leak"."""
    return f"{OBJECTS[object_code].title}-{state}"


def class_quotas(pictures: int) -> dict[tuple[str, str], int]:
    """How many crops each class gets of about `pictures` in all: the published 11.14 to 1, at least one."""
    share = pictures / sum(CLASS_SIZES.values())
    return {key: max(round(size * share), 1) for key, size in CLASS_SIZES.items()}


def plan_sessions(seed: int, pictures: int, crops_per_session: int) -> tuple[PictureSession, ...]:
    """The sessions of a set, with one put into the wrong class: cars in Person-Anomaly-Identify.

    Every class has at least four sessions (as far as its crops reach); the channel mix is 1 session of
    5 in RGB, the others RGBA.
    """
    taken: set[str] = set()
    sessions: list[PictureSession] = []
    for number, (key, quota) in enumerate(class_quotas(pictures).items()):
        rng = np.random.default_rng([seed, 1, number])
        rest = quota
        if key == ("HUM", "Anomaly-Identify"):
            mislabelled = _mislabelled(rng, max(1, min(14, quota // 5)))
            sessions.append(mislabelled)
            taken.add(mislabelled.name)
            rest -= mislabelled.crops
        count = min(max(round(rest / crops_per_session), 4), rest)
        for index in range(count):
            crops = rest // count + (index < rest % count)
            first = index == 0 and key == ("PIP", NORMAL)
            session = _example() if first else _session(rng, key, index)
            while session.name in taken:
                session = _session(rng, key, index)
            taken.add(session.name)
            sessions.append(replace(session, crops=crops))
    return _with_channels(sessions)


def _with_channels(sessions: list[PictureSession]) -> tuple[PictureSession, ...]:
    """RGB for a fifth of the crops: a session is RGB whenever the share so far has fallen below."""
    done, rgb = 0, 0
    mixed = []
    for session in sessions:
        done += session.crops
        channels = 3 if rgb + session.crops <= 0.2 * done + 0.5 * session.crops else 4
        rgb += session.crops if channels == 3 else 0
        mixed.append(replace(session, conditions=replace(session.conditions, channels=channels)))
    return tuple(mixed)


def _session(rng: np.random.Generator, key: tuple[str, str], index: int) -> PictureSession:
    distances = _DISTANCES[key]
    start = int(rng.integers(9 * 60, 17 * 60))
    end = start + int(rng.integers(8, 70))
    day = _FIRST_DAY + timedelta(days=int(rng.integers(_DAYS)))
    conditions = replace(random_conditions(rng), ambient_c=_air_on(day, rng))
    return PictureSession(
        object_code=key[0],
        state=key[1],
        day=day,
        site=str(rng.choice(["CIC", "HIC"], p=[0.7, 0.3])),
        window=f"{_clock(start)}-{_clock(end)}",
        distance_m=float(distances[index % len(distances)]),
        first_sequence=int(rng.integers(0, 20_000)),
        crops=0,
        conditions=conditions,
        picture_class=class_name(*key),
    )


def _air_on(day: date, rng: np.random.Generator) -> float:
    """°C of the air on a day of a continental year: about 25 in August and -2 in January."""
    season = np.cos(2 * np.pi * (day.timetuple().tm_yday - 213) / 365)
    return round(float(11.5 + 13.5 * season + rng.normal(0, 3)), 1)


def _clock(minute: int) -> str:
    return f"{'A' if minute < 12 * 60 else 'P'}{minute // 60:02d}{minute % 60:02d}"


def _example() -> PictureSession:
    """The session of the published example name, dated after the stated collection window."""
    conditions = SessionConditions(seed=315, ambient_c=9.4, view=0.1, netd_k=0.05)
    return PictureSession(
        "PIP", NORMAL, date(2021, 3, 15), "CIC", "A1016-A1110", 1.0, 3078, 0, conditions, "Pipe-Normal"
    )


def _mislabelled(rng: np.random.Generator, crops: int) -> PictureSession:
    """Overheated cars at 20 m that lie in a person class, as the published diagnosis found."""
    conditions = replace(random_conditions(rng), ambient_c=2.8)
    wrong = class_name("HUM", "Anomaly-Identify")
    return PictureSession(
        "CAR", "Overheat", date(2021, 2, 5), "CIC", "P1505-P1513", 20.0, 15_430, crops, conditions, wrong
    )
