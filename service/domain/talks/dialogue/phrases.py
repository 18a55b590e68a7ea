"""Parts of a sentence that may be an address, and whether a place that was found was really said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from service.domain.city.search.places import NamedPlace
from service.domain.city.search.words import place_key
from service.domain.kernel.texts import fold, tidy
from service.domain.talks.dialogue.longer import longer_name
from service.domain.talks.dialogue.name_check import bare_name, was_said
from service.domain.talks.dialogue.points import without_links
from service.domain.talks.dialogue.state import DialoguePlace, Findings
from service.domain.talks.dialogue.vocabulary import (
    ENGLISH_LEADS,
    INSIDE,
    KINDS_OF_PLACES,
    MEASURES,
    NEAR,
    STOPS,
    STRONG,
    UNITS,
)

EXACT_M = 300.0
"""What may be off by more is asked about once more."""

VAGUE_M = 3000.0
"""Of a street that is longer its middle says nothing."""

ALLEY_M = 100.0
"""How far something in an alley may be from the house at its mouth, whose number it has."""

MOST_PHRASES = 16
MOST_WINDOWS = 24
"""Words side by side that are looked up where no other part of a message named a place."""
MOST_WORDS = 12
MOST_SEARCHES = 36
"""Searches for one message; where a place is named early, two or three are made."""

Search = Callable[[str], Sequence[NamedPlace]]

_CLAUSE = re.compile(r"[.;!?\n]+(?=\s|$)|\n")
_TOKEN = re.compile(r"[^\s,()]+|,")
_WORD = re.compile(r"[^\W_]+")
_WRITER = re.compile(
    r"[ \t\-+•*]*(?:kinh gui|(?:toi|em|minh|con|chau|tui) (?:ten(?: la)?|la (?!dan\b|nguoi\b|cu dan\b))"
    r"|ho (?:va )?ten|dia chi(?: thuong tru| lien he)?|thuong tru|ho khau"
    r"|tru tai|ngu tai|noi (?:o|cu tru)|cho o hien nay|hien (?:o|tru) tai|cccd|cmnd|dien thoai|sdt|dt)\b"
)
"""How a line or a sentence begins that tells who writes, folded; “tôi là dân ở …” tells where, too."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n")

_HOUR = re.compile(r"(?<!\d)(?<!/)\d{1,2}(?:h|g| ?giờ| gio)(?:\d{2})?\b", re.IGNORECASE)
"""“Mở tới 12h, Lương Nhữ Hộc”: no house."""

_HOUSE = re.compile(r"^(?:so|sn|k|h)?[1-9]\d{0,3}[a-z]?(?:/\d{1,4}[a-z]?)*$")
_DIGITS = re.compile(r"[\d.+-]+$")


def phrases(text: str) -> list[str]:
    """Return the parts of a message that may name a place, the likeliest first."""
    found: dict[str, float] = {}
    for clause in _CLAUSE.split(without_links(text)):
        words = _TOKEN.findall(clause)
        for rank, phrase in _parts(words):
            found[phrase] = min(rank, found.get(phrase, rank))
    return sorted(found, key=lambda phrase: found[phrase])[:MOST_PHRASES]


def _parts(words: Sequence[str]) -> Iterator[tuple[float, str]]:
    plain = _plain(words)
    for at, word in enumerate(plain):
        house = _HOUSE.match(word) is not None and at + 1 < len(plain) and not _is_of_phone(plain, at)
        if not (house or word in STRONG or word in NEAR or word in ENGLISH_LEADS):
            continue
        # Behind “ở” and the like the words themselves; the word for a kind of place belongs to its name.
        start = at + 1 if word in INSIDE else at
        if word in KINDS_OF_PLACES:
            # “… bệnh viện trung ương mở nhạc”: names of three to five words, whatever follows them.
            yield from ((17, " ".join(words[at : at + n])) for n in (4, 3, 5) if at + n < len(plain))
        led = house or word in STRONG or word in ENGLISH_LEADS
        numbered = word in STRONG and at + 1 < len(plain) and _HOUSE.match(plain[at + 1]) is not None
        short = (3, 4) if led else (3, 2) if word in UNITS else (2, 3) if start > at else ()
        short = (5, 4) if numbered else short  # “kiệt 12 Trần Thái Tông” before “12 Trần Thái Tông”
        ends = [
            *_ends(plain, start, 3 if numbered else 2),
            *(start + n for n in short if start + n <= len(plain)),
        ]
        for n, end in enumerate(ends):
            if end - start >= (1 if start > at else 2):
                rank = (0 if word in STRONG or house else 1) * 10 + n + at / 100  # however late it stands
                yield rank, " ".join(words[start:end])
    for n, end in enumerate(_ends(plain, 0)):
        yield 15 + n, " ".join(words[:end])
    for at in _after_names(plain):
        # “… vỉa hè vạn xuân không có chỗ đi”: a name in the middle, with no word before it that leads to it.
        named = (n for n in (3, 2, 4) if n <= at and not _is_of_unit(plain, at - n))
        yield from ((18, " ".join(words[at - n : at])) for n in named)
    for n in (4, 2, 3) if len(words) > 2 else ():
        if not _is_of_unit(plain, len(words) - n):
            yield 19 + (5 - n if n > 2 else 1.5), " ".join(words[-n:])


def _plain(words: Sequence[str]) -> list[str]:
    """Return the words folded; what only counts something is no word of a place (“3 ngày”)."""
    plain = [fold(word).strip(".:-–") for word in words]
    for at in range(len(words) - 1):
        counts = tidy(words[at + 1]).casefold().strip(".,:!?") in MEASURES
        if counts and plain[at].isdecimal():
            plain[at] = _COUNT
    return plain


_COUNT = "nhieu"


def _is_of_phone(plain: Sequence[str], at: int) -> bool:
    """Return whether figures stand beside figures: no house number."""
    return any(_DIGITS.match(each) for each in (*plain[max(0, at - 1) : at], *plain[at + 1 : at + 2]))


def _is_of_unit(plain: Sequence[str], at: int) -> bool:
    """Return whether a name begins here that the word before makes a ward's: “phường | Thuận Hóa”."""
    return at > 0 and plain[at - 1] in UNITS


def _after_names(plain: Sequence[str]) -> list[int]:
    """Return the first words that belong to no name behind two that may."""
    stops = (at for at in range(2, len(plain)) if plain[at] in STOPS)
    return [at for at in stops if not STOPS & set(plain[at - 2 : at])][:3]


def _ends(plain: Sequence[str], start: int, least: int = 2) -> list[int]:
    """Return where a phrase of `least` words or more may end: at the first word that belongs to no name, and
    at the clause's end. Behind an alley's number the name begins: “kiệt 5 | Chi Lăng”.
    """
    last = min(len(plain), start + MOST_WORDS)
    stops = [at for at in range(start + least, last) if plain[at] in STOPS]
    commas = [at for at in range(start + 1, last) if plain[at] == ","]
    return list(dict.fromkeys([*(stops[:1]), *(commas[:1]), *(stops[1:2]), last]))


def place_in_words(text: str, search: Search, city: str = "") -> Findings:
    """Return the place that the words name: a spot, a long street, or an area too wide to be a place.

    A place counts only if its whole name was said: the search also proposes what only sounds alike. Lines
    that tell who writes (“Địa chỉ: …”) count where the others name no place. `city` is the city's own name,
    folded, which people leave out.
    """
    search, text = _bounded(search), _HOUR.sub(" ", text)
    lines = _SENTENCE.split(text)
    about = "\n".join(line for line in lines if len(lines) < 2 or not _WRITER.match(fold(line)))
    found = _place_in(phrases(about), search, city, about) if about.strip() else Findings()
    if not (found.spot or found.street or found.unplaced) and about != text:
        found = _place_in(phrases(text), search, city, text)
    if found.unplaced and not (found.spot or found.street):
        return replace(found, ward=_ward_said(about, search, city) or found.ward)
    if found.spot or found.street:
        return found
    within = _place_in(_windows(about), _with_marks(search, about), city, about)
    if within.spot or within.street:
        return within
    ward = found.ward or within.ward
    line = within.unplaced or (_before_ward(about) if ward else "")
    return replace(within, area=found.area or within.area, ward=ward, unplaced=line)


_LEADS_TO_LINE = re.compile(
    r"(?:thôn|thon|xóm|xom|ấp|tổ|tdp|khu phố|khu pho|đường|duong|đg|dg|kiệt|kiet|hẻm|hem|ngõ|ngo|số|sn)$",
    re.IGNORECASE,
)
"""First words of an address that no map may have, by their marks where other words are written like them."""


def _before_ward(text: str) -> str:
    """Return the line of an address that stands before a ward (“thôn Vân Quật Đông, xã Phong Dinh”); no map
    knows hamlets and new streets. Empty for none.
    """
    for clause in _CLAUSE.split(without_links(text)):
        words = _TOKEN.findall(clause)
        plain = [fold(word).strip(".:-–") for word in words]
        for at in (at for at, word in enumerate(plain) if word in UNITS and at + 1 < len(plain)):
            begins = range(max(0, at - MOST_WORDS), at - 1)
            for start in (each for each in begins if _LEADS_TO_LINE.match(words[each])):
                line = " ".join(words[start:at]).replace(" ,", ",").strip(" ,")
                if not STOPS & set(plain[start + 1 : at]):
                    return line
    return ""


def _ward_said(text: str, search: Search, city: str) -> DialoguePlace | None:
    """Return the ward that stands behind its “phường”, “p.” or “xã”; one in force before a former one."""
    for clause in _CLAUSE.split(without_links(text)):
        words = _TOKEN.findall(clause)
        for at in (at for at, word in enumerate(_plain(words)) if word in UNITS):
            found = _place_in((" ".join(words[at : at + n]) for n in (3, 4, 2)), search, city, text)
            if found.ward:
                return found.ward
    return None


def _bounded(search: Search) -> Search:
    """Return the search that looks nothing up twice, and no more than may be for one message."""
    known: dict[str, Sequence[NamedPlace]] = {}

    def found(phrase: str) -> Sequence[NamedPlace]:
        if phrase not in known and len(known) < MOST_SEARCHES:
            known[phrase] = search(phrase)
        return known.get(phrase, ())

    return found


def _place_in(said: Iterable[str], search: Search, city: str, text: str) -> Findings:
    street: DialoguePlace | None = None
    ward: DialoguePlace | None = None
    former: DialoguePlace | None = None
    unplaced = area = ""
    for phrase in said:
        for place in _said_of(search(phrase)[:3], phrase, city):
            if place.kind == "ward":
                area, ward = area or place.name, ward or _ward(place)
            elif place.kind == "former_unit":
                area, former = area or place.name, former or _ward(place)
            elif place.district or place.radius_m > VAGUE_M:
                area, unplaced = area or place.name, unplaced or place.street
            elif place.radius_m <= EXACT_M:
                longer = _longer_said(place, street, text)
                if not longer:
                    return Findings(spot=_at_mouth(_spot(place), street), ward=ward or former)
                unplaced = unplaced or longer
            elif street is None:
                street = _spot(place)
    if street:
        return Findings(street=street, ward=ward or former)
    return Findings(area=area, ward=ward or former, unplaced=unplaced)


def _said_of(found: Sequence[NamedPlace], phrase: str, city: str) -> Iterator[NamedPlace]:
    """Yield the places that the phrase says. What is exact only by chance is none: the stub of a long street
    in the next ward, a hotel “Duy Tan” where Duy Tân is said, or a shop that is called as the ward.
    """
    units = (each for each in found if each.kind in ("ward", "former_unit"))
    streets = {place_key(place.name) for place in found if place.kind == "street"}
    streets |= {bare_name(place_key(place.name), place.name) for place in units}
    long: set[str] = set()
    for place in found:
        by_chance = place.name in long if place.kind == "street" else place_key(place.name) in streets
        if place.kind == "street" and place.radius_m > EXACT_M:
            long.add(place.name)
            by_chance = False
        if place.kind in ("street", "landmark") and by_chance:
            continue
        if was_said(place, phrase, city):
            yield place


def _longer_said(place: NamedPlace, street: DialoguePlace | None, text: str) -> str:
    """Return the longer name that was meant, of which this place's is a part: of the street that was said (a
    café “Huyền Trân”, the street Huyền Trân Công Chúa), or of what no map has; empty for none.
    """
    whole = street.address.partition(",")[0] if street else ""
    begins = place_key(whole).startswith(f"{place_key(place.name)} ")
    return whole if begins else longer_name(place.name, text, street=place.kind == "street")


def _at_mouth(house: DialoguePlace, street: DialoguePlace | None) -> DialoguePlace:
    """Return the house's place; where its number is an alley's (“hẻm 12 Lê Lợi”), that of the alley."""
    name = house.address.partition(",")[0]
    if street is None or not street.address.partition(",")[0].endswith(f" {name}"):
        return house
    return replace(house, address=street.address, accuracy_m=max(house.accuracy_m, ALLEY_M))


def _windows(text: str) -> Iterator[str]:
    """Yield words side by side, names of three words first: “vỉa hè phạm ngũ lão bể” has no other sign."""
    clauses = [_TOKEN.findall(clause) for clause in _CLAUSE.split(without_links(text))]
    windows = (
        words[at : at + length]
        for length in (3, 2, 4)
        for words, plain in ((clause, _plain(clause)) for clause in clauses)
        for at in range(len(words) - length + 1)
        if not _is_of_unit(plain, at) and not STOPS & {plain[at], plain[at + length - 1]}
    )
    whole = (" ".join(window) for window in windows if "," not in window)
    yield from islice(dict.fromkeys(whole), MOST_WINDOWS)


def _with_marks(search: Search, text: str) -> Search:
    """Return the search with those places alone whose name stands in the text as it is typed, marks and all.

    In a text without marks it is compared without them.
    """
    typed = f" {' '.join(_WORD.findall(tidy(text).casefold()))} "
    plain = fold(typed)

    def found(phrase: str) -> Sequence[NamedPlace]:
        names = [(each, " ".join(_WORD.findall(tidy(each.name).casefold()))) for each in search(phrase)]
        names = [(each, name) for each, name in names if " " in name]  # “Chợ” alone is no name of one
        return [
            each
            for each, name in names
            if f" {name} " in typed or (plain == typed and f" {fold(name)} " in plain)
        ]

    return found


def without_name(text: str, address: str) -> str:
    """Return the text without the place's name: the market of “trước chợ An Cựu” is not what is wrong."""
    whole = fold(address.partition(",")[0]).split()
    tokens = text.split()
    plain = [fold(word).strip(".,:;!?-–()") for word in tokens]
    for name in (whole, whole[:-1] if len(whole) > 3 else []):  # the city at its end may be left out
        for at in range(len(tokens) - len(name) + 1):
            if name and plain[at : at + len(name)] == name:
                return " ".join((*tokens[:at], *tokens[at + len(name) :]))
    return text


def _ward(place: NamedPlace) -> DialoguePlace | None:
    """Return the ward that was said; of a former unit the one in force, at the place of the former."""
    if not place.ward_name:
        return None
    return DialoguePlace(place.lon, place.lat, round(place.radius_m, 1), place.ward_name, inferred=True)


def _spot(place: NamedPlace) -> DialoguePlace:
    address = place.street or place.name
    if place.ward_name:
        address = f"{address}, {place.ward_name}"
    return DialoguePlace(place.lon, place.lat, round(place.radius_m, 1), address, inferred=True)
