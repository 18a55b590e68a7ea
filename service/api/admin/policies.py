"""Deadline policies and the calendar for programmes of administrators."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from service.api.admin.dependencies import BookDep, EditStampDep
from service.api.admin.scheduled_changes import LATER, ScheduledChangeOut, scheduled_change_out
from service.api.shared.answers import refusals
from service.domain.configuration.administration import days, policies, scheduled_changes
from service.domain.configuration.administration.days import DayChange, DaySwap
from service.domain.configuration.administration.policies import PolicyChange
from service.domain.reports.drafts import Moment, StrictBody
from service.models import CalendarDay, DeadlinePolicy
from service.web.dependencies import SessionDep
from service.web.paths import EntryCode

router = APIRouter(prefix="/admin", tags=["administration"])

Year = Annotated[int, Path(ge=2015, le=2050)]


class PolicyOut(BaseModel):
    """Version of a policy; in force while `valid_to` is null."""

    code: str
    version: int
    name: dict[str, str]
    accept: dict[str, object]
    resolve: dict[str, object]
    amber_ratio: float
    extension: dict[str, object] | None
    hotline: bool
    valid_from: datetime
    valid_to: datetime | None


class PolicyList(BaseModel):
    """Policies, or the versions of one."""

    items: list[PolicyOut]


class PolicySent(PolicyChange):
    """A policy to be put in force, at once or at `due_at`."""

    due_at: Moment | None = Field(None, description="When it comes into force; at once without")


class DayOut(BaseModel):
    """A day that is off, or worked instead of another."""

    day: date
    kind: str
    name: dict[str, str]


class YearOut(BaseModel):
    """The special days of a year; `differs` are public holidays that the calendar has otherwise."""

    year: int
    items: list[DayOut]
    differs: list[DayOut]
    version: str


class Importing(StrictBody):
    """Taking over a year's public holidays; with `overwrite` also over days that stand otherwise."""

    overwrite: bool = False


@router.get("/policies", responses=refusals(401, 403))
async def every(session: SessionDep, _stamp: EditStampDep) -> PolicyList:
    """The policies in force."""
    return PolicyList(items=[_out(row) for row in await session.run_sync(policies.policies_in_force)])


@router.post("/policies", status_code=201, responses={**LATER, **refusals(400, 401, 403, 409, 413, 422)})
async def add(
    sent: PolicySent, response: Response, session: SessionDep, stamp: EditStampDep
) -> PolicyOut | ScheduledChangeOut:
    """Put a new policy in force; with `due_at` it is planned, and answered with 202."""
    if sent.due_at is not None:
        response.status_code = 202
        return scheduled_change_out(
            await session.run_sync(scheduled_changes.schedule_policy, stamp, None, sent, sent.due_at)
        )
    return _out(await session.run_sync(policies.put_policy_in_force, stamp, None, sent))


@router.get("/policies/{code}/versions", responses=refusals(401, 403, 404, 422))
async def versions(code: EntryCode, session: SessionDep, _stamp: EditStampDep) -> PolicyList:
    """Every version of a policy, the newest first."""
    return PolicyList(items=[_out(row) for row in await session.run_sync(policies.policy_history, code)])


@router.put("/policies/{code}", responses={**LATER, **refusals(400, 401, 403, 404, 409, 413, 422)})
async def change(
    code: EntryCode, sent: PolicySent, response: Response, session: SessionDep, stamp: EditStampDep
) -> PolicyOut | ScheduledChangeOut:
    """Put the next version of a policy in force; with `due_at` it is planned, and answered with 202."""
    if sent.due_at is not None:
        response.status_code = 202
        return scheduled_change_out(
            await session.run_sync(scheduled_changes.schedule_policy, stamp, code, sent, sent.due_at)
        )
    return _out(await session.run_sync(policies.put_policy_in_force, stamp, code, sent))


@router.delete("/policies/{code}", responses=refusals(401, 403, 404, 409, 422))
async def end(
    code: EntryCode,
    version: Annotated[int, Query(ge=1, description="The version that was read")],
    session: SessionDep,
    stamp: EditStampDep,
) -> PolicyOut:
    """Take a policy out of force, when no rule gives it any more."""
    return _out(await session.run_sync(policies.end_policy, stamp, code, version))


@router.get("/calendar/{year}", responses=refusals(401, 403, 422))
async def calendar(year: Year, session: SessionDep, _stamp: EditStampDep) -> YearOut:
    """The special days of a year."""
    rows = await session.run_sync(days.special_days_of_year, year)
    missing = await session.run_sync(days.holiday_differences, year)
    return YearOut(
        year=year,
        items=[_day(row) for row in rows],
        differs=[DayOut(day=each.day, kind=each.kind, name=each.name) for each in missing],
        version=days.year_version(rows),
    )


@router.put("/calendar/days/{day}", responses=refusals(400, 401, 403, 409, 413, 422))
async def put_day(day: date, sent: DayChange, session: SessionDep, stamp: EditStampDep) -> DayOut:
    """Make a day off or worked."""
    change = sent.model_copy(update={"day": day})
    return _day(await session.run_sync(days.change_day, stamp, change))


@router.delete("/calendar/days/{day}", status_code=204, responses=refusals(401, 403, 404, 409, 422))
async def remove_day(day: date, session: SessionDep, stamp: EditStampDep) -> Response:
    """Let a day be what its weekday is."""
    await session.run_sync(days.reset_day, stamp, day)
    return Response(status_code=204)


@router.post("/calendar/swaps", status_code=204, responses=refusals(400, 401, 403, 409, 413, 422))
async def swap(sent: DaySwap, session: SessionDep, book: BookDep, stamp: EditStampDep) -> Response:
    """A working day off for a day of rest worked."""
    await session.run_sync(days.swap_days, stamp, book.calendar, sent)
    return Response(status_code=204)


@router.post("/calendar/years/{year}/import", responses=refusals(400, 401, 403, 413, 422))
async def take_over(year: Year, sent: Importing, session: SessionDep, stamp: EditStampDep) -> YearOut:
    """Take over the public holidays of a year."""
    await session.run_sync(lambda sync: days.import_year(sync, stamp, year, overwrite=sent.overwrite))
    return await calendar(year, session, stamp)


def _out(row: DeadlinePolicy) -> PolicyOut:
    change = policies.policy_change_of(row)
    spec = change.spec()
    return PolicyOut(
        code=row.code,
        version=row.version,
        name=row.name,
        accept=spec["accept"],
        resolve=spec["resolve"],
        amber_ratio=spec["amber_ratio"],
        extension=spec["extension"] if change.extension else None,
        hotline=change.hotline,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _day(row: CalendarDay) -> DayOut:
    return DayOut(day=row.day, kind=row.kind, name=row.name)
