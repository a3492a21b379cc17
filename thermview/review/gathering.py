"""What to export, put together from a capture: flagged frames with their labels and kept scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from thermview.capture.context import ContextFinder
from thermview.errors import ModelError, ThermviewError
from thermview.readers import open_recording
from thermview.recording import Recording
from thermview.review import score_cache
from thermview.review.flags import Flag
from thermview.review.scoring_jobs import scorer
from thermview.review.selection import ExportItem
from thermview.scoring import Scores
from thermview.thermal.display import Display


def flagged_items(
    flags: Iterable[Flag],
    path_of: Callable[[str], Path | None],
    finder: ContextFinder,
    *,
    display: Display,
    model: Path | None = None,
) -> list[ExportItem]:
    """An item per flag, with labels and the scores that `model` (None: the shipped one) gave earlier.

    `path_of` finds a recording's file by its id. Flags of recordings that are gone are given an opener
    that fails in the export: they are listed there as problems and not forgotten.
    """
    return [
        _item(flag, path_of(flag.recording) or Path(flag.recording), finder, display, model) for flag in flags
    ]


def _item(flag: Flag, path: Path, finder: ContextFinder, display: Display, model: Path | None) -> ExportItem:
    context = None
    try:
        recording = open_recording(path)
        try:
            context = finder.context(recording)
        finally:
            recording.close()
    except ThermviewError:
        pass  # the export opens it again and says in its manifest why that fails
    return ExportItem(
        recording=_opener(path),
        recording_id=flag.recording,
        frames=range(flag.first, flag.last + 1),
        display=display,
        annotations=context.annotations if context else (),
        flag=flag,
        scores=kept_scores(path, flag.recording, model),
        context=context,
    )


def _opener(path: Path) -> Callable[[], Recording]:
    return lambda: open_recording(path)


def kept_scores(path: Path, recording: str, model: Path | None) -> Scores | None:
    """The scores that a model (None: the shipped one) gave this file earlier, or None."""
    try:
        return score_cache.load(path, scorer(model).id, recording)
    except ModelError:
        return None
