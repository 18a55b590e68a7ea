"""An installation of separate processes on the real wards of Huế, and what people do with it over HTTP."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import select

from service.db import make_engine, unit_of_work
from service.domain.city.reference import load_reference
from service.domain.people import staff
from service.domain.people.sessions import open_session
from service.domain.people.staff import NewAccount
from service.models import Staff
from service.settings import Settings
from tests.conftest import Servers
from tests.local.installation import free_port
from tests.support.environment import environment
from tests.support.people import PASSWORD, password_hash
from tests.support.shared import SHARED

WARDS = SHARED / "data/areas/hue_wards_2025.geojson"
PHOTOS = SHARED / "data/photos"
COMMAND = (sys.executable, "-P", "-m", "service.cli")
SOON_S = 60.0
NEWS_S = 2.0
REPORTS = "/api/v1/reports"

Headers = dict[str, str]
Json = dict[str, Any]


@dataclass
class Town:
    """The installation from outside. Every answer that is not expected fails with its words."""

    http: httpx.Client
    settings: Settings
    tokens: dict[str, Headers] = field(default_factory=dict)

    def ask(self, method: str, path: str, who: Headers | None = None, expect: int = 200, **sent: Any) -> Any:
        answer = self.http.request(method, path, headers=who or {}, **sent)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    @property
    def url(self) -> str:
        return str(self.http.base_url).rstrip("/")

    def token(self, username: str) -> str:
        """A new session of that account, for the cookie of a browser."""
        engine = make_engine(self.settings.sqlalchemy_url, pool=1)
        with unit_of_work(engine) as session:
            account = session.scalars(select(Staff).where(Staff.username == username)).one()
            token = open_session(session, account, "cookie", at=datetime.now(UTC)).token
        engine.dispose()
        return token

    def staff(self, username: str) -> Headers:
        """The headers of a member of staff, who signs in at the first asking."""
        if username not in self.tokens:
            sent = {"username": username, "password": PASSWORD}
            token = self.ask("POST", "/api/v1/sessions", expect=201, json=sent)["token"]
            self.tokens[username] = {"Authorization": f"Bearer {token}"}
        return self.tokens[username]

    def report(self, lon: float, lat: float, **more: Any) -> tuple[str, Headers]:
        """A new report: its id, and the headers of its reporter."""
        place = {"location": {"lon": lon, "lat": lat}}
        told = self.ask("POST", REPORTS, expect=201, json={"category": "litter", **place, **more})
        return told["id"], {"Authorization": f"Report {told['secret']}"}

    def photo(self, report_id: str, file: Path, who: Headers) -> str:
        sent = {"file": (file.name, file.read_bytes())}
        return str(self.ask("POST", f"{REPORTS}/{report_id}/photos", who, 201, files=sent)["id"])

    def look(self, report_id: str, who: Headers | None = None) -> Json:
        found: Json = self.ask("GET", f"{REPORTS}/{report_id}", who)
        return found

    def until(self, report_id: str, fits: Callable[[Json], object], who: Headers | None = None) -> Json:
        """The report as soon as it fits: workers need a moment."""
        limit = time.monotonic() + SOON_S
        while not fits(report := self.look(report_id, who)):
            assert time.monotonic() < limit, report
            time.sleep(0.05)
        return report

    def routed(self, report_id: str, who: Headers | None = None) -> Json:
        return self.until(report_id, lambda report: report["status"] != "received", who)

    def step(self, report_id: str, who: str, to: str, expect: int = 200, **more: Any) -> Json:
        """A transition by somebody who sees the newest version."""
        person = self.staff(who)
        sent = {"to": to, "version": self.look(report_id, person)["version"], **more}
        told: Json = self.ask("POST", f"{REPORTS}/{report_id}/transitions", person, expect, json=sent)
        return told

    def feed(self, after: str | None = None) -> tuple[list[Json], str]:
        """Everything the feed tells from there on, walked in small pages, and where it ended."""
        told: list[Json] = []
        while True:
            page = self.ask("GET", "/api/v1/feed", params={"limit": 7, **({"after": after} if after else {})})
            told += page["items"]
            if page["next"] == after or not page["items"]:
                return told, page["next"]
            after = page["next"]

    def feed_of(self, report_id: str, after: str) -> tuple[list[Json], str]:
        """The feed once the relay has given all of the report's events their place."""
        limit = time.monotonic() + SOON_S
        written = len(self.timeline(report_id))
        while True:
            told, end = self.feed(after)
            if sum(event["report"]["id"] == report_id for event in told) == written:
                return told, end
            assert time.monotonic() < limit, told
            time.sleep(0.05)

    def timeline(self, report_id: str, who: Headers | None = None) -> list[Json]:
        found: list[Json] = self.ask("GET", f"{REPORTS}/{report_id}/events", who)["items"]
        return found


class Listener:
    """A client of the stream, which hangs up now and then and goes on where it was."""

    def __init__(self, url: str, after: str, hang_up_after: int) -> None:
        self.url, self.last, self.hang_up_after = url, after, hang_up_after
        self.heard: list[Json] = []
        self.calls = 0
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()

    def until(self, cursor: str) -> list[Json]:
        """What was heard once the event with that cursor has come."""
        limit = time.monotonic() + SOON_S
        while all(event["cursor"] != cursor for event in self.heard):
            assert time.monotonic() < limit and self._thread.is_alive(), self.heard
            time.sleep(0.05)
        return self.heard

    def _listen(self) -> None:
        while not self._enough.is_set():
            self.calls += 1
            # Nothing new for a while: call again.
            with (
                contextlib.suppress(httpx.TimeoutException),
                httpx.stream("GET", self.url, headers={"Last-Event-ID": self.last}, timeout=NEWS_S) as answer,
            ):
                self._hear(answer)

    def _hear(self, answer: httpx.Response) -> None:
        """Lines of an event may come in any order; a blank one ends it."""
        event: dict[str, str] = {}
        heard = 0
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(":")
                event[name] = value.strip()
            elif "data" in event:
                self.heard.append(json.loads(event["data"]))
                self.last, heard, event = event["id"], heard + 1, {}
                if heard == self.hang_up_after:
                    return


@contextmanager
def open_town(servers: Servers, media: Path) -> Iterator[Town]:
    """Real processes on a database and a Redis of their own, with the real wards and an account a part."""
    name, port = f"town_{servers.worker}", free_port()
    servers.postgres.create_database(name, "schema")
    settings = Settings(
        database_url=servers.postgres.url(name),
        redis_url=f"unix://{servers.redis_socket}?db={15 - servers.worker}",
        media_url=(media / "media").as_uri(),
        secret_key=SecretStr("k" * 40),
        public_url=f"http://127.0.0.1:{port}",
        rate_limits="off",
        undo_seconds=0,
        log_level="WARNING",
    )
    run(settings, "city", "load", "hue", "--areas", str(WARDS))
    _hire(settings)
    with ExitStack() as stack:
        spawn = _spawner(stack, settings, media)
        spawn("serve", "--port", str(port))
        spawn("relay")
        spawn("worker", "--concurrency", "2")
        spawn("beat", "--schedule", str(media / "beat"))
        client = stack.enter_context(httpx.Client(base_url=settings.public_url, timeout=30))
        _until_ready(client, media)
        yield Town(client, settings)
    servers.postgres.drop_database(name)


def run(settings: Settings, *words: str) -> str:
    """A `hientruong` command that ends; what it prints."""
    done = subprocess.run(
        [*COMMAND, *words],
        env=environment(settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _spawner(stack: ExitStack, settings: Settings, folder: Path) -> Callable[..., None]:
    def spawn(*words: str) -> None:
        log = stack.enter_context((folder / f"{words[0]}.log").open("wb"))
        process = subprocess.Popen(
            [*COMMAND, *words], env=environment(settings), stdout=log, stderr=log, start_new_session=True
        )
        stack.callback(_end, process)

    return spawn


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _hire(settings: Settings) -> None:
    """One person a part, called by it; committees' people are called by their ward."""
    city_wide = ("triage", "inspector", "administrator")
    engine = make_engine(settings.sqlalchemy_url)
    with unit_of_work(engine) as session:
        reference = load_reference(session)
        people = [NewAccount(role, f"Cán bộ {role}", role) for role in city_wide]
        people.append(NewAccount("triage.second", "Cán bộ triage thứ hai", "triage"))
        for code, view in reference.department_by_code.items():
            role = "executor" if view.kind == "company" else "department"
            people.append(NewAccount(f"staff.{code}", f"Cán bộ {code}", role, code))
            people.append(NewAccount(f"manager.{code}", f"Lãnh đạo {code}", "manager", code))
        for person in people:
            staff.add_account(session, reference, person, password_hash(), at=datetime.now(UTC))
    engine.dispose()


def _until_ready(client: httpx.Client, folder: Path) -> None:
    limit = time.monotonic() + 120
    while not _is_ready(client):
        logs = "".join(f"\n{log.name}\n{log.read_text()}" for log in folder.glob("*.log"))
        assert time.monotonic() < limit, f"{_told(client)}{logs}"
        time.sleep(0.1)


def _told(client: httpx.Client) -> str:
    """What `/readyz` says, for the one who reads why nothing became ready."""
    try:
        return client.get("/readyz").text
    except httpx.HTTPError as error:
        return str(error)


def _is_ready(client: httpx.Client) -> bool:
    try:
        return bool(client.get("/readyz").json()["status"] == "ok")
    except httpx.HTTPError:
        return False
