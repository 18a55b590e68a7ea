"""Surveys for staff: the list, drafting one, one with its points, its steps; works without scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.city.questions import questions_of
from service.domain.city.reference import Reference
from service.domain.documents.register import may_issue
from service.domain.reports.drafts import StrictBody
from service.domain.surveys.access import CHANGEABLE, MAKERS, find_survey
from service.domain.surveys.findings import faults_by_unit
from service.domain.surveys.forms import NewSurvey, PointObservation, PointsChange
from service.domain.surveys.observations import see_point
from service.domain.surveys.people import may_walk
from service.domain.surveys.survey_changes import change_points, make_survey, take_survey_step
from service.domain.surveys.views import list_surveys, tell_survey
from service.domain.works.actions import ActionContext
from service.domain.works.forms import WorkStep
from service.domain.works.lifecycles import LEAD, work_roles
from service.errors import AppError
from service.i18n import N_, pick
from service.models import PointSource, PointState, Role, WorkStatus
from service.pages.shared.answers import read_answers
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.kinds import departments_by_name, wards_by_name
from service.pages.shared.visit import StaffVisit, answer_form
from service.pages.shared.work_words import STATUS_WORDS, Look
from service.pages.staff.staffroom import draw_staff_page, visit_of
from service.web.dependencies import WakeAfter, WithWorks
from service.web.rates import allow

router = APIRouter(dependencies=[WakeAfter, WithWorks])

SurveyVisit = Annotated[StaffVisit, visit_of("/surveys")]
SOURCES: Mapping[str, str] = {
    PointSource.REPORT: N_("Phản ánh đang mở và trong 30 ngày qua"),
    PointSource.REPEATED: N_("Nơi phản ánh lặp lại nhiều lần"),
    PointSource.ROUTE: N_("Tuyến cáp hạ ngầm trong quý"),
    PointSource.POLE: N_("Cột trên các tuyến cáp của quý"),
}
STATE_WORDS: Mapping[str, tuple[str, str, str]] = {
    PointState.TO_SEE: (N_("Chưa xem"), "grey", "clock"),
    PointState.OK: (N_("Ổn"), "green", "check"),
    PointState.FAULT: (N_("Có lỗi"), "red", "alert"),
    PointState.NOT_FOUND: (N_("Không tìm thấy"), "amber", "question"),
}
STEP_WORDS: Mapping[str, str] = {
    WorkStatus.OPEN: N_("Mở đợt kiểm tra"),
    WorkStatus.DONE: N_("Báo kiểm tra xong"),
    WorkStatus.CLOSED: N_("Khép đợt, biên bản đã lập"),
    WorkStatus.DROPPED: N_("Bỏ đợt kiểm tra"),
}
SURVEY_STATUSES = {**STATUS_WORDS, WorkStatus.OPEN: Look(N_("Đang kiểm tra"), "purple", "progress")}
AGAIN = N_("Yêu cầu kiểm tra tiếp")

WORDS: Mapping[str, object] = {
    "sources": SOURCES,
    "states": STATE_WORDS,
    "step_words": STEP_WORDS,
    "again": AGAIN,
    "statuses_of_works": SURVEY_STATUSES,
}


@router.get("/surveys")
async def surveys(visit: SurveyVisit) -> Response:
    """Return the surveys, and the form that drafts one."""
    return await _draw_list(visit)


@router.post("/surveys")
async def draft(visit: SurveyVisit, form: FormDep) -> Response:
    """Draft one. The form sent twice is one."""

    def verb(ctx: ActionContext) -> str:
        body = {
            "id": form.text("id"),
            "category": form.text("category"),
            "title": form.text("title") or None,
            "first": form.day("first"),
            "last": form.day("last"),
            "lead": form.text("lead") or None,
            "wards": form.texts("wards"),
            "inspectors": form.texts("inspectors"),
            "gather": form.texts("gather"),
        }
        return make_survey(ctx, read(NewSurvey, body))[0].work.code

    return await answer_form(
        visit.act(verb),
        lambda error: _draw_list(visit, form.fields(), error, form.texts("gather")),
        lambda code: f"/surveys/{code}?done=1",
    )


@router.get("/surveys/{survey_code}")
async def survey(visit: SurveyVisit, survey_code: str) -> Response:
    """Return one survey: its points on a map and as a list, what was found, what may be done."""
    return await _draw_one(visit, survey_code)


@router.post("/surveys/{survey_code}/points")
async def change(visit: SurveyVisit, survey_code: str, form: FormDep) -> Response:
    """Gather, add or take away points, choose who walks, split the points."""

    def verb(ctx: ActionContext) -> None:
        change_points(ctx, survey_code, read(PointsChange, _points(form)))

    return await _do(visit, survey_code, form, verb)


@router.post("/surveys/{survey_code}/see")
async def see(visit: SurveyVisit, survey_code: str, form: FormDep) -> Response:
    """Say what an inspector saw at a point, on a page without scripts."""
    fault = form.text("state") == PointState.FAULT
    if fault:
        await allow(visit.request, visit.resources, "report", colleague=True)
    body = {
        "state": form.text("state"),
        "note": form.text("note"),
        "category": form.text("category") or None,
        "attributes": read_answers(visit.reference, form) if fault else {},
    }

    def verb(ctx: ActionContext) -> None:
        point = read(_Point, {"point": form.text("point")}).point
        see_point(ctx, survey_code, point, read(PointObservation, body))

    return await _do(visit, survey_code, form, verb)


@router.post("/surveys/{survey_code}/step")
async def step(visit: SurveyVisit, survey_code: str, form: FormDep) -> Response:
    """Open, end, send back, close or drop it."""
    sent = {"to": form.text("to"), "version": form.number("version"), "reason": form.text("reason")}

    def verb(ctx: ActionContext) -> None:
        take_survey_step(ctx, survey_code, read(WorkStep, sent))

    return await _do(visit, survey_code, form, verb)


def _points(form: SentForm) -> dict[str, object]:
    body: dict[str, object] = {"gather": form.texts("gather"), "remove": form.texts("remove")}
    if form.text("lon") and form.text("lat"):
        body["points"] = [{name: form.text(name) for name in ("id", "lon", "lat", "words")}]
    elif spots := _spots(form):
        body["points"] = spots
    if form.text("people"):
        body["inspectors"] = form.texts("inspectors")
    if form.text("split"):
        body["split"] = form.text("split")
    return body


def _spots(form: SentForm) -> list[dict[str, str]]:
    """Spots put on the map: `spot` is id, longitude and latitude, their words stand in a field of the id."""
    found = []
    for each in form.texts("spot"):
        parts = [*each.split(" "), "", "", ""]
        words = form.text(f"words-{parts[0]}")
        found.append({"id": parts[0], "lon": parts[1], "lat": parts[2], "words": words})
    return found


class _Point(StrictBody):
    """Point that a form names."""

    point: UUID


async def _do(
    visit: StaffVisit, code: str, form: SentForm, verb: Callable[[ActionContext], None]
) -> Response:
    async def redraw(error: AppError) -> Response:
        answered = read_answers(visit.reference, form)
        return await _draw_one(visit, code, form.fields(), error, _spots(form), answered)

    return await answer_form(visit.act(verb), redraw, f"/surveys/{code}?done=1")


def _kinds(reference: Reference) -> dict[str, object]:
    """Return the kinds of reports with their names, and what each asks."""
    kinds = reference.categories.values()
    return {
        "kinds": [(each.code, pick(each.name)) for each in kinds if each.active],
        "category_names": {each.code: pick(each.name) for each in kinds},
        "questions": {each.code: questions_of(reference, each) for each in kinds},
    }


async def _draw_list(
    visit: StaffVisit,
    typed: Mapping[str, str] | None = None,
    error: AppError | None = None,
    gather: list[str] | None = None,
) -> Response:
    reference, actor = visit.reference, visit.staff.actor

    def load(session: DomainSession) -> dict[str, object]:
        found = list_surveys(session, reference, actor)
        return {"surveys": found, "walkers": [(each.username, each.name) for each in may_walk(session)]}

    mine = actor.departments
    context = {
        **await visit.run(load),
        "may_make": actor.role in MAKERS,
        **_kinds(reference),
        "leads": [each for each in departments_by_name(reference) if each.id in mine or actor.of_city],
        "own_unit": actor.department_id is not None,
        "wards": [(each.code, each.full_name) for each in wards_by_name(reference)],
        "sources": SOURCES,
        "gathered": gather if gather is not None else [PointSource.REPORT, PointSource.REPEATED],
        "statuses_of_works": SURVEY_STATUSES,
        "typed": typed or Fields({"id": str(uuid4())}),
    }
    return draw_staff_page(visit, "surveys/index.html", context, error=error)


async def _draw_one(
    visit: StaffVisit,
    code: str,
    typed: Mapping[str, str] | None = None,
    error: AppError | None = None,
    kept: Sequence[Mapping[str, str]] = (),
    answered: Mapping[str, object] | None = None,
) -> Response:
    reference, actor = visit.reference, visit.staff.actor

    def load(session: DomainSession) -> dict[str, object]:
        found = find_survey(session, reference, actor, code)
        leads = LEAD in work_roles(actor, found.work)
        units = faults_by_unit(session, reference, found)
        view = tell_survey(session, reference, actor, found)
        return {
            "survey": view,
            "there": [(each.lon, each.lat) for each in view.points or ()],
            "may_change": leads and found.work.status in CHANGEABLE,
            "may_see": actor.role == Role.INSPECTOR and found.work.status == WorkStatus.OPEN,
            "walkers": [(each.username, each.name) for each in may_walk(session)] if leads else [],
            "walking": [each.username for each in may_walk(session) if each.id in found.side.inspector_ids],
            "minutes": [
                (reference.departments[unit], len(faults))
                for unit, faults in units.items()
                if unit is not None
            ],
            "may_issue": may_issue(actor, found.work.lead_id),
            "unrouted": len(units.get(None, [])),
        }

    found = await visit.run(load)
    context = {
        **found,
        "kept": list(kept),
        **_kinds(reference),
        "answered": answered or {},
        **WORDS,
        "fresh_id": uuid4(),
        "middle": reference.config.middle,
        "typed": typed or Fields(),
    }
    return draw_staff_page(visit, "surveys/show.html", context, "staff/places.ts", error=error)
