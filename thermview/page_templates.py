"""Templates of the pages that ThermView writes: every text that is put in is escaped."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from thermview.paths import resources_folder


def page_templates() -> Environment:
    """The shipped templates; a name that a page is not given fails instead of leaving a gap."""
    return Environment(
        loader=FileSystemLoader(resources_folder() / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
