"""Parts of a sentence that may be an address, and whether a place that was found was really said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from service.domain.city.search.canon import search_key
from service.domain.city.search.places import NamedPlace
from service.domain.city.search.words import place_key
from service.domain.kernel.texts import fold, tidy
from service.domain.talks.dialogue.points import without_links
from service.domain.talks.dialogue.state import Findings, Spot
from service.domain.talks.dialogue.vocabulary import word_set

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
MOST_SEARCHES = 24
"""Searches for one message; those of two hundred in the tests that name a place need 19 at most."""

Search = Callable[[str], Sequence[NamedPlace]]

_CLAUSE = re.compile(r"[.;!?\n]+(?=\s|$)|\n")
_TOKEN = re.compile(r"[^\s,()]+|,")
_STRONG = word_set("duong pho kiet hem ngo ngach goc so nga doan d/c dc kdt kqh sn k")
_NEAR = word_set(
    """o tai gan truoc canh ben doi dien cho cau truong benh bv chua ho hoc nha sau tren duoi ubnd khu thon
    to cong phuong xa ngay dau cuoi vien lang ga cua trong doc"""
)
_KINDS = word_set("benh bv cau truong chua cong vien lang ga")
_ENGLISH = word_set("at near opposite behind beside outside")
_INSIDE = word_set("o tai tren ngay doc trong") | _ENGLISH
_STOP = word_set(
    """bi co nhieu qua may hom roi khong ko k chua dang ai nho mong de boc gay rat lam voi nha a em anh chi
    giup xu tu nam lau suot luc ma thi la day do kia no cac ong ba dan moi nguoi di chay don tao tap mat con
    can nua hu hong toi thoi ngap tac nghen ngay nay sang chieu hoi ban bay rac xe cay den
    ni ri rua va"""
)
_WORD = re.compile(r"[^\W_]+")
_WRITER = re.compile(
    r"[ \t\-+•*]*(?:kinh gui|toi ten la|ho (?:va )?ten|dia chi(?: thuong tru| lien he)?|thuong tru|ho khau"
    r"|tru tai|ngu tai|noi (?:o|cu tru)|cho o hien nay|hien (?:o|tru) tai|cccd|cmnd|dien thoai|sdt|dt)\b"
)
"""How a line begins that tells who writes, folded."""

_HOUSE = re.compile(r"^(?:so|sn|k|h)?\d+[a-z]?(?:/\d+[a-z]?)*$")


def phrases(text: str) -> list[str]:
    """Return the parts of a message that may name a place, the likeliest first."""
    found: dict[str, float] = {}
    for clause in _CLAUSE.split(without_links(text)):
        words = _TOKEN.findall(clause)
        for rank, phrase in _parts(words):
            found[phrase] = min(rank, found.get(phrase, rank))
    return sorted(found, key=lambda phrase: found[phrase])[:MOST_PHRASES]


def _parts(words: Sequence[str]) -> Iterator[tuple[float, str]]:
    plain = [fold(word).strip(".:-–") for word in words]
    for at, word in enumerate(plain):
        house = _HOUSE.match(word) is not None and at + 1 < len(plain)
        if not (house or word in _STRONG or word in _NEAR or word in _ENGLISH):
            continue
        # Behind “ở” and the like the words themselves; the word for a kind of place belongs to its name.
        start = at + 1 if word in _INSIDE else at
        if word in _KINDS:
            # “… bệnh viện trung ương mở nhạc”: names of three to five words, whatever follows them.
            yield from ((17, " ".join(words[at : at + n])) for n in (4, 3, 5) if at + n < len(plain))
        led = house or word in _STRONG or word in _ENGLISH
        ends = [*_ends(plain, start), *(start + n for n in (3, 4) if led and start + n <= len(plain))]
        for n, end in enumerate(ends):
            if end - start >= (1 if start > at else 2):
                rank = (0 if word in _STRONG or house else 1) * 10 + n + at / 100  # however late it stands
                yield rank, " ".join(words[start:end])
    for n, end in enumerate(_ends(plain, 0)):
        yield 15 + n, " ".join(words[:end])
    for at in _after_names(plain):
        # “… vỉa hè vạn xuân không có chỗ đi”: a name in the middle, with no word before it that leads to it.
        yield from ((18, " ".join(words[at - n : at])) for n in (3, 2, 4) if n <= at)
    if len(words) > 2:
        yield 20, " ".join(words[-4:])
        yield 21, " ".join(words[-2:])
        yield 22, " ".join(words[-3:])


def _after_names(plain: Sequence[str]) -> list[int]:
    """Return the first words that belong to no name behind two that may."""
    stops = (at for at in range(2, len(plain)) if plain[at] in _STOP)
    return [at for at in stops if not _STOP & set(plain[at - 2 : at])][:3]


def _ends(plain: Sequence[str], start: int) -> list[int]:
    """Return where a phrase may end: at the first word that belongs to no name, and at the clause's end."""
    last = min(len(plain), start + MOST_WORDS)
    stops = [at for at in range(start + 2, last) if plain[at] in _STOP]
    commas = [at for at in range(start + 1, last) if plain[at] == ","]
    return list(dict.fromkeys([*(stops[:1]), *(commas[:1]), *(stops[1:2]), last]))


def place_in_words(text: str, search: Search, city: str = "") -> Findings:
    """Return the place that the words name: a spot, a long street, or an area too wide to be a place.

    A place counts only if its whole name was said: the search also proposes what only sounds alike. Lines
    that tell who writes (“Địa chỉ: …”) count where the others name no place. `city` is the city's own name,
    folded, which people leave out.
    """
    search = _bounded(search)
    lines = text.split("\n")
    about = "\n".join(line for line in lines if len(lines) < 2 or not _WRITER.match(fold(line)))
    found = _place_in(phrases(about), search, city) if about.strip() else Findings()
    if not (found.spot or found.street) and about != text:
        found = _place_in(phrases(text), search, city)
    if found.spot or found.street:
        return found
    within = _place_in(_windows(about), _with_marks(search, about), city)
    return within if within.spot or within.street else found


def _bounded(search: Search) -> Search:
    """Return the search that looks nothing up twice, and no more than may be for one message."""
    known: dict[str, Sequence[NamedPlace]] = {}

    def found(phrase: str) -> Sequence[NamedPlace]:
        if phrase not in known and len(known) < MOST_SEARCHES:
            known[phrase] = search(phrase)
        return known.get(phrase, ())

    return found


def _place_in(said: Iterable[str], search: Search, city: str) -> Findings:
    street: Spot | None = None
    ward: Spot | None = None
    former: Spot | None = None
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
                return Findings(spot=_at_mouth(_spot(place), street), ward=ward or former)
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
    streets |= {_bare(place_key(place.name), place.name) for place in units}
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


def _at_mouth(house: Spot, street: Spot | None) -> Spot:
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
        for words in clauses
        for at in range(len(words) - length + 1)
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


def was_said(place: NamedPlace, phrase: str, city: str = "") -> bool:
    """Return whether the place's own name stands in the phrase, word for word but for marks.

    An alley that maps know by its number, and a street that has a number for a name, only with it.
    """
    said = f" {place_key(phrase)} "
    if place.name.startswith("Góc "):
        return all(f" {place_key(name)} " in said for name in place.name[4:].split(" – "))
    if not _is_a_name(place, phrase) or not _numbers_of(place) <= set(_NUMBER.findall(said)):
        return False
    name = _bare(place_key(place.name), place.name)
    if name in _COMMON and not _LED.search(f" {fold(phrase)} ".partition(f" {name} ")[0]):
        return False
    unit = place.kind in ("ward", "former_unit")
    if not unit and _UNIT.search(f" {fold(phrase)} ".partition(f" {name} ")[0]):
        return False  # “p. Kim Long” is the ward, and neither the street nor a shop of that name
    shorter = name.removesuffix(f" {city}") if city and place.kind == "landmark" else name
    if len(shorter.split()) > 2 and f" {shorter} " in said:
        return True
    canonical = f" {search_key(phrase)} "
    searched = _bare(search_key(place.name), place.name)
    return bool(name) and (f" {name} " in said or f" {searched} " in canonical)


def _is_a_name(place: NamedPlace, phrase: str) -> bool:
    """Return whether what maps call a place can be told from other words: not “Kiệt 34”, nor “Cay” as a tree.

    “Đường số 12” is a street only behind its “đường”: “nhà số 12 Lý Thường Kiệt” is a house.
    """
    words = _WORD.findall(tidy(place.name).casefold())
    rest = [word for word in words if not _NUMBER.fullmatch(word) and fold(word) not in _KIND_WORDS]
    if rest:
        return len(words) > 1 or place.kind != "landmark" or _stands_alone(words[0], phrase)
    return fold(place.name).startswith("duong so ") and f" {fold(place.name)} " in f" {fold(phrase)} "


def _stands_alone(name: str, phrase: str) -> bool:
    """Return whether a name of one word stands as it is written behind a word that leads to a place."""
    words = _WORD.findall(tidy(phrase).casefold())
    leads = (
        at for at, word in enumerate(words) if word == name and (at == 0 or fold(words[at - 1]) in _LEADS)
    )
    return len(name) > 2 and fold(name) not in _STOP and next(leads, None) is not None


def _numbers_of(place: NamedPlace) -> set[str]:
    """Return the number of the alley that a place is; none of other places, whose number may be left out."""
    alley = _ALLEY.match(place_key(place.name))
    return set(_NUMBER.findall(alley[0])) if alley and place.kind != "landmark" else set()


_NUMBERED = re.compile(
    r"^(?:(?:kiet|hem|ngo|ngach)\s+)?\d+[a-z]?(?:[/ ]\d+[a-z]?)*\s+(?:(?:kiet|hem|ngo)\s+\S+\s+)?"
)


_COMMON = frozenset({"phan anh", "an ninh"})
"""Names that are words of every other sentence (“tôi muốn phản ánh …”): said behind “đường” or a number."""

_LED = re.compile(r" (?:duong|pho|d|dg|kiet|hem|ngo|so|o|tai|tren|\d\S*)\.?$")
_UNIT = re.compile(r" (?:p|phuong|x|xa|tt|thi tran|q|quan|h|huyen)\.?$")
_ALLEY = re.compile(r"(?:kiet|hem|ngo|ngach)\s+\d+[a-z]?(?:[/ ]\d+[a-z]?)*(?!\w)")
_NUMBER = re.compile(r"\d+[a-z]?")
_KIND_WORDS = word_set("duong so kiet hem ngo ngach pho cau cho lang thon to chua truong ho song cong nha ga")
_LEADS = _NEAR | _INSIDE | word_set("quan tiem sieu thi shop hang khach san cafe")


def _bare(key: str, name: str) -> str:
    """Return the key of a name without its house number and without the word for a ward or a street."""
    bare = _NUMBERED.sub("", key)
    for word in ("phuong ", "xa ", "thi tran ", *(("duong ",) if _STREET.search(name) else ())):
        bare = bare.removeprefix(word)
    return bare


_STREET = re.compile(r"\b[đĐ]ường\b")
"""The word for a street: “Dương Xuân” is a name."""


def _ward(place: NamedPlace) -> Spot | None:
    """Return the ward that was said; of a former unit the one in force, at the place of the former."""
    if not place.ward_name:
        return None
    return Spot(place.lon, place.lat, round(place.radius_m, 1), place.ward_name, inferred=True)


def _spot(place: NamedPlace) -> Spot:
    address = place.street or place.name
    if place.ward_name:
        address = f"{address}, {place.ward_name}"
    return Spot(place.lon, place.lat, round(place.radius_m, 1), address, inferred=True)
