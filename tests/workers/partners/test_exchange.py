"""Two installations that hand cases to each other, with a proxy between that loses answers."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.partners import hand_overs, register, updates
from service.domain.partners.updates import ReceivedUpdate, take_updates
from service.domain.reports.reports import ContactDraft
from service.domain.rules.rulebook import RulebookCache
from service.errors import AppError
from service.models import AuditEntry, City, Contact, HandOver, Partner, PartnerUpdate, Report
from service.models.ops.partner import HandOverState
from service.settings import get_settings
from tests.workers.partners.conftest import Exchange


def test_a_case_goes_over_once_and_its_steps_come_back(exchange: Exchange) -> None:
    person = ContactDraft(name="Hoa", phone="+84905123456", email="hoa@vidu.vn")
    report = exchange.report(contact=person)
    exchange.worker.hand_over()
    exchange.worker.hand_over()
    [theirs] = exchange.there()
    assert exchange.hand_over(report).state == HandOverState.SENT
    assert exchange.hand_over(report).remote_id == theirs.code
    assert "0905" not in theirs.description
    assert theirs.description.endswith(f"Mã: {read(exchange, report).code}")
    with unit_of_work(exchange.partner.engine) as session:
        assert session.get(Contact, theirs.id) is None  # who reported stays with us
    assert any(theirs.code in note for note in exchange.comments(report, "note"))
    desk = exchange.partner
    assert desk.step("triage", theirs, "assigned", lead="city-cables").status_code == 200
    assert desk.step("department", theirs, "in_progress", 2).status_code == 200
    exchange.worker.poll()
    assert exchange.status(report) == "in_progress"
    assert desk.step("department", theirs, "resolved", 3).status_code == 200
    exchange.let_time_pass()
    assert exchange.worker.poll() >= 1
    assert exchange.status(report) == "resolved"  # and not closed: that is the inspector's
    assert len(exchange.comments(report, "reply")) == 1
    exchange.let_time_pass()
    assert exchange.worker.poll() == 0  # nothing a second time
    assert desk.step("inspector", theirs, "closed", 4).status_code == 200
    exchange.let_time_pass()
    exchange.worker.poll()
    assert exchange.status(report) == "resolved"
    with unit_of_work(exchange.engine) as session:
        assert (session.scalar(select(func.count()).select_from(PartnerUpdate)) or 0) >= 3


@pytest.mark.parametrize("lost", [1, 3])
def test_a_lost_answer_makes_no_second_request(exchange: Exchange, lost: int) -> None:
    report = exchange.report()
    exchange.proxy.lose = {"POST": lost}
    exchange.worker.hand_over()  # the answer is lost: the case is looked for at once
    for _ in range(6):
        exchange.let_time_pass()
        exchange.worker.hand_over()
    [theirs] = exchange.there()
    found = exchange.hand_over(report)
    assert (found.state, found.remote_id) == (HandOverState.SENT, theirs.code)
    assert exchange.proxy.posts() == 1


def test_what_is_not_found_is_sent_again_and_is_still_one(exchange: Exchange) -> None:
    report = exchange.report()
    exchange.proxy.lose = {"POST": 1, "GET": 2}
    exchange.worker.hand_over()
    with unit_of_work(exchange.partner.engine) as session:
        session.execute(update(Report).values(published=False))  # their list does not show it
    for _ in range(8):
        exchange.let_time_pass()
        exchange.worker.hand_over()
    [theirs] = exchange.there()
    assert exchange.proxy.posts() == 2
    found = exchange.hand_over(report)
    assert (found.state, found.remote_id) == (HandOverState.SENT, theirs.code)


def test_what_is_found_late_brings_its_earlier_steps(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "OVERLAP", timedelta(0))
    exchange.report()
    exchange.worker.hand_over()
    report = exchange.report()
    exchange.proxy.lose = {"POST": 1, "GET": 1}
    exchange.worker.hand_over()
    assert exchange.hand_over(report).state == HandOverState.UNKNOWN
    desk, theirs = exchange.partner, exchange.there()[-1]
    assert desk.step("triage", theirs, "assigned", lead="city-cables").status_code == 200
    assert desk.step("department", theirs, "in_progress", 2).status_code == 200
    assert desk.step("department", theirs, "resolved", 3).status_code == 200
    exchange.worker.poll()  # nobody knows yet whose steps these are
    assert exchange.status(report) == "assigned"
    with unit_of_work(exchange.engine) as session:  # and they are asked for again, in vain, much later
        session.execute(update(Partner).values(polled_until=exchange.worker.now() + timedelta(minutes=2)))
    exchange.let_time_pass()
    exchange.worker.hand_over()
    assert exchange.hand_over(report).remote_id == theirs.code
    exchange.let_time_pass()
    exchange.worker.poll()
    assert exchange.status(report) == "resolved"


def test_steps_between_two_sendings_count(exchange: Exchange) -> None:
    report = exchange.report()
    exchange.proxy.lose = {"POST": 1, "GET": 1}
    exchange.worker.hand_over()
    first = exchange.hand_over(report).sent_at
    with unit_of_work(exchange.engine) as session:
        session.execute(update(HandOver).values(state=HandOverState.WAITING))  # looked for in vain
    exchange.let_time_pass()
    exchange.worker.hand_over()
    found = exchange.hand_over(report)
    assert (found.state, found.sent_at) == (HandOverState.SENT, first)


def test_a_partner_that_is_away_gets_it_later(exchange: Exchange) -> None:
    report = exchange.report()
    exchange.proxy.answer_instead = 429
    exchange.worker.hand_over()
    waiting = exchange.hand_over(report)
    assert (waiting.state, waiting.error) == (HandOverState.WAITING, "status 429")
    assert waiting.next_at > exchange.worker.now()
    assert exchange.there() == []
    exchange.proxy.answer_instead = None
    exchange.let_time_pass()
    exchange.worker.hand_over()
    assert len(exchange.there()) == 1


def test_a_worker_that_died_while_it_sent_is_not_believed(exchange: Exchange) -> None:
    report = exchange.report()
    exchange.worker.hand_over()
    with unit_of_work(exchange.engine) as session:  # as if it had died before it wrote the number down
        session.execute(update(HandOver).values(state=HandOverState.SENDING, remote_id=None))
    exchange.let_time_pass()
    exchange.worker.hand_over()
    assert exchange.hand_over(report).state == HandOverState.SENT
    assert exchange.proxy.posts() == 1


def test_what_the_partner_does_not_take_comes_before_a_coordinator(exchange: Exchange) -> None:
    with unit_of_work(exchange.engine) as session:
        city = session.get_one(City, 1)
        [own] = city.config["partners"]
        city.config = {**city.config, "partners": [{**own, "services": {"hanging_cable": "no_such_kind"}}]}
    report = exchange.report()
    exchange.worker.hand_over()
    assert exchange.status(report) == "triage"
    assert exchange.hand_over(report).state == HandOverState.ENDED
    assert exchange.there() == []


def test_a_case_that_is_led_by_somebody_else_is_not_theirs_any_more(exchange: Exchange) -> None:
    report = exchange.report()
    exchange.worker.hand_over()
    other = exchange.reference.department_by_code["ward-W1"].id
    with unit_of_work(exchange.engine) as session:
        session.execute(update(Report).values(lead_id=other))
    exchange.worker.hand_over()
    assert exchange.hand_over(report).state == HandOverState.ENDED
    with unit_of_work(exchange.engine) as session:
        session.execute(update(Report).values(lead_id=exchange.department_id))
    exchange.worker.hand_over()
    assert exchange.hand_over(report).turn == 2
    assert [each.description.rpartition("\n")[2][-4:] for each in exchange.there()][-1].endswith("(2)")


def told(exchange: Exchange, number: str, status: str, minutes: int, text: str = "") -> int:
    """An update of the partner, so many minutes after the hand-over."""
    with unit_of_work(exchange.engine) as session:
        row = session.scalars(select(HandOver)).one()
        at = (row.sent_at or row.created_at) + timedelta(minutes=minutes)
        given = ReceivedUpdate(number, str(row.remote_id), at, status, text)
        reference = load_reference(session)
        [config] = reference.config.partners
        now = exchange.worker.now() + timedelta(hours=1)
        books = RulebookCache()
        return take_updates(session, reference, books, config, row.department_id, [given, given], now)


def test_updates_count_once_and_in_the_order_of_their_times(exchange: Exchange) -> None:
    report = exchange.report()
    exchange.worker.hand_over()
    assert told(exchange, "a", "IN_PROGRESS", -30) == 0  # before it was theirs
    assert told(exchange, "b", "OPEN", 1) == 0
    assert told(exchange, "c", "INVESTIGATING", 10, "Đang xem") == 1
    assert told(exchange, "d", "CANCELLED", 5) == 0  # older than another
    assert told(exchange, "c", "FIXED", 20) == 0  # the same id
    assert exchange.status(report) == "in_progress"
    assert told(exchange, "e", "NO_FURTHER_ACTION", 12, "Không phải của chúng tôi") == 1
    assert exchange.status(report) == "in_progress"  # work has begun here: a person decides
    assert "Không phải của chúng tôi" in exchange.comments(report, "note")[-1]
    assert told(exchange, "f", "Closed", 999, "Xong") == 1  # a clock that goes before counts as now
    assert exchange.status(report) == "resolved"
    with unit_of_work(exchange.engine) as session:
        whys = {row.remote_update_id: row.why for row in session.scalars(select(PartnerUpdate))}
    assert (whys["a"], whys["d"], whys["f"]) == ("before the hand-over", "older than another", "applied")


def test_a_partner_of_plain_requests_is_asked_for_their_states(exchange: Exchange) -> None:
    with unit_of_work(exchange.engine) as session:
        city = session.get_one(City, 1)
        [own] = city.config["partners"]
        city.config = {**city.config, "partners": [{**own, "updates_by": "requests"}]}
    report = exchange.report()
    exchange.worker.hand_over()
    exchange.worker.poll()
    assert exchange.status(report) == "assigned"
    with unit_of_work(exchange.partner.engine) as session:
        now = exchange.worker.now()
        values = {"status": "closed", "closed_at": now, "resolved_at": now, "updated_at": now}
        session.execute(update(Report).values(**values))
    exchange.let_time_pass()
    exchange.worker.poll()
    assert exchange.status(report) == "resolved"


def test_a_key_is_kept_sealed_and_only_for_partners(exchange: Exchange) -> None:
    with unit_of_work(exchange.engine) as session:
        row = session.get_one(Partner, exchange.department_id)
        secret = get_settings().secret
        token = register.key_of_partner(session, secret, exchange.department_id)
        assert token
        assert token not in (row.secret or "")
        stamp = EditStamp(1, "Quản trị", exchange.worker.now())
        with pytest.raises(AppError):
            register.set_partner_key(session, exchange.reference, stamp, secret, "ward-W1", "x")
    exchange.proxy.answer_instead = 500
    exchange.report()
    exchange.worker.hand_over()
    with unit_of_work(exchange.engine) as session:
        [view] = register.all_partners(session, load_reference(session))
        assert view.failing_since is not None
        assert view.open == 1
        assert [each.state for each in register.newest_hand_overs(session)] == [HandOverState.UNKNOWN]


def settle(exchange: Exchange, **settings: object) -> None:
    """Change what is set of the partner."""
    with unit_of_work(exchange.engine) as session:
        city = session.get_one(City, 1)
        [own] = city.config["partners"]
        city.config, city.revision = {**city.config, "partners": [own | settings]}, city.revision + 1


@pytest.mark.parametrize(
    ("contact", "theirs"), [("name", ("Lê Thị Hoa", None)), ("all", ("Lê Thị Hoa", "+84905123456"))]
)
def test_a_partner_is_told_who_reported_as_far_as_was_decided(
    exchange: Exchange, contact: str, theirs: tuple[str, str | None]
) -> None:
    settle(exchange, contact=contact)
    person = ContactDraft(name="Lê Thị Hoa", phone="+84905123456", email=None)
    report = exchange.report(contact=person)
    exchange.worker.hand_over()
    [there] = exchange.there()
    with unit_of_work(exchange.partner.engine) as session:
        told = session.get_one(Contact, there.id)
        assert (told.name, told.phone) == theirs
    with unit_of_work(exchange.engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.handed_over")).one()
        assert entry.subject == read(exchange, report).code
        assert "Hoa" not in str(entry.after) and "0905" not in str(entry.after)


def test_a_partner_that_is_paused_is_left_alone_and_gets_all_of_it_later(exchange: Exchange) -> None:
    first = exchange.report()
    exchange.proxy.answer_instead = 503
    exchange.worker.hand_over()
    settle(exchange, enabled=False)
    exchange.proxy.answer_instead = None
    exchange.report()
    exchange.let_time_pass()
    assert exchange.worker.hand_over() == 0 and exchange.worker.poll() == 0
    assert exchange.there() == [] and exchange.hand_over(first).state != HandOverState.ENDED
    settle(exchange, enabled=True)
    for _ in range(4):  # the first may have arrived: it is looked for before it is sent again
        exchange.let_time_pass()
        exchange.worker.hand_over()
    assert len(exchange.there()) == 2


def read(exchange: Exchange, report: UUID) -> Report:
    with unit_of_work(exchange.engine) as session:
        return session.get_one(Report, report)


def test_categories_below_go_by_the_name_of_the_one_above(exchange: Exchange) -> None:
    [config] = exchange.reference.config.partners
    by_code = exchange.reference.category_by_code
    assert hand_overs.service_of(exchange.reference, config, by_code["hanging_cable"]) == "street_light"
    assert hand_overs.service_of(exchange.reference, config, by_code["litter"]) == "litter"


def test_an_address_without_a_host_is_this_installations(exchange: Exchange) -> None:
    config = exchange.reference.config.partners[0].model_copy(update={"endpoint": "/dev/partner/open311/v2"})
    server = exchange.worker._server(exchange.department_id, config)
    assert server.config.endpoint == f"{get_settings().public_url.rstrip('/')}/dev/partner/open311/v2"
