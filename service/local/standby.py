"""Fork servers of `up --reload`: one forks what is started, one takes its place after a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.local.fork_server import is_of_the_service
from service.local.processes import ForkServer, Process
from service.local.program import Program

OF_EACH_START = ("service.app", "service.api", "service.pages")
"""Imported by the API alone, at each start of it: what changes most often is never imported ahead."""


class ForkServerPair:
    """Fork server in use, which holds all that processes share, and one that stands by with libraries alone.

    A change below pages or API is taken up by a fork of the first, in 1.2 s of processor time where a new
    interpreter takes 2.9; any other puts the second in its place, which takes 2.3 s.
    """

    def __init__(self, first: ForkServer, program: Program) -> None:
        """Take over the fork server of the start; others are given what `program` says."""
        self._in_use = first
        self._standby: ForkServer | None = None
        self._program = program
        self._libraries: Sequence[str] = ()
        self._shared: Sequence[str] = ()

    @property
    def in_use(self) -> ForkServer:
        """Return the fork server that forks what is started now."""
        return self._in_use

    async def separate(self) -> None:
        """Replace the fork server of the start, which holds pages and API too, by one that does not.

        Libraries, and what processes share of ours, are computed from what it has imported.
        """
        names = [name for name in await self._in_use.modules() if name != "__main__"]
        self._libraries = [name for name in names if not is_of_the_service(name)]
        self._shared = [name for name in names if is_of_the_service(name) and not _of_each_start(name)]
        await self.renew()
        await self.stand_by()

    async def renew(self) -> None:
        """Have what is ours imported anew, by the one that stands by: it forks all that is started later."""
        before = self._in_use
        self._in_use, self._standby = self._standby or await self._open(), None
        self._in_use.import_ahead(self._shared)
        await before.close()

    async def stand_by(self) -> None:
        """Have another one import the libraries, for the next change: 0.9 s of processor time."""
        if self._standby is None:
            self._standby = await self._open()

    async def launch(self, program: Program, output: int) -> Process:
        """Start a program, its output to a descriptor. What it needs beyond what is shared it imports."""
        return await self._in_use.launch(replace(program, imports=()), output, after_ahead=True)

    async def close(self) -> None:
        """End both; what they forked runs on."""
        await self._in_use.close()
        if self._standby is not None:
            await self._standby.close()

    async def _open(self) -> ForkServer:
        made = ForkServer()
        await made.open(self._program, self._libraries)
        return made


def _of_each_start(name: str) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in OF_EACH_START)
