"""The web application: its resources, its layers, its routes."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from redis.asyncio import Redis
from starlette.types import ASGIApp

from service.api.ops.descriptions import ABOUT, CONTACT, LICENCE, SUMMARY
from service.api.ops.openapi import complete
from service.api.routes import mount_api
from service.basemap.tiles import BasemapTiles
from service.db import make_async_engine
from service.domain.city.reference import ReferenceCache
from service.domain.rules.rulebook import RulebookCache
from service.i18n import follow_catalogues
from service.oidc.provider import make_provider
from service.ops.telemetry import configure
from service.ops.wake import Waker
from service.pages.routes import mount_pages
from service.settings import Settings, get_settings
from service.storage import Storage
from service.web import failures
from service.web.cursors import Cursors
from service.web.dependencies import Resources
from service.web.edge.middleware import EdgeMiddleware
from service.web.edge.route_index import RouteIndex
from service.web.intake import Intake
from service.web.live import Live
from service.web.streaming import on_signals

MOST_JSON = 256 * 1024
"""Bytes a request body may have; a route that takes files says so itself."""


def make_resources(settings: Settings) -> Resources:
    """Return the resources of one web process; nothing is connected yet."""
    engine = make_async_engine(settings.sqlalchemy_url, pool=settings.database_pool)
    # Whatever holds the connections above: reports are taken by connections of their own.
    reception = make_async_engine(settings.sqlalchemy_url, pool=settings.reception_connections, overflow=0)
    redis = Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2)
    waker, reference, storage = Waker(redis), ReferenceCache(), Storage(settings.media_url)
    return Resources(
        settings=settings,
        engine=engine,
        reception=reception,
        redis=redis,
        storage=storage,
        reference=reference,
        rulebook=RulebookCache(),
        intake=Intake(reception, on_stored=waker.wake),
        waker=waker,
        live=Live(
            engine,
            redis,
            reference,
            cursor_of=Cursors(settings.secret).seal_position,
            public_url=settings.public_url,
        ),
        basemap_tiles=BasemapTiles(storage),
        oidc=make_provider(settings),
    )


class Application(FastAPI):
    """FastAPI with the edge around all of it, also around the framework's own limits and error answers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.route_index = self.router.middleware_stack = RouteIndex(self.router)

    def include_router(self, router: APIRouter, *args: Any, prefix: str = "", **options: Any) -> None:
        """Add a part's routes, known by the first part of their addresses."""
        super().include_router(router, *args, prefix=prefix, **options)
        paths = [prefix + getattr(route, "path", "/{any}") for route in router.routes]
        self.route_index.add(self.router.routes[-1], paths)

    def build_middleware_stack(self) -> ASGIApp:
        """Return the layers, the edge outermost."""
        return EdgeMiddleware(super().build_middleware_stack())

    def openapi(self) -> dict[str, Any]:
        """Return the description of the whole API, made once."""
        if self.openapi_schema is None:
            return complete(super().openapi())
        return self.openapi_schema


def create_app(settings: Settings) -> Application:
    """Return the application for these settings; connections are made when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        resources = app.state.resources = make_resources(settings)
        on_signals(resources.live.close)
        if settings.follow_sources:
            soon = asyncio.get_running_loop().call_soon_threadsafe
            follow_catalogues(partial(soon, resources.forget_answers))
        # What is alive now lives as long as the process: the collector need not walk it again. To look for
        # garbage first takes 0.5 s and finds less than a megabyte.
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        yield
        await resources.live.stop()
        await resources.intake.close()
        await resources.waker.close()
        if resources.oidc is not None:
            await resources.oidc.close()
        await resources.redis.aclose()
        await resources.engine.dispose()
        await resources.reception.dispose()

    app = Application(
        title="Hiện Trường",
        version="1",
        summary=SUMMARY,
        description=ABOUT,
        license_info=LICENCE,
        contact={**CONTACT, "url": f"{settings.public_url.rstrip('/')}/help/api"},
        servers=[{"url": settings.public_url.rstrip("/")}],
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        max_body_size=MOST_JSON,
        # Metrics and logs are our own; the framework's would copy what people typed into them.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    failures.install_handlers(app)
    mount_api(app)
    mount_pages(app, demo=settings.demo)
    return app


def make_app() -> FastAPI:
    """Return the application of this process, for an ASGI server's factory option."""
    settings = get_settings()
    configure(settings.log_format, settings.log_level, "api")
    return create_app(settings)
