"""Fixtures for every test that makes Qt objects; imported by the conftests of gui/ and e2e/."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from thermview.gui.app import make_application


@pytest.fixture(scope="session")
def qapp() -> object:
    """The application as the program makes it."""
    return make_application()


@pytest.fixture(autouse=True)
def collected_in_this_thread(qapp: object) -> Iterator[None]:
    """As in the program: a collection in a worker would destroy Qt objects in the wrong thread."""
    gc.disable()
    yield
    gc.collect()
