"""Methods of HTTP: HEAD wherever there is GET, and an `Allow` that names everything a path takes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.routing import BaseRoute, Match
from starlette.types import Message, Scope, Send

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def as_get(scope: Scope) -> Scope:
    """Return the scope of the GET that a HEAD asks about. A copy: the server itself must still know of the
    HEAD.
    """
    return {**scope, "method": "GET"}


def with_single_slashes(scope: Scope) -> Scope:
    """Return the scope without doubled slashes below `/open311/`, where clients join addresses by one too
    many.
    """
    path = scope["path"]
    if not path.startswith("/open311/") or "//" not in path:
        return scope
    return {**scope, "path": re.sub("/+", "/", path)}


def without_body(send: Send) -> Send:
    """Wrap `send` so that only the head of an answer goes out, as HEAD wants it."""

    async def sending(message: Message) -> None:
        if message["type"] != "http.response.start":
            return
        await send(message)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return sending


def allowed_methods(scope: Scope) -> str:
    """Return every method that some route of this path takes, as `Allow` says it.

    The framework names those of the first route alone, but one path may have a route for each method.
    """
    around = scope["app"].route_index.routes_of(scope["path"])
    routes = [each for each in around if each.matches(scope)[0] is not Match.NONE]
    found = [method for method in _METHODS if _is_taken(routes, {**scope, "method": method})]
    if "GET" in found:
        found.insert(1, "HEAD")
    return ", ".join(found)


def _is_taken(routes: Sequence[BaseRoute], filters: Scope) -> bool:
    return any(route.matches(filters)[0] is Match.FULL for route in routes)
