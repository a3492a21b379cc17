"""Regions in the window: drawn, moved, kept, undone, measured, watched and written."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from thermview.capture.context import Context
from thermview.gui.frame.frame_view import FrameView
from thermview.gui.regions import region_courses
from thermview.gui.regions.alarm_model import ALARM_COLUMNS
from thermview.gui.regions.region_export import export_series, export_table, load_regions, save_regions
from thermview.gui.regions.region_hand import RegionHand
from thermview.gui.regions.region_layer import RegionLayer
from thermview.gui.regions.region_model import COLUMNS
from thermview.gui.regions.regions_panel import RegionsPanel
from thermview.gui.regions.threshold_dialog import ThresholdDialog
from thermview.gui.session import Session
from thermview.gui.work.frame_loader import Opened
from thermview.recording import APPARENT_TEMPERATURE, ArrayRecording
from thermview.thermal.display import ordered
from thermview.thermal.region_alarms import Alarm, alarm_events
from thermview.thermal.region_sets import Difference, RegionSet
from thermview.thermal.regions import Ellipse, Line, Polygon, Rectangle, Spot, bounds_of, mask_of

THREE = RegionSet((Rectangle("R1", 2, 1, 8, 6), Line("L1", (0.5, 0.5), (15.5, 11.5)), Spot("S1", 8.5, 6.5)))


@pytest.fixture
def view(qtbot, shown: Session) -> FrameView:
    made = FrameView(shown)
    made.add_layer(RegionLayer(shown, made))
    made.give_to(RegionHand(shown, made))
    qtbot.addWidget(made)
    shown.frame_changed.emit()  # it was shown before there was a view
    made.resize(500, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def panel(qtbot, shown: Session) -> RegionsPanel:
    made = RegionsPanel(shown)
    qtbot.addWidget(made)
    made.resize(420, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def at(view: FrameView, column: float, row: float) -> QPoint:
    return view._transform().map(QPointF(column, row)).toPoint()


def drag(view: FrameView, *points: tuple[float, float], modifier=Qt.KeyboardModifier.NoModifier) -> None:
    first, *_, last = points
    QTest.mousePress(view, Qt.MouseButton.LeftButton, modifier, at(view, *first))
    for point in points[1:]:
        place = QPointF(at(view, *point))
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            QEvent.Type.MouseMove, place, view.mapToGlobal(place), Qt.MouseButton.NoButton, left, modifier
        )
        QApplication.sendEvent(view, event)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, modifier, at(view, *last))


def click(view: FrameView, column: float, row: float) -> None:
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(view, column, row))


def kept(session: Session) -> RegionSet:
    """What a window that is opened anew would show."""
    before = session.measuring.regions
    session.measuring.reload()
    assert session.measuring.regions == before
    return before


# -- drawing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "region"),
    [
        ("rectangle", Rectangle("R1", 2, 3, 8, 5)),
        ("ellipse", Ellipse("E1", 2, 3, 8, 5)),
        ("line", Line("L1", (2.5, 3.5), (10.5, 8.5))),
    ],
)
def test_a_drag_draws_and_puts_the_tool_away(view, shown, tool, region):
    shown.measuring.choose_tool(tool)
    assert view.cursor().shape() == Qt.CursorShape.CrossCursor
    drag(view, (2.1, 3.1), (6, 6), (10.1, 8.1))
    assert kept(shown).regions == (region,)
    assert shown.measuring.tool is None
    assert shown.measuring.chosen == region.name


def test_a_click_sets_a_spot_on_the_middle_of_a_pixel(view, shown):
    shown.measuring.choose_tool("spot")
    click(view, 4.2, 7.9)
    assert kept(shown).regions == (Spot("S1", 4.5, 7.5),)


def test_with_alt_a_region_may_end_within_a_pixel(view, shown):
    shown.measuring.choose_tool("rectangle")
    drag(view, (2.3, 3.3), (10.6, 8.6), modifier=Qt.KeyboardModifier.AltModifier)
    left, top, right, bottom = bounds_of(shown.measuring.regions.regions[0])
    assert (left, top, right, bottom) == pytest.approx((2.3, 3.3, 10.6, 8.6), abs=0.03)
    assert left != round(left)


@pytest.mark.parametrize("end", ["enter", "double click", "first point"])
def test_a_polygon_is_closed_in_three_ways(view, shown, end):
    shown.measuring.choose_tool("polygon")
    for point in ((2, 2), (10, 3), (6, 9)):
        click(view, *point)
    if end == "enter":
        QTest.keyClick(view, Qt.Key.Key_Return)
    elif end == "first point":
        click(view, 2, 2)
    else:
        QTest.mouseDClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(view, 6, 9))
    assert kept(shown).regions == (Polygon("P1", ((2, 2), (10, 3), (6, 9))),)
    assert shown.measuring.tool is None


def test_a_point_of_a_polygon_is_taken_back_and_escape_gives_up(view, shown):
    shown.measuring.choose_tool("polygon")
    for point in ((2, 2), (10, 3), (6, 9), (1, 1)):
        click(view, *point)
    QTest.keyClick(view, Qt.Key.Key_Backspace)
    assert len(shown.measuring.regions.regions[0].points) == 3
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert shown.measuring.regions == RegionSet()
    assert shown.measuring.tool == "polygon"
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert shown.measuring.tool is None
    assert not shown.undo_stack.canUndo()


def test_a_mere_click_draws_no_rectangle(view, shown):
    shown.measuring.choose_tool("rectangle")
    click(view, 4, 4)
    assert shown.measuring.regions == RegionSet()
    assert shown.measuring.tool == "rectangle"


def test_a_tool_shows_the_regions_that_were_hidden(view, shown):
    shown.toggle_overlay("regions")
    shown.measuring.choose_tool("line")
    assert "regions" in shown.overlays
    shown.measuring.choose_tool("line")
    assert shown.measuring.tool is None


def test_pictures_of_colours_are_not_measured(qtbot, shown, capture):
    picture = next((capture / "Car-Normal").iterdir())
    shown.select(picture)
    qtbot.waitUntil(lambda: shown.recording.path == picture, timeout=WAIT_MS)
    shown.measuring.choose_tool("spot")
    assert shown.measuring.tool is None
    assert shown.measuring.numbers() == []


# -- changing ----------------------------------------------------------------------------------------


def test_a_handle_is_dragged_and_the_chosen_region_is_moved_as_a_whole(view, shown):
    shown.measuring.edit(THREE, "draw")
    shown.measuring.choose("R1")
    drag(view, (10, 7), (11, 8), (13, 10))
    assert kept(shown).region("R1") == Rectangle("R1", 2, 1, 11, 9)
    drag(view, (5.5, 7.5), (6, 8), (7.5, 8.5))
    assert kept(shown).region("R1") == Rectangle("R1", 4, 2, 11, 9)
    shown.undo_stack.undo()
    shown.undo_stack.undo()
    assert kept(shown) == THREE


def test_a_moved_region_stays_in_the_frame(view, shown):
    shown.measuring.edit(THREE, "draw")
    shown.measuring.choose("R1")
    drag(view, (5.5, 3.5), (8, 3.5), (15.9, 3.5))
    assert bounds_of(kept(shown).region("R1")) == (8, 1, 16, 7)


def test_a_click_chooses_and_a_click_beside_chooses_none(view, shown):
    shown.measuring.edit(THREE, "draw")
    click(view, 4, 5)
    assert shown.measuring.chosen == "R1"
    click(view, 8.5, 6.5)
    assert shown.measuring.chosen == "S1"
    click(view, 4, 5)
    click(view, 4, 5)
    assert shown.measuring.chosen == "R1"
    click(view, 14, 2)
    assert shown.measuring.chosen == ""
    shown.toggle_overlay("regions")
    click(view, 4, 5)
    assert shown.measuring.chosen == ""


def test_a_drag_beside_the_regions_still_pans_and_a_double_click_fits(view, shown):
    shown.measuring.edit(THREE, "draw")
    view.zoom(2)
    before = view._view
    drag(view, (12, 5), (11, 5), (10, 5))
    assert view._view != before
    assert shown.measuring.regions == THREE
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(view, 12, 4))
    assert view._view.scale is None


def test_what_is_drawn_is_seen_on_the_frame(view, shown):
    shown.measuring.edit(RegionSet((Rectangle("R1", 2, 1, 8, 6),)), "draw")
    edge = at(view, 2, 4)

    def brightest() -> int:
        image = view.grab().toImage()
        return max(image.pixelColor(edge.x() + dx, edge.y()).green() for dx in range(-3, 4))

    assert brightest() > 150
    shown.toggle_overlay("regions")
    assert brightest() < 100


# -- keeping -----------------------------------------------------------------------------------------


def test_every_edit_is_kept_and_undone(shown):
    measuring = shown.measuring
    measuring.edit(THREE, "draw")
    measuring.add_difference("R1", "S1")
    measuring.rename("R1", "weld")
    measuring.set_alarms((Alarm("weld", limit=100),))
    measuring.choose("S1")
    measuring.remove_chosen()
    assert kept(shown).names == ("weld", "L1")
    assert kept(shown).differences == ()
    for _ in range(5):
        shown.undo_stack.undo()
    assert kept(shown) == RegionSet()
    for _ in range(5):
        shown.undo_stack.redo()
    assert kept(shown).alarms == (Alarm("weld", limit=100),)
    assert kept(shown).names == ("weld", "L1")


def test_another_recording_has_its_own_regions_until_they_are_applied_to_all(qtbot, shown, capture):
    first, second = (capture / "Type1" / name for name in ("0001.npz", "0002.npz"))
    measuring = shown.measuring

    def show(path: Path) -> None:
        shown.select(path)
        qtbot.waitUntil(lambda: shown.recording.path == path, timeout=WAIT_MS)

    measuring.edit(THREE, "draw")
    show(second)
    assert measuring.regions == RegionSet()
    own = RegionSet((Spot("S9", 1.5, 1.5),))
    measuring.edit(own, "draw")
    show(first)
    measuring.apply_to_all()
    show(second)
    assert measuring.regions == THREE
    measuring.remove_all()
    assert kept(shown) == RegionSet()
    shown.undo_stack.undo()
    shown.undo_stack.undo()
    assert measuring.regions == own


def test_regions_are_copied_to_another_recording_under_free_names(qtbot, shown, panel):
    shown.measuring.edit(THREE, "draw")
    shown.measuring.add_difference("R1", "S1")
    panel.copy()
    panel.paste()
    names = shown.measuring.regions.names
    assert names == ("R1", "L1", "S1", "R2", "L2", "S2")
    assert shown.measuring.regions.differences == (Difference("R1", "S1"), Difference("R2", "S2"))
    assert shown.measuring.regions.region("R2").left == 6
    QGuiApplication.clipboard().setText("no regions")
    with qtbot.waitSignal(shown.message) as said:
        panel.paste()
    assert "no regions on the clipboard" in said.args[0]
    assert shown.measuring.regions.names == names


def test_a_store_that_fails_says_so_and_shows_what_is_kept(qtbot, shown, monkeypatch):
    from thermview.errors import StoreError

    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(shown.store, "save_regions", full)
    with qtbot.waitSignal(shown.message) as said:
        shown.measuring.edit(THREE, "draw")
    assert said.args == ["The disk is full."]
    assert shown.measuring.regions == RegionSet()
    assert not shown.undo_stack.canUndo()


def test_a_name_that_is_taken_is_said(qtbot, shown):
    shown.measuring.edit(THREE, "draw")
    with qtbot.waitSignal(shown.message) as said:
        shown.measuring.rename("R1", "S1")
    assert "already" in said.args[0]
    assert shown.measuring.regions == THREE


# -- numbers -----------------------------------------------------------------------------------------


def cell(panel: RegionsPanel, row: int, column: str) -> str:
    return panel.model.index(row, COLUMNS.index(column)).data()


def test_the_table_follows_the_frame_with_units_and_differences(qtbot, panel, shown):
    QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    shown.measuring.edit(THREE, "draw")
    shown.measuring.add_difference("R1", "S1")
    assert panel.model.headerData(2, Qt.Orientation.Horizontal) == "Max ΔDN"
    for index in (0, 37):
        shown.seek(index)
        qtbot.waitUntil(lambda index=index: shown.frame_index == index, timeout=WAIT_MS)
        inside = shown.frame[1:7, 2:10]
        wanted = [str(inside.max()), f"{inside.mean():.1f}", "48"]
        qtbot.waitUntil(
            lambda wanted=wanted: [cell(panel, 0, name) for name in ("maximum", "mean", "area")] == wanted,
            timeout=WAIT_MS,
        )
        difference = int(inside.max()) - int(shown.frame[6, 8])
        assert cell(panel, 3, "maximum") == f"{difference}".replace("-", "\u2212")
    assert cell(panel, 3, "name") == "R1 \u2212 S1"
    assert cell(panel, 2, "max at") == "8, 6"
    assert [cell(panel, row, "kind") for row in range(4)] == ["rectangle", "line", "spot", "difference"]


def test_temperatures_are_read_in_the_chosen_unit(qtbot, panel, shown):
    celsius = np.full((3, 12, 16), 20, np.float32)
    celsius[:, 6, 8] = 100
    recording = ArrayRecording("warm", Path("warm.npy"), "array", celsius, APPARENT_TEMPERATURE, 10.0)
    shown._opened(Opened(recording, Context("warm"), celsius[0], 0))
    shown.set_temperature_unit("°F")
    alarm = Alarm("S1", "maximum", "above", 90.0, 5.0)
    shown.measuring.edit(RegionSet(THREE.regions, (Difference("S1", "R1"),), (alarm,)), "draw")
    titles = [panel.model.headerData(n, Qt.Orientation.Horizontal) for n in range(1, 5)]
    assert titles == ["Min °F", "Max °F", "Mean °F", "SD °F"]
    assert [cell(panel, 2, name) for name in ("maximum", "deviation")] == ["212.00", "0.00"]
    assert cell(panel, 3, "minimum") == "144.00"
    assert [panel.alarms.model.index(0, n).data() for n in (3, 4)] == ["194\u2009°F", "9\u2009°F"]
    assert panel.alarms.model.setData(panel.alarms.model.index(0, 3), "212 °F")
    assert shown.measuring.regions.alarms[0].limit == pytest.approx(100)
    qtbot.waitUntil(lambda: shown.measuring.courses.complete, timeout=WAIT_MS)
    drawn = panel.course.graph
    qtbot.waitUntil(lambda: len(drawn._series) == 3 and drawn._series[2][1].max() == 212, timeout=WAIT_MS)
    shown.set_temperature_unit("°C")
    assert panel.model.headerData(4, Qt.Orientation.Horizontal) == "SD K"
    assert cell(panel, 2, "maximum") == "100.00"


def test_a_row_is_the_chosen_region_and_delete_takes_it_away(panel, shown):
    shown.measuring.edit(THREE, "draw")
    shown.measuring.add_difference("R1", "S1")
    shown.measuring.choose("L1")
    assert panel.view.currentIndex().row() == 1
    panel.view.setCurrentIndex(panel.model.index(3, 0))
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert shown.measuring.regions == THREE
    panel.view.setCurrentIndex(panel.model.index(2, 0))
    assert shown.measuring.chosen == "S1"
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert shown.measuring.regions.names == ("R1", "L1")


def test_the_table_is_copied_and_a_name_is_typed(panel, shown):
    shown.measuring.edit(THREE, "draw")
    panel.view.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["Name", "Min ΔDN", "Max ΔDN"]
    assert [line.split("\t")[0] for line in lines[1:]] == ["R1", "L1", "S1"]
    assert panel.model.setData(panel.model.index(0, 0), "seam")
    assert shown.measuring.regions.names == ("seam", "L1", "S1")


def test_the_dock_says_what_it_is_for(panel, shown):
    assert "Choose a tool above" in panel.empty.words.text()
    shown._show_nothing("")
    assert "No recording is shown" in panel.empty.words.text()
    assert not panel.tools["spot"].isEnabled()


def test_the_profile_is_that_of_the_chosen_line(qtbot, panel, shown):
    panel.tabs.setCurrentIndex(1)
    shown.measuring.edit(RegionSet((Line("L1", (0.5, 3.5), (15.5, 3.5)),)), "draw")
    shown.seek(20)
    qtbot.waitUntil(lambda: shown.frame_index == 20, timeout=WAIT_MS)
    qtbot.waitUntil(
        lambda: panel.profile.curve.getData()[1].tolist() == shown.frame[3].tolist(), timeout=WAIT_MS
    )
    shown.measuring.remove_all()
    assert panel.profile._pages.currentWidget() is panel.profile.empty


def test_a_threshold_is_tried_out_and_kept_or_given_up(qtbot, shown):
    dialog = ThresholdDialog(shown)
    qtbot.addWidget(dialog)
    level = float(shown.frame.max()) / 2
    dialog.value.setValue(level)
    region = shown.measuring.regions.region("P1")
    found = mask_of(region, *shown.frame.shape).whole(shown.frame.shape)
    assert (shown.frame >= level)[found].all()
    dialog.value.setValue(1e9)
    assert "choose another value" in dialog.words.text()
    assert shown.measuring.regions == RegionSet()
    dialog.value.setValue(level)
    dialog.reject()
    assert kept(shown) == RegionSet()
    again = ThresholdDialog(shown)
    qtbot.addWidget(again)
    again.value.setValue(level)
    again.accept()
    assert kept(shown).region("P1") == region


# -- over time ---------------------------------------------------------------------------------------


def test_the_course_over_time_is_measured_drawn_and_leads_to_frames(qtbot, panel, shown):
    shown.measuring.edit(THREE, "draw")
    courses = shown.measuring.courses
    qtbot.waitUntil(lambda: courses.complete, timeout=WAIT_MS)
    frames = shown.recording.frames(0, 400)
    np.testing.assert_array_equal(courses.values("S1", "maximum"), frames[:, 6, 8])
    np.testing.assert_allclose(courses.values("R1", "mean"), frames[:, 1:7, 2:10].mean(axis=(1, 2)))
    qtbot.waitUntil(lambda: len(panel.course.graph._series) == 3, timeout=WAIT_MS)
    panel.course.graph.frame_clicked.emit(123)
    qtbot.waitUntil(lambda: shown.frame_index == 123, timeout=WAIT_MS)
    assert panel.course.graph.cursor.value() == 123


def test_only_a_region_that_was_changed_is_measured_again(qtbot, panel, shown, monkeypatch):
    shown.measuring.edit(THREE, "draw")
    courses = shown.measuring.courses
    qtbot.waitUntil(lambda: courses.complete, timeout=WAIT_MS)
    asked = []
    real = region_courses.series_steps
    monkeypatch.setattr(
        region_courses,
        "series_steps",
        lambda recording, regions: asked.append(len(regions)) or real(recording, regions),
    )
    shown.measuring.edit(THREE.with_region(Spot("S1", 2.5, 2.5)), "move")
    assert not courses.complete
    qtbot.waitUntil(lambda: courses.complete, timeout=WAIT_MS)
    shown.measuring.rename("S1", "other")
    shown.undo_stack.undo()
    shown.undo_stack.undo()
    assert courses.complete
    assert asked == [1]


def test_a_large_recording_is_read_only_when_someone_asks(qtbot, panel, shown, monkeypatch):
    monkeypatch.setattr(region_courses, "READ_AT_ONCE_BYTES", 1000)
    courses = shown.measuring.courses
    shown.measuring.edit(THREE, "draw")
    button = panel.course.empty.button
    qtbot.waitUntil(lambda: button.isVisible() and button.text() == "Measure all frames", timeout=WAIT_MS)
    assert courses.running is None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: courses.complete, timeout=WAIT_MS)


def test_another_recording_starts_anew(qtbot, panel, shown, capture):
    shown.measuring.edit(THREE, "draw")
    qtbot.waitUntil(lambda: shown.measuring.courses.complete, timeout=WAIT_MS)
    shown.select(capture / "Type1" / "0002.npz")
    qtbot.waitUntil(lambda: shown.recording.name == "0002", timeout=WAIT_MS)
    assert shown.measuring.courses.values("R1", "mean") is None
    assert shown.measuring.courses.series() is None


def test_other_values_of_the_same_recording_are_measured_anew(qtbot, panel, shown):
    shown.measuring.edit(THREE, "draw")
    courses = shown.measuring.courses
    qtbot.waitUntil(lambda: courses.complete, timeout=WAIT_MS)
    before, old = courses.values("R1", "mean"), shown.recording
    data = old.frames(0, 400) + 5
    shown.shown.recording = ArrayRecording(old.name, old.path, old.kind, data, old.quantity, old.frame_rate)
    shown.shown.show_frame(data[0], 0, 1)
    assert not courses.complete
    assert shown.measuring.regions == THREE
    qtbot.waitUntil(lambda: courses.complete, timeout=WAIT_MS)
    np.testing.assert_allclose(courses.values("R1", "mean"), before + 5)


# -- alarms ------------------------------------------------------------------------------------------


def test_an_alarm_lists_its_events_which_lead_to_frames_and_are_flagged(qtbot, panel, shown):
    panel.tabs.setCurrentIndex(2)
    shown.measuring.edit(RegionSet((Spot("S1", 12.5, 6.5),)), "draw")
    shown.measuring.choose("S1")
    panel.alarms.add()
    model = panel.alarms.model
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for column, value in (("limit", "40 ΔDN"), ("hysteresis", "5,5"), ("hold_off", "1 frame")):
        assert model.setData(model.index(0, ALARM_COLUMNS.index(column)), value)
    alarm = Alarm("S1", "maximum", "above", 40.0, 5.5, 1)
    assert kept(shown).alarms == (alarm,)
    courses = shown.measuring.courses
    qtbot.waitUntil(lambda: courses.complete, timeout=WAIT_MS)
    expected = alarm_events(shown.recording.frames(0, 400)[:, 6, 12].astype(float), alarm)
    assert len(expected) > 3
    assert courses.events() == expected
    assert panel.alarms.event_model.rowCount() == len(expected)
    panel.alarms.events.clicked.emit(panel.alarms.event_model.index(2, 0))
    qtbot.waitUntil(lambda: shown.frame_index == expected[2].first, timeout=WAIT_MS)
    panel.alarms.flag_events()
    assert [(flag.first, flag.last) for flag in shown.flagged.flags] == [(e.first, e.last) for e in expected]
    panel.alarms.flag_events()
    assert len(shown.flagged.flags) == len(expected)
    panel.alarms.remove_selected()
    assert shown.measuring.regions.alarms == ()
    assert courses.events() == ()


@pytest.mark.parametrize(
    ("column", "value"), [("limit", "hot"), ("hysteresis", "-1"), ("hold_off", "0"), ("limit", "inf")]
)
def test_what_is_no_number_of_an_alarm_is_said(qtbot, panel, shown, column, value):
    shown.measuring.edit(THREE, "draw")
    panel.alarms.add()
    before = shown.measuring.regions
    with qtbot.waitSignal(shown.message) as said:
        assert not panel.alarms.model.setData(panel.alarms.model.index(0, ALARM_COLUMNS.index(column)), value)
    assert "no number that can stand here" in said.args[0]
    assert shown.measuring.regions == before


# -- files -------------------------------------------------------------------------------------------


def test_tables_are_written_and_never_into_the_capture(qtbot, shown, capture, tmp_path):
    shown.measuring.edit(THREE, "draw")
    table, series = tmp_path / "table.csv", tmp_path / "series.csv"
    export_table(shown, table)
    export_series(shown, series)
    qtbot.waitUntil(lambda: not shown.jobs, timeout=WAIT_MS)
    with series.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) == 4 + 400
    assert rows[3][2] == "R1 minimum (ΔDN)"
    assert "R1,rectangle" in table.read_text("utf-8-sig")
    with qtbot.waitSignal(shown.message, timeout=WAIT_MS) as said:
        export_table(shown, capture / "table.csv")
    assert "never written to" in said.args[0]
    assert not (capture / "table.csv").exists()


def test_the_colour_bar_can_span_the_chosen_region_alone(shown: Session) -> None:
    frame = shown.frame
    assert frame is not None
    shown.set_display(scale_mode="region")
    assert "no region chosen" in shown.scale.text
    assert shown.limits == (float(frame.min()), float(frame.max()))
    measuring = shown.measuring
    measuring.edit(RegionSet((Rectangle("R1", 1, 2, 4, 3), Rectangle("R2", 6, 5, 3, 4))), "draw")
    inside = frame[2:5, 1:5]
    assert shown.limits == ordered(float(inside.min()), float(inside.max()))
    assert shown.scale.text == "within the region"
    measuring.choose("R2")
    other = frame[5:9, 6:9]
    assert shown.limits == ordered(float(other.min()), float(other.max()))
    measuring.remove_all()
    assert shown.limits == (float(frame.min()), float(frame.max()))


def test_regions_are_saved_to_a_file_and_loaded_under_free_names(
    shown: Session, capture: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    shown.message.connect(said.append)
    shown.measuring.edit(THREE, "draw")
    save_regions(shown, tmp_path / "용접.json")
    assert "3 regions saved" in said[-1]
    load_regions(shown, tmp_path / "용접.json")
    assert "3 regions loaded" in said[-1]
    assert shown.measuring.regions.names == ("R1", "L1", "S1", "R2", "L2", "S2")
    shown.undo_stack.undo()
    assert shown.measuring.regions == THREE
    save_regions(shown, capture / "inside.json")
    assert "never written to" in said[-1]
    assert not (capture / "inside.json").exists()
    (tmp_path / "other.json").write_text("[1]", "utf-8")
    load_regions(shown, tmp_path / "other.json")
    assert said[-1].startswith("other.json: These are no regions")
    assert shown.measuring.regions == THREE


def test_the_menu_of_the_dock_saves_and_loads(
    qtbot, panel, shown: Session, tmp_path: Path, monkeypatch
) -> None:
    chosen = tmp_path / "kept.json"
    dialogs = "thermview.gui.regions.region_export.QFileDialog"
    monkeypatch.setattr(f"{dialogs}.getSaveFileName", lambda *_: (str(chosen.with_suffix("")), ""))
    monkeypatch.setattr(f"{dialogs}.getOpenFileName", lambda *_: (str(chosen), ""))
    actions = {action.text(): action for action in panel.more.menu().actions()}
    assert not actions["Save regions\u2026"].isEnabled()
    shown.measuring.edit(THREE, "draw")
    qtbot.waitUntil(actions["Save regions\u2026"].isEnabled, timeout=WAIT_MS)
    actions["Save regions\u2026"].trigger()
    assert chosen.is_file()
    shown.measuring.remove_all()
    actions["Load regions\u2026"].trigger()
    assert shown.measuring.regions == THREE
