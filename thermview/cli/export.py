"""thermview export: frames as pictures, numbers and clips, with a manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from thermview.cli.failures import Tally
    from thermview.cli.found import Found
    from thermview.recording import Recording
    from thermview.review.selection import ExportItem
    from thermview.thermal.display import Display


def _checked_frames(text: str | None) -> str | None:
    if text is not None:
        from thermview.errors import ExportError
        from thermview.review.frame_ranges import parse_ranges

        try:
            parse_ranges(text)
        except ExportError as error:
            raise typer.BadParameter(str(error)) from None
    return text


def _checked_formats(text: str) -> str:
    from thermview.errors import ExportError
    from thermview.review.exporters import exporters_of

    try:
        exporters_of(text.split(","))
    except ExportError as error:
        raise typer.BadParameter(str(error)) from None
    return text


def export(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, folders or zipped batches.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder for files and manifest.")],
    frames: Annotated[
        str | None, typer.Option(callback=_checked_frames, help="Frame indices from 0, such as 0,5,10-20.")
    ] = None,
    events: Annotated[
        bool, typer.Option("--events", help="The frames of all events, scoring first.")
    ] = False,
    flagged: Annotated[bool, typer.Option("--flagged", help="The frames that were flagged.")] = False,
    format: Annotated[
        str, typer.Option(callback=_checked_formats, help="Of png, jpeg, tiff, csv, npy, h5, mp4, gif.")
    ] = "png",
    clean: Annotated[bool, typer.Option("--clean", help="Pictures without colour bar and caption.")] = False,
    palette: Annotated[str, typer.Option(help="Palette of the pictures.")] = "inferno",
    model: Annotated[Path | None, typer.Option(help="The model that gives events and scores.")] = None,
    store: Annotated[Path | None, typer.Option(help="Where the flags are kept.", show_default=False)] = None,
    json: Annotated[bool, typer.Option("--json", help="Say as JSON what was written.")] = False,
) -> None:
    """Export frames of recordings: those named, those of events, or those flagged."""
    if [frames is not None, events, flagged].count(True) != 1:
        context.fail("Choose which frames: one of --frames, --events and --flagged.")
    from thermview.cli.failures import Tally, say
    from thermview.cli.found import find_recordings
    from thermview.thermal.display import Display
    from thermview.thermal.palettes import palette as colours_of

    colours_of(palette)  # an unknown name is told before anything is read
    tally, display = Tally(), Display(palette=palette)
    found = find_recordings(paths, tally)
    if frames is not None:
        items = list(_items_of_frames(found, frames, display, tally))
    elif events:
        items = list(_items_of_events(found, model, display, tally))
    else:
        items = _items_of_flags(found, _roots(paths), store, model, display)
    if items:
        _write(items, format.split(","), out, clean, json, tally)
    else:
        say("Nothing was exported: there are no " + ("flags here." if flagged else "such frames."))
        if flagged:
            raise typer.Exit(1)
    tally.end()


def _items_of_frames(found: list[Found], frames: str, display: Display, tally: Tally) -> Iterator[ExportItem]:
    from thermview.capture.context import ContextFinder
    from thermview.errors import ThermviewError
    from thermview.readers import open_recording
    from thermview.review.selection import ExportItem

    finders: dict[Path, ContextFinder] = {}
    for item in found:
        finder = finders.setdefault(item.root, ContextFinder(item.root))
        try:
            recording = open_recording(item.path)
            try:
                around = finder.context(recording)
            finally:
                recording.close()
        except ThermviewError as error:
            tally.fail(item.told(str(error)))
            continue
        yield ExportItem(_opener(item.path), item.id, frames, display, around.annotations, context=around)


def _items_of_events(
    found: list[Found], model: Path | None, display: Display, tally: Tally
) -> Iterator[ExportItem]:
    from thermview.cli.scoring import Scoring
    from thermview.review.frame_ranges import frames_of_events
    from thermview.review.selection import ExportItem

    for scored in Scoring(found, model).run(tally):
        scores = scored.scores
        inside = frames_of_events(scores.events, len(scores.values))
        if inside:
            yield ExportItem(_opener(scored.found.path), scored.found.id, inside, display, scores=scores)


def _items_of_flags(
    found: list[Found],
    roots: dict[Path, str | None],
    store: Path | None,
    model: Path | None,
    display: Display,
) -> list[ExportItem]:
    from thermview.capture.context import ContextFinder
    from thermview.review.gathering import flagged_items
    from thermview.review.store import ReviewStore

    items: list[ExportItem] = []
    with ReviewStore(store) as kept:
        for root, recording in roots.items():
            paths = {item.id: item.path for item in found if item.root == root}
            flags = kept.flags(root, recording)
            items += flagged_items(flags, paths.get, ContextFinder(root), display=display, model=model)
    return items


def _roots(paths: list[Path]) -> dict[Path, str | None]:
    """The captures that are meant, each with the one recording where a file of it was named."""
    from thermview.capture.ids import recording_id
    from thermview.cli.found import is_capture

    return {
        path if is_capture(path) else path.parent: None
        if is_capture(path)
        else recording_id(path.parent, path)
        for path in paths
    }


def _write(
    items: list[ExportItem], formats: list[str], out: Path, clean: bool, json: bool, tally: Tally
) -> None:
    from thermview.cli.json_lines import write_line
    from thermview.cli.progress import result_of
    from thermview.review.export import ExportOptions, ExportResult, export_frames

    steps = export_frames(items, formats=formats, folder=out, options=ExportOptions(clean=clean))
    result = result_of(steps, "Exporting")
    assert isinstance(result, ExportResult)
    tally.done += bool(result.frames)
    for problem in result.problems:
        tally.fail(problem)
    if json:
        write_line(
            {"folder": result.folder, "frames": result.frames, "files": list(result.files),
             "problems": list(result.problems)}
        )  # fmt: skip
    else:
        print(f"{result.frames} frames in {len(result.files)} files: {result.folder}")


def _opener(path: Path) -> Callable[[], Recording]:
    from thermview.readers import open_recording

    return lambda: open_recording(path)
