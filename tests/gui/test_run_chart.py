"""The run chart in the window: from badges and imported tables to points, words, a click, and a file."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QToolTip
from small_capture_files import write_batch

from thermview.gui.main_window import MainWindow
from thermview.gui.parts import theme
from thermview.gui.scored import Badge
from thermview.gui.scores.run_chart import RunChartView
from thermview.gui.scores.run_words import MOST_DRIFTS, findings
from thermview.gui.session import Session
from thermview.inference.card import ModelId
from thermview.jobs import Progress
from thermview.review.run_table import run_table
from thermview.review.scoring_jobs import KeptVerdict

COUNT = 40


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """Two batches, one of forty recordings, one of two."""
    folder = tmp_path / "capture"
    rng = np.random.default_rng(5)
    write_batch(folder / "Type2", 1, 1, rng)
    one = (folder / "Type2" / "0001.npz").read_bytes()
    for number in range(2, COUNT + 1):
        (folder / "Type2" / f"{number:04d}.npz").write_bytes(one)
    write_batch(folder / "Type10", 101, 2, rng)
    return folder


def badges() -> dict[str, Badge]:
    """Scores of the large batch: 0030 is an alarm, 0024 to 0027 come close to it."""
    scores = 0.5 + 0.02 * np.sin(2.4 * np.arange(COUNT))
    scores[[23, 24, 26]] += 0.3
    made = {f"Type2/{n + 1:04d}": Badge(float(s), False, "power", 0.4, 1.0) for n, s in enumerate(scores)}
    return made | {"Type2/0030": Badge(9.4, True, "power", 0.004, 1.0)}


def give_scores(session: Session) -> None:
    session.scored.badges.update(badges())
    session.scores_changed.emit(0, 0)


@pytest.fixture
def view(qtbot, opened: Session) -> RunChartView:
    made = RunChartView(opened)
    qtbot.addWidget(made)
    made.resize(360, 640)
    made.show()
    return made


@pytest.fixture
def charted(qtbot, view: RunChartView) -> RunChartView:
    give_scores(view.session)
    qtbot.waitUntil(lambda: view.table is not None, timeout=WAIT_MS)
    return view


def table_file(tmp_path: Path, text: str = "") -> Path:
    path = tmp_path / "kalman.csv"
    rows = "".join(f"{name}.npz,{10 * badge.score}\n" for name, badge in badges().items())
    path.write_text(text or f"Name,AnomalyScore\n{rows}Type2/0001,high\nType9/7,1\n")
    return path


def lines(view: RunChartView) -> list[str]:
    return [view.list.item(n).text() for n in range(view.list.count())]


def test_it_says_what_will_be_here_and_how_to_get_it(view: RunChartView, qtbot) -> None:
    assert "No recording is scored yet" in view.empty.words.text()
    with qtbot.waitSignal(view.score_wanted):
        qtbot.mouseClick(view.empty.button, Qt.MouseButton.LeftButton)


def test_without_a_capture_it_asks_for_one(qtbot, session: Session) -> None:
    view = RunChartView(session)
    qtbot.addWidget(view)
    assert "Open a folder" in view.empty.words.text()
    assert view.empty.button.isHidden()


@pytest.mark.parametrize("height", [230, 300, 400])
def test_in_a_low_dock_the_caption_makes_room_and_nothing_covers_another(
    charted: RunChartView, qtbot, height: int
) -> None:
    charted.resize(300, height)
    qtbot.waitUntil(lambda: charted.height() == height)
    QApplication.processEvents()
    assert charted.caption.isHidden() == (height < 330)
    assert "Dashed" in charted.head.toolTip()
    parts = [
        part.geometry()
        for part in (charted.head, charted.graph, charted.list, charted.caption)
        if part.isVisible()
    ]
    assert all(not one.intersects(other) for one, other in pairwise(parts))


def test_scores_held_against_another_threshold_are_told(view: RunChartView, qtbot) -> None:
    view.session.scored.badges.update(badges())
    view.session.scored.badges["Type2/0003"] = Badge(0.7, False, "", 0.4, 1.6)
    view.session.scores_changed.emit(0, 0)
    qtbot.waitUntil(lambda: view.table is not None, timeout=WAIT_MS)
    assert "1 score held against another threshold (1.6), set by hand: alarms differ" in view.caption.text()
    assert view.table is not None
    assert view.table.chart.apart == ()


def test_scores_of_another_model_stand_apart_and_are_told(view: RunChartView, qtbot) -> None:
    mine, generic = ModelId("mine", "a"), ModelId("laser_generic", "b")
    own = {name: replace(badge, model=mine) for name, badge in badges().items()}
    own["Type2/0003"] = Badge(1.9, True, "order", 0.01, 1.6, generic)
    own["Type2/0004"] = Badge(0.9, False, "", 0.9, 1.6, generic)
    own["Type2/0005"] = Badge(0.6, False, "", 0.9, 1.0, ModelId("mine", "c"))
    view.session.scored.badges.update(own)
    view.session.scores_changed.emit(0, 0)
    qtbot.waitUntil(lambda: view.table is not None, timeout=WAIT_MS)
    assert view.table is not None
    assert view.table.chart.apart == (2, 3, 4)
    assert (
        "Hollow: 3 scores of laser_generic and another version of mine, on another scale than those of mine: they "
        "take no part in limits and average."
    ) in view.caption.text()
    (line,) = [text for text in lines(view) if "0003" in text]
    assert line.endswith(", by laser_generic")
    assert "by laser_generic: on another scale" in view._words_of(3)
    assert "rank" not in view._words_of(3)
    points = {round(point.pos().x()): point for point in view.graph._points.points()}
    assert points[3].brush().style() == Qt.BrushStyle.NoBrush
    assert points[5].brush().style() != Qt.BrushStyle.NoBrush


def test_what_another_model_says_after_it_was_given_up_is_no_badge(
    view: RunChartView, tmp_path: Path
) -> None:
    scored = view.session.scored
    scored.chosen_model = tmp_path / "other.onnx"
    verdict = KeptVerdict("Type2/0003", 0.5, False, "", None, 1.6, ModelId("laser_generic", "b"))
    scored._kept_came(Progress(1, 1, verdict, "recordings"), None)
    assert not scored.badges
    scored._kept_came(Progress(1, 1, verdict, "recordings"), scored.chosen_model)
    assert scored.badges["Type2/0003"].model == ModelId("laser_generic", "b")


def test_a_scored_batch_is_drawn_with_what_was_found(charted: RunChartView) -> None:
    assert charted.head.text().startswith("Type2: 40 recordings, 1 alarm")
    found = lines(charted)
    assert found[0] == "▲ 0030: score 9.4, power, p\u00a00.004"
    assert any("Before 0030: micro-events" in line and "from 0024 on" in line for line in found)
    assert "the largest is 9.4" in charted.caption.text()
    assert "another threshold" not in charted.caption.text()
    points = charted.graph._points
    assert len(points.data) == COUNT
    assert points.data["brush"][29].color() == theme.cause_colour("power")
    assert points.data["symbol"][29] == "t1"
    assert charted.graph.threshold.value() == 1.0
    assert charted.method.isHidden()


def test_a_click_on_a_point_opens_its_recording(charted: RunChartView, qtbot, capture: Path) -> None:
    charted.graph.redraw()
    QApplication.processEvents()
    plot = charted.graph.scores
    spot = plot.vb.mapViewToScene(QPointF(11, charted.table.chart.values[11]))
    place = charted.graph.mapFromScene(spot)
    qtbot.mouseClick(charted.graph.viewport(), Qt.MouseButton.LeftButton, pos=place)
    session = charted.session
    qtbot.waitUntil(lambda: session.recording is not None, timeout=WAIT_MS)
    assert session.recording.path == capture / "Type2" / "0012.npz"
    assert charted.graph.cursors[0].value() == 11
    assert charted.graph.cursors[0].isVisible()


def test_a_line_of_the_list_leads_to_its_recording(charted: RunChartView, qtbot, capture: Path) -> None:
    charted.list.itemActivated.emit(charted.list.item(0))
    session = charted.session
    qtbot.waitUntil(lambda: session.recording is not None, timeout=WAIT_MS)
    assert session.recording.path == capture / "Type2" / "0030.npz"


def test_resting_on_a_point_tells_everything_about_it(charted: RunChartView) -> None:
    graph = charted.graph
    place = graph.mapFromScene(graph.scores.vb.mapViewToScene(QPointF(29, graph.ceiling)))
    help_wanted = QHelpEvent(QEvent.Type.ToolTip, place, graph.mapToGlobal(place))
    QApplication.sendEvent(graph.viewport(), help_wanted)
    words = QToolTip.text()
    QToolTip.hideText()
    for part in (
        "Type2/0030",
        "score 9.4",
        "alarm, power",
        "p\u00a00.004",
        "rank 1",
        "outside the control limits",
    ):
        assert part in words, part


def test_another_batch_is_chosen_and_one_with_too_few_scores_says_so(charted: RunChartView, qtbot) -> None:
    for name in ("Type10/0101", "Type10/0102"):
        charted.session.scored.badges[name] = Badge(0.5, False, "power", 0.4, 1.0)
    charted.session.scores_changed.emit(0, 0)
    qtbot.waitUntil(lambda: charted.batch.count() == 2, timeout=WAIT_MS)
    assert [charted.batch.itemText(n) for n in range(2)] == ["Type2", "Type10"]
    charted.batch.setCurrentIndex(1)
    charted.batch.activated.emit(1)
    qtbot.waitUntil(lambda: charted.table.batch == "Type10", timeout=WAIT_MS)
    assert "at least 8 scores without alarm; there are 2" in charted.caption.text()


def test_it_follows_to_the_batch_of_the_shown_recording(charted: RunChartView, qtbot, capture: Path) -> None:
    charted.session.scored.badges["Type10/0101"] = Badge(0.5, False, "power", 0.4, 1.0)
    charted.session.scores_changed.emit(0, 0)
    qtbot.waitUntil(lambda: charted.batch.count() == 2, timeout=WAIT_MS)
    charted.session.select(capture / "Type10" / "0101.npz")
    qtbot.waitUntil(lambda: charted.table.batch == "Type10", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: charted.graph.cursors[0].isVisible(), timeout=WAIT_MS)


def test_limits_are_made_of_what_was_chosen(charted: RunChartView, qtbot) -> None:
    assert charted.table.chart.limits.reference == 20
    charted.reference.setCurrentIndex(1)
    charted.reference.activated.emit(1)
    qtbot.waitUntil(lambda: charted.table.chart.limits.last == COUNT - 1, timeout=WAIT_MS)
    assert charted.table.chart.limits.reference == COUNT - 1, "the alarm is left out"


def test_scores_of_another_tool_stand_below_with_what_could_not_be_used(
    charted: RunChartView, qtbot, tmp_path: Path
) -> None:
    session = charted.session
    session.imported.read(table_file(tmp_path))
    qtbot.waitUntil(lambda: charted.table.method == "kalman", timeout=WAIT_MS)
    assert not charted.method.isHidden()
    assert charted.graph.others.isVisible()
    assert "Spearman 1.00 over 40 recordings; our highest, 0030, is its number 1" in charted.agreement.text()
    assert "Import: Line 42: Type2/0001 has a score already, in line 2, which counts. (kalman.csv)" in lines(
        charted
    )
    assert "Import: 1 name of kalman is not in this capture." in lines(charted)
    session.imported.read(table_file(tmp_path, "Name,a,b\n0001,1,2\n0002,3,4\n"))
    qtbot.waitUntil(lambda: charted.method.count() == 2, timeout=WAIT_MS)
    session.imported.choose("b")
    qtbot.waitUntil(lambda: charted.table.method == "b", timeout=WAIT_MS)
    assert "2 recordings in common, too few" in charted.agreement.text()


def test_imported_scores_alone_are_charted(view: RunChartView, qtbot, tmp_path: Path) -> None:
    view.session.imported.read(table_file(tmp_path))
    qtbot.waitUntil(lambda: view.table is not None, timeout=WAIT_MS)
    assert view.table.charts_theirs
    assert "by kalman" in view.head.text()
    assert not view.graph.others.isVisible()
    assert view.table.chart.alarms == (29,)


def test_a_batch_of_the_capture_comes_before_one_that_only_the_table_has(
    view: RunChartView, qtbot, tmp_path: Path
) -> None:
    view.session.imported.read(table_file(tmp_path, "Name,AnomalyScore\nAbc/1,1\nType10/0101,2\n"))
    qtbot.waitUntil(lambda: view.table is not None, timeout=WAIT_MS)
    assert view.table.batch == "Type10"
    assert view.graph.floor < 2 < view.graph.ceiling
    assert [view.batch.itemText(n) for n in range(view.batch.count())] == ["Abc", "Type10"]


def test_many_short_drifts_are_no_endless_list() -> None:
    rng = np.random.default_rng(0)
    scores = {f"a/{n}": Badge(float(s), False) for n, s in enumerate(rng.normal(size=400))}
    for n in range(200, 400, 10):  # three high ones in ten: out of the limits and in again
        for k in range(n, n + 3):
            scores[f"a/{k}"] = Badge(3.0, False)
    told = [finding.text for finding in findings(run_table("a", scores)) if finding.text.startswith("Drift")]
    assert len(told) == MOST_DRIFTS + 1
    assert "shorter stretches more" in told[-1]


def test_each_capture_keeps_its_own_imports(view: RunChartView, qtbot, tmp_path: Path, capture: Path) -> None:
    session = view.session
    session.imported.read(table_file(tmp_path))
    qtbot.waitUntil(lambda: view.table is not None, timeout=WAIT_MS)
    session.open_capture(capture / "Type10")
    qtbot.waitUntil(lambda: view.table is None, timeout=WAIT_MS)
    assert session.imported.files == ()
    session.open_capture(capture)
    qtbot.waitUntil(lambda: view.table is not None, timeout=WAIT_MS)
    assert session.imported.chosen == "kalman"


def test_a_file_that_is_no_table_is_told_in_one_sentence(view: RunChartView, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "no.csv"
    path.write_bytes(b"\0\1\2")
    with qtbot.waitSignal(view.session.message, timeout=WAIT_MS) as told:
        view.session.imported.read(path)
    assert told.args[0].startswith("no.csv: this is no text")
    assert view.session.imported.files == ()


def test_nothing_is_counted_while_it_is_out_of_sight(view: RunChartView, qtbot) -> None:
    view.hide()
    give_scores(view.session)
    view.refresh()
    assert view._job is None
    view.show()
    qtbot.waitUntil(lambda: view.table is not None, timeout=WAIT_MS)


def test_frames_redraw_nothing(
    charted: RunChartView, qtbot, capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = charted.session
    session.select(capture / "Type2" / "0003.npz")
    qtbot.waitUntil(lambda: session.recording is not None, timeout=WAIT_MS)
    drawn: list[int] = []
    monkeypatch.setattr(charted.graph, "redraw", lambda: drawn.append(1))
    monkeypatch.setattr(charted, "refresh", lambda: drawn.append(2))
    session.seek(200)
    qtbot.waitUntil(lambda: session.frame_index == 200, timeout=WAIT_MS)
    assert drawn == []


@pytest.fixture
def window(qtbot, opened: Session) -> MainWindow:
    made = MainWindow(opened)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


def test_the_window_imports_and_exports_by_its_actions(
    window: MainWindow, qtbot, tmp_path: Path, capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not window.action("export_run_chart").isEnabled()
    give_scores(window.session)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(table_file(tmp_path)), ""))
    window.action("import_scores").trigger()
    qtbot.waitUntil(
        lambda: window.run_chart.table is not None and window.run_chart.table.method == "kalman",
        timeout=WAIT_MS,
    )
    assert window.run_chart.isVisible()
    target = tmp_path / "chart.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(target), ""))
    qtbot.waitUntil(lambda: window.action("export_run_chart").isEnabled(), timeout=WAIT_MS)
    window.action("export_run_chart").trigger()
    with target.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["name"] for row in rows if row["alarm"]] == ["Type2/0030"]
    assert {row["other_method"] for row in rows} == {"kalman"}
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(capture / "chart.csv"), ""))
    with qtbot.waitSignal(window.session.message) as told:
        window.action("export_run_chart").trigger()
    assert "never written to" in told.args[0]
    assert not (capture / "chart.csv").exists()


def test_both_dresses_and_a_closed_dock_that_comes_back(window: MainWindow, qtbot) -> None:
    give_scores(window.session)
    window.docks["Run chart"].close()
    window.action("run_chart").trigger()
    qtbot.waitUntil(lambda: window.run_chart.table is not None, timeout=WAIT_MS)
    for choice in ("light", "dark"):
        window.set_theme(choice)
        QApplication.processEvents()
        pen = window.run_chart.graph._ewma.opts["pen"]
        assert pen.color().name() == theme.current().accent


def test_a_place_far_from_every_point_is_no_recording(charted: RunChartView) -> None:
    assert charted.graph.index_at(QPointF(2, 2)) is None
    assert charted.graph.mapFromScene(QPointF(0, 0)) == QPoint(0, 0)
