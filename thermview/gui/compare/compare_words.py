"""Sentences on two recordings side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thermview.gui.frame.read_out import pixel_text, value_at
from thermview.gui.parts.plain_words import count_text, frame_text, time_text, with_unit
from thermview.gui.parts.shown import Shown
from thermview.review.linking import Link, Partner
from thermview.thermal.difference import difference
from thermview.thermal.ticks import number_text

if TYPE_CHECKING:
    from thermview.gui.compare.compared import Compared
    from thermview.gui.session import Session

ACTIVE_TIP = "A is the active recording: flags, scores, regions and exports belong to it. Swap to make it B."
LINK_NAMES = {"frame": "by frame", "time": "by time", "phase": "by cycle phase"}
_FAR_STEPS = 1.0  # a nearest frame that is farther off than frames usually lie apart is said


def offset_words(link: Link | None) -> str:
    """By how much B is shifted against A: "B +12 frames"."""
    if link is None or not link.offset:
        return ""
    sign, size = "+" if link.offset > 0 else "\u2212", abs(link.offset)
    if link.kind == "time":
        return f"B {sign}{time_text(size)}"
    return f"B {sign}{count_text(round(size), 'frame' if link.kind == 'frame' else 'cycle')}"


def offset_tip(link: Link | None) -> str:
    """The same in a sentence."""
    if link is None or not link.offset:
        return ""
    way = "later" if link.offset > 0 else "earlier"
    return f"B is shown {offset_words(link)[3:]} {way} than it would be without an offset."


def link_words(session: Session, compared: Compared) -> str:
    """What is to be minded of the link at the shown frame; empty for nothing."""
    link, partner, beside = compared.links.link, compared.links.partner, compared.beside
    if beside.recording is None or session.recording is None or not compared.several:
        return ""
    if not compared.links.linked:
        return "not linked: each stays where it is"
    if link is None:
        looking = compared.links.kind == "phase" and compared.links.cycles.looking
        return "looking for the cycles of both recordings\u2026" if looking else "the cycles are not known"
    moving = min(len(link.a), len(link.b)) > 1  # beside a still no kind of link differs from another
    why_not = (
        compared.links.why_not(compared.links.kind) if moving and link.kind != compared.links.kind else ""
    )
    instead = f"{why_not} Linked by frame." if why_not else ""
    return " ".join(filter(None, [_ends(session, compared, link, partner), instead]))


def _ends(session: Session, compared: Compared, link: Link, partner: Partner | None) -> str:
    """Where one of the two has ended, or has no frame near."""
    if partner is None:
        return ""
    last_a, last_b = len(link.a) - 1, len(link.b) - 1
    if partner.beyond > 0:
        return f"B has ended: its last frame stays ({_length(compared.beside)})."
    if partner.beyond < 0:
        return "B has not begun: its first frame stays."
    if session.frame_index == last_a > 0 and partner.index < last_b:
        return f"A ends here; B goes on for {count_text(last_b - partner.index, 'frame')}."
    if link.kind == "time" and abs(partner.apart) > _FAR_STEPS * link.step > 0:
        return f"The nearest frame of B is {time_text(abs(partner.apart))} away."
    return ""


def _length(shown: Shown) -> str:
    recording = shown.recording
    if recording is None:
        return ""
    time_s = shown.time_of(len(recording) - 1)
    return count_text(len(recording), "frame") + ("" if time_s is None else f", {time_text(time_s)}")


def scale_words(session: Session, compared: Compared) -> str:
    """Whose colours they are where the two do not share one scale."""
    if not compared.shows_b or compared.beside.shares or not compared.wants_shared:
        return ""
    a, b = session.quantity, compared.beside.quantity
    if a is None or b is None or not session.has_quantity or not compared.beside.has_quantity:
        return ""
    return f"Each by its own scale: A in {a.unit or a.name}, B in {b.unit or b.name}."


def window_words(session: Session, compared: Compared) -> str:
    """That A and B are held over other frames, where they are: a frame that A is held since is none of B."""
    filters = session.filtering.filters
    if not session.filtering.on or filters.hold == "none" or filters.since is None:
        return ""
    if compared.beside.frame is None or not compared.beside.has_quantity:
        return ""
    last = count_text(filters.frames, "frame")
    return f"A is held since its frame {frame_text(filters.since)}, B over its last {last}."


def held_words(session: Session, compared: Compared) -> str:
    """That the difference is one of held maxima, where it is."""
    return "of held maxima" if max(session.held_frames, compared.beside.held_frames) > 1 else ""


def state_words(session: Session, compared: Compared) -> str:
    """What is to be minded now, and whose flags they are."""
    parts = [compared.beside.problem and "B cannot be shown.", link_words(session, compared)]
    parts += [window_words(session, compared), scale_words(session, compared)]
    return " ".join(filter(None, parts)) or "Flags and exports: A."


def values_words(session: Session, compared: Compared, at: dict[str, tuple[int, int]]) -> str:
    """The values of both at the places pointed at, (column, row) by "A" and "B", and their difference."""
    parts = []
    for name, shown in (("A", session), ("B", compared.beside)):
        frame, place = shown.frame, at.get(name)
        if frame is not None and place is not None:
            where = "" if at.get("A") == at.get("B") else f" at {place[0]}, {place[1]}"
            parts.append(f"{name} {value_at(shown, frame, place)}{where}")
    if not parts:
        return ""
    subtracted = _difference_at(session, compared, at)
    if subtracted:
        parts.append(f"A \u2212 B {subtracted}")
    place = at["A"] if "A" in at else at["B"]
    head = f"{place[0]}, {place[1]}   " if at.get("A") == at.get("B") else ""
    return head + "   ".join(parts)


def _difference_at(session: Session, compared: Compared, at: dict[str, tuple[int, int]]) -> str:
    """A minus B at one place, where a difference makes sense."""
    a, b, quantity = session.frame, compared.beside.frame, compared.difference_quantity
    if a is None or b is None or quantity is None or at.get("A") != at.get("B"):
        return ""
    column, row = at["A"]
    value = difference(a[row : row + 1, column : column + 1], b[row : row + 1, column : column + 1])[0, 0]
    if np.isnan(value):
        return "no value"
    whole = a.dtype.kind in "iub" and b.dtype.kind in "iub"
    sign = "+" if value > 0 else ""
    text = number_text(float(value), 0) if whole else pixel_text(value)
    estimated = " (estimated)" if quantity.estimated else ""
    return f"{sign}{with_unit(text, quantity.unit)}{estimated}"
