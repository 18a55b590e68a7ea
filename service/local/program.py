"""Child process described as data, started so that it never outlives its parent."""

import os
import pwd
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.ops.confinement import end_with, hear_of_parents_end


@dataclass(frozen=True)
class Owner:
    """The unprivileged account that a child runs as when we are root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """A command line with what its supervisor has to know about ending it.

    One of our own commands also says its `words`, those after `hientruong`, and which modules it `imports`:
    it can then be forked by a process that has imported them.
    """

    name: str
    argv: tuple[str, ...]
    words: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    owner: Owner | None = None
    cwd: Path | None = None
    noise: re.Pattern[str] | None = None  # lines that are not shown as long as all is well
    pass_fds: tuple[int, ...] = ()
    foreign: bool = False
    """Whether it is another project's program, which is told nothing of the installation's settings."""

    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 10.0

    def options(self) -> dict[str, Any]:
        """Return keyword arguments for `Popen` and `asyncio.create_subprocess_exec` alike."""
        options: dict[str, object] = {
            "env": {**self._inherited(), **self.env},
            "cwd": self.cwd or ("/" if self.owner else None),
            "stdin": subprocess.DEVNULL,
            "start_new_session": True,
            "pass_fds": self.pass_fds,
            "preexec_fn": end_with_parent(self.orphan_signal),
        }
        if self.owner:
            options |= {"user": self.owner.uid, "group": self.owner.gid, "extra_groups": []}
        return options

    def _inherited(self) -> dict[str, str]:
        """Return the environment without what is ours, for another project's program."""
        if not self.foreign:
            return dict(os.environ)
        return {name: value for name, value in os.environ.items() if not name.startswith("HIENTRUONG_")}


def end_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return a `preexec_fn` that has the kernel send `number` to the child when its parent dies, however
    it dies.
    """
    if sys.platform != "linux":
        return None
    parent = os.getpid()
    return lambda: end_with(parent, number)


def end_with_launcher() -> None:
    """Ask for a signal when `uv run`, where that is the parent, is killed: nobody then passes Ctrl-C on."""
    parent = os.getppid()
    try:
        launcher = Path(f"/proc/{parent}/comm").read_text().strip()
    except OSError:
        return
    if launcher == "uv":
        hear_of_parents_end(signal.SIGTERM)


def service_owner() -> Owner | None:
    """Return whom PostgreSQL and Redis run as: `None` is ourselves; as root, the account their
    package makes.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(account.pw_uid, account.pw_gid)
    return None


def run_quietly(argv: list[str], owner: Owner | None = None) -> subprocess.CompletedProcess[str]:
    """Run a short helper command as `owner`, in the C locale; the caller looks at its status and output."""
    options: dict[str, Any] = {"env": {**os.environ, "LC_ALL": "C.UTF-8"}, "cwd": "/"}
    if owner:
        options |= {"user": owner.uid, "group": owner.gid, "extra_groups": []}
    return subprocess.run(
        argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **options
    )
