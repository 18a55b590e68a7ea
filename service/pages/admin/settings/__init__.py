"""Pages of the city's settings: one form for every group, made of a table of its fields."""
