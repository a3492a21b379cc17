"""Heat maps of the shown frame: per pixel how far it is from what a model expects, computed beside the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from thermview.capture.intervals import Interval
from thermview.gui.work.latest import Latest
from thermview.recording import Recording

if TYPE_CHECKING:
    from thermview.gui.session import Session

OVERLAY = "heat map"


class HeatMapOf(Protocol):
    """Computes one heat map; called in a thread."""

    def __call__(
        self, recording: Recording, model: Path | None, obstacles: Sequence[Interval], index: int
    ) -> NDArray[np.float32]:
        """Per-pixel |z| of frame `index`, (rows, columns) float32; `model` None: the shipped one.

        ThermviewError, one sentence, where the model cannot tell.
        """


class HeatMaps(QObject):
    """The heat map of the frame on screen; the newest frame wins.

    Without a way to compute one (`compute` None) there is nothing to switch on.
    """

    changed = Signal()
    possible_changed = Signal()
    """Whether there can be heat maps may be another answer now."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.compute: HeatMapOf | None = None
        self.why_model_cannot: Callable[[Path | None], str] | None = None
        """Says why a model gives no heat map, empty where it does; reads its file, so it is asked in a thread."""
        self._answers: dict[Path | None, str] = {}
        self._looking: tuple[Path | None, ...] = ()
        self.opacity = 0.7
        self.problem = ""
        """Why there is no heat map of the shown frame; empty when all is well."""
        self._shown: tuple[Recording, int, NDArray[np.float32]] | None = None
        self._asked: tuple[Recording, int, Path | None] | None = None
        self.worker = Latest("heat maps", self)
        self.worker.came.connect(self._came)
        self.worker.failed.connect(self._failed)
        self.reader = Latest("model cards", self)
        self.reader.came.connect(self._answered)
        self.reader.failed.connect(self._answered)
        session.recording_changed.connect(self._look_at_model)
        session.scores_changed.connect(lambda first, stop: self._look_at_model())
        session.frame_changed.connect(self._ask)
        session.annotations_changed.connect(self._ask)
        session.scores_changed.connect(lambda first, stop: self._ask())

    @property
    def possible(self) -> bool:
        """True where a heat map can be asked for."""
        return not self.why_not

    @property
    def why_not(self) -> str:
        """Why there can be no heat map, one sentence; empty where there can be."""
        if self.compute is None:
            return "No model gives heat maps here."
        if not self._session.tracked.is_laser:
            return "Only laser videos have heat maps: choose one in the list."
        if self.why_model_cannot is None:
            return ""
        return self._answers.get(self._session.scored.chosen_model, "The model is being looked at.")

    def forget_models(self) -> None:
        """A model's file may be another one now: it is looked at again."""
        self._answers.clear()
        self._looking, self._asked = (), None
        self._look_at_model()

    def _look_at_model(self) -> None:
        """Ask once for each model, when a laser video is shown."""
        asked, model = self.why_model_cannot, self._session.scored.chosen_model
        if asked is None or not self._session.tracked.is_laser or model in self._answers:
            return
        if self._looking != (model,):
            self._looking = (model,)
            self.reader.ask(model, lambda: asked(model))

    def _answered(self, model: Path | None, answer: str) -> None:
        self._answers[model], self._looking = answer, ()
        self.possible_changed.emit()
        self._ask()

    @property
    def wanted(self) -> bool:
        """True while heat maps are switched on and the shown frame can have one."""
        return self.possible and OVERLAY in self._session.overlays and self._session.frame is not None

    @property
    def shown(self) -> NDArray[np.float32] | None:
        """The heat map of the frame on screen, (rows, columns); None while it is not there."""
        if not self.wanted or self._shown is None:
            return None
        recording, index, heat = self._shown
        here = recording is self._session.recording and index == self._session.frame_index
        return heat if here else None

    def set_opacity(self, opacity: float) -> None:
        """How much of the frame the map hides where it is hottest, 0 to 1."""
        opacity = min(max(opacity, 0.0), 1.0)
        if opacity != self.opacity:
            self.opacity = opacity
            self.changed.emit()

    def _ask(self) -> None:
        session, compute = self._session, self.compute
        recording, index = session.recording, session.frame_index
        if not self.wanted or compute is None or recording is None:
            if self._asked is not None:
                self._asked = None
                self.problem = ""
                self.worker.forget()
            return
        wish = (recording, index, session.scored.chosen_model)
        if wish == self._asked:
            return
        self._asked = wish
        model, obstacles = wish[2], session.context.obstacles
        self.worker.ask(wish, lambda: compute(recording, model, obstacles, index))

    def _came(self, wish: tuple[Recording, int, Path | None], heat: NDArray[np.float32]) -> None:
        self.problem = ""
        self._shown = (wish[0], wish[1], heat)
        self.changed.emit()

    def _failed(self, wish: object, problem: str) -> None:
        if problem != self.problem or self._shown is not None:
            self.problem, self._shown = problem, None
            self.changed.emit()

    def close(self) -> None:
        """End the threads; call before the window goes."""
        self.worker.close()
        self.reader.close()
