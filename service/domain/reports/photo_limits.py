"""Limits of photos: how many a report takes, from whom, and until when."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.reports.edges import REOPENABLE
from service.domain.reports.events import Actor
from service.errors import Conflict
from service.i18n import N_
from service.models import FINISHED, Photo, Report, Status
from service.models.reports.event import ActorKind

MOST = {"report": 6, "reply": 6, "evidence": 24}
"""Photos a report may have, by kind. Work is sent back and done again, so evidence has more."""

MOST_OF_FOLLOWERS = 6
"""Photos that all followers of a report may add to it; they take none of the reporter's own."""

MOST_OF_ONE_FOLLOWER = 2
NO_ROW = UUID(int=0)
"""The follower of whom there is no row: the reporter of a duplicate that was merged into the report."""


def photo_kind_for(actor: Actor, report: Report) -> str:
    """Return the kind of a new photo: staff bring evidence; a citizen who was asked for something replies,
    otherwise it is the report's.
    """
    if actor.kind == ActorKind.STAFF:
        return "evidence"
    return "reply" if report.status == Status.WAITING else "report"


def check_room(session: Session, report: Report, actor: Actor, *, reopening: bool = False) -> None:
    """Raises Conflict when the report has as many photos of this kind as it may have; followers' count apart.

    Citizens add none after the end, but for one that shows why the report is reopened by the same form.
    """
    if (
        actor.kind != ActorKind.STAFF
        and report.status in FINISHED
        and not (reopening and report.status in REOPENABLE)
    ):
        raise Conflict(
            N_(
                "Phản ánh này đã kết thúc nên không nhận thêm ảnh. Hãy đề nghị mở lại, hoặc gửi phản ánh mới."
            ),
            extra={"status_now": report.status},
        )
    if actor.kind == ActorKind.FOLLOWER:
        _check_followers_room(session, report, actor)
        return
    kind = photo_kind_for(actor, report)
    own = Photo.follower_id.is_(None)
    count = select(func.count()).where(Photo.report_id == report.id, Photo.kind == kind, own)
    if session.scalars(count).one() >= MOST[kind]:
        raise Conflict(N_("Phản ánh này đã đủ {most} ảnh."), most=MOST[kind])


def _check_followers_room(session: Session, report: Report, actor: Actor) -> None:
    sent = select(Photo.follower_id).where(Photo.report_id == report.id, Photo.follower_id.is_not(None))
    senders = session.scalars(sent).all()
    if senders.count(actor.follower_id) >= MOST_OF_ONE_FOLLOWER:
        raise Conflict(
            N_(
                "Mỗi người theo dõi thêm được nhiều nhất {most} ảnh vào một phản ánh. "
                "Nếu thấy việc khác, hãy gửi phản ánh mới."
            ),
            most=MOST_OF_ONE_FOLLOWER,
        )
    if len(senders) >= MOST_OF_FOLLOWERS:
        raise Conflict(
            N_(
                "Phản ánh này đã đủ {most} ảnh từ những người theo dõi. "
                "Nếu thấy việc khác, hãy gửi phản ánh mới."
            ),
            most=MOST_OF_FOLLOWERS,
        )
