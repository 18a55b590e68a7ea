"""Leases on long work: taken by one process at a time, renewed while it lives, free again when it has died.

Other than a lock, a lease outlives a transaction: work can be done in many short ones.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.models import Lease


def take_lease(session: Session, name: str, now: datetime, span: timedelta) -> UUID | None:
    """Take the lease for `span`; return the new holder's token, None while another holder's lease runs."""
    holder = uuid4()
    row = insert(Lease).values(name=name, holder=holder, until=now + span)
    free = or_(Lease.holder.is_(None), Lease.until <= now)
    taken = row.on_conflict_do_update(
        index_elements=[Lease.name],
        set_={"holder": row.excluded.holder, "until": row.excluded.until},
        where=free,
    ).returning(Lease.holder)
    return session.scalar(taken)


def renew(session: Session, name: str, holder: UUID, now: datetime, span: timedelta) -> bool:
    """Hold the lease for `span` from now on; False when somebody else has taken it over meanwhile."""
    return _change(session, name, holder, until=now + span)


def release(session: Session, name: str, holder: UUID) -> None:
    """Give the lease back; what is left to do stays noted."""
    _change(session, name, holder, holder=None)


def note_progress(session: Session, name: str, holder: UUID, progress: str | None) -> bool:
    """Write down how far the work is, None when it is done; False when the lease is another's by now."""
    return _change(session, name, holder, progress=progress)


def progress_of(session: Session, name: str) -> str | None:
    """Return how far unfinished work is; None when there is none."""
    return session.scalar(select(Lease.progress).where(Lease.name == name))


def _change(session: Session, name: str, held_by: UUID, **values: object) -> bool:
    mine = (Lease.name == name) & (Lease.holder == held_by)
    done = update(Lease).where(mine).values(**values).returning(Lease.name)
    return session.scalar(done) is not None
