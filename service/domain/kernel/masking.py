"""Masking of free text for the public: numbers that identify and coarse words.

Texts are stored as they were written; they are masked where they leave for the public.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from service.domain.kernel import phone_numbers
from service.domain.kernel.identifiers import hide_identifiers
from service.domain.kernel.texts import fold

SHORTEST_HIDDEN = 7
"""Digits of the shortest number that is hidden; 113 is read by everybody without being named."""

PHONE_SHOWN, WORD_SHOWN = phone_numbers.HIDDEN, "•••"

_CIRCLED = {0x24EA: "0", **{0x2460 + number: str(number + 1) for number in range(9)}}
_FULL_WIDTH = {number: chr(number - 0xFEE0) for number in range(0xFF01, 0xFF5F)}
_SMALL_FORMS = {0xFE6B: "@", 0xFE52: "."}
_PLAIN = {**_FULL_WIDTH, **_CIRCLED, **_SMALL_FORMS}

_OTHER_DIGITS = re.compile(rf"(?![0-9])\d|[\uff01-\uff5e\ufe6b\ufe52{''.join(map(chr, _CIRCLED))}]")

_RAISED = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]{7,}|[\u2080-\u2089]{7,}")
"""So many small figures in a row are no exponent: m² and CO₂ stay."""

_IDENTIFIER = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    r"|\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(?:\.\d{1,6})?(?:Z|[+-][01]\d:\d\d)"
)
"""Whole value of data that nobody wrote: a UUID, a moment. One UUID in five hundred has digits that look like
a telephone number, one moment in fourteen.
"""


def _ascii_digits(text: str) -> str:
    """Return the text with digits of every script (mathematical, circled) and full-width letters as ASCII
    ones.
    """
    text = _RAISED.sub(lambda found: "".join(str(unicodedata.digit(each)) for each in found[0]), text)
    if not _OTHER_DIGITS.search(text):
        return text
    return "".join(
        str(unicodedata.decimal(each))
        if each.isdecimal() and not each.isascii()
        else _PLAIN.get(ord(each), each)
        for each in text
    )


class MaskingChoice(BaseModel):
    """Exceptions for one category and those below it; None where the general choice counts."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    phones: bool | None = None
    identifiers: bool | None = None
    words: tuple[str, ...] | None = None
    words_any_marks: tuple[str, ...] | None = None


class MaskingConfig(BaseModel):
    """Choice of what is hidden from the public: `masking` of the city's configuration.

    `identifiers` are e-mail addresses, identity cards, number plates, bank accounts.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    phones: bool = True
    identifiers: bool = True
    words: tuple[str, ...] = ()
    words_any_marks: tuple[str, ...] = ()
    categories: dict[str, MaskingChoice] = Field(default_factory=dict)

    def of(self, choice: MaskingChoice) -> MaskingConfig:
        """Return the general choice with one category's exceptions."""
        return self.model_copy(update=choice.model_dump(exclude_none=True))


@dataclass(frozen=True, slots=True)
class Masking:
    """Rule: whether telephone numbers and other identifiers are hidden, and which words.

    `offices` finds the numbers and addresses at which the administration itself is reached: they stay.
    """

    phones: bool = True
    identifiers: bool = True
    words: re.Pattern[str] | None = None
    offices: re.Pattern[str] | None = None

    def text(self, written: str) -> str:
        """Return the text as the public reads it; twice is the same as once."""
        if not written:
            return written
        shown = written if written.isascii() else _ascii_digits(unicodedata.normalize("NFC", written))
        if self.offices is None:
            return self._hide(shown)
        between = self.offices.split(shown)  # what is found stands at the odd places
        return "".join(each if index % 2 else self._hide(each) for index, each in enumerate(between))

    def _hide(self, shown: str) -> str:
        if self.identifiers:
            shown = hide_identifiers(shown)
        if self.phones:
            shown = phone_numbers.hide_phone_numbers(shown)
        return self.words.sub(WORD_SHOWN, shown) if self.words else shown

    def mapping(self, data: Mapping[str, object]) -> dict[str, object]:
        """Return a mapping (of JSON) with every text in it masked, as `values` does."""
        return {key: self.values(value) for key, value in data.items()}

    def values(self, data: object) -> object:
        """Return a JSON value with every text in it masked; keys, UUIDs and moments stay."""
        if isinstance(data, str):
            return data if _IDENTIFIER.fullmatch(data) else self.text(data)
        if isinstance(data, dict):
            return {key: self.values(value) for key, value in data.items()}
        return [self.values(each) for each in data] if isinstance(data, list | tuple) else data


UNMASKED = Masking(phones=False, identifiers=False)
"""For those who read the original."""


@dataclass(frozen=True, slots=True)
class MaskingRules:
    """The city's rules: the general one, and those of categories that differ from it."""

    general: Masking = field(default_factory=Masking)
    by_category: Mapping[str, Masking] = field(default_factory=dict)

    def of(self, path: Iterable[str]) -> Masking:
        """Return the rule for a category, given by the codes from the root to itself; the nearest one
        counts.
        """
        found = self.general
        for code in path:
            found = self.by_category.get(code, found)
        return found


def masking_rules(config: MaskingConfig, offices: Iterable[str] = ()) -> MaskingRules:
    """Return the rules of a configuration.

    `offices` are telephone numbers and e-mail addresses of the administration, which everybody may read.
    """
    known = _offices(offices)
    return MaskingRules(
        _rule(config, known),
        {code: _rule(config.of(choice), known) for code, choice in config.categories.items()},
    )


def _offices(given: Iterable[str]) -> re.Pattern[str] | None:
    found = {_office(each) for each in given} - {""}
    return re.compile(f"({'|'.join(sorted(found, key=len, reverse=True))})", re.IGNORECASE) if found else None


def _office(given: str) -> str:
    """Finds an address as it is written, a number however it is parted; never within another."""
    if "@" in given:
        return rf"(?<![\w.%+\-@]){re.escape(given.strip())}(?![\w\-]|\.\w)"
    digits = re.sub(r"\D", "", given)
    if len(digits) < SHORTEST_HIDDEN:
        return ""
    parted = r"[ .\-()\u00a0]{0,2}".join(digits)
    return rf"(?<!\d)(?<!\d\W){parted}(?!\W?\d)"


def _rule(config: MaskingConfig, offices: re.Pattern[str] | None) -> Masking:
    words = [_exactly(word) for word in config.words]
    words += [_with_or_without_marks(word) for word in config.words_any_marks]
    pattern = rf"(?<!\w)(?:{'|'.join(sorted(words, key=len, reverse=True))})(?!\w)" if words else None
    return Masking(
        phones=config.phones,
        identifiers=config.identifiers,
        words=re.compile(pattern, re.IGNORECASE) if pattern else None,
        offices=offices,
    )


_BETWEEN = r"[\s.\-_*]{1,3}"


def _exactly(word: str) -> str:
    return _BETWEEN.join(re.escape(each) for each in unicodedata.normalize("NFC", word).split())


def _with_or_without_marks(words: str) -> str:
    """Return each syllable as it is written or without any marks, never with other ones: `dù mà` is no
    curse.
    """
    syllables = unicodedata.normalize("NFC", words).split()
    return _BETWEEN.join(f"(?:{re.escape(each)}|{re.escape(fold(each))})" for each in syllables)
