"""The city's mailbox: one process fetches, the raw letter is stored before anything is made of it."""

from __future__ import annotations

import time

from service.db import unit_of_work
from service.domain.talks import inbox, mailbox, tokens
from service.domain.talks.mailbox import MailboxCursor
from service.domain.talks.vault import Vault
from service.ops.telemetry import get_logger
from service.sending.email.intake.account import CHANNEL_NAME, MailAccount, mail_account
from service.sending.email.intake.imap import Imap, MailboxFailed, open_mailbox
from service.sending.email.intake.parsing import MOST_BYTES
from service.sending.email.intake.raw_letters import store_raw, understand_letter
from service.settings import get_settings
from service.storage import StorageUnavailable
from workers.app import celery_app, engine, now, storage

log = get_logger(__name__)

BUDGET_S = 60.0


@celery_app.task(name="workers.talks.mailbox.poll", acks_late=False)
def poll() -> int:
    """Fetch what is new in the mailbox; how many letters were stored. A second process does nothing."""
    account = mail_account(get_settings())
    if account is None or account.demo:
        return 0
    with unit_of_work(engine()) as session:
        cursor = mailbox.begin_poll(session, account.address, now())
    if cursor is None:
        return 0
    problem, stored = "", 0
    try:
        with open_mailbox(account.imap_url) as box:
            stored = _fetch_new(account, box, cursor)
    except (MailboxFailed, StorageUnavailable) as failed:
        problem = str(failed)
        log.warning("mailbox not read", why=problem)
    with unit_of_work(engine()) as session:
        mailbox.end_poll(session, account.address, now())
        tokens.note_problem(session, CHANNEL_NAME, account.address, problem, now())
    return stored


def keep_letter(account: MailAccount, raw: bytes, *, large: bool = False) -> bool:
    """Store a raw letter, then what was read in it; whether it is new. Raises StorageUnavailable.

    One that cannot be read is kept and shown; it stands in no other's way.
    """
    letter = understand_letter(account, raw, now(), large=large)
    with unit_of_work(engine()) as session:
        if inbox.is_delivery_stored(session, CHANNEL_NAME, account.address, letter.key):
            return False
    settings = get_settings()
    delivery = store_raw(settings, storage(), account, letter, raw)
    with unit_of_work(engine()) as session:
        return inbox.store_delivery(session, Vault(settings.secret), delivery, now())


def _fetch_new(account: MailAccount, box: Imap, cursor: MailboxCursor) -> int:
    began, stored = time.monotonic(), 0
    for uid in box.uids_after(cursor.uidvalidity, cursor.last_uid, now()):
        if time.monotonic() - began > BUDGET_S:
            break
        size = box.size(uid)
        large = size is not None and size > MOST_BYTES
        raw = None if size is None else box.head(uid) if large else box.whole(uid)
        if raw is not None:
            stored += keep_letter(account, raw, large=large)
        with unit_of_work(engine()) as session:
            mailbox.advance_cursor(session, account.address, MailboxCursor(box.uidvalidity, uid))
        if raw is not None:
            box.mark_seen(uid)
    return stored
