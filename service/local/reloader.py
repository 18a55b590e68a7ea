"""Starting processes again when their sources change, for who works on them: `up --reload`."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Collection, Iterable
from pathlib import Path

from service.local.islands.assets import ICONS, ISLANDS, SERVICE
from service.local.standby import ForkServerPair
from service.local.supervisor import Supervisor
from service.ops.queues import READERS
from service.problems import SetupError

ROOTS = (SERVICE, SERVICE.parent / "workers", SERVICE.parent / "geo")
API = "api"
ALL = (API, "relay", "beat", *(reader.name for reader in READERS))
"""The API first: it is what one looks at."""
OF_THE_API = (SERVICE / "pages", SERVICE / "api")
"""Packages that no other process imports."""
_UNWATCHED = {"node_modules", ".node", "__pycache__", "built"}
_CATALOGUE_LINE = re.compile(r'#.*|(?:msgid|msgstr)\s+"(?:[^"\\]|\\.)*"|"(?:[^"\\]|\\.)*"|')
DEBOUNCE_MS = 200
"""An editor saves several files at once: they are one change."""


def concerns(path: Path) -> bool:
    """Return whether a changed file may change what runs; what is built itself never does."""
    if _UNWATCHED & set(path.parts) or path.name.endswith(".test.ts"):
        return False
    return path.suffix in {".py", ".po", ".ts", ".css", ".svg", ".json"}


def to_build(changed: Iterable[Path]) -> bool:
    """Return whether the pages' scripts and styles have to be built anew."""
    return any(path.is_relative_to(ISLANDS) or path.is_relative_to(ICONS) for path in changed)


def to_restart(changed: Collection[Path]) -> tuple[str, ...]:
    """Return the processes that hold what changed, the API first. Templates, translations, and what is built
    from scripts and styles, are read anew by themselves; icons are part of pages.
    """
    code = [path for path in changed if path.suffix == ".py"]
    if not all(any(path.is_relative_to(package) for package in OF_THE_API) for path in code):
        return ALL
    return (API,) if code or any(path.is_relative_to(ICONS) for path in changed) else ()


class SourceDigests:
    """Digests of the sources as they were last seen: a file that is saved as it was has not changed."""

    def __init__(self, roots: Iterable[Path]) -> None:
        """Read every source below `roots`: 0.2 s of processor time."""
        files = (path for root in roots for path in root.rglob("*") if concerns(path))
        self._seen = {path: _digest(path) for path in files}

    def changed(self, saved: Iterable[Path]) -> set[Path]:
        """Return those of the saved (or deleted) files whose content is another one than before."""
        found = {path: _digest(path) for path in saved}
        changed = {path for path, digest in found.items() if digest != self._seen.get(path)}
        self._seen |= found
        return changed


def _digest(path: Path) -> bytes | None:
    try:
        return hashlib.blake2b(path.read_bytes()).digest()
    except OSError:
        return None


def syntax_faults(changed: Iterable[Path]) -> list[str]:
    """Return a sentence for each changed file that Python cannot read: file, line and what is wrong."""
    faults = []
    for path in sorted(path for path in changed if path.suffix == ".py" and path.is_file()):
        try:
            compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        except SyntaxError as fault:
            faults.append(f"{path}:{fault.lineno or 1}: {fault.msg}")
        except ValueError as fault:
            faults.append(f"{path}: {fault}")
    return faults


def catalogue_faults(changed: Iterable[Path]) -> list[str]:
    """Return a sentence for each line of a changed catalogue that is none; its reader takes what it can."""
    return [
        f"{path}:{number}: not a comment, nor msgid or msgstr with a text in quotes"
        for path in sorted(path for path in changed if path.suffix == ".po" and path.is_file())
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if not _CATALOGUE_LINE.fullmatch(line.strip())
    ]


class Reloader:
    """Watches the sources of an installation and starts its processes again.

    The API comes first and is waited for; the others follow one after the other, for on two cores twelve
    processes that start at once keep the page waiting.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        forks: ForkServerPair,
        build: Callable[[], Awaitable[None]],
        answering: Callable[[], Awaitable[bool]],
        say: Callable[[str], None],
    ) -> None:
        """Watch the sources. `forks` starts the processes; `build` makes the pages' scripts and styles;
        `answering` waits for the API and returns whether it answers; `say` tells what is done.
        """
        self._supervisor = supervisor
        self._forks = forks
        self._build = build
        self._answering = answering
        self._say = say
        self._waiting: set[Path] = set()
        """Changed files that are not taken up yet, since one of them cannot be read."""
        self._outdated: set[str] = set()
        """Processes that still run what was there before."""
        self._restarting: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Watch until the installation stops. Raises SetupError where the watching library is missing."""
        try:
            from watchfiles import awatch
        except ImportError:
            raise SetupError("--reload needs the tools of who works on it: uv sync --all-groups") from None
        roots = [root for root in ROOTS if root.is_dir()]
        digests = await asyncio.to_thread(SourceDigests, roots)
        changes = awatch(
            *roots,
            watch_filter=lambda _, path: concerns(Path(path)),
            debounce=DEBOUNCE_MS,
            stop_event=self._supervisor.stop_asked,
        )
        try:
            async for found in changes:
                if changed := digests.changed(Path(path) for _, path in found):
                    await self.take_up(changed)
        finally:
            await self._interrupt()

    async def take_up(self, changed: Collection[Path]) -> None:
        """Build what the changed files are part of, and begin to start again the processes that hold them.

        A change that comes meanwhile is not kept waiting: it may be the one that mends what does not start.
        While a file cannot be read by Python everything runs on as it is.
        """
        await self._interrupt()
        shown = ", ".join(sorted(path.name for path in changed)[:3])
        if to_build(changed):
            self._say(f"{shown} changed: building scripts and styles")
            await self._build()
        if any(path.suffix == ".po" for path in changed):
            self._say("\n".join([f"{shown} changed: translations are read anew", *catalogue_faults(changed)]))
        self._waiting |= set(changed)
        if faults := syntax_faults(self._waiting):
            self._say("\n".join([*faults, "Nothing is started again until this is mended."]))
            return
        names = to_restart(self._waiting)
        self._waiting.clear()
        self._outdated |= set(names)
        if names:
            behind = ", then the workers" if len(self._outdated) > 1 else ""
            self._say(f"{shown} changed: starting the API again{behind}")
        if names == ALL:
            await self._forks.renew()
        self._restarting = asyncio.create_task(self._start_again())

    async def finish(self) -> None:
        """Wait until everything that was to begin anew has done so."""
        if self._restarting is not None:
            await self._restarting

    async def _start_again(self) -> None:
        for name in ALL:
            if name not in self._outdated:
                continue
            await self._supervisor.restart(name)
            self._outdated.discard(name)
            if name == API:
                answers = await self._answering()
                self._say("The API runs what was changed." if answers else "The API does not answer yet.")
                await asyncio.shield(self._forks.stand_by())

    async def _interrupt(self) -> None:
        if self._restarting is not None:
            self._restarting.cancel()
            await asyncio.gather(self._restarting, return_exceptions=True)
