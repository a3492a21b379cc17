"""What a capture knows of a recording beyond the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from thermview.annotation import Annotation
from thermview.capture.names import NameTokens


@dataclass(frozen=True)
class Interval:
    """A named stretch of frames, `first` to `last` inclusive, such as an obstacle of the workpiece."""

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Context:
    """Everything around a recording: batch metadata, obstacles, labels, environment, name tokens.

    `recording_id` is the path below the capture without suffix (`Type16/1673`). `picture_class` is the
    class folder (or the annotation's category), never taken from the name. `issues` are sentences.
    """

    recording_id: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    obstacles: tuple[Interval, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    environment: Mapping[str, float] = field(default_factory=dict)
    picture_class: str = ""
    tokens: NameTokens | None = None
    issues: tuple[str, ...] = ()
