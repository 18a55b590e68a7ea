"""The city's collections as OGC API – Features tells them: which there are, their parameters, their items."""
