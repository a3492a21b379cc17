"""Display filters in the window: what is held or compared is shown and said, and nothing stored changes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS

from thermview.gui.filters.filter_bar import FilterBar
from thermview.gui.flags.export_dialog import ExportDialog
from thermview.gui.frame.read_out import PointerLine
from thermview.gui.regions.alarm_panel import AlarmPanel
from thermview.gui.regions.course_plot import CoursePlot
from thermview.gui.session import Session
from thermview.readers.count_scale import CountScale
from thermview.thermal.palettes import DIVERGING
from thermview.thermal.region_sets import RegionSet
from thermview.thermal.regions import Rectangle

FRAMES = np.random.default_rng(3).normal(40, 5, (30, 6, 8)).astype(np.float32)


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    folder = tmp_path / "filters"
    folder.mkdir()
    np.save(folder / "a_celsius.npy", FRAMES)
    np.save(folder / "b_celsius.npy", FRAMES + 10)
    np.save(folder / "c_celsius.npy", FRAMES[:, :5])
    return folder


@pytest.fixture
def show(qtbot, opened: Session, capture: Path):  # type: ignore[no-untyped-def]
    def show_it(name: str) -> Session:
        path = capture / f"{name}_celsius.npy"
        opened.select(path)
        qtbot.waitUntil(
            lambda: opened.recording is not None and opened.recording.path == path and opened.opening is None,
            timeout=WAIT_MS,
        )
        return opened

    return show_it


def wait_for(qtbot, session: Session, expected: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    qtbot.waitUntil(
        lambda: (
            session.frame is not None
            and session.frame.shape == expected.shape
            and np.allclose(session.frame, expected, atol=1e-3)
        ),
        timeout=WAIT_MS,
    )


def test_holds_follow_wherever_one_goes(qtbot, show) -> None:  # type: ignore[no-untyped-def]
    session = show("a")
    session.filtering.set(hold="maximum", frames=4)
    session.seek(10)
    wait_for(qtbot, session, FRAMES[7:11].max(axis=0))
    session.seek(2)
    wait_for(qtbot, session, FRAMES[:3].max(axis=0))
    session.filtering.next_hold()
    wait_for(qtbot, session, FRAMES[:3].min(axis=0))
    session.filtering.set(hold="mean")
    wait_for(qtbot, session, FRAMES[:3].mean(axis=0))
    session.filtering.hold_since_here()
    session.seek(20)
    wait_for(qtbot, session, FRAMES[2:21].mean(axis=0))
    assert session.unit.name == "°C"
    np.testing.assert_array_equal(session.recording.frame(20), FRAMES[20])
    session.filtering.off()
    wait_for(qtbot, session, FRAMES[20])
    assert not session.filtering.on


def test_differences_are_in_kelvin_around_zero_and_go_again(qtbot, show) -> None:  # type: ignore[no-untyped-def]
    session = show("a")
    pointer = PointerLine(session)
    qtbot.addWidget(pointer)
    palette = session.display.palette
    session.seek(5)
    wait_for(qtbot, session, FRAMES[5])
    session.filtering.subtract_frame()
    qtbot.waitUntil(lambda: session.quantity is not None and session.quantity.unit == "K", timeout=WAIT_MS)
    session.seek(9)
    wait_for(qtbot, session, FRAMES[9] - FRAMES[5])
    assert session.unit.name == "K"
    assert session.limits[0] == -session.limits[1]
    assert session.display.palette in DIVERGING
    assert session.filtering.plain_palette == palette  # small pictures in the strip are no differences
    assert "minus frame 6 of a_celsius" in pointer.notes.text()
    session.filtering.subtract_frame()
    wait_for(qtbot, session, FRAMES[9])
    assert (session.unit.name, session.display.palette) == ("°C", palette)
    assert not session.filtering.plain_palette
    assert session.limits[0] > 0


def test_a_filter_holds_for_the_next_recording_and_a_reference_where_it_fits(qtbot, show) -> None:  # type: ignore[no-untyped-def]
    session = show("a")
    session.filtering.subtract_mean()
    qtbot.waitUntil(lambda: session.filtering.compares, timeout=WAIT_MS)
    show("b")
    wait_for(qtbot, session, FRAMES[session.frame_index] + 10 - FRAMES.mean(axis=0))
    assert session.quantity is not None
    assert session.quantity.unit == "K"
    with qtbot.waitSignal(
        session.message, timeout=WAIT_MS, check_params_cb=lambda text: "another size" in text
    ):
        show("c")
    assert not session.filtering.on
    assert session.unit.name == "°C"
    np.testing.assert_array_equal(session.frame, FRAMES[session.frame_index, :5])


def test_the_mean_of_a_folder_counts_recordings_of_this_size(qtbot, show) -> None:  # type: ignore[no-untyped-def]
    session = show("a")
    session.filtering.subtract_batch()
    qtbot.waitUntil(lambda: session.filtering.compares, timeout=WAIT_MS)
    reference = session.filtering.filters.reference
    assert reference is not None
    np.testing.assert_allclose(reference.pixels, FRAMES.mean(axis=0) + 5, atol=1e-3)
    assert reference.words == "the mean of 2 recordings of filters"


def test_a_reference_of_other_values_is_not_subtracted(qtbot, show, capture: Path) -> None:  # type: ignore[no-untyped-def]
    np.save(capture / "d_celsius.npy", FRAMES.astype(np.uint16))
    (capture / "d_celsius.npy").rename(capture / "d.npy")  # counts of the same size
    session, said = show("a"), []
    session.message.connect(said.append)
    session.filtering.subtract_frame()
    qtbot.waitUntil(lambda: session.unit.name == "K", timeout=WAIT_MS)
    session.select(capture / "d.npy")
    qtbot.waitUntil(lambda: session.recording.path.name == "d.npy", timeout=WAIT_MS)
    assert not session.filtering.compares
    assert session.unit.name == "DN"
    np.testing.assert_array_equal(session.frame, FRAMES[0].astype(np.uint16))
    assert "°C" in said[-1]
    assert "no longer subtracted" in said[-1]


def test_a_reference_goes_with_the_conditions_it_was_measured_under(qtbot, show, capture: Path) -> None:  # type: ignore[no-untyped-def]
    np.save(capture / "e.npy", FRAMES.astype(np.uint16))
    session = show("a")
    session.select(capture / "e.npy")
    qtbot.waitUntil(lambda: session.recording.path.name == "e.npy", timeout=WAIT_MS)
    session.filtering.subtract_frame()
    qtbot.waitUntil(lambda: session.unit.name == "ΔDN", timeout=WAIT_MS)
    session.conditions.state_scale(CountScale(0.5, -10))
    np.testing.assert_allclose(
        session.frame, FRAMES[0].astype(np.uint16) * 0.5 - 10
    )  # never "°C" with counts
    assert session.unit.name == "°C"
    assert not session.filtering.compares


def test_the_bar_shows_what_is_on_and_switches_it_off(qtbot, show) -> None:  # type: ignore[no-untyped-def]
    session = show("a")
    bar = FilterBar(session)
    qtbot.addWidget(bar)
    bar.show()
    bar.refresh()
    assert not bar.isVisible()
    bar.toggle()
    assert bar.isVisible()
    assert not bar.frames.isVisible()
    bar.hold.setCurrentIndex(1)
    bar.hold.activated.emit(1)
    assert session.filtering.filters.hold == "maximum"
    assert bar.frames.isVisible()
    bar.frames.setValue(3)
    session.seek(8)
    wait_for(qtbot, session, FRAMES[6:9].max(axis=0))
    bar.since.click()
    assert bar.since.text() == "since frame 9"
    bar.median.click()
    assert "median" in session.filtering.filters.words()
    bar.off.click()
    assert not bar.isVisible()
    wait_for(qtbot, session, FRAMES[8])


def test_regions_measure_what_is_seen_and_say_so(qtbot, show) -> None:  # type: ignore[no-untyped-def]
    session = show("a")
    session.filtering.subtract_mean()
    qtbot.waitUntil(lambda: session.filtering.compares, timeout=WAIT_MS)
    assert session.measuring.valid == (-np.inf, np.inf)


@pytest.mark.parametrize("filtered", [False, True])
def test_an_export_is_as_recorded_unless_filtered_frames_are_chosen(
    qtbot, show, tmp_path: Path, filtered: bool
) -> None:  # type: ignore[no-untyped-def]
    session = show("a")
    session.seek(4)
    wait_for(qtbot, session, FRAMES[4])
    session.filtering.subtract_frame()
    qtbot.waitUntil(lambda: session.filtering.compares, timeout=WAIT_MS)
    session.filtering.set(hold="maximum", frames=3)
    session.seek(9)
    wait_for(qtbot, session, FRAMES[7:10].max(axis=0) - FRAMES[4])
    dialog = ExportDialog(session)
    qtbot.addWidget(dialog)
    assert not dialog.filtered.isHidden()
    assert not dialog.filtered.isChecked()
    assert "as they were recorded" in dialog.hint.text()
    dialog.filtered.setChecked(filtered)
    assert ("in K" in dialog.hint.text()) == filtered
    for name, box in dialog.formats.items():
        box.setChecked(name in ("npy", "png"))
    dialog.folder.setText(str(tmp_path / "out"))
    dialog.start()
    session.filtering.off()  # what was asked for stays
    qtbot.waitUntil(lambda: not session.jobs, timeout=WAIT_MS)
    (written,) = (tmp_path / "out").glob("*.npy")
    wanted = FRAMES[7:10].max(axis=0) - FRAMES[4] if filtered else FRAMES[9]
    np.testing.assert_allclose(np.load(written), wanted, atol=1e-4)
    row = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["frames"][0]
    words = "maximum of the last 3 frames, minus frame 4 of a_celsius" if filtered else ""
    assert (row["filter"], row["unit"]) == (words, "K" if filtered else "°C")
    assert ("_filtered" in written.name) == filtered


def test_without_filters_the_export_does_not_ask(qtbot, show) -> None:  # type: ignore[no-untyped-def]
    dialog = ExportDialog(show("a"))
    qtbot.addWidget(dialog)
    assert dialog.filtered.isHidden()
    assert "filtered" not in dialog.hint.text()


def test_flagged_frames_are_exported_filtered_too(qtbot, show, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    session = show("a")
    session.flagged.flag(6, 6)
    session.seek(5)
    wait_for(qtbot, session, FRAMES[5])
    session.filtering.hold_since_here("maximum")
    qtbot.waitUntil(lambda: session.filtering.on, timeout=WAIT_MS)
    dialog = ExportDialog(session)
    qtbot.addWidget(dialog)
    dialog.what.setCurrentIndex(0)
    dialog.filtered.setChecked(True)
    for name, box in dialog.formats.items():
        box.setChecked(name == "npy")
    dialog.folder.setText(str(tmp_path / "out"))
    dialog.start()
    qtbot.waitUntil(lambda: not session.jobs, timeout=WAIT_MS)
    (written,) = (tmp_path / "out").glob("*.npy")
    np.testing.assert_allclose(np.load(written), FRAMES[5:7].max(axis=0), atol=1e-4)
    row = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["frames"][0]
    assert row["filter"] == "maximum of all frames since frame 5"


def test_courses_and_alarms_keep_the_unit_of_what_was_recorded(qtbot, show) -> None:  # type: ignore[no-untyped-def]
    session = show("a")
    session.measuring.edit(RegionSet((Rectangle("R1", 0, 0, 4, 4),)), "draw")
    session.filtering.subtract_frame()
    qtbot.waitUntil(lambda: session.filtering.compares and session.unit.name == "K", timeout=WAIT_MS)
    assert session.measuring.recorded_unit.name == "°C"
    plot = CoursePlot(session)
    qtbot.addWidget(plot)
    plot.resize(400, 300)
    plot.show()
    axis = plot.graph.getPlotItem().getAxis("left")
    qtbot.waitUntil(lambda: axis.labelText.endswith("(°C)"), timeout=WAIT_MS)
    assert plot.note.text() == "of frames as recorded, not filtered"
    session.filtering.off()
    qtbot.waitUntil(lambda: not plot.note.text(), timeout=WAIT_MS)
    assert axis.labelText.endswith("(°C)")


def test_an_alarm_added_while_differences_are_shown_is_of_what_was_recorded(qtbot, show) -> None:  # type: ignore[no-untyped-def]
    session = show("a")
    session.measuring.edit(RegionSet((Rectangle("R1", 0, 0, 4, 4),)), "draw")
    session.filtering.subtract_frame()
    qtbot.waitUntil(lambda: session.filtering.compares and session.unit.name == "K", timeout=WAIT_MS)
    course = session.measuring.courses
    said: list[str] = []
    session.message.connect(said.append)
    panel = AlarmPanel(session)
    qtbot.addWidget(panel)
    panel.add()
    assert "Over time" in said[-1]
    assert not session.measuring.regions.alarms
    plot = CoursePlot(session)
    qtbot.addWidget(plot)
    plot.show()
    qtbot.waitUntil(lambda: course.complete, timeout=WAIT_MS)
    panel.add()
    (alarm,) = session.measuring.regions.alarms
    maxima = FRAMES[:, :4, :4].max(axis=(1, 2))
    assert maxima.min() <= alarm.limit <= maxima.max()
