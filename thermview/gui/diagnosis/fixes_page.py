"""What to do about it: weights, lists and splits, looked at here and saved to a folder."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from thermview.gui.diagnosis.context import PageContext
from thermview.gui.diagnosis.page_parts import ScrollPage
from thermview.gui.diagnosis.prepared import Prepared


class FixesPage(ScrollPage):
    """Fixes of the diagnosed set."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)

    def show_prepared(self, prepared: Prepared) -> None:
        pass
