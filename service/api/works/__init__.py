"""Plans, works and difficulties over JSON."""
