"""Learning normality in the window: who is offered, what is promised, how a fit runs, what its page shows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from laser_fits import PLAIN, simulated, write_batch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QTabBar

from thermview.errors import ReadError
from thermview.gui.learn.choices import Known, choice_words, choices_of, promise_words
from thermview.gui.learn.learn_window import LearnWindow
from thermview.gui.main_window import MainWindow
from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import THIN
from thermview.gui.scored import Badge
from thermview.gui.scores.score_graph import CAUSES
from thermview.laser.normality.lanes_of import LANES

LONG_MS = 6 * WAIT_MS


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six short normal recordings of one batch, and a seventh that the truth file calls faulty."""
    folder = tmp_path_factory.mktemp("normal") / "capture"
    write_batch(folder / "Type4", simulated(PLAIN, 7, 600))
    truth = {
        "simulated": True,
        "recordings": {"Type4/0007": {"normal": False, "fault": {"kind": "power_dip"}}},
    }
    (folder / "laser_truth.json").write_text(json.dumps(truth))
    return folder


@pytest.fixture
def learner(qtbot, session, batch):
    """The page on the opened batch."""
    session.open_capture(batch)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    parent = MainWindow(session)
    qtbot.addWidget(parent)
    parent.learn()
    made = parent.findChild(LearnWindow)
    yield made
    made.close()


def learn(qtbot, learner: LearnWindow) -> None:
    """Press the button and wait for the end."""
    qtbot.mouseClick(learner.choose.go, Qt.MouseButton.LeftButton)
    assert learner.pages.currentWidget() is learner.progress
    qtbot.waitUntil(lambda: learner.learning.job is None, timeout=LONG_MS)


# -- who is offered ----------------------------------------------------------------------------------------


def test_recordings_come_by_batch_in_natural_order_with_what_is_known_of_them(tmp_path):
    root = tmp_path / "capture"
    (root / "laser").mkdir(parents=True)
    truth = {"recordings": {"Type2/3": {"normal": False, "fault": {"kind": "late_obstacle"}}}}
    (root / "laser" / "laser_truth.json").write_text(json.dumps(truth))
    paths = ["laser/Type10/1.npz", "laser/Type2/10.npz", "laser/Type2/9.npz", "laser/Type2/3.npz", "a/p.png"]
    badges = {"laser/Type2/9": Badge(3.0, True, "power"), "laser/Type2/10": Badge(0.5, False)}
    (found,) = choices_of(root, paths, Known(badges.get, {"laser/Type2/10": 2}))
    assert found.folder == root / "laser"
    assert list(found.batches) == ["Type2", "Type10"]
    faulty, alarmed, flagged = found.batches["Type2"]
    assert (faulty.id, faulty.barred) == ("Type2/3", True)
    assert "late obstacle" in faulty.remark
    assert (alarmed.name, alarmed.remark, alarmed.doubtful) == ("9", "alarm: power 3", False)
    assert (flagged.id, flagged.remark, flagged.doubtful) == ("Type2/10", "2 flags", True)
    assert flagged.path == root / "laser/Type2/10.npz"


def test_the_folder_of_one_batch_is_a_batch_and_known_doubtful_recordings_stay_out(tmp_path):
    root = tmp_path / "Type16"
    root.mkdir()
    (found,) = choices_of(root, ["1673.npz", "1500.npz"], Known())
    assert {row.id: row.barred for row in found.batches["Type16"]} == {
        "Type16/1500": False,
        "Type16/1673": True,
    }


def test_a_truth_file_that_cannot_be_used_is_said(tmp_path):
    (tmp_path / "laser_truth.json").write_text("[]")
    with pytest.raises(ReadError, match="not a usable truth file"):
        choices_of(tmp_path, ["Type1/1.npz"], Known())


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (3, "at least 4"),
        (6, "rough"),
        (30, f"at most 3.2{THIN}%"),
        (99, f"at most 1{THIN}%"),
        (500, f"at most 1{THIN}%"),
    ],
)
def test_so_many_recordings_promise_so_much(count, words):
    assert words in promise_words(count)


def test_the_box_of_a_batch_leaves_it_out_as_a_whole_also_beside_a_recording_without_a_box(learner):
    tree = learner.choose.tree
    item = tree.topLevelItem(0)
    assert any(
        row.data(0, Qt.ItemDataRole.UserRole).barred for row in map(item.child, range(item.childCount()))
    )
    assert item.checkState(0) == Qt.CheckState.Checked
    tree.check("Type4/0002", False)
    assert item.checkState(0) == Qt.CheckState.PartiallyChecked
    item.setCheckState(0, Qt.CheckState.Unchecked)
    assert tree.chosen == {"Type4": []}
    item.setCheckState(0, Qt.CheckState.Checked)
    assert [row.name for row in tree.chosen["Type4"]] == [f"{n:04d}" for n in range(1, 7)]


def test_the_sum_of_a_choice_names_what_is_too_few():
    assert "Nothing is chosen" in choice_words({"Type1": 0})
    assert "at least 4" in choice_words({"Type1": 3})
    said = choice_words({"Type1": 30, "Type2": 2})
    assert "30 recordings of 1 batch." in said
    assert said.endswith("Too few, and left out: Type2.")


# -- the page ----------------------------------------------------------------------------------------------


def test_everything_but_the_faulty_is_checked_and_too_few_cannot_be_learnt(learner):
    tree, go = learner.choose.tree, learner.choose.go
    assert [row.id for row in tree.chosen["Type4"]] == [f"Type4/000{n}" for n in range(1, 7)]
    assert go.isEnabled()
    assert go.text() == "Learn from 6 recordings"
    tree.check("Type4/0007", True)  # faulty: stays out
    assert len(tree.chosen["Type4"]) == 6
    for number in (1, 2, 3):
        tree.check(f"Type4/000{number}", False)
    assert not go.isEnabled()
    assert "at least 4" in learner.choose.words.text()
    batch = next(
        item for item in map(tree.topLevelItem, range(tree.topLevelItemCount())) if "Type4" in item.text(0)
    )
    batch.setCheckState(0, Qt.CheckState.Checked)
    assert len(tree.chosen["Type4"]) == 6


def test_what_was_left_out_stays_so_when_the_list_grows(learner):
    learner.choose.tree.check("Type4/0002", False)
    learner.choose.read()
    assert [row.name for row in learner.choose.tree.chosen["Type4"]] == [
        "0001",
        "0003",
        "0004",
        "0005",
        "0006",
    ]


def test_a_capture_without_laser_videos_says_so(qtbot, session, tmp_path):
    (tmp_path / "empty").mkdir()
    session.open_capture(tmp_path / "empty")
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    parent = MainWindow(session)
    qtbot.addWidget(parent)
    parent.learn()
    page = parent.findChild(LearnWindow).choose
    assert "no laser videos" in page.empty.words.text()
    assert not page.go.isEnabled()


def test_a_cancelled_fit_leaves_nothing_and_the_choice_stays(qtbot, learner):
    learner.choose.tree.check("Type4/0002", False)
    qtbot.mouseClick(learner.choose.go, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(learner.progress.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: learner.learning.job is None, timeout=LONG_MS)
    assert learner.learning.fit is None
    assert learner.pages.currentWidget() is learner.choose
    assert len(learner.choose.tree.chosen["Type4"]) == 5
    assert learner.choose.failure.isHidden()


def test_a_fit_that_fails_says_why_where_the_choice_is(qtbot, learner, session, tmp_path):
    for number in range(4):
        (tmp_path / f"{number}.npz").write_bytes(b"this is no archive")
    learner.learning.start(tmp_path, sorted(tmp_path.glob("*.npz")))
    qtbot.waitUntil(lambda: learner.learning.job is None, timeout=WAIT_MS)
    assert learner.pages.currentWidget() is learner.choose
    assert "no batch could be fitted" in learner.choose.failure.text()


def test_a_fit_is_shown_saved_outside_the_capture_and_used(
    qtbot, learner, session, batch, tmp_path, monkeypatch
):
    learn(qtbot, learner)
    assert learner.pages.currentWidget() is learner.validation
    fit = learner.learning.fit
    page = learner.tabs.widget(0)
    assert "6 normal recordings set the limits" in page.promise.text()
    assert "one false alarm in 7" in page.promise.text()
    counts = page.histogram.bars.getData()[1]
    assert counts.sum() == len(fit.batches[0].limits.normals) == 6
    assert np.all(np.isfinite(page.path.lines[0][1].getData()[1]))
    page.grab()
    label, _ = page.pictures._names[0]
    for name in ("light", "dark"):
        theme.wear(QApplication.instance(), name)
        QApplication.processEvents()
        assert theme.current().text in label.text()

    odd = replace(
        fit.batches[0],
        suspects=("Type4/0009",),
        why={"Type4/0009": "cycles of 9.81 frames, the others' 9.70 to 9.75"},
        scores={**fit.batches[0].scores, "Type4/0009": 0.83},
    )
    page.show_batch(odd, "inferno")
    row = page.recordings.item(0)
    assert row.text().strip().startswith("0.83")
    assert row.text().endswith("suspect, taught nothing: cycles of 9.81 frames, the others' 9.70 to 9.75")
    assert "may lie below the threshold" in row.toolTip()
    page.show_batch(fit.batches[0], "inferno")

    opened = []
    learner.recording_wanted.connect(opened.append)
    page.recordings.itemClicked.emit(page.recordings.item(0))
    assert opened[0].parent == batch / "Type4"

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(batch / "model.onnx"), ""))
    learner.save()
    assert "never written to" in learner.where.text()
    assert not (batch / "model.onnx").exists()

    asked = []

    def answer(parent, title, start, kinds):
        asked.append(Path(start).name)
        return str(tmp_path / "mine"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    qtbot.mouseClick(learner.use_button, Qt.MouseButton.LeftButton)
    assert asked == ["normal-Type4.onnx"]
    assert session.scored.chosen_model == tmp_path / "mine.onnx"
    assert learner.learning.used
    assert not learner.use_button.isEnabled()

    session.scored.badges["Type4/0001"] = Badge(0.5, False)
    learner.save()  # over the file in use
    assert "Type4/0001" not in session.scored.badges
    assert session.scored.chosen_model == tmp_path / "mine.onnx"
    assert learner.learning.used

    learner.choose_again()
    assert learner.pages.currentWidget() is learner.choose
    assert session.scored.chosen_model == tmp_path / "mine.onnx"


# -- what a fitted model shows elsewhere -------------------------------------------------------------------


def test_the_shipped_model_says_why_there_is_no_heat_map(qtbot, session, batch):
    session.open_capture(batch)
    session.select(batch / "Type4" / "0001.npz")
    qtbot.waitUntil(lambda: "shipped model" in session.heat_maps.why_not, timeout=WAIT_MS)
    assert not session.heat_maps.possible
    window = MainWindow(session)
    qtbot.addWidget(window)
    assert "shipped model" in window.action("heat_map").toolTip()


def test_every_cause_of_a_fitted_model_has_a_colour_and_a_place():
    causes = [lane.cause for lane in LANES]
    colours = [theme.cause_colour(cause).name() for cause in causes]
    assert len(set(colours)) == len(causes)
    assert set(causes) <= set(CAUSES)
    assert set(causes) <= set(theme.CAUSE_COLOURS)


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_every_dock_has_a_tab_in_sight(qtbot, session, size):
    theme.wear(QApplication.instance(), "dark")
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(*size)
    window.reset_layout()
    window.show()
    qtbot.waitExposed(window)
    assert (window.width(), window.height()) == size
    bars = [bar for bar in window.findChildren(QTabBar) if bar.parent() is window and bar.isVisible()]
    names = {bar.tabText(n) for bar in bars for n in range(bar.count())}
    assert names == set(window.docks) - {"Capture"}
    for bar in bars:
        assert sum(bar.tabRect(n).width() for n in range(bar.count())) <= bar.width()
