"""Taking a report, a photo or a comment off every public door, and back. Who may: `privacy/visibility.py`.

A subject that is hidden is unpublished and has a row in `hiding`; every public query asks for what is
published alone. Its public files get new names (`files.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.publication import ledger
from service.domain.publication.files import rename_files
from service.domain.publication.ledger import Action
from service.domain.publication.made_files import remake_files
from service.domain.reports.events import Actor, record
from service.models import Comment, EventData, EventType, Hiding, Photo, Report

DESK, WITHDRAWN, PRIVACY, ERASED, CATEGORY = "desk", "withdrawn", "privacy", "erased", "category"
"""What hid a subject: a person's decision, or what happened to the report."""


@dataclass(frozen=True, slots=True)
class HidingCause:
    """The cause and, where a person gave one, the reason."""

    cause: str
    reason: str = ""

    def private(self) -> dict[str, str]:
        """Return cause and reason as an event tells them to staff."""
        return {"cause": self.cause, "reason": self.reason}


def hiding_of(session: Session, kind: str, subject_id: UUID) -> Hiding | None:
    """Return the row of a hidden report, photo or comment; None for one that is not hidden."""
    return session.get(Hiding, (kind, subject_id))


def hidings_in(session: Session, report_id: UUID) -> dict[tuple[str, UUID], Hiding]:
    """Return what is hidden of a report, itself included, by kind and id."""
    rows = session.scalars(select(Hiding).where(Hiding.report_id == report_id))
    return {(row.kind, row.subject_id): row for row in rows}


def set_published(session: Session, report: Report, published: bool, *, actor: Actor, now: datetime) -> None:
    """Publish or unpublish a report as its category and stage ask for; a hidden one stays hidden.

    One that comes under a category that is never published is hidden by that, and shown by another category.
    """
    row = hiding_of(session, "report", report.id) if not report.published else None
    if row is None:
        report.published = published
    elif row.cause == CATEGORY and published:
        row.published = True
        show_report(session, report, "", actor=actor, now=now)
    else:
        row.published = published


def withhold_category(session: Session, report: Report, *, actor: Actor, now: datetime) -> None:
    """Take a report that came under a category that is never published off the public pages."""
    if report.published:
        hide_report(session, report, HidingCause(CATEGORY), actor=actor, now=now)
    set_published(session, report, False, actor=actor, now=now)


def hide_report(session: Session, report: Report, why: HidingCause, *, actor: Actor, now: datetime) -> bool:
    """Hide a report whose row is locked; False when it is hidden already.

    The event is public where the report was: who heard of the report hears that it is gone.
    """
    if hiding_of(session, "report", report.id) is not None:
        return False
    record(session, report, EventType.HIDDEN, actor=actor, at=now, private=why.private())
    session.add(_row("report", report.id, report.id, why, report.published, actor, now))
    report.published = False
    report.updated_at = max(report.updated_at, now)
    _clear(session, report, now)
    ledger.enter_action(session, Action.HIDE_REPORT, report.id, now)
    session.flush()
    return True


def show_report(session: Session, report: Report, reason: str, *, actor: Actor, now: datetime) -> bool:
    """Return a hidden report, whose row is locked, to what it would be; False when it is not hidden."""
    row = hiding_of(session, "report", report.id)
    if row is None:
        return False
    report.published = row.published
    report.updated_at = max(report.updated_at, now)
    session.delete(row)
    record(session, report, EventType.SHOWN, actor=actor, at=now, private={"reason": reason})
    ledger.enter_action(session, Action.SHOW_REPORT, report.id, now)
    session.flush()
    return True


def hide_photo(session: Session, photo: Photo, why: HidingCause, *, actor: Actor, now: datetime) -> bool:
    """Hide a picture wherever it is shown (a split may have copied it); False when it is hidden already."""
    if hiding_of(session, "photo", photo.id) is not None:
        return False
    same = _same_picture(session, photo)
    for each in same:
        if hiding_of(session, "photo", each.id) is None:
            session.add(_row("photo", each.id, each.report_id, why, each.published, actor, now))
            each.published = False
            _tell_photo(session, each, EventType.PHOTO_HIDDEN, why.private(), actor, now)
    rename_files(session, same, now)
    _remake(session, same, now)
    ledger.enter_action(session, Action.HIDE_PHOTO, photo.id, now)
    session.flush()
    return True


def show_photo(
    session: Session, photo: Photo, reason: str, *, actor: Actor, now: datetime, publish: bool = False
) -> bool:
    """Show a hidden picture again, or with `publish` one that waited; False when nothing changes by it."""
    changed = False
    for each in _same_picture(session, photo) if hiding_of(session, "photo", photo.id) else [photo]:
        row = hiding_of(session, "photo", each.id)
        wanted = publish or (row.published if row is not None else each.published)
        if row is None and wanted == each.published:
            continue
        if row is not None:
            session.delete(row)
        each.published, changed = wanted, True
        _tell_photo(session, each, EventType.PHOTO_SHOWN, {"reason": reason}, actor, now)
    if changed:
        ledger.enter_action(session, Action.SHOW_PHOTO, photo.id, now)
        session.flush()
    return changed


def hide_comment(
    session: Session, comment: Comment, why: HidingCause, *, actor: Actor, now: datetime
) -> bool:
    """Hide a comment; False when it is hidden already."""
    if hiding_of(session, "comment", comment.id) is not None:
        return False
    session.add(_row("comment", comment.id, comment.report_id, why, comment.public, actor, now))
    comment.public = False
    _tell_comment(session, comment, EventType.COMMENT_HIDDEN, why.private(), actor, now)
    ledger.enter_action(session, Action.HIDE_COMMENT, comment.id, now)
    session.flush()
    return True


def show_comment(session: Session, comment: Comment, reason: str, *, actor: Actor, now: datetime) -> bool:
    """Show a hidden comment to whoever read it before; False when it is not hidden."""
    row = hiding_of(session, "comment", comment.id)
    if row is None:
        return False
    comment.public = row.published
    session.delete(row)
    _tell_comment(session, comment, EventType.COMMENT_SHOWN, {"reason": reason}, actor, now)
    ledger.enter_action(session, Action.SHOW_COMMENT, comment.id, now)
    session.flush()
    return True


def _clear(session: Session, report: Report, now: datetime) -> None:
    """Give the report's public files new names, and have files made anew that may tell of it."""
    session.flush()
    photos = session.scalars(select(Photo).where(Photo.report_id == report.id)).all()
    rename_files(session, photos, now)
    remake_files(session, report.created_at, now)


def _same_picture(session: Session, photo: Photo) -> Sequence[Photo]:
    same = select(Photo).where(Photo.original_key == photo.original_key).order_by(Photo.id)
    return session.scalars(same.with_for_update()).all()


def _remake(session: Session, photos: Sequence[Photo], now: datetime) -> None:
    """Say at the reports of these photos that something changed: what is kept of them by others is stale."""
    ids = {photo.report_id for photo in photos}
    for report in session.scalars(select(Report).where(Report.id.in_(ids))):
        report.updated_at = max(report.updated_at, now)


def _tell_photo(
    session: Session, photo: Photo, type_: EventType, private: dict[str, str], actor: Actor, now: datetime
) -> None:
    report = session.get_one(Report, photo.report_id)
    data: EventData = {"photo": str(photo.id), "kind": photo.kind}
    record(session, report, type_, actor=actor, at=now, public=False, data=data, private=private)


def _tell_comment(
    session: Session, comment: Comment, type_: EventType, private: dict[str, str], actor: Actor, now: datetime
) -> None:
    report = session.get_one(Report, comment.report_id)
    report.updated_at = max(report.updated_at, now)
    data: EventData = {"comment": str(comment.id), "kind": comment.kind}
    record(session, report, type_, actor=actor, at=now, public=False, data=data, private=private)


def _row(
    kind: str,
    subject_id: UUID,
    report_id: UUID,
    why: HidingCause,
    published: bool,
    actor: Actor,
    now: datetime,
) -> Hiding:
    return Hiding(
        kind=kind,
        subject_id=subject_id,
        report_id=report_id,
        cause=why.cause,
        reason=why.reason,
        published=published,
        staff_id=actor.staff_id,
        at=now,
    )
