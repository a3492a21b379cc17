"""thermview evaluate: how well a model does on laser recordings, with the numbers to show it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from thermview.cli.failures import Tally
from thermview.cli.holders import with_holders
from thermview.cli.output import say, show, write_json


@dataclass(frozen=True)
class Measured:
    """The options that say what is measured and how much of it; the fields are those of laser.evaluate_plan.Options."""

    recordings: Annotated[int, typer.Option(min=3, help="Normal recordings used per batch, at most.")] = 30
    trials: Annotated[int, typer.Option(min=0, help="Injected faults per kind, size and duration.")] = 8
    goals: Annotated[
        int,
        typer.Option(min=0, help="Injected faults per fault that should be found (laser off for 10 ms ...)."),
    ] = 12
    fit: Annotated[
        bool, typer.Option(help="Fit a model of normality to the recordings that teach and judge it too.")
    ] = True
    rate: Annotated[
        float, typer.Option(min=0.0001, max=0.5, help="False alarms per recording to set thresholds for.")
    ] = 0.01
    seed: Annotated[int, typer.Option(min=0, help="Another seed injects other faults.")] = 1
    baselines: Annotated[bool, typer.Option(help="Compare with methods that follow the spot.")] = True
    noise: Annotated[bool, typer.Option(help="Move the frames of tested recordings by centroid noise.")] = (
        True
    )


@with_holders
def evaluate(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Batches of laser recordings (TypeN), normal ones mostly."),
    ],
    model: Annotated[Path | None, typer.Option(help="An ONNX model instead of the shipped one.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where report.html and report.json go.")
    ] = None,
    *,
    measured: Measured,
    json: Annotated[bool, typer.Option("--json", help="All numbers as one JSON object.")] = False,
) -> None:
    """Evaluate scores: false alarms on normals, faults injected by size and duration, time to alarm.

    Recordings count as normal unless a laser_truth.json in or beside the folder says otherwise.
    """
    from thermview.cli.evaluating import evaluated, text_of, written
    from thermview.laser.evaluate_plan import Options
    from thermview.review.evidence import check_outside
    from thermview.review.staging import check_writable

    if out is not None:
        check_outside(out, [folder])
        check_writable(out)
    tally = Tally()
    result: dict[str, Any] = evaluated(folder, model, Options(**asdict(measured)), tally)
    if json:
        write_json(result)
    else:
        show(text_of(result))
    if out is not None:
        say(f"The report is in {written(result, out)}.")
    tally.end()
