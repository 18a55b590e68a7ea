"""The files of open data, made every night."""

from __future__ import annotations

from service.opendata.publish import publish_if_due
from service.ops.telemetry import get_logger
from service.settings import get_settings
from service.storage import StorageUnavailable
from workers.app import celery_app, engine, now, storage

log = get_logger(__name__)


@celery_app.task(name="workers.opendata.publish", acks_late=False)
def publish() -> int:
    """Publish the day's edition once its hour has come; how many reports are in it.

    Its message does not come back while it runs; another one finds the lease taken.
    """
    try:
        edition = publish_if_due(engine(), storage(), get_settings().public_url, now())
    except (StorageUnavailable, OSError) as problem:
        log.warning("open data not published", why=str(problem)[:500])
        return 0
    if edition is None:
        return 0
    log.info("open data published", files=len(edition.files), reports=edition.reports)
    return edition.reports
