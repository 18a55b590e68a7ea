"""Long tasks: done in pieces by one process at a time, under a lease in the database.

Such a task acknowledges its message when it begins (`acks_late=False`): a message that comes back while the
task lives would only find the lease taken, and should the process die, the schedule asks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from service.db import unit_of_work
from service.domain.kernel import leases
from workers.app import engine, now

SPAN = timedelta(minutes=2)
"""A holder that has renewed nothing for so long is taken for dead; a piece of work takes seconds."""


@dataclass(frozen=True, slots=True)
class HeldLease:
    """A lease that this process holds."""

    name: str
    holder: UUID

    def renew(self) -> bool:
        """Hold it for another SPAN; False when it was lost to somebody else: stop at once."""
        with unit_of_work(engine()) as session:
            return leases.renew(session, self.name, self.holder, now(), SPAN)


@contextmanager
def held(name: str) -> Iterator[HeldLease | None]:
    """The lease of that name within the block; None while another process is at the work."""
    with unit_of_work(engine()) as session:
        holder = leases.take_lease(session, name, now(), SPAN)
    if holder is None:
        yield None
        return
    try:
        yield HeldLease(name, holder)
    finally:
        with unit_of_work(engine()) as session:
            leases.release(session, name, holder)
