"""How many pictures each class has, and what those of a class look like taken together."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from thermview.gui.diagnosis.bars import Bar, Bars
from thermview.gui.diagnosis.class_views import MeanPicture, PixelChart
from thermview.gui.diagnosis.context import PageContext
from thermview.gui.diagnosis.page_parts import Heading, Page, class_title
from thermview.gui.diagnosis.picture_grid import PictureGrid
from thermview.gui.diagnosis.prepared import Prepared
from thermview.gui.parts.plain_words import breakable, count_text, percent_text, significant_text
from thermview.thermal.ticks import number_text

_MOST_SIZES = 4


class ClassesPage(Page):
    """Bars to the left, the chosen class to the right."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.code: int | None = None
        self.bars = Bars()
        self.bars.clicked.connect(self.show_class)
        self.mean, self.samples, self.pixels = MeanPicture(), PictureGrid(context, 2), PixelChart()
        self.facts = QLabel(wordWrap=True)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.select = QPushButton()
        self.select.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.select.clicked.connect(self._select)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        self._details = self._right()
        across.addWidget(self._left(), 5)
        across.addWidget(self._details, 6)

    def _left(self) -> QWidget:
        self._counts_heading = Heading("Pictures by class")
        column = QVBoxLayout()
        column.setContentsMargins(12, 12, 8, 12)
        column.addWidget(self._counts_heading)
        column.addWidget(self.bars)
        column.addStretch()
        return _scrolled(column)

    def _right(self) -> QWidget:
        self._class_heading = Heading("")
        self._class_heading.controls.addWidget(self.select)
        pictures = QHBoxLayout()
        pictures.setSpacing(12)
        pictures.addWidget(self.mean, alignment=Qt.AlignmentFlag.AlignTop)
        pictures.addWidget(self.samples, 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setContentsMargins(8, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._class_heading)
        column.addLayout(pictures)
        column.addWidget(self.facts)
        column.addWidget(Heading("Pixels by channel", "All pixels of the class's readable pictures."))
        column.addWidget(self.pixels)
        column.addStretch()
        return _scrolled(column)

    def show_prepared(self, prepared: Prepared) -> None:
        table, hygiene = prepared.table, prepared.diagnosis.hygiene
        counts = hygiene.class_counts
        order = np.argsort(-counts, kind="stable")
        bars = []
        for code in order.tolist():
            title, count, weight = (
                class_title(prepared, code),
                int(counts[code]),
                float(hygiene.class_weights[code]),
            )
            figure = count_text(count)
            if np.isfinite(weight):
                figure += f"  ×{number_text(weight, 2)}"
            words = f"{title}: {count_text(count, 'picture')}, weight in training {significant_text(weight)}"
            bars.append(Bar(code, title, table.class_normal[code], float(count), figure, words))
        self.bars.show_bars(bars)
        self._counts_heading.say(
            f"mean {significant_text(hygiene.mean_count)}, sd {significant_text(hygiene.sd_count)}, largest over "
            f"smallest {significant_text(hygiene.max_min_ratio)}. × is the weight that evens the classes out in "
            f"training. ● normal, ▲ anomaly, ○ neither by its name."
        )
        self._details.setVisible(bool(bars))
        if bars:
            known = self.code if self.code is not None and self.code < len(counts) else bars[0].key
            self.show_class(known)

    def show_class(self, code: int) -> None:
        """Show one class at the right."""
        prepared = self.prepared
        table, hygiene = prepared.table, prepared.diagnosis.hygiene
        self.code = code
        self.bars.light(code)
        rows, facts = prepared.class_rows[code], prepared.class_facts[code]
        self._class_heading.title.setText(class_title(prepared, code))
        self._class_heading.say(
            f"{count_text(len(rows), 'picture')} in {count_text(facts.sessions, 'capture session')}"
        )
        self.select.setText(f"Select {count_text(len(rows), 'picture')}")
        blur = float(hygiene.class_blur[code])
        self.mean.show_mean(table.mean_pictures[code], blur)
        self.samples.show_rows(facts.samples)
        self.pixels.show_counts(table.histograms[code])
        sizes = [f"{w}×{h} ({percent_text(n / max(len(rows), 1))})" for (w, h), n in facts.sizes.items()]
        more = f" and {len(sizes) - _MOST_SIZES} more" if len(sizes) > _MOST_SIZES else ""
        channels = ", ".join(f"{name} {count_text(n)}" for name, n in facts.channels.items())
        lines = (
            f"Channels: {channels or 'none read'}.",
            f"Sizes: {', '.join(sizes[:_MOST_SIZES])}{more}." if sizes else "",
            f"Sharpness of the mean picture {significant_text(blur)}: the lower, the more its "
            f"pictures differ. Single pictures at their own sizes: {significant_text(facts.blur)} (median).",
        )
        self.facts.setText(breakable("\n".join(line for line in lines if line)))

    def _select(self) -> None:
        if self.code is not None:
            name = self.prepared.table.class_names[self.code] or "no class"
            self.context.diagnosing.choose(self.prepared.class_rows[self.code], name)


def _scrolled(column: QVBoxLayout) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inner = QWidget()
    inner.setLayout(column)
    area.setWidget(inner)
    return area
