"""Clean-ups for colleagues: drafting, steps, the day with its one result, what comes again."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.cleanups.answers import (
    AttendanceOut,
    CheckList,
    CheckOut,
    CleanupOut,
    SeriesList,
    SeriesOut,
    cleanup_out,
)
from service.api.works.shared import READS, WRITES, WorkCallDep
from service.domain.cleanups.access import CleanupWork, find_cleanup
from service.domain.cleanups.day import (
    count_came,
    give_result,
    send_result_back,
    tick_check,
    write_attendance,
)
from service.domain.cleanups.drafts import make_cleanup
from service.domain.cleanups.forms import (
    Attendance,
    CheckTick,
    CleanupChange,
    CleanupResult,
    CleanupStep,
    NewCleanup,
    NewSeries,
    SeriesChange,
)
from service.domain.cleanups.series import end_series, list_series, make_series
from service.domain.cleanups.series_changes import change_series
from service.domain.cleanups.steps import change_cleanup, take_cleanup_step
from service.domain.cleanups.views import CheckLine, list_own_checks, view_cleanup
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext
from service.models import WorkStatus
from service.web.dependencies import ResourcesDep, WakeAfter
from service.web.paths import RowId

router = APIRouter(tags=["clean-ups"], dependencies=[WakeAfter])


def _cleanup_out(ctx: ActionContext, found: CleanupWork, public_url: str) -> CleanupOut:
    view = view_cleanup(ctx.session, found, public=False)
    return cleanup_out(view, ctx.reference, public_url)


@router.post("/cleanups", status_code=201, responses={**WRITES, 200: {"model": CleanupOut}})
async def draft_cleanup(
    sent: NewCleanup, response: Response, call: WorkCallDep, resources: ResourcesDep
) -> CleanupOut:
    """Draft a clean-up of a unit of one's own. The same `id` again is answered with 200."""

    def verb(ctx: ActionContext) -> tuple[CleanupOut, bool]:
        found, new = make_cleanup(ctx, sent)
        return _cleanup_out(ctx, found, resources.settings.public_url), new

    return await call.create(response, verb)


@router.patch("/cleanups/{cleanup}", responses=WRITES)
async def change_one_cleanup(
    cleanup: str, sent: CleanupChange, call: WorkCallDep, resources: ResourcesDep
) -> CleanupOut:
    """Change a draft or what is announced; another time or place needs a `reason`, and all are told."""
    settings = resources.settings

    def verb(ctx: ActionContext) -> CleanupOut:
        return _cleanup_out(ctx, change_cleanup(ctx, settings.secret, cleanup, sent), settings.public_url)

    return await call.act(verb)


@router.post("/cleanups/{cleanup}/transitions", responses=WRITES)
async def take_step_of_cleanup(
    cleanup: str, sent: CleanupStep, call: WorkCallDep, resources: ResourcesDep
) -> CleanupOut:
    """Announce, cancel, begin, send the result back (`under_way` after `done`) or close."""
    settings = resources.settings

    def verb(ctx: ActionContext) -> CleanupOut:
        found = find_cleanup(ctx.session, call.reference, cleanup, ctx.actor)
        back = sent.to == WorkStatus.UNDER_WAY and found.work.status == WorkStatus.DONE
        if back:
            found = send_result_back(ctx, cleanup, sent.version, sent.reason)
        else:
            found = take_cleanup_step(ctx, settings.secret, cleanup, sent)
        return _cleanup_out(ctx, found, settings.public_url)

    return await call.act(verb)


@router.get("/cleanups/{cleanup}/checks", responses=READS)
async def checks_of_cleanup(cleanup: str, call: WorkCallDep) -> CheckList:
    """Return what is to be checked; everything for who leads or keeps, else what one's own units tick."""

    def verb(ctx: ActionContext) -> CheckList:
        found = find_cleanup(ctx.session, call.reference, cleanup, ctx.actor)
        lines = list_own_checks(ctx.session, ctx.actor, found.work)
        return CheckList(items=[CheckOut.of(each, call.reference) for each in lines])

    return await call.act(verb)


@router.put("/cleanups/{cleanup}/checks/{check_id}", responses=WRITES)
async def tick_check_of_cleanup(cleanup: str, check_id: UUID, sent: CheckTick, call: WorkCallDep) -> CheckOut:
    """Say what became of one thing. The same again changes nothing."""

    def verb(ctx: ActionContext) -> CheckOut:
        row = tick_check(ctx, cleanup, check_id, sent)
        line = CheckLine(row.id, row.building, row.unit_id, row.words, str(row.state), row.note)
        return CheckOut.of(line, call.reference)

    return await call.act(verb)


@router.post("/cleanups/{cleanup}/attendance", responses=WRITES)
async def attendance_of_cleanup(cleanup: str, sent: Attendance, call: WorkCallDep) -> AttendanceOut:
    """Write down who came. The same again changes nothing; a later number replaces an earlier one."""

    def verb(ctx: ActionContext) -> AttendanceOut:
        found = write_attendance(ctx, cleanup, sent)
        return AttendanceOut(came=count_came(ctx.session, found.side), walk_ins=found.side.walk_ins)

    return await call.act(verb)


@router.put("/cleanups/{cleanup}/result", responses=WRITES)
async def result_of_cleanup(
    cleanup: str, sent: CleanupResult, call: WorkCallDep, resources: ResourcesDep
) -> CleanupOut:
    """Give the one result, with at least one photo of afterwards (`POST /works/{code}/photos?kind=after`)."""

    def verb(ctx: ActionContext) -> CleanupOut:
        return _cleanup_out(ctx, give_result(ctx, cleanup, sent), resources.settings.public_url)

    return await call.act(verb)


@router.get("/series", responses=READS)
async def all_series(call: WorkCallDep, *, paused: bool = False) -> SeriesList:
    """Return what comes again, of one's own units; with `paused` also what does not go on now."""
    require_works(call.reference)

    def verb(ctx: ActionContext) -> SeriesList:
        found = list_series(ctx.session, ctx.actor, paused=paused)
        return SeriesList(items=[SeriesOut.of(each, call.reference) for each in found])

    return await call.act(verb)


@router.post("/series", status_code=201, responses=WRITES)
async def make_one_series(sent: NewSeries, call: WorkCallDep) -> SeriesOut:
    """Have clean-ups come again; those of the next three months are drafted at once."""

    def verb(ctx: ActionContext) -> SeriesOut:
        return SeriesOut.of(make_series(ctx, sent), call.reference)

    return await call.act(verb)


@router.patch("/series/{series_id}", responses=WRITES)
async def change_one_series(
    series_id: RowId, sent: SeriesChange, call: WorkCallDep, resources: ResourcesDep
) -> SeriesOut:
    """Change what comes again, have it pause or go on (`active`); drafts follow, announced ones stay."""
    key = resources.settings.secret

    def verb(ctx: ActionContext) -> SeriesOut:
        return SeriesOut.of(change_series(ctx, key, series_id, sent), call.reference)

    return await call.act(verb)


@router.delete("/series/{series_id}", responses=WRITES)
async def end_one_series(series_id: RowId, call: WorkCallDep) -> SeriesOut:
    """Have it come no more; what was drafted stays. Again it changes nothing."""

    def verb(ctx: ActionContext) -> SeriesOut:
        return SeriesOut.of(end_series(ctx, series_id), call.reference)

    return await call.act(verb)
