"""Two administrators at one entry: what the other one saved beside what was filled in, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.errors import AppError, Conflict
from service.pages.admin.field_words import field_label, readable_value

_NOT_TOLD = frozenset(
    {"version", "act", "due_at", "successor", "code", "username", "csrf_token", "restore", "number"}
)


@dataclass(frozen=True, slots=True)
class BothTexts:
    """Field that two administrators filled in otherwise."""

    label: str
    theirs: str
    mine: str


def is_outdated(error: AppError) -> bool:
    """Return whether the entry was changed since the form was opened."""
    return isinstance(error, Conflict) and "version" in error.extra


def both_texts(theirs: Mapping[str, object], mine: Mapping[str, object]) -> list[BothTexts]:
    """Return the fields of the form that differ, as they were saved and as they were filled in."""
    found = []
    for name, saved in theirs.items():
        if name in _NOT_TOLD:
            continue
        before, after = readable_value(name, saved), readable_value(name, mine.get(name))
        if before != after:
            found.append(BothTexts(field_label(name), before, after))
    return found
