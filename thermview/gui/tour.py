"""The demonstration without a screen: the main job from opening a folder to the export, with pictures of each stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from thermview.capture.ids import id_of
from thermview.capture.listing import natural_key
from thermview.errors import ThermviewError
from thermview.gui.app import make_application, make_window
from thermview.gui.flags.export_dialog import flag_items, run_export
from thermview.gui.main_window import MainWindow
from thermview.review.export import ExportOptions
from thermview.scoring import Event

_PATIENCE_S = 180.0
_SIZE = (1440, 900)


def pause(milliseconds: int) -> None:
    """Let the window and its threads work; Qt's own test wait would keep Python to itself meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class TourError(ThermviewError):
    """A stop of the tour was not reached."""


class Tour:
    """Does with the window what a person would do, and keeps a picture of every stop."""

    def __init__(self, window: MainWindow, out: Path) -> None:
        self.window, self.session, self.out = window, window.session, out
        self.pictures: list[Path] = []

    def wait(self, reached: Callable[[], bool], what: str) -> None:
        """Let the window work until something is so; TourError where it takes too long."""
        end = monotonic() + _PATIENCE_S
        while not reached():
            if monotonic() > end:
                raise TourError(f"The tour waited in vain for {what}.")
            pause(20)

    def picture(self, name: str) -> None:
        """Keep what the window shows now."""
        pause(200)
        path = self.out / f"{len(self.pictures) + 1:02d}-{name}.png"
        self.window.grab().save(str(path))
        self.pictures.append(path)

    def press(self, key: str) -> None:
        """Trigger the action of this key in the table."""
        self.window.action(key).trigger()
        pause(50)

    def open(self, folder: Path) -> None:
        """Open the capture and wait for its list."""
        self.session.open_capture(folder)
        self.wait(lambda: not self.session.browsing.scanning, "the list of recordings")

    def select(self, relative: str) -> None:
        """Select a recording and wait for its first frame."""
        capture = self.session.capture
        assert capture is not None
        self.session.select(capture / relative)
        self.wait(lambda: self.session.opening is None and self.session.frame is not None, f"{relative}")

    def score(self) -> None:
        """Score the shown recording and wait for the verdict."""
        self.press("score")
        self.wait(lambda: self.session.scored.final is not None, "the scores")


def tour(capture: Path, out: Path, *, store: Path | None = None) -> list[Path]:
    """Perform the tour on a capture; pictures and an export lie in `out` afterwards, whose paths are returned.

    Raises TourError where a stop is not reached, for example in a capture without laser videos.
    """
    out.mkdir(parents=True, exist_ok=True)
    make_application()
    window = make_window(store=store)
    window.resize(*_SIZE)
    window.reset_layout()
    window.show()
    guide = Tour(window, out)
    chosen = str(window.session.settings["theme"])
    try:
        for stop in _stops(guide, capture):
            stop()
        return [*guide.pictures, _export(guide)]
    finally:
        window.set_theme(chosen)
        window.close()
        QApplication.processEvents()


def _stops(guide: Tour, capture: Path) -> Iterator[Callable[[], None]]:
    session = guide.session
    yield lambda: guide.picture("start")
    yield lambda: guide.open(capture)
    yield lambda: guide.picture("capture-opened")
    yield lambda: _watch_laser(guide)
    yield lambda: _find_fault(guide)
    yield lambda: _look_at_pictures(guide)
    yield lambda: session.set_display(palette="inferno")


def _recordings(guide: Tour, suffix: str) -> list[str]:
    index = guide.session.browsing.index
    assert index is not None
    return sorted((path for path in index.paths() if path.lower().endswith(suffix)), key=natural_key)


def _watch_laser(guide: Tour) -> None:
    """Open a laser video, step, play with peaks held."""
    videos = [path for path in _recordings(guide, ".npz") if "laser" in path or "Type" in path]
    if not videos:
        raise TourError("There is no laser video in this capture.")
    guide.select(videos[0])
    guide.session.seek(300)
    for _ in range(5):
        guide.press("next_frame")
    guide.picture("laser-video")
    guide.session.playback.set_speed(1000)
    guide.press("play")
    guide.wait(lambda: guide.session.held_frames > 1, "the play")
    guide.picture("playing-with-peaks-held")
    guide.press("play")


def _find_fault(guide: Tour) -> None:
    """Score one batch, open its most anomalous recording, go to the event and flag it."""
    session, browsing = guide.session, guide.session.browsing
    videos = [path for path in _recordings(guide, ".npz") if "Type" in path]
    browsing.set_filter(f"{videos[0].rpartition('/')[0]}/")
    guide.wait(lambda: not session.jobs and bool(browsing.matches), "the filter")
    guide.press("score_all")
    guide.wait(lambda: not session.jobs, "the scores of a batch")
    guide.picture("batch-scored")
    badges = [(session.scored.badge_of(id_of(path)), path) for path in browsing.matches or ()]
    anomalous = [(badge.score, path) for badge, path in badges if badge is not None and badge.anomalous]
    browsing.set_filter("")
    if not anomalous:
        raise TourError("No recording of this batch was found anomalous.")
    guide.select(max(anomalous)[1])
    guide.score()
    assert session.scored.final is not None
    _flag_event(guide, max(session.scored.final.events, key=lambda event: event.score))


def _flag_event(guide: Tour, event: Event) -> None:
    session = guide.session
    session.seek(event.peak)
    guide.wait(lambda: session.frame_index == event.peak, "the event")
    guide.picture("event")
    if event.peak not in {flag.first for flag in session.flagged.flags}:
        session.set_range(event.peak, min(event.last, event.peak + 4))
        guide.press("flag")
        session.set_range(None, None)
    guide.window.docks["Flags"].raise_()
    guide.picture("flagged")
    guide.window.set_theme("light")
    guide.window.docks["Scores"].raise_()
    guide.picture("event-light-theme")
    guide.window.set_theme("dark")


def _look_at_pictures(guide: Tour) -> None:
    """Open a full frame with boxes, then a crop with its class's density."""
    session = guide.session
    pictures = _recordings(guide, ".png")
    frames = [path for path in pictures if "/frames/" in path]
    crops = [path for path in pictures if "/crops/" in path]
    for path in frames[:30]:
        guide.select(path)
        if session.context.annotations:
            break
    if frames:
        guide.window.docks["Details"].raise_()
        guide.picture("picture-with-boxes")
    if crops:
        guide.select(crops[len(crops) // 2])
        guide.press("densities")
        guide.wait(lambda: not session.jobs, "the densities")
        guide.window.docks["Density"].raise_()
        guide.picture("density")


def _export(guide: Tour) -> Path:
    """Export everything that is flagged."""
    session = guide.session
    assert session.capture is not None
    flags = session.store.flags(session.capture)
    formats = ["png", "tiff", "csv", "npy", "h5"]
    run_export(session, flag_items(session, flags), formats, guide.out / "export", ExportOptions())
    guide.wait(lambda: session.last_export is not None or not session.jobs, "the export")
    if session.last_export is None:
        raise TourError("The export came to nothing.")
    guide.picture("exported")
    return Path(session.last_export.folder)
