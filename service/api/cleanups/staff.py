"""Clean-ups for colleagues: drafting, steps, the day with its one result, what comes again."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from service.api.cleanups.answers import (
    AttendanceOut,
    CheckList,
    CheckOut,
    CleanupOut,
    SeriesList,
    SeriesOut,
    tell_cleanup,
)
from service.api.works.shared import READS, WRITES, by_hand, made_by_hand
from service.domain.cleanups.access import FoundCleanup, find_cleanup
from service.domain.cleanups.changing_series import change_series
from service.domain.cleanups.day import (
    count_came,
    give_result,
    send_result_back,
    tick_check,
    write_attendance,
)
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
from service.domain.cleanups.making import make_cleanup
from service.domain.cleanups.series import end_series, list_series, make_series
from service.domain.cleanups.stepping import change_cleanup, take_cleanup_step
from service.domain.cleanups.views import CheckLine, list_own_checks, view_cleanup
from service.domain.works.access import require_works
from service.domain.works.acting import Hand
from service.models import WorkStatus
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep, WakeAfter
from service.web.viewer import StaffDep

router = APIRouter(tags=["clean-ups"], dependencies=[WakeAfter])

SeriesId = Annotated[int, Path(ge=1, le=2**31 - 1)]


def _tell(hand: Hand, found: FoundCleanup, public_url: str) -> CleanupOut:
    view = view_cleanup(hand.session, found, public=False)
    return tell_cleanup(view, hand.reference, public_url)


@router.post("/cleanups", status_code=201, responses={**WRITES, 200: {"model": CleanupOut}})
async def draft_cleanup(
    sent: NewCleanup,
    response: Response,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> CleanupOut:
    """Draft a clean-up of a unit of one's own. The same `id` again is answered with 200."""

    def verb(hand: Hand) -> tuple[CleanupOut, bool]:
        found, new = make_cleanup(hand, sent)
        return _tell(hand, found, resources.settings.public_url), new

    return await made_by_hand(response, session, reference, staff, now, verb)


@router.patch("/cleanups/{cleanup}", responses=WRITES)
async def change_one_cleanup(
    cleanup: str,
    sent: CleanupChange,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> CleanupOut:
    """Change a draft or what is announced; another time or place needs a `reason`, and all are told."""
    settings = resources.settings

    def verb(hand: Hand) -> CleanupOut:
        return _tell(hand, change_cleanup(hand, settings.secret, cleanup, sent), settings.public_url)

    return await by_hand(session, reference, staff, now, verb)


@router.post("/cleanups/{cleanup}/transitions", responses=WRITES)
async def take_step_of_cleanup(
    cleanup: str,
    sent: CleanupStep,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> CleanupOut:
    """Announce, cancel, begin, send the result back (`under_way` after `done`) or close."""
    settings = resources.settings

    def verb(hand: Hand) -> CleanupOut:
        found = find_cleanup(hand.session, reference, cleanup, hand.actor)
        back = sent.to == WorkStatus.UNDER_WAY and found.work.status == WorkStatus.DONE
        if back:
            found = send_result_back(hand, cleanup, sent.version, sent.reason)
        else:
            found = take_cleanup_step(hand, settings.secret, cleanup, sent)
        return _tell(hand, found, settings.public_url)

    return await by_hand(session, reference, staff, now, verb)


@router.get("/cleanups/{cleanup}/checks", responses=READS)
async def checks_of_cleanup(
    cleanup: str, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> CheckList:
    """Return what is to be checked; everything for who leads or keeps, else what one's own units tick."""

    def verb(hand: Hand) -> CheckList:
        found = find_cleanup(hand.session, reference, cleanup, hand.actor)
        lines = list_own_checks(hand.session, hand.actor, found.work)
        return CheckList(items=[CheckOut.of(each, reference) for each in lines])

    return await by_hand(session, reference, staff, now, verb)


@router.put("/cleanups/{cleanup}/checks/{check_id}", responses=WRITES)
async def tick_check_of_cleanup(
    cleanup: str,
    check_id: UUID,
    sent: CheckTick,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> CheckOut:
    """Say what became of one thing. The same again changes nothing."""

    def verb(hand: Hand) -> CheckOut:
        row = tick_check(hand, cleanup, check_id, sent)
        line = CheckLine(row.id, row.building, row.unit_id, row.words, str(row.state), row.note)
        return CheckOut.of(line, reference)

    return await by_hand(session, reference, staff, now, verb)


@router.post("/cleanups/{cleanup}/attendance", responses=WRITES)
async def attendance_of_cleanup(
    cleanup: str,
    sent: Attendance,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> AttendanceOut:
    """Write down who came. The same again changes nothing; a later number replaces an earlier one."""

    def verb(hand: Hand) -> AttendanceOut:
        found = write_attendance(hand, cleanup, sent)
        return AttendanceOut(came=count_came(hand.session, found.side), walk_ins=found.side.walk_ins)

    return await by_hand(session, reference, staff, now, verb)


@router.put("/cleanups/{cleanup}/result", responses=WRITES)
async def result_of_cleanup(
    cleanup: str,
    sent: CleanupResult,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> CleanupOut:
    """Give the one result, with at least one photo of afterwards (`POST /works/{code}/photos?kind=after`)."""

    def verb(hand: Hand) -> CleanupOut:
        return _tell(hand, give_result(hand, cleanup, sent), resources.settings.public_url)

    return await by_hand(session, reference, staff, now, verb)


@router.get("/series", responses=READS)
async def all_series(
    session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep, *, paused: bool = False
) -> SeriesList:
    """Return what comes again, of one's own units; with `paused` also what does not go on now."""
    require_works(reference)

    def verb(hand: Hand) -> SeriesList:
        found = list_series(hand.session, hand.actor, paused=paused)
        return SeriesList(items=[SeriesOut.of(each, reference) for each in found])

    return await by_hand(session, reference, staff, now, verb)


@router.post("/series", status_code=201, responses=WRITES)
async def make_one_series(
    sent: NewSeries, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> SeriesOut:
    """Have clean-ups come again; those of the next three months are drafted at once."""

    def verb(hand: Hand) -> SeriesOut:
        return SeriesOut.of(make_series(hand, sent), reference)

    return await by_hand(session, reference, staff, now, verb)


@router.patch("/series/{series_id}", responses=WRITES)
async def change_one_series(
    series_id: SeriesId,
    sent: SeriesChange,
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> SeriesOut:
    """Change what comes again, have it pause or go on (`active`); drafts follow, announced ones stay."""
    key = resources.settings.secret

    def verb(hand: Hand) -> SeriesOut:
        return SeriesOut.of(change_series(hand, key, series_id, sent), reference)

    return await by_hand(session, reference, staff, now, verb)


@router.delete("/series/{series_id}", responses=WRITES)
async def end_one_series(
    series_id: SeriesId, session: SessionDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> SeriesOut:
    """Have it come no more; what was drafted stays. Again it changes nothing."""

    def verb(hand: Hand) -> SeriesOut:
        return SeriesOut.of(end_series(hand, series_id), reference)

    return await by_hand(session, reference, staff, now, verb)
