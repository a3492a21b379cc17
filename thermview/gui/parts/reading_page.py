"""A page to read: shortcuts, the user guide with its pictures, what this is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

_SIZE = QSize(980, 760)
_WIDEST_PICTURE_PX = 760
_ABOVE_HEADING_PX, _BELOW_PX = 18, 7


class Browser(QTextBrowser):
    """Shows pages of this machine alone; pictures are made smaller smoothly."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenExternalLinks(False)
        self.document().setDocumentMargin(16)
        self.sourceChanged.connect(self._space)

    def _space(self) -> None:
        """Air around headings and paragraphs, which Markdown pages come without."""
        block = self.document().begin()
        while block.isValid():
            form = block.blockFormat()
            if block.textList() is None and not QTextCursor(block).currentTable():
                form.setTopMargin(_ABOVE_HEADING_PX if form.headingLevel() and block.position() else 0)
                form.setBottomMargin(_BELOW_PX)
                QTextCursor(block).setBlockFormat(form)
            block = block.next()

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Pictures no wider than the page; everything else as it is."""
        loaded = super().loadResource(kind, name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return loaded
        place = self.source().resolved(QUrl(name)).toLocalFile()
        picture = QImage(place)
        if picture.isNull() or picture.width() <= _WIDEST_PICTURE_PX:
            return loaded
        return picture.scaledToWidth(_WIDEST_PICTURE_PX, Qt.TransformationMode.SmoothTransformation)


class Page(QDialog):
    """Words, or a Markdown file with links to others beside it."""

    def __init__(self, title: str, words: str | None, parent: QWidget, source: Path | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(_SIZE.boundedTo(parent.screen().availableGeometry().size()))
        self.browser = Browser()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        if source is not None and not source.is_file():
            self.browser.setPlainText(f"{title}: this page is missing in the installation ({source.name}).")
        elif source is not None:
            self._offer_back(buttons)
            self.browser.setSearchPaths([str(source.parent)])
            self.browser.setSource(QUrl.fromLocalFile(str(source)))
        else:
            self.browser.setHtml(words or "")
        layout = QVBoxLayout(self)
        layout.addWidget(self.browser)
        layout.addWidget(buttons)

    def _offer_back(self, buttons: QDialogButtonBox) -> None:
        for text, action, available in (
            ("Back", self.browser.backward, self.browser.backwardAvailable),
            ("Contents", self.browser.home, None),
        ):
            button = buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
            button.setAutoDefault(False)
            button.clicked.connect(action)
            if available is not None:
                button.setEnabled(False)
                available.connect(button.setEnabled)
