"""Pages of premises: their buildings, and rosters by building and month."""
