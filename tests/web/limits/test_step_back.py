"""What takes a processor for long takes it from nobody who has something to do."""

from __future__ import annotations

import asyncio
import os
import sys
import threading

import pytest

from service.i18n import language_in_use
from service.web.limits.step_back import AT_ONCE, NICE, run_stepping_back


def _priority() -> tuple[int, str]:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), threading.current_thread().name


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no priority of their own")
def test_it_is_done_behind_everything_else() -> None:
    before, _ = _priority()
    theirs, thread = asyncio.run(run_stepping_back(_priority))
    assert thread.startswith("stepping-back")
    assert theirs == NICE > before
    assert _priority()[0] == before


def test_no_more_of_it_at_once_than_there_is_memory_for() -> None:
    now, most = 0, 0
    lock, together = threading.Lock(), threading.Barrier(AT_ONCE)

    def work() -> None:
        nonlocal now, most
        with lock:
            now, most = now + 1, max(most, now + 1)
        together.wait(10)
        with lock:
            now -= 1

    async def crowd() -> None:
        await asyncio.gather(*(run_stepping_back(work) for _ in range(4 * AT_ONCE)))

    asyncio.run(crowd())
    assert most <= AT_ONCE


def test_it_knows_the_language_and_raises_what_the_work_raised() -> None:
    async def asked() -> str:
        language_in_use.set("en")
        return await run_stepping_back(language_in_use.get)

    assert asyncio.run(asked()) == "en"
    with pytest.raises(ValueError, match="invalid literal"):
        asyncio.run(run_stepping_back(int, "no digit"))
