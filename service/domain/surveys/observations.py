"""Points seen by inspectors, sent whenever there is a network: each once, a fault becomes a report."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from geo.columns import degrees_of
from service.domain.kernel.texts import tidy
from service.domain.reports.drafts import LocationIn, Submission, check_submission
from service.domain.reports.reports import submit
from service.domain.surveys.access import SurveyWork, find_survey
from service.domain.surveys.forms import PointObservation
from service.domain.works.actions import ActionContext
from service.domain.works.events import record_work
from service.errors import Conflict, FieldError, Forbidden, NotFound, invalid
from service.i18n import N_, language_in_use
from service.models import (
    PointState,
    ReceptionChannel,
    Report,
    Role,
    SurveyLook,
    SurveyPoint,
    WorkEventType,
    WorkReport,
    WorkStatus,
)

SEEN_IN = frozenset({WorkStatus.OPEN, WorkStatus.DONE})
"""What was seen without a network may come when the survey has been ended already."""


@dataclass(frozen=True, slots=True)
class ObservedPoint:
    """Point as it stands after an observation, which counts where `counted`; `new`: this call stored it."""

    point: SurveyPoint
    counted: bool
    new: bool
    report: Report | None


def see_point(ctx: ActionContext, code: str, point_id: UUID, observation: PointObservation) -> ObservedPoint:
    """Keep what an inspector saw. The first who sees a point counts; another's observation is kept as a note.

    The same again changes nothing, also at the same time. One may correct one's own until it has become
    a report. Raises NotFound, Forbidden, Conflict for a survey that is not open, Invalid for a fault without
    a word of what it is.
    """
    survey = find_survey(ctx.session, ctx.reference, ctx.actor, code, lock="look")
    if ctx.actor.role != Role.INSPECTOR or ctx.actor.staff_id is None:
        raise Forbidden(N_("Việc này là của cán bộ kiểm tra."))
    mine = SurveyPoint.id == point_id, SurveyPoint.work_id == survey.work.id
    locked = select(SurveyPoint).where(*mine).with_for_update().execution_options(populate_existing=True)
    point = ctx.session.scalar(locked)
    if point is None:
        raise NotFound(N_("Đợt kiểm tra không có điểm này."))
    digest = hashlib.sha256(observation.model_dump_json().encode()).digest()
    own = point.seen_by == ctx.actor.staff_id
    if own and point.body_hash == digest:
        return _answer(ctx, point, counted=True, new=False)
    if survey.work.status not in SEEN_IN:
        raise Conflict(N_("Đợt kiểm tra này không mở."), extra={"state": survey.work.status})
    seen_at = min(observation.seen_at or ctx.now, ctx.now)  # a phone whose clock runs ahead
    corrects = own and point.state != PointState.FAULT and point.seen_at is not None
    if point.state == PointState.TO_SEE or (corrects and point.seen_at and seen_at > point.seen_at):
        _count(ctx, survey, point, observation, digest, seen_at)
        return _answer(ctx, point, counted=True, new=True)
    return _answer(ctx, point, counted=False, new=_note(ctx, point, observation, digest, seen_at))


def _count(
    ctx: ActionContext,
    survey: SurveyWork,
    point: SurveyPoint,
    observation: PointObservation,
    digest: bytes,
    seen_at: datetime,
) -> None:
    if observation.state == "fault":
        point.report_id = _report(ctx, survey, point, observation, seen_at)
    point.state = PointState(observation.state)
    point.seen_at, point.seen_by = seen_at, ctx.actor.staff_id
    point.body_hash, point.note = digest, tidy(observation.note)
    data = {
        "point": str(point.id),
        "position": point.position,
        "state": observation.state,
        "report": str(point.report_id) if point.report_id else None,
    }
    record_work(ctx.session, survey.work, WorkEventType.POINT_SEEN, actor=ctx.actor, at=ctx.now, data=data)
    ctx.session.flush()


def _report(
    ctx: ActionContext,
    survey: SurveyWork,
    point: SurveyPoint,
    observation: PointObservation,
    seen_at: datetime,
) -> UUID:
    """Store the report of a fault, on its way like every other. Raises Invalid, Conflict."""
    kind = ctx.reference.categories[survey.side.category_id].code
    if not tidy(observation.note) and not observation.category:
        raise invalid(["note"], N_("Hãy chọn loại, hoặc ghi điểm này có lỗi gì."))
    lon, lat = degrees_of(point.geom)
    sent = Submission(
        id=observation.report or uuid5(point.id, "report"),
        category=observation.category or kind,
        description=observation.note,
        location=observation.location or LocationIn(lon=lon, lat=lat),
        address=point.words,
        occurred_at=seen_at,
        attributes=observation.attributes,
    )
    draft = check_submission(
        ctx.reference,
        sent,
        now=ctx.now,
        language=language_in_use.get(),
        channel=ReceptionChannel.INSPECTION,
        staff_id=ctx.actor.staff_id,
    )
    receipt = submit(ctx.session, draft)
    if not receipt.stored:
        raise Conflict(
            N_("Mã id này đã được dùng cho một phản ánh khác. Hãy tạo id mới."),
            errors=[FieldError(("body", "report"), N_("Đã được dùng với nội dung khác."))],
        )
    tie = insert(WorkReport).values(work_id=survey.work.id, report_id=draft.id, why="survey")
    ctx.session.execute(tie.on_conflict_do_nothing())
    return draft.id


def _note(
    ctx: ActionContext, point: SurveyPoint, observation: PointObservation, digest: bytes, seen_at: datetime
) -> bool:
    """Keep a look that changes nothing, each once; return whether it is new."""
    row = insert(SurveyLook).values(
        point_id=point.id,
        staff_id=ctx.actor.staff_id,
        state=observation.state,
        note=tidy(observation.note),
        body_hash=digest,
        seen_at=seen_at,
        stored_at=ctx.now,
    )
    return ctx.session.scalar(row.on_conflict_do_nothing().returning(SurveyLook.id)) is not None


def _answer(ctx: ActionContext, point: SurveyPoint, *, counted: bool, new: bool) -> ObservedPoint:
    report = ctx.session.get(Report, point.report_id) if point.report_id else None
    return ObservedPoint(point, counted, new, report)
