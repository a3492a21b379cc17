"""Two recordings side by side: how they are linked, and their difference."""
