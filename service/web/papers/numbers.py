"""Files about ad numbers at the web edge, for routes and pages alike: of requests, cases, months, lists."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi.responses import Response

from service.db import DomainSession, async_unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.documents.offices import OfficeFacts, issuing_facts
from service.domain.number_cases.monthly import numbers_month
from service.domain.number_cases.photo_links import AnnexLinks, tell_annex
from service.domain.number_cases.publicity.listings import find_publication, tell_publication
from service.domain.number_cases.sheet import request_sheet
from service.domain.number_cases.views import CarrierRequestView, CaseView, number_story
from service.domain.numbers.number_lists import NumberFile, number_file
from service.domain.works.actions import ActionContext
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.errors import NotFound
from service.i18n import N_
from service.models import SightingState
from service.web.dependencies import Resources
from service.web.exports import attachment
from service.web.viewer import Colleague

if TYPE_CHECKING:
    from service.documents.form import IssuingOffice  # here: heavy

_CASE_FILES = {"invitation": "giay-moi", "minutes": "bien-ban"}


class NumberDownload(NamedTuple):
    """A file to hand out: its bytes, name and form; `private` where no cache may keep it."""

    body: bytes
    name: str
    form: str
    private: bool = True

    def response(self) -> Response:
        """Return the answer that sends it."""
        headers = attachment(self.name) | ({"Cache-Control": "private, no-store"} if self.private else {})
        return Response(self.body, media_type=MEDIA_TYPES[self.form], headers=headers)


class NumberPapers:
    """Writes the files that one member of staff asks for in one request."""

    def __init__(self, resources: Resources, reference: Reference, staff: Colleague, now: datetime) -> None:
        self._resources, self._reference, self._staff, self._now = resources, reference, staff, now

    async def request_numbers(self, code: str) -> NumberDownload:
        """Return the numbers of a request as a workbook to fill in and send back. Raises NotFound."""
        async with async_unit_of_work(self._resources.engine) as session:
            view, links = await session.run_sync(self._annexed, code)
        body = await to_thread.run_sync(request_sheet, view, links)
        return NumberDownload(body, f"{view.code}.xlsx", "xlsx", private=False)

    async def request_letter(self, code: str) -> NumberDownload:
        """Return the letter to a carrier as a draft for whoever signs. Raises NotFound."""
        from service.documents.carriers import write_carrier_letter  # here: heavy

        async with async_unit_of_work(self._resources.engine) as session:
            view, links = await session.run_sync(self._annexed, code)
            lead = self._reference.department_by_code[view.lead["code"] if view.lead else ""].id
            entered = await session.run_sync(issuing_facts, lead)
        office = self._office(lead, entered)
        facts = view, links, self._today, self._zone
        body = await to_thread.run_sync(write_carrier_letter, office, *facts)
        return NumberDownload(body, f"{view.code}.docx", "docx", private=False)

    async def month(self, month: str) -> NumberDownload:
        """Return the report of a month (`2026-10`, empty for the last whole one) to sign. Raises Invalid."""
        from service.documents.number_month import write_month  # here: heavy

        unit = self._staff.actor.department_id
        async with async_unit_of_work(self._resources.engine) as session:
            figures = await session.run_sync(lambda inner: numbers_month(self._ctx(inner), month))
            entered = await session.run_sync(issuing_facts, unit)
        body = await to_thread.run_sync(write_month, self._office(unit, entered), figures, self._today)
        return NumberDownload(body, f"so-rao-vat-{figures.first:%Y-%m}.docx", "docx")

    async def press_list(self, publication_id: UUID, form: Literal["csv", "xlsx", "docx"]) -> NumberDownload:
        """Return a list for the press with whole numbers; what was withdrawn says so. Raises NotFound."""
        from service.documents.number_lists import press_file  # here: heavy

        async with async_unit_of_work(self._resources.engine) as session:
            found = await session.run_sync(lambda inner: find_publication(self._ctx(inner), publication_id))
            listing = await session.run_sync(lambda inner: tell_publication(self._ctx(inner), found))
            entered = await session.run_sync(issuing_facts, found.lead_id)
        office = self._office(found.lead_id, entered)
        body = await to_thread.run_sync(press_file, form, office, listing, self._today)
        return NumberDownload(body, f"so-cong-khai.{form}", form)

    async def case_paper(self, number_id: int, what: Literal["invitation", "minutes"]) -> NumberDownload:
        """Return a paper of the running case as a draft. Raises NotFound for who does not lead it."""
        from service.documents.number_cases import write_invitation, write_minutes  # here: heavy

        async with async_unit_of_work(self._resources.engine) as session:
            story = await session.run_sync(lambda inner: number_story(self._ctx(inner), number_id))
            case = _led(story.number.case)
            file = await session.run_sync(number_file, self._reference, self._staff.actor, number_id)
            lead = self._reference.department_by_code[case.lead["code"] if case.lead else ""].id
            entered = await session.run_sync(issuing_facts, lead)
        office, number, today = self._office(lead, entered), story.number, self._today
        if what == "invitation":
            body = await to_thread.run_sync(write_invitation, office, number, case, today)
        else:
            body = await to_thread.run_sync(write_minutes, office, number, case, self._seen(file), today)
        return NumberDownload(body, f"{case.code}-{_CASE_FILES[what]}.docx", "docx")

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._reference.timezone)

    @property
    def _today(self) -> date:
        return self._now.astimezone(self._zone).date()

    def _ctx(self, session: DomainSession) -> ActionContext:
        calendar = load_calendar(session, self._reference)
        return ActionContext(session, self._reference, calendar, self._staff.actor, self._now)

    def _annexed(self, session: DomainSession, code: str) -> tuple[CarrierRequestView, AnnexLinks]:
        settings = self._resources.settings
        return tell_annex(self._ctx(session), code, settings.secret, settings.public_url)

    def _office(self, unit: int | None, entered: OfficeFacts) -> IssuingOffice:
        from service.documents.offices import office_of  # here: heavy

        return office_of(self._reference, unit, entered=entered)

    def _seen(self, file: NumberFile) -> list[tuple[str, str, str]]:
        """Return where posters with the number were confirmed: the place, the day, the report's code."""
        return [
            (each.ward, f"{each.reported_at.astimezone(self._zone):%d/%m/%Y}", each.code)
            for each in file.items
            if each.view.state == SightingState.CONFIRMED
        ]


def _led(case: CaseView | None) -> CaseView:
    if case is None or not case.actions:
        raise NotFound(N_("Không có số này."))
    return case
