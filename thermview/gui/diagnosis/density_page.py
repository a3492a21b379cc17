"""Densities: of all pictures or a class, of all classes as boxes, how far normal and anomaly lie apart, grey zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from thermview.gui.diagnosis.context import PageContext
from thermview.gui.diagnosis.density_views import BoxChart, BoxRow, CostChart, DensityHistogram, HeldOutChart
from thermview.gui.diagnosis.overview_words import interval_of
from thermview.gui.diagnosis.page_parts import Heading, ScrollPage, Switch, TextTable, class_title
from thermview.gui.diagnosis.prepared import Prepared, Rows
from thermview.gui.diagnosis.spreads import box_of, counts_in, edges_of
from thermview.gui.parts.painted import class_colour
from thermview.gui.parts.plain_words import breakable, count_text, percent_text, significant_text
from thermview.review.diagnosis_words import missing_sentences

if TYPE_CHECKING:
    from thermview.diagnosis.results import GreyZone, Lens

_LENSES = {
    "L2": "The generic lens: an embedding that does not know these classes",
    "L3": "The domain lens: a projection learnt on the classes of this set",
}
_GAPS = (
    "Raw gaps are in the unit of their lens: compare them within a column only. The gap in quartile ranges and AUROC "
    "can be compared between lenses. In brackets: 95 % intervals by resampling whole sessions."
)
_NOTHING = "The other pages say what is known of this set."


class DensityPage(ScrollPage):
    """One lens and one kind of density at a time."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.lens_switch = Switch((("L2", "L2", _LENSES["L2"]), ("L3", "L3", _LENSES["L3"])))
        self.kind_switch = Switch(
            (
                ("session-aware", False, "Neighbours of the picture's own capture session do not count"),
                ("plain", True, "Depends on how many frames a session has: for comparison only"),
            )
        )
        self.class_box = QComboBox()
        self.class_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.class_box.setMinimumWidth(150)
        self.histogram, self.boxes = DensityHistogram(), BoxChart()
        self.definition = QLabel(wordWrap=True)
        self.definition_again = QLabel(wordWrap=True)
        self.nothing = QLabel(wordWrap=True)
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.gaps = TextTable(("", "gap", "gap / quartile range", "AUROC"), (1, 2, 3), most=6)
        self.held_out, self.held_words = HeldOutChart(), QLabel(wordWrap=True)
        self.notices = QLabel(wordWrap=True)
        for label in (self.definition, self.definition_again, self.held_words, self.notices):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", "caption")
        self.zones = GreyZones(context)
        self._lay_out()
        self.lens_switch.changed.connect(self._show)
        self.kind_switch.changed.connect(self._show)
        self.class_box.activated.connect(self._show)
        self.histogram.bin_clicked.connect(self._bin_clicked)
        self.boxes.clicked.connect(self._box_clicked)

    def _lay_out(self) -> None:
        controls = QHBoxLayout()
        controls.setSpacing(8)
        for control in (self.lens_switch, self.kind_switch, self.class_box):
            controls.addWidget(control)
        controls.addStretch()
        self.column.addLayout(controls)
        self.column.addWidget(self.nothing)
        self._histogram_heading = Heading("Density")
        self._boxes_heading = Heading("Classes by median density")
        self._gaps_heading = Heading("Normal against anomaly", _GAPS)
        self._held_heading = Heading("Does the learnt lens separate what it has not seen?")
        self._parts = (
            self._histogram_heading, self.histogram, self.definition, self._boxes_heading, self.boxes,
            self.definition_again, self._gaps_heading, self.gaps, self.notices, self._held_heading, self.held_out,
            self.held_words, self.zones,
        )  # fmt: skip
        for widget in self._parts:
            self.column.addWidget(widget)
        self.column.addStretch()

    # -- what is shown -----------------------------------------------------------------------------

    def show_prepared(self, prepared: Prepared) -> None:
        lenses = prepared.diagnosis.lenses
        self.nothing.setVisible(not lenses)
        parts: tuple[QWidget, ...] = (*self._parts, self.lens_switch, self.kind_switch, self.class_box)
        for part in parts:
            part.setVisible(bool(lenses))
        if not lenses:
            self.nothing.setText(breakable(" ".join([*missing_sentences(prepared.diagnosis), _NOTHING])))
            return
        self.lens_switch.offer([(lens.name, lens.name, _LENSES.get(lens.name, "")) for lens in lenses])
        chosen = self.class_box.currentData()
        self.class_box.clear()
        self.class_box.addItem("All pictures", None)
        for code in range(len(prepared.table.class_names)):
            self.class_box.addItem(class_title(prepared, code), code)
        self.class_box.setCurrentIndex(max(self.class_box.findData(chosen), 0))
        self._show_gaps(prepared)
        self.zones.show_zones(prepared)
        self._show()

    @property
    def lens(self) -> Lens:
        """The lens that is chosen."""
        found = self.prepared.lens(self.lens_switch.value)
        assert found is not None
        return found

    @property
    def plain(self) -> bool:
        """Whether plain densities are chosen."""
        return bool(self.kind_switch.value)

    @property
    def class_code(self) -> int | None:
        """The class that is chosen, None for all pictures."""
        code = self.class_box.currentData()
        return None if code is None else int(code)

    def choose_class(self, code: int | None) -> None:
        """Show the histogram of a class, or of all."""
        self.class_box.setCurrentIndex(max(self.class_box.findData(code), 0))
        self._show()

    def _show(self) -> None:
        lens, plain = self.lens, self.plain
        text = lens.plain_definition if plain else lens.definition
        for label in (self.definition, self.definition_again):
            label.setText(breakable(f"{lens.name}, {lens.dimensions} dimensions. {text}"))
        self._show_histogram()
        self._show_boxes()

    def _show_histogram(self) -> None:
        prepared, code = self.prepared, self.class_code
        spread = prepared.spreads[self.lens.name, self.plain]
        edges = edges_of(spread.every)
        if code is None:
            layers = self._kinds(edges)
            title = f"Density of all {count_text(len(spread.every), 'picture')}"
        else:
            normal = prepared.table.class_normal[code]
            name = class_title(prepared, code)
            layers = [(name, counts_in(spread.of(code), edges), class_colour(normal))]
            title = f"Density of {name}"
        values = spread.of(code)
        median = float(values[len(values) // 2]) if len(values) else float("nan")
        self._histogram_heading.title.setText(f"{title}, {self.lens.name}")
        self._histogram_heading.say(
            f"median {significant_text(median)}. Click a bar to select its pictures."
            + (" Grey: normal, vermillion: anomaly, blue: neither by its name." if code is None else "")
        )
        self.histogram.show_counts(edges, layers, median, self._shown_density())

    def _kinds(self, edges: np.ndarray) -> list[tuple[str, np.ndarray, QColor]]:
        spread, normal = self.prepared.spreads[self.lens.name, self.plain], self.prepared.table.class_normal
        layers = []
        for kind, name in ((True, "normal"), (False, "anomaly"), (None, "neither")):
            codes = [code for code, known in enumerate(normal) if known is kind]
            if codes:
                counts = sum(counts_in(spread.by_class[code], edges) for code in codes)
                layers.append((name, np.asarray(counts, np.intp), class_colour(kind)))
        return layers

    def _show_boxes(self) -> None:
        prepared = self.prepared
        spread = prepared.spreads[self.lens.name, self.plain]
        rows = []
        for code, normal in enumerate(prepared.table.class_normal):
            box = box_of(spread.by_class[code])
            if box is not None:
                rows.append(BoxRow(code, class_title(prepared, code), normal, box))
        rows.sort(key=lambda row: (row.box.median, row.title))
        mean = float(spread.every.mean(dtype=np.float64)) if len(spread.every) else float("nan")
        self.boxes.show_rows(rows, mean, self.class_code)
        self._boxes_heading.say(
            f"Dashed: mean of all pictures, {significant_text(mean)}. Click a name to see its histogram, a box or "
            "whisker to select its pictures."
        )

    def _show_gaps(self, prepared: Prepared) -> None:
        rows = []
        for lens in prepared.diagnosis.lenses:
            for words, separation in (("session-aware", lens.separation), ("plain", lens.plain_separation)):
                cells = (interval_of(part) for part in (separation.gap, separation.gap_iqr, separation.auroc))
                rows.append((f"{lens.name}, {words}", *cells))
        self.gaps.show_rows(rows)
        domain = prepared.diagnosis.domain
        held = domain.held_out if domain is not None else None
        self.held_out.show_held_out(held)
        self._held_heading.setVisible(held is not None)
        self.held_words.setVisible(held is not None)
        self.held_words.setText(breakable(held.sentence) if held is not None else "")
        notices = dict.fromkeys(
            f"{lens.name}: {text}" for lens in prepared.diagnosis.lenses for text in lens.notices
        )
        self.notices.setText(breakable("\n".join([*missing_sentences(prepared.diagnosis), *notices])))
        self.notices.setVisible(bool(self.notices.text()))

    # -- the picture on screen, and clicks ---------------------------------------------------------

    def _shown_density(self) -> float | None:
        shown = self.context.session.recording_id
        densities = self.prepared.densities.get(self.lens.name)
        place = densities.index.get(shown) if densities is not None and shown else None
        if place is None:
            return None
        value = float((self.lens.plain_values if self.plain else self.lens.values)[place])
        return value if np.isfinite(value) else None

    def follow_picture(self) -> None:
        if self.prepared.diagnosis.lenses:
            self._show_histogram()

    def _rows_between(self, low: float, high: float, code: int | None) -> Rows:
        spread = self.prepared.spreads[self.lens.name, self.plain]
        return self.lens.rows[spread.between(low, high, code)]

    def _bin_clicked(self, low: float, high: float) -> None:
        name = "all" if self.class_code is None else self.prepared.table.class_names[self.class_code]
        ends = " to ".join(significant_text(end) for end in (low, high) if np.isfinite(end))
        self.context.diagnosing.choose(
            self._rows_between(low, high, self.class_code), f"{name}, {self.lens.name} density {ends}"
        )

    def _box_clicked(self, code: int, part: str) -> None:
        box = box_of(self.prepared.spreads[self.lens.name, self.plain].by_class[code])
        if box is None:
            return
        if part == "all":
            self.choose_class(None if self.class_code == code else code)
            return
        ends = {"low": (-np.inf, box.q1), "middle": (box.q1, box.q3), "high": (box.q3, np.inf)}[part]
        words = {"low": "least dense quarter", "middle": "middle half", "high": "densest quarter"}[part]
        name = self.prepared.table.class_names[code] or "no class"
        self.context.diagnosing.choose(
            self._rows_between(*ends, code), f"{name}, {words} in {self.lens.name}"
        )


def _zone_words(zone: GreyZone) -> str:
    if not zone.low <= zone.high:  # its ends stand the other way round where nothing overlaps
        return f"Normal pictures and anomalies do not overlap in {zone.lens}."
    return f"Grey zone: {significant_text(zone.low)} to {significant_text(zone.high)} in {zone.lens}."


class GreyZones(QWidget):
    """Where an object's normal tail lies over its anomaly head, and what a threshold there costs."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._zones: tuple[GreyZone, ...] = ()
        self.at = float("nan")
        self.box, self.chart, self.words = QComboBox(), CostChart(), QLabel(wordWrap=True)
        self.box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.box.setMinimumWidth(190)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.select = QPushButton()
        self.select.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.heading = Heading(
            "Grey zones", "Where the least dense normal pictures of an object lie among its anomalies."
        )
        self.heading.controls.addWidget(self.box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.heading, self.chart, self.words):
            column.addWidget(widget)
        column.addWidget(self.select, alignment=Qt.AlignmentFlag.AlignLeft)
        self.box.activated.connect(self._show)
        self.chart.threshold_wanted.connect(self.try_threshold)
        self.select.clicked.connect(self._select)

    def show_zones(self, prepared: Prepared) -> None:
        """Offer the grey zones of a diagnosis."""
        self._zones = prepared.diagnosis.grey_zones
        self.box.clear()
        for zone in self._zones:
            self.box.addItem(f"{zone.object_name}, {zone.lens}")
        for widget in (self.box, self.chart, self.select):
            widget.setVisible(bool(self._zones))
        self.words.setText("" if self._zones else "No object has a normal and an anomaly class to compare.")
        self.at = float("nan")
        if self._zones:
            self._show()

    @property
    def zone(self) -> GreyZone:
        """The zone that is shown."""
        return self._zones[max(self.box.currentIndex(), 0)]

    def _show(self) -> None:
        zone = self.zone
        best = int(np.argmin(zone.missed + zone.false_alarms)) if len(zone.thresholds) else 0
        self.try_threshold(float(zone.thresholds[best]) if len(zone.thresholds) else float("nan"))
        self.select.setText(f"Select {count_text(len(zone.inside), 'picture')} of the grey zone")
        self.select.setEnabled(bool(len(zone.inside)))

    def try_threshold(self, at: float) -> None:
        """Say what a threshold costs."""
        zone, self.at = self.zone, at
        if not len(zone.thresholds) or not np.isfinite(at):
            self.words.setText("Its densities are not known.")
            return
        self.chart.show_costs(zone.thresholds, zone.missed, zone.false_alarms, (zone.low, zone.high), at)
        missed, false = (
            float(np.interp(at, zone.thresholds, shares)) for shares in (zone.missed, zone.false_alarms)
        )
        prepared = self.context.prepared
        counts = [
            sum(len(prepared.class_rows[code]) for code in codes) if prepared is not None else 0
            for codes in (zone.anomaly_codes, zone.normal_codes)
        ]
        self.words.setText(
            f"At a threshold of {significant_text(at)}, {percent_text(missed)} of {count_text(counts[0])} anomalies "
            f"are missed and {percent_text(false)} of {count_text(counts[1])} normal pictures are called anomalies. "
            f"{_zone_words(zone)}"
        )

    def _select(self) -> None:
        zone = self.zone
        self.context.diagnosing.choose(zone.inside, f"grey zone of {zone.object_name}")
