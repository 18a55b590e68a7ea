"""Other members of staff as one sees them over a case: who may hold it, who may be spoken to."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.people.staff import actor_for, tidy_username
from service.domain.reports.access import handed_to
from service.models import CASE_HOLDERS, Report, Role, Staff

MOST = 200
MOST_MENTIONS = 20
MOST_TO_NAME = 2000

_MENTION = re.compile(r"(?<![\w@.])@([A-Za-z0-9][A-Za-z0-9._@-]{1,99})")


@dataclass(frozen=True, slots=True)
class ColleagueView:
    """Somebody of the staff."""

    id: int
    username: str
    name: str
    role: str


def may_hold(session: Session, reference: Reference, lead_id: int | None) -> list[ColleagueView]:
    """Return who may be given a case of this department: its people and those of departments above,
    by name.
    """
    above = _line_up(reference, lead_id)
    query = select(Staff).where(Staff.active, Staff.role.in_(CASE_HOLDERS), Staff.department_id.in_(above))
    return [_view(row) for row in session.scalars(query.order_by(Staff.name, Staff.id).limit(MOST))]


def may_mention(
    session: Session, reference: Reference, report: Report, but: int | None
) -> list[ColleagueView]:
    """Return whom a note can speak to: who has a part in the case, and the coordinators, by name."""
    playing = _line_up(reference, report.lead_id) | _line_up(reference, report.executor_id)
    query = (
        select(Staff)
        .where(Staff.active, Staff.id != but)
        .where(Staff.department_id.in_(playing) | (Staff.role == Role.TRIAGE))
        .order_by(Staff.name, Staff.id)
        .limit(MOST)
    )
    rows = session.scalars(query).all()
    return [_view(row) for row in rows if _sees(session, reference, report, row)]


def mentioned(session: Session, reference: Reference, report: Report, text: str) -> list[ColleagueView]:
    """Return the people whom `text` calls by `@username`, as far as they may see the case, in the order of
    the text.

    Whoever may not see it is not called: a note must not tell that the case exists.
    """
    names = called_names(text)
    if not names:
        return []
    rows = {
        row.username: row
        for row in session.scalars(select(Staff).where(Staff.username.in_(names), Staff.active))
    }
    called = [rows[name] for name in names if name in rows]
    return [_view(row) for row in called if _sees(session, reference, report, row)]


def called_names(text: str) -> list[str]:
    """Return the user names that a text calls by `@username`, each once, in its order."""
    names = [tidy_username(name.rstrip(".-@_")) for name in _MENTION.findall(text)]
    return list(dict.fromkeys(names))[:MOST_MENTIONS]


def people_to_name(
    session: Session, roles: Collection[Role] | None = None, units: Collection[int] | None = None
) -> list[tuple[str, str, int | None]]:
    """Return active accounts to choose from by name, of these roles and units where they are given: user
    name, name, id of the unit. At most 2,000.
    """
    query = select(Staff.username, Staff.name, Staff.department_id).where(Staff.active)
    if roles is not None:
        query = query.where(Staff.role.in_(sorted(roles)))
    if units is not None:
        query = query.where(Staff.department_id.in_(sorted(units)))
    rows = session.execute(query.order_by(Staff.name, Staff.id).limit(MOST_TO_NAME))
    return [(row.username, row.name, row.department_id) for row in rows]


def names_of(session: Session, staff_ids: Sequence[int | None]) -> dict[int, str]:
    """Return names by id."""
    ids = {each for each in staff_ids if each is not None}
    if not ids:
        return {}
    found = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    return {row.id: row.name for row in found}


def _sees(session: Session, reference: Reference, report: Report, row: Staff) -> bool:
    own = select(Report.id).where(Report.id == report.id, handed_to(actor_for(row, reference)))
    return session.scalar(own) is not None


def _line_up(reference: Reference, department_id: int | None) -> set[int]:
    """Return the department and those above it."""
    line: set[int] = set()
    while department_id is not None and department_id not in line:
        line.add(department_id)
        view = reference.departments.get(department_id)
        department_id = view.parent_id if view else None
    return line


def _view(row: Staff) -> ColleagueView:
    return ColleagueView(row.id, row.username, row.name, row.role)
