"""Measuring with regions: what is drawn on the frame, the dock with table, profile, course over time and alarms."""
