"""Check that a place that was found was really said: the search also proposes what only sounds alike."""

from __future__ import annotations

import re
import unicodedata

from service.domain.city.search.canon import search_key
from service.domain.city.search.places import NamedPlace
from service.domain.city.search.words import place_key
from service.domain.kernel.texts import fold, tidy
from service.domain.talks.dialogue.vocabulary import INSIDE, NEAR, STOPS, word_set

_WORD = re.compile(r"[^\W_]+")


def was_said(place: NamedPlace, phrase: str, city: str = "") -> bool:
    """Return whether the place's own name stands in the phrase, word for word but for marks.

    An alley that maps know by its number, and a street that has a number for a name, only with it.
    """
    key = f" {place_key(phrase)} "
    if place.name.startswith("Góc "):
        return all(f" {place_key(name)} " in key for name in place.name[4:].split(" – "))
    if not _is_a_name(place, phrase) or not _numbers_of(place) <= set(_NUMBER.findall(key)):
        return False
    name = bare_name(place_key(place.name), place.name)
    if name in _COMMON and not _LED.search(f" {fold(phrase)} ".partition(f" {name} ")[0]):
        return False
    unit = place.kind in ("ward", "former_unit")
    if unit and not _is_unit_said(place.name, phrase):
        return False
    if not unit and _UNIT.search(f" {fold(phrase)} ".partition(f" {name} ")[0]):
        return False  # “p. Kim Long” is the ward, and neither the street nor a shop of that name
    shorter = name.removesuffix(f" {city}") if city and place.kind == "landmark" else name
    if len(shorter.split()) > 2 and f" {shorter} " in key:
        return True
    canonical = f" {search_key(phrase)} "
    searched = bare_name(search_key(place.name), place.name)
    return bool(name) and (f" {name} " in key or f" {searched} " in canonical)


def _is_unit_said(name: str, phrase: str) -> bool:
    """Return whether a ward is said with its own marks, or without any: “à nhầm” and “ngã tư Hà Nội” are no
    Nhâm and no Tứ Hạ. A name of one word only behind its “phường” or “xã”.
    """
    own = _spelt(name)
    while len(own) > 1 and fold(own[0]) in _UNIT_WORDS:
        own = own[1:]
    words = _spelt(phrase)
    for at in range(len(words) - len(own) + 1):
        pairs = list(zip(words[at : at + len(own)], own, strict=True))
        if all(typed == meant or typed == fold(meant).strip(_TONES) for typed, meant in pairs):
            return len(own) > 1 or (at > 0 and fold(words[at - 1]) in _UNIT_WORDS)
    return False


def _spelt(text: str) -> list[str]:
    """Return the words, each with its tone at its end and “y” as “i”: “Thuỷ Hoá” and “Thủy Hóa” are one."""
    found = []
    for word in _WORD.findall(tidy(text).casefold()):
        apart = unicodedata.normalize("NFD", word).replace("y", "i")
        plain = unicodedata.normalize("NFC", "".join(each for each in apart if each not in _TONES))
        found.append(plain + "".join(each for each in apart if each in _TONES))
    return found


def _is_a_name(place: NamedPlace, phrase: str) -> bool:
    """Return whether what maps call a place can be told from other words: not “Kiệt 34”, nor “Cay” as a tree.

    “Đường số 12” is a street only behind its “đường”: “nhà số 12 Lý Thường Kiệt” is a house.
    """
    words = _WORD.findall(tidy(place.name).casefold())
    rest = [word for word in words if not _NUMBER.fullmatch(word) and fold(word) not in _KIND_WORDS]
    if rest:
        return len(words) > 1 or place.kind != "landmark" or _stands_alone(words[0], phrase)
    if place.kind == "landmark" and len(words) > 1 and " ".join(words) in tidy(phrase).casefold():
        return True  # “Chợ Cống” with its marks, though both are words for kinds of places
    return fold(place.name).startswith("duong so ") and f" {fold(place.name)} " in f" {fold(phrase)} "


def _stands_alone(name: str, phrase: str) -> bool:
    """Return whether a name of one word stands as it is written behind a word that leads to a place."""
    words = _WORD.findall(tidy(phrase).casefold())
    leads = (
        at for at, word in enumerate(words) if word == name and (at == 0 or fold(words[at - 1]) in _LEADS)
    )
    return len(name) > 2 and fold(name) not in STOPS and next(leads, None) is not None


def _numbers_of(place: NamedPlace) -> set[str]:
    """Return the number of the alley that a place is; none of other places, whose number may be left out."""
    alley = _ALLEY.match(place_key(place.name))
    return set(_NUMBER.findall(alley[0])) if alley and place.kind != "landmark" else set()


_NUMBERED = re.compile(
    r"^(?:(?:kiet|hem|ngo|ngach)\s+)?\d+[a-z]?(?:[/ ]\d+[a-z]?)*\s+(?:(?:kiet|hem|ngo)\s+\S+\s+)?"
)


_TONES = "\u0300\u0301\u0303\u0309\u0323"
_UNIT_WORDS = word_set("phuong xa thi tran tt p f x q quan h huien huyen")
_COMMON = frozenset({"phan anh", "an ninh", "cam on", "xin chao", "hello", "thank you"})
"""Names that are words of every other sentence (“tôi muốn phản ánh …”): said behind “đường” or a number."""

_LED = re.compile(r" (?:duong|pho|d|dg|kiet|hem|ngo|so|o|tai|tren|\d\S*)\.?$")
_UNIT = re.compile(r" (?:p|phuong|x|xa|tt|thi tran|q|quan|h|huyen)\.?$")
_ALLEY = re.compile(r"(?:kiet|hem|ngo|ngach)\s+\d+[a-z]?(?:[/ ]\d+[a-z]?)*(?!\w)")
_NUMBER = re.compile(r"\d+[a-z]?")
_KIND_WORDS = word_set("duong so kiet hem ngo ngach pho cau cho lang thon to chua truong ho song cong nha ga")
_LEADS = NEAR | INSIDE | word_set("quan tiem sieu thi shop hang khach san cafe")


def bare_name(key: str, name: str) -> str:
    """Return the key of a name without its house number and without the word for a ward or a street."""
    bare = _NUMBERED.sub("", key)
    for word in ("phuong ", "xa ", "thi tran ", *(("duong ",) if _STREET.search(name) else ())):
        bare = bare.removeprefix(word)
    return bare


_STREET = re.compile(r"\b[đĐ]ường\b")
"""The word for a street: “Dương Xuân” is a name."""
