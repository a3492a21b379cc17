"""Values that several test files share."""

WAIT_MS = 15_000
