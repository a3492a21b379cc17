"""What a right click offers: the rows of the table of actions that make sense at that place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

if TYPE_CHECKING:
    from thermview.gui.main_window import MainWindow

FRAME = (
    "copy_picture", "flag", "flag_words", "", "palette", "invert", "scale_mode", "scale_ends", "lock_scale",
    "isotherm", "", "draw_spot", "draw_rectangle",
    "threshold_region", "remove_region", "", "boxes", "hot_spot", "spot_track", "heat_map", "fusion",
    "align", "", "compare_previous", "compare_before", "", "fit", "turn", "mirror",
)  # fmt: skip
STRIPS = (
    "go_to", "play", "", "mark_start", "mark_end", "no_range", "loop", "", "flag", "flag_words", "", "next_event",
    "previous_event",
)  # fmt: skip
PICTURES = (
    "previous_frame",
    "next_frame",
    "",
    "flag",
    "flag_words",
    "copy_picture",
    "",
    "densities",
    "diagnosis",
)
LIST = (
    "compare_pointed", "", "score", "score_all", "densities", "diagnose", "", "flag", "flag_events", "export", "",
    "filter", "rescan",
)  # fmt: skip
SCORES = (
    "score", "next_event", "previous_event", "flag_events", "", "own_threshold", "choose_model", "shipped_model",
)  # fmt: skip
BESIDE = (
    "compare_view", "compare_link", "compare_linked", "compare_align", "", "compare_scale", "compare_swap", "",
    "compare_close", "", "copy_picture", "fit", "turn", "mirror",
)  # fmt: skip
RUN_CHART = ("score_all", "choose_model", "", "import_scores", "export_run_chart")
"""Keys of actions; "" parts groups."""


def give_menus(window: MainWindow) -> None:
    """Let the frame, the strips, the list and the score plot answer a right click."""
    scrubber = window.scrubber
    places: tuple[tuple[QWidget, tuple[str, ...]], ...] = (
        (window.frame_view, FRAME),
        (scrubber.overview, STRIPS),
        (scrubber.detail, STRIPS),
        (scrubber.thumbnails, PICTURES),
        (window.tree.tree, LIST),
        (window.score_plot.graph, SCORES),
        (window.run_chart.graph, RUN_CHART),
        (window.panes.b.view, BESIDE),
        (window.panes.difference.view, BESIDE),
    )
    for place, keys in places:
        place.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        place.customContextMenuRequested.connect(partial(_ask, window, place, keys))


def menu_of(window: MainWindow, keys: tuple[str, ...]) -> QMenu:
    """A menu of actions, which are those of the menu bar: the same words, keys and states."""
    window.controls.refresh()
    menu = QMenu(window)
    for key in keys:
        if key:
            menu.addAction(window.action(key))
        else:
            menu.addSeparator()
    return menu


def _ask(window: MainWindow, place: QWidget, keys: tuple[str, ...], point: QPoint) -> None:
    menu = menu_of(window, keys)
    menu.exec(place.mapToGlobal(point))
    menu.deleteLater()
