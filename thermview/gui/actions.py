"""Everything a person can do, as a table: menus, toolbar, shortcuts and the shortcut page come from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thermview.gui.session import Session
from thermview.thermal.display import SCALE_MODES
from thermview.thermal.palettes import NAMES
from thermview.thermal.temperature_units import TEMPERATURE_UNITS

if TYPE_CHECKING:
    from thermview.gui.main_window import MainWindow

LARGE_STEP = 500
STEP = 10


def always(session: Session) -> bool:
    """Can be done at any time."""
    return True


def has_capture(session: Session) -> bool:
    """A folder is open."""
    return session.capture is not None


def has_frame(session: Session) -> bool:
    """A frame is shown."""
    return session.frame is not None


def has_recording(session: Session) -> bool:
    """A recording is shown, be it one of which a frame fails."""
    return session.recording is not None


def has_selection(session: Session) -> bool:
    """Something was selected, be it a file that cannot be read: one can go on from there."""
    return session.selected is not None


def has_frames(session: Session) -> bool:
    """What is shown has several frames."""
    return session.recording is not None and len(session.recording) > 1


def has_quantity(session: Session) -> bool:
    """Pixels are numbers with a colour bar."""
    return session.has_quantity and session.frame is not None


def has_temperature(session: Session) -> bool:
    """Pixels are temperatures."""
    return session.recording is not None and session.recording.quantity.unit == "°C"


def has_events(session: Session) -> bool:
    """The shown recording has been scored and something rose above the threshold."""
    return session.scored.final is not None and bool(session.scored.final.events)


def has_flags(session: Session) -> bool:
    """The shown recording has flags."""
    return bool(session.flagged.flags)


def can_measure(session: Session) -> bool:
    """Pixels are numbers, so that regions of them can be measured."""
    return session.measuring.possible and session.frame is not None


def has_regions(session: Session) -> bool:
    """Regions were drawn in the shown recording."""
    return can_measure(session) and bool(session.measuring.regions.regions)


def has_jobs(session: Session) -> bool:
    """Something runs."""
    return bool(session.jobs)


def has_laser(session: Session) -> bool:
    """A laser video is shown."""
    return session.tracked.is_laser


def compares(session: Session) -> bool:
    """Two recordings are shown."""
    return session.compared.on


def compares_several(session: Session) -> bool:
    """Two recordings are shown, one of several frames at least."""
    return session.compared.on and session.compared.several


def has_run_chart(session: Session) -> bool:
    """Recordings have scores, ours or those of another tool."""
    return session.capture is not None and bool(session.scored.badges or session.imported.files)


@dataclass(frozen=True)
class Row:
    """One action. `verb` gets the window; `checked` makes it a switch; `icon` names resources/icons/*.svg."""

    key: str
    name: str
    tip: str
    menu: str
    verb: Callable[[MainWindow], object]
    shortcuts: tuple[str, ...] = ()
    enabled: Callable[[Session], bool] = always
    checked: Callable[[Session], bool] | None = None
    icon: str = ""
    toolbar: bool = False
    why_not: Callable[[Session], str] | None = None
    """Why it cannot be done now, one sentence for the tip; empty when it can."""


def _step(frames: int) -> Callable[[MainWindow], object]:
    """Steps frames; in a set of stills, where there are none, pictures."""

    def verb(window: MainWindow) -> None:
        session = window.session
        if has_frames(session):
            session.step(frames)
        else:
            session.browsing.go(max(min(frames, STEP), -STEP))

    return verb


def _overlay(name: str) -> Callable[[Session], bool]:
    return lambda session: name in session.overlays


def _go_event(session: Session, direction: int) -> None:
    """To the first frame of the next or previous event."""
    assert session.scored.final is not None
    _go(session, [event.first for event in session.scored.final.events], direction)


def _go_flag(session: Session, direction: int) -> None:
    _go(session, sorted({flag.first for flag in session.flagged.flags}), direction)


def _go(session: Session, places: list[int], direction: int) -> None:
    here = session.wished_index
    if direction > 0:
        target = next((place for place in places if place > here), None)
    else:
        target = next((place for place in reversed(places) if place < here), None)
    if target is None:
        session.message.emit("There is no further one in this direction.")
        return
    session.playback.pause()
    session.seek(target)


def _flag(session: Session) -> None:
    """Flag the marked range, or the frame that is shown."""
    first, last = session.range or (session.frame_index, session.frame_index)
    event = session.scored.event_at(first)
    session.flagged.flag(first, last, event.cause if event else "", event.text if event else "")


def _next_of(values: tuple[str, ...], value: str) -> str:
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]


def _mark(session: Session, end: str) -> None:
    first, last = session.range or (session.frame_index, session.frame_index)
    here = session.frame_index
    if end == "start":
        session.set_range(here, max(last, here) if session.range else here)
    else:
        session.set_range(min(first, here) if session.range else here, here)


ACTIONS: tuple[Row, ...] = (
    # File
    Row("open_folder", "Open folder…", "Open a capture folder", "File",
        lambda w: w.ask.open_folder(), ("Ctrl+O",), icon="folder", toolbar=True),
    Row("open_file", "Open files…", "Open one recording, with its folder listed beside it, or several", "File",
        lambda w: w.ask.open_file(), ("Ctrl+Shift+O",)),
    Row("open_sample", "Open sample capture", "Open the simulated sample capture, making it first where it is missing",
        "File", lambda w: w.open_sample(), ("Ctrl+Alt+O",)),
    Row("rescan", "Read folder again", "List the capture's files again", "File",
        lambda w: w.session.browsing.read_again(), ("F5",), has_capture),
    Row("export", "Export flagged frames…", "Write flagged frames as pictures and numbers, with a manifest", "File",
        lambda w: w.ask.export(), ("Ctrl+E", "X"), has_capture, icon="export", toolbar=True),
    Row("learn", "Learn normality…", "Learn what normal recordings look like, into a model that scores the others",
        "File", lambda w: w.learn(), ("Ctrl+Shift+N",), has_capture),
    Row("import_scores", "Import scores…", "Read scores of another tool (Name,AnomalyScore) to compare with", "File",
        lambda w: w.ask.import_scores(), ("Ctrl+Shift+I",), has_capture),
    Row("export_run_chart", "Export run chart…", "Write the batch's scores, limits and comparison as CSV", "File",
        lambda w: w.ask.export_run_chart(), ("Ctrl+Shift+U",), has_run_chart),
    Row("copy_picture", "Copy picture", "Copy the frame as shown to the clipboard", "File",
        lambda w: w.copy_picture(), ("Ctrl+C",), has_frame),
    Row("cancel_jobs", "Cancel what runs", "Stop scans, scores and exports that are under way", "File",
        lambda w: w.session.cancel_jobs(), ("Ctrl+.",), has_jobs),
    Row("quit", "Quit", "Close the window", "File", lambda w: w.close(), ("Ctrl+Q",)),
    # Edit
    Row("undo", "Undo", "Take back the last edit", "Edit", lambda w: w.session.undo_stack.undo(), ("Ctrl+Z",),
        lambda s: s.undo_stack.canUndo()),
    Row("redo", "Redo", "Do it again", "Edit", lambda w: w.session.undo_stack.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"),
        lambda s: s.undo_stack.canRedo()),
    Row("filter", "Filter the list", "Put the cursor into the filter box", "Edit",
        lambda w: w.tree.focus_filter(), ("Ctrl+F", "/"), has_capture),
    Row("settings", "Settings…", "Theme, author's name, memory", "Edit", lambda w: w.ask.settings(), ("Ctrl+,",)),
    # Go
    Row("play", "Play / pause", "Play the recording, or pause it", "Go",
        lambda w: w.session.playback.toggle(), ("Space",), has_frames, lambda s: s.playback.playing, "play", True),
    Row("previous_frame", "Previous frame", "One frame back (one picture back in a picture set)", "Go",
        _step(-1), ("Left",), has_selection, icon="step_back", toolbar=True),
    Row("next_frame", "Next frame", "One frame on (one picture on in a picture set)", "Go",
        _step(1), ("Right",), has_selection, icon="step_on", toolbar=True),
    Row("back_10", "10 frames back", "Ten frames or pictures back", "Go", _step(-STEP), ("Up", "Shift+Left"),
        has_selection),
    Row("on_10", "10 frames on", "Ten frames or pictures on", "Go", _step(STEP), ("Down", "Shift+Right"),
        has_selection),
    Row("back_500", "500 frames back", "Five hundred frames back", "Go", _step(-LARGE_STEP), ("PgUp", "Q"), has_frames),
    Row("on_500", "500 frames on", "Five hundred frames on", "Go", _step(LARGE_STEP), ("PgDown", "W"), has_frames),
    Row("first_frame", "First frame", "To the first frame", "Go", lambda w: w.session.step(-(10**9)), ("Home",),
        has_frames),
    Row("last_frame", "Last frame", "To the last frame", "Go", lambda w: w.session.step(10**9), ("End",), has_frames),
    Row("go_to", "Go to frame or time…", "Type a frame number or a time", "Go", lambda w: w.ask.go_to(), ("Ctrl+J",),
        has_frames),
    Row("next_recording", "Next recording", "Open the next recording of the list", "Go",
        lambda w: w.session.browsing.go(1), ("Ctrl+Down", "J"), has_capture),
    Row("previous_recording", "Previous recording", "Open the previous recording of the list", "Go",
        lambda w: w.session.browsing.go(-1), ("Ctrl+Up", "Shift+J"), has_capture),
    Row("next_event", "Next event", "To the first frame of the next event", "Go",
        lambda w: _go_event(w.session, 1), ("E",), has_events),
    Row("previous_event", "Previous event", "To the first frame of the event before", "Go",
        lambda w: _go_event(w.session, -1), ("Shift+E",), has_events),
    Row("next_flag", "Next flag", "To the next flagged frame", "Go",
        lambda w: _go_flag(w.session, 1), ("G",), has_flags),
    Row("previous_flag", "Previous flag", "To the flagged frame before", "Go",
        lambda w: _go_flag(w.session, -1), ("Shift+G",), has_flags),
    Row("next_cycle", "Next cycle", "To the same moment of the next cycle of the laser's path", "Go",
        lambda w: w.session.tracked.step_cycles(1), ("Ctrl+Right",), has_laser),
    Row("previous_cycle", "Previous cycle", "To the same moment of the cycle before", "Go",
        lambda w: w.session.tracked.step_cycles(-1), ("Ctrl+Left",), has_laser),
    Row("faster", "Faster", "Play at the next higher speed", "Go", lambda w: w.session.playback.faster(1), ("+", "=")),
    Row("slower", "Slower", "Play at the next lower speed", "Go", lambda w: w.session.playback.faster(-1), ("-",)),
    Row("reverse", "Play backwards", "Play from the end to the beginning", "Go",
        lambda w: w.session.playback.set_reverse(not w.session.playback.reverse), ("Shift+Space",), has_frames,
        lambda s: s.playback.reverse),
    Row("every_frame", "Show every frame", "Play without skipping a single frame, however long that takes", "Go",
        lambda w: w.session.playback.set_every_frame(not w.session.playback.every_frame), ("V",), always,
        lambda s: s.playback.every_frame),
    Row("peak_hold", "Hold peaks while skipping",
        "While play skips frames, show each pixel's maximum since the last repaint", "Go",
        lambda w: w.session.playback.set_peak_hold(not w.session.playback.peak_hold), ("K",), always,
        lambda s: s.playback.peak_hold),
    Row("loop", "Loop", "Start over at the end of the recording or of the marked range", "Go",
        lambda w: w.session.playback.set_loop(not w.session.playback.loop), ("Shift+L",), always,
        lambda s: s.playback.loop),
    Row("mark_start", "Range starts here", "Mark the shown frame as the start of a range", "Go",
        lambda w: _mark(w.session, "start"), ("N",), has_frames),
    Row("mark_end", "Range ends here", "Mark the shown frame as the end of a range", "Go",
        lambda w: _mark(w.session, "end"), ("M",), has_frames),
    Row("no_range", "No range", "Forget the marked range", "Go", lambda w: w.session.set_range(None, None),
        ("Esc",), lambda s: s.range is not None),
    # View
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
        lambda w: w.session.toggle_overlay("boxes"), ("B",), always, _overlay("boxes"), "boxes", True),
    Row("predicted", "Predicted boxes", "Show boxes that a model predicted", "View",
        lambda w: w.session.toggle_overlay("predicted"), ("Shift+B",), always, _overlay("predicted")),
    Row("hot_spot", "Hottest and coldest pixel", "Mark the extremes of the frame", "View",
        lambda w: w.session.toggle_overlay("hot spot"), ("H",), always, _overlay("hot spot"), "hot_spot", True),
    Row("spot_track", "Spot track", "Show where the laser spot went in the last cycles, and where it should be", "View",
        lambda w: w.session.toggle_overlay("spot track"), ("P",), has_laser, _overlay("spot track")),
    Row("heat_map", "Heat map",
        "Show how far each pixel is from what the model expects", "View",
        lambda w: w.session.toggle_overlay("heat map"), ("O",), lambda s: s.heat_maps.possible, _overlay("heat map"),
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
    # Measure
    Row("draw_spot", "Draw spot", "Measure one pixel: click on the frame", "Measure",
        lambda w: w.session.measuring.choose_tool("spot"), ("1",), can_measure,
        lambda s: s.measuring.tool == "spot", "region_spot"),
    Row("draw_line", "Draw line", "Measure along a line: drag on the frame", "Measure",
        lambda w: w.session.measuring.choose_tool("line"), ("2",), can_measure,
        lambda s: s.measuring.tool == "line", "region_line"),
    Row("draw_rectangle", "Draw rectangle", "Measure a rectangle: drag on the frame; Alt for parts of pixels",
        "Measure", lambda w: w.session.measuring.choose_tool("rectangle"), ("3",), can_measure,
        lambda s: s.measuring.tool == "rectangle", "region_rectangle"),
    Row("draw_ellipse", "Draw ellipse", "Measure an ellipse: drag on the frame; Alt for parts of pixels", "Measure",
        lambda w: w.session.measuring.choose_tool("ellipse"), ("4",), can_measure,
        lambda s: s.measuring.tool == "ellipse", "region_ellipse"),
    Row("draw_polygon", "Draw polygon", "Measure a polygon: click its corners, Enter or a double-click closes it",
        "Measure", lambda w: w.session.measuring.choose_tool("polygon"), ("5",), can_measure,
        lambda s: s.measuring.tool == "polygon", "region_polygon"),
    Row("threshold_region", "Region from threshold…", "Measure the connected pixels above or below a value", "Measure",
        lambda w: w.ask.region_threshold(), ("6",), can_measure, icon="region_threshold"),
    Row("remove_region", "Remove region", "Take the chosen region away", "Measure",
        lambda w: w.session.measuring.remove_chosen(), ("Del",), lambda s: s.measuring.chosen_region is not None),
    Row("remove_regions", "Remove all regions", "Take all regions of this recording away", "Measure",
        lambda w: w.session.measuring.remove_all(), ("Ctrl+Shift+Del",), has_regions),
    Row("copy_regions", "Copy regions", "Copy all regions, to paste them into another recording", "Measure",
        lambda w: w.regions.copy(), ("Ctrl+Shift+C",), has_regions),
    Row("paste_regions", "Paste regions", "Add the copied regions to this recording", "Measure",
        lambda w: w.regions.paste(), ("Ctrl+Shift+V",), can_measure),
    Row("apply_regions", "Apply regions to all recordings",
        "Give these regions to every recording of the capture in place of what it had", "Measure",
        lambda w: w.session.measuring.apply_to_all(), ("Ctrl+Shift+A",), has_regions),
    Row("region_table", "Export region table…", "Write what the regions measure in this frame as CSV", "Measure",
        lambda w: w.regions.ask_table(), ("Ctrl+Alt+T",), has_regions),
    Row("region_series", "Export regions over time…", "Write what the regions measure in every frame as CSV", "Measure",
        lambda w: w.regions.ask_series(), ("Ctrl+Alt+E",), has_regions),
    Row("region_conditions", "Emissivity of the region…",
        "Measure the chosen region under an emissivity and a reflected temperature of its own", "Measure",
        lambda w: w.ask.region_conditions(), ("Ctrl+Alt+R",),
        lambda s: s.measuring.can_have_own and s.measuring.chosen_region is not None),
    Row("noise", "Noise and drift…", "Estimate NETD, fixed pattern and drift from frames of a scene that stands still",
        "Measure", lambda w: w.ask.noise(), ("Ctrl+Alt+N",), lambda s: can_measure(s) and has_frames(s)),
    Row("show_regions", "Show regions", "Show regions over the frame", "Measure",
        lambda w: w.session.toggle_overlay("regions"), ("Shift+R",), always, _overlay("regions")),
    # Compare
    Row("compare_previous", "Compare with previous recording",
        "Show the recording before this one in the list beside it, or no longer", "Compare",
        lambda w: w.session.compared.compare_previous(), ("7",), has_recording),
    Row("compare_before", "Compare with the one shown before",
        "Show the recording that was shown before this one beside it, or no longer", "Compare",
        lambda w: w.session.compared.compare_before(), ("8",),
        lambda s: has_recording(s) and s.compared.before is not None),
    Row("compare_pointed", "Compare with this recording",
        "Show the recording of the list under the mouse beside the shown one", "Compare",
        lambda w: w.session.compared.compare_pointed(), ("Ctrl+Return",),
        lambda s: has_recording(s) and s.compared.pointed is not None),
    Row("compare_file", "Compare with file…", "Show a recording of any folder beside the shown one", "Compare",
        lambda w: w.ask.compare_with(), ("Ctrl+7",), has_recording),
    Row("compare_view", "Next comparison", "Show B beside A, their difference, or both", "Compare",
        lambda w: w.session.compared.next_view(), ("9",), compares),
    Row("compare_link", "Next link", "Link the two recordings by frame, by time or by cycle phase", "Compare",
        lambda w: w.session.compared.links.next(), ("Ctrl+9",), compares_several),
    Row("compare_linked", "Linked", "Let B follow A, or leave each where it is", "Compare",
        lambda w: w.session.compared.links.toggle(), ("Ctrl+8",), compares_several, lambda s: s.compared.links.linked),
    Row("compare_align", "Align here", "From now on the two frames on screen belong together", "Compare",
        lambda w: w.session.compared.links.align_here(), ("0",), compares_several),
    Row("compare_on", "B one frame on", "Move B alone by a frame (by phase: a cycle): its offset while linked",
        "Compare", lambda w: w.session.compared.links.step_b(1), ("Alt+Right",), compares_several),
    Row("compare_back", "B one frame back", "Move B alone back by a frame (by phase: a cycle)", "Compare",
        lambda w: w.session.compared.links.step_b(-1), ("Alt+Left",), compares_several),
    Row("compare_scale", "Same scale", "One colour bar for both recordings, or one for each", "Compare",
        lambda w: w.session.compared.set_shared(not w.session.compared.wants_shared), ("Shift+A",),
        lambda s: compares(s) and s.compared.alike, lambda s: s.compared.wants_shared),
    Row("compare_swap", "Swap A and B", "Make B the active recording and A the one beside it", "Compare",
        lambda w: w.session.compared.swap(), ("Shift+X",), lambda s: compares(s) and not s.compared.why_no_swap,
        why_not=lambda s: s.compared.why_no_swap if compares(s) else ""),
    Row("compare_close", "End comparison", "Show A alone again", "Compare",
        lambda w: w.session.compared.close(), ("Shift+Esc",), compares),
    # Scores
    Row("score", "Score", "Score what is shown: a recording frame by frame, a picture by its density", "Scores",
        lambda w: w.session.score(), ("S",), has_recording, icon="score", toolbar=True),
    Row("score_all", "Score all recordings", "Score every recording of the list, one after another", "Scores",
        lambda w: w.score_all(), ("Ctrl+Shift+S",), has_capture),
    Row("densities", "Measure densities", "Embed every picture and measure how dense each lies in its class", "Scores",
        lambda w: w.session.measure_densities(), ("D",), has_capture),
    Row("diagnosis", "Diagnosis", "Show the diagnosis in place of the picture, or the picture again", "Scores",
        lambda w: w.session.diagnosing.show_pages(not w.session.diagnosing.open), ("Shift+D", "Backspace"),
        has_capture, lambda s: s.diagnosing.open),
    Row("diagnose", "Diagnose the picture set", "Say whether this picture set is fit to train on, and why", "Scores",
        lambda w: w.diagnose(), ("Ctrl+D",), lambda s: has_capture(s) and s.diagnosing.job is None),
    Row("save_diagnosis", "Save diagnosis…", "Write the report and the fixes of the diagnosis into a folder", "Scores",
        lambda w: w.diagnosis.ask_report(), ("Ctrl+Shift+D",), lambda s: s.diagnosing.prepared is not None),
    Row("choose_model", "Choose model…", "Score with a model of your own (.onnx with its card)", "Scores",
        lambda w: w.ask.choose_model(), ("Ctrl+Shift+M",)),
    Row("shipped_model", "Use the shipped model", "Score with the model that came with the program", "Scores",
        lambda w: w.session.scored.choose_model(None), ("Ctrl+Alt+M",), lambda s: s.scored.chosen_model is not None),
    Row("add_picture_model", "Add a picture model…",
        "Describe pictures with an ONNX model of your own, with or without a card", "Scores",
        lambda w: w.ask.add_picture_model(), ("Ctrl+Alt+P",)),
    Row("shipped_picture_model", "Use the shipped picture model",
        "Describe pictures with the model that came with the program again", "Scores",
        lambda w: w.session.picture_model.choose(None), ("Ctrl+Alt+D",), lambda s: s.picture_model.own),
    Row("own_threshold", "Use the model's threshold", "Judge by the threshold that came with the model again", "Scores",
        lambda w: w.session.scored.reset_threshold(), ("T",), lambda s: s.scored.threshold_moved),
    # Flags
    Row("flag", "Flag", "Flag the frame, or the marked range", "Flags", lambda w: _flag(w.session), ("F",),
        has_recording, icon="flag", toolbar=True),
    Row("flag_words", "Flag with reason…", "Flag the frame or the marked range and say why", "Flags",
        lambda w: w.ask.flag(), ("Shift+F",), has_recording),
    Row("flag_events", "Flag all events", "Flag every event of the shown recording", "Flags",
        lambda w: w.session.flagged.flag_events(), ("Ctrl+Shift+F",), has_events),
    # Help
    Row("guide", "User guide", "How to do the common things", "Help", lambda w: w.ask.guide(), ("F1",), icon="help",
        toolbar=True),
    Row("shortcuts", "Shortcuts", "Every key on one page", "Help", lambda w: w.ask.shortcuts(), ("?", "Ctrl+/")),
    Row("about", "About ThermView", "Version and licences", "Help", lambda w: w.ask.about(), ("Shift+F1",)),
)  # fmt: skip

MENUS = ("File", "Edit", "Go", "View", "Measure", "Compare", "Scores", "Flags", "Help")
