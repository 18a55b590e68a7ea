"""Readers say that a report is not fit to be shown. It never hides a report: a coordinator looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.texts import tidy
from service.domain.kernel.tokens import keyed_digest
from service.domain.reports import desk_marks
from service.domain.reports.access import Asker, lock_report
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import SYSTEM, record
from service.models import EventType, ReportFlag

MOST_NOTES = 5

Kind = Literal["offensive", "private", "spam", "false", "other"]


class Flag(StrictBody):
    """Reason why a report is not fit to be shown; a few words help."""

    reason: Kind
    note: Annotated[str, Field(max_length=500)] = ""


@dataclass(frozen=True, slots=True)
class Flags:
    """Flags that nobody has looked at: how often each reason, and the newest words."""

    total: int
    by_kind: Mapping[str, int]
    notes: Sequence[str]


def flag(
    session: Session,
    reference: Reference,
    asker: Asker,
    name: str | UUID,
    sent: Flag,
    *,
    device: str,
    now: datetime,
) -> bool:
    """Return whether it counted: each person counts once, and what they say now takes the place of what they
    said.

    `device` is what the browser or the connection is known by; staff and holders of a secret are known by
    that. Enough flags bring the report before a coordinator, and do nothing else. Raises as `lock_report`.
    """
    report = lock_report(session, asker, name, now=now).report
    note, sender = tidy(sent.note), _digest(asker, device)
    row = {"report_id": report.id, "kind": sent.reason, "note": note, "sender": sender, "created_at": now}
    counted = insert(ReportFlag).values(row).on_conflict_do_nothing().returning(ReportFlag.id)
    new = session.scalar(counted) is not None
    mine = (ReportFlag.report_id == report.id, ReportFlag.sender == sender)
    if not new and not _said_otherwise(session.scalars(select(ReportFlag).where(*mine)).one(), sent, now):
        return False
    open_flags = read_flags(session, report.id)
    enough = reference.config.flags_to_desk
    if open_flags.total >= enough and desk_marks.put_on_desk(report, desk_marks.FLAGGED, now):
        data = {"flags": dict(open_flags.by_kind)}
        record(session, report, EventType.DESK_FLAGGED, actor=SYSTEM, at=now, public=False, private=data)
    session.flush()
    return new


def _said_otherwise(there: ReportFlag, sent: Flag, now: datetime) -> bool:
    """Return whether the person says something else than before: it is kept, and is for a coordinator to look
    at also where their first word was looked at already. Without words anew the first ones stay.
    """
    note = tidy(sent.note) or there.note
    if (there.kind, there.note) == (sent.reason, note):
        return False
    there.kind, there.note = sent.reason, note
    there.created_at, there.settled_at = now, None
    return True


def read_flags(session: Session, report_id: UUID) -> Flags:
    """Return the flags of a report that no coordinator has settled yet."""
    waiting = (ReportFlag.report_id == report_id, ReportFlag.settled_at.is_(None))
    by_kind = select(ReportFlag.kind, func.count().label("number")).where(*waiting).group_by(ReportFlag.kind)
    counted = {row.kind: row.number for row in session.execute(by_kind.order_by(ReportFlag.kind))}
    words = select(ReportFlag.note).where(*waiting, ReportFlag.note != "").order_by(ReportFlag.id.desc())
    return Flags(sum(counted.values()), counted, session.scalars(words.limit(MOST_NOTES)).all())


def flagged_private(session: Session, reference: Reference, report_id: UUID) -> bool:
    """Return whether as many readers as bring a report to the desk say that it shows personal data."""
    enough = reference.config.flags_to_desk
    return read_flags(session, report_id).by_kind.get("private", 0) >= enough


def settle_flags(session: Session, report_id: UUID, now: datetime) -> None:
    """Settle the flags of a report: a coordinator has looked at them."""
    waiting = (ReportFlag.report_id == report_id, ReportFlag.settled_at.is_(None))
    session.execute(update(ReportFlag).where(*waiting).values(settled_at=now))


def _digest(asker: Asker, device: str) -> bytes:
    """Tells one person from another without saying who they are."""
    who = f"staff:{asker.staff.staff_id}" if asker.staff else asker.secret or f"device:{device}"
    return keyed_digest(asker.key, "flag", who)
