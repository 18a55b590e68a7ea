"""Making movements: their frame and their criteria, as long as they are drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import same_version
from service.domain.emulation.access import find_movement, may_direct, require_keeping
from service.domain.emulation.awards.law import law_on
from service.domain.emulation.fairness import INSTEAD, NEVER, NO_FAULT, USE_INSTEAD
from service.domain.emulation.forms import CriteriaChange, CriterionDraft, MovementDraft, PoolDraft
from service.domain.emulation.formulas import as_written, fault_of
from service.domain.emulation.points.criteria import criteria_of
from service.domain.emulation.points.unit_sums import ON_TOP
from service.domain.indicators.registry import INDICATORS
from service.domain.people.staff import tidy_username
from service.domain.plans.access import KEEPER, find_plan, plan_roles
from service.domain.reports.events import Actor
from service.domain.works.access import READERS
from service.domain.works.units import unit_id
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_, translate
from service.models import Criterion, CriterionSource, CriterionSubject, Movement, MovementState, Staff
from service.models.emulation.movement import PoolSpec

HUNDRED = 100
OF_PERSONS = frozenset({CriterionSource.SELF, CriterionSource.COUNCIL})
"""Sources of points of persons; of the council there it is the leader of their unit."""
NO_DRAFT = N_("Phong trào đã phát động, không sửa khung và tiêu chí được nữa.")
DIFFERENCE = N_("Các tiêu chí cộng lại {sum} điểm, {difference} so với 100.")


def put_movement(
    session: Session,
    reference: Reference,
    actor: Actor,
    draft: MovementDraft,
    now: datetime,
    number: int | None = None,
) -> Movement:
    """Make a movement, or change a draft. Raises NotFound, Forbidden, Conflict, Invalid."""
    issuer = unit_id(reference, draft.issuer, "issuer")
    row = find_movement(session, actor, number, lock=True) if number is not None else None
    plan = find_plan(session, reference, actor, draft.plan) if draft.plan else None
    keeps = plan is not None and KEEPER in plan_roles(actor, plan)
    if row is not None:
        require_keeping(actor, row)
    if not may_direct(actor, issuer) and not (keeps and plan is not None and issuer == plan.issuer_id):
        raise Forbidden(N_("Chỉ lãnh đạo đơn vị phát động hoặc đơn vị theo dõi kế hoạch lập phong trào."))
    check_movement_draft(row, draft.version)
    if draft.last < draft.first:
        raise invalid(["last"], N_("Ngày cuối phải từ ngày đầu trở đi."))
    row = row or Movement(created_at=now, created_by=actor.staff_id, version=0, state=MovementState.DRAFT)
    for name in ("title", "decision", "decided_on", "first", "last", "claims_due", "comment_days"):
        setattr(row, name, getattr(draft, name))
    law = law_on(reference, draft.last)
    row.issuer_id, row.forms = issuer, draft.forms or (law.words if law is not None else "")
    row.public, row.freeze_at = draft.public, draft.freeze_at
    row.plan_id, row.keeper_id = (plan.id, plan.keeper_id) if plan else (None, None)
    row.pools = _pools(reference, draft.pools)
    row.council = _council(session, draft.council)
    row.version += 1
    session.add(row)
    session.flush()
    return row


def put_criteria(
    session: Session, actor: Actor, number: int, change: CriteriaChange
) -> tuple[Movement, list[Criterion]]:
    """Set all criteria of a draft. Raises NotFound, Forbidden, Conflict, Invalid: also where they do not add
    up to a hundred, with the difference.
    """
    movement = find_movement(session, actor, number, lock=True)
    require_keeping(actor, movement)
    check_movement_draft(movement, change.version)
    for at, each in enumerate(change.criteria):
        _check(at, each)
    by_subject = [[each for each in change.criteria if each.applies_to == of] for of in CriterionSubject]
    units, persons = [[(each.source, each.points) for each in group] for group in by_subject]
    require_hundred(units)
    if persons:
        require_hundred(persons)
    session.execute(delete(Criterion).where(Criterion.movement_id == number))
    for position, each in enumerate(change.criteria, 1):
        facts = each.model_dump(exclude={"formula"})
        formula = each.formula.model_dump(mode="json") if each.formula else None
        session.add(Criterion(movement_id=number, position=position, formula=formula, **facts))
    movement.version += 1
    session.flush()
    return movement, criteria_of(session, number)


def require_hundred(points: Sequence[tuple[CriterionSource, float]]) -> None:
    """Raise Invalid where criteria without bonus and deduction are not worth a hundred together."""
    own = [as_written(each) for source, each in points if source not in ON_TOP]
    found = sum(own, Fraction(0))
    if found != HUNDRED:
        total, difference = f"{float(found):g}", f"{float(found - HUNDRED):+g}"
        raise invalid(["criteria"], DIFFERENCE, sum=total, difference=difference.replace("-", "−"))


def check_movement_draft(row: Movement | None, version: int) -> None:
    """Raise Conflict for a stale version, and for a movement that is no draft any more."""
    if row is not None and row.state != MovementState.DRAFT:
        raise Conflict(NO_DRAFT)
    same_version(version, row.version if row else 0)


def _check(at: int, draft: CriterionDraft) -> None:
    where: list[str | int] = ["criteria", at]
    if draft.indicator is not None and draft.indicator not in INDICATORS:
        raise invalid([*where, "indicator"], N_("Không có chỉ tiêu “{code}”."), code=draft.indicator)
    if draft.indicator in NEVER:
        raise invalid([*where, "indicator"], NO_FAULT)
    if draft.indicator is not None and draft.indicator in INSTEAD:
        names = {
            "name": translate(INDICATORS[draft.indicator].name),
            "fair": translate(INDICATORS[INSTEAD[draft.indicator]].name),
        }
        raise invalid([*where, "indicator"], USE_INSTEAD, **names)
    if draft.applies_to == CriterionSubject.PERSON and draft.source not in OF_PERSONS:
        raise invalid([*where, "source"], N_("Tiêu chí của cá nhân do người đó tự chấm hoặc lãnh đạo chấm."))
    if draft.source == CriterionSource.INDICATOR and draft.indicator is None:
        raise invalid([*where, "indicator"], N_("Tiêu chí tính theo chỉ tiêu cần chọn chỉ tiêu."))
    if draft.source in (CriterionSource.SELF, CriterionSource.COUNCIL) and draft.indicator is not None:
        raise invalid([*where, "indicator"], N_("Tiêu chí này không tính theo chỉ tiêu."))
    if (draft.indicator is None) != (draft.formula is None):
        raise invalid([*where, "formula"], N_("Chỉ tiêu và công thức phải đi cùng nhau."))
    fault = fault_of(draft.formula) if draft.formula else ""
    if fault:
        raise invalid([*where, "formula"], fault)


def _pools(reference: Reference, pools: Sequence[PoolDraft]) -> list[PoolSpec]:
    found: list[PoolSpec] = []
    seen: set[int] = set()
    names: set[str] = set()
    for at, pool in enumerate(pools):
        units = [unit_id(reference, code, "pools") for code in dict.fromkeys(pool.units)]
        twice = next((unit for unit in units if unit in seen), None)
        if twice is not None:
            name = reference.departments[twice].name["vi"]
            raise invalid(["pools", at], N_("“{unit}” đã ở một khối khác."), unit=name)
        if pool.name in names:
            raise invalid(["pools", at], N_("Hai khối trùng tên “{name}”."), name=pool.name)
        seen |= set(units)
        names.add(pool.name)
        found.append({"name": pool.name, "units": units})
    return found


def _council(session: Session, usernames: Sequence[str]) -> list[int]:
    names = list(dict.fromkeys(tidy_username(each) for each in usernames))
    rows = session.execute(
        select(Staff.username, Staff.id).where(
            Staff.username.in_(names), Staff.active, Staff.role.in_(sorted(READERS))
        )
    )
    found = {row.username: row.id for row in rows}
    for at, name in enumerate(map(tidy_username, usernames)):
        if name not in found:
            raise invalid(["council", at], N_("Không có tài khoản “{name}” làm được việc này."), name=name)
    return [found[name] for name in names]
