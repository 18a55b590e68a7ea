"""Groups of companies: told of their cases and heard; the network between short transactions."""

from __future__ import annotations

import hashlib
import time
from zoneinfo import ZoneInfo

from pydantic_core import from_json

from service.db import unit_of_work
from service.domain.reports import photos
from service.domain.reports.photos import NewPhoto
from service.domain.talks import inbox
from service.domain.talks.groups import incoming, members, posts, topics
from service.domain.talks.groups.incoming import GroupMessage
from service.domain.talks.vault import Vault
from service.errors import AppError
from service.imaging import sandbox
from service.imaging.refusal import PhotoRefused
from service.imaging.sandbox import SandboxFailed
from service.ops.telemetry import get_logger
from service.sending.envelope import SendFailed
from service.sending.media import FetchFailed, fetch
from service.sending.zalo.bot.bot_account import CHANNEL_NAME, BotAccount, bot_account
from service.sending.zalo.bot.bot_api import post_to_group, read_group_message
from service.settings import get_settings
from service.storage import StorageUnavailable
from service.web.uploads import describe_photo
from workers.app import celery_app, engine, now, storage
from workers.sending import worker_reference

log = get_logger(__name__)

BUDGET_S = 20.0
BATCH = 20


@celery_app.task(name="workers.talks.groups.exchange", acks_late=False)
def exchange() -> int:
    """Write down what groups said, then tell them what is new; how many messages went."""
    account = bot_account(get_settings())
    if account is None:
        return 0
    _hear(account)
    with unit_of_work(engine()) as session:
        posts.note_assignments(session, now())
        topics.note_mornings(session, worker_reference(session), now())
    began, sent = time.monotonic(), 0
    while time.monotonic() - began < BUDGET_S:
        with unit_of_work(engine()) as session:
            reference, url = worker_reference(session), get_settings().public_url
            due = posts.claim_posts(session, reference, url, now(), 1)
        if not due:
            break
        sent += _post(account, due[0])
    return sent


def _post(account: BotAccount, due: posts.PendingPost) -> int:
    try:
        receipt = post_to_group(account, due.chat, due.text, due.photo)
    except SendFailed as failed:
        with unit_of_work(engine()) as session:
            posts.mark_unposted(session, due.id, failed.why, now(), for_good=failed.for_good)
        log.warning("group not told", post=due.id, why=failed.why)
        return 0
    with unit_of_work(engine()) as session:
        posts.mark_posted(session, due.id, receipt)
    return 1


def _hear(account: BotAccount) -> None:
    vault = Vault(get_settings().secret)
    with unit_of_work(engine()) as session:
        entries = [
            (each.id, vault.open(each.payload))
            for each in inbox.lock_new_deliveries(session, BATCH, (CHANNEL_NAME,))
        ]
    for entry_id, raw in entries:
        try:
            message = read_group_message(from_json(raw))
            photo = _photo(account, message) if message.photo else None
            _write_down(entry_id, vault, message, photo)
        except Exception as error:
            log.exception("group message not read", entry=entry_id)
            with unit_of_work(engine()) as session:
                inbox.note_unreadable(session, entry_id, type(error).__name__)


def _write_down(
    entry_id: int, vault: Vault, message: GroupMessage, photo: tuple[bytes, NewPhoto] | None
) -> None:
    """Note the words at their case and keep the photo as evidence that a step may cite; once each."""
    with unit_of_work(engine()) as session:
        if not inbox.mark_delivery_read(session, entry_id):
            return
        incoming.note_group(session, message.chat, now())
        reference = worker_reference(session)
        if members.bind_member(session, reference, vault, message, now()):
            return
        meant = incoming.case_of_group_message(session, message)
        if meant is not None:
            known = members.known_sender(session, reference, vault, message)
            incoming.write_down(session, reference, message, meant[0], now(), known=known)
    if meant is None or photo is None:
        return
    (report_id, department_id), (data, new) = meant, photo
    try:
        storage().put(photos.original_key(report_id, new.sha256, new.media_type), data)
        with unit_of_work(engine()) as session:
            reference = worker_reference(session)
            actor, zone = incoming.company_actor(reference, department_id), ZoneInfo(reference.timezone)
            photos.add_photo(session, report_id, new, actor=actor, at=now(), zone=zone)
    except (StorageUnavailable, AppError) as error:
        log.warning("photo of a group not kept", why=type(error).__name__)


def _photo(account: BotAccount, message: GroupMessage) -> tuple[bytes, NewPhoto] | None:
    with unit_of_work(engine()) as session:
        if incoming.case_of_group_message(session, message) is None:
            return None
    try:
        data = fetch(message.photo, get_settings().webhook_rules, account.media_hosts)
        found = sandbox.inspect_in_child(data)
    except (FetchFailed, PhotoRefused, SandboxFailed) as error:
        log.info("photo of a group not taken", why=str(error)[:200])
        return None
    return data, describe_photo(found, None, hashlib.sha256(data).digest(), len(data))
