"""Search of the staff for any case that is theirs to read, open or closed, by what one remembers of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row
from sqlalchemy.orm import Session

from service.domain.city.reference import DepartmentView, Reference, WardView
from service.domain.kernel.codes import tidy_code
from service.domain.kernel.texts import fold, tidy
from service.domain.queries.lists import Key, list_reports, searchable
from service.domain.queries.views import StaffView, staff_views
from service.domain.reports.access import Asker, find_report, handed_to, sees_all
from service.domain.reports.events import Actor
from service.domain.reports.filters import Filters
from service.errors import NotFound
from service.models import OPEN, Report, Status

State = Literal["all", "open", "done"]

_WORD = re.compile(r"[^\W_]+")
_STATUSES: Mapping[State, frozenset[str] | None] = {
    "all": None,
    "open": frozenset(OPEN),
    "done": frozenset(Status) - frozenset(OPEN),
}


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """Query as it is understood: a tracking code, or words beside a ward and a department that it names."""

    code: str | None = None
    words: str = ""
    ward: WardView | None = None
    department: DepartmentView | None = None
    state: State = "all"


@dataclass(frozen=True, slots=True)
class FoundCases:
    """Page of found cases, and where the next one begins."""

    items: Sequence[StaffView]
    next: Key | None


def read_case_query(
    reference: Reference, text: str, *, state: State = "all", whole: bool = False
) -> CaseQuery:
    """Return what the typed text asks for. The longest name of a ward or department in it counts as one,
    with or without marks and "phường"; with `whole` all of it are words of the case.
    """
    text = tidy(text)
    if code := tidy_code(text, reference.code_prefix):
        return CaseQuery(code=code, state=state)
    if whole:
        return CaseQuery(words=text, state=state)
    words = text.split()
    department, words = _take_named(words, _department_names(reference))
    ward, words = _take_named(words, _ward_names(reference))
    return CaseQuery(
        words=" ".join(words),
        ward=reference.wards[ward] if ward else None,
        department=reference.departments[department] if department else None,
        state=state,
    )


def find_cases(
    session: Session,
    reference: Reference,
    asker: Asker,
    query: CaseQuery,
    *,
    now: datetime,
    public_url: str,
    after: Key | None = None,
    limit: int = 50,
) -> FoundCases:
    """Return one page of the cases that fit, the newest first: those of the person's departments, or of all
    where the role sees all. A code finds also a case that their department led before.
    """
    if asker.staff is None:
        return FoundCases([], None)
    filters = searchable(reference, _filters(reference, asker.staff, query), asker)
    found = list_reports(session, filters, handed_to(asker.staff), now=now, after=after, limit=limit)
    rows = found.rows
    if query.code and not rows:
        filters = replace(filters, departments=None, statuses=None)
        rows = _led_before(session, asker, filters, query.code, now)
    items = staff_views(session, reference, rows, now=now, public_url=public_url, reader=asker.staff)
    return FoundCases(items, found.next)


def _filters(reference: Reference, actor: Actor, query: CaseQuery) -> Filters:
    departments = None if sees_all(actor) else frozenset(actor.departments)
    if query.department:
        below = reference.departments_below(query.department.id)
        departments = below if departments is None else departments & below
    return Filters(
        statuses=_STATUSES[query.state],
        wards=reference.ward_ids(query.ward.code) if query.ward else None,
        departments=departments,
        code=query.code,
        words=query.code or query.words or None,
    )


def _led_before(
    session: Session, asker: Asker, filters: Filters, code: str, now: datetime
) -> Sequence[Row[Any]]:
    """Return the row of a case that the asker may read from inside without a part in it now."""
    try:
        access = find_report(session, asker, code, now=now)
    except NotFound:
        return []
    if not access.inside:
        return []
    return list_reports(session, filters, Report.id == access.report.id, now=now).rows


def _ward_names(reference: Reference) -> Iterable[tuple[int, str]]:
    for ward in reference.ward_by_code.values():
        yield ward.id, ward.name
        yield ward.id, ward.full_name


def _department_names(reference: Reference) -> Iterable[tuple[int, str]]:
    for unit in reference.departments.values():
        yield unit.id, unit.code
        for names in (unit.name, unit.short_name):
            yield from ((unit.id, name) for name in names.values())


def _take_named(words: list[str], names: Iterable[tuple[int, str]]) -> tuple[int | None, list[str]]:
    """Return whose name stands in the words, the longest, and the words without it."""
    folded = [" ".join(_WORD.findall(fold(word))) for word in words]
    best: tuple[int, int, int] | None = None
    for key, name in names:
        parts = [" ".join(_WORD.findall(part)) for part in fold(name).split()]
        parts = [part for part in parts if part]
        if not parts or (best and len(parts) <= best[1]):
            continue
        for start in range(len(folded) - len(parts) + 1):
            if folded[start : start + len(parts)] == parts:
                best = (key, len(parts), start)
                break
    if best is None:
        return None, words
    key, length, start = best
    return key, words[:start] + words[start + length :]
