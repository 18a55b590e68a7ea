"""The check that somebody is a coordinator, for what is theirs alone at the desk."""

from __future__ import annotations

from service.domain.reports.events import Actor
from service.errors import Forbidden
from service.i18n import N_
from service.models import Role


def coordinator_id(actor: Actor) -> int:
    """Return the coordinator's number. Raises Forbidden for everybody else."""
    if actor.role != Role.TRIAGE or actor.staff_id is None:
        raise Forbidden(N_("Việc này dành cho điều phối viên."))
    return actor.staff_id
