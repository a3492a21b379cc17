"""Learning what is normal: which recordings, the run, and a page that shows what came of it."""
