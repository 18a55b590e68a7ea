"""Reference data is looked at once, however many requests ask for it at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.domain.city import reference
from service.domain.city.reference import Reference
from service.settings import Settings
from service.web.dependencies import Resources, reference_in_force
from service.web.limits.single_flight import SingleFlight
from tests.support.web import bare_resources

CROWD = 200
T = TypeVar("T")


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that the reference was read from the database."""
    read: list[int] = []
    load = reference.load_reference

    def counted(session: Session) -> Reference:
        read.append(1)
        return load(session)

    monkeypatch.setattr(reference, "load_reference", counted)
    return read


def test_a_crowd_shares_one_look(settings: Settings, loads: list[int]) -> None:
    async def ask(resources: Resources) -> list[Reference]:
        return await asyncio.gather(*(reference_in_force(resources) for _ in range(CROWD)))

    found = asyncio.run(_with_resources(settings, ask))
    assert len(found) == CROWD
    assert len(set(map(id, found))) == 1
    assert loads == [1]


def test_who_leaves_takes_the_look_from_nobody(settings: Settings, loads: list[int]) -> None:
    async def ask(resources: Resources) -> list[Reference | BaseException]:
        asking = [asyncio.create_task(reference_in_force(resources)) for _ in range(3)]
        await asyncio.sleep(0)
        asking[0].cancel()
        return await asyncio.gather(*asking, return_exceptions=True)

    gone, *rest = asyncio.run(_with_resources(settings, ask))
    assert isinstance(gone, asyncio.CancelledError)
    assert all(isinstance(each, Reference) for each in rest)
    assert loads == [1]


def test_a_look_that_failed_is_told_to_all_who_waited_and_not_kept(
    settings: Settings, loads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    working = reference.load_reference

    def away(session: Session) -> Reference:
        raise OperationalError("SELECT", {}, Exception("away"))

    async def ask(resources: Resources) -> tuple[list[Reference | BaseException], Reference]:
        monkeypatch.setattr(reference, "load_reference", away)
        together = (reference_in_force(resources) for _ in range(3))
        told = await asyncio.gather(*together, return_exceptions=True)
        monkeypatch.setattr(reference, "load_reference", working)
        return told, await reference_in_force(resources)

    told, later = asyncio.run(_with_resources(settings, ask))
    assert len(told) == 3
    assert all(isinstance(each, OperationalError) for each in told)
    assert isinstance(later, Reference)


def test_a_look_that_began_before_a_decision_is_joined_by_nobody_after_it() -> None:
    async def ask() -> list[str]:
        shared, there, begun = SingleFlight[str](), {"state": "old"}, asyncio.Event()

        async def look() -> str:
            state = there["state"]
            begun.set()
            await asyncio.sleep(0.01)
            return state

        early = [asyncio.create_task(shared.join(look, 0)) for _ in range(2)]
        await begun.wait()
        there["state"] = "new"
        return await asyncio.gather(*early, *(shared.join(look, 1) for _ in range(2)))

    assert asyncio.run(ask()) == ["old", "old", "new", "new"]


async def _with_resources(settings: Settings, ask: Callable[[Resources], Awaitable[T]]) -> T:
    async with bare_resources(settings) as parts:
        return await ask(parts)
