"""Which processes an installation consists of, and in what order they end."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from service.local.program import Program

STOP_ORDER = [{"api"}, {"worker", "photos", "beat", "relay"}, {"redis", "postgres"}]


def one_off(cwd: Path, *arguments: str) -> Program:
    """`hientruong ARGUMENTS` that does its work and ends."""
    return Program(name=arguments[0], argv=_hientruong(*arguments), cwd=cwd)


def pages(cwd: Path) -> Program:
    """Builds the pages' scripts and styles where their sources changed; else ends at once."""
    code = "from service.local.assets import ensure_built; ensure_built()"
    return Program(name="pages", argv=(sys.executable, "-P", "-c", code), cwd=cwd)


def services(cwd: Path, listener: int, workers: int) -> list[Program]:
    """API, workers, relay and scheduler. `listener` is the descriptor of the listening socket."""
    return [
        Program(
            "api",
            _hientruong("serve", "--listener", str(listener)),
            cwd=cwd,
            pass_fds=(listener,),
        ),
        # Photos and messages take long: they have a worker of their own, and routing never waits for them.
        _worker("worker", "routing,default,downloads", workers, cwd),
        _worker("photos", "photos,notices", max(1, workers // 2), cwd),
        Program("relay", _hientruong("relay"), cwd=cwd),
        Program("beat", _hientruong("beat", "--schedule", str(cwd / "beat-schedule")), cwd=cwd),
    ]


def _worker(name: str, queues: str, tasks: int, cwd: Path) -> Program:
    """Told to end by SIGTERM, Celery waits for a broker that may be gone with us: SIGQUIT does not."""
    arguments = ("worker", "--queues", queues, "--concurrency", str(tasks))
    return Program(name, _hientruong(*arguments), cwd=cwd, orphan_signal=signal.SIGQUIT)


def _hientruong(*arguments: str) -> tuple[str, ...]:
    """`-P`: what lies in the working folder is never imported."""
    return (sys.executable, "-P", "-m", "service.cli", *arguments)
