"""Telling coordinators of an emergency: at once, then after some minutes again until somebody takes it.

Progress is the row in the database, not a task's arguments: a task that is lost or runs twice tells nobody
twice, since each step's messages are claimed by a unique occasion.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from service.domain.city.reference import Reference
from service.domain.emergencies.duty import on_duty
from service.domain.notices.bell.own_notices import notify_bells
from service.domain.notices.channels import Channels
from service.domain.notices.kinds import EMERGENCY_NOTICE
from service.domain.notices.plan import Occasion, claim_new
from service.domain.notices.reach import Recipient, addresses_of, triage_desk
from service.domain.reports.alarms import end_alarm
from service.models import OPEN, Emergency, EventType, Message, NoticeAudience, NoticeChannel, Report, Staff

STEPS = (timedelta(0), timedelta(minutes=5), timedelta(minutes=15))
"""When people are told, counted from the moment the report became an emergency."""

MOST_SMS_AN_HOUR = 12
"""So many a person is sent; beyond, push, mail and the desk's sound go on. Such SMS are outside the day's
ceiling, and strangers can make a report dangerous: without a bound of its own they could empty the account.
"""


def ring(session: Session, reference: Reference, channels: Channels, now: datetime, most: int = 20) -> int:
    """Take the step that is due of up to `most` emergencies; how many were looked at.

    Rows that another worker has are skipped. A step that came late is taken once, with those before it.
    """
    rows = session.scalars(
        select(Emergency)
        .where(Emergency.ring_at <= now)
        .order_by(Emergency.ring_at)
        .limit(most)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        _step(session, reference, row, channels, now)
    session.flush()
    return len(rows)


def _step(session: Session, reference: Reference, row: Emergency, channels: Channels, now: datetime) -> None:
    report = session.get_one(
        Report, row.report_id, options=[defer(Report.search), defer(Report.location)], populate_existing=True
    )
    if report.status not in OPEN or row.taken_at is not None:
        row.ring_at = None
        if report.status not in OPEN:
            end_alarm(session, report.id, now)
        return
    due = [each for each in STEPS if row.since + each <= now]
    row.rung, row.rung_at = len(due), now
    later = [row.since + each for each in STEPS if row.since + each > now]
    row.ring_at = later[0] if later else None
    about = Occasion(
        f"emergency:{report.id}:{int(row.since.timestamp())}:{row.rung}",
        EMERGENCY_NOTICE,
        now,
        {"why": row.reason, "round": row.rung, "minutes": int((now - row.since).total_seconds() // 60)},
        report.id,
    )
    people = emergency_recipients(session, channels, reference, now)
    claim_new(session, about, people, channels, now, reference.timezone, always=True)
    on_call = [each.id for each in on_duty(session, reference, now).people]
    notify_bells(session, report, about.name, EventType.EMERGENCY, on_call, now)
    row.told = sum(each.channel in channels for each in people)


def emergency_recipients(
    session: Session, channels: Channels, reference: Reference, now: datetime
) -> Sequence[Recipient]:
    """Return who is told of an emergency now, once for each of their addresses.

    Where no coordinator has any address, the department that coordinates is told at its own.
    """
    people = {each.id: each for each in on_duty(session, reference, now).people}
    found = addresses_of(session, channels, people.values(), now)
    found += _by_sms(session, list(people.values()), now)
    return found or triage_desk(reference)


def _by_sms(session: Session, people: Sequence[Staff], now: datetime) -> list[Recipient]:
    phones = {each.id: each.phone for each in people if each.phone}
    if not phones:
        return []
    lately = (
        select(Message.staff_id, func.count())
        .where(
            Message.staff_id.in_(list(phones)),
            Message.channel == NoticeChannel.SMS,
            Message.notice == EMERGENCY_NOTICE,
            Message.created_at > now - timedelta(hours=1),
        )
        .group_by(Message.staff_id)
    )
    sent = dict(session.execute(lately).all())
    return [
        Recipient(NoticeChannel.SMS, phone, NoticeAudience.STAFF, person.language, staff_id=person.id)
        for person in people
        if (phone := phones.get(person.id)) and sent.get(person.id, 0) < MOST_SMS_AN_HOUR
    ]
