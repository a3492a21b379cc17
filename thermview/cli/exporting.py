"""What an export on the command line is of: frames by number, by event or by flag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from thermview.capture.context import Context, ContextFinder
from thermview.cli.failures import Tally
from thermview.cli.found import Found, is_capture
from thermview.cli.scoring import Scoring
from thermview.cli.stated import Stated
from thermview.errors import ThermviewError
from thermview.readers import open_recording
from thermview.recording import Recording
from thermview.review.frame_ranges import frames_of_events
from thermview.review.gathering import flagged_items
from thermview.review.measured import measured
from thermview.review.selection import ExportItem
from thermview.review.store import ReviewStore
from thermview.review.visible import fusion_of
from thermview.thermal.display import Display
from thermview.thermal.fusion import Fusion, Look


def items_of_frames(found: Sequence[Found], frames: str, display: Display, tally: Tally) -> list[ExportItem]:
    """The same frames of every recording; one that cannot be opened is told and counted."""
    around = _Surroundings()
    items = []
    for item in found:
        try:
            context = around.of(item)
        except ThermviewError as error:
            tally.fail(item.told(str(error)))
            continue
        items.append(
            ExportItem(_opener(item.path), item.id, frames, display, context.annotations, context=context)
        )
    return items


def items_of_events(
    found: Sequence[Found], model: Path | None, display: Display, tally: Tally
) -> list[ExportItem]:
    """The frames of every event, after scoring what was not scored before.

    The recordings do not count as done in the tally: what is exported does.
    """
    around, scoring_tally = _Surroundings(), Tally()
    items = []
    for scored in Scoring(found, model).run(scoring_tally):
        frames = frames_of_events(scored.scores.events, len(scored.scores.values))
        if frames:
            context = around.of(scored.found)
            items.append(
                ExportItem(
                    _opener(scored.found.path), scored.found.id, frames, display, context.annotations,
                    scores=scored.scores, context=context,
                )
            )  # fmt: skip
    tally.failed += scoring_tally.failed
    tally.done += 0 if items else scoring_tally.done
    return items


def items_of_flags(
    paths: Sequence[Path],
    found: Sequence[Found],
    store: Path | None,
    model: Path | None,
    display: Display,
    look: Look | None = None,
) -> list[ExportItem]:
    """An item per flag of the captures at these paths; of a file that was named, its own flags.

    What is flagged is measured as its reviewer measured it when flagging; with `look` its visible picture lies
    as its reviewer laid it.
    """
    items: list[ExportItem] = []

    def as_reviewed(root: Path, path: Path, recording_id: str) -> Recording:
        with ReviewStore(store) as remembered:
            return measured(open_recording(path), remembered, root, recording_id)

    def with_fusion(item: ExportItem, root: Path) -> ExportItem:
        if look is None:
            return item

        def find(recording: Recording) -> Fusion:
            with ReviewStore(store) as remembered:
                return fusion_of(recording, look, remembered, root, item.recording_id)

        return replace(item, fusion=find)

    with ReviewStore(store) as kept:
        for root, recording in _asked_for(paths, found):
            by_id = {item.id: item.path for item in found if item.root == root}
            flags = kept.flags(root, recording)
            of_root = flagged_items(
                flags, by_id.get, ContextFinder(root),
                display=display, model=model, open_as=partial(as_reviewed, root),
            )  # fmt: skip
            items += [with_fusion(item, root) for item in of_root]
    return items


def as_stated(items: Sequence[ExportItem], stated: Stated) -> list[ExportItem]:
    """The items with their recordings seen as the command line states: scaled, estimated, under conditions, filtered.

    Those of which that cannot be stated fail in the export.
    """
    openers: dict[int, Callable[[], Recording]] = {}  # items that share an opener are of one recording

    def opener(open_it: Callable[[], Recording]) -> Callable[[], Recording]:
        return openers.setdefault(id(open_it), lambda: stated.open(open_it()))

    if not stated.anything:
        return list(items)
    return [
        replace(item, recording=opener(item.recording)) if callable(item.recording) else item
        for item in items
    ]


def with_visible(items: Sequence[ExportItem], look: Look) -> list[ExportItem]:
    """The items with the visible pictures of their recordings, as their files state that they lie."""

    def find(recording: Recording) -> Fusion:
        return fusion_of(recording, look, None, recording.path.parent, "")

    return [item if item.fusion else replace(item, fusion=find) for item in items]


def _asked_for(paths: Sequence[Path], found: Sequence[Found]) -> list[tuple[Path, str | None]]:
    """(capture, None) for each whole capture, (folder, recording id) for each file that was named."""
    captures: list[tuple[Path, str | None]] = [(path, None) for path in paths if is_capture(path)]
    return captures + [(item.root, item.id) for item in found if item.named]


class _Surroundings:
    """Contexts of found recordings; ReadError where one cannot be opened."""

    def __init__(self) -> None:
        self._finders: dict[Path, ContextFinder] = {}

    def of(self, item: Found) -> Context:
        finder = self._finders.setdefault(item.root, ContextFinder(item.root))
        recording = open_recording(item.path)
        try:
            return finder.context(recording)
        finally:
            recording.close()


def _opener(path: Path) -> Callable[[], Recording]:
    return lambda: open_recording(path)
