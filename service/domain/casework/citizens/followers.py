"""Joining a report that is already there ("me too"): followers and the secret each of them gets."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from service.domain.casework.merge import original_of
from service.domain.city.reference import Reference
from service.domain.kernel.tokens import is_signed, sign
from service.domain.reports.access import Asker, lock_report
from service.domain.reports.drafts import ContactIn, StrictBody, check_contact
from service.domain.reports.events import FOLLOWER, record
from service.domain.reports.reports import ContactDraft
from service.errors import Conflict, FieldError, Invalid, NotFound
from service.i18n import N_
from service.models import ENDED_UNDONE, EventType, Follower, Report, Status
from service.models.reports.event import ActorKind


class Follow(StrictBody):
    """Following a report. Without `contact` one follows by the secret alone.

    The same `id` again is the same follower; without one every request makes a new follower.
    """

    id: UUID | None = None
    contact: ContactIn | None = None


def add_follower(
    session: Session,
    reference: Reference,
    asker: Asker,
    name: str | UUID,
    sent: Follow,
    *,
    language: str,
    now: datetime,
) -> tuple[UUID, bool]:
    """Return (the follower's id, whether they are new). Whoever follows a duplicate follows its original.

    No address is kept here, since anybody types anybody's: `notices/following.py` asks it. Raises NotFound;
    Invalid for a contact that is none; Conflict where nothing will happen any more, for the reporter, and
    for an id used with another contact.
    """
    contact = check_follow(reference, sent)
    access = lock_report(session, asker, name, now=now)
    if access.actor.kind == ActorKind.REPORTER:
        raise Conflict(N_("Bạn là người gửi phản ánh này nên đã được báo tin."))
    report = access.report
    if report.status == Status.DUPLICATE:
        report = _original(session, report, now)
    if report.status in ENDED_UNDONE or report.status == Status.DUPLICATE:
        raise Conflict(N_("Phản ánh này đã kết thúc, không còn tin để báo."))
    digest = _digest(asker.key, report.id, contact)
    follower_id = sent.id or uuid4()  # never made of the contact: it would be told to whoever types that
    if known := session.get(Follower, follower_id):
        if _is_same(asker.key, report.id, contact, known.body_hash):
            return known.id, False
        raise Conflict(
            N_("Mã id này đã được dùng cho một nội dung khác. Hãy tạo id mới."),
            errors=[FieldError(("id",), N_("Đã được dùng với nội dung khác."))],
        )
    row = Follower(
        id=follower_id,
        report_id=report.id,
        name=contact.name if contact else None,
        language=language,
        body_hash=digest,
        created_at=now,
    )
    session.add(row)
    record(session, report, EventType.FOLLOWED, actor=FOLLOWER, at=now, public=False)
    session.flush()
    return follower_id, True


def _original(session: Session, report: Report, now: datetime) -> Report:
    """Return the report that this one went into, locked; itself where that is not public."""
    try:
        return lock_report(session, Asker(), original_of(session, report.id), now=now).report
    except NotFound:
        return report


def check_follow(reference: Reference, sent: Follow) -> ContactDraft | None:
    """Return the contact in its one spelling, None for none. Raises Invalid."""
    errors: list[FieldError] = []
    contact = check_contact(reference, sent.contact, errors)
    if errors:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)
    return contact


def _digest(key: bytes, report_id: UUID, contact: ContactDraft | None) -> bytes:
    """Tells a retry from another body; keyed, so that a stored digest tells nothing of the contact."""
    return sign(key, "follow", _body(report_id, contact))


def _is_same(key: bytes, report_id: UUID, contact: ContactDraft | None, digest: bytes) -> bool:
    return is_signed(key, "follow", _body(report_id, contact), digest)


def _body(report_id: UUID, contact: ContactDraft | None) -> bytes:
    identity = repr((contact.name, contact.phone, contact.email)) if contact else ""
    return report_id.bytes + identity.encode()
