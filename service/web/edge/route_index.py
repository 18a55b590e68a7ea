"""Routes by the first part of their address, so that a request is held against a few of them and not all.

The framework walks its routes one after the other, and nearly a thousand patterns cost 1 to 3 ms of every
request; it also makes the included ones ready at the first request that passes them, which took a second.
Both are paid here for the part of the address alone that is asked for.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence

from fastapi import APIRouter
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

_API = "/api/v1/"


def index_key(path: str) -> str:
    """Return the start of an address its routes are kept under, as `/queue` of `/queue/late`."""
    start = len(_API) if path.startswith(_API) else 1
    return path[:start] + path[start:].split("/", 1)[0]


class RouteIndex:
    """The router of an application, asked with the routes alone that the first part of an address may mean.

    The order of the routes stays. Routes added by other ways than `add`, and those whose first part holds a
    parameter, stand under every one.
    """

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._known: dict[int, frozenset[str]] = {}
        self._parts: dict[str, APIRouter] = {}
        self._counted = -1

    def add(self, route: BaseRoute, paths: Iterable[str]) -> None:
        """Say which addresses a route, or all that it includes, answers."""
        keys = frozenset(index_key(path) for path in paths)
        if not any("{" in key for key in keys):
            self._known[id(route)] = keys

    def routes_of(self, path: str) -> Sequence[BaseRoute]:
        """Return the routes that may answer an address, in their order."""
        return self._part(path).routes

    def _part(self, path: str) -> APIRouter:
        if self._counted != len(self._router.routes):
            self._sort()
        return self._parts.get(index_key(path), self._parts[""])

    def _sort(self) -> None:
        everywhere = [route for route in self._router.routes if id(route) not in self._known]
        index = {"": everywhere}
        for key in set().union(*self._known.values()):
            known = ((each, self._known.get(id(each))) for each in self._router.routes)
            index[key] = [each for each, keys in known if keys is None or key in keys]
        self._parts = {key: self._narrowed(routes) for key, routes in index.items()}
        self._counted = len(self._router.routes)

    def _narrowed(self, routes: list[BaseRoute]) -> APIRouter:
        narrowed = copy.copy(self._router)
        narrowed.routes = routes
        return narrowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the routes its address may mean; the process's life is the whole router's."""
        # The addresses of routes are made from all of them, whichever is asked.
        scope.setdefault("router", self._router)
        whole = scope["type"] == "lifespan" or scope.get("root_path")
        await (self._router if whole else self._part(scope["path"])).app(scope, receive, send)
