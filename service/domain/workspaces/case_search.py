"""Search of the staff for any case that is theirs to read, open or closed, by what one remembers of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import Session

from service.domain.city.reference import DepartmentView, Reference, WardView
from service.domain.kernel.codes import tidy_code
from service.domain.kernel.sql import in_values
from service.domain.kernel.texts import fold, tidy
from service.domain.queries.conditions import text_condition
from service.domain.queries.lists import Key, list_reports, searchable
from service.domain.queries.views import StaffView, staff_views
from service.domain.reports.access import Asker, departments_in_sight, readable_cases, supported_by
from service.domain.reports.events import Actor
from service.domain.reports.filters import Filters
from service.domain.workspaces.named_in_search import (
    NamedPerson,
    NamedStreet,
    find_holder,
    find_people,
    find_street,
    is_held_by,
)
from service.models import OPEN, Report, Status

State = Literal["all", "open", "done"]

_WORD = re.compile(r"[^\W_]+")
_LEAST_INITIALS = 3
_STATUSES: Mapping[State, frozenset[str] | None] = {
    "all": None,
    "open": frozenset(OPEN),
    "done": frozenset(Status) - frozenset(OPEN),
}


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """Query as it is understood: a tracking code, or words beside a ward and a department that it names.

    `holder` is the account of who holds the case; with `whole` the words name no street and nobody.
    """

    code: str | None = None
    words: str = ""
    ward: WardView | None = None
    department: DepartmentView | None = None
    state: State = "all"
    holder: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class CaseSearchPage:
    """Page of found cases, where the next one begins, and what the words name besides."""

    items: Sequence[StaffView]
    next: Key | None
    street: NamedStreet | None = None
    people: Sequence[NamedPerson] = ()


def read_case_query(
    reference: Reference, text: str, *, state: State = "all", whole: bool = False, holder: str = ""
) -> CaseQuery:
    """Return what the typed text asks for. The longest name of a ward or department in it counts as one,
    with or without marks and "phường"; with `whole` all of it are words of the case.
    """
    text = tidy(text)
    if code := tidy_code(text, reference.code_prefix):
        return CaseQuery(code=code, state=state, holder=holder)
    if whole:
        return CaseQuery(words=text, state=state, holder=holder, whole=True)
    words = text.split()
    department, words = _take_named(words, _department_names(reference))
    ward, words = _take_named(words, _ward_names(reference))
    return CaseQuery(
        words=" ".join(words),
        ward=reference.wards[ward] if ward else None,
        department=reference.departments[department] if department else None,
        state=state,
        holder=holder,
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
) -> CaseSearchPage:
    """Return one page of the cases that fit, the newest first: of those the person reads from inside, open or
    closed, also such as were handed on. A case fits by its words, by its place in the street that is named,
    or by who holds it.
    """
    actor = asker.staff
    if actor is None:
        return CaseSearchPage([], None)
    filters = searchable(reference, _filters(reference, actor, query), asker)
    shown = [readable_cases(actor)]
    if query.holder:
        person = find_holder(session, query.holder)
        shown.append(is_held_by([person] if person else []))
    if query.department and departments_in_sight(actor) is not None:
        shown.append(_of_unit(reference, query.department))
    street, people = None, list[NamedPerson]()
    if query.words and not query.whole:
        street = find_street(session, reference, query.words)
        people = find_people(session, actor, query.words)
        fits = _other_ways(reference, asker, street, people)
        if fits:
            shown.append(or_(text_condition(filters), *fits))
            filters = replace(filters, words=None)
    found = list_reports(session, filters, and_(*shown), now=now, after=after, limit=limit)
    items = staff_views(session, reference, found.rows, now=now, public_url=public_url, reader=actor)
    return CaseSearchPage(items, found.next, street, people)


def _other_ways(
    reference: Reference, asker: Asker, street: NamedStreet | None, people: Sequence[NamedPerson]
) -> list[ColumnElement[bool]]:
    """Return the conditions under which a case fits that does not say all the words."""

    def rest(words: str) -> ColumnElement[bool]:
        return text_condition(searchable(reference, Filters(words=words), asker)) if words else true()

    found = [and_(street.covers(), rest(street.rest))] if street else []
    named = [each for each in people if each.whole]
    return found + ([and_(is_held_by(named), rest(named[0].rest))] if named else [])


def _of_unit(reference: Reference, unit: DepartmentView) -> ColumnElement[bool]:
    below = reference.departments_below(unit.id)
    return or_(in_values(Report.lead_id, below), in_values(Report.executor_id, below), supported_by(below))


def _filters(reference: Reference, actor: Actor, query: CaseQuery) -> Filters:
    departments = departments_in_sight(actor)
    if query.department and departments is None:
        departments = reference.departments_below(query.department.id)
    return Filters(
        statuses=_STATUSES[query.state],
        wards=reference.ward_ids(query.ward.code) if query.ward else None,
        departments=departments,
        code=query.code,
        words=query.code or query.words or None,
        former=True,
    )


def _ward_names(reference: Reference) -> Iterable[tuple[int, str]]:
    for ward in reference.ward_by_code.values():
        yield ward.id, ward.name
        yield ward.id, ward.full_name


def _department_names(reference: Reference) -> Iterable[tuple[int, str]]:
    for unit in reference.departments.values():
        yield unit.id, unit.code
        for names in (unit.name, unit.short_name):
            yield from ((unit.id, name) for name in names.values())
    yield from _initials(reference)


def _initials(reference: Reference) -> Iterable[tuple[int, str]]:
    """Yield the initials in short names that are one unit's alone: `BCVT` of “Phòng BCVT”, `UBND` of none."""
    owners: dict[str, set[int]] = {}
    for unit in reference.departments.values():
        for word in " ".join(unit.short_name.values()).split():
            if len(word) >= _LEAST_INITIALS and word.isalpha() and word.isupper():
                owners.setdefault(word, set()).add(unit.id)
    yield from ((units.pop(), word) for word, units in owners.items() if len(units) == 1)


def _take_named(words: list[str], names: Iterable[tuple[int, str]]) -> tuple[int | None, list[str]]:
    """Return whose name stands in the words, the longest, and the words without it. Signs between words (`–`,
    `&`) count for nothing; half of what was written without a space is no name.
    """
    tokens = [(part, at) for at, word in enumerate(words) for part in _WORD.findall(fold(word))]
    said, places = [part for part, _ in tokens], [-1, *(at for _, at in tokens), len(words)]
    best: tuple[int, int, int] | None = None
    for key, name in names:
        parts = _WORD.findall(fold(name))
        if not parts or (best and len(parts) <= best[1]):
            continue
        for start in range(len(said) - len(parts) + 1):
            whole = (
                places[start] < places[start + 1]
                and places[start + len(parts)] < places[start + len(parts) + 1]
            )
            if whole and said[start : start + len(parts)] == parts:
                best = (key, len(parts), start)
                break
    if best is None:
        return None, words
    key, length, start = best
    return key, words[: places[start + 1]] + words[places[start + length] + 1 :]
