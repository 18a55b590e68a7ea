"""Downloads that a worker makes: asking for one, making it, how far it is, fetching it, throwing it away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from service.domain.kernel.sql import changed_rows
from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.domain.reports.filters import Params
from service.domain.workspaces.downloads import quota
from service.errors import Conflict, Gone, NotFound, TooMany
from service.i18n import N_
from service.models import Download
from service.models.ops.download import DOWNLOAD_UNMADE, DownloadState

KEPT = timedelta(hours=24)
FORMATS = ("csv", "xlsx", "geojson", "gpkg")
MOST_OF_ONE, MOST_OF_ALL = 5, 50
"""Downloads that wait or are being made: of one person, and of the public together."""
SILENT = timedelta(minutes=3)
MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class DownloadView:
    """Download as who asked for it sees it; `total` rows are expected, `done` are written, `filename` is what
    it is called when it is saved.
    """

    id: UUID
    kind: str
    format: str
    state: DownloadState
    done: int
    total: int | None
    size: int | None
    created_at: datetime
    expires_at: datetime
    filename: str


@dataclass(frozen=True, slots=True)
class DownloadOrder:
    """Order to a worker to make a file."""

    id: UUID
    kind: str
    format: str
    asked: Mapping[str, object]
    language: str
    staff_id: int | None
    key: str


@dataclass(frozen=True, slots=True)
class DownloadFile:
    """File to be made: what it holds, for whom, and how long it is kept."""

    kind: str
    format: str
    asked: Mapping[str, object]
    language: str
    name: str | None
    staff_id: int | None
    kept: timedelta = KEPT


def order_download(
    session: Session,
    actor: Actor | None,
    kind: str,
    form: str,
    params: Params,
    *,
    language: str,
    now: datetime,
    name: str | None = None,
) -> DownloadView:
    """Ask for a file of this `name`; the public shares one of the same filters that is not old.

    Raises TooMany while too many of one's own, or of the public's, are not made yet.
    """
    staff_id = actor.staff_id if actor else None
    if staff_id is None and (
        there := quota.find_public_download(session, kind, form, params, language, now=now)
    ):
        return _view(there)
    owner = Download.staff_id == staff_id if staff_id else Download.staff_id.is_(None)
    waiting = session.scalar(
        select(func.count()).select_from(Download).where(owner, Download.state.in_(DOWNLOAD_UNMADE))
    )
    if (waiting or 0) >= (MOST_OF_ONE if staff_id else MOST_OF_ALL):
        raise TooMany(
            N_("Còn nhiều tệp đang được tạo. Hãy chờ các tệp đó xong rồi thử lại."),
            headers={"Retry-After": "60"},
        )
    file = DownloadFile(kind, form, params, language, name, staff_id)
    return _view(session.get_one(Download, add_download(session, file, now=now)))


def add_download(session: Session, file: DownloadFile, *, now: datetime) -> UUID:
    """Put a file among those to be made, however many wait; its id."""
    row = Download(
        id=uuid4(),
        kind=file.kind,
        format=file.format,
        asked=dict(file.asked),
        language=file.language,
        name=file.name,
        staff_id=file.staff_id,
        created_at=now,
        expires_at=now + file.kept,
    )
    session.add(row)
    session.flush()
    return row.id


def find_shared(
    session: Session, kind: str, form: str, params: Params, *, language: str, now: datetime
) -> DownloadView | None:
    """Return the public's file that holds what is asked for; None where one would have to be made."""
    found = quota.find_public_download(session, kind, form, params, language, now=now)
    return _view(found) if found else None


def find_download(session: Session, asker: Asker, identity: UUID, *, now: datetime) -> DownloadView:
    """Return a download that the asker may fetch. Raises NotFound, Gone when its time is over."""
    return _view(_found(session, asker, identity, now))


def file_of(session: Session, asker: Asker, identity: UUID, *, now: datetime) -> tuple[DownloadView, str]:
    """Return a download with the key of its file. Raises Conflict while the file is not made."""
    row = _found(session, asker, identity, now)
    if row.state != DownloadState.READY or row.key is None:
        raise Conflict(N_("Tệp chưa tạo xong. Hãy chờ thêm một chút."))
    return _view(row), row.key


def claim_download(session: Session, *, now: datetime) -> DownloadOrder | None:
    """Take the oldest one that nobody makes, or that who made it has been silent about for minutes. One that
    was begun too often fails and keeps none of the others waiting.
    """
    silent = (Download.state == DownloadState.WORKING) & (Download.worked_at < now - SILENT)
    unmade = select(Download).where(
        or_(Download.state == DownloadState.WAITING, silent), Download.expires_at > now
    )
    oldest = unmade.order_by(Download.created_at).limit(1).with_for_update(skip_locked=True)
    while (row := session.scalar(oldest)) is not None:
        if row.attempts < MOST_ATTEMPTS:
            return _begin(row, now)
        row.state = DownloadState.FAILED
        session.flush()
    return None


def is_waiting(session: Session, *, now: datetime) -> bool:
    """Return whether any download is to be made."""
    waiting = exists().where(Download.state == DownloadState.WAITING, Download.expires_at > now)
    return bool(session.scalar(select(waiting)))


def progress(session: Session, order: DownloadOrder, done: int, total: int | None, *, now: datetime) -> None:
    """Tell how far it is."""
    mine = (Download.id == order.id) & (Download.key == order.key)
    session.execute(update(Download).where(mine).values(done=done, total=total, worked_at=now))


def finish_download(session: Session, order: DownloadOrder, done: int, size: int, *, now: datetime) -> bool:
    """Mark the file as ready to be fetched; False when somebody else has taken it over meanwhile."""
    mine = (Download.id == order.id) & (Download.key == order.key) & (Download.state == DownloadState.WORKING)
    values = {"state": DownloadState.READY, "done": done, "total": done, "size": size, "worked_at": now}
    finished = session.execute(update(Download).where(mine).values(**values))
    quota.expire_oldest(session, now=now)
    return bool(changed_rows(finished))


def fail_download(session: Session, order: DownloadOrder) -> None:
    """Mark the file as one that cannot be made."""
    mine = (Download.id == order.id) & (Download.key == order.key)
    session.execute(update(Download).where(mine).values(state=DownloadState.FAILED))


def expired_downloads(session: Session, *, now: datetime, most: int = 100) -> list[tuple[UUID, str | None]]:
    """Return the downloads whose time is over, with their files."""
    query = (
        select(Download.id, Download.key).where(Download.expires_at < now - timedelta(hours=1)).limit(most)
    )
    return [(identity, key) for identity, key in session.execute(query)]


def forget_downloads(session: Session, identities: list[UUID]) -> None:
    """Strike them off, their files being gone."""
    session.execute(delete(Download).where(Download.id.in_(identities)))


def _begin(row: Download, now: datetime) -> DownloadOrder:
    row.state, row.attempts, row.worked_at, row.done = DownloadState.WORKING, row.attempts + 1, now, 0
    suffix = "json" if row.format == "geojson" else row.format
    # A name of its own for every beginning: a list made anew after a hiding may not get the name of the one
    # just thrown away, nor may who still makes the old one finish it in place of the new.
    row.key = f"original/download/{row.id}-{uuid4().hex}.{suffix}"
    return DownloadOrder(row.id, row.kind, row.format, row.asked, row.language, row.staff_id, row.key)


def _found(session: Session, asker: Asker, identity: UUID, now: datetime) -> Download:
    row = session.get(Download, identity)
    staff_id = asker.staff.staff_id if asker.staff else None
    if row is None or (row.staff_id is not None and row.staff_id != staff_id):
        raise NotFound(N_("Không có tệp này. Hãy tạo lại."))
    if row.expires_at <= now:
        raise Gone(N_("Tệp đã quá hạn tải. Hãy tạo lại."))
    return row


def _view(row: Download) -> DownloadView:
    return DownloadView(
        row.id,
        row.kind,
        row.format,
        row.state,
        row.done,
        row.total,
        row.size,
        row.created_at,
        row.expires_at,
        row.name or f"phan-anh.{row.format}",
    )
