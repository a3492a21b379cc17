"""thermview score: what a model thinks of recordings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from thermview.cli.failures import Tally
from thermview.cli.options import ends_in
from thermview.cli.output import one_line, say, show, write_json

if TYPE_CHECKING:
    from thermview.cli.scoring import Scored


def score(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files, folders or zipped batches.")],
    model: Annotated[Path | None, typer.Option(help="An ONNX model instead of the shipped ones.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", callback=ends_in(".h5", ".csv"), help="Scores of every frame: .h5 or .csv."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Score again what was scored before.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per recording.")] = False,
) -> None:
    """Score laser recordings frame by frame, and pictures by their density among their folder's."""
    from thermview.cli.found import find_recordings
    from thermview.cli.score_files import score_file
    from thermview.cli.scoring import Scoring
    from thermview.review.evidence import check_outside

    if out is not None:
        check_outside(out, paths)
    tally, notices = Tally(), dict[str, list[str]]()
    scoring = Scoring(find_recordings(paths, tally), model, fresh)
    with nullcontext() if out is None else score_file(out, scoring.lanes) as file:
        for scored in scoring.run(tally):
            if file is not None:
                file.add(scored.scores)
            if json:
                write_json(record_of(scored))
            else:
                show(_text(scored))
                if scored.scores.notice and not math.isnan(scored.scores.score):
                    notices.setdefault(scored.scores.notice, []).append(scored.scores.recording)
    for notice, recordings in notices.items():
        say(_mind(notice, recordings))
    tally.end()


def record_of(scored: Scored) -> dict[str, Any]:
    """One recording's verdict with the keys of the contract."""
    from dataclasses import asdict

    from thermview.cli.score_files import event_record

    scores = scored.scores
    frames = len(scores.values)
    return {
        "recording": scores.recording,
        "path": str(scored.found.path),
        "frames": frames,
        "score": scores.score,
        "threshold": scores.threshold,
        "p_value": scores.p_value,
        "anomalous": scores.anomalous,
        "cause": scores.cause,
        "events": [event_record(event) for event in scores.events],
        "model": asdict(scores.model),
        "seconds": scores.seconds,
        "frames_per_s": frames / scores.seconds if scores.seconds > 0 else None,
        "notice": scores.notice,
    }


def _mind(notice: str, recordings: Sequence[str]) -> str:
    """What to mind about verdicts, once for all recordings that it holds for."""
    more = f" and {len(recordings) - 1} more" if len(recordings) > 1 else ""
    return f"{one_line(recordings[0])}{more}: {notice}"


def _text(scored: Scored) -> str:
    """The verdict in a line, and a line for each event."""
    scores, name = scored.scores, one_line(scored.scores.recording)
    verdict = f"ANOMALOUS ({scores.cause})" if scores.anomalous else "normal"
    if scores.in_part and not scores.anomalous:
        verdict += f" in the {100 * scores.share_scored:.0f} % of its frames that are scored"
    if math.isnan(scores.score):
        return f"{name:<40} not scored: {scores.notice}"
    p_value = "" if scores.p_value is None else f"  p {scores.p_value:.3g}"
    lines = [f"{name:<40} {scores.score:>8.3g} of {scores.threshold:.3g}{p_value}  {verdict}"]
    lines += [f"    frames {event.first}-{event.last}: {event.text}" for event in scores.events]
    return "\n".join(lines)
