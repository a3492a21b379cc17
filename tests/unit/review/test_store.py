"""The review store keeps every flag, whatever happens to the process, the disk or the file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thermview.errors import StoreError
from thermview.review import store_file
from thermview.review.flags import Flag
from thermview.review.store import ReviewStore

REPOSITORY = Path(__file__).parents[3]
CAPTURE = Path("/captures/line 3")


@pytest.fixture
def store(tmp_path):
    with ReviewStore(tmp_path / "review.sqlite") as opened:
        yield opened


def test_default_place_is_the_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("THERMVIEW_DATA_DIR", str(tmp_path / "data"))
    with ReviewStore() as store:
        assert store.path == tmp_path / "data" / "review.sqlite"
        assert store.path.is_file()


def test_flag_comes_back_whole_after_reopening(tmp_path):
    flag = Flag("Type16/1673", 2006, 2099, "power", "12 % low, <b>really</b>\n두 번째", "Kim")
    with ReviewStore(tmp_path / "r.sqlite") as store:
        kept = store.add_flag(CAPTURE, flag)
    assert kept.id > 0
    assert kept.created is not None
    assert abs((datetime.now(UTC) - kept.created).total_seconds()) < 60
    assert replace(kept, id=0, created=None) == flag
    with ReviewStore(tmp_path / "r.sqlite") as store:
        assert store.flags(CAPTURE) == [kept]
        assert store.notice == ""


def test_flags_are_kept_apart_by_capture_and_recording(store):
    a = store.add_flag(CAPTURE, Flag("b", 5, 5))
    b = store.add_flag(CAPTURE, Flag("a", 7, 9))
    c = store.add_flag(CAPTURE, Flag("a", 1, 1))
    store.add_flag(Path("/captures/other"), Flag("a", 1, 1))
    assert store.flags(CAPTURE) == [c, b, a]
    assert store.flags(CAPTURE, "a") == [c, b]
    assert store.flag_counts(CAPTURE) == {"a": 2, "b": 1}
    assert store.flag_counts(Path("/captures/none")) == {}


def test_one_capture_however_its_path_is_spelt(store, tmp_path, monkeypatch):
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)
    store.add_flag(Path("sub"), Flag("a", 0, 0))
    assert store.flag_counts(tmp_path / "sub" / ".." / "sub") == {"a": 1}


def test_update_changes_one_flag(store):
    kept = store.add_flag(CAPTURE, Flag("a", 1, 2, "power"))
    other = store.add_flag(CAPTURE, Flag("a", 3, 4))
    changed = store.update_flag(CAPTURE, replace(kept, note="seen", last=9))
    assert changed == replace(kept, note="seen", last=9)
    assert store.flags(CAPTURE) == [changed, other]


def test_updating_a_removed_flag_says_so(store):
    kept = store.add_flag(CAPTURE, Flag("a", 1, 2))
    store.remove_flag(CAPTURE, kept.id)
    with pytest.raises(StoreError, match="removed"):
        store.update_flag(CAPTURE, kept)


def test_undo_of_remove_keeps_the_id(store):
    first = store.add_flag(CAPTURE, Flag("a", 1, 2, "power", "note", "Kim"))
    assert store.remove_flag(CAPTURE, first.id) == first
    assert store.remove_flag(CAPTURE, first.id) is None
    assert store.add_flag(CAPTURE, Flag("a", 3, 3)).id != first.id, "the id of a removed flag stays free"
    assert store.restore_flag(CAPTURE, first) == first
    assert store.restore_flag(CAPTURE, first) == first
    assert len(store.flags(CAPTURE)) == 2


def test_removing_needs_the_right_capture(store):
    kept = store.add_flag(CAPTURE, Flag("a", 1, 2))
    assert store.remove_flag(Path("/captures/other"), kept.id) is None
    assert store.flags(CAPTURE) == [kept]


def test_several_flags_are_kept_together_or_not_at_all(store):
    with pytest.raises(ValueError, match="first to last"):
        store.add_flags(CAPTURE, [Flag("a", 1, 2), Flag("a", 5, 4)])
    assert store.flags(CAPTURE) == []
    assert len(store.add_flags(CAPTURE, [Flag("a", n, n) for n in range(500)])) == 500
    assert store.flag_counts(CAPTURE) == {"a": 500}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.builds(
        Flag,
        recording=st.text(st.characters(), min_size=1),
        first=st.integers(0, 2**40),
        last=st.just(2**41),
        reason=st.text(st.characters()),
        note=st.text(),
        author=st.text(),
    )
)
def test_any_text_survives(store, flag):
    kept = store.add_flag(CAPTURE, flag)
    assert store.flags(CAPTURE, flag.recording)[-1:] == [kept] or kept in store.flags(CAPTURE)
    assert replace(kept, id=0, created=None) == flag


def test_names_that_are_no_unicode_are_kept(store):
    name = os.fsdecode(b"cut \xff off")
    kept = store.add_flag(Path("/captures") / name, Flag(name, 0, 0))
    assert store.flags(Path("/captures") / name, name) == [kept]


def test_state_is_remembered_per_recording(store):
    assert store.state(CAPTURE, "a") == {}
    store.save_state(CAPTURE, "a", {"frame": 7, "display": {"palette": "iron"}})
    store.save_state(CAPTURE, "a", {"frame": 8, "unit": "°C"})
    assert store.state(CAPTURE, "a") == {"frame": 8, "unit": "°C"}
    assert store.state(CAPTURE, "b") == {}


@pytest.mark.parametrize("text", ["{", "[1]", "null"])
def test_damaged_state_is_forgotten(store, text):
    store.save_state(CAPTURE, "a", {"frame": 1})
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE state SET value = ?", [text])
    connection.close()
    assert store.state(CAPTURE, "a") == {}


def test_threads_share_one_store(store):
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda n: store.add_flag(CAPTURE, Flag("a", n, n)).id, range(80)))
    assert len(set(ids)) == 80
    assert store.flag_counts(CAPTURE) == {"a": 80}


def test_connections_of_ended_threads_are_closed(store):
    for n in range(5):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(store.add_flag, CAPTURE, Flag("a", n, n)).result()
    assert len(store._opened) <= 2


def test_store_reopens_after_close(store):
    store.close()
    assert store.add_flag(CAPTURE, Flag("a", 0, 0)).id > 0


_KILLED = """
import os, signal, sys
from pathlib import Path
from thermview.review.flags import Flag
from thermview.review.store import ReviewStore
store = ReviewStore(Path(sys.argv[1]))
for n in range(3):
    print(store.add_flag(Path("/captures/line 3"), Flag("a", n, n)).id, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_flags_survive_a_killed_process(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path / "r.sqlite")],
        capture_output=True, cwd=REPOSITORY, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    with ReviewStore(tmp_path / "r.sqlite") as store:
        assert [flag.id for flag in store.flags(CAPTURE)] == [int(line) for line in done.stdout.split()]
        assert [flag.first for flag in store.flags(CAPTURE)] == [0, 1, 2]
        assert store.notice == ""


def test_two_processes_begin_a_store_at_once(tmp_path):
    code = _KILLED.replace("os.kill(os.getpid(), signal.SIGKILL)", "store.close()")
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "r.sqlite")], cwd=REPOSITORY,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(3)
    ]  # fmt: skip
    errors = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], errors
    with ReviewStore(tmp_path / "r.sqlite") as store:
        assert store.flag_counts(CAPTURE) == {"a": 9}


def _aside(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if ".damaged-" in path.name and path.suffix == ".sqlite"]


def test_a_file_of_noise_is_moved_aside_and_kept(tmp_path):
    path = tmp_path / "r.sqlite"
    path.write_bytes(b"noise" * 1000)
    with ReviewStore(path) as store:
        assert "damaged" in store.notice
        assert store.add_flag(CAPTURE, Flag("a", 0, 0)).id > 0
    [aside] = _aside(tmp_path)
    assert aside.read_bytes() == b"noise" * 1000
    assert str(aside) in store.notice


def test_what_a_damaged_store_still_gives_is_carried_over(tmp_path):
    path = tmp_path / "r.sqlite"
    with ReviewStore(path) as store:
        kept = store.add_flags(CAPTURE, [Flag("a", n, n, note="n" * 200) for n in range(400)])
    data = bytearray(path.read_bytes())
    data[-8192:] = b"\xff" * 8192
    path.write_bytes(data)
    with ReviewStore(path) as store:
        assert "damaged" in store.notice
        flags = store.flags(CAPTURE)
    assert 0 < len(flags) <= len(kept)
    assert all(flag in kept for flag in flags)
    assert _aside(tmp_path)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_loses_the_file_or_stops_the_store(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damage")
    path = folder / "r.sqlite"
    with ReviewStore(path) as store:
        store.add_flags(CAPTURE, [Flag("a", n, n, note="n" * 50) for n in range(100)])
    whole = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at : at + 64] = data.draw(st.binary(min_size=64, max_size=64))
    path.write_bytes(whole[: data.draw(st.sampled_from([len(whole), len(whole) // 2, 100, 20]))])
    try:
        with ReviewStore(path) as store:
            store.add_flag(CAPTURE, Flag("new", 0, 0))
            assert store.flag_counts(CAPTURE)["new"] == 1
    except StoreError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017
    assert path.exists() or _aside(folder)


def test_a_file_that_is_no_store_is_left_alone(tmp_path):
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG not a database at all" * 50)
    with pytest.raises(StoreError, match="not a review store"):
        ReviewStore(picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [picture]


def test_another_programs_database_is_left_alone(tmp_path):
    path = tmp_path / "other.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        ReviewStore(path)
    assert path.read_bytes() == before


def test_a_newer_schema_is_not_touched(tmp_path):
    path = tmp_path / "r.sqlite"
    ReviewStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="newer"):
        ReviewStore(path)


def test_an_older_schema_is_brought_up_to_date(tmp_path, monkeypatch):
    path = tmp_path / "r.sqlite"
    with ReviewStore(path) as store:
        kept = store.add_flag(CAPTURE, Flag("a", 1, 1))
    added = (*store_file.MIGRATIONS, ("ALTER TABLE flag ADD COLUMN colour TEXT",))
    monkeypatch.setattr(store_file, "MIGRATIONS", added)
    with ReviewStore(path) as store:
        assert store.flags(CAPTURE) == [kept]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(added),)
    assert connection.execute("SELECT colour FROM flag").fetchall() == [(None,)]
    connection.close()


def test_a_failed_migration_changes_nothing(tmp_path, monkeypatch):
    path = tmp_path / "r.sqlite"
    with ReviewStore(path) as store:
        kept = store.add_flag(CAPTURE, Flag("a", 1, 1))
    broken = (*store_file.MIGRATIONS, ("ALTER TABLE flag ADD COLUMN colour TEXT", "no SQL"))
    with monkeypatch.context() as patch:
        patch.setattr(store_file, "MIGRATIONS", broken)
        with pytest.raises(StoreError, match="cannot be opened"):
            ReviewStore(path)
    with ReviewStore(path) as store:
        assert store.flags(CAPTURE) == [kept]


@pytest.mark.parametrize("place", ["file/review.sqlite", "folder"])
def test_a_place_that_cannot_hold_it_is_one_sentence(tmp_path, place):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError) as raised:
        ReviewStore(tmp_path / place)
    assert "cannot be opened" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_full_disk_is_one_sentence_and_keeps_what_was(store):
    kept = store.add_flag(CAPTURE, Flag("a", 0, 0))
    connection = store._connection()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="full"):
        store.add_flag(CAPTURE, Flag("a", 1, 1, note="n" * 100_000))
    assert store.flags(CAPTURE) == [kept]


def test_a_locked_store_is_one_sentence(store, monkeypatch):
    kept = store.add_flag(CAPTURE, Flag("a", 0, 0))
    store._connection().execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        store.add_flag(CAPTURE, Flag("a", 1, 1))
    assert store.flags(CAPTURE) == [kept]
    other.execute("ROLLBACK")
    other.close()
    assert store.add_flag(CAPTURE, Flag("a", 1, 1)).id > kept.id


def test_several_flags_are_removed_at_once_and_others_stay(store):
    added = store.add_flags(CAPTURE, [Flag(f"p{n}", 0, 0, "blurred") for n in range(4)])
    store.remove_flags(CAPTURE, [added[0].id, added[2].id, 999])
    assert [flag.recording for flag in store.flags(CAPTURE)] == ["p1", "p3"]
    store.remove_flags(Path("/captures/other"), [added[1].id])
    assert len(store.flags(CAPTURE)) == 2
