"""Whether a surface can be drawn here: PyOpenGL installed, and a display that gives OpenGL."""

from __future__ import annotations

import importlib.util

from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

NEEDS_EXTRA = (
    'The 3-D surface needs PyOpenGL, which is missing: pip install "thermview[surface]" and start again.'
)
NEEDS_OPENGL = (
    "The 3-D surface needs OpenGL 2.1 or later, which this display does not offer; "
    "everything else works without it."
)
_LEAST = (2, 1)


def why_not() -> str:
    """Why no surface can be drawn, one sentence; empty where one can be."""
    if importlib.util.find_spec("OpenGL") is None:
        return NEEDS_EXTRA
    return "" if _has_context() else NEEDS_OPENGL


def _has_context() -> bool:
    """True where a context can be made and used; asked of the driver itself, as its promises are not always kept."""
    context = QOpenGLContext()
    if not context.create():
        return False
    surface = QOffscreenSurface()
    surface.setFormat(context.format())
    surface.create()
    usable = surface.isValid() and context.makeCurrent(surface)
    version = (context.format().majorVersion(), context.format().minorVersion())
    if usable:
        context.doneCurrent()
    surface.destroy()
    return usable and (version >= _LEAST or context.isOpenGLES())
