"""Departments that work in another system, for administrators' programmes: kept, paused, tried."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from service.api.admin.dependencies import BookDep, EditStampDep
from service.api.shared.answers import refusals
from service.db import async_unit_of_work
from service.domain.city.config import PartnerConfig
from service.domain.partners import partner_settings, register
from service.domain.partners.partner_settings import PartnerChange
from service.domain.partners.register import PartnerView
from service.domain.reports.drafts import StrictBody
from service.sending.partner_trial import try_partner
from service.web.dependencies import ResourcesDep, SessionDep

router = APIRouter(prefix="/admin/partners", tags=["administration"])

Department = Annotated[str, Path(max_length=60, description="Code of the department.")]


class PartnerOut(BaseModel):
    """A partner; send `version` back to change it. Its key is never told; `open` counts the cases with it."""

    settings: PartnerConfig
    version: str
    has_key: bool
    open: int
    last_ok_at: datetime | None
    failing_since: datetime | None
    error: str


class PartnerList(BaseModel):
    """All partners, in the city's order."""

    items: list[PartnerOut]


class PartnerKey(StrictBody):
    """Key that the partner gave; an empty one takes it away."""

    secret: Annotated[str, Field(max_length=500)]


class TriedPartner(BaseModel):
    """Answer of a partner that was called: how many kinds it takes, which of ours it lacks, what failed."""

    services: int
    missing: list[str]
    problem: str


@router.get("", responses=refusals(401, 403))
async def every_partner(session: SessionDep, book: BookDep) -> PartnerList:
    """Return every partner."""
    found = await session.run_sync(register.all_partners, book.reference)
    return PartnerList(items=[_out(each) for each in found])


@router.post("", status_code=201, responses=refusals(400, 401, 403, 409, 413, 422))
async def add_partner(
    sent: PartnerChange, session: SessionDep, book: BookDep, stamp: EditStampDep, resources: ResourcesDep
) -> PartnerOut:
    """Make a department's other system known: its cases go there from now on, once it has a key."""
    rules = resources.settings.webhook_rules
    config = await session.run_sync(partner_settings.put_partner, book.reference, stamp, rules, None, sent)
    return _out(await session.run_sync(register.view_partner, book.reference, config))


@router.get("/{department}", responses=refusals(401, 403, 404, 422))
async def one_partner(
    department: Department, session: SessionDep, book: BookDep, _stamp: EditStampDep
) -> PartnerOut:
    """Return one partner."""
    _, config = register.find_partner(book.reference, department)
    return _out(await session.run_sync(register.view_partner, book.reference, config))


@router.put("/{department}", responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def change_partner(
    department: Department,
    sent: PartnerChange,
    session: SessionDep,
    book: BookDep,
    stamp: EditStampDep,
    resources: ResourcesDep,
) -> PartnerOut:
    """Change a partner, all of it. A stale `version` is refused."""
    rules = resources.settings.webhook_rules
    config = await session.run_sync(
        partner_settings.put_partner, book.reference, stamp, rules, department, sent
    )
    return _out(await session.run_sync(register.view_partner, book.reference, config))


@router.delete("/{department}", status_code=204, responses=refusals(401, 403, 404, 422))
async def remove_partner(department: Department, session: SessionDep, stamp: EditStampDep) -> Response:
    """Take a partner away with its key; the department works on its cases here."""
    await session.run_sync(partner_settings.remove_partner, stamp, department)
    return Response(status_code=204)


@router.post("/{department}/pause", responses=refusals(401, 403, 404, 422))
async def pause_partner(
    department: Department, session: SessionDep, book: BookDep, stamp: EditStampDep
) -> PartnerOut:
    """Hand nothing over and ask for nothing until it is resumed."""
    config = await session.run_sync(
        lambda sync: partner_settings.pause_partner(sync, stamp, department, paused=True)
    )
    return _out(await session.run_sync(register.view_partner, book.reference, config))


@router.post("/{department}/resume", responses=refusals(401, 403, 404, 422))
async def resume_partner(
    department: Department, session: SessionDep, book: BookDep, stamp: EditStampDep
) -> PartnerOut:
    """Go on with a partner: what waited is handed over."""
    config = await session.run_sync(
        lambda sync: partner_settings.pause_partner(sync, stamp, department, paused=False)
    )
    return _out(await session.run_sync(register.view_partner, book.reference, config))


@router.put("/{department}/key", status_code=204, responses=refusals(400, 401, 403, 404, 413, 422))
async def set_partner_key(
    department: Department,
    sent: PartnerKey,
    session: SessionDep,
    book: BookDep,
    stamp: EditStampDep,
    resources: ResourcesDep,
) -> Response:
    """Keep the key that the partner gave, sealed."""
    key = resources.settings.secret
    await session.run_sync(
        register.set_partner_key, book.reference, stamp, key, department, sent.secret.strip()
    )
    return Response(status_code=204)


@router.post("/{department}/test", responses=refusals(401, 403, 404, 422))
async def test_partner(
    department: Department, book: BookDep, stamp: EditStampDep, resources: ResourcesDep
) -> TriedPartner:
    """Ask a partner for its kinds and say which of ours it lacks. Nothing is handed over."""
    department_id, config = register.find_partner(book.reference, department)
    settings = resources.settings
    async with async_unit_of_work(resources.engine) as session:
        key = await session.run_sync(register.key_of_partner, settings.secret, department_id)
    tried = await to_thread.run_sync(try_partner, settings, book.reference, config, key)
    async with async_unit_of_work(resources.engine) as session:
        await session.run_sync(register.note_call, department_id, stamp.at, tried.problem)
    return TriedPartner(services=tried.services, missing=list(tried.missing), problem=tried.problem)


def _out(view: PartnerView) -> PartnerOut:
    return PartnerOut(
        settings=view.config,
        version=partner_settings.partner_version(view.config),
        has_key=view.has_key,
        open=view.open,
        last_ok_at=view.last_ok_at,
        failing_since=view.failing_since,
        error=view.error,
    )
