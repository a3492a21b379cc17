"""Menus Measure and Compare: regions of the frame, and a second recording beside the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thermview.gui.actions.row import Row, always, can_measure, compares, has_frames, has_recording, overlay

if TYPE_CHECKING:
    from thermview.gui.session import Session


def has_regions(session: Session) -> bool:
    """Regions were drawn in the shown recording."""
    return can_measure(session) and bool(session.measuring.regions.regions)


def compares_several(session: Session) -> bool:
    """Two recordings are shown, one of several frames at least."""
    return session.compared.on and session.compared.several


MEASURE: tuple[Row, ...] = (
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
        lambda w: w.session.toggle_overlay("regions"), ("Shift+R",), always, overlay("regions")),
)  # fmt: skip

COMPARE: tuple[Row, ...] = (
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
)  # fmt: skip
