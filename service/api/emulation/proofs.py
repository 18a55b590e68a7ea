"""Files that prove what a unit or a person claims: sent, withdrawn, opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from service.api.emulation.persons import PeopleList
from service.api.emulation.shared import MovementDep, Result
from service.api.shared.answers import Responses, refusals
from service.api.shared.files import FILE_BODY
from service.db import DomainSession, async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.emulation.forms import MOST_CRITERIA
from service.domain.emulation.movements.views import view_unit
from service.domain.emulation.persons.person_scores import list_people
from service.domain.emulation.proofs.proof_files import withdraw_proof
from service.domain.emulation.proofs.proof_views import NO_PROOF, open_proof
from service.domain.emulation.shapes import UnitScoreView
from service.errors import Invalid, NotFound, UnsupportedMedia
from service.i18n import N_
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, WithWorks
from service.web.exports import attachment
from service.web.forms import is_multipart, read_form
from service.web.papers.proofs import PROOF_BYTES, ProofSending, keep_proofs
from service.web.paths import EntryCode, RowId
from service.web.uploads import FORM_BYTES, Gate, GateDep
from service.web.viewer import Colleague, StaffDep

router = APIRouter(tags=["emulation"], dependencies=[WithWorks])

Position = Annotated[int, Path(ge=1, le=MOST_CRITERIA)]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE: Responses = {
    200: {"description": "The file", "content": {"application/pdf": _BINARY, "image/webp": _BINARY}}
}


@dataclass(frozen=True, slots=True)
class ProofRequest:
    """Request with a file that proves a claim in the movement `number`: by whom, when. No connection is held
    while its body is read.
    """

    number: int
    request: Request
    resources: Resources
    reference: Reference
    staff: Colleague
    gate: Gate
    now: datetime

    async def keep(self, unit: str | None, position: int) -> None:
        """Keep the file for a criterion of a unit, or of the sender's own where there is none; refused before
        it is read where it would be anyway.
        """
        sending = ProofSending(self.number, unit, [], self.reference, self.staff, self.now)
        await self.read(lambda session: sending.check(session, [position]))
        if not is_multipart(self.request.headers):
            raise UnsupportedMedia(N_("Hãy gửi tệp dưới dạng multipart/form-data."))
        file = (await read_form(self.request, max_files=1, max_fields=5)).get("file")
        if not isinstance(file, UploadFile):
            raise Invalid(N_("Cần một tệp."))
        await keep_proofs(self.resources, self.gate, replace(sending, files=[(position, file)]))

    async def read(self, view: Callable[[DomainSession], Result]) -> Result:
        """Return what the domain answers, in a transaction of its own."""
        async with async_unit_of_work(self.resources.engine) as session:
            return await session.run_sync(view)


async def get_proof_request(
    movement: RowId,
    request: Request,
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    gate: GateDep,
    now: NowDep,
) -> ProofRequest:
    """Return the request with a proof for the movement of the address."""
    return ProofRequest(movement, request, resources, reference, staff, gate, now)


ProofDep = Annotated[ProofRequest, Depends(get_proof_request)]


@router.post(
    "/movements/{movement}/units/{unit}/criteria/{position}/proofs",
    responses=refusals(400, 401, 403, 404, 409, 413, 415, 422, 503),
    openapi_extra=FILE_BODY,
    max_body_size=PROOF_BYTES + FORM_BYTES,
)
async def send_proof(call: ProofDep, unit: EntryCode, position: Position) -> UnitScoreView:
    """Prove a claim by a PDF or a photo, while points are claimed; the same file again changes nothing."""
    await call.keep(unit, position)
    return await call.read(
        lambda session: view_unit(session, call.reference, call.staff.actor, call.number, unit)
    )


@router.post(
    "/movements/{movement}/people/criteria/{position}/proofs",
    responses=refusals(400, 401, 403, 404, 409, 413, 415, 422, 503),
    openapi_extra=FILE_BODY,
    max_body_size=PROOF_BYTES + FORM_BYTES,
)
async def send_proof_of_oneself(call: ProofDep, position: Position) -> PeopleList:
    """Prove one's own claim by a PDF or a photo, while points are claimed; once more changes nothing."""
    await call.keep(None, position)
    people = await call.read(
        lambda session: list_people(session, call.reference, call.staff.actor, call.number)
    )
    return PeopleList(items=people)


@router.delete(
    "/movements/{movement}/units/{unit}/proofs/{proof}", responses=refusals(401, 403, 404, 409, 422)
)
async def drop_proof(call: MovementDep, unit: EntryCode, proof: RowId) -> UnitScoreView:
    """Withdraw a file, while points are claimed."""
    who = call.reference, call.actor, call.number
    return await call.view_of(unit, lambda sync: withdraw_proof(sync, *who, unit, proof, call.now))


@router.delete("/movements/{movement}/people/proofs/{proof}", responses=refusals(401, 403, 404, 409, 422))
async def drop_proof_of_oneself(call: MovementDep, proof: RowId) -> PeopleList:
    """Withdraw a file of one's own, while points are claimed."""

    def run(sync: DomainSession) -> PeopleList:
        withdraw_proof(sync, call.reference, call.actor, call.number, None, proof, call.now)
        return PeopleList(items=list_people(sync, call.reference, call.actor, call.number))

    return await call.run(run)


@router.get(
    "/movements/{movement}/proofs/{proof}",
    response_class=Response,
    responses={**_FILE, **refusals(401, 403, 404, 422, 503)},
)
async def proof_file(movement: RowId, proof: RowId, resources: ResourcesDep, staff: StaffDep) -> Response:
    """Return a file, to be saved; for who reads the points that it proves."""
    async with async_unit_of_work(resources.engine) as session:
        key, media_type, name = await session.run_sync(open_proof, staff.actor, movement, proof)
    try:
        body = await to_thread.run_sync(resources.storage.get, key)
    except FileNotFoundError:
        raise NotFound(NO_PROOF) from None
    return Response(body, media_type=media_type, headers=attachment(name))
