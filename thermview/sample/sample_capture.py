"""The sample capture: simulated laser batches and a simulated thermal picture set in one folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from thermview.errors import ExportError, ThermviewError, reason
from thermview.jobs import Progress, Steps
from thermview.sample.laser_capture import write_laser
from thermview.sample.thermal_set import ThermalSizes, write_thermal

Preset = Literal["small", "full"]
MARKER = "sample.json"
_PARTIAL = f"{MARKER}.part"
VERSION = 1  # of what is made; raised whenever the same seed gives other files
_WHAT = "ThermView sample capture"
_README = """\
ThermView sample capture
========================

EVERYTHING IN THIS FOLDER IS SIMULATED. No recording, picture, temperature, place, person, vehicle or
fault in it is real. It imitates the layout and the stated or measured properties of two published data
sets, so that the program can be tried and tested without them; it is no substitute for them.

laser/TypeN/NNNN.npz   1 kHz videos of laser heat treatment, with metadata.pkl; the last batch is zipped
laser/laser_truth.json which recordings are faulty, how and when
thermal/crops/         palette-coloured pictures in twenty class folders
thermal/frames/        full frames of some sessions; thermal/annotations/ their boxes
thermal/radiometric/   a few scenes as temperatures: TIFF, table, NumPy, HDF5 movie
thermal/aihub_514/, thermal/coco/   two other annotation shapes
thermal_truth.json     everything that was planted on purpose: a mislabelled session, duplicates,
                       unreadable files, defects of annotation files, distances, colour-bar ends
sample.json            preset, seed and sizes this was made from; the same ones give the same files

Published facts that were imitated: class counts, channel mix, file names and distances of the AI Hub
thermal camera set (dataSetSn=235) as diagnosed publicly; physics of the laser videos of IEEE DataPort
doi 10.21227/7zbf-se57. Ten of the twenty class counts, five of the ten object codes and the names of
the humidity and wind keys are not published and were chosen for this sample.
"""


@dataclass(frozen=True)
class SampleSizes:
    """How much is made: laser batches, recordings and their frames; thermal pictures and sessions.

    `frames` is the greatest length of most recordings, a batch's own may be a tenth less; `drawn_sessions`
    0 draws every thermal session, another number draws so many of each class and distance and varies
    the rest from them, which is what makes a million pictures feasible.
    """

    batches: int
    recordings_per_batch: int
    faulty_per_batch: int
    frames: int
    pictures: int
    crops_per_session: int
    frames_per_session: int
    drawn_sessions: int


PRESETS: MappingProxyType[Preset, SampleSizes] = MappingProxyType(
    {
        "small": SampleSizes(4, 30, 7, 2_400, 1_207, 12, 4, 0),
        "full": SampleSizes(36, 117, 12, 14_571, 1_223_849, 36, 4, 4),  # as large as the published sets
    }
)


def make_sample(folder: Path, *, preset: Preset = "small", seed: int = 1, **sizes: int) -> Steps:
    """Make the sample capture in a new or empty folder; a step per file, its result the path.

    `sizes` are fields of SampleSizes that shall differ from the preset's. The same preset, seed and sizes
    give the same bytes. A folder that holds this very sample complete is left alone (one step); one
    that a stopped run left is completed. Raises ExportError for any other folder with something in
    it, or one that cannot be written, and ThermviewError for an unknown preset or size.
    """
    chosen = _sizes(preset, sizes)
    marker = {"what": _WHAT, "version": VERSION, "preset": preset, "seed": seed, "sizes": asdict(chosen)}
    with _said_clearly(folder):
        if _is_complete(folder, marker):
            yield Progress(1, 1, folder / MARKER, "files")
            return
        folder.mkdir(parents=True, exist_ok=True)
        _write_marker(folder, {**marker, "complete": False})
        done, total = 0, 0
        for done, total, path in _parts(folder, chosen, seed):
            yield Progress(done, total, path, "files")
        _write_marker(folder, {**marker, "complete": True})
        yield Progress(done + 1, total, folder / MARKER, "files")


def _sizes(preset: Preset, changes: dict[str, int]) -> SampleSizes:
    if preset not in PRESETS:
        raise ThermviewError(f"There is no sample preset {preset!r}; choose one of {', '.join(PRESETS)}.")
    base = PRESETS[preset]
    unknown = sorted(set(changes) - set(asdict(base)))
    if unknown:
        raise ThermviewError(f"The sample has no size {unknown[0]!r}; it has {', '.join(asdict(base))}.")
    sizes = replace(base, **changes)
    least = {"faulty_per_batch": 0, "frames_per_session": 0, "drawn_sessions": 0, "frames": 100}
    for name, value in asdict(sizes).items():
        if value < least.get(name, 1):
            raise ThermviewError(f"The sample's {name} cannot be {value}; the least is {least.get(name, 1)}.")
    if sizes.faulty_per_batch >= sizes.recordings_per_batch:
        raise ThermviewError("The sample needs more recordings_per_batch than faulty_per_batch.")
    return sizes


def _parts(folder: Path, sizes: SampleSizes, seed: int) -> Iterator[tuple[int, int, Path]]:
    """(files done, files in all, path) of everything but the marker."""
    recordings = sizes.batches * sizes.recordings_per_batch
    (folder / "README.txt").write_text(_README, "utf-8", newline="\n")
    pictures = ThermalSizes(
        sizes.pictures, sizes.crops_per_session, sizes.frames_per_session, sizes.drawn_sessions or None
    )
    done, total = 1, recordings
    for step in write_thermal(folder, pictures, seed):
        total = step.total + recordings + 2  # README and marker
        done = step.done + 1
        yield done, total, step.result
    laser = write_laser(
        folder / "laser",
        batches=sizes.batches,
        recordings_per_batch=sizes.recordings_per_batch,
        faulty_per_batch=sizes.faulty_per_batch,
        frames=(sizes.frames - sizes.frames // 10, sizes.frames),
        seed=seed,
        full_length=14_571 if sizes.frames >= 2_000 else 0,
    )
    for step in laser:
        yield done + step.done, total, step.result


def _is_complete(folder: Path, marker: dict[str, Any]) -> bool:
    """True for this very sample, complete; False where it is to be made; ExportError for anything else."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise ExportError(f"{folder} is a file; choose a folder for the sample capture.")
    found = _read_marker(folder / MARKER)
    if found is None:
        if any(path.name != _PARTIAL for path in folder.iterdir()):
            raise ExportError(f"{folder} is not empty; choose an empty or new folder for the sample capture.")
        return False
    complete = found.pop("complete", False)
    if found != marker:
        raise ExportError(
            f"{folder} holds another sample capture (preset {found.get('preset')}, "
            f"seed {found.get('seed')}); choose another folder."
        )
    return complete is True


def _read_marker(path: Path) -> dict[str, Any] | None:
    """The marker of an earlier run, or None where there is none of ours."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("what") == _WHAT else None


def _write_marker(folder: Path, content: dict[str, Any]) -> None:
    partial = folder / _PARTIAL
    partial.write_text(json.dumps(content, indent=1) + "\n", "utf-8", newline="\n")
    os.replace(partial, folder / MARKER)


@contextmanager
def _said_clearly(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(
            f"{folder}: the sample capture cannot be written ({reason(error)}); "
            "free some space or choose another folder."
        ) from error
