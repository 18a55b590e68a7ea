"""When photos that were left are read, and what nobody confirmed is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from service.ops.queues import MAINTENANCE, READING

READING_TIMES: dict[str, dict[str, Any]] = {
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
