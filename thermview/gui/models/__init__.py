"""Models of the user's own: added with a card made here where they bring none."""
