"""The work of thermview diagnose: run it, say how far it is, write the report, apply the fixes to a copy."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from thermview.cli.failures import Tally
from thermview.cli.output import say, show, write_json
from thermview.cli.progress import follow
from thermview.counts import counted
from thermview.diagnosis.diagnose import diagnose
from thermview.diagnosis.embedding import open_embedding
from thermview.diagnosis.results import Diagnosis, Finding
from thermview.diagnosis.shards import Merged, ShardCard, merge_shards, run_shard, shard_folder
from thermview.diagnosis.shards_cluster import work_on_cluster
from thermview.errors import ExportError, ReadError
from thermview.inference import default_model, open_model
from thermview.jobs import Progress, Steps
from thermview.review.diagnosis_beside import read_report
from thermview.review.diagnosis_json import finding_record
from thermview.review.diagnosis_output import HTML_NAME, JSON_NAME, Written, write_diagnosis
from thermview.review.diagnosis_words import lens_sentences, set_sentence
from thermview.review.fixes import Fixes, fixes_of
from thermview.review.fixes_copy import CopyOptions, CopyResult, apply_fixes, check_copy_place
from thermview.review.fixes_reading import edited_fixes
from thermview.review.staging import check_writable

SAID_EVERY_S = 15.0
"""Into a log file, where no bar can be drawn, a line goes so often."""
JSON_EVERY_S = 1.0
PICTURES_SAID = 20
"""A line of JSON on a finding names so many pictures at most; report.json names more."""


@dataclass
class Pace:
    """How fast one kind of work goes on; another unit begins anew."""

    unit: str = ""
    begun: float = 0.0
    first: int = 0
    last: int = 0
    told: float = field(default_factory=perf_counter)

    def at(self, step: Progress) -> tuple[float, float | None]:
        """Units a second so far, and seconds left or None while that cannot be said."""
        now = perf_counter()
        if step.unit != self.unit or step.done < self.last:
            self.unit, self.begun, self.first = step.unit, now, step.done
        self.last = step.done
        rate = (step.done - self.first) / max(now - self.begun, 1e-6)
        left = (step.total - step.done) / rate if rate > 0 and step.total else None
        return rate, left

    def due(self, every_s: float) -> bool:
        """True when so much time has gone by since it last was."""
        now = perf_counter()
        if now - self.told < every_s:
            return False
        self.told = now
        return True


def spell_seconds(seconds: float) -> str:
    """8 s, 3 min, 2 h 10 min."""
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


@dataclass
class Diagnosing:
    """One run of the command."""

    folder: Path
    output: Path
    model: Path | None
    seed: int
    json: bool
    tally: Tally
    collected: tuple[date, date] | None = None
    farthest_m: float | None = None
    beside: Sequence[Path] = ()
    edited: Path | None = None
    diagnosis: Diagnosis | None = None
    fixes: Fixes | None = None

    def __post_init__(self) -> None:
        if not self.folder.exists():
            raise ReadError(f"{self.folder}: there is no such folder.")
        if not self.folder.is_dir():
            raise ReadError(f"{self.folder}: not a folder; a set of pictures is one.")
        if self.output.exists() and not self.output.is_dir():
            raise ExportError(f"{self.output} is a file; choose a folder for the report.")

    def check_copy(self, copy: Path) -> None:
        """ExportError before hours of work where the copy could not be begun; it leaves nothing."""
        check_copy_place(copy, self.folder)
        check_writable(copy)

    def report(self, *, dask: str | None, merge: bool) -> None:
        """Diagnose the whole set and write the report."""
        check_writable(self.output)
        others = [read_report(path) for path in self.beside]
        model, problem = open_embedding(self._model_place)
        if problem:
            self.tally.fail(problem)
        if dask is not None:
            self._run(work_on_cluster(self.folder, model, dask), "Sharing out")
        if merge:
            merged: Merged = self._run(merge_shards(self.folder, self.output), "Merging")
            for notice in merged.notices:
                say(notice)
        steps = diagnose(
            self.folder,
            model,
            model_problem=problem,
            collected=self.collected,
            farthest_m=self.farthest_m,
            seed=self.seed,
        )
        self.diagnosis = self._run(steps, "Diagnosing")
        if self.diagnosis.model_problem != problem:  # it failed on the way
            self.tally.fail(self.diagnosis.model_problem)
        if not len(self.diagnosis.table):
            raise ReadError(f"{self.folder}: there is no picture in this folder.")
        fixes = fixes_of(self.diagnosis)
        if self.edited is not None:
            fixes = edited_fixes(self.edited, self.diagnosis, fixes)
            for notice in fixes.notices:
                say(notice)
        steps = write_diagnosis(self.diagnosis, self.output, fixes=fixes, beside=others, seed=self.seed)
        written: Written = self._run(steps, "Writing")
        self.fixes = written.fixes
        self.tally.done += int(self.diagnosis.table.readable.sum())
        if self.json:
            for finding in self.diagnosis.findings:
                write_json(
                    {"event": "finding"} | finding_record(finding, self.diagnosis.table, PICTURES_SAID)
                )
            write_json(self._record(written.folder))
        else:
            show("\n".join(self._lines()))
            say(f"The report is in {written.folder / HTML_NAME}.")

    def _model_place(self) -> Path:
        return self.model or default_model("embedding")

    def make_shard(self, index: int, count: int) -> None:
        """Look at share `index` of `count` and keep what was seen in DIR."""
        check_writable(self.output)
        card: ShardCard = self._run(
            run_shard(self.folder, open_model(self._model_place()), index, count, self.output), "Looking"
        )
        place = shard_folder(self.output, index, count)
        self.tally.done += card.pictures
        if self.json:
            write_json(
                {
                    "event": "shard",
                    "index": index,
                    "count": count,
                    "folder": str(place),
                    "pictures": card.pictures,
                }
            )
        else:
            show(f"Shard {index} of {count}: {counted(card.pictures, 'picture')}, kept in {place}.")

    def apply(self, copy: Path, *, split: bool, subclasses: bool) -> None:
        """Write the copy; what could not be copied is told and counted."""
        assert self.diagnosis is not None
        assert self.fixes is not None
        options = CopyOptions(split=split, subclasses=subclasses)
        steps = apply_fixes(self.folder, self.diagnosis.table, self.fixes, copy, options)
        result: CopyResult = self._run(steps, "Copying")
        for problem in result.problems:
            self.tally.fail(problem)
        for notice in result.notices:
            say(notice)
        if self.json:
            write_json(
                {
                    "event": "copy",
                    "folder": str(result.folder),
                    "pictures": result.pictures,
                    "relabelled": result.relabelled,
                    "converted": result.converted,
                    "left_out": result.left_out,
                    "problems": list(result.problems),
                }
            )
        else:
            show(
                f"Copy: {counted(result.pictures, 'picture')}, {result.relabelled} with another class, "
                f"{result.converted} with other channels, {result.left_out} left out; "
                f"all read back and checked: {result.folder}"
            )

    def _run(self, steps: Steps, what: str) -> Any:
        """Drive a job to its end; the last result it gave."""
        pace, result = Pace(), None
        for step in follow(steps, what):
            result = step.result if step.result is not None else result
            rate, left = pace.at(step)
            if self.json and pace.due(JSON_EVERY_S):
                write_json(
                    {
                        "event": "progress", "stage": what.lower(), "unit": step.unit, "done": step.done,
                        "total": step.total, "per_s": round(rate, 2),
                        "seconds_left": None if left is None else round(left, 1),
                    }
                )  # fmt: skip
            elif not self.json and not sys.stderr.isatty() and pace.due(SAID_EVERY_S):
                say(_progress_line(what, step, rate, left))
        return result

    def _record(self, place: Path) -> dict[str, Any]:
        diagnosis = self.diagnosis
        assert diagnosis is not None
        severities = [finding.severity.value for finding in diagnosis.findings]
        return {
            "event": "report",
            "folder": str(place),
            "html": str(place / HTML_NAME),
            "report": str(place / JSON_NAME),
            "pictures": len(diagnosis.table),
            "unreadable": int((~diagnosis.table.readable).sum()),
            "classes": sum(bool(name) for name in diagnosis.table.class_names),
            "sessions": len(diagnosis.table.session_names),
            "findings": {level: severities.count(level) for level in ("high", "medium", "low")},
            "model": {"name": diagnosis.model.name, "sha256": diagnosis.model.sha256}
            if diagnosis.model
            else None,
            "model_problem": diagnosis.model_problem or None,
            "seed": self.seed,
            "seconds": diagnosis.seconds,
        }

    def _lines(self) -> list[str]:
        diagnosis = self.diagnosis
        assert diagnosis is not None
        lines = [set_sentence(diagnosis), *map(finding_line, diagnosis.findings), *lens_sentences(diagnosis)]
        return [line.replace("\N{THIN SPACE}", " ") for line in lines]  # a terminal may not have it


def finding_line(finding: Finding) -> str:
    """A finding in a line of the terminal."""
    return f"{finding.severity.value:<7} {finding.kind}: {finding.sentence}"


def _progress_line(what: str, step: Progress, rate: float, left: float | None) -> str:
    of = f" of {step.total:,}" if step.total else ""
    pace = f", {rate:,.0f}/s" if rate else ""
    remaining = f", {spell_seconds(left)} left" if left is not None else ""
    return f"{what}: {step.done:,}{of} {step.unit}{pace}{remaining}"
