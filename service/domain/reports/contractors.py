"""Reading rights of a contractor: what was handed to them, never what colleagues say of it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from service.domain.reports.access import Access
from service.domain.reports.event_rules import EventReader, read_by
from service.models import Comment, Event, EventType, Staff

NOTE = "note"
CONFIDENTIAL = ("answer", NOTE)
"""Kinds of comments that are not meant for contractors by themselves."""


def notes_for(session: Session, access: Access) -> frozenset[UUID]:
    """Return the internal notes that are meant for this contractor: of their own people, or calling one of
    them.
    """
    people = _own_people(session, access)
    written = select(Comment.id).where(
        Comment.report_id == access.report.id, Comment.kind == NOTE, Comment.staff_id.in_(people)
    )
    called = select(Event.private).where(Event.report_id == access.report.id, Event.type == EventType.NOTED)
    addressed = {
        UUID(private["comment"])
        for private in session.scalars(called)
        if private and people.intersection(private["mentions"])
    }
    return frozenset(addressed | set(session.scalars(written)))


def events_for(session: Session, access: Access) -> ColumnElement[bool]:
    """Return the condition on `Event`: what everybody reads, the steps of the case, its photos, and their
    own.
    """
    notes: Collection[str] = [str(each) for each in notes_for(session, access)]
    spoken = Event.data["comment"].astext.in_(notes) | Event.data["kind"].astext.not_in(CONFIDENTIAL)
    return or_(
        Event.public,
        Event.staff_id.in_(_own_people(session, access)),
        Event.type.in_(sorted(read_by(EventReader.CONTRACTOR))),
        and_(Event.type == EventType.COMMENT_ADDED, spoken),
    )


def _own_people(session: Session, access: Access) -> frozenset[int]:
    own = select(Staff.id).where(Staff.department_id.in_(access.actor.departments))
    return frozenset(session.scalars(own))
