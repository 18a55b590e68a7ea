"""The Celery application: its broker, queues and schedule, and what every worker process holds."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab
from kombu.entity import Queue
from sqlalchemy import Engine

from service.db import make_engine
from service.ops.intervals import EVERY
from service.ops.queues import (
    CHANNELS,
    DOWNLOADS,
    MAINTENANCE,
    NOTICES,
    PARTNERS,
    QUEUED_AT,
    QUEUES,
    ROUTING,
    URGENT,
    WEBHOOKS,
)
from service.ops.telemetry import configure
from service.settings import Settings, get_settings
from service.storage import Storage
from workers.broker.transport import use_transport
from workers.schedules.photos import PHOTO_TIMES
from workers.schedules.retention import KEEPING_TIMES
from workers.schedules.talks import TALK_TIMES

VISIBILITY_S = 120
"""A killed worker's message comes back after this; the sweeps are faster."""

TASKS: tuple[str, ...] = (
    "administration",
    "routing",
    "photos",
    "deadlines",
    "timeouts",
    "upkeep",
    "figures",
    "notices",
    "sending",
    "emergencies",
    "downloads",
    *("retention", "privacy", "orphans"),
    "backups",
    *("opendata", "partners", "partners.exchange"),
    "webhooks",
    "works",
    "reading",
    "numbers",
    "cables",
    "claims",
    "cleanups",
    "periodic",
    "emulation",
    "surveys",
    "talks",
    "talks.media",
    "talks.mailbox",
    "talks.groups",
)
"""The modules that hold tasks."""


def broker_url(redis_url: str) -> str:
    """Return Celery's spelling of a Redis URL: `unix:///…` becomes `redis+socket:///…`."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    database = dict(part.partition("=")[::2] for part in query.split("&")).get("db", "0")
    return f"redis+socket://{path}?virtual_host={database}"


def make_celery(settings: Settings, tasks: Sequence[str] = ()) -> Celery:
    """Return the application for these settings. Redis may come and go: it is waited for without end.

    Who only sends tasks by name names no `tasks`, and so imports none of their code.
    """
    use_transport()
    app = Celery("hientruong", broker=broker_url(settings.redis_url))
    app.conf.update(
        include=[f"workers.{name}" for name in tasks],
        task_queues=[Queue(name) for name in QUEUES],
        task_default_queue="default",
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": VISIBILITY_S,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "retry_on_timeout": True,
            "health_check_interval": 10,
        },
        timezone="UTC",
        beat_schedule=SCHEDULE,
        beat_max_loop_interval=5,
    )
    return app


SCHEDULE: dict[str, dict[str, Any]] = {
    "route what was left": {
        "task": "workers.routing.sweep",
        "schedule": timedelta(seconds=15),
        "options": {"queue": ROUTING, "expires": 30},
    },
    **PHOTO_TIMES,
    **{
        f"send what is due by {channel}": {
            "task": "workers.sending.send_due",
            "args": (channel,),
            "schedule": timedelta(seconds=3),
            "options": {"queue": channel, "expires": 6},
        }
        for channel in CHANNELS
    },
    **TALK_TIMES,
    "tell what was left": {
        "task": "workers.notices.sweep",
        "schedule": timedelta(seconds=30),
        "options": {"queue": NOTICES, "expires": 60},
    },
    "make the day's digests": {
        "task": "workers.notices.digest",
        "schedule": timedelta(minutes=5),
        "options": {"queue": NOTICES, "expires": 300},
    },
    "ring for emergencies": {
        "task": "workers.emergencies.ring",
        "schedule": timedelta(seconds=3),
        "options": {"queue": URGENT, "expires": 6},
    },
    "find emergencies that ring for nobody": {
        "task": "workers.emergencies.find",
        "schedule": timedelta(seconds=15),
        "options": {"queue": URGENT, "expires": 30},
    },
    "close and end what time has passed over": {
        "task": "workers.timeouts.pass_time",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "warn of deadlines": {
        "task": "workers.deadlines.warn",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    **{n: {"task": f"workers.{n}", "schedule": s, "options": {"expires": s}} for n, s in EVERY.items()},
    "take the steps that nobody took back": {
        "task": "workers.timeouts.take_held",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 4},
    },
    "count what figures are behind with": {
        "task": "workers.figures.count",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 20},
    },
    "recount all figures": {
        "task": "workers.figures.audit",
        "schedule": crontab(hour="19", minute="30"),  # half past two at night in Vietnam
        "options": {"queue": MAINTENANCE, "expires": 3600},
    },
    "count the points of movements": {
        "task": "workers.emulation.count",
        "schedule": crontab(hour="20", minute="15"),  # a quarter past three at night in Vietnam
        "options": {"queue": MAINTENANCE, "expires": 3600},
    },
    "go on with a recount that was cut short": {
        "task": "workers.figures.go_on",
        "schedule": timedelta(minutes=1),
        "options": {"queue": MAINTENANCE, "expires": 60},
    },
    "make what administrators planned": {
        "task": "workers.administration.make_planned",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 10},
    },
    "count deadlines anew": {
        "task": "workers.administration.recount",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "make the files people asked for": {
        "task": "workers.downloads.make",
        "schedule": timedelta(seconds=2),
        "options": {"queue": DOWNLOADS, "expires": 3},
    },
    "have the reports of the past period made": {
        "task": "workers.downloads.make_scheduled",
        "schedule": timedelta(minutes=5),
        "options": {"queue": DOWNLOADS, "expires": 300},
    },
    "throw old files away": {
        "task": "workers.downloads.expire",
        "schedule": timedelta(minutes=30),
        "options": {"queue": MAINTENANCE, "expires": 1800},
    },
    **KEEPING_TIMES,
    **{
        f"{task} in its time": {
            "task": f"workers.{task}",
            "schedule": timedelta(seconds=seconds),
            "options": {"queue": queue, "expires": 2 * seconds},
        }
        for task, queue, seconds in (
            ("opendata.publish", MAINTENANCE, 60),
            ("partners.fetch_photos", PARTNERS, 10),
            ("partners.exchange.hand_over", PARTNERS, 5),
            ("partners.exchange.poll", PARTNERS, 20),
        )
    },
    "send to webhooks what is due": {
        "task": "workers.webhooks.sweep",
        "schedule": timedelta(seconds=3),
        "options": {"queue": WEBHOOKS, "expires": 6},
    },
    "forget what was sent to webhooks long ago": {
        "task": "workers.webhooks.trim",
        "schedule": timedelta(hours=1),
        "options": {"queue": MAINTENANCE, "expires": 3000},
    },
    "say that the scheduler lives": {
        "task": "workers.upkeep.scheduler_lives",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 10},
    },
}

celery_app = make_celery(get_settings(), TASKS)


@lru_cache
def engine() -> Engine:
    """Return the engine of this process; made on first use, so never shared across a fork."""
    return make_engine(get_settings().sqlalchemy_url, pool=2)


@lru_cache
def storage() -> Storage:
    """Return the media storage of this process."""
    return Storage(get_settings().media_url)


def now() -> datetime:
    """Return the time that tasks pass to the domain."""
    return datetime.now(UTC)


@signals.before_task_publish.connect
def _say_when(headers: dict[str, object], **_: object) -> None:
    """Set the header by which the age of the oldest message of a queue is known."""
    headers.setdefault(QUEUED_AT, time.time())


@signals.setup_logging.connect
def _log(**_: object) -> None:
    # Celery's advice at every lost connection; a task that goes on meanwhile may be repeated.
    warnings.filterwarnings("ignore", r"\s*In Celery 5.1 we introduced an optional breaking change")
    configure(get_settings().log_format, get_settings().log_level, "worker")


@signals.worker_process_init.connect
def _start_clean(**_: object) -> None:
    engine.cache_clear()
    storage.cache_clear()
