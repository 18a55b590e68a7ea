"""A worker of notices on a database of its own, with events written as the domain writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert

from service.db import unit_of_work
from service.domain.city.reference import Reference, ReferenceCache
from service.domain.reports.events import Actor, record
from service.domain.reports.reports import ContactDraft
from service.models import Event, EventType, Message, PendingTask, Report
from service.models.reports.event import ActorKind
from service.sending.envelope import Envelope, Sender, SendFailed
from tests.support.factories import found_city, make_report
from tests.support.small_city import NOON

STAFF = Actor(ActorKind.STAFF)
LAN = ContactDraft("Lan", "+84905123456", "Lan@example.org")


class Died(BaseException):
    """What a killed process leaves behind: nothing runs after it."""


@dataclass
class Box:
    """A sender that keeps what it is given; `fail` is raised instead, `die` before the next sending."""

    got: list[Envelope] = field(default_factory=list)
    fail: SendFailed | None = None
    die: bool = False

    def send(self, envelope: Envelope) -> None:
        if self.die:
            self.die = False
            raise Died
        if self.fail:
            raise self.fail
        self.got.append(envelope)


@dataclass
class Post:
    """The worker's module with its senders and its clock in our hands."""

    engine: Engine
    module: ModuleType
    sending: ModuleType
    reference: Reference
    boxes: dict[str, Box]
    now: datetime = NOON

    def report(
        self, status: str = "in_progress", *, contact: ContactDraft | None = LAN, **columns: Any
    ) -> UUID:
        with unit_of_work(self.engine) as session:
            return make_report(session, self.reference, status, contact=contact, **columns).id

    def event(self, report_id: UUID, type: EventType, *, actor: Actor = STAFF, **told: Any) -> str:  # noqa: A002
        """An event of the report as it is now; its id as the relay hands it on."""
        at = told.pop("at", self.now)
        with unit_of_work(self.engine) as session:
            report = session.get_one(Report, report_id)
            event = record(session, report, type, actor=actor, at=at, **told)
            session.flush()
            return str(event.id)

    def tell(self, *events: str) -> None:
        """The task, as the relay hands it out; what it wakes is done at once, on every channel."""
        with unit_of_work(self.engine) as session:
            notes = [{"consumer": self.module.CONSUMER, "subject": each, "at": self.now} for each in events]
            session.execute(insert(PendingTask).on_conflict_do_nothing(), notes)
        self.module.tell(list(events))

    def send(self) -> int:
        """What the schedule has sent, channel after channel; how many went."""
        return sum(self.sending.send_due(channel) for channel in self.sending.senders())

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)

    def messages(self) -> list[Message]:
        with unit_of_work(self.engine) as session:
            return list(session.scalars(select(Message).order_by(Message.channel, Message.recipient)))

    def event_of(self, event_id: str) -> Event:
        with unit_of_work(self.engine) as session:
            return session.get_one(Event, int(event_id))

    @property
    def mail(self) -> list[Envelope]:
        return self.boxes["email"].got


def make_post(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, senders: Mapping[str, Sender] | None = None
) -> Post:
    """Everything but a broker; the settings must be in the environment."""
    # Their settings are read when they are imported.
    import workers.notices as module
    import workers.sending as sending

    with unit_of_work(engine) as session:
        reference = found_city(session)
    boxes = {name: Box() for name in ("email", "push", "sms")}
    post = Post(engine, module, sending, reference, boxes)
    for each in (module, sending):
        monkeypatch.setattr(each, "engine", lambda: engine)
        monkeypatch.setattr(each, "now", lambda: post.now)
    monkeypatch.setattr(sending, "senders", lambda: senders if senders is not None else boxes)
    monkeypatch.setattr(sending, "_reference", ReferenceCache())
    monkeypatch.setattr(module, "wake_senders", post.send)
    return post
