"""What is known of a recording, as sections of named values; no Qt here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from thermview.annotation import Annotation
from thermview.capture.batch import BATCH_KEYS, NO_OBSTACLE
from thermview.capture.context import Context
from thermview.gui.parts.plain_words import (
    THIN,
    bytes_text,
    count_text,
    frames_text,
    measured_text,
    score_text,
    significant_text,
    time_text,
    value_text,
)
from thermview.recording import Recording

Row = tuple[str, str]
Section = tuple[str, tuple[Row, ...]]

_MANY_ANNOTATIONS = 200


def sections(recording: Recording, context: Context, clicked: Annotation | None) -> list[Section]:
    """All that is known, most wanted first; empty sections are left out."""
    found: list[Section] = [
        ("Clicked annotation", tuple(_annotation(clicked)) if clicked is not None else ()),
        ("Recording", tuple(_recording(recording, context))),
        ("Environment", tuple(measured_text(key, value) for key, value in context.environment.items())),
        ("Obstacles", tuple((item.name, frames_text(item.first, item.last)) for item in context.obstacles)),
        ("Batch metadata" if len(recording) > 1 else "Annotation record", tuple(_batch(context.metadata))),
        ("File name", tuple(_tokens(context))),
        ("Annotations", tuple(_annotations(context.annotations))),
        ("Metadata of the file", tuple(_plain(recording.metadata))),
    ]
    return [(title, rows) for title, rows in found if rows]


def issues(recording: Recording, context: Context) -> list[str]:
    """What is wrong with the file or its surroundings, each said once."""
    return list(dict.fromkeys([*recording.issues, *context.issues]))


def _recording(recording: Recording, context: Context) -> Iterable[Row]:
    rows, columns = recording.frame_shape[:2]
    frames = len(recording)
    yield "name", recording.name
    yield "file", str(recording.path)
    yield "kind", recording.kind
    if context.picture_class:
        yield "class", context.picture_class
    yield "frames", count_text(frames)
    yield "size", f"{columns} × {rows} pixels{_channels(recording.frame_shape)}"
    if len(recording.frame_shape) == 3:
        yield "quantity", "colours; no temperature in them"
    else:
        yield "quantity", recording.quantity.label
    yield "pixel type", _type_words(recording.dtype.name)
    yield from _clock(recording, frames)
    size = frames * rows * columns * recording.dtype.itemsize
    yield (
        "decoded",
        bytes_text(size * (recording.frame_shape[2] if len(recording.frame_shape) == 3 else 1)),
    )


def _clock(recording: Recording, frames: int) -> Iterable[Row]:
    if recording.timestamps is not None and len(recording.timestamps):
        yield "duration", time_text(float(recording.timestamps[-1]))
        yield "times", "from the file, one for each frame"
    elif recording.frame_rate and frames > 1:
        yield "duration", time_text(frames / recording.frame_rate)
    if recording.frame_rate:
        yield "frame rate", f"{significant_text(recording.frame_rate, 4)}{THIN}Hz"
    elif frames > 1 and recording.timestamps is None:
        yield "frame rate", "unknown"


def _channels(shape: tuple[int, ...]) -> str:
    return {3: ", RGB", 4: ", RGBA"}.get(shape[2], f", {shape[2]} channels") if len(shape) == 3 else ""


def _type_words(name: str) -> str:
    words = {"uint8": "8-bit counts", "uint16": "16-bit counts", "float32": "32-bit numbers"}
    return f"{name}, {words[name]}" if name in words else name


def _batch(metadata: Mapping[str, Any]) -> Iterable[Row]:
    """The ten keys first, whatever else there is after them; values as the file counts them, from 0."""
    ordered = [key for key in BATCH_KEYS if key in metadata]
    for key in [*ordered, *(key for key in metadata if key not in BATCH_KEYS)]:
        value = metadata[key]
        absent = "Obstacle" in key and isinstance(value, int) and value == NO_OBSTACLE
        yield key, f"no obstacle ({NO_OBSTACLE})" if absent else value_text(value)


def _tokens(context: Context) -> Iterable[Row]:
    if context.tokens is None:
        return
    words = {"day": "date", "distance_m": "distance"}
    for key, value in asdict(context.tokens).items():
        if value is None:
            continue
        text = f"{significant_text(value, 4)}{THIN}m" if key == "distance_m" else value_text(value)
        yield words.get(key, key), text


def _annotations(annotations: tuple[Annotation, ...]) -> Iterable[Row]:
    for number, annotation in enumerate(annotations[:_MANY_ANNOTATIONS], 1):
        yield str(number), ", ".join(text for _, text in _annotation(annotation))
    if len(annotations) > _MANY_ANNOTATIONS:
        yield "\u2026", f"{count_text(len(annotations) - _MANY_ANNOTATIONS)} more"


def _annotation(annotation: Annotation) -> Iterable[Row]:
    yield "category", annotation.category
    origin = annotation.origin
    yield "origin", origin if annotation.score is None else f"{origin}, score {score_text(annotation.score)}"
    if annotation.box is not None:
        box = annotation.box
        place = f"column {significant_text(box.column, 4)}, row {significant_text(box.row, 4)}"
        yield "box", f"{significant_text(box.width, 4)} × {significant_text(box.height, 4)} pixels at {place}"
    if annotation.polygon:
        yield "polygon", count_text(len(annotation.polygon), "corner")
    for key, value in annotation.attributes.items():
        yield str(key), value_text(value)


def _plain(metadata: Mapping[str, Any]) -> Iterable[Row]:
    for key, value in metadata.items():
        if key not in BATCH_KEYS:
            yield _named(str(key), value)


def _named(key: str, value: Any) -> Row:
    """A key in words; a number's unit moves from the key to the number: `distance_m` 0.8 is "distance", "0.8 m"."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        words, with_its_unit = measured_text(key, value)
        if words != key.replace("_", " "):
            return words, with_its_unit
    return (key.replace("_", " ") if key.islower() else key), value_text(value)
