"""Stories through the real window; on the virtual screen where the test command provides one."""

from qt_fixtures import collected_in_this_thread, qapp

__all__ = ["collected_in_this_thread", "qapp"]
