"""Work of a request that takes a processor for long: done in threads that let everything else go first."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 2
"""Hashing a password takes much memory by design, so two at a time."""

NICE = 10
"""The kernel gives a thread that is so nice a tenth of what the one that takes reports can have."""


def _step_back() -> None:
    """Lower the priority of this thread, on Linux only: elsewhere the whole process would get it."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="stepping-back", initializer=_step_back)


async def run_stepping_back(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what the work returns, done behind everything else that this process does.

    How many may wait for it is for the caller to say.
    """
    run = partial(copy_context().run, partial(work, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_threads, run)
