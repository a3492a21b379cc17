"""A recording as its reviewer measures it: under remembered conditions, or by what was stated of counts or colours.

What differs from the file is kept in the review store, for one recording or for all of one camera in a capture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from thermview.errors import ReadError
from thermview.readers.colour_estimate import (
    EstimatedRecording,
    EstimateError,
    RefusedRecording,
    estimated,
    holds_camera_data,
    is_lossy,
    may_estimate,
)
from thermview.readers.count_scale import CountScale, ScaledRecording, lacks_scale, stated_scale
from thermview.readers.filtered import FilteredRecording
from thermview.readers.hdf5 import Hdf5Recording
from thermview.recording import Recording, is_colour
from thermview.review.store import EVERY_RECORDING, ReviewStore
from thermview.thermal.colour_scale import ColourScale, stated_colours
from thermview.thermal.conditions import (
    Changes,
    ConditionsError,
    Radiometric,
    change_text,
    checked,
    usable,
)
from thermview.thermal.palette_fit import best_palette, fits_of, is_grey

FRAME_AXIS, AXES_OF = "frame_axis", "axes of "
"""How the axis that counts frames is kept, and what its places begin with."""


def measured(recording: Recording, store: ReviewStore, capture: Path, recording_id: str) -> Recording:
    """The recording as it was last measured in this capture; itself where nothing was stated of it.

    StoreError where the store cannot be read. The recording given is part of the one returned: close the latter.
    """
    if isinstance(recording, Hdf5Recording):
        recording = _along_kept_axis(recording, store, capture)
    if isinstance(recording, Radiometric):
        changes = usable(store.measuring(capture, recording.camera_id, recording_id))
        return recording.with_changes(changes) if changes else recording
    if lacks_scale(recording):
        place, camera = scale_key(recording, capture)
        scale = stated_scale(store.measuring(place, camera, EVERY_RECORDING))
        return ScaledRecording(recording, scale) if scale else recording
    if may_estimate(recording):
        place, pictures = colours_key(recording, capture, recording_id)
        return seen_by(recording, stated_colours(store.measuring(place, pictures, recording_id)))
    return recording


def measured_anew(recording: Recording, store: ReviewStore, capture: Path, recording_id: str) -> Recording:
    """A measured recording by what is kept of its camera now, without opening it anew; itself where nothing differs.

    StoreError where the store cannot be read. Colours keep their scale until they are opened again.
    """
    if isinstance(recording, Radiometric):
        changes = usable(store.measuring(capture, recording.camera_id, recording_id))
        same = dict(changes) == dict(recording.changes)
        return recording if same else recording.with_changes(changes)
    counts = recording.counts_recording if isinstance(recording, ScaledRecording) else recording
    if not lacks_scale(counts):
        return recording
    place, camera = scale_key(counts, capture)
    scale = stated_scale(store.measuring(place, camera, EVERY_RECORDING))
    if scale == (recording.scale if isinstance(recording, ScaledRecording) else None):
        return recording
    return ScaledRecording(counts, scale) if scale is not None else counts


def _along_kept_axis(recording: Hdf5Recording, store: ReviewStore, capture: Path) -> Recording:
    if recording.open_axis is None:
        return recording
    kept = store.measuring(*axes_key(recording, capture), EVERY_RECORDING).get(FRAME_AXIS)
    return recording.along(kept) if kept in (0, 1, 2) and kept != recording.open_axis else recording


def axes_key(recording: Hdf5Recording, capture: Path) -> tuple[Path, str]:
    """Under what the axis of frames is kept: the HDF5 files of one shape in the capture."""
    sides = " x ".join(str(side) for side in recording.stored_shape)
    return capture, f"{AXES_OF}{sides}"


def seen_by(colours: Recording, scale: ColourScale | None) -> Recording:
    """A recording of colours as temperatures by a stated scale; as colours, with the reason, where it does not fit."""
    if scale is None:
        return colours
    try:
        return estimated(colours, scale)
    except EstimateError as error:
        return RefusedRecording(colours, scale, str(error))


def scale_key(recording: Recording, capture: Path) -> tuple[Path | None, str]:
    """Under what a count scale is kept: the camera where the file names one, else its kind of file in the capture."""
    names = (str(recording.metadata.get(key, "")).strip() for key in ("make", "model"))
    camera = " ".join(name for name in names if name)
    what = "values" if recording.dtype.kind == "f" else "counts"
    if camera:
        return None, f"{what} of {camera}"
    rows, columns = recording.frame_shape[:2]
    return capture, f"{what} of {columns} x {rows} {recording.kind}"


def colours_key(recording: Recording, capture: Path, recording_id: str) -> tuple[Path, str]:
    """Under what a colour scale is kept: the pictures of one size and kind in one folder of the capture."""
    rows, columns = recording.frame_shape[:2]
    folder = recording_id.rpartition("/")[0] or "."
    return capture, f"colours of {columns} x {rows} {recording.kind} in {folder}"


def estimated_by(recording: Recording, scale: ColourScale, guess: bool = False) -> Recording:
    """A recording just opened, as estimated temperatures; closed, with EstimateError, where that cannot be.

    With `guess` the palette is the one that its colours are clearly of.
    """
    try:
        if guess and may_estimate(recording) and not holds_camera_data(recording):
            scale = ColourScale(_guessed(recording), scale.low_c, scale.high_c)
        return estimated(recording, scale)
    except BaseException:
        recording.close()
        raise


def _guessed(recording: Recording) -> str:
    """The palette that a recording's colours are clearly of; EstimateError where none is."""
    frame, lossy = recording.frame(0), is_lossy(recording)
    if is_grey(frame):
        raise EstimateError(
            f"{recording.path.name}: greys fit the palette grey whatever they show, so it is not guessed; state it."
        )
    name = best_palette(fits_of(frame, lossy), lossy)
    if name is None:
        raise EstimateError(
            f"{recording.path.name}: which palette its colours are of is not clear; state it."
        )
    return name


def scaled_by(recording: Recording, scale: CountScale) -> Recording:
    """A recording just opened, as temperatures by a stated scale; closed, with ReadError, where its file says more.

    The scale takes the place of a remembered one.
    """
    if isinstance(recording, ScaledRecording):
        recording = recording.counts_recording
    if lacks_scale(recording):
        return ScaledRecording(recording, scale)
    recording.close()
    raise ReadError(
        f"{recording.path.name}: no scale can be stated of it; its values are "
        f"{'colours' if is_colour(recording) else recording.quantity.label or 'plain numbers'}. Scales are for 16-bit "
        "counts and floats in TIFF, NumPy and HDF5 files that do not say what they mean."
    )


def opened_under(recording: Recording, changes: Changes) -> Recording:
    """A recording just opened, under changed conditions; closed, with ReadError, where it holds no counts."""
    try:
        return under(recording, changes)
    except ConditionsError as error:
        recording.close()
        raise ReadError(str(error)) from error


def under(recording: Recording, changes: Changes) -> Recording:
    """The recording under changed conditions; ConditionsError where it holds no counts or a value cannot be used."""
    checked_changes = checked(changes)
    if not checked_changes:
        return recording
    if not isinstance(recording, Radiometric):
        raise ConditionsError(
            f"{recording.path.name}: emissivity and the other conditions cannot be changed; "
            "it holds no raw counts of a camera."
        )
    return recording.with_changes({**recording.changes, **checked_changes})  # type: ignore[no-any-return]


def conditions_of(recording: Recording) -> dict[str, Any]:
    """What the temperatures of a recording rest on, for manifests and files; empty where nothing is known.

    The seven conditions of its first frame, and under `changed_from_file` what someone set in place of the
    file's values; or the scale that someone stated for counts; or the palette and ends for colours.
    """
    recording = as_recorded(recording)
    if isinstance(recording, Radiometric):
        used = {name: float(f"{value:.6g}") for name, value in asdict(recording.conditions).items()}
        stated = asdict(recording.file_conditions)
        changed = {name: float(f"{stated[name]:.6g}") for name in recording.changes}
        return {**used, "changed_from_file": changed}
    if isinstance(recording, ScaledRecording):
        return {**asdict(recording.scale), "stated_by": "the user"}
    if isinstance(recording, EstimatedRecording):
        scale = recording.scale
        return {
            "estimated_from": "colours",
            "palette": scale.palette,
            "low_c": scale.low_c,
            "high_c": scale.high_c,
            "uncertainty_k": float(f"{recording.uncertainty_k:.2g}"),
            "residual_rgb": float(f"{recording.residual:.2g}"),
            "stated_by": "the user",
        }
    return {}


def conditions_text(recording: Recording) -> str:
    """One line for a picture's caption: what differs from the file; empty where nothing does."""
    recording = as_recorded(recording)
    if isinstance(recording, Radiometric) and recording.changes:
        return f"measured with {change_text(recording.changes, recording.file_conditions)}"
    if isinstance(recording, ScaledRecording):
        return f"measured with {recording.scale.words()}, as stated by the user"
    if isinstance(recording, EstimatedRecording):
        how_sure = f"±{recording.uncertainty_k:.2g} K"
        return f"estimated from colours with {recording.scale.words()}, as stated by the user, {how_sure}"
    return ""


def as_recorded(recording: Recording) -> Recording:
    """The recording without filters."""
    return recording.inner if isinstance(recording, FilteredRecording) else recording


def filtered_text(recording: Recording) -> str:
    """Which filters its frames went through, with frames counted from 0; empty where none."""
    return recording.filters.words(0) if isinstance(recording, FilteredRecording) else ""


def flat_text(conditions: Mapping[str, Any]) -> str:
    """The conditions as one cell of a table: "emissivity=0.9 (file 0.95); reflected_c=20; ..."."""
    changed = conditions.get("changed_from_file", {})
    parts = []
    for name, value in conditions.items():
        if name != "changed_from_file":
            number = f"{value:g}" if isinstance(value, float) else str(value)
            parts.append(f"{name}={number}" + (f" (file {changed[name]:g})" if name in changed else ""))
    return "; ".join(parts)
