"""A diagnosis as files: report.html, report.json and fixes/, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from thermview.diagnosis.results import Diagnosis
from thermview.jobs import Progress, Steps
from thermview.review.diagnosis_beside import SetReport
from thermview.review.diagnosis_json import report_text
from thermview.review.diagnosis_report import report_steps
from thermview.review.evidence import check_outside
from thermview.review.fixes import Fixes, fixes_of
from thermview.review.fixes_files import write_fixes
from thermview.review.staging import staged

HTML_NAME, JSON_NAME, FIXES_FOLDER = "report.html", "report.json", "fixes"


@dataclass(frozen=True)
class Written:
    """Where a report is, and the fixes that it lists."""

    folder: Path
    fixes: Fixes


def write_diagnosis(
    diagnosis: Diagnosis, folder: Path, *,
    fixes: Fixes | None = None, beside: Sequence[SetReport] = (), seed: int = 0,
) -> Steps:  # fmt: skip
    """Write the report of a diagnosis; the last step's result is Written.

    `beside`: reports of other sets for the page to compare with.
    A report that lies in `folder` already moves into a new folder `earlier-1`, `earlier-2`, ... there. Until the
    end all is kept under a temporary name; closing the generator leaves nothing. ExportError where it cannot be
    written, and where `folder` lies in the set: it is never written to.
    """
    check_outside(folder, [diagnosis.root])
    fixes = fixes or fixes_of(diagnosis)
    with staged(folder) as staging:
        page = ""
        for step in report_steps(diagnosis, fixes, beside=beside, seed=seed):
            page = step.result or page
            yield Progress(step.done, step.total, unit=step.unit)
        (staging.path / HTML_NAME).write_text(page, "utf-8")
        (staging.path / JSON_NAME).write_text(report_text(diagnosis, seed=seed), "utf-8")
        (staging.path / FIXES_FOLDER).mkdir()
        yield from write_fixes(staging.path / FIXES_FOLDER, diagnosis.table, fixes)
        place = staging.publish_over(JSON_NAME)
    count = len(diagnosis.table)
    yield Progress(count, count, Written(place, fixes), "pictures")
