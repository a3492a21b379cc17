"""The scores the window holds: of the shown recording as they come in, and a badge for each scored one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from thermview.errors import ModelError
from thermview.gui.parts.plain_words import count_text
from thermview.gui.work.live_scores import LiveScores
from thermview.inference.card import ModelId
from thermview.jobs import Job, Progress, Steps
from thermview.recording import Recording, is_colour
from thermview.scoring import Event, ScoreChunk, Scores, rescored

if TYPE_CHECKING:
    from thermview.diagnosis.picture_scores import PictureScores
    from thermview.gui.session import Session
    from thermview.review.scoring_jobs import KeptVerdict

_SIGNAL_EVERY_MS = 100
_LOOKED_UP = 20_000  # recordings whose kept scores are looked up after a folder was read


@dataclass(frozen=True)
class Badge:
    """What the tree and the run chart show of a scored recording."""

    score: float
    anomalous: bool
    cause: str = ""
    p_value: float | None = None
    threshold: float | None = None
    model: ModelId | None = None
    """Which model's score it is: those of another are not comparable."""

    @classmethod
    def of(cls, scores: Scores | KeptVerdict) -> Badge:
        """The badge of finished scores, or of what is kept of them."""
        return cls(
            scores.score, scores.anomalous, scores.cause, scores.p_value, scores.threshold, scores.model
        )


class Scored(QObject):
    """Runs the score jobs and keeps what they give."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.live: LiveScores | None = None
        self.notice = ""
        """Why there are no scores, or what to mind about them; empty when there is nothing to say."""
        self.badges: dict[str, Badge] = {}
        """Of the recordings that were scored, by id; pictures are asked for by `badge_of`."""
        self.badge_changes = 0
        """How often a badge came, went or became another."""
        self.pictures: PictureScores | None = None
        self.chosen_model: Path | None = None
        """The model that recordings are scored with; None: the shipped one."""
        self.own_threshold: float | None = None
        """The threshold that came with the shown recording's scores, whatever it was dragged to."""
        self._of_shown: list[Job] = []
        self._flush = QTimer(self, interval=_SIGNAL_EVERY_MS, singleShot=True)
        self._flush.timeout.connect(self._tell)

    @property
    def final(self) -> Scores | None:
        """The finished scores of the shown recording, or None."""
        return self.live.final if self.live else None

    @property
    def scoring(self) -> bool:
        """True while the shown recording is being scored."""
        return any(job.name == self._job_name(self._session.recording_id) for job in self._session.jobs)

    @property
    def looking(self) -> bool:
        """True while it is looked up whether scores of the shown recording are kept."""
        name = self._job_name(self._session.recording_id, only_cached=True)
        return any(job.name == name for job in self._session.jobs)

    def show(self, recording: Recording | None) -> None:
        """Another recording is shown: its scores start empty, or come from the cache in a moment."""
        self.live = None if recording is None else LiveScores(len(recording))
        self.notice = ""
        for job in self._of_shown:
            job.cancel()
        self._of_shown.clear()
        self._show_picture_scores()
        if recording is not None and len(recording) > 1 and not is_colour(recording):
            self._start(recording, only_cached=True)

    def score_shown(self) -> None:
        """Score the shown recording."""
        recording = self._session.recording
        if recording is not None and self.final is None and not self.scoring:
            self._start(recording, only_cached=False)

    def score_all(self, paths: Sequence[Path]) -> None:
        """Score many recordings one after another; their badges fill as they finish."""
        session = self._session
        capture, model = session.capture, self.chosen_model
        if capture is None or not paths:
            return

        def steps() -> Steps:
            from thermview.review.scoring_jobs import score_many

            yield from score_many(paths, model, capture)

        verdicts: list[bool | None] = []

        def came(progress: Progress) -> None:
            if model != self.chosen_model:
                return  # another one was chosen meanwhile; what this one says is kept for when it is chosen again
            self._one_of_many(progress)
            if progress.result is not None:
                verdicts.append(progress.result.anomalous if isinstance(progress.result, Scores) else None)

        def ended(job: Job) -> None:
            session.message.emit(job.error_text or _sum_of(verdicts))

        job = Job(f"Scoring {count_text(len(paths), 'recording')}", steps)
        session.submit(session.score_worker, job, came, ended)

    def find_kept(self) -> None:
        """Fill the badges with what earlier runs said of the open capture's laser videos."""
        session = self._session
        capture, index, model = session.capture, session.browsing.index, self.chosen_model
        if capture is None or index is None:
            return
        paths = [capture / path for path in index.paths() if path.lower().endswith(".npz")][:_LOOKED_UP]

        def steps() -> Steps:
            from thermview.review.scoring_jobs import kept_steps

            with suppress(ModelError):  # nobody asked for a score yet: no model is no news
                yield from kept_steps(paths, model, capture)

        if paths:
            job = Job("Looking for kept scores", steps)
            session.submit(session.score_worker, job, lambda progress: self._kept_came(progress, model))

    def _kept_came(self, progress: Progress, model: Path | None) -> None:
        verdict = progress.result if model == self.chosen_model else None
        if verdict is not None and verdict.recording not in self.badges:
            self.badge_changes += 1
            self.badges[verdict.recording] = Badge.of(verdict)
            if not self._flush.isActive():
                self._flush.start()

    def choose_model(self, path: Path | None) -> None:
        """Score with another model from now on; None goes back to the shipped one."""
        if path != self.chosen_model:
            self.chosen_model = path
            self.badges.clear()
            self.badge_changes += 1
            self.find_kept()
            self.show(self._session.recording)
            self._session.scores_changed.emit(0, 0)

    def badge_of(self, recording_id: str) -> Badge | None:
        """The badge of a recording or a picture, or None where it has no score."""
        badge = self.badges.get(recording_id)
        if badge is None and self.pictures is not None:
            scores = self.pictures.of(recording_id)
            badge = None if scores is None else Badge.of(scores)
        return badge

    def take_pictures(self, pictures: PictureScores) -> None:
        """Every picture of the capture has a score now."""
        self.pictures = pictures
        self.badge_changes += 1
        self._show_picture_scores()
        self._tell()

    def forget(self) -> None:
        """Another capture is open."""
        self.badges.clear()
        self.badge_changes += 1
        self.pictures = None

    def _show_picture_scores(self) -> None:
        """The shown picture's score, where there is one."""
        if self.live is None or self.pictures is None or len(self.live.values) != 1:
            return
        scores = self.pictures.of(self._session.recording_id)
        if scores is not None:
            self.own_threshold = scores.threshold
            self.live.finish(scores)
            self.notice = scores.notice

    def set_threshold(self, value: float) -> None:
        """Another threshold: events and verdict of the shown recording follow."""
        if self.live is None or self.live.final is None or value == self.live.final.threshold:
            return
        self._finished(rescored(self.live.final, value))
        self._tell()

    @property
    def threshold_moved(self) -> bool:
        """True where the shown recording is judged by another threshold than the model's."""
        return self.final is not None and self.final.threshold != self.own_threshold

    def reset_threshold(self) -> None:
        """Back to the model's own threshold."""
        if self.own_threshold is not None:
            self.set_threshold(self.own_threshold)

    @staticmethod
    def _job_name(recording_id: str, only_cached: bool = False) -> str:
        return f"{_KEPT if only_cached else _SHOWN} {recording_id}"

    def _start(self, recording: Recording, *, only_cached: bool) -> None:
        session = self._session
        context, model = session.context, self.chosen_model

        def steps() -> Steps:
            from thermview.review.scoring_jobs import cached_steps, score_steps

            if not only_cached:
                yield from score_steps(recording, model, context)
                return
            with suppress(ModelError):  # nobody asked for a score yet: no model is no news
                yield from cached_steps(recording, model, context)

        job = Job(self._job_name(context.recording_id, only_cached), steps)
        self._of_shown.append(job)
        session.submit(session.score_worker, job, self._handler(recording), self._ended, urgent=True)

    def _handler(self, recording: Recording) -> Callable[[Progress], None]:
        def came(progress: Progress) -> None:
            if recording is self._session.recording and self.live is not None:
                self._take(progress)

        return came

    def _take(self, progress: Progress) -> None:
        assert self.live is not None
        if isinstance(progress.result, ScoreChunk):
            self.live.add(progress.result)
        elif isinstance(progress.result, Scores):
            self.own_threshold = progress.result.threshold
            self._finished(progress.result)
        if not self._flush.isActive():
            self._flush.start()

    def _finished(self, scores: Scores) -> None:
        assert self.live is not None
        self.live.finish(scores)
        self.notice = scores.notice
        self.badges[scores.recording] = Badge.of(scores)
        self.badge_changes += 1

    def event_at(self, frame: int) -> Event | None:
        """The event that a frame of the shown recording belongs to, or None."""
        events = self.final.events if self.final else ()
        return next((event for event in events if event.first <= frame <= event.last), None)

    def _one_of_many(self, progress: Progress) -> None:
        scores = progress.result
        if not isinstance(scores, Scores):
            if scores is not None:
                self._session.browsing.note_error(scores.path, scores.text)
            return
        self.badges[scores.recording] = Badge.of(scores)
        self.badge_changes += 1
        if scores.recording == self._session.recording_id and self.live is not None and self.final is None:
            self.own_threshold = scores.threshold
            self._finished(scores)
        if not self._flush.isActive():
            self._flush.start()

    def _ended(self, job: Job) -> None:
        if job.error_text and job.name == self._job_name(self._session.recording_id):
            self.notice = job.error_text
        self._tell()

    def _tell(self) -> None:
        first, stop = self.live.taken_range() if self.live else (0, 0)
        self._session.scores_changed.emit(min(first, stop), stop)


def _sum_of(verdicts: Sequence[bool | None]) -> str:
    """What came of scoring many, None being one that could not be scored."""
    scored = [verdict for verdict in verdicts if verdict is not None]
    failed = len(verdicts) - len(scored)
    left = f", {count_text(failed)} could not be scored: see the list" if failed else ""
    return f"{count_text(len(scored), 'recording')} scored, {count_text(sum(scored))} anomalous{left}."


_SHOWN = "Scoring"
_KEPT = "Looking for scores of"
