"""Plots over the frames of a recording: what a click means, how wide a stretch is drawn, when a page is turned."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF

from thermview.gui.parts.plots_over_frames import frame_at, turn_page, widened


@pytest.fixture
def plots(qtbot):
    widget = pg.GraphicsLayoutWidget()
    qtbot.addWidget(widget)
    widget.resize(400, 300)
    made = [widget.addPlot(row=row, col=0) for row in range(2)]
    for plot in made:
        plot.setXRange(100, 200, padding=0)
        plot.setYRange(0, 1, padding=0)
    widget.show()
    qtbot.waitExposed(widget)
    yield made
    widget.hide()  # which keeps it until here


def test_a_click_means_the_frame_that_lies_there_in_whichever_plot(plots) -> None:
    for plot in plots:
        place = plot.vb.mapViewToScene(QPointF(150.3, 0.5))
        assert frame_at(plots, place, range(1000)) == 150
        assert frame_at(plots, place, range(120)) == 119  # behind the end it is the last
        assert frame_at(plots, place, range(160, 180)) == 160
    assert frame_at(plots[:1], plots[1].vb.mapViewToScene(QPointF(150, 0.5)), range(1000)) is None
    assert frame_at(plots, QPointF(-5, -5), range(1000)) is None


def test_stretches_are_whole_frames_and_never_too_narrow_to_be_seen() -> None:
    left, right = widened([(10, 19), (40, 40)], 4.0)
    assert np.array_equal(left, [9.5, 38.0])
    assert np.array_equal(right, [19.5, 42.0])
    assert [len(ends) for ends in widened([], 4.0)] == [0, 0]


def test_a_page_is_turned_where_the_frame_would_be_out_of_sight(plots) -> None:
    turn_page(plots[0], 180)
    assert plots[0].vb.viewRange()[0] == pytest.approx([100, 200])
    turn_page(plots[0], 300)
    assert plots[0].vb.viewRange()[0] == pytest.approx([290, 390])
