"""Which model describes pictures: the user's own where one was added, else the one that comes with ThermView."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from thermview.errors import StoreError

if TYPE_CHECKING:
    from thermview.gui.session import Session

_KEY = "picture_model"


class PictureModel:
    """The choice, kept in the settings."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def own(self) -> bool:
        """True while a model of the user's own is chosen and there."""
        chosen = self._session.settings[_KEY]
        return bool(chosen) and Path(chosen).is_file()

    def path(self) -> Path:
        """The model's file; ModelError where none is installed. May be called in any thread."""
        from thermview.inference.catalogue import default_model

        return Path(self._session.settings[_KEY]) if self.own else default_model("embedding")

    @property
    def chosen(self) -> bool:
        """True while a model of the user's own is chosen, be it there or not."""
        return bool(self._session.settings[_KEY])

    @property
    def instead(self) -> str:
        """One sentence where another model than the chosen one is taken, for that has gone; else empty."""
        if self.own or not self.chosen:
            return ""
        chosen = Path(self._session.settings[_KEY])
        return f"{chosen.name} is no longer in {chosen.parent}: densities are measured with the shipped model instead."

    def wanted(self) -> Path:
        """The chosen model's file, also where it has gone, for who says so; else as `path`."""
        return Path(self._session.settings[_KEY]) if self.chosen else self.path()

    def choose(self, path: Path | None) -> None:
        """Describe pictures with this model from now on; None goes back to the shipped one."""
        try:
            self._session.settings[_KEY] = "" if path is None else str(path)
        except StoreError as error:  # it serves until the window is closed
            self._session.message.emit(str(error))
            return
        name = "the shipped model" if path is None else path.name
        self._session.message.emit(
            f"Pictures are described by {name} from now on; D measures densities with it."
        )
