"""Everything that one message tells, found with the searches that are handed in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from geo.points import BBox
from service.domain.city.config import Danger
from service.domain.city.danger_words import find_danger
from service.domain.city.reference import CategoryView
from service.domain.city.search.keystrokes import without_keystrokes
from service.domain.kernel.codes import tidy_code
from service.domain.kernel.texts import fold
from service.domain.talks.dialogue.intents import read_intent, read_number
from service.domain.talks.dialogue.kinds import kinds_in
from service.domain.talks.dialogue.phrases import Search, place_in_words, without_name
from service.domain.talks.dialogue.points import find_point, has_map, without_links
from service.domain.talks.dialogue.state import DialoguePlace, Findings

_HOUSE_OF = re.compile(
    r"(?:da|u|khoang|o|gan|doan|khuc|cho|truoc|doi dien|ben canh|canh|ngay|tam|chac|hinh nhu|\s)*"
    r"(?:so nha|nha so|so|sn|nha|(?P<alley>(?:kiet|hem|ngo)\s+)(?:so\s+)?)?\s*"
    r"(?P<number>\d{1,4}[a-z]?(?:/\d{1,4}[a-z]?)*)\s*(?:a|do|nha|nhe|ad|nghe|thi phai|hay sao|[.,!)])*\s*$"
)
_BEHIND = re.compile(
    r"(?: (?:street|st|road|rd)\b\.?)?[\s,.;:-]+(?:(?:p|phuong|xa)\.? [a-z ]{2,20}[\s,.;:-]+)?"
    r"(?:(?:cho|doan|khuc|gan|o|ngay|truoc|truoc mat|doi dien|ben canh|canh|tai|trong|dau|cuoi|nha"
    r"|near|at|opposite|outside|behind|beside|in|front|of|house|the) )*"
    r"(?:so nha|nha so|so|sn|number|no\.?|(?P<alley>(?:kiet|hem|ngo)\s+)(?:so\s+)?)\s*"
    r"(?P<number>\d{1,4}[a-z]?(?:/\d{1,4}[a-z]?)*)(?!\w)(?! (?:duong|thang)\b)"
)
"""A house or an alley told behind its street: “Lê Lợi, hẻm 12”, “Ngự Bình gần kiệt 48”."""

_CORNER = re.compile(r"\b(?:nga (?:ba|tu|nam|sau|[3-6])|goc|giao|cat|gan|doan|khuc|cho|doi dien|dau|cuoi)\b")
"""What leads from one street to another that it meets."""

_FIGURE = re.compile(r"\d")
MOST_WORDS = 300
"""Words of a message in which a tracking code is looked for."""

POINT_M = 15.0
"""How far a position that somebody sends may be off."""


def read_message(
    text: str,
    *,
    search: Search,
    categories: Iterable[CategoryView],
    dangers: Iterable[Danger],
    box: BBox,
    code_prefix: str,
    city: str = "",
    street: str = "",
) -> Findings:
    """Return what the words of one person tell: place, kinds, danger, a tracking code.

    `city` is the city's own name, folded; `street` the address that was said before, of which a number is
    wanted: “117” and “gần số 117” are then houses of it.
    """
    words = without_links(text)
    calls = find_danger(dangers, words)
    point = find_point(text, box)
    map_link = point is None and has_map(text)
    if code := _code(text, code_prefix):
        return Findings(calls=calls, code=code)
    if not words.strip() and point is None:
        return Findings(calls=calls, map_link=map_link)
    words = _without_negated(_as_meant(words))
    if street and (house := _HOUSE_OF.match(fold(words.strip()))):
        words = f"{house['alley'] or ''}{house['number']} {street.partition(',')[0]}"
    quiet = read_intent(words) not in ("", "insult", "status") or read_number(words) is not None
    found = Findings() if quiet else place_in_words(words, search, city)
    place = found.street or found.spot
    if place and (address := _with_house_behind(words, place)):
        nearer = place_in_words(address, search, city)
        found = nearer if nearer.spot or nearer.street else found
    if street and found.street and _CORNER.search(fold(words)):
        corner = f"góc {street.partition(',')[0]} và {found.street.address.partition(',')[0]}"
        spot = place_in_words(corner, search, city).spot
        found = replace(found, spot=spot, near="" if spot else found.street.address)
    named = found.spot or found.street
    about = without_name(words, named.address) if named else words
    kinds = () if quiet else kinds_in(categories, about)
    if point is not None and box.contains(*point):
        spot = DialoguePlace(*point, POINT_M, named.address if named else "")
        return Findings(spot=spot, kinds=kinds, calls=calls)
    return replace(found, kinds=kinds, calls=calls, outside=point is not None, map_link=map_link)


def _as_meant(words: str) -> str:
    """Return what a keyboard that was off was to write (`rasc ow dduowngf`), the words where none was.

    Two such words at least, and a third of all: a foreign word or two are no keystrokes.
    """
    lines = [without_keystrokes(line) for line in words.split("\n")]
    meant = "\n".join(lines)
    changed = sum(
        one != other for one, other in zip(words.lower().split(), meant.lower().split(), strict=False)
    )
    return meant if changed > 1 and changed * 3 >= len(meant.split()) else words


_NEGATED = re.compile(
    r"(?:\b(?:chứ|chớ|chu)\s+)?\b(?:không|khong|ko|k|hông|hong|hổng|not)\s+(?:phải|phai)\s+(?:là\s+)?"
    r"(?!ở đó|mô\b|rứa|đâu\b|vậy|chỗ)[^,.;!?\n]+?(?=\s+mà\s|[,.;!?\n]|$)",
    re.IGNORECASE,
)
"""What it is not: “dây cáp đứt chứ không phải cây”, “không phải Hàn Thuyên mà Ngô Quyền”."""


def _without_negated(words: str) -> str:
    """Return the words without what they say it is not; all of them where nothing else is said."""
    rest = _NEGATED.sub(" ", words)
    return rest if len(rest.split()) > 1 else words


def _with_house_behind(words: str, street: DialoguePlace) -> str:
    """Return the address that is told the other way round, “Lê Lợi, hẻm 12”; empty for none."""
    name = street.address.partition(",")[0]
    behind = _BEHIND.match(fold(words).partition(fold(name))[2]) if not name[:1].isdigit() else None
    return f"{behind['alley'] or ''}{behind['number']} {name}" if behind else ""


def _code(text: str, prefix: str) -> str:
    """Return the tracking code that the message holds, in whatever spelling; empty for none.

    “hue 7k3m 92” are three words of a sentence: words are put together from where the prefix stands, and
    have a figure among them, so that “Huế” before two words of a name is none.
    """
    words = text.split()
    pieces = (
        "".join(words[at : at + n])
        for at, word in enumerate(words[:MOST_WORDS])
        if prefix in fold(word).upper()
        for n in (1, 2, 3, 4, 5)
    )
    for part in (text, *words[:MOST_WORDS], *(fold(piece) for piece in pieces if _FIGURE.search(piece))):
        code = tidy_code(part)
        if code and code.startswith(f"{prefix}-"):
            return code
    return ""
