"""Starts the window, or performs the demonstration tour without a screen."""

from __future__ import annotations

import gc
import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QApplication

from thermview.errors import ThermviewError
from thermview.gui.main_window import MainWindow
from thermview.gui.parts import theme
from thermview.gui.session import Session
from thermview.review.store import ReviewStore
from thermview.settings import Settings

_SWITCH_INTERVAL_S = 0.001  # Python's default of 5 ms makes frames wait for the scoring thread
_COLLECT_EVERY_MS = 5_000


def make_application(arguments: list[str] | None = None) -> QApplication:
    """The QApplication: Fusion, fonts, and garbage collection that only ever runs in the GUI thread."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # shaders of the 3-D surface are compiled once for all of its windows; costs nothing where there is no OpenGL
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    application = QApplication(arguments or ["thermview"])
    application.setApplicationName("ThermView")
    application.setStyle("Fusion")
    theme.use_fonts(application)
    return application


def make_window(settings: Settings | None = None, store: Path | None = None) -> MainWindow:
    """A window on a session of its own, in the theme that was chosen."""
    settings = settings or Settings()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.wear(application, settings["theme"])
    return MainWindow(Session(settings, ReviewStore(store)))


def run_window(path: Path | None, *, store: Path | None = None) -> int:
    """Open the window, on a capture if one is given; returns the exit code when it is closed."""
    application = make_application(sys.argv[:1])
    try:
        window = make_window(store=store)
    except ThermviewError as error:
        print(error, file=sys.stderr)
        return 1
    _tend(application, window)
    window.show()
    if path is not None:
        window.session.open_capture(path)
    QTimer.singleShot(0, lambda: print("ThermView is ready.", file=sys.stderr, flush=True))
    return application.exec()


def _tend(application: QApplication, window: MainWindow) -> None:
    """What keeps the window smooth and honest: short thread switches, collection by timer, no silent failure."""
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    gc.disable()  # a collection in a worker would destroy Qt objects in the wrong thread
    timer = QTimer(application, interval=_COLLECT_EVERY_MS)
    timer.timeout.connect(lambda: gc.collect(1))
    timer.start()

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        window.session.message.emit(f"Something went wrong in the program itself: {error}")

    sys.excepthook = report
