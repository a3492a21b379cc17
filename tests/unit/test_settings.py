"""Settings: kept whole, forgiving what is in the file, clear where they cannot be kept."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thermview.errors import StoreError
from thermview.settings import SETTINGS, Settings

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def test_the_table_is_sound() -> None:
    assert len({row.key for row in SETTINGS}) == len(SETTINGS)
    for row in SETTINGS:
        assert row.text
        assert not row.choices or row.default in row.choices


def test_what_is_set_is_there_the_next_time(file: Path) -> None:
    kept = Settings(file)
    kept["theme"], kept["peak_hold"], kept["recent"] = "dark", False, ["/a/한국", "/b"]
    again = Settings(file)
    assert (again["theme"], again["peak_hold"], again["recent"]) == ("dark", False, ["/a/한국", "/b"])
    assert again["palette"] == "inferno"


def test_nothing_is_written_for_what_is_as_it_was(file: Path) -> None:
    Settings(file)["theme"] = "system"
    assert not file.exists()


def test_a_default_cannot_be_changed_by_whoever_got_it(file: Path) -> None:
    Settings(file)["recent"].append("/somewhere")
    Settings(file)["window"]["state"] = "x"
    assert Settings(file)["recent"] == []
    assert Settings(file)["window"] == {}


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"null", b"[1, 2]", b"\xff\xfe", b'"text"', b"[" * 100_000, b'{"theme": 1e999999}', b"NaN"],
)
def test_a_damaged_file_gives_the_defaults_and_is_mended(file: Path, text: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(text)
    kept = Settings(file)
    for row in SETTINGS:
        assert kept[row.key] == row.default
    kept["author"] = "me"
    assert json.loads(file.read_text("utf-8"))["author"] == "me"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(values=st.dictionaries(st.sampled_from([row.key for row in SETTINGS]), json_values))
def test_wrong_values_fall_back_to_the_default(tmp_path: Path, values: dict[str, object]) -> None:
    path = tmp_path / "any.json"
    path.write_text(json.dumps(values), "utf-8")
    kept = Settings(path)
    for row in SETTINGS:
        assert type(kept[row.key]) is type(row.default)
        assert not row.choices or kept[row.key] in row.choices


def test_yes_is_no_number_of_megabytes(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"frame_cache_mb": true, "peak_hold": 1, "theme": "pink"}')
    kept = Settings(file)
    assert (kept["frame_cache_mb"], kept["peak_hold"], kept["theme"]) == (256, True, "system")


def test_keys_of_other_versions_are_kept(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"from_the_future": [1], "theme": "dark"}')
    Settings(file)["author"] = "me"
    assert json.loads(file.read_text()) == {"from_the_future": [1], "theme": "dark", "author": "me"}


def test_an_unknown_key_is_a_mistake_of_the_program(file: Path) -> None:
    with pytest.raises(KeyError):
        Settings(file)["no such"]
    with pytest.raises(KeyError):
        Settings(file)["no such"] = 1


def test_names_that_are_no_text_are_kept(file: Path) -> None:
    odd = os.fsdecode(b"/data/\xff\xfe")
    Settings(file)["recent"] = [odd]
    assert Settings(file)["recent"] == [odd]


def test_a_folder_that_takes_no_file_is_said_and_the_value_holds(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    kept = Settings(tmp_path / "config" / "settings.json")
    with pytest.raises(StoreError, match="could not be saved"):
        kept["theme"] = "dark"
    assert kept["theme"] == "dark"


@pytest.mark.skipif(
    os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="this user may write anywhere"
)
def test_a_read_only_folder_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="could not be saved"):
            Settings(tmp_path / "settings.json")["theme"] = "dark"
    finally:
        tmp_path.chmod(0o700)


def test_a_failed_save_leaves_the_old_file_and_nothing_beside_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Settings(file)["theme"] = "dark"

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StoreError, match="No space left"):
        Settings(file)["theme"] = "light"
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]
    assert Settings(file)["theme"] == "dark"


def test_a_folder_in_the_files_place(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    kept = Settings(tmp_path / "settings.json")
    assert kept["theme"] == "system"
    with pytest.raises(StoreError):
        kept["theme"] = "dark"
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]
