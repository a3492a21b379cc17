"""What a capture knows of a recording beyond the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from thermview.annotation import Annotation
from thermview.capture.batch import (
    Batch,
    batch_index,
    check,
    find_batch,
    length_issues,
    obstacle_issues,
    obstacles,
    read_batch,
)
from thermview.capture.cache import FileCache, Fingerprint, fingerprint
from thermview.capture.classes import class_of
from thermview.capture.ids import recording_id
from thermview.capture.intervals import Interval
from thermview.capture.labels import Label, LabelFinder
from thermview.capture.names import NameTokens, parse_name
from thermview.errors import ReadError
from thermview.readers.zipped import split_zip_path
from thermview.recording import Recording

__all__ = ["Context", "ContextFinder", "Interval"]

_BATCHES_KEPT = 64


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
    obstacle_issues: tuple[str, ...] = ()
    """Those of the issues that say why it is not known where obstacles are: nothing that can be read states them, or
    what is stated cannot be in the recording."""
    length_issues: tuple[str, ...] = ()
    """Those that say that the recording has not as many frames as are stated."""

    @property
    def states_obstacles(self) -> bool:
        """Whether the metadata speaks of obstacles at all: where it states none there are none."""
        return any(key.startswith("KeyfIniObstacle") for key in self.metadata)

    @property
    def stated_obstacles(self) -> tuple[Interval, ...] | None:
        """The obstacles, or None where nobody says whether there are any."""
        return self.obstacles if self.obstacles or self.states_obstacles else None


class ContextFinder:
    """Finds what lies around the recordings of one capture; may be called from several threads.

    Batch metadata and annotation files are read once and kept while they do not change, within a bound.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._batches: FileCache[Batch] = FileCache(_BATCHES_KEPT, lambda _: 1)
        self._labels = LabelFinder(root)

    def context(self, recording: Recording) -> Context:
        """What is known of a recording; what cannot be read is an issue, never an exception."""
        path = recording.path
        identity = recording_id(self.root, path)
        if len(recording) > 1:
            found = self._batch_context(identity, recording)
            if found is not None:
                return found
        return self._picture_context(identity, path)

    def stated_obstacles(self, path: Path) -> tuple[Interval, ...] | None:
        """The obstacles that the batch's metadata states of the recording in a file, which is not opened; None where
        nobody says whether there are any."""
        try:
            metadata_path = find_batch(path.parent)
            video = None if metadata_path is None else self._batch(metadata_path).videos.get(path.stem)
        except (ReadError, OSError):
            return None
        return None if video is None else Context(path.stem, video, obstacles(video)).stated_obstacles

    def _batch(self, metadata_path: Path) -> Batch:
        return self._batches.get(_metadata_fingerprint(metadata_path), lambda: read_batch(metadata_path))

    def _batch_context(self, identity: str, recording: Recording) -> Context | None:
        """Context out of the batch's metadata, None where the recording lies in no batch."""
        path = recording.path
        try:
            metadata_path = find_batch(path.parent)
            if metadata_path is None:
                return None
            batch = self._batch(metadata_path)
        except ReadError as error:
            return Context(identity, issues=(str(error),), obstacle_issues=(f"{str(error).rstrip('.')}.",))
        except OSError:
            return None  # gone between two looks
        video = batch.videos.get(path.stem)
        if video is None:
            issue = f"{metadata_path.name}: has no entry for {path.stem}."
            return Context(
                identity, issues=(issue,), obstacle_issues=(f"{metadata_path.name} has no entry for it.",)
            )
        number = batch_index(metadata_path.parent.name)
        said = check(video, recording.frame_shape, len(recording), number)
        return Context(
            identity,
            metadata=video,
            obstacles=obstacles(video),
            issues=(*batch.issues_of(path.stem), *said),
            obstacle_issues=(
                *(
                    issue.removeprefix(f"{path.stem}: ")
                    for issue in batch.issues_of(path.stem)
                    if "Obstacle" in issue
                ),
                *obstacle_issues(video, len(recording)),
            ),
            length_issues=length_issues(video, len(recording)),
        )

    def _picture_context(self, identity: str, path: Path) -> Context:
        folder = self._class_folder(path)
        label = self._labels.label(path) if split_zip_path(path) is None else Label()
        categories = {annotation.category for annotation in label.annotations}
        category = next(iter(categories)) if len(categories) == 1 else ""
        return Context(
            identity,
            metadata=label.extra,
            annotations=label.annotations,
            environment=label.environment,
            picture_class=folder or category,
            tokens=parse_name(path.stem),
            issues=label.issues,
        )

    def _class_folder(self, path: Path) -> str:
        """The nearest folder that looks like a class, the capture's own name included and nothing above."""
        if path == self.root or self.root not in path.parents:
            return class_of(path.parent.name)
        relative = path.relative_to(self.root).parent.as_posix()
        return class_of(f"{self.root.name}/{relative}")


def _metadata_fingerprint(path: Path) -> Fingerprint:
    split = split_zip_path(path)
    return fingerprint(split[0] if split else path, str(path))
