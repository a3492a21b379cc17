"""The visible picture of the shown recording: found in a thread, laid over the frame, kept where it is moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from thermview.gui.parts.kept_edits import EditKeeper, Place
from thermview.gui.work.latest import Latest
from thermview.readers.visible_picture import VisiblePicture
from thermview.recording import Recording
from thermview.review.store import EVERY_RECORDING
from thermview.review.visible import (
    KeptVisible,
    aligned,
    camera_key,
    chosen_file,
    correction_values,
    find_visible,
    inset_of,
    kept_file,
    kept_visible,
    recording_key,
    source_words,
)
from thermview.thermal.alignment import NEUTRAL, Alignment, Inset
from thermview.thermal.fusion import MODES, Fusion, Look, Mode, Prepared, prepare

if TYPE_CHECKING:
    from thermview.gui.session import Session


@dataclass(frozen=True)
class Wish:
    """Of which file the visible picture is wanted, and which file someone chose for it."""

    path: Path
    chosen: Path | None


@dataclass(frozen=True, eq=False)
class Found:
    """A visible picture, and made ready to be laid over frames."""

    picture: VisiblePicture
    prepared: Prepared


class Fused(EditKeeper):
    """How the visible picture is shown, and how it lies. Nothing is looked for before someone wants to see it."""

    changed = Signal()
    """the picture, how it lies or how it is shown"""
    aligning_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.on = False
        self.look = Look()
        self.aligning = False
        """True while mouse and arrow keys move the visible picture."""
        self.problem = ""
        """Why there is no visible picture; empty when there is one, or while it is looked for."""
        self._wish: Wish | None = None
        self._found: Found | None = None
        self._kept = KeptVisible()
        self._of_camera: Alignment | None = None
        self._tried: Alignment | Inset | None = None
        self.worker = Latest("visible pictures", self)
        self.worker.came.connect(self._came)
        self.worker.failed.connect(self._failed)
        session.recording_changed.connect(self.look_again)
        session.measuring.tool_changed.connect(self._tool_chosen)

    # -- what is shown -----------------------------------------------------------------------------

    @property
    def looking(self) -> bool:
        """True while the visible picture is on its way."""
        return self._wish is not None and self._found is None and not self.problem

    @property
    def picture(self) -> VisiblePicture | None:
        """The visible picture of the shown recording, where it is wanted and was found."""
        return self._found.picture if self._found is not None and self._recording is not None else None

    @property
    def alignment(self) -> Alignment:
        """How the picture lies over the frame, be it only while it is dragged."""
        if isinstance(self._tried, Alignment) or self.picture is None:
            return self._tried if isinstance(self._tried, Alignment) else NEUTRAL
        return aligned(self.picture, self._kept, self._of_camera)

    @property
    def inset(self) -> Inset | None:
        """The part that stays thermal in picture-in-picture."""
        recording, picture = self._recording, self.picture
        if recording is None or picture is None:
            return None
        return self._tried if isinstance(self._tried, Inset) else inset_of(picture, self._kept, recording)

    @property
    def shown(self) -> Fusion | None:
        """All of it, as it is on screen now; None where no visible picture is."""
        found, inset = self._found, self.inset
        if found is None or inset is None:
            return None
        return Fusion(self.look, found.prepared, self.alignment, inset, source_words(found.picture))

    @property
    def beside(self) -> bool:
        """True while the visible picture has its own view beside the frame."""
        return self.on and self.look.mode == "side by side" and self.picture is not None

    @property
    def is_chosen(self) -> bool:
        """True where someone chose the file."""
        return self._kept.file is not None

    @property
    def origin(self) -> str:
        """Whose alignment it is, in words."""
        picture = self.picture
        if picture is None:
            return ""
        if self._kept.correction is not None:
            return "aligned by hand for this recording"
        if self._of_camera is not None:
            return "aligned as for its camera"
        return "aligned as the file states" if picture.alignment != NEUTRAL else "not aligned yet"

    @property
    def _recording(self) -> Recording | None:
        return self._session.recording if self.on else None

    # -- how it is shown ---------------------------------------------------------------------------

    def show(self, mode: Mode | None) -> None:
        """Show the visible picture this way; None: the frame alone."""
        if mode is None:
            if self.on:
                self.on = False
                self.set_aligning(False)
                self._forget()
                self.changed.emit()
            return
        if self.on and mode == self.look.mode:
            return
        self.on, self.look = True, replace(self.look, mode=mode)
        self.look_again()

    def next_mode(self) -> None:
        """From one way to the next, and from the last to the frame alone."""
        place = MODES.index(self.look.mode) + 1 if self.on else 0
        self.show(MODES[place] if place < len(MODES) else None)

    def set_share(self, share: float) -> None:
        """How much of the visible picture is seen in this mode, 0 to 1."""
        look = self.look.with_share(share)
        if look != self.look:
            self.look = look
            self.changed.emit()

    def set_aligning(self, aligning: bool) -> None:
        """Let mouse and arrow keys move the visible picture, or the frame again."""
        aligning = aligning and self.picture is not None
        if aligning != self.aligning:
            self.aligning = aligning
            if aligning:
                self._session.measuring.choose_tool(None)
            self.aligning_changed.emit()

    def _tool_chosen(self) -> None:
        """Whoever draws a region moves nothing else."""
        if self._session.measuring.tool is not None:
            self.set_aligning(False)

    # -- how it lies -------------------------------------------------------------------------------

    def try_out(self, tried: Alignment | Inset | None) -> None:
        """Show it lying otherwise without keeping that yet; None: as it is kept."""
        if tried != self._tried and self.picture is not None:
            self._tried = tried
            self.changed.emit()

    def align(self, alignment: Alignment, step: str = "") -> None:
        """Lay the picture so and keep it for this recording; steps of one name are undone together."""
        picture = self.picture
        self._tried = None
        if picture is None:
            return
        if alignment.same(aligned(picture, replace(self._kept, correction=None), self._of_camera)):
            correction = None  # where it would lie anyway
        else:
            correction = alignment.correction_of(picture.alignment)
        self._keep(replace(self._kept, correction=correction), "visible picture moved", step)

    def move_inset(self, inset: Inset) -> None:
        """Another part of the frame stays thermal."""
        self._tried = None
        self._keep(replace(self._kept, inset=inset), "inset", "")

    def reset(self) -> None:
        """Lay the picture as the file states, for this recording."""
        picture = self.picture
        if picture is None:
            return
        correction = None if self._of_camera is None else NEUTRAL
        self._keep(replace(self._kept, correction=correction, inset=None), "alignment of the file", "")

    @property
    def differs(self) -> bool:
        """True where the picture lies otherwise than its file states."""
        picture = self.picture
        moved = picture is not None and not self.alignment.same(picture.alignment)
        return moved or self._kept.inset is not None

    def apply_to_camera(self) -> None:
        """Let the picture lie so in every recording of this camera that has no alignment of its own."""
        picture, recording, capture = self.picture, self._recording, self._session.capture
        if picture is None or recording is None or capture is None:
            return
        correction = self.alignment.correction_of(picture.alignment)
        values = correction_values(None if correction.corrected(NEUTRAL).same(NEUTRAL) else correction)
        place = Place(*camera_key(recording, capture, picture.inside))
        kept = {EVERY_RECORDING: values} if values else {}
        if self._read(place) == kept and self._kept.correction is None:
            return
        stack, own = self._session.undo_stack, replace(self._kept, correction=None)
        stack.beginMacro("alignment of a camera")
        self._push(place, kept, "alignment of a camera", "")
        self._keep(own, "alignment of a camera", "")
        stack.endMacro()

    def choose(self, path: Path | None) -> None:
        """Take this file as the visible picture of the shown recording; None: the one that is found by itself."""
        capture = self._session.capture
        if capture is None or self._recording is None:
            return
        file = None if path is None else kept_file(path, capture)
        self._keep(KeptVisible(file=file), "another visible picture", "")

    # -- keeping and looking -----------------------------------------------------------------------

    def _keep(self, kept: KeptVisible, text: str, step: str) -> None:
        place, id = self._place(), self._session.recording_id
        if place is None:
            return
        others = {key: value for key, value in self._read(place).items() if key != id}
        own = {id: kept.values()} if kept.values() else {}
        self._push(place, {**others, **own}, text, f"{step} of {id}" if step else "")

    def look_again(self) -> None:
        """Show the visible picture of the recording that is shown now, by what is kept of it now."""
        if not self.on:
            return
        place, session = self._place(), self._session
        if place is None or session.recording is None or session.capture is None:
            self._forget()
            self.changed.emit()
            return
        self._tried = None
        self._kept = kept_visible(self._read(place).get(session.recording_id, {}))
        wish = Wish(session.recording.path, chosen_file(self._kept, session.capture))
        if wish != self._wish:
            self._forget()
            self._wish, recording = wish, session.recording
            self.worker.ask(wish, lambda: found(recording, wish.chosen))
        self._read_camera()
        self.changed.emit()

    def _forget(self) -> None:
        self.worker.forget()
        self._wish, self._found, self.problem, self._tried = None, None, "", None

    def _came(self, wish: Wish, result: Found) -> None:
        self._found, self.problem = result, ""
        self._read_camera()
        self.changed.emit()

    def _failed(self, wish: Wish, problem: str) -> None:
        self._found, self.problem = None, problem
        self.set_aligning(False)
        self.changed.emit()

    def _read_camera(self) -> None:
        picture, recording, capture = self.picture, self._recording, self._session.capture
        self._of_camera = None
        if picture is not None and recording is not None and capture is not None:
            kept = self._read(Place(*camera_key(recording, capture, picture.inside)))
            self._of_camera = kept_visible(kept.get(EVERY_RECORDING, {})).correction

    def _place(self) -> Place | None:
        recording, capture = self._recording, self._session.capture
        return None if recording is None or capture is None else Place(*recording_key(recording, capture))

    def close(self) -> None:
        """End the thread; call before the window goes."""
        self.worker.close()


def found(recording: Recording, chosen: Path | None) -> Found:
    """A recording's visible picture made ready; ReadError, one sentence, where there is none."""
    picture = find_visible(recording, chosen)
    return Found(picture, prepare(picture.pixels))
