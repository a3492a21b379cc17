"""How the shown colours lie to a palette: guessed, judged and mapped in a thread, before and after confirming."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from thermview.errors import ThermviewError
from thermview.gui.work.latest import Latest
from thermview.readers.colour_estimate import holds_camera_data, is_lossy, why_not
from thermview.readers.palette_files import read_palette
from thermview.recording import Recording
from thermview.thermal.colour_scale import ColourScale, bar_in, estimate
from thermview.thermal.palette_bar import Bar
from thermview.thermal.palette_fit import (
    best_palette,
    colours_of,
    fit_of,
    fits_of,
    is_grey,
    pixel_tolerance,
)
from thermview.thermal.palette_line import PaletteLine
from thermview.thermal.palettes import NAMES

if TYPE_CHECKING:
    from thermview.gui.session import Session


@dataclass(frozen=True, eq=False)
class Judged:
    """A frame's colours held against one palette.

    `residual` (rows, columns) in RGB units; `foreign` is the share of pixels above `tolerance`. `refusal` is empty
    where temperatures can be estimated; then `uncertain_steps` are steps of the palette, `last` the hottest one.
    """

    palette: str
    guess: str | None
    refusal: str
    residual: NDArray[np.float32]
    median: float
    mean: float
    foreign: float
    tolerance: float
    uncertain_steps: float
    last: int
    bar: Bar | None


class Estimating(QObject):
    """Which palette is looked at, and what the last look found. Works only while somebody looks."""

    changed = Signal()
    """another palette, or a look ended"""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.judged: Judged | None = None
        self.problem = ""
        """Why the last look failed."""
        self.residual_shown = False
        self.own: dict[str, bytes] = {}
        """Palettes read from files, by name: RGB after RGB."""
        self._palette: str | None = None
        self._watched = False
        self._shown: tuple[Recording | None, int] = (None, -1)
        self.worker = Latest("palettes", self)
        self.worker.came.connect(self._came)
        self.worker.failed.connect(self._failed)
        session.recording_changed.connect(self._follow)
        session.frame_changed.connect(self._follow)

    # -- what is looked at -------------------------------------------------------------------------

    @property
    def colours(self) -> Recording | None:
        """The shown recording's colours; None where there are none, or none that may be estimated from."""
        colours = self._session.conditions.colours
        return None if colours is None or holds_camera_data(colours) else colours

    @property
    def palette(self) -> str:
        """The palette that is looked at: the chosen one, else the stated one, else the guess; empty for none yet."""
        stated = self._session.conditions.colour_scale
        guess = self.judged.guess if self.judged is not None else None
        return self._palette or (stated.palette if stated is not None else guess) or ""

    @property
    def suggested_ends(self) -> tuple[float, float] | None:
        """°C that the annotation states as the range of inspection: perhaps those of the colour bar."""
        environment = self._session.context.environment
        low, high = environment.get("inspection_low_c"), environment.get("inspection_high_c")
        return (low, high) if low is not None and high is not None and low < high else None

    @property
    def residual(self) -> NDArray[np.float32] | None:
        """The residual map of the frame on screen, where it is wanted and was made."""
        frame, judged = self._session.frame, self.judged
        if not self.residual_shown or judged is None or frame is None or self.colours is None:
            return None
        return judged.residual if judged.residual.shape == frame.shape[:2] else None

    def scale(self, low_c: float, high_c: float) -> ColourScale:
        """The looked-at palette with these ends."""
        stated = self._session.conditions.colour_scale
        own = self.own.get(self.palette, b"")
        if stated is not None and stated.palette == self.palette and stated.colours:
            own = stated.colours
        return ColourScale(self.palette, low_c, high_c, own)

    # -- verbs -------------------------------------------------------------------------------------

    def choose(self, palette: str) -> None:
        """Look at the colours with this palette."""
        if palette != self._palette:
            self._palette = palette
            self._look()

    def read(self, path: Path) -> None:
        """Read a palette from a file and look at the colours with it; what is wrong with it is said."""
        try:
            name, colours = read_palette(path)
        except ThermviewError as error:
            self._session.message.emit(str(error))
            return
        self.own[name if name not in NAMES else f"{name} (file)"] = colours.tobytes()
        self.choose(name if name not in NAMES else f"{name} (file)")

    def confirm(self, low_c: float, high_c: float) -> None:
        """Estimate temperatures from here on."""
        if self.palette:
            self._session.conditions.state_colours(self.scale(low_c, high_c))

    def watch(self, watched: bool) -> None:
        """Somebody looks at what is found, or does no more."""
        if watched != self._watched:
            self._watched = watched
            self._follow()

    def show_residual(self, shown: bool) -> None:
        """Show the residual map over the frame."""
        if shown != self.residual_shown:
            self.residual_shown = shown
            self._follow()
            self.changed.emit()

    def close(self) -> None:
        """End the thread."""
        self.worker.close()

    # -- looking -----------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Another picture starts over; of a film the palette stays and the next frame is looked at."""
        if not self._watched and not self.residual_shown:
            return
        colours, index = self.colours, self._session.frame_index
        if (colours, index) == self._shown:
            return
        if colours is not self._shown[0]:
            self.judged, self._palette, self.problem = None, None, ""
        self._shown = (colours, index)
        self._look()

    def _look(self) -> None:
        colours = self.colours
        if colours is None:
            self.worker.forget()
            self.changed.emit()
            return
        scale, index = self.scale(0.0, 1.0), self._session.frame_index
        others = tuple(PaletteLine(name, _table(own)) for name, own in self.own.items())
        self.worker.ask((colours, index), lambda: judge(colours, index, scale, others))
        self.changed.emit()

    def _came(self, ticket: tuple[Recording, int], judged: Judged) -> None:
        if ticket[0] is self.colours:
            self.judged, self.problem = judged, ""
            self.changed.emit()

    def _failed(self, ticket: tuple[Recording, int], problem: str) -> None:
        if ticket[0] is self.colours:
            self.judged, self.problem = None, problem
            self.changed.emit()


def judge(colours: Recording, index: int, scale: ColourScale, others: tuple[PaletteLine, ...] = ()) -> Judged:
    """Hold a frame's colours against the palette of a scale, or, where that names none, the one that fits best."""
    frame, lossy = colours.frame(index), is_lossy(colours)
    fits = fits_of(frame, lossy, others)
    guess = "grey" if is_grey(frame) else best_palette(fits, lossy)
    own = next((line for line in others if line.name == (scale.palette or guess)), None)
    name = scale.palette or guess or fits[0].palette
    packed = scale.colours or (own.colours.tobytes() if own is not None else b"")
    line = ColourScale(name, 0.0, 1.0, packed).line()
    chosen = ColourScale(name, 0.0, float(line.last), packed)
    residual = line.look_up(colours_of(frame)).residual
    fit = fit_of(frame, line, lossy)
    bar = bar_in(frame, chosen, lossy)
    return Judged(
        name, guess, why_not(colours, frame, chosen) or "", residual, fit.median, float(residual.mean()),
        float(np.mean(residual > pixel_tolerance(lossy))), pixel_tolerance(lossy),
        estimate(frame, chosen, lossy, bar).uncertainty_k, line.last, bar,
    )  # fmt: skip


def _table(packed: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(packed, np.uint8).reshape(-1, 3)
