"""The frame as a surface in three dimensions, where OpenGL can be had."""
