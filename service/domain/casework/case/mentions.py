"""Notes among colleagues, and whom they call by `@username`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.casework.case.words import say
from service.domain.city.reference import Reference
from service.domain.people.colleagues import called_names, mentioned
from service.domain.reports.access import Asker, find_report
from service.domain.reports.events import Actor, record
from service.models import Comment, EventType, Report


def add_note(
    session: Session,
    reference: Reference,
    report: Report,
    text: str,
    *,
    actor: Actor,
    at: datetime,
    id: UUID | None = None,  # noqa: A002 - the comment's own word
    repeat_key: str | None = None,
) -> Comment:
    """Add an internal note. Who is called in it stands in the private part of an event of its own:
    `{"comment", "mentions": [staff ids]}`, for the notices.
    """
    event = say(session, report, "note", text, public=False, actor=actor, at=at, id=id, repeat_key=repeat_key)
    called = [each.id for each in mentioned(session, reference, report, text) if each.id != actor.staff_id]
    if called:
        data = {"comment": str(event.id), "mentions": called}
        record(session, report, EventType.NOTED, actor=actor, at=at, public=False, private=data)
    return event


def unknown_mentions(
    session: Session, reference: Reference, asker: Asker, name: str, text: str, now: datetime
) -> list[str]:
    """Return the user names that a note calls without anybody being called: nobody has the name, or who has
    it may not see the case. Raises NotFound.
    """
    if not (wanted := called_names(text)):
        return []
    report = find_report(session, asker, name, now=now).report
    called = {each.username for each in mentioned(session, reference, report, text)}
    return [each for each in wanted if each not in called]
