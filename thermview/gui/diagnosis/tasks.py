"""What the score thread runs for the pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from thermview.jobs import Steps


def diagnosis_steps(capture: Path, model: Callable[[], Path]) -> Callable[[], Steps]:
    """Diagnoses a capture by a picture model, the path of which is asked for in the thread; results in a Diagnosis."""

    def steps() -> Steps:
        # imported where they are needed: most starts of the window diagnose nothing
        from thermview.diagnosis.diagnose import diagnose
        from thermview.diagnosis.embedding import open_embedding

        opened, problem = open_embedding(model)
        yield from diagnose(capture, opened, model_problem=problem)

    return steps
