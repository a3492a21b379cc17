"""The dock of laser videos: what it shows, what it says where it cannot, what a step costs."""

import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laser_session import EARLY, LATE, LaserSession, laser_video, learnt_scores
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from thermview.gui.laser import laser_words
from thermview.gui.laser.laser_dock import PAGES, LaserDock
from thermview.gui.laser.laser_traces import obstacles_of, usual_band
from thermview.gui.laser.sensor_inset import SensorInset, place_of, region_text
from thermview.gui.laser.slice_graph import FRAMES, Line, SliceWish, window_about
from thermview.gui.laser.time_traces import side_by_side
from thermview.gui.parts.in_sight import in_sight
from thermview.recording import ArrayRecording


@pytest.fixture
def session(qapp):
    made = LaserSession()
    yield made
    made.close()


@pytest.fixture
def dock(qtbot, session):
    widget = LaserDock(session)
    qtbot.addWidget(widget)
    widget.resize(360, 640)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def settled(qtbot, dock):
    """Waits until nothing is left to draw."""

    def wait():
        qtbot.waitUntil(lambda: not dock._soon.isActive() and not dock.traces._redraw.isActive())

    return wait


def shown_page(dock):
    return dock._pages.currentWidget() is dock._page


def test_it_says_what_will_be_here_and_for_which_recordings(dock, session):
    assert dock.empty.words.text().replace("\u200b", "") == laser_words.NOTHING_SHOWN
    session.show(ArrayRecording("p", Path("/c/p.png"), "picture", np.zeros((1, 8, 8), np.uint8)))
    assert dock.empty.words.text().replace("\u200b", "") == laser_words.NOT_LASER
    assert not shown_page(dock)


def test_pixels_alone_give_frequency_cycle_and_traces(dock, session, settled):
    recording, context = laser_video()
    session.show(recording, context)
    settled()
    assert shown_page(dock)
    assert dock.scan.text().endswith("\u2009Hz (measured here)")
    assert dock.cycle.text().startswith("cycle 1 of 15")
    assert [trace.name for trace in dock.traces.traces] == ["scan", "power", "size"]
    hertz = dock.traces.traces[0].values
    assert abs(np.median(hertz) - 1000 / session.tracked.facts.mean_period) < 0.1
    assert "measured here" in dock.caption.text()
    assert "Learn normality" in dock.caption.text()  # obstacles are stated, none are measured
    frames, values = dock.traces._curves[0][1].getData()
    assert len(frames) <= 2 * dock.traces.lane.vb.width() + 2
    assert np.nanmax(values) == np.nanmax(hertz)


def test_a_hidden_dock_reads_nothing(qtbot, session):
    widget = LaserDock(session)
    qtbot.addWidget(widget)
    session.show(*laser_video())
    assert session.tracked.measured is None
    widget.show()
    qtbot.waitExposed(widget)
    assert session.tracked.measured is not None


def test_measured_obstacles_stand_below_the_stated_ones_with_differences_in_ms(dock, session, settled):
    recording, context = laser_video()
    session.show(recording, context)
    session.finish_scores(learnt_scores(recording, context))
    settled()
    ((comparison, text),) = dock.traces.obstacles
    assert text == f"+{LATE}\u2009ms / \u2212{-EARLY}\u2009ms"
    assert comparison.measured == (context.obstacles[0].first + LATE, context.obstacles[0].last + EARLY)
    assert dock.traces._words[0].toPlainText() == text
    assert len(dock.traces._measured.opts["x0"]) == len(dock.traces._stated.opts["x0"]) == 1
    assert "by Type16 learnt" in dock.caption.text()


def test_without_a_clock_differences_are_frames(session):
    recording, context = laser_video()
    session.show(recording, context)
    session.finish_scores(learnt_scores(recording, context))
    ((_, text),) = obstacles_of(session.tracked.facts, context.obstacles, None)
    assert text == f"+{LATE} frames / \u2212{-EARLY} frames"


def test_a_click_in_a_trace_goes_to_the_frame(qtbot, dock, session, settled):
    session.show(*laser_video())
    settled()
    for plot in (*dock.traces.plots, dock.traces.lane):
        point = plot.vb.mapViewToScene(QPointF(750, np.mean(plot.vb.viewRange()[1])))
        qtbot.mouseClick(
            dock.traces.viewport(), Qt.MouseButton.LeftButton, pos=dock.traces.mapFromScene(point)
        )
        assert abs(session.frame_index - 750) <= 4
        assert dock.traces.cursors[0].value() == session.frame_index
        session.seek(0)


def test_the_folded_cycle_holds_every_frame_and_marks_those_of_this_cycle(dock, session, settled):
    recording, context = laser_video()
    session.show(recording, context)
    settled()
    dock.tabs.setCurrentIndex(PAGES.index("Cycle"))
    assert round(float((dock.fold.grounds[0].image ** 2).sum())) == len(recording)
    session.seek(700)
    first, stop = session.tracked.cycle_at(700)
    assert first <= 700 < stop
    for dots, values in zip(
        dock.fold.dots, (session.tracked.facts.column, session.tracked.facts.row), strict=True
    ):
        np.testing.assert_array_equal(dots.getData()[1], values[first:stop])
    phase = dock.fold.here[0].pos().x()
    assert abs(phase - session.tracked.facts.total[700] % 1) < 1e-6
    assert "median of all cycles (measured here)" in dock.caption.text()


def test_the_line_of_a_learnt_model_is_the_path_of_the_pattern_at_hand(dock, session, settled):
    recording, context = laser_video()
    session.show(recording, context)
    session.finish_scores(learnt_scores(recording, context))
    settled()
    dock.tabs.setCurrentIndex(PAGES.index("Cycle"))
    session.seek(10)
    plain = dock.fold.paths[0].getData()[1].copy()
    np.testing.assert_array_equal(plain, session.tracked.path_of(0).columns)
    stated = context.obstacles[0]
    session.seek((stated.first + stated.last) // 2)
    detour = dock.fold.paths[0].getData()[1]
    np.testing.assert_array_equal(detour, session.tracked.path_of(1).columns)
    assert not np.array_equal(plain, detour)
    assert "where Type16 learnt expects the spot" in dock.caption.text()
    assert "0.50\u2009px off (0.40 down, 0.30 right)" in dock.spot.text()


def test_without_a_cycle_it_says_why(dock, session, settled):
    rng = np.random.default_rng(1)
    noise = rng.poisson(3.0, (400, 9, 9)).astype(np.uint16)
    session.show(ArrayRecording("1", Path("/c/1.npz"), "laser video", noise))
    settled()
    dock.tabs.setCurrentIndex(PAGES.index("Cycle"))
    assert dock.cycle_pages.currentWidget() is dock.no_cycle
    assert dock.no_cycle.words.text().replace("\u200b", "") == laser_words.NO_PHASE
    assert dock.scan.text() == "no repeating movement found"


def test_a_slice_is_its_line_of_pixels_over_time(qtbot, dock, session, settled):
    recording, context = laser_video()
    session.show(recording, context)
    dock.tabs.setCurrentIndex(PAGES.index("Slice"))
    session.seek(800)
    dock.line.setValue(5)

    def is_there(axis):
        wish, pixels = dock.slice.wish, dock.slice.pixels
        frames = recording.frames(wish.first, wish.stop)
        wanted = frames[:, 5, :].T if axis == 0 else frames[:, :, 5].T
        return pixels is not None and np.array_equal(pixels, wanted) and wish.first <= 800 < wish.stop

    qtbot.waitUntil(lambda: is_there(0))
    dock.axis.setCurrentIndex(1)
    dock.line.setValue(5)
    qtbot.waitUntil(lambda: is_there(1))
    wish = dock.slice.wish
    session.seek(802)
    assert dock.slice.wish is wish  # still well in sight
    session.seek(wish.stop - 1)
    assert dock.slice.wish is not wish
    assert dock.slice.cursor_line.value() == session.frame_index


def test_the_window_of_a_slice_stays_in_the_recording():
    assert window_about(0, 1000) == (0, FRAMES)
    assert window_about(999, 1000) == (1000 - FRAMES, 1000)
    assert window_about(500, 1000) == (500 - FRAMES // 2, 500 + FRAMES // 2)
    assert window_about(3, 20) == (0, 20)


def test_a_slice_keeps_the_counts():
    frames = np.arange(2 * 3 * 4, dtype=np.uint16).reshape(2, 3, 4)
    recording = ArrayRecording("1", Path("/c/1.npz"), "laser video", frames)
    np.testing.assert_array_equal(SliceWish(recording, Line(True, 1), 0, 2).read(), frames[:, 1, :].T)
    np.testing.assert_array_equal(SliceWish(recording, Line(False, 2), 0, 2).read(), frames[:, :, 2].T)


def test_the_region_lies_where_the_borders_say(dock, session):
    recording, context = laser_video()
    session.show(recording, context)
    left, top = context.metadata["LeftBordPx"], context.metadata["SupBordPx"]
    assert dock.inset.region == (top, left, 15, 21)
    assert dock.inset.isVisible()
    session.show(replace(recording))  # another one, without its batch
    assert not session.context.metadata
    assert not dock.inset.isVisible()


def test_a_raw_frame_is_the_whole_sensor_and_wrong_borders_are_told(qtbot):
    inset = SensorInset()
    qtbot.addWidget(inset)
    inset.show_region(None, (32, 32))
    assert inset.region == (0, 0, 32, 32)
    assert "beyond" in region_text((20, 5, 15, 21))
    assert "beyond" not in region_text((17, 11, 15, 21))
    assert place_of({"SupBordPx": 3}) is None


def test_a_step_costs_the_window_little(qtbot, dock, session, settled):
    """Under 8 ms of the window's thread for each frame on each page, painting included."""
    recording, context = laser_video()
    session.show(recording, context)
    session.finish_scores(learnt_scores(recording, context))
    settled()
    for page in range(len(PAGES)):
        dock.tabs.setCurrentIndex(page)
        settled()
        costs = []
        for index in range(300, 380):
            before = time.thread_time()
            session.seek(index)
            dock.repaint()
            costs.append(1000 * (time.thread_time() - before))
        assert np.median(costs) < 8, f"{PAGES[page]}: {np.median(costs):.1f} ms"


def test_another_dress_keeps_what_is_shown(qtbot, qapp, dock, session, settled):
    from thermview.gui.parts import theme

    session.show(*laser_video())
    settled()
    before = theme.current().name
    theme.wear(qapp, "light" if before == "dark" else "dark")
    try:
        settled()
        assert [trace.name for trace in dock.traces.traces] == ["scan", "power", "size"]
        assert dock.traces.backgroundBrush().color().name() == theme.current().window
    finally:
        theme.wear(qapp, before)


def test_a_steady_series_has_a_narrow_band():
    rng = np.random.default_rng(1)
    values = rng.normal(5, 2, 10_000).astype(np.float32)
    values[:300] = 100
    low, high = usual_band(values)
    assert abs(low + 1) < 0.4
    assert abs(high - 11) < 0.4
    assert usual_band(np.full(4, np.nan, np.float32)) is None


def test_after_a_number_the_keys_are_the_frames_again(qtbot, dock, session):
    session.show(*laser_video())
    dock.tabs.setCurrentIndex(PAGES.index("Slice"))
    dock.activateWindow()
    dock.line.setFocus()
    qtbot.waitUntil(dock.line.hasFocus)
    qtbot.keyClicks(dock.line, "3")
    qtbot.keyClick(dock.line, Qt.Key.Key_Return)
    assert not dock.line.hasFocus()


def test_behind_another_tab_nothing_is_drawn_until_it_comes_to_the_front(qtbot, session):
    window = QMainWindow()
    qtbot.addWidget(window)
    dock, other = LaserDock(session), QWidget()
    docks = [QDockWidget(name, window) for name in ("Laser", "Other")]
    for place, widget in zip(docks, (dock, other), strict=True):
        place.setWidget(widget)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, place)
    window.tabifyDockWidget(*docks)
    docks[0].visibilityChanged.connect(dock.look_again)
    docks[1].raise_()
    window.resize(800, 600)
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: not in_sight(dock))
    session.show(*laser_video())
    qtbot.waitUntil(lambda: not dock._soon.isActive())
    assert dock._shown is None
    docks[0].raise_()
    qtbot.waitUntil(lambda: shown_page(dock) and dock._shown is session.recording)


@given(
    st.lists(st.tuples(st.floats(0, 1000), st.floats(1, 300)), max_size=8),
)
def test_words_beside_one_another_never_cover_each_other(things: list[tuple[float, float]]) -> None:
    middles, widths = [middle for middle, _ in things], [width for _, width in things]
    places = side_by_side(middles, widths, 0, 1000)
    spans = sorted(
        (place - width / 2, place + width / 2)
        for place, width in zip(places, widths, strict=True)
        if place is not None
    )
    assert all(left >= -1e-6 and right <= 1000 + 1e-6 for left, right in spans)
    assert all(end <= begin + 1e-6 for (_, end), (begin, _) in pairwise(spans))
    assert (None in places) == (sum(widths) > 1000)


def test_words_that_have_room_stay_where_they_belong() -> None:
    assert side_by_side([500, 100], [80, 100], 0, 1000) == [500, 100]
    assert side_by_side([500, 520], [80, 80], 0, 1000) == [500, 580]
    assert side_by_side([990, 10], [80, 80], 0, 1000) == [960, 40]
