"""Processes of an installation, and the order in which they end."""

from __future__ import annotations

import re
import signal
import sys
from dataclasses import replace
from pathlib import Path

from service.local.program import Program
from service.ops.queues import READERS, Reader

STOP_ORDER = [{"api"}, {*(reader.name for reader in READERS), "beat", "relay"}, {"redis", "postgres"}]


# In the order of `services`, each next one adds to what is imported already; the scheduler needs least.
IMPORTS: dict[str, tuple[str, ...]] = {
    "migrate": ("service.migrations",),
    "city": ("service.commands.city", "service.domain.configuration.cityload"),
    "demo": (
        "service.demo.accounts",
        "service.demo.copy",
        "service.domain.rules.rulebook",
        "service.storage",
    ),
    "beat": ("celery.apps.beat", "kombu.transport.redis", "workers.processes.scheduler"),
    "relay": ("psycopg", "workers.processes.relay"),
    "worker": (
        *(
            "celery.apps.worker",
            "workers.broker.pool",
            "kombu.transport.redis",
            "workers.processes.tasks",
        ),
        *(
            "celery.app.amqp",
            "celery.app.control",
            "celery.app.events",
            "celery.app.log",
            "celery.app.routes",
        ),
        *("celery.concurrency.solo", "celery.events", "celery.worker.autoscale", "celery.worker.components"),
        *("celery.worker.consumer", "celery.worker.consumer.delayed_delivery", "celery.worker.strategy"),
        *("kombu.mixins", "psycopg", "service.cli"),
    ),
    "serve": ("service.web.edge.protocol", "uvicorn.loops.uvloop", "service.app"),
}
AHEAD = (
    *("service.commands.processes", "sqlalchemy.orm", "service.models", "celery.apps.beat"),
    *("workers.processes.scheduler", "workers.processes.relay"),
    *("celery.apps.worker", "workers.broker.pool", "service.storage", "workers.processes.tasks"),
    *(
        "fastapi",
        "redis.asyncio",
        "service.web.dependencies",
        "service.api.routes",
        "service.pages.routes",
        "service.app",
    ),
)
"""Imported whenever nothing is asked for, most needed first; in pieces, so that no request waits for long."""


# Only looks that come round again carry a time after which they are dropped: nothing is missed. That a worker
# begins or ends as it was told is said once for all of them.
_NOISE = re.compile(
    r"Discarding revoked task: workers\.|Connected to redis\+|@[\w.-]+ ready\.|worker: Warm shutdown"
)


def fork_server(cwd: Path, listener: int) -> Program:
    """Return what the process that forks the others is given."""
    return Program("fork-server", (), cwd=cwd, pass_fds=(listener,), env={"OPENBLAS_NUM_THREADS": "1"})


def one_off(cwd: Path, *arguments: str) -> Program:
    """Return `hientruong ARGUMENTS` that does its work and ends."""
    return _hientruong(arguments[0], cwd, *arguments)


def pages(cwd: Path, *, quick: bool = False) -> Program:
    """Return what builds the pages' scripts and styles where their sources changed, else ends at once.
    With `quick` nothing is compressed.
    """
    code = f"from service.local.islands.assets import build_or_tell; build_or_tell(quick={quick})"
    return Program(name="pages", argv=(sys.executable, "-P", "-c", code), cwd=cwd)


def services(cwd: Path, listener: int, workers: int) -> list[Program]:
    """Return scheduler, relay, workers and API. `listener` is the descriptor of the listening socket."""
    return [
        _service("beat", cwd, "beat", "--schedule", str(cwd / "beat-schedule")),
        _service("relay", cwd, "relay"),
        *(_worker(reader, workers, cwd) for reader in READERS),
        replace(_service("api", cwd, "serve", "--listener", str(listener)), pass_fds=(listener,)),
    ]


def _worker(reader: Reader, workers: int, cwd: Path) -> Program:
    arguments = ("--queues", ",".join(reader.queues), "--concurrency", str(reader.concurrency(workers)))
    return replace(_service(reader.name, cwd, "worker", *arguments), noise=_NOISE)


def _service(name: str, cwd: Path, *words: str) -> Program:
    """Return a process that is killed when we die without ending it, as after any crash it loses nothing.

    A parent that dies thread by thread tells its children as often, and Celery's handlers do not bear to be
    told twice; nor would a worker end that waits for a broker which is gone with us.
    """
    return replace(_hientruong(name, cwd, *words), orphan_signal=signal.SIGKILL)


def _hientruong(name: str, cwd: Path, *words: str) -> Program:
    """Return a process of ours; by `-P` what lies in the working folder is never imported."""
    argv = (sys.executable, "-P", "-m", "service.cli", *words)
    return Program(name, argv, words=words, imports=IMPORTS[words[0]], cwd=cwd)
