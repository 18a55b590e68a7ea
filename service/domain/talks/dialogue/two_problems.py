"""Two problems in one message: the first is reported, the words of the second are kept and come after it.

Only what is two for sure is taken apart: each part names a kind and a place of its own. A corner, a stretch
from one house to another, two words for one problem and what spreads from one place to another stay one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from geo.distance import haversine_m
from service.domain.kernel.texts import fold, tidy
from service.domain.talks.dialogue.dialogue import confirmation, next_turn, with_danger
from service.domain.talks.dialogue.intents import begins_addition, begins_correction, read_intent
from service.domain.talks.dialogue.letter import next_letter
from service.domain.talks.dialogue.phrases import EXACT_M
from service.domain.talks.dialogue.points import without_links
from service.domain.talks.dialogue.state import (
    DialoguePlace,
    DialogueState,
    Findings,
    KindOffer,
    Reply,
    Turn,
    UserInput,
)
from service.i18n import N_

MOST_SPLITS, MOST_LOOKED_UP = 12, 3
"""Places of a message at which it may be taken apart, and those of them whose parts' places are looked up."""

MOST_LETTERS = 1500
"""A longer message is a story, and is left whole."""

BESIDE_M = 60.0
"""What lies nearer to each other may be one problem with two addresses."""

SHOWN = 80
SHORT = 8
"""Words up to which a second problem of the first one's kind is one by itself: “rác ở 30 Hùng Vương nữa”."""

TWO = N_(
    "Anh/chị nhắn hai việc ở hai nơi, mỗi việc là một phản ánh riêng. "
    "Gửi xong việc đầu sẽ đến việc sau: “{words}”."
)
NEXT = N_("Việc thứ hai anh/chị đã nhắn: “{words}”.")
KEPT = N_("Đã ghi lại việc thứ hai: “{words}”. Gửi xong phản ánh dưới đây sẽ đến việc này.")
BY_LETTER = N_(
    "Thư có hai việc ở hai nơi; phản ánh này ghi việc đầu. "
    "Việc sau (“{words}”), nhờ anh/chị gửi bằng một thư riêng."
)

ReadWords = Callable[[str], Findings]
KindsOf = Callable[[str], tuple[KindOffer, ...]]

_LINKS = (
    *("và", "va", "còn", "con", "rồi", "roi", "với lại", "voi lai", "ngoài ra", "ngoai ra"),
    *("thêm nữa", "them nua", "đồng thời", "dong thoi", "and", "also", "plus"),
)
_BETWEEN = re.compile(rf"[;\n]+|[.!?…]+(?=\s)|,|\s[&+]\s|\s(?:{'|'.join(_LINKS)})(?=\s)", re.IGNORECASE)
"""Signs and words that may stand between two problems."""

_SENTENCE = re.compile(r"[;\n]+|[.!?…]+(?=\s)")
_LEADS = re.compile(
    r"^(?:(?:va|con|voi lai|ngoai ra|them nua|them|dong thoi|roi|o|thi|nua|la|and|also|plus|there is)\b"
    r"|[\s,.;:&+\-–])*"
)
_SPREADS = re.compile(
    r"\b(?:sang|toi|den|qua|tan|ve|ra|huong|het|ca|khap|suot|quanh|phia|to|until|towards?|from|tu)"
    r"(?:\s+(?:tan|den|toi|ngang|het|so|nha|duong|truoc|khu|cho|doan|kiet|hem|ngo|goc|the|house|number))*\s*$"
)
"""How words before an address end that tell how far something reaches: “tràn sang tận 30 Hùng Vương”."""

_HOUSE = re.compile(r"(?:\b(?:so nha|so|nha|kiet|hem|ngo)\s+)?(?<!\S)[^\s\d]*\d\S*\s+(?:duong\s+)?$")
"""The number at the end of the words before a street. Each word is looked at once, however long it is."""

_CORNER = re.compile(
    r"\b(?:nga (?:ba|tu|nam|sau|[3-6])|goc|giao lo|giao nhau|giao voi|corner|intersection)\b"
)
_NUMBERED = re.compile(r"(?:(?:kiet|hem|ngo|so) )?\d")
_OTHERWISE = re.compile(
    r"\b(?:giong|nhu (?:o|cho|tai|ben|vu|hom|lan)|da (?:xu ly|sua|don|lam|bao|gui|phan anh)|cam on"
    r"|(?:xu ly|sua|don|lam) (?:xong|roi)|thay vi|khong phai|chu khong|like the one|already)\b"
)
"""What tells of something else than a second problem: a comparison, what was before, what is done."""


@dataclass(frozen=True, slots=True)
class TwoProblems:
    """Words of two problems that one message tells."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class TurnParts:
    """Parts that a turn is taken with: the searches of words, the usual kinds, and the service's name."""

    read: ReadWords
    kinds_of: KindsOf
    usual: Sequence[KindOffer] = ()
    service: str = ""


def chat_turn(
    state: DialogueState,
    user_input: UserInput,
    found: Findings,
    parts: TurnParts,
    notice: Reply | None = None,
) -> Turn:
    """Return the turn of a chat. Of two problems in one message the first goes on, the second is kept.

    With a `notice` these are the kept words, which are a new problem whatever was sent before.
    """
    if kept := keep_for_later(state, user_input, found, parts.kinds_of):
        return with_danger(kept, found)
    code, said = state.last_code, user_input
    if _may_tell_two(state, user_input) and (two := two_problems(user_input.text, found, parts)):
        said = replace(user_input, text=two.first)
        found = replace(parts.read(two.first), calls=found.calls)
        told = Reply(TWO, {"words": shown_words(two.second)})
        notice, state = told, replace(state, later=two.second)
    if notice:
        state = replace(state, last_code="")  # no addition to what was sent
    turn = next_turn(state, said, found, parts.usual, parts.service)
    if notice:
        at = 1 if turn.urgent else 0  # the numbers to call stand before everything else
        turn = replace(turn, says=(*turn.says[:at], notice, *turn.says[at:]))
    if not turn.state.begun and not turn.state.last_code:
        turn = replace(turn, state=replace(turn.state, last_code=code))
    return turn


def letter_turn(state: DialogueState, user_input: UserInput, found: Findings, parts: TurnParts) -> Turn:
    """Return the turn of a letter; it is one report, and who tells two problems is told so."""
    turn = next_letter(state, user_input, found, parts.usual)
    if turn.act != "file" or not _may_tell_two(state, user_input):
        return turn
    if (two := two_problems(user_input.text, found, parts)) is None:
        return turn
    return replace(turn, says=(*turn.says, Reply(BY_LETTER, {"words": shown_words(two.second)})))


def _may_tell_two(state: DialogueState, user_input: UserInput) -> bool:
    """Return whether a message may tell two problems: nothing was said before, and it shares no place."""
    fresh = not state.begun and not state.later
    alone = user_input.spot is None and not user_input.corrected and not user_input.sealed
    return fresh and alone and bool(user_input.text) and len(user_input.text) <= MOST_LETTERS


def two_problems(text: str, found: Findings, parts: TurnParts) -> TwoProblems | None:
    """Return the two problems of a message, None where it does not surely tell two.

    `found` is what the whole message tells. The places of a part are looked up where its kinds tell that it
    may be a problem by itself.
    """
    if found.code or found.outside or found.map_link or not (found.kinds and _place_of(found)):
        return None
    text = _telling(text)
    if any(begins_correction(sentence) for sentence in _SENTENCE.split(text)):
        return None
    likely = [
        (first, second)
        for first, second in islice(_parts(text), MOST_SPLITS)
        if parts.kinds_of(first) and parts.kinds_of(second) and not _is_otherwise(second)
    ]
    # “…, phường Phú Xuân. Cáp thòng …”: the second begins where its kind is spoken of.
    likely.sort(key=lambda two: not parts.kinds_of(_BETWEEN.split(two[1], maxsplit=1)[0]))
    for first, second in likely[:MOST_LOOKED_UP]:
        one, other = parts.read(first), parts.read(second)
        if (
            _are_two(one, other, second)
            and not _spreads_to(second, other)
            and not _at_corner(text, one, other)
        ):
            return TwoProblems(first, second)
    return None


def keep_for_later(
    state: DialogueState, user_input: UserInput, found: Findings, kinds_of: KindsOf
) -> Turn | None:
    """Return the turn that keeps another problem, told while it is asked whether the first is to be sent, and
    asks that once more; None for words that correct, answer or go on.
    """
    text, spot = user_input.text, state.spot
    if (
        len(text) > MOST_LETTERS
        or state.asked != "confirm"
        or spot is None
        or state.later
        or user_input.photos
        or user_input.spot
    ):
        return None
    if read_intent(text) or user_input.corrected or begins_correction(text) or begins_addition(text):
        return None
    here = Findings(spot=spot, kinds=(KindOffer(state.kind, state.kind_name),))
    if _is_otherwise(text) or not kinds_of(text) or not _are_two(here, found, text):
        return None
    if _spreads_to(text, found) or _at_corner(text, here, found):
        return None
    after = replace(state, later=text)
    return Turn(after, (Reply(KEPT, {"words": shown_words(text)}), confirmation(state, spot)))


def shown_words(text: str) -> str:
    """Return the beginning of somebody's words, on one line, as they are shown back to them."""
    line = " ".join(tidy(without_links(text)).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN].rsplit(' ', 1)[0]}…"


def _telling(text: str) -> str:
    """Return the lines that tell of something: “gửi”, “cảm ơn” and greetings are left out."""
    return "\n".join(
        line for line in text.split("\n") if read_intent(line) not in ("yes", "thanks", "greeting")
    )


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the message in two, at each sign and word that may stand between two problems."""
    for between in _BETWEEN.finditer(text):
        first, rest = text[: between.start()].strip(), text[between.end() :]
        second = rest[_lead(rest) :].strip()
        if len(first.split()) > 1 and len(second.split()) > 1:
            yield first, second


def _lead(rest: str) -> int:
    """Return how many letters of linking words stand before the second problem."""
    plain = fold(rest)
    found = _LEADS.match(plain) if len(plain) == len(rest) else None
    return found.end() if found else 0


def _is_otherwise(text: str) -> bool:
    return _OTHERWISE.search(fold(text)) is not None or begins_correction(text) or bool(read_intent(text))


def _place_of(found: Findings) -> DialoguePlace | None:
    """Return the place that is named; what only a ward is wanted for has none on the map."""
    unplaced = DialoguePlace(0.0, 0.0, EXACT_M * 2, found.unplaced) if found.unplaced else None
    return found.spot or found.street or unplaced


def _are_two(one: Findings, other: Findings, second: str) -> bool:
    """Return whether two parts tell of two problems at two places; `second` are the words of the other."""
    here, there = _place_of(one), _place_of(other)
    if here is None or there is None or not one.kinds or not other.kinds:
        return False
    names = _names(here, there)
    if not all(names) or names[0] in names[1] or names[1] in names[0]:
        return False
    exact = all(each.accuracy_m <= EXACT_M for each in (here, there))
    if exact and haversine_m(here.lon, here.lat, there.lon, there.lat) < BESIDE_M:
        return False
    families = [{kind.code.split(".")[0] for kind in found.kinds} for found in (one, other)]
    return not families[0] & families[1] or (_numbered(names) and len(second.split()) <= SHORT)


def _at_corner(text: str, one: Findings, other: Findings) -> bool:
    """Return whether two streets may be those of one corner: it is spoken of, and neither has a number."""
    here, there = _place_of(one), _place_of(other)
    numbered = here is not None and there is not None and _numbered(_names(here, there))
    return not numbered and _CORNER.search(fold(text)) is not None


def _names(*places: DialoguePlace) -> list[str]:
    return [fold(each.address.partition(",")[0]).strip() for each in places]


def _numbered(names: list[str]) -> bool:
    return all(_NUMBERED.match(name) for name in names)


def _spreads_to(text: str, found: Findings) -> bool:
    """Return whether words only tell how far something reaches; also where the place is not in them as it is
    written, so that nothing is known of what leads to it.
    """
    place = _place_of(found)
    name = fold(place.address.partition(",")[0]).strip() if place else ""
    street = re.sub(r"^\S*\d\S*\s+", "", name)
    before, said, _ = fold(" ".join(text.split())).partition(street)
    return not said or _SPREADS.search(_HOUSE.sub("", before)) is not None
