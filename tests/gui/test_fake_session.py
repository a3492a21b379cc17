"""The stand-in must offer nothing that the session does not."""

from fake_session import FakeSession
from PySide6.QtCore import Signal

from thermview.gui.session import Session

_OWN = {"calls", "show", "finish_scores"}


def test_the_stand_in_has_no_attribute_of_its_own_making(session):
    fake = FakeSession()
    names = {name for name in [*vars(fake), *vars(FakeSession)] if not name.startswith("_")} - _OWN
    assert {name for name in names if not hasattr(session, name)} == set()


def test_the_stand_in_emits_what_the_session_emits():
    assert signals_of(FakeSession).items() <= signals_of(Session).items()


def signals_of(kind: type) -> dict[str, str]:
    """Signals of a class and of what it is built on, by name."""
    return {
        name: str(item)
        for base in kind.__mro__
        for name, item in vars(base).items()
        if isinstance(item, Signal)
    }


def test_parts_of_the_stand_in_are_parts_of_the_session(session):
    fake = FakeSession()
    for part in ("playback", "scored", "flagged", "browsing"):
        missing = {name for name in vars(getattr(fake, part)) if not hasattr(getattr(session, part), name)}
        assert missing == set(), part
