"""What to export, in which formats and where to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from thermview.capture.ids import id_of
from thermview.errors import ThermviewError
from thermview.gui.parts.export_folder import export_folder
from thermview.gui.parts.plain_words import count_text, tip
from thermview.gui.session import Session
from thermview.jobs import Job, Progress, Steps
from thermview.readers import open_recording
from thermview.recording import Recording
from thermview.review.export import ExportItem, ExportOptions, ExportResult, export_frames
from thermview.review.exporters import EXPORTERS
from thermview.review.flags import Flag
from thermview.review.frame_ranges import merged
from thermview.review.gathering import flagged_items
from thermview.review.measured import measured
from thermview.review.visible import fusion_of

_CHOSEN_AT_FIRST = ("png", "tiff")
_ALL, _HERE, _SHOWN = (
    "Flagged frames of the whole capture",
    "Flagged frames of this recording",
    "The frame shown now",
)


class ExportDialog(QDialog):
    """Asks; `start` then runs the export in the background."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._session = session
        self._flags = self._all_flags()
        self.what = QComboBox()
        for text in (_ALL, _HERE, _SHOWN):
            if self._count(text):
                self.what.addItem(text)
        self.formats = {row.name: QCheckBox(f"{row.text}") for row in EXPORTERS}
        for name, box in self.formats.items():
            box.setChecked(name in _CHOSEN_AT_FIRST)
            box.toggled.connect(self._refresh)
        self.clean = QCheckBox("Pictures without colour bar, boxes and caption")
        filtering = session.filtering
        self.filtered = QCheckBox("Filtered as on screen (otherwise as recorded)")
        self.filtered.setToolTip(tip(f"On screen: {filtering.filters.words()}") if filtering.on else "")
        self.filtered.setVisible(filtering.on)
        self.filtered.toggled.connect(self._refresh)
        self.folder = QLineEdit(str(default_folder(session)))
        self.folder.setMinimumWidth(380)
        browse = QPushButton("Browse…")
        browse.clicked.connect(self._browse)
        self.hint = QLabel(wordWrap=True)
        self.hint.setProperty("role", "caption")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._lay_out(browse, buttons)
        self.what.currentIndexChanged.connect(self._refresh)
        self.folder.textChanged.connect(self._refresh)
        self._refresh()

    def _lay_out(self, browse: QPushButton, buttons: QDialogButtonBox) -> None:
        form = QFormLayout(self)
        form.setVerticalSpacing(12)
        form.addRow("Frames", self.what)
        column = QVBoxLayout()
        column.setSpacing(4)
        for box in (*self.formats.values(), self.clean, self.filtered):
            column.addWidget(box)
        form.addRow("Formats", column)
        line = QHBoxLayout()
        line.addWidget(self.folder, 1)
        line.addWidget(browse)
        form.addRow("Into folder", line)
        form.addRow(self.hint)
        form.addRow(buttons)

    def _all_flags(self) -> list[Flag]:
        try:
            return self._session.store.flags(self._session.capture) if self._session.capture else []
        except ThermviewError as error:
            self._session.message.emit(str(error))
            return []

    def _wanted_flags(self, what: str) -> list[Flag]:
        return (
            self._flags
            if what == _ALL
            else [f for f in self._flags if f.recording == self._session.recording_id]
        )

    def _count(self, what: str) -> int:
        if what == _SHOWN:
            return int(self._session.frame is not None)
        ranges: dict[str, list[tuple[int, int]]] = {}
        for flag in self._wanted_flags(what):
            ranges.setdefault(flag.recording, []).append((flag.first, flag.last))
        return sum(last - first + 1 for flagged in ranges.values() for first, last in merged(flagged))

    def _refresh(self) -> None:
        count = self._count(self.what.currentText()) if self.what.count() else 0
        chosen = [name for name, box in self.formats.items() if box.isChecked()]
        self.go.setText(f"Export {count_text(count, 'frame')}")
        self.go.setEnabled(bool(count and chosen and self.folder.text().strip()))
        if not count:
            self.hint.setText("Nothing is flagged yet: F flags the frame that is shown.")
        elif not chosen:
            self.hint.setText("Choose at least one format.")
        else:
            self.hint.setText(
                f"{self._said_of_filters()}With a manifest (JSON and CSV) of source, frame, time, score, cause, "
                "who flagged it and why. A folder that is not empty gets a new folder inside; nothing is overwritten."
            )

    def _said_of_filters(self) -> str:
        """What becomes of the filters on screen, since a picture may look otherwise than what is exported."""
        filtering = self._session.filtering
        if not filtering.on:
            return ""
        if not self.filtered.isChecked():
            return "Frames are exported as they were recorded, not filtered as on screen. "
        unit = f", in {filtering.quantity.unit}" if filtering.compares and filtering.quantity.unit else ""
        return (
            f"Pictures and numbers are those of filtered frames{unit} ({filtering.filters.words()}); their names, "
            "captions and the manifest say so. "
        )

    def _browse(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "Export into", self.folder.text())
        if path:
            self.folder.setText(path)

    def start(self) -> None:
        """Run the export; where it went is said in the status line."""
        session, what = self._session, self.what.currentText()
        filtered = self.filtered.isChecked()
        chosen = [name for name, box in self.formats.items() if box.isChecked()]
        run_export(
            session,
            shown_item(session, filtered)
            if what == _SHOWN
            else flag_items(session, self._wanted_flags(what), filtered),
            chosen,
            Path(os.path.expanduser(self.folder.text().strip())),  # unlike Path's it never raises
            ExportOptions(clean=self.clean.isChecked()),
        )


def default_folder(session: Session) -> Path:
    """Where exports go unless someone says otherwise: never into the capture."""
    return export_folder(session.capture)


def shown_item(session: Session, filtered: bool = False) -> Callable[[], list[ExportItem]]:
    """The frame that is shown now, as it was recorded or filtered as on screen."""
    recording, context, fusion = session.recording, session.context, session.fused.shown
    assert recording is not None
    if filtered:
        recording = session.filtering.for_export()(recording)
    item = ExportItem(
        recording=recording,
        recording_id=session.recording_id,
        frames=[session.frame_index],
        display=session.filtering.display_of(session.display_now, filtered),
        annotations=context.annotations,
        scores=session.scored.final,
        context=context,
        fusion=None if fusion is None else lambda recording: fusion,
    )
    return lambda: [item]


def flag_items(session: Session, flags: list[Flag], filtered: bool = False) -> Callable[[], list[ExportItem]]:
    """The frames of these flags, as they were recorded or filtered as on screen.

    A hold since a frame is that of the recording on screen alone, as when one goes to another recording.
    """
    browsing, model = session.browsing, session.scored.chosen_model
    display = session.filtering.display_of(session.display_now, filtered)
    filters_there, filters_here = session.filtering.for_opening(), session.filtering.for_export()
    here = session.recording_id
    look = session.fused.look if session.fused.on else None
    # of the capture that is open now: when the export's turn comes it may be another one
    root, index, finder, store = browsing.root, browsing.index, browsing.finder, session.store

    def as_reviewed(path: Path, recording: str) -> Recording:
        opened = open_recording(path)
        opened = opened if root is None else measured(opened, store, root, recording)
        if not filtered:
            return opened
        return filters_here(opened) if recording == here else filters_there(opened)

    def with_visible(item: ExportItem) -> ExportItem:
        if look is None or root is None:
            return item
        return replace(item, fusion=lambda shown: fusion_of(shown, look, store, root, item.recording_id))

    def items() -> list[ExportItem]:
        paths = {id_of(path): root / path for path in index.paths()} if root and index else {}
        found = flagged_items(flags, paths.get, finder, display=display, model=model, open_as=as_reviewed)
        return [with_visible(item) for item in found]

    return items


def run_export(
    session: Session,
    items: Callable[[], list[ExportItem]],
    formats: list[str],
    folder: Path,
    options: ExportOptions,
) -> Job:
    """Export in the background; `session.last_export` is its ExportResult afterwards."""

    captures = [session.capture] if session.capture else []

    def steps() -> Steps:
        yield Progress(0, 0, None, "frames")
        yield from export_frames(items(), formats=formats, folder=folder, options=options, captures=captures)

    def came(progress: Progress) -> None:
        if isinstance(progress.result, ExportResult):
            session.last_export = progress.result

    def ended(job: Job) -> None:
        if job.error is None and not job.cancelled and session.last_export is not None:
            session.message.emit(export_words(session.last_export))

    session.last_export = None
    return session.submit(session.export_worker, Job("Exporting", steps), came, ended)


def export_words(result: ExportResult) -> str:
    """One sentence about a finished export."""
    words = f"{count_text(result.frames, 'frame')} exported to {result.folder}"
    if result.problems:
        words += f"; {count_text(len(result.problems), 'problem')}, see its manifest: {result.problems[0]}"
    return words
