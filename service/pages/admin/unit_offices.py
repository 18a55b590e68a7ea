"""Head and foot of a unit's documents: its name in full, symbol, place, who signs, recipients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.documents.offices import (
    OfficeChange,
    OfficeFacts,
    office_facts,
    put_office,
    unit_of_office,
)
from service.errors import AppError
from service.pages.admin.visit import AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.forms import SentForm, read
from service.pages.staff.form_rows import Row, typed_rows
from service.web.paths import EntryCode

router = APIRouter(prefix="/admin/departments")

MOST_RECIPIENTS, SPARE_ROWS = 30, 3
WORDS = ("superior", "issuer", "symbol", "room", "place", "head", "collective")


@router.get("/{code}/office")
async def editor(code: EntryCode, visit: AdminVisitDep) -> Response:
    """Show what was entered of a unit's office."""
    view = unit_of_office(visit.reference, code)
    facts: OfficeFacts = await visit.run(office_facts, view.id)
    typed = {name: getattr(facts, name) for name in WORDS}
    typed["version"] = str(facts.version)
    return _draw(visit, code, typed, facts.recipients)


@router.post("/{code}/office")
async def change(code: EntryCode, sent: AdminFormDep) -> Response:
    """Enter it."""
    visit, form = sent.visit, sent.form
    unit_of_office(visit.reference, code)
    try:
        wished = read(OfficeChange, _given(form))
        await visit.run(put_office, visit.reference, visit.stamp, code, wished)
    except AppError as error:
        return _draw(visit, code, form.fields(), _recipients(form), error)
    return redirect_to(f"/admin/departments/{code}/office", "saved")


def _given(form: SentForm) -> dict[str, object]:
    """Return the form as a change."""
    words = {name: form.text(name) for name in WORDS}
    return {**words, "recipients": _recipients(form), "version": form.number("version") or 0}


def _recipients(form: SentForm) -> list[Row]:
    """Return the rows of recipients that were filled in."""
    return typed_rows(form, "recipients", ("name", "purpose"), most=MOST_RECIPIENTS + SPARE_ROWS)


def _draw(
    visit: AdminVisit,
    code: str,
    typed: Mapping[str, str],
    recipients: Sequence[Mapping[str, object]],
    error: AppError | None = None,
) -> Response:
    view = unit_of_office(visit.reference, code)
    rows = [*recipients, *({} for _ in range(SPARE_ROWS))]
    context = {"unit": view, "form": typed, "recipients": rows}
    return visit.draw("admin/departments/office.html", context, error=error)
