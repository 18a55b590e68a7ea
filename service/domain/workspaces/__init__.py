"""The working views of staff: case file, worklist, queues, rounds, desk, downloads."""
