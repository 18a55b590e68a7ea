"""What is away is one line in the log, seldom; every other exception keeps its traceback."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import structlog
from billiard.einfo import ExceptionWithTraceback
from billiard.exceptions import WorkerLostError
from celery.beat import SchedulingError
from kombu.exceptions import OperationalError as BrokerError
from psycopg import errors
from redis.exceptions import BusyLoadingError, RedisError
from redis.exceptions import ConnectionError as RedisAway
from sqlalchemy import create_engine, exc, text

from service.ops import log_throttle
from service.ops.log_throttle import AGAIN_S, Outages, away


def failed(
    cause: Exception, *, invalidated: bool = False, kind: type[exc.DBAPIError] = exc.DBAPIError
) -> Any:
    return kind("SELECT 1", {}, cause, connection_invalidated=invalidated)


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (RedisAway("refused"), "redis"),
        (BusyLoadingError("loading"), "redis"),
        (BrokerError("refused"), "redis"),
        (SchedulingError("could not apply"), "redis"),
        (WorkerLostError("signal 9"), "worker"),
        (exc.InvalidatePoolError(), "database"),
        (failed(psycopg.OperationalError("no socket"), kind=exc.OperationalError), "database"),
        (failed(errors.AdminShutdown("stops"), kind=exc.OperationalError), "database"),
        (failed(errors.CannotConnectNow("starts"), kind=exc.OperationalError), "database"),
        (failed(errors.ConnectionFailure("gone"), kind=exc.OperationalError), "database"),
        (failed(psycopg.InterfaceError("closed"), invalidated=True), "database"),
    ],
)
def test_whose_absence_it_tells_of(error: BaseException, what: str) -> None:
    assert away(error) == what


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a bug"),
        RedisError("wrong kind of value"),
        failed(errors.DeadlockDetected("deadlock"), kind=exc.OperationalError),
        failed(errors.DiskFull("full"), kind=exc.OperationalError),
        failed(errors.UniqueViolation("twice"), kind=exc.IntegrityError),
        failed(psycopg.ProgrammingError("no such column"), kind=exc.ProgrammingError),
        ConnectionResetError("a mail server, perhaps"),
    ],
)
def test_a_fault_of_another_kind_is_told_whole(error: BaseException) -> None:
    assert away(error) is None


def test_a_server_that_is_really_not_there() -> None:
    with pytest.raises(exc.OperationalError) as refused:
        create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing").connect()
    assert away(refused.value) == "database"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def out(clock: Clock) -> Iterator[io.StringIO]:
    """A logger of its own, as the root is configured."""
    buffer = io.StringIO()
    handler = logging.StreamHandler(buffer)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    handler.addFilter(Outages(clock))
    logger = logging.getLogger("library.of.tests")
    logger.addHandler(handler)
    logger.propagate = False
    yield buffer
    logger.removeHandler(handler)
    logger.propagate = True


def lines(buffer: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in buffer.getvalue().splitlines()]


def log_away(words: str = "Message Error: %s", **extra: object) -> None:
    logger = logging.getLogger("library.of.tests")
    try:
        raise RedisAway("Error 111 connecting to redis.sock.\nConnection refused")
    except RedisAway as error:
        logger.error(words, error, exc_info=True, extra=extra)


def test_a_line_says_what_is_away_and_why(out: io.StringIO) -> None:
    log_away("Message Error: %s\n['a', 'stack']", data={"traceback": "all of it"})

    (line,) = lines(out)
    assert line["event"] == "Message Error: Error 111 connecting to redis.sock."
    assert (line["away"], line["error"]) == ("redis", "ConnectionError")
    assert line["why"] == "Error 111 connecting to redis.sock."
    assert not {"exception", "data", "more"} & line.keys()


def test_it_is_said_now_and_then_with_the_number_left_out(out: io.StringIO, clock: Clock) -> None:
    for _ in range(5):
        log_away()
        clock.now += 1
    clock.now += AGAIN_S
    log_away()
    clock.now += AGAIN_S
    log_away()

    first, second, third = lines(out)
    assert "more" not in first
    assert second["more"] == "4"
    assert "more" not in third


def test_a_killed_worker_is_a_line_though_its_end_comes_wrapped(out: io.StringIO) -> None:
    try:
        raise WorkerLostError("signal 9")
    except WorkerLostError as error:
        wrapped = ExceptionWithTraceback(error, error.__traceback__)
        told = (type(wrapped), wrapped, error.__traceback__)
        logging.getLogger("library.of.tests").error("Task handler raised error: %r", error, exc_info=told)

    (line,) = lines(out)
    assert (line["away"], line["error"], line["why"]) == ("worker", "WorkerLostError", "signal 9")
    assert "exception" not in line


def test_the_database_and_redis_are_said_apart(out: io.StringIO) -> None:
    log_away()
    try:
        raise failed(psycopg.OperationalError("no socket"), kind=exc.OperationalError)
    except exc.OperationalError:
        logging.getLogger("library.of.tests").exception("cannot read")

    assert [line["away"] for line in lines(out)] == ["redis", "database"]
    assert lines(out)[1]["why"] == "no socket", "without the statement"


def test_our_own_loggers_are_heard_the_same_way(out: io.StringIO) -> None:
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    log = structlog.get_logger("library.of.tests")
    try:
        raise RedisAway("refused")
    except RedisAway:
        log.exception("cannot be told", event_id=7)
        log.exception("cannot be told", event_id=8)
    structlog.configure(**before)

    (line,) = lines(out)
    assert (line["event"], line["event_id"], line["away"]) == ("cannot be told", 7, "redis")
    assert "exception" not in line


def test_a_bug_keeps_its_traceback_each_time(out: io.StringIO) -> None:
    for _ in range(2):
        try:
            create_engine("sqlite://").connect().execute(text("SELECT nothing"))
        except exc.OperationalError as error:
            error.orig = errors.UndefinedColumn("no such column")
            logging.getLogger("library.of.tests").exception("failed")

    assert len(lines(out)) == 2
    assert all("Traceback" in line["exception"] for line in lines(out))


def test_a_long_reason_stays_a_line(out: io.StringIO) -> None:
    try:
        raise RedisAway("x" * 1000)
    except RedisAway:
        logging.getLogger("library.of.tests").exception("y" * 1000)

    (line,) = lines(out)
    assert len(line["event"]) == len(line["why"]) == log_throttle.WIDEST
