"""Finding a clean-up: one that everybody may see, or as a colleague."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.reports.events import Actor
from service.domain.works.access import READERS, require_works
from service.errors import NotFound
from service.i18n import N_
from service.models import Cleanup, Role, Work, WorkKind, WorkStatus
from service.models.reports.event import ActorKind

NONE = N_("Không có đợt ra quân này. Hãy xem lại mã.")


@dataclass(frozen=True, slots=True)
class CleanupWork:
    """A clean-up and the work that it is."""

    work: Work
    side: Cleanup


def visible_cleanups(actor: Actor | None) -> ColumnElement[bool]:
    """Return the condition of the clean-ups that somebody may see; everybody, what is public."""
    public = and_(Work.public, Work.status != WorkStatus.DRAFT)
    if actor is None or actor.kind != ActorKind.STAFF:
        return public
    if actor.role in READERS or actor.role == Role.INSPECTOR:
        return or_(public, Work.id.is_not(None))
    if not actor.departments:
        return public
    mine = sorted(actor.departments)
    return or_(public, Work.lead_id.in_(mine), Cleanup.collector_id.in_(mine))


def find_cleanup(
    session: Session, reference: Reference, code: str, actor: Actor | None = None, *, lock: bool = False
) -> CleanupWork:
    """Return the clean-up of that code. Raises NotFound also for who may not know of it.

    Locked are both rows: whoever counts places waits for who counted before.
    """
    require_works(reference)
    query = (
        select(Work, Cleanup)
        .join(Cleanup, Cleanup.work_id == Work.id)
        .where(Work.kind == WorkKind.CLEANUP, Work.code == code.strip().upper()[:20], visible_cleanups(actor))
    )
    if lock:
        query = query.with_for_update(of=(Work, Cleanup)).execution_options(populate_existing=True)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(NONE)
    return CleanupWork(row[0], row[1])
