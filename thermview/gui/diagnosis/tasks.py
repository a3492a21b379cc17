"""What the score thread runs for the pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from thermview.jobs import Steps


def diagnosis_steps(capture: Path) -> Callable[[], Steps]:
    """Diagnoses a capture with the shipped embedding; a Diagnosis is the last result."""

    def steps() -> Steps:
        # imported where they are needed: most starts of the window diagnose nothing
        from thermview.diagnosis.diagnose import diagnose
        from thermview.inference import default_model, open_model

        yield from diagnose(capture, open_model(default_model("embedding")))

    return steps
