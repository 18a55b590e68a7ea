"""The background of the maps that the service keeps itself: cut from a PMTiles archive, stored, read."""
