"""Processes killed (SIGKILL) while numbers are read, answered for, made known and withdrawn: nothing of it
happens twice, and nothing is public that should not be.
"""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from service.db import make_engine, unit_of_work
from service.domain.city.reference import load_reference
from service.domain.number_cases import answers, withdrawals
from service.domain.number_cases.access import find_case, find_request
from service.domain.number_cases.publicity import listings
from service.domain.numbers import proposals
from service.domain.numbers.extraction import NumberReading
from service.domain.numbers.telephones import telephone
from service.domain.reports.events import SYSTEM, record
from service.models import (
    Event,
    EventType,
    Listing,
    PendingTask,
    Publication,
    Report,
    Sighting,
    Work,
    WorkEventType,
)
from tests.domain.number_cases.test_listings import drafted, go, shown, suspended_case
from tests.support.factories import found_city, make_photo, make_report
from tests.support.numbers.stage import DIGITS, NumbersStage
from tests.support.people import Cast, make_cast

pytestmark = pytest.mark.forks

OTHER = "0951234599"
QUAD = ((10.0, 10.0), (90.0, 10.0), (90.0, 30.0), (10.0, 30.0))
Act = Callable[[NumbersStage], object]


@dataclass
class Office:
    """A database that outlives its processes, and who acts in it."""

    url: str
    engine: Engine
    cast: Cast
    now: datetime

    def act(self, act: Act, engine: Engine | None = None) -> Any:
        """Do something in a transaction of its own."""
        with unit_of_work(engine or self.engine) as session:
            return act(NumbersStage(session, load_reference(session), self.now))

    def killed(self, where: ModuleType, name: str, call: int, act: Act) -> None:
        """Act in a process that is killed at that call of a function."""

        def child() -> None:
            engine = make_engine(self.url, pool=1)
            _deadly(where, name, call)
            self.act(act, engine)

        assert _ended(child) == -signal.SIGKILL, f"{name} was not called {call} times"

    def count(self, *conditions: Any) -> int:
        """How many rows there are now."""
        with unit_of_work(self.engine) as session:
            return session.scalar(select(func.count()).where(*conditions)) or 0

    def listed(self) -> list[str]:
        """What everybody reads now."""
        found: list[str] = self.act(lambda stage: shown(stage, self.cast))
        return found


def _deadly(where: ModuleType, name: str, call: int) -> None:
    real, calls = getattr(where, name), iter(range(1, 1000))

    def mortal(*given: Any, **named: Any) -> Any:
        if next(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)

    setattr(where, name, mortal)


def _ended(child: Callable[[], None]) -> int:
    """The exit status of a child of this process."""
    pid = os.fork()
    if pid == 0:
        try:
            child()
            os._exit(0)
        except BaseException:
            os._exit(9)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.fixture
def office(worker_settings: dict[str, str], clean_engine: Engine) -> Office:
    with unit_of_work(clean_engine) as session:
        reference = found_city(session)
        cast, now = make_cast(session, reference), NumbersStage(session, reference).now
    return Office(worker_settings["HIENTRUONG_DATABASE_URL"], clean_engine, cast, now)


class Shelf:
    """A store that goes with a fork: the real one has threads, which stay behind."""

    def get(self, key: str) -> bytes:
        return key.encode()


@pytest.fixture
def reader(office: Office, monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, str]:
    """The worker that reads, and the event of a photo with two numbers that was handed to it."""
    module = importlib.import_module("workers.reading")
    numbers = [number for digits in (DIGITS, OTHER) if (number := telephone(digits))]
    found = [NumberReading(number, QUAD, number.digits, 0.97) for number in numbers]
    monkeypatch.setattr(module, "storage", Shelf)
    monkeypatch.setattr(module, "engine", lambda: office.engine)
    monkeypatch.setattr(module, "worker_reference", load_reference)
    monkeypatch.setattr(module, "now", lambda: office.now)
    # What the models say is told elsewhere; here it matters what becomes of it.
    monkeypatch.setattr(module, "can_read", lambda: True)
    monkeypatch.setattr(module, "_look", lambda *_: (found, (100, 50), 0.1))
    monkeypatch.setattr(proposals, "reads_numbers", lambda *_: True)
    with unit_of_work(office.engine) as session:
        report = make_report(session, load_reference(session), "in_progress", category="illegal_ad")
        photo = make_photo(session, report, "report")
        report = session.get_one(Report, report.id)
        photo_ready = EventType.PHOTO_READY
        told = record(session, report, photo_ready, actor=SYSTEM, at=office.now, data={"photo": str(photo)})
        session.flush()
        event = str(told.id)
        session.add(PendingTask(consumer="reading", subject=event, at=office.now - timedelta(minutes=5)))
    return module, event


@pytest.mark.parametrize(
    ("name", "place", "call"),
    [
        ("_look", "workers.reading", 1),
        ("propose_readings", "workers.reading", 1),
        ("_put", "service.domain.numbers.proposals", 1),
        ("_put", "service.domain.numbers.proposals", 2),
        ("give_receipt", "workers.reading", 1),
    ],
)
def test_a_reader_killed_anywhere_leaves_each_number_once(
    office: Office, reader: tuple[ModuleType, str], name: str, place: str, call: int
) -> None:
    module, event = reader

    def child() -> None:
        engine = make_engine(office.url, pool=1)
        module.engine = lambda: engine  # type: ignore[attr-defined]
        _deadly(importlib.import_module(place), name, call)
        module.read([event])

    assert _ended(child) == -signal.SIGKILL
    before = office.count(Sighting.id.is_not(None))
    assert before == (2 if name == "give_receipt" else 0), "all of a photo's numbers or none"
    assert office.count(PendingTask.consumer == "reading") == 1, "what has no receipt is taken up again"
    assert [module.sweep(), module.sweep()] == [1, 0]
    module.read([event])
    assert office.count(Sighting.id.is_not(None)) == 2
    assert office.count(Sighting.state == "proposed") == 2
    assert office.count(PendingTask.consumer == "reading") == 0


@pytest.mark.parametrize(("name", "call"), [("_keep", 2), ("_follow", 2), ("settle_request", 1)])
def test_an_answer_killed_in_the_middle_is_given_once(office: Office, name: str, call: int) -> None:
    def ask(stage: NumbersStage) -> str:
        for digits in (DIGITS, OTHER):
            stage.verified(office.cast.triage, digits)
        drafted_ = stage.request(office.cast.department, [DIGITS, OTHER])
        return stage.send(office.cast.department, drafted_).work.code

    code, asker = str(office.act(ask)), office.cast.executor

    def answer(stage: NumbersStage) -> str:
        found = find_request(stage.session, asker.actor, code)
        items = [{"number": each, "answer": "ported", "ported_to": "sanitation"} for each in (DIGITS, OTHER)]
        return str(stage.answer(asker, found, *items).work.status)

    office.killed(answers, name, call, answer)
    assert office.count(Work.parent_id.is_not(None)) == 0
    assert office.count(Event.type == WorkEventType.REQUEST_ANSWERED) == 0
    assert [office.act(answer) for _ in range(2)] == ["answered", "answered"]
    assert office.count(Work.parent_id.is_not(None)) == 1
    assert office.count(Event.type == WorkEventType.REQUEST_ANSWERED) == 1


def listed(office: Office, *, publish: bool = True) -> tuple[UUID, list[str]]:
    """A list of two numbers, and the codes of their cases."""

    def make(stage: NumbersStage) -> tuple[UUID, list[str]]:
        cases = [suspended_case(stage, office.cast, digits) for digits in (DIGITS, OTHER)]
        list_ = drafted(stage, office.cast.department, *cases)
        if publish:
            go(stage, office.cast.manager, list_)
        return list_.id, [each.work.code for each in cases]

    made: tuple[UUID, list[str]] = office.act(make)
    return made


@pytest.mark.parametrize("call", [1, 2])
def test_a_list_killed_while_it_is_made_known_is_public_whole_or_not_at_all(
    office: Office, call: int
) -> None:
    id_, _ = listed(office, publish=False)

    def publish(stage: NumbersStage) -> object:
        return go(stage, office.cast.manager, stage.session.get_one(Publication, id_))

    office.killed(listings, "record_work", call, publish)
    assert office.listed() == []
    assert office.count(Listing.published_on.is_not(None)) == 0
    for _ in range(2):
        office.act(publish)
    assert len(office.listed()) == 2
    assert office.count(Event.type == WorkEventType.NUMBER_LISTED) == 2


@pytest.mark.parametrize("how", ["complied", "withdrawn", "new_owner"])
def test_a_number_is_off_the_list_with_the_step_that_a_killed_process_did_not_take(
    office: Office, how: str
) -> None:
    id_, codes = listed(office)
    gone = 2 if how == "withdrawn" else 1

    def asked(stage: NumbersStage) -> str:
        drafted_ = stage.request(office.cast.department, [DIGITS], "suspend")
        return stage.send(office.cast.department, drafted_).work.code

    request = str(office.act(asked)) if how == "new_owner" else ""

    def take(stage: NumbersStage) -> object:
        if how == "withdrawn":
            return go(stage, office.cast.department, stage.session.get_one(Publication, id_), "withdrawn")
        if how == "new_owner":
            found = find_request(stage.session, office.cast.executor.actor, request)
            said = {"number": DIGITS, "answer": "new_owner"}
            return stage.answer(office.cast.executor, found, said)
        case = find_case(stage.session, office.cast.department.actor, codes[0])
        if case.work.status == "complied":  # sent again: it is so already
            return case
        return stage.go(office.cast.department, case, "complied", remedy="Đã gỡ", removed=True)

    office.killed(withdrawals, "record_work", 1, take)
    assert len(office.listed()) == 2, "the step did not happen: what is public is still true"
    assert office.count(Work.status == "complied") == 0
    for _ in range(2):
        office.act(take)
    assert len(office.listed()) == 2 - gone
    assert office.count(Event.type == WorkEventType.NUMBER_UNLISTED) == gone


def test_a_worker_killed_while_lists_end_shows_none_of_them(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(office)
    office.now += timedelta(days=91)
    module = importlib.import_module("workers.numbers")
    monkeypatch.setattr(module, "now", lambda: office.now)
    monkeypatch.setattr(module, "engine", lambda: office.engine)

    def child() -> None:
        engine = make_engine(office.url, pool=1)
        module.engine = lambda: engine  # type: ignore[attr-defined]
        _deadly(withdrawals, "record_work", 2)
        module.expire()

    assert _ended(child) == -signal.SIGKILL
    assert office.count(Listing.withdrawn_at.is_not(None)) == 0
    assert office.listed() == [], "their last day has passed, whether the worker lives or not"
    assert [module.expire() for _ in range(2)] == [2, 0]
    assert office.count(Event.type == WorkEventType.NUMBER_UNLISTED) == 2
