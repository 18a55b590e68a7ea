"""Routing rules for programmes of administrators. Trying a draft is `api/casework/routing.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from service.api.admin.dependencies import BookDep, EditStampDep
from service.api.admin.scheduled_changes import LATER, ScheduledChangeOut, scheduled_change_out
from service.api.shared.answers import refusals
from service.domain.configuration.administration import rule_table, rules, scheduled_changes
from service.domain.configuration.administration.changes import EditStamp
from service.domain.configuration.administration.rules import RuleChange
from service.domain.configuration.forecast import installation_basis
from service.domain.reports.drafts import Moment, StrictBody
from service.domain.rules.rulebook import Rulebook
from service.errors import invalid
from service.i18n import N_, language_in_use
from service.models import RoutingRule
from service.web.dependencies import SessionDep

router = APIRouter(prefix="/admin", tags=["administration"])

Number = Annotated[int, Path(ge=1, le=1_000_000)]


class RuleOut(BaseModel):
    """Version of a rule, and as a sentence. In force while `valid_to` is null."""

    number: int
    version: int
    name: dict[str, str]
    categories: list[str]
    areas: list[str]
    when: list[dict[str, object]]
    lead: str | dict[str, object]
    supports: list[str | dict[str, object]]
    executor: str | dict[str, object] | None
    policy: str
    priority: int
    valid_from: datetime
    valid_to: datetime | None
    changed_by: str
    sentence: str


class RuleList(BaseModel):
    """Rules by number, or the versions of one, the newest first."""

    items: list[RuleOut]


class RuleSent(RuleChange):
    """A rule to be put in force, at once or at `due_at`."""

    due_at: Moment | None = Field(None, description="When it comes into force; at once without")


class Restoring(StrictBody):
    """An old version to be put in force again; `version` is the one in force now, null if there is none."""

    restore: Annotated[int, Field(ge=1)]
    version: Annotated[int, Field(ge=1)] | None = None


class CellOut(BaseModel):
    """A category in a ward without a rule for every report; `rules` would take some."""

    category: str
    ward: str
    rules: list[int]


class ShadowOut(BaseModel):
    """A rule that can never win: `no_place`, `contradiction`, `no_lead`, or `beaten` by others."""

    number: int
    reason: str
    by: list[int]


class ConflictOut(BaseModel):
    """Two equally specific rules that say different things; the lower number wins."""

    first: int
    second: int
    cells: int


class ReviewOut(BaseModel):
    """Faults of the rules in force as a whole."""

    gaps: list[CellOut]
    never_win: list[ShadowOut]
    conflicts: list[ConflictOut]


class PlaceOut(BaseModel):
    """Lead department in one ward; null in a gap."""

    ward: str
    lead: str | None
    lead_name: str
    rule: int | None
    partly: bool


class PlacesOut(BaseModel):
    """Lead departments by ward for one category."""

    category: str
    items: list[PlaceOut]


@router.get("/rules", responses=refusals(401, 403, 422))
async def every(
    session: SessionDep,
    book: BookDep,
    category: Annotated[str, Query(max_length=60)] = "",
    ward: Annotated[str, Query(max_length=60)] = "",
    department: Annotated[str, Query(max_length=60)] = "",
) -> RuleList:
    """The rules in force; filters keep those that may decide for a category, a ward or a department."""
    found = await session.run_sync(rules.rules_in_force)
    filters = rule_table.Filter(category, ward, department)
    return RuleList(items=[_out(row, book) for row in rule_table.matching_rules(found, book, filters)])


@router.post("/rules", status_code=201, responses={**LATER, **refusals(400, 401, 403, 409, 413, 422)})
async def add(
    sent: RuleSent, response: Response, session: SessionDep, book: BookDep, stamp: EditStampDep
) -> RuleOut | ScheduledChangeOut:
    """Put a new rule in force; with `due_at` it is planned, and answered with 202."""
    return await _put(session, book, stamp, None, sent, response)


@router.get("/rules/review", responses=refusals(401, 403))
async def review(book: BookDep) -> ReviewOut:
    """Categories and wards without a rule, rules that can never win, rules that only their number decides."""
    basis = installation_basis(book)
    found = await to_thread.run_sync(rule_table.review, basis.rules, basis.ground)
    return ReviewOut(
        gaps=[
            CellOut(category=g.cell.category, ward=g.cell.ward, rules=[rule.number for rule in g.partly])
            for g in found.gaps
        ],
        never_win=[
            ShadowOut(number=s.rule.number, reason=s.reason, by=[rule.number for rule in s.by])
            for s in found.shadows
        ],
        conflicts=[
            ConflictOut(first=c.first.number, second=c.second.number, cells=len(c.cells))
            for c in found.conflicts
        ],
    )


@router.get("/responsibility", responses=refusals(401, 403, 422))
async def responsibility(
    book: BookDep, category: Annotated[str, Query(max_length=60, description="A category's code")]
) -> PlacesOut:
    """Return who leads in each ward for a report of the category that answers no question."""
    basis = installation_basis(book)
    if category not in basis.ground.categories:
        raise invalid(["query", "category"], N_("Không có loại phản ánh “{code}”."), code=category)
    found = rule_table.default_leads(book, basis.ground, category, language_in_use.get())
    items = [
        PlaceOut(ward=p.ward, lead=p.lead, lead_name=p.lead_name, rule=p.rule, partly=p.partly) for p in found
    ]
    return PlacesOut(category=category, items=items)


@router.get("/rules/{number}", responses=refusals(401, 403, 404, 422))
async def one(number: Number, session: SessionDep, book: BookDep) -> RuleOut:
    """The newest version of a rule, also of one that was ended."""
    return _out((await session.run_sync(rules.rule_history, number))[0], book)


@router.get("/rules/{number}/versions", responses=refusals(401, 403, 404, 422))
async def versions(number: Number, session: SessionDep, book: BookDep) -> RuleList:
    """Every version of a rule, the newest first."""
    return RuleList(items=[_out(row, book) for row in await session.run_sync(rules.rule_history, number)])


@router.put("/rules/{number}", responses={**LATER, **refusals(400, 401, 403, 404, 409, 413, 422)})
async def change(
    number: Number,
    sent: RuleSent,
    response: Response,
    session: SessionDep,
    book: BookDep,
    stamp: EditStampDep,
) -> RuleOut | ScheduledChangeOut:
    """Put the next version of a rule in force; with `due_at` it is planned, and answered with 202."""
    return await _put(session, book, stamp, number, sent, response)


@router.delete("/rules/{number}", responses=refusals(401, 403, 404, 409, 422))
async def end(
    number: Number,
    version: Annotated[int, Query(ge=1, description="The version that was read")],
    session: SessionDep,
    book: BookDep,
    stamp: EditStampDep,
) -> RuleOut:
    """Take a rule out of force; it stays readable."""
    return _out(await session.run_sync(rules.end_rule, stamp, number, version), book)


@router.post("/rules/{number}/restore", responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def restore(
    number: Number, sent: Restoring, session: SessionDep, book: BookDep, stamp: EditStampDep
) -> RuleOut:
    """Put an old version in force again, as a new one."""
    row = await session.run_sync(rules.restore_rule, book, stamp, number, sent.restore, sent.version)
    return _out(row, book)


async def _put(
    session: AsyncSession,
    book: Rulebook,
    stamp: EditStamp,
    number: int | None,
    sent: RuleSent,
    response: Response,
) -> RuleOut | ScheduledChangeOut:
    if sent.due_at is None:
        row = await session.run_sync(rules.put_rule_in_force, book, stamp, number, sent)
        return _out(row, book)
    response.status_code = 202
    return scheduled_change_out(
        await session.run_sync(scheduled_changes.schedule_rule, book, stamp, number, sent, sent.due_at)
    )


def _out(row: RoutingRule, book: Rulebook) -> RuleOut:
    body = rules.rule_change_of(row).spec()
    return RuleOut(
        number=row.number,
        version=row.version,
        name=row.name,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        changed_by=row.created_by,
        sentence=rule_table.rule_line(row, book, language_in_use.get()).sentence,
        **body,
    )
