"""A raw letter stored before anything else: sealed in the store, with what was read in it beside it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import uuid4

from pydantic_core import to_json

from service.domain.talks.inbox import Delivery
from service.ops.telemetry import get_logger
from service.sending.email.intake.account import CHANNEL_NAME, MailAccount
from service.sending.email.intake.parsing import ReadLetter, read_letter
from service.sending.email.intake.stored_letters import seal_raw
from service.settings import Settings
from service.storage import Storage

log = get_logger(__name__)

UNREADABLE = "unreadable"


def understand_letter(account: MailAccount, raw: bytes, now: datetime, *, large: bool = False) -> ReadLetter:
    """Return what a letter says; one that cannot be read is named by its digest and says why.

    Whatever strangers write, the next letter has to be read.
    """
    try:
        return read_letter(raw, account, now, large=large)
    except Exception as error:
        log.exception("letter cannot be read")
        return ReadLetter(f"{UNREADABLE}:{hashlib.sha256(raw).hexdigest()}", {"error": type(error).__name__})


def store_raw(
    settings: Settings, storage: Storage, account: MailAccount, letter: ReadLetter, raw: bytes
) -> Delivery:
    """Put the raw letter into the store; return what is to be kept of it. Raises StorageUnavailable."""
    key = f"original/letters/{uuid4().hex}.eml"
    storage.put(key, seal_raw(settings, raw))
    payload = to_json({**letter.payload, "object_key": key}).decode()
    broken = UNREADABLE if "error" in letter.payload else ""
    return Delivery(CHANNEL_NAME, account.address, letter.key, payload, key, broken)
