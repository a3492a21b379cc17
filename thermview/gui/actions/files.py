"""Menus File, Edit and Help: captures and what is written of them, undo, settings, pages to read."""

from __future__ import annotations

from thermview.gui.actions.row import Row, has_capture, has_frame

FILE: tuple[Row, ...] = (
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
        lambda w: w.ask.export_run_chart(), ("Ctrl+Shift+U",),
        lambda s: has_capture(s) and bool(s.scored.badges or s.imported.files)),
    Row("copy_picture", "Copy picture", "Copy the frame as shown to the clipboard", "File",
        lambda w: w.copy_picture(), ("Ctrl+C",), has_frame),
    Row("cancel_jobs", "Cancel what runs", "Stop scans, scores and exports that are under way", "File",
        lambda w: w.session.cancel_jobs(), ("Ctrl+.",), lambda s: bool(s.jobs)),
    Row("quit", "Quit", "Close the window", "File", lambda w: w.close(), ("Ctrl+Q",)),
)  # fmt: skip

EDIT: tuple[Row, ...] = (
    Row("undo", "Undo", "Take back the last edit", "Edit", lambda w: w.session.undo_stack.undo(), ("Ctrl+Z",),
        lambda s: s.undo_stack.canUndo()),
    Row("redo", "Redo", "Do it again", "Edit", lambda w: w.session.undo_stack.redo(), ("Ctrl+Shift+Z", "Ctrl+Y"),
        lambda s: s.undo_stack.canRedo()),
    Row("filter", "Filter the list", "Put the cursor into the filter box", "Edit",
        lambda w: w.tree.focus_filter(), ("Ctrl+F", "/"), has_capture),
    Row("settings", "Settings…", "Theme, author's name, memory", "Edit", lambda w: w.ask.settings(), ("Ctrl+,",)),
)  # fmt: skip

HELP: tuple[Row, ...] = (
    Row("guide", "User guide", "How to do the common things", "Help", lambda w: w.ask.guide(), ("F1",), icon="help",
        toolbar=True),
    Row("shortcuts", "Shortcuts", "Every key on one page", "Help", lambda w: w.ask.shortcuts(), ("?", "Ctrl+/")),
    Row("about", "About ThermView", "Version and licences", "Help", lambda w: w.ask.about(), ("Shift+F1",)),
)  # fmt: skip
