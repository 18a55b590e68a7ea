"""Numbers looked through: those that wait for somebody's word, those that were seen, one with its places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.sql import AnySelect
from service.domain.numbers.crops import with_crops
from service.domain.numbers.rights import cases_decided, cases_read, readable_old_sightings
from service.domain.numbers.sightings import SightingView, sighting_view
from service.domain.numbers.written import ANSWER, number_in_answer
from service.domain.reports.events import Actor
from service.errors import NotFound
from service.i18n import N_
from service.models import AdNumber, OldSighting, Report, Sighting, SightingState, Staff

MOST_WAITING, MOST_LISTED, MOST_PLACES = 96, 50, 200
FEWEST_DIGITS = 3
"""A part of a number that is searched has at least so many."""


@dataclass(frozen=True, slots=True)
class NumberOnReport:
    """A number on one report: with its crop or not, who decided, and where the report is."""

    view: SightingView
    pictured: bool
    code: str
    ward: str
    reported_at: datetime
    location: tuple[float, float]
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class WaitingNumbers:
    """Numbers that wait for this person's word, the longest waiting first; `total` of them."""

    items: Sequence[NumberOnReport]
    total: int


@dataclass(frozen=True, slots=True)
class NumberFile:
    """A number with the reports of this reader on which it was seen, the newest first."""

    number: AdNumber
    items: Sequence[NumberOnReport]


def waiting_numbers(session: Session, reference: Reference, actor: Actor) -> WaitingNumbers:
    """Return the first of the numbers on which this person has to decide, and how many there are."""
    condition = (Sighting.state == SightingState.PROPOSED) & cases_decided(actor)
    joined = select(func.count()).select_from(Sighting).join(Report, Report.id == Sighting.report_id)
    total = session.scalar(joined.where(condition)) or 0
    query = _seen(condition).order_by(Sighting.created_at, Sighting.id).limit(MOST_WAITING)
    return WaitingNumbers(_told(session, reference, query), total)


def list_numbers(session: Session, actor: Actor, part: str) -> list[AdNumber]:
    """Return the confirmed numbers of this reader's cases and old lists, the last seen first; with a part of
    one, all that have it, confirmed or not. A part that is too short finds nothing.
    """
    of_cases = (
        exists()
        .where(Sighting.number_id == AdNumber.id, Report.id == Sighting.report_id)
        .where(cases_read(actor))
    )
    of_lists = exists().where(OldSighting.number_id == AdNumber.id, readable_old_sightings(actor))
    query = select(AdNumber).where(of_cases | of_lists, with_digits(part) if part else AdNumber.sightings > 0)
    newest = query.order_by(AdNumber.last_seen.desc().nulls_last(), AdNumber.id.desc())
    return list(session.scalars(newest.limit(MOST_LISTED)))


def number_file(session: Session, reference: Reference, actor: Actor, number_id: int) -> NumberFile:
    """Return a number with the reports of this reader, none where they only lead its case. Raises NotFound
    where there is no such number; who may know of it is asked by `number_cases`.
    """
    number = session.get(AdNumber, number_id)
    query = _seen((Sighting.number_id == number_id) & cases_read(actor))
    newest = query.order_by(Report.created_at.desc(), Sighting.id.desc()).limit(MOST_PLACES)
    if number is None:
        raise NotFound(N_("Không có số này."))
    return NumberFile(number, _told(session, reference, newest))


_OF_A_REPORT = (
    Report.code,
    Report.ward_id,
    Report.created_at,
    Report.lon,
    Report.lat,
    Report.attributes[ANSWER].label("said"),
)


def with_digits(part: str) -> ColumnElement[bool]:
    """Return the condition on `AdNumber` for those with this part; one that is too short finds nothing."""
    digits = re.sub(r"\D", "", part)
    if len(digits) < FEWEST_DIGITS:
        return ~true()
    at_home = func.replace(AdNumber.shown, " ", "")
    return at_home.contains(digits, autoescape=True) | AdNumber.e164.contains(digits, autoescape=True)


def _seen(condition: ColumnElement[bool]) -> AnySelect:
    return (
        select(Sighting, AdNumber, *_OF_A_REPORT, func.coalesce(Staff.name, "").label("who"))
        .join(AdNumber, AdNumber.id == Sighting.number_id)
        .join(Report, Report.id == Sighting.report_id)
        .outerjoin(Staff, Staff.id == Sighting.decided_by)
        .where(condition)
    )


def _told(session: Session, reference: Reference, query: AnySelect) -> list[NumberOnReport]:
    rows = session.execute(query).all()
    pictured = with_crops(session, [row.Sighting.id for row in rows])
    return [
        NumberOnReport(
            view=sighting_view(row.Sighting, row.AdNumber, number_in_answer(row.said)),
            pictured=row.Sighting.id in pictured,
            code=row.code,
            ward=reference.wards[row.ward_id].name if row.ward_id in reference.wards else "",
            reported_at=row.created_at,
            location=(row.lon, row.lat),
            decided_by=row.who,
        )
        for row in rows
    ]
