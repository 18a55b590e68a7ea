"""The worker of webhooks at work on a small city, its clock in our hands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine, select

from service.db import unit_of_work
from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.relay import advance, create_batches, give_positions
from service.domain.reports.events import record
from service.domain.webhooks import register
from service.domain.webhooks.claims import MessageContext
from service.domain.webhooks.register import WebhookRequest
from service.models import EventType, PendingTask, Report, Webhook, WebhookAttempt, WebhookDelivery
from service.models.ops.webhook import DeliveryState
from service.network.outbound import OutboundRules
from service.sending.receivers import Receivers
from service.settings import get_settings
from service.web.cursors import Cursors
from tests.support.factories import found_city, make_report
from tests.support.notice_stage import STAFF
from tests.support.people import Cast, make_cast

CLOSED = ["report.closed", "report.hidden"]


@dataclass
class Stage:
    """The worker's module, its clock in our hands."""

    engine: Engine
    module: ModuleType
    reference: Reference
    cast: Cast
    now: datetime

    @property
    def stamp(self) -> EditStamp:
        return EditStamp(self.cast.administrator.account.id, "A", self.now)

    def webhook(self, url: str, **filters: list[str]) -> tuple[int, str]:
        request = WebhookRequest(name="X", url=url, **{"types": CLOSED, **filters})
        rules, key = OutboundRules(loopback=True), get_settings().secret
        with unit_of_work(self.engine) as session:
            row, secret = register.add_webhook(session, self.reference, self.stamp, key, rules, request)
            return row.id, secret

    def happen(self, number: int = 1, type: EventType = EventType.CLOSED, **columns: Any) -> list[Report]:  # noqa: A002
        """Events, and what the relay does with them but for the task."""
        with unit_of_work(self.engine) as session:
            reports = [make_report(session, self.reference, "closed", **columns) for _ in range(number)]
            for report in reports:
                record(session, report, type, actor=STAFF, at=self.now)
        self.relay()
        return reports

    def relay(self) -> None:
        with unit_of_work(self.engine) as session:
            give_positions(session)
            for each in create_batches(session, self.now):
                advance(session, each.consumer.name, each.position)

    def deliver(self, **later: float) -> int:
        self.now += timedelta(**later)
        taken: int = self.module.deliver()
        return taken

    def states(self, webhook_id: int) -> list[DeliveryState]:
        with unit_of_work(self.engine) as session:
            found = select(WebhookDelivery.state).where(WebhookDelivery.webhook_id == webhook_id)
            return list(session.scalars(found.order_by(WebhookDelivery.event_id)))

    @property
    def context(self) -> MessageContext:
        return MessageContext(
            get_settings().secret, Cursors(get_settings().secret).seal_position, "https://x.example"
        )

    def row(self, webhook_id: int) -> Webhook:
        with unit_of_work(self.engine) as session:
            return session.get_one(Webhook, webhook_id)

    def tries(self) -> list[WebhookAttempt]:
        with unit_of_work(self.engine) as session:
            return list(session.scalars(select(WebhookAttempt).order_by(WebhookAttempt.id)))


@pytest.fixture
def stage(worker_settings: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Stage:
    import workers.webhooks as module  # its settings are read when it is imported

    with unit_of_work(clean_engine) as session:
        reference = found_city(session)
        cast = make_cast(session, reference)
    made = Stage(clean_engine, module, reference, cast, datetime.now(UTC))
    made.relay()
    with unit_of_work(clean_engine) as session:
        session.query(PendingTask).delete()
    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr(module, "now", lambda: made.now)
    monkeypatch.setattr(module, "worker_reference", lambda _: reference)
    monkeypatch.setattr(module, "Receivers", partial(Receivers, answer_s=1.0))
    return made
