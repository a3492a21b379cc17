"""The pages of a diagnosis in place of the frame: what stands above and below all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.diagnosis.begin_page import BeginPage, progress_figures
from thermview.gui.diagnosis.context import PageContext
from thermview.gui.diagnosis.pictures import Pictures
from thermview.gui.diagnosis.saving import USUAL_SHARES, ask_copy, ask_report
from thermview.gui.diagnosis.selection_bar import SelectionBar
from thermview.gui.parts.copying_table import claims
from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.plain_words import count_text, duration_text

if TYPE_CHECKING:
    from thermview.gui.diagnosis.fixes_page import FixesPage
    from thermview.gui.diagnosis.page_parts import Page
    from thermview.gui.session import Session

_ACTION = QAbstractSlider.SliderAction
_READING = {
    Qt.Key.Key_Up: _ACTION.SliderSingleStepSub,
    Qt.Key.Key_Down: _ACTION.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: _ACTION.SliderPageStepSub,
    Qt.Key.Key_PageDown: _ACTION.SliderPageStepAdd,
    Qt.Key.Key_Home: _ACTION.SliderToMinimum,
    Qt.Key.Key_End: _ACTION.SliderToMaximum,
    Qt.Key.Key_Left: _ACTION.SliderNoAction,
    Qt.Key.Key_Right: _ACTION.SliderNoAction,
}
PAGES = ("Overview", "Classes", "Density", "Map", "Suspects", "Distance", "Fixes")


def _is_reading(event: QKeyEvent) -> bool:
    return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier and Qt.Key(event.key()) in _READING


class DiagnosisView(QWidget):
    """A line of what was diagnosed, seven pages, and what is picked out; before that how to get there."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.context = PageContext(session, Pictures(session, self))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.begin = BeginPage(session)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.pages: dict[str, Page] = {}
        self.fixes: FixesPage | None = None
        self.line = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.line.setProperty("role", "muted")
        self.again, self.back = QPushButton("Diagnose again"), QPushButton("Picture")
        self.again.setToolTip("Read what changed since, and measure anew (Ctrl+D)")
        self.back.setToolTip("Back to the picture (Backspace or Shift+D)")
        self.again.clicked.connect(self._again)
        self.back.clicked.connect(lambda: session.diagnosing.show_pages(False))
        self.selection = SelectionBar(self.context)
        whole = QWidget()
        top = QHBoxLayout()
        top.setContentsMargins(12, 6, 8, 2)
        top.setSpacing(8)
        top.addWidget(self.line, 1)
        for button in (self.again, self.back):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            top.addWidget(button)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.selection)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.begin)
        self._stack.addWidget(whole)
        session.diagnosing.changed.connect(self.refresh)
        session.jobs_changed.connect(self._say)
        session.capture_changed.connect(self._say)
        self.refresh()

    def _make_pages(self) -> None:
        """The pages, once there is something to show: what they show brings in ONNX, which is slow to import."""
        from thermview.gui.diagnosis.classes_page import ClassesPage
        from thermview.gui.diagnosis.density_page import DensityPage
        from thermview.gui.diagnosis.distance_page import DistancePage
        from thermview.gui.diagnosis.fixes_page import FixesPage
        from thermview.gui.diagnosis.map_page import MapPage
        from thermview.gui.diagnosis.overview_page import OverviewPage
        from thermview.gui.diagnosis.suspects_page import SuspectsPage

        overview = OverviewPage(self.context)
        fixes = FixesPage(self.context)
        overview.page_wanted.connect(self.show_page)
        fixes.save_wanted.connect(self.ask_report)
        fixes.copy_wanted.connect(self._ask_copy)
        self.fixes = fixes
        makers = (ClassesPage, DensityPage, MapPage, SuspectsPage, DistancePage)
        self.pages = dict(
            zip(PAGES, (overview, *(make(self.context) for make in makers), fixes), strict=True)
        )
        for name, page in self.pages.items():
            self.tabs.addTab(page, name)

    def show_page(self, name: str) -> None:
        """Bring a page of PAGES to the front."""
        if name in self.pages:
            self.tabs.setCurrentWidget(self.pages[name])

    def refresh(self) -> None:
        """Show the pages where there is a diagnosis, else how to get one."""
        prepared = self._session.diagnosing.prepared
        if prepared is None or not len(prepared.table):
            self._stack.setCurrentIndex(0)
            return
        if not self.pages:
            self._make_pages()
        self._stack.setCurrentIndex(1)
        self._say()

    def _say(self) -> None:
        diagnosing = self._session.diagnosing
        if diagnosing.diagnosis is None:
            return
        diagnosis, job = diagnosing.diagnosis, diagnosing.job
        self.again.setText("Diagnose again" if job is None else "Stop")
        if job is not None:
            self.line.setText(f"So far. {progress_figures(job)}")
            return
        parts = [
            f"{count_text(len(diagnosis.table), 'picture')} diagnosed in {duration_text(diagnosis.seconds)}"
        ]
        if diagnosis.model is not None:
            parts.append(f"L2 by {diagnosis.model.name}")
        if diagnosing.stopped:
            parts.append("a later run was stopped")
        if diagnosing.problem:
            parts = [diagnosing.problem, *parts]
        self.line.setText(", ".join(parts))
        self.line.setToolTip(self.line.text())

    def ask_report(self) -> None:
        """Ask where the report and the fixes go."""
        ask_report(self._session, self, self.fixes.chosen_shares if self.fixes is not None else USUAL_SHARES)

    def _ask_copy(self) -> None:
        fixes = self.fixes
        if fixes is not None:
            split, subclasses = fixes.by_part.isChecked(), fixes.by_distance.isChecked()
            ask_copy(self._session, self, fixes.chosen_shares, split=split, subclasses=subclasses)

    def _again(self) -> None:
        diagnosing = self._session.diagnosing
        if diagnosing.job is None:
            diagnosing.start()
        else:
            diagnosing.cancel()

    # -- keys: here the arrows read the pages, they step no pictures -------------------------------

    def event(self, event: QEvent) -> bool:
        if claims(event, _is_reading):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and self.pages:
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % self.tabs.count())
            return
        area = getattr(self.tabs.currentWidget(), "area", None)
        if _is_reading(event) and isinstance(area, QScrollArea):
            bar = area.verticalScrollBar()
            bar.triggerAction(_READING[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
