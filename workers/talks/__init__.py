"""Conversations with citizens: what came in is read, answered, sent; files are fetched at once."""

from __future__ import annotations

import time
from functools import lru_cache
from uuid import UUID

from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.rules.rulebook import Rulebook, RulebookCache
from service.domain.talks import arrivals, idle_talks, inbox, letters, outgoing, turn_acts, turns
from service.domain.talks.turns import Installation
from service.domain.talks.vault import Vault
from service.errors import AppError
from service.models import InboxEntry
from service.models.talks.talk import InboxState
from service.ops.telemetry import get_logger
from service.sending.channels import CHANNELS, talk_channels
from service.sending.envelope import SendFailed
from service.sending.talk_channel import TalkDelivery
from service.settings import get_settings
from workers.app import celery_app, engine, now
from workers.sending import go_on_after_bounce

log = get_logger(__name__)

BATCH = 20
BUDGET_S = 20.0
_rulebook = RulebookCache()


@lru_cache
def delivery_of(channel: str) -> TalkDelivery | None:
    """Return what sends by a channel, kept by this process; None without an account."""
    settings = get_settings()
    found = talk_channels(settings).get(channel)
    return found.make_delivery(settings) if found else None


@celery_app.task(name="workers.talks.read", acks_late=False)
def read() -> int:
    """Take in what came, and answer the conversations that are due; how many deliveries were read.

    Harmless to repeat and to run twice: rows are locked, and what is read is marked in the same transaction.
    """
    began, taken = time.monotonic(), 0
    while time.monotonic() - began < BUDGET_S and (found := _take_in()):
        taken += found
    with unit_of_work(engine()) as session:
        ours, reference = _ours(), rulebook(session).reference
        turn_acts.adopt_sent_reports(session, ours.vault, ours.public_url, reference, now())
    _answer(began)
    return taken


@celery_app.task(name="workers.talks.send", acks_late=False)
def send(channel: str) -> int:
    """Send the words that wait on a channel, in the order of each conversation; how many went."""
    began, sent = time.monotonic(), 0
    if channel not in talk_channels(get_settings()):
        return 0
    with unit_of_work(engine()) as session:
        outgoing.fail_lost_claims(session, now())
    while time.monotonic() - began < BUDGET_S:
        with unit_of_work(engine()) as session:
            claimed = outgoing.claim_words(session, _vault(), channel, now(), 1)
        if not claimed:
            break
        sent += _send(claimed[0])
    return sent


@celery_app.task(name="workers.talks.renew", acks_late=False)
def renew() -> None:
    """Renew the channels' tokens well before they end."""
    for channel in talk_channels(get_settings()):
        if (delivery := delivery_of(channel)) is None:
            continue
        try:
            delivery.renew()
        except SendFailed as failed:
            log.warning("token not renewed", channel=channel, why=failed.why)


@celery_app.task(name="workers.talks.sweep", acks_late=False)
def sweep() -> None:
    """Remind of drafts that stand still, send complete ones, leave the rest to the desk, close old ones."""
    with unit_of_work(engine()) as session:
        book = rulebook(session)
        idle_talks.sweep_conversations(session, _ours(), book, now())


@celery_app.task(name="workers.talks.retire", acks_late=False)
def retire() -> None:
    """Erase raw words after a month, and whole conversations with the contacts' retention."""
    with unit_of_work(engine()) as session:
        reference = rulebook(session).reference
        erased = inbox.erase_old_payloads(session, now())
        idle_talks.erase_old(session, reference, now())
    if erased:
        log.info("raw messages erased", count=erased)


def rulebook(session: Session) -> Rulebook:
    """Return the rulebook in force, kept by this process."""
    return _rulebook.get(session)


def _take_in() -> int:
    """Read one batch; what cannot be read is put off, so that it stands in nobody's way."""
    broken: dict[int, str] = {}
    with unit_of_work(engine()) as session:
        entries = inbox.lock_new_deliveries(session, BATCH, tuple(CHANNELS))
        for entry in entries:
            try:
                with session.begin_nested():
                    entry.conversation_id = _keep(session, entry)
            except Exception as error:
                log.exception("delivery not read", entry=entry.id)
                broken[entry.id] = type(error).__name__
                continue
            entry.state = InboxState.DONE
        for entry_id, why in broken.items():
            inbox.note_unreadable(session, entry_id, why)
    return len(entries) - len(broken)


def _keep(session: Session, entry: InboxEntry) -> UUID | None:
    """Return the conversation that a delivery belongs to, None where it says nothing to us."""
    channel = CHANNELS[entry.channel].talk if entry.channel in CHANNELS else None
    if channel is None:
        raise ValueError("no such channel")
    arrival = channel.read(_vault().open(entry.payload))
    if arrival is None:
        return None
    if arrival.letter is not None and (bounced := arrival.letter.bounced) is not None:
        status, external_id = bounced
        if notice_id := letters.notice_of_letter(external_id):
            go_on_after_bounce(session, notice_id, status)
    take = arrivals.store_incoming if arrival.letter is None else letters.take_letter
    return take(session, _vault(), entry.channel, entry.account, arrival, now())


def _answer(began: float) -> None:
    with unit_of_work(engine()) as session:
        due = turns.talks_due(session, now(), BATCH)
    for talk_id in due:
        if time.monotonic() - began > BUDGET_S:
            return
        _take_in()  # what came since may go on with a sentence, or be its answer
        try:
            with unit_of_work(engine()) as session:
                turns.answer_talk(session, _ours(), rulebook(session), talk_id, now())
        except (ValueError, TypeError, LookupError, AppError) as error:
            log.exception("conversation not answered", why=type(error).__name__)
            with unit_of_work(engine()) as session:
                turns.put_talk_on_desk(session, talk_id)


def _send(message: outgoing.Outgoing) -> int:
    delivery = delivery_of(message.to.channel)
    if delivery is None:
        why = f"no sender for {message.to.channel}"
        with unit_of_work(engine()) as session:
            outgoing.mark_unsaid(session, message.id, why, now(), for_good=True)
        return 0
    try:
        receipt = delivery.deliver(message.to, message.text, by_person=message.by_person, key=str(message.id))
    except SendFailed as failed:
        with unit_of_work(engine()) as session:
            if failed.away:
                outgoing.release_text_claim(session, message.id, now())
            else:
                outgoing.mark_unsaid(
                    session,
                    message.id,
                    failed.why,
                    now(),
                    for_good=failed.for_good,
                    most_tries=failed.most_tries,
                )
        log.info("talk message not sent", message=message.id, why=failed.why)
        return 0
    with unit_of_work(engine()) as session:
        outgoing.mark_text_sent(session, message.id, receipt, now())
    return 1


def _vault() -> Vault:
    return Vault(get_settings().secret)


def _ours() -> Installation:
    return Installation(_vault(), get_settings().public_url)
