"""The pages of a diagnosis in the window: how one gets there, and where every click leads."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from diagnosed_set import made_diagnosis, made_steps, write_set
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from small_capture_files import write_picture

from thermview.diagnosis.diagnose import diagnose
from thermview.errors import ModelError
from thermview.gui.diagnosis.diagnosis_view import PAGES
from thermview.gui.diagnosis.picture_grid import PictureGrid, fill_picture_menu
from thermview.gui.diagnosis.tasks import diagnosis_steps
from thermview.gui.main_window import MainWindow
from thermview.gui.session import Session
from thermview.jobs import Progress
from thermview.review.store import ReviewStore
from thermview.settings import Settings


@pytest.fixture(scope="module")
def made():
    return made_diagnosis()


@pytest.fixture(scope="module")
def picture_set(tmp_path_factory: pytest.TempPathFactory, made) -> Path:
    folder = tmp_path_factory.mktemp("pictures") / "set"
    write_set(folder, made)
    return folder


@pytest.fixture
def window(qtbot, session, picture_set, made):
    session.diagnosing.steps_of = made_steps(made)
    session.open_capture(picture_set)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    return window


@pytest.fixture
def diagnosed(qtbot, window):
    """The window with the diagnosis done and its overview shown."""
    window.diagnose()
    finish(qtbot, window)
    return window


def finish(qtbot, window):
    qtbot.waitUntil(lambda: window.session.diagnosing.job is None, timeout=WAIT_MS)


def page(qtbot, window, name):
    """A page at the front, filled."""
    window.diagnosis.show_page(name)
    found = window.diagnosis.pages[name]
    qtbot.waitUntil(lambda: found._shown is window.session.diagnosing.prepared, timeout=WAIT_MS)
    for _ in range(3):  # layouts within layouts settle one after another
        QApplication.processEvents()
    return found


def click(qtbot, widget, place: QPointF):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(round(place.x()), round(place.y())))


def opened(qtbot, window, row):
    """Waits for a table row's picture in the viewer."""
    session = window.session
    wanted = session.capture / session.diagnosing.prepared.table.paths[row]
    qtbot.waitUntil(
        lambda: session.recording is not None and session.recording.path == wanted, timeout=WAIT_MS
    )
    assert window.pages.currentIndex() == 1
    assert not session.diagnosing.open


def chosen_rows(window):
    chosen = window.session.diagnosing.chosen
    return [] if chosen is None else chosen.rows.tolist()


# -- getting there ---------------------------------------------------------------------------------


def test_the_key_shows_what_will_happen_and_goes_back(qtbot, window):
    window.action("diagnosis").trigger()
    assert window.pages.currentWidget() is window.diagnosis
    begin = window.diagnosis.begin
    assert "fit to train on" in begin.title.text()
    assert "759 recordings" in begin.estimate.text()
    assert "about" in begin.estimate.text()
    assert begin.button.isEnabled()
    window.action("diagnosis").trigger()
    assert window.pages.currentIndex() == 1


def test_a_run_says_how_far_it_is_and_can_be_stopped_and_gone_on_with(qtbot, window, made):
    go_on = threading.Event()

    def steps_of(capture, model):
        def steps():
            for done in range(1, 1000):
                yield Progress(done, 1000, None, "pictures")
                go_on.wait(0.02)

        return steps

    diagnosing = window.session.diagnosing
    diagnosing.steps_of = steps_of
    window.diagnose()
    begin = window.diagnosis.begin
    qtbot.waitUntil(lambda: "pictures/s" in begin.figures.text(), timeout=WAIT_MS)
    assert "left" in begin.figures.text()
    qtbot.mouseClick(begin.button, Qt.MouseButton.LeftButton)
    go_on.set()
    finish(qtbot, window)
    assert begin.button.text() == "Go on"
    assert "Stopped" in begin.estimate.text()
    diagnosing.steps_of = made_steps(made)
    qtbot.mouseClick(begin.button, Qt.MouseButton.LeftButton)
    finish(qtbot, window)
    assert diagnosing.diagnosis is not None


def test_what_fails_is_said_where_one_looks(qtbot, window):
    def steps_of(capture, model):
        def steps():
            raise ModelError("small.onnx: this model is no embedding.")
            yield

        return steps

    window.session.diagnosing.steps_of = steps_of
    window.diagnose()
    finish(qtbot, window)
    assert "no embedding" in window.diagnosis.begin.problem.text()
    assert not window.diagnosis.begin.problem.isHidden()


def test_a_partial_result_is_shown_while_the_rest_runs(qtbot, window, made):
    go_on = threading.Event()

    def steps_of(capture, model):
        def steps():
            yield Progress(1, 3, made, "pictures")
            while not go_on.wait(0.02):
                yield Progress(2, 3, None, "pictures")
            yield Progress(3, 3, made, "pictures")

        return steps

    window.session.diagnosing.steps_of = steps_of
    window.diagnose()
    qtbot.waitUntil(lambda: window.session.diagnosing.prepared is not None, timeout=WAIT_MS)
    assert window.session.diagnosing.job is not None
    qtbot.waitUntil(lambda: window.diagnosis.line.text().startswith("So far"), timeout=WAIT_MS)
    assert window.diagnosis.again.text() == "Stop"
    go_on.set()
    finish(qtbot, window)
    assert "diagnosed in" in window.diagnosis.line.text()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_page_can_be_looked_at_in_both_themes(qtbot, diagnosed, theme):
    diagnosed.set_theme(theme)
    for name in PAGES:
        page(qtbot, diagnosed, name)
        assert not diagnosed.grab().isNull()


def test_a_folder_without_pictures_says_so(qtbot, window, tmp_path):
    (tmp_path / "empty").mkdir()
    window.session.open_capture(tmp_path / "empty")
    window.session.diagnosing.steps_of = lambda capture, model: lambda: diagnose(capture, None)
    qtbot.waitUntil(lambda: not window.session.browsing.scanning, timeout=WAIT_MS)
    window.diagnose()
    finish(qtbot, window)
    assert window.session.diagnosing.diagnosis is not None
    assert window.diagnosis.begin.isVisible()
    assert "No picture was found" in window.diagnosis.begin.problem.text()


def test_pictures_without_classes_names_and_lenses_have_their_pages(qtbot, window, tmp_path):
    rng = np.random.default_rng(1)
    for number in range(3):
        write_picture(tmp_path / "flat" / f"a{number}.png", rng)
    (tmp_path / "flat" / "broken.png").write_bytes(b"no picture")
    window.session.open_capture(tmp_path / "flat")
    window.session.diagnosing.steps_of = lambda capture, model: lambda: diagnose(capture, None)
    qtbot.waitUntil(lambda: not window.session.browsing.scanning, timeout=WAIT_MS)
    window.diagnose()
    finish(qtbot, window)
    for name in PAGES:
        page(qtbot, window, name)
    assert not window.diagnosis.pages["Map"].nothing.isHidden()
    assert "no densities" in window.diagnosis.pages["Density"].nothing.text()
    assert "say nothing of object" in window.diagnosis.pages["Suspects"]._contamination_heading.words.text()
    fixes = fixed(qtbot, window)
    assert len(fixes.excludes.rows) == 1


def test_a_chosen_model_that_is_gone_is_said_and_the_files_are_diagnosed(qtbot, window, tmp_path):
    window.session.picture_model.choose(tmp_path / "gone.onnx")
    window.session.diagnosing.steps_of = diagnosis_steps
    window.diagnose()
    finish(qtbot, window)
    missing = page(qtbot, window, "Overview").missing
    assert missing.isVisible()
    assert missing.text().replace("\u200b", "").startswith("gone.onnx: the model cannot be read")
    assert "L1 alone" in page(qtbot, window, "Density").nothing.text()
    assert "L1 alone" in page(qtbot, window, "Map").nothing.text()
    assert "not tested" in page(qtbot, window, "Distance")._splits_heading.words.text()
    assert window.action("shipped_picture_model").isEnabled()


def test_another_capture_forgets_the_diagnosis(qtbot, diagnosed, tmp_path):
    (tmp_path / "other").mkdir()
    diagnosed.session.open_capture(tmp_path / "other")
    assert diagnosed.session.diagnosing.prepared is None
    assert diagnosed.session.densities is None
    qtbot.waitUntil(lambda: not diagnosed.session.browsing.scanning, timeout=WAIT_MS)
    assert "no pictures" in diagnosed.diagnosis.begin.estimate.text()


# -- pictures, list, flags -------------------------------------------------------------------------


def test_a_click_on_evidence_opens_the_picture_and_one_key_goes_back(qtbot, diagnosed, made):
    overview = page(qtbot, diagnosed, "Overview")
    grid = overview.cards[0].findChild(PictureGrid)
    row, area = grid.cells()[1]
    assert row == made.contamination[0].rows[1]
    click(qtbot, grid, area.center())
    opened(qtbot, diagnosed, row)
    diagnosed.action("diagnosis").trigger()
    assert diagnosed.pages.currentWidget() is diagnosed.diagnosis
    assert diagnosed.diagnosis.tabs.currentWidget() is overview


def test_the_tree_leads_to_the_viewer_too(qtbot, diagnosed, made):
    diagnosed.session.select(diagnosed.session.capture / made.table.paths[30])
    opened(qtbot, diagnosed, 30)


def test_a_finding_becomes_a_filter_of_the_list_that_is_kept(qtbot, diagnosed, made, tmp_path):
    session, suspects = diagnosed.session, made.contamination[0]
    qtbot.mouseClick(page(qtbot, diagnosed, "Overview").cards[0].select, Qt.MouseButton.LeftButton)
    assert chosen_rows(diagnosed) == suspects.rows.tolist()
    bar = diagnosed.diagnosis.selection
    assert bar.isVisible()
    assert bar.words.text().startswith("9 pictures")
    qtbot.mouseClick(bar.buttons["Filter"], Qt.MouseButton.LeftButton)
    paths = {made.table.paths[row] for row in suspects.rows}
    qtbot.waitUntil(lambda: set(session.browsing.matches or ()) == paths, timeout=WAIT_MS)
    assert session.browsing.filter_text == "selection:contamination"
    assert diagnosed.tree.filter_box.text() == session.browsing.filter_text
    later = Session(Settings(tmp_path / "later.json"), ReviewStore(tmp_path / "review.sqlite"))
    later.open_capture(session.capture)
    qtbot.waitUntil(lambda: not later.browsing.scanning, timeout=WAIT_MS)
    later.browsing.set_filter("selection:contamination class:person")
    qtbot.waitUntil(lambda: set(later.browsing.matches or ()) == paths, timeout=WAIT_MS)
    later.close()


def test_browsing_a_selection_goes_through_it_alone(qtbot, diagnosed, made):
    session, rows = diagnosed.session, made.contamination[0].rows
    session.diagnosing.choose(rows, "suspects")
    qtbot.mouseClick(diagnosed.diagnosis.selection.buttons["Browse"], Qt.MouseButton.LeftButton)
    opened(qtbot, diagnosed, rows[0])
    qtbot.waitUntil(lambda: len(session.browsing.matches or ()) == len(rows), timeout=WAIT_MS)
    diagnosed.action("next_frame").trigger()
    paths = {session.capture / made.table.paths[row] for row in rows}
    qtbot.waitUntil(lambda: session.recording.path in paths - {session.capture / made.table.paths[rows[0]]},
                    timeout=WAIT_MS)  # fmt: skip


def test_a_selection_is_flagged_in_one_step_and_unflagged_in_one(qtbot, diagnosed, made):
    session, rows = diagnosed.session, made.contamination[0].rows
    session.diagnosing.choose(rows, "suspects")
    qtbot.mouseClick(diagnosed.diagnosis.selection.buttons["Flag"], Qt.MouseButton.LeftButton)
    flags = session.store.flags(session.capture)
    assert {flag.recording for flag in flags} == {made.table.paths[row].rpartition(".")[0] for row in rows}
    assert {flag.reason for flag in flags} == {"suspects"}
    session.undo_stack.undo()
    assert session.store.flags(session.capture) == []
    session.undo_stack.redo()
    assert len(session.store.flags(session.capture)) == len(rows)


def test_very_many_are_not_flagged_at_once(qtbot, diagnosed, monkeypatch):
    monkeypatch.setattr("thermview.gui.diagnosis.diagnosing.FLAGGED_AT_ONCE", 5)
    said = []
    diagnosed.session.message.connect(said.append)
    diagnosed.session.diagnosing.choose(np.arange(6), "all")
    diagnosed.session.diagnosing.flag_chosen()
    assert "At most 5 pictures" in said[-1]
    assert diagnosed.session.store.flags(diagnosed.session.capture) == []


def test_the_density_dock_shows_the_picture_through_both_lenses(qtbot, diagnosed, made):
    row = int(made.generic.rows[50])
    diagnosed.session.diagnosing.show_picture(row)
    opened(qtbot, diagnosed, row)
    plot = diagnosed.density_plot
    qtbot.waitUntil(lambda: "percentile" in plot.lenses.text(), timeout=WAIT_MS)
    prepared = diagnosed.session.diagnosing.prepared
    for lens in made.lenses:
        assert f"{lens.name} " in plot.lenses.text()
        assert f"percentile {prepared.percentile(lens, row):.0f}" in plot.lenses.text()
    assert [plot.kind.itemData(n) for n in range(plot.kind.count())] == [
        ("L2", False), ("L2", True), ("L3", False), ("L3", True),
    ]  # fmt: skip
    plot.kind.setCurrentIndex(2)
    assert plot.large._mark == pytest.approx(prepared.density(made.domain, row), rel=1e-3)


# -- page by page ----------------------------------------------------------------------------------


def test_tiles_lead_to_their_pages(qtbot, diagnosed):
    overview = page(qtbot, diagnosed, "Overview")
    tiles = [overview._tiles.itemAt(n).widget() for n in range(overview._tiles.count())]
    assert len(tiles) == 6
    qtbot.mouseClick(tiles[0], Qt.MouseButton.LeftButton)
    assert diagnosed.diagnosis.tabs.currentWidget() is diagnosed.diagnosis.pages["Classes"]


def test_lines_on_files_pick_their_pictures_out(qtbot, diagnosed, made):
    overview = page(qtbot, diagnosed, "Overview")
    lines = {row.what: n for n, row in enumerate(overview._file_rows)}
    overview.files.row_clicked.emit(lines["exact copies"])
    assert chosen_rows(diagnosed) == [0, 1]
    overview.files.row_clicked.emit(lines["cannot be read"])
    assert chosen_rows(diagnosed) == made.hygiene.unreadable.tolist()
    overview.files.row_clicked.emit(lines["faults in annotations"])
    assert chosen_rows(diagnosed) == []


def test_a_picture_that_cannot_be_read_says_so_when_it_is_opened(qtbot, diagnosed, made):
    diagnosed.session.diagnosing.show_picture(int(made.hygiene.unreadable[0]))
    qtbot.waitUntil(lambda: bool(diagnosed.session.problem), timeout=WAIT_MS)
    assert diagnosed.pages.currentIndex() == 1


def test_a_bar_shows_its_class_and_its_pictures_can_be_picked(qtbot, diagnosed, made):
    classes = page(qtbot, diagnosed, "Classes")
    assert [bar.value for bar in classes.bars.bars] == sorted(
        made.hygiene.class_counts.tolist(), reverse=True
    )
    click(qtbot, classes.bars, QPointF(20, 3.5 * 20))
    code = classes.bars.bars[3].key
    assert classes.code == code
    assert made.table.class_names[code] in classes._class_heading.title.text()
    qtbot.mouseClick(classes.select, Qt.MouseButton.LeftButton)
    assert chosen_rows(diagnosed) == made.table.members(code).tolist()


def test_density_shows_lens_and_kind_with_their_definition(qtbot, diagnosed, made):
    density = page(qtbot, diagnosed, "Density")
    assert made.generic.definition in density.definition.text()
    total = sum(int(counts.sum()) for _, counts, _ in density.histogram._layers)
    assert total == int(np.isfinite(made.generic.values).sum())
    density.lens_switch.choose("L3")
    density.kind_switch.choose(True)
    density.kind_switch.changed.emit()
    assert made.domain.plain_definition in density.definition.text()
    assert "L3" in density._histogram_heading.title.text()
    assert len(density.gaps.text_model.rows) == 4
    assert density.held_out.isVisibleTo(density)
    assert made.domain.held_out.sentence in density.held_words.text()


def test_a_bar_of_the_histogram_picks_its_pictures(qtbot, diagnosed, made):
    density = page(qtbot, diagnosed, "Density")
    edges, area = density.histogram.edges, density.histogram._area()
    counts = sum(np.asarray(layer[1]) for layer in density.histogram._layers)
    place = int(np.argmax(counts))
    x = area.left() + (place + 0.5) / (len(edges) - 1) * area.width()
    click(qtbot, density.histogram, QPointF(x, area.bottom() - 3))
    rows = chosen_rows(diagnosed)
    assert len(rows) == counts[place]
    prepared = diagnosed.session.diagnosing.prepared
    values = [prepared.density(made.generic, row) for row in rows]
    assert values == sorted(values)
    assert edges[place] - 1e-3 <= values[0] <= values[-1] <= edges[place + 1] + 1e-3


def test_boxes_stand_by_median_and_pick_their_quarters(qtbot, diagnosed, made):
    density = page(qtbot, diagnosed, "Density")
    medians = [row.box.median for row in density.boxes.rows]
    assert medians == sorted(medians)
    first = density.boxes.rows[0]
    density.boxes.clicked.emit(first.key, "low")
    prepared = diagnosed.session.diagnosing.prepared
    values = [prepared.density(made.generic, row) for row in chosen_rows(diagnosed)]
    assert values
    assert max(values) <= first.box.q1
    assert {made.table.class_codes[row] for row in chosen_rows(diagnosed)} == {first.key}
    density.boxes.clicked.emit(first.key, "all")
    assert density.class_code == first.key
    assert made.table.class_names[first.key] in density._histogram_heading.title.text()


def test_a_threshold_in_the_grey_zone_says_what_it_costs(qtbot, diagnosed, made):
    zones = page(qtbot, diagnosed, "Density").zones
    zone = made.grey_zones[0]
    zones.try_threshold(float(zone.thresholds[0]) - 1)
    assert "100\u2009% of" in zones.words.text()
    qtbot.mouseClick(zones.select, Qt.MouseButton.LeftButton)
    assert chosen_rows(diagnosed) == zone.inside.tolist()


def drawn(qtbot, diagnosed):
    """The map once its points are on screen."""
    found = page(qtbot, diagnosed, "Map")
    qtbot.waitUntil(lambda: found.view.picture_shown, timeout=WAIT_MS)
    return found


def test_a_click_on_a_point_of_the_map_opens_its_picture(qtbot, diagnosed, made):
    found = drawn(qtbot, diagnosed)
    place = int(np.argmax(made.generic.plane[:, 0]))  # at the edge, so that no other lies over it
    click(qtbot, found.view, found.view.point_of(*(float(v) for v in made.generic.plane[place])))
    qtbot.waitUntil(lambda: diagnosed.session.recording is not None, timeout=WAIT_MS)
    path = diagnosed.session.recording.path.relative_to(diagnosed.session.capture).as_posix()
    near = made.generic.plane[made.table.row_of[path] == made.generic.rows][0]
    assert np.abs(near - made.generic.plane[place]).max() < 0.02 * np.ptp(made.generic.plane)


def test_a_lasso_picks_out_what_it_goes_round(qtbot, diagnosed, made):
    found = drawn(qtbot, diagnosed)
    view, plane = found.view, made.generic.plane
    middle = float(np.median(plane[:, 0]))
    left, top = view.area().left() + 1, view.area().top() + 1
    right, bottom = view.point_of(middle, 0).x(), view.area().bottom() - 1
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top + 2)]
    points = [QPoint(round(x), round(y)) for x, y in corners]
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, shift, points[0])
    for point in points[1:]:
        qtbot.mouseMove(view, point)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, shift, points[-1])
    qtbot.waitUntil(lambda: bool(chosen_rows(diagnosed)), timeout=WAIT_MS)
    pixel = view.view.width / view.area().width()
    places = found.prepared.places["L2"][chosen_rows(diagnosed)]
    assert plane[places, 0].max() <= middle + 2 * pixel
    assert len(places) >= np.sum(plane[:, 0] < middle - 2 * pixel)


def test_the_map_follows_colours_planes_wheel_and_drag(qtbot, diagnosed):
    found = drawn(qtbot, diagnosed)
    for place in range(found.way_box.count()):
        found.way_box.setCurrentIndex(place)
        before = found.shown
        found.draw(keep_view=True)
        qtbot.waitUntil(lambda before=before: found.shown is not before, timeout=WAIT_MS)
        assert found.legend.shown is found.shown
    found.plane_switch.choose("parting")
    found.draw()
    qtbot.waitUntil(lambda: found.view.cloud.mean is None, timeout=WAIT_MS)
    before = found.view.view
    start = found.view.area().center().toPoint()
    qtbot.mousePress(found.view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(found.view, start + QPoint(40, 0))
    qtbot.mouseRelease(found.view, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 0))
    assert found.view.view.left < before.left
    assert found.view.view.width == before.width
    found.view.fit()
    assert found.view.view == before


def test_a_line_of_the_legend_picks_its_class(qtbot, diagnosed, made):
    found = drawn(qtbot, diagnosed)
    entry = found.shown.entries[2]
    found.legend.clicked.emit(entry.code)
    assert len(chosen_rows(diagnosed)) == entry.count
    assert {made.table.class_codes[row] for row in chosen_rows(diagnosed)} == {entry.code}


def test_suspects_are_relabelled_with_undo(qtbot, diagnosed, made):
    suspects, session = page(qtbot, diagnosed, "Suspects"), diagnosed.session
    assert suspects.table.text_model.rows[0][1] == "CAR_AON"
    assert suspects.relabel.text() == "Relabel to Car-Overheat"
    qtbot.mouseClick(suspects.relabel, Qt.MouseButton.LeftButton)
    paths = {made.table.paths[row] for row in made.contamination[0].rows}
    assert session.diagnosing.choices.relabelled == dict.fromkeys(paths, "Car-Overheat")
    qtbot.mouseClick(suspects.exclude, Qt.MouseButton.LeftButton)
    assert set(session.diagnosing.choices.excluded) == paths
    assert not session.diagnosing.choices.relabelled
    session.undo_stack.undo()
    assert set(session.diagnosing.choices.relabelled) == paths
    session.undo_stack.undo()
    assert not session.diagnosing.choices.relabelled


def test_a_cell_of_names_against_classes_picks_its_pictures(qtbot, diagnosed, made):
    suspects = page(qtbot, diagnosed, "Suspects")
    person = made.table.class_names.index("Person-Anomaly-Identify")
    column = suspects.prepared.codes.index("CAR_AON")
    cell = suspects.codes._cell(person, column)
    assert "suspect" not in suspects.codes.words_at(cell.center())
    assert "CAR_AON" in suspects.codes.words_at(cell.center())
    click(qtbot, suspects.codes, cell.center())
    assert chosen_rows(diagnosed) == sorted(made.contamination[0].rows.tolist())


def test_lowest_of_both_lenses_are_marked_and_pivots_tell_what_names_say(qtbot, diagnosed, made):
    suspects = page(qtbot, diagnosed, "Suspects")
    assert suspects.lowest._marked == set(made.shared_lowest.tolist())
    assert f"{len(made.shared_lowest)} of the 20" in suspects.extremes_heading.words.text()
    suspects.lens_switch.choose("L3")
    suspects.lens_switch.changed.emit()
    assert suspects.lowest.rows == made.domain.lowest.tolist()
    assert suspects.pivot.rows[0] == made.generic.pivots[0].row
    assert "names say AIR_NOM" in suspects.pivot_words.text()


def test_the_picture_on_screen_stands_among_its_neighbours(qtbot, diagnosed, made):
    suspects = page(qtbot, diagnosed, "Suspects")
    assert "Open a picture" in suspects._neighbours_heading.words.text()
    row = int(made.contamination[0].rows[0])
    diagnosed.session.diagnosing.show_picture(row)
    opened(qtbot, diagnosed, row)
    diagnosed.action("diagnosis").trigger()
    for lens in made.lenses:
        near = suspects.prepared.neighbours(lens, row).tolist()
        assert suspects.near[lens.name].rows == [row, *near]
        same = sum(made.table.class_codes[other] == made.table.class_codes[row] for other in near)
        assert (
            suspects._near_labels[lens.name].text()
            == f"{lens.name}: {same} of {len(near)} lie in the same class"
        )


def test_a_right_click_offers_the_session_and_the_neighbours(qtbot, diagnosed, made):
    context, row = diagnosed.diagnosis.context, int(made.generic.rows[60])
    menu = QMenu(diagnosed)
    fill_picture_menu(menu, context, row)
    actions = {action.text().partition(" (")[0]: action for action in menu.actions()}
    actions["Select its session"].trigger()
    session = made.table.session_codes[row]
    assert chosen_rows(diagnosed) == np.flatnonzero(made.table.session_codes == session).tolist()
    actions["Select its neighbours"].trigger()
    assert chosen_rows(diagnosed)[0] == row
    assert len(chosen_rows(diagnosed)) == 11
    actions["Exclude"].trigger()
    assert list(diagnosed.session.diagnosing.choices.excluded) == [made.table.paths[row]]
    actions["Leave as it is"].trigger()
    assert diagnosed.session.diagnosing.choices.left == {made.table.paths[row]}


def test_arrows_read_the_pages_and_step_no_pictures(qtbot, diagnosed, made):
    session, view = diagnosed.session, diagnosed.diagnosis
    row = int(made.generic.rows[60])
    session.diagnosing.show_picture(row)
    opened(qtbot, diagnosed, row)
    diagnosed.action("diagnosis").trigger()
    overview = page(qtbot, diagnosed, "Overview")
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert overview.area.verticalScrollBar().value() > 0
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.tabs.currentIndex() == 1
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.tabs.currentIndex() == 0
    assert session.diagnosing.open
    assert session.opening is None


def test_keys_go_from_row_to_row_of_a_table_which_leaves_backspace_alone(qtbot, diagnosed, made):
    overview = page(qtbot, diagnosed, "Overview")
    lines = {row.what: n for n, row in enumerate(overview._file_rows)}
    overview.files.setFocus()
    overview.files.selectRow(lines["exact copies"] - 1)
    qtbot.keyClick(overview.files, Qt.Key.Key_Down)
    assert chosen_rows(diagnosed) == [0, 1]
    for key, wanted in ((Qt.Key.Key_Backspace, False), (Qt.Key.Key_Down, True)):
        asked = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        asked.ignore()
        QApplication.sendEvent(overview.files, asked)
        assert asked.isAccepted() is wanted


def test_a_split_shows_its_parts_and_they_can_be_picked(qtbot, diagnosed, made):
    distance = page(qtbot, diagnosed, "Distance")
    qtbot.waitUntil(lambda: distance.groups is not None, timeout=WAIT_MS)
    assert [group.name for group in distance.groups.groups] == ["3\u2009m", "25\u2009m", "30\u2009m"]
    assert len(distance.grids) == 3
    distance.chart.clicked.emit(2, "all")
    assert set(chosen_rows(diagnosed)) == set(made.splits[0].rows.tolist())
    distance.token_switch.choose("site")
    distance.draw()
    qtbot.waitUntil(lambda: distance.groups.token == "site", timeout=WAIT_MS)
    assert {group.name for group in distance.groups.groups} == {"CIC", "HIC"}


# -- fixes -----------------------------------------------------------------------------------------


def fixed(qtbot, diagnosed):
    """The page of fixes, worked out."""
    found = page(qtbot, diagnosed, "Fixes")
    qtbot.waitUntil(lambda: found.fixes is not None, timeout=WAIT_MS)
    return found


def test_fixes_are_proposed_and_overruled(qtbot, diagnosed, made):
    found, diagnosing = fixed(qtbot, diagnosed), diagnosed.session.diagnosing
    suspects = set(made.contamination[0].rows.tolist())
    assert set(found.relabels.rows) == suspects
    assert {3, 9} <= set(found.excludes.rows)
    found.relabels.table.selectRow(0)
    left = found.relabels.rows[0]
    before = found.fixes
    qtbot.mouseClick(found.relabels.leave, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: found.fixes is not before, timeout=WAIT_MS)
    assert set(found.relabels.rows) == suspects - {left}
    before = found.fixes
    diagnosing.exclude(np.array([100, 101]), "blurred")
    qtbot.waitUntil(lambda: found.fixes is not before, timeout=WAIT_MS)
    assert {100, 101} <= set(found.excludes.rows)
    assert (found.fixes.split.parts[[100, 101]] == -1).all()
    before = found.fixes
    diagnosing.keep_as_it_is(np.array([3]))  # it cannot be read: it cannot be kept either
    qtbot.waitUntil(lambda: found.fixes is not before, timeout=WAIT_MS)
    assert 3 in found.excludes.rows


def test_relabelling_to_the_class_they_lie_in_leaves_pictures_as_they_are(diagnosed, made):
    diagnosing, own = diagnosed.session.diagnosing, made.table.class_names[int(made.table.class_codes[100])]
    other = int(np.flatnonzero(made.table.class_codes != made.table.class_codes[100])[0])
    diagnosing.relabel(np.array([100, other]), own)
    assert diagnosing.choices.relabelled == {made.table.paths[other]: own}
    assert diagnosing.choices.left == {made.table.paths[100]}
    diagnosing.relabel(np.array([100]), "no such class")
    assert diagnosing.choices.left == {made.table.paths[100]}


def test_many_decisions_are_kept_in_a_thread(qtbot, diagnosed, made, monkeypatch):
    monkeypatch.setattr("thermview.gui.diagnosis.diagnosing._SAVED_AT_ONCE", 3)
    session = diagnosed.session
    session.diagnosing.exclude(np.arange(20), "all of them")
    qtbot.waitUntil(lambda: not session.export_worker.jobs, timeout=WAIT_MS)
    session.diagnosing.forget()
    assert len(session.diagnosing.choices.excluded) == 20


def test_the_split_follows_the_wanted_shares(qtbot, diagnosed, made):
    found = fixed(qtbot, diagnosed)
    before = found.fixes
    found.shares[0].setValue(50)
    qtbot.waitUntil(lambda: found.fixes is not before, timeout=WAIT_MS)
    counts = found.fixes.split.counts.sum(axis=0)
    assert 0.35 < counts[0] / counts.sum() < 0.62
    parts = found.fixes.split.parts
    for session in range(len(made.table.session_names)):
        assert len(set(parts[(made.table.session_codes == session) & (parts >= 0)])) <= 1


def test_report_and_fixes_are_saved_with_what_was_decided(qtbot, diagnosed, made, tmp_path, monkeypatch):
    session = diagnosed.session
    fixed(qtbot, diagnosed)
    session.diagnosing.relabel(np.array([100]), "Pipe-Leak")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    diagnosed.action("save_diagnosis").trigger()
    qtbot.waitUntil(lambda: session.diagnosing.saved is not None, timeout=WAIT_MS)
    folder = tmp_path / "set diagnosis"
    assert session.diagnosing.saved == folder
    assert (folder / "report.html").stat().st_size > 10_000
    assert (folder / "report.json").is_file()
    written = "".join(path.read_text("utf-8") for path in (folder / "fixes").glob("*relabel*.csv"))
    assert made.table.paths[100] in written


def test_a_corrected_copy_is_made_beside_and_the_set_stays(qtbot, diagnosed, made, tmp_path, monkeypatch):
    session, found = diagnosed.session, fixed(qtbot, diagnosed)
    before = sorted(path.name for path in session.capture.rglob("*"))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    said = []
    session.message.connect(said.append)
    qtbot.mouseClick(found.copy, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.diagnosing.saved is not None, timeout=WAIT_MS)
    copy = tmp_path / "set corrected"
    name = made.table.paths[made.contamination[0].rows[0]].rpartition("/")[2]
    assert (copy / "crops" / "Car-Overheat" / name).is_file()
    assert "copied and checked" in said[-1]
    assert sorted(path.name for path in session.capture.rglob("*")) == before


def test_what_was_picked_out_before_lights_up_on_the_map(qtbot, diagnosed, made):
    problems = []
    diagnosed.session.diagnosing.map_work.failed.connect(lambda ticket, text: problems.append(text))
    diagnosed.session.diagnosing.choose(made.contamination[0].rows, "suspects")
    found = drawn(qtbot, diagnosed)
    qtbot.waitUntil(lambda: found.view.picture_shown and found.view._chosen is not None, timeout=WAIT_MS)
    image = found.view._picture[0]
    assert not problems
    seen = {
        image.pixelColor(x, y).rgba() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
    }
    assert len(seen) > 10
