"""Columns of a month or a quarter each, by its name or by its number alone, and what a mark there says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from service.domain.kernel.texts import fold
from service.domain.plans.imports.headings import comparison_key

_NAMED = re.compile(r"(?P<kind>thang|quy|t|q) ?(?P<n>iv|i{1,3}|\d{1,2})(?: (?:nam )?(?P<y>20\d\d))?")
_NUMBER = re.compile(r"0?(?P<n>\d{1,2})|(?P<r>iv|i{1,3})")
_ROMAN = ("", "i", "ii", "iii", "iv")
_YEAR = re.compile(r"\b20\d\d\b")
_TICK = re.compile(r"\s*([xX+*vV✓✔√●•■]|có)\s*", re.IGNORECASE)
MONTHS, QUARTERS = range(1, 13), range(1, 5)


def period_names(whole: Sequence[str], own: Sequence[str]) -> Mapping[int, str]:
    """Return column → month or quarter (`Tháng 3`, `Quý II/2026`) of headings: `whole` with what stands above
    them, `own` as they stand lowest. T2 to T7 beside Sunday are days of a week, and numbers without a word
    are months only where there are all twelve, quarters where there are I to IV.
    """
    words = [comparison_key(each) for each in own]
    if {"cn", "chu nhat"} & set(words):
        return {}
    found = {at: name for at, each in enumerate(words) if (name := _by_name(each, whole[at]))}
    for run in _runs(words):
        above = comparison_key(whole[run[0]]).removesuffix(words[run[0]])
        numbers = [_number(words[at]) for at in run]
        roman = not words[run[0]].isdecimal()
        if "quy" in above.split() or (roman and numbers == [*QUARTERS]):
            found |= {at: _name("quy", n, above) for at, n in zip(run, numbers, strict=True)}
        elif "thang" in above.split() or (not roman and numbers == [*MONTHS]):
            found |= {at: _name("thang", n, above) for at, n in zip(run, numbers, strict=True)}
    return {at: name for at, name in found.items() if name}


def marked_period(name: str, text: str) -> str:
    """Return the period of a column that a row marks; what is more than a mark stays beside it."""
    return name if _TICK.fullmatch(text) else f"{name}: {text}"


def _by_name(words: str, whole: str) -> str:
    found = _NAMED.fullmatch(words)
    if found is None:
        return ""
    return _name(found["kind"], _number(found["n"]), found["y"] or whole)


def _name(kind: str, number: int, words: str) -> str:
    """Return a period as times are written; nothing for a number that is none."""
    quarter = kind in ("quy", "q")
    if number not in (QUARTERS if quarter else MONTHS):
        return ""
    year = _YEAR.search(fold(words))
    name = f"Quý {_ROMAN[number].upper()}" if quarter else f"Tháng {number}"
    return f"{name}/{year[0]}" if year else name


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _ROMAN.index(word)


def _runs(words: Sequence[str]) -> Iterator[list[int]]:
    """Yield the columns that are numbered one after another, two at least."""
    run: list[int] = []
    for at, word in enumerate([*words, ""]):
        number = _number(word) if _NUMBER.fullmatch(word) else 0
        same = run and word.isdecimal() == words[run[0]].isdecimal()
        if number and same and number == _number(words[run[-1]]) + 1:
            run.append(at)
            continue
        if len(run) > 1:
            yield run
        run = [at] if number else []
