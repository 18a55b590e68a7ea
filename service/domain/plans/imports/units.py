"""Units by the names that documents give them: name, short name, alias, what colleagues make of these."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from service.domain.city.reference import DepartmentView, Reference
from service.domain.kernel.texts import fold

FARTHEST = 2
"""Letters by which a name may differ and still be proposed."""
LONGEST = 200
_SHORTEST_NEAR = 7
_CLOSE = 3
_APART = re.compile(r"[^0-9a-z]+")
_KINDS = ("trung tam", "phong", "so", "ban", "cong ty", "van phong", "chi cuc", "doi", "to")
_SHORT = (
    ("van phong", "vp"),
    ("phong", "p"),
    ("trung tam", "tt"),
    ("cong ty", "cty"),
    ("cong an", "ca"),
    ("ban quan ly", "bql"),
)
_LESS = {"va", "cua", "thuoc"}
_FULL = (
    ("ubnd", "uy ban nhan dan"),
    ("tp", "thanh pho"),
    ("ub mttq", "uy ban mat tran to quoc"),
    ("tx", "thi xa"),
)


def folded_unit(name: str) -> str:
    """Return a name's folded words, abbreviations of committees and towns written out."""
    words = f" {' '.join(_APART.sub(' ', fold(name)).split())} "
    for short, full in _FULL:
        words = words.replace(f" {short} ", f" {full} ")
    return words.strip()


def unit_key(name: str) -> str:
    """Return what names are compared by: letters and figures alone."""
    return folded_unit(name).replace(" ", "")


@dataclass(frozen=True, slots=True)
class UnitMatches:
    """Units that a name may mean. `exact` with one of them is clear; `near` but for a few letters."""

    codes: tuple[str, ...] = ()
    exact: bool = False
    near: bool = False

    @property
    def clear(self) -> bool:
        """Return whether the name can mean one unit alone."""
        return self.exact and len(self.codes) == 1


@dataclass(frozen=True)
class Directory:
    """Units of a city by every key they go by. `near` are those that a name of several prefers."""

    by_key: Mapping[str, frozenset[str]]
    near: frozenset[str] = frozenset()
    _known: dict[str, UnitMatches] = field(default_factory=dict, compare=False)

    def find(self, name: str) -> UnitMatches:
        """Return the units that a name may mean: exactly, else by a few letters, else by words in common."""
        key = unit_key(name) if len(name) <= LONGEST else ""
        if key not in self._known:
            self._known[key] = self._find(key, folded_unit(name))
        return self._known[key]

    def knows(self, name: str) -> bool:
        """Return whether the name means one unit exactly."""
        exact = self.by_key.get(unit_key(name), frozenset())
        return len(exact) == 1 or len(exact & self.near) == 1

    def _find(self, key: str, words: str) -> UnitMatches:
        if not key:
            return UnitMatches()
        if exact := self.by_key.get(key):
            preferred = exact & self.near if len(exact) > 1 else exact
            return UnitMatches(tuple(sorted(preferred or exact)), exact=True)
        if len(key) >= _SHORTEST_NEAR and (close := self._near(key)):
            return UnitMatches(tuple(close[:_CLOSE]), near=len(close) == 1)
        return UnitMatches(tuple(self._alike(words)))

    def _near(self, key: str) -> list[str]:
        """Return codes of units whose name differs by the fewest letters, `FARTHEST` at most."""
        distances: dict[str, int] = {}
        for known, codes in self.by_key.items():
            if letters := _distance(key, known):
                for code in codes:
                    distances[code] = min(distances.get(code, FARTHEST), letters)
        fewest = min(distances.values(), default=0)
        return sorted(code for code, letters in distances.items() if letters == fewest)

    def _alike(self, words: str) -> list[str]:
        """Return codes of units one of whose names holds all that is said, or is held by it."""
        key = words.replace(" ", "")
        if len(key) < _CLOSE:
            return []
        scored: dict[str, int] = {}
        for known, codes in self.by_key.items():
            if len(known) >= _CLOSE and (key in known or (len(known) >= _SHORTEST_NEAR and known in key)):
                for code in codes:
                    scored[code] = min(scored.get(code, 999), abs(len(known) - len(key)))
        return sorted(scored, key=lambda code: (code not in self.near, scored[code], code))[:_CLOSE]


def directory(
    units: Iterable[DepartmentView],
    aliases: Mapping[str, Iterable[str]],
    town: str = "",
    near: frozenset[str] = frozenset(),
) -> Directory:
    """Return the directory of the units in use; `aliases` by code, `town` the city's name, which colleagues
    leave out, `near` codes of the issuer's own units.
    """
    views = {unit.id: unit for unit in units if unit.active}
    by_key: dict[str, set[str]] = defaultdict(set)
    for unit in views.values():
        parent = views.get(unit.parent_id or 0)
        names = [*_names(unit, parent), *aliases.get(unit.code, ())]
        names += [short for each in names for short in _abbreviated(each)]
        for name in [*names, *(short for each in names for short in _outside(each, town))]:
            if key := unit_key(name):
                by_key[key].add(unit.code)
    return Directory({key: frozenset(codes) for key, codes in by_key.items()}, near)


def city_directory(reference: Reference, own: frozenset[int]) -> Directory:
    """Return the directory of a city for somebody of the units `own`."""
    near = frozenset(view.code for view in reference.departments.values() if view.id in own)
    aliases: dict[str, list[str]] = defaultdict(list)
    for said, code in reference.config.unit_aliases.items():
        aliases[code].append(said)
    return directory(reference.departments.values(), aliases, reference.city_name.get("vi", ""), near)


def _names(unit: DepartmentView, parent: DepartmentView | None) -> Iterator[str]:
    full, short = unit.name.get("vi", ""), unit.short_name.get("vi", "")
    own = [each for each in dict.fromkeys((full, short)) if each]
    yield from own
    for name in own:
        # “Thanh tra Sở Khoa học và Công nghệ” is “Thanh tra” and “Thanh tra Sở” to its colleagues.
        for above in dict.fromkeys(parent.name.values() if parent else ()):
            yield from _less(name, above)
        if parent is not None:
            yield from _less(name, parent.short_name.get("vi", ""))
        yield from _initials(name)
        yield re.sub(r"\s*\(.*?\)", "", name)
        if inside := re.search(r"\(([^)]+)\)", name):
            yield inside[1]
    if unit.kind == "company":  # “FPT Telecom Huế” is FPT to everybody
        yield unit.code
        yield from (brand[1] for name in own if (brand := _TRADE.match(folded_unit(name))))
    kind = next((each for each in _KINDS if folded_unit(full).startswith(f"{each} ")), "")
    if kind and short and not folded_unit(short).startswith(kind):
        yield f"{kind} {short}"


_TRADE = re.compile(
    r"(?:cong ty (?:(?:tnhh|cp|co phan|mtv) )*)?(?!ty |tnhh|cp |phan |mtv )(\w+) (?:telecom|vien thong)\b"
)


def _less(name: str, above: str) -> Iterator[str]:
    words, parent = folded_unit(name), folded_unit(above)
    if parent and words.endswith(f" {parent}"):
        rest = words.removesuffix(parent).strip()
        yield rest
        yield f"{rest} {parent.split()[0]}"


def _outside(name: str, town: str) -> Iterator[str]:
    """Shorten “Viettel Huế” to “Viettel”, “Công an thành phố Huế” to “Công an thành phố”."""
    words, place = folded_unit(name), folded_unit(town)
    short = place.removeprefix("thanh pho ").removeprefix("tinh ")
    for each in (place, short):
        if each and words.endswith(f" {each}"):
            yield words.removesuffix(each).strip()


def _initials(name: str) -> Iterator[str]:
    """Shorten “Phòng Bưu chính – Viễn thông” to “Phòng BCVT”."""
    words = folded_unit(name)
    kind = next((each for each in _KINDS if words.startswith(f"{each} ")), "")
    rest = [word for word in words.removeprefix(kind).split() if word not in _LESS]
    if kind and len(rest) > 1:
        yield f"{kind} {''.join(word[0] for word in rest)}"


def _abbreviated(name: str) -> Iterator[str]:
    """Shorten “Phòng BCVT” to “P. BCVT”, “Văn phòng” to “VP”: as headings have it."""
    words = folded_unit(name)
    yield from (
        f"{short}{words[len(kind) :]}" for kind, short in _SHORT if f"{words} ".startswith(f"{kind} ")
    )


def _distance(one: str, other: str) -> int:
    """Return how many letters differ, 1 to `FARTHEST`; 0 where more do (or none)."""
    if abs(len(one) - len(other)) > FARTHEST or len(other) < _SHORTEST_NEAR:
        return 0
    if len(set(one) ^ set(other)) > 2 * FARTHEST:  # three quarters of all names are sorted out by this alone
        return 0
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        diagonal, row[0] = row[0], at
        for column, known in enumerate(other, 1):
            diagonal, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, diagonal + (letter != known)),
            )
        if min(row) > FARTHEST:
            return 0
    return row[-1] if row[-1] <= FARTHEST else 0
