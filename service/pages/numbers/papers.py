"""Papers of a number's case as drafts: the invitation and the minutes, for who leads the case."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.documents.offices import issuing_facts
from service.domain.number_cases.views import CaseView, number_story
from service.domain.numbers.browsing import number_file
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.errors import NotFound
from service.i18n import N_
from service.models import SightingState
from service.pages.numbers.cases import RowId
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import visit_of
from service.web.exports import attachment

router = APIRouter()
_FILES = {"invitation": "giay-moi", "minutes": "bien-ban"}
NumbersVisit = Annotated[StaffVisit, visit_of("/numbers")]


@router.get("/numbers/{number_id}/{what}.docx")
async def paper(visit: NumbersVisit, number_id: RowId, what: Literal["invitation", "minutes"]) -> Response:
    """Return the paper of the running case as a draft. Raises NotFound for who does not lead it."""
    from service.documents.number_cases import write_invitation, write_minutes  # here: heavy
    from service.documents.offices import office_of

    story = await visit.act(lambda ctx: number_story(ctx, number_id))
    file = await visit.run(number_file, visit.reference, visit.staff.actor, number_id)
    case = _led(story.number.case)
    zone = ZoneInfo(visit.reference.timezone)
    lead = visit.reference.department_by_code[(case.lead["code"] if case.lead else "")].id
    office = office_of(visit.reference, lead, entered=await visit.run(issuing_facts, lead))
    today = visit.now.astimezone(zone).date()
    places = [
        (each.ward, f"{each.reported_at.astimezone(zone):%d/%m/%Y}", each.code)
        for each in file.items
        if each.view.state == SightingState.CONFIRMED
    ]

    def make() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file.docx"
            if what == "invitation":
                write_invitation(path, office, story.number, case, today)
            else:
                write_minutes(path, office, story.number, case, places, today)
            return path.read_bytes()

    body = await asyncio.to_thread(make)
    headers = {**attachment(f"{case.code}-{_FILES[what]}.docx"), "Cache-Control": "private, no-store"}
    return Response(body, media_type=MEDIA_TYPES["docx"], headers=headers)


def _led(case: CaseView | None) -> CaseView:
    if case is None or not case.actions:
        raise NotFound(N_("Không có số này."))
    return case
