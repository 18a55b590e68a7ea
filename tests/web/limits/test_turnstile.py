"""A crowd begins a few at a time, so that who comes for something else waits for a few and not for all."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import SimpleNamespace

import pytest
from starlette.types import Message, Receive, Scope, Send

from service.errors import Unavailable
from service.web.edge.middleware import RECEPTION, EdgeMiddleware
from service.web.limits.turnstile import Turnstile

CROWD, AT_ONCE = 200, 2


def test_a_few_begin_at_each_pass_of_the_loop_in_the_order_they_came() -> None:
    async def play() -> None:
        turnstile, begun = Turnstile(AT_ONCE), list[int]()

        async def come(number: int) -> None:
            await turnstile.enter()
            begun.append(number)

        crowd = [asyncio.create_task(come(number)) for number in range(CROWD)]
        most = before = 0
        while len(begun) < CROWD:
            await asyncio.sleep(0)
            most, before = max(most, len(begun) - before), len(begun)
        await asyncio.gather(*crowd)
        assert begun == list(range(CROWD))
        assert most <= 2 * AT_ONCE  # a pass that ends and the next one may fall between two looks
        assert not turnstile.waiting

    asyncio.run(play())


def test_who_comes_alone_waits_for_nobody() -> None:
    async def play() -> None:
        turnstile = Turnstile(1)
        for _ in range(3):
            entering = turnstile.enter()
            with pytest.raises(StopIteration):
                entering.send(None)  # without giving the loop away once
            await asyncio.sleep(0.01)

    asyncio.run(play())


def test_beyond_what_may_wait_one_is_told_at_once() -> None:
    async def play() -> None:
        turnstile = Turnstile(1, most=2)
        crowd = [asyncio.create_task(turnstile.enter()) for _ in range(4)]
        told = await asyncio.gather(*crowd, return_exceptions=True)
        [refused] = [error for error in told if error is not None]
        assert isinstance(refused, Unavailable)
        assert int(refused.headers["Retry-After"]) > 0

    asyncio.run(play())


def test_who_gave_up_waiting_takes_nobodys_turn() -> None:
    async def play() -> None:
        turnstile = Turnstile(1)
        first, gone, last = (asyncio.create_task(turnstile.enter()) for _ in range(3))
        await first
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone
        await asyncio.wait_for(last, 10)

    asyncio.run(play())


def test_a_loop_that_ended_with_a_crowd_at_the_door_leaves_it_open_for_the_next() -> None:
    turnstile = Turnstile(1)

    async def crowd() -> None:
        for _ in range(5):
            asyncio.get_running_loop().create_task(turnstile.enter())
        await asyncio.sleep(0)

    asyncio.run(crowd())
    asyncio.run(asyncio.wait_for(turnstile.enter(), 10))


@pytest.mark.parametrize(("method", "path"), sorted(RECEPTION))
def test_a_report_does_not_stand_behind_a_crowd_that_asks_for_something_else(method: str, path: str) -> None:
    begun: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        begun.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        pass

    def asked(method: str, path: str) -> Scope:
        alone = SimpleNamespace(state=SimpleNamespace())
        return {
            "type": "http",
            "method": method,
            "path": path,
            "headers": [],
            "query_string": b"",
            "app": alone,
        }

    async def play() -> None:
        edge = EdgeMiddleware(app)
        crowd = [asked("GET", "/api/v1/feed/stream")] * CROWD
        requests = [edge(scope, receive, send) for scope in [*crowd, asked(method, path)]]
        await asyncio.gather(*requests)

    asyncio.run(play())
    assert len(begun) == CROWD + 1
    assert begun.index(path) < CROWD / 10
