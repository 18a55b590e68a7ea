"""Clean-ups for everybody: the views of colleagues with the words masked, and why one was cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.access import CleanupWork
from service.domain.cleanups.views import CleanupFilter, CleanupView, list_cleanups, view_cleanup
from service.models import Event, Subject, Work, WorkEventType, WorkStatus
from service.models.works.cleanup import StoredTool


def list_public_cleanups(session: Session, reference: Reference, filters: CleanupFilter) -> list[CleanupView]:
    """Return clean-ups that everybody may see, as `list_cleanups`, with their words masked."""
    return mask_cleanups(reference, list_cleanups(session, None, filters))


def view_public_cleanup(session: Session, reference: Reference, cleanup: CleanupWork) -> CleanupView:
    """Return one with the photos that everybody may see and its words masked."""
    [view] = mask_cleanups(reference, [view_cleanup(session, cleanup, public=True)])
    return view


def mask_cleanups(reference: Reference, views: Sequence[CleanupView]) -> list[CleanupView]:
    """Return these with their words masked by the city's rule, whoever wrote them."""
    mask = reference.masking.general
    found = []
    for view in views:
        tools = [
            StoredTool(what=mask.text(each["what"]), need=each["need"], have=each["have"])
            for each in view.tools
        ]
        found.append(
            replace(
                view,
                title=mask.text(view.title),
                note=mask.text(view.note),
                meet_words=mask.text(view.meet_words),
                bring=mask.text(view.bring),
                pickup_words=mask.text(view.pickup_words),
                result=mask.text(view.result),
                tools=tools,
            )
        )
    return found


def cancelled_because(session: Session, reference: Reference, work: Work) -> str:
    """Return why a clean-up was cancelled, masked as words that leave the house; empty where it was not."""
    if work.status != WorkStatus.CANCELLED:
        return ""
    query = (
        select(Event.data["reason"].astext)
        .where(Event.subject_kind == Subject.WORK, Event.subject_id == str(work.id))
        .where(Event.type == WorkEventType.CLEANUP_CANCELLED)
        .order_by(Event.id.desc())
        .limit(1)
    )
    return reference.masking.general.text(session.scalar(query) or "")
