"""All pictures as points of a plane: where classes lie, what lies apart, a lasso to pick out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.diagnosis.colouring import WAYS, Colouring, colouring, rows_of
from thermview.gui.diagnosis.context import PageContext
from thermview.gui.diagnosis.legend import Legend
from thermview.gui.diagnosis.page_parts import Page, Switch
from thermview.gui.diagnosis.picture_grid import PictureGrid, fill_picture_menu
from thermview.gui.diagnosis.picture_words import picture_words
from thermview.gui.diagnosis.prepared import PARTING, PCA, Prepared
from thermview.gui.diagnosis.scatter_view import Cloud, ScatterView
from thermview.gui.parts.plain_words import breakable, count_text, percent_text
from thermview.review.diagnosis_words import missing_sentences

if TYPE_CHECKING:
    from thermview.diagnosis.results import Lens

_SIDE_PX = 196
_HOW = "Drag moves, wheel zooms, double-click shows all. Shift+drag draws a lasso. A click opens the picture."
_NOTHING = "There is nothing to draw a map of. The other pages say what is known of this set."


class MapPage(Page):
    """One plane of one lens at a time."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        diagnosing = context.diagnosing
        self.lens_switch = Switch((("L2", "L2", ""), ("L3", "L3", "")))
        self.plane_switch = Switch(
            (
                ("PCA", PCA, "First two principal components: where most of the variance lies"),
                ("parting", PARTING, "The plane that parts the classes best; how well it does, Density says"),
            )
        )
        self.way_box = QComboBox()
        self.way_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for way in WAYS:
            self.way_box.addItem(f"Colour: {way}", way)
        self.lasso, self.fit = QCheckBox("Lasso"), QPushButton("Show all")
        self.lasso.setToolTip("Draw a lasso with the left button, also without Shift")
        for widget in (self.lasso, self.fit):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.view = ScatterView(diagnosing.map_work, diagnosing.pick_work)
        self.legend, self.words, self.nothing = (
            Legend(),
            QLabel(wordWrap=True),
            QLabel(wordWrap=True),
        )
        self.preview, self.pointed = PictureGrid(context), QLabel(wordWrap=True)
        for label in (self.words, self.pointed, self.nothing):
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.words, self.pointed):
            label.setProperty("role", "caption")
        self.shown: Colouring | None = None
        self._ticket: object = None
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        controls = QHBoxLayout()
        controls.setContentsMargins(12, 12, 12, 0)
        controls.setSpacing(8)
        for widget in (self.lens_switch, self.plane_switch, self.way_box, self.lasso, self.fit):
            controls.addWidget(widget)
        controls.addStretch()
        side = QVBoxLayout()
        side.setContentsMargins(8, 8, 12, 12)
        side.setSpacing(8)
        side.addWidget(self.preview)
        side.addWidget(self.pointed)
        side.addWidget(self.legend)
        side.addStretch()
        inner = QWidget()
        inner.setLayout(side)
        self._side = QScrollArea()
        self._side.setWidgetResizable(True)
        self._side.setFrameShape(QFrame.Shape.NoFrame)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side.setFixedWidth(_SIDE_PX)
        self._side.setWidget(inner)
        self.pointed.setMinimumHeight(5 * self.pointed.fontMetrics().height())
        self.pointed.setAlignment(Qt.AlignmentFlag.AlignTop)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self.view, 1)
        across.addWidget(self._side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(controls)
        column.addWidget(self.nothing, 1)
        column.addLayout(across, 1)
        column.addWidget(self.words)
        self.words.setContentsMargins(12, 0, 12, 8)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setContentsMargins(24, 24, 24, 24)
        self.nothing.hide()

    def _connect(self) -> None:
        diagnosing = self.context.diagnosing
        for switch in (self.lens_switch, self.plane_switch):
            switch.changed.connect(self.draw)
        self.way_box.activated.connect(lambda: self.draw(keep_view=True))
        self.lasso.toggled.connect(self._lasso_toggled)
        self.fit.clicked.connect(self.view.fit)
        self.view.words_of = self._words_of
        self.view.point_clicked.connect(self._clicked)
        self.view.pointed.connect(self._pointed_at)
        self.view.lassoed.connect(self._lassoed)
        self.view.menu_wanted.connect(self._menu)
        self.legend.clicked.connect(self._legend_clicked)
        diagnosing.cloud_work.came.connect(self._cloud_came)
        diagnosing.chosen_changed.connect(self._show_chosen)

    # -- what is shown -----------------------------------------------------------------------------

    def show_prepared(self, prepared: Prepared) -> None:
        lenses = prepared.diagnosis.lenses
        self.nothing.setVisible(not lenses)
        self.nothing.setText(breakable(" ".join([*missing_sentences(prepared.diagnosis), _NOTHING])))
        for widget in (
            self.view, self._side, self.words, self.lens_switch, self.plane_switch, self.way_box, self.lasso, self.fit,
        ):  # fmt: skip
            widget.setVisible(bool(lenses))
        if lenses:
            self.lens_switch.offer([(lens.name, lens.name, "") for lens in lenses])
            self._pointed_at(-1)
            self.draw()

    @property
    def lens(self) -> Lens:
        """The lens that is chosen."""
        found = self.prepared.lens(self.lens_switch.value)
        assert found is not None
        return found

    def draw(self, *, keep_view: bool = False) -> None:
        """Work out colours in a thread and show the points."""
        prepared, lens, way = self.prepared, self.lens, str(self.way_box.currentData())
        plane = str(self.plane_switch.value)
        index = prepared.planes[lens.name, plane]
        self._ticket = ticket = object()
        mean = lens.plane_mean if plane == PCA else None

        def work() -> tuple[Cloud, Colouring, bool]:
            shown = colouring(prepared, lens, way)
            axes = _axes(lens, plane)
            return Cloud(index, shown.codes, shown.colours, mean, axes), shown, keep_view

        self.context.diagnosing.cloud_work.ask(ticket, work)
        self.words.setText(breakable(f"{_explained(lens, plane)} {_HOW}"))

    def _cloud_came(self, ticket: object, result: tuple[Cloud, Colouring, bool]) -> None:
        if ticket is not self._ticket:
            return
        cloud, self.shown, keep_view = result
        self.legend.show_colouring(self.shown)
        self.view.show_cloud(cloud, keep_view=keep_view)
        self._show_chosen()

    def _show_chosen(self) -> None:
        """Light what is picked out, by whichever page."""
        if self._shown is None or self.view.cloud is None or not self.isVisible():
            return
        chosen = self.context.diagnosing.chosen
        if chosen is None:
            self.view.show_chosen(None)
            return
        places = self.prepared.places[self.lens.name][chosen.rows]
        self.view.show_chosen(places[places >= 0].astype(np.intp))

    # -- mouse -------------------------------------------------------------------------------------

    def _row(self, place: int) -> int:
        return int(self.lens.rows[place])

    def _words_of(self, place: int) -> str:
        return picture_words(self.prepared, self._row(place))

    def _pointed_at(self, place: int) -> None:
        if self._shown is None:
            return
        if place < 0:
            self.preview.show_rows([])
            self.pointed.setText("The picture under the pointer is shown here.")
        else:
            self.preview.show_rows([self._row(place)])
            self.pointed.setText(breakable(self._words_of(place)))

    def _clicked(self, place: int) -> None:
        self.context.diagnosing.show_picture(self._row(place))

    def _menu(self, place: int, at: QPoint) -> None:
        menu = QMenu(self)
        fill_picture_menu(menu, self.context, self._row(place))
        menu.exec(at)
        menu.deleteLater()

    def _lassoed(self, places: NDArray[np.intp]) -> None:
        rows = np.sort(self.lens.rows[places])
        self.context.diagnosing.choose(rows, f"lasso on {self.lens.name}")
        if not len(rows):
            self.context.session.message.emit("No picture lies in this lasso.")

    def _legend_clicked(self, code: int) -> None:
        if self.shown is None:
            return
        entry = next(entry for entry in self.shown.entries if entry.code == code)
        rows = rows_of(self.prepared, self.lens, self.shown, code)
        self.context.diagnosing.choose(np.sort(rows), entry.words.lstrip("●▲○ "))

    def _lasso_toggled(self, on: bool) -> None:
        self.view.lasso_tool = on
        self.view.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


def _axes(lens: Lens, plane: str) -> tuple[str, str]:
    if plane != PCA:
        return f"{lens.name}, first parting direction", f"{lens.name}, second"
    first, second = (percent_text(share) for share in lens.plane_share)
    return f"{lens.name}, first component ({first} of variance)", f"{lens.name}, second ({second})"


def _explained(lens: Lens, plane: str) -> str:
    what = f"{count_text(len(lens.rows), 'picture')} in {lens.name}, {lens.dimensions} dimensions."
    if plane != PCA:
        return f"{what} This plane was chosen to part the classes: that they look apart here proves nothing by itself."
    share = percent_text(sum(lens.plane_share))
    return f"{what} The plane holds {share} of the variance. Diamond: the mean picture."
