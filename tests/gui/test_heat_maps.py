"""Heat maps come from a thread, belong to the frame on screen, and say why there is none."""

from threading import Event

import numpy as np
import pytest
from conftest_values import WAIT_MS
from laser_session import LaserSession, laser_video
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from thermview.errors import ModelError
from thermview.gui.heat_maps import OVERLAY
from thermview.gui.laser.heat_layer import HeatLayer, heat_picture, key_picture


@pytest.fixture
def session(qapp):
    made = LaserSession()
    yield made
    made.close()


def hot_at(row, column):
    def compute(recording, model, obstacles, index):
        heat = np.zeros(recording.frame_shape, np.float32)
        heat[row, column] = 5 + index
        return heat

    return compute


def test_without_a_way_to_compute_one_there_is_nothing_to_switch_on(session):
    session.show(*laser_video())
    session.toggle_overlay(OVERLAY)
    assert not session.heat_maps.possible
    assert session.heat_maps.shown is None
    assert not session.heat_maps.worker.isRunning()
    assert HeatLayer(session).note == ""


def test_the_map_is_that_of_the_frame_on_screen(session, qtbot):
    session.heat_maps.compute = hot_at(3, 4)
    session.show(*laser_video())
    assert session.heat_maps.shown is None  # not switched on
    layer = HeatLayer(session)
    session.toggle_overlay(OVERLAY)
    qtbot.waitUntil(lambda: session.heat_maps.shown is not None, timeout=WAIT_MS)
    assert session.heat_maps.shown[3, 4] == 5
    session.seek(7)
    assert session.heat_maps.shown is None  # of another frame
    assert layer.note == "heat map: on its way"
    qtbot.waitUntil(lambda: session.heat_maps.shown is not None, timeout=WAIT_MS)
    assert session.heat_maps.shown[3, 4] == 12
    assert layer.note == "heat map: |z| from 2 to 8, largest 12.0 at 4, 3"
    session.toggle_overlay(OVERLAY)
    assert session.heat_maps.shown is None


def painted(layer, width):
    """The layer alone, on grey, in a view of this width; a frame of which nothing shows."""
    picture = QImage(width, 120, QImage.Format.Format_RGB32)
    picture.fill(QColor("#808080"))
    painter = QPainter(picture)
    layer.paint(painter, QTransform.fromScale(0, 0))
    painter.end()
    return picture


def test_the_colours_of_a_map_are_explained_beside_it(session, qtbot):
    session.heat_maps.compute = hot_at(3, 4)
    session.show(*laser_video())
    session.toggle_overlay(OVERLAY)
    qtbot.waitUntil(lambda: session.heat_maps.shown is not None, timeout=WAIT_MS)
    layer = HeatLayer(session)
    wide, narrow = painted(layer, 600), painted(layer, 60)
    row = [wide.pixelColor(x, 120 - 8 - 8).lightness() for x in range(600)]
    key = key_picture(session.heat_maps.opacity)
    assert key.pixelColor(0, 0).alpha() == 0
    assert key.pixelColor(key.width() - 1, 0).lightness() > key.pixelColor(key.width() // 2, 0).lightness()
    assert min(row) < 20  # the key's cold end
    assert row[-1] == QColor("#808080").lightness()
    assert {narrow.pixelColor(x, 104).name() for x in range(60)} == {"#808080"}


def test_a_slow_model_holds_nobody_up_and_is_asked_for_the_newest_frame_alone(session, qtbot):
    asked, go_on = [], Event()

    def slow(recording, model, obstacles, index):
        asked.append(index)
        assert go_on.wait(WAIT_MS / 1000)
        return np.full(recording.frame_shape, index, np.float32)

    session.heat_maps.compute = slow
    session.show(*laser_video())
    session.toggle_overlay(OVERLAY)
    qtbot.waitUntil(lambda: asked == [0], timeout=WAIT_MS)
    for index in range(1, 50):
        session.seek(index)
    go_on.set()
    qtbot.waitUntil(lambda: session.heat_maps.shown is not None, timeout=WAIT_MS)
    assert asked == [0, 49]
    assert (session.heat_maps.shown == 49).all()


def test_why_there_is_none_stands_over_the_frame(session, qtbot):
    def refuses(recording, model, obstacles, index):
        raise ModelError("laser generic: its card names no output 'residual'.")

    session.heat_maps.compute = refuses
    session.show(*laser_video())
    session.toggle_overlay(OVERLAY)
    qtbot.waitUntil(lambda: session.heat_maps.problem != "", timeout=WAIT_MS)
    assert HeatLayer(session).note == "laser generic: its card names no output 'residual'."


def test_what_is_as_expected_is_seen_through_and_the_rest_by_its_heat():
    heat = np.array([[0.0, 2.0, 5.0, 8.0, 80.0, np.nan]], np.float32)
    picture = heat_picture(heat, 0.5)
    alphas = [picture.pixelColor(column, 0).alpha() for column in range(6)]
    assert alphas[:2] == [0, 0]
    assert 0 < alphas[2] < alphas[3] == alphas[4]
    assert abs(alphas[3] - 127.5) <= 1
    assert alphas[5] == 0


def test_it_is_painted_on_its_pixels(session, qtbot):
    session.heat_maps.compute = hot_at(3, 4)
    session.heat_maps.set_opacity(1.0)
    session.show(*laser_video())
    session.seek(20)
    session.toggle_overlay(OVERLAY)
    qtbot.waitUntil(lambda: session.heat_maps.shown is not None, timeout=WAIT_MS)
    picture = QImage(210, 150, QImage.Format.Format_RGB32)
    picture.fill(0)
    painter = QPainter(picture)
    HeatLayer(session).paint(painter, QTransform.fromScale(10, 10))
    painter.end()
    lit = {
        (x // 10, y // 10)
        for x in range(5, 210, 10)
        for y in range(5, 150, 10)
        if picture.pixelColor(x, y).green()
    }
    assert lit == {(4, 3)}
