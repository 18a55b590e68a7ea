"""Every fault that is named finds what it is to hurt, by the names that processes and routes have today."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import Any

import pytest

from service.local import plan
from service.ops.queues import READERS
from tests.faults import harm
from tests.faults.abuse import ABUSES, BODIES, form_routes
from tests.faults.harm import FAULTS, MissedError

WITH_PROCESSES = {
    "API killed": {"api"},
    "all workers killed": {reader.name for reader in READERS},
    "the worker of each queue killed": {reader.name for reader in READERS},
    "tasks killed between steps": {"routing", "photos", "notices"},
    "relay killed": {"relay"},
    "scheduler killed": {"beat"},
}
"""What each fault kills, by the names of `up`."""


class Processes:
    """The processes of `up` by their titles; each is back as soon as it is killed."""

    def __init__(self, missing: str = "", *, forked: bool = True) -> None:
        self.titles: dict[int, tuple[str, str]] = {}
        self.killed: set[str] = set()
        for program in plan.services(Path("/"), 3, workers=4):
            for title in _titles(program.words, forked=forked):
                if program.name != missing:
                    self.titles[len(self.titles) + 100_000_000] = (program.name, title)

    def children(self, *words: str) -> list[int]:
        return [pid for pid, (_, title) in self.titles.items() if all(word in title for word in words)]

    def kill(self, pid: int, _signal: int) -> None:
        self.killed.add(self.titles[pid][0])


def _titles(words: tuple[str, ...], *, forked: bool) -> list[str]:
    """As the programs name themselves: Celery's own after its queues, ours after their command."""
    if words[0] == "beat":
        return [f"[celery beat] {' '.join(words)}"]
    if words[0] != "worker":  # forked at the first start, a command of its own after it was killed
        command = "hientruong" if forked else "python -P -m service.cli"
        return [f"{command} {' '.join(words)}"]
    queues = words[words.index("--queues") + 1].replace(",", "-")
    main = f"[celeryd: {queues}@host:MainProcess] -active- ({' '.join(words)})"
    pool = int(words[words.index("--concurrency") + 1])
    return [main, *(f"[celeryd: {queues}@host:ForkPoolWorker-{n}]" for n in range(pool) if pool > 1)]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harm, "KILL_EVERY_S", 0.0)
    monkeypatch.setattr(harm, "APPEAR_S", 0.0)


def hurt(name: str, processes: Any, monkeypatch: pytest.MonkeyPatch) -> int | None:
    monkeypatch.setattr(os, "kill", processes.kill)
    result: int | None = asyncio.run(FAULTS[name](processes))  # type: ignore[arg-type]
    return result


@pytest.mark.parametrize("forked", [True, False])
@pytest.mark.parametrize("name", WITH_PROCESSES)
def test_a_kill_hits_the_processes_that_it_names(
    name: str, forked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes = Processes(forked=forked)
    assert hurt(name, processes, monkeypatch)
    assert processes.killed == WITH_PROCESSES[name]


@pytest.mark.parametrize(
    ("name", "missing"), [(name, each) for name, all_ in WITH_PROCESSES.items() for each in sorted(all_)]
)
def test_a_kill_that_misses_one_of_them_says_so(
    name: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MissedError, match=r"no process is called"):
        hurt(name, Processes(missing), monkeypatch)


def test_every_process_is_killed_by_some_fault() -> None:
    programs = {program.name for program in plan.services(Path("/"), 3, workers=4)}
    assert set().union(*WITH_PROCESSES.values()) == programs


def test_every_form_of_the_pages_and_the_api_is_among_the_unfinished_ones() -> None:
    routes = form_routes()
    assert {"POST /report", "POST /login", "POST /alerts", "POST /api/v1/reports"} <= set(routes)
    assert any(re.fullmatch(r"POST /api/v1/reports/[0-9a-f-]+/photos", route) for route in routes)
    assert all(re.fullmatch(r"(POST|PUT|PATCH) /[^\s{}]*", route) for route in routes)
    assert len(routes) <= BODIES, "some route is left out"


def test_no_abuse_has_the_name_of_a_fault() -> None:
    assert not ABUSES.keys() & FAULTS.keys()
