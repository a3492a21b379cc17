"""The visible picture of a recording as its reviewer laid it over the frames: which file, and how it lies.

Kept in the review store: for one recording the chosen file, the correction of its alignment and the inset; for a
camera the correction alone, which is then that of every recording of it that has none of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thermview.errors import ReadError
from thermview.readers.failures import shown_name
from thermview.readers.paired_files import paired_visible
from thermview.readers.visible_picture import VisiblePicture, embedded_visible, visible_file
from thermview.recording import Recording, is_colour
from thermview.review.measured import as_recorded
from thermview.review.store import EVERY_RECORDING, ReviewStore
from thermview.thermal.alignment import NEUTRAL, Alignment, Inset, usable, usual_inset
from thermview.thermal.conditions import Radiometric
from thermview.thermal.fusion import Fusion, Look, prepare

NO_VISIBLE = (
    "This recording has no visible picture: none is inside its file and none lies beside it by a paired name."
)


@dataclass(frozen=True)
class KeptVisible:
    """What is kept of one recording, None where nothing is; `file` is relative to the capture where it can be."""

    file: str | None = None
    correction: Alignment | None = None
    inset: Inset | None = None

    def values(self) -> dict[str, Any]:
        """As the store keeps it; empty where nothing is changed."""
        found: dict[str, Any] = {} if self.file is None else {"file": self.file}
        if self.correction is not None:
            found["correction"] = list(_rounded(self.correction))
        if self.inset is not None:
            box = (self.inset.left, self.inset.top, self.inset.right, self.inset.bottom)
            found["inset"] = [round(edge, 3) for edge in box]
        return found


def kept_visible(values: Mapping[str, Any]) -> KeptVisible:
    """What a store's values say; what cannot be understood is forgotten."""
    file = values.get("file")
    correction, inset = _numbers(values.get("correction"), 3), _numbers(values.get("inset"), 4)
    return KeptVisible(
        file if isinstance(file, str) and file else None,
        usable(*correction) if correction else None,
        Inset(*inset) if inset and inset[0] < inset[2] and inset[1] < inset[3] else None,
    )


def correction_values(correction: Alignment | None) -> dict[str, Any]:
    """A camera's correction as the store keeps it; empty for none."""
    return KeptVisible(correction=correction).values()


def recording_key(recording: Recording, capture: Path) -> tuple[Path, str]:
    """Under what a recording's own visible picture is kept."""
    return capture, f"visible picture of {_camera(recording)}"


def camera_key(recording: Recording, capture: Path, inside: bool) -> tuple[Path | None, str]:
    """Under what the correction of a camera is kept: in every capture where it tells its serial number, else in this.

    The picture inside the file and one beside it are of two lenses, so each has its own.
    """
    named = isinstance(recording, Radiometric) and recording.camera_id
    return None if named else capture, f"visible {'inside' if inside else 'beside'} {_camera(recording)}"


def _camera(recording: Recording) -> str:
    if isinstance(recording, Radiometric) and recording.camera_id:
        return str(recording.camera_id)
    rows, columns = recording.frame_shape[:2]
    return f"{columns} x {rows} {recording.kind}"


class NoVisiblePicture(ReadError):
    """A recording has no visible picture, as most have none."""


def find_visible(recording: Recording, chosen: Path | None = None) -> VisiblePicture:
    """The chosen file, else the picture inside the recording's file, else the one beside it.

    NoVisiblePicture where there is none, ReadError where it cannot be read.
    """
    if chosen is not None:
        return visible_file(chosen)
    found = embedded_visible(recording.path)
    if found is not None:
        return found
    beside = paired_visible(recording.path, is_colour(recording))
    if beside is None:
        raise NoVisiblePicture(NO_VISIBLE)
    return visible_file(beside)


def chosen_file(kept: KeptVisible, capture: Path) -> Path | None:
    """Where the file lies that someone chose."""
    return None if kept.file is None else capture / kept.file  # of an absolute path the capture falls away


def kept_file(path: Path, capture: Path) -> str:
    """How a chosen file is kept, so that a capture can be moved with what lies in it."""
    return path.relative_to(capture).as_posix() if path.is_relative_to(capture) else str(path)


def aligned(picture: VisiblePicture, kept: KeptVisible, of_camera: Alignment | None) -> Alignment:
    """How a picture lies: as its file states, with the recording's own correction or else that of its camera."""
    return picture.alignment.corrected(kept.correction or of_camera or NEUTRAL)


def inset_of(picture: VisiblePicture, kept: KeptVisible, recording: Recording) -> Inset:
    """The inset: the kept one, else that of the file, else the middle of the frame."""
    rows, columns = recording.frame_shape[:2]
    return (kept.inset or picture.inset or usual_inset(columns, rows)).within(columns, rows)


def source_words(picture: VisiblePicture) -> str:
    """Where a visible picture is from."""
    rows, columns = picture.size
    where = "inside the file" if picture.inside else shown_name(picture.path)
    return f"{where}, {columns} × {rows} pixels"


def fusion_of(
    recording: Recording, look: Look, store: ReviewStore | None, capture: Path, recording_id: str
) -> Fusion:
    """A recording's visible picture as it was last laid over it; without a store as its file states it.

    NoVisiblePicture where it has none, ReadError where it cannot be read, StoreError where the store cannot.
    """
    recording = as_recorded(recording)
    kept, of_camera = KeptVisible(), None
    if store is not None:
        kept = kept_visible(store.kept_measuring(*recording_key(recording, capture)).get(recording_id, {}))
    picture = find_visible(recording, chosen_file(kept, capture))
    if store is not None:
        of_camera = camera_correction(store, recording, capture, picture.inside)
    return Fusion(
        look, prepare(picture.pixels), aligned(picture, kept, of_camera), inset_of(picture, kept, recording),
        source_words(picture),
    )  # fmt: skip


def camera_correction(
    store: ReviewStore, recording: Recording, capture: Path, inside: bool
) -> Alignment | None:
    """The correction that was set for a recording's camera."""
    kept = store.kept_measuring(*camera_key(recording, capture, inside)).get(EVERY_RECORDING, {})
    return kept_visible(kept).correction


def _rounded(alignment: Alignment) -> tuple[float, float, float]:
    return round(alignment.scale, 6), round(alignment.offset_x, 4), round(alignment.offset_y, 4)


def _numbers(value: Any, count: int) -> Sequence[float] | None:
    if not isinstance(value, list | tuple) or len(value) != count:
        return None
    if not all(isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n) for n in value):
        return None
    return [float(n) for n in value]
