"""Files of clean-ups: results as a workbook, a month's report, the announcement of one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.api.shared.answers import refusals
from service.api.works.shared import WorkCall
from service.db import async_unit_of_work
from service.domain.cleanups.public.calendar_file import MEDIA_TYPE, calendar_days, calendar_file
from service.domain.cleanups.public.views import list_public_cleanups
from service.domain.cleanups.result_sheet import result_sheet
from service.domain.cleanups.results import count_results, month_days
from service.domain.documents.of_cleanups import CleanupDocumentOrder, MonthReportOrder, Recipient
from service.domain.works.access import require_works
from service.domain.works.forms import Day
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.errors import invalid
from service.i18n import N_, translate
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep
from service.web.exports import attachment
from service.web.papers.cleanups import CleanupPapers
from service.web.viewer import StaffDep

router = APIRouter(tags=["clean-ups"])

_TEXT = {"schema": {"type": "string"}}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
Unit = Annotated[str, Query(max_length=60, description="Code of a unit; it and those below it")]
Ward = Annotated[str, Query(max_length=20, description="Code of a ward; all without one")]
Month = Annotated[str, Query(max_length=10, description="`2026-11`")]


def _file(form: str) -> dict[int | str, dict[str, object]]:
    file_answer: dict[str, object] = {"description": "The file", "content": {MEDIA_TYPES[form]: _BINARY}}
    return {200: file_answer, **refusals(400, 401, 404, 409, 422)}


@router.get("/cleanups.xlsx", response_class=Response, responses=_file("xlsx"))
async def results_file(
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
    month: Month = "",
    first: Annotated[Day | None, Query(description="First day, in place of a month")] = None,
    last: Annotated[Day | None, Query(description="Last day; today without it")] = None,
    unit: Unit = "",
) -> Response:
    """The results of a month, of the days from `first` to `last`, or of this year until today."""
    days = _days(now, reference.timezone, month, first, last)
    async with async_unit_of_work(resources.engine) as session:
        figures = await WorkCall(session, reference, staff, now).act(
            lambda ctx: count_results(ctx, *days, unit)
        )
    body = await to_thread.run_sync(result_sheet, figures, reference)
    name = f"ra-quan-{days[0]:%Y%m%d}-{days[1]:%Y%m%d}.xlsx"
    return Response(body, media_type=MEDIA_TYPES["xlsx"], headers=attachment(name))


@router.get(
    "/cleanups.ics",
    response_class=Response,
    responses={
        200: {
            "description": "An iCalendar file",
            "content": {"text/calendar": {"schema": {"type": "string"}}},
        },
        **refusals(404, 422),
    },
)
async def calendar_of_cleanups(
    session: SessionDep, reference: ReferenceDep, resources: ResourcesDep, now: NowDep, ward: Ward = ""
) -> Response:
    """The public clean-ups of three months back and ahead, for calendars to subscribe to."""
    require_works(reference)
    found = reference.ward_by_code.get(ward)
    if ward and found is None:
        raise invalid(["query", "ward"], N_("Không có phường, xã “{code}”."), code=ward)
    days = calendar_days(now, found.id if found else None)
    views = await session.run_sync(list_public_cleanups, reference, days)
    body = calendar_file(views, resources.settings.public_url, translate(N_("Ra quân dọn vệ sinh")))
    return Response(body, media_type=MEDIA_TYPE, headers=attachment("ra-quan.ics"))


@router.get("/cleanups/report.docx", response_class=Response, responses=_file("docx"))
async def month_report_file(
    resources: ResourcesDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
    month: Month,
    unit: Unit = "",
    recipient: Recipient = "",
) -> Response:
    """A month's report for the city's committee, for the Youth Union, or both: the same figures."""
    order = MonthReportOrder(month=month, unit=unit, recipient=recipient)
    made = await CleanupPapers(resources, reference, staff, now).report(order)
    return Response(made.body, media_type=MEDIA_TYPES["docx"], headers=attachment(made.file_name))


@router.get("/cleanups/{cleanup}/announcement.docx", response_class=Response, responses=_file("docx"))
async def announcement_file(
    cleanup: str, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> Response:
    """The announcement for the board, A4, with a code to sign up by; 409 before it is announced."""
    made = await CleanupPapers(resources, reference, staff, now).announce(cleanup, CleanupDocumentOrder())
    return Response(made.body, media_type=MEDIA_TYPES["docx"], headers=attachment(made.file_name))


def _days(
    now: datetime, timezone: str, month: str, first: date | None, last: date | None
) -> tuple[date, date]:
    if month:
        return month_days(month)
    today = now.astimezone(ZoneInfo(timezone)).date()
    return first or today.replace(month=1, day=1), last or today
