"""Surveys made by hand; their points, people and days changed; their steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, func, select

from service.domain.casework.case.repeats import request_digest
from service.domain.surveys.access import (
    CHANGEABLE,
    SurveyWork,
    find_survey,
    require_leading,
    surveying_unit,
)
from service.domain.surveys.forms import NewSurvey, PointsChange
from service.domain.surveys.people import inspector_ids, split_points
from service.domain.surveys.point_sources import add_points, gather_points
from service.domain.works.access import require_works
from service.domain.works.actions import ActionContext, check_version, step
from service.domain.works.codes import next_codes
from service.domain.works.events import record_work, was_requested
from service.domain.works.forms import WorkStep
from service.domain.works.lifecycles import REASON, RESULT, begin_life, work_steps
from service.domain.works.notices import tell_people
from service.domain.works.terms import amber_before, due_on, starts_on
from service.errors import Conflict, invalid
from service.i18n import N_
from service.models import (
    Event,
    PointState,
    Subject,
    Survey,
    SurveyPoint,
    Work,
    WorkEventType,
    WorkKind,
    WorkStatus,
)

LONGEST_DAYS = 92


def make_survey(ctx: ActionContext, form: NewSurvey) -> tuple[SurveyWork, bool]:
    """Return (the draft, whether it is new). Made by people of a unit, for it or a unit below.

    Raises Forbidden, Invalid, Conflict for an id that stands for another work.
    """
    require_works(ctx.reference)
    lead = surveying_unit(ctx, form.lead)
    known = ctx.session.get(Work, form.id)
    if known is not None:
        side = ctx.session.get(Survey, form.id)
        if side is None or known.created_by != ctx.actor.staff_id:
            raise Conflict(N_("Mã id này đã được dùng cho đợt khác. Hãy tạo id mới."))
        return SurveyWork(known, side), False
    found = draft_survey(ctx, form, lead)
    add_points(ctx, found, form.points)
    gather_points(ctx, found, form.gather)
    return found, True


def draft_survey(ctx: ActionContext, form: NewSurvey, lead: int, occasion: str | None = None) -> SurveyWork:
    """Add a survey that nobody walks yet. Raises Invalid, naming the field."""
    category = ctx.reference.category_by_code.get(form.category)
    if category is None or not category.active:
        raise invalid(["category"], N_("Không có loại phản ánh “{code}”."), code=form.category)
    wards = []
    for code in form.wards:
        if code not in ctx.reference.ward_by_code:
            raise invalid(["wards"], N_("Không có phường, xã “{code}”."), code=code)
        wards.append(ctx.reference.ward_by_code[code].id)
    _check_days(ctx, form.first, form.last)
    due, starts = due_on(ctx.calendar, form.last), starts_on(ctx.calendar, form.first)
    title = form.title or f"Kiểm tra {category.name.get('vi', category.code)}"
    office = ctx.reference.departments[lead]
    work = Work(
        id=form.id,
        code=next_codes(ctx.session, "V", ctx.calendar.local(ctx.now).year)[0],
        kind=WorkKind.SURVEY,
        title=title[:300],
        note=form.note,
        lead_id=lead,
        keeper_id=lead,
        director_id=office.parent_id or lead,
        starts_at=starts,
        due_at=due,
        first_due_at=due,
        amber_at=amber_before(ctx.calendar, max(starts, ctx.now), due),
        ward_id=wards[0] if len(wards) == 1 else None,
        created_at=ctx.now,
        updated_at=ctx.now,
        created_by=ctx.actor.staff_id,
    )
    begin_life(work)
    ctx.session.add(work)
    ctx.session.flush()
    side = Survey(
        work_id=work.id,
        category_id=category.id,
        first=form.first,
        last=form.last,
        occasion=occasion,
        ward_ids=sorted(set(wards)),
        inspector_ids=inspector_ids(ctx.session, form.inspectors),
    )
    ctx.session.add(side)
    type_, data = WorkEventType.SURVEY_DRAFTED, {"title": work.title, "occasion": occasion}
    record_work(ctx.session, work, type_, actor=ctx.actor, at=ctx.now, data=data)
    ctx.session.flush()
    return SurveyWork(work, side)


def change_points(ctx: ActionContext, code: str, form: PointsChange) -> SurveyWork:
    """Gather, add and take away points, say who walks and split among them. The same again changes nothing.

    What was seen stays. Raises NotFound, Forbidden, Conflict once the survey is over, Invalid.
    """
    survey = find_survey(ctx.session, ctx.reference, ctx.actor, code, lock="change")
    require_leading(ctx, survey)
    if survey.work.status not in CHANGEABLE:
        raise Conflict(
            N_("Đợt kiểm tra đã xong, không sửa các điểm được nữa."), extra={"status_now": survey.work.status}
        )
    event_data: dict[str, object] = {"removed": _remove(ctx, survey, form.remove)}
    event_data["added"] = add_points(ctx, survey, form.points) + gather_points(ctx, survey, form.gather)
    if form.inspectors is not None:
        wanted = inspector_ids(ctx.session, form.inspectors)
        event_data["people"] = wanted != survey.side.inspector_ids
        survey.side.inspector_ids = wanted
    if form.first is not None or form.last is not None:
        event_data["days"] = _move(
            ctx, survey, form.first or survey.side.first, form.last or survey.side.last
        )
    if form.split is not None:
        event_data["split"] = split_points(ctx.session, survey, form.split, everything=True)
    if any(event_data.values()):
        survey.work.version, survey.work.updated_at = survey.work.version + 1, ctx.now
        data = {key: value for key, value in event_data.items() if value}
        type_ = WorkEventType.SURVEY_CHANGED
        record_work(ctx.session, survey.work, type_, actor=ctx.actor, at=ctx.now, data=data)
    ctx.session.flush()
    return survey


def take_survey_step(ctx: ActionContext, code: str, form: WorkStep) -> Work:
    """Take a step of a survey. The same again changes nothing.

    Raises NotFound, Conflict for a stale version or a step that the life lacks, Forbidden, Invalid.
    """
    survey = find_survey(ctx.session, ctx.reference, ctx.actor, code, lock="change")
    work = survey.work
    repeat_key = request_digest(form, verb=WorkEventType.SURVEY_DRAFTED)
    if was_requested(ctx.session, Subject.WORK, work.id, ctx.actor, repeat_key):
        return work
    check_version(work, form.version)
    if form.to in work_steps(work, ctx.actor):
        _check_step(ctx, survey, form)
    step(ctx, work, form.to, {REASON: form.reason, RESULT: form.data.result}, repeat_key=repeat_key)
    if form.to == WorkStatus.OPEN:
        _tell_inspectors(ctx, survey)
    ctx.session.flush()
    return work


def left_to_see(ctx: ActionContext, survey: SurveyWork) -> int:
    """Return how many points nobody has seen yet."""
    waiting = SurveyPoint.work_id == survey.work.id, SurveyPoint.state == PointState.TO_SEE
    return ctx.session.scalar(select(func.count()).select_from(SurveyPoint).where(*waiting)) or 0


def _check_step(ctx: ActionContext, survey: SurveyWork, form: WorkStep) -> None:
    if form.to == WorkStatus.OPEN and survey.work.status == WorkStatus.DRAFT:
        _ready(ctx, survey)
    if form.to == WorkStatus.DONE and (left := left_to_see(ctx, survey)) and not form.reason:
        raise invalid(["reason"], N_("Còn {left} điểm chưa xem. Hãy nêu lý do không xem được."), left=left)


def _ready(ctx: ActionContext, survey: SurveyWork) -> None:
    """Raise Invalid for a survey without points, people or days to come; give out what nobody has."""
    any_point = select(SurveyPoint.id).where(SurveyPoint.work_id == survey.work.id).limit(1)
    if ctx.session.scalar(any_point) is None:
        raise invalid(["points"], N_("Cần ít nhất một điểm để mở đợt kiểm tra."))
    if not survey.side.inspector_ids:
        raise invalid(["inspectors"], N_("Cần chọn ít nhất một cán bộ kiểm tra."))
    if survey.side.last < ctx.calendar.local(ctx.now).date():
        raise invalid(["last"], N_("Những ngày kiểm tra đã qua. Hãy chọn ngày khác."))
    split_points(ctx.session, survey, "nearest", everything=False)


def _tell_inspectors(ctx: ActionContext, survey: SurveyWork) -> None:
    ctx.session.flush()
    mine = Event.report_id.is_(None), Event.subject_id == str(survey.work.id)
    opened = select(Event).where(*mine, Event.type == WorkEventType.SURVEY_OPENED)
    event = ctx.session.scalars(opened.order_by(Event.id.desc()).limit(1)).one()
    tell_people(ctx.session, survey.work, event, survey.side.inspector_ids, ctx.now)


def _remove(ctx: ActionContext, survey: SurveyWork, ids: Sequence[UUID]) -> int:
    if not ids:
        return 0
    mine = SurveyPoint.work_id == survey.work.id, SurveyPoint.id.in_(ids)
    seen = select(func.count()).select_from(SurveyPoint).where(*mine, SurveyPoint.state != PointState.TO_SEE)
    if ctx.session.scalar(seen):
        raise Conflict(N_("Điểm đã xem thì không bỏ được."))
    gone = ctx.session.scalars(delete(SurveyPoint).where(*mine).returning(SurveyPoint.id)).all()
    return len(gone)


def _check_days(ctx: ActionContext, first: date, last: date) -> None:
    if last < first or (last - first).days > LONGEST_DAYS:
        raise invalid(["last"], N_("Ngày cuối phải sau ngày đầu, trong vòng ba tháng."))
    if last < ctx.calendar.local(ctx.now).date():
        raise invalid(["last"], N_("Những ngày kiểm tra đã qua. Hãy chọn ngày khác."))


def _move(ctx: ActionContext, survey: SurveyWork, first: date, last: date) -> bool:
    if (first, last) == (survey.side.first, survey.side.last):
        return False
    _check_days(ctx, first, last)
    survey.side.first, survey.side.last = first, last
    work = survey.work
    work.starts_at, work.due_at = starts_on(ctx.calendar, first), due_on(ctx.calendar, last)
    work.amber_at = amber_before(ctx.calendar, max(work.starts_at, ctx.now), work.due_at)
    return True
