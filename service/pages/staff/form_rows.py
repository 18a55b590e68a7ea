"""Lists in forms, a row each: empty rows are left out, and some spare ones stand below what is filled in.

Without scripts too: `staff/_rows.html` draws the rows that are filled in, a few empty ones, and the rest of
those that fit folded away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.pages.shared.forms import Fields, SentForm

Row = Mapping[str, str]


def typed_rows(form: SentForm, name: str, columns: Sequence[str], *, most: int) -> list[Row]:
    """Return the rows `<name>.<number>.<column>` in which something is filled in; no more than `most`."""
    rows = (Fields({key: form.text(f"{name}.{at}.{key}") for key in columns}) for at in range(most))
    return [row for row in rows if any(row.values())]


def drawn_rows(filled: Sequence[Row], *, most: int) -> list[Row]:
    """Return the rows to draw: those that are filled in, and empty ones up to `most`."""
    return [*filled, *(Fields() for _ in range(most - len(filled)))]
