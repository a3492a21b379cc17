"""Regions in the review store: per recording, for a whole capture, and after damage."""

import sqlite3
from pathlib import Path

import pytest

from thermview.review import store_file
from thermview.review.flags import Flag
from thermview.review.store import EVERY_RECORDING, ReviewStore

CAPTURE, OTHER = Path("/captures/line 3"), Path("/captures/other")


@pytest.fixture
def store(tmp_path):
    with ReviewStore(tmp_path / "review.sqlite") as opened:
        yield opened


def test_regions_are_kept_by_capture_and_recording(store):
    store.save_regions(CAPTURE, "a", "1")
    store.save_regions(CAPTURE, "b \udc80", "2 é")
    store.save_regions(OTHER, "a", "3")
    store.save_regions(CAPTURE, "a", "4")
    assert store.regions(CAPTURE, "a") == "4"
    assert store.kept_regions(CAPTURE) == {"a": "4", "b \udc80": "2 é"}
    assert store.kept_regions(CAPTURE, ["a", "gone"]) == {"a": "4"}
    store.save_regions(CAPTURE, "a", None)
    assert store.regions(CAPTURE, "a") is None


def test_regions_of_the_capture_count_where_a_recording_has_none_of_its_own(store):
    store.save_regions(CAPTURE, "a", "own")
    store.save_regions(CAPTURE, EVERY_RECORDING, "all")
    assert (store.regions(CAPTURE, "a"), store.regions(CAPTURE, "b")) == ("own", "all")
    assert store.regions(OTHER, "b") is None


def test_all_regions_of_a_capture_are_replaced_at_once(store):
    store.save_regions(CAPTURE, "a", "1")
    store.save_regions(OTHER, "a", "2")
    store.replace_regions(CAPTURE, {EVERY_RECORDING: "3", "b": "4"})
    assert store.kept_regions(CAPTURE) == {EVERY_RECORDING: "3", "b": "4"}
    assert store.kept_regions(OTHER) == {"a": "2"}


def test_a_store_without_regions_gets_room_for_them(tmp_path, monkeypatch):
    path = tmp_path / "r.sqlite"
    with monkeypatch.context() as patch:
        patch.setattr(store_file, "MIGRATIONS", store_file.MIGRATIONS[:1])
        with ReviewStore(path) as store:
            flag = store.add_flag(CAPTURE, Flag("a", 1, 1))
    with ReviewStore(path) as store:
        store.save_regions(CAPTURE, "a", "1")
        assert (store.flags(CAPTURE), store.regions(CAPTURE, "a")) == ([flag], "1")


def test_regions_that_a_damaged_store_still_gives_are_carried_over(tmp_path):
    path = tmp_path / "r.sqlite"
    with ReviewStore(path) as store:
        store.save_regions(CAPTURE, "a", "[]")
        store.add_flags(CAPTURE, [Flag("a", n, n, "reason" * 50) for n in range(2000)])
    connection = sqlite3.connect(path)
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'flag_of_recording'"
    ).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with ReviewStore(path) as store:
        assert "damaged" in store.notice
        assert store.regions(CAPTURE, "a") == "[]"
