"""Changes put off to a time: scheduled, called off, and made by a worker when their time has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.configuration.administration import areas, policies, rules
from service.domain.configuration.administration.changes import EditStamp
from service.domain.kernel.audit import write_entry
from service.domain.rules.rulebook import Rulebook, load_rulebook
from service.errors import AppError, Conflict, NotFound, invalid
from service.i18n import N_, translate
from service.models import ScheduledChange, Staff
from service.models.city.administration import SCHEDULED_CHANGES_SHOWN, ScheduledChangeState

Maker = Callable[[Session, Rulebook, EditStamp, ScheduledChange], object]


@dataclass(frozen=True, slots=True)
class ChangeToSchedule:
    """A change to come: what, of what, and over which version of it."""

    kind: str
    subject: str
    payload: dict[str, object]
    base_version: int | None
    due_at: datetime


def schedule(session: Session, stamp: EditStamp, change: ChangeToSchedule) -> ScheduledChange:
    """Put a change off to its time. Raises Invalid for one that is past; the change itself was checked."""
    if change.due_at <= stamp.at:
        raise invalid(["due_at"], N_("Thời điểm áp dụng phải ở sau lúc này."))
    row = ScheduledChange(
        kind=change.kind,
        subject=change.subject,
        payload=change.payload,
        base_version=change.base_version,
        due_at=change.due_at,
        created_at=stamp.at,
        staff_id=stamp.staff_id,
        state=ScheduledChangeState.PLANNED,
    )
    session.add(row)
    session.flush()
    write_entry(
        session,
        "plan.added",
        f"{row.kind} {row.subject}",
        at=stamp.at,
        staff_id=stamp.staff_id,
        after=_facts(row),
    )
    return row


def schedule_rule(
    session: Session,
    book: Rulebook,
    stamp: EditStamp,
    number: int | None,
    change: rules.RuleChange,
    due_at: datetime,
) -> ScheduledChange:
    """Put a rule off to its time. Raises as `rules.check_rule` does now, and Invalid for the time."""
    rules.check_rule(session, book, number, change)
    payload = change.model_dump(mode="json", include=set(rules.RuleChange.model_fields))
    subject = str(number) if number is not None else ""
    return schedule(session, stamp, ChangeToSchedule("rule", subject, payload, change.version, due_at))


def schedule_policy(
    session: Session, stamp: EditStamp, code: str | None, change: policies.PolicyChange, due_at: datetime
) -> ScheduledChange:
    """Put a policy off to its time. Raises as `policies.check_policy` does now, and Invalid for the time."""
    policies.check_policy(session, code, change)
    payload = change.model_dump(mode="json", include=set(policies.PolicyChange.model_fields))
    return schedule(session, stamp, ChangeToSchedule("policy", code or "", payload, change.version, due_at))


def schedule_areas(session: Session, stamp: EditStamp, upload_id: int, due_at: datetime) -> ScheduledChange:
    """Put a file of areas off to its time. Raises NotFound, Conflict for a file with errors, Invalid."""
    row = areas.find_area_upload(session, upload_id)
    if not row.ok:
        raise Conflict(N_("Tệp ranh giới còn lỗi. Hãy sửa rồi tải lên lại."))
    return schedule(
        session, stamp, ChangeToSchedule("areas", str(upload_id), {"file": row.name}, None, due_at)
    )


def pending_changes(session: Session) -> list[ScheduledChange]:
    """Return what is still to come, the nearest first, and what could not be made and nobody has put away."""
    query = select(ScheduledChange).where(ScheduledChange.state.in_(SCHEDULED_CHANGES_SHOWN))
    return list(session.scalars(query.order_by(ScheduledChange.due_at, ScheduledChange.id)))


def cancel(session: Session, stamp: EditStamp, change_id: int) -> ScheduledChange:
    """Call a change off, or put a failed one away. Raises NotFound, Conflict for one that was made."""
    row = session.get(ScheduledChange, change_id, with_for_update=True)
    if row is None:
        raise NotFound(N_("Không có thay đổi này."))
    if row.state not in SCHEDULED_CHANGES_SHOWN:
        raise Conflict(N_("Thay đổi này đã xong, không hủy được nữa."))
    row.state, row.ended_at = ScheduledChangeState.CANCELLED, stamp.at
    subject = f"{row.kind} {row.subject}"
    write_entry(session, "plan.cancelled", subject, at=stamp.at, staff_id=stamp.staff_id, before=_facts(row))
    return row


def next_due(session: Session, now: datetime) -> int | None:
    """Return the id of a change whose time has come."""
    due = select(ScheduledChange.id).where(
        ScheduledChange.state == ScheduledChangeState.PLANNED, ScheduledChange.due_at <= now
    )
    return session.scalar(due.order_by(ScheduledChange.due_at, ScheduledChange.id).limit(1))


def next_change_at(session: Session, until: datetime) -> datetime | None:
    """Return when the next change is to be made, if that is by `until`."""
    due = select(func.min(ScheduledChange.due_at)).where(
        ScheduledChange.state == ScheduledChangeState.PLANNED
    )
    return session.scalar(due.where(ScheduledChange.due_at <= until))


def make(session: Session, change_id: int, now: datetime) -> ScheduledChangeState | None:
    """Make one change if it still waits: its new state, or None.

    What cannot be made any more (somebody changed the same, a department is gone) fails, and says why.
    """
    row = session.get(ScheduledChange, change_id, with_for_update=True)
    if row is None or row.state != ScheduledChangeState.PLANNED or row.due_at > now:
        return None
    author = session.get_one(Staff, row.staff_id)
    stamp = EditStamp(author.id, author.name, now)
    try:
        with session.begin_nested():
            _MAKERS[row.kind](session, load_rulebook(session), stamp, row)
    except (AppError, ValueError) as refusal:
        row.state, row.problem = ScheduledChangeState.FAILED, _why(refusal)
        write_entry(
            session, "plan.failed", f"{row.kind} {row.subject}", at=now, staff_id=author.id, after=_facts(row)
        )
    else:
        row.state = ScheduledChangeState.DONE
    row.ended_at = now
    session.flush()
    return row.state


def _rule(session: Session, book: Rulebook, stamp: EditStamp, row: ScheduledChange) -> None:
    number = int(row.subject) if row.subject else None
    rules.put_rule_in_force(session, book, stamp, number, rules.RuleChange.model_validate(row.payload))


def _rule_end(session: Session, _book: Rulebook, stamp: EditStamp, row: ScheduledChange) -> None:
    rules.end_rule(session, stamp, int(row.subject), row.base_version or 0)


def _policy(session: Session, _book: Rulebook, stamp: EditStamp, row: ScheduledChange) -> None:
    policies.put_policy_in_force(
        session, stamp, row.subject or None, policies.PolicyChange.model_validate(row.payload)
    )


def _areas(session: Session, _book: Rulebook, stamp: EditStamp, row: ScheduledChange) -> None:
    areas.put_areas_in_force(session, stamp, int(row.subject))


_MAKERS: dict[str, Maker] = {"rule": _rule, "rule_end": _rule_end, "policy": _policy, "areas": _areas}


def _why(refusal: AppError | ValueError) -> str:
    """Return the refusal in the city's own language: it is stored, and read later."""
    if isinstance(refusal, ValueError):  # planned under an older version of the service
        return translate(N_("Nội dung đã lưu không còn đọc được."), "vi")
    messages = [translate(refusal.detail, "vi", **refusal.params)]
    messages += [translate(field.msg, "vi", **(field.params or {})) for field in refusal.errors]
    return " ".join(messages)


def _facts(row: ScheduledChange) -> dict[str, object]:
    return {"due_at": row.due_at.isoformat(), "problem": row.problem, "payload": row.payload}
