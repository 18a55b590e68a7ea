"""From the text that was read on a picture to telephone numbers. A number that is missed costs a moment of
typing, a wrong one costs a person: what can be read in two ways is proposed in both or not at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from service.domain.kernel.texts import fold
from service.domain.numbers.boxes import (
    Quad,
    TextBox,
    box_lines,
    corners_around,
    is_row_below,
    overlap,
    without_covered,
)
from service.domain.numbers.telephones import Telephone, telephone
from service.models.numbers.kinds import NumberKind

SHOWN, SURE = 0.5, 0.85
"""Below the one nobody is asked, above the other the number is shown as read well."""

WELL, HALF = 0.93, 7
"""A look read so many digits so well: what a closer one reads there instead is not believed."""

CHANGED, MOST_CHANGES = 0.85, 2
UNNAMED, SERVICE_UNNAMED, ASIDE = 0.97, 0.7, 0.8
MOST_ASIDE = 3
TWO_ROWS, SEVERAL_BOXES, EITHER, FORMER = 0.8, 0.95, 0.7, 0.8

_LIKE_DIGITS = {
    **dict.fromkeys("OoDQ", "0"),
    **dict.fromkeys("Il|!", "1"),
    **dict.fromkeys("gq", "9"),
    "Z": "2",
    "S": "5",
    "B": "8",
    "b": "6",
    "A": "4",
}
_LETTERS = "".join(_LIKE_DIGITS)
_GAP = r"[\s.,\-/·•∙()\[\]_–—:~*'+|]"
# A letter among digits: alone or two of them, touching a digit, within no word.
_TOKEN = re.compile(
    rf"(?:(?<![^\W\d_])[OoDQ]{{1,2}}(?=\d)|\d)(?:\d|(?<=\d)[{re.escape(_LETTERS)}]{{1,2}}(?![^\W\d_]))*"
)
_ROUND_THE_CLOCK = re.compile(r"(?<!\d)24\s*/\s*(?:24|7)(?!\d)|(?<!\d)24\s*[hH](?:\s*/\s*24\s*[hH])?")
_DATE = re.compile(r"(?<!\d)[0-3]?\d\s*[/.\-]\s*[01]?\d\s*[/.\-]\s*(?:19|20)\d\d(?!\d)")
_WORTH = re.compile(r"\s*(?:d|dong|vnd|k|tr|trieu|ty|m2|m²|m3|kg|km|%|lit|usd)(?!\w)")
_NAMED = re.compile(
    r"(?<![a-z])(?:s?dt|so|tel|lh|l\.h|lien he|dien thoai|zalo|za1o|zl|alo|a lo|hotline|call|goi|phone"
    r"|mobile|viber|tong dai|di dong)(?![a-z])|☎|☏|✆|📞"
)
_IDENTITY = (
    r"stk|s\.t\.k|tk|tai khoan|account|acc|mst|m\.s\.t|ma so thue|cmnd|cccd|can cuoc|gpkd|gpxd|giay phep"
    r"|ma don|ma vach|imei|serial|s/n|seri"
)
_BANK = (
    r"ngan hang|bank|vietcombank|vcb|agribank|bidv|vietinbank|techcombank|mbbank|mb bank|mb|sacombank|acb"
    r"|vpbank|tpbank"
)
_BESIDE = rf"(?:{_BANK}|so|chu|the|nh|tmcp|cn|no|la)"
_NOT_LETTERS = r"[^a-z0-9]*"
# Words that end just before a number: they name it, as an account or a permit. A loan "by CCCD", a "bank" in
# the line above name nothing: most advertisements of loans have them.
_NAMED_OTHERWISE = re.compile(
    rf"(?<![a-z0-9])(?:{_IDENTITY})(?:{_NOT_LETTERS}(?<![a-z0-9]){_BESIDE}(?![a-z0-9]))*{_NOT_LETTERS}$"
)
_NOTHING_BUT = re.compile(
    rf"(?=.*(?<![a-z0-9])(?:{_IDENTITY}|{_BANK})(?![a-z0-9])){_NOT_LETTERS}"
    rf"(?:(?<![a-z0-9])(?:{_IDENTITY}|{_BESIDE})(?![a-z0-9]){_NOT_LETTERS})+"
)
_NAMED_AFTER = re.compile(rf"{_NOT_LETTERS}(?:{_IDENTITY}|{_BANK})(?![a-z0-9])[^0-9]*$")


@dataclass(frozen=True, slots=True)
class NumberReading:
    """Telephone number that was read: where, in which words, and how far it may be trusted (0 to 1)."""

    number: Telephone
    quad: Quad
    text: str
    score: float

    @property
    def sure(self) -> bool:
        """Return whether it was read well. It is still no more than proposed."""
        return self.score >= SURE


@dataclass(frozen=True, slots=True)
class _Token:
    """Digits that stand together, their places in the text, and how many letters were taken for digits."""

    digits: str
    at: int
    end: int
    changes: int


def extract_numbers(boxes: Iterable[TextBox]) -> list[NumberReading]:
    """Return the telephone numbers in what was read, each once, the best first."""
    known = without_covered([_plain(box) for box in boxes])
    found: list[NumberReading] = []
    left: list[TextBox] = []
    for index, box in enumerate(known):
        inside = _in_text(
            [box], named_otherwise=_heading_says_otherwise(box, known[:index] + known[index + 1 :])
        )
        found += inside
        if not inside and _tokens(box.text):
            left.append(box)
    for line in box_lines(left):
        if len(line) > 1:
            found += _in_text(line)
    used = {number.number.digits for number in found}
    found += [each for each in _in_two_rows(left) if each.number.digits not in used]
    return sorted(_once(_doubted(found)), key=lambda each: -each.score)


def extract_closer_numbers(boxes: Iterable[TextBox], first: Sequence[TextBox]) -> list[NumberReading]:
    """Return the numbers of a closer look. Where the `first` look read other digits, and read them well, the
    number is half covered: nothing is made of it.
    """
    well = [box for box in first if box.confidence >= WELL and _digits(box) >= HALF]
    return [
        each
        for each in extract_numbers(boxes)
        if not any(overlap(box.corners, each.quad) >= 0.5 for box in well)
    ]


def _digits(box: TextBox) -> int:
    return sum(len(token.digits) for token in _tokens(box.text))


def _plain(box: TextBox) -> TextBox:
    """Return the box with its text in plain signs: full-width figures, dashes and spaces of every kind."""
    return replace(box, text=unicodedata.normalize("NFKC", box.text).replace("−", "-"))


def _in_text(boxes: Sequence[TextBox], *, named_otherwise: bool = False) -> list[NumberReading]:
    text = " ".join(box.text for box in boxes)
    words = fold(text)
    if named_otherwise:
        return []
    found: list[NumberReading] = []
    quad = corners_around(boxes)
    confidence = min(box.confidence for box in boxes)
    confidence *= SEVERAL_BOXES if len(boxes) > 1 else 1
    for run in _runs(text):
        if _is_otherwise(text[: run[0].at], text[run[-1].end :]):
            continue
        ways = _ways(run, text)
        for number, tokens, doubt in ways:
            score = confidence * doubt * _trust(number, tokens, words)
            if score >= SHOWN:
                found.append(
                    NumberReading(number, quad, text[tokens[0].at : tokens[-1].end], round(score, 4))
                )
    return found


def _trust(number: Telephone, tokens: Sequence[_Token], words: str) -> float:
    """Return what the words around and the letters within say of a number, from 0 to 1."""
    changes = sum(token.changes for token in tokens)
    if changes > MOST_CHANGES or (changes and number.kind == NumberKind.SERVICE):
        return 0
    trust = CHANGED**changes * (FORMER if number.old else 1)
    if _NAMED.search(words):
        return trust
    return trust * (SERVICE_UNNAMED if number.kind == NumberKind.SERVICE else UNNAMED)


def _tokens(text: str) -> list[_Token]:
    """Return the digits of a text, in pieces. What says the time of the day or a date is left out."""
    hidden = [found.span() for rule in (_ROUND_THE_CLOCK, _DATE) for found in rule.finditer(text)]
    return [
        _Token(
            "".join(_LIKE_DIGITS.get(sign, sign) for sign in found[0]),
            found.start(),
            found.end(),
            sum(sign in _LIKE_DIGITS for sign in found[0]),
        )
        for found in _TOKEN.finditer(text)
        if not any(start < found.end() and found.start() < end for start, end in hidden)
    ]


def _runs(text: str) -> list[list[_Token]]:
    """Pieces with nothing but separators between them; worth and measures are no part of a number."""
    found: list[list[_Token]] = []
    end = -1
    between = re.compile(rf"{_GAP}{{0,4}}")
    for token in _tokens(text):
        if found and between.fullmatch(text, end, token.at):
            found[-1].append(token)
        else:
            found.append([token])
        end = token.end
    return [run for run in found if not _touches_a_word(run, text)]


def _touches_a_word(run: Sequence[_Token], text: str) -> bool:
    """Return whether the run is worth, a measure, or the tail of a plate or a code (`75F1-123.45`)."""
    if _WORTH.match(fold(text[run[-1].end :])):
        return True
    before = text[: run[0].at]
    return bool(re.search(r"\d[^\W\d_]{1,2}$", before))


def _ways(run: Sequence[_Token], text: str) -> list[tuple[Telephone, Sequence[_Token], float]]:
    """Return the numbers of a run. All its digits must belong to one number or another, in one way only; but
    what stands before the first number and cannot be part of it is left aside.
    """
    for start in range(len(run)):
        if start and not _apart(run[:start], run[start], text):
            continue
        covers = _covers(run[start:])
        if len(covers) == 1:
            aside = ASIDE if start else 1
            return [(number, tokens, aside) for number, tokens in covers[0]]
        if covers:
            return [(number, tokens, EITHER) for cover in covers for number, tokens in cover]
    return []


def _covers(run: Sequence[_Token]) -> list[list[tuple[Telephone, Sequence[_Token]]]]:
    """Return every way in which the pieces are telephone numbers, one after another, none left over."""
    if not run:
        return [[]]
    found = []
    digits = ""
    for end, token in enumerate(run, start=1):
        digits += token.digits
        number = telephone(digits)
        if number is not None:
            found += [[(number, run[:end]), *rest] for rest in _covers(run[end:])]
    return found


def _apart(before: Sequence[_Token], other: _Token, text: str) -> bool:
    """Return whether a number may begin at `other` though digits stand before it: a house's number, not half
    of an account, and no dot or dash binds them.
    """
    if sum(len(each.digits) for each in before) > MOST_ASIDE or not other.digits.startswith(("0", "84")):
        return False
    return bool(re.search(r"\s|[:|]", text[before[-1].end : other.at]))


def _in_two_rows(boxes: Sequence[TextBox]) -> list[NumberReading]:
    """Return numbers whose first half stands in a row of its own above the second."""
    pairs = [
        (upper, lower)
        for upper in boxes
        for lower in boxes
        if upper is not lower and is_row_below(upper, lower)
    ]
    found: list[NumberReading] = []
    for upper, lower in pairs:
        alone = sum(upper is one for one, _ in pairs) == 1 and sum(lower is other for _, other in pairs) == 1
        first, second = _only_run(upper.text, at_end=True), _only_run(lower.text, at_end=False)
        words = fold(f"{upper.text} {lower.text}")
        if not alone or not first or not second:
            continue
        if _is_otherwise(upper.text[: first[0].at], lower.text[second[-1].end :]):
            continue
        above = "".join(token.digits for token in first)
        number = telephone(above + "".join(token.digits for token in second))
        if number is None or not 3 <= len(above) <= 7 or number.kind != NumberKind.MOBILE:
            continue
        trust = _trust(number, [*first, *second], words) * TWO_ROWS
        score = min(upper.confidence, lower.confidence) * trust
        if score >= SHOWN:
            text = f"{upper.text} · {lower.text}"
            found.append(NumberReading(number, corners_around([upper, lower]), text, round(score, 4)))
    return found


def _only_run(text: str, *, at_end: bool) -> list[_Token]:
    """Return the only run of a text: at its end (words may stand before it), or the whole text."""
    runs = _runs(text)
    if len(runs) != 1:
        return []
    run = runs[0]
    before, after = text[: run[0].at], text[run[-1].end :]
    blank = re.compile(rf"{_GAP}*")
    fits = blank.fullmatch(after) and (at_end or blank.fullmatch(before))
    return run if fits else []


def _is_otherwise(before: str, after: str) -> bool:
    """Return whether the words around digits say that these are an account, a permit, a tax number."""
    words = fold(before)
    if _NAMED_OTHERWISE.search(words) or _NAMED_AFTER.match(fold(after)):
        return True
    return bool(words.strip()) and _NOTHING_BUT.fullmatch(words) is not None


def _heading_says_otherwise(box: TextBox, others: Sequence[TextBox]) -> bool:
    """Return whether the row above says nothing but that this is an account or a permit."""
    return any(
        other is not box
        and is_row_below(other, box)
        and not _tokens(other.text)
        and _NOTHING_BUT.fullmatch(fold(other.text))
        for other in others
    )


def _doubted(found: Sequence[NumberReading]) -> list[NumberReading]:
    """Different numbers at one place were read in two ways: none of them is preferred."""
    return [
        replace(each, score=round(each.score * EITHER, 4))
        if any(
            other.number.digits != each.number.digits and other.text != each.text and _one_place(each, other)
            for other in found
        )
        else each
        for each in found
    ]


def _one_place(one: NumberReading, other: NumberReading) -> bool:
    """Return whether both were read at the same place, though not in one box."""
    return one.quad != other.quad and overlap(one.quad, other.quad) >= 0.5


def _once(found: Iterable[NumberReading]) -> list[NumberReading]:
    best: dict[str, NumberReading] = {}
    for each in found:
        if each.score >= SHOWN and (
            each.number.digits not in best or best[each.number.digits].score < each.score
        ):
            best[each.number.digits] = each
    return list(best.values())
