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
    signals = {name: str(item) for name, item in vars(Session).items() if isinstance(item, Signal)}
    fakes = {name: str(item) for name, item in vars(FakeSession).items() if isinstance(item, Signal)}
    assert fakes.items() <= signals.items()


def test_parts_of_the_stand_in_are_parts_of_the_session(session):
    fake = FakeSession()
    for part in ("playback", "scored", "browsing"):
        missing = {name for name in vars(getattr(fake, part)) if not hasattr(getattr(session, part), name)}
        assert missing == set(), part
