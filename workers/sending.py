"""Sending messages, each channel by a task on a queue of its own: a slow one delays none of the others."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from uuid import UUID

from kombu.exceptions import OperationalError
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.city.reference import Reference, ReferenceCache
from service.domain.cleanups.volunteer_notices import tell_by_address
from service.domain.notices import delivery
from service.domain.notices.ceilings import SmsCeilings, sms_refusal
from service.domain.notices.kinds import EMERGENCY_NOTICE
from service.domain.notices.letters import Letter, read_letters
from service.domain.notices.troubles.unreached import note_unreached
from service.domain.talks.next_way import (
    is_worth_another_way,
    tell_by_next_way,
    tell_instead,
    was_for_chat,
)
from service.models import NoticeChannel
from service.ops.telemetry import get_logger
from service.sending.channels import CHANNELS, make_senders
from service.sending.compose import Composer
from service.sending.envelope import Envelope, Sender, SendFailed
from service.sending.pictures import PictureShelf, by_itself
from service.sending.sending_channel import SendingChannel
from service.settings import get_settings
from workers.app import celery_app, engine, now, storage

log = get_logger(__name__)

BATCH = 5
"""Claimed at a time and for each that is sent at once."""

BUDGET_S = 20.0
"""So long a task sends; then the next one goes on."""

GIVE_BACK_AFTER_S = 45.0
"""What was claimed and is not begun after so long is given back, well before the lease ends."""

WAKE_EXPIRES_S = 30
Outcome = Envelope | SendFailed


@lru_cache
def senders() -> Mapping[str, Sender]:
    """Return the senders of this process, by channel."""
    return make_senders(get_settings())


def sendable() -> Mapping[str, SendingChannel]:
    """Return the channels that this process can send on."""
    return {name: CHANNELS[name] for name in senders()}


def _at_once(name: str) -> int:
    channel = CHANNELS.get(name)
    return channel.at_once if channel else 1


_reference = ReferenceCache()


def wake_senders() -> None:
    """Have each channel send what is due at once. Without a broker the schedule does, in some seconds."""
    with suppress(OperationalError, OSError), celery_app.producer_or_acquire() as producer:
        for channel in senders():
            send_due.apply_async(
                args=[channel],
                queue=channel,
                expires=WAKE_EXPIRES_S,
                producer=producer,
                retry=False,
            )


@celery_app.task(name="workers.sending.send_due", acks_late=False)
def send_due(channel: str) -> int:
    """Send what is due on the channel: what is new, whose pause is over, what a dead worker had claimed; how
    many went. Which messages, the table says: the task that is lost costs nothing.
    """
    with unit_of_work(engine()) as session:
        over = delivery.give_up_messages(session, now(), channel)
        for each in over:
            _go_on(session, each, channel, given_up=True)
        note_unreached(session, over, now())
    return _send_claimed(channel)


def send_urgent() -> int:
    """Send what tells of emergencies by every channel, in a process that sends nothing else; how many went.

    Mail comes last: a server that answers slowly keeps no telephone from ringing.
    """
    channels = sorted(senders(), key=lambda channel: channel == NoticeChannel.EMAIL)
    return sum(_send_claimed(channel, EMERGENCY_NOTICE) for channel in channels)


def worker_reference(session: Session) -> Reference:
    """Return the reference data of the revision in force, kept by this process."""
    return _reference.get(session, time.monotonic())


def _send_claimed(channel: str, notice: str | None = None) -> int:
    began, sent = time.monotonic(), 0
    while time.monotonic() - began < BUDGET_S:
        with unit_of_work(engine()) as session:
            most = BATCH * _at_once(channel)
            ids = delivery.claim_messages(session, now(), most, channel, notice=notice)
            letters = read_letters(session, worker_reference(session), ids, now()) if ids else []
            composer = _composer(session) if letters else None
        if composer is None:
            break
        sent += _send_all(channel, composer, letters)
    if sent:
        log.info("messages sent", channel=channel, messages=sent)
    return sent


def _composer(session: Session) -> Composer:
    settings = get_settings()
    return Composer(worker_reference(session), settings.public_url, settings.secret)


def _send_all(channel: str, composer: Composer, letters: Sequence[Letter]) -> int:
    """Return how many went. Network first, then the short transaction that notes each result. A channel
    that is away is not asked again for the others.
    """
    wanted = [letter for letter in letters if not _dropped(letter)]
    away: SendFailed | None = None
    sent = 0
    for letter, outcome in _outcomes(channel, composer, wanted):
        if isinstance(outcome, Envelope):
            _went(letter.id, outcome)
            sent += 1
            continue
        _failed(letter, outcome)
        if outcome.away and away is None:
            away = outcome
            with unit_of_work(engine()) as session:
                delivery.pause_channel(session, channel, now())
    return sent


def _outcomes(
    channel: str, composer: Composer, letters: Sequence[Letter]
) -> Iterator[tuple[Letter, Outcome]]:
    """Yield what became of each letter, as soon as it is known: side by side where the channel allows it."""
    sender = senders().get(channel)
    if sender is None:
        yield from ((letter, SendFailed(f"no sender for {channel}")) for letter in letters)
        return
    shelf = PictureShelf(lambda key: storage().get(key))
    composed = ((letter, _composed(composer, letter, shelf)) for letter in letters)
    if (width := _at_once(channel)) > 1:
        with ThreadPoolExecutor(width) as pool:
            under_way = [(letter, pool.submit(_try, sender, envelope)) for letter, envelope in composed]
            yield from ((letter, future.result()) for letter, future in under_way)
        return
    began, away = time.monotonic(), None
    for letter, envelope in composed:
        if away is not None:
            yield letter, away
        elif time.monotonic() - began > GIVE_BACK_AFTER_S:
            _give_back(letter)
        else:
            outcome = _try(sender, envelope)
            away = outcome if isinstance(outcome, SendFailed) and outcome.away else None
            yield letter, outcome


def _composed(composer: Composer, letter: Letter, shelf: PictureShelf) -> Outcome:
    """Return the letter in words, or why it may not or cannot be sent, which keeps no other back."""
    try:
        if why := _beyond(composer, letter):
            return SendFailed(why, for_good=True)
        return composer.compose(letter, shelf.fetch(letter.pictures))
    except Exception as error:
        log.exception("message cannot be composed", message=str(letter.id), notice=letter.notice)
        return SendFailed(type(error).__name__)


def _beyond(composer: Composer, letter: Letter) -> str:
    """Return why an SMS may not be sent: beyond the day's ceiling, or to a number of another region.

    Asked just before each is sent, one after the other: what went a moment ago counts.
    """
    if letter.channel != NoticeChannel.SMS:
        return ""
    settings, region = get_settings(), composer.reference.config.region
    most = SmsCeilings(settings.sms_per_number, settings.sms_per_day)
    with unit_of_work(engine()) as session:
        return sms_refusal(session, letter, region, most, now())


def _try(sender: Sender, envelope: Outcome) -> Outcome:
    """Return the envelope if it went, else why not. Touches no database: it may run in a thread."""
    if isinstance(envelope, SendFailed):
        return envelope
    try:
        sender.send(envelope)
    except SendFailed as failure:
        return failure
    except Exception as error:
        log.exception("message cannot be sent", message=str(envelope.id))
        return SendFailed(type(error).__name__)
    return envelope


def _dropped(letter: Letter) -> bool:
    if not letter.unwanted:
        return False
    with unit_of_work(engine()) as session:
        delivery.drop_message(session, letter.id, letter.unwanted)
    return True


def _give_back(letter: Letter) -> None:
    with unit_of_work(engine()) as session:
        delivery.release_message(session, letter.id, now())


def _chats() -> list[str]:
    """Return the channels of conversations: what cannot be told there may go another way."""
    return [name for name, each in CHANNELS.items() if each.talk is not None and not each.selectable]


def go_on_after_bounce(session: Session, message_id: UUID, status: str) -> None:
    """Tell by the next way what a mail server sent back after it had taken it."""
    if delivery.note_bounced(session, message_id, status):
        _go_on(session, message_id, NoticeChannel.EMAIL, given_up=True)
        note_unreached(session, [message_id], now())


def _go_on(session: Session, message_id: UUID, channel: str, *, given_up: bool) -> None:
    """Tell by the next way what a conversation, or the way after it, cannot be told by.

    What a reporter has to hear goes on where a browser or a mailbox is gone, too.
    """
    zone, chats = worker_reference(session).timezone, _chats()
    if not given_up:
        if channel in chats:
            tell_instead(session, message_id, sendable(), now(), zone)
        return
    of_chat = channel in chats or was_for_chat(session, message_id, chats)
    if of_chat or is_worth_another_way(session, message_id):
        tell_by_next_way(session, message_id, sendable(), now(), zone)


def _went(message_id: UUID, envelope: Envelope) -> None:
    with unit_of_work(engine()) as session:
        delivery.mark_sent(session, message_id, now())
        if get_settings().demo:
            delivery.keep_copy(
                session,
                message_id,
                envelope.subject,
                envelope.sms or envelope.text,
                by_itself(envelope.html, envelope.pictures),
                envelope.link,
                now(),
            )


def _failed(letter: Letter, failure: SendFailed) -> None:
    with unit_of_work(engine()) as session:
        given_up = delivery.mark_unsent(
            session,
            letter.id,
            failure.why,
            now(),
            for_good=failure.for_good,
            away=failure.away,
            most_tries=failure.most_tries,
        )
        _go_on(session, letter.id, letter.channel, given_up=given_up)
        lost = [letter.id] if given_up else []
        if failure.gone and letter.device is not None:
            waiting = delivery.give_up_device(session, letter.device.id)
            for each in waiting:
                _go_on(session, each, letter.channel, given_up=True)
            lost += waiting
        note_unreached(session, lost, now())
        if failure.gone and letter.device is not None:  # its messages go with it
            reference, key = worker_reference(session), get_settings().secret
            tell_by_address(session, reference, key, letter.device.id, now())
            delivery.forget_device(session, letter.device.id)
    tell_it = log.warning if given_up else log.info
    tell_it(
        "message given up" if given_up else "message waits",
        message=str(letter.id),
        channel=letter.channel,
        why=failure.why,
    )
