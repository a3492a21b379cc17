from pathlib import Path

import numpy as np
import pytest
from fake_session import FakeSession, laser_recording, laser_scores
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor

from thermview.capture.context import Context, Interval
from thermview.gui.parts import theme
from thermview.gui.timeline.scrubber import Scrubber
from thermview.gui.timeline.strip_window import StripWindow
from thermview.readers import open_recording
from thermview.recording import INTENSITY, ArrayRecording
from thermview.review.flags import Flag

# the off-screen platform has no window manager to tell sizes to


@pytest.fixture
def session(qapp):
    return FakeSession()


@pytest.fixture
def scrubber(qtbot, session):
    widget = Scrubber(session)
    qtbot.addWidget(widget)
    widget.resize(1016, widget.height())
    return widget


def _colours(strip, top, bottom):
    image = strip.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(top, bottom)}


def test_without_a_recording_it_says_what_will_be_here(scrubber):
    assert scrubber._pages.currentWidget() is scrubber.empty
    assert "Choose one in the tree" in scrubber.empty.words.text()


def test_every_pixel_of_the_overview_leads_to_the_frame_drawn_there(scrubber, session):
    session.show(laser_recording(2000))
    strip = scrubber.overview
    for frame in (0, 1, 999, 1998, 1999):
        assert strip.frame_at(strip.x_of(frame + 0.5)) == frame
    assert strip.frame_at(-50) == 0
    assert strip.frame_at(5000) == 1999


def test_click_and_drag_seek(scrubber, session, qtbot):
    session.show(laser_recording(2000))
    scrubber.show()
    strip = scrubber.overview
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(508, 20))
    qtbot.mouseMove(strip, QPoint(708, 20))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(708, 20))
    assert [call[0] for call in session.calls] == ["seek", "seek"]
    assert session.frame_index == strip.frame_at(708)


def test_shift_drag_marks_a_range_and_shift_click_clears_it(scrubber, session, qtbot):
    session.show(laser_recording(2000))
    strip, shift = scrubber.detail, Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, shift, QPoint(600, 30))
    qtbot.mouseMove(strip, QPoint(300, 30))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, shift, QPoint(300, 30))
    assert session.range == (strip.frame_at(300), strip.frame_at(600))
    assert not any(call[0] == "seek" for call in session.calls)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, shift, QPoint(300, 30))
    assert session.range is None


def test_the_grip_moves_the_detail_window_and_not_the_frame(scrubber, session, qtbot):
    session.show(laser_recording(10_000))
    strip, window = scrubber.overview, scrubber.strip_window
    start = strip.window_area().center().toPoint()
    start.setY(strip.height() - 4)
    assert strip.on_grip(QPointF(start))
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(strip, start + QPoint(400, 0))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=start + QPoint(400, 0))
    assert window.first == pytest.approx(400 / strip.frame_width)
    assert session.calls == []


def test_the_detail_strip_keeps_the_cursor_in_sight(scrubber, session):
    session.show(laser_recording(10_000))
    for index in (0, 399, 400, 5000, 4700, 9999):
        session.seek(index)
        window = scrubber.strip_window
        assert window.first <= index
        assert index + 1 <= window.first + window.frames + 1e-9


def test_a_frame_change_does_not_paint_the_background_again(scrubber, session, qtbot):
    session.show(laser_recording(10_000))
    session.finish_scores(laser_scores(10_000))
    scrubber.show()
    qtbot.waitExposed(scrubber)
    scrubber.grab()
    before = scrubber.overview._background, scrubber.detail._background
    for index in range(1, 50):
        session.seek(index)
        scrubber.grab()
    assert (scrubber.overview._background, scrubber.detail._background) == before


def test_events_flags_and_obstacles_are_seen(scrubber, session):
    session.flagged.flags = [Flag("Type16/1673", 3000, 3000, "power")]
    context = Context("Type16/1673", obstacles=(Interval("obstacle 1", 5000, 6000),))
    session.show(laser_recording(), context, index=12_000)
    blank = _colours(scrubber.overview, 0, scrubber.overview.height())
    session.finish_scores(laser_scores())
    seen = _colours(scrubber.overview, 0, scrubber.overview.height())
    power = QColor(theme.CAUSE_COLOURS["power"]).name()
    assert power in seen - blank
    assert QColor(theme.FLAG).name() in blank
    assert QColor(theme.current().muted).name() in blank


def test_tool_tip_tells_score_event_flag_and_obstacle(scrubber, session):
    session.flagged.flags = [Flag("Type16/1673", 2050, 2050, "<b>odd</b>")]
    context = Context("Type16/1673", obstacles=(Interval("obstacle 1", 2000, 3000),))
    session.show(laser_recording(), context, index=2050)
    session.finish_scores(laser_scores())
    words = scrubber.detail.words_at(scrubber.detail.x_of(2050.5))
    assert words.startswith("frame 2\u2009051, 2.050\u2009s\nscore ")
    assert "power 12 % low for 94 ms  p\u00a00.004" in words
    assert "obstacle 1" in words
    assert "flag: <b>odd</b>" in words


def test_a_recording_without_a_clock_is_labelled_by_frame_numbers(scrubber, session):
    data = np.zeros((3000, 2, 2), np.uint8)
    session.show(ArrayRecording("x", Path("/c/x.npy"), "array", data, INTENSITY))
    labels = scrubber.detail.labels()
    assert labels
    assert all(text.isdigit() for _, text in labels)
    assert all(int(text) == frame + 1 for frame, text in labels)


def test_labels_of_seconds_stand_at_the_frames_of_those_times(scrubber, session):
    session.show(laser_recording(3000), index=1500)
    for frame, text in scrubber.detail.labels():
        assert text == f"{frame / 1000:.3f}\u2009s"


def test_a_second_between_two_frames_is_labelled_between_them(scrubber, session):
    pixels = np.zeros((3, 4, 4), np.uint16)
    clock = np.array([0.0, 3.967, 8.0])
    session.show(ArrayRecording("x", Path("/c/x.seq"), "sequence", pixels, INTENSITY, timestamps=clock))
    places = {text: place for place, text in scrubber.detail.labels()}
    assert places["2.000\u2009s"] == pytest.approx(2 / 3.967)
    assert places["0.000\u2009s"] == 0


def test_zooming_keeps_the_place_under_the_pointer(qapp):
    window = StripWindow()
    window.start(14_571, 7000)
    share = (7100 - window.first) / window.frames
    for factor in (0.5, 0.8, 1.25, 3.0):
        window.zoom(factor, 7100)
        assert (7100 - window.first) / window.frames == pytest.approx(share)
    window.zoom(1e6, 7100)
    assert (window.first, window.frames) == (0, 14_571)
    window.zoom(1e-9, 7100)
    assert window.frames == 12


def _pictures(folder, count):
    names = []
    for n in range(count):
        names.append(f"Pipe-Normal/p{n:02d}.png")
        path = folder / names[-1]
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (64, 48), (10 * n, 0, 0)).save(path)
    return names


def test_a_still_shows_its_neighbours_and_a_click_selects_one(scrubber, session, tmp_path, qtbot):
    names = _pictures(tmp_path, 15)
    (tmp_path / names[8]).write_bytes(b"\x89PNG broken")
    session.capture = tmp_path
    session.browsing.sequence = lambda relative: names
    scrubber.show()
    session.show(open_recording(tmp_path / names[7]))
    cells = scrubber.thumbnails.cells
    assert scrubber._pages.currentWidget() is scrubber.thumbnails
    assert "8 of 15 in Pipe-Normal" in scrubber.thumbnails.place.text()
    shown = dict(cells.in_sight())
    assert names[7] in shown
    qtbot.waitUntil(lambda: all(cells._images.get(name, "inferno") is not None for name in shown))
    assert "p08.png" in cells._images.get(names[8], "inferno")
    image = cells._images.get(names[5], "inferno")
    assert image.pixelColor(40, 30) == QColor(50, 0, 0)
    qtbot.mouseClick(cells, Qt.MouseButton.LeftButton, pos=shown[names[5]].center().toPoint())
    assert session.calls[-1] == ("select", tmp_path / names[5])
    qtbot.mouseClick(scrubber.thumbnails.after, Qt.MouseButton.LeftButton)
    assert session.calls[-1] == ("go", 1)


def test_dragging_over_the_edge_moves_the_detail_strip_along(scrubber, session, qtbot):
    session.show(laser_recording(10_000), index=5000)
    strip, before = scrubber.detail, scrubber.strip_window.first
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(1000, 30))
    qtbot.mouseMove(strip, QPoint(1100, 30))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(1100, 30))
    assert scrubber.strip_window.first > before
    assert session.frame_index == strip.frame_at(1100)
