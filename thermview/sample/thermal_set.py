"""The simulated thermal picture set in the layout of the published one, and the truth about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from thermview.jobs import Progress, Steps
from thermview.sample.thermal_annotations import DEFECTS, Content, aihub_235, write_json
from thermview.sample.thermal_blemishes import BLEMISHES, blemish_truth, write_blemishes
from thermview.sample.thermal_extras import EXTRAS, extras_truth, write_extras
from thermview.sample.thermal_pictures import PALETTE, write_picture
from thermview.sample.thermal_plan import PictureSession, plan_sessions
from thermview.sample.thermal_sessions import CropPool, TakenFrame, taken_frames

TRUTH_NAME = "thermal_truth.json"
_NOTE = (
    "All pictures are simulated from stated facts; none is real. Everything that was planted on purpose is "
    "listed here; paths are below this file's folder."
)
_FIRST_WITH_DEFECT, _DEFECT_EVERY = 1, 3  # of the sessions that have frames and annotations


@dataclass(frozen=True)
class ThermalSizes:
    """How large a set is.

    `pictures` crops are shared out among the twenty classes as in the published set, 11.14 to 1 between
    the largest and the smallest; `frames_per_session` full frames are kept of the first session of each
    class. `drawn_sessions` of each class and distance are drawn and the others varied from their crops;
    None draws every one.
    """

    pictures: int = 1207
    crops_per_session: int = 12
    frames_per_session: int = 4
    drawn_sessions: int | None = None


@dataclass
class _Record:
    """What was written, for the truth."""

    classes: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    defects: list[dict[str, Any]] = field(default_factory=list)
    colour_bars: dict[str, list[float]] = field(default_factory=dict)
    misplaced: list[str] = field(default_factory=list)

    def count(self, session: PictureSession) -> None:
        self.classes[session.picture_class] += 1
        self.channels["RGB" if session.conditions.channels == 3 else "RGBA"] += 1


def write_thermal(folder: Path, sizes: ThermalSizes, seed: int) -> Steps:
    """Write `thermal/` and thermal_truth.json below a folder; a step per file, its result the path.

    The same sizes and seed give the same bytes (with the same OpenCV). Raises OSError where the folder
    cannot be written.
    """
    sessions = plan_sessions(seed, sizes.pictures, sizes.crops_per_session)
    framed = _framed(sessions) if sizes.frames_per_session else set()
    total = sum(session.crops for session in sessions) + len(framed) * (sizes.frames_per_session + 1)
    total += BLEMISHES + EXTRAS + 1
    record = _Record()
    thermal = folder / "thermal"
    files = _files(thermal, sessions, framed, sizes, seed, record)
    for done, path in enumerate(files, start=1):
        yield Progress(done, total, path, "files")
    write_json(folder / TRUTH_NAME, _truth(sessions, sizes, seed, record))
    yield Progress(total, total, folder / TRUTH_NAME, "files")


def _framed(sessions: tuple[PictureSession, ...]) -> set[str]:
    """The names of the sessions whose full frames are kept: the first of each class that lies in its own."""
    first: dict[str, str] = {}
    for session in sessions:
        if session.picture_class == session.own_class:
            first.setdefault(session.picture_class, session.name)
    return set(first.values())


def _files(
    thermal: Path,
    sessions: tuple[PictureSession, ...],
    framed: set[str],
    sizes: ThermalSizes,
    seed: int,
    record: _Record,
) -> Iterator[Path]:
    for name in {session.picture_class for session in sessions}:
        (thermal / "crops" / name).mkdir(parents=True, exist_ok=True)
    pool = None if sizes.drawn_sessions is None else CropPool(sizes.drawn_sessions)
    for number, session in enumerate(sessions):
        own_seed = (seed, 2, number)
        if pool is None or pool.wants(session):
            kept = sizes.frames_per_session if session.name in framed else 0
            yield from _drawn_files(thermal, session, own_seed, kept, pool, record)
        else:
            for stem, picture in pool.varied(session, own_seed):
                path = _crop_path(thermal, session, stem)
                write_picture(path, picture, quick=True)
                record.count(session)
                yield path
    yield from write_blemishes(thermal / "crops", sessions)
    yield from write_extras(thermal, seed)


def _crop_path(thermal: Path, session: PictureSession, stem: str) -> Path:
    return thermal / "crops" / session.picture_class / f"{stem}.png"


def _drawn_files(
    thermal: Path,
    session: PictureSession,
    seed: tuple[int, ...],
    kept: int,
    pool: CropPool | None,
    record: _Record,
) -> Iterator[Path]:
    """Crops of a session drawn frame by frame; its first `kept` frames whole, with their annotations."""
    whole: list[TakenFrame] = []
    for frame in taken_frames(session, seed, kept):
        if pool is not None:
            pool.keep(frame)
        if len(whole) < kept:
            whole.append(frame)
        for stem, picture in frame.crop_pictures():
            path = _crop_path(thermal, session, stem)
            write_picture(path, picture)
            record.count(session)
            if session.picture_class != session.own_class:
                record.misplaced.append(f"thermal/crops/{session.picture_class}/{path.name}")
            yield path
    if whole:
        yield from _frame_files(thermal, session, whole, record)


def _frame_files(
    thermal: Path, session: PictureSession, frames: list[TakenFrame], record: _Record
) -> Iterator[Path]:
    pictures, annotations = thermal / "frames" / session.name, thermal / "annotations"
    pictures.mkdir(parents=True, exist_ok=True)
    annotations.mkdir(parents=True, exist_ok=True)
    for frame in frames:
        path = pictures / f"{frame.stem}.png"
        write_picture(path, frame.picture())
        yield path
    path = annotations / f"{session.name}.json"
    content = aihub_235(frames)
    _plant_defect(path, content, record)
    record.colour_bars[session.name] = list(frames[0].ends)
    write_json(path, content)
    yield path


def _plant_defect(path: Path, content: Content, record: _Record) -> None:
    """Every third annotation file gets the next defect, as long as it has a box to spoil."""
    turn = len(record.colour_bars) - _FIRST_WITH_DEFECT
    due = turn >= len(record.defects) * _DEFECT_EVERY and len(record.defects) < len(DEFECTS)
    if due and len(content["annotations"]) > 1:
        defect = DEFECTS[len(record.defects)](content)
        record.defects.append({"file": f"thermal/annotations/{path.name}", **defect})


def _truth(
    sessions: tuple[PictureSession, ...], sizes: ThermalSizes, seed: int, record: _Record
) -> dict[str, Any]:
    distances: dict[str, Counter[str]] = {}
    for session in sessions:
        own = distances.setdefault(session.picture_class, Counter())
        own[f"D{session.distance_m:g}"] += session.crops
    wrong = [session for session in sessions if session.picture_class != session.own_class]
    return {
        "simulated": True,
        "note": _NOTE,
        "seed": seed,
        "palette": PALETTE,
        "sessions": len(sessions),
        "crops": dict(sorted(record.classes.items())),
        "channels": dict(sorted(record.channels.items())),
        "largest_to_smallest_class": round(max(record.classes.values()) / min(record.classes.values()), 3),
        "distances": {name: dict(counts) for name, counts in sorted(distances.items())},
        "distance_split": {"class": "Car-Normal", "near": ["D3"], "far": ["D25", "D30"]},
        "mislabelled_sessions": [
            {
                "session": session.name,
                "picture_class": session.picture_class,
                "shows": session.own_class,
                "files": record.misplaced,
            }
            for session in wrong
        ],
        "after_collection_window": [s.name for s in sessions if s.day.isoformat() > "2021-02-28"],
        **blemish_truth(sessions),
        "annotation_defects": record.defects,
        "colour_bar_ends_c": record.colour_bars,
        **extras_truth(),
        "varied_from_drawn": sizes.drawn_sessions is not None,
    }
