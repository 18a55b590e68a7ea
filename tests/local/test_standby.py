"""Fork servers while one works on the sources: what is forked runs what the files say now."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from service.local.fork_server import is_of_the_service
from service.local.processes import Forked, ForkServer
from service.local.program import Program
from service.local.standby import ForkServerPair
from tests.local.test_processes import command, run

IMPORTED = ("service.api.city.places", "service.pages.help.help", "service.problems")
"""What the fork server of the start has imported, pages and API too."""


@asynccontextmanager
async def pair(imported: tuple[str, ...], program: Program | None = None) -> AsyncIterator[ForkServerPair]:
    """A pair whose first has imported these modules."""
    program = program or command("fork-server")
    first = ForkServer()
    await first.open(program, imported)
    made = ForkServerPair(first, program)
    try:
        yield made
    finally:
        await made.close()


def test_the_first_shares_all_but_pages_and_api_and_the_second_holds_libraries_alone() -> None:
    async def story() -> None:
        async with pair(IMPORTED) as here:
            began = await here.in_use.modules()
            assert set(IMPORTED) <= set(began)
            await here.separate()
            shared = set(await here.in_use.modules())
            assert "service.problems" in shared and "fastapi" in shared
            each_start = {name for name in began if name.startswith(("service.api", "service.pages"))}
            assert len(each_start) > 5 and not each_start & shared
            assert {name for name in began if not name.startswith(("service.api", "service.pages"))} <= shared
            first = here.in_use.pid
            await here.renew()
            assert here.in_use.pid != first
            assert set(await here.in_use.modules()) == shared

    run(story)


def test_the_one_that_stands_by_holds_none_of_our_modules() -> None:
    async def story() -> None:
        server = ForkServer()
        await server.open(command("fork-server"), ["sqlalchemy.orm", "no.such.library"])
        try:
            held = await server.modules()
            assert "sqlalchemy.orm" in held
            assert not [name for name in held if is_of_the_service(name)]
        finally:
            await server.close()

    run(story)


def test_a_changed_module_is_imported_anew_and_one_that_cannot_be_is_left_out(tmp_path: Path) -> None:
    package = tmp_path / "geo"
    package.mkdir()
    (package / "__init__.py").touch()
    module = package / "said.py"
    module.touch()

    async def story() -> None:
        program = command("fork-server", PYTHONPATH=str(tmp_path), PYTHONDONTWRITEBYTECODE="1")
        async with pair(("geo.said",), program) as here:
            assert "geo.said" in await here.in_use.modules()
            await here.separate()
            module.write_text("raise RuntimeError('this is being changed')\n")
            await here.renew()
            assert "geo.said" not in await here.in_use.modules(), "who needs it says what is wrong with it"
            module.write_text("import geo.fresh\n")
            (package / "fresh.py").touch()
            await here.renew()
            assert {"geo.said", "geo.fresh"} <= set(await here.in_use.modules())

    run(story)


def test_without_fork_servers_programs_are_started_as_new_interpreters() -> None:
    async def story() -> None:
        made = ForkServerPair(ForkServer(), command("fork-server"))
        process = await made.launch(command("--version"), sys.stderr.fileno())
        assert not isinstance(process, Forked)
        assert await process.wait() == 0
        await made.close()

    run(story)
