"""A process of a pool that died while the broker was away does not end its worker."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

from celery.concurrency import get_implementation

from service.commands.processes import POOL
from workers.broker.pool import ReconnectingPool


def test_a_process_whose_end_was_noticed_is_not_watched_again() -> None:
    pool: Any = ReconnectingPool.__new__(ReconnectingPool)
    read_end, write_end = os.pipe()
    hub, process = Mock(), SimpleNamespace(_popen=SimpleNamespace(sentinel=read_end))
    hub.add_reader.side_effect = lambda descriptor, *_: os.fstat(descriptor)
    pool._track_child_process(process, hub)
    assert hub.add_reader.call_count == 1

    pool._untrack_child_process(process, hub)  # it ended; the pool counts it until it is reaped
    pool._track_child_process(process, hub)  # the broker was lost and is back
    assert hub.add_reader.call_count == 1
    os.close(read_end)
    os.close(write_end)


def test_workers_of_several_tasks_use_it() -> None:
    implementation: Any = get_implementation
    assert implementation(POOL).Pool is ReconnectingPool
