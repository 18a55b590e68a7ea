"""Official documents: the register of one's units, one document with its number, date and signed file."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.documents import register
from service.domain.documents.names import KIND_NAMES
from service.domain.documents.of_plans import PlanDocumentOrder
from service.domain.documents.register import DocumentNumber, DocumentSent, DocumentView
from service.errors import AppError, invalid
from service.i18n import N_
from service.pages.plans.plans import PlanQuery, draw_plan
from service.pages.shared.forms import FormDep, SentForm, read
from service.pages.shared.signing import read_signing
from service.pages.shared.visit import WITH_OWN_PAGE, StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.papers.documents import make_and_keep, take_signed
from service.web.papers.signed_files import MOST_BYTES
from service.web.paths import LongRowId
from service.web.uploads import FORM_BYTES

router = APIRouter(dependencies=[Depends(only(*register.WRITERS))])


_WORDS = {"kind_names": {str(kind): name for kind, name in KIND_NAMES.items()}}


@router.get("/documents")
async def index(visit: StaffVisitDep) -> Response:
    """The newest documents of one's units."""
    found = await visit.run(register.list_documents, visit.reference, visit.staff.actor)
    return draw_staff_page(visit, "documents/index.html", {**_WORDS, "documents": found})


@router.get("/documents/{document}")
async def show(visit: StaffVisitDep, document: LongRowId) -> Response:
    """Show one document."""
    return await _draw(visit, document)


@router.post("/plans/{plan_code}/documents")
async def make(visit: StaffVisitDep, plan_code: str, form: FormDep) -> Response:
    """Make a document about a plan and enter it."""
    signing = read_signing(form)
    if form.text("what") == "child":  # another unit's: the recipients that were shown are not its own
        signing.pop("recipients", None)

    async def act() -> int:
        order = read(PlanDocumentOrder, {"what": form.text("what"), "unit": form.text("unit"), **signing})
        return await make_and_keep(visit.resources, visit.reference, visit.staff, visit.now, plan_code, order)

    return await answer_form(
        act(),
        lambda error: draw_plan(visit, plan_code, PlanQuery(), error, form.fields()),
        lambda number: f"/documents/{number}",
    )


@router.post("/documents/{document}/number")
async def enter(visit: StaffVisitDep, document: LongRowId, form: FormDep) -> Response:
    """Enter number and date, or take them back."""

    def run(session: DomainSession) -> None:
        back = form.text("back") == "1"
        day: date | None = None if back else form.day("dated")
        sent = {"number": None if back else form.whole("number"), "dated": day}
        number = read(DocumentNumber, {**sent, "version": form.number("version")})
        register.number_document(session, visit.staff.actor, document, number, visit.now, visit.today)

    return await _do(visit, document, form, visit.run(run))


@router.post("/documents/{document}/recipients")
async def tick(visit: StaffVisitDep, document: LongRowId, form: FormDep) -> Response:
    """Keep whom it was sent to."""

    def run(session: DomainSession) -> None:
        given = {"sent_to": form.texts("sent_to"), "version": form.number("version")}
        register.tick_recipients(session, visit.staff.actor, document, read(DocumentSent, given), visit.now)

    return await _do(visit, document, form, visit.run(run))


@router.post("/documents/{document}/signed", max_body_size=MOST_BYTES + FORM_BYTES)
async def sign(visit: StaffVisitDep, document: LongRowId, form: FormDep) -> Response:
    """Keep the signed file."""

    async def take() -> None:
        await visit.run(register.find_document, visit.staff.actor, document)
        files = form.files("file")
        if not files:
            raise invalid(["file"], N_("Cần một tệp PDF."))
        await take_signed(visit.resources, visit.staff, document, files[0], visit.now)

    return await _do(visit, document, form, take())


async def _do(visit: StaffVisit, document: int, form: SentForm, act: Awaitable[None]) -> Response:
    address = f"/documents/{document}?done=1"
    return await answer_form(
        act, lambda error: _draw(visit, document, error, form), address, WITH_OWN_PAGE | {503}
    )


async def _draw(
    visit: StaffVisit, document: int, error: AppError | None = None, form: SentForm | None = None
) -> Response:
    def run(session: DomainSession) -> DocumentView:
        row = register.find_document(session, visit.staff.actor, document)
        return register.view_documents(session, visit.reference, [row])[0]

    shown = await visit.run(run)
    typed = {
        "number": str(shown.number or ""),
        "dated": f"{shown.dated:%d/%m/%Y}" if shown.dated else "",
        **(form.fields() if form else {}),
    }
    context = {**_WORDS, "document": shown, "typed": typed}
    return draw_staff_page(visit, "documents/document.html", context, error=error)
