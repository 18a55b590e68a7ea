"""Offices of units: what their documents say at the head and foot, entered by administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from service.domain.city.reference import DepartmentView, Reference
from service.domain.configuration.administration.changes import EditStamp, lock_configuration, same_version
from service.domain.kernel.audit import write_entry
from service.domain.reports.drafts import StrictBody
from service.errors import NotFound
from service.i18n import N_
from service.models import Department, UnitOffice
from service.models.shared.base import StoredRecipient

Line = Annotated[str, Field(max_length=200)]
Symbol = Annotated[str, Field(max_length=30, pattern=r"^[^\s/]*$")]
KIND = "unit_office"
COMMITTEE = "UBND "
"""So begins the name of a people's committee: it stands under nobody's name and signs for itself."""


class OfficeRecipient(StrictBody):
    """Recipient of a unit's documents, and what for: `để báo cáo`."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    purpose: Annotated[str, Field(max_length=100)] = ""


class OfficeChange(StrictBody):
    """An office as it is to be. `version` is the one that was read, 0 where nothing was entered yet."""

    superior: Line = ""
    issuer: Line = ""
    symbol: Symbol = ""
    room: Symbol = ""
    place: Annotated[str, Field(max_length=100)] = ""
    head: Annotated[str, Field(max_length=100)] = ""
    collective: Line = ""
    recipients: Annotated[list[OfficeRecipient], Field(max_length=30)] = Field(default_factory=list)
    version: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """Facts of a unit's office as they were entered; empty is: not said."""

    superior: str = ""
    issuer: str = ""
    symbol: str = ""
    room: str = ""
    place: str = ""
    head: str = ""
    collective: str = ""
    recipients: Sequence[StoredRecipient] = ()
    version: int = 0


_WORDS = ("superior", "issuer", "symbol", "room", "place", "head", "collective")


def office_facts(session: Session, department_id: int | None) -> OfficeFacts:
    """Return what was entered for a unit; all empty for one of which nothing was, and for none."""
    row = session.get(UnitOffice, department_id) if department_id is not None else None
    if row is None:
        return OfficeFacts()
    facts_by_name = {name: getattr(row, name) for name in _WORDS}
    return OfficeFacts(**facts_by_name, recipients=row.recipients, version=row.version)


def issuing_facts(session: Session, department_id: int | None) -> OfficeFacts:
    """Return what a unit's papers say of its office. A room of a department (“Phòng … thuộc Sở”) has no seal:
    what was not entered for it is its department's, and its own initials follow the symbol.
    """
    own = office_facts(session, department_id)
    unit = session.get(Department, department_id) if department_id is not None else None
    above = session.get(Department, unit.parent_id) if unit is not None and unit.parent_id else None
    if unit is None or above is None or not is_room(unit.name["vi"], above.name["vi"]):
        return own
    upper = office_facts(session, above.id)
    facts_by_name = {name: getattr(own, name) or getattr(upper, name) for name in (*_WORDS, "recipients")}
    facts_by_name["room"] = own.room or room_symbol(unit.name["vi"])
    return replace(own, **facts_by_name)


def is_room(name: str, above: str) -> bool:
    """Return whether a unit of that name is a room of the department above it, which issues its papers."""
    return name.startswith("Phòng ") and above.startswith("Sở ")


def room_symbol(name: str) -> str:
    """Return a room's symbol by its name: `BCVT` of “Phòng Bưu chính – Viễn thông”."""
    return "".join(word[0] for word in name.removeprefix("Phòng ").split() if word[0].isalpha()).upper()


def office_unit(reference: Reference, department_id: int | None) -> int | None:
    """Return the unit whose office it is: the one meant, or that of the city where none is."""
    if department_id in reference.departments:
        return department_id
    own = reference.department_by_code.get(reference.config.triage_department)
    return own.id if own else None


def recipient_lines(reference: Reference, department_id: int | None, facts: OfficeFacts) -> tuple[str, ...]:
    """Return the recipients of a unit's documents as lines of a document: those that were entered, else
    those of the city's folder, which are not those of a people's committee.
    """
    entered = tuple(
        f"{each['name']} ({each['purpose']})" if each["purpose"] else each["name"]
        for each in facts.recipients
    )
    view = reference.departments.get(department_id or 0)
    committee = view is not None and view.name["vi"].startswith(COMMITTEE)
    return entered or (() if committee else tuple(reference.config.administration.recipients))


def unit_of_office(reference: Reference, code: str) -> DepartmentView:
    """Return the unit of that code. Raises NotFound."""
    view = reference.department_by_code.get(code)
    if view is None:
        raise NotFound(N_("Không có đơn vị “{code}”."), code=code)
    return view


def put_office(
    session: Session, reference: Reference, stamp: EditStamp, code: str, change: OfficeChange
) -> OfficeFacts:
    """Enter a unit's office; the same again changes nothing. Raises NotFound, Conflict where it is stale."""
    view = unit_of_office(reference, code)
    lock_configuration(session)
    before = office_facts(session, view.id)
    wished = change.model_dump(exclude={"version"})
    if before.version and _said(before) == wished:
        return before
    same_version(change.version, before.version)
    row = session.get(UnitOffice, view.id) or UnitOffice(department_id=view.id, version=0)
    for name, value in wished.items():
        setattr(row, name, value)
    row.version = before.version + 1
    row.updated_at, row.updated_by = stamp.at, stamp.staff_id
    session.add(row)
    session.flush()
    action = f"{KIND}.changed" if before.version else f"{KIND}.added"
    old = _said(before) if before.version else None
    write_entry(session, action, code, at=stamp.at, staff_id=stamp.staff_id, before=old, after=wished)
    return office_facts(session, view.id)


def _said(facts: OfficeFacts) -> dict[str, object]:
    facts_by_name: dict[str, object] = {name: getattr(facts, name) for name in _WORDS}
    return facts_by_name | {"recipients": [dict(each) for each in facts.recipients]}
