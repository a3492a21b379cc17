"""Small things that every view uses: words, icons, theme, tables, plot dress."""
