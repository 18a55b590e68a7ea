"""Route that receives a new report. Reading reports is `listing.py`; photos and flags have own files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from service.api.shared.answers import refusals
from service.db import async_unit_of_work
from service.domain.city.search.elsewhere import ELSEWHERE, street_elsewhere
from service.domain.kernel.codes import report_secret
from service.domain.reports.drafts import Submission, check_submission
from service.domain.reports.reports import Receipt
from service.errors import Conflict, FieldError
from service.i18n import N_, language_in_use, translate
from service.models import Status
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep
from service.web.failures import invalid_input
from service.web.rates import allow, sender_of
from service.web.validation import field_errors

log = structlog.get_logger(__name__)

router = APIRouter(tags=["reports"])


class Links(BaseModel):
    """Links from a new report."""

    self: str
    page: str
    events: str
    photos: str


class Received(BaseModel):
    """The answer to a report: `secret` authorises follow-ups (`Authorization: Report <secret>`).

    `notes` say in words what may be wrong and was taken all the same: a street that lies in another ward.
    """

    id: UUID
    code: str
    status: str
    secret: str | None
    created_at: datetime
    links: Links
    notes: list[str] = []


_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Submission"}}},
    }
}


@router.post(
    "/reports",
    status_code=201,
    response_model=Received,
    responses={
        200: {"model": Received, "description": "The same report was sent before: the first answer again"},
        **refusals(400, 409, 413, 422, 429),
    },
    openapi_extra=_BODY,
)
async def create(request: Request, resources: ResourcesDep, reference: ReferenceDep, now: NowDep) -> Response:
    """Take a report. 201 means stored: it will be routed whatever fails afterwards."""
    await allow(request, resources, "report")
    # Parsed and answered by hand: reception is the one path that is measured in thousands a second.
    try:
        sent = Submission.model_validate_json(await request.body())
    except ValidationError as error:
        raise invalid_input(field_errors(error.errors(include_url=False), ("body",))) from None
    sender = sender_of(request, resources)
    draft = check_submission(reference, sent, now=now, language=language_in_use.get(), sender=sender)
    receipt = await resources.intake.submit(draft)
    notes = await _notes(resources, sent) if sent.location is None else []
    return answer_receipt(resources, receipt, notes)


async def _notes(resources: Resources, sent: Submission) -> list[str]:
    """Return what the sender of a ward and an address should look at again.

    The report is stored by now: a database that fails here costs the note alone, never the answer.
    """
    try:
        async with async_unit_of_work(resources.engine) as session:
            book = await session.run_sync(resources.rulebook.get)
            found = await session.run_sync(
                lambda s: street_elsewhere(
                    s, book.reference, book.locator, ward_code=sent.ward, address=sent.address
                )
            )
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        log.warning("no note about a street", error=type(error).__name__)
        return []
    if found is None:
        return []
    wards = ", ".join(found.wards)
    return [translate(ELSEWHERE, street=found.street, wards=wards, ward=found.ward)]


def answer_receipt(resources: Resources, receipt: Receipt, notes: Sequence[str] = ()) -> Response:
    """Answer 201 for a report that was stored now, 200 for one that was there.
    Raises Conflict for another body.
    """
    if not receipt.same_body:
        raise Conflict(
            N_("Mã id này đã được dùng cho một phản ánh khác. Hãy tạo id mới."),
            errors=[FieldError(("body", "id"), N_("Đã được dùng với nội dung khác."))],
        )
    base = resources.settings.public_url.rstrip("/")
    self_link = f"{base}/api/v1/reports/{receipt.id}"
    body = Received(
        id=receipt.id,
        code=receipt.code,
        status=Status.RECEIVED,
        secret=report_secret(resources.settings.secret, receipt.id) if receipt.tell_secret else None,
        created_at=receipt.created_at,
        links=Links(
            self=self_link,
            page=f"{base}/r/{receipt.code}",
            events=f"{self_link}/events",
            photos=f"{self_link}/photos",
        ),
        notes=list(notes),
    )
    return Response(
        body.model_dump_json(),
        status_code=201 if receipt.stored else 200,
        media_type="application/json",
        headers={"location": self_link},
    )
