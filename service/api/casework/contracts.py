"""A contractor's answer to a case: they come at a time, or give it back with a reason."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from service.api.shared.answers import refusals
from service.domain.casework import contractor_answers
from service.domain.casework.contractor_answers import ContractorAnswer
from service.domain.kernel.times import utc
from service.domain.reports.arrivals import read_promised_arrivals
from service.web.dependencies import NowDep, ReferenceDep, SessionDep, WakeAfter
from service.web.viewer import StaffDep

router = APIRouter(tags=["casework"], dependencies=[WakeAfter])


class ContractOut(BaseModel):
    """Standing of a case with its contractor; `executor` is null once they gave it back, and
    `arrives_at` where they have named no time yet.
    """

    code: str
    version: int
    executor: str | None
    arrives_at: datetime | None


@router.put("/reports/{name}/contract", responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def answer(
    name: str,
    sent: ContractorAnswer,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> ContractOut:
    """Take the case for a time of arrival, or decline it with a reason; the unit in charge is told."""
    report = await session.run_sync(
        contractor_answers.answer_contract, reference, staff.asker, name, sent, now
    )
    found = (await session.run_sync(read_promised_arrivals, reference, [report.id])).get(report.id)
    executor = reference.departments[report.executor_id].code if report.executor_id else None
    return ContractOut(
        code=report.code,
        version=report.version,
        executor=executor,
        arrives_at=utc(found.arrives_at) if found and executor else None,
    )
