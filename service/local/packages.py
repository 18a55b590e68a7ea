"""System packages: what is missing, installing it where we may (root on Debian or Ubuntu), or saying how."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.local.binaries import find_postgres, find_redis
from service.problems import SetupError

Say = Callable[[str], None]
GUARDS = (
    ("/etc/postgresql-common/createcluster.d/hientruong.conf", "create_main_cluster = false\n", 0o644),
    ("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755),
)
UPDATE_TRIES = 20
UPDATE_PAUSE_S = 5.0


@dataclass(frozen=True)
class SystemDependency:
    """Something of the system we need, how to see that it is there, and what packages bring it."""

    name: str
    present: Callable[[], bool]
    debian: tuple[str, ...]
    fedora: tuple[str, ...]
    arch: tuple[str, ...]
    homebrew: tuple[str, ...]


def find_chromium() -> Path | None:
    """Return a Chromium for the browser tests, or None. A snap cannot be driven from outside: it does not
    count.

    The one without windows comes first: the same tests take two thirds of the processor time.
    """
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path and "/snap/" not in os.path.realpath(path):
            return Path(path)
    return None


POSTGIS = SystemDependency(
    "PostgreSQL with PostGIS",
    lambda: find_postgres() is not None,
    debian=("postgresql", "postgresql-postgis"),
    fedora=("postgresql-server", "postgis"),
    arch=("postgresql", "postgis"),
    homebrew=("postgresql@17", "postgis"),
)
REDIS = SystemDependency(
    "Redis",
    lambda: find_redis() is not None,
    debian=("redis-server",),
    fedora=("valkey",),
    arch=("valkey",),
    homebrew=("redis",),
)
CHROMIUM = SystemDependency(
    "Chromium",
    lambda: find_chromium() is not None,
    debian=("chromium-headless-shell", "fonts-noto-core"),
    fedora=("chromium",),
    arch=("chromium",),
    homebrew=("chromium",),
)
SERVERS = (POSTGIS, REDIS)


def missing(parts: Sequence[SystemDependency]) -> list[SystemDependency]:
    """Return those that are not there."""
    return [part for part in parts if not part.present()]


def ensure(parts: Sequence[SystemDependency], say: Say) -> None:
    """Have every part on the system; `say` hears what is being done.

    Raises SetupError with the exact line to run where we may not install, or where installing failed.
    """
    absent = missing(parts)
    if not absent:
        return
    if not may_install():
        raise SetupError(instructions(absent))
    _install([package for part in absent for package in part.debian], say)
    if still := missing(absent):
        raise SetupError(instructions(still))


def may_install() -> bool:
    """Return whether this is root on a system with apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def instructions(absent: Sequence[SystemDependency]) -> str:
    """Return what is missing and the exact line that brings it."""
    names = ", ".join(part.name for part in absent)
    return f"Missing on this machine: {names}. Run this line, then try again:\n\n    {install_line(absent)}\n"


def install_line(absent: Sequence[SystemDependency]) -> str:
    """Return the line for this system's package manager."""
    for tool, form, family in (
        ("apt-get", "apt-get update && {sudo}apt-get install -y --no-install-recommends {names}", "debian"),
        ("dnf", "dnf install -y {names}", "fedora"),
        ("pacman", "pacman -S --needed {names}", "arch"),
        ("brew", "brew install {names}", "homebrew"),
    ):
        if shutil.which(tool):
            sudo = "" if tool == "brew" or os.geteuid() == 0 else "sudo "
            names = " ".join(name for part in absent for name in getattr(part, family))
            return sudo + form.format(sudo=sudo, names=names)
    return "(your system's package manager) install " + ", ".join(part.name for part in absent)


def _install(packages: list[str], say: Say) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    wait = ("-o", "DPkg::Lock::Timeout=300")
    with _no_system_servers():
        _update(environment, say)
        say(f"apt-get install {' '.join(packages)}")
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *wait, *packages]
        status, tail = _run(command, environment, say)
    if status:
        raise SetupError(f"apt-get could not install {' '.join(packages)}:\n{tail}")


def _update(environment: dict[str, str], say: Say) -> None:
    """Run `apt-get update`; its lock has no time-out, so somebody else's run is waited for here."""
    for _ in range(UPDATE_TRIES):
        say("apt-get update")
        status, tail = _run(["apt-get", "update", "-q"], environment, say)
        if not status:
            return
        if "lock" not in tail.lower():
            break
        time.sleep(UPDATE_PAUSE_S)
    # Old lists may still do; if not, the installation says what is wrong.
    say("apt-get update failed; trying with the lists that are there")


def _run(command: list[str], environment: dict[str, str], say: Say) -> tuple[int, str]:
    """Run it showing its output line by line; its status and last lines."""
    lines: list[str] = []
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            say(lines[-1])
    return process.returncode, "\n".join(lines[-15:])


@contextmanager
def _no_system_servers() -> Iterator[None]:
    """While packages are installed: no system cluster is made and no daemon started."""
    made = []
    for path, text, mode in GUARDS:
        file = Path(path)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            file.chmod(mode)
            made.append(file)
    try:
        yield
    finally:
        for file in made:
            file.unlink(missing_ok=True)
