"""Formulas of criteria in forms: the numbers of each kind in fields of their own, levels a row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.emulation.shapes import CriterionView
from service.errors import invalid
from service.i18n import N_
from service.pages.shared.forms import Fields, SentForm
from service.pages.staff.form_rows import Row, drawn_rows, typed_rows

MOST_LEVELS = 20
LEVEL = ("level", "points")
NUMBERS: Mapping[str, Sequence[str]] = {
    "linear": ("zero", "full"),
    "per": ("each", "points", "most"),
    "yes": (),
}
"""Numbers of the kinds that are no levels; each is the field `<kind>.<row>.<number>`."""

_FIRST_LEVELS, _MORE_LEVELS = 4, 2


@dataclass(frozen=True, slots=True)
class FormulaFields:
    """Texts in the fields of a criterion's formula: its numbers by kind and name, and its levels."""

    numbers: Row
    levels: Sequence[Row]


def read_formula(form: SentForm, at: int) -> dict[str, object]:
    """Return the formula of a criterion, in row `at` from 1 on. Raises Invalid where a number is missing."""
    kind = form.text(f"kind.{at}")
    try:
        if kind == "steps":
            rows = typed_rows(form, f"steps.{at}", LEVEL, most=MOST_LEVELS)
            return {"kind": kind, "steps": [[_number(row[name]) for name in LEVEL] for row in rows]}
        return {"kind": kind, **{name: _number(form.text(f"{kind}.{at}.{name}")) for name in NUMBERS[kind]}}
    except (KeyError, ValueError):
        raise invalid(
            ["criteria", at - 1, "formula"], N_("Dòng {at}: chưa đủ số của công thức."), at=at
        ) from None


def formula_fields(known: CriterionView | None, form: SentForm | None, at: int) -> FormulaFields:
    """Return what to draw in row `at`: what was sent, else what is known; with empty levels below."""
    if form:
        each = [(kind, name) for kind, names in NUMBERS.items() for name in names]
        found = {f"{kind}.{name}": form.text(f"{kind}.{at}.{name}") for kind, name in each}
        levels = typed_rows(form, f"steps.{at}", LEVEL, most=MOST_LEVELS)
    else:
        formula = (known.formula if known else None) or {}
        kind = str(formula.get("kind"))
        found = {f"{kind}.{name}": _written(formula[name]) for name in NUMBERS.get(kind, ())}
        pairs = (map(_written, pair) for pair in formula.get("steps", ()))
        levels = [Fields(zip(LEVEL, pair, strict=True)) for pair in pairs]
    drawn = max(len(levels) + _MORE_LEVELS, _FIRST_LEVELS)
    return FormulaFields(Fields(found), drawn_rows(levels, most=min(drawn, MOST_LEVELS)))


def _number(text: str) -> float:
    """Return a number written with a comma or a point, also in per cent. Raises ValueError."""
    plain = text.replace(",", ".")
    return float(plain.removesuffix("%")) / 100 if plain.endswith("%") else float(plain)


def _written(number: float) -> str:
    return (str(int(number)) if float(number).is_integer() else str(number)).replace(".", ",")
