"""Task of claims: terms that pass, cables that nobody owns."""

from __future__ import annotations

from uuid import UUID

from service.db import unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import load_reference
from service.domain.claims.unclaimed import expire_claims
from service.domain.reports.events import SYSTEM
from service.domain.works.actions import ActionContext
from service.ops.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)


@celery_app.task(name="workers.claims.expire", acks_late=False)
def expire() -> int:
    """Count as silent who let the term pass; give what nobody owns to the poles' owner."""
    with unit_of_work(engine()) as session:
        reference = load_reference(session)
        ctx = ActionContext(session, reference, load_calendar(session, reference), SYSTEM, now())
        ended = expire_claims(ctx, failed=_failed)
    if ended:
        log.info("claims expired", cases=ended)
    return ended


def _failed(report_id: UUID, error: Exception) -> None:
    log.error("claims of a report did not expire", report_id=str(report_id), error=repr(error))
