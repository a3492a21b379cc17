"""Regions as a file of their own: for other recordings, other people and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from thermview.errors import ExportError, ThermviewError, reason
from thermview.readers.failures import shown_name
from thermview.review.evidence import check_outside
from thermview.thermal.region_sets import RegionSet, from_json, to_json

_MOST_BYTES = 64 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # editors put it in front


def read_regions(path: Path) -> RegionSet:
    """The regions of a file; ThermviewError where it holds none or cannot be read."""
    name = shown_name(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise ThermviewError("it is too large to be a file of regions.")
        found = from_json(content.removeprefix(_BYTE_ORDER_MARK))
    except OSError as error:
        raise ThermviewError(f"{name}: it cannot be read ({error.strerror or reason(error)}).") from error
    except ThermviewError as error:
        raise ThermviewError(f"{name}: {error}") from error
    if not found.regions:
        raise ThermviewError(f"{name}: there are no regions in it.")
    return found


def write_regions(path: Path, regions: RegionSet, captures: Iterable[Path] = ()) -> None:
    """Write regions whole or not at all; ExportError where that fails or the file lies in a capture."""
    path = path.expanduser().absolute()
    check_outside(path, captures)
    partial = path.with_name(f".{path.name[:60]}.part-{uuid4().hex[:8]}")
    try:
        try:
            partial.write_text(to_json(regions) + "\n", "utf-8")
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(f"{path} cannot be written ({error.strerror or reason(error)}).") from error
