"""Which processes an installation consists of, and in what order they end."""

from __future__ import annotations

import re
import signal
import sys
from dataclasses import replace
from pathlib import Path

from service.local.program import Program

STOP_ORDER = [{"api"}, {"worker", "photos", "beat", "relay"}, {"redis", "postgres"}]


# In the order of `services`, each next one adds to what is imported already; the scheduler needs least.
IMPORTS: dict[str, tuple[str, ...]] = {
    "migrate": ("service.migrations",),
    "city": ("service.commands.city", "service.domain.cityload"),
    "demo": ("service.demo.accounts", "service.demo.copy", "service.domain.rulebook", "service.storage"),
    "beat": ("celery.apps.beat", "kombu.transport.redis", "workers.scheduler"),
    "relay": ("psycopg", "workers.relay"),
    "worker": (
        *("celery.apps.worker", "celery.concurrency.prefork", "kombu.transport.redis", "workers.tasks"),
        *("celery.app.control", "celery.worker.components", "celery.worker.consumer"),
        *("celery.worker.strategy", "psycopg"),
    ),
    "serve": ("service.web.protocol", "uvicorn.loops.uvloop", "service.app"),
}
AHEAD = (
    *("service.commands.processes", "sqlalchemy.orm", "service.models", "celery.apps.beat"),
    *("workers.scheduler", "workers.relay"),
    *("celery.apps.worker", "celery.concurrency.prefork", "service.storage", "workers.tasks"),
    *("fastapi", "redis.asyncio", "service.deps", "service.api", "service.pages", "service.app"),
)
"""Imported whenever nothing is asked for, most needed first; in pieces, so that no request waits for long."""


# A look that comes round again every few seconds and waited longer than that: nothing is missed.
_OUTDATED = re.compile(r"Discarding revoked task: workers\.\w+\.(make|send_due|sweep|warn|count)\b")


def nursery(cwd: Path, listener: int) -> Program:
    """What the process that forks the others is given."""
    return Program("nursery", (), cwd=cwd, pass_fds=(listener,), env={"OPENBLAS_NUM_THREADS": "1"})


def one_off(cwd: Path, *arguments: str) -> Program:
    """`hientruong ARGUMENTS` that does its work and ends."""
    return _hientruong(arguments[0], cwd, *arguments)


def pages(cwd: Path) -> Program:
    """Builds the pages' scripts and styles where their sources changed; else ends at once."""
    code = "from service.local.assets import ensure_built; ensure_built()"
    return Program(name="pages", argv=(sys.executable, "-P", "-c", code), cwd=cwd)


def services(cwd: Path, listener: int, workers: int) -> list[Program]:
    """Scheduler, relay, workers and API. `listener` is the descriptor of the listening socket."""
    # A parent that dies thread by thread tells its children as often, and the scheduler hangs when told
    # twice; killed, it loses nothing.
    beat = _hientruong("beat", cwd, "beat", "--schedule", str(cwd / "beat-schedule"))
    return [
        replace(beat, orphan_signal=signal.SIGKILL),
        _hientruong("relay", cwd, "relay"),
        # Photos and messages take long: they have a worker of their own, and routing never waits for them.
        _worker("worker", "routing,default,downloads", workers, cwd),
        _worker("photos", "photos,notices", max(1, workers // 2), cwd),
        replace(_hientruong("api", cwd, "serve", "--listener", str(listener)), pass_fds=(listener,)),
    ]


def _worker(name: str, queues: str, tasks: int, cwd: Path) -> Program:
    """Told to end by SIGTERM, Celery waits for a broker that may be gone with us: SIGQUIT does not."""
    arguments = ("worker", "--queues", queues, "--concurrency", str(tasks))
    return replace(_hientruong(name, cwd, *arguments), orphan_signal=signal.SIGQUIT, noise=_OUTDATED)


def _hientruong(name: str, cwd: Path, *words: str) -> Program:
    """`-P`: what lies in the working folder is never imported."""
    argv = (sys.executable, "-P", "-m", "service.cli", *words)
    return Program(name, argv, words=words, imports=IMPORTS[words[0]], cwd=cwd)
