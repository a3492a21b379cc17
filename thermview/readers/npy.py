"""Arrays in single NumPy files (.npy): frames are read where they lie, by their offset."""

from __future__ import annotations

from pathlib import Path

from thermview.readers.array_content import array_content
from thermview.readers.array_recordings import SeekRecording
from thermview.readers.failures import failure
from thermview.readers.numpy_header import complaint, read_header
from thermview.readers.registry import reader
from thermview.readers.zipped import open_binary, size_of
from thermview.recording import Recording


@reader("array", ".npy")
def open_npy(path: Path) -> Recording:
    """Open an array of one or more frames; a file named `...celsius.npy` holds temperatures in °C."""
    file = open_binary(path)
    try:
        header = read_header(file)
        if complaint(header):
            raise failure(path, complaint(header))
        if size_of(path) < header.size + header.nbytes:
            raise EOFError("its header states more than the file holds")
        key = "celsius" if path.stem.lower().endswith("celsius") else ""
        return SeekRecording(path, array_content(header, key), header, file, header.size)
    except BaseException:
        file.close()
        raise
