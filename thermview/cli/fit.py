"""thermview fit: learn what normal recordings of laser batches look like, into one model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from thermview.cli.failures import Tally
from thermview.cli.output import say, show, write_json


def fit(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="One batch of normal laser recordings, or several (TypeN)."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="MODEL.onnx", help="The model to write.")],
    exclude: Annotated[
        str, typer.Option(metavar="NAME,...", help="Recordings to leave out: 1673 or Type16/1673.")
    ] = "",
    rate: Annotated[
        float, typer.Option(min=0.0001, max=0.5, help="False alarms per normal recording to aim at.")
    ] = 0.01,
    json: Annotated[bool, typer.Option("--json", help="One JSON object for the model.")] = False,
) -> None:
    """Learn normal recordings and write one ONNX model that scores others of the same batches.

    Recordings that stand out from the others teach nothing and are named, as are those that a
    laser_truth.json in or beside the folder calls faulty.
    """
    from thermview.cli.fitting import fitted, lines_of, record_of
    from thermview.review.evidence import check_file_place

    if output.suffix.lower() != ".onnx":
        raise typer.BadParameter("a model's name ends with .onnx", param_hint="-o")
    check_file_place(output, [folder])
    names = frozenset(name.strip() for name in exclude.split(",") if name.strip())
    tally = Tally()
    result, card = fitted(folder, output, names, rate, tally)
    if json:
        write_json(record_of(result, card, output))
    else:
        show("\n".join(lines_of(result, output)))
    for note in (note for batch in result.batches for note in batch.notes if note not in batch.problems):
        say(note)
    tally.end()
