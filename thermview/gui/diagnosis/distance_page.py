"""Density by distance, and by any other token of the names: classes that fall into parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from thermview.gui.diagnosis.context import PageContext
from thermview.gui.diagnosis.density_views import BoxChart, BoxRow
from thermview.gui.diagnosis.groups import TOKENS, Groups, token_groups
from thermview.gui.diagnosis.page_parts import Heading, ScrollPage, Switch, TextTable, class_title
from thermview.gui.diagnosis.picture_grid import PictureGrid
from thermview.gui.diagnosis.prepared import Prepared
from thermview.gui.parts.plain_words import breakable, count_text, p_text, significant_text
from thermview.review.diagnosis_words import missing_sentences

if TYPE_CHECKING:
    from thermview.diagnosis.results import Lens, TokenSplit

_SPLITS = (
    "Classes whose density depends on a token of their names: such a class is two or more kinds of picture under one "
    "name. Tests take whole sessions, not single pictures, and count how many tests were made."
)
_NO_SPLIT = "No class falls into parts by distance, site, date, hour or session."
_UNTESTED = "Whether classes fall into parts is told by densities, so that it was not tested."
_SAMPLES = "Pictures of each value, one a session as far as there is room."
_SHOWN_GROUPS = 8
_HOW = "Click a name to select all its pictures, a box or whisker to select that part."


class DistancePage(ScrollPage):
    """Splits that were found above, any class by any token below."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.splits = TextTable(("Class", "Token", "Lens", "Medians", "p"), (4,), stretch=3, most=8)
        self.lens_switch = Switch((("L2", "L2", ""), ("L3", "L3", "")))
        self.token_switch = Switch([(token, token, "") for token in TOKENS])
        self.class_box = QComboBox()
        self.class_box.setMinimumWidth(160)
        self.class_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.chart, self.definition = BoxChart(), QLabel(wordWrap=True)
        self.definition.setTextFormat(Qt.TextFormat.PlainText)
        self.definition.setProperty("role", "caption")
        self.groups: Groups | None = None
        self._ticket: object = None
        self._splits_heading = Heading("Classes that fall into parts", _SPLITS)
        self._heading = Heading("Density by token", _HOW)
        self._samples_heading = Heading("What they look like", _SAMPLES)
        self._samples = QVBoxLayout()
        self.grids: list[PictureGrid] = []
        controls = QHBoxLayout()
        controls.setSpacing(8)
        for widget in (self.token_switch, self.lens_switch, self.class_box):
            controls.addWidget(widget)
        controls.addStretch()
        self.column.addWidget(self._splits_heading)
        self.column.addWidget(self.splits)
        self.column.addWidget(self._heading)
        self.column.addLayout(controls)
        self.column.addWidget(self.chart)
        self.column.addWidget(self.definition)
        self.column.addWidget(self._samples_heading)
        self.column.addLayout(self._samples)
        self.column.addStretch()
        self.splits.row_clicked.connect(self.show_split)
        for switch in (self.lens_switch, self.token_switch):
            switch.changed.connect(self.draw)
        self.class_box.activated.connect(self.draw)
        self.chart.clicked.connect(self._clicked)
        context.diagnosing.group_work.came.connect(self._came)

    def show_prepared(self, prepared: Prepared) -> None:
        diagnosis = prepared.diagnosis
        untested = " ".join([*missing_sentences(diagnosis), _UNTESTED])
        none = _NO_SPLIT if diagnosis.lenses else untested
        self._splits_heading.say(_SPLITS if diagnosis.splits else none)
        self.splits.setVisible(bool(diagnosis.splits))
        self.splits.show_rows(
            [self._split_row(split) for split in diagnosis.splits],
            [_split_words(split) for split in diagnosis.splits],
        )
        for widget in (
            self._heading,
            self.chart,
            self.definition,
            self.lens_switch,
            self.token_switch,
            self.class_box,
        ):
            widget.setVisible(bool(diagnosis.lenses))
        self._samples_heading.hide()
        if not diagnosis.lenses:
            return
        self.lens_switch.offer([(lens.name, lens.name, "") for lens in diagnosis.lenses])
        chosen = self.class_box.currentData()
        self.class_box.clear()
        self.class_box.addItem("All pictures", None)
        for code in range(len(prepared.table.class_names)):
            self.class_box.addItem(class_title(prepared, code), code)
        self.class_box.setCurrentIndex(max(self.class_box.findData(chosen), 0))
        if not np.isfinite(prepared.table.tokens.distances_m).any() and self.token_switch.value == "distance":
            self.token_switch.choose("session")  # the names say nothing of distances
        if diagnosis.splits and chosen is None:
            self.splits.selectRow(0)
            self.show_split(0)
        else:
            self.draw()

    def _split_row(self, split: TokenSplit) -> tuple[str, ...]:
        parts = (
            f"{value}: {significant_text(median)}"
            for value, median in zip(split.values, split.medians, strict=True)
        )
        return (
            class_title(self.prepared, split.class_code),
            split.token,
            split.lens,
            "  ".join(parts),
            p_text(split.p),
        )

    def show_split(self, place: int) -> None:
        """Show the class and token of a split that was found, and pick out its least dense part."""
        split = self.prepared.diagnosis.splits[place]
        self.class_box.setCurrentIndex(max(self.class_box.findData(split.class_code), 0))
        self.token_switch.choose("month" if split.token == "date" else split.token)
        self.lens_switch.choose(split.lens)
        self.draw()

    @property
    def lens(self) -> Lens:
        """The lens that is chosen."""
        found = self.prepared.lens(self.lens_switch.value)
        assert found is not None
        return found

    def draw(self) -> None:
        """Group in a thread, then show."""
        prepared, lens, token = self.prepared, self.lens, str(self.token_switch.value)
        code = self.class_box.currentData()
        self._ticket = ticket = object()
        self.context.diagnosing.group_work.ask(ticket, lambda: token_groups(prepared, lens, token, code))

    def _came(self, ticket: object, groups: Groups) -> None:
        if ticket is not self._ticket:
            return
        self.groups = groups
        code = self.class_box.currentData()
        normal = None if code is None else self.prepared.table.class_normal[code]
        rows = [
            BoxRow(n, f"{group.name}  ({count_text(group.sessions, 'session')})", normal, group.box)
            for n, group in enumerate(groups.groups)
            if group.box is not None
        ]
        spread = self.prepared.spreads[self.lens.name, False].of(code)
        mean = float(spread.mean()) if len(spread) else float("nan")
        self.chart.show_rows(rows, mean)
        for widget in (self.chart, self.definition):
            widget.setVisible(bool(rows))
        said = [_HOW, f"Dashed: mean of the class, {significant_text(mean)}."]
        if groups.unknown:
            said.append(f"{count_text(groups.unknown, 'picture')} without this token in the name.")
        if groups.left_out:
            said.append(
                f"The {count_text(len(groups.groups))} largest are listed, {count_text(groups.left_out)} not."
            )
        if not rows:
            said = [f"No picture here has a {groups.token} in its name and a density."]
        self._heading.say(" ".join(said))
        name = "all pictures" if code is None else class_title(self.prepared, code)
        self._heading.title.setText(f"Density of {name} by {groups.token}, {self.lens.name}")
        self.definition.setText(breakable(f"{self.lens.name}. {self.lens.definition}"))

        self._show_samples(groups)

    def _show_samples(self, groups: Groups) -> None:
        """A line of pictures for each of the largest groups, in their order."""
        while (item := self._samples.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.grids = []
        sizes = sorted((len(group.rows) for group in groups.groups), reverse=True)[:_SHOWN_GROUPS]
        for group in [group for group in groups.groups if len(group.rows) >= sizes[-1]][:_SHOWN_GROUPS]:
            label, grid = (
                QLabel(f"{group.name}, {count_text(len(group.rows), 'picture')}"),
                PictureGrid(self.context),
            )
            label.setProperty("role", "caption")
            grid.show_rows(group.samples)
            self.grids.append(grid)
            self._samples.addWidget(label)
            self._samples.addWidget(grid)
        self._samples_heading.setVisible(bool(self.grids))

    def _clicked(self, place: int, part: str) -> None:
        if self.groups is None:
            return
        group, lens, prepared = self.groups.groups[place], self.lens, self.prepared
        rows = group.rows
        if part != "all" and group.box is not None:
            values = lens.values[prepared.places[lens.name][rows]]
            q1, q3 = group.box.q1, group.box.q3
            inside = {"low": values < q1, "middle": (values >= q1) & (values <= q3), "high": values > q3}[
                part
            ]
            rows = rows[inside & (prepared.places[lens.name][rows] >= 0)]
        code = self.class_box.currentData()
        name = "all" if code is None else prepared.table.class_names[code] or "no class"
        side = {"all": "", "low": ", least dense", "middle": ", middle", "high": ", densest"}[part]
        self.context.diagnosing.choose(rows, f"{name} at {group.name}{side}")


def _split_words(split: TokenSplit) -> str:
    lines = [
        f"{value}: median {significant_text(median)}, {count_text(count, 'picture')}"
        for value, median, count in zip(split.values, split.medians, split.counts, strict=True)
    ]
    return "\n".join([*lines, f"{split.test}, {p_text(split.p)}"])
