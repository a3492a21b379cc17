"""Conditions in the window: a change is seen at once, kept, undone, and holds for a camera where that is wanted."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import tifffile
from conftest_values import WAIT_MS
from flir_files import CONDITIONS, COUNTS, fff_of, jpeg_with
from PySide6.QtCore import QObject

from thermview.gui.conditions.conditions_panel import ConditionsPanel
from thermview.gui.conditions.scale_dialog import ScaleDialog
from thermview.gui.regions.own_dialog import OwnDialog
from thermview.gui.regions.regions_panel import RegionsPanel
from thermview.gui.session import Session
from thermview.readers.count_scale import IN_CELSIUS, IN_KELVIN, CountScale
from thermview.recording import APPARENT_TEMPERATURE, RAW_COUNTS
from thermview.thermal.display import Isotherm
from thermview.thermal.region_alarms import Alarm
from thermview.thermal.region_conditions import own_conditions
from thermview.thermal.region_sets import RegionSet
from thermview.thermal.regions import Spot
from thermview.thermal.temperature_units import TEMPERATURE_UNITS


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    folder = tmp_path / "flir"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.jpg").write_bytes(jpeg_with(fff_of()))
    tifffile.imwrite(folder / "counts.tiff", np.clip(COUNTS, 6000, 9000))
    np.save(folder / "numbers_celsius.npy", COUNTS.astype(np.float32))
    return folder


@pytest.fixture
def show(qtbot, opened: Session, capture: Path):  # type: ignore[no-untyped-def]
    def show_it(name: str) -> Session:
        path = capture / name
        opened.select(path)
        qtbot.waitUntil(
            lambda: opened.recording is not None and opened.recording.path == path and opened.opening is None,
            timeout=WAIT_MS,
        )
        return opened

    return show_it


@pytest.fixture
def panel(qtbot, opened: Session) -> ConditionsPanel:  # type: ignore[no-untyped-def]
    made = ConditionsPanel(opened)
    qtbot.addWidget(made)
    return made


def test_a_held_slider_is_seen_at_once_and_kept_when_let_go(show, panel: ConditionsPanel) -> None:
    session = show("a.jpg")
    row, before = panel.rows["emissivity"], session.frame
    row.slider.setSliderDown(True)
    row.slider.setValue(row.slider.minimum() + 150)
    assert not np.array_equal(session.frame, before, equal_nan=True)
    assert session.undo_stack.count() == 0
    row.slider.setSliderDown(False)
    assert session.undo_stack.count() == 1
    assert session.conditions.changes == {"emissivity": pytest.approx(0.41)}
    assert "●" in row.name.text()
    assert "0.875" in row.file.text()
    session.undo_stack.undo()
    np.testing.assert_array_equal(session.frame, before)
    assert "●" not in row.name.text()
    assert not row.back.isEnabled()


def test_the_values_come_back_with_the_recording(show, panel: ConditionsPanel) -> None:
    session = show("a.jpg")
    panel.rows["distance_m"].number.setValue(30)
    show("b.jpg")
    assert session.conditions.changes == {}
    show("a.jpg")
    assert session.conditions.changes == {"distance_m": 30}
    panel.reset.click()
    assert session.conditions.changes == {}
    assert not panel.reset.isEnabled()


def test_what_is_applied_to_the_camera_holds_for_its_others_until_one_goes_its_own_way(
    show, panel: ConditionsPanel
) -> None:
    session = show("a.jpg")
    session.conditions.change("emissivity", 0.5)
    panel.apply.click()
    assert "every recording of this camera" in panel.scope.text()
    show("b.jpg")
    assert session.conditions.changes == {"emissivity": 0.5}
    session.conditions.reset()
    assert session.conditions.changes == {}
    show("a.jpg")
    assert session.conditions.changes == {"emissivity": 0.5}
    show("b.jpg")
    assert session.conditions.changes == {}
    for _ in range(3):
        session.undo_stack.undo()
    assert session.undo_stack.index() == 0
    show("a.jpg")
    assert session.conditions.changes == {}


def test_clicks_on_one_number_are_one_step_back(show) -> None:
    session = show("a.jpg")
    for value in (0.8, 0.7, 0.6):
        session.conditions.change("emissivity", value)
    assert session.undo_stack.count() == 1
    session.conditions.change("distance_m", 12.0)
    assert session.undo_stack.count() == 2


def test_the_file_s_own_value_is_no_change(show) -> None:
    session = show("a.jpg")
    session.conditions.change("emissivity", CONDITIONS.emissivity)
    assert session.conditions.changes == {}
    assert session.undo_stack.count() == 0


def test_odd_values_are_doubted_beside_them(show, panel: ConditionsPanel) -> None:
    session = show("a.jpg")
    session.conditions.change("reflected_c", 298.0)
    assert "hardly meant" in panel.rows["reflected_c"].doubt.text()
    assert panel.rows["distance_m"].doubt.text() == ""


def test_without_counts_one_sentence_says_why_not(show, panel: ConditionsPanel) -> None:
    assert "appear here" in panel.empty.words.text()
    show("numbers_celsius.npy")
    assert "no raw counts" in panel.empty.words.text()
    assert panel.empty.button.isHidden()


def test_counts_become_temperatures_only_when_someone_states_their_scale(
    show, panel: ConditionsPanel
) -> None:
    session = show("counts.tiff")
    assert session.recording is not None
    assert session.recording.quantity == RAW_COUNTS
    assert "does not say what they mean" in panel.empty.words.text()
    session.conditions.state_scale(CountScale(0.04))
    assert session.recording.quantity == APPARENT_TEMPERATURE
    assert session.unit.name == "°C"
    session.undo_stack.undo()
    assert session.recording.quantity == RAW_COUNTS
    session.undo_stack.redo()
    show("a.jpg")
    show("counts.tiff")
    assert session.recording.quantity == APPARENT_TEMPERATURE


def test_ends_locked_in_counts_mean_nothing_once_the_counts_have_a_scale(show) -> None:
    session = show("counts.tiff")
    session.set_scale_locked(True)
    session.set_display(isotherm=Isotherm("above", low=8000))
    session.conditions.state_scale(CountScale(0.04))
    assert not session.scale.locked
    assert session.display.scale_mode != "manual"
    assert session.display.isotherm == Isotherm()


def test_courses_and_alarms_of_regions_follow_the_conditions(qtbot, show, capture: Path) -> None:  # type: ignore[no-untyped-def]
    (capture / "two.seq").write_bytes(fff_of() + fff_of(COUNTS + 200))
    session = show("two.seq")
    courses, asker = session.measuring.courses, QObject()
    courses.want(asker, True)
    session.measuring.edit(RegionSet((Spot("S1", 1, 1),), (), (Alarm("S1", limit=-200.0),)), "draw")
    qtbot.waitUntil(lambda: courses.complete, timeout=WAIT_MS)
    before = courses.values("S1", "mean").copy()
    session.conditions.change("emissivity", 0.5)
    qtbot.waitUntil(lambda: courses.complete, timeout=WAIT_MS)
    after = courses.values("S1", "mean")
    assert not np.allclose(before, after)
    np.testing.assert_allclose(after, session.recording.frames(0, 2)[:, 1, 1], atol=1e-3)
    assert len(courses.events()) == 1


def test_the_dialog_shows_what_a_scale_makes_of_the_frame(qtbot) -> None:  # type: ignore[no-untyped-def]
    dialog = ScaleDialog(np.array([[7000, 7500]], np.uint16), CountScale(0.04), TEMPERATURE_UNITS["°C"])
    qtbot.addWidget(dialog)
    assert dialog.preview.text().startswith("6.9\u2009°C to 26.9\u2009°C")
    dialog.preset.setCurrentIndex(0)
    assert dialog.scale == CountScale(0.01)
    assert dialog.preview.text().startswith("−203.")
    dialog.offset.setValue(-400.0)
    assert not dialog.use.isEnabled()


def test_temperatures_are_read_in_another_unit_and_stored_in_none(show, panel: ConditionsPanel) -> None:
    session = show("a.jpg")
    stored, limits = session.frame, session.limits
    session.set_temperature_unit("°F")
    assert session.unit.of(100.0) == pytest.approx(212.0)
    assert session.unit.difference(10.0) == pytest.approx(18.0)
    assert panel.rows["reflected_c"].number.suffix().strip() == "°F"
    assert panel.rows["distance_m"].number.suffix().strip() == "m"
    panel.rows["reflected_c"].number.setValue(212.0)
    assert session.conditions.changes["reflected_c"] == pytest.approx(100.0)
    session.conditions.reset()
    np.testing.assert_array_equal(session.frame, stored)
    assert session.limits == limits


def test_floats_are_offered_as_celsius_first(qtbot) -> None:  # type: ignore[no-untyped-def]
    dialog = ScaleDialog(
        np.array([[290.0, np.nan], [300.0, 310.5]], np.float32), IN_CELSIUS, TEMPERATURE_UNITS["°C"]
    )
    qtbot.addWidget(dialog)
    assert dialog.preset.currentText() == "the values are °C"
    assert "values 290.00 to 310.50" in dialog.preview.text()
    dialog.preset.setCurrentText("the values are K")
    assert dialog.scale == IN_KELVIN
    assert "37.4" in dialog.preview.text()


def test_an_axis_that_the_file_leaves_open_is_stated_once_for_files_like_it(
    show, capture: Path, qtbot
) -> None:  # type: ignore[no-untyped-def]
    pixels = np.arange(7 * 9 * 11, dtype=np.uint16).reshape(7, 9, 11)
    for name in ("one", "two"):
        with h5py.File(capture / f"{name}.h5", "w") as document:
            document["x"] = pixels
    session = show("one.h5")
    assert session.conditions.turnable is not None
    assert len(session.recording) == 7
    session.conditions.state_frame_axis(2)
    qtbot.waitUntil(lambda: session.recording is not None and len(session.recording) == 11, timeout=WAIT_MS)
    np.testing.assert_array_equal(session.frame, pixels[:, :, session.frame_index])
    assert len(show("two.h5").recording) == 11
    session.undo_stack.undo()
    qtbot.waitUntil(lambda: session.recording is not None and len(session.recording) == 7, timeout=WAIT_MS)
    show("numbers_celsius.npy")
    assert session.conditions.turnable is None


def test_a_region_can_have_an_emissivity_of_its_own(show, panel: ConditionsPanel, qtbot) -> None:  # type: ignore[no-untyped-def]
    session = show("a.jpg")
    measuring = session.measuring
    measuring.edit(RegionSet((Spot("S1", 2, 2), Spot("S2", 2, 2))), "draw")
    same = measuring.numbers()
    assert same[0].mean == same[1].mean
    dialog = OwnDialog(session, "S2")
    qtbot.addWidget(dialog)
    dialog.boxes["emissivity"].setChecked(True)
    dialog.numbers["emissivity"].setValue(0.4)
    previewed = measuring.numbers()
    assert previewed[0].mean == same[0].mean
    assert previewed[1].mean != same[1].mean
    dialog.accept()
    assert own_conditions(measuring.regions.regions[1]) == {"emissivity": 0.4}
    session.undo_stack.undo()
    assert measuring.numbers()[1].mean == same[1].mean
    session.undo_stack.redo()
    session.filtering.set(median=True)
    qtbot.waitUntil(lambda: np.isnan(measuring.numbers()[1].mean), timeout=WAIT_MS)
    regions = RegionsPanel(session)
    qtbot.addWidget(regions)
    assert "S2 (measured in frames as recorded only)" in regions.note.text()
    assert "left out" not in regions.note.text()  # that S2 has no value is said already
    session.filtering.off()
    qtbot.waitUntil(lambda: measuring.numbers()[1].mean == previewed[1].mean, timeout=WAIT_MS)
    measuring.set_own("S2", None, None)
    assert measuring.numbers()[1].mean == same[1].mean
