from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_session import FakeSession, laser_recording
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from thermview.annotation import Annotation, BoundingBox
from thermview.capture.batch import BATCH_KEYS
from thermview.capture.context import Context, Interval
from thermview.capture.names import parse_name
from thermview.gui.capture.details_panel import DetailsPanel
from thermview.gui.capture.details_rows import sections
from thermview.recording import APPARENT_TEMPERATURE, ArrayRecording

# the off-screen platform has no window manager to tell sizes to
BATCH = dict.fromkeys(reversed(BATCH_KEYS), 7) | {"KeyfIniObstacle2": -1, "KeyfEndObstacle2": -1}
STEM = "PIP_NOM_21.03.15_CIC_A1016-A1110_D1_003078_bbox0"
BOX = Annotation("Pipe-Leak", BoundingBox(10, 20, 30.5, 40), attributes={"<b>state</b>": "open"})


@pytest.fixture
def session(qapp):
    return FakeSession()


@pytest.fixture
def panel(qtbot, session):
    widget = DetailsPanel(session)
    qtbot.addWidget(widget)
    widget.resize(340, 500)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def _rows(recording, context, clicked=None):
    return {title: dict(rows) for title, rows in sections(recording, context, clicked)}


def _picture(**context):
    picture = ArrayRecording("p", Path("/c/Pipe-Leak/p.png"), "picture", np.zeros((1, 48, 64, 4), np.uint8))
    return picture, Context("Pipe-Leak/p", picture_class="Pipe-Leak", **context)


def test_it_says_what_will_be_here_or_why_nothing_is(panel, session):
    assert "listed here" in panel.empty.words.text()
    session.problem = "0044.npz: cut off; copy it again."
    session.recording_changed.emit()
    assert panel.empty.words.text() == session.problem


def test_a_laser_recording_with_all_ten_keys():
    rows = _rows(laser_recording(3000), Context("Type16/1673", BATCH, (Interval("obstacle 1", 99, 199),)))
    assert list(rows["Batch metadata"]) == list(BATCH_KEYS)
    assert rows["Batch metadata"]["KeyfIniObstacle2"] == "no obstacle (-1)"
    assert rows["Batch metadata"]["KeyfIniObstacle1"] == "7"
    assert rows["Obstacles"]["obstacle 1"] == "frames 100\u2013200"
    about = rows["Recording"]
    assert about["frames"] == "3\u2009000"
    assert about["size"] == "21 × 15 pixels"
    assert about["frame rate"] == "1\u2009000\u2009Hz"
    assert about["duration"] == "3.000\u2009s"
    assert about["quantity"] == "count difference (ΔDN)"
    assert about["pixel type"].startswith("uint16")


def test_a_value_of_minus_one_elsewhere_is_a_number():
    rows = _rows(laser_recording(10), Context("x", BATCH | {"LeftBordPx": -1}))
    assert rows["Batch metadata"]["LeftBordPx"] == "-1"


def test_a_picture_with_surroundings_name_and_labels():
    environment = {"ambient_temperature_c": 2.8, "humidity_percent": 45.0, "distance_m": 3.0}
    rows = _rows(*_picture(environment=environment, tokens=parse_name(STEM), annotations=(BOX,)))
    assert rows["Environment"]["ambient temperature"] == "2.8\u2009°C"
    assert rows["Environment"]["humidity"] == "45\u2009%"
    assert rows["File name"]["object"] == "PIP"
    assert rows["File name"]["date"] == "2021-03-15"
    assert rows["File name"]["distance"] == "1\u2009m"
    assert rows["Recording"]["class"] == "Pipe-Leak"
    assert rows["Recording"]["quantity"] == "colours; no temperature in them"
    assert rows["Recording"]["size"].endswith(", RGBA")
    assert "frame rate" not in rows["Recording"]
    assert rows["Annotations"]["1"].startswith("Pipe-Leak, labelled, 30.5 × 40 pixels at column 10, row 20")


def test_temperatures_are_named_with_their_unit():
    still = ArrayRecording(
        "t", Path("/c/t.fff"), "FLIR", np.zeros((1, 4, 4), np.float32), APPARENT_TEMPERATURE
    )
    assert _rows(still, Context("t"))["Recording"]["quantity"] == "apparent temperature (°C)"


def test_many_annotations_are_counted_not_listed():
    rows = _rows(*_picture(annotations=(BOX,) * 300))
    assert rows["Annotations"]["\u2026"] == "100 more"
    assert len(rows["Annotations"]) == 201


def test_issues_come_first_and_nothing_is_markup(panel, session):
    recording = laser_recording(10)
    recording.issues = ("<b>1673</b>: one frame is missing.",)
    session.show(
        recording,
        Context("1673", issues=("1673: the border disagrees.", "<b>1673</b>: one frame is missing.")),
    )
    assert panel.issues.text().splitlines() == [
        "2 issues",
        "! <b>1673</b>: one frame is missing.",
        "! 1673: the border disagrees.",
    ]
    assert panel.issues.textFormat() == Qt.TextFormat.PlainText
    assert panel.issues.isVisible()
    session.show(laser_recording(10))
    assert not panel.issues.isVisible()


def test_an_issue_that_comes_out_while_frames_are_decoded_is_shown_at_once(panel, session):
    recording = laser_recording()
    session.show(recording)
    assert not panel.issues.isVisible()
    recording.issues = ("The file is cut short: only its first 10 of 20 frames are whole.",)
    session.loaded_changed.emit()
    assert panel.issues.isVisible()
    assert panel.issues.text().endswith("only its first 10 of 20 frames are whole.")


def test_the_record_of_a_clicked_box_comes_first_until_another_recording(panel, session):
    session.show(*_picture(annotations=(BOX,)))
    panel.show_annotation(BOX)
    assert panel.view.text().startswith("Clicked annotation\ncategory\tPipe-Leak")
    assert "<b>state</b>\topen" in panel.view.text()
    panel.show_annotation(None)
    assert not panel.view.text().startswith("Clicked")
    panel.show_annotation(replace(BOX, category="Other"))
    session.show(laser_recording(10))
    assert "Clicked" not in panel.view.text()


def test_what_is_selected_is_copied_else_everything(panel, session, qtbot):
    session.show(laser_recording(10))
    qtbot.keyClick(panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == panel.view.text()
    head = panel.view.rows.item(0).index()
    panel.view.setCurrentIndex(panel.view.rows.index(2, 0, head))
    qtbot.keyClick(panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "kind\tlaser video"


def test_a_folded_section_stays_folded(panel, session):
    session.show(laser_recording(10), Context("a", BATCH))
    panel.view.collapse(panel.view.rows.item(1).index())
    session.show(laser_recording(10), Context("b", BATCH))
    assert panel.view.isExpanded(panel.view.rows.item(0).index())
    assert not panel.view.isExpanded(panel.view.rows.item(1).index())
