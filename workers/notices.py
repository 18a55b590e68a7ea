"""Telling people: events become messages, messages are sent, once each; the sweep finishes what was left."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.notices import delivery
from service.domain.notices.ceilings import SmsCeilings, sms_refusal
from service.domain.notices.digest import make_digests
from service.domain.notices.kinds import EMERGENCY_NOTICE, SMS
from service.domain.notices.letters import Letter, read_letters
from service.domain.notices.plan import plan_event
from service.domain.reference import Reference, ReferenceCache
from service.domain.relay import give_receipt, without_receipt
from service.errors import AppError
from service.sending.channels import make_senders
from service.sending.compose import Composer
from service.sending.envelope import Envelope, Sender, SendFailed
from service.settings import get_settings
from service.telemetry import get_logger
from workers.app import celery_app, engine, now

log = get_logger(__name__)

CONSUMER = "notices"
OVERDUE = timedelta(seconds=60)
SWEEP_BATCH = 50

BATCH = 10
"""Claimed at a time: all of it goes out well before the lease ends, also by a slow server."""

BUDGET_S = 20.0
"""So long a task sends, or tells what was left; then photos have their turn in the same process."""


@lru_cache
def senders() -> Mapping[str, Sender]:
    """This process's channels."""
    return make_senders(get_settings())


_reference = ReferenceCache()


@celery_app.task(name="workers.notices.tell")
def tell(event_ids: list[str]) -> None:
    """Claim the messages that tell these events, then send what is due. Harmless to repeat."""
    _claim(event_ids)
    send_due()


@celery_app.task(name="workers.notices.sweep")
def sweep() -> int:
    """Tell what was handed out OVERDUE ago and is not told, whatever became of the task; how many events."""
    began, told = time.monotonic(), 0
    while time.monotonic() - began < BUDGET_S:
        with unit_of_work(engine()) as session:
            left = without_receipt(session, CONSUMER, now() - OVERDUE, SWEEP_BATCH)
        if not left:
            break
        _claim(left)
        told += len(left)
    if told:
        log.info("events told late", events=told)
        send_due()
    return told


def _claim(event_ids: Sequence[str]) -> None:
    for each in event_ids:
        plan(int(each))
    with unit_of_work(engine()) as session:
        give_receipt(session, CONSUMER, event_ids)


@celery_app.task(name="workers.notices.send_due")
def send_due() -> int:
    """Send what is due: what is new, whose pause is over, what a dead worker had claimed; how many went."""
    with unit_of_work(engine()) as session:
        delivery.retire(session, now())
    return _send_claimed(None)


def send_urgent() -> int:
    """Send what tells of emergencies, which waits behind nothing else; how many went."""
    return _send_claimed(EMERGENCY_NOTICE)


def in_force(session: Session) -> Reference:
    """Return the reference data of the revision in force, kept by this process."""
    return _reference.get(session, time.monotonic())


def _send_claimed(notice: str | None) -> int:
    began, sent = time.monotonic(), 0
    while time.monotonic() - began < BUDGET_S:
        with unit_of_work(engine()) as session:
            ids = delivery.claim(session, now(), BATCH, notice=notice)
            letters = read_letters(session, ids)
            composer = _composer(session) if letters else None
        if composer is None:
            break
        sent += _send_all(composer, letters)
    if sent:
        log.info("messages sent", messages=sent)
    return sent


@celery_app.task(name="workers.notices.digest")
def digest() -> int:
    """Make the day's digests once the city's hour has come, and erase what is long past; how many notices."""
    with unit_of_work(engine()) as session:
        gathered = make_digests(session, in_force(session), now())
        delivery.tidy(session, now())
    if gathered:
        send_due()
    return gathered


def plan(event_id: int) -> int:
    """One event in one transaction; one that cannot be told keeps no other from being told."""
    channels = list(senders())
    try:
        with unit_of_work(engine()) as session:
            return plan_event(session, in_force(session), event_id, channels, now())
    except (AppError, LookupError, TypeError, ValueError, IntegrityError, DataError):
        log.exception("event cannot be told", event_id=event_id)
        return 0


def _composer(session: Session) -> Composer:
    settings = get_settings()
    return Composer(in_force(session), settings.public_url, settings.secret)


def _send_all(composer: Composer, letters: list[Letter]) -> int:
    """How many went. A channel that is away is not asked again for the others."""
    away: dict[str, str] = {}
    sent = 0
    for letter in letters:
        if why := away.get(letter.channel):
            _failed(letter, SendFailed(why, away=True))
        elif letter.unwanted:
            with unit_of_work(engine()) as session:
                delivery.drop(session, letter.id, letter.unwanted)
        elif why := _beyond(composer, letter):
            _failed(letter, SendFailed(why, for_good=True))
        else:
            sent += _send(composer, letter, away)
    return sent


def _beyond(composer: Composer, letter: Letter) -> str:
    """Return why an SMS may not be sent: beyond the day's ceiling, or to a number of another region."""
    if letter.channel != SMS:
        return ""
    settings, region = get_settings(), composer.reference.config.get("region", "VN")
    most = SmsCeilings(settings.sms_per_number, settings.sms_per_day)
    with unit_of_work(engine()) as session:
        return sms_refusal(session, letter, region, most, now())


def _send(composer: Composer, letter: Letter, away: dict[str, str]) -> bool:
    """Network first, then the short transaction that says what became of it."""
    sender = senders().get(letter.channel)
    if sender is None:
        _failed(letter, SendFailed(f"no sender for {letter.channel}"))
        return False
    try:
        envelope = composer.compose(letter)
        sender.send(envelope)
    except SendFailed as failure:
        _failed(letter, failure)
        if failure.away:
            away[letter.channel] = failure.why
            with unit_of_work(engine()) as session:
                delivery.hold(session, letter.channel, now())
        return False
    except Exception as error:  # one message that cannot be composed keeps no other from being sent
        log.exception("message cannot be sent", message=str(letter.id), notice=letter.notice)
        _failed(letter, SendFailed(f"{type(error).__name__}"))
        return False
    _went(letter.id, envelope)
    return True


def _went(message_id: UUID, envelope: Envelope) -> None:
    with unit_of_work(engine()) as session:
        delivery.mark_sent(session, message_id, now())
        if get_settings().demo:
            delivery.keep_copy(
                session,
                message_id,
                envelope.subject,
                envelope.text,
                envelope.html,
                envelope.link,
                now(),
            )


def _failed(letter: Letter, failure: SendFailed) -> None:
    with unit_of_work(engine()) as session:
        given_up = delivery.mark_failed(
            session, letter.id, failure.why, now(), for_good=failure.for_good, away=failure.away
        )
        if failure.gone and letter.device is not None:
            delivery.forget_device(session, letter.device.id)
    tell_it = log.warning if given_up else log.info
    tell_it(
        "message given up" if given_up else "message waits",
        message=str(letter.id),
        channel=letter.channel,
        why=failure.why,
    )
