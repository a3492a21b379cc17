"""Menu Go: from frame to frame, from recording to recording, and play."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from thermview.gui.actions.row import Row, always, has_capture, has_events, has_frames, has_laser

if TYPE_CHECKING:
    from thermview.gui.main_window import MainWindow
    from thermview.gui.session import Session

LARGE_STEP = 500
STEP = 10


def has_selection(session: Session) -> bool:
    """Something was selected, be it a file that cannot be read: one can go on from there."""
    return session.selected is not None


def has_flags(session: Session) -> bool:
    """The shown recording has flags."""
    return bool(session.flagged.flags)


def _step(frames: int) -> Callable[[MainWindow], object]:
    """Steps frames; in a set of stills, where there are none, pictures."""

    def verb(window: MainWindow) -> None:
        session = window.session
        if has_frames(session):
            session.step(frames)
        else:
            session.browsing.go(max(min(frames, STEP), -STEP))

    return verb


def _go_event(session: Session, direction: int) -> None:
    """To the first frame of the next or previous event."""
    assert session.scored.final is not None
    _go(session, [event.first for event in session.scored.final.events], direction)


def _go_flag(session: Session, direction: int) -> None:
    _go(session, sorted({flag.first for flag in session.flagged.flags}), direction)


def _go(session: Session, places: list[int], direction: int) -> None:
    here = session.wished_index
    if direction > 0:
        target = next((place for place in places if place > here), None)
    else:
        target = next((place for place in reversed(places) if place < here), None)
    if target is None:
        session.message.emit("There is no further one in this direction.")
        return
    session.playback.pause()
    session.seek(target)


def _mark(session: Session, end: str) -> None:
    first, last = session.range or (session.frame_index, session.frame_index)
    here = session.frame_index
    if end == "start":
        session.set_range(here, max(last, here) if session.range else here)
    else:
        session.set_range(min(first, here) if session.range else here, here)


GO: tuple[Row, ...] = (
    Row("play", "Play / pause", "Play the recording, or pause it", "Go",
        lambda w: w.session.playback.toggle(), ("Space",), has_frames, lambda s: s.playback.playing, "play", True),
    Row("previous_frame", "Previous frame", "One frame back (one picture back in a picture set)", "Go",
        _step(-1), ("Left",), has_selection, icon="step_back", toolbar=True),
    Row("next_frame", "Next frame", "One frame on (one picture on in a picture set)", "Go",
        _step(1), ("Right",), has_selection, icon="step_on", toolbar=True),
    Row("back_10", "10 frames back", "Ten frames or pictures back", "Go", _step(-STEP), ("Up", "Shift+Left"),
        has_selection),
    Row("on_10", "10 frames on", "Ten frames or pictures on", "Go", _step(STEP), ("Down", "Shift+Right"),
        has_selection),
    Row("back_500", "500 frames back", "Five hundred frames back", "Go", _step(-LARGE_STEP), ("PgUp", "Q"), has_frames),
    Row("on_500", "500 frames on", "Five hundred frames on", "Go", _step(LARGE_STEP), ("PgDown", "W"), has_frames),
    Row("first_frame", "First frame", "To the first frame", "Go", lambda w: w.session.step(-(10**9)), ("Home",),
        has_frames),
    Row("last_frame", "Last frame", "To the last frame", "Go", lambda w: w.session.step(10**9), ("End",), has_frames),
    Row("go_to", "Go to frame or time…", "Type a frame number or a time", "Go", lambda w: w.ask.go_to(), ("Ctrl+J",),
        has_frames),
    Row("next_recording", "Next recording", "Open the next recording of the list", "Go",
        lambda w: w.session.browsing.go(1), ("Ctrl+Down", "J"), has_capture),
    Row("previous_recording", "Previous recording", "Open the previous recording of the list", "Go",
        lambda w: w.session.browsing.go(-1), ("Ctrl+Up", "Shift+J"), has_capture),
    Row("next_event", "Next event", "To the first frame of the next event", "Go",
        lambda w: _go_event(w.session, 1), ("E",), has_events),
    Row("previous_event", "Previous event", "To the first frame of the event before", "Go",
        lambda w: _go_event(w.session, -1), ("Shift+E",), has_events),
    Row("next_flag", "Next flag", "To the next flagged frame", "Go",
        lambda w: _go_flag(w.session, 1), ("G",), has_flags),
    Row("previous_flag", "Previous flag", "To the flagged frame before", "Go",
        lambda w: _go_flag(w.session, -1), ("Shift+G",), has_flags),
    Row("next_cycle", "Next cycle", "To the same moment of the next cycle of the laser's path", "Go",
        lambda w: w.session.tracked.step_cycles(1), ("Ctrl+Right",), has_laser),
    Row("previous_cycle", "Previous cycle", "To the same moment of the cycle before", "Go",
        lambda w: w.session.tracked.step_cycles(-1), ("Ctrl+Left",), has_laser),
    Row("faster", "Faster", "Play at the next higher speed", "Go", lambda w: w.session.playback.faster(1), ("+", "=")),
    Row("slower", "Slower", "Play at the next lower speed", "Go", lambda w: w.session.playback.faster(-1), ("-",)),
    Row("reverse", "Play backwards", "Play from the end to the beginning", "Go",
        lambda w: w.session.playback.set_reverse(not w.session.playback.reverse), ("Shift+Space",), has_frames,
        lambda s: s.playback.reverse),
    Row("every_frame", "Show every frame", "Play without skipping a single frame, however long that takes", "Go",
        lambda w: w.session.playback.set_every_frame(not w.session.playback.every_frame), ("V",), always,
        lambda s: s.playback.every_frame),
    Row("peak_hold", "Hold peaks while skipping",
        "While play skips frames, show each pixel's maximum since the last repaint", "Go",
        lambda w: w.session.playback.set_peak_hold(not w.session.playback.peak_hold), ("K",), always,
        lambda s: s.playback.peak_hold),
    Row("loop", "Loop", "Start over at the end of the recording or of the marked range", "Go",
        lambda w: w.session.playback.set_loop(not w.session.playback.loop), ("Shift+L",), always,
        lambda s: s.playback.loop),
    Row("mark_start", "Range starts here", "Mark the shown frame as the start of a range", "Go",
        lambda w: _mark(w.session, "start"), ("N",), has_frames),
    Row("mark_end", "Range ends here", "Mark the shown frame as the end of a range", "Go",
        lambda w: _mark(w.session, "end"), ("M",), has_frames),
    Row("no_range", "No range", "Forget the marked range", "Go", lambda w: w.session.set_range(None, None),
        ("Esc",), lambda s: s.range is not None),
)  # fmt: skip
