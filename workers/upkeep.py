"""Signs of life of the workers and the scheduler."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any

from celery import signals
from sqlalchemy.exc import SQLAlchemyError

from service.db import make_engine, unit_of_work
from service.domain.relay import beat
from service.settings import get_settings
from workers.app import celery_app, engine, now

BEAT_EVERY_S = 5.0

_stop = threading.Event()


@celery_app.task(name="workers.upkeep.scheduler_lives")
def scheduler_lives() -> None:
    """Sent by the scheduler: that it arrives shows that scheduler, broker and worker live."""
    with unit_of_work(engine()) as session:
        beat(session, "beat", "beat", now(), {})


def _say_alive(name: str, concurrency: int) -> None:
    own = make_engine(get_settings().sqlalchemy_url, pool=1)
    while not _stop.is_set():
        with suppress(SQLAlchemyError), unit_of_work(own) as session:  # said again when the database is back
            beat(session, name, "worker", now(), {"concurrency": concurrency})
        _stop.wait(BEAT_EVERY_S)
    own.dispose()


@signals.worker_ready.connect
def _start(sender: Any, **_: Any) -> None:
    name = f"worker:{socket.gethostname()}:{sender.hostname.partition('@')[0]}"
    threading.Thread(
        target=_say_alive, args=(name, getattr(sender.controller, "concurrency", 0)), daemon=True
    ).start()


@signals.worker_shutting_down.connect
def _end(**_: Any) -> None:
    _stop.set()
