"""Kinds of reports up the line as data: period, sections, contributing units, due days, addressees."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.config import Code
from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import same_version
from service.domain.documents.register import may_issue, require_issuing
from service.domain.indicators.registry import INDICATORS
from service.domain.queries.manage.periods import Period
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import Actor
from service.domain.works.units import unit_id, unit_ids
from service.domain.works.views import ReadModel
from service.errors import invalid
from service.i18n import N_
from service.models import ReportKind, ReportPeriod
from service.models.documents.periodic import StoredSection

MONTHS: dict[ReportPeriod, int] = {
    ReportPeriod.MONTH: 1,
    ReportPeriod.QUARTER: 3,
    ReportPeriod.HALF: 6,
    ReportPeriod.YEAR: 12,
}
Holds = Literal["figures", "results", "hindrances", "proposals"]
"""What a section is filled with: figures by unit, or what units wrote under one heading of theirs."""


class ReportSection(StrictBody):
    """Section of a report: its heading, what fills it, and which figures where it holds any."""

    heading: Annotated[str, Field(min_length=1, max_length=200)]
    holds: Holds
    indicators: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=12)] = Field(
        default_factory=list
    )

    def stored(self) -> StoredSection:
        """Return the section as its kind of report keeps it."""
        return {"heading": self.heading, "holds": self.holds, "indicators": self.indicators}


class ReportKindDraft(StrictBody):
    """A kind as it is to be; `version` is the one that was read, 0 for a new one."""

    code: Code
    title: Annotated[str, Field(min_length=1, max_length=300)]
    issuer: Annotated[str, Field(max_length=60)]
    period: ReportPeriod
    sections: Annotated[list[ReportSection], Field(min_length=1, max_length=10)]
    units: Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=500)]
    due_days: Annotated[int, Field(ge=1, le=60)] = 5
    addressees: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=10)] = (
        Field(default_factory=list)
    )
    begins_on: date
    active: Annotated[bool, Field(strict=False)] = True
    version: Annotated[int, Field(ge=0)] = 0


class ReportKindView(ReadModel):
    """A kind of report."""

    code: str
    title: str
    issuer: str
    period: str
    sections: list[StoredSection]
    units: list[str]
    due_days: int
    addressees: list[str]
    begins_on: date
    active: bool
    version: int


def put_report_kind(
    session: Session, reference: Reference, actor: Actor, draft: ReportKindDraft
) -> ReportKind:
    """Make or change a kind of the actor's own unit.

    Raises Invalid, Forbidden, Conflict for a code that is taken and a stale version.
    """
    issuer = unit_id(reference, draft.issuer, "issuer")
    require_issuing(actor, issuer)
    for at, section in enumerate(draft.sections):
        unknown = [code for code in section.indicators if code not in INDICATORS]
        if unknown or (section.holds == "figures") != bool(section.indicators):
            where: list[str | int] = ["sections", at, "indicators"]
            if unknown:
                raise invalid(where, N_("Không có chỉ tiêu “{code}”."), code=unknown[0])
            raise invalid(where, N_("Phần số liệu cần chỉ tiêu, phần khác thì không."))
    units = list(dict.fromkeys(unit_ids(reference, draft.units, "units")))
    for unit in units:
        inside = reference.departments_below(unit) & set(units) - {unit}
        if inside:
            names = reference.departments[min(inside)].name["vi"], reference.departments[unit].name["vi"]
            message = N_("“{below}” thuộc “{above}”: số liệu sẽ bị tính hai lần.")
            raise invalid(["units"], message, below=names[0], above=names[1])
    row = session.scalar(select(ReportKind).where(ReportKind.code == draft.code).with_for_update())
    if row is not None:
        require_issuing(actor, row.issuer_id)
    same_version(draft.version, row.version if row else 0)
    row = row or ReportKind(code=draft.code, version=0)
    row.title, row.issuer_id, row.period = draft.title, issuer, draft.period
    row.sections = [section.stored() for section in draft.sections]
    row.unit_ids = units
    row.due_days, row.addressees, row.active = draft.due_days, draft.addressees, draft.active
    row.begins_on, row.version = draft.begins_on, row.version + 1
    session.add(row)
    session.flush()
    return row


def list_report_kinds(session: Session, reference: Reference, actor: Actor) -> list[ReportKindView]:
    """Return the kinds that the actor's units issue or contribute to."""
    rows = session.scalars(select(ReportKind).order_by(ReportKind.code))
    return [view_kind(reference, row) for row in rows if is_concerned(actor, row)]


def is_concerned(actor: Actor, kind: ReportKind) -> bool:
    """Return whether the actor writes for the kind's issuer or one of its units."""
    return any(may_issue(actor, each) for each in (kind.issuer_id, *kind.unit_ids))


def view_kind(reference: Reference, row: ReportKind) -> ReportKindView:
    """Return a kind as it is told."""
    codes = {each.id: each.code for each in reference.departments.values()}
    plain = ("code", "title", "sections", "due_days", "addressees", "begins_on", "active", "version")
    return ReportKindView(
        **{name: getattr(row, name) for name in plain},
        issuer=codes[row.issuer_id],
        period=str(row.period),
        units=[codes[each] for each in row.unit_ids if each in codes],
    )


def period_around(kind: ReportPeriod, day: date) -> Period:
    """Return the period of that length which the day lies in."""
    months = MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    after = first.year * 12 + first.month - 1 + months
    return Period("free", first, date(after // 12, after % 12 + 1, 1) - timedelta(days=1))


def period_title(kind: ReportPeriod, first: date) -> str:
    """Return what a document calls the period: `6 tháng đầu năm 2026`."""
    if kind == ReportPeriod.MONTH:
        return f"tháng {first.month} năm {first.year}"
    if kind == ReportPeriod.QUARTER:
        return f"quý {('I', 'II', 'III', 'IV')[(first.month - 1) // 3]} năm {first.year}"
    if kind == ReportPeriod.HALF:
        return f"6 tháng {'đầu' if first.month == 1 else 'cuối'} năm {first.year}"
    return f"năm {first.year}"
