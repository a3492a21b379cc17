"""The work of thermview fit: find the recordings, fit, write, and say what came of it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from thermview.cli.failures import Tally
from thermview.cli.found import laser_videos
from thermview.cli.output import say
from thermview.cli.progress import result_of
from thermview.counts import counted
from thermview.inference import ModelCard
from thermview.laser.normality.fit import BatchFit, Fit, FitOptions, fit
from thermview.laser.normality.model import write_model


def fitted(
    folder: Path, output: Path, exclude: frozenset[str], rate: float, tally: Tally
) -> tuple[Fit, ModelCard]:
    """Fit and write; what could not be used is told and counted."""
    videos = laser_videos(folder, tally)
    options = FitOptions(exclude=exclude, rate=rate, name=output.stem)
    result: Fit = result_of(fit(folder, videos, options), "Learning")
    for words in result.left_out:
        say(words)
    for problem in (*result.problems, *(each for batch in result.batches for each in batch.problems)):
        tally.fail(problem)
    card = write_model(result, output)
    tally.done += sum(len(batch.learnt_from) + len(batch.calibrated_on) for batch in result.batches)
    return result, card


def record_of(result: Fit, card: ModelCard, output: Path) -> dict[str, Any]:
    """What --json prints."""
    data = output.read_bytes()
    return {
        "model": {"name": card.name, "path": str(output), "sha256": hashlib.sha256(data).hexdigest()},
        "bytes": len(data),
        "threshold": card.threshold,
        "batches": [_batch_record(batch) for batch in result.batches],
        "problems": [*result.left_out, *result.problems],
    }


def _batch_record(batch: BatchFit) -> dict[str, Any]:
    tables = batch.learnt.tables
    return {
        "batch": batch.name,
        "rows": tables.rows,
        "columns": tables.columns,
        "period_frames": round(tables.period, 4),
        "patterns": tables.patterns,
        "learnt_from": list(batch.learnt_from),
        "calibrated_on": list(batch.calibrated_on),
        "suspects": list(batch.suspects),
        "suspected_for": {s: {"score": batch.scores[s], "why": batch.why[s]} for s in batch.suspects},
        "false_alarm_rate": round(batch.limits.promised, 5),
        "self_check": None if batch.check is None else asdict(batch.check),
        "problems": list(batch.problems),
        "seconds": round(batch.seconds, 2),
    }


def lines_of(result: Fit, output: Path) -> list[str]:
    """What a person reads."""
    size = output.stat().st_size / 2**20
    batches = counted(len(result.batches), "batch", "batches")
    lines = [f"{output.name}: {batches}, {size:.2f} MiB, threshold 1"]
    for batch in result.batches:
        tables = batch.learnt.tables
        detours = tables.patterns - 1
        lines.append(
            f"  {batch.name}: {tables.columns} x {tables.rows} pixels, a cycle of {tables.period:.3f} frames, "
            f"{counted(detours, 'detour pattern') if detours else 'no detours'}; learnt from "
            f"{len(batch.learnt_from)}, calibrated on {counted(len(batch.calibrated_on), 'recording')}, "
            f"false alarms promised in at most {100 * batch.limits.promised:.1f} % ({batch.seconds:.0f} s)"
        )
        if batch.check is not None:
            lines.append(f"    self-check of {batch.learnt_from[0]}: {batch.check.words}")
        for suspect in batch.suspects:
            lines.append(f"    suspect {suspect}: score {batch.scores[suspect]:.2f}; {batch.why[suspect]}")
    return lines
