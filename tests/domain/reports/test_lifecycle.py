"""The table of the life of a report: every cell, who may take it, what it requires, what it does."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.edges import EDGES, StatusEdge
from service.domain.reports.events import FOLLOWER, REPORTER, SYSTEM, Actor
from service.domain.reports.lifecycle import StatusChange, allowed, move
from service.errors import Conflict, Forbidden, Invalid
from service.models import Event, Report, Status
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.small_city import NOON

LATER = NOON + timedelta(hours=3)

# DOMAIN's own list, written out a second time: source → target → who.
TABLE = {
    "received": {
        "triage": "system triage",
        "assigned": "system triage",
        "rejected": "triage",
        "duplicate": "system triage",
        "withdrawn": "reporter",
    },
    "triage": {
        "assigned": "system triage",
        "rejected": "triage",
        "duplicate": "system triage",
        "withdrawn": "reporter",
    },
    "assigned": {
        "in_progress": "department room manager",
        "assigned": "department room manager triage",
        "triage": "department room manager triage",
        "rejected": "triage",
        "duplicate": "department room manager triage",
        "withdrawn": "reporter",
    },
    "in_progress": {
        "waiting": "department room manager",
        "resolved": "department room manager executor",
        "assigned": "department room manager triage",
        "rejected": "department room manager triage",
        "duplicate": "department room manager triage",
    },
    "waiting": {
        "in_progress": "department room manager triage reporter",
        "rejected": "department room manager triage system",
    },
    "resolved": {"closed": "inspector system", "in_progress": "inspector"},
    "closed": {"in_progress": "triage reporter follower"},
    "rejected": {"triage": "triage reporter"},
    "duplicate": {"triage": "triage"},
    "withdrawn": {},
}
CITIZENS = {"system": SYSTEM, "reporter": REPORTER, "follower": FOLLOWER}
STAFF = [field.name for field in fields(Cast)]


def actor_named(name: str, cast: Cast) -> Actor:
    return CITIZENS.get(name) or cast.everyone()[name].actor


def full_move(target: Status, actor: Actor, reference: Reference, original: Report) -> StatusChange:
    """A wish with everything an edge could require."""
    return StatusChange(
        target,
        actor,
        LATER,
        reason="có lý do",
        evidence=[uuid4()],
        changes={
            "lead_id": reference.department_by_code["cables-room"].id,
            "duplicate_of_id": original.id,
        },
    )


@pytest.fixture
def original(session: Session, reference: Reference) -> Report:
    return make_report(session, reference)


def test_the_code_and_the_domain_have_the_same_table() -> None:
    assert set(TABLE) == set(Status)
    assert {(edge.source, edge.target) for edge in EDGES} == {
        (source, target) for source, targets in TABLE.items() for target in targets
    }


@pytest.mark.parametrize("source", Status)
def test_every_cell_for_everybody(
    session: Session, reference: Reference, cast: Cast, original: Report, source: str
) -> None:
    """10 × 10 statuses × 14 people. A room leads, so that the department above it has its part by scope."""
    report = make_report(session, reference, source, lead="cables-room", executor="telecom")
    for target in Status:
        for name in [*CITIZENS, *STAFF]:
            wish = full_move(target, actor_named(name, cast), reference, original)
            cell = (source, target, name)
            if target not in TABLE[source]:
                with pytest.raises(Conflict) as refused:
                    move(session, report, wish)
                assert sorted(refused.value.extra["allowed"]) == sorted(TABLE[source]), cell
            elif name not in TABLE[source][target].split():
                with pytest.raises(Forbidden):
                    move(session, report, wish)
            else:
                event = move(session, report, wish)
                assert (event.status, report.status, report.version) == (target, target, 2), cell
                report = make_report(session, reference, source, lead="cables-room", executor="telecom")
            assert (report.status, report.version) == (source, 1), cell


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.source}-{edge.target}")
def test_an_edge_without_what_it_requires_is_refused_and_changes_nothing(
    session: Session, reference: Reference, cast: Cast, original: Report, edge: StatusEdge
) -> None:
    name = TABLE[edge.source][edge.target].split()[0]
    complete = full_move(edge.target, actor_named(name, cast), reference, original)
    lacking: dict[str, tuple[bool, dict[str, Any]]] = {
        "reason": ("reason" in edge.needs, {"reason": "  "}),
        "evidence": ("evidence" in edge.needs, {"evidence": ()}),
        "lead": ("lead" in edge.needs, {"changes": {**complete.changes, "lead_id": None}}),
        "duplicate_of": (
            "duplicate_of" in edge.needs,
            {"changes": {**complete.changes, "duplicate_of_id": None}},
        ),
    }
    for field, (required, without) in lacking.items():
        report = make_report(session, reference, edge.source, lead="cables-room", executor="telecom")
        wish = replace(complete, **without)
        if required:
            with pytest.raises(Invalid) as refused:
                move(session, report, wish)
            assert [error.loc for error in refused.value.errors] == [(field,)]
            assert report.status == edge.source
        else:
            move(session, report, wish)


def test_a_step_writes_one_event_with_the_report_as_it_then_is(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    photo = uuid4()
    move(
        session,
        report,
        StatusChange(
            Status.RESOLVED,
            cast.department.actor,
            LATER,
            evidence=[photo],
            data={"reason": "Xong"},
            private={"y": 2},
        ),
    )
    session.flush()

    event = session.scalars(select(Event).where(Event.type == "report.resolved")).one()
    assert (event.report_id, event.status, event.at, event.public) == (report.id, "resolved", LATER, True)
    assert (event.actor, event.staff_id) == ("staff", cast.department.account.id)
    assert event.data == {"from": "in_progress", "to": "resolved", "evidence": [str(photo)], "reason": "Xong"}
    assert event.private == {"y": 2}
    assert (report.resolved_at, report.updated_at) == (LATER, LATER)


def test_an_unpublished_report_tells_nothing_to_the_public(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "assigned", published=False)
    event = move(session, report, StatusChange(Status.IN_PROGRESS, cast.department.actor, LATER))
    assert not event.public


def test_the_clock_stands_while_waiting_and_only_then(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    holder = cast.department.actor
    move(session, report, StatusChange(Status.WAITING, holder, LATER, reason="Cần thêm ảnh"))
    assert report.paused_at == LATER
    move(session, report, StatusChange(Status.IN_PROGRESS, REPORTER, LATER))
    assert report.paused_at is None


@pytest.mark.parametrize("role", ["triage", "inspector"])
def test_allowed_lists_what_this_person_may_do(
    session: Session, reference: Reference, cast: Cast, role: str
) -> None:
    report = make_report(session, reference, "resolved")
    assert sorted(allowed(report)) == ["closed", "in_progress"]
    mine = allowed(report, cast.everyone()[role].actor)
    assert sorted(mine) == (["closed", "in_progress"] if role == "inspector" else [])
