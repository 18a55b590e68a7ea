"""The scheduler's application: it sends tasks by name and imports none of their code."""

from __future__ import annotations

from contextlib import suppress

from celery import signals
from kombu.exceptions import OperationalError

from service.settings import get_settings
from workers.app import SCHEDULE, make_celery

scheduler_app = make_celery(get_settings())


@signals.beat_init.connect
def _send_first_sign_of_life(**_: object) -> None:
    """Send it when the scheduler starts; the schedule's own comes after its first interval."""
    lives = SCHEDULE["say that the scheduler lives"]
    with suppress(OperationalError, OSError):
        scheduler_app.send_task(lives["task"], retry=False, **lives["options"])
