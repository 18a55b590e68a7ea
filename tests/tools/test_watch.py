"""The watch over database connections finds what it is there for, and no route of the application."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from anyio import to_thread
from fastapi import Depends, FastAPI, Request
from fastapi.responses import StreamingResponse
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from starlette.types import ASGIApp, Message

from service.app import Application, create_app
from service.db import async_unit_of_work, make_async_engine
from service.pages.shared.citizen import COOKIE as CITIZEN_COOKIE
from service.web.viewer import CSRF_HEADER, SESSION_COOKIE, VISITOR_COOKIE, _csrf
from tests.conftest import Servers
from tests.support import watch
from tests.support.site import Site, open_site
from tests.support.watch import watched

FORM = "application/x-www-form-urlencoded"
ROLES = ("", "triage", "department", "executor", "inspector", "manager", "administrator")


async def ask(
    app: ASGIApp, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> int:
    """Send a request whose body comes in pieces, with a pause before each; the status."""
    target, _, query = path.partition("?")
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)] or [b""]
    sent = {"host": "127.0.0.1", "content-length": str(len(body)), **(headers or {})}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": target,
        "raw_path": target.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    status = 0
    answered = asyncio.Event()

    async def receive() -> Message:
        await asyncio.sleep(0)
        if pieces:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}
        await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif not message.get("more_body"):
            answered.set()
        await asyncio.sleep(0)

    await app(scope, receive, send)
    return status


@pytest.fixture
def caught() -> Iterator[list[str]]:
    """What the watch has found in this test, which does not fail of it."""
    watch.found.clear()
    yield watch.found
    watch.found.clear()


Bad = Callable[[AsyncSession, AsyncEngine, Redis, Request], Awaitable[Any]]


async def reads_a_body(_session: AsyncSession, _engine: AsyncEngine, _redis: Redis, request: Request) -> None:
    await request.body()


async def sleeps(_session: AsyncSession, _engine: AsyncEngine, _redis: Redis, _request: Request) -> None:
    await asyncio.sleep(0.01)


async def hashes(_session: AsyncSession, _engine: AsyncEngine, _redis: Redis, _request: Request) -> None:
    await to_thread.run_sync(int)


async def asks_redis(_session: AsyncSession, _engine: AsyncEngine, redis: Redis, _request: Request) -> None:
    await redis.ping()


async def opens_a_socket(
    _session: AsyncSession, _engine: AsyncEngine, _redis: Redis, _request: Request
) -> None:
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection("127.0.0.1", 1)


async def takes_a_second(
    _session: AsyncSession, engine: AsyncEngine, _redis: Redis, _request: Request
) -> None:
    async with async_unit_of_work(engine) as second:
        await second.execute(text("SELECT 1"))


async def waits_for_a_task(
    _session: AsyncSession, _engine: AsyncEngine, _redis: Redis, _request: Request
) -> None:
    await asyncio.create_task(asyncio.sleep(0))


BAD: dict[str, tuple[Bad, str]] = {
    "body": (reads_a_body, "the body is read"),
    "sleep": (sleeps, "sleeps"),
    "thread": (hashes, "hashes"),
    "redis": (asks_redis, "asks_redis"),
    "network": (opens_a_socket, "opens_a_socket"),
    "second": (takes_a_second, "a second one is taken"),
    "task": (waits_for_a_task, "waits_for_a_task"),
}


@asynccontextmanager
async def small_app(url: str, redis_url: str, act: Bad, *, early: bool) -> AsyncIterator[FastAPI]:
    """An application whose one route does `act` with a connection in hand, or before it has one."""
    engine = make_async_engine(url, pool=2)
    app = FastAPI()

    async def get_session() -> AsyncIterator[AsyncSession]:
        async with async_unit_of_work(engine) as session:
            yield session

    dependency: Any = Depends(get_session, scope="function")
    async with Redis.from_url(redis_url) as redis:

        @app.post("/thing/{name}")
        async def thing(name: str, request: Request, session: AsyncSession = dependency) -> str:
            if early:
                await act(session, engine, redis, request)
            await session.execute(text("SELECT 1"))
            if not early:
                await act(session, engine, redis, request)
            return name

        yield app
    await engine.dispose()


@pytest.mark.parametrize("kind", BAD)
def test_what_is_waited_for_with_a_connection_in_hand_is_found(
    clean_database: str, redis_url: str, caught: list[str], kind: str
) -> None:
    act, named = BAD[kind]

    async def run(*, early: bool) -> None:
        async with small_app(clean_database, redis_url, act, early=early) as app:
            assert await ask(watched(app), "POST", "/thing/one", b"some body, in pieces") == 200

    asyncio.run(run(early=True))
    assert caught == []
    asyncio.run(run(early=False))
    assert any(line.startswith("POST /thing/{name}: ") and named in line for line in caught), caught


def test_a_reader_of_the_answer_is_waited_for_without_a_connection(
    clean_database: str, caught: list[str]
) -> None:
    async def run() -> None:
        engine = make_async_engine(clean_database, pool=1)
        app = FastAPI()

        @app.get("/rows")
        async def rows() -> StreamingResponse:
            async def chunks() -> AsyncIterator[bytes]:
                async with async_unit_of_work(engine) as session:
                    await session.execute(text("SELECT 1"))
                    yield b"one"

            return StreamingResponse(chunks())

        assert await ask(watched(app), "GET", "/rows") == 200
        await engine.dispose()

    asyncio.run(run())
    assert any("the answer is sent" in line for line in caught), caught


@pytest.fixture(scope="module")
def place(servers: Servers, city_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    name = f"watch_{servers.worker}"
    with open_site(servers, city_template, name, tmp_path_factory.mktemp("media")) as made:
        yield made


ENDLESS = ("/feed/stream",)
LETTERS = {"form": "csv", "table": "league", "z": "11", "x": "1634", "y": "916"}


def _path(route: Any, code: str) -> str:
    """The route's address, filled in: a real report where it wants one, else something that fits."""
    kinds = {field.name: field.field_info.annotation for field in _path_params(route.dependant)}

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name in ("code", "name"):
            return code
        plain: dict[Any, str] = {int: "1", UUID: str(UUID(int=1))}
        return LETTERS.get(name) or plain.get(kinds.get(name), "a" * 12)

    return re.sub(r"\{(\w+)\}", fill, route.path_format)


def _path_params(dependant: Any) -> Iterator[Any]:
    yield from dependant.path_params
    for inner in dependant.dependencies:
        yield from _path_params(inner)


def _routes(app: FastAPI) -> list[Any]:
    routers = [each for each in app.routes if hasattr(each, "effective_route_contexts")]
    found = [route for router in routers for route in router.effective_route_contexts()]
    return [route for route in found if not route.path_format.endswith(ENDLESS)]


@pytest.fixture(scope="module")
def at_work(place: Site) -> Iterator[tuple[asyncio.Runner, Application]]:
    """One application for all roles, and its loop: to make every route ready takes a second."""
    app = create_app(place.settings)
    lifespan = app.router.lifespan_context(app)
    with asyncio.Runner() as runner:
        runner.run(lifespan.__aenter__())
        yield runner, app
        runner.run(lifespan.__aexit__(None, None, None))


@pytest.mark.parametrize("role", ROLES)
def test_no_route_holds_a_connection_over_anything_else(
    place: Site, at_work: tuple[asyncio.Runner, Application], role: str
) -> None:
    """Every route, with a body that comes in pieces, as a form and as JSON; what is found fails the test."""
    runner, app = at_work
    report, token = place.code("in_progress"), place.token(f"demo.{role}") if role else ""
    asked = 0

    async def walk() -> None:
        nonlocal asked
        resources = app.state.resources
        browser = token or "a visitor"
        cookies = {CITIZEN_COOKIE: "unknown", VISITOR_COOKIE: "a visitor"}
        cookies |= {SESSION_COOKIE: token} if token else {}
        headers = {
            "cookie": "; ".join(f"{name}={value.replace(' ', '+')}" for name, value in cookies.items()),
            CSRF_HEADER: _csrf(resources, browser.replace(" ", "+")),
            "accept": "text/html",
        }
        form = urlencode({"code": report, "text": "Một lời.", "reason": "Một lý do.", "username": "a"})
        for route in _routes(app):
            path = _path(route, report)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                if method == "GET":
                    sent = [(b"", "")]
                elif path.startswith("/api/"):
                    sent = [(b'{"text": "M"}', "application/json"), (form.encode(), FORM)]
                else:
                    sent = [(form.encode(), FORM)]
                for body, kind in sent:
                    if path.endswith(("/sessions/current", "/logout")):
                        continue
                    more = {"content-type": kind} if kind else {}
                    async with asyncio.timeout(60):
                        status = await ask(watched(app), method, path, body, headers | more)
                    assert 200 <= status < 500 or status == 503, (method, path, status)
                    asked += 1

    runner.run(walk())
    assert asked > 200
