"""A plan's way from an upload or a paste to a proposal: read in the child, understood in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from anyio import CapacityLimiter, to_thread

from service.domain.city.reference import Reference
from service.domain.plans.imports.blocks import Content, FileRefused
from service.domain.plans.imports.proposal import Proposal, propose
from service.domain.plans.imports.units import city_directory
from service.domain.works.access import READERS, require_works
from service.errors import Forbidden, NotFound
from service.i18n import N_
from service.models import Role
from service.planfile.reader import plan_refusal, read_pasted, read_plan_file
from service.web.viewer import Colleague

DRAFTERS = frozenset({Role.DEPARTMENT, Role.MANAGER, Role.ADMINISTRATOR})
"""Who draws up plans; who reads them is more."""

_at_once = CapacityLimiter(2)


def require_drafting(reference: Reference, staff: Colleague) -> None:
    """Raise NotFound for who reads no plans, Forbidden for who draws none up."""
    require_works(reference)
    if staff.actor.role not in READERS:
        raise NotFound(N_("Không có trang này."))
    if staff.actor.role not in DRAFTERS:
        raise Forbidden(N_("Vai trò của bạn không lập kế hoạch."))


async def read_upload(name: str, data: bytes) -> Content:
    """Return what a file holds. Raises UnsupportedMedia, TooLarge, Invalid."""
    return await to_thread.run_sync(read_plan_file, name, data, limiter=_at_once)


async def read_paste(text: str) -> Content:
    """Return what was pasted. Raises TooLarge, Invalid."""
    return await to_thread.run_sync(read_pasted, text, limiter=_at_once)


async def propose_plan(
    reference: Reference, staff: Colleague, content: Content, now: datetime, chosen: Sequence[int] = ()
) -> Proposal:
    """Return what the document proposes to this colleague, whose own units a name of several means first.

    Raises TooLarge, Invalid with what to do.
    """
    units = city_directory(reference, staff.actor.departments)
    year = now.astimezone(ZoneInfo(reference.timezone)).year
    try:
        return await to_thread.run_sync(propose, content, units, year, chosen, limiter=_at_once)
    except FileRefused as refused:
        raise plan_refusal(refused) from None
