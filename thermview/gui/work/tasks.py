"""What runs in the threads: plain functions and job steps that touch no Qt object."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from thermview.capture.context import ContextFinder
from thermview.errors import CutShortError
from thermview.gui.work.frame_loader import Opened
from thermview.jobs import Progress, Steps
from thermview.readers import open_recording
from thermview.recording import Recording
from thermview.review.measured import measured
from thermview.review.store import ReviewStore


def opener(
    path: Path,
    finder: ContextFinder,
    capture: Path,
    store: ReviewStore,
    seen: Callable[[Recording], Recording] = lambda recording: recording,
) -> Callable[[], Opened]:
    """Opens a recording at the frame where it was left, with what its capture knows of it; raises ReadError.

    `seen` says through what its first frame is shown.
    """

    def open_it() -> Opened:
        recording = open_recording(path)
        try:
            context = finder.context(recording)
            recording = measured(recording, store, capture, context.recording_id)
            left_at = store.state(capture, context.recording_id).get("frame", 0)
            index = left_at if isinstance(left_at, int) and 0 <= left_at < len(recording) else 0
            shown = seen(recording)
            try:
                frame = shown.frame(index)
            except CutShortError as error:
                if not error.whole:
                    raise
                index = min(index, error.whole - 1)  # it was longer when it was left
                frame = shown.frame(index)
            return Opened(recording, context, frame, index, shown.quantity)
        except BaseException:
            recording.close()
            raise

    return open_it


def density_steps(capture: Path, model: Callable[[], Path]) -> Callable[[], Steps]:
    """Measures the density of every picture of the capture by a model; results are PictureDensities, the last
    PictureScores."""

    def steps() -> Steps:
        # imported where they are needed: ONNX Runtime is slow to import and most starts of the window score nothing
        from thermview.diagnosis.densities import measure_densities
        from thermview.diagnosis.picture_scores import picture_scores
        from thermview.gui.scores.density_words import count_ahead
        from thermview.inference import open_model

        densities = None
        for progress in measure_densities(capture, open_model(model())):
            if progress.result is not None:
                densities = progress.result
                count_ahead(densities)
            yield progress
        if densities is not None:
            yield Progress(len(densities), len(densities), picture_scores(densities), "pictures")

    return steps


def sample_steps(folder: Path) -> Callable[[], Steps]:
    """Makes the small sample capture, or finds it there."""

    def steps() -> Steps:
        from thermview.sample import make_sample

        yield from make_sample(folder)

    return steps
