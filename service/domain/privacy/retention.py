"""Retention: data that the city has kept long enough, chosen here in bounded batches, erased by
`erasure.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.gifts.contributions import forget_givers
from service.domain.cleanups.passing_time import forget_volunteers
from service.domain.kernel.sql import changed_rows
from service.domain.number_cases.subscribers import forget_owners
from service.domain.people.sessions import end_expired
from service.domain.privacy.erasure import (
    erase_contacts,
    erase_devices,
    erase_followers,
    mark_originals_for_deletion,
)
from service.domain.routing.spam import read_spam_rules
from service.models import (
    CitizenSession,
    Contact,
    Follower,
    Message,
    PendingDeletion,
    Photo,
    Report,
    SenderTrace,
    SigninCode,
    Work,
)
from service.models.reports.photo import PhotoState

MONTHS: Mapping[str, int] = {"contact_months": 12, "original_photo_months": 24, "device_months": 3}
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
NEVER_TRIED_SOONER = timedelta(minutes=10)
"""A worker that took a file and died leaves it to the next one after this."""

Batch = Callable[[Session, Reference, datetime, int], int]


def months_before(now: datetime, months: int, timezone: str) -> datetime:
    """Return the same day and hour so many months ago in the city's time; the month's last day if it is
    shorter.
    """
    here = now.astimezone(ZoneInfo(timezone))
    year, month = divmod(here.year * 12 + here.month - 1 - months, 12)
    day = here.day
    while True:
        try:
            return here.replace(year=year, month=month + 1, day=day)
        except ValueError:
            day -= 1


def old_contacts(session: Session, reference: Reference, now: datetime, most: int) -> int:
    """Erase contacts of reports that ended before the city's period; how many."""
    query = (
        select(Contact.report_id)
        .join(Report, Report.id == Contact.report_id)
        .where(Contact.erased_at.is_(None), _ended(reference, now, "contact_months"))
    )
    return erase_contacts(session, list(session.scalars(query.limit(most))), now)


def old_followers(session: Session, reference: Reference, now: datetime, most: int) -> int:
    """Erase contacts of followers of reports that ended before the city's period; how many."""
    reached = or_(Follower.name.is_not(None), Follower.phone.is_not(None), Follower.email.is_not(None))
    query = (
        select(Follower.report_id)
        .join(Report, Report.id == Follower.report_id)
        .where(reached, _ended(reference, now, "contact_months"))
        .distinct()
    )
    return erase_followers(session, list(session.scalars(query.limit(most))))


def old_originals(session: Session, reference: Reference, now: datetime, most: int) -> int:
    """Give up originals of photos, of reports and of works; how many."""
    over = [_ended(reference, now, "original_photo_months", what) for what in (Report, Work)]
    query = (
        select(Photo.id)
        .outerjoin(Report, Report.id == Photo.report_id)
        .outerjoin(Work, Work.id == Photo.work_id)
        .where(Photo.original_erased_at.is_(None), or_(*over))
    )
    return mark_originals_for_deletion(session, list(session.scalars(query.limit(most))), now)


def old_devices(session: Session, reference: Reference, now: datetime, most: int) -> int:
    """Forget devices and addresses of reports that ended before the city's period; how many."""
    known = or_(Report.device_hash.is_not(None), Report.address_hash.is_not(None))
    query = select(Report.id).where(known, _ended(reference, now, "device_months"))
    return erase_devices(session, list(session.scalars(query.limit(most))))


def old_traces(session: Session, reference: Reference, now: datetime, most: int) -> int:
    """Delete sender traces of the spam check that are too old to be compared; how many."""
    before = now - read_spam_rules(reference.config.spam).window - timedelta(days=1)
    old = (
        select(SenderTrace.report_id, SenderTrace.kind).where(SenderTrace.at < before).limit(most).subquery()
    )
    done = session.execute(
        delete(SenderTrace).where(SenderTrace.report_id == old.c.report_id, SenderTrace.kind == old.c.kind)
    )
    return changed_rows(done)


def old_sessions(session: Session, _: Reference, now: datetime, most: int) -> int:
    """Delete sessions of staff that have ended by themselves; how many."""
    return end_expired(session, now, most)


def old_codes(session: Session, _: Reference, now: datetime, most: int) -> int:
    """Delete one-time codes and the sessions of citizens that have run out; how many."""
    codes = select(SigninCode.id).where(SigninCode.expires_at < now - timedelta(days=1)).limit(most)
    ended = select(CitizenSession.id).where(CitizenSession.expires_at < now).limit(most)
    gone = changed_rows(session.execute(delete(SigninCode).where(SigninCode.id.in_(codes))))
    return gone + changed_rows(session.execute(delete(CitizenSession).where(CitizenSession.id.in_(ended))))


def old_messages(session: Session, reference: Reference, now: datetime, most: int) -> int:
    """Delete messages to people, once they are as old as traces of devices may become; how many."""
    before = months_before(now, _months(reference, "device_months"), reference.timezone)
    old = select(Message.id).where(Message.created_at < before).limit(most)
    return changed_rows(session.execute(delete(Message).where(Message.id.in_(old))))


def old_owners(session: Session, reference: Reference, now: datetime, most: int) -> int:
    """Erase who numbers on advertisements belong to, once their cases ended before the city's period."""
    before = months_before(now, reference.config.numbers.subscriber_months, reference.timezone)
    return forget_owners(session, before, now, most)


BATCHES: dict[str, Batch] = {
    "contacts": old_contacts,
    "followers": old_followers,
    "originals": old_originals,
    "devices": old_devices,
    "traces": old_traces,
    "sessions": old_sessions,
    "codes": old_codes,
    "messages": old_messages,
    "volunteers": forget_volunteers,
    "givers": forget_givers,
    "owners of numbers": old_owners,
}
"""Each erases at most so many in one transaction and says how many; 0 when nothing is left."""


def take_pending_deletions(session: Session, now: datetime, most: int) -> list[tuple[str, int]]:
    """Return files whose deletion is due, with how often it was tried; others leave them alone for a while.

    Not those of photos that are still to be rendered.
    """
    raw = exists().where(Photo.original_key == PendingDeletion.key, Photo.state == PhotoState.RAW)
    query = (
        select(PendingDeletion)
        .where(PendingDeletion.next_at <= now, ~raw)
        .order_by(PendingDeletion.next_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    found = list(session.scalars(query))
    for row in found:
        row.next_at = now + NEVER_TRIED_SOONER
        row.tries += 1
    return [(row.key, row.tries) for row in found]


def still_needed(session: Session, key: str) -> bool:
    """Return whether another photo shares the same original file and still keeps it."""
    wanted = exists().where(Photo.original_key == key, Photo.original_erased_at.is_(None))
    return bool(session.scalar(select(wanted)))


def deleted(session: Session, key: str) -> None:
    """Forget a pending deletion: the file is gone, or stays for another photo."""
    session.execute(delete(PendingDeletion).where(PendingDeletion.key == key))


def postpone_deletion(session: Session, key: str, tries: int, now: datetime) -> None:
    """Put off a file that could not be deleted: again later, and later each time."""
    row = session.get(PendingDeletion, key)
    if row is not None:
        row.next_at = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries, 12))


def pending_deletions(session: Session) -> int:
    """Return how many files wait to be deleted."""
    return session.scalar(select(func.count()).select_from(PendingDeletion)) or 0


def _ended(
    reference: Reference, now: datetime, period: str, what: type[Report | Work] = Report
) -> ColumnElement[bool]:
    return what.closed_at < months_before(now, _months(reference, period), reference.timezone)


def _months(reference: Reference, period: str) -> int:
    months: int = getattr(reference.config.retention, period)
    return months
