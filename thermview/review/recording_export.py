"""Exporting the selected frames of one recording into a folder."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from thermview.errors import ReadError, ThermviewError, reason
from thermview.jobs import Progress, Steps
from thermview.recording import Frame, Recording, is_colour
from thermview.review.destination import Destination
from thermview.review.exported_regions import region_steps
from thermview.review.facts import FrameFacts, facts_of
from thermview.review.file_names import safe_name
from thermview.review.formats import Exporter, Shot, Writer
from thermview.review.frame_ranges import Range, clip_ranges
from thermview.review.manifest import ManifestRow
from thermview.review.measured import filtered_text
from thermview.review.score_cache import fingerprint
from thermview.review.selection import ExportItem, asked_ranges, frames_there
from thermview.review.visible import NoVisiblePicture
from thermview.thermal.display import limits
from thermview.thermal.fusion import Fusion

_LOOKED_AT = 64  # frames between two chances to cancel while a clip's common scale is found


class RecordingExport:
    """Writes the frames that the items of one open recording select."""

    def __init__(self, recording: Recording, items: Sequence[ExportItem], to: Destination) -> None:
        self._recording, self._items, self._to = recording, items, to
        self._id = items[0].recording_id
        filtered = "_filtered" if filtered_text(recording) else ""  # never taken for what was recorded
        self._stem = to.stems.claim(safe_name(self._id) + filtered)
        self._frames_of = [set(frames_there(item, len(recording))) for item in items]
        self._frames = sorted(set().union(*self._frames_of))
        self._files: dict[int, list[str]] = {}
        self._named: set[str] = set()
        self._failed: dict[int, str] = {}
        self._fusion = self._found_fusion()
        try:
            self._fingerprint = fingerprint(recording.path)
        except ReadError:  # frames in memory, or the file has gone meanwhile
            self._fingerprint = ""

    @property
    def count(self) -> int:
        """How many frames are selected."""
        return len(self._frames)

    def steps(self) -> Steps:
        """Write all files; the manifest gets rows, notes and problems."""
        self._report_missing()
        frame_formats = [row for row in self._to.exporters if row.per == "frame"]
        whole_formats = [row for row in self._to.exporters if row.per == "recording"]
        clip_formats = [row for row in self._to.exporters if row.per == "clip"]
        if frame_formats or whole_formats:
            yield from self._frame_steps(frame_formats, whole_formats)
        else:
            self._to.total -= self.count
        clips = clip_ranges(self._frames, self._to.options.clip_margin, len(self._recording))
        self._to.total += len(clip_formats) * sum(last - first + 1 for first, last in clips)
        for exporter in clip_formats:
            for clip in clips:
                yield from self._clip_steps(exporter, clip)
        if self._to.options.regions is not None:
            yield from region_steps(
                self._recording, self._id, self._stem, self._frames, self._to, self._wrote
            )
        self._report()

    def _frame_steps(self, per_frame: Sequence[Exporter], per_recording: Sequence[Exporter]) -> Steps:
        with ExitStack() as stack:
            whole: list[tuple[Writer, str]] = []
            for exporter in per_recording if self._frames else ():
                name = self._to.names.claim(self._stem, exporter.suffix)
                writer = exporter.open(self._to.folder / name, self._to.options, self.count)
                whole.append((stack.enter_context(_finished(writer)), name))
            for index in self._frames:
                frame = self._read(index)
                if frame is not None:
                    shot = self._shot(index, frame)
                    for exporter in per_frame:
                        self._write_frame(exporter, shot)
                    for writer, name in whole:
                        writer.add(shot)
                        self._wrote(index, name)
                self._to.done += 1
                yield self._to.progress()

    def _write_frame(self, exporter: Exporter, shot: Shot) -> None:
        index = shot.facts.frame
        name = self._to.names.claim(f"{self._stem}_frame_{index:06d}", exporter.suffix)
        with _finished(exporter.open(self._to.folder / name, self._to.options, 1)) as writer:
            writer.add(shot)
        self._wrote(index, name)

    def _clip_steps(self, exporter: Exporter, clip: Range) -> Steps:
        first, last = clip
        ends = yield from self._common_ends(clip)
        name = self._to.names.claim(f"{self._stem}_frames_{first:06d}-{last:06d}", exporter.suffix)
        with _finished(exporter.open(self._to.folder / name, self._to.options, last - first + 1)) as writer:
            for index in range(first, last + 1):
                frame = self._read(index)
                if frame is not None:
                    writer.add(self._shot(index, frame, ends))
                    self._wrote(index, name)
                self._to.done += 1
                yield self._to.progress()
        self._note_pace(name)

    def _common_ends(self, clip: Range) -> Generator[Progress, None, tuple[float, float] | None]:
        """Ends that all frames of a clip share, so that its colours mean the same throughout."""
        display = self._items[0].display
        if is_colour(self._recording) or display.scale_mode == "manual":
            return None
        lows, highs = [], []
        for index in range(clip[0], clip[1] + 1):
            frame = self._read(index)
            if frame is not None:
                low, high = limits(frame, display)
                lows.append(low)
                highs.append(high)
            if index % _LOOKED_AT == 0:
                yield self._to.progress()
        return (min(lows), max(highs)) if lows else None

    def _read(self, index: int) -> Frame | None:
        """A frame, or None where it cannot be read, which is reported once."""
        if index in self._failed:
            return None
        try:
            return self._recording.frame(index)
        except (ReadError, IndexError, OSError) as error:
            self._failed[index] = reason(error)
            return None

    def _shot(self, index: int, frame: Frame, ends: tuple[float, float] | None = None) -> Shot:
        """The frame as the first item that selects it shows it; frames of a clip's margin have no flag."""
        for item, frames in zip(self._items, self._frames_of, strict=True):
            if index in frames:
                return self._shot_of(item, index, frame, ends)
        return self._shot_of(replace(self._items[0], flag=None), index, frame, ends)

    def _shot_of(self, item: ExportItem, index: int, frame: Frame, ends: tuple[float, float] | None) -> Shot:
        return Shot(frame, self._facts(index, item), item.display, item.annotations, ends, self._fusion)

    def _found_fusion(self) -> Fusion | None:
        """The visible picture that was asked for; frames are shown alone where there is none, which is told."""
        find = self._items[0].fusion
        try:
            return None if find is None else find(self._recording)
        except NoVisiblePicture:
            self._to.manifest.notes.append(f"{self._id} has no visible picture; its frames are shown alone.")
        except ThermviewError as error:
            self._to.manifest.problems.append(f"{self._id}: frames are shown alone; {reason(error)}")
        return None

    def _facts(self, index: int, item: ExportItem) -> FrameFacts:
        facts = facts_of(self._recording, self._id, self._fingerprint, index, item.scores, item.flag)
        return facts if self._fusion is None else replace(facts, fusion=self._fusion.words)

    def _wrote(self, index: int, name: str) -> None:
        self._files.setdefault(index, []).append(name)
        if name not in self._named:
            self._named.add(name)
            self._to.files.append(name)

    def _note_pace(self, name: str) -> None:
        rate = self._recording.frame_rate
        if name in self._named and rate:
            shown = self._to.options.clip_rate_hz
            pace = f"{rate / shown:.3g} times slower" if rate >= shown else f"{shown / rate:.3g} times faster"
            self._to.manifest.notes.append(
                f"{name} shows {shown:g} frames/s, {pace} than the recording's {rate:g} frames/s."
            )

    def _report_missing(self) -> None:
        length = len(self._recording)
        for item in self._items:
            asked = [index for ends in asked_ranges(item) for index in ends]
            wrong = [index for index in asked if not 0 <= index < length]
            if wrong:
                there = f"0 to {length - 1}" if length else "none"
                self._to.manifest.problems.append(
                    f"{self._id}: there is no frame {wrong[-1]}; the recording's frames are {there}."
                )

    def _report(self) -> None:
        """Rows for what was written, one per frame and item that selects it; what failed as one problem."""
        manifest = self._to.manifest
        for index in self._frames:
            if index not in self._files:
                continue
            self._to.frames += 1
            for item, frames in zip(self._items, self._frames_of, strict=True):
                if index in frames:
                    categories = tuple(annotation.category for annotation in item.annotations)
                    files = tuple(self._files[index])
                    manifest.rows.append(
                        ManifestRow(self._facts(index, item), files, item.context, categories)
                    )
        if self._failed:
            index, why = min(self._failed.items())
            more = f" and {len(self._failed) - 1} more" if len(self._failed) > 1 else ""
            manifest.problems.append(f"{self._id}: frame {index}{more} could not be read ({why}).")


@contextmanager
def _finished(writer: Writer) -> Iterator[Writer]:
    """Close the writer at the end, or let go of its file where something went wrong."""
    try:
        yield writer
    except BaseException:
        writer.abandon()
        raise
    writer.close()
