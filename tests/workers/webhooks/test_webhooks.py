"""Webhooks sent to real receivers, healthy and ill: each event at least once, by one id, in spite of both."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from service.db import unit_of_work
from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.privacy.hiding import ReportVisibility, decide_report
from service.domain.relay import advance, handovers, place_events
from service.domain.reports.events import record
from service.domain.webhooks import deliveries, register
from service.domain.webhooks.register import WebhookRequest
from service.models import EventType, HandedOver, Report, Webhook, WebhookAttempt, WebhookDelivery
from service.network.outbound import OutboundRules
from service.sending.receivers import Receivers
from service.settings import get_settings
from tests.support.factories import found_city, make_report
from tests.support.notice_stage import STAFF
from tests.support.people import Cast, make_cast
from tests.workers.webhooks.receivers import receiving

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
            place_events(session)
            for each in handovers(session, self.now):
                advance(session, each.consumer.name, each.position)

    def deliver(self, **later: float) -> int:
        self.now += timedelta(**later)
        taken: int = self.module.deliver()
        return taken

    def states(self, webhook_id: int) -> list[str]:
        with unit_of_work(self.engine) as session:
            found = select(WebhookDelivery.state).where(WebhookDelivery.webhook_id == webhook_id)
            return list(session.scalars(found.order_by(WebhookDelivery.event_id)))

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
        session.query(HandedOver).delete()
    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr(module, "now", lambda: made.now)
    monkeypatch.setattr(module, "worker_reference", lambda _: reference)
    monkeypatch.setattr(module, "Receivers", partial(Receivers, answer_s=1.0))
    return made


def test_each_event_arrives_signed_and_is_the_item_of_the_feed(stage: Stage) -> None:
    with receiving() as healthy:
        webhook, secret = stage.webhook(healthy.url)
        reports = stage.happen(3)
        assert stage.deliver() == 3
        assert stage.deliver() == 0

    first = healthy.got[0]
    assert len(set(healthy.ids)) == 3
    assert all(each.is_signed_with(secret) for each in healthy.got)
    assert not first.is_signed_with("whsec_" + "A" * 32)
    assert first.said["type"] == first.said["data"]["type"] == "report.closed"
    codes = {each.said["data"]["report"]["code"] for each in healthy.got}
    assert codes == {each.code for each in reports}, "on their way together: the first to arrive may be any"
    assert all(each.said["data"]["cursor"] for each in healthy.got)
    assert stage.states(webhook) == ["done"] * 3
    assert [(each.status, each.error) for each in stage.tries()] == [(204, "")] * 3


def test_only_what_is_wanted_and_public_is_sent(stage: Stage) -> None:
    with receiving() as one, receiving() as other:
        stage.webhook(one.url, types=["report.closed"])
        stage.webhook(other.url, types=["report.rated"])
        stage.happen()
        stage.happen(type=EventType.NOTED)
        stage.happen(published=False)
        stage.deliver()
    assert [each.said["type"] for each in one.got] == ["report.closed"]
    assert other.got == []


def test_a_report_that_was_hidden_meanwhile_is_told_as_a_tombstone(stage: Stage) -> None:
    with receiving() as healthy:
        stage.webhook(healthy.url)
        (report,) = stage.happen()
        with unit_of_work(stage.engine) as session:
            sent = ReportVisibility(hidden=True, reason="Lộ tên", version=report.version)
            decide_report(session, stage.cast.triage.asker, report.code, sent, stage.now)
        stage.deliver()
    assert {each.said["type"] for each in healthy.got} == {"report.hidden"}
    assert all(each.said["data"]["report"] == {"code": report.code} for each in healthy.got)


@pytest.mark.parametrize("status", [500, 302, 429])
def test_what_was_refused_is_tried_again_by_the_same_id(stage: Stage, status: int) -> None:
    with receiving() as elsewhere:
        headers = {429: {"Retry-After": "120"}, 302: {"Location": elsewhere.url}}.get(status, {})
        with receiving((status, headers)) as ill:
            webhook, _ = stage.webhook(ill.url)
            stage.happen()
            assert stage.deliver() == 0
            assert stage.deliver(seconds=1) == 0
            assert len(ill.got) == 1
            if status == 429:
                assert stage.deliver(seconds=60) == 0
            assert stage.deliver(seconds=70) == 1
    assert len(set(ill.ids)) == 1 and len(ill.got) == 2
    assert elsewhere.got == [], "redirects are not followed"
    assert [each.status for each in stage.tries()] == [status, 204]
    assert stage.tries()[0].answer == "<b>ill</b>"
    assert stage.row(webhook).failing_since is None


def test_one_that_hangs_keeps_nobody_waiting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving(hangs_s=1.5) as ill, receiving() as healthy:
        hanging, _ = stage.webhook(ill.url)
        stage.webhook(healthy.url)
        stage.happen(3)
        began = time.monotonic()
        assert stage.deliver() == 3
        assert time.monotonic() - began < 6
        tries = stage.tries()
        healthy_times = [each.ms for each in tries if each.status == 204]
        assert len(healthy_times) == 3 and max(healthy_times) < 1000
        assert {each.error for each in tries if each.status is None} == {"timeout"}
        seen = len(ill.got)
        monkeypatch.setattr(stage.module, "BUDGET_S", 0.5)
        stage.deliver(seconds=400)
        assert len(ill.got) == seen + 1, "one at a time while it fails"
    assert set(stage.states(hanging)) == {"waiting"}


def test_gone_switches_off_and_what_was_missed_can_be_sent(stage: Stage) -> None:
    with receiving((410, {})) as receiver:
        webhook, _ = stage.webhook(receiver.url)
        stage.happen()
        stage.deliver()
        assert stage.row(webhook).state == "gone"
        stage.happen(2)
        stage.deliver(hours=1)
        assert len(receiver.got) == 1
        with unit_of_work(stage.engine) as session:
            assert register.resume_webhook(session, stage.reference, stage.stamp, webhook, missed=True) == 2
        assert stage.deliver(seconds=10) == 3
    assert len(set(receiver.ids)) == 3


def test_days_without_success_switch_off(stage: Stage) -> None:
    with receiving(*[(500, {})] * 20) as ill:
        webhook, _ = stage.webhook(ill.url)
        stage.happen()
        for _ in range(9):
            stage.deliver(hours=27)
    assert stage.row(webhook).state == "failing"


def test_a_killed_worker_loses_nothing(stage: Stage) -> None:
    """It had claimed, and died before it wrote anything down: the lease ends."""
    with receiving() as healthy:
        webhook, _ = stage.webhook(healthy.url)
        stage.happen(4)
        stage.module._gather_and_claim(failing=True)
        assert stage.states(webhook) == ["claimed"] * 4
        assert stage.deliver(seconds=1) == 0
        assert stage.deliver(seconds=60) == 4
    with unit_of_work(stage.engine) as session:
        assert (
            session.scalar(
                select(func.count()).select_from(HandedOver).where(HandedOver.consumer == deliveries.CONSUMER)
            )
            == 0
        )


def test_after_a_rotation_both_secrets_sign_for_a_day(stage: Stage) -> None:
    with receiving() as healthy:
        webhook, old = stage.webhook(healthy.url)
        with unit_of_work(stage.engine) as session:
            _, new = register.rotate_secret(session, stage.stamp, get_settings().secret, webhook)
        stage.happen()
        stage.deliver()
        stage.happen()
        stage.deliver(hours=25)
        stage.module.trim()
    early, late = healthy.got
    assert early.is_signed_with(old) and early.is_signed_with(new)
    assert late.is_signed_with(new) and not late.is_signed_with(old)
    assert stage.row(webhook).old_secret is None
    assert old not in stage.row(webhook).secret, "sealed"


@pytest.mark.parametrize(
    ("url", "resolves", "why"),
    [
        ("https://10.1.2.3/x", "", "private"),
        ("https://127.0.0.1/x", "", "private"),
        ("https://hooks.example/x", "10.1.2.3", "private"),
        ("https://hooks.example/x", "169.254.169.254", "private"),
        ("https://hooks.example/x", "::ffff:192.168.1.1", "private"),
    ],
)
def test_nothing_is_sent_into_a_network_of_ours(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, url: str, resolves: str, why: str
) -> None:
    """Also not where the name was given when it meant another address."""
    outside = partial(Receivers, resolve=lambda host, port: [resolves])
    monkeypatch.setattr(stage.module, "Receivers", lambda _: outside(OutboundRules()))
    webhook, _ = stage.webhook("https://hooks.example/x")
    with unit_of_work(stage.engine) as session:
        session.get_one(Webhook, webhook).url = url
    stage.happen()
    stage.deliver()
    assert [each.error for each in stage.tries()] == [f"address refused: {why}"]


def test_too_much_that_waits_switches_off(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "MOST_WAITING", 3)
    with receiving(*[(500, {})] * 9) as ill:
        webhook, _ = stage.webhook(ill.url)
        stage.happen(5)
        stage.deliver()
    assert stage.row(webhook).state == "full"


def test_the_log_is_trimmed(stage: Stage) -> None:
    with receiving() as healthy:
        webhook, _ = stage.webhook(healthy.url)
        stage.happen()
        stage.deliver()
    assert stage.module.trim() == 0
    stage.now += timedelta(days=31)
    assert stage.module.trim() == 1
    assert stage.states(webhook) == []
    assert stage.tries() == []
