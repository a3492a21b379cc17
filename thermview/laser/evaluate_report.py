"""The evaluation as one self-contained HTML page: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import thermview
from thermview.laser.evaluate_tables import FOUND_SHARE
from thermview.page_templates import page_templates

TEMPLATE = "evaluation.html"


def html_of(result: Mapping[str, Any]) -> str:
    """The page for the numbers of an evaluation; every text in them is escaped."""
    environment = page_templates()
    environment.filters["percent"] = percent
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    environment.filters["sized"] = sized
    environment.filters["delay"] = delay
    page = environment.get_template(TEMPLATE)
    return page.render(r=result, version=thermview.__version__, found_share=FOUND_SHARE)


def percent(share: float | None) -> str:
    """A share in percent, with one digit after the point where it is small; a dash for None."""
    if share is None:
        return "–"
    value = 100.0 * share
    return f"{value:.1f}" if 0 < value < 9.95 else f"{value:.0f}"


def delay(ms: float | None) -> str:
    """A time from a fault's first frame, with a true minus where it is before it; a dash for None."""
    return "–" if ms is None else f"{ms:.0f} ms".replace("-0 ", "0 ").replace("-", "\u2212")


def sized(size: float, unit: str) -> str:
    """A fault's size with its unit; nothing where it has none."""
    if unit == "share":
        return f"{percent(size)} %"
    return f"{size:g} {unit.removesuffix('s') if size == 1 else unit}" if unit else ""
