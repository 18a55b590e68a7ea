"""Life of a movement: draft, open, self-scored, reviewed, commented, announced, closed; step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import same_version
from service.domain.emulation.access import find_movement, may_direct, may_keep, may_review
from service.domain.emulation.forms import MovementStep
from service.domain.emulation.movements.drafts import require_hundred
from service.domain.emulation.points.counted_points import count_points
from service.domain.emulation.points.criteria import criteria_of
from service.domain.emulation.points.entered_points import undisputed_points
from service.domain.emulation.points.standings import freeze_standing, scores_of
from service.domain.reports.events import Actor
from service.domain.works.events import record_movement
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import Movement, MovementState, ScoreComment, WorkEventType

ORDER = tuple(MovementState)
NEXT: Mapping[MovementState, MovementState] = dict(pairwise(ORDER))


def may_step(actor: Actor, movement: Movement) -> bool:
    """Return whether a person takes the next step: keepers, the council what it has reviewed, a director the
    announcement.
    """
    target = NEXT.get(movement.state)
    if target == MovementState.ANNOUNCED:
        return may_direct(actor, movement.issuer_id)
    if target == MovementState.REVIEWED:
        return may_keep(actor, movement) or may_review(actor, movement)
    return target is not None and may_keep(actor, movement)


def step_movement(
    session: Session,
    reference: Reference,
    calendar: Calendar,
    actor: Actor,
    number: int,
    step: MovementStep,
    now: datetime,
) -> Movement:
    """Take the next step; the same again changes nothing.

    Raises NotFound, Forbidden, Conflict for a stale version or another step than the next one, Invalid.
    """
    movement = find_movement(session, actor, number, lock=True)
    if movement.state == step.to:
        return movement
    target = NEXT.get(movement.state)
    if step.to != target:
        message = N_("Phong trào chưa qua bước trước đó hoặc đã qua bước này.")
        raise Conflict(message, extra={"state": movement.state, "allowed": [target] if target else []})
    if not may_step(actor, movement):
        raise Forbidden(N_("Bạn không quyết định bước này của phong trào."))
    same_version(step.version, movement.version)
    check = _CHECKS.get(target)
    if check is not None:
        check(session, reference, calendar, movement, now)
    movement.state = target
    movement.version += 1
    if target == MovementState.OPEN:
        record_movement(session, movement, WorkEventType.MOVEMENT_OPENED, actor=actor, at=now)
    if target == MovementState.COMMENTED:
        movement.commented_at = now
    if target == MovementState.ANNOUNCED:
        movement.announced_at = now
        record_movement(session, movement, WorkEventType.STANDING_ANNOUNCED, actor=actor, at=now)
    session.flush()
    return movement


def _opens(
    session: Session, reference: Reference, calendar: Calendar, movement: Movement, now: datetime
) -> None:
    require_hundred([(each.source, each.points) for each in criteria_of(session, movement.id)])
    if not movement.council:
        raise invalid(["council"], N_("Hãy chọn thành viên hội đồng."))
    count_points(session, reference, movement, now)


def _ends(
    session: Session, reference: Reference, calendar: Calendar, movement: Movement, now: datetime
) -> None:
    if calendar.local(now).date() <= movement.last:
        message = N_("Kỳ thi đua chưa kết thúc (ngày cuối {day}).")
        raise Conflict(message, day=f"{movement.last:%d/%m/%Y}")


def _reviewed(
    session: Session, reference: Reference, calendar: Calendar, movement: Movement, now: datetime
) -> None:
    """Raise Conflict where points differ from what was counted since, and no reason is said."""
    if movement.frozen_at is None:
        count_points(session, reference, movement, now)
    scores = scores_of(session, movement)
    for criterion in criteria_of(session, movement.id):
        for (unit, number), row in scores.items():
            if number != criterion.id or row.given is None or row.why:
                continue
            if row.given != undisputed_points(row, criterion):
                name = reference.departments[unit].name["vi"]
                message = N_("“{unit}”, tiêu chí {position}: điểm khác với công thức, hãy ghi lý do.")
                raise Conflict(message, unit=name, position=criterion.position)


def _announced(
    session: Session, reference: Reference, calendar: Calendar, movement: Movement, now: datetime
) -> None:
    """Freeze figures and standing; comments had their days, and each its answer."""
    shown = movement.commented_at or now
    passed = (calendar.local(now).date() - calendar.local(shown).date()).days
    if passed < movement.comment_days:
        left = movement.comment_days - passed
        raise Conflict(N_("Các đơn vị còn {days} ngày để góp ý."), days=left)
    open_ = ScoreComment.movement_id == movement.id, ScoreComment.answered_at.is_(None)
    waiting = session.scalar(select(func.count()).select_from(ScoreComment).where(*open_)) or 0
    if waiting:
        raise Conflict(N_("Còn {n} ý kiến chưa được trả lời."), n=waiting)
    if movement.frozen_at is None:
        count_points(session, reference, movement, now)
        movement.frozen_at = now
    freeze_standing(session, movement, criteria_of(session, movement.id), scores_of(session, movement))


_Check = Callable[[Session, Reference, Calendar, Movement, datetime], None]
_CHECKS: Mapping[MovementState, _Check] = {
    MovementState.OPEN: _opens,
    MovementState.SELF_SCORED: _ends,
    MovementState.REVIEWED: _reviewed,
    MovementState.ANNOUNCED: _announced,
}
