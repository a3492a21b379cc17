"""Scores of every frame in one file, which appears whole or not at all."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain, count
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import h5py

import thermview
from thermview.capture.ids import storable
from thermview.review.forgiving_file import ForgivingFile
from thermview.review.manifest import jsonable, safe_cell
from thermview.scoring import Event, Scores


class ScoreFile(Protocol):
    """Takes the scores of one recording after another."""

    def add(self, scores: Scores) -> None:
        """Write those of one more recording."""

    def close(self) -> None:
        """Finish the file."""


def event_record(event: Event) -> dict[str, Any]:
    """An event with the keys of the contract, which people's scripts rely on: no others."""
    return {name: value for name, value in asdict(event).items() if name != "own_p"}


@contextmanager
def score_file(out: Path, lanes: Sequence[str]) -> Iterator[ScoreFile]:
    """A file `out` (.csv or .h5) that takes scores with these lanes; OSError where it cannot be written.

    It is kept under another name until all went well.
    """
    partial = out.with_name(f".{out.name[:60]}.part-{uuid4().hex[:8]}")
    make = _CsvScores if out.suffix.lower() == ".csv" else _H5Scores
    try:
        file = make(partial, lanes)
        try:
            yield file
        finally:
            file.close()
        partial.replace(out)
    except OSError as error:
        if error.filename == str(partial):  # a person knows the file by the name that was asked for
            error.filename = str(out)
        raise
    finally:
        partial.unlink(missing_ok=True)


class _CsvScores:
    """A row per frame: recording, frame (from 0), score, one column per lane; empty where not scored."""

    def __init__(self, path: Path, lanes: Sequence[str]) -> None:
        self._lanes = lanes
        self._stream = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream, lineterminator="\n")
        self._writer.writerow(["recording", "frame", "score", *lanes])

    def add(self, scores: Scores) -> None:
        name = safe_cell(scores.recording)
        empty = [math.nan] * len(scores.values)
        columns = [scores.values.tolist()]
        columns += [scores.lanes[lane].tolist() if lane in scores.lanes else empty for lane in self._lanes]
        for frame, values in enumerate(zip(*columns, strict=True)):
            self._writer.writerow([name, frame, *("" if math.isnan(v) else f"{v:.6g}" for v in values)])

    def close(self) -> None:
        self._stream.close()


class _H5Scores:
    """A group per recording: `score` (frames,), `lanes/<cause>` (frames,), the verdict as attributes.

    `events` and `model` are JSON texts; frame indices count from 0, last is inclusive.
    """

    def __init__(self, path: Path, lanes: Sequence[str]) -> None:
        self._disk = ForgivingFile(path)
        self._file = h5py.File(self._disk, "w")
        self._file.attrs["program"] = f"ThermView {thermview.__version__}"

    def add(self, scores: Scores) -> None:
        group = self._file.create_group(self._free_name(scores.recording))
        group.create_dataset("score", data=scores.values, compression="gzip", shuffle=True)
        for name, values in scores.lanes.items():
            group.create_dataset(f"lanes/{name}", data=values, compression="gzip", shuffle=True)
        group["events"] = json.dumps([jsonable(event_record(event)) for event in scores.events])
        group["model"] = json.dumps(asdict(scores.model))
        group.attrs["score"] = scores.score
        group.attrs["threshold"] = scores.threshold
        group.attrs["p_value"] = math.nan if scores.p_value is None else scores.p_value
        group.attrs["anomalous"] = scores.anomalous
        group.attrs["cause"] = scores.cause
        self._disk.check()

    def _free_name(self, recording: str) -> str:
        """The id as HDF5 takes it; numbered where two captures have a recording of the same id."""
        plain = storable(recording)
        names = chain([plain], (f"{plain} ({number})" for number in count(2)))
        return next(name for name in names if name not in self._file)

    def close(self) -> None:
        self._file.close()
        self._disk.close()
        self._disk.check()
