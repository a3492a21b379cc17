"""Pages escape what they are given, and say so where they are given too little."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from thermview.page_templates import page_templates


def test_texts_are_escaped_and_gaps_fail() -> None:
    page = page_templates().from_string("<p>{{ name }}</p>")
    assert page.render(name="<script>") == "<p>&lt;script&gt;</p>"
    with pytest.raises(UndefinedError):
        page.render()


def test_the_shipped_pages_are_found() -> None:
    assert {"evaluation.html", "diagnosis.html"} <= set(page_templates().list_templates())
