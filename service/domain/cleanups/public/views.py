"""Clean-ups for everybody: the views of colleagues with the words masked, and why one was cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.access import FoundCleanup
from service.domain.cleanups.views import CleanupFilter, CleanupView, list_cleanups, view_cleanup
from service.models import Event, Subject, Work, WorkEventType, WorkStatus

_WORDS = ("title", "note", "meet_words", "bring", "pickup_words", "result")


def list_public_cleanups(session: Session, reference: Reference, wanted: CleanupFilter) -> list[CleanupView]:
    """Return clean-ups that everybody may see, as `list_cleanups`, with their words masked."""
    return mask_cleanups(reference, list_cleanups(session, None, wanted))


def view_public_cleanup(session: Session, reference: Reference, found: FoundCleanup) -> CleanupView:
    """Return one with the photos that everybody may see and its words masked."""
    [view] = mask_cleanups(reference, [view_cleanup(session, found, public=True)])
    return view


def mask_cleanups(reference: Reference, views: Sequence[CleanupView]) -> list[CleanupView]:
    """Return these with their words masked by the city's rule, whoever wrote them."""
    mask = reference.masking.general
    found = []
    for view in views:
        words: dict[str, Any] = {name: mask.text(getattr(view, name)) for name in _WORDS}
        tools = [{**each, "what": mask.text(str(each.get("what", "")))} for each in view.tools]
        found.append(replace(view, **words, tools=tools))
    return found


def cancelled_because(session: Session, reference: Reference, work: Work) -> str:
    """Return why a clean-up was cancelled, masked as words that leave the house; empty where it was not."""
    if work.status != WorkStatus.CANCELLED:
        return ""
    said = (
        select(Event.data["reason"].astext)
        .where(Event.subject_kind == Subject.WORK, Event.subject_id == str(work.id))
        .where(Event.type == WorkEventType.CLEANUP_CANCELLED)
        .order_by(Event.id.desc())
        .limit(1)
    )
    return reference.masking.general.text(session.scalar(said) or "")
