"""Papers of movements at the web edge: made out of what was announced, in Vietnamese, and entered."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from anyio import to_thread

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.documents import register
from service.domain.emulation.movements.papers import MovementPaper, read_movement_paper
from service.i18n import language_in_use
from service.web.dependencies import Resources
from service.web.papers.documents import enter_made
from service.web.viewer import Colleague


async def make_dossier(
    resources: Resources, reference: Reference, staff: Colleague, number: int, unit: str, now: datetime
) -> tuple[bytes, str]:
    """Return (Báo cáo thành tích of a unit, its name). Raises NotFound, Conflict before it is announced."""
    from service.documents.emulation import make_dossier_document  # here: heavy

    facts = await _facts(resources, reference, staff, number, unit)
    today = now.astimezone(ZoneInfo(reference.timezone)).date()
    made = await to_thread.run_sync(make_dossier_document, reference, facts, today)
    return made.body, made.file_name


async def make_paper(
    resources: Resources, reference: Reference, staff: Colleague, number: int, what: str, now: datetime
) -> tuple[bytes, str]:
    """Return (submission, minutes or list, its name). Raises NotFound, Forbidden, Conflict."""
    from service.documents.emulation import PAPERS, make_award_list  # here: heavy

    facts = await _facts(resources, reference, staff, number)
    name, _, form = what.rpartition(".")
    if form == "xlsx":
        return await to_thread.run_sync(make_award_list, facts), f"danh-sach-{number}.xlsx"
    today = now.astimezone(ZoneInfo(reference.timezone)).date()
    made = await to_thread.run_sync(PAPERS[name], reference, facts, today)
    return made.body, made.file_name


async def enter_paper(
    resources: Resources, reference: Reference, staff: Colleague, number: int, what: str, now: datetime
) -> int:
    """Make submission or minutes and enter them; the number in the register. Raises as `make_paper`."""
    from service.documents.emulation import PAPERS  # here: heavy

    facts = await _facts(resources, reference, staff, number)
    register.require_issuing(staff.actor, facts.issuer_id)
    today = now.astimezone(ZoneInfo(reference.timezone)).date()
    made = await to_thread.run_sync(PAPERS[what], reference, facts, today)
    return await enter_made(resources, staff, now, made, facts.issuer_id)


async def _facts(
    resources: Resources, reference: Reference, staff: Colleague, number: int, unit: str | None = None
) -> MovementPaper:
    token = language_in_use.set("vi")
    try:
        async with async_unit_of_work(resources.engine) as session:
            return await session.run_sync(read_movement_paper, reference, staff.actor, number, unit)
    finally:
        language_in_use.reset(token)
