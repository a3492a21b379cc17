"""Colours and sizes of the window in its dark and light dress."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from thermview.paths import resources_folder

TEXT_PX = 13
CAPTION_PX = 11

# Okabe & Ito, Color Universal Design (2008): told apart with every common colour vision.
CAUSE_COLOURS = {
    "power": "#E69F00",
    "position": "#56B4E9",
    "timing": "#009E73",
    "order": "#A0785A",
    "shape": "#CC79A7",
    "obstacle": "#D55E00",
    "spot size": "#3B8BD0",
    "spatter": "#C9B800",
    "sensor": "#8572D8",
}
ANOMALY = "#D55E00"
NORMAL = "#8A8F98"
FLAG = "#E6A817"
LABELLED = "#4FC3F7"
PREDICTED = "#FFB74D"


@dataclass(frozen=True)
class Theme:
    """One dress: hex colours by what they are for."""

    name: str
    window: str
    base: str
    surround: str
    raised: str
    text: str
    muted: str
    line: str
    accent: str
    on_accent: str


DARK = Theme(
    "dark", "#202124", "#28292d", "#17181a", "#2f3136", "#e6e7ea", "#9aa0a8", "#3c3f45", "#4f9cf0", "#ffffff"
)
LIGHT = Theme(
    "light", "#f6f7f8", "#ffffff", "#e3e5e8", "#eceef1", "#1d2024", "#626a75", "#cdd2d9", "#1a6fd0", "#ffffff"
)


def current() -> Theme:
    """The dress that the application wears now."""
    palette = QGuiApplication.palette()
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def wear(app: QApplication, choice: str) -> None:
    """Dress the application: "dark", "light" or "system"."""
    hints = app.styleHints()
    schemes = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}
    hints.setColorScheme(schemes.get(choice, Qt.ColorScheme.Unknown))
    dark = hints.colorScheme() != Qt.ColorScheme.Light if choice == "system" else choice == "dark"
    theme = DARK if dark else LIGHT
    # one sheet put in the place of another takes Qt thrice as long as none and then one
    app.setStyleSheet("")
    app.setPalette(_palette(theme))
    app.setStyleSheet(_style_sheet(theme))


def use_fonts(app: QApplication) -> None:
    """Text in the system's font at 13 px; the shipped font where the system has none."""
    for path in sorted((resources_folder() / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))
    font = QFont(app.font())
    font.setPixelSize(TEXT_PX)
    app.setFont(font)


def numbers_font(pixels: int = TEXT_PX) -> QFont:
    """A font whose digits keep their width, for numbers that change."""
    font = QFont(QApplication.font())
    font.setPixelSize(pixels)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def cause_colour(cause: str) -> QColor:
    """The colour of a cause, the same everywhere."""
    return QColor(CAUSE_COLOURS.get(cause, ANOMALY))


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    colours = {
        role.Window: theme.window, role.WindowText: theme.text, role.Base: theme.base,
        role.AlternateBase: theme.raised, role.Text: theme.text, role.Button: theme.raised,
        role.ButtonText: theme.text, role.Highlight: theme.accent, role.HighlightedText: theme.on_accent,
        role.ToolTipBase: theme.raised, role.ToolTipText: theme.text, role.PlaceholderText: theme.muted,
        role.Link: theme.accent, role.Mid: theme.line, role.Dark: theme.line, role.Light: theme.raised,
        role.Midlight: theme.raised, role.Accent: theme.accent,
    }  # fmt: skip
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.muted))
    return palette


def _style_sheet(theme: Theme) -> str:
    icons = (resources_folder() / "icons").as_posix()
    return "".join(
        (
            _bars(theme),
            _lists(theme),
            _fields(theme, icons),
            _buttons(theme),
            _labels(theme),
            _check_marks(theme, icons),
            _scroll_bars(theme),
        )
    )


def _bars(theme: Theme) -> str:
    """Tool tips, docks, bars, tabs and the frames that stand in them."""
    return f"""
QToolTip {{ color: {theme.text}; background: {theme.raised}; border: 1px solid {theme.line}; padding: 4px; }}
QMainWindow::separator {{ background: {theme.line}; width: 1px; height: 1px; }}
QMainWindow::separator:hover {{ background: {theme.accent}; }}
QDockWidget {{ color: {theme.muted}; font-size: {CAPTION_PX}px; }}
QDockWidget::title {{ padding: 4px 8px; background: {theme.window}; border-bottom: 1px solid {theme.line}; }}
QToolBar {{ border: 0; border-bottom: 1px solid {theme.line}; padding: 2px 4px; spacing: 2px;
            background: {theme.window}; }}
QToolBar QToolButton {{ padding: 4px; border: 1px solid transparent; border-radius: 4px; }}
QToolBar QToolButton:hover {{ background: {theme.raised}; border-color: {theme.line}; }}
QToolBar QToolButton:checked {{ background: {theme.raised}; border-color: {theme.accent}; }}
QToolButton[role="segment"] {{ padding: 4px 9px; border: 1px solid {theme.line}; background: {theme.base}; }}
QToolButton[role="segment"]:hover {{ border-color: {theme.accent}; }}
QToolButton[role="segment"]:checked {{ background: {theme.accent}; color: {theme.on_accent}; }}
QFrame[role="tile"] {{ background: {theme.base}; border: 1px solid {theme.line}; border-radius: 4px; }}
QFrame[role="tile"] QLabel {{ border: 0; background: transparent; }}
QFrame[role="bar"] {{ background: {theme.raised}; border-top: 1px solid {theme.accent}; }}
QStatusBar {{ border-top: 1px solid {theme.line}; color: {theme.muted}; }}
QStatusBar::item {{ border: 0; }}
QTabBar::tab {{ padding: 6px 7px; color: {theme.muted}; background: {theme.window}; border: 0;
                border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {theme.text}; border-bottom-color: {theme.accent}; }}
"""


def _lists(theme: Theme) -> str:
    """Trees, tables, lists and their headers."""
    return f"""
QTreeView, QTableView, QListView {{ border: 0; background: {theme.base}; alternate-background-color: {theme.raised};
                                   outline: 0; }}
QTreeView::item, QTableView::item {{ padding: 2px 4px; }}
QHeaderView::section {{ background: {theme.window}; color: {theme.muted}; border: 0; padding: 4px 6px;
                        border-bottom: 1px solid {theme.line}; }}
"""


def _fields(theme: Theme, icons: str) -> str:
    """What one types, counts or chooses in."""
    return f"""
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit {{ background: {theme.base}; color: {theme.text};
    border: 1px solid {theme.line}; border-radius: 4px; padding: 3px 6px; selection-background-color: {theme.accent}; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {{
    border-color: {theme.accent}; }}
QComboBox::drop-down {{ border: 0; width: 18px; }}
QComboBox::down-arrow {{ image: url("{icons}/arrow_down.svg"); width: 12px; height: 12px; }}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{
    border: 0; width: 18px; }}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url("{icons}/arrow_up.svg"); width: 10px; height: 10px; }}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{
    image: url("{icons}/arrow_down.svg"); width: 10px; height: 10px; }}
QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {{ color: {theme.muted}; background: {theme.window}; }}
"""


def _buttons(theme: Theme) -> str:
    """What one presses."""
    return f"""
QPushButton {{ background: {theme.raised}; border: 1px solid {theme.line}; border-radius: 4px; padding: 5px 12px; }}
QPushButton:hover {{ border-color: {theme.accent}; }}
QPushButton:checked {{ border-color: {theme.accent}; color: {theme.accent}; }}
QPushButton:default {{ background: {theme.accent}; color: {theme.on_accent}; border-color: {theme.accent}; }}
QPushButton:disabled {{ color: {theme.muted}; }}
QPushButton:default:disabled {{ background: {theme.raised}; border-color: {theme.line}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
"""


def _labels(theme: Theme) -> str:
    """Text by its role."""
    return f"""
QLabel[role="muted"] {{ color: {theme.muted}; }}
QLabel[role="caption"] {{ color: {theme.muted}; font-size: {CAPTION_PX}px; }}
QLabel[role="title"] {{ font-size: 22px; }}
QLabel[role="badge"] {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.line};
    border-radius: 4px; padding: 1px 6px; }}
QLabel[role="active badge"] {{ background: {theme.accent}; color: {theme.on_accent}; border-radius: 4px;
    padding: 2px 7px; }}
QLabel[role="problem"] {{ color: {ANOMALY}; }}
"""


def _check_marks(theme: Theme, icons: str) -> str:
    """Marks that are set or not, also in lists."""
    return f"""
QCheckBox::indicator, QTreeView::indicator, QListView::indicator {{ width: 14px; height: 14px;
    border: 1px solid {theme.muted}; border-radius: 3px; background: {theme.base}; }}
QCheckBox::indicator:hover, QTreeView::indicator:hover, QListView::indicator:hover {{ border-color: {theme.accent}; }}
QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked {{
    background: {theme.accent}; border-color: {theme.accent}; image: url("{icons}/check.svg"); }}
QTreeView::indicator:indeterminate {{ background: {theme.accent}; border-color: {theme.accent};
                                      image: url("{icons}/check_some.svg"); }}
"""


def _scroll_bars(theme: Theme) -> str:
    """How far along a view is, and a job."""
    return f"""
QScrollBar {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ width: 10px; }}
QScrollBar:horizontal {{ height: 10px; }}
QScrollBar::handle {{ background: {theme.line}; border-radius: 4px; margin: 1px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover {{ background: {theme.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ border: 0; background: {theme.raised}; border-radius: 3px; max-height: 6px; }}
QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}
"""
