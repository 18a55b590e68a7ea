"""Public reads over JSON, tiles and Atom: feed, figures, map."""
