"""Kinds of fields of the settings' forms: how each is drawn, read from a form, and told in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from service.domain.configuration.administration.made_codes import codes_of_rows
from service.i18n import N_, translate
from service.pages.shared.forms import SentForm, number_or_text
from service.pages.staff.time_spans import TimeSpan, drawn_spans, sent_spans

MOST_OF_CODE = 17
"""So long is a code made here, a number behind it left aside."""

SPARE_ROWS = 3
"""So many empty rows stand below those of a table, for more."""


class SettingsField(Protocol):
    """Field of a form. `name` is the dotted path of its value; `kind` the macro that draws it."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def hint(self) -> str: ...
    @property
    def kind(self) -> str: ...
    def drawn(self, value: object) -> object:
        """Return the value as the form shows it."""
        ...

    def read(self, form: SentForm) -> object:
        """Return the value of a form that was sent."""
        ...

    def words(self, value: object) -> str:
        """Return the value as people read it."""
        ...


@dataclass(frozen=True, slots=True)
class TextField:
    """A line of text, a number or a colour; empty is nothing where `optional`."""

    name: str
    label: str
    hint: str = ""
    kind: str = "text"
    optional: bool = False
    least: int = 0
    most: int = 10_000
    unit: str = ""

    def drawn(self, value: object) -> str:
        return "" if value is None else str(value)

    def read(self, form: SentForm) -> object:
        text = form.text(self.name)
        if not text and self.optional:
            return None
        return number_or_text(text) if self.kind == "number" else text

    def words(self, value: object) -> str:
        if value in (None, ""):
            return "–"
        return f"{value} {translate(self.unit)}" if self.unit else str(value)


@dataclass(frozen=True, slots=True)
class FlagField:
    """A tick."""

    name: str
    label: str
    hint: str = ""
    kind: str = "flag"

    def drawn(self, value: object) -> bool:
        return bool(value)

    def read(self, form: SentForm) -> object:
        return form.text(self.name) == "1"

    def words(self, value: object) -> str:
        return translate(N_("có")) if value else translate(N_("không"))


@dataclass(frozen=True, slots=True)
class TicksField:
    """Several of a few choices: pairs of code and words; of kind `categories`, of the city's."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    hint: str = ""
    kind: str = "ticks"

    def drawn(self, value: object) -> list[str]:
        return [str(each) for each in values_listed(value)]

    def read(self, form: SentForm) -> object:
        return form.texts(self.name)

    def words(self, value: object) -> str:
        named = dict(self.choices)
        return ", ".join(translate(named.get(each, each)) for each in self.drawn(value)) or "–"


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """A single choice among a few: pairs of code and words."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    hint: str = ""
    kind: str = "choice"

    def drawn(self, value: object) -> str:
        return str(value or "")

    def read(self, form: SentForm) -> object:
        return form.text(self.name)

    def words(self, value: object) -> str:
        return translate(dict(self.choices).get(str(value), str(value)))


@dataclass(frozen=True, slots=True)
class LinesField:
    """A list, one on each line."""

    name: str
    label: str
    hint: str = ""
    kind: str = "lines"

    def drawn(self, value: object) -> str:
        return "\n".join(str(each) for each in values_listed(value))

    def read(self, form: SentForm) -> object:
        return [line.strip() for line in form.text(self.name).split("\n") if line.strip()]

    def words(self, value: object) -> str:
        return ", ".join(str(each) for each in values_listed(value)) or "–"


@dataclass(frozen=True, slots=True)
class HoursField:
    """Working hours of a weekday, as pairs of time fields; all empty on a day of rest."""

    name: str
    label: str
    hint: str = ""
    kind: str = "hours"

    def drawn(self, value: object) -> list[TimeSpan]:
        return drawn_spans([list(values_listed(span)) for span in values_listed(value)])

    def read(self, form: SentForm) -> object:
        return sent_spans(form, self.name)

    def words(self, value: object) -> str:
        filled = [each for each in self.drawn(value) if any(each)]
        return ", ".join(f"{begins}–{ends}" for begins, ends in filled) or translate(N_("nghỉ"))


@dataclass(frozen=True, slots=True)
class TableColumn:
    """Column of a table of settings. `lines` is a list, one on each line, `ticks` some of the choices,
    `choice` one of them; `department`, `category` and `area_group` are codes chosen by name, `wards`
    several such; `either` is yes, no or nothing said, `flag` a tick. A `code` that is left out is made of
    what stands in the column `named`.
    """

    key: str
    label: str
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    named: str = ""


@dataclass(frozen=True, slots=True)
class RowsField:
    """A table that grows; empty rows are left out. `pairs`: a row is stored as a list of its texts."""

    name: str
    label: str
    columns: Sequence[TableColumn]
    hint: str = ""
    kind: str = "rows"
    pairs: bool = False

    def drawn(self, value: object) -> list[Mapping[str, object]]:
        rows = [self._row(each) for each in values_listed(value)]
        return [*rows, *({} for _ in range(SPARE_ROWS))]

    def read(self, form: SentForm) -> object:
        count = min(form.number(f"{self.name}.rows") or 0, 600)
        found = []
        for index in range(count):
            row = {column.key: self._cell(form, index, column) for column in self.columns}
            if any(each not in ("", [], None, False) for each in row.values()):
                found.append(row)
        return [self._stored(row) for row in self._coded(found)]

    def _coded(self, rows: list[dict[str, object]]) -> list[dict[str, object]]:
        for column in self.columns:
            if column.kind == "code":
                named = [(str(row[column.key]), str(row[column.named] or "")) for row in rows]
                for row, code in zip(rows, codes_of_rows(named, longest=MOST_OF_CODE), strict=True):
                    row[column.key] = code
        return rows

    def words(self, value: object) -> str:
        lines = []
        for each in values_listed(value):
            row = self._row(each)
            lines.append(": ".join(self._cell_words(column, row.get(column.key)) for column in self.columns))
        return "; ".join(lines) or "–"

    def _row(self, stored: object) -> Mapping[str, object]:
        if self.pairs:
            cells = zip(self.columns, values_listed(stored), strict=False)
            return {column.key: each for column, each in cells}
        return {column.key: value_at(stored, column.key) for column in self.columns}

    def _stored(self, row: Mapping[str, object]) -> object:
        if self.pairs:
            return [row[column.key] for column in self.columns]
        made: dict[str, object] = {}
        inner: dict[str, dict[str, object]] = {}
        for key, value in row.items():
            first, _, rest = key.partition(".")
            if rest:
                made[first] = inner.setdefault(first, {})
                inner[first][rest] = value or None
            else:
                made[key] = value
        return made

    def _cell(self, form: SentForm, index: int, column: TableColumn) -> object:
        name = f"{self.name}.{index}.{column.key}"
        if column.kind in ("ticks", "wards"):
            return form.texts(name)
        text = form.text(name)
        if column.kind == "flag":
            return text == "1"
        if column.kind == "either":
            return {"1": True, "0": False}.get(text)
        if column.kind in ("choice", "department", "category", "area_group"):
            return text or None
        if column.kind == "lines":
            return [line.strip() for line in re.split(r"[\n,]", text) if line.strip()]
        return number_or_text(text) if column.kind == "number" and text else text

    def _cell_words(self, column: TableColumn, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return f"{translate(column.label)} – {translate(N_('có') if value else N_('không'))}"
        named = dict(column.choices)
        texts = [str(each) for each in (value if isinstance(value, list | tuple) else [value])]
        return ", ".join(translate(named[each]) if each in named else each for each in texts)


@dataclass(frozen=True, slots=True)
class MapField(RowsField):
    """A table stored by what stands in its first column: the rest of a row, or its second column alone."""

    def drawn(self, value: object) -> list[Mapping[str, object]]:
        return [*self._rows(value), *({} for _ in range(SPARE_ROWS))]

    def read(self, form: SentForm) -> object:
        rows = RowsField.read(self, form)
        first, *others = (column.key for column in self.columns)
        if not isinstance(rows, list):
            return {}
        if len(others) == 1:
            return {row[first]: row[others[0]] for row in rows}
        return {
            row[first]: {key: row[key] for key in others if row[key] not in (None, "", [])} for row in rows
        }

    def words(self, value: object) -> str:
        lines = [
            ": ".join(
                part for column in self.columns if (part := self._cell_words(column, row.get(column.key)))
            )
            for row in self._rows(value)
        ]
        return "; ".join(lines) or "–"

    def _rows(self, value: object) -> list[Mapping[str, object]]:
        first, *others = (column.key for column in self.columns)
        return [
            {first: key, **(each if isinstance(each, Mapping) else {others[0]: each})}
            for key, each in (value.items() if isinstance(value, Mapping) else ())
        ]


def values_listed(value: object) -> Iterable[object]:
    """Return the values of a stored list; none where nothing is stored."""
    return value if isinstance(value, Iterable) and not isinstance(value, str | Mapping) else ()


def value_at(stored: object, path: str) -> object:
    """Return what nested values hold at a dotted path; None where there is nothing."""
    found = stored
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """Form of a group: its name, what it is for, and its fields."""

    group: str
    name: str
    about: str
    icon: str
    fields: Sequence[SettingsField]
