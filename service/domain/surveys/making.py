"""Surveys made by hand; their points, people and days changed; their steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from service.domain.casework.case.repeats import request_digest
from service.domain.surveys.access import (
    CHANGEABLE,
    FoundSurvey,
    find_survey,
    require_leading,
    surveying_unit,
)
from service.domain.surveys.forms import NewSurvey, PointsChange
from service.domain.surveys.gathering import add_points, gather_points
from service.domain.surveys.people import inspector_ids, split_points
from service.domain.works.access import require_works
from service.domain.works.acting import Hand, check_version, step
from service.domain.works.codes import next_codes
from service.domain.works.forms import WorkStep
from service.domain.works.lifecycles import REASON, RESULT, begin_life, work_steps
from service.domain.works.notices import tell_people
from service.domain.works.recording import record_work, was_wished
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


def make_survey(hand: Hand, asked: NewSurvey) -> tuple[FoundSurvey, bool]:
    """(the draft, whether it is new). Made by people of a unit, for it or a unit below.

    Raises Forbidden, Invalid, Conflict for an id that stands for another work.
    """
    require_works(hand.reference)
    lead = surveying_unit(hand, asked.lead)
    known = hand.session.get(Work, asked.id)
    if known is not None:
        side = hand.session.get(Survey, asked.id)
        if side is None or known.created_by != hand.actor.staff_id:
            raise Conflict(N_("Mã id này đã được dùng cho đợt khác. Hãy tạo id mới."))
        return FoundSurvey(known, side), False
    found = draft_survey(hand, asked, lead)
    add_points(hand, found, asked.points)
    gather_points(hand, found, asked.gather)
    return found, True


def draft_survey(hand: Hand, asked: NewSurvey, lead: int, occasion: str | None = None) -> FoundSurvey:
    """Add a survey that nobody walks yet. Raises Invalid, naming the field."""
    category = hand.reference.category_by_code.get(asked.category)
    if category is None or not category.active:
        raise invalid(["category"], N_("Không có loại phản ánh “{code}”."), code=asked.category)
    wards = []
    for code in asked.wards:
        if code not in hand.reference.ward_by_code:
            raise invalid(["wards"], N_("Không có phường, xã “{code}”."), code=code)
        wards.append(hand.reference.ward_by_code[code].id)
    _check_days(hand, asked.first, asked.last)
    due, starts = due_on(hand.calendar, asked.last), starts_on(hand.calendar, asked.first)
    title = asked.title or f"Kiểm tra {category.name.get('vi', category.code)}"
    office = hand.reference.departments[lead]
    work = Work(
        id=asked.id,
        code=next_codes(hand.session, "V", hand.calendar.local(hand.now).year)[0],
        kind=WorkKind.SURVEY,
        title=title[:300],
        note=asked.note,
        lead_id=lead,
        keeper_id=lead,
        director_id=office.parent_id or lead,
        starts_at=starts,
        due_at=due,
        first_due_at=due,
        amber_at=amber_before(hand.calendar, max(starts, hand.now), due),
        ward_id=wards[0] if len(wards) == 1 else None,
        created_at=hand.now,
        updated_at=hand.now,
        created_by=hand.actor.staff_id,
    )
    begin_life(work)
    hand.session.add(work)
    hand.session.flush()
    side = Survey(
        work_id=work.id,
        category_id=category.id,
        first=asked.first,
        last=asked.last,
        occasion=occasion,
        ward_ids=sorted(set(wards)),
        inspector_ids=inspector_ids(hand.session, asked.inspectors),
    )
    hand.session.add(side)
    type_, data = WorkEventType.SURVEY_DRAFTED, {"title": work.title, "occasion": occasion}
    record_work(hand.session, work, type_, actor=hand.actor, at=hand.now, data=data)
    hand.session.flush()
    return FoundSurvey(work, side)


def change_points(hand: Hand, code: str, asked: PointsChange) -> FoundSurvey:
    """Gather, add and take away points, say who walks and split among them. The same again changes nothing.

    What was seen stays. Raises NotFound, Forbidden, Conflict once the survey is over, Invalid.
    """
    found = find_survey(hand.session, hand.reference, hand.actor, code, lock="change")
    require_leading(hand, found)
    if found.work.status not in CHANGEABLE:
        raise Conflict(
            N_("Đợt kiểm tra đã xong, không sửa các điểm được nữa."), extra={"status_now": found.work.status}
        )
    said: dict[str, Any] = {"removed": _remove(hand, found, asked.remove)}
    said["added"] = add_points(hand, found, asked.points) + gather_points(hand, found, asked.gather)
    if asked.inspectors is not None:
        wanted = inspector_ids(hand.session, asked.inspectors)
        said["people"] = wanted != found.side.inspector_ids
        found.side.inspector_ids = wanted
    if asked.first is not None or asked.last is not None:
        said["days"] = _move(hand, found, asked.first or found.side.first, asked.last or found.side.last)
    if asked.split is not None:
        said["split"] = split_points(hand.session, found, asked.split, everything=True)
    if any(said.values()):
        found.work.version, found.work.updated_at = found.work.version + 1, hand.now
        told = {key: value for key, value in said.items() if value}
        type_ = WorkEventType.SURVEY_CHANGED
        record_work(hand.session, found.work, type_, actor=hand.actor, at=hand.now, data=told)
    hand.session.flush()
    return found


def take_survey_step(hand: Hand, code: str, asked: WorkStep) -> Work:
    """Take a step of a survey. The same again changes nothing.

    Raises NotFound, Conflict for a stale version or a step that the life lacks, Forbidden, Invalid.
    """
    found = find_survey(hand.session, hand.reference, hand.actor, code, lock="change")
    work = found.work
    wish = request_digest(asked, verb=WorkEventType.SURVEY_DRAFTED)
    if was_wished(hand.session, Subject.WORK, work.id, hand.actor, wish):
        return work
    check_version(work, asked.version)
    if asked.to in work_steps(work, hand.actor):
        _check_step(hand, found, asked)
    step(hand, work, asked.to, {REASON: asked.reason, RESULT: asked.data.result}, wish=wish)
    if asked.to == WorkStatus.OPEN:
        _tell_inspectors(hand, found)
    hand.session.flush()
    return work


def left_to_see(hand: Hand, found: FoundSurvey) -> int:
    """Return how many points nobody has seen yet."""
    waiting = SurveyPoint.work_id == found.work.id, SurveyPoint.state == PointState.TO_SEE
    return hand.session.scalar(select(func.count()).select_from(SurveyPoint).where(*waiting)) or 0


def _check_step(hand: Hand, found: FoundSurvey, asked: WorkStep) -> None:
    if asked.to == WorkStatus.OPEN and found.work.status == WorkStatus.DRAFT:
        _ready(hand, found)
    if asked.to == WorkStatus.DONE and (left := left_to_see(hand, found)) and not asked.reason:
        raise invalid(["reason"], N_("Còn {left} điểm chưa xem. Hãy nêu lý do không xem được."), left=left)


def _ready(hand: Hand, found: FoundSurvey) -> None:
    """Raise Invalid for a survey without points, people or days to come; give out what nobody has."""
    any_point = select(SurveyPoint.id).where(SurveyPoint.work_id == found.work.id).limit(1)
    if hand.session.scalar(any_point) is None:
        raise invalid(["points"], N_("Cần ít nhất một điểm để mở đợt kiểm tra."))
    if not found.side.inspector_ids:
        raise invalid(["inspectors"], N_("Cần chọn ít nhất một cán bộ kiểm tra."))
    if found.side.last < hand.calendar.local(hand.now).date():
        raise invalid(["last"], N_("Những ngày kiểm tra đã qua. Hãy chọn ngày khác."))
    split_points(hand.session, found, "nearest", everything=False)


def _tell_inspectors(hand: Hand, found: FoundSurvey) -> None:
    hand.session.flush()
    mine = Event.report_id.is_(None), Event.subject_id == str(found.work.id)
    opened = select(Event).where(*mine, Event.type == WorkEventType.SURVEY_OPENED)
    event = hand.session.scalars(opened.order_by(Event.id.desc()).limit(1)).one()
    tell_people(hand.session, found.work, event, found.side.inspector_ids, hand.now)


def _remove(hand: Hand, found: FoundSurvey, wanted: Sequence[UUID]) -> int:
    if not wanted:
        return 0
    mine = SurveyPoint.work_id == found.work.id, SurveyPoint.id.in_(wanted)
    seen = select(func.count()).select_from(SurveyPoint).where(*mine, SurveyPoint.state != PointState.TO_SEE)
    if hand.session.scalar(seen):
        raise Conflict(N_("Điểm đã xem thì không bỏ được."))
    gone = hand.session.scalars(delete(SurveyPoint).where(*mine).returning(SurveyPoint.id)).all()
    return len(gone)


def _check_days(hand: Hand, first: date, last: date) -> None:
    if last < first or (last - first).days > LONGEST_DAYS:
        raise invalid(["last"], N_("Ngày cuối phải sau ngày đầu, trong vòng ba tháng."))
    if last < hand.calendar.local(hand.now).date():
        raise invalid(["last"], N_("Những ngày kiểm tra đã qua. Hãy chọn ngày khác."))


def _move(hand: Hand, found: FoundSurvey, first: date, last: date) -> bool:
    if (first, last) == (found.side.first, found.side.last):
        return False
    _check_days(hand, first, last)
    found.side.first, found.side.last = first, last
    work = found.work
    work.starts_at, work.due_at = starts_on(hand.calendar, first), due_on(hand.calendar, last)
    work.amber_at = amber_before(hand.calendar, max(work.starts_at, hand.now), work.due_at)
    return True
