"""Documents about cables at the web edge, for routes and pages alike."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from anyio import to_thread
from sqlalchemy.orm import Session

from service.db import async_unit_of_work
from service.domain.cables.papers.facts import CableOrder, CablePaper, read_cable_paper
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.documents import register
from service.domain.works.actions import ActionContext
from service.web.dependencies import Resources
from service.web.papers.documents import enter_made, stored_pictures
from service.web.viewer import Colleague

if TYPE_CHECKING:
    from service.documents.made import MadeDocument


async def make_cable_paper(
    resources: Resources, reference: Reference, staff: Colleague, now: datetime, order: CableOrder
) -> tuple[MadeDocument, int]:
    """Return (the document, the id of the unit that issues it). Raises as `read_cable_paper` does."""
    from service.documents.cables import make_cable_document  # here: heavy

    def read(session: Session) -> CablePaper:
        ctx = ActionContext(session, reference, load_calendar(session, reference), staff.actor, now)
        return read_cable_paper(ctx, order)

    async with async_unit_of_work(resources.engine) as session:
        paper = await session.run_sync(read)

    def make() -> MadeDocument:
        pictures = stored_pictures(resources.storage, [each.picture for each in paper.pictured])
        return make_cable_document(reference, paper, pictures)

    return await to_thread.run_sync(make), paper.issuer_id


async def keep_cable_paper(
    resources: Resources, reference: Reference, staff: Colleague, now: datetime, order: CableOrder
) -> int:
    """Make a document and enter it; return its id in the register. Raises Forbidden unless one writes for
    the office that keeps the plan.
    """
    made, issuer = await make_cable_paper(resources, reference, staff, now, order)
    register.require_issuing(staff.actor, issuer)
    return await enter_made(resources, staff, now, made, issuer)
