"""How dense the shown picture lies in its class, beside all classes of the capture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.plain_words import breakable, count_text, significant_text, tip
from thermview.gui.parts.progress import show_progress
from thermview.gui.scores.density_charts import ROW_PX, ClassRows, LargeHistogram
from thermview.gui.scores.density_words import Histograms, Place, histograms, place_of, place_words
from thermview.gui.scores.score_words import progress_words
from thermview.jobs import Job
from thermview.thermal.ticks import number_text

if TYPE_CHECKING:
    from thermview.diagnosis.densities import PictureDensities
    from thermview.gui.session import Session

_JOB = "Measuring densities"
_LOW_PX = 560
_EMPTY = (
    "No densities yet. Measure how dense each picture lies among those of other capture sessions: a histogram for "
    "each class appears here, with the picture on screen marked in its own. The diagnosis of the set (Ctrl+D) measures "
    "them too."
)
_NOTHING = "Open a folder of pictures: a density histogram of each class appears here."
_KINDS = (("session-aware density", False), ("plain density (depends on frame rate)", True))
_BOTH_LENSES = "Of 100 pictures of the class so many are less dense than the shown one, through each lens."


class DensityPlot(QWidget):
    """Histograms that were counted where densities were measured; another picture only moves the mark."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._scrolled_to = ""
        self._said: list[str] = []
        self.empty, self.large, self.rows = EmptyState(), LargeHistogram(), ClassRows()
        self._make_labels()
        self._lay_out()
        self.kind.currentIndexChanged.connect(self.refresh)
        session.densities_changed.connect(self.refresh)
        session.recording_changed.connect(self.refresh)
        session.capture_changed.connect(self._capture_changed)
        session.jobs_changed.connect(self._say_progress)
        self.refresh()

    def _make_labels(self) -> None:
        self.title, self.words, self.progress, self.lenses = QLabel(), QLabel(), QLabel(), QLabel()
        self.lenses.setToolTip(tip(_BOTH_LENSES))
        self.definition, self.problems = QLabel(), QLabel()
        self.brief = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.brief.setProperty("role", "caption")
        for label in (self.title, self.words, self.lenses, self.progress, self.definition, self.problems):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for label in (self.progress, self.definition, self.problems):
            label.setProperty("role", "caption")
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximum(1000)
        self.kind = QComboBox()
        self.kind.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the arrow keys go on stepping pictures
        self.kind.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._offer_kinds()

    def _lay_out(self) -> None:
        page = self._page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(4)
        kind_row = QHBoxLayout()
        kind_row.addWidget(self.kind, 1)
        column.addLayout(kind_row)
        for widget in (self.bar, self.progress, self.title, self.words, self.lenses, self.large):
            column.addWidget(widget)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setMinimumHeight(2 * ROW_PX)
        self.area.setWidget(self.rows)
        column.addWidget(self.area, 1)
        for widget in (self.problems, self.definition, self.brief):
            column.addWidget(widget)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)

    @property
    def plain(self) -> bool:
        """Whether the plain density is chosen, which counts frames of the same session as neighbours."""
        return bool(self.kind.currentData()[1])

    def _offer_kinds(self) -> None:
        """Both kinds of density, through each lens of the diagnosis where there is one."""
        prepared = self.session.diagnosing.prepared
        names = list(prepared.densities) if prepared is not None else []
        kinds = [
            (f"{name}: {text}" if name else text, (name, plain))
            for name in names or [""]
            for text, plain in _KINDS
        ]
        if kinds != [(self.kind.itemText(n), self.kind.itemData(n)) for n in range(self.kind.count())]:
            self.kind.blockSignals(True)
            self.kind.clear()
            for text, which in kinds:
                self.kind.addItem(text, which)
            self.kind.blockSignals(False)

    def _chosen(self) -> PictureDensities | None:
        """The densities of the chosen lens, else those that were measured."""
        prepared, (name, _) = self.session.diagnosing.prepared, self.kind.currentData()
        found: PictureDensities | None = self.session.densities
        return prepared.densities[name] if prepared is not None and name in prepared.densities else found

    # -- keeping in step ---------------------------------------------------------------------------

    def _capture_changed(self) -> None:
        if self._pages.currentWidget() is self.empty:
            self.refresh()

    def refresh(self) -> None:
        """Show what the session knows now."""
        self._offer_kinds()
        densities = self._chosen()
        if self.session.densities is None or densities is None or len(densities) == 0:
            self._say_empty()
            return
        self._pages.setCurrentWidget(self._page)
        shown = histograms(densities, self.plain)
        place = place_of(densities, self.session.recording_id, self.plain)
        self._show_place(shown, place)
        self._show_lenses()
        self._say_definition(densities, shown)
        self._say_progress()

    def _show_place(self, shown: Histograms, place: Place) -> None:
        is_shown = self.session.recording is not None
        name = place.class_name or self.session.context.picture_class
        item = (
            shown.of(name) if is_shown else None
        )  # pictures without a class are one too, but nobody chose it
        self.title.setText(f"{item.title} ({item.kind})" if item is not None else "")
        self.title.setVisible(item is not None)
        self.words.setText(
            place_words(place, item) if is_shown else "Choose a picture to see it marked here."
        )
        self.large.show_class(shown.edges, item, place.value)
        self.large.setVisible(item is not None)
        self.rows.show_classes(shown, name, place.value)
        if name != self._scrolled_to:
            self._scrolled_to = name
            self._scroll()

    def _show_lenses(self) -> None:
        """The shown picture's percentile through each lens of the diagnosis."""
        prepared, shown = self.session.diagnosing.prepared, self.session.recording_id
        parts = []
        for name, densities in prepared.densities.items() if prepared is not None else ():
            percentile, value = densities.percentile(shown), densities.of(shown)
            if percentile is not None and value is not None:
                parts.append(f"{name} {significant_text(value)}, percentile {number_text(percentile, 0)}")
        self.lenses.setText("  ·  ".join(parts))
        self.lenses.setVisible(bool(parts))

    def _scroll(self) -> None:
        """Bring the class of the shown picture into sight."""
        self.area.ensureVisible(0, self.rows.top_of(self._scrolled_to) + ROW_PX // 2, 0, ROW_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
        self._scroll()

    def _make_room(self) -> None:
        """A low dock gives its room to the histograms: one line stands for what is explained, its tip says it all."""
        low = self.height() < _LOW_PX
        self.definition.setVisible(not low)
        self.problems.setVisible(not low and bool(self._said))
        self.brief.setVisible(low)

    def _say_definition(self, densities: PictureDensities, shown: Histograms) -> None:
        texts = [densities.plain_definition if self.plain else densities.definition]
        if shown.beyond:
            texts.append(f"The last bar holds {count_text(shown.beyond, 'picture')} denser still.")
        texts.append(f"Embedding: {densities.model.name}.")
        self.definition.setText(" ".join(texts))
        said = self._said = [*densities.problems, *densities.notices]
        self.brief.setText(
            f"\u26a0 {_brief(densities)}" if said else "How it is counted: rest the pointer here."
        )
        self.brief.setToolTip(tip("\n".join([*said[:20], *texts])))
        self._make_room()
        if said:
            left_out = count_text(len(densities.problems), "file")
            parts = [f"{left_out} left out: {_first(densities.problems)}"] if densities.problems else []
            parts += [_first(densities.notices)] if densities.notices else []
            self.problems.setText(breakable("\n".join(parts)))
            self.problems.setToolTip(tip("\n".join(said[:20])))

    def _job(self) -> Job | None:
        return next((job for job in self.session.jobs if job.name == _JOB), None)

    def _say_progress(self) -> None:
        job, densities = self._job(), self.session.densities
        if densities is None:
            self._say_empty()
            return
        self.bar.setVisible(job is not None)
        self.progress.setVisible(job is not None or not densities.complete)
        if job is not None:
            show_progress(self.bar, job)
            self.progress.setText(f"Measuring {progress_words(job)}")
        elif not densities.complete:
            self.progress.setText(f"Stopped early: only {count_text(len(densities), 'picture')} measured.")

    def _say_empty(self) -> None:
        self._pages.setCurrentWidget(self.empty)
        job = self._job()
        if job is not None:
            self.empty.say(f"Measuring densities: {progress_words(job)}")
        elif self.session.capture is None:
            self.empty.say(_NOTHING)
        elif self.session.densities is not None:
            problems = self.session.densities.problems
            self.empty.say(" ".join(["This capture has no picture to measure.", *problems[:1]]))
        else:
            self.empty.say(_EMPTY, "Measure densities", self.session.measure_densities)


def _brief(densities: PictureDensities) -> str:
    """What is left out in few words, or the first notice."""
    if not densities.problems:
        return _first(densities.notices)
    return f"{count_text(len(densities.problems), 'file')} left out: rest the pointer here."


def _first(sentences: Sequence[str]) -> str:
    """The first of several sentences, and how many more the tip holds."""
    more = f" (and {count_text(len(sentences) - 1)} more)" if len(sentences) > 1 else ""
    return f"{sentences[0]}{more}"
