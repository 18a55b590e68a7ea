"""A request is answered by the same route whether the index is asked or every route."""

from __future__ import annotations

import asyncio
import re
from functools import cache

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.routing import iter_route_contexts
from httpx import ASGITransport, AsyncClient
from httpx import Response as Answer
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from service.app import create_app
from service.settings import Settings
from service.web.edge.route_index import RouteIndex, index_key

NOWHERE = Settings(
    database_url="postgresql://nobody@127.0.0.1:1/none",
    redis_url="redis://127.0.0.1:1/0",
    media_url="file:///nonexistent",
    secret_key="index-of-routes-" * 4,
)
APP = create_app(NOWHERE)
INDEX = APP.route_index
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
WORDS = ("x", "1", "HUE-7", "a.csv")


@cache
def _paths() -> list[str]:
    """Every pattern of an address; reckoned where they are wanted, for it takes a second."""
    return sorted({context.path or "/" for context in iter_route_contexts(APP.router.routes)})


def _found(routes: list[BaseRoute], path: str, method: str) -> tuple[Match, object]:
    scope: Scope = {"type": "http", "path": path, "method": method, "root_path": "", "headers": []}
    held: list[tuple[Match, object]] = [(route.matches(scope)[0], route) for route in routes]
    full = [each for each in held if each[0] is Match.FULL]
    partial = [each for each in held if each[0] is Match.PARTIAL]
    return (full or partial or [(Match.NONE, None)])[0]


@given(
    st.deferred(lambda: st.sampled_from(_paths())),
    st.sampled_from(METHODS),
    st.sampled_from(WORDS),
    st.booleans(),
)
def test_every_address_finds_by_the_index_what_it_finds_among_all(
    pattern: str, method: str, word: str, ends_in_slash: bool
) -> None:
    path = re.sub(r"\{[^}]+\}", word, pattern) + ("/" if ends_in_slash else "")
    assert _found(list(INDEX.routes_of(path)), path, method) == _found(APP.router.routes, path, method)


def test_the_index_leaves_a_small_part_of_the_routes() -> None:
    assert len(INDEX.routes_of("/queue")) < len(APP.router.routes) / 5
    assert index_key("/api/v1/works/W-1/photos") == "/api/v1/works"
    assert index_key("/") == "/"
    assert index_key("/api/v1") == "/api"


def test_routes_added_later_and_those_that_begin_with_a_parameter_are_found_everywhere() -> None:
    async def tell_path(request: Request) -> Response:
        return PlainTextResponse(request.url.path)

    router, free = APIRouter(), APIRouter()
    index = RouteIndex(router)
    free.add_route("/{name}.txt", tell_path)
    router.include_router(free)
    index.add(router.routes[-1], ["/{name}.txt"])
    assert len(index.routes_of("/any")) == 1
    router.add_route("/later/{name}", tell_path)
    assert len(index.routes_of("/any")) == 2

    async def ask(path: str) -> Answer:
        async with AsyncClient(transport=ASGITransport(app=index), base_url="http://any") as client:
            return await client.get(path)

    for path in ("/robots.txt", "/later/on"):
        assert asyncio.run(ask(path)).text == path
    assert asyncio.run(ask("/nowhere")).status_code == 404
