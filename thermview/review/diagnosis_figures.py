"""The figures of a diagnosis report: which chart shows which of its values."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from thermview.diagnosis.results import Diagnosis, GreyZone, Lens, TokenSplit
from thermview.diagnosis.table import PictureTable
from thermview.review import diagnosis_charts as charts
from thermview.review.diagnosis_charts import BarRow, BoxRow, IntervalRow, Series, percent
from thermview.review.diagnosis_words import (
    CHANCE,
    class_label,
    class_tone,
    count_text,
    interval_words,
    plural,
)
from thermview.review.lens_densities import density_histogram
from thermview.thermal.ticks import value_text

CLASSES_AT_MOST = 48
"""Rows of a chart, cards of classes; more classes are cut in the middle, and the page says so."""
STATES = (("normal", 1, "normal"), ("anomaly", 0, "anomaly"), ("neither by its name", -1, "unknown"))


@dataclass(frozen=True)
class Figure:
    """A chart with its heading and the words below it, its definition among them."""

    title: str
    chart: Markup
    caption: str = ""
    definition: str = ""


def channel_figure(diagnosis: Diagnosis) -> Figure:
    channels = [(name, float(n)) for name, n in diagnosis.hygiene.channels.items()]
    words = "; ".join(f"{name} {count_text(n)}" for name, n in channels)
    return Figure(
        "Channels of the files",
        charts.shares(channels, "Share of pictures by channels"),
        f"Pictures: {words}.",
    )


def class_figure(diagnosis: Diagnosis) -> Figure:
    table, hygiene = diagnosis.table, diagnosis.hygiene
    codes = [
        int(code) for code in np.argsort(-hygiene.class_counts, kind="stable") if table.class_names[code]
    ]
    shown, cut = _ends_of(codes)
    rows = [
        BarRow(
            class_label(table, code),
            float(n := hygiene.class_counts[code]),
            class_tone(table, code),
            count_text(n),
        )
        for code in shown
    ]
    caption = "No picture lies in a class."
    if rows:
        caption = (
            f"Mean {count_text(hygiene.mean_count)}, standard deviation {count_text(hygiene.sd_count)}, "
            f"largest over smallest {value_text(hygiene.max_min_ratio, 10.0)}.{_cut_words(cut)}"
        )
    return Figure("Pictures by class", charts.bars(rows, "Pictures by class"), caption)


def _ends_of(codes: list[int]) -> tuple[list[int], int]:
    """The first and last of a long list, and how many were left out of its middle."""
    if len(codes) <= CLASSES_AT_MOST:
        return codes, 0
    half = CLASSES_AT_MOST // 2
    return codes[:half] + codes[-half:], len(codes) - 2 * half


def _cut_words(cut: int) -> str:
    between = plural(cut, "class in between is", "classes in between are")
    return f" {between} left out here; report.json has what is missing." if cut else ""


def pixel_figure(diagnosis: Diagnosis) -> Figure:
    totals = diagnosis.table.histograms.sum(axis=0) if len(diagnosis.table.histograms) else np.zeros((3, 256))
    millions = totals / 1e6
    series = [Series(name, millions[number], name) for number, name in enumerate(("red", "green", "blue"))]
    chart = charts.histogram(
        series,
        np.arange(257.0),
        "Pixels by channel and value",
        "value of a pixel, 0 to 255",
        y_label="million pixels",
    )
    lows = [percent(float(each[:64].sum() / max(each.sum(), 1))) for each in totals]
    caption = (
        f"All readable pictures. Below 64 lie {lows[0]} of the red, {lows[1]} of the green and {lows[2]} of the "
        "blue values."
    )
    return Figure("Pixel values by channel", chart, caption)


def density_figure(lens: Lens, table: PictureTable) -> Figure:
    normal = table.normal[lens.rows]
    series = []
    edges = density_histogram(lens)[1]
    for label, state, tone in STATES:
        if ((normal == state) & np.isfinite(lens.values)).any():
            series.append(Series(label, density_histogram(lens, normal == state)[0], tone))
    medians = [
        (f"median {label}", float(np.median(lens.values[(normal == state) & np.isfinite(lens.values)])))
        for label, state, _ in STATES[:2]
        if ((normal == state) & np.isfinite(lens.values)).any()
    ]
    chart = charts.histogram(
        series, edges, f"Densities in {lens.name}", f"density in {lens.name}", marks=medians
    )
    unknown = int((~np.isfinite(lens.values)).sum())
    caption = f"{plural(unknown, 'picture has', 'pictures have')} no density." if unknown else ""
    return Figure(f"Densities of all pictures, {lens.name}", chart, caption, lens.definition)


def plain_figure(lens: Lens, table: PictureTable) -> Figure:
    values = lens.plain_values
    finite = values[np.isfinite(values)]
    normal = table.normal[lens.rows]
    reach = (float(finite.min()), float(np.percentile(finite, 99.5))) if len(finite) else (0.0, 1.0)
    reach = (reach[0], max(reach[1], reach[0] + 1e-6))
    series = []
    for label, state, tone in STATES:
        here = values[(normal == state) & np.isfinite(values)]
        if len(here):
            counts, edges = np.histogram(here, bins=60, range=reach)
            series.append(Series(label, counts, tone))
    edges = np.linspace(*reach, 61)
    chart = charts.histogram(
        series, edges, f"Plain densities in {lens.name}", "plain density: depends on frame rate", height=200
    )
    caption = (
        "For comparison only: this usual density depends on the frame rate of the capture. Its separation is "
        f"AUROC {interval_words(lens.plain_separation.auroc)}. The axis ends at the 99.5th percentile."
    )
    return Figure(f"Plain densities, {lens.name}", chart, caption, lens.plain_definition)


def box_figure(lens: Lens, table: PictureTable) -> Figure:
    boxes = [box for box in lens.boxes if table.class_names[box.class_code]]
    shown, cut = _ends_of(list(range(len(boxes))))
    rows = [
        BoxRow(
            class_label(table, box.class_code), class_tone(table, box.class_code),
            box.low, box.q1, box.median, box.q3, box.high, box.count,
        )
        for box in (boxes[place] for place in shown)
    ]  # fmt: skip
    finite = lens.values[np.isfinite(lens.values)]
    mean = float(finite.mean()) if len(finite) else math.nan
    chart = charts.boxes(rows, mean, f"Densities by class in {lens.name}", f"density in {lens.name}")
    caption = (
        "Sorted by median. Boxes go from quartile to quartile, whiskers to the last value within 1.5 quartile ranges; "
        f"the dashed line is the mean of all pictures.{_cut_words(cut)}"
    )
    return Figure(f"Densities by class, {lens.name}", chart, caption, lens.definition)


def plane_figure(lens: Lens, table: PictureTable) -> Figure:
    share = lens.plane_share
    labels = (f"first component, {percent(share[0])} of variance", f"second component, {percent(share[1])}")
    chart = charts.scatter(
        lens.plane,
        table.normal[lens.rows],
        f"Principal components of {lens.name}",
        labels,
        diamond=lens.plane_mean,
    )
    caption = (
        f"{count_text(len(lens.rows))} pictures, {lens.dimensions} dimensions brought to two. The white diamond is "
        f"where the mean picture of the set lies: {_mean_place(lens)}. Blue cells hold normal pictures, orange ones "
        "anomalies, grey ones neither; the darker, the more."
    )
    return Figure(f"Principal components, {lens.name}", chart, caption)


def _mean_place(lens: Lens) -> str:
    """How far out the mean picture lies among the pictures, measured from their middle."""
    known = np.isfinite(lens.plane).all(axis=1)
    if not known.any() or not np.isfinite(lens.plane_mean).all():
        return "unknown"
    points = lens.plane[known].astype(np.float64)
    middle, spread = points.mean(axis=0), np.maximum(points.std(axis=0), 1e-12)
    distances = np.hypot(*((points - middle) / spread).T)
    own = float(np.hypot(*((np.asarray(lens.plane_mean) - middle) / spread)))
    farther = float((distances > own).mean())
    return (
        f"{percent(farther)} of the pictures lie farther from the middle than it does"
        if farther
        else "outside of all"
    )


def map_figure(lens: Lens, table: PictureTable) -> Figure:
    labels = ("direction that parts the classes most", "second such direction")
    chart = charts.scatter(
        lens.spread_map,
        table.normal[lens.rows],
        f"Map of {lens.name}",
        labels,
        places=_class_places(lens, table),
    )
    caption = (
        "The same pictures in the plane that parts the classes best; a number is the middle (median) of a class: "
        + "; ".join(f"{code + 1} {class_label(table, code)}" for code in _placed(lens, table))
        + "."
    )
    return Figure(f"Map that parts the classes, {lens.name}", chart, caption)


def _placed(lens: Lens, table: PictureTable) -> list[int]:
    present = np.unique(table.class_codes[lens.rows])
    return [int(code) for code in present if table.class_names[code]][:CLASSES_AT_MOST]


def _class_places(lens: Lens, table: PictureTable) -> list[tuple[str, float, float]]:
    places, codes = [], table.class_codes[lens.rows]
    for code in _placed(lens, table):
        points = lens.spread_map[codes == code]
        points = points[np.isfinite(points).all(axis=1)]
        if len(points):
            across, up = np.median(points, axis=0)
            places.append((str(code + 1), float(across), float(up)))
    return places


def auroc_figure(diagnosis: Diagnosis) -> Figure:
    rows = []
    for lens in diagnosis.lenses:
        auroc = lens.separation.auroc
        tone = "accent" if lens.name == "L3" else "muted"
        rows.append(
            IntervalRow(
                f"{lens.name}, {'all' if lens.held_out is None else 'held-out'} pictures",
                auroc.value,
                auroc.low,
                auroc.high,
                tone,
            )
        )
        held = lens.held_out
        if held is not None:
            heldout = held.heldout
            rows += [
                IntervalRow(
                    f"{lens.name}, held-out sessions alone",
                    heldout.value,
                    heldout.low,
                    heldout.high,
                    "accent",
                ),
                IntervalRow(
                    f"{lens.name}, sessions that it learnt", held.training, math.nan, math.nan, "unknown"
                ),
                _shuffled_row(lens.name, np.asarray(held.shuffled, float), held.shuffled_95),
            ]
    chart = charts.intervals(
        rows, "Normal over anomaly", "AUROC: share of pairs in which the normal picture is the denser one",
        low=0.0, high=1.0, against=(CHANCE, "chance"),
    )  # fmt: skip
    caption = (
        "The only figures here that can be compared between lenses. Held-out pictures are those of sessions that the "
        "lens did not learn from, by their density among all; below it the same among themselves, two pictures a "
        "session, which is what the row with shuffled labels is to be read against. Lines are 95 % intervals by "
        "resampling whole capture sessions; for shuffled labels the line goes from the least to the largest trial, "
        "the mark is the 95 % point. A lens that learnt the labels looks good on what it learnt, whatever they say: "
        "read the held-out row."
    )
    return Figure("Normal over anomaly: held out, learnt, shuffled", chart, caption)


def _shuffled_row(name: str, shuffled: NDArray[np.float64], point: float) -> IntervalRow:
    finite = shuffled[np.isfinite(shuffled)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (math.nan, math.nan)
    return IntervalRow(f"{name}, labels shuffled ({len(finite)} trials)", point, low, high, "unknown")


def split_figure(split: TokenSplit, diagnosis: Diagnosis) -> Figure:
    table = diagnosis.table
    lens = next((each for each in diagnosis.lenses if each.name == split.lens), None)
    finite = lens.values[np.isfinite(lens.values)] if lens else np.asarray(split.medians)
    span = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    name = class_label(table, split.class_code)
    chart = charts.dots(
        split.values, split.medians, split.counts, f"{name} by {split.token}",
        (split.token, f"median density in {split.lens}"), class_tone(table, split.class_code), span,
    )  # fmt: skip
    caption = f"{split.test}, p {p_text(split.p)}. The axis spans the densities of all pictures of the set."
    return Figure(f"{name} by {split.token}", chart, caption, lens.definition if lens else "")


def p_text(p: float) -> str:
    """A p-value: = 0.012, < 0.001."""
    if not math.isfinite(p):
        return "unknown"
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def zone_histogram(zone: GreyZone, diagnosis: Diagnosis) -> Figure | None:
    table = diagnosis.table
    lens = next((each for each in diagnosis.lenses if each.name == zone.lens), None)
    if lens is None:
        return None
    codes = table.class_codes[lens.rows]
    edges = density_histogram(lens)[1]
    series = [
        Series(f"{zone.object_name} {label}", density_histogram(lens, np.isin(codes, members))[0], tone)
        for label, members, tone in (
            ("normal", zone.normal_codes, "normal"),
            ("anomaly", zone.anomaly_codes, "anomaly"),
        )
    ]
    chart = charts.histogram(
        series, edges, f"Densities of {zone.object_name}", f"density in {zone.lens}",
        marks=(("zone begins", zone.low), ("zone ends", zone.high)) if zone.high > zone.low else (),
    )  # fmt: skip
    return Figure(f"{zone.object_name}: normal tail over anomaly head", chart, "", lens.definition)


def zone_costs(zone: GreyZone) -> Figure:
    series = [
        Series("anomalies missed", zone.missed, "anomaly"),
        Series("normals alarmed falsely", zone.false_alarms, "normal"),
    ]
    chart = charts.curves(
        zone.thresholds, series, f"Costs of a threshold for {zone.object_name}",
        (f"threshold: below this density in {zone.lens} an alarm is raised", "% of pictures"),
        band=(zone.low, zone.high),
    )  # fmt: skip
    return Figure(f"{zone.object_name}: what a threshold costs", chart, "The shaded band is the grey zone.")
