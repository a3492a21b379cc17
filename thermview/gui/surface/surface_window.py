"""The window of the 3-D surface: the shown frame with its colours, and a sentence where it cannot be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.plain_words import count_text, one_line, place_text
from thermview.gui.surface.available import why_not
from thermview.recording import Recording, is_colour
from thermview.thermal.display import ordered
from thermview.thermal.surface import Surface, surface_of

if TYPE_CHECKING:
    from thermview.gui.session import Session

_SIZE = QSize(860, 640)
_PAUSE_MS = 60  # between two surfaces while frames are played
_NOTHING = "The shown frame appears here as a surface. Choose a recording in the list."
_COLOURS = (
    "A picture of colours has no heights. State what its colours mean (Measuring conditions, Ctrl+K), "
    "or open a recording of numbers."
)
_EMPTY = "No pixel of this frame has a value."


class SurfaceWindow(QWidget):
    """Follows the frame and the colours of the main window while it is seen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._session = session
        self._view: Any = None
        self.problem = ""
        """Why no surface can be drawn here; empty where one can be."""
        self._of: tuple[object, ...] = ()
        self._ends: tuple[float, float] | None = None
        self.setWindowTitle("3-D surface \u2013 ThermView")
        self.title, self.said = ElidedLabel(), QLabel(wordWrap=True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setProperty("role", "caption")
        self.empty, self.pages = EmptyState(), QStackedWidget()
        self.pages.addWidget(self.empty)
        self.reset = QPushButton("Reset view")
        self.reset.setToolTip("Look at it from where it was shown at first")
        top = QHBoxLayout()
        top.setContentsMargins(8, 6, 8, 6)
        top.addWidget(self.title, 1)
        top.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.pages, 1)
        self.said.setContentsMargins(8, 4, 8, 6)
        column.addWidget(self.said)
        self.resize(_SIZE.boundedTo(self.screen().availableGeometry().size() * 0.92))
        self._soon = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        for signal in (session.frame_changed, session.display_changed, session.recording_changed):
            signal.connect(self._refresh_soon)

    def present(self) -> None:
        """Show the window with the frame."""
        if self._view is None:
            self._make_view()
        self.show()
        self.raise_()
        self.activateWindow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_soon"):
            self._refresh_soon()

    def _refresh_soon(self) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    # -- drawing -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw the shown frame, or say why it is not drawn."""
        session = self._session
        recording, frame = session.recording, session.frame
        self.reset.setEnabled(False)
        if recording is None or frame is None:
            self._say(session.problem or _NOTHING)
            return
        if is_colour(recording) or frame.ndim != 2:
            self._say(_COLOURS)
            return
        surface = surface_of(frame, session.display, session.limits)
        ends = surface.ends
        if ends is None:
            self._say(_EMPTY)
            return
        if self._view is None:
            self._say(self.problem)
            return
        self.pages.setCurrentWidget(self._view)
        self.reset.setEnabled(True)
        self._view.show_surface(surface, frame.shape, self._widened(recording, ends), session.unit)
        name, count = one_line(session.recording_id), len(recording)
        where = place_text(session.frame_index, session.time_of(session.frame_index)) if count > 1 else ""
        self.title.setText(", ".join(part for part in (name, where) if part))
        filters = session.filtering.filters.words() if session.filtering.on else ""
        self.said.setText(words_of(surface, session.held_frames, filters))

    def _make_view(self) -> None:
        """Make the view where OpenGL can be had: before the window is shown, which Qt else would make anew for it."""
        self.problem = why_not()
        if self.problem:
            return
        from thermview.gui.surface.surface_view import SurfaceView  # needs an extra, looked for before

        self._view = SurfaceView()
        self.pages.addWidget(self._view)
        self.reset.clicked.connect(self._view.reset_view)

    def _widened(self, recording: Recording, ends: tuple[float, float]) -> tuple[float, float]:
        """Floor and top only ever move apart within one recording, so that a surface does not jump while it plays."""
        of = (id(recording), id(self._session.filtering.filters))
        if of == self._of and self._ends is not None:
            ends = (min(ends[0], self._ends[0]), max(ends[1], self._ends[1]))
        self._of, self._ends = of, ordered(*ends)
        return self._ends

    def _say(self, words: str) -> None:
        self.reset.setVisible(self._view is not None)
        self.title.setText("")
        self.said.setText("")
        self.empty.say(words)
        self.pages.setCurrentWidget(self.empty)


def words_of(surface: Surface, held: int, filters: str) -> str:
    """What is to be minded about the surface, and how it is turned."""
    parts = [filters] if filters else []
    if surface.step > 1:
        rows, columns = surface.values.shape
        parts.append(f"{columns} × {rows} points, each the maximum of {surface.step} × {surface.step} pixels")
    if held > 1:
        parts.append(f"maximum of {count_text(held, 'frame')}")
    if surface.missing:
        parts.append(f"{count_text(surface.missing, 'point')} without a value: grey, on the floor")
    parts.append("drag turns it, the wheel comes nearer")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."
