"""Webhooks sent to real receivers, healthy and ill: each event at least once, by one id, in spite of both."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from service.db import unit_of_work
from service.domain.privacy.visibility import ReportVisibility, decide_report
from service.domain.webhooks import claims, deliveries, register
from service.models import EventType, PendingTask, Webhook
from service.models.ops.webhook import DeliveryState, WebhookState
from service.network.outbound import OutboundRules
from service.sending.receivers import Receivers
from service.settings import get_settings
from tests.workers.webhooks.conftest import Stage
from tests.workers.webhooks.receivers import receiving


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
    assert stage.states(webhook) == [DeliveryState.DONE] * 3
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
    assert set(stage.states(hanging)) == {DeliveryState.WAITING}


def test_gone_switches_off_and_what_was_missed_can_be_sent(stage: Stage) -> None:
    with receiving((410, {})) as receiver:
        webhook, _ = stage.webhook(receiver.url)
        stage.happen()
        stage.deliver()
        assert stage.row(webhook).state == WebhookState.GONE
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
    assert stage.row(webhook).state == WebhookState.FAILING


def test_a_killed_worker_loses_nothing(stage: Stage) -> None:
    """It had claimed, and died before it wrote anything down: the lease ends."""
    with receiving() as healthy:
        webhook, _ = stage.webhook(healthy.url)
        stage.happen(4)
        stage.module._gather_and_claim(stage.context, {}, failing=True)
        assert stage.states(webhook) == [DeliveryState.CLAIMED] * 4
        assert stage.deliver(seconds=1) == 0
        stage.happen()
        assert stage.deliver(seconds=1) == 1, "what a dead one holds keeps nothing new waiting"
        assert stage.deliver(seconds=claims.LEASE.total_seconds()) == 4
    with unit_of_work(stage.engine) as session:
        assert (
            session.scalar(
                select(func.count())
                .select_from(PendingTask)
                .where(PendingTask.consumer == deliveries.CONSUMER)
            )
            == 0
        )


def test_a_worker_that_lives_keeps_what_it_holds(stage: Stage) -> None:
    """A receiver may take longer than the lease: nobody else takes the message meanwhile."""
    with receiving() as healthy:
        webhook, _ = stage.webhook(healthy.url)
        stage.happen(2)
        first, second = stage.module._gather_and_claim(stage.context, {}, failing=True)
        assert (first.webhook_id, first.id != second.id) == (webhook, True)
        stage.now += claims.LEASE * 0.9
        stage.module._keep([first.id])
        stage.now += claims.LEASE * 0.5
        again = stage.module._gather_and_claim(stage.context, {}, failing=True)
    assert [each.id for each in again] == [second.id]


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
    assert stage.row(webhook).state == WebhookState.FULL


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
