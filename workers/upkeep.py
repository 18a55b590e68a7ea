"""Signs of life of the workers and the scheduler; a pool's processes end with their worker.

Nothing here runs inside a signal handler: `worker_shutting_down` would, where a second signal finds the
locks of the first one taken and waits for itself. `tests/workers/processes/test_signals.py` holds that.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from billiard.process import current_process
from celery import signals
from sqlalchemy.exc import SQLAlchemyError

from service.db import make_engine, unit_of_work
from service.domain.relay import record_heartbeat
from service.ops.confinement import end_with
from service.settings import get_settings
from workers.app import celery_app, engine, now

BEAT_EVERY_S = 5.0


@celery_app.task(name="workers.upkeep.scheduler_lives")
def scheduler_lives() -> None:
    """Sent by the scheduler: that it arrives shows that scheduler, broker and worker live."""
    with unit_of_work(engine()) as session:
        record_heartbeat(session, "beat", "beat", now(), {})


def _say_alive(name: str, detail: dict[str, object]) -> None:
    """Say it for as long as the process lives; said again when the database is back."""
    own = make_engine(get_settings().sqlalchemy_url, pool=1)
    while True:
        with suppress(SQLAlchemyError), unit_of_work(own) as session:
            record_heartbeat(session, name, "worker", now(), detail)
        time.sleep(BEAT_EVERY_S)


@signals.worker_ready.connect
def _start(sender: Any, **_: object) -> None:
    name = f"worker:{socket.gethostname()}:{sender.hostname.partition('@')[0]}"
    detail = {
        "concurrency": getattr(sender.controller, "concurrency", 0),
        "queues": sorted(sender.app.amqp.queues.consume_from),
    }
    threading.Thread(target=_say_alive, args=(name, detail), daemon=True).start()


@signals.worker_process_init.connect
def _end_with_worker(**_: object) -> None:
    if current_process().name != "MainProcess":  # a worker of one task at a time is its own pool
        end_with(os.getppid(), signal.SIGKILL)
