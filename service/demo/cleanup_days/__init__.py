"""Demo clean-ups: how one is held, a year of them, and the rosters of two buildings."""
