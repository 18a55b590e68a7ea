"""Erasing what is personal: at a citizen's request, or when the city has kept it long enough.

The report itself stays. Files are only marked here (`doomed_file`); a worker deletes them afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import load_reference
from service.domain.kernel import audit
from service.domain.kernel.sql import changed_rows
from service.domain.kernel.texts import tidy
from service.domain.privacy.erasure_notices import forget_followers, forget_reporters
from service.domain.privacy.words import erase_words
from service.domain.publication import ledger
from service.domain.publication.ledger import Action
from service.domain.reports.access import Access, Asker, lock_report
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import record
from service.domain.talks.idle_talks import erase_talks_of
from service.errors import Forbidden, Unauthenticated, invalid
from service.i18n import N_
from service.models import (
    Contact,
    EventData,
    EventType,
    Follower,
    Message,
    PendingDeletion,
    Photo,
    Report,
    Role,
    SenderTrace,
    Subscription,
)
from service.models.reports.event import ActorKind

ERASERS = frozenset({Role.TRIAGE, Role.ADMINISTRATOR})
"""Roles that erase for somebody who calls or writes."""


class Erasure(StrictBody):
    """The request to have one's personal data erased; staff say on whose request.

    `words`: and the report's words and pictures (description, address, comments, photos); it is hidden then.
    """

    reason: Annotated[str, Field(max_length=500)] = ""
    words: bool = False


@dataclass(frozen=True, slots=True)
class ErasureCounts:
    """Count of what was erased: contact, device and address, originals of photos, followers' contacts."""

    contact: bool = False
    device: bool = False
    photos: int = 0
    followers: int = 0
    words: bool = False

    @property
    def anything(self) -> bool:
        """Return whether anything was there."""
        return bool(self.contact or self.device or self.photos or self.followers or self.words)

    def event_data(self) -> EventData:
        """Return the erasure as an event tells it."""
        return {
            "contact": self.contact,
            "device": self.device,
            "photos": self.photos,
            "followers": self.followers,
            **({"words": True} if self.words else {}),
        }


def erase(session: Session, asker: Asker, name: str | UUID, request: Erasure, now: datetime) -> ErasureCounts:
    """Erase what is personal of whoever asks: a reporter's, or a follower's own; again changes nothing.

    Staff who coordinate erase the reporter's and every follower's for them and say why. Raises NotFound;
    Unauthenticated without a secret; Forbidden for other staff; Invalid without a reason.
    """
    access = lock_report(session, asker, name, now=now, leaving=True)
    if access.actor.kind == ActorKind.STAFF:
        _check_staff(access, request)
        erased = erase_reporter(session, access.report, now)
        erased = replace(
            erased,
            followers=_followers(session, access.report),
            words=request.words and _words(session, access, now),
        )
        ledger.enter_action(session, Action.ERASE_REPORTER, access.report.id, now)
        ledger.enter_action(session, Action.ERASE_FOLLOWERS, access.report.id, now)
        data = {**erased.event_data(), "reason": tidy(request.reason)}
        audit.write_entry(
            session,
            EventType.ERASED,
            access.report.code,
            at=now,
            staff_id=access.actor.staff_id,
            after=data,
        )
    elif access.actor.kind == ActorKind.REPORTER:
        erased = erase_reporter(session, access.report, now)
        erased = replace(erased, words=request.words and _words(session, access, now))
        ledger.enter_action(session, Action.ERASE_REPORTER, access.report.id, now)
    elif access.follower is not None:
        erased = ErasureCounts(followers=empty_followers(session, [access.follower.id]))
        ledger.enter_action(session, Action.ERASE_FOLLOWER, access.follower.id, now)
    else:
        raise Unauthenticated(N_("Cần mã bí mật của phản ánh hoặc của người quan tâm."))
    if erased.anything:
        record(
            session,
            access.report,
            EventType.ERASED,
            actor=access.actor,
            at=now,
            public=False,
            data=erased.event_data(),
        )
    return erased


def erase_contacts(session: Session, report_ids: Sequence[UUID], now: datetime) -> int:
    """Empty the contacts of these reports; return how many held anything."""
    done = session.execute(
        update(Contact)
        .where(Contact.report_id.in_(report_ids), Contact.erased_at.is_(None))
        .values(name=None, phone=None, email=None, erased_at=now)
    )
    forget_reporters(session, report_ids)
    # The digest of what was sent would let a known body be recognised.
    session.execute(update(Report).where(Report.id.in_(report_ids)).values(body_hash=b""))
    return changed_rows(done)


def erase_followers(session: Session, report_ids: Sequence[UUID]) -> int:
    """Empty the contacts of the followers of these reports; they go on following by their secret."""
    reached = or_(
        Follower.name.is_not(None),
        Follower.phone.is_not(None),
        Follower.email.is_not(None),
        exists().where(Subscription.follower_id == Follower.id),
        exists().where(Message.follower_id == Follower.id),
    )
    query = select(Follower.id).where(Follower.report_id.in_(report_ids), reached)
    return empty_followers(session, list(session.scalars(query)))


def erase_devices(session: Session, report_ids: Sequence[UUID]) -> int:
    """Forget from which device and address these reports came; how many told it."""
    session.execute(delete(SenderTrace).where(SenderTrace.report_id.in_(report_ids)))
    known = or_(Report.device_hash.is_not(None), Report.address_hash.is_not(None))
    done = session.execute(
        update(Report)
        .where(Report.id.in_(report_ids), known)
        .values(device_hash=None, address_hash=None)
        .execution_options(synchronize_session="fetch")
    )
    return changed_rows(done)


def mark_originals_for_deletion(session: Session, photo_ids: Sequence[UUID], now: datetime) -> int:
    """Give up the originals of these photos: what the camera wrote into them at once, the files soon."""
    rows = session.execute(
        update(Photo)
        .where(Photo.id.in_(photo_ids), Photo.original_erased_at.is_(None))
        .values(original_erased_at=now, exif_lon=None, exif_lat=None)
        .returning(Photo.original_key)
    )
    keys = sorted(set(rows.scalars()))
    if keys:
        files = [{"key": key, "since": now, "next_at": now} for key in keys]
        session.execute(insert(PendingDeletion).values(files).on_conflict_do_nothing())
    return len(keys)


def _words(session: Session, access: Access, now: datetime) -> bool:
    return erase_words(session, load_reference(session), access.report, actor=access.actor, now=now)


def _check_staff(access: Access, request: Erasure) -> None:
    if access.actor.role not in ERASERS:
        raise Forbidden(N_("Chỉ điều phối viên và người quản trị được xóa thông tin người gửi."))
    if not tidy(request.reason):
        raise invalid(["reason"], N_("Cần nêu lý do."))


def erase_reporter(session: Session, report: Report, now: datetime) -> ErasureCounts:
    """Erase contact, conversations, device, address and the originals of the reporter's photos; return what
    was there.
    """
    sent = select(Photo.id).where(
        Photo.report_id == report.id, Photo.staff_id.is_(None), Photo.original_erased_at.is_(None)
    )
    # A merge wrote the same contact down once more, at the original.
    carried = select(Follower.id).where(Follower.merged_from_id == report.id, Follower.body_hash == b"")
    empty_followers(session, list(session.scalars(carried)))
    talks = erase_talks_of(session, [report.id], now)
    return ErasureCounts(
        contact=erase_contacts(session, [report.id], now) + talks > 0,
        device=erase_devices(session, [report.id]) > 0,
        photos=mark_originals_for_deletion(session, list(session.scalars(sent)), now),
    )


def _followers(session: Session, report: Report) -> int:
    return erase_followers(session, [report.id])


def empty_followers(session: Session, follower_ids: Sequence[UUID]) -> int:
    """Empty the contacts of these followers; return how many held anything."""
    done = session.execute(
        update(Follower)
        .where(Follower.id.in_(follower_ids))
        .where(or_(Follower.name.is_not(None), Follower.phone.is_not(None), Follower.email.is_not(None)))
        .values(name=None, phone=None, email=None)
    )
    # An address that was only asked so far stands with the notices alone.
    forgotten = forget_followers(session, follower_ids)
    return max(changed_rows(done), min(forgotten, len(follower_ids)))
