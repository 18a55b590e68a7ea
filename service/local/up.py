"""`hientruong up`: everything on one machine, brought up step by step, watched, and taken down in order."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from service.local import plan
from service.local.address import answers, is_loopback, listen, reachable_address
from service.local.first_start import (
    FirstStart,
    forget_signs_of_life,
    inspect_database,
    maps_are_bare,
    newest_revision,
    require_city,
)
from service.local.folder import DataFolder
from service.local.islands.assets import BUILT
from service.local.processes import ForkServer
from service.local.program import Program, end_with_launcher, service_owner
from service.local.reloader import Reloader
from service.local.screen import Screen
from service.local.servers import DATABASE, Servers
from service.local.standby import ForkServerPair
from service.local.supervisor import Ready, Supervisor, SupervisorTimings, together
from service.local.welcome import welcome
from service.ops.confinement import keep_secrets
from service.problems import SetupError

DEMO_REPORTS = 300
DEMO = "HIENTRUONG_DEMO"
BASEMAP_URL = "HIENTRUONG_BASEMAP_URL"
READY_S = 90.0
WORK_NOT_DONE = frozenset({"backup", "emergencies"})
"""Parts of `/readyz` that tell of work left undone, not of a process that is away."""
IMPATIENT_S = 1.0
UNTIRING = SupervisorTimings(longest_pause_s=10.0, short_lives=sys.maxsize)
"""While one works on the sources a process may be broken for long: it is tried until it runs again, and at
once after a change.
"""
SECRET = "HIENTRUONG_SECRET_KEY"  # noqa: S105 - the name of the setting
VAPID = "HIENTRUONG_VAPID_PRIVATE_KEY"
KEYS = frozenset({SECRET, VAPID})


@dataclass(frozen=True)
class UpOptions:
    """Options of the command line."""

    host: str = "127.0.0.1"
    port: int = 8000
    data: Path | None = None
    city: str = "hue"
    demo: bool = True
    workers: int = 2
    pg_port: int | None = None
    reload: bool = False


def run_up(options: UpOptions) -> None:
    """Bring everything up and stay until told to stop. Raises SetupError with what the person can do."""
    if options.demo and not is_loopback(options.host):
        raise SetupError(
            f"The demo accounts have public passwords and are refused on {options.host}. Add --no-demo and "
            "make accounts with `hientruong user add`, or listen on 127.0.0.1."
        )
    end_with_launcher()
    keep_secrets()
    folder = DataFolder.at(options.data)
    if folder.restore_mark.exists():
        raise SetupError(
            f"A restore into {folder.path} was cut short, so its database is not whole. Run it again: "
            f"hientruong restore DIR --replace --data {folder.path}"
        )
    if not FirstStart(folder).done:
        require_city(Path(options.city))
    folder.prepare(service_owner())
    lock = folder.acquire()
    with listen(options.host, options.port) as listener:
        asyncio.run(Up(options, folder, lock, listener).run())


class Up:
    """Run of an installation, from the first step to the last process."""

    def __init__(self, options: UpOptions, folder: DataFolder, lock: int, listener: socket.socket) -> None:
        """Prepare a run whose `lock` and `listener` are held already."""
        self.options = options
        self.demo = False
        self.folder = folder
        self.lock = lock
        self.listener = listener
        self.address = reachable_address(options.host, options.port)
        self.environment = self._settings()
        self.screen = Screen(on_closed=self._stop)
        self.fork_server = ForkServer()
        self.forks: ForkServerPair | None = None
        self.supervisor = Supervisor(
            self.screen.log,
            self.screen.notice,
            UNTIRING if options.reload else SupervisorTimings(),
            changed=self._tell_state,
            launch=self.fork_server.launch,
        )
        self.servers = Servers(folder, options.pg_port)
        self.began = datetime.now(UTC)
        self._interrupted_at: float | None = None

    async def run(self) -> None:
        """Bring up, wait, take down. Raises SetupError for what went wrong."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupt)
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop)
        bringing_up = asyncio.create_task(self._bring_up())
        stopping = asyncio.create_task(self.supervisor.wait())
        try:
            await asyncio.wait({bringing_up, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if bringing_up.done():
                bringing_up.result()
                await stopping
        finally:
            await self._take_down(bringing_up, stopping)
        if self.supervisor.failure:
            raise SetupError(self.supervisor.failure)

    async def _bring_up(self) -> None:
        self.servers.find(self.screen)
        self.environment |= self.servers.settings()
        await self.fork_server.open(self._fork_server_program(), plan.AHEAD)
        pages = asyncio.create_task(self._build_pages())
        await self.servers.start(self._start, self.screen)
        await self._prepare_database()
        with self.screen.step("Starting API, workers, relay and scheduler"):
            *behind, api = plan.services(self.folder.path, self.listener.fileno(), self.options.workers)
            await together(*(self._start(program, _at_once) for program in behind))
            await pages
            await self._start(api, _at_once)
            self._tell_state()
            await self._until_ready()
        self.supervisor.settled = True
        self.screen.say(self._welcome())
        if self.options.reload:
            await self._take_up_changes()

    async def _take_up_changes(self) -> None:
        """Start again what the sources are changed of, for as long as the installation runs."""
        self.forks = forks = ForkServerPair(self.fork_server, self._fork_server_program())
        self.supervisor.launch_by(forks.launch)
        await forks.separate()
        await Reloader(
            self.supervisor, forks, self._build_pages, self._until_answering, self.screen.say
        ).run()

    def _fork_server_program(self) -> Program:
        return self._mine(plan.fork_server(self.folder.path, self.listener.fileno()))

    def _welcome(self) -> str:
        bare = maps_are_bare(self.environment.get(DATABASE) or os.environ[DATABASE])
        return welcome(
            self.address,
            self.folder.path,
            self.demo,
            self.servers.psql(),
            bare=bare and not os.environ.get(BASEMAP_URL),
            city=self.options.city,
        )

    async def _build_pages(self) -> None:
        try:
            await self.supervisor.once(self._mine(plan.pages(self.folder.path, quick=self.options.reload)))
        except SetupError as problem:
            if self.supervisor.stop_asked.is_set():
                return
            until = "keep the scripts built before" if BUILT.is_dir() else "work without their scripts"
            self.screen.notice(f"{problem} Until then pages {until}.")

    async def _prepare_database(self) -> None:
        """Run only the commands that are needed: each takes a second to import what it works with."""
        url = self.environment.get(DATABASE) or os.environ[DATABASE]
        found = inspect_database(url)
        if found.revision != newest_revision():
            await self._once("Bringing the database to the newest schema", "migrate")
        forget_signs_of_life(url)
        await self._first_start(city=found.city)
        # An installation that began without the demo does not become one by a later start without the option.
        self.demo = self.options.demo and inspect_database(url).demo
        self.environment[DEMO] = str(self.demo).lower()

    async def _first_start(self, *, city: bool) -> None:
        """Load the city, and the demo where it is wanted; go on with what was cut short."""
        first = FirstStart(self.folder)
        if not city:
            first.begin()
            await self._once(f"Loading the city {self.options.city}", "city", "load", self._city())
        elif not first.unfinished:
            return
        if self.options.demo:
            what = f"Making demo accounts and {DEMO_REPORTS} demo reports"
            await self._once(what, "demo", "--reports", str(DEMO_REPORTS))
        first.finish()

    def _city(self) -> str:
        """Return a folder as the child finds it, whose working folder is another one; or the name as it
        is.
        """
        given = Path(self.options.city).expanduser()
        return str(given.absolute()) if given.is_dir() else self.options.city

    async def _until_ready(self) -> None:
        body = await self._ask_until(is_running, "/readyz")
        if not is_running(body):
            raise SetupError(
                f"Not everything was ready after {READY_S:.0f} s: {body.decode() or 'no answer'}"
            )

    async def _until_answering(self) -> bool:
        """Return whether the API answers, when it does or when READY_S have passed."""
        return bool(await self._ask_until(bool, "/healthz"))

    async def _ask_until(self, enough: Callable[[bytes], bool], path: str) -> bytes:
        """Return the first answer that is enough, or the last one when READY_S have passed."""
        loop = asyncio.get_running_loop()
        limit, body = loop.time() + READY_S, b""
        while not enough(body) and loop.time() < limit:
            await asyncio.sleep(0.05)
            body = await answers(self.options.host, self.options.port, path, READY_S) or b""
        return body

    async def _take_down(self, *tasks: asyncio.Task[None]) -> None:
        self.screen.say("Stopping …")
        self.folder.state_file.unlink(missing_ok=True)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await (self.forks or self.fork_server).close()
        await self.supervisor.stop(plan.STOP_ORDER)
        self.servers.tidy()
        self.screen.say(f"Stopped. The data is kept in {self.folder.path}")

    def _stop(self) -> None:
        """Asked to stop; a launcher that dies with its threads may ask several times."""
        self.supervisor.stop_asked.set()

    def _interrupt(self) -> None:
        """Ctrl-C; once more, later, from somebody who does not want to wait: everything at once."""
        now = asyncio.get_running_loop().time()
        if self._interrupted_at is None:
            self._interrupted_at = now
        elif now - self._interrupted_at > IMPATIENT_S:  # sooner, it is uv that passes the same one on
            self.supervisor.kill()
        self._stop()

    async def _start(self, program: Program, ready: Ready) -> None:
        await self.supervisor.start(self._mine(program), ready)

    async def _once(self, what: str, *arguments: str) -> None:
        with self.screen.step(what):
            await self.supervisor.once(self._mine(plan.one_off(self.folder.path, *arguments)))

    def _mine(self, program: Program) -> Program:
        """Return the program with our settings, holding the lock of the data folder as long as it lives."""
        ours = {} if program.foreign else {**self._bytecode(), **self.environment}
        environment = {**ours, **program.env}
        return replace(program, env=environment, pass_fds=(*program.pass_fds, self.lock))

    def _bytecode(self) -> dict[str, str]:
        """Return the settings by which children keep compiled code with the data, where Python is told to
        keep none, as in containers: to compile two thousand modules takes as long as all else of a start.
        """
        if not sys.dont_write_bytecode:
            return {}
        return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.folder.bytecode)}

    def _settings(self) -> dict[str, str]:
        """Return settings of the children, where the environment does not name them already."""
        ours = {
            "HIENTRUONG_MEDIA_URL": self.folder.media.as_uri(),
            "HIENTRUONG_PUBLIC_URL": self.address,
            SECRET: self.folder.secret_key(),
            VAPID: self.folder.vapid_key(),
        }
        unset = {name: value for name, value in ours.items() if not os.environ.get(name)}
        fixed = {"HIENTRUONG_LOG_FORMAT": "json", "PYTHONUNBUFFERED": "1"}
        follow = {"HIENTRUONG_FOLLOW_SOURCES": "true"} if self.options.reload else {}
        return {**unset, **fixed, **follow, DEMO: str(self.options.demo).lower()}

    def _tell_state(self) -> None:
        """Write the state for `status`, and for commands that reach this installation by its data folder."""
        children = self.supervisor.children.items()
        self.folder.write_state(
            {
                "pid": os.getpid(),
                "address": self.address,
                "version": version("hientruong"),
                "started_at": self.began.isoformat(),
                "settings": {name: value for name, value in self.environment.items() if name not in KEYS},
                "processes": {name: {"pid": one.pid, "restarts": one.restarts} for name, one in children},
                "last_error": self.screen.last_error,
            }
        )


def is_running(body: bytes) -> bool:
    """Return whether `/readyz` says that every process runs: a late backup or a full disk, say, is no reason
    not to start.
    """
    try:
        parts = json.loads(body)["parts"].items()
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return all(sign in ("ok", "late", "full") for name, sign in parts if name not in WORK_NOT_DONE)


async def _at_once(_pid: int) -> bool:
    """Return whether all of them together are ready is asked over HTTP."""
    return True
