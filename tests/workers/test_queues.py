"""The queues as Celery and the database know them, and what a message carries."""

from __future__ import annotations

import time

import pytest
import redis
from sqlalchemy import Engine, select

from service.db import unit_of_work
from service.models import Consumer, EventType, WorkEventType
from service.ops import queues
from service.ops.queues import QUEUES
from service.sending.channels import CHANNELS

pytestmark = pytest.mark.usefixtures("worker_settings")

LONG = (
    "workers.figures.audit",
    "workers.figures.go_on",
    "workers.figures.build",
    "workers.retention.carry_out",
    "workers.downloads.make",
    "workers.sending.send_due",
    "workers.timeouts.pass_time",
    "workers.deadlines.warn",
    "workers.privacy.move_files",
    "workers.retention.delete_files",
    "workers.backups.copy_ledger",
)


def test_celery_has_the_queues_of_the_table() -> None:
    from workers.app import celery_app

    assert {queue.name for queue in celery_app.conf.task_queues} == set(QUEUES)


def test_every_queue_gets_work_and_no_work_goes_elsewhere(clean_engine: Engine) -> None:
    from workers.app import SCHEDULE

    scheduled = {each["options"].get("queue", "default") for each in SCHEDULE.values()}
    assert scheduled == set(QUEUES)
    with unit_of_work(clean_engine) as session:
        assert set(session.scalars(select(Consumer.queue))) <= set(QUEUES)


def test_every_task_of_the_schedule_and_of_the_consumers_exists(clean_engine: Engine) -> None:
    from workers.app import SCHEDULE, celery_app

    celery_app.loader.import_default_modules()
    with unit_of_work(clean_engine) as session:
        handed = set(session.scalars(select(Consumer.target).where(Consumer.delivery == "task")))
    assert handed | {each["task"] for each in SCHEDULE.values()} <= set(celery_app.tasks)


def test_every_consumer_listens_for_types_that_there_are(clean_engine: Engine) -> None:
    with unit_of_work(clean_engine) as session:
        heard = {type_ for types in session.scalars(select(Consumer.types)) for type_ in types}
    assert heard - set(EventType) - set(WorkEventType) == set()


def test_every_channel_is_sent_by_a_queue_of_its_own() -> None:
    from workers.app import SCHEDULE

    assert set(queues.CHANNELS) == set(CHANNELS) <= set(QUEUES)
    sent = {
        each["args"][0]: each["options"]["queue"]
        for each in SCHEDULE.values()
        if each["task"] == "workers.sending.send_due"
    }
    assert sent == {channel: channel for channel in CHANNELS}


def test_nothing_but_routing_stands_before_routing() -> None:
    from workers.app import SCHEDULE

    tasks = {each["task"] for each in SCHEDULE.values() if each["options"].get("queue") == "routing"}
    assert tasks == {"workers.routing.sweep"}


def test_what_waits_for_a_store_stands_before_nothing_else() -> None:
    from workers.app import SCHEDULE

    waiting = {"workers.privacy.move_files", "workers.retention.delete_files", "workers.backups.copy_ledger"}
    tasks = {each["task"] for each in SCHEDULE.values() if each["options"].get("queue") == "files"}
    assert tasks == waiting


@pytest.mark.parametrize("name", LONG)
def test_a_long_task_is_never_delivered_again_while_it_lives(name: str) -> None:
    """Its message is acknowledged when it begins; what is left to do, the database says."""
    from workers.app import celery_app

    celery_app.loader.import_default_modules()
    assert celery_app.tasks[name].acks_late is False


@pytest.mark.parametrize("name", ["workers.routing.route_reports", "workers.notices.tell"])
def test_a_short_task_comes_back_when_its_process_dies(name: str) -> None:
    from workers.app import celery_app

    celery_app.loader.import_default_modules()
    assert celery_app.tasks[name].acks_late is True


def test_a_message_says_when_it_was_sent(redis_url: str) -> None:
    from service.settings import get_settings
    from workers.app import make_celery

    with redis.Redis.from_url(redis_url) as client:
        client.delete("sms")
        app = make_celery(get_settings())
        before = time.time()
        app.send_task("workers.sending.send_due", args=["sms"], queue="sms")
        app.close()
        found = queues.read_states(
            queues.ask_states(client.pipeline(transaction=False)).execute(), before + 100
        )
        client.delete("sms")
    assert found["sms"].length == 1
    assert 98 < (found["sms"].oldest_s or 0) <= 100
