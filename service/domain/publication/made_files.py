"""Downloads that were made while something was still public: made anew without it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.models import Download, PendingDeletion
from service.models.ops.download import DownloadState


def remake_files(session: Session, since: datetime, now: datetime) -> int:
    """Have the lists made anew that were asked for after `since`, when the report in question came; how many.

    Which of them hold it cannot be read off them; they are few and live for a day. A worker that makes one
    at this moment throws it away when it comes to finish it.
    """
    query = select(Download).where(
        Download.kind == "reports",
        Download.state.in_((DownloadState.WORKING, DownloadState.READY)),
        Download.expires_at > now,
        Download.created_at >= since,
    )
    rows = list(session.scalars(query.with_for_update()))
    for row in rows:
        if row.state == DownloadState.READY and row.key:
            doomed = {"key": row.key, "since": now, "next_at": now}
            session.execute(insert(PendingDeletion).values(doomed).on_conflict_do_nothing())
        row.state, row.key, row.size, row.done, row.attempts = DownloadState.WAITING, None, None, 0, 0
    return len(rows)
