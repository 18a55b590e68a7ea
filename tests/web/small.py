"""A small application behind the edge and real HTTP: routes that take JSON, a form, files and nothing."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import SecretStr

from service.app import Application
from service.domain.city.reference import ReferenceCache
from service.errors import Forbidden
from service.settings import Settings
from service.web import failures
from service.web.edge.protocol import EdgeProtocol
from service.web.forms import read_form


def edge_settings(**changes: object) -> Settings:
    """Settings of an installation that has nothing behind its edge."""
    told = {
        "database_url": "postgresql://nobody@/none?host=/nowhere",
        "redis_url": "unix:///nowhere/redis.sock",
        "media_url": "file:///nowhere",
        "secret_key": SecretStr("k" * 40),
        **changes,
    }
    return Settings.model_validate(told)


def small_app(settings: Settings) -> FastAPI:
    """Three ways to take a body, as the service's own routes do."""
    app = Application()
    failures.install_handlers(app)
    app.state.resources = SimpleNamespace(settings=settings, reference=ReferenceCache())

    @app.get("/thing")
    async def look() -> Response:
        return PlainTextResponse("there")

    @app.post("/thing")
    async def take(sent: dict[str, str]) -> Response:
        return PlainTextResponse(f"{len(sent)}")

    @app.delete("/thing/{token}")
    async def drop(token: str) -> Response:
        raise RuntimeError(token[:0] or "broken")

    @app.post("/form")
    async def form(request: Request) -> Response:
        return PlainTextResponse(f"{len(await read_form(request))}")

    @app.post("/form/refused")
    async def refused(request: Request) -> Response:
        await read_form(request)
        raise Forbidden("Không được phép")

    return app


@dataclass
class Server:
    """Where the application listens."""

    port: int

    def ask(self, raw: bytes, *, patience_s: float = 10, source: str = "127.0.0.1") -> bytes:
        """Everything that is answered to these bytes until the server closes."""
        with self.open(raw, source=source) as connection:
            return read_all(connection, patience_s)

    def open(self, raw: bytes, *, source: str = "127.0.0.1") -> socket.socket:
        """A connection on which these bytes were sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), source_address=(source, 0))
        connection.sendall(raw)
        return connection


def read_all(connection: socket.socket, patience_s: float = 10) -> bytes:
    """What comes until the server closes; a reset ends it too."""
    connection.settimeout(patience_s)
    answer = b""
    try:
        while part := connection.recv(65536):
            answer += part
    except ConnectionResetError:
        pass
    return answer


@contextmanager
def serving(app: FastAPI) -> Iterator[Server]:
    """The application on any free port, as `hientruong serve` runs it."""
    config = uvicorn.Config(
        app, http=EdgeProtocol, port=0, log_config=None, access_log=False, proxy_headers=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield Server(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
