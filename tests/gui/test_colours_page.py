"""Temperatures from colours in the window: nothing before it is confirmed; remembered, undone, or refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from PIL import Image
from PySide6.QtWidgets import QFileDialog

from thermview.gui.conditions.colours_page import ColoursPage
from thermview.gui.conditions.conditions_panel import ConditionsPanel
from thermview.gui.conditions.residual_layer import ResidualLayer, residual_picture
from thermview.gui.frame.histogram_panel import HistogramPanel
from thermview.gui.frame.read_out import PointerLine
from thermview.gui.frame.scale_bar import ScaleBar
from thermview.gui.session import Session
from thermview.readers.colour_estimate import CAMERA_DATA, EstimatedRecording, RefusedRecording
from thermview.recording import ESTIMATED_TEMPERATURE, INTENSITY
from thermview.review.store import EVERY_RECORDING
from thermview.thermal.display import Display, Isotherm, paint
from thermview.thermal.palettes import palette

CELSIUS = np.add.outer(np.linspace(3, 20, 60), np.linspace(0, 15, 80)).astype(np.float32)


def drawn(name: str, celsius: np.ndarray = CELSIUS) -> np.ndarray:
    return paint(celsius, Display(palette=name), (0.0, 40.0))


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    folder = tmp_path / "capture" / "Pipe-Leak"
    folder.mkdir(parents=True)
    for name, of in (("a", "iron"), ("b", "iron"), ("c", "jet")):
        Image.fromarray(drawn(of)).save(folder / f"{name}.png")
    film = np.stack([drawn("inferno", CELSIUS + warmer) for warmer in (0, 2, 4)])
    np.save(folder / "film.npy", film)
    Image.fromarray(drawn("iron")).save(folder / "own.bmp")
    with (folder / "own.bmp").open("ab") as file:
        file.write(b"T" * 5000)
    return folder.parent


Show = Callable[[str], Session]


@pytest.fixture
def show(qtbot, opened: Session, capture: Path) -> Show:  # type: ignore[no-untyped-def]
    def show_it(name: str) -> Session:
        path = capture / "Pipe-Leak" / name
        opened.select(path)
        qtbot.waitUntil(
            lambda: opened.recording is not None and opened.recording.path == path and opened.opening is None,
            timeout=WAIT_MS,
        )
        if opened.estimating.colours is not None:
            qtbot.waitUntil(lambda: opened.estimating.judged is not None, timeout=WAIT_MS)
        return opened

    return show_it


@pytest.fixture
def panel(qtbot, opened: Session) -> ConditionsPanel:  # type: ignore[no-untyped-def]
    made = ConditionsPanel(opened)
    qtbot.addWidget(made)
    made.resize(340, 600)
    made.show()
    opened.estimating.watch(True)
    return made


@pytest.fixture
def page(panel: ConditionsPanel) -> ColoursPage:
    return panel.colours


def type_ends(page: ColoursPage, low: str = "0", high: str = "40") -> None:
    page.low.setText(low)
    page.high.setText(high)


def test_the_palette_is_guessed_and_nothing_converted_before_it_is_confirmed(
    show: Show, page: ColoursPage
) -> None:
    session = show("a.png")
    assert page.palette_box.currentData() == "iron"
    assert page.palette_box.currentText() == "iron (fits best)"
    assert page.low.text() == page.high.text() == ""
    assert not page.confirm.isEnabled()
    type_ends(page)
    assert page.confirm.isEnabled()
    assert "±" in page.sure.text()
    assert session.recording is not None
    assert session.recording.quantity == INTENSITY
    assert session.undo_stack.count() == 0


def test_confirmed_it_is_labelled_remembered_and_undone(show: Show, page: ColoursPage) -> None:
    session = show("a.png")
    colours, line = session.frame, PointerLine(session)
    type_ends(page)
    page.confirm.click()
    assert isinstance(session.recording, EstimatedRecording)
    assert session.recording.quantity == ESTIMATED_TEMPERATURE
    assert session.has_quantity
    assert session.frame is not None
    np.testing.assert_allclose(session.frame, CELSIUS, atol=0.3)
    line.show_pointer((40, 30))
    assert "±" in line.pointer.text()
    assert "(estimated)" in line.pointer.text()
    assert not page.confirm.isEnabled()
    show("b.png")
    assert session.recording.quantity == INTENSITY
    show("a.png")
    assert session.recording.quantity == ESTIMATED_TEMPERATURE
    assert (page.low.text(), page.high.text()) == ("0", "40")
    session.undo_stack.undo()
    np.testing.assert_array_equal(session.frame, colours)
    assert not session.has_quantity
    session.undo_stack.redo()
    page.reset.click()
    np.testing.assert_array_equal(session.frame, colours)
    line.deleteLater()


def test_applied_to_the_folder_every_picture_is_judged_for_itself(show: Show, page: ColoursPage) -> None:
    session = show("a.png")
    type_ends(page)
    page.confirm.click()
    page.apply.click()
    assert "every picture of this size" in page.scope.text()
    assert isinstance(show("b.png").recording, EstimatedRecording)
    page.reset.click()
    assert session.recording is not None
    assert session.recording.quantity == INTENSITY
    assert isinstance(show("c.png").recording, RefusedRecording)
    assert "those of the palette jet" in page.refusal.text()
    assert not page.confirm.isEnabled()
    place, pictures = session.conditions._place().capture, session.conditions._place().camera  # type: ignore[union-attr]
    assert set(session.store.kept_measuring(place, pictures)) == {EVERY_RECORDING, "Pipe-Leak/b"}


def test_another_palette_is_refused_with_its_reason(qtbot, show: Show, page: ColoursPage) -> None:  # type: ignore[no-untyped-def]
    session = show("a.png")
    type_ends(page)
    row = page.palette_box.findData("jet")
    page.palette_box.setCurrentIndex(row)
    page.palette_box.activated.emit(row)
    qtbot.waitUntil(lambda: session.estimating.judged.palette == "jet", timeout=WAIT_MS)
    assert "those of the palette iron" in page.refusal.text()
    assert page.refusal.isVisible()
    assert not page.confirm.isEnabled()


@pytest.mark.parametrize(
    ("low", "high", "possible"),
    [("0", "40", True), ("−5,5", "40", True), ("40", "0", False), ("x", "40", False), ("0", "", False)],
)
def test_only_ends_of_a_colour_bar_can_be_confirmed(
    show: Show, page: ColoursPage, low: str, high: str, possible: bool
) -> None:
    show("a.png")
    type_ends(page, low, high)
    assert page.confirm.isEnabled() == possible


def test_ends_are_read_in_the_chosen_unit(show: Show, page: ColoursPage) -> None:
    session = show("a.png")
    session.set_temperature_unit("°F")
    page.refresh()
    assert "°F" in page.low.placeholderText()
    type_ends(page, "32", "104")
    assert page.ends() == pytest.approx((0, 40))


def test_an_inspection_range_is_offered_and_not_taken(show: Show, page: ColoursPage) -> None:
    session = show("a.png")
    assert not page.suggest.isVisible()
    session.shown.context = type(session.context)(
        session.context.recording_id, environment={"inspection_low_c": -3.0, "inspection_high_c": 6.0}
    )
    page._asked_for = ()
    page.refresh()
    assert page.low.text() == ""
    assert "−3" in page.suggest.text()
    page.suggest.click()
    assert page.ends() == (-3.0, 6.0)


def test_a_palette_can_be_read_from_a_file(
    qtbot,
    show: Show,
    page: ColoursPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[no-untyped-def]
) -> None:
    session = show("a.png")
    table = tmp_path / "ours.csv"
    np.savetxt(table, palette("iron"), fmt="%d", delimiter=",")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(table), ""))
    page._palette_chosen(page.palette_box.count() - 1)
    qtbot.waitUntil(lambda: session.estimating.judged.palette == "ours", timeout=WAIT_MS)
    assert page.palette_box.currentData() == "ours"
    type_ends(page)
    page.confirm.click()
    assert isinstance(session.recording, EstimatedRecording)
    assert session.recording.scale.colours == palette("iron").tobytes()
    session.estimating.own.clear()
    show("b.png")
    assert isinstance(show("a.png").recording, EstimatedRecording)  # its colours are kept with it


def test_the_residual_map_covers_the_frame_while_wanted(show: Show, page: ColoursPage) -> None:
    session = show("a.png")
    layer = ResidualLayer(session)
    assert layer.note == ""
    page.residual.setChecked(True)
    assert session.estimating.residual is not None
    assert session.estimating.residual.shape == CELSIUS.shape
    assert "residual to iron" in layer.note
    page.residual.setChecked(False)
    assert session.estimating.residual is None
    layer.deleteLater()


def test_foreign_colours_stand_out_in_the_residual_map() -> None:
    picture = residual_picture(np.array([[0.0, 3.0], [6.0, 50.0]], np.float32), 6.0)
    assert picture.pixelColor(0, 0).lightness() == 0
    assert picture.pixelColor(1, 1).hue() not in (-1, 0)


def test_a_picture_with_camera_data_is_never_estimated(show: Show, panel: ConditionsPanel) -> None:
    session = show("own.bmp")
    assert session.estimating.colours is None
    assert panel.empty.isVisible()
    assert panel.empty.words.text().replace("\u200b", "") == CAMERA_DATA


def test_a_film_is_estimated_frame_by_frame(qtbot, show: Show, page: ColoursPage) -> None:  # type: ignore[no-untyped-def]
    session = show("film.npy")
    type_ends(page)
    page.confirm.click()
    assert session.frame is not None
    np.testing.assert_allclose(session.frame, CELSIUS, atol=0.3)
    session.seek(2)
    qtbot.waitUntil(lambda: session.frame_index == 2, timeout=WAIT_MS)
    np.testing.assert_allclose(session.frame, CELSIUS + 4, atol=0.3)


def test_locked_ends_and_isotherms_of_another_quantity_are_given_up(
    qtbot,
    show: Show,
    page: ColoursPage,  # type: ignore[no-untyped-def]
) -> None:
    session = show("a.png")
    bar = ScaleBar(session)
    qtbot.addWidget(bar)
    type_ends(page)
    page.confirm.click()
    session.set_scale_locked(True)
    session.set_display(isotherm=Isotherm("above", low=30))
    page.reset.click()
    page_low, page_high = session.limits
    assert not session.scale.locked
    assert session.display.isotherm == Isotherm()
    assert page_low < page_high


def test_the_histogram_leaves_out_what_is_only_a_bound(qtbot, show: Show, page: ColoursPage) -> None:  # type: ignore[no-untyped-def]
    session = show("a.png")
    histogram = HistogramPanel(session)
    qtbot.addWidget(histogram)
    type_ends(page)
    page.confirm.click()
    assert isinstance(session.recording, EstimatedRecording)
    frame = session.frame.copy()
    frame[:10], frame[-10:] = np.float32(-1e-6), np.float32(40.001)
    session.shown.frame = frame
    histogram.refresh()
    qtbot.waitUntil(lambda: histogram.counted is not None, timeout=WAIT_MS)
    assert histogram.counted.missing == 20 * 80
    assert 0 < histogram.counted.low < histogram.counted.high < 40


def test_a_grey_picture_says_that_it_is_one(show: Show, page: ColoursPage, capture: Path) -> None:
    Image.fromarray(drawn("grey")[..., 0]).save(capture / "Pipe-Leak" / "a.png")
    session = show("a.png")
    assert page.palette_box.currentText() == "grey (a grey picture)"
    type_ends(page)
    page.confirm.click()
    assert isinstance(session.recording, EstimatedRecording)
    assert any("whatever they show" in issue for issue in session.recording.issues)
