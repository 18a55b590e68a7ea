"""Names in a search of the staff besides wards and departments: streets of the map, and colleagues."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.orm import Session

from service.domain.city.reference import DepartmentView, Reference, WardView
from service.domain.city.search.known import name_index
from service.domain.city.search.readings import read_words
from service.domain.city.search.units import city_key
from service.domain.city.search.words import street_key, street_name
from service.domain.kernel.texts import fold
from service.domain.reports.access import departments_in_sight
from service.domain.reports.events import Actor
from service.models import CASE_HOLDERS, Report, Staff

NEAR_M = 40.0
"""From the middle of a street to what lies in front of its houses."""

MOST_WORDS = 16
MOST_STREETS = 4
MOST_PEOPLE = 8
MOST_UNITS = 4

_WORD = re.compile(r"[^\W_]+")

_STREETS = text("""
SELECT DISTINCT ON (street_key) key, street_key, name FROM place_name
WHERE street_key IS NOT NULL AND (key = ANY(:keys) OR (length(:short) > 1 AND initials = :short))
ORDER BY street_key, rank, id
""")

_AREA = text("""
SELECT ST_AsEWKB(ST_Buffer(ST_Collect(geom)::geography, :far, 'quad_segs=2')::geometry)
FROM street WHERE key = ANY(:keys) AND NOT key = ''
""")


@dataclass(frozen=True, slots=True)
class NamedStreet:
    """Streets that the words name, and the strip of ground along them (EWKB); `rest` are the other words."""

    names: Sequence[str]
    area: bytes
    rest: str

    def covers(self) -> ColumnElement[bool]:
        """Return the condition on `Report` for places in the street or in front of it."""
        area = func.ST_GeomFromEWKB(self.area)
        met: ColumnElement[bool] = func.ST_Intersects(area, Report.location)
        return and_(Report.location.op("&&")(area), met)


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Colleague whose name or account fits. `whole`: the name stands whole in the words; `rest` are the
    others.
    """

    id: int
    username: str
    name: str
    department_id: int | None
    whole: bool
    rest: str


def find_street(session: Session, reference: Reference, words: str) -> NamedStreet | None:
    """Return the street of the map whose name, the longest, stands in the words, with or without marks and
    "đường"; a single short word may be its first letters.
    """
    typed = words.split()[:MOST_WORDS]
    spans = {street_key(part): (start, end) for start, end, part in _spans(typed)}
    known = name_index(session, reference)
    for reading in read_words(words, known.units, city_key(reference), known.aliases):
        spans[reading.name] = (0, len(typed))  # house number, "đ.", ward: nothing of them is left to seek
    short = fold(typed[0]) if len(typed) == 1 and len(typed[0]) <= 6 else ""
    found = session.execute(_STREETS, {"keys": [key for key in spans if key], "short": short}).all()
    if not found:
        return None
    start, end = max((spans.get(row.key, (0, len(typed))) for row in found), key=lambda at: at[1] - at[0])
    meant = [row for row in found if spans.get(row.key, (0, len(typed))) == (start, end)][:MOST_STREETS]
    area = session.scalar(_AREA, {"keys": [row.street_key for row in meant], "far": NEAR_M})
    if area is None:
        return None
    rest = " ".join(typed[:start] + typed[end:])
    return NamedStreet([street_name(row.name) for row in meant], bytes(area), rest)


def find_people(session: Session, actor: Actor, words: str) -> list[NamedPerson]:
    """Return the colleagues whose name stands in the words or ends with them, or whose account is meant;
    outside the roles that see all, those of the person's own departments.
    """
    typed = words.split()[:MOST_WORDS]
    spans = {_plain(part): (start, end) for start, end, part in _spans(typed)}
    if not spans:
        return []
    name, whole = func.fold(Staff.name), _plain(words)
    fits = or_(
        name.in_(list(spans)), name.endswith(f" {whole}", autoescape=True), Staff.username == words.lower()
    )
    query = select(Staff).where(Staff.active, Staff.role.in_(CASE_HOLDERS), fits)
    if (own := departments_in_sight(actor)) is not None:
        query = query.where(Staff.department_id.in_(sorted(own)))
    found = session.scalars(query.order_by(Staff.name, Staff.id).limit(MOST_PEOPLE))
    return [_person(each, typed, spans) for each in found]


def find_units(reference: Reference, words: str) -> list[DepartmentView]:
    """Return the departments of whose names, long or short, each word that was typed begins one; those named
    exactly come first.
    """
    words_typed = _plain(words).split()
    if not words_typed or max(map(len, words_typed)) < 2:
        return []
    found = []
    for unit in reference.departments.values():
        names = [_plain(name) for name in (*unit.name.values(), *unit.short_name.values(), unit.code)]
        own = " ".join(names).split()
        if all(any(word.startswith(each) for word in own) for each in words_typed):
            found.append((" ".join(words_typed) not in names, len(names[0]), unit.id))
    return [reference.departments[unit] for _, _, unit in sorted(found)[:MOST_UNITS]]


def find_wards(reference: Reference, words: str) -> list[WardView]:
    """Return the wards in force whose names begin like that, with or without marks and "phường"."""
    words_typed = _plain(words)
    if len(words_typed) < 2:
        return []
    wards = (
        ward
        for ward in reference.ward_by_code.values()
        if any(_plain(name).startswith(words_typed) for name in (ward.name, ward.full_name))
    )
    return sorted(wards, key=lambda ward: (len(ward.name), ward.code))[:MOST_UNITS]


def find_holder(session: Session, username: str) -> NamedPerson | None:
    """Return the colleague of that account."""
    found = session.scalar(select(Staff).where(Staff.username == username))
    return _person(found, [], {}) if found else None


def is_held_by(people: Collection[NamedPerson]) -> ColumnElement[bool]:
    """Return the condition on `Report` for cases that one of them holds."""
    return Report.holder_id.in_(sorted(each.id for each in people))


def _person(row: Staff, typed: Sequence[str], spans: dict[str, tuple[int, int]]) -> NamedPerson:
    span = spans.get(_plain(row.name))
    whole = span is not None and (span[1] - span[0] > 1 or len(typed) == 1)
    rest = " ".join([*typed[: span[0]], *typed[span[1] :]]) if span else ""
    return NamedPerson(row.id, row.username, row.name, row.department_id, whole, rest)


def _spans(typed: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield every run of at least two words, and a word that was typed alone."""
    shortest = 1 if len(typed) == 1 else 2
    for start in range(len(typed)):
        for end in range(start + shortest, len(typed) + 1):
            yield start, end, " ".join(typed[start:end])


def _plain(words: str) -> str:
    return " ".join(_WORD.findall(fold(words)))
