"""Units for which nobody reads notices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, load_reference
from service.domain.people.sessions import open_session
from service.domain.rules.unattended import LOOKS_IN_WITHIN, units_without_eyes
from service.models import Department, RoutingRule, Staff
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.small_city import NOON


def unattended(session: Session, reference: Reference) -> dict[str, tuple[int, int, bool]]:
    session.flush()
    found = units_without_eyes(session, reference, NOON)
    return {each.code: (each.accounts, each.open_cases, each.by_rule) for each in found}


def test_a_unit_with_work_and_nobody_who_is_told_is_named(
    session: Session, reference: Reference, cast: Cast
) -> None:
    make_report(session, reference, "assigned", lead="ward-W2", executor="telecom")
    make_report(session, reference, "closed", lead="ward-W2")
    found = unattended(session, reference)
    assert found["ward-W2"][:2] == (1, 1)
    assert found["telecom"][:2] == (1, 1)


@pytest.mark.parametrize("eyes", ["e-mail", "visit", "unit's address"])
def test_whoever_is_reached_is_not_named(
    session: Session, reference: Reference, cast: Cast, eyes: str
) -> None:
    make_report(session, reference, "assigned", lead="ward-W2")
    officer = session.get_one(Staff, cast.other_department.account.id)
    if eyes == "e-mail":
        officer.email = "phuong@hue.example"
    elif eyes == "visit":
        open_session(session, officer, kind="cookie", at=NOON - LOOKS_IN_WITHIN + timedelta(hours=1))
    else:
        unit = session.get_one(Department, reference.department_by_code["ward-W2"].id)
        unit.email = "ubnd@hue.example"
        session.flush()
        reference = load_reference(session)
    assert "ward-W2" not in unattended(session, reference)


def test_nobody_counts_who_left_or_has_not_come_for_a_month(
    session: Session, reference: Reference, cast: Cast
) -> None:
    make_report(session, reference, "assigned", lead="ward-W2")
    officer = session.get_one(Staff, cast.other_department.account.id)
    open_session(session, officer, kind="cookie", at=NOON - LOOKS_IN_WITHIN - timedelta(hours=1))
    assert unattended(session, reference)["ward-W2"][0] == 1
    officer.email, officer.active = "phuong@hue.example", False
    assert unattended(session, reference)["ward-W2"][0] == 0


def test_a_room_is_read_by_the_department_above(session: Session, reference: Reference, cast: Cast) -> None:
    make_report(session, reference, "assigned", lead="cables-room")
    assert "cables-room" in unattended(session, reference)
    session.get_one(Staff, cast.department.account.id).email = "dien@hue.example"
    assert "cables-room" not in unattended(session, reference)


def test_a_rule_that_points_at_a_unit_is_enough(session: Session, reference: Reference, cast: Cast) -> None:
    assert "sanitation" not in unattended(session, reference)
    spec = {"categories": ["litter"], "lead": "sanitation", "policy": "standard"}
    session.add(RoutingRule(number=901, version=1, name={"vi": "x"}, spec=spec, valid_from=NOON))
    assert unattended(session, reference)["sanitation"] == (1, 0, True)
