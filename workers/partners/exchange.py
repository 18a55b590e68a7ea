"""Cases handed to partners, and their updates taken back: the network between short transactions."""

from __future__ import annotations

import time
from datetime import timedelta

from service.db import unit_of_work
from service.domain.city.config import PartnerConfig
from service.domain.partners import hand_overs, register
from service.domain.partners.hand_overs import PendingHandOver, ReopenedHandOver
from service.domain.partners.updates import poll_window, take_updates
from service.domain.rules.rulebook import RulebookCache
from service.i18n import translate
from service.models.ops.partner import HandOverState
from service.ops.telemetry import about, get_logger
from service.sending.open311_client import Open311Partner, RefusedByPartner
from service.sending.outgoing import AddressRefused, CallFailed, NotCalled, OutgoingCalls
from service.settings import get_settings
from workers.app import celery_app, engine, now
from workers.sending import worker_reference

log = get_logger(__name__)

BATCH, BUDGET_S, CALL_S = 5, 40.0, 20.0
MOST_BYTES = 8 * 1024 * 1024
_books = RulebookCache()


@celery_app.task(name="workers.partners.exchange.hand_over", acks_late=False)
def hand_over() -> int:
    """Hand over what is due, and look for what may have arrived; how many cases were looked at."""
    began, looked = time.monotonic(), 0
    with unit_of_work(engine()) as session:
        hand_overs.note_new_cases(session, worker_reference(session), now())
    while time.monotonic() - began < BUDGET_S:
        with unit_of_work(engine()) as session:
            reference, url = worker_reference(session), get_settings().public_url
            due = hand_overs.claim_due(session, reference, url, now(), BATCH)
            partners = hand_overs.partner_departments(reference)
        if not due:
            break
        for each in due:
            looked += 1
            with about(report=each.code):
                _one(each, partners[each.department_id])
    return looked


@celery_app.task(name="workers.partners.exchange.poll", acks_late=False)
def poll() -> int:
    """Ask partners whose time has come for updates; how many changed something."""
    with unit_of_work(engine()) as session:
        reference = worker_reference(session)
        partners = hand_overs.partner_departments(reference)
        wanted = [
            (department_id, config)
            for department_id, config in partners.items()
            if config.enabled
            and hand_overs.has_hand_overs(session, department_id)
            and register.claim_poll(session, department_id, timedelta(minutes=config.poll_minutes), now())
        ]
    return sum(_poll_one(department_id, config) for department_id, config in wanted)


def _poll_one(department_id: int, config: PartnerConfig) -> int:
    with unit_of_work(engine()) as session:
        asked_at = now()
        since, until = poll_window(session, department_id, asked_at)
        open_ids = [str(row.remote_id) for row in hand_overs.open_hand_overs(session, department_id)]
    try:
        updates = _server(department_id, config).updates(since, until, open_ids)
    except CallFailed as failed:
        log.warning("partner not asked", department=config.department, why=str(failed)[:300])
        with unit_of_work(engine()) as session:
            register.note_call(session, department_id, now(), str(failed) or type(failed).__name__)
        return 0
    with unit_of_work(engine()) as session:
        reference = worker_reference(session)
        changed = take_updates(session, reference, _books, config, department_id, updates, now())
        register.note_call(session, department_id, now())
        register.partner_row(session, department_id).polled_until = asked_at
    if changed:
        log.info("partner told", department=config.department, updates=changed)
    return changed


def _server(department_id: int, config: PartnerConfig) -> Open311Partner:
    settings = get_settings()
    with unit_of_work(engine()) as session:
        key = register.key_of_partner(session, settings.secret, department_id)
    calls = OutgoingCalls(settings.webhook_rules, whole_s=CALL_S, most_bytes=MOST_BYTES)
    return Open311Partner(register.with_whole_address(config, settings.public_url), key, calls)


def _one(due: PendingHandOver, config: PartnerConfig) -> None:
    """Take one case a step further; whatever fails, its outcome is written down."""
    server, error = _server(due.department_id, config), ""
    try:
        if due.state == HandOverState.WAITING:
            _send(due, server)
        elif due.state == HandOverState.AWAITING_ID and due.token:
            _ask_number(due, server)
        else:
            _look_for(due, server)
    except RefusedByPartner as refused:
        log.warning("partner refuses a case", why=str(refused)[:300])
        unknown = translate(hand_overs.UNKNOWN_NOTE, "vi")
        why = str(refused) if due.state == HandOverState.WAITING else f"{unknown} ({refused})"
        _give_back(due, why)
        return
    except (NotCalled, AddressRefused) as failed:
        error = str(failed)
        with unit_of_work(engine()) as session:
            again = hand_overs.note_not_sent(session, due, error, now())
        if not again:
            _give_back(due, error)
    except CallFailed as failed:
        error = str(failed)
        with unit_of_work(engine()) as session:
            if due.state == HandOverState.WAITING:  # it may have arrived
                hand_overs.note_outcome_unknown(session, due, error, now())
                given_up = False
            else:
                given_up = not hand_overs.note_not_sent(session, due, error, now())
        if given_up:
            _give_back(due, f"{translate(hand_overs.UNKNOWN_NOTE, 'vi')} ({error})")
    with unit_of_work(engine()) as session:
        register.note_call(session, due.department_id, now(), error)


def _send(due: PendingHandOver, server: Open311Partner) -> None:
    if due.reopened is not None and _reopen(due, due.reopened, server):
        return
    sent = server.send(due.fields)
    with unit_of_work(engine()) as session:
        if sent.remote_id:
            hand_overs.note_handed_over(session, worker_reference(session), due, sent.remote_id, now())
            log.info("case handed over", remote=sent.remote_id)
        elif sent.token:
            hand_overs.note_token(session, due, sent.token, now())


def _reopen(due: PendingHandOver, reopened: ReopenedHandOver, server: Open311Partner) -> bool:
    """Have the partner open again what it had; where it does not, it gets a request of its own."""
    try:
        server.reopen(reopened, now())
    except RefusedByPartner as refused:
        log.info("partner opens nothing again", why=str(refused)[:300])
        return False
    with unit_of_work(engine()) as session:
        hand_overs.note_handed_over(session, worker_reference(session), due, reopened.remote_id, now())
    log.info("case open again at the partner's", remote=reopened.remote_id)
    return True


def _ask_number(due: PendingHandOver, server: Open311Partner) -> None:
    remote_id = server.number_of(due.token or "")
    with unit_of_work(engine()) as session:
        if remote_id:
            hand_overs.note_handed_over(session, worker_reference(session), due, remote_id, now())
        else:
            hand_overs.note_token(session, due, due.token or "", now())


def _look_for(due: PendingHandOver, server: Open311Partner) -> None:
    remote_id = server.find(due.fields, due.mark, due.created_at)
    with unit_of_work(engine()) as session:
        if remote_id:
            hand_overs.note_handed_over(session, worker_reference(session), due, remote_id, now())
            log.info("case found at the partner's", remote=remote_id)
        else:
            hand_overs.note_missing(session, due, now())


def _give_back(due: PendingHandOver, why: str) -> None:
    with unit_of_work(engine()) as session:
        hand_overs.note_refused(session, worker_reference(session), _books, due, why, now())
        register.note_call(session, due.department_id, now(), why)
