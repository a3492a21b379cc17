"""The capture's tree: order, counts, filter, errors in rows; names as plain text; long folders without a pause."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from time import perf_counter, thread_time

import pytest
from conftest_values import WAIT_MS
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from thermview.capture.listing import natural_key
from thermview.gui.capture.capture_tree import CaptureTree, shortened
from thermview.gui.capture.tree_model import RELATIVE, TRAILING
from thermview.gui.parts.natural_order import RUN, compact_key, order_steps
from thermview.gui.session import Session

HOSTILE = ["<b>x<b>&amp;.npz", "n" * 200 + ".npz", "한국어.npz", "two\nlines.npz", "\u202egpj.npz", "'.npz"]
TOLERATED_MS = 100.0


@pytest.fixture
def tree(qtbot, session: Session) -> CaptureTree:
    made = CaptureTree(session)
    qtbot.addWidget(made)
    made.resize(260, 600)
    made.show()
    return made


def read(qtbot, session: Session, folder: Path) -> None:
    session.open_capture(folder)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)


def names(tree: CaptureTree, parent: QModelIndex | None = None) -> list[str]:
    parent = parent or QModelIndex()
    return [str(tree.model.index(row, 0, parent).data()) for row in range(tree.model.rowCount(parent))]


def trailing(tree: CaptureTree, relative: str) -> list[tuple[str, str]]:
    return list(tree.model.index_of(relative).data(TRAILING))


# -- order -----------------------------------------------------------------------------------------------


@given(st.lists(st.text("ab1029.-_ä한 \u0663", max_size=8)))
def test_the_compact_key_sorts_as_the_natural_one(words: list[str]) -> None:
    assert sorted(words, key=compact_key) == sorted(words, key=natural_key)


def test_sorting_in_steps_is_sorting() -> None:
    words = [f"Type{n * 7919 % 5003}/{n % 17:04d}.npz" for n in range(5 * RUN + 3)]
    order: list[str] = []

    def steps():
        order.extend((yield from order_steps(words)))

    pauses = sum(1 for _ in steps())
    assert order == sorted(words, key=natural_key)
    assert pauses >= 8


def test_folders_come_in_natural_order_with_counts(qtbot, tree: CaptureTree, opened: Session) -> None:
    assert names(tree) == ["Car-Normal", "Car-Overheat", "Type1", "Type10"]
    assert [tree.model.index(row, 0).data(TRAILING)[0][0] for row in range(4)] == ["2", "2", "4", "3"]
    assert names(tree, tree.model.folder_index("Type1")) == ["0001", "0002", "0003", "broken"]
    assert "11 recordings" in tree.line.text()


def test_files_that_nothing_reads_are_counted(qtbot, tree: CaptureTree, session: Session, tmp_path) -> None:
    (tmp_path / "c").mkdir()
    for name in ("a.txt", "b.docx", "c.png"):
        (tmp_path / "c" / name).touch()
    read(qtbot, session, tmp_path / "c")
    assert "2 other files left out" in tree.line.text()


def test_tables_of_scores_are_listed_beside_the_recordings_and_not_counted_as_such(
    qtbot, tree: CaptureTree, session: Session, capture: Path
) -> None:
    for name in ("theirs.csv", "Type1/scores.csv"):
        (capture / name).write_text("Name,AnomalyScore\n0001,0.5\n0002,0.7\n")
    read(qtbot, session, capture)
    qtbot.waitUntil(lambda: tree.line.text() == "11 recordings, 2 tables of scores", timeout=WAIT_MS)
    assert trailing(tree, "theirs.csv") in ([], [("scores", "muted")])
    assert tree.model.folder_index("Type1").data(TRAILING) == [("4", "muted")]
    session.browsing.set_filter("scores")
    qtbot.waitUntil(
        lambda: tree.line.text() == "0 of 11 recordings match, 1 table of scores", timeout=WAIT_MS
    )
    session.browsing.open_several([capture / "theirs.csv", capture / "Type1" / "0001.npz"])
    wanted = "1 of 11 recordings were chosen, 1 table of scores; F5 lists all"
    qtbot.waitUntil(lambda: tree.line.text() == wanted, timeout=WAIT_MS)


def test_a_folder_of_tables_alone_says_what_they_are(
    qtbot, tree: CaptureTree, session: Session, tmp_path
) -> None:
    for number in (10, 9, 2):
        (tmp_path / f"{number}.csv").write_text("Name,AnomalyScore\n0001,0.5\n0002,0.7\n")
    read(qtbot, session, tmp_path)
    wanted = "No thermal pictures or laser videos in this folder, 3 tables of scores."
    qtbot.waitUntil(lambda: tree.line.text() == wanted, timeout=WAIT_MS)
    assert names(tree) == ["2", "9", "10"]


def test_next_goes_through_the_rows_in_their_order(
    qtbot, tree: CaptureTree, session: Session, tmp_path
) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    for number in (10, 9, 1, 100, 2):
        (folder / f"a{number}.png").touch()
    read(qtbot, session, folder)
    assert names(tree) == ["a1", "a2", "a9", "a10", "a100"]
    assert session.browsing.sequence("a9.png") == [f"a{n}.png" for n in (1, 2, 9, 10, 100)]


# -- names and errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_one_line_of_plain_text(
    qtbot, tree, session: Session, tmp_path: Path, name
) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    (folder / name).write_bytes(b"no archive")
    read(qtbot, session, folder)
    (shown,) = names(tree)
    assert not set("\n\r\u202e") & set(shown)
    assert shown.replace(" ", "") == name.removesuffix(".npz").translate({10: None, 0x202E: None})
    index = tree.model.index(0, 0)
    assert index.data(RELATIVE) == name
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("<qt>")
    assert "<b>" not in tip
    tree.tree.setCurrentIndex(index)
    qtbot.waitUntil(lambda: session.problem != "", timeout=WAIT_MS)
    assert trailing(tree, name) == [("cannot be read", "error")]
    assert index.data(Qt.ItemDataRole.ToolTipRole).startswith("<qt>")
    tree.grab()
    assert tree.minimumSizeHint().width() < 300


@pytest.mark.skipif(os.name == "nt", reason="names are always text there")
def test_a_name_that_is_no_text_is_listed_and_can_be_chosen(qtbot, tree, session: Session, tmp_path) -> None:
    folder = tmp_path / os.fsdecode(b"c\xff")
    folder.mkdir()
    (folder / os.fsdecode(b"\xfe\xff.npz")).write_bytes(b"no archive")
    read(qtbot, session, folder)
    assert len(names(tree)) == 1
    tree.tree.setCurrentIndex(tree.model.index(0, 0))
    qtbot.waitUntil(lambda: session.problem != "", timeout=WAIT_MS)
    assert session.browsing.recent == [folder]
    tree.grab()


def test_files_in_sight_are_looked_at_and_bad_ones_say_so(qtbot, tree: CaptureTree, opened: Session) -> None:
    tree.tree.setExpanded(tree.model.folder_index("Type1"), True)
    qtbot.waitUntil(lambda: "Type1/0001.npz" in opened.browsing.glances, timeout=WAIT_MS)
    qtbot.waitUntil(
        lambda: trailing(tree, "Type1/broken.npz") == [("cannot be read", "error")], timeout=WAIT_MS
    )
    assert trailing(tree, "Type1/0001.npz") == [("0.4 s", "muted")]
    assert "Type10/0004.npz" not in opened.browsing.glances
    assert "broken.npz" in tree.model.index_of("Type1/broken.npz").data(Qt.ItemDataRole.ToolTipRole)


def test_a_mended_file_loses_its_error(qtbot, tree: CaptureTree, opened: Session, capture: Path) -> None:
    broken = capture / "Type1" / "broken.npz"
    opened.select(broken)
    qtbot.waitUntil(lambda: opened.problem != "", timeout=WAIT_MS)
    shutil.copy(capture / "Type1" / "0001.npz", broken)
    opened.select(broken)
    qtbot.waitUntil(lambda: opened.recording is not None, timeout=WAIT_MS)
    assert "Type1/broken.npz" not in opened.browsing.errors


def test_flags_are_counted_in_the_row(qtbot, tree: CaptureTree, shown: Session) -> None:
    shown.flagged.flag(1, 2)
    shown.flagged.flag(5, 5)
    assert ("2", "flag") in trailing(tree, "Type1/0001.npz")


def test_names_that_differ_by_their_suffix_alone_keep_it(qtbot, tree, session: Session, tmp_path) -> None:
    (tmp_path / "c").mkdir()
    for name in ("a.npz", "a.png", "b.npz", "c.png", "c.tiff", "c.csv"):
        (tmp_path / "c" / name).touch()
    read(qtbot, session, tmp_path / "c")
    assert names(tree) == ["a.npz", "a.png", "b", "c.csv", "c.png", "c.tiff"]


# -- choosing --------------------------------------------------------------------------------------------


def test_a_click_on_a_row_shows_it_and_the_row_follows_what_is_shown(
    qtbot, tree: CaptureTree, opened: Session, capture: Path
) -> None:
    index = tree.model.index_of("Type1/0002.npz")
    tree.tree.setExpanded(index.parent(), True)
    QTest.mouseClick(
        tree.tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.tree.visualRect(index).center()
    )
    qtbot.waitUntil(lambda: opened.recording_id == "Type1/0002", timeout=WAIT_MS)
    opened.browsing.go(1)
    qtbot.waitUntil(lambda: opened.recording_id == "Type1/0003", timeout=WAIT_MS)
    assert tree.tree.currentIndex().data(RELATIVE) == "Type1/0003.npz"


def test_a_folder_row_opens_nothing(qtbot, tree: CaptureTree, opened: Session) -> None:
    tree.tree.setCurrentIndex(tree.model.folder_index("Type1"))
    assert opened.opening is None


def test_one_file_left_out_is_one_file(qtbot, tree: CaptureTree, session: Session, tmp_path) -> None:
    (tmp_path / "c").mkdir()
    for name in ("a.txt", "c.png"):
        (tmp_path / "c" / name).touch()
    read(qtbot, session, tmp_path / "c")
    assert "1 other file left out" in tree.line.text()


def test_escape_empties_the_filter_and_then_leaves_it(qtbot, tree: CaptureTree, opened: Session) -> None:
    tree.window().activateWindow()
    tree.filter_box.setText("Type1")
    tree.filter_box.setFocus()
    QTest.keyClick(tree.filter_box, Qt.Key.Key_Escape)
    assert tree.filter_box.text() == ""
    assert tree.focusWidget() is tree.filter_box
    QTest.keyClick(tree.filter_box, Qt.Key.Key_Escape)
    assert tree.focusWidget() is tree.tree


def test_enter_in_the_filter_opens_its_first_match(qtbot, tree: CaptureTree, opened: Session) -> None:
    tree.filter_box.setFocus()
    tree.filter_box.setText("Type10")
    qtbot.waitUntil(lambda: bool(opened.browsing.matches), timeout=WAIT_MS)
    QTest.keyClick(tree.filter_box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened.recording_id == "Type10/0004", timeout=WAIT_MS)
    assert tree.focusWidget() is tree.tree


def test_filter_box_narrows_and_clears(qtbot, tree: CaptureTree, opened: Session) -> None:
    tree.focus_filter()
    QTest.keyClicks(tree.filter_box, "Type1/000")
    qtbot.waitUntil(lambda: names(tree) == [f"Type1/000{n}" for n in (1, 2, 3)], timeout=WAIT_MS)
    assert "3 of 11 recordings match" in tree.line.text()
    tree.filter_box.clear()
    qtbot.waitUntil(lambda: len(names(tree)) == 4, timeout=WAIT_MS)


@pytest.mark.parametrize(
    "text", ["distance:", "score>", "score>abc", "(((", "*[", "\\", "x" * 5000, ":::", "'\"<&"]
)
def test_any_filter_text_gives_matches_or_a_sentence(qtbot, tree: CaptureTree, opened: Session, text) -> None:
    opened.browsing.set_filter(text)
    qtbot.waitUntil(lambda: not opened.jobs, timeout=WAIT_MS)
    assert opened.browsing.matches is not None or opened.browsing.filter_problem
    assert tree.line.text()
    opened.browsing.set_filter("")
    assert len(names(tree)) == 4


def test_matches_come_in_natural_order(qtbot, tree: CaptureTree, opened: Session) -> None:
    opened.browsing.set_filter("000")
    qtbot.waitUntil(lambda: not opened.jobs, timeout=WAIT_MS)
    assert opened.browsing.matches is not None
    assert opened.browsing.matches == sorted(opened.browsing.matches, key=natural_key)
    assert names(tree) == [path.rpartition(".")[0] for path in opened.browsing.matches]


# -- growing ---------------------------------------------------------------------------------------------


class Gate:
    """Lets a scan through step by step."""

    def __init__(self) -> None:
        self.steps = threading.Semaphore(0)

    def through(self, scan):
        def gated():
            for step in scan():
                assert self.steps.acquire(timeout=WAIT_MS / 1000)
                yield step

        return gated


def test_selection_and_expansion_stay_while_a_scan_grows(
    qtbot, tree: CaptureTree, session: Session, capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from thermview.capture.index import CaptureIndex

    gate, scan = Gate(), CaptureIndex.scan
    monkeypatch.setattr(CaptureIndex, "scan", lambda self: gate.through(lambda: scan(self))())
    session.open_capture(capture)
    seen: list[str] = []
    for _ in range(4):  # the root and three of its folders
        gate.steps.release()
    qtbot.waitUntil(lambda: session.browsing.index.count >= 4, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: bool(names(tree)), timeout=WAIT_MS)
    seen = [name for name in names(tree) if tree.model.rowCount(tree.model.folder_index(name))]
    folder = tree.model.folder_index(seen[0])
    tree.tree.setExpanded(folder, True)
    tree.tree.setCurrentIndex(folder)
    for _ in range(20):
        gate.steps.release()
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    again = tree.model.folder_index(seen[0])
    assert tree.tree.isExpanded(again)
    assert tree.tree.currentIndex() == again
    assert len(names(tree)) == 4


def test_an_empty_folder_says_so(qtbot, tree: CaptureTree, session: Session, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    read(qtbot, session, tmp_path / "empty")
    assert tree.line.text() == "No thermal pictures or laser videos in this folder."
    assert names(tree) == []


def test_a_folder_that_vanishes_leaves_a_sentence(
    qtbot, tree: CaptureTree, shown: Session, capture: Path
) -> None:
    shutil.rmtree(capture)
    shown.browsing.go(1)
    qtbot.waitUntil(lambda: shown.problem != "", timeout=WAIT_MS)
    assert "0002.npz" in shown.problem
    with qtbot.waitSignal(shown.message, timeout=WAIT_MS) as said:
        shown.browsing.read_again()
    assert "no such file or folder" in said.args[0]
    assert shown.capture == capture


def test_a_file_that_vanishes_between_list_and_choice(
    qtbot, tree: CaptureTree, shown: Session, capture: Path
) -> None:
    (capture / "Type1" / "0002.npz").unlink()
    shown.select(capture / "Type1" / "0002.npz")
    qtbot.waitUntil(lambda: shown.problem != "", timeout=WAIT_MS)
    assert trailing(tree, "Type1/0002.npz") == [("cannot be read", "error")]
    shown.browsing.go(1)
    qtbot.waitUntil(lambda: shown.recording_id == "Type1/0003", timeout=WAIT_MS)


def test_reading_again_finds_new_files_and_keeps_what_is_shown(
    qtbot, tree: CaptureTree, shown: Session, capture: Path
) -> None:
    shown.seek(77)
    qtbot.waitUntil(lambda: shown.frame_index == 77, timeout=WAIT_MS)
    shutil.copy(capture / "Type1" / "0001.npz", capture / "Type1" / "0009.npz")
    shown.browsing.read_again()
    qtbot.waitUntil(lambda: not shown.browsing.scanning and shown.opening is None, timeout=WAIT_MS)
    assert shown.recording_id == "Type1/0001"
    assert shown.frame_index == 77
    assert "0009" in names(tree, tree.model.folder_index("Type1"))


# -- long folders ----------------------------------------------------------------------------------------


class Heartbeat:
    """The longest time in which the GUI thread worked without turning to its events, in ms of its own CPU."""

    def __init__(self) -> None:
        self.longest_ms = self.longest_wall_ms = 0.0
        self._last = thread_time(), perf_counter()
        self.timer = QTimer(interval=1)
        self.timer.timeout.connect(self._beat)
        self.timer.start()

    def _beat(self) -> None:
        now = thread_time(), perf_counter()
        self.longest_ms = max(self.longest_ms, 1000 * (now[0] - self._last[0]))
        self.longest_wall_ms = max(self.longest_wall_ms, 1000 * (now[1] - self._last[1]))
        self._last = now


@pytest.fixture
def long_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "long"
    folder.mkdir()
    for number in range(20_000):
        (folder / f"CAR_NOM_21.01.{number % 28 + 1:02d}_CIC_A1016-A1110_D3_{number:06d}_bbox0.png").touch()
    return folder


def test_twenty_thousand_pictures_never_stop_the_window(
    qtbot, tree: CaptureTree, session: Session, long_folder: Path
) -> None:
    expected = sorted(os.listdir(long_folder), key=natural_key)
    beat = Heartbeat()
    read(qtbot, session, long_folder)
    qtbot.waitUntil(lambda: "20\u2009000 recordings" in tree.line.text(), timeout=WAIT_MS)
    order = session.browsing.names_in("")
    assert list(order) == expected
    session.select(long_folder / order[150])
    qtbot.waitUntil(lambda: session.problem != "", timeout=WAIT_MS)
    session.browsing.go(1)
    qtbot.waitUntil(lambda: session.opening is None, timeout=WAIT_MS)
    session.browsing.set_filter("CAR")
    qtbot.waitUntil(lambda: not session.jobs, timeout=WAIT_MS)
    session.browsing.set_filter("")
    tree.tree.scrollToBottom()
    qtbot.waitUntil(lambda: not session.jobs, timeout=WAIT_MS)
    beat.timer.stop()
    print(
        f"longest without events: {beat.longest_ms:.0f} ms of work, {beat.longest_wall_ms:.0f} ms by the clock"
    )
    assert beat.longest_ms < TOLERATED_MS


def test_every_row_of_a_long_folder_can_be_reached(
    qtbot, tree: CaptureTree, session: Session, long_folder: Path
) -> None:
    read(qtbot, session, long_folder)
    root = QModelIndex()
    while tree.model.canFetchMore(root):
        tree.model.fetchMore(root)
    assert tree.model.rowCount() == 20_000
    assert tree.model.index(19_999, 0).data(RELATIVE) == session.browsing.names_in("")[-1]


def test_a_cancelled_scan_stops_where_it_is(qtbot, session: Session, long_folder: Path) -> None:
    session.open_capture(long_folder)
    for job in session.jobs:
        job.cancel()
    qtbot.waitUntil(lambda: not session.scan_worker.jobs, timeout=WAIT_MS)
    session.open_capture(long_folder)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    assert session.browsing.index is not None
    assert session.browsing.index.count == 20_000


def test_a_filter_works_while_the_folder_is_still_read(
    qtbot, tree: CaptureTree, session: Session, long_folder: Path
) -> None:
    session.open_capture(long_folder)
    session.browsing.set_filter("name-that-is-nowhere")
    qtbot.waitUntil(lambda: not session.jobs, timeout=WAIT_MS)
    assert session.browsing.matches == []
    assert not session.browsing.scanning
    first = next(iter(session.browsing.index.paths()))
    tree.filter_box.setText("typed for the folder before")
    session.open_capture(long_folder.parent)
    assert tree.filter_box.text() == ""
    session.open_capture(long_folder)
    session.browsing.set_filter(Path(first).stem)
    qtbot.waitUntil(lambda: not session.jobs, timeout=WAIT_MS)
    assert first in (session.browsing.matches or [])


def test_long_names_keep_the_end_in_which_neighbours_differ(qapp: QApplication) -> None:
    metrics = QFontMetrics(qapp.font())
    name = "HUM_AON_21.02.22_CIC_A1020-A1032_D30_003360_bbox0"
    short = shortened(name, metrics, metrics.horizontalAdvance("HUM...003360_bbox0"))
    assert short.startswith("HUM\u2026")
    assert short.endswith("3360_bbox0")
    assert shortened("0001", metrics, 200) == "0001"
