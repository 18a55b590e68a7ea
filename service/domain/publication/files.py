"""New names for public files whose old addresses must not be answered any more. No file is touched here.

The row of the photo says the new name at once; `file_move` says what is still to be copied and deleted, by
whoever comes first: the web process that answered, or a worker.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from service.models import FileMove, Photo
from service.models.reports.photo import PhotoState

NEVER_TRIED_SOONER = timedelta(seconds=20)
"""A process that took a move and died leaves it to the next one after this."""

LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PendingMove:
    """File to be copied to `new_keys` and deleted; `early` while another move has yet to make it."""

    id: int
    old_key: str
    new_keys: Sequence[str]
    tries: int
    early: bool


def rename_files(session: Session, photos: Sequence[Photo], now: datetime) -> None:
    """Give the public versions of these photos new, unguessable names; the old ones are deleted afterwards.

    A split copies a photo as a second row over the same files: each row of them gets a name of its own. Some
    photo is of a report; those of works over the same files move with it.
    """
    keys = {photo.public_key for photo in photos}
    if not keys:
        return
    originals = {photo.original_key for photo in photos}
    report_id = next(photo.report_id for photo in photos if photo.report_id is not None)
    rows = select(Photo).where(Photo.original_key.in_(originals), Photo.public_key.in_(keys))
    moved: dict[str, FileMove] = {}
    for photo in session.scalars(rows.order_by(Photo.id).with_for_update()):
        token = secrets.token_urlsafe(16)
        # A photo that is not rendered yet will be under its new name; there is nothing to copy.
        copied = photo.state == PhotoState.READY
        for attribute in ("public_key", "thumbnail_key"):
            old: str = getattr(photo, attribute)
            new = f"public/{token}/{old.rsplit('/', 1)[1]}"
            move = moved.setdefault(old, _move(photo.report_id or report_id, old, now))
            move.new_keys = [*move.new_keys, *([new] if copied else [])]
            setattr(photo, attribute, new)
    session.add_all(moved.values())
    session.flush()


def erase_files(session: Session, photo: Photo, now: datetime) -> None:
    """Have the public versions of a photo deleted unless another row shows the same files."""
    for key, column in ((photo.public_key, Photo.public_key), (photo.thumbnail_key, Photo.thumbnail_key)):
        others = select(
            exists().where(column == key, Photo.original_key == photo.original_key, Photo.id != photo.id)
        )
        if not session.scalar(others):
            session.add(_move(photo.report_id, key, now))


def take_moves(
    session: Session, now: datetime, most: int, report_ids: Collection[UUID] | None = None
) -> list[PendingMove]:
    """Take moves that are due (those of some reports at once), oldest first; others leave them alone."""
    query = select(FileMove).order_by(FileMove.id).limit(most).with_for_update(skip_locked=True)
    of = FileMove.next_at <= now if report_ids is None else FileMove.report_id.in_(report_ids)
    found = list(session.scalars(query.where(of)))
    for row in found:
        row.next_at = now + NEVER_TRIED_SOONER
        row.tries += 1
    return [
        PendingMove(row.id, row.old_key, tuple(row.new_keys), row.tries, _is_early(session, row))
        for row in found
    ]


def moved(session: Session, move_id: int) -> None:
    """Strike off a move that is done."""
    session.execute(delete(FileMove).where(FileMove.id == move_id))


def postpone_move(session: Session, move: PendingMove, now: datetime) -> None:
    """Try a move again later, and later each time."""
    row = session.get(FileMove, move.id)
    if row is not None:
        row.next_at = now + min(LONGEST_PAUSE, timedelta(seconds=2 ** min(move.tries, 10)))


def _is_early(session: Session, row: FileMove) -> bool:
    before = exists().where(FileMove.id < row.id, FileMove.new_keys.contains([row.old_key]))
    return bool(session.scalar(select(before)))


def _move(report_id: UUID, old_key: str, now: datetime) -> FileMove:
    return FileMove(report_id=report_id, old_key=old_key, new_keys=[], since=now, next_at=now, tries=0)
