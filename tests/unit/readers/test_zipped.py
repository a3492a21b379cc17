"""Recordings inside a zip open where they lie."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.errors import ReadError
from thermview.readers import open_recording, zipped
from thermview.readers.zipped import list_zip, split_zip_path

Save = Callable[[str, bytes], Path]


def batch(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_format_but_films_opens_inside_a_zip(
    packing: int, good_files: dict[str, bytes], save: Save
) -> None:
    path = save(
        "Type16.ZIP", batch({f"Type16/{name}": content for name, content in good_files.items()}, packing)
    )
    for name in good_files:
        inside = path / "Type16" / name
        if name.startswith("film"):
            with pytest.raises(ReadError, match="unpack"):
                open_recording(inside)
            continue
        outside = open_recording(save(name, good_files[name]))
        recording = open_recording(inside)
        assert (recording.name, recording.path) == (inside.stem, inside)
        assert (recording.kind, recording.quantity) == (outside.kind, outside.quantity)
        np.testing.assert_array_equal(recording.frames(0, 99), outside.frames(0, 99))
        recording.close()
        outside.close()


def test_nothing_is_unpacked_to_disk(good_files: dict[str, bytes], save: Save, tmp_path: Path) -> None:
    path = save("Type16.zip", batch({"1673.npz": good_files["video.npz"]}))
    open_recording(path / "1673.npz").frame(8)
    assert os.listdir(tmp_path) == ["Type16.zip"]


def test_paths_are_split_only_at_real_zips(save: Save, tmp_path: Path) -> None:
    path = save("Type16.zip", batch({"a.npz": b"x"}))
    assert split_zip_path(path / "sub" / "1673.npz") == (path, "sub/1673.npz")
    assert split_zip_path(path) is None
    assert split_zip_path(tmp_path / "0001.npz") is None
    (tmp_path / "folder.zip").mkdir()
    assert split_zip_path(tmp_path / "folder.zip" / "0001.npz") is None


def test_a_list_holds_only_what_is_safe_to_name(save: Save) -> None:
    names = [
        "T/0001.npz",
        "../up.npz",
        "/root.npz",
        "T/",
        "__MACOSX/T/._0001.npz",
        "C:\\x.npz",
        "T/metadata.pkl",
    ]
    members = list_zip(save("T.zip", batch({name: b"abc" for name in names})))
    assert [member.name for member in members] == ["T/0001.npz", "T/metadata.pkl"]
    assert members[0].size == 3


def test_the_list_follows_a_zip_that_changes(save: Save) -> None:
    path = save("T.zip", batch({"0001.npz": b"abc"}))
    assert len(list_zip(path)) == 1
    path.write_bytes(batch({"0001.npz": b"abc", "0002.npz": b"abc"}))
    assert len(list_zip(path)) == 2


def test_unreadable_zips(save: Save, good_files: dict[str, bytes], tmp_path: Path) -> None:
    whole = batch({"0001.npz": good_files["video.npz"]})
    with pytest.raises(ReadError, match=r"T\.zip: .*still being written"):
        list_zip(save("T.zip", whole[: len(whole) // 2]))
    with pytest.raises(ReadError, match="still being written"):
        open_recording(tmp_path / "T.zip" / "0001.npz")
    with pytest.raises(ReadError, match="is not there"):
        list_zip(tmp_path / "none.zip")


def test_members_that_cannot_be_opened(save: Save, good_files: dict[str, bytes]) -> None:
    inner = batch({"0001.npz": good_files["video.npz"]})
    path = save("T.zip", batch({"inner.zip": inner, "empty.npz": b""}))
    with pytest.raises(ReadError, match="is not there"):
        open_recording(path / "0009.npz")
    with pytest.raises(ReadError, match="zip inside a zip"):
        open_recording(path / "inner.zip" / "0001.npz")
    with pytest.raises(ReadError, match="empty"):
        open_recording(path / "empty.npz")
    path = save("L.zip", batch({"0001.npz": good_files["video.npz"]}, zipfile.ZIP_LZMA))
    with pytest.raises(ReadError, match="unpack it"):
        open_recording(path / "0001.npz")


def test_damage_inside_a_zip_is_named(save: Save, good_files: dict[str, bytes]) -> None:
    content = bytearray(batch({"0001.npz": good_files["video.npz"]}, zipfile.ZIP_STORED))
    content[200] ^= 0xFF
    with pytest.raises(ReadError, match=r"0001\.npz: damaged inside T\.zip"):
        open_recording(save("T.zip", bytes(content)) / "0001.npz")


def test_a_member_that_is_too_large(
    save: Save, good_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipped, "MAX_MEMBER_BYTES", 100)
    with pytest.raises(ReadError, match="unpack the zip first"):
        open_recording(save("T.zip", batch({"0001.npz": good_files["video.npz"]})) / "0001.npz")


def test_an_encrypted_member_is_left_out_and_refused(save: Save, frames: NDArray[np.uint16]) -> None:
    content = bytearray(batch({"0001.npz": b"secret"}))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path = save("T.zip", bytes(content))
    assert list_zip(path) == []
    with pytest.raises(ReadError, match="encrypted"):
        open_recording(path / "0001.npz")


def test_korean_names_written_by_windows_are_read(save: Save, good_files: dict[str, bytes]) -> None:
    name = "배-이상-고온/a.png"
    stand_in = "x" * len(name.encode("cp949"))
    content = batch({stand_in: good_files["picture.png"]}).replace(stand_in.encode(), name.encode("cp949"))
    path = save("T.zip", content)
    assert [member.name for member in list_zip(path)] == [name]
    assert open_recording(path / name).frame_shape == (12, 16, 3)
