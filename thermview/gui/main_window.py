"""Puts the views together: docks, toolbar, menus; no logic of its own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QSize, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from thermview.annotation import Annotation
from thermview.errors import ThermviewError
from thermview.gui.actions import Row
from thermview.gui.capture.capture_tree import CaptureTree
from thermview.gui.capture.details_panel import DetailsPanel
from thermview.gui.compare.compare_bar import CompareBar
from thermview.gui.compare.compare_line import CompareLine
from thermview.gui.compare.panes import Panes
from thermview.gui.conditions.conditions_panel import ConditionsPanel
from thermview.gui.conditions.residual_layer import ResidualLayer
from thermview.gui.context_menus import give_menus
from thermview.gui.controls import Controls
from thermview.gui.diagnosis.diagnosis_view import DiagnosisView
from thermview.gui.dialogs import Ask
from thermview.gui.docks import Docks
from thermview.gui.filters.filter_bar import FilterBar
from thermview.gui.flags.flag_table import FlagTable
from thermview.gui.frame.frame_view import FrameView
from thermview.gui.frame.histogram_panel import HistogramPanel
from thermview.gui.frame.read_out import PointerLine, TitleLine
from thermview.gui.frame.scale_bar import ScaleBar
from thermview.gui.fusion.fusion_bar import FusionBar
from thermview.gui.fusion.fusion_hand import FusionHand
from thermview.gui.fusion.fusion_layer import FusionLayer
from thermview.gui.fusion.visible_view import VisibleView
from thermview.gui.laser.heat_layer import HeatLayer
from thermview.gui.laser.laser_dock import LaserDock
from thermview.gui.laser.track_layer import TrackLayer
from thermview.gui.learn.learn_window import LearnWindow
from thermview.gui.parts import icons, theme
from thermview.gui.parts.hands import Hands
from thermview.gui.regions.region_hand import RegionHand
from thermview.gui.regions.region_layer import RegionLayer
from thermview.gui.regions.regions_panel import RegionsPanel
from thermview.gui.scores.density_plot import DensityPlot
from thermview.gui.scores.run_chart import RunChartView
from thermview.gui.scores.score_plot import ScorePlot
from thermview.gui.session import Session
from thermview.gui.start_page import StartPage
from thermview.gui.status_line import StatusLine
from thermview.gui.surface.surface_window import SurfaceWindow
from thermview.gui.timeline.scrubber import Scrubber


class MainWindow(QMainWindow):
    """One window on one session."""

    session: Session
    ask: Ask
    frame_view: FrameView
    filter_bar: FilterBar
    tree: CaptureTree
    regions: RegionsPanel
    diagnosis: DiagnosisView

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName("ThermView")
        self.setWindowTitle("ThermView")
        self.setAcceptDrops(True)
        self.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AnimatedDocks)
        self.ask = Ask(self)
        self._learning: LearnWindow | None = None
        self._surface: SurfaceWindow | None = None
        self._make_views()
        self.controls = Controls(self)
        self.setWindowIcon(icons.icon("thermview"))
        self._make_docks()
        give_menus(self)
        self._refresh_soon = QTimer(self, interval=30, singleShot=True)
        self._refresh_soon.timeout.connect(self._refresh)
        self._connect()
        self._usual_size()
        self.reset_layout()
        self.docks.restore(session.settings["window"])
        self._refresh()
        self.tree.tree.setFocus()  # not the first box of the toolbar

    # -- putting together --------------------------------------------------------------------------

    def _make_views(self) -> None:
        session = self.session
        self.frame_view, self.scale_bar = FrameView(session), ScaleBar(session)
        self.title_line, self.pointer_line = TitleLine(session), PointerLine(session)
        self.filter_bar = FilterBar(session)
        self.tree, self.scrubber = CaptureTree(session), Scrubber(session)
        self.start_page, self.status_line = StartPage(session), StatusLine(session)
        self.fusion_bar, self.visible_view = FusionBar(session), VisibleView(session)
        self.fusion_layer = FusionLayer(session, self)
        for layer in (
            self.fusion_layer, ResidualLayer(session, self), HeatLayer(session, self), TrackLayer(session, self),
            RegionLayer(session, self),
        ):  # fmt: skip
            self.frame_view.add_layer(layer)
        self.frame_view.give_to(Hands(FusionHand(session, self), RegionHand(session, self), parent=self))
        across = QHBoxLayout()
        across.setSpacing(0)
        self.panes = Panes(session, self.frame_view, self.scale_bar, self)
        across.addWidget(self.panes.a, 1)
        across.addWidget(self.visible_view, 1)
        across.addWidget(self.scale_bar, 0)
        self.compare_bar, self.compare_line = CompareBar(session), CompareLine(session)
        self.panes.put_into(across, self.compare_line)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title_line)
        column.addWidget(self.compare_bar)
        column.addWidget(self.fusion_bar)
        column.addLayout(across, 1)
        column.addWidget(self.filter_bar)
        column.addWidget(self.compare_line)
        column.addWidget(self.pointer_line)
        column.addWidget(self.scrubber)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start_page)
        self.diagnosis = DiagnosisView(session)
        for widget in (page, self.diagnosis):
            self.pages.addWidget(widget)
        self.setCentralWidget(self.pages)
        self.statusBar().addWidget(self.status_line, 1)
        self.statusBar().setSizeGripEnabled(False)

    def _make_docks(self) -> None:
        session = self.session
        self.score_plot, self.density_plot = ScorePlot(session), DensityPlot(session)
        self.run_chart = RunChartView(session)
        self.details, self.flag_table = DetailsPanel(session), FlagTable(session)
        self.histogram, self.laser = HistogramPanel(session), LaserDock(session)
        self.conditions = ConditionsPanel(session)
        self.regions = RegionsPanel(session)
        widgets = {
            "Capture": self.tree,
            "Scores": self.score_plot,
            "Run chart": self.run_chart,
            "Laser": self.laser,
            "Density": self.density_plot,
            "Regions": self.regions,
            "Conditions": self.conditions,
            "Histogram": self.histogram,
            "Details": self.details,
            "Flags": self.flag_table,
        }
        self.docks = Docks(self, widgets, self.controls.menus["View"].addMenu("Docks"))
        self.docks["Laser"].visibilityChanged.connect(self.laser.look_again)

    def _connect(self) -> None:
        session = self.session
        for signal in (
            session.display_changed, session.playback_changed,
            session.annotations_changed, session.flags_changed, session.jobs_changed, session.range_changed,
            session.undo_stack.indexChanged, session.densities_changed,
        ):  # fmt: skip
            signal.connect(self._refresh_shortly)
        session.scores_changed.connect(self._refresh_shortly)
        for signal in (session.capture_changed, session.recording_changed):
            signal.connect(self._refresh)  # at once: the next key may be on its way already
        session.capture_changed.connect(self._show_page)
        session.diagnosing.page_changed.connect(self._pages_changed)
        session.recording_changed.connect(self._front_tab)
        session.measuring.tool_changed.connect(self._tool_chosen)
        for signal in (session.measuring.changed, session.measuring.chosen_changed):
            signal.connect(self._refresh_shortly)
        self.frame_view.pointer_moved.connect(self.pointer_line.show_pointer)
        self._connect_visible()
        self.frame_view.annotation_chosen.connect(self._annotation_chosen)
        self.scale_bar.ends_wanted.connect(self.ask.scale_ends)
        self.regions.threshold_wanted.connect(self.ask.region_threshold)
        self.regions.view.own_wanted.connect(self.ask.region_conditions)
        self.start_page.folder_wanted.connect(self.ask.open_folder)
        self.start_page.sample_wanted.connect(self.open_sample)
        self.run_chart.score_wanted.connect(self.score_all)
        session.heat_maps.possible_changed.connect(self._refresh_shortly)
        session.filtering.changed.connect(self._refresh_shortly)
        session.compared.changed.connect(self._show_compared)
        session.compared.pointed_changed.connect(self._refresh_shortly)

    def _connect_visible(self) -> None:
        """The visible picture beside the frame shows the same part, and each shows where the other is pointed at."""
        frame, visible, fused = self.frame_view, self.visible_view, self.session.fused
        frame.view_changed.connect(visible.follow)
        visible.view_wanted.connect(frame.set_view)
        frame.pointer_moved.connect(visible.show_mark)
        visible.pointer_moved.connect(self.fusion_layer.show_mark)
        visible.pointer_moved.connect(self.pointer_line.show_pointer)
        for signal in (fused.changed, fused.aligning_changed):
            signal.connect(self._refresh_shortly)

    def _show_compared(self) -> None:
        """Each of several frames has its own title, and one line reads out all."""
        on = self.session.compared.on
        self.title_line.setVisible(not on)
        self.pointer_line.pointer.setVisible(not on)
        self._refresh_shortly()

    # -- what actions do beside the session's verbs ------------------------------------------------

    def do(self, row: Row) -> None:
        """Carry out an action where it can be done now; what cannot be kept or used is said, not raised."""
        if row.enabled(self.session):
            try:
                row.verb(self)
            except ThermviewError as error:
                self.session.message.emit(str(error))
        self._refresh_shortly()

    def action(self, key: str) -> QAction:
        """The action of a row of the table."""
        return self.controls.actions[key]

    def open_sample(self) -> None:
        """Open the sample capture, making it first where it is missing."""
        self.session.open_sample()

    def score_all(self) -> None:
        """Score every recording with several frames that the list shows."""
        browsing, root = self.session.browsing, self.session.capture
        if root is None or browsing.index is None:
            return
        relatives = browsing.matches if browsing.matches is not None else sorted(browsing.index.paths())
        self.session.scored.score_all([root / r for r in relatives if r.lower().endswith(".npz")])

    def learn(self) -> None:
        """Show the page of learning normality, in a window of its own that leaves this one usable."""
        if self._learning is None:
            self._learning = LearnWindow(self.session, self)
            self._learning.recording_wanted.connect(self.session.select)
            self._learning.score_all_wanted.connect(self.score_all)
        self._learning.present()

    def show_surface(self) -> None:
        """Show the frame as a surface, in a window of its own that leaves this one usable."""
        if self._surface is None:
            self._surface = SurfaceWindow(self.session, self)
        self._surface.present()

    def diagnose(self) -> None:
        """Show the pages of the diagnosis and start it."""
        self.session.diagnosing.show_pages()
        self.session.diagnosing.start()

    def copy_picture(self) -> None:
        """Copy the frame with its overlays as it is on screen."""
        area = self.frame_view.frame_rectangle().toAlignedRect().intersected(self.frame_view.rect())
        picture = self.frame_view.grab(area)
        if self.session.fused.beside:  # both as they stand there
            both = self.frame_view.geometry().united(self.visible_view.geometry())
            picture = self.pages.grab(both)
        elif self.session.compared.on:
            picture = self.pages.grab(self.panes.area())
        QGuiApplication.clipboard().setPixmap(picture)
        self.session.message.emit("Picture copied.")

    def show_dock(self, name: str) -> None:
        """Bring a dock to the front, also one that was closed."""
        self.docks.bring(name)

    def switch_theme(self) -> None:
        """Dark to light or back, remembered."""
        self.set_theme("light" if theme.current().name == "dark" else "dark")

    def set_theme(self, choice: str) -> None:
        """Wear "dark", "light" or "system" from now on."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.wear(application, choice)
        self.session.settings["theme"] = choice

    def _tool_chosen(self) -> None:
        """Whoever draws a region wants to see what it measures."""
        if self.session.measuring.tool is not None:
            self.docks.bring("Regions")
        self._refresh()

    def _annotation_chosen(self, annotation: Annotation | None) -> None:
        self.details.show_annotation(annotation)
        if annotation is not None:
            self.docks["Details"].raise_()

    # -- keeping in step ---------------------------------------------------------------------------

    def _refresh_shortly(self) -> None:
        """In a moment, however often this is asked: a timer started anew each time could be put off for ever."""
        if not self._refresh_soon.isActive():
            self._refresh_soon.start()

    def _refresh(self) -> None:
        self.controls.refresh()
        capture = self.session.capture
        self.setWindowTitle(f"{capture.name} \u2013 ThermView" if capture else "ThermView")

    def _show_page(self) -> None:
        opened = 2 if self.session.diagnosing.open else 1
        self.pages.setCurrentIndex(0 if self.session.capture is None else opened)

    def _pages_changed(self) -> None:
        """The pages of the diagnosis came or went: while browsing from them the density dock is the one to see."""
        self._show_page()
        self._refresh_shortly()
        if self.session.diagnosing.open:
            self.docks["Density"].raise_()
            self.diagnosis.setFocus()
        else:
            self.tree.tree.setFocus()  # not the next text field in a row: the arrows step pictures again

    def _front_tab(self) -> None:
        self.docks.follow(self.session.recording)

    def reset_layout(self) -> None:
        """Put every dock back to its place."""
        self.docks.arrange(self.session.recording)

    def _usual_size(self) -> None:
        """1440 x 900, or what the screen has room for."""
        room = self.screen().availableGeometry().size()
        self.resize(QSize(1440, 900).boundedTo(room))

    # -- events ------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_refresh_soon"):
            self.controls.dress()
            self.setWindowIcon(icons.icon("thermview"))
            self._refresh_shortly()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.session.open_several(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.session.keep_setting("window", self.docks.layout())
        self.session.close()
        super().closeEvent(event)


def dropped_paths(data: QMimeData) -> list[Path]:
    """The local files or folders of something dragged in."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
