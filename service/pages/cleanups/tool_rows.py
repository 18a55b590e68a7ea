"""Tools of a clean-up in its forms, a row each: what is needed, how many, and how many are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.pages.shared.forms import Fields, SentForm, whole_or_text
from service.pages.staff.form_rows import Row, drawn_rows, typed_rows

COLUMNS = ("what", "need", "have")
MOST = 30


def sent_tools(form: SentForm) -> list[Row]:
    """Return the rows of tools in which something is filled in."""
    return typed_rows(form, "tools", COLUMNS, most=MOST)


def read_tools(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Return tools as the forms of clean-ups take them; a number that is none stays as it was typed, and the
    model says what is wrong with it.
    """
    return [
        {"what": row["what"], "need": whole_or_text(row["need"]), "have": whole_or_text(row["have"] or "0")}
        for row in rows
    ]


def tool_fields(tools: Sequence[Mapping[str, object]]) -> list[Row]:
    """Return the tools of a clean-up as rows to fill in."""
    return [Fields({key: str(each[key]) for key in COLUMNS}) for each in tools]


def draw_tools(rows: Sequence[Row]) -> list[Row]:
    """Return the rows to draw, with empty ones below."""
    return drawn_rows(rows, most=MOST)
