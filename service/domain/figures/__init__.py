"""Figures kept up to date: counting days (`packs`, `upkeep`), reckoning with them (`counted_days`,
`reckon`).
"""
