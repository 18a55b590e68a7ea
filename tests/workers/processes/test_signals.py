"""A process that is told twice to stop ends, wherever in its handler the second signal finds it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

pytestmark = [pytest.mark.forks, pytest.mark.usefixtures("worker_settings")]

MOMENTS = 100
PATIENCE_S = 20.0


def outcome(child: Callable[[], None]) -> int | None:
    """The exit status of `child` run in a process of its own; None when it had to be killed."""
    pid = os.fork()
    if pid == 0:
        try:
            child()
            os._exit(0)
        except BaseException:
            os._exit(9)
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def told_twice(first: signal.Signals, second: signal.Signals, moment: int) -> Callable[[], None]:
    """A child that sends itself `first`, and `second` at the so many-th line run inside the handler."""

    def child() -> None:
        lines = 0

        def look(_frame: FrameType, event: str, _argument: object) -> Any:
            nonlocal lines
            lines += event == "line"
            if lines == moment:
                sys.settrace(None)
                os.kill(os.getpid(), second)
            return look

        sys.settrace(look)
        os.kill(os.getpid(), first)
        sys.settrace(None)

    return child


class Worker:
    """What Celery's handlers ask of the worker they belong to."""

    hostname = "tried@here"


def handled_by_celery(first: signal.Signals, second: signal.Signals, moment: int) -> Callable[[], None]:
    from celery.apps import worker as celery_worker
    from celery.worker import state

    import workers.upkeep  # whatever listens to Celery's signals is connected by importing it

    assert workers.upkeep

    def child() -> None:
        celery_worker.install_worker_term_handler(Worker())
        # Without its callback: that waits for tasks of a real worker.
        celery_worker._shutdown_handler(Worker(), sig="SIGQUIT", how="Cold", exitcode=1)
        told_twice(first, second, moment)()
        if state.should_stop is None and state.should_terminate is None:
            os._exit(8)

    return child


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (signal.SIGTERM, signal.SIGQUIT),
        (signal.SIGTERM, signal.SIGTERM),
        (signal.SIGQUIT, signal.SIGTERM),
    ],
    ids=lambda number: number.name,
)
def test_a_worker_told_twice_knows_that_it_is_to_stop(first: signal.Signals, second: signal.Signals) -> None:
    """A hundred moments: one for each line that the first signal's handler runs, and after it."""
    outcomes = {moment: outcome(handled_by_celery(first, second, moment)) for moment in range(1, MOMENTS + 1)}
    assert {moment: how for moment, how in outcomes.items() if how != 0} == {}


def test_the_trial_itself_finds_a_handler_that_waits_for_itself() -> None:
    """The fault that was here: an event's lock, taken by the first signal and wanted by the second."""
    import threading

    stop = threading.Event()

    def child(moment: int) -> Callable[[], None]:
        def run() -> None:
            for number in (signal.SIGTERM, signal.SIGQUIT):
                signal.signal(number, lambda *_: stop.set())
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(1)  # it would wait for ever
            told_twice(signal.SIGTERM, signal.SIGQUIT, moment)()

        return run

    assert -signal.SIGALRM in {outcome(child(moment)) for moment in range(1, 12)}


def test_a_relay_told_twice_stops() -> None:
    from workers.processes.relay import Relay

    relay = object.__new__(Relay)

    def child(moment: int) -> Callable[[], None]:
        def run() -> None:
            relay.stopping = False
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, relay.stop)
            told_twice(signal.SIGTERM, signal.SIGINT, moment)()
            os._exit(0 if relay.stopping else 8)

        return run

    assert {outcome(child(moment)) for moment in range(1, 10)} == {0}


def test_no_receiver_of_ours_runs_inside_a_workers_signal_handler() -> None:
    from celery import signals

    from workers.app import celery_app

    celery_app.loader.import_default_modules()
    ours = [
        receiver
        for _, receiver in signals.worker_shutting_down.receivers
        if getattr(receiver, "__module__", "").startswith(("workers.", "service."))
    ]
    assert ours == []
