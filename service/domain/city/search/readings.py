"""Ways to read what was typed: house number, alley, name, and the ward that was said beside it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from service.domain.city.search.canon import KINDS, canonical
from service.domain.city.search.near_phrases import AT_A_PLACE, ENDS_OF, NEAR
from service.domain.city.search.words import ALLEYS, with_written_date
from service.domain.kernel.texts import fold

MOST_WORDS = 16
MOST_READINGS = 12
MOST_BARE = 3

BARE_COST = 0.2
"""Cost of leaving out the word for the kind of place that was typed."""

WITH_QUARTER = 0.03
"""Cost of reading `tổ 218` as words of a name and a number."""

Units = Mapping[str, frozenset[str]]
"""Codes of the wards in force by the folded names of wards, former units and districts."""

_WORD = re.compile(r"(?<=duong )[a-gijl-z]\d{1,2}\b|\d+[a-z]?(?:[/-]\d+[a-z]?)*|[a-z]+|\d+[a-z]*")
_NUMBER = re.compile(r"\d+[a-z]?(?:[/-]\d+[a-z]?)*$")
_RANGE = re.compile(r"(\d+)-(\d+)")
_DAY = re.compile(r"(?:[12]?\d|3[01])$")
_DATE = re.compile(r"(\d{1,2})[/-](\d{1,2})$")
_ALLEY_WORDS = {"k": "kiet", "h": "hem", "ng": "ngo"} | {word: word for word in ALLEYS}
_SHOWN = {"kiet": "kiệt", "hem": "hẻm", "ngo": "ngõ", "ngach": "ngách"}
_HOUSE_WORDS = frozenset({"so", "sn", "nha", "no", "s"})
_STREET_WORDS = frozenset({"duong", "pho", "dg", "d", "street"})
_ENGLISH_STREET = frozenset({"street", "str", "road"})
_UNIT_WORDS = {
    "p": "phuong",
    "f": "phuong",
    "phuong": "phuong",
    "x": "xa",
    "xa": "xa",
    "tt": "thi tran",
    "q": "quan",
    "quan": "quan",
    "huien": "huien",
    "h": "huien",
    "tx": "thi xa",
    "tp": "thanh pho",
}
_UNKNOWN = frozenset({"p", "phuong", "xa"})
_TWO_WORDS = frozenset({("thi", "tran"), ("thi", "xa"), ("thanh", "pho")})
_QUARTERS = re.compile(
    r"\b(?:(?:to dan pho|tdp|khu vuc|kv|khom|cum|to|xom) \d{1,3}[a-z]?|km ?\d+(?:\+\d+)?)\b"
)
_NAMED_TO = re.compile(r"[a-z] to \d")
_FORMERLY = "cu"
"""“phường Thuận Lộc cũ”; the last word of a street's name it is only in the whole of it."""

ONE_WORD = 4
"""Letters from which on one word behind “near” or “behind” is a name: `sau lưng Vincom`."""

_POSTCODE = re.compile(r"\b\d{5,6}$")
_FIRST_BRANCH = re.compile(r"^(ql \d+)a\b")

FIRST_BRANCH = 0.03
"""Cost of reading `ql 49a` as Quốc lộ 49: people tell a road from its branch, 49B, by an “A”."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Reading of the words. `alley` is as it is shown; `wards` are codes, empty where none was said.

    `without_unit_word` is without the kind of place that was said; `street`: `đường` was said.
    """

    name: str
    house: str = ""
    alley: str = ""
    wards: frozenset[str] = frozenset()
    cost: float = 0.0
    bare: bool = False
    street: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words of the name."""
        return tuple(self.name.split())

    @property
    def is_address(self) -> bool:
        """Return whether a number in a street was said."""
        return bool(self.house or self.alley)

    @property
    def is_kind_in_ward(self) -> bool:
        """Return whether no name was said, only a kind of place and a ward: `trường tiểu học phường Đúc`."""
        return bool(self.wards) and all(word in KINDS for word in self.words)

    def address(self, street: str) -> str:
        """Return the address in that street as it is written."""
        alley = self.alley if self.house else self.alley[:1].upper() + self.alley[1:]
        return " ".join(part for part in (self.house, alley, street) if part)


def read_words(text: str, units: Units, city: str, aliases: Mapping[str, str] | None = None) -> list[Reading]:
    """Return the ways to read what was typed, the likeliest first; `city` is the folded name of the city.

    `aliases` are canonical keys of names that people use for a place, with the key of its name on maps.
    """
    plain = fold(text)
    quartered = _without_quarters(plain)
    found = _read(_words(quartered or plain), units, city)
    if quartered and _NAMED_TO.search(plain):  # “lý thái tổ 218” says no quarter
        found += [replace(each, cost=each.cost + WITH_QUARTER) for each in _read(_words(plain), units, city)]
    unique = {
        (r.name, r.house, r.alley, r.wards): r for r in reversed(found) if any(map(str.isalpha, r.name))
    }
    known = aliases or {}
    ordered = reversed(unique.values())
    spelt = [(each, canonical(each.name)) for each in ordered]
    named = [replace(each, name=canonical(known[key]) if key in known else key) for each, key in spelt]
    named += [main for each in named[:MOST_BARE] for main in _main_road(each)]
    named += [bare for each in named[:MOST_BARE] for bare in _without_kind(each)]
    return sorted(named, key=lambda each: each.cost)[:MOST_READINGS]


def _read(words: tuple[str, ...], units: Units, city: str) -> list[Reading]:
    whole = _without_near(words)
    words = _without_city(whole, city)
    if not words or words in (("tp", city), ("thanh", "pho", city)):  # the whole city is no place in it
        return []
    found = [Reading(" ".join(words))]
    if len(words) > 2 and words[-1] == _FORMERLY and (words[0] in _UNIT_WORDS or words[:2] in _TWO_WORDS):
        words = words[:-1]
        found.append(Reading(" ".join(words), cost=0.01))
    found += [Reading(unit, cost=0.005) for unit in _spelt_unit(words, units)]
    found += [Reading(word, cost=0.02) for word in _one_word_near(words)]
    if words != whole:  # “ủy ban nhân dân thành phố Huế”
        found.append(Reading(" ".join(whole), cost=0.01))
    if any(_DATE.match(word) for word in words[1:]):  # “công viên 3/2”
        found.append(Reading(" ".join(with_written_date(word) for word in words), cost=0.01))
    for part, cost in _apart(words):
        found += [Reading(" ".join(part), cost=cost), *_numbered(part)]
    found += _numbered(words)
    if len(words) > 1 and words[-1] in _ENGLISH_STREET:
        found += [
            replace(each, street=True) for each in (Reading(" ".join(words[:-1])), *_numbered(words[:-1]))
        ]
    if len(words) > 2 and words[-1] == city:
        found += [Reading(" ".join(words[:-1]), cost=0.02), *_numbered(words[:-1])]
    found += [beside for each in list(found) for beside in _with_ward(each, units, city)]
    if _says_street(words):
        found = [replace(each, street=True) for each in found]
    return found


def _spelt_unit(words: tuple[str, ...], units: Units) -> Iterator[str]:
    """Yield a unit that was said alone with the word for its kind written out: `tt phong dien`, `p vi da`."""
    kind = _UNIT_WORDS.get(words[0], "") if len(words) > 1 else ""
    name = " ".join(words[1:])
    if kind and kind != words[0] and (name in units or f"{kind} {name}" in units):
        yield f"{kind} {name}" if f"{kind} {name}" in units else name


def _main_road(reading: Reading) -> Iterator[Reading]:
    """Yield a national road without the “A” that sets it apart from its branch."""
    if (name := _FIRST_BRANCH.sub(r"\1", reading.name)) != reading.name:
        yield replace(reading, name=name, cost=reading.cost + FIRST_BRANCH)


def _without_kind(reading: Reading) -> Iterator[Reading]:
    """Yield the bare name of a landmark of a kind that no map knows: `sân bay Phú Bài` is in Phú Bài."""
    words = reading.words
    if len(words) > 2 and words[0] in KINDS:
        yield replace(reading, name=" ".join(words[1:]), cost=reading.cost + BARE_COST, bare=True)


def _words(plain: str) -> tuple[str, ...]:
    """Return the words of folded text, as keys spell them."""
    return _with_alleys(tuple(_split(ENDS_OF.sub("", AT_A_PLACE.sub("o ", plain))))[:MOST_WORDS])


def _says_street(words: tuple[str, ...]) -> bool:
    before = ("0", *words)
    return any(
        word in _STREET_WORDS and _NUMBER.match(last) for last, word in zip(before, words[:-1], strict=False)
    )


def _split(plain: str) -> Iterator[str]:
    for word in _WORD.findall(plain.replace("y", "i")):
        pair = _RANGE.fullmatch(word)
        if pair and int(pair[1]) < int(pair[2]):  # “12-14 Lê Lợi” is one house with two numbers
            yield word
        else:
            yield word.replace("-", "/") if word[:1].isdigit() or len(word) == 1 else word


def _without_quarters(plain: str) -> str:
    """Return the folded words without `tổ 3`, `khu vực 2`, `km 5` and a postcode: no map knows them."""
    return _QUARTERS.sub(" ", _POSTCODE.sub("", plain.strip())).strip(" ,;-")


def _with_alleys(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words with `k 12` as `kiet 12`."""
    after = (*words[1:], "")[: len(words)]
    return tuple(
        _ALLEY_WORDS.get(word, word) if _NUMBER.match(following) else word
        for word, following in zip(words, after, strict=True)
    )


def _without_near(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without “in front of”, “under the foot of” and the like, also several in a row."""
    for phrase in NEAR:
        parts = tuple(phrase.split())
        if words[: len(parts)] == parts and len(words) > len(parts) + 1:
            return _without_near(words[len(parts) :])
    return words


def _one_word_near(words: tuple[str, ...]) -> Iterator[str]:
    """Yield the only word behind “near” and the like, if it is long enough to be a name by itself."""
    *before, last = words
    if len(last) >= ONE_WORD and last.isalpha() and " ".join(before) in NEAR:
        yield last


def _apart(words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Return what stands before and after “near”, “opposite” and the like: `lê lợi gần quốc học`."""
    for phrase in NEAR:
        parts = tuple(phrase.split())
        for at in range(2, len(words) - len(parts)):
            if words[at : at + len(parts)] == parts and len(parts[0]) > 1:
                yield words[:at], 0.02
                yield words[at + len(parts) :], 0.12


def _without_city(words: tuple[str, ...], city: str) -> tuple[str, ...]:
    for tail in (
        f"tinh thua thien {city}",
        f"thua thien {city}",
        f"thanh pho {city}",
        f"tp {city}",
        "viet nam",
        "vietnam",
    ):
        parts = tuple(tail.split())
        if len(words) > len(parts) and words[-len(parts) :] == parts:
            return _without_city(words[: -len(parts)], city)
    return words


def _numbered(words: tuple[str, ...]) -> Iterator[Reading]:
    """Yield the readings with numbers in front of the name, or behind it."""
    house, alley, rest = without_number(words)
    if rest and (house or alley or len(rest) < len(words)):
        yield Reading(with_written_date(" ".join(rest)), house, alley)
        if len(words) > len(rest) and words[-len(rest) - 1] == "duong":  # “12 Dương Xuân”
            yield Reading(" ".join(("duong", *rest)), house, alley, cost=0.01)
        if house and alley:  # the alley may be known itself
            yield Reading(" ".join((*fold(alley).split(), *rest)), house)
    elif not rest and _DATE.match(words[-1]):
        yield Reading(with_written_date(words[-1]))
    for at in range(len(words) - 1, 0, -1):
        house, alley, left = without_number(words[at:])
        if not left and (house or alley):
            name = without_number(words[:at])[2]
            if name and name[0] not in _STREET_WORDS and name in (words[:at], words[1:at]):
                yield Reading(with_written_date(" ".join(name)), house, alley, cost=0.03)


def without_number(words: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    """Return the house number and the alleys at the beginning, and what comes after."""
    house, alleys, at = "", [], 0
    while at < len(words):
        word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
        if word in _ALLEY_WORDS and _NUMBER.match(after):
            alleys.append(f"{_SHOWN[_ALLEY_WORDS[word]]} {after.upper()}")
            at += 2
        elif _DAY.match(word) and after == "thang" and words[at + 2 : at + 3]:
            break  # “23 tháng 8” is a street
        elif _NUMBER.match(word) and not house and not alleys:
            house, at = word, at + 1
        elif (word in _HOUSE_WORDS and (_NUMBER.match(after) or after in _HOUSE_WORDS)) or (
            word in _STREET_WORDS and after
        ):
            at += 1
        else:
            break
    return house, " ".join(alleys), words[at:]


def _with_ward(reading: Reading, units: Units, city: str) -> Iterator[Reading]:
    words = reading.words
    for length in range(min(6, len(words) - 1), 0, -1):
        for name, unit, cost in (
            (words[:-length], words[-length:], 0.0),
            (words[length:], words[:length], 0.05),
        ):
            codes = _unit(unit, units)
            if not codes and unit[0] in _UNKNOWN and not cost and len(unit) > 1:
                # A ward that nobody knows any more says nothing, and does no harm.
                yield replace(reading, name=with_written_date(" ".join(name)), cost=reading.cost + 0.1)
            if codes:
                name = without_number(name)[2] if cost else name
                for rest in filter(None, {name, _without_city(name, city)}):  # “an đông 14”: a number alone
                    yield replace(
                        reading, name=with_written_date(" ".join(rest)), wards=codes, cost=reading.cost + cost
                    )
                    if not reading.is_address:  # “phạm văn đồng 90 vỹ dạ”
                        for own in _numbered(rest):
                            yield replace(own, wards=codes, cost=reading.cost + own.cost + cost)


def _unit(words: tuple[str, ...], units: Units) -> frozenset[str]:
    """Return the wards that the words name, with or without the word for a ward."""
    if words[:2] in _TWO_WORDS:
        return units.get(" ".join(words), units.get(" ".join(words[2:]), frozenset()))
    kind = _UNIT_WORDS.get(words[0], "") if len(words) > 1 else ""
    if kind:
        name = " ".join(words[1:])
        return units.get(f"{kind} {name}", units.get(name, frozenset()))
    return units.get(" ".join(words), frozenset())
