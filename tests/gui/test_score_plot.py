from dataclasses import replace
from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pytest
from fake_session import FakeSession, laser_recording, laser_scores
from PySide6.QtCore import QPointF, Qt

from thermview.gui.parts.plain_words import THIN
from thermview.gui.scores import score_words
from thermview.gui.scores.score_graph import CAUSES, in_cause_order
from thermview.gui.scores.score_plot import ScorePlot
from thermview.inference.card import Calibration, ModelCard, ModelInput, ModelOutput, NormalBatch, Threshold
from thermview.jobs import Job, Progress
from thermview.recording import ArrayRecording
from thermview.scoring import ScoreChunk

# the off-screen platform has no window manager to tell sizes to


@pytest.fixture
def session(qapp):
    return FakeSession()


@pytest.fixture
def plot(qtbot, session):
    widget = ScorePlot(session)
    qtbot.addWidget(widget)
    widget.resize(340, 560)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def _shown(plot):
    return plot._pages.currentWidget() is plot._page


def _settled(plot):
    return not plot._soon.isActive() and not plot.graph._redraw.isActive()


def _card(name="laser generic", **changes):
    parts = {
        "thresholds": (Threshold(value=3.1, false_alarm_rate=0.01, normals=400, alarms=3, interval=(0.0015, 0.022)),),
        "calibration": Calibration(normals=(1.0, 2.0, 3.0, 4.0)),
    }  # fmt: skip
    return ModelCard(
        name=name, kind="laser score", input=ModelInput(name="x", layout="THW"),
        outputs=(ModelOutput(name="y", meaning="features"),), **(parts | changes),
    )  # fmt: skip


def test_it_says_what_will_be_here_and_how_to_get_it(plot, session, qtbot):
    assert "Choose one in the tree" in plot.empty.words.text()
    session.show(laser_recording(1000))
    assert "No scores yet" in plot.empty.words.text()
    qtbot.mouseClick(plot.empty.button, Qt.MouseButton.LeftButton)
    assert session.calls[-1] == ("score",)


def test_a_notice_stands_where_the_scores_would_be(plot, session):
    session.scored.notice = "1673: the model needs frames of 15 x 21 pixels."
    session.show(laser_recording(1000))
    assert session.scored.notice in plot.empty.words.text()


def test_a_picture_is_sent_to_its_density(plot, session, qtbot):
    session.show(ArrayRecording("p", Path("/c/p.png"), "picture", np.zeros((1, 4, 4, 3), np.uint8)))
    qtbot.mouseClick(plot.empty.button, Qt.MouseButton.LeftButton)
    assert session.calls[-1] == ("measure_densities",)


def test_scores_fill_in_while_they_come(plot, session, qtbot):
    session.show(laser_recording(1000))
    session.scored.scoring = True
    job = Job(f"Scoring {session.recording_id}", lambda: iter(()), done=430, total=1000, unit="frames")
    session.jobs = (job,)
    values = np.full(430, 2, np.float32)
    session.scored.live.add(ScoreChunk(0, values, {"power": values}))
    session.scores_changed.emit(0, 430)
    qtbot.waitUntil(lambda: _shown(plot) and _settled(plot))
    assert "43\u2009%" in plot.verdict.text()
    assert plot.bar.isVisible()
    assert plot.graph.causes == ["power"]
    assert not plot.graph.threshold.isVisible()
    assert np.nanmax(plot.graph._curve.getData()[1]) == 2


def test_the_verdict_is_told_in_words(plot, session, qtbot):
    session.show(laser_recording())
    session.finish_scores(laser_scores())
    qtbot.waitUntil(lambda: _shown(plot) and _settled(plot))
    assert plot.verdict.text().startswith("▲ anomalous: score 10.2 over threshold 3.1, p\u00a00.004, power")
    assert "laser generic" in plot.model.text()
    calm = replace(laser_scores(), score=1.2, anomalous=False, cause="", p_value=0.43, events=())
    assert score_words.verdict_words(calm) == "normal: score 1.2 not over threshold 3.1, p\u00a00.43"
    values = calm.values.copy()
    values[2 * len(values) // 5 :] = np.nan
    cut = replace(calm, values=values)
    assert score_words.verdict_words(cut).startswith(
        f"normal in the 40{THIN}% of its frames that are scored: score 1.2"
    )
    assert score_words.verdict_words(replace(cut, anomalous=True)).startswith("anomalous: score")


def test_lanes_stand_in_the_order_of_causes(plot, session, qtbot):
    session.show(laser_recording())
    session.finish_scores(laser_scores())
    qtbot.waitUntil(lambda: _settled(plot))
    assert plot.graph.causes == [c for c in CAUSES if c in laser_scores().lanes]
    assert in_cause_order(["zebra", "timing", "ant", "power"]) == ["power", "timing", "ant", "zebra"]


def test_the_drawn_curve_keeps_a_lone_peak(plot, session, qtbot):
    scores = laser_scores()
    scores.values[7777] = 20.0
    session.show(laser_recording())
    session.finish_scores(scores)
    qtbot.waitUntil(lambda: _settled(plot))
    frames, values = plot.graph._curve.getData()
    assert len(frames) < 400
    assert values.max() == 20
    assert frames[values.argmax()] == 7777


def test_a_frame_change_moves_the_cursor_and_draws_nothing_again(plot, session, qtbot, monkeypatch):
    session.show(laser_recording())
    session.finish_scores(laser_scores())
    qtbot.waitUntil(lambda: _settled(plot))
    plot.grab()  # all that is still to be laid out is laid out now, and drawn once more for it
    qtbot.waitUntil(lambda: _settled(plot))
    monkeypatch.setattr(pg.PlotCurveItem, "setData", lambda *_: pytest.fail("drawn again"))
    session.seek(2050)
    assert [cursor.value() for cursor in plot.graph.cursors] == [2050, 2050]
    assert plot.event_text.text() == "Event 1 of 2: power 12 % low for 94 ms, p\u00a00.004"
    session.seek(5000)
    assert plot.event_text.text().startswith("Next event 2 of 2: scan 1 % slow")
    session.seek(14_000)
    assert plot.event_text.text() == "No event after this frame; 2 before."
    assert _settled(plot)  # and nothing is put off until later


@pytest.mark.parametrize(
    "words", ["power 12 % low", "spot 0.4 px off its path, downwards and to the right " * 4]
)
def test_the_event_s_first_line_stands_beside_the_arrows(plot, session, qtbot, words):
    session.show(laser_recording())
    scores = laser_scores()
    session.finish_scores(replace(scores, events=(replace(scores.events[0], text=words),)))
    qtbot.waitUntil(lambda: _settled(plot))
    plot.grab()
    label, button = plot.event_text, plot.after
    line = label.mapTo(plot, label.contentsRect().topLeft()).y() + label.fontMetrics().lineSpacing() / 2
    assert line == pytest.approx(button.mapTo(plot, button.rect().center()).y(), abs=1)
    assert label.height() >= label.heightForWidth(label.width())  # and no line of it is cut off


def test_next_and_previous_event(plot, session, qtbot):
    session.show(laser_recording())
    session.finish_scores(laser_scores())
    qtbot.waitUntil(lambda: _settled(plot))
    assert not plot.before.isEnabled()
    qtbot.mouseClick(plot.after, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(plot.after, Qt.MouseButton.LeftButton)
    assert session.frame_index == 9100
    assert not plot.after.isEnabled()
    qtbot.mouseClick(plot.before, Qt.MouseButton.LeftButton)
    assert session.frame_index == 2006


def test_a_click_goes_to_the_frame(plot, session, qtbot):
    session.show(laser_recording())
    session.finish_scores(laser_scores())
    qtbot.waitUntil(lambda: _settled(plot))
    view = plot.graph.fused.vb
    at = plot.graph.mapFromScene(view.mapViewToScene(QPointF(9000, 5)))
    qtbot.mouseClick(plot.graph.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert abs(session.frame_index - 9000) < 14_571 / view.width()


def test_a_click_on_an_event_goes_to_its_first_frame_until_frames_can_be_told_apart(plot, session, qtbot):
    session.show(laser_recording())
    session.finish_scores(laser_scores())
    qtbot.waitUntil(lambda: _settled(plot))
    event, view = plot.events[0], plot.graph.fused.vb
    within = event.first + 40
    at = plot.graph.mapFromScene(view.mapViewToScene(QPointF(within, 2)))
    qtbot.mouseClick(plot.graph.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert session.frame_index == event.first
    plot.graph.fused.setXRange(within - 20, within + 20, padding=0)
    assert plot.graph._meant(within) == within


def test_dragging_the_threshold_tells_the_session_once_it_is_let_go(plot, session, qtbot):
    session.show(laser_recording())
    session.finish_scores(laser_scores())
    qtbot.waitUntil(lambda: _settled(plot))
    line = plot.graph.threshold
    assert line.isVisible()
    assert line.value() == pytest.approx(3.1)
    line.setValue(5.0)
    line.sigDragged.emit(line)
    assert "threshold 5" in line.label.toPlainText()
    assert not session.calls
    line.sigPositionChangeFinished.emit(line)
    assert session.calls == [("set_threshold", 5.0)]


def test_the_threshold_says_the_rate_its_card_states(plot, session, qtbot, tmp_path):
    session.scored.chosen_model = tmp_path / "laser.onnx"
    (tmp_path / "laser.json").write_text(_card().model_dump_json())
    session.show(laser_recording())
    session.finish_scores(laser_scores())
    qtbot.waitUntil(lambda: "1\u2009% false alarms" in plot.graph.threshold.label.toPlainText())
    assert "3 alarms on 400 held-out normals" in plot.graph.threshold.toolTip()


def test_another_models_card_says_nothing_of_these_scores(plot, session, qtbot, tmp_path):
    session.scored.chosen_model = tmp_path / "laser.onnx"
    (tmp_path / "laser.json").write_text(_card(name="another").model_dump_json())
    session.show(laser_recording())
    session.finish_scores(laser_scores())
    qtbot.waitUntil(lambda: _shown(plot) and _settled(plot))
    assert plot.graph.threshold.label.toPlainText() == "threshold 3.1"


def test_a_threshold_of_ones_own_is_counted_on_the_normals():
    assert score_words.false_alarm_words(_card(), 2.5, "") == "2 of 4 normals reach it"
    assert score_words.false_alarm_words(_card(calibration=None), 2.5, "") == ""
    assert score_words.false_alarm_words(None, 3.1, "") == ""


def test_a_learnt_model_promises_for_the_batch_of_the_recording():
    known = NormalBatch.model_construct(promised=1 / 13, calibrated_on=tuple("abcdefghijkl"))
    stated = (Threshold(value=1.0, false_alarm_rate=1 / 9, normals=20),)
    card = _card(thresholds=stated).model_copy(update={"normality": {"Type16": known}})
    assert score_words.false_alarm_words(card, 1.0, "Type16") == f"at most 7.7{THIN}% false alarms"
    assert score_words.false_alarm_words(card, 1.0, "Type9") == f"at most 11{THIN}% false alarms"
    assert "12 normal recordings set the limits" in score_words.false_alarm_details(card, 1.0, "Type16")


def test_scores_far_above_the_threshold_are_cut_and_it_is_said(plot, session, qtbot):
    scores = laser_scores()
    scores.values[100] = 516.0
    session.show(laser_recording())
    session.finish_scores(scores)
    qtbot.waitUntil(lambda: _settled(plot))
    assert "the largest is 516" in plot.caption.text()
    assert plot.graph.fused.vb.viewRange()[1][1] < 30


def test_progress_is_told_with_rate_and_time_left():
    job = Job("x", lambda: iter(()), done=500, total=1000, unit="frames")
    job.started = None
    assert score_words.progress_words(job).startswith("50\u2009%")
    assert score_words.progress_words(Job("x", lambda: iter(()))) == "starting"
    done = Job("x", lambda: iter([Progress(10, 10, unit="files")]))
    assert "left" not in score_words.progress_words(done)


def with_all_lanes(plot, session, qtbot, height):
    """The graph in a dock of this height, once a lane of every cause has room for its name."""
    scores, graph = laser_scores(), plot.graph
    session.show(laser_recording())
    session.finish_scores(replace(scores, lanes={cause: scores.values for cause in CAUSES}))
    plot.resize(340, height)
    qtbot.waitUntil(lambda: len(graph.causes) == len(CAUSES) and _settled(plot))
    qtbot.waitUntil(lambda: graph.lanes.vb.height() / len(graph.causes) >= 10)
    return graph


@pytest.mark.parametrize("height", [330, 620])
def test_every_lane_has_room_for_its_name_and_a_low_dock_has_no_caption(plot, session, qtbot, height):
    graph = with_all_lanes(plot, session, qtbot, height)
    low = height < 440
    assert plot.caption.isVisible() != low
    assert ("Each lane has its own scale" in graph.toolTip()) == low


@pytest.mark.parametrize("height", [90, 150, 230, 330, 700])
def test_no_lane_is_cut_off_in_a_low_dock_but_scrolled_to(plot, session, qtbot, height):
    graph = with_all_lanes(plot, session, qtbot, height)
    qtbot.waitUntil(lambda: graph.fused.vb.height() >= 40)
    axis = graph.lanes.getAxis("bottom")
    assert axis.sceneBoundingRect().bottom() <= graph.height() + 1
    bar = plot._page.verticalScrollBar()
    qtbot.waitUntil(lambda: (bar.maximum() > 0) == (height < 300))
    bar.setValue(bar.maximum())
    below = plot.event_text.mapTo(plot._page.viewport(), plot.event_text.rect().bottomLeft()).y()
    assert below <= plot._page.viewport().height()


def test_the_words_of_the_threshold_have_room_in_a_low_plot(plot, session, qtbot):
    quiet = laser_scores()
    quiet = replace(
        quiet, values=0.5 * quiet.threshold * np.ones_like(quiet.values), events=(), anomalous=False
    )
    session.show(laser_recording())
    session.finish_scores(replace(quiet, lanes={cause: quiet.values for cause in CAUSES}))
    plot.resize(340, 200)
    qtbot.waitUntil(lambda: len(plot.graph.causes) == len(CAUSES) and _settled(plot))
    fused, label = plot.graph.fused.vb, plot.graph.threshold.label

    def inside():
        return label.textItem.sceneBoundingRect().top() >= fused.sceneBoundingRect().top() - 1

    qtbot.waitUntil(inside)


def test_while_kept_scores_are_looked_up_the_page_stays_and_is_empty(plot, session, qtbot):
    session.show(laser_recording())
    session.finish_scores(laser_scores())
    qtbot.waitUntil(lambda: _shown(plot) and _settled(plot))
    assert len(plot.graph._curve.getData()[0])
    session.scored.looking = True
    session.show(laser_recording(15_000))
    qtbot.waitUntil(lambda: _settled(plot))
    assert _shown(plot)
    assert not plot.verdict.text()
    assert not plot.event_text.text()
    assert plot.graph._curve.getData()[0] is None or not len(plot.graph._curve.getData()[0])
    session.scored.looking = False
    session.scores_changed.emit(0, 0)
    qtbot.waitUntil(lambda: not _shown(plot))
    assert "No scores yet" in plot.empty.words.text()
