"""Finds database connections that are held over something slow: a layer around the application under test.

While a request's own task holds a connection it may wait for PostgreSQL and for nothing else: no body, no
hash in a thread, no sleep, no Redis, no network, no other task, no second connection, no slow reader of the
answer. Nothing is listed that is looked for: whatever suspends the task otherwise is found.
"""

from __future__ import annotations

import asyncio
import gc
import types
from collections import defaultdict
from collections.abc import Awaitable, Generator, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.pool import Pool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = Path(__file__).resolve().parents[2]

found: list[str] = []
"""What was found since the last test, a line each."""


@dataclass(eq=False)
class _Request:
    """One request: the connections that its tasks hold, each by itself; whether its own asks PostgreSQL."""

    scope: Scope
    task: object = field(default_factory=asyncio.current_task)
    held: dict[object, set[int]] = field(default_factory=lambda: defaultdict(set))
    asking: int = 0

    @property
    def holds(self) -> bool:
        """Whether the task that runs now holds a connection."""
        return bool(self.held[asyncio.current_task()])

    def tell(self, what: str, where: str) -> None:
        pattern = getattr(self.scope.get("route"), "path", self.scope["path"])
        found.append(f"{self.scope['method']} {pattern}: {what} while a connection is held, at {where}")


_request: ContextVar[_Request | None] = ContextVar("watched request", default=None)


def watched(app: ASGIApp) -> ASGIApp:
    """The application with the watch around it."""
    _listen()

    async def watching(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        request = _Request(scope)
        token = _request.set(request)
        whole = False

        async def receiving() -> Message:
            nonlocal whole
            if request.holds and not whole:
                request.tell("the body is read", "receive()")
            message = await receive()
            whole = whole or message["type"] != "http.request" or not message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            if request.holds:
                request.tell("the answer is sent", "send()")
            await send(message)

        try:
            await _Stepped(app(scope, receiving, sending), request)
        finally:
            _request.reset(token)

    return watching


class _Stepped:
    """An awaitable that looks, each time the coroutine inside it is suspended, what for."""

    def __init__(self, coroutine: Awaitable[None], request: _Request) -> None:
        self._inner: Any = coroutine
        self._request = request

    def __await__(self) -> Generator[Any, Any, None]:
        act, given = self._inner.send, None
        while True:
            try:
                waits_for = act(given)
            except StopIteration:
                return
            if self._request.holds and not self._request.asking:
                self._request.tell("something else is waited for", _place(self._inner))
            try:
                act, given = self._inner.send, (yield waits_for)
            except BaseException as error:
                act, given = self._inner.throw, error


def _place(awaitable: Any) -> str:
    """The innermost line of ours that waits, and what it waits in."""
    ours, last = "?", "?"
    for frame in _frames(awaitable):
        path = Path(frame.f_code.co_filename)
        last = f"{path.name}:{frame.f_lineno} {frame.f_code.co_qualname}"
        if path != Path(__file__) and any(path.is_relative_to(ROOT / room) for room in ("service", "tests")):
            ours = f"{path.relative_to(ROOT)}:{frame.f_lineno} {frame.f_code.co_qualname}"
    return f"{ours} (in {last})"


def _frames(awaitable: Any) -> Iterator[types.FrameType]:
    while awaitable is not None:
        for kind in ("cr", "gi", "ag"):
            if frame := getattr(awaitable, f"{kind}_frame", None):
                yield frame
                then = {"cr": "cr_await", "gi": "gi_yieldfrom", "ag": "ag_await"}[kind]
                awaitable = getattr(awaitable, then)
                break
        else:  # one step of an asynchronous generator tells nobody whose it is
            inside = [
                each for each in gc.get_referents(awaitable) if isinstance(each, types.AsyncGeneratorType)
            ]
            awaitable = inside[0] if inside else None


def _is_generator(each: object) -> bool:
    return isinstance(each, types.AsyncGeneratorType)


def _own() -> _Request | None:
    """The request that runs in this very task: tasks it has started are not it."""
    request = _request.get()
    return request if request and request.task is _task() else None


def _task() -> object:
    try:
        return asyncio.current_task()
    except RuntimeError:  # no event loop here
        return None


_listening = False


def _listen() -> None:
    global _listening
    if _listening:
        return
    _listening = True
    holders: dict[int, set[int]] = {}

    def taken(_connection: Any, record: Any, _proxy: Any) -> None:
        request, task = _request.get(), _task()
        if request is None or task is None:
            return
        if request.holds:
            request.tell("a second one is taken", "the pool")
        holders[id(record)] = request.held[task]
        holders[id(record)].add(id(record))

    def given_back(_connection: Any, record: Any) -> None:
        holders.pop(id(record), set()).discard(id(record))

    event.listen(Pool, "checkout", taken)
    event.listen(Pool, "checkin", given_back)
    wait = psycopg.AsyncConnection.wait

    async def asking(self: Any, *given: Any, **named: Any) -> Any:
        request = _own()
        if request is None:
            return await wait(self, *given, **named)
        request.asking += 1
        try:
            return await wait(self, *given, **named)
        finally:
            request.asking -= 1

    psycopg.AsyncConnection.wait = asking  # type: ignore[method-assign]
