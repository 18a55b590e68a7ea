"""Quota of files made for strangers: one file for all who ask for the same, and a budget of bytes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.domain.reports.filters import Params
from service.models import Download
from service.models.ops.download import DownloadState

SHARED_FOR = timedelta(hours=6)
"""A file of the same filters, format and language that is no older serves everybody who asks for it."""

BUDGET_BYTES = 5 * 2**30
"""Of all files of the public together; beyond it the oldest go."""

SWEPT_AFTER = timedelta(hours=1)
"""As `orders.expired_downloads`: so long after its time a file is deleted."""


def find_public_download(
    session: Session, kind: str, form: str, params: Params, language: str, *, now: datetime
) -> Download | None:
    """Return the public's file, made or on its way, that holds what is asked for; None where there is
    none.
    """
    query = select(Download).where(
        Download.staff_id.is_(None),
        Download.kind == kind,
        Download.format == form,
        Download.asked == dict(params),
        Download.language == language,
        Download.state != DownloadState.FAILED,
        Download.created_at > now - SHARED_FOR,
        Download.expires_at > now,
    )
    return session.scalars(query.order_by(Download.created_at.desc()).limit(1)).first()


def expire_oldest(session: Session, *, now: datetime) -> None:
    """Let the oldest files of the public expire, until all of them fit the budget."""
    age = func.sum(Download.size).over(order_by=Download.created_at.desc())
    files = (
        select(Download.id, age.label("newer"))
        .where(Download.staff_id.is_(None), Download.state == DownloadState.READY, Download.expires_at > now)
        .subquery()
    )
    beyond = select(files.c.id).where(files.c.newer > BUDGET_BYTES)
    session.execute(
        update(Download)
        .where(Download.id.in_(beyond))
        .values(expires_at=now - SWEPT_AFTER - timedelta(seconds=1))
        .execution_options(synchronize_session=False)
    )
