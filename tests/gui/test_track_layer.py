"""The spot's track over the frame: where it is painted, what it says, what a step costs."""

import time

import numpy as np
import pytest
from laser_session import LaserSession, laser_video, learnt_scores
from PySide6.QtGui import QImage, QPainter, QTransform

from thermview.gui.frame.frame_view import FrameView
from thermview.gui.laser.track_layer import OVERLAY, TrackLayer

SCALE = 20


@pytest.fixture
def session(qapp):
    made = LaserSession()
    yield made
    made.close()


def painted(layer, recording, channel=np.max):
    """(rows, columns) of view pixels that the layer painted, on black: how bright in one or all channels."""
    rows, columns = recording.frame_shape
    picture = QImage(columns * SCALE, rows * SCALE, QImage.Format.Format_RGB32)
    picture.fill(0)
    painter = QPainter(picture)
    layer.paint(painter, QTransform.fromScale(SCALE, SCALE))
    painter.end()
    pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(rows * SCALE, columns * SCALE, 4)
    return channel(pixels[..., :3], axis=2)


def test_nothing_is_read_or_painted_while_it_is_off(session):
    recording, context = laser_video()
    session.show(recording, context)
    layer = TrackLayer(session)
    assert session.tracked.measured is None
    assert not painted(layer, recording).any()
    assert layer.note == ""
    session.toggle_overlay(OVERLAY)
    assert session.tracked.measured is not None
    assert painted(layer, recording).any()
    assert layer.note.startswith("spot at ")


def test_the_ring_is_about_the_spot_and_the_track_behind_it(session):
    recording, context = laser_video()
    session.show(recording, context)
    session.toggle_overlay(OVERLAY)
    layer = TrackLayer(session)
    session.seek(700)
    light = painted(layer, recording)
    row, column = (np.float64(s[700]) for s in (session.tracked.facts.row, session.tracked.facts.column))
    y, x = (row + 0.5) * SCALE, (column + 0.5) * SCALE
    ring = [light[round(y + 7 * np.sin(a)), round(x + 7 * np.cos(a))] for a in np.linspace(0, 6.2, 24)]
    assert np.mean(np.array(ring) > 60) > 0.8
    earlier = [(session.tracked.facts.row[i], session.tracked.facts.column[i]) for i in range(692, 700)]
    near = [
        light[round((r + 0.5) * SCALE) - 2 : round((r + 0.5) * SCALE) + 3,
              round((c + 0.5) * SCALE) - 2 : round((c + 0.5) * SCALE) + 3].max() for r, c in earlier
    ]  # fmt: skip
    assert min(near) > 30


def test_a_longer_track_paints_more_and_older_parts_are_fainter(session):
    recording, context = laser_video()
    session.show(recording, context)
    session.toggle_overlay(OVERLAY)
    layer = TrackLayer(session)
    session.seek(700)
    session.tracked.show_cycles(1)
    short = painted(layer, recording)
    session.tracked.show_cycles(6)
    assert (painted(layer, recording) > 20).sum() > 1.5 * (short > 20).sum()


def test_a_learnt_model_says_where_the_spot_should_be(session):
    recording, context = laser_video()
    session.show(recording, context)
    session.toggle_overlay(OVERLAY)
    layer = TrackLayer(session)
    session.seek(300)
    without = painted(layer, recording, np.min)
    assert " off " not in layer.note
    session.finish_scores(learnt_scores(recording, context))
    assert layer.note.endswith("0.50\u2009px off (0.40 down, 0.30 right)")
    white = painted(layer, recording, np.min) > 130  # the thin line; the track is blue
    assert white.sum() > (without > 130).sum() + 200


def test_a_frame_without_light_says_so(session):
    recording, context = laser_video()
    dark = np.zeros_like(recording.data)
    session.show(type(recording)("1", recording.path, "laser video", dark), context)
    session.toggle_overlay(OVERLAY)
    layer = TrackLayer(session)
    assert layer.note == "no light in this frame"
    assert not painted(layer, recording).any()


def test_before_the_frames_are_read_the_frame_on_screen_is_enough(session):
    recording, context = laser_video()
    session.show(recording, context)
    session.submit = lambda *args, **how: None  # the thread has not come to it
    session.toggle_overlay(OVERLAY)
    layer = TrackLayer(session)
    assert painted(layer, recording).any()
    assert layer.note.startswith("spot at ")
    assert "Reading" in layer.note


def test_a_step_costs_the_window_little(qtbot, session):
    """Under 8 ms of the window's thread for each frame, the paint included."""
    recording, context = laser_video()
    view = FrameView(session)
    qtbot.addWidget(view)
    layer = TrackLayer(session, view)
    view.add_layer(layer)
    view.resize(900, 700)
    view.show()
    qtbot.waitExposed(view)
    session.show(recording, context)
    session.finish_scores(learnt_scores(recording, context))
    session.toggle_overlay(OVERLAY)
    session.tracked.show_cycles(5)
    costs = []
    for index in range(100, 220):
        before = time.thread_time()
        session.seek(index)
        view.repaint()
        costs.append(1000 * (time.thread_time() - before))
    assert np.median(costs) < 8, f"{np.median(costs):.1f} ms"
