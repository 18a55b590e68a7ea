"""Erasing what citizens wrote and photographed of a report; the case itself stays for the figures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.questions import questions_of
from service.domain.city.reference import Reference
from service.domain.kernel.sql import changed_rows
from service.domain.publication import ledger
from service.domain.publication.files import erase_files
from service.domain.publication.ledger import Action
from service.domain.publication.made_files import remake_files
from service.domain.publication.publication import ERASED, HidingCause, hide_report, hiding_of
from service.domain.reports.events import Actor
from service.domain.reports.photos import FROM_CITIZENS
from service.models import (
    Comment,
    Event,
    Hiding,
    Message,
    PendingDeletion,
    Photo,
    Rating,
    Report,
    ReportFlag,
    SentCopy,
)
from service.models.reports.event import ActorKind

CHOSEN = frozenset({"number", "datetime", "singlevaluelist", "multivaluelist"})
"""Kinds of answers that are figures or choices; the others are somebody's own words."""


def erase_words(
    session: Session, reference: Reference, report: Report, *, actor: Actor, now: datetime
) -> bool:
    """Erase a report's description, address, free answers, citizens' comments and photos, and hide it.

    What departments wrote and photographed stays, among colleagues. The report's row is locked. False when
    nothing was left.
    """
    there = bool(report.description or report.address)
    report.description, report.address = "", ""
    figures = _figures(reference, report)
    there |= figures != report.attributes
    report.attributes = figures
    there |= _photos(session, report, now) + _said(session, report) > 0
    hidden = hide_report(session, report, HidingCause(ERASED), actor=actor, now=now)
    if not hidden and (row := hiding_of(session, "report", report.id)) is not None:
        row.cause, row.reason = ERASED, ""
        remake_files(session, report.created_at, now)
    report.updated_at = max(report.updated_at, now)
    ledger.enter_action(session, Action.ERASE_WORDS, report.id, now)
    session.flush()
    return there or hidden


def _figures(reference: Reference, report: Report) -> dict[str, object]:
    questions = questions_of(reference, reference.categories[report.category_id])
    chosen = {question["code"] for question in questions if question["datatype"] in CHOSEN}
    return {code: value for code, value in report.attributes.items() if code in chosen}


def _photos(session: Session, report: Report, now: datetime) -> int:
    """Delete the rows of citizens' photos, and mark their files for deletion; how many."""
    query = select(Photo).where(Photo.report_id == report.id, Photo.kind.in_(FROM_CITIZENS))
    photos = session.scalars(query.with_for_update()).all()
    for photo in photos:
        erase_files(session, photo, now)
        doomed = {"key": photo.original_key, "since": now, "next_at": now}
        session.execute(insert(PendingDeletion).values(doomed).on_conflict_do_nothing())
        session.delete(photo)
    session.flush()
    of_photos = (Hiding.kind == "photo", Hiding.subject_id.in_([photo.id for photo in photos]))
    session.execute(delete(Hiding).where(*of_photos))
    return len(photos)


def _said(session: Session, report: Report) -> int:
    """Delete citizens' comments and every other place where their words stand; how many comments."""
    own = (Comment.report_id == report.id, Comment.staff_id.is_(None))
    hidden = (Hiding.kind == "comment", Hiding.subject_id.in_(select(Comment.id).where(*own)))
    session.execute(delete(Hiding).where(*hidden))
    gone = session.execute(delete(Comment).where(*own))
    session.execute(update(Rating).where(Rating.report_id == report.id).values(comment=""))
    session.execute(update(ReportFlag).where(ReportFlag.report_id == report.id).values(note=""))
    reasons = (
        Event.report_id == report.id,
        Event.actor.in_((ActorKind.REPORTER, ActorKind.FOLLOWER)),
        Event.data.has_key("reason"),
    )
    session.execute(update(Event).where(*reasons).values(data=Event.data.op("-")("reason")))
    told = select(Message.id).where(Message.report_id == report.id)
    session.execute(delete(SentCopy).where(SentCopy.message_id.in_(told)))
    concerned = (Message.report_id == report.id, Message.data.has_key("reason"))
    session.execute(update(Message).where(*concerned).values(data=Message.data.op("-")("reason")))
    return changed_rows(gone)
