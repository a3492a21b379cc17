"""How far a job is, as a bar."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar

from thermview.jobs import Job

_THOUSAND = 1000


def show_progress(bar: QProgressBar, job: Job) -> None:
    """Set a bar to how far a job is; it moves to and fro where nobody knows.

    Each setter of a QProgressBar paints at once whatever waits to be painted in the window: not here.
    """
    bar.setUpdatesEnabled(False)
    bar.setRange(0, _THOUSAND if job.total > 0 else 0)
    if job.total > 0:
        bar.setValue(min(round(_THOUSAND * job.done / job.total), _THOUSAND))
    bar.setUpdatesEnabled(True)
