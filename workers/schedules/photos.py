"""Times at which photos that were left are made ready and read, and what nobody went on with is dropped."""

from __future__ import annotations

from datetime import timedelta

from service.ops.queues import MAINTENANCE, PHOTOS, READING

PHOTO_TIMES: dict[str, dict[str, object]] = {
    "render what was left": {
        "task": "workers.photos.sweep",
        "schedule": timedelta(seconds=30),
        "options": {"queue": PHOTOS, "expires": 60},
    },
    "drop pieces of photos nobody went on sending": {
        "task": "workers.photos.drop_pieces",
        "schedule": timedelta(hours=1),
        "options": {"queue": MAINTENANCE, "expires": 1800},
    },
    "read what was left": {
        "task": "workers.reading.sweep",
        "schedule": timedelta(minutes=1),
        "options": {"queue": READING, "expires": 60},
    },
    "forget readings that nobody confirmed": {
        "task": "workers.reading.forget",
        "schedule": timedelta(hours=6),
        "options": {"queue": MAINTENANCE, "expires": 3600},
    },
}
