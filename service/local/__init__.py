"""Installation on one machine by `hientruong up`: private PostGIS and Redis, and a supervisor of
processes.
"""
