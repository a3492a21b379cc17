"""What to export, put together from a capture: flagged frames with their labels and kept scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from thermview.capture.context import Context, ContextFinder
from thermview.errors import ModelError, ThermviewError
from thermview.readers import open_recording
from thermview.recording import Recording
from thermview.review.flags import Flag
from thermview.review.scoring_jobs import kept_scores
from thermview.review.selection import ExportItem
from thermview.scoring import Scores
from thermview.thermal.display import Display

Opener = Callable[[], Recording]
PathOpener = Callable[[Path, str], Recording]
"""Opens the file of a recording id."""


def flagged_items(
    flags: Iterable[Flag],
    path_of: Callable[[str], Path | None],
    finder: ContextFinder,
    *,
    display: Display,
    model: Path | None = None,
    open_as: PathOpener | None = None,
) -> list[ExportItem]:
    """An item per flag, with labels and the scores that `model` (None: the shipped one) gave earlier.

    `path_of` finds a recording's file by its id. Flags of recordings that are gone are given an opener
    that fails in the export: they are listed there as problems and not forgotten. `open_as` opens recordings as
    their reviewer measures them; without it they are as in their files.
    """
    known: dict[str, _Known] = {}
    items = []
    for flag in flags:
        path = path_of(flag.recording) or Path(flag.recording)
        if flag.recording not in known:  # once, however many flags a recording has
            context = _context_of(path, finder)
            known[flag.recording] = _Known(
                partial(open_recording, path) if open_as is None else partial(open_as, path, flag.recording),
                context,
                _kept(path, flag.recording, context, model),
            )
        items.append(_item(flag, known[flag.recording], display))
    return items


class _Known(NamedTuple):
    opener: Opener
    context: Context | None
    scores: Scores | None


def _context_of(path: Path, finder: ContextFinder) -> Context | None:
    try:
        recording = open_recording(path)
        try:
            return finder.context(recording)
        finally:
            recording.close()
    except ThermviewError:
        return None  # the export opens it again and says in its manifest why that fails


def _item(flag: Flag, known: _Known, display: Display) -> ExportItem:
    return ExportItem(
        recording=known.opener,
        recording_id=flag.recording,
        frames=range(flag.first, flag.last + 1),
        display=display,
        annotations=known.context.annotations if known.context else (),
        flag=flag,
        scores=known.scores,
        context=known.context,
    )


def _kept(path: Path, recording: str, context: Context | None, model: Path | None) -> Scores | None:
    """The scores that a model (None: the shipped one) gave this file earlier, or None."""
    try:
        return kept_scores(path, recording, context.stated_obstacles if context else None, model)
    except ModelError:
        return None
