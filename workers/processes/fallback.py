"""Routing without a broker: reports whose message nobody took are routed from the database, within seconds.

Redis may be away, or worse, take connections and answer nothing; then no message says that a report waits.
The table does. What is looked for is not Redis's state but reports that wait longer than they ever should.
"""

from __future__ import annotations

import threading
from datetime import timedelta

from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from service.db import unit_of_work
from service.domain.routing.dispatch import unrouted_reports
from service.ops.telemetry import get_logger
from workers.app import engine, now
from workers.routing import route

log = get_logger(__name__)

LOOK_EVERY_S = 0.5
LEFT_AFTER = timedelta(seconds=1)
"""Routing takes a tenth of that while its workers keep up."""

MOST = 100
"""Reports at a look: a flood that the workers are busy with is not this process's work."""


class Fallback:
    """A thread of the relay that routes what was left behind, until it is stopped."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fallback", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End after the look under way; returns when the thread has ended, or after some seconds without."""
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            try:
                route_waiting()
            except (SQLAlchemyError, BrokerError, RedisError, OSError):
                self._stopping.wait(LOOK_EVERY_S)  # the relay says that it is away
            except Exception:
                log.exception("what was left behind cannot be routed")


def route_waiting() -> int:
    """Route what has waited for longer than LEFT_AFTER; how many reports that were."""
    with unit_of_work(engine()) as session:
        ids = unrouted_reports(session, now() - LEFT_AFTER, MOST)
    return route(ids) if ids else 0
