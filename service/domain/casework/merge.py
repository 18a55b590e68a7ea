"""Merging a duplicate into its original: who reported or followed it follows the original from then on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from service.domain.reports.access import report_query
from service.domain.reports.events import Actor, other_report_code, record
from service.domain.reports.lifecycle import StatusChange, move
from service.errors import Invalid, invalid
from service.i18n import N_
from service.models import ENDED_UNDONE, Event, EventType, Report, Status

_REPORTER_FOLLOWS = text("""
INSERT INTO follower (id, report_id, merged_from_id, name, phone, email, language, body_hash, created_at)
SELECT gen_random_uuid(), :original, :duplicate, mine.name, mine.phone, mine.email, :language, '', :at
FROM contact mine
WHERE mine.report_id = :duplicate AND (mine.phone IS NOT NULL OR mine.email IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM contact theirs WHERE theirs.report_id = :original
                  AND (theirs.phone = mine.phone OR theirs.email = mine.email))
ON CONFLICT DO NOTHING
""")

# Those who follow both stay where they are: their secret opens the original all the same.
_FOLLOWERS_COME_ALONG = text("""
UPDATE follower mine SET report_id = :original, merged_from_id = coalesce(mine.merged_from_id, :duplicate)
WHERE mine.report_id = :duplicate
  AND NOT EXISTS (SELECT 1 FROM follower theirs WHERE theirs.report_id = :original
                  AND (theirs.phone = mine.phone OR theirs.email = mine.email))
  AND NOT EXISTS (SELECT 1 FROM contact theirs WHERE theirs.report_id = :original
                  AND (theirs.phone = mine.phone OR theirs.email = mine.email))
""")


def original_of(session: Session, report_id: UUID) -> UUID:
    """Return the report at the end of the chain of duplicates that begins here; itself when it is none."""
    onwards = select(Report.duplicate_of_id).where(Report.id == report_id, Report.status == Status.DUPLICATE)
    while (next_id := session.scalar(onwards)) is not None:
        report_id = next_id
        onwards = select(Report.duplicate_of_id).where(
            Report.id == report_id, Report.status == Status.DUPLICATE
        )
    return report_id


def earliest_of(session: Session, codes: Collection[str]) -> str | None:
    """Return the code of the report that was received first; None where there is none of these codes."""
    first = select(Report.code).where(Report.code.in_(codes)).order_by(Report.created_at, Report.id)
    return session.scalar(first.limit(1))


def lock_in_order(session: Session, *report_ids: UUID) -> None:
    """Lock several reports always in the same order, so that two merges never wait for each other."""
    query = select(Report.id).where(Report.id.in_(report_ids)).order_by(Report.id)
    session.execute(query.with_for_update(key_share=True)).all()


def merge_into(
    session: Session, report: Report, original_id: UUID, *, actor: Actor, at: datetime, reason: str = ""
) -> Event:
    """Make `report`, whose row is locked, a duplicate of the original of `original_id`.

    The reporter and the followers are carried over, and so are the report's own duplicates. The original's
    timeline tells it too; the code of an unpublished report is told to staff alone. Raises Invalid when the
    original is the report itself or a dead end, Conflict and Forbidden as `lifecycle.move`.
    """
    original = _lock_original(session, report, original_id)
    request = StatusChange(
        Status.DUPLICATE,
        actor,
        at,
        reason=reason,
        changes={"duplicate_of_id": original.id},
        **other_report_code("original", original),
    )
    event = move(session, report, request)
    session.flush()
    session.execute(
        update(Report).where(Report.duplicate_of_id == report.id).values(duplicate_of_id=original.id)
    )
    carry_over(session, report, original, at)
    record(session, original, EventType.JOINED, actor=actor, at=at, **other_report_code("duplicate", report))
    return event


def _lock_original(session: Session, report: Report, original_id: UUID) -> Report:
    found = report_query(original_of(session, original_id)).with_for_update(key_share=True)
    original = session.scalar(found.execution_options(populate_existing=True))
    if original is None or original.status in ENDED_UNDONE or original.status == Status.DUPLICATE:
        raise _no_original()
    if original.id == report.id:
        raise invalid(["duplicate_of"], N_("Một phản ánh không thể trùng với chính nó."))
    return original


def carry_over(session: Session, report: Report, original: Report, at: datetime) -> None:
    """Let the duplicate's reporter and followers follow its original; done again, nothing changes."""
    both = {"original": original.id, "duplicate": report.id}
    session.execute(_FOLLOWERS_COME_ALONG, both)
    session.execute(_REPORTER_FOLLOWS, {**both, "language": report.language, "at": at})


def _no_original() -> Invalid:
    return invalid(["duplicate_of"], N_("Không thể gộp vào phản ánh này: không có, đã rút hoặc bị từ chối."))
