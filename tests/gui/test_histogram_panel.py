from pathlib import Path

import numpy as np
import pytest
from fake_session import FakeSession, laser_recording
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from thermview.gui.frame import pixel_counts
from thermview.gui.frame.histogram_panel import HistogramPanel
from thermview.gui.frame.pixel_counts import BINS, count_pixels
from thermview.recording import APPARENT_TEMPERATURE, ArrayRecording

# the off-screen platform has no window manager to tell sizes to


@pytest.fixture
def session(qapp):
    return FakeSession()


@pytest.fixture
def panel(qtbot, session):
    widget = HistogramPanel(session)
    qtbot.addWidget(widget)
    widget.resize(340, 420)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def _still(data, quantity=APPARENT_TEMPERATURE):
    return ArrayRecording("t", Path("/c/t.fff"), "FLIR", data[None], quantity)


def _texts(panel):
    return {name: label.text() for name, label in panel.values.items()}


def test_it_says_what_will_be_here(panel):
    assert "appears here" in panel.empty.words.text()


def test_statistics_with_unit_and_missing_pixels(panel, session, qtbot):
    frame = np.full((40, 50), 20, np.float32)
    frame[0, :5] = np.nan
    frame[5, 5] = 300
    session.show(_still(frame))
    qtbot.waitUntil(lambda: panel.counted is not None)
    texts = _texts(panel)
    assert texts["maximum"] == "300\u2009°C"
    assert texts["minimum"] == texts["median"].replace(".0", "") == "20\u2009°C"
    assert texts["mean"] == "20.1\u2009°C"
    assert texts["not a number"] == "5 pixels"


def test_a_lone_hot_pixel_is_seen(panel, session, qtbot):
    frame = np.full((480, 640), 20, np.float32)
    frame[5, 5] = 300
    session.show(_still(frame))
    qtbot.waitUntil(lambda: panel.counted is not None)
    heights = panel.curves[0].getData()[1]
    assert heights[-1] > heights[BINS // 2]
    assert panel.plot.getPlotItem().vb.viewRange()[0][1] > 300


def test_a_frame_without_a_number_says_so(panel, session, qtbot):
    session.show(_still(np.full((4, 4), np.nan, np.float32)))
    qtbot.waitUntil(lambda: "No pixel" in panel.note.text())
    assert _texts(panel)["mean"] == "\u2013"


def test_numbers_of_a_damaged_file_are_none(panel, session, qtbot):
    frame = np.full((4, 5), 20.0)
    frame[0, :2] = 1.7e308, -1.7e308
    session.show(_still(frame))
    qtbot.waitUntil(lambda: panel.counted is not None)
    texts = _texts(panel)
    assert texts["not a number"] == "2 pixels"
    assert texts["maximum"].startswith("20")


def test_a_frame_is_counted_once_it_stays(panel, session, qtbot, monkeypatch):
    counted = []
    monkeypatch.setattr(
        "thermview.gui.frame.histogram_panel.count_pixels",
        lambda frame: counted.append(1) or count_pixels(frame),
    )
    session.show(laser_recording(300))
    for index in range(1, 200):
        session.seek(index)
    assert counted == []
    qtbot.waitUntil(lambda: len(counted) == 1)


def test_playing_counts_at_most_twice_a_second(panel, session, qtbot):
    session.show(laser_recording(300))
    qtbot.waitUntil(lambda: panel.counted is not None and not panel._soon.isActive())
    session.playback.playing = True
    session.seek(1)
    assert panel._soon.interval() == 500
    left = panel._soon.remainingTime()
    session.seek(2)
    assert panel._soon.remainingTime() <= left  # a new frame does not put it off


def test_a_hidden_panel_counts_nothing(panel, session, qtbot):
    panel.hide()
    session.show(laser_recording(10))
    assert not panel._soon.isActive()
    panel.show()
    qtbot.waitUntil(lambda: panel.counted is not None)


def test_dragging_the_ends_sets_level_and_span_by_hand(panel, session, qtbot):
    session.limits = (0.0, 200.0)
    session.show(laser_recording(10))
    qtbot.waitUntil(lambda: panel.counted is not None)
    assert panel.ends.getRegion() == (0, 200)
    assert session.calls == []
    panel.ends.setRegion((10, 150))
    assert session.calls[-1] == ("set_display", ("scale_mode", "manual"), ("low", 10.0), ("high", 150.0))


def test_colours_have_three_curves_and_no_ends_to_drag(panel, session, qtbot):
    data = np.zeros((1, 8, 8, 4), np.uint8)
    data[..., 0] = 200
    session.show(ArrayRecording("p", Path("/c/p.png"), "picture", data))
    qtbot.waitUntil(lambda: panel.counted is not None)
    assert len(panel.counted.counts) == 3
    assert not panel.ends.isVisible()
    assert [curve.isVisible() for curve in panel.curves] == [True, True, True]


_FRAMES = st.one_of(
    arrays(np.uint16, array_shapes(min_dims=2, max_dims=2, max_side=12)),
    arrays(np.int16, array_shapes(min_dims=2, max_dims=2, max_side=12)),
    arrays(
        np.float32,
        array_shapes(min_dims=2, max_dims=2, max_side=12),
        elements=st.one_of(st.just(np.float32(np.nan)), st.floats(-(2.0**99), 2.0**99, width=32)),
    ),
)


@given(_FRAMES)
def test_every_finite_pixel_is_in_one_bin(frame):
    counted = count_pixels(frame)
    finite = frame[np.isfinite(frame)]
    if counted is None:
        assert finite.size == 0
        return
    assert counted.counts.shape == (1, BINS)
    assert counted.counts.sum() == finite.size
    assert counted.missing == frame.size - finite.size
    assert counted.low == finite.min()
    assert counted.high == finite.max()
    assert np.all(np.diff(counted.edges) > 0)


def test_a_huge_frame_is_sampled_but_its_extremes_are_not(monkeypatch):
    monkeypatch.setattr(pixel_counts, "_ALL_UP_TO", 1000)
    frame = np.full((100, 100), 20, np.float32)
    frame[50, 51] = 300
    counted = count_pixels(frame)
    assert counted.sampled == 10
    assert counted.high == 300
    assert counted.counts.sum() == 1000


def test_colours_are_counted_from_0_to_255_and_measured_as_they_are():
    picture = np.full((5, 6, 4), 255, np.uint8)  # the fourth is alpha and no colour
    picture[..., 0], picture[..., 1], picture[..., 2] = 10, 20, 60
    counted = count_pixels(picture)
    assert (counted.low, counted.high, counted.mean) == (10, 60, 30)
    assert [int(row.argmax()) for row in counted.counts] == [10, 20, 60]


def test_a_large_frame_is_counted_in_a_thread(panel, session, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(
        session, "submit", lambda worker, job, on_step: asked.append((job, on_step)), raising=False
    )
    session.show(_still(np.full((400, 500), 20, np.float32)))
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert panel.counted is None
    job, on_step = asked[0]
    job.run(on_step)
    assert panel.counted.pixels == 200_000
    session.show(_still(np.full((400, 500), 30, np.float32)))
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert job.cancelled
