"""Documents about clean-ups at the web edge, for routes and pages alike: written, and entered if asked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from anyio import to_thread
from sqlalchemy.orm import Session

from service.db import async_unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.documents import register
from service.domain.documents.of_cleanups import (
    AnnouncementPaper,
    CleanupDocumentOrder,
    MonthReportOrder,
    MonthReportPaper,
    read_announcement,
    read_month_report,
)
from service.domain.works.actions import ActionContext
from service.web.dependencies import Resources
from service.web.papers.documents import enter_made
from service.web.viewer import Colleague

if TYPE_CHECKING:
    from service.documents.made import MadeDocument  # here: heavy

P = TypeVar("P", AnnouncementPaper, MonthReportPaper)


class CleanupPapers:
    """Writes the documents of one request."""

    def __init__(self, resources: Resources, reference: Reference, staff: Colleague, now: datetime) -> None:
        self._resources, self._reference, self._staff, self._now = resources, reference, staff, now

    async def announce(self, code: str, order: CleanupDocumentOrder) -> MadeDocument:
        """Write the announcement of a clean-up. Raises as reading it does."""
        return (await self._announcement(code, order, enter=False))[0]

    async def report(self, order: MonthReportOrder) -> MadeDocument:
        """Write a month's report. Raises as reading it does."""
        return (await self._report(order, enter=False))[0]

    async def enter_announcement(self, code: str, order: CleanupDocumentOrder) -> int:
        """Write and enter it; its number in the register. Raises Forbidden for another unit's."""
        made, issuer = await self._announcement(code, order, enter=True)
        return await enter_made(self._resources, self._staff, self._now, made, issuer)

    async def enter_report(self, order: MonthReportOrder) -> int:
        """Write and enter it; its number in the register. Raises Forbidden for another unit's."""
        made, issuer = await self._report(order, enter=True)
        return await enter_made(self._resources, self._staff, self._now, made, issuer)

    async def _announcement(
        self, code: str, order: CleanupDocumentOrder, *, enter: bool
    ) -> tuple[MadeDocument, int]:
        from service.documents.cleanups import make_announcement  # here: heavy

        base = self._resources.settings.public_url

        def read(session: Session) -> AnnouncementPaper:
            return self._checked(read_announcement(self._ctx(session), code, order, base), enter=enter)

        async with async_unit_of_work(self._resources.engine) as session:
            paper = await session.run_sync(read)
        return await to_thread.run_sync(make_announcement, self._reference, paper), paper.issuer_id

    async def _report(self, order: MonthReportOrder, *, enter: bool) -> tuple[MadeDocument, int]:
        from service.documents.cleanups import make_month_report  # here: heavy

        def read(session: Session) -> MonthReportPaper:
            return self._checked(read_month_report(self._ctx(session), order), enter=enter)

        async with async_unit_of_work(self._resources.engine) as session:
            paper = await session.run_sync(read)
        return await to_thread.run_sync(make_month_report, self._reference, paper), paper.issuer_id

    def _checked(self, paper: P, *, enter: bool) -> P:
        if enter:
            register.require_issuing(self._staff.actor, paper.issuer_id)
        return paper

    def _ctx(self, session: Session) -> ActionContext:
        calendar = load_calendar(session, self._reference)
        return ActionContext(session, self._reference, calendar, self._staff.actor, self._now)
