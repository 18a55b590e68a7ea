"""Delayed steps: they wait some seconds before they are carried out, nobody is told, their maker can undo
them.

Each is tried when it is asked for and undone again, so that what is wrong with it is told at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.transitions import Filling, transition
from service.domain.city.reference import Reference
from service.domain.kernel.isolation import POISON
from service.domain.people.staff import actor_for
from service.domain.reports.access import Asker, find_report
from service.domain.reports.events import Actor
from service.domain.rules.rulebook import RulebookCache
from service.errors import AppError, Conflict
from service.i18n import N_, translate
from service.models import DelayedStep, Report, Role, Staff, Status

ACTS: Mapping[str, str] = {
    Status.ASSIGNED: "assign",
    Status.REJECTED: "reject",
    Status.DUPLICATE: "merge",
}
"""Steps that may be delayed, by the status they lead to."""

FAILED_FOR = timedelta(days=1)
"""So long a step that could not be taken is shown to its maker."""

_TAKEN = N_("Bước này đã được thực hiện, không hoàn tác được nữa.")
_HELD = N_("{name} vừa quyết định việc này, vài giây nữa sẽ thực hiện.")
_LOST = N_("Không thực hiện được. Hãy mở lại phản ánh rồi quyết định.")
_NO_MORE = N_("Tài khoản không còn quyền điều phối.")


@dataclass(frozen=True, slots=True)
class DelayedStepView:
    """Delayed step of a case that waits, or that failed. `lead` and `original` are codes; `words` what was
    written.
    """

    code: str
    act: str
    name: str
    own: bool
    due_at: datetime
    lead: str | None
    original: str | None
    words: str
    why: str

    @property
    def failed(self) -> bool:
        """Return whether it could not be taken."""
        return bool(self.why)


def is_step_delayed() -> ColumnElement[bool]:
    """Return the condition on `Report` for those with a delayed step that waits."""
    return exists().where(DelayedStep.report_id == Report.id, DelayedStep.failed_at.is_(None))


def delay_step(
    session: Session,
    ctx: CaseContext,
    name: str | UUID,
    request: Transition,
    seconds: int,
    filling: Filling | None = None,
) -> None:
    """Store a step to be carried out in `seconds`; the same by the same person again does nothing.

    Raises as `transition` does, and Conflict while another step of the report waits.
    """
    asker, now, full = ctx.asker, ctx.now, request

    def fill(session: Session, report: Report) -> Transition:
        nonlocal full
        full = filling(session, report) if filling else request
        return full

    report = find_report(session, asker, name, now=now).report
    savepoint = session.begin_nested()
    try:
        transition(session, ctx, report.id, request, fill if filling else None)
    finally:
        savepoint.rollback()
    row = {
        "report_id": report.id,
        "staff_id": asker.staff.staff_id if asker.staff else None,
        "act": ACTS[request.to],
        "request": full.model_dump(mode="json", exclude_unset=True),
        "made_at": now,
        "due_at": now + timedelta(seconds=seconds),
    }
    session.execute(
        delete(DelayedStep).where(DelayedStep.report_id == report.id, DelayedStep.failed_at.is_not(None))
    )
    made = insert(DelayedStep).values(row).on_conflict_do_nothing().returning(DelayedStep.report_id)
    if session.scalar(made) is None:
        _refuse_second(session, row)


def _refuse_second(session: Session, row: Mapping[str, object]) -> None:
    """Raises Conflict unless what waits is the very same."""
    other = session.get(DelayedStep, row["report_id"])
    if other is not None and (other.staff_id, other.request) == (row["staff_id"], row["request"]):
        return
    maker = session.get(Staff, other.staff_id) if other else None
    raise Conflict(_HELD, name=maker.name if maker else "")


def cancel_delayed_step(session: Session, asker: Asker, name: str | UUID, now: datetime) -> None:
    """Cancel one's own delayed step, or dismiss its failure. Raises Conflict where it was carried out."""
    report = find_report(session, asker, name, now=now).report
    if _forget(session, asker, DelayedStep.report_id == report.id) == 0:
        raise Conflict(_TAKEN)


def cancel_delayed_steps(session: Session, asker: Asker) -> int:
    """Cancel all of one's own delayed steps that still wait; return how many."""
    return _forget(session, asker, DelayedStep.failed_at.is_(None))


def _forget(session: Session, asker: Asker, which: ColumnElement[bool]) -> int:
    own = DelayedStep.staff_id == (asker.staff.staff_id if asker.staff else None)
    gone = delete(DelayedStep).where(own, which).returning(DelayedStep.report_id)
    return len(session.scalars(gone).all())


def delayed_steps(
    session: Session, actor: Actor, reports: Collection[UUID] | None = None
) -> list[DelayedStepView]:
    """Return the delayed steps that wait, one's own first, and one's own that failed; with `reports` only
    those of these reports.
    """
    concerned = DelayedStep.failed_at.is_(None) | (DelayedStep.staff_id == actor.staff_id)
    query = (
        select(DelayedStep, Report.code, Staff.name)
        .join(Report, Report.id == DelayedStep.report_id)
        .join(Staff, Staff.id == DelayedStep.staff_id)
        .where(concerned)
        .order_by(DelayedStep.due_at.desc(), Report.code)
    )
    if reports is not None:
        query = query.where(DelayedStep.report_id.in_(reports))
    found = [_view(step, code, name, actor) for step, code, name in session.execute(query)]
    return sorted(found, key=lambda each: not each.own)


def _view(step: DelayedStep, code: str, name: str, actor: Actor) -> DelayedStepView:
    request, failure = step.request, step.failure or {}
    return DelayedStepView(
        code=code,
        act=step.act,
        name=name,
        own=step.staff_id == actor.staff_id,
        due_at=step.due_at,
        lead=request.get("lead"),
        original=request.get("duplicate_of"),
        words=request.get("reason") or request.get("note") or "",
        why=_said(failure["msg"], failure.get("params") or {}) if failure else "",
    )


def has_due_step(session: Session, now: datetime) -> bool:
    """Return whether a delayed step is due."""
    due = select(DelayedStep.report_id).where(DelayedStep.due_at <= now, DelayedStep.failed_at.is_(None))
    return session.scalar(due.limit(1)) is not None


def _said(sentence: str, params: Mapping[str, str]) -> str:
    return translate(sentence, **params)


def carry_out_next_step(
    session: Session, reference: Reference, books: RulebookCache, key: bytes, now: datetime
) -> UUID | None:
    """Carry out the step that is due longest; return its report's id, None where none is due.

    What refuses it is kept for its maker to read. A step that is just being cancelled is left alone.
    """
    due = select(DelayedStep).where(DelayedStep.due_at <= now, DelayedStep.failed_at.is_(None))
    free = due.order_by(DelayedStep.due_at).limit(1).with_for_update(skip_locked=True)
    step = session.scalar(free)
    if step is None:
        return None
    report_id = step.report_id
    try:
        with session.begin_nested():
            request = Transition.model_validate(step.request)
            ctx = CaseContext(reference, books, _asker(session, reference, step, key), now)
            transition(session, ctx, report_id, request)
    except POISON as error:
        step.failed_at, step.failure = now, _failure(error)
    else:
        session.delete(step)
    session.flush()
    return report_id


def forget_failed(session: Session, now: datetime) -> None:
    """Delete failed steps whose makers never came to read why."""
    session.execute(delete(DelayedStep).where(DelayedStep.failed_at < now - FAILED_FOR))


def _asker(session: Session, reference: Reference, step: DelayedStep, key: bytes) -> Asker:
    """Return its maker as they are now. Raises Conflict for who is no coordinator any more."""
    maker = session.get_one(Staff, step.staff_id)
    if not maker.active or maker.role != Role.TRIAGE:
        raise Conflict(_NO_MORE)
    return Asker(actor_for(maker, reference), key=key)


def _failure(error: Exception) -> dict[str, object]:
    if not isinstance(error, AppError):
        return {"msg": _LOST}
    first = error.errors[0] if error.errors else None
    msg, params = (first.msg, first.params) if first else (error.detail, error.params)
    plain: Sequence[tuple[str, object]] = list((params or {}).items())
    return {"msg": msg, "params": {name: str(value) for name, value in plain}}
