"""Units that do a task, read from the words of its lead: one unit, several, units that support, everyone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.kernel.texts import fold
from service.domain.plans.imports.units import Directory, folded_unit

_WITH = re.compile(
    r"[\s,;:(\-–]*\b(?:chủ\s+trì\s*[,;]?\s*)?(?:và\s+)?"
    r"(?:phối\s+hợp(?:\s+cùng)?(?:\s+với|\s+thực\s+hiện)?|cùng(?:\s+với)?)\b[\s:]*",
    re.IGNORECASE,
)
_LEADS = r"chủ\s+trì"
_LEAD_WORD = re.compile(
    rf"^\W*(?:đơn\s+vị\s+)?{_LEADS}\s*[:\-–]\s*|\s*[(\[]?\s*{_LEADS}\s*[)\]]?\s*$", re.IGNORECASE
)
_SEPARATOR = re.compile(
    r"\s*[;\n]\s*|\s*,\s+|\s*,$|\s+và\s+|\s+&\s+|(?:(?<=\w\w)\s*/\s*|\s+/\s+)", re.IGNORECASE
)
_GIVEN = re.compile(r"^(?:(?:đề\s+nghị|yêu\s+cầu)\s+)?(?:(?:giao|phân\s+công)(?:\s+cho)?\s+)?", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([^()]{2,120})\)[\s.;]*$")
_MOST_WORDS = 14
MOST_UNITS = 60
_MOST_IN_A_NAME = 6
"""Commas and “và” within one name."""
_ENDS = " \t\n-–+•*.,;:"
_EVERYONE = re.compile(
    r"^(toan bo|toan the|tat ca|moi|100 )|"
    r"^(va )?cac (so |ban |nganh |phong|don vi|co quan|phuong|xa|to chuc|doan the|truong|dia phuong|"
    r"trung tam|uy ban|khoa|to )|"
    r"^uy ban nhan dan (cac |40 )?(phuong|xa|cap xa|phuong xa)(,? (xa|phuong|dac khu))*$|"
    r"^uy ban nhan dan cac\b|^(cb)?cc(vc|nv)?( ?nld)?$|^cbccvc|^can bo cong chuc|^cong chuc,? vien chuc"
)


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """Unit as it is named: `code` where that is known, `choices` what it may mean, best first."""

    words: str
    code: str | None
    clear: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskAssignees:
    """Lead and supporters, or everyone. Not clear: several `leads`, or one that is unknown."""

    lead: NamedUnit | None = None
    leads: tuple[NamedUnit, ...] = ()
    supports: tuple[NamedUnit, ...] = ()
    everyone: bool = False
    lead_clear: bool = True
    supports_clear: bool = True


def understand_lead(words: str, support_words: str, units: Directory) -> TaskAssignees:
    """Return who does it, of the words of the lead's cell and of the support's, if there is a column."""
    left, right = _halves(words)
    everyone = is_everyone(left)
    leads = [] if everyone else split_units(left, units)
    helping = split_units(right, units) if right else []
    helping += split_units(support_words, units) if support_words.strip(_ENDS) else []
    supports = tuple(dict.fromkeys([*leads[1:], *helping]))
    lead = leads[0] if leads else None
    several = len(leads) > 1
    return TaskAssignees(
        lead=lead,
        leads=tuple(leads),
        supports=tuple(
            each for each in supports if lead is None or each.code is None or each.code != lead.code
        ),
        everyone=everyone,
        lead_clear=everyone or (lead is not None and lead.clear and not several),
        supports_clear=all(each.clear or is_everyone(each.words) for each in supports),
    )


def lead_in_task(task: str, units: Directory) -> NamedUnit | None:
    """Return the unit that a task's own words give it to: `Giao Sở Xây dựng chủ trì …`, `Công an: …`,
    `… (Trung tâm IOC)`; None where they name none that is known exactly.
    """
    inside = _IN_BRACKETS.search(task)
    words = _GIVEN.sub("", task.strip(_ENDS)).split()[:_MOST_WORDS]
    starts = [" ".join(words[:number]).rstrip(_ENDS) for number in range(len(words), 0, -1)]
    for piece in [*starts, *([inside[1].strip(_ENDS)] if inside else [])]:
        found = units.find(piece) if units.knows(piece) else None
        if found is not None:
            return NamedUnit(piece, found.codes[0], clear=True, choices=found.codes)
    return None


def is_everyone(words: str) -> bool:
    """Return whether the words mean every unit, not one."""
    folded = folded_unit(words)
    return bool(_EVERYONE.search(folded)) and not re.search(r"\bcac (dieu|muc)\b", folded)


def split_units(words: str, units: Directory) -> list[NamedUnit]:
    """Return the units that are named, in order; a name may have commas and “và” in it where a unit has."""
    text = _LEAD_WORD.sub("", words.strip()).strip(_ENDS)
    if not text:
        return []
    whole = units.find(text)
    if whole.clear or (whole.near and not any(units.knows(each) for each in _SEPARATOR.split(text) if each)):
        return [_named(text, units)]
    cuts = [(found.start(), found.end()) for found in _SEPARATOR.finditer(text)]
    cuts = cuts[:MOST_UNITS]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    named: list[NamedUnit] = []
    at = 0
    while at < len(starts):
        farthest = min(len(ends) - 1, at + _MOST_IN_A_NAME)
        upto = next((to for to in range(farthest, at, -1) if units.knows(text[starts[at] : ends[to]])), at)
        if is_everyone(text[starts[at] : ends[upto]]):
            # “UBND các phường, xã”, “các phòng, đơn vị” are one.
            while upto + 1 < len(starts) and text[starts[upto + 1]].islower():
                upto += 1
        piece = text[starts[at] : ends[upto]].strip(_ENDS)
        if piece:
            named.append(_named(piece, units))
        at = upto + 1
    return named


def _named(piece: str, units: Directory) -> NamedUnit:
    found = units.find(piece)
    if not found.codes and (bare := re.sub(r"\s*\(.*?\)", "", piece).strip()) not in ("", piece):
        found = units.find(bare)
    code = found.codes[0] if found.clear or found.near else None
    return NamedUnit(piece, code, found.clear, found.codes)


def _halves(words: str) -> tuple[str, str]:
    """Return what stands before “phối hợp với” and what after it."""
    found = _WITH.search(words)
    if found is None or not words[: found.start()].strip(_ENDS):
        return (words, "") if found is None else (words[found.end() :], "")
    return words[: found.start()], words[found.end() :]


def unclear_units(all_named: Sequence[NamedUnit]) -> list[NamedUnit]:
    """Return each name that is not clear once, in the order in which they come up."""
    once: dict[str, NamedUnit] = {}
    for each in all_named:
        if not each.clear and not is_everyone(each.words):
            once.setdefault(fold(each.words), each)
    return list(once.values())
