"""Wards and communes that are no more: found by the names people still use, with the unit they went into."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import ENGLISH_KINDS
from service.domain.kernel.texts import alphabetical, fold
from service.models import Area, City, FormerUnit

# Both in the form of `_key`: folded, with i for y.
UNIT_WORDS = re.compile(r"^(?:(phuong|xa|thi tran|dac khu)\s+|(p|f|x|tt)(?:[.]\s*|\s+))")
DISTRICT_WORDS = re.compile(r"^(?:(?:quan|huien|thi xa|thanh pho|tinh)\s+|(?:q|h|tx|tp|t)(?:[.]\s*|\s+))")
SHORT = {"p": "phuong", "f": "phuong", "x": "xa", "tt": "thi tran"}
PARTS = re.compile(r"[,;()]")


@dataclass(frozen=True, slots=True)
class FormerMatch:
    """A former unit and the unit in force that it went into; `area_name` is empty if that is unknown."""

    code: str
    name: str
    district: str
    area_code: str
    area_name: str
    lon: float
    lat: float


def find_former_unit(session: Session, name: str, district: str | None = None) -> list[FormerMatch]:
    """Return former units called `name`, likeliest first; empty if there is none.

    Marks, letter case, i and y, and words such as `phường` or `P.` make no difference, though units of the
    kind that is said come first. A district (given, after a comma, or at the end of the name) leaves only
    its units, if there are any.
    """
    first, *others = [_key(part) for part in PARTS.split(name)]
    hints = [hint for hint in (*others, _key(district or "")) if hint]
    kind, spoken = _spoken(first)
    city = _bare(_key((session.scalar(select(City.name)) or {}).get("vi", "")))
    found = [(match, rest) for match in _all(session) if (rest := _rest(match, spoken, city)) is not None]
    wanted = _in_district([match for match, _ in found], [*hints, *(rest for _, rest in found if rest)])
    return sorted(wanted, key=lambda match: (not _key(match.name).startswith(f"{kind} "), match.code))


def names_before(session: Session, area_code: str) -> list[str]:
    """Return the bare names of the former units that went into the unit of that code, in alphabetical order.

    Empty where the city's folder knows none.
    """
    names = session.scalars(select(FormerUnit.name).where(FormerUnit.area_code == area_code))
    return sorted({_without_kind(name) for name in names}, key=alphabetical)


def _without_kind(name: str) -> str:
    kind = next((kind for kind in ENGLISH_KINDS if name.casefold().startswith(f"{kind} ")), "")
    return name[len(kind) :].strip()


def _all(session: Session) -> Iterable[FormerMatch]:
    rows = session.execute(
        select(FormerUnit, Area.full_name)
        .outerjoin(Area, and_(Area.code == FormerUnit.area_code, Area.valid_to.is_(None)))
        .order_by(FormerUnit.code)
    )
    for unit, area in rows:
        yield FormerMatch(unit.code, unit.name, unit.district, unit.area_code, area or "", unit.lon, unit.lat)


def _key(text: str) -> str:
    """Return the name for comparing: folded, single spaces, and `y` as `i` (Vỹ Dạ, Vĩ Dạ)."""
    return " ".join(fold(text).replace("y", "i").split())


def _spoken(text: str) -> tuple[str, frozenset[str]]:
    """Return the kind of unit that is said, if any, and what may be the name: with and without that word."""
    found = UNIT_WORDS.match(text)
    if found is None:
        return "", frozenset({text})
    kind = found[1] or SHORT[found[2]]
    # `Phường Đúc` is a name by itself: its ward was called `Phường Phường Đúc`.
    return kind, frozenset({text, text[found.end() :]})


def _bare(text: str) -> str:
    """Return a district's or city's name without the word before it."""
    return DISTRICT_WORDS.sub("", text)


def _rest(match: FormerMatch, spoken: frozenset[str], city: str) -> str | None:
    """Return what is said after the unit's name if that is its district or the city; None if the name is
    another.
    """
    own = UNIT_WORDS.sub("", _key(match.name))
    for text in spoken:
        if text == own:
            return ""
        if text.startswith(f"{own} "):
            rest = _bare(text[len(own) + 1 :])
            if rest and rest in (_bare(_key(match.district)), city):
                return rest
    return None


def _in_district(matches: Sequence[FormerMatch], hints: Iterable[str]) -> list[FormerMatch]:
    """Return those of a district that is hinted at; all, if no hint names one."""
    bare = {_bare(hint) for hint in hints}
    inside = [match for match in matches if _bare(_key(match.district)) in bare]
    return inside or list(matches)
