"""Deciding what the public sees: coordinators hide and show, reporters show what a follower sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from service.domain.kernel import audit
from service.domain.kernel.texts import tidy
from service.domain.publication import publication
from service.domain.publication.publication import DESK, HidingCause, hiding_of
from service.domain.reports.access import ANYONE, Access, Asker, lock_report
from service.domain.reports.drafts import StrictBody
from service.domain.reports.lifecycle import allowed
from service.domain.reports.photos import FROM_CITIZENS, tell_ready
from service.errors import Conflict, Forbidden, NotFound, Unauthenticated, invalid
from service.i18n import N_
from service.models import Comment, Hiding, Photo, Report, Role, Staff
from service.models.reports.event import ActorKind
from service.models.reports.photo import PhotoState

HIDERS = frozenset({Role.TRIAGE, Role.ADMINISTRATOR})
"""Roles that decide what the public sees."""


class Visibility(StrictBody):
    """Decision whether the public may see something; `reason` is needed to hide it and is kept for
    the audit.
    """

    hidden: bool
    reason: Annotated[str, Field(max_length=500)] = ""


class ReportVisibility(Visibility):
    """Decision whether the public may see a report, of which the reporter reads the reason;
    `version` is the one the person saw.
    """

    version: Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True)
class HidingRecord:
    """Reason, time and author of the hiding of a report, photo or comment."""

    cause: str
    reason: str
    at: datetime
    by: str | None = None


def decides_visibility(access: Access) -> bool:
    """Return whether this person decides what of the report the public sees."""
    return access.actor.kind == ActorKind.STAFF and access.actor.role in HIDERS


def hidden_parts(session: Session, report_id: UUID) -> dict[UUID, HidingRecord]:
    """Return what is hidden of a report (itself, photos, comments) by id, for colleagues."""
    rows = publication.hidings_in(session, report_id)
    return {subject_id: why_hidden(session, row) for (_, subject_id), row in rows.items()}


def why_hidden(session: Session, row: Hiding) -> HidingRecord:
    """Return the row as its readers see it."""
    person = session.get(Staff, row.staff_id) if row.staff_id is not None else None
    return HidingRecord(row.cause, row.reason, row.at, person.name if person else None)


def decide_report(
    session: Session, asker: Asker, name: str | UUID, sent: ReportVisibility, now: datetime
) -> Report:
    """Hide a report or show it again; the same decision again by the same person changes nothing.

    Raises NotFound; Unauthenticated and Forbidden for others than coordinators and administrators; Invalid
    for hiding without a reason; Conflict for a stale version.
    """
    access = lock_report(session, asker, name, now=now)
    report, reason = access.report, _reason(access, sent)
    row = hiding_of(session, "report", report.id)
    if (row is not None) == sent.hidden and _is_repeat(access, row, sent, reason):
        return report
    if sent.version != report.version:
        raise _stale(report)
    if sent.hidden and row is not None:
        raise Conflict(N_("Phản ánh này đã được ẩn rồi. Hãy tải lại để xem lý do."))
    before = {"hidden": row is not None, "published": report.published}
    if sent.hidden:
        publication.hide_report(session, report, HidingCause(DESK, reason), actor=access.actor, now=now)
    elif not publication.show_report(session, report, reason, actor=access.actor, now=now):
        return report
    report.version += 1
    _audit(session, access, "report", report.code, sent.hidden, reason, before, now)
    session.flush()
    return report


def decide_photo(session: Session, asker: Asker, photo_id: UUID, sent: Visibility, now: datetime) -> Photo:
    """Hide a photo or show it (again); its report's reporter may show what a follower sent.

    Raises as `decide_report`, but for versions: Conflict where it was hidden by somebody else, or for
    another reason. NotFound where there is no such photo.
    """
    photo = session.get(Photo, photo_id)
    if photo is None or photo.work_id is not None:
        raise _no_photo()
    access = _lock_for(session, asker, photo.report_id, now, _no_photo())
    session.refresh(photo, with_for_update=True)
    row = hiding_of(session, "photo", photo.id)
    waits = row is None and photo.kind in FROM_CITIZENS and not photo.published
    if access.actor.kind == ActorKind.REPORTER:
        if sent.hidden or row is not None:
            raise Forbidden(N_("Chỉ điều phối viên và người quản trị được ẩn hoặc cho hiện lại ảnh này."))
        reason = tidy(sent.reason)
    else:
        reason = _reason(access, sent)
    before = {"hidden": row is not None, "published": photo.published}
    if sent.hidden:
        _refuse_another(access, row, reason, N_("Ảnh này đã được ẩn rồi. Hãy tải lại để xem lý do."))
        changed = publication.hide_photo(
            session, photo, HidingCause(DESK, reason), actor=access.actor, now=now
        )
    else:
        # What a follower sent and was hidden while it waited is shown by the same decision.
        publish = waits or (row is not None and photo.kind in FROM_CITIZENS)
        changed = publication.show_photo(session, photo, reason, actor=access.actor, now=now, publish=publish)
        if changed and photo.published and photo.state == PhotoState.READY:
            tell_ready(session, access.report, photo, now)
    if changed and access.actor.kind == ActorKind.STAFF:
        subject = f"{access.report.code} {photo.id}"
        _audit(session, access, "photo", subject, sent.hidden, reason, before, now)
    session.flush()
    return photo


def decide_comment(
    session: Session, asker: Asker, comment_id: UUID, sent: Visibility, now: datetime
) -> Comment:
    """Hide a comment or show it again. Raises as `decide_photo`, NotFound for no such comment."""
    comment = session.get(Comment, comment_id)
    if comment is None:
        raise _no_comment()
    access = _lock_for(session, asker, comment.report_id, now, _no_comment())
    session.refresh(comment, with_for_update=True)
    reason = _reason(access, sent)
    row = hiding_of(session, "comment", comment.id)
    before = {"hidden": row is not None, "public": comment.public}
    if sent.hidden:
        _refuse_another(access, row, reason, N_("Ý kiến này đã được ẩn rồi. Hãy tải lại để xem lý do."))
        changed = publication.hide_comment(
            session, comment, HidingCause(DESK, reason), actor=access.actor, now=now
        )
    else:
        changed = publication.show_comment(session, comment, reason, actor=access.actor, now=now)
    if changed:
        subject = f"{access.report.code} {comment.id}"
        _audit(session, access, "comment", subject, sent.hidden, reason, before, now)
    session.flush()
    return comment


def _lock_for(session: Session, asker: Asker, report_id: UUID, now: datetime, missing: NotFound) -> Access:
    """Lock the report of a photo or comment; who may not know of it learns that there is none."""
    try:
        return lock_report(session, asker, report_id, now=now)
    except NotFound:
        raise missing from None


def _reason(access: Access, sent: Visibility) -> str:
    """Return the reason, tidied, of one who may decide. Raises Unauthenticated, Forbidden, Invalid."""
    if access.actor is ANYONE:
        raise Unauthenticated(N_("Cần đăng nhập bằng tài khoản cán bộ."))
    if not decides_visibility(access):
        raise Forbidden(N_("Chỉ điều phối viên và người quản trị được ẩn hoặc cho hiện lại."))
    reason = tidy(sent.reason)
    if sent.hidden and not reason:
        raise invalid(["reason"], N_("Cần nêu lý do."))
    return reason


def _is_repeat(access: Access, row: Hiding | None, sent: ReportVisibility, reason: str) -> bool:
    """Return whether this very decision was taken: the answer to it was lost and the person tries again."""
    current = access.report.version
    return sent.version in (current, current - 1) and (row is None or _is_own(access, row, reason))


def _is_own(access: Access, row: Hiding, reason: str) -> bool:
    return (row.staff_id, row.reason) == (access.actor.staff_id, reason)


def _refuse_another(access: Access, row: Hiding | None, reason: str, earlier: str) -> None:
    """Raise Conflict where it is hidden already by another decision than this person's for this reason."""
    if row is not None and not _is_own(access, row, reason):
        raise Conflict(earlier, extra={"hidden": True})


def _stale(report: Report) -> Conflict:
    return Conflict(
        N_("Có người vừa cập nhật phản ánh này (phiên bản {version}). Hãy xem bản mới rồi quyết định."),
        extra={"version": report.version, "status_now": report.status, "allowed": allowed(report)},
        version=report.version,
    )


def _audit(
    session: Session,
    access: Access,
    kind: str,
    subject: str,
    hidden: bool,
    reason: str,
    before: dict[str, bool],
    now: datetime,
) -> None:
    action = f"{kind}.hidden" if hidden else f"{kind}.shown"
    after = {"hidden": hidden, "reason": reason}
    audit.write_entry(
        session, action, subject, at=now, staff_id=access.actor.staff_id, before=before, after=after
    )


def _no_photo() -> NotFound:
    return NotFound(N_("Không có ảnh này."))


def _no_comment() -> NotFound:
    return NotFound(N_("Không có ý kiến này."))
