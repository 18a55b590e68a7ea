"""Starting processes again when their sources change, for who works on them: `up --reload`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from pathlib import Path

from service.local.islands.assets import ICONS, ISLANDS, SERVICE
from service.local.supervisor import Supervisor
from service.ops.queues import READERS
from service.problems import SetupError

ROOTS = (SERVICE, SERVICE.parent / "workers", SERVICE.parent / "geo")
API = "api"
ALL = (API, "relay", "beat", *(reader.name for reader in READERS))
_UNWATCHED = {"node_modules", ".node", "__pycache__", "built", "built.new", "built.old"}
DEBOUNCE_MS = 200
"""An editor saves several files at once: they are one change."""


def concerns(path: Path) -> bool:
    """Return whether a changed file may change what runs; what is built itself never does."""
    return not _UNWATCHED & set(path.parts) and path.suffix in {".py", ".po", ".ts", ".css", ".svg", ".json"}


def to_build(changed: Iterable[Path]) -> bool:
    """Return whether the pages' scripts and styles have to be built anew."""
    return any(path.is_relative_to(ISLANDS) or path.is_relative_to(ICONS) for path in changed)


def to_restart(changed: Collection[Path]) -> tuple[str, ...]:
    """Return the processes that hold what changed, the API first. Templates are read anew by themselves."""
    if any(path.suffix in (".py", ".po") for path in changed):
        return ALL
    return (API,) if to_build(changed) else ()


class Reloader:
    """Watches the sources of an installation and starts its processes again."""

    def __init__(
        self, supervisor: Supervisor, build: Callable[[], Awaitable[None]], say: Callable[[str], None]
    ) -> None:
        """`build` makes the pages' scripts and styles; `say` tells what is done."""
        self._supervisor = supervisor
        self._build = build
        self._say = say

    async def run(self) -> None:
        """Watch until the installation stops. Raises SetupError where the watching library is missing."""
        try:
            from watchfiles import awatch
        except ImportError:
            raise SetupError("--reload needs the tools of who works on it: uv sync --all-groups") from None
        changes = awatch(
            *(root for root in ROOTS if root.is_dir()),
            watch_filter=lambda _, path: concerns(Path(path)),
            debounce=DEBOUNCE_MS,
            stop_event=self._supervisor.stop_asked,
        )
        async for found in changes:
            await self.take_up({Path(path) for _, path in found})

    async def take_up(self, changed: Collection[Path]) -> None:
        """Build and start again what the changed files are part of."""
        shown = ", ".join(sorted(path.name for path in changed)[:3])
        if to_build(changed):
            self._say(f"{shown} changed: building scripts and styles")
            await self._build()
        if names := to_restart(changed):
            self._say(f"{shown} changed: starting {names[0] if len(names) == 1 else 'everything'} again")
            await asyncio.gather(*(self._supervisor.restart(name) for name in names))
