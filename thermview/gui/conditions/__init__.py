"""Under which conditions a camera's counts become temperatures: emissivity, surroundings, air, window, scale."""
