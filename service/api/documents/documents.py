"""Official documents: making those about plans, number and date, the signed file, offices of units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from service.api.admin.dependencies import EditStampDep
from service.api.shared.answers import Responses, refusals
from service.api.shared.files import FILE_BODY
from service.db import DomainSession, async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.documents import register
from service.domain.documents.of_plans import PlanDocumentOrder
from service.domain.documents.offices import (
    OfficeChange,
    OfficeFacts,
    office_facts,
    put_office,
    unit_of_office,
)
from service.domain.documents.register import DocumentNumber, DocumentSent, DocumentView
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.errors import Invalid, NotFound
from service.i18n import N_
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, SessionDep
from service.web.exports import attachment
from service.web.forms import read_form
from service.web.papers.documents import make_and_keep, take_signed
from service.web.papers.signed_files import MOST_BYTES
from service.web.paths import EntryCode, LongRowId
from service.web.uploads import FORM_BYTES
from service.web.viewer import Colleague, StaffDep

router = APIRouter(tags=["documents"])

WRITES = refusals(400, 401, 403, 404, 409, 413, 422)
_BINARY = {"schema": {"type": "string", "format": "binary"}}


class PlanDocumentRequest(PlanDocumentOrder):
    """A document about a plan that is to be made and entered."""

    plan: Annotated[str, Field(max_length=40)]


class DocumentList(BaseModel):
    """The newest documents of one's units."""

    items: list[DocumentView]


class UnitOfficeOut(BaseModel):
    """A unit's office; send `version` back to change it."""

    code: str
    superior: str
    issuer: str
    symbol: str
    room: str
    place: str
    head: str
    collective: str
    recipients: list[dict[str, object]]
    version: int


def _file(kind: str) -> Responses:
    found: Responses = {200: {"description": "The file", "content": {kind: _BINARY}}}
    return {**found, **refusals(401, 404, 422, 503)}


@router.get("/documents", responses=refusals(401))
async def documents_of_units(session: SessionDep, reference: ReferenceDep, staff: StaffDep) -> DocumentList:
    """The newest documents of one's units; none for who writes for no unit."""
    return DocumentList(
        items=await session.run_sync(lambda sync: register.list_documents(sync, reference, staff.actor))
    )


@router.post("/documents", status_code=201, responses={**WRITES, **refusals(503)})
async def make_document(
    sent: PlanDocumentRequest, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> DocumentView:
    """Make a document about a plan and enter it; number and date are entered later."""
    order = PlanDocumentOrder.model_validate(sent.model_dump(exclude={"plan"}))
    number = await make_and_keep(resources, reference, staff, now, sent.plan, order)
    return await _read_again(resources, reference, staff, number)


@router.get("/documents/{document}", responses=refusals(401, 404, 422))
async def one_document(
    document: LongRowId, session: SessionDep, reference: ReferenceDep, staff: StaffDep
) -> DocumentView:
    """Return one document."""

    return await session.run_sync(_view, reference, staff, document)


@router.get("/documents/{document}/file.docx", response_class=Response, responses=_file(MEDIA_TYPES["docx"]))
async def document_file(document: LongRowId, resources: ResourcesDep, staff: StaffDep) -> Response:
    """The draft, with number and date where they are known."""
    from service.documents.slots import fill_slots  # here: heavy

    async with async_unit_of_work(resources.engine) as session:
        row = await session.run_sync(register.find_document, staff.actor, document)
        key, name, number, dated = row.file_key, row.file_name, row.number, row.dated
    body = await _stored(resources.storage.get, key)
    if number is not None and dated is not None:
        body = await to_thread.run_sync(fill_slots, body, number, dated)
    return Response(body, media_type=MEDIA_TYPES["docx"], headers=attachment(name))


@router.put("/documents/{document}/number", responses=WRITES)
async def number_document(
    document: LongRowId,
    sent: DocumentNumber,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> DocumentView:
    """Enter number and date; both null takes them back while no signed file is kept."""
    today = now.astimezone(ZoneInfo(reference.timezone)).date()

    def run(sync: DomainSession) -> DocumentView:
        row = register.number_document(sync, staff.actor, document, sent, now, today)
        return register.view_documents(sync, reference, [row])[0]

    return await session.run_sync(run)


@router.put("/documents/{document}/recipients", responses=WRITES)
async def tick_recipients_of_document(
    document: LongRowId,
    sent: DocumentSent,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> DocumentView:
    """Say to which of its recipients it was sent, all of them; a document without a number is not sent."""

    def run(sync: DomainSession) -> DocumentView:
        row = register.tick_recipients(sync, staff.actor, document, sent, now)
        return register.view_documents(sync, reference, [row])[0]

    return await session.run_sync(run)


@router.post(
    "/documents/{document}/signed",
    responses={**WRITES, **refusals(415, 503)},
    max_body_size=MOST_BYTES + FORM_BYTES,
    openapi_extra=FILE_BODY,
)
async def keep_signed(
    document: LongRowId,
    request: Request,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> DocumentView:
    """Keep the signed file: a PDF of at most 20 MB, once."""
    async with async_unit_of_work(resources.engine) as session:
        await session.run_sync(register.find_document, staff.actor, document)
    found = (await read_form(request, max_files=1)).get("file")
    if not isinstance(found, UploadFile):
        raise Invalid(N_("Cần một tệp."))
    await take_signed(resources, staff, document, found, now)
    return await _read_again(resources, reference, staff, document)


@router.get("/documents/{document}/signed.pdf", response_class=Response, responses=_file("application/pdf"))
async def signed_file(document: LongRowId, resources: ResourcesDep, staff: StaffDep) -> Response:
    """The signed file, to be saved."""
    async with async_unit_of_work(resources.engine) as session:
        row = await session.run_sync(register.find_document, staff.actor, document)
        key, name = row.signed_key, f"{row.file_name.removesuffix('.docx')}-da-ky.pdf"
    if key is None:
        raise NotFound(N_("Văn bản này chưa có bản ký."))
    body = await _stored(resources.storage.get, key)
    return Response(body, media_type="application/pdf", headers=attachment(name))


@router.get("/admin/offices/{code}", responses=refusals(401, 403, 404, 422))
async def one_office(
    code: EntryCode, session: SessionDep, reference: ReferenceDep, _stamp: EditStampDep
) -> UnitOfficeOut:
    """Return head and foot of a unit's documents, as far as they were entered."""
    view = unit_of_office(reference, code)
    return _office(code, await session.run_sync(office_facts, view.id))


@router.put("/admin/offices/{code}", responses=WRITES)
async def change_office(
    code: EntryCode, sent: OfficeChange, session: SessionDep, reference: ReferenceDep, stamp: EditStampDep
) -> UnitOfficeOut:
    """Enter a unit's name in full, symbol, place, who signs and recipients."""
    return _office(code, await session.run_sync(lambda sync: put_office(sync, reference, stamp, code, sent)))


def _view(session: DomainSession, reference: Reference, staff: Colleague, document: int) -> DocumentView:
    row = register.find_document(session, staff.actor, document)
    return register.view_documents(session, reference, [row])[0]


async def _read_again(
    resources: Resources, reference: Reference, staff: Colleague, document: int
) -> DocumentView:
    async with async_unit_of_work(resources.engine) as session:
        return await session.run_sync(_view, reference, staff, document)


def _office(code: str, facts: OfficeFacts) -> UnitOfficeOut:
    fields = {name: getattr(facts, name) for name in UnitOfficeOut.model_fields if hasattr(facts, name)}
    return UnitOfficeOut(code=code, **{**fields, "recipients": [dict(each) for each in facts.recipients]})


async def _stored(get: Callable[[str], bytes], key: str) -> bytes:
    try:
        body = await to_thread.run_sync(get, key)
    except FileNotFoundError:
        raise NotFound(N_("Tệp này không còn trong kho.")) from None
    return body
