"""Everything a person can do, as a table: menus, toolbar, shortcuts and the shortcut page come from it."""

from thermview.gui.actions.files import EDIT, FILE, HELP
from thermview.gui.actions.going import GO
from thermview.gui.actions.judging import FLAGS, SCORES
from thermview.gui.actions.measuring import COMPARE, MEASURE
from thermview.gui.actions.row import Row
from thermview.gui.actions.viewing import VIEW

__all__ = ["ACTIONS", "MENUS", "Row"]

ACTIONS: tuple[Row, ...] = (*FILE, *EDIT, *GO, *VIEW, *MEASURE, *COMPARE, *SCORES, *FLAGS, *HELP)
MENUS = tuple(dict.fromkeys(row.menu for row in ACTIONS))
