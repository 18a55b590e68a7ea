"""Head and foot of a unit's documents: its name in full, symbol, place, who signs, recipients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response

from service.domain.documents.offices import (
    OfficeChange,
    OfficeFacts,
    office_facts,
    put_office,
    unit_of_office,
)
from service.errors import AppError
from service.pages.admin.office import AdminPage, FilledDep, OfficeDep, to
from service.pages.shared.forms import SentForm, read

router = APIRouter(prefix="/admin/departments")

Code = Annotated[str, Path(max_length=60)]
WORDS = ("superior", "issuer", "symbol", "room", "place", "head", "collective")


@router.get("/{code}/office")
async def editor(code: Code, office: OfficeDep) -> Response:
    """Show what was entered of a unit's office."""
    view = unit_of_office(office.reference, code)
    facts: OfficeFacts = await office.run(office_facts, view.id)
    typed = {name: getattr(facts, name) for name in WORDS}
    typed |= {"recipients": _written(facts.recipients), "version": str(facts.version)}
    return _draw(office, code, typed)


@router.post("/{code}/office")
async def change(code: Code, sent: FilledDep) -> Response:
    """Enter it."""
    office, form = sent.office, sent.form
    unit_of_office(office.reference, code)
    try:
        wished = read(OfficeChange, _given(form))
        await office.run(put_office, office.reference, office.stamp, code, wished)
    except AppError as error:
        return _draw(office, code, form.fields(), error)
    return to(f"/admin/departments/{code}/office", "saved")


def _given(form: SentForm) -> dict[str, object]:
    """Return the form as a change; a line of recipients is `name | purpose`."""
    lines = [line for line in form.text("recipients").split("\n") if line.strip()]
    parts = [line.partition("|") for line in lines]
    recipients = [{"name": name.strip(), "purpose": purpose.strip()} for name, _, purpose in parts]
    words = {name: form.text(name) for name in WORDS}
    return {**words, "recipients": recipients, "version": form.number("version") or 0}


def _written(recipients: Sequence[Mapping[str, Any]]) -> str:
    pairs = ((each["name"], each.get("purpose")) for each in recipients)
    return "\n".join(" | ".join(part for part in pair if part) for pair in pairs)


def _draw(office: AdminPage, code: str, typed: Mapping[str, str], error: AppError | None = None) -> Response:
    view = unit_of_office(office.reference, code)
    context = {"unit": view, "form": typed}
    return office.draw("admin/departments/office.html", context, error=error)
