"""One row of the table of actions, and when it can be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thermview.gui.main_window import MainWindow
    from thermview.gui.session import Session


def always(session: Session) -> bool:
    """Can be done at any time."""
    return True


def has_capture(session: Session) -> bool:
    """A folder is open."""
    return session.capture is not None


def has_frame(session: Session) -> bool:
    """A frame is shown."""
    return session.frame is not None


def has_recording(session: Session) -> bool:
    """A recording is shown, be it one of which a frame fails."""
    return session.recording is not None


def has_frames(session: Session) -> bool:
    """What is shown has several frames."""
    return session.recording is not None and len(session.recording) > 1


def has_quantity(session: Session) -> bool:
    """Pixels are numbers with a colour bar."""
    return session.has_quantity and session.frame is not None


def has_events(session: Session) -> bool:
    """The shown recording has been scored and something rose above the threshold."""
    return session.scored.final is not None and bool(session.scored.final.events)


def can_measure(session: Session) -> bool:
    """Pixels are numbers, so that regions of them can be measured."""
    return session.measuring.possible and session.frame is not None


def has_laser(session: Session) -> bool:
    """A laser video is shown."""
    return session.tracked.is_laser


def compares(session: Session) -> bool:
    """Two recordings are shown."""
    return session.compared.on


def overlay(name: str) -> Callable[[Session], bool]:
    """This kind of overlay is on."""
    return lambda session: name in session.overlays


@dataclass(frozen=True)
class Row:
    """One action. `verb` gets the window; `checked` makes it a switch; `icon` names resources/icons/*.svg."""

    key: str
    name: str
    tip: str
    menu: str
    verb: Callable[[MainWindow], object]
    shortcuts: tuple[str, ...] = ()
    enabled: Callable[[Session], bool] = always
    checked: Callable[[Session], bool] | None = None
    icon: str = ""
    toolbar: bool = False
    why_not: Callable[[Session], str] | None = None
    """Why it cannot be done now, one sentence for the tip; empty when it can."""
