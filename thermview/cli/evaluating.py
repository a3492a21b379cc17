"""The work of thermview evaluate: run it, say it in a table, write the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from thermview.cli.failures import Tally
from thermview.cli.found import check_capture, laser_videos
from thermview.cli.output import say
from thermview.cli.progress import result_of
from thermview.laser.evaluate import evaluate
from thermview.laser.evaluate_plan import Options
from thermview.laser.evaluate_report import html_of, percent
from thermview.review.manifest import jsonable
from thermview.review.scoring_jobs import scorer
from thermview.review.staging import staged


def evaluated(folder: Path, model: Path | None, options: Options, tally: Tally) -> dict[str, Any]:
    """All numbers; what could not be used is told and counted."""
    check_capture(folder)
    chosen = scorer(model)
    videos = laser_videos(folder, tally)
    result: dict[str, Any] = result_of(evaluate(folder, videos, chosen, options), "Evaluating")
    for notice in result["notices"]:
        say(notice)
    for problem in result["problems"]:
        tally.fail(problem)
    tally.done += sum(row[role] for row in result["split"] for role in ("fit", "calibration", "test"))
    return result


def written(result: Mapping[str, Any], out: Path) -> Path:
    """Write report.html and report.json; gives their folder, which appears whole or not at all."""
    with staged(out) as staging:
        text = json.dumps(jsonable(result), indent=1, ensure_ascii=False, allow_nan=False)
        (staging.path / "report.json").write_text(f"{text}\n", "utf-8", errors="backslashreplace")
        (staging.path / "report.html").write_text(html_of(result), "utf-8", errors="backslashreplace")
        return staging.publish()


def text_of(result: Mapping[str, Any]) -> str:
    """The few lines that a person reads first."""
    told = {True: "SIMULATED recordings", False: "real recordings", None: "recordings"}
    batches = f"{len(result['split'])} batch{'es' if len(result['split']) > 1 else ''}"
    tested = sum(row["test"] for row in result["split"])
    lines = [
        f"{result['model']['name']} on {told[result['simulated']]} of {batches}: "
        f"{tested} normal ones tested, {result['seconds']:.0f} s",
        "",
        f"{'threshold':<36} {'false alarms':>22} {'injected found':>15} {'known found':>12} {'frames/s':>9}",
    ]
    for rule in result["rules"]:
        name = rule["rule"]
        alarms = next(row for row in result["false_alarms"] if row["rule"] == name and row["batch"] == "all")
        low, high = alarms["interval"]
        said = f"{alarms['hits']} of {alarms['of']} ({percent(low)}-{percent(high)} %)"
        said += " !" if alarms["broken"] else ""
        cells = [row["told"][name] for row in result["detection"] if not row["control"]]
        found = f"{sum(cell['hits'] for cell in cells)} of {sum(cell['of'] for cell in cells)}"
        known = next(row for row in result["known_found"] if row["rule"] == name)
        lines.append(
            f"{name:<36} {said:>22} {found:>15} {known['hits']:>5} of {known['of']:<3} {rule['frames_per_s'] or 0:>9,}"
        )
    lines += _held_out_lines(result)
    lines += _goal_lines(result)
    if result["noise"]:
        lines += ["", "Centroid noise of 0.141 px: area per batch, share found at the rate given"]
    for row in result["noise"]:
        if row["auc"] is not None:
            lines.append(
                f"{row['method']:<36} {row['auc']:.3f}   {percent(row['tpr']['rate'])} % at "
                f"{percent(row['rate'])} %   same interpolation without noise: {row['control_auc']:.3f}"
            )
    return "\n".join(lines)


def _held_out_lines(result: Mapping[str, Any]) -> list[str]:
    """Own thresholds, on every normal recording that taught nothing: promised and counted."""
    lines = [
        "",
        f"{'own threshold, all that taught nothing':<40} {'false alarms':>24} {'promised':>9} {'allowed':>8}",
    ]
    for row in sorted(result["held_out"], key=lambda row: (row["rule"], row["batch"] != "all")):
        low, high = row["interval"]
        name = row["rule"].removesuffix(", own threshold") if row["batch"] == "all" else f"  {row['batch']}"
        said = f"{row['hits']} of {row['of']} ({percent(low)}-{percent(high)} %)" + (
            " !" if row["broken"] else ""
        )
        rates = ("-" if rate is None else f"{percent(rate)} %" for rate in (row["promised"], row["allowed"]))
        lines.append(f"{name:<40} {said:>24} {next(rates):>9} {next(rates):>8}")
    return lines if len(lines) > 2 else []


def _goal_lines(result: Mapping[str, Any]) -> list[str]:
    """What should be found, by the leading rule, and what the fitted model costs."""
    lines: list[str] = []
    if result["goals"]:
        lines += ["", f"{'at ' + result['lead']:<72} {'found':>9} {'cause':>6} {'alarm':>8}"]
    for row in result["goals"]:
        cell = row["told"].get(result["lead"]) or next(iter(row["told"].values()))
        ms, cause = cell["alarm_ms_median"], "-" if row["control"] else cell["cause_right"]
        after = "-" if ms is None else f"{ms:.0f} ms".replace("-0 ", "0 ")
        lines.append(f"{row['words']:<72} {cell['hits']:>3} of {cell['of']:<2} {cause:>6} {after:>8}")
    cost = result["cost"]
    if cost is not None and cost["frames_timed"]:
        lines += [
            "",
            f"Fitted in {cost['fit_seconds']:.0f} s, {cost['model_bytes'] / 1024:,.0f} KiB; with decoding "
            f"{cost['frames_per_s_decoding']:,} frames/s; a frame alone {cost['frame_ms_p50']:.2f} ms "
            f"(99 %: {cost['frame_ms_p99']:.2f} ms, of each frame's median in {cost['runs_timed']} runs "
            f"{cost['frame_ms_p99_of_medians']:.2f} ms), known {cost['delay_frames']} frames later",
        ]
    return lines
