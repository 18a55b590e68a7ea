"""Picture of a survey's points, and its minutes as drafts for each unit that has something to mend."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from geo.picture import MapView
from service.db import DomainSession
from service.domain.city.ground import names_in, paths_in
from service.domain.city.outlines import wards_in
from service.domain.documents.offices import OfficeFacts, issuing_facts
from service.domain.documents.register import require_issuing
from service.domain.surveys.access import find_survey
from service.domain.surveys.findings import FaultLine, faults_by_unit
from service.domain.surveys.views import PointView, SurveyView, points_of, tell_survey
from service.domain.workspaces.downloads.writers import MEDIA_TYPES
from service.errors import NotFound
from service.i18n import N_, pick, translate
from service.models import PointState
from service.pages.shared.forms import FormDep
from service.pages.shared.map_picture import PICTURE_POLICY, DrawnGround, draw_map, view_around
from service.pages.surveys.surveys import STATE_WORDS, SurveyVisit
from service.web.dependencies import WakeAfter
from service.web.exports import attachment
from service.web.papers.documents import enter_made

if TYPE_CHECKING:
    from service.documents.made import MadeDocument  # here: heavy

router = APIRouter(dependencies=[WakeAfter])

MAP_SIZE = 720, 420
_COLOURS: Mapping[PointState, str] = {
    PointState.TO_SEE: "#6b6560",
    PointState.OK: "#1f7a3f",
    PointState.FAULT: "#a8211a",
    PointState.NOT_FOUND: "#b26a00",
}


@router.get("/surveys/{survey_code}/map.svg")
async def picture(visit: SurveyVisit, survey_code: str) -> Response:
    """Return the points on one picture, each with its number."""
    reference, actor = visit.reference, visit.staff.actor

    def draw(session: DomainSession) -> str:
        found = find_survey(session, reference, actor, survey_code)
        points = points_of(session, reference, actor, found)
        view = view_around([(each.lon, each.lat) for each in points], reference.config.middle, MAP_SIZE)
        wards = wards_in(session, view.box, view.metres_a_pixel)
        ground = DrawnGround()
        if reference.has_streets:
            ground = DrawnGround(paths_in(session, view), names_in(session, view))
        return draw_map(view, wards, (), ground, over=Markup("").join(_mark(view, each) for each in points))

    headers = {"cache-control": "private, no-store", "content-security-policy": PICTURE_POLICY}
    return Response(await visit.run(draw), media_type="image/svg+xml", headers=headers)


@router.get("/surveys/{survey_code}/minutes/{unit}.docx")
async def minutes(visit: SurveyVisit, survey_code: str, unit: str) -> Response:
    """Return the minutes for a unit, with its faults alone. Raises NotFound where it has none."""
    made, _ = await _make_minutes(visit, survey_code, unit, enter=False)
    headers = {**attachment(made.file_name), "Cache-Control": "private, no-store"}
    return Response(made.body, media_type=MEDIA_TYPES["docx"], headers=headers)


@router.post("/surveys/{survey_code}/minutes")
async def enter_minutes(visit: SurveyVisit, survey_code: str, form: FormDep) -> Response:
    """Make the minutes for a unit and enter them in the register of documents.

    Raises NotFound as reading them does, Forbidden for who does not write for the unit that leads the survey.
    """
    made, lead = await _make_minutes(visit, survey_code, form.text("unit"), enter=True)
    number = await enter_made(visit.resources, visit.staff, visit.now, made, lead)
    return RedirectResponse(f"/documents/{number}", status_code=303)


async def _make_minutes(
    visit: SurveyVisit, survey_code: str, unit: str, *, enter: bool
) -> tuple[MadeDocument, int]:
    """Return (the minutes, the unit that leads the survey)."""
    from service.documents.made import made_of  # here: heavy
    from service.documents.offices import office_of
    from service.documents.surveys import write_survey_minutes

    reference, actor = visit.reference, visit.staff.actor
    zone = ZoneInfo(reference.timezone)

    def load(session: DomainSession) -> tuple[SurveyView, int, str, list[FaultLine], OfficeFacts]:
        found = find_survey(session, reference, actor, survey_code)
        named = reference.department_by_code.get(unit)
        faults = faults_by_unit(session, reference, found).get(named.id, []) if named else []
        if named is None or not faults:
            raise NotFound(N_("Đợt kiểm tra không có lỗi nào của đơn vị này."))
        if enter:
            require_issuing(actor, found.work.lead_id)
        view = tell_survey(session, reference, actor, found)
        lead = found.work.lead_id
        return view, lead, pick(named.name), faults, issuing_facts(session, lead)

    survey, lead, name, faults, entered = await visit.run(load)
    office = office_of(reference, lead, entered=entered)
    today = visit.now.astimezone(zone).date()

    def make() -> MadeDocument:
        paper = write_survey_minutes(office, survey, name, faults, zone, today)
        return made_of(paper, f"bien-ban-{survey.code}-{unit}.docx")

    return await asyncio.to_thread(make), lead


def _mark(view: MapView, point: PointView) -> Markup:
    x, y = view.pixel(point.lon, point.lat)
    title = f"{point.position}. {point.words}: {translate(STATE_WORDS[point.state][0])}"
    return Markup(
        "<g><title>{}</title>"
        '<circle cx="{:.1f}" cy="{:.1f}" r="11" fill="#fff" stroke="{}" stroke-width="3"/>'
        '<text x="{:.1f}" y="{:.1f}" font-size="11" text-anchor="middle">{}</text></g>'
    ).format(title, x, y, _COLOURS[point.state], x, y + 4, point.position)
