"""The table of export formats. To add one, add a row."""

from __future__ import annotations

from collections.abc import Sequence

from thermview.errors import ExportError
from thermview.review.formats import Exporter, each
from thermview.review.number_files import H5Frames, write_csv, write_npy, write_tiff
from thermview.review.picture_files import GifClip, Mp4Clip, write_jpeg, write_png

EXPORTERS: tuple[Exporter, ...] = (
    Exporter("png", ".png", "Pictures in colours (PNG)", "frame", each(write_png)),
    Exporter("jpeg", ".jpg", "Pictures in colours (JPEG)", "frame", each(write_jpeg)),
    Exporter("tiff", ".tiff", "Numbers as 16-bit or float TIFF", "frame", each(write_tiff)),
    Exporter("csv", ".csv", "Numbers as text (CSV)", "frame", each(write_csv)),
    Exporter("npy", ".npy", "Numbers for NumPy", "frame", each(write_npy)),
    Exporter("h5", ".h5", "Numbers with units (HDF5, NeXus)", "recording", H5Frames),
    Exporter("mp4", ".mp4", "Clips around the frames (MP4)", "clip", Mp4Clip),
    Exporter("gif", ".gif", "Clips around the frames (GIF)", "clip", GifClip),
)
_ALSO = {"jpg": "jpeg", "tif": "tiff", "hdf5": "h5", "numpy": "npy"}


def exporters_of(formats: Sequence[str]) -> list[Exporter]:
    """The rows of these formats, each once; ExportError for a name that is in no row."""
    known = {exporter.name: exporter for exporter in EXPORTERS}
    chosen: dict[str, Exporter] = {}
    for name in formats:
        plain = name.strip().lower().lstrip(".")
        exporter = known.get(_ALSO.get(plain, plain))
        if exporter is None:
            raise ExportError(f"There is no export format {name!r}; there are {', '.join(known)}.")
        chosen[exporter.name] = exporter
    if not chosen:
        raise ExportError("Nothing was exported: choose at least one format.")
    return list(chosen.values())
