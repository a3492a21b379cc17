"""What every page is given: the session, its diagnosis, thumbnails."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from thermview.gui.diagnosis.diagnosing import Diagnosing
from thermview.gui.diagnosis.pictures import Pictures
from thermview.gui.diagnosis.prepared import Prepared

if TYPE_CHECKING:
    from thermview.gui.session import Session


@dataclass(frozen=True, eq=False)
class PageContext:
    """Shared by the pages and their charts."""

    session: Session
    pictures: Pictures

    @property
    def diagnosing(self) -> Diagnosing:
        """Runs and remembers."""
        return self.session.diagnosing

    @property
    def prepared(self) -> Prepared | None:
        """What there is to show."""
        return self.session.diagnosing.prepared

    def choose_neighbours(self, row: int) -> None:
        """Pick out a picture and its nearest neighbours of other sessions, by the learnt lens where there is one."""
        prepared = self.prepared
        if prepared is None or not prepared.diagnosis.lenses:
            return
        near = prepared.neighbours(prepared.diagnosis.lenses[-1], row)
        stem = PurePosixPath(prepared.table.paths[row]).stem
        self.diagnosing.choose([row, *near.tolist()], f"neighbours of {stem}")
