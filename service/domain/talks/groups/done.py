"""Claims of known colleagues of a company that a case is done: suggested there, confirmed by a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.kernel.texts import fold
from service.domain.talks.groups.group_words import WORKED_ON
from service.models import CompanyGroup, Event, EventType, GroupPost, Report, Staff

_DONE = re.compile(
    r"\b(xong|hoan thanh|hoan tat|khac phuc roi|da (xu ly|khac phuc|don|thao|cat|sua|thu hoi))\b"
)
_NOT_YET = re.compile(r"\?|\b(chua|khong|ko|sap|gan|chuan bi|se|dang|bao gio|khi nao|may gio|hen|du kien)\b")
_LATER = re.compile(r"\b(mai|ngay kia|chieu nay|toi nay|tuan sau|thu [2-7]|chu nhat)\b")
_PAST = re.compile(r"\b(da|roi|vua)\b")
_READY = re.compile(r"\bkhong con\b")


@dataclass(frozen=True, slots=True)
class DoneClaim:
    """Words in a company's group by which a case is done: whose, of which department, when."""

    name: str
    department_id: int
    at: datetime


def tells_done(text: str) -> bool:
    """Return whether words say that something is done: no question, nothing that is still to come."""
    folded = _READY.sub(" ", fold(text))
    if _DONE.search(folded) is None or _NOT_YET.search(folded):
        return False
    return _LATER.search(folded) is None or _PAST.search(folded) is not None


def claim_done(session: Session, group_id: int, report_id: UUID, staff_id: int, now: datetime) -> None:
    """Note at the group's last message about a case that a known colleague says it is done."""
    last = (
        select(GroupPost.id)
        .where(GroupPost.group_id == group_id, GroupPost.report_id == report_id)
        .order_by(GroupPost.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    claim = update(GroupPost).where(GroupPost.id == last)
    session.execute(claim.values(done_said_at=now, done_said_by=staff_id))


def done_claim(session: Session, report: Report) -> DoneClaim | None:
    """Return the newest claim of a company that works on the case; None once it was decided."""
    if report.status not in WORKED_ON:
        return None
    decided = select(Event.id).where(
        Event.report_id == report.id,
        Event.type.in_((EventType.RESOLVED, EventType.REOPENED, EventType.SENT_BACK)),
        Event.at >= GroupPost.done_said_at,
    )
    claim = session.execute(
        select(Staff.name, CompanyGroup.department_id, GroupPost.done_said_at)
        .join(CompanyGroup, CompanyGroup.id == GroupPost.group_id)
        .join(Staff, Staff.id == GroupPost.done_said_by)
        .where(
            GroupPost.report_id == report.id,
            CompanyGroup.department_id.in_((report.lead_id, report.executor_id)),
            ~decided.exists(),
        )
        .order_by(GroupPost.done_said_at.desc())
        .limit(1)
    ).first()
    if claim is None or claim.department_id is None or claim.done_said_at is None:
        return None
    return DoneClaim(claim.name, claim.department_id, claim.done_said_at)
