"""Points that people say: what units claim, what the council gives, comments before it is final, answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.emulation.access import (
    find_movement,
    is_own_unit,
    may_claim,
    may_keep,
    may_review,
    pool_units,
    works_within,
)
from service.domain.emulation.forms import (
    ClaimDraft,
    ClaimsChange,
    CouncilPointsChange,
    NewScoreComment,
    ScoreAnswer,
)
from service.domain.emulation.points.criteria import criteria_of, has_proof_file
from service.domain.reports.events import Actor
from service.domain.works.units import unit_id
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import Criterion, CriterionScore, CriterionSource, Movement, MovementState, ScoreComment

CLAIMED_IN = frozenset({MovementState.OPEN, MovementState.SELF_SCORED})
GIVEN_IN = frozenset({MovementState.SELF_SCORED, MovementState.REVIEWED, MovementState.COMMENTED})
CLAIMABLE = frozenset({CriterionSource.INDICATOR, CriterionSource.SELF, CriterionSource.BONUS})
MOST_COMMENTS = 50
"""Of one unit on one movement."""


def put_claims(
    session: Session, reference: Reference, actor: Actor, number: int, change: ClaimsChange, now: datetime
) -> Movement:
    """Keep what a unit claims; the same again changes nothing.

    Raises NotFound, Forbidden for who does not lead the unit, Conflict out of time, Invalid.
    """
    movement, unit = claimed_unit(session, reference, actor, number, change.unit)
    criteria = {each.position: each for each in criteria_of(session, number)}
    check_claimed_once(change.claims)
    for at, claim in enumerate(change.claims):
        criterion = _claimed(criteria, at, claim)
        bare = criterion.needs_proof and claim.points > 0 and not claim.proof
        if bare and not has_proof_file(session, criterion.id, unit):
            raise invalid(["claims", at, "proof"], N_("Tiêu chí này cần minh chứng."))
        row = _score_row(session, movement, criterion, unit)
        if (row.claimed, row.proof) != (claim.points, claim.proof):
            row.claimed, row.proof = claim.points, claim.proof
            row.claimed_by, row.claimed_at = actor.staff_id, now
    session.flush()
    return movement


def put_council_points(
    session: Session,
    reference: Reference,
    actor: Actor,
    number: int,
    change: CouncilPointsChange,
    now: datetime,
) -> CriterionScore:
    """Keep what the council gives; the same again changes nothing.

    Raises NotFound; Forbidden for who is not of the council, and for one's own unit; Conflict out of time or
    for a stale version; Invalid without the reason where it differs.
    """
    movement, unit = _unit(session, reference, actor, number, change.unit)
    if not may_review(actor, movement):
        raise Forbidden(N_("Chỉ thành viên hội đồng cho điểm thẩm định."))
    if is_own_unit(reference, actor, unit):
        raise Forbidden(N_("Thành viên hội đồng không cho điểm đơn vị của chính mình."))
    if movement.state not in GIVEN_IN:
        raise Conflict(N_("Không ở bước hội đồng thẩm định."), extra={"state": movement.state})
    criteria = {each.position: each for each in criteria_of(session, number)}
    criterion = criterion_at(criteria, change.criterion, ["criterion"])
    if change.points is not None and change.points > criterion.points:
        raise invalid(["points"], N_("Nhiều nhất {most} điểm."), most=f"{criterion.points:g}")
    row = _score_row(session, movement, criterion, unit)
    if (row.given, row.why) == (change.points, change.why):
        return row
    if change.version != row.version:
        message = N_("Thành viên khác vừa cho điểm mục này. Hãy xem lại rồi quyết định.")
        raise Conflict(message, extra={"version": row.version})
    if change.points is not None and change.points != undisputed_points(row, criterion) and not change.why:
        raise invalid(["why"], N_("Điểm khác với công thức hoặc điểm tự chấm, hãy ghi lý do."))
    row.given, row.why, row.given_by, row.given_at = change.points, change.why, actor.staff_id, now
    row.version += 1
    session.flush()
    return row


def undisputed_points(row: CriterionScore | None, criterion: Criterion) -> float | None:
    """Return the points that need no reason: by the formula, else as claimed; None where nobody said any."""
    if row is None:
        return None
    if criterion.indicator is not None:
        left_out = bool(row.figure and row.figure.get("left_out"))
        return None if left_out else row.by_formula
    return row.claimed


def final_points(row: CriterionScore | None, criterion: Criterion) -> float:
    """Return the points that count: what the council gave, else what needs no reason."""
    if row is not None and row.given is not None:
        return row.given
    return undisputed_points(row, criterion) or 0


def is_left_out(row: CriterionScore | None, criterion: Criterion) -> bool:
    """Return whether a criterion counts nothing for a unit: too few cases, and the council gave nothing."""
    if criterion.indicator is None or (row is not None and row.given is not None):
        return False
    return row is None or row.figure is None or bool(row.figure.get("left_out"))


def add_comment(
    session: Session, reference: Reference, actor: Actor, number: int, new: NewScoreComment, now: datetime
) -> ScoreComment:
    """Add what a unit says to its points; the same words again are a retry.

    Raises NotFound, Forbidden, Invalid, Conflict out of time or for too many.
    """
    movement, unit = _unit(session, reference, actor, number, new.unit)
    if not may_claim(actor, movement, unit):
        raise Forbidden(N_("Chỉ lãnh đạo đơn vị góp ý về điểm của đơn vị mình."))
    if movement.state != MovementState.COMMENTED:
        raise Conflict(N_("Không ở bước lấy ý kiến các đơn vị."), extra={"state": movement.state})
    criteria = {each.position: each for each in criteria_of(session, number)}
    criterion = criterion_at(criteria, new.criterion, ["criterion"]).id if new.criterion else None
    own = ScoreComment.movement_id == number, ScoreComment.unit_id == unit
    repeated = ScoreComment.words == new.words, ScoreComment.criterion_id.is_not_distinct_from(criterion)
    known = session.scalar(select(ScoreComment).where(*own, *repeated))
    if known is not None:
        return known
    if (session.scalar(select(func.count()).select_from(ScoreComment).where(*own)) or 0) >= MOST_COMMENTS:
        raise Conflict(N_("Đơn vị đã góp ý quá nhiều lần."))
    facts = {"movement_id": number, "unit_id": unit, "criterion_id": criterion}
    row = ScoreComment(**facts, words=new.words, at=now, by=actor.staff_id)
    session.add(row)
    session.flush()
    return row


def answer_comment(
    session: Session,
    reference: Reference,
    actor: Actor,
    number: int,
    comment: int,
    answer: ScoreAnswer,
    now: datetime,
) -> ScoreComment:
    """Answer a comment of another's unit.

    Raises NotFound, Forbidden also for a comment of one's own, Conflict once the standing is announced.
    """
    movement = find_movement(session, actor, number, lock=True)
    row = session.get(ScoreComment, comment)
    if row is None or row.movement_id != number:
        raise NotFound(N_("Không có ý kiến này."))
    if not (may_keep(actor, movement) or may_review(actor, movement)):
        raise Forbidden(N_("Hội đồng hoặc đơn vị phát động trả lời ý kiến."))
    if is_own_comment(reference, actor, row):
        raise Forbidden(N_("Ý kiến của đơn vị mình do người khác trả lời."))
    if movement.state != MovementState.COMMENTED:
        raise Conflict(N_("Không ở bước lấy ý kiến các đơn vị."), extra={"state": movement.state})
    row.answer, row.changed = answer.answer, answer.changed
    row.answered_at, row.answered_by = now, actor.staff_id
    session.flush()
    return row


def is_own_comment(reference: Reference, actor: Actor, row: ScoreComment) -> bool:
    """Return whether a comment is a person's own: they wrote it, or work in the unit that did."""
    wrote = actor.staff_id is not None and row.by == actor.staff_id
    return wrote or works_within(reference, actor, row.unit_id)


def _unit(
    session: Session, reference: Reference, actor: Actor, number: int, code: str
) -> tuple[Movement, int]:
    movement = find_movement(session, actor, number, lock=True)
    view = reference.department_by_code.get(code)
    unit = view.id if view is not None else unit_id(reference, code, "unit")
    if unit not in pool_units(movement):
        raise NotFound(N_("Đơn vị này không tham gia phong trào."))
    return movement, unit


def claimed_unit(
    session: Session, reference: Reference, actor: Actor, number: int, code: str
) -> tuple[Movement, int]:
    """Return the movement, locked, and its unit for which this person claims points now.

    Raises NotFound, Forbidden for who does not lead the unit, Conflict out of time.
    """
    movement, unit = _unit(session, reference, actor, number, code)
    if not may_claim(actor, movement, unit):
        raise Forbidden(N_("Chỉ lãnh đạo đơn vị tự chấm điểm cho đơn vị mình."))
    if movement.state not in CLAIMED_IN:
        raise Conflict(N_("Không còn trong thời gian tự chấm điểm."), extra={"state": movement.state})
    return movement, unit


def criterion_at(criteria: Mapping[int, Criterion], position: int, where: list[str | int]) -> Criterion:
    """Return the criterion at a position. Raises Invalid at the field `where`."""
    found = criteria.get(position)
    if found is None:
        raise invalid(where, N_("Phong trào không có tiêu chí số {position}."), position=position)
    return found


def check_claimed_once(claims: Sequence[ClaimDraft]) -> None:
    """Raise Invalid at the second claim for the same criterion: which of them is meant is not guessed."""
    seen: set[int] = set()
    for at, claim in enumerate(claims):
        if claim.criterion in seen:
            message = N_("Tiêu chí số {position} có hai dòng trong một lần gửi.")
            raise invalid(["claims", at, "criterion"], message, position=claim.criterion)
        seen.add(claim.criterion)


def _claimed(criteria: Mapping[int, Criterion], at: int, claim: ClaimDraft) -> Criterion:
    criterion = criterion_at(criteria, claim.criterion, ["claims", at, "criterion"])
    if criterion.source not in CLAIMABLE:
        raise invalid(["claims", at, "criterion"], N_("Tiêu chí này do hội đồng cho điểm."))
    if claim.points > criterion.points:
        most = f"{criterion.points:g}"
        raise invalid(["claims", at, "points"], N_("Nhiều nhất {most} điểm."), most=most)
    return criterion


def _score_row(session: Session, movement: Movement, criterion: Criterion, unit: int) -> CriterionScore:
    """Return the row, made where there is none; the movement's lock is held."""
    found = session.get(CriterionScore, (movement.id, criterion.id, unit), populate_existing=True)
    if found is None:
        found = CriterionScore(movement_id=movement.id, criterion_id=criterion.id, unit_id=unit)
        found.proof, found.why, found.version = "", "", 0
        session.add(found)
    return found
