"""Two recordings side by side: linked, in step, subtracted, by one scale, and gone again without a trace."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from flir_files import fff_of
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from small_capture_files import COLUMNS, ROWS, laser_frames

from thermview.gui.compare.compare_words import values_words
from thermview.gui.compare.panes import same_place
from thermview.gui.main_window import MainWindow
from thermview.gui.session import Session
from thermview.jobs import Job
from thermview.readers.count_scale import CountScale
from thermview.settings import Settings

SHORT = 100


@pytest.fixture
def window(qtbot, opened: Session) -> MainWindow:  # type: ignore[no-untyped-def]
    made = MainWindow(opened)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def capture(capture: Path) -> Path:
    """Beside the usual batches: a short laser recording, a still one, a larger one, and tables of temperatures."""
    rng = np.random.default_rng(9)
    np.savez_compressed(capture / "Type1" / "0009.npz", image=laser_frames(rng, SHORT))
    np.savez_compressed(
        capture / "Type1" / "0010.npz", image=rng.poisson(2, (60, ROWS, COLUMNS)).astype(np.uint16)
    )
    wide = rng.poisson(2, (20, 2 * ROWS, 2 * COLUMNS)).astype(np.uint16)
    np.savez_compressed(capture / "Type1" / "0011.npz", image=wide)
    np.save(capture / "large.npy", rng.integers(0, 90, (20, 2 * ROWS, 2 * COLUMNS)).astype(np.uint16))
    for name, first in (("warm", 20.0), ("hot", 30.0)):
        values = first + np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) / 10
        text = "\n".join(";".join(f"{value:.2f}" for value in row) for row in values)
        (capture / f"{name}_celsius.csv").write_text(f"Unit;Celsius\n{text}\n", "utf-8")
    return capture


@pytest.fixture
def pair(qtbot, window: MainWindow, capture: Path):  # type: ignore[no-untyped-def]
    """Shows two files of the capture side by side, and gives the session."""

    def show(a: str, b: str) -> Session:
        session = window.session
        session.select(capture / a)
        qtbot.waitUntil(lambda: session.opening is None and session.selected == capture / a, timeout=WAIT_MS)
        session.compared.compare(capture / b)
        beside = session.compared.beside
        qtbot.waitUntil(lambda: beside.opening is None and not beside.waiting, timeout=WAIT_MS)
        return session

    return show


def settle(qtbot, session: Session) -> None:  # type: ignore[no-untyped-def]
    """Wait until what was asked for is on screen, of both."""
    qtbot.waitUntil(
        lambda: session.frame_index == session.wished_index and not session.compared.behind, timeout=WAIT_MS
    )


def frame(path: Path, index: int) -> np.ndarray:
    with np.load(path) as archive:
        return archive["image"][index]


# -- in step ---------------------------------------------------------------------------------------


def test_b_follows_a_and_the_difference_is_theirs(qtbot, window: MainWindow, pair, capture: Path) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0002.npz")
    compared = session.compared
    compared.show("all")
    session.seek(37)
    settle(qtbot, session)
    a, b = (frame(capture / "Type1" / f"000{n}.npz", 37) for n in (1, 2))
    assert compared.beside.frame_index == 37
    np.testing.assert_array_equal(compared.beside.frame, b)
    np.testing.assert_array_equal(compared.subtracted.frame, a.astype(int) - b.astype(int))
    low, high = compared.subtracted.limits
    assert low == -high
    assert compared.subtracted.unit.name == "ΔDN"
    assert window.panes.a.title.name.text() == "Type1 / 0001"
    assert window.panes.b.title.name.text() == "Type1 / 0002"
    assert window.panes.b.title.place.text().startswith("frame 38   0.037\u2009s")
    assert window.panes.difference.title.place.text() == "38 \u2212 38"


def test_nothing_of_either_passes_unseen_in_play(qtbot, pair, capture: Path) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0002.npz")
    beside = session.compared.beside
    covered: set[int] = set()
    apart: list[int] = []

    def note() -> None:
        covered.update(range(beside.frame_index - beside.held_frames + 1, beside.frame_index + 1))
        apart.append(beside.frame_index - session.frame_index)

    beside.frame_changed.connect(note)
    covered.add(0)
    session.playback.set_loop(False)
    session.playback.set_speed(2000)
    session.playback.play()
    qtbot.waitUntil(lambda: not session.playback.playing, timeout=WAIT_MS)
    settle(qtbot, session)
    assert covered == set(range(400))
    assert set(apart) == {0}
    qtbot.waitUntil(lambda: session.held_frames == 1 == beside.held_frames, timeout=WAIT_MS)
    np.testing.assert_array_equal(beside.frame, frame(capture / "Type1" / "0002.npz", 399))


def test_play_waits_for_a_slow_b(qtbot, pair, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0002.npz")
    beside = session.compared.beside
    kept: list[object] = []
    monkeypatch.setattr(beside.loader, "request", kept.append)
    session.playback.set_every_frame(True)
    session.playback.play()
    qtbot.waitUntil(lambda: session.frame_index == 1, timeout=WAIT_MS)
    session.playback._tick()
    session.playback._tick()
    assert session.compared.behind
    assert session.wished_index == 1
    assert len(kept) == 1
    beside._frame_loaded(kept[0], frame(beside.recording.path, 1))
    session.playback._tick()
    assert session.wished_index == 2
    session.playback.pause()


def test_the_shorter_one_ends_and_says_so(qtbot, window: MainWindow, pair) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0009.npz")
    session.seek(250)
    settle(qtbot, session)
    assert session.compared.beside.frame_index == SHORT - 1
    assert window.compare_line.state.text().startswith("B has ended: its last frame stays (100 frames, 0.099")
    session.compared.swap()
    qtbot.waitUntil(
        lambda: session.recording is not None and session.recording.name == "0009", timeout=WAIT_MS
    )
    qtbot.waitUntil(lambda: session.compared.beside.recording_id.endswith("0001"), timeout=WAIT_MS)
    settle(qtbot, session)
    assert (session.frame_index, session.compared.beside.frame_index) == (99, 99)
    assert window.compare_line.state.text() == "A ends here; B goes on for 300 frames."


# -- linking ---------------------------------------------------------------------------------------


def test_aligned_frames_stay_together_and_swapping_turns_the_offset(qtbot, window: MainWindow, pair) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0002.npz")
    compared = session.compared
    compared.links.by("frame")
    session.seek(50)
    settle(qtbot, session)
    compared.links.by(None)
    compared.links.step_b(7)
    settle(qtbot, session)
    session.seek(52)
    settle(qtbot, session)
    assert compared.beside.frame_index == 57
    assert window.compare_line.state.text() == "not linked: each stays where it is"
    compared.links.align_here()
    assert window.compare_bar.offset.text() == "B +5 frames"
    session.seek(100)
    settle(qtbot, session)
    assert compared.beside.frame_index == 105
    compared.links.step_b(-2)
    settle(qtbot, session)
    assert (compared.beside.frame_index, window.compare_bar.offset.text()) == (103, "B +3 frames")
    window.panes.slider.setValue(200)
    settle(qtbot, session)
    assert (compared.beside.frame_index, session.frame_index) == (200, 100)
    compared.swap()
    qtbot.waitUntil(
        lambda: session.recording is not None and session.recording.name == "0002", timeout=WAIT_MS
    )
    qtbot.waitUntil(lambda: compared.beside.recording_id == "Type1/0001", timeout=WAIT_MS)
    settle(qtbot, session)
    assert (session.frame_index, compared.beside.frame_index) == (200, 100)
    assert window.compare_bar.offset.text() == "B \u2212100 frames"


def test_by_phase_both_spots_are_at_the_same_place_of_their_path(qtbot, window: MainWindow, pair) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0009.npz")
    compared = session.compared
    compared.links.by("phase")
    qtbot.waitUntil(
        lambda: compared.links.link is not None and compared.links.link.kind == "phase", timeout=WAIT_MS
    )
    session.seek(40)
    settle(qtbot, session)
    compared.links.step_b(2)
    settle(qtbot, session)
    assert window.compare_bar.offset.text() == "B +2 cycles"
    assert compared.beside.frame_index == pytest.approx(40 + 2 * 9.87, abs=1)
    places = [
        np.unravel_index(int(np.argmax(shown)), shown.shape)
        for shown in (session.frame, compared.beside.frame)
    ]
    assert np.hypot(*np.subtract(*places)) <= 2.5
    compared.links.align_here()
    assert compared.links.link is not None
    assert compared.links.link.offset == 2


def test_a_search_for_cycles_that_was_stopped_is_said_and_can_be_asked_for_anew(
    qtbot, window: MainWindow, pair, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0002.npz")
    links = session.compared.links
    held: list[Job] = []
    monkeypatch.setattr(session, "submit", lambda worker, job, *handlers, **how: held.append(job))
    links.by("phase")
    assert links.link is None
    assert window.compare_line.state.text().startswith("looking for the cycles")
    mine = next(job for job in held if job.name.endswith("of B"))
    mine.cancel()
    links.cycles._ended(mine)
    assert links.link is not None
    assert links.link.kind == "frame"
    assert "not looked for to the end" in window.compare_line.state.text()
    monkeypatch.undo()
    session.tracked._job = None
    links.by("phase")
    qtbot.waitUntil(lambda: links.link is not None and links.link.kind == "phase", timeout=WAIT_MS)


def test_what_cannot_be_linked_so_is_linked_by_frame_and_says_why(qtbot, window: MainWindow, pair) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0010.npz")
    compared = session.compared
    compared.links.by("phase")
    qtbot.waitUntil(
        lambda: compared.links.link is not None and not compared.links.cycles.looking, timeout=WAIT_MS
    )
    assert compared.links.link.kind == "frame"
    assert "does not repeat in B" in window.compare_line.state.text()
    pair("Type1/0001.npz", "large.npy")
    assert compared.links.why_not("time") == "B has no clock."
    assert compared.links.why_not("phase") == "B is no laser recording: it has no cycle."
    window.compare_bar.refresh()
    items = [window.compare_bar.link.model().item(at) for at in range(3)]
    assert [item.isEnabled() for item in items] == [True, False, False]
    assert "B has no clock." in items[1].toolTip()
    compared.links.by("frame")
    compared.links.next()
    assert compared.links.link is not None
    assert compared.links.link.kind == "frame"


def test_another_a_keeps_b_and_forgets_the_offset(qtbot, pair, capture: Path) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0002.npz")
    session.compared.links.step_b(5)
    session.browsing.go(2)
    qtbot.waitUntil(lambda: session.recording.name == "0003", timeout=WAIT_MS)
    settle(qtbot, session)
    assert session.compared.on
    assert session.compared.beside.selected == capture / "Type1" / "0002.npz"
    assert session.compared.links.link is not None
    assert session.compared.links.link.offset == 0
    assert session.compared.beside.frame_index == session.frame_index


# -- colours and values ----------------------------------------------------------------------------


def test_one_scale_holds_for_both_where_they_show_the_same_kind(qtbot, window: MainWindow, pair) -> None:  # type: ignore[no-untyped-def]
    session = pair("warm_celsius.csv", "hot_celsius.csv")
    beside = session.compared.beside
    alone = (float(session.frame.min()), float(session.frame.max()))
    assert session.limits == beside.limits == (alone[0], pytest.approx(float(beside.frame.max())))
    assert session.scale.text == "min-max, of A and B"
    assert not window.panes.b_bar.isVisible()
    beside.set_display(scale_mode="manual", low=10.0, high=60.0)
    assert session.limits == (10.0, 60.0)
    session.set_display(scale_mode="min-max")
    session.compared.set_shared(False)
    assert session.limits == alone
    assert beside.limits[0] == pytest.approx(30.0)
    assert window.panes.b_bar.isVisible()
    beside.set_display(scale_mode="manual", low=0.0, high=99.0)
    assert (session.limits, beside.limits) == (alone, (0.0, 99.0))
    session.set_display(palette="iron")
    assert beside.display.palette == "iron"


def test_differences_are_kelvins_and_both_values_are_read_out(qtbot, window: MainWindow, pair) -> None:  # type: ignore[no-untyped-def]
    session = pair("warm_celsius.csv", "hot_celsius.csv")
    session.compared.show("difference")
    assert session.compared.subtracted.unit.name == "K"
    np.testing.assert_allclose(session.compared.subtracted.frame, -10, atol=1e-4)
    window.panes.a.view.pointer_moved.emit((3, 2))
    text = window.compare_line.values.text()
    assert text == "3, 2   A 23.50\u2009°C   B 33.50\u2009°C   A \u2212 B \u221210.00\u2009K"
    session.set_temperature_unit("K")
    assert (
        "A 296.65\u2009K   B 306.65\u2009K   A \u2212 B \u221210.00\u2009K"
        in window.compare_line.values.text()
    )
    window.panes.a.view.pointer_moved.emit(None)
    assert "Point at" in window.compare_line.values.text()


def test_where_a_difference_makes_no_sense_it_is_refused_with_the_reason(
    qtbot, window: MainWindow, pair
) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0011.npz")
    compared = session.compared
    compared.show("all")
    assert compared.subtracted.frame is None
    assert compared.subtracted.problem == "No difference: A has 16 \u00d7 12 pixels, B 32 \u00d7 24."
    assert compared.beside.shares
    pair("warm_celsius.csv", "Type1/0001.npz")
    assert compared.subtracted.problem.startswith(
        "No difference: A shows apparent temperature (°C), B count difference"
    )
    assert not compared.beside.shares
    assert window.compare_line.state.text() == "Each by its own scale: A in °C, B in ΔDN."
    assert not window.compare_bar.shared.isEnabled()
    assert values_words(session, compared, {"A": (1, 1), "B": (1, 1)}).count("A") == 1
    pictures = sorted(p for p in session.browsing.index.paths() if p.endswith(".png"))
    pair("warm_celsius.csv", pictures[0])
    assert compared.subtracted.problem == "No difference: B holds colours, not measured values."


def test_b_is_seen_through_the_same_filters(qtbot, window: MainWindow, pair, capture: Path) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0002.npz")
    session.filtering.set(hold="maximum", frames=4)
    session.seek(20)
    settle(qtbot, session)
    wanted = np.max([frame(capture / "Type1" / "0002.npz", index) for index in range(17, 21)], axis=0)
    qtbot.waitUntil(lambda: np.array_equal(session.compared.beside.frame, wanted), timeout=WAIT_MS)
    assert "last 4 frames" in session.compared.beside.filtering.filters.words()
    assert "is held" not in window.compare_line.state.text()
    session.filtering.hold_since_here()
    qtbot.waitUntil(lambda: "since its frame 21" in window.compare_line.state.text(), timeout=WAIT_MS)
    assert "B over its last 4 frames" in window.compare_line.state.text()


def test_conditions_of_the_camera_hold_for_b_too(qtbot, window: MainWindow, pair, capture: Path) -> None:  # type: ignore[no-untyped-def]
    for name in ("a", "b"):
        (capture / f"{name}.fff").write_bytes(fff_of())
    session = pair("a.fff", "b.fff")
    session.compared.show("all")
    beside, before = session.compared.beside, session.compared.beside.frame
    session.conditions.change("emissivity", 0.6)
    settle(qtbot, session)
    np.testing.assert_array_equal(beside.frame, before)
    assert np.abs(session.compared.subtracted.frame).min() > 0
    session.conditions.apply_to_camera()
    qtbot.waitUntil(lambda: np.array_equal(beside.frame, session.frame), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not session.compared.subtracted.frame.any(), timeout=WAIT_MS)


def test_a_scale_stated_for_counts_holds_for_b_too(qtbot, pair, capture: Path) -> None:  # type: ignore[no-untyped-def]
    counts = np.arange(20_000, 20_192, dtype=np.float32).reshape(1, 12, 16)
    for name in ("a", "b"):
        np.save(capture / f"{name}.npy", counts)
    session = pair("a.npy", "b.npy")
    session.compared.show("difference")
    assert session.compared.alike
    session.conditions.state_scale(CountScale(0.04, -273.15))
    beside = session.compared.beside
    qtbot.waitUntil(lambda: session.compared.subtracted.unit.name == "K", timeout=WAIT_MS)
    np.testing.assert_allclose(beside.frame, counts[0] * 0.04 - 273.15, atol=0.01)
    session.undo_stack.undo()
    qtbot.waitUntil(lambda: np.array_equal(beside.frame, counts[0]), timeout=WAIT_MS)


# -- as one ----------------------------------------------------------------------------------------


def test_zoom_and_pointer_are_shared_also_by_frames_of_another_size(window: MainWindow, pair) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "large.npy")
    a, b = window.panes.a.view, window.panes.b.view
    a.zoom(3.0)
    assert b.view.scale == pytest.approx(a.view.scale / 2)
    assert b.view.centre == pytest.approx((2 * a.view.centre[0], 2 * a.view.centre[1]))
    b.turn(1)
    assert a.view.quarter_turns == 1
    a.fit()
    assert b.view.scale is None
    a.pointer_moved.emit((3, 2))
    assert window.panes._marks["B"]._pixel == (7, 5)
    assert window.panes._marks["A"]._pixel is None
    text = window.compare_line.values.text()
    assert "at 3, 2" in text
    assert "at 7, 5" in text
    assert "A \u2212 B" not in text
    session.compared.close()
    assert window.panes._marks["B"]._pixel is None


@pytest.mark.parametrize("size", [(16, 12), (32, 24), (7, 5), (1, 1)])
def test_the_same_place_is_inside_and_the_middle_of_its_part(size: tuple[int, int]) -> None:
    for column in range(16):
        place = same_place((column, 3), (16, 12), size)
        assert place is not None
        assert 0 <= place[0] < size[0]
        assert place[0] <= (column + 0.5) / 16 * size[0] < place[0] + 1
    assert same_place((3, 3), (16, 12), (0, 0)) is None


# -- coming and going ------------------------------------------------------------------------------


def widths_in_sight(window: MainWindow) -> dict[str, int]:
    """Of the docks that can be seen: one behind another's tab is laid out when it comes to the front."""
    return {name: dock.width() for name, dock in window.docks.items() if not dock.visibleRegion().isEmpty()}


def test_closing_gives_everything_back(qtbot, window: MainWindow, shown: Session, capture: Path) -> None:  # type: ignore[no-untyped-def]
    session = shown
    before = (session.limits, session.scale.text, window.frame_view.width(), window.scale_bar.geometry())
    docks = widths_in_sight(window)
    window.action("compare_previous").trigger()
    assert not session.compared.on  # it is the first of its folder
    session.compared.compare(capture / "Type1" / "0003.npz")
    qtbot.waitUntil(lambda: session.compared.beside.recording is not None, timeout=WAIT_MS)
    session.compared.show("all")
    qtbot.waitUntil(lambda: window.panes.difference.view.width() > 100, timeout=WAIT_MS)
    assert not window.title_line.isVisible()
    assert window.panes.a.head.isVisible()
    recording = session.compared.beside.recording
    assert widths_in_sight(window) == docks
    qtbot.waitUntil(window.action("compare_close").isEnabled, timeout=WAIT_MS)  # actions follow in a moment
    window.action("compare_close").trigger()
    assert session.compared.beside.recording is None
    assert window.title_line.isVisible()
    for widget in (
        window.panes.b,
        window.panes.difference,
        window.panes.a.head,
        window.compare_bar,
        window.compare_line,
    ):
        assert not widget.isVisible()
    qtbot.waitUntil(lambda: window.frame_view.width() == before[2], timeout=WAIT_MS)
    assert (session.limits, session.scale.text) == before[:2]
    assert window.scale_bar.geometry() == before[3]
    assert recording is not None
    assert session.recording is not None
    assert session.compared.beside.frame is None


def test_both_can_be_copied_as_one_picture(qtbot, window: MainWindow, pair) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0002.npz")
    session.compared.show("all")
    qtbot.waitUntil(lambda: window.panes.difference.view.width() > 100, timeout=WAIT_MS)
    window.copy_picture()
    copied = QGuiApplication.clipboard().pixmap()
    assert copied.width() == pytest.approx(window.panes.area().width())
    assert copied.width() > window.panes.a.width() + window.panes.b.width() + window.panes.difference.width()


def test_a_file_that_cannot_be_read_says_so_in_its_place(qtbot, window: MainWindow, pair) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/broken.npz")
    beside = session.compared.beside
    assert "broken.npz" in beside.problem
    assert window.compare_line.state.text().startswith("B cannot be shown.")
    assert session.frame is not None
    session.seek(3)
    settle(qtbot, session)
    assert session.frame_index == 3
    assert "nothing" not in session.compared.why_no_swap
    assert session.compared.why_no_swap
    session.compared.swap()  # refused, with a message
    assert session.recording is not None
    assert session.recording.name == "0001"
    pair("Type1/0001.npz", "Type1/0002.npz")
    assert beside.problem == ""


def test_an_a_that_fails_leaves_b_and_another_capture_ends_the_comparison(qtbot, pair, capture: Path) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0002.npz")
    session.compared.show("all")
    session.select(capture / "Type1" / "broken.npz")
    qtbot.waitUntil(lambda: bool(session.problem), timeout=WAIT_MS)
    assert session.compared.on
    assert session.compared.subtracted.frame is None
    session.select(capture / "Type1" / "0003.npz")
    qtbot.waitUntil(lambda: session.recording is not None, timeout=WAIT_MS)
    settle(qtbot, session)
    assert session.compared.subtracted.frame is not None
    session.open_capture(capture / "Type10")
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    assert not session.compared.on


def test_keys_compare_with_neighbours_and_a_second_press_ends_it(
    qtbot, window: MainWindow, capture: Path
) -> None:  # type: ignore[no-untyped-def]
    session = window.session
    for name in ("0001", "0003"):
        path = capture / "Type1" / f"{name}.npz"
        session.select(path)
        qtbot.waitUntil(lambda: session.opening is None, timeout=WAIT_MS)
        assert session.selected == path
    for key, wanted in (("compare_previous", "0002"), ("compare_before", "0001")):
        window._refresh()
        window.action(key).trigger()
        assert session.compared.beside.selected == capture / "Type1" / f"{wanted}.npz"
        qtbot.waitUntil(lambda: session.compared.beside.recording is not None, timeout=WAIT_MS)
        window.action(key).trigger()
        assert not session.compared.on


def test_the_list_offers_to_compare_and_a_right_click_shows_nothing_else(
    qtbot, window: MainWindow, capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    session, tree = window.session, window.tree
    session.select(capture / "Type1" / "0001.npz")
    qtbot.waitUntil(lambda: session.recording is not None, timeout=WAIT_MS)
    other = tree.model.index_of("Type1/0002.npz")
    at = tree.tree.visualRect(other).center()
    QTest.mouseClick(tree.tree.viewport(), Qt.MouseButton.RightButton, pos=at)
    assert session.opening is None
    assert session.compared.pointed == capture / "Type1" / "0002.npz"
    window._refresh()
    window.action("compare_pointed").trigger()
    assert session.compared.beside.selected == capture / "Type1" / "0002.npz"
    third = tree.tree.visualRect(tree.model.index_of("Type1/0003.npz")).center()
    QTest.mouseClick(
        tree.tree.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, third
    )
    assert session.compared.beside.selected == capture / "Type1" / "0003.npz"
    assert session.recording.name == "0001"
    session.compared.close()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(capture / "large.npy"), ""))
    window.ask.compare_with()
    qtbot.waitUntil(lambda: session.compared.beside.recording is not None, timeout=WAIT_MS)
    assert session.compared.beside.recording_id == "large"


def test_a_recording_of_another_folder_can_stand_beside_but_not_be_swapped(
    qtbot, pair, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    np.savez_compressed(tmp_path / "golden.npz", image=laser_frames(np.random.default_rng(1), 50))
    session = pair("Type1/0001.npz", str(tmp_path / "golden.npz"))
    assert session.compared.beside.recording_id == "golden"
    assert "outside of the open folder" in session.compared.why_no_swap


def test_what_was_chosen_is_kept(pair, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0002.npz")
    session.compared.show("difference")
    session.compared.links.by("frame")
    session.compared.set_shared(False)
    kept = Settings(tmp_path / "settings.json")["compare"]
    assert kept == {"views": "difference", "link": "frame", "shared": False}
    other = Session(Settings(tmp_path / "settings.json"), session.store)
    assert (other.compared.views, other.compared.links.kind, other.compared.wants_shared) == (
        "difference",
        "frame",
        False,
    )
    other.close()


def test_the_same_file_twice_can_be_swapped(qtbot, pair) -> None:  # type: ignore[no-untyped-def]
    session = pair("Type1/0001.npz", "Type1/0001.npz")
    session.seek(30)
    settle(qtbot, session)
    session.compared.links.step_b(4)
    settle(qtbot, session)
    session.compared.swap()
    settle(qtbot, session)
    assert (session.frame_index, session.compared.beside.frame_index) == (34, 30)


def test_the_pointer_over_a_real_place_reads_both(qtbot, window: MainWindow, pair) -> None:  # type: ignore[no-untyped-def]
    pair("Type1/0001.npz", "Type1/0002.npz")
    view = window.panes.b.view
    qtbot.waitUntil(lambda: view.frame_rectangle().width() > 50, timeout=WAIT_MS)
    middle: QPointF = view.frame_rectangle().center()
    QTest.mouseMove(view, QPoint(round(middle.x()), round(middle.y())))
    qtbot.waitUntil(lambda: "A \u2212 B" in window.compare_line.values.text(), timeout=WAIT_MS)
