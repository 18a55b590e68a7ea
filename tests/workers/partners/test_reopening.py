"""A case that is open again after the partner was done with it: told there, once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update

from service.db import unit_of_work
from service.domain.casework.citizens.participation import Reopening, reopen_or_appeal
from service.domain.kernel.codes import report_secret
from service.domain.reports.access import Asker
from service.models import Event, EventType, HandOver, Report
from service.models.ops.partner import HandOverState
from service.settings import get_settings
from tests.workers.partners.conftest import Exchange


def open_again(exchange: Exchange, report: UUID) -> None:
    """Close the case on both sides, then have its reporter open ours again."""
    now = exchange.worker.now()
    [theirs] = exchange.there()
    ended = {"status": "closed", "resolved_at": now, "closed_at": now}
    with unit_of_work(exchange.partner.engine) as session:
        session.execute(update(Report).where(Report.id == theirs.id).values(ended))
    with unit_of_work(exchange.engine) as session:
        session.execute(update(Report).where(Report.id == report).values(ended))
        session.execute(update(HandOver).where(HandOver.report_id == report).values(state=HandOverState.DONE))
        key = get_settings().secret
        reporter = Asker(secret=report_secret(key, report, 0), key=key)
        wish = Reopening(reason="Cáp lại sà xuống, gọi 0905 123 456")
        reopen_or_appeal(session, exchange.reference, reporter, report, wish, now)


def test_a_case_that_is_open_again_is_opened_again_at_the_partners(exchange: Exchange) -> None:
    report = exchange.report()
    exchange.worker.hand_over()
    first = exchange.hand_over(report).remote_id
    open_again(exchange, report)
    exchange.proxy.lose = {"POST": 1}  # the answer is lost: told twice, opened once
    exchange.worker.hand_over()
    for _ in range(5):
        exchange.let_time_pass()
        exchange.worker.hand_over()
    [theirs] = exchange.there()
    again = exchange.hand_over(report)
    assert (theirs.status, again.state) == ("in_progress", HandOverState.SENT)
    assert (again.turn, again.remote_id) == (2, first)
    with unit_of_work(exchange.partner.engine) as session:
        told = select(Event.data).where(Event.report_id == theirs.id, Event.type == EventType.REOPENED)
        [data] = session.scalars(told).all()
    assert "Cáp lại sà xuống" in data["reason"] and "0905" not in data["reason"]


def test_a_partner_that_opens_nothing_again_gets_a_request_of_its_own(exchange: Exchange) -> None:
    report = exchange.report()
    exchange.worker.hand_over()
    open_again(exchange, report)
    with unit_of_work(exchange.partner.engine) as session:  # there it was handed on and is not closed
        session.execute(update(Report).where(Report.created_at >= exchange.began).values(status="assigned"))
    exchange.worker.hand_over()
    first, second = exchange.there()
    again = exchange.hand_over(report)
    assert (again.state, again.remote_id) == (HandOverState.SENT, second.code)
    assert f"Mở lại {first.code}: Cáp lại sà xuống" in second.description
    assert second.description.endswith("(2)") and "0905" not in second.description
