"""A file that hides failed writes from the HDF5 library and tells them to whoever asks."""

from __future__ import annotations

import errno
import os

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermview.review.forgiving_file import ForgivingFile


class FullDisk:
    """A file below that takes so many bytes and no more."""

    def __init__(self, file, room: int) -> None:
        self._file, self._room = file, room

    def write(self, data) -> int:
        kept = min(len(data), self._room - self._file.tell())
        if kept <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._file.write(data[:kept])

    def __getattr__(self, name: str):
        return getattr(self._file, name)


def test_it_holds_what_hdf5_writes(tmp_path):
    data = np.random.default_rng(0).integers(0, 1000, (50, 40))
    disk = ForgivingFile(tmp_path / "a.h5")
    with h5py.File(disk, "w") as file:
        file.create_dataset("x", data=data, compression="gzip", chunks=(5, 40))
        np.testing.assert_array_equal(file["x"][10:20], data[10:20])
    disk.check()
    disk.close()
    with h5py.File(tmp_path / "a.h5") as file:
        np.testing.assert_array_equal(file["x"][()], data)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 40_000))
def test_a_disk_full_at_any_point_lets_hdf5_close(tmp_path_factory, room):
    disk = ForgivingFile(tmp_path_factory.mktemp("full") / "a.h5")
    disk._file = FullDisk(disk._file, room)
    with h5py.File(disk, "w") as file:
        for n in range(5):
            file.create_dataset(f"x{n}", data=np.random.default_rng(n).random((40, 40)), chunks=(10, 40))
            file.flush()
    with pytest.raises(OSError, match="space"):
        disk.check()
    disk.close()
