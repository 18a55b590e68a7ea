"""Orphans of the media store, files that no row names: a process died between a file and its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, TEXT, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from service.models import (
    Download,
    Event,
    FileMove,
    InboxEntry,
    OfficialDocument,
    OpenFile,
    PendingDeletion,
    Photo,
    Plan,
    ScoreProof,
    TalkFile,
)
from service.models.reports.photo import PhotoState
from service.storage import StoredFile, is_key

SETTLED = timedelta(days=1)
"""A file is written seconds before its row is: a younger one may still be on its way."""

DRAWN = ("original/demo/", "public/demo/")
"""Scenes drawn once for all demo reports, also those that are yet to be made."""


def first_known(session: Session) -> datetime | None:
    """Return when the first thing of this database happened; None for one in which nothing has.

    Files written before it belong to a database that was there earlier, and may come back from a backup.
    """
    return session.scalar(select(Event.at).order_by(Event.id).limit(1))


def settled(entries: Sequence[StoredFile], since: datetime, now: datetime) -> list[str]:
    """Return the keys of ours among these files that were written after `since`, long enough ago."""
    return [
        entry.key
        for entry in entries
        if since <= entry.written_at < now - SETTLED and is_key(entry.key) and not entry.key.startswith(DRAWN)
    ]


def unnamed(session: Session, keys: Sequence[str]) -> list[str]:
    """Return the keys of files that no row names, in the order they came.

    An original that every photo has given up is named by them no more: it waits in `doomed_file`, or nobody
    may keep it. What is to be rendered yet needs its original all the same.
    """
    query = select(func.unnest(literal(list(keys), ARRAY(TEXT))))
    copies = select(func.unnest(FileMove.new_keys).label("key")).subquery()
    kept = or_(Photo.original_erased_at.is_(None), Photo.state == PhotoState.RAW)
    naming = union_all(
        select(Photo.original_key).where(Photo.original_key.in_(query), kept),
        *(
            select(column).where(column.in_(query))
            for column in (
                Photo.public_key,
                Photo.thumbnail_key,
                FileMove.old_key,
                copies.c.key,
                PendingDeletion.key,
                Download.key,
                OpenFile.key,
                TalkFile.object_key,
                OfficialDocument.file_key,
                Plan.source_key,
                OfficialDocument.signed_key,
                ScoreProof.key,
                InboxEntry.object_key,
            )
        ),
    )
    named = set(session.scalars(naming))
    return [key for key in keys if key not in named]
