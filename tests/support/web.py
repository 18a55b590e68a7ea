"""The web application: whole and behind real HTTP, in a thread of the test process; or its parts alone."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx
import structlog
import uvicorn
from structlog.typing import Processor

from service.app import create_app, make_resources
from service.settings import Settings
from service.web.dependencies import Resources
from service.web.edge.protocol import EdgeProtocol
from tests.support.watch import watched

PLAIN: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
]
"""structlog's own default draws every local of every frame, which takes seconds an error."""


@contextmanager
def running(settings: Settings, port: int = 0) -> Iterator[httpx.Client]:
    """A client of a server with these settings, on any free port; both end with the block."""
    structlog.configure(processors=PLAIN, wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    app = watched(create_app(settings))
    config = uvicorn.Config(
        app,
        http=EdgeProtocol,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="on",
        proxy_headers=False,  # as `serve`: whom to believe is our own setting
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the application did not start"
            time.sleep(0.01)
        port = port or server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


@asynccontextmanager
async def bare_resources(settings: Settings) -> AsyncIterator[Resources]:
    """What a web process holds, without the web around it."""
    parts = make_resources(settings)
    try:
        yield parts
    finally:
        await parts.live.stop()
        await parts.redis.aclose()
        await parts.engine.dispose()
        await parts.reception.dispose()


def wait_for(ready: Callable[[], object], limit_s: float = 60) -> None:
    """Until `ready()` says something true."""
    limit = time.monotonic() + limit_s
    while not ready():
        assert time.monotonic() < limit
        time.sleep(0.02)
