"""Guesses at a second factor, counted in the account's own row: by every process alike, and over the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.people import factors
from service.models import CodeTries, Message, NoticeAudience, Staff

FREE = 5
"""Wrong codes in a row before the first pause; each one more doubles it."""
LONGEST_PAUSE = timedelta(minutes=5)
MOST_A_DAY = 10
"""Wrong codes in a day: at three good ones in a million, a thief of the password guesses for a century."""
DAY = timedelta(days=1)
TELL_AFTER = 3
"""After so many in a day the owner is told: whoever types them knows the password."""


@dataclass(frozen=True, slots=True)
class CodeVerdict:
    """Verdict on a code: good, or wrong, or not looked at because of a pause of `wait`."""

    good: bool
    wait: timedelta = timedelta()


def try_code(
    session: Session, key: bytes, staff_id: int, code: str, now: datetime, *, known: bool
) -> CodeVerdict:
    """Spend a code of the account, or count that it was wrong; the caller commits either way.

    `known` browsers of the owner are counted apart, so that who stole the password cannot keep them out.
    The row is locked, so that guesses sent at once are looked at one after the other.
    """
    row = _row(session, staff_id, known)
    if wait := _pause(row, now):
        return CodeVerdict(False, wait)
    account = session.get_one(Staff, staff_id)
    if factors.use_code(session, key, account, code, now):
        row.failures = 0
        return CodeVerdict(True)
    if row.since is None or now >= row.since + DAY:
        row.since, row.in_a_day = now, 0
    row.failures = min(row.failures + 1, 30)
    row.in_a_day += 1
    row.failed_at = now
    if row.in_a_day == TELL_AFTER:
        _tell(session, account, now)
    return CodeVerdict(False)


def _row(session: Session, staff_id: int, known: bool) -> CodeTries:
    session.execute(insert(CodeTries).values(staff_id=staff_id, known=known).on_conflict_do_nothing())
    mine = CodeTries.staff_id == staff_id, CodeTries.known.is_(known)
    return session.scalars(select(CodeTries).where(*mine).with_for_update()).one()


def _pause(row: CodeTries, now: datetime) -> timedelta:
    """Return how long the next code waits; nothing where it may be tried."""
    wait = timedelta()
    if row.since is not None and row.in_a_day >= MOST_A_DAY:
        wait = row.since + DAY - now
    if row.failed_at is not None and row.failures >= FREE:
        pause = min(LONGEST_PAUSE, timedelta(seconds=2.0 ** (row.failures - FREE)))
        wait = max(wait, row.failed_at + pause - now)
    return max(wait, timedelta())


def _tell(session: Session, account: Staff, now: datetime) -> None:
    """Tell the account's owner, once a day, by e-mail: a thief of a password does not read that."""
    if not account.email:
        return
    row = insert(Message).values(
        occasion=f"codes:{account.id}:{now:%Y%m%d}",
        channel="email",
        recipient=account.email.lower(),
        audience=NoticeAudience.STAFF,
        notice="staff_codes",
        language=account.language,
        staff_id=account.id,
        data={},
        not_before=now,
        fresh_until=now + DAY,
        created_at=now,
    )
    session.execute(row.on_conflict_do_nothing())
