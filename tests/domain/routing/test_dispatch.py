"""Routing reports end to end in the domain: ward, rule, deadline, suspicion, triage; once, whoever asks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event, func, select, text, update
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.numbers.registry import enter_number, recount_number
from service.domain.numbers.telephones import telephone
from service.domain.publication.publication import DESK, HidingCause, hide_report
from service.domain.reports.events import SYSTEM
from service.domain.reports.reports import ContactDraft, submit, submit_many
from service.domain.routing.dispatch import hand_to_person, route_many, unrouted_reports
from service.domain.routing.duplicates import _SUSPECTS, _wanted
from service.domain.rules.rulebook import Rulebook, load_rulebook
from service.models import AdNumber, Category, City, Event, Report, RoutingRule, Sighting
from tests.support.small_city import IN_W1, IN_W2, NOON, OUTSIDE, draft, make_small_city

LATER = NOON + timedelta(seconds=1)


@pytest.fixture
def book(session: Session) -> Rulebook:
    make_small_city(session)
    return load_rulebook(session)


def category(book: Rulebook, code: str) -> int:
    return book.reference.category_by_code[code].id


def sent(
    session: Session, book: Rulebook, code: str, place: tuple[float, float], at: datetime = NOON
) -> Report:
    receipt = submit(session, draft(category(book, code), place, at=at))
    return session.get_one(Report, receipt.id)


def lead(book: Rulebook, report: Report) -> str | None:
    return book.reference.departments[report.lead_id].code if report.lead_id else None


def events(session: Session, report: Report) -> Sequence[Event]:
    return session.scalars(select(Event).where(Event.report_id == report.id).order_by(Event.id)).all()


def test_a_report_gets_its_ward_department_and_deadline(session: Session, book: Rulebook) -> None:
    report = sent(session, book, "litter", IN_W2)

    assert route_many(session, book, [report.id], LATER) == 1

    session.refresh(report)
    assert report.status == "assigned"
    assert report.ward_id and book.reference.wards[report.ward_id].code == "W2"
    assert lead(book, report) == "ward-W2"
    # Received on Wednesday 4 March: seven working days after it end on Friday 13 March at 17:30.
    assert report.due_at and report.due_at.isoformat() == "2026-03-13T10:30:00+00:00"
    assert report.accept_due_at and report.accept_due_at < report.due_at
    assert report.amber_at and NOON < report.amber_at < report.due_at
    assert report.routing
    assert report.routing["explanation"]["vi"].startswith("Quy tắc 1: loại litter tại phường W2")
    assert report.search is not None


def test_a_number_that_was_confirmed_before_is_counted_in_the_ward(session: Session, book: Rulebook) -> None:
    reports = [sent(session, book, "illegal_ad", place) for place in (IN_W1, IN_W2)]
    told = telephone("0951234507")
    assert told is not None
    number = enter_number(session, told, NOON)
    confirmed = {"number_id": number, "by": "staff", "state": "confirmed", "created_at": NOON}
    session.add_all([Sighting(report_id=report.id, decided_at=NOON, **confirmed) for report in reports])
    assert recount_number(session, number, NOON).wards == 0
    route_many(session, book, [report.id for report in reports], LATER)
    assert session.get_one(AdNumber, number, populate_existing=True).wards == 2


def test_a_number_that_the_citizen_typed_waits_for_a_word_without_any_photo(
    session: Session, book: Rulebook
) -> None:
    typed = {"0951 234 507", "+84951234507", "không rõ"}
    reports = [sent(session, book, "illegal_ad", IN_W1) for _ in typed]
    for report, phone in zip(reports, typed, strict=True):
        report.attributes = {"phone": phone}
    session.flush()
    assert route_many(session, book, [report.id for report in reports], LATER) == 3
    found = session.execute(select(AdNumber.e164, Sighting.by, Sighting.state).join(Sighting)).all()
    assert [tuple(row) for row in found] == [("+84951234507", "reporter", "proposed")] * 2


def test_the_first_step_is_told_once(session: Session, book: Rulebook) -> None:
    report = sent(session, book, "hanging_cable", IN_W1)
    route_many(session, book, [report.id], LATER)

    told = events(session, report)

    assert [event.type for event in told] == ["report.received", "report.assigned"]
    assigned = told[1]
    assert (assigned.status, assigned.actor, assigned.public) == ("assigned", "system", True)
    assert assigned.data["lead"] == "city-cables"
    assert assigned.data["executor"] == "telecom"
    assert assigned.lead_id == report.lead_id


def test_routing_again_changes_nothing(session: Session, book: Rulebook) -> None:
    report = sent(session, book, "litter", IN_W1)
    route_many(session, book, [report.id], LATER)
    version = report.version

    assert route_many(session, book, [report.id, report.id], LATER) == 0
    session.refresh(report)
    assert report.version == version
    assert len(events(session, report)) == 2


@pytest.mark.parametrize(
    ("code", "place", "why"),
    [("litter", OUTSIDE, "outside"), ("noise", IN_W1, "no_rule")],
)
def test_what_no_rule_can_place_goes_to_a_person(
    session: Session, book: Rulebook, code: str, place: tuple[float, float], why: str
) -> None:
    report = sent(session, book, code, place)
    route_many(session, book, [report.id], LATER)

    session.refresh(report)
    assert (report.status, report.triage_reason) == ("triage", why)
    assert report.due_at is None
    assert [event.type for event in events(session, report)] == ["report.received", "report.triaged"]


def test_a_point_just_outside_goes_to_the_nearest_ward(session: Session, book: Rulebook) -> None:
    report = sent(session, book, "litter", (107.52, 16.4505))  # some 55 m north of W1
    route_many(session, book, [report.id], LATER)

    assert report.ward_id and book.reference.wards[report.ward_id].code == "W1"
    assert report.routing and report.routing["ward_distance_m"] == pytest.approx(55.3, abs=1)


def test_a_point_on_the_common_border_belongs_to_the_smaller_code(session: Session, book: Rulebook) -> None:
    report = sent(session, book, "litter", (107.55, 16.42))
    route_many(session, book, [report.id], LATER)
    assert report.ward_id and book.reference.wards[report.ward_id].code == "W1"


def test_of_two_alike_in_one_batch_only_the_later_is_suspected(session: Session, book: Rulebook) -> None:
    first = sent(session, book, "illegal_ad", IN_W1)
    second = sent(session, book, "illegal_ad", (IN_W1[0] + 0.00005, IN_W1[1]), NOON + timedelta(minutes=1))

    route_many(session, book, [second.id, first.id], LATER)

    session.refresh(first)
    session.refresh(second)
    assert (first.status, second.status) == ("assigned", "triage")
    assert second.triage_reason == "suspected_duplicate"
    assert second.routing and second.routing["suspicion"]["code"] == first.code
    assert 4 < second.routing["suspicion"]["distance_m"] < 7
    triaged = events(session, second)[1]
    assert triaged.data["why"] == "suspected_duplicate"
    assert "original" not in triaged.data  # which report it may repeat is for staff
    assert triaged.private == {"original": first.code}


def test_where_the_category_says_so_a_duplicate_is_merged_at_once(session: Session, book: Rulebook) -> None:
    first = sent(session, book, "hanging_cable", IN_W1)
    route_many(session, book, [first.id], LATER)
    second = sent(session, book, "hanging_cable", IN_W1, NOON + timedelta(hours=1))

    route_many(session, book, [second.id], NOON + timedelta(hours=1))

    session.refresh(second)
    assert (second.status, second.duplicate_of_id) == ("duplicate", first.id)


def hidden(session: Session, report: Report) -> Report:
    hide_report(session, report, HidingCause(DESK, "Lộ tên một người"), actor=SYSTEM, now=LATER)
    return report


@pytest.mark.parametrize("code", ["illegal_ad", "hanging_cable"])
@pytest.mark.parametrize("how", ["hidden", "spam"])
def test_nobody_finds_out_what_is_hidden_by_reporting_beside_it(
    session: Session, book: Rulebook, code: str, how: str
) -> None:
    first = sent(session, book, code, IN_W1)
    route_many(session, book, [first.id], LATER)
    if how == "hidden":
        hidden(session, first)
    else:
        first.published = False
    second, alone = (sent(session, book, code, place, NOON + timedelta(hours=1)) for place in (IN_W1, IN_W2))

    route_many(session, book, [second.id, alone.id], NOON + timedelta(hours=1))

    session.refresh(second)
    assert (second.status, second.duplicate_of_id) == ("assigned", None)
    told = [(each.type, each.status, sorted(each.data)) for each in events(session, second)]
    assert told == [(each.type, each.status, sorted(each.data)) for each in events(session, alone)]


def test_among_what_is_never_public_the_desk_alone_hears_of_the_first(
    session: Session, book: Rulebook
) -> None:
    """Neither merged by itself into what was hidden, nor told to its sender."""
    first, second = (sent(session, book, "hanging_cable", IN_W1, NOON + timedelta(hours=n)) for n in (0, 1))
    route_many(session, book, [first.id], LATER)
    hidden(session, first)
    second.published = False
    session.flush()

    route_many(session, book, [second.id], NOON + timedelta(hours=1))

    session.refresh(second)
    assert (second.status, second.triage_reason) == ("triage", "suspected_duplicate")
    triaged = events(session, second)[-1]
    assert "why" not in triaged.data
    assert triaged.private == {"why": "suspected_duplicate", "original": first.code}


@pytest.mark.parametrize(
    ("code", "place", "after"),
    [
        ("illegal_ad", (IN_W1[0] + 0.001, IN_W1[1]), timedelta(hours=1)),  # 107 m away
        ("illegal_ad", IN_W1, timedelta(hours=73)),  # outside the window
        ("litter", IN_W1, timedelta(hours=1)),  # another category
    ],
)
def test_what_is_far_late_or_of_another_kind_is_no_duplicate(
    session: Session, book: Rulebook, code: str, place: tuple[float, float], after: timedelta
) -> None:
    first = sent(session, book, "illegal_ad", IN_W1)
    route_many(session, book, [first.id], LATER)
    second = sent(session, book, code, place, NOON + after)
    route_many(session, book, [second.id], NOON + after)
    session.refresh(second)
    assert second.status == "assigned"


@pytest.mark.parametrize("unsure", [0, 1])
def test_a_place_as_wide_as_a_ward_repeats_nothing(session: Session, book: Rulebook, unsure: int) -> None:
    reports = [sent(session, book, "illegal_ad", IN_W1, NOON + timedelta(minutes=n)) for n in (0, 1)]
    reports[unsure].accuracy_m = 900.0
    session.flush()
    for each in reports:
        route_many(session, book, [each.id], NOON + timedelta(minutes=2))
    session.refresh(reports[1])
    assert reports[1].status == "assigned"


def test_the_sweep_finds_the_oldest_that_were_left(session: Session, book: Rulebook) -> None:
    old = [sent(session, book, "litter", IN_W1, NOON + timedelta(seconds=n)) for n in range(3)]
    sent(session, book, "litter", IN_W1, NOON + timedelta(minutes=5))
    before = NOON + timedelta(minutes=1)

    assert unrouted_reports(session, before, 10) == [report.id for report in old]
    assert unrouted_reports(session, before, 2) == [report.id for report in old[:2]]
    route_many(session, book, [report.id for report in old], LATER)
    assert unrouted_reports(session, before, 10) == []


def test_what_routing_cannot_deal_with_is_given_to_a_person(session: Session, book: Rulebook) -> None:
    report = sent(session, book, "litter", IN_W1)
    hand_to_person(session, report.id, LATER)
    hand_to_person(session, report.id, LATER)
    assert (report.status, report.triage_reason) == ("triage", "routing_failed")
    assert len(events(session, report)) == 2


def test_a_new_version_of_a_rule_counts_once_the_revision_has_grown(session: Session, book: Rulebook) -> None:
    old = session.scalars(select(RoutingRule).where(RoutingRule.number == 1)).one()
    old.valid_to = NOON
    session.flush()
    spec = {**old.spec, "lead": "city-cables"}
    session.add(RoutingRule(number=1, version=2, name=old.name, spec=spec, valid_from=NOON))
    session.execute(update(City).values(revision=City.revision + 1))

    report = sent(session, book, "litter", IN_W1)
    route_many(session, load_rulebook(session), [report.id], LATER)

    assert lead(book, report) == "city-cables"
    assert report.routing and report.routing["rule"] == {"number": 1, "version": 2}


def test_a_report_that_someone_holds_is_left_alone(clean_engine: Engine) -> None:
    with unit_of_work(clean_engine) as session:
        make_small_city(session)
        litter = session.scalars(select(Category.id).where(Category.code == "litter")).one()
        held, free = (receipt.id for receipt in submit_many(session, [draft(litter), draft(litter)]))
    with unit_of_work(clean_engine) as holder:
        holder.execute(select(Report.id).where(Report.id == held).with_for_update())
        with unit_of_work(clean_engine) as session:
            book = load_rulebook(session)
            assert route_many(session, book, [held, free], LATER) == 1
    with unit_of_work(clean_engine) as session:
        statuses = {row.id: row.status for row in session.execute(select(Report.id, Report.status))}
    assert statuses == {held: "received", free: "assigned"}


def test_however_many_are_routed_the_statements_are_as_few(session: Session, book: Rulebook) -> None:
    contact = ContactDraft("An", "+84905123456", None)
    litter = category(book, "litter")
    told = "Rác chất đống ở góc đường đã ba ngày nay chưa dọn"

    def statements(number: int, north: float) -> int:
        places = [(107.501 + n * 0.0019, north) for n in range(number)]
        drafts = [draft(litter, place, contact=contact, description=f"{told} {place}") for place in places]
        ids = [receipt.id for receipt in submit_many(session, drafts)]
        asked: list[str] = []
        listener = lambda *args: asked.append(args[2])  # noqa: E731
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", listener)
        assert route_many(session, book, ids, LATER) == number
        session.flush()
        event.remove(connection, "before_cursor_execute", listener)
        return len(asked)

    assert statements(1, 16.402) == statements(50, 16.44)
    assigned = select(func.count()).select_from(Report).where(Report.status == "assigned")
    assert session.scalar(assigned) == 51


def test_what_is_written_together_is_what_each_was_told(session: Session, book: Rulebook) -> None:
    """Every kind of end in one batch: in a ward, outside, suspected, merged, and one that waits already."""
    places = {"illegal_ad": IN_W1, "hanging_cable": IN_W2, "litter": OUTSIDE}
    first = {code: sent(session, book, code, place) for code, place in places.items()}
    again = {
        code: sent(session, book, code, places[code], NOON + timedelta(minutes=1))
        for code in ("illegal_ad", "hanging_cable")
    }
    batch = [*first.values(), *again.values()]
    assert route_many(session, book, [report.id for report in batch], LATER) == 5
    assert not session.new

    statuses = {report.code: report.status for report in batch}
    assert list(statuses.values()) == ["assigned", "assigned", "triage", "triage", "duplicate"]
    for report in batch:
        session.refresh(report)
        last = next(each for each in reversed(events(session, report)) if each.type != "report.joined")
        assert (last.status, last.ward_id, last.lead_id) == (report.status, report.ward_id, report.lead_id)
        assert (last.at, last.public, last.position) == (LATER, True, None)
        assert report.version == 2
        assert report.updated_at == report.routed_at == LATER
        assert (report.search is not None, report.routing is not None) == (True, True)
    assert [each.type for each in events(session, first["hanging_cable"])][1:] == [
        "report.assigned",
        "report.joined",
    ]


def test_suspects_are_sought_by_their_place_alone(session: Session, book: Rulebook) -> None:
    """Not by their time as well: the index of times holds what a whole city sent in days."""
    report = sent(session, book, "illegal_ad", IN_W1)
    asked = {"wanted": json.dumps([_wanted(book.reference, report)])}
    for way in ("enable_seqscan", "enable_indexscan"):
        session.execute(text(f"SET LOCAL {way} = off"))
    plan = "\n".join(session.scalars(text(f"EXPLAIN {_SUSPECTS}"), asked))
    assert "ix_report_location" in plan
    assert "created" not in plan.replace("created_at", "")
