"""Managers who are bound to a group of wards: figures, lists, files and rights end where their wards do."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.config import AreaGroup
from service.domain.city.reference import Reference
from service.domain.documents.register import may_issue, visible_documents
from service.domain.emergencies.takers import read_alarms
from service.domain.emulation.access import may_direct
from service.domain.indicators.values import unit_asked
from service.domain.notices.reach import managers_of
from service.domain.people.staff import NewAccount, actor_for, add_account
from service.domain.plans.access import visible_plans
from service.domain.queries.manage.selection import read_selection
from service.domain.reports.access import Asker, find_report, sees_all
from service.domain.reports.events import Actor
from service.domain.reports.lifecycle import roles_of
from service.domain.workspaces.downloads.rows import list_conditions
from service.domain.workspaces.work_lists import WorkListQuery, read_work_list
from service.errors import Forbidden, NotFound
from service.models import Emergency, Report, Role
from service.models.reports.event import ActorKind
from tests.support.factories import make_report
from tests.support.small_city import NOON


@pytest.fixture
def bound(reference: Reference) -> Reference:
    """The city with a group of one ward, and one of both."""
    groups = (
        AreaGroup(code="noi-thi", name={"vi": "Nội thị", "en": "Inner city"}, wards=("W1",)),
        AreaGroup(code="ca-hai", name={"vi": "Cả hai", "en": "Both"}, wards=("W1", "W2")),
    )
    return replace(reference, config=reference.config.model_copy(update={"area_groups": groups}))


@pytest.fixture
def manager(session: Session, bound: Reference) -> Actor:
    new = NewAccount("lanh.dao", "Lãnh Đạo", "manager", area_group="noi-thi")
    return actor_for(add_account(session, bound, new, None, at=NOON), bound)


def reports(session: Session, bound: Reference) -> tuple[Report, Report]:
    ids = [bound.ward_by_code[code].id for code in ("W1", "W2")]
    here, there = (make_report(session, bound, "in_progress", ward_id=ward) for ward in ids)
    return here, there


def codes(session: Session, conditions: list[object]) -> list[str]:
    return list(session.scalars(select(Report.code).where(*conditions)))  # type: ignore[arg-type]


def test_figures_lists_and_files_are_of_the_wards_alone(
    session: Session, bound: Reference, manager: Actor
) -> None:
    here, there = reports(session, bound)
    zone = ZoneInfo(bound.timezone)
    for asked in ({"period": "all"}, {"period": "all", "ward": "W1"}, {"period": "all", "ward": "noi-thi"}):
        wanted = read_selection(bound, manager, asked, NOON)
        assert wanted.scope().wards == bound.ward_ids("W1")
        assert codes(session, [*wanted.conditions(zone, NOON)]) == [here.code]
        asker = Asker(manager)
        assert codes(session, [*list_conditions(bound, asker, {"list": "manage", **asked}, NOON)]) == [
            here.code
        ]
    for ward in ("W2", "ca-hai", "none"):
        with pytest.raises(NotFound):
            read_selection(bound, manager, {"period": "all", "ward": ward}, NOON)
    listed = read_work_list(session, bound, manager, WorkListQuery("open"), now=NOON, public_url="https://x")
    assert [each.code for each in listed.items] == [here.code]
    assert find_report(session, Asker(manager), here.code, now=NOON).inside
    assert not find_report(session, Asker(manager), there.code, now=NOON).inside
    assert not sees_all(manager) and not roles_of(manager, here)


def test_a_group_that_is_gone_leaves_nothing(session: Session, bound: Reference, manager: Actor) -> None:
    reports(session, bound)
    bare = replace(manager, wards=frozenset())
    wanted = read_selection(bound, bare, {"period": "all"}, NOON)
    assert codes(session, [*wanted.conditions(ZoneInfo(bound.timezone), NOON)]) == []


def test_what_is_the_whole_citys_is_not_theirs(session: Session, bound: Reference, manager: Actor) -> None:
    city = Actor(ActorKind.STAFF, staff_id=manager.staff_id, role=Role.MANAGER)
    unit = bound.department_by_code["city-cables"].id
    for may in (may_issue, may_direct):
        assert may(city, unit) and not may(manager, unit)
    for visible in (visible_documents, visible_plans):
        assert str(visible(city)) == "true" and str(visible(manager)) != "true"
    assert unit_asked(bound, city, "") is None
    with pytest.raises(Forbidden):
        unit_asked(bound, manager, "")


def test_they_hear_of_what_is_late_in_their_wards_as_the_citys_managers_do(
    session: Session, bound: Reference, manager: Actor
) -> None:
    other = add_account(session, bound, NewAccount("toan.tp", "Toàn", "manager"), None, at=NOON)
    wards = [bound.ward_by_code[code].id for code in ("W1", "W2")]
    told = [{each.id for each in managers_of(session, bound, None, ward)} for ward in (*wards, None)]
    assert {manager.staff_id, other.id} <= told[0]
    for found in told[1:]:
        assert other.id in found and manager.staff_id not in found


def test_emergencies_ring_for_them_in_their_wards_alone(
    session: Session, bound: Reference, manager: Actor
) -> None:
    here, there = reports(session, bound)
    for each in (here, there):
        session.add(Emergency(report_id=each.id, reason="danger", since=NOON, ring_at=NOON))
    session.flush()
    assert {each.code for each in read_alarms(session, bound, NOON).items} == {here.code, there.code}
    assert [each.code for each in read_alarms(session, bound, NOON, manager.wards).items] == [here.code]
