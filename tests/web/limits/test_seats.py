"""Places of streams: an address's share, a site's share, and who makes room."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from service.errors import TooMany, Unavailable
from service.settings import Settings
from service.web.limits import seats
from service.web.limits.occupancy import Ceilings
from service.web.limits.seats import Seats
from tests.support.feed_stage import STREAM, listening
from tests.support.web import running


def test_an_address_has_its_share_and_no_more() -> None:
    made = Seats(Ceilings(3, 5, 10))
    taken = [made.take("203.0.113.1") for _ in range(3)]
    with pytest.raises(TooMany) as refused:
        made.check("203.0.113.1")
    assert "Retry-After" in refused.value.headers
    made.check("203.0.113.2")
    made.leave(taken[0])
    made.leave(taken[0])
    made.check("203.0.113.1")
    assert len(made) == 2


def test_a_site_has_its_share_whatever_its_networks() -> None:
    made = Seats(Ceilings(3, 5, 100))
    for index in range(5):
        made.check(f"2001:db8:7:{index}::/64")
        made.take(f"2001:db8:7:{index}::/64")
    with pytest.raises(TooMany):
        made.check("2001:db8:7:99::/64")
    made.check("2001:db8:8:1::/64")


def test_the_oldest_stream_of_the_greediest_address_makes_room() -> None:
    made = Seats(Ceilings(5, 5, 6))
    greedy = [made.take("203.0.113.1") for _ in range(5)]
    made.take("203.0.113.2")
    made.check("203.0.113.3")
    made.take("203.0.113.3")
    assert [seat.ended.is_set() for seat in greedy] == [True, False, False, False, False]
    assert len(made) == 6


def test_where_nobody_is_greedy_a_newcomer_is_refused() -> None:
    made = Seats(Ceilings(5, 5, 3))
    for index in range(3):
        made.take(f"203.0.113.{index}")
    with pytest.raises(Unavailable):
        made.check("203.0.113.9")


def test_streams_beyond_the_share_are_refused_and_those_open_go_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "EACH", 2)
    limited = settings.model_copy(update={"rate_limits": "on", "trusted_proxies": 1})
    with running(limited) as client, listening(client), listening(client):
        answer = client.get(STREAM)
        assert answer.status_code == 429
        assert answer.headers["retry-after"]
        with client.stream("GET", STREAM, headers={"X-Forwarded-For": "203.0.113.9"}) as other:
            assert other.status_code == 200


def test_a_stream_whose_place_is_taken_ends(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "ALL", 2)
    limited = settings.model_copy(update={"rate_limits": "on", "trusted_proxies": 1})

    async def play(base: httpx.URL) -> None:
        stranger = {"X-Forwarded-For": "203.0.113.9"}
        async with (
            httpx.AsyncClient(base_url=base, timeout=10) as visitor,
            visitor.stream("GET", STREAM) as first,
            visitor.stream("GET", STREAM),
            visitor.stream("GET", STREAM, headers=stranger) as third,
            asyncio.timeout(5),
        ):
            assert third.status_code == 200
            async for _ in first.aiter_bytes():
                pass

    with running(limited) as client:
        asyncio.run(play(client.base_url))


def test_streams_asked_for_at_the_same_moment_are_counted_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "EACH", 3)
    limited = settings.model_copy(update={"rate_limits": "on"})

    async def ask(visitor: httpx.AsyncClient, all_answered: asyncio.Barrier, got: list[int]) -> None:
        async with visitor.stream("GET", STREAM) as answer:
            got.append(answer.status_code)
            await all_answered.wait()

    async def play(base: httpx.URL) -> list[int]:
        got: list[int] = []
        all_answered = asyncio.Barrier(20)
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=base, timeout=20, limits=limits) as visitor:
            async with asyncio.timeout(20):
                await asyncio.gather(*(ask(visitor, all_answered, got) for _ in range(20)))
        return got

    with running(limited) as client:
        assert sorted(asyncio.run(play(client.base_url))) == [200] * 3 + [429] * 17
