"""Nothing is switched off while cases are open in it, but where it is said who takes them over."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from service.domain.casework.case.case import Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.citizens import participation
from service.domain.casework.citizens.participation import Reopening
from service.domain.casework.transitions import transition
from service.domain.city.reference import load_reference
from service.domain.configuration.administration import categories, departments, people
from service.domain.configuration.administration.categories import CategoryChange
from service.domain.configuration.administration.departments import DepartmentChange
from service.domain.configuration.administration.people import PersonChange
from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.domain.rules.rulebook import RulebookCache
from service.domain.workspaces.desk.suggestion import suggest_assignment
from service.errors import Conflict, Invalid
from service.models import Area, Category, City, Department, Event, Report, Role, Staff
from service.models.reports.event import ActorKind
from tests.domain.configuration.administration.stage import Room
from tests.support.factories import make_report
from tests.support.people import reporter_of
from tests.support.small_city import NOON


def switch_off(room: Room, code: str, **changes: Any) -> None:
    wish = departments.department_change_of(room.session, departments.find_department(room.session, code))
    said = {**wish.model_dump(), "active": False, **changes}
    departments.put_department(room.session, room.stamp(), code, DepartmentChange.model_validate(said))


def case(room: Room, status: str, **columns: Any) -> Report:
    return make_report(room.session, load_reference(room.session), status, **columns)


def events(room: Room, report: Report) -> list[Event]:
    found = select(Event).where(Event.report_id == report.id).order_by(Event.id)
    return list(room.session.scalars(found))[1:]


@pytest.mark.parametrize("status", ["assigned", "in_progress", "waiting", "resolved"])
def test_a_department_with_open_cases_says_who_takes_them(room: Room, status: str) -> None:
    report = case(room, status, lead="cables-room", supports=["ward-W1"], executor="telecom")
    with pytest.raises(Conflict) as refused:
        switch_off(room, "cables-room")
    assert (refused.value.extra["cases"], refused.value.extra["count"]) == ([report.code], 1)
    assert departments.find_department(room.session, "cables-room").active

    for nobody in ("cables-room", "gone", "nonsense"):
        with pytest.raises(Invalid):
            switch_off(room, "cables-room", successor=nobody)
    switch_off(room, "cables-room", successor="ward-W1")

    reference = load_reference(room.session)
    assert reference.departments[report.lead_id or 0].code == "ward-W1"
    assert report.support_ids == []
    assert report.executor_id == reference.department_by_code["telecom"].id
    assert report.status == ("assigned" if status in ("assigned", "in_progress") else status)
    [told] = events(room, report)
    assert (told.type, told.staff_id) == ("report.handed_on", room.administrator.id)
    assert (told.data["lead"], told.data["lead_before"]) == ("ward-W1", "cables-room")
    assert told.data["reason"]
    assert report.version == 2


def test_who_carries_out_and_who_supports_is_succeeded_too(room: Room) -> None:
    carried = case(room, "in_progress", executor="sanitation")
    helped = case(room, "in_progress", supports=["sanitation"])
    switch_off(room, "sanitation", successor="telecom")
    telecom = load_reference(room.session).department_by_code["telecom"].id
    assert (carried.executor_id, helped.support_ids) == (telecom, [telecom])
    assert [each.type for each in (*events(room, carried), *events(room, helped))] == [
        "report.parts_changed",
        "report.parts_changed",
    ]


def test_what_has_ended_holds_nobody_back(room: Room) -> None:
    for status in ("closed", "rejected"):
        case(room, status, lead="cables-room")
    switch_off(room, "cables-room")
    assert not departments.find_department(room.session, "cables-room").active


def departed(room: Room, *codes: str) -> None:
    room.session.execute(update(Department).where(Department.code.in_(codes)).values(active=False))
    room.session.execute(update(City).values(revision=City.revision + 1))


def taken_up(room: Room, report: Report, who: str) -> Event:
    """Reopen it as its reporter or as the coordinator; the event."""
    reference = load_reference(room.session)
    if who == "reporter":
        again = Reopening(reason="Vẫn còn")
        participation.reopen_or_appeal(room.session, reference, reporter_of(report), report.id, again, NOON)
    else:
        wish = Transition(to="in_progress", reason="Vẫn còn", version=report.version)
        asker = Asker(staff=Actor(ActorKind.STAFF, role=Role.TRIAGE))
        transition(room.session, CaseContext(reference, RulebookCache(), asker, NOON), report.code, wish)
    return events(room, report)[-1]


@pytest.mark.parametrize("who", ["reporter", "coordinator"])
def test_a_case_that_comes_back_goes_to_whoever_is_there_today(room: Room, who: str) -> None:
    gone = case(
        room, "closed", category="hanging_cable", lead="cables-room", executor="telecom", rule_id=None
    )
    kept = case(room, "closed", executor="sanitation", supports=["cables-room", "ward-W1"], closed_at=NOON)
    departed(room, "cables-room", "sanitation")
    known = load_reference(room.session).department_by_code

    told = taken_up(room, gone, who)

    assert (gone.status, gone.lead_id, gone.holder_id) == ("in_progress", known["city-cables"].id, None)
    assert gone.executor_id == known["telecom"].id
    assert gone.rule_id is not None
    assert (told.data["lead"], told.data["lead_before"]) == ("city-cables", "cables-room")
    assert told.lead_id == known["city-cables"].id
    told = taken_up(room, kept, who)
    assert (kept.lead_id, kept.executor_id) == (known["city-cables"].id, None)
    assert kept.support_ids == [known["ward-W1"].id]
    assert (told.data["supports"], told.data["executor"], "lead" in told.data) == (["ward-W1"], None, False)


@pytest.mark.parametrize("who", ["reporter", "coordinator"])
def test_where_no_rule_names_anybody_it_is_the_committees_or_waits_for_the_coordinator(
    room: Room, who: str
) -> None:
    reports = [case(room, "closed", category="noise", lead="cables-room", closed_at=NOON) for _ in range(2)]
    ward = load_reference(room.session).ward_ids("W1")
    for report in reports:
        report.ward_id = min(ward)
    departed(room, "cables-room")
    taken_up(room, reports[0], who)
    committee = load_reference(room.session).department_by_code["ward-W1"].id
    assert reports[0].lead_id == committee

    departed(room, "ward-W1")
    taken_up(room, reports[1], who)
    assert (reports[1].lead_id, reports[1].desk_reasons) == (None, ["reopened"])
    found = suggest_assignment(room.session, room.book, reports[1], "vi")
    assert found is not None
    assert found.act == "choose"


def test_the_committee_of_an_ended_ward_is_edited_and_switched_off(room: Room) -> None:
    room.session.execute(update(Area).where(Area.code == "W2").values(valid_to=NOON))
    room.session.execute(update(Department).where(Department.code == "ward-W2").values(code="ward-w2"))
    wish = departments.department_change_of(
        room.session, departments.find_department(room.session, "ward-w2")
    )
    renamed = DepartmentChange.model_validate({**wish.model_dump(), "phone": "0234 3 822 022"})
    departments.put_department(room.session, room.stamp(), "ward-w2", renamed)
    switch_off(room, "ward-w2")
    assert not departments.find_department(room.session, "ward-w2").active


def hold(room: Room, who: str) -> tuple[Staff, Report]:
    account = people.find_person(room.session, who)
    return account, case(room, "in_progress", lead="city-cables", holder_id=account.id)


def test_an_account_that_holds_cases_says_who_takes_them(room: Room) -> None:
    account, report = hold(room, "department")
    with pytest.raises(Conflict) as refused:
        people.close_account(room.session, room.stamp(), "department")
    assert refused.value.extra["cases"] == [report.code]
    for nobody in ("department", "other_department", "executor", "nonsense"):
        with pytest.raises(Invalid):
            people.close_account(room.session, room.stamp(), "department", nobody)
    assert account.active

    people.close_account(room.session, room.stamp(), "department", "manager")
    heir = people.find_person(room.session, "manager")
    assert (account.active, report.holder_id) == (False, heir.id)
    [told] = events(room, report)
    assert told.type == "report.entrusted"
    assert told.private == {"holder_id": heir.id, "holder": heir.name, "before": account.name}


def test_it_may_go_back_to_the_department(room: Room) -> None:
    _, report = hold(room, "department")
    people.close_account(room.session, room.stamp(), "department", "")
    assert report.holder_id is None


def test_another_department_does_not_take_ones_cases_along(room: Room) -> None:
    account, report = hold(room, "department")
    reference = load_reference(room.session)
    said = {**people.account_facts(reference, account), "version": people.account_version(reference, account)}
    del said["active"]
    moved = {**said, "department": "ward-W1"}
    with pytest.raises(Conflict):
        people.change_account(
            room.session, reference, room.stamp(), "department", PersonChange.model_validate(moved)
        )
    renamed = PersonChange.model_validate({**said, "name": "Người khác"})
    people.change_account(room.session, reference, room.stamp(), "department", renamed)
    moved |= {"version": people.account_version(reference, account), "successor": ""}
    people.change_account(
        room.session, reference, room.stamp(), "department", PersonChange.model_validate(moved)
    )
    assert report.holder_id is None


def put_category(room: Room, code: str, **changes: Any) -> Category:
    wish = categories.category_change_of(room.session, categories.find_category(room.session, code))
    said = CategoryChange.model_validate({**wish.model_dump(), **changes})
    return categories.put_category(room.session, room.stamp(), code, said)


def test_a_kind_with_open_reports_says_what_they_become(room: Room) -> None:
    report = case(room, "in_progress", category="noise")
    with pytest.raises(Conflict) as refused:
        put_category(room, "noise", active=False)
    assert refused.value.extra["cases"] == [report.code]
    for nothing in ("noise", "old_kind", "nonsense"):
        with pytest.raises(Invalid):
            put_category(room, "noise", active=False, successor=nothing)
    put_category(room, "noise", active=False, successor="litter")
    reference = load_reference(room.session)
    assert reference.categories[report.category_id].code == "litter"
    [told] = events(room, report)
    assert (told.type, told.data["category_before"]) == ("report.recategorised", "noise")


def test_a_kind_is_not_switched_off_above_others_and_takes_those_below_along(room: Room) -> None:
    put_category(room, "street_light", parent="noise")
    with pytest.raises(Conflict, match="loại con"):
        put_category(room, "noise", active=False)
    # As an older release or a loaded folder may have left it.
    room.session.execute(update(Category).where(Category.code == "noise").values(active=False))
    reference = load_reference(room.session)
    assert not reference.category_by_code["street_light"].active
    assert reference.category_by_code["litter"].active
