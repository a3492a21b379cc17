"""A few simulated scenes in the formats of cameras and of other annotation tools, one for every reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import tifffile
from numpy.typing import NDArray

from thermview.sample.thermal_annotations import aihub_514, coco, write_json
from thermview.sample.thermal_canvas import Brush, Field, clouds, on_sensor
from thermview.sample.thermal_pictures import write_picture
from thermview.sample.thermal_plan import PictureSession, class_name
from thermview.sample.thermal_scenes import NORMAL, SessionConditions
from thermview.sample.thermal_sessions import TakenFrame, taken_frames

KELVIN_PER_COUNT = 0.01
MOVIE_FRAMES, MOVIE_RATE_HZ = 200, 60.0
_MOVIE_SIZE = (120, 160)
_STEP_K = 0.02  # temperatures of the movie are rounded to this, as cameras do; it also packs better
_TABLE_SIZE = (240, 320)
_STACK_FRAMES = 24
EXTRAS = 11


def write_extras(thermal: Path, seed: int) -> Iterator[Path]:
    """Write radiometric/, aihub_514/ and coco/ below the thermal folder; EXTRAS files."""
    radiometric = thermal / "radiometric"
    radiometric.mkdir(parents=True, exist_ok=True)
    yield _float_tiff(radiometric / "switchboard_celsius.tiff", _still("SWI", "Short Circuit", 2.0, seed))
    yield _count_tiff(radiometric / "valve_counts.tiff", _still("VAL", "Leak", 1.0, seed))
    table = _still("AIR", "Overheat", 3.0, seed, _TABLE_SIZE)
    yield _table(radiometric / "outdoor_unit_celsius.csv", table.scene.celsius)
    yield _stack(radiometric / "person_walking.npy", seed)
    yield _movie(radiometric / "heating_spot.h5", seed)
    yield from _write_514(thermal / "aihub_514", table)
    yield from _write_coco(thermal / "coco", seed)


def extras_truth() -> dict[str, Any]:
    """What the truth says of the files whose meaning they do not say themselves."""
    return {
        "radiometric": {
            "thermal/radiometric/valve_counts.tiff": {"kelvin_per_count": KELVIN_PER_COUNT, "offset_k": 0.0},
            "thermal/radiometric/person_walking.npy": {"unit": "°C"},
            "thermal/radiometric/heating_spot.h5": {
                "unit": "°C",
                "frames": MOVIE_FRAMES,
                "frame_rate_hz": MOVIE_RATE_HZ,
                "spot_row": _MOVIE_SIZE[0] // 2,
                "spot_column": _MOVIE_SIZE[1] // 2,
                "time_constant_s": 1.2,
                "rise_k": 40.0,
            },
        }
    }


def _still(
    object_code: str, state: str, distance_m: float, seed: int, size: tuple[int, int] = (480, 640)
) -> TakenFrame:
    return next(taken_frames(_session(object_code, state, distance_m), (seed, 3), 1, size))


def _session(object_code: str, state: str, distance_m: float) -> PictureSession:
    conditions = SessionConditions(seed=514, ambient_c=12.5, view=0.1, netd_k=0.06)
    folder = class_name(object_code, state)
    day = date(2021, 1, 27)
    return PictureSession(
        object_code, state, day, "CIC", "A1000-A1030", distance_m, 100, 4, conditions, folder
    )


def _float_tiff(path: Path, frame: TakenFrame) -> Path:
    """°C as float32; the description says so."""
    said = {"quantity": "apparent temperature", "unit": "°C"}
    tifffile.imwrite(path, frame.scene.celsius, description=json.dumps(said), metadata=None, software=False)
    return path


def _count_tiff(path: Path, frame: TakenFrame) -> Path:
    """T-linear counts of 0.01 K as uint16; as with real cameras, the gain is not in the file."""
    counts = np.rint((frame.scene.celsius + 273.15) / KELVIN_PER_COUNT)
    tifffile.imwrite(path, np.clip(counts, 0, 65_535).astype(np.uint16), metadata=None, software=False)
    return path


def _table(path: Path, celsius: Field) -> Path:
    """A table as in the set 514: four lines of header, then `;` after every value."""
    rows, columns = celsius.shape
    header = ["Simulated thermal picture", f"Width;{columns};", f"Height;{rows};", "Unit;Celsius;"]
    lines = [";".join(f"{value:.2f}" for value in row) + ";" for row in celsius]
    path.write_text("\n".join([*header, *lines]) + "\n", "utf-8", newline="\n")
    return path


def _stack(path: Path, seed: int) -> Path:
    """A person walking, (frames, rows, columns) float32 °C; .npy cannot say its unit."""
    frames = taken_frames(_session("HUM", NORMAL, 5.0), (seed, 4), _STACK_FRAMES, (120, 160))
    stack = np.stack([frame.scene.celsius for frame, _ in zip(frames, range(_STACK_FRAMES), strict=False)])
    np.save(path, np.round(stack, 2), allow_pickle=False)
    return path


def heating_spot(seed: int) -> NDArray[np.float32]:
    """(frames, rows, columns) °C: a spot on a plate that warms by 40 K with a time constant of 1.2 s."""
    rng = np.random.default_rng([seed, 5])
    rows, columns = _MOVIE_SIZE
    plate = 21.0 + clouds(rng, _MOVIE_SIZE, 30.0, 0.3)
    frames = np.empty((MOVIE_FRAMES, rows, columns), np.float32)
    for index in range(MOVIE_FRAMES):
        time_s = index / MOVIE_RATE_HZ
        frame = plate.copy()
        reach = 3.0 + 2.0 * np.sqrt(time_s)
        brush = Brush(frame, (columns // 2, rows // 2), 1.0)
        brush.glow((0.0, 0.0), (reach, reach), 40.0 * (1 - np.exp(-time_s / 1.2)))
        frames[index] = on_sensor(frame, rng, np.random.default_rng([seed, 6]), 0.05)
    return np.asarray(np.round(frames / _STEP_K) * np.float32(_STEP_K), np.float32)


def _movie(path: Path, seed: int) -> Path:
    """The heating spot as NXdata, without dates: the same seed gives the same bytes."""
    with h5py.File(path, "w", track_order=False) as document:
        document.attrs["default"] = "entry"
        entry = document.create_group("entry")
        entry.attrs.update({"NX_class": "NXentry", "default": "data"})
        data = entry.create_group("data")
        data.attrs.update({"NX_class": "NXdata", "signal": "temperature"})
        data.attrs["axes"] = ["time", "row", "column"]
        movie = heating_spot(seed)
        pixels = data.create_dataset(
            "temperature",
            data=movie,
            chunks=(1, *_MOVIE_SIZE),
            compression="gzip",
            compression_opts=4,
            shuffle=True,
            track_times=False,
        )
        pixels.attrs.update({"units": "°C", "long_name": "apparent temperature"})
        axes = {"time": np.arange(MOVIE_FRAMES) / MOVIE_RATE_HZ}
        axes |= {
            name: np.arange(n, dtype=np.float64)
            for name, n in zip(("row", "column"), _MOVIE_SIZE, strict=True)
        }
        for name, values in axes.items():
            axis = data.create_dataset(name, data=values, track_times=False)
            axis.attrs["units"] = "s" if name == "time" else "pixel"
    return path


def _write_514(folder: Path, frame: TakenFrame) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / f"{frame.stem}.png"
    write_picture(picture, frame.picture())
    yield picture
    yield _table(picture.with_suffix(".csv"), frame.scene.celsius)
    write_json(picture.with_suffix(".json"), aihub_514(frame))
    yield picture.with_suffix(".json")


def _write_coco(folder: Path, seed: int) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    frames = [
        _still(code, NORMAL, distance, seed, _TABLE_SIZE) for code, distance in (("CAR", 10.0), ("HUM", 5.0))
    ]
    for frame in frames:
        path = folder / f"{frame.stem}.png"
        write_picture(path, frame.picture())
        yield path
    write_json(folder / "annotations.json", coco(frames))
    yield folder / "annotations.json"
