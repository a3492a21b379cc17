"""Menu View: how frames are shown, and what else is on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thermview.gui.actions.row import (
    Row,
    always,
    has_frame,
    has_frames,
    has_laser,
    has_quantity,
    has_recording,
    overlay,
)
from thermview.thermal.display import SCALE_MODES
from thermview.thermal.palettes import NAMES
from thermview.thermal.temperature_units import TEMPERATURE_UNITS

if TYPE_CHECKING:
    from thermview.gui.session import Session


def has_temperature(session: Session) -> bool:
    """Pixels are temperatures."""
    return session.recording is not None and session.recording.quantity.unit == "°C"


def _next_of(values: tuple[str, ...], value: str) -> str:
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]


VIEW: tuple[Row, ...] = (
    Row("palette", "Next palette", "Colour values by the next palette", "View",
        lambda w: w.session.set_display(palette=_next_of(NAMES, w.session.display.palette)), ("C",), has_quantity),
    Row("invert", "Invert palette", "Swap hot and cold colours", "View",
        lambda w: w.session.set_display(inverted=not w.session.display.inverted), ("I",), has_quantity,
        lambda s: s.display.inverted),
    Row("scale_mode", "Next scale mode", "Min-max, percentile, 3 sigma, or within the chosen region", "View",
        lambda w: w.session.set_display(scale_mode=_next_of(SCALE_MODES[:-1], w.session.display.scale_mode)), ("A",),
        has_quantity),
    Row("filter_bar", "Display filters",
        "Hold, average, compare or smooth frames for the eye; exports stay as recorded", "View",
        lambda w: w.filter_bar.toggle(), ("Ctrl+H",), lambda s: s.filtering.possible,
        lambda s: s.filtering.on),
    Row("next_hold", "Next hold", "Show the maximum, minimum or mean of the last frames, or the frame itself", "View",
        lambda w: w.session.filtering.next_hold(), ("Z",), lambda s: s.filtering.possible and has_frames(s)),
    Row("hold_since", "Hold since this frame", "Hold all frames from the shown one on", "View",
        lambda w: w.session.filtering.hold_since_here(), ("Ctrl+Shift+H",),
        lambda s: s.filtering.possible and has_frames(s)),
    Row("subtract_frame", "Subtract this frame", "Take the shown frame off all others, or no longer", "View",
        lambda w: w.session.filtering.subtract_frame(), ("Ctrl+B",), lambda s: s.filtering.possible,
        lambda s: s.filtering.compares),
    Row("subtract_mean", "Subtract the mean", "Take the mean of the marked range, or of all frames, off every frame",
        "View", lambda w: w.session.filtering.subtract_mean(), ("Ctrl+Shift+B",),
        lambda s: s.filtering.possible and has_frames(s)),
    Row("no_filters", "No filters", "Show frames as they were recorded", "View",
        lambda w: w.session.filtering.off(), ("Shift+Z",), lambda s: s.filtering.on),
    Row("scale_ends", "Type the scale's ends…", "Set the values of the first and the last colour", "View",
        lambda w: w.ask.scale_ends(), ("Ctrl+L",), has_quantity),
    Row("lock_scale", "Lock scale", "Keep these ends of the colour bar for every recording", "View",
        lambda w: w.session.set_scale_locked(not w.session.scale.locked), ("L",), has_quantity,
        lambda s: s.scale.locked, "lock", True),
    Row("temperature_unit", "Next temperature unit", "Read temperatures in °C, °F or K; nothing stored changes", "View",
        lambda w: w.session.set_temperature_unit(
            _next_of(tuple(TEMPERATURE_UNITS), w.session.settings["temperature_unit"])), ("U",), has_temperature),
    Row("conditions", "Measuring conditions", "Emissivity, reflected temperature, air and window", "View",
        lambda w: w.show_dock("Conditions"), ("Ctrl+K",), has_recording),
    Row("reset_conditions", "Conditions of the file", "Measure under the conditions that the file states again", "View",
        lambda w: w.session.conditions.reset(), ("Ctrl+Shift+K",), lambda s: bool(s.conditions.changes)),
    Row("camera_conditions", "Conditions for this camera",
        "Measure every recording of this camera in the capture like the shown one", "View",
        lambda w: w.session.conditions.apply_to_camera(), ("Ctrl+Alt+K",), lambda s: s.conditions.can_apply),
    Row("frame_axis", "Frame axis…", "Say which axis of an HDF5 file counts frames, where the file does not", "View",
        lambda w: w.ask.frame_axis(), ("Ctrl+Alt+X",), lambda s: s.conditions.turnable is not None),
    Row("isotherm", "Isotherm…", "Mark the pixels above, below or between values", "View",
        lambda w: w.ask.isotherm(), ("Ctrl+I",), has_quantity, lambda s: s.display.isotherm.kind != "none"),
    Row("boxes", "Boxes", "Show annotated boxes and polygons", "View",
        lambda w: w.session.toggle_overlay("boxes"), ("B",), always, overlay("boxes"), "boxes", True),
    Row("predicted", "Predicted boxes", "Show boxes that a model predicted", "View",
        lambda w: w.session.toggle_overlay("predicted"), ("Shift+B",), always, overlay("predicted")),
    Row("hot_spot", "Hottest and coldest pixel", "Mark the extremes of the frame", "View",
        lambda w: w.session.toggle_overlay("hot spot"), ("H",), always, overlay("hot spot"), "hot_spot", True),
    Row("spot_track", "Spot track", "Show where the laser spot went in the last cycles, and where it should be", "View",
        lambda w: w.session.toggle_overlay("spot track"), ("P",), has_laser, overlay("spot track")),
    Row("heat_map", "Heat map",
        "Show how far each pixel is from what the model expects", "View",
        lambda w: w.session.toggle_overlay("heat map"), ("O",), lambda s: s.heat_maps.possible, overlay("heat map"),
        why_not=lambda s: s.heat_maps.why_not),
    Row("fusion", "Next view of the visible picture",
        "Show the visible picture beside the frame, blended in, around an inset, as edges, or not at all", "View",
        lambda w: w.session.fused.next_mode(), ("Y",), has_frame, lambda s: s.fused.on),
    Row("align", "Align the visible picture",
        "Move the visible picture over the frame by dragging and with the arrow keys", "View",
        lambda w: w.session.fused.set_aligning(not w.session.fused.aligning), ("Shift+Y",),
        lambda s: s.fused.picture is not None, lambda s: s.fused.aligning),
    Row("surface", "3-D surface", "Show the frame as a surface in a window of its own", "View",
        lambda w: w.show_surface(), ("Ctrl+3",), has_frame),
    Row("fit", "Fit frame", "Show the whole frame upright", "View", lambda w: w.frame_view.fit(), ("R", "Ctrl+0"),
        has_frame, icon="fit", toolbar=True),
    Row("zoom_in", "Zoom in", "Larger pixels", "View", lambda w: w.frame_view.zoom(1.5), ("Ctrl++", "Ctrl+="),
        has_frame),
    Row("zoom_out", "Zoom out", "Smaller pixels", "View", lambda w: w.frame_view.zoom(1 / 1.5), ("Ctrl+-",), has_frame),
    Row("turn", "Rotate", "Turn the view by a quarter clockwise", "View", lambda w: w.frame_view.turn(1), ("Ctrl+R",),
        has_frame),
    Row("mirror", "Mirror", "Flip the view left and right", "View", lambda w: w.frame_view.mirror(), ("Ctrl+M",),
        has_frame),
    Row("run_chart", "Run chart", "Show the scores of a batch over the order of production", "View",
        lambda w: w.show_dock("Run chart"), ("Ctrl+U",)),
    Row("theme", "Dark or light", "Switch between the dark and the light dress", "View",
        lambda w: w.switch_theme(), ("Ctrl+T",)),
    Row("reset_layout", "Reset layout", "Put every dock back to its place", "View",
        lambda w: w.reset_layout(), ("Ctrl+Shift+R",)),
)  # fmt: skip
