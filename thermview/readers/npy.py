"""Arrays in single NumPy files (.npy): frames are read where they lie, by their offset."""

from __future__ import annotations

from pathlib import Path

from thermview.readers.array_content import array_content
from thermview.readers.array_recordings import SeekRecording
from thermview.readers.failures import cut_short, failure
from thermview.readers.numpy_header import complaint, read_header
from thermview.readers.registry import reader
from thermview.readers.zipped import open_binary, size_of
from thermview.recording import Recording


@reader("array", ".npy")
def open_npy(path: Path) -> Recording:
    """Open an array of one or more frames; a file named `...celsius.npy` holds temperatures in °C.

    Of one that was cut short the frames before the cut can be read.
    """
    file = open_binary(path)
    try:
        header = read_header(file)
        if complaint(header):
            raise failure(path, complaint(header))
        key = "celsius" if path.stem.lower().endswith("celsius") else ""
        content = array_content(header, key)
        whole = content.length
        if (held := size_of(path) - header.size) < header.nbytes:  # frames of a Fortran array lie interleaved
            whole = 0 if header.fortran else held * content.length // header.nbytes
            if not whole:
                raise cut_short(path, 0, content.length)
        return SeekRecording(path, content, header, file, header.size, whole)
    except BaseException:
        file.close()
        raise
