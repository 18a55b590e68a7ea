"""When works are warned of, reminded of, made anew, closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from service.ops.queues import MAINTENANCE

WORKS_TIMES: dict[str, dict[str, Any]] = {
    "warn of works' deadlines": {
        "task": "workers.works.warn",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    "remind of works that are due soon": {
        "task": "workers.works.remind",
        "schedule": timedelta(minutes=30),
        "options": {"expires": 1800},
    },
    "make works that come again": {
        "task": "workers.works.repeat",
        "schedule": timedelta(hours=6),
        "options": {"queue": MAINTENANCE, "expires": 3600},
    },
    "close works that were done": {
        "task": "workers.works.close",
        "schedule": timedelta(hours=1),
        "options": {"queue": MAINTENANCE, "expires": 3600},
    },
}
