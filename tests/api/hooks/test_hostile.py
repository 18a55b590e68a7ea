"""Signed events that nobody should send: no hook answers 500, and the reader puts each aside or keeps it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select

from service.db import unit_of_work
from service.domain.kernel.tokens import sign_shared
from service.domain.talks import arrivals
from service.domain.talks.vault import Vault
from service.models import Conversation, InboxEntry
from service.models.talks.talk import InboxState
from service.sending.channels import CHANNELS
from service.sending.facebook.page_account import page_account
from service.sending.zalo.account import zalo_account
from service.sending.zalo.signing import signature
from tests.api.desk import Desk

UNREADABLE = (ValueError, TypeError, LookupError, OverflowError, OSError)
NASTY: tuple[object, ...] = (
    "a\x00b",
    "\x00",
    "x" * 20_000,
    {"id": ["1"]},
    [[[[[]]]]],
    None,
    True,
    -1,
    10**30,
    1e308,
    "’; DROP TABLE inbox;--",
    "\u202e\u200b" * 40,
    "́" * 3000,
)


def stamp() -> str:
    return str(int(time.time() * 1000))


def zalo_event(**changed: object) -> dict[str, Any]:
    message = {"text": "Rác", "msg_id": f"h{time.time_ns()}", "attachments": [{"type": "image"}]}
    return {
        "event_name": "user_send_text",
        "sender": {"id": "1"},
        "recipient": {"id": "2"},
        "message": message,
        "timestamp": stamp(),
        **changed,
    }


def with_message(**changed: object) -> dict[str, Any]:
    event = zalo_event()
    return {**event, "message": {**event["message"], **changed}}


def of_page(event: dict[str, object]) -> dict[str, Any]:
    """The same as Messenger would tell it."""
    told = event.get("message")
    message = {**told, "mid": told.get("msg_id")} if isinstance(told, dict) else told
    at = event.get("timestamp")
    return {**event, "message": message, "timestamp": int(at) if isinstance(at, str) and at.isdigit() else at}


def events() -> Iterator[dict[str, Any]]:
    for value in NASTY:
        for place in ("event_name", "sender", "recipient", "message", "timestamp"):
            yield zalo_event(**{place: value})
        for place in ("text", "msg_id", "attachments", "sticker_id", "is_echo"):
            yield with_message(**{place: value})
        for place in ("type", "payload"):
            yield with_message(attachments=[{"type": "image", "payload": {"url": value}, place: value}] * 3)
        where = {"type": "location", "payload": {"coordinates": {"latitude": value, "longitude": value}}}
        yield {**with_message(attachments=[where]), "event_name": "user_send_location"}
        yield zalo_event(sender={"id": value}, follower={"id": value})


BODIES = (
    b"[" * 30_000,
    b"\xff\xfe{}",
    b'{"timestamp": NaN}',
    b'{"a":1,"a":2}',
    b'{"object":"page","entry":{"id":"1"}}',
    b'{"object":"page","entry":[null,1,"x",{"id":null,"messaging":7}]}',
    b'{"message":{"msg_id":"\\ud800"},"timestamp":"1"}',
    b"null",
    b'"x"',
)


@pytest.fixture
def hooks(desk: Desk) -> Iterator[dict[str, Callable[[bytes, str], int]]]:
    zalo, page = zalo_account(desk.settings), page_account(desk.settings)
    assert zalo is not None
    assert page is not None
    desk.client.cookies.clear()

    def to_zalo(body: bytes, at: str) -> int:
        headers = {"x-zevent-signature": signature(zalo.app_id, body, at, zalo.oa_secret)}
        return desk.client.post("/hooks/zalo", content=body, headers=headers).status_code

    def to_page(body: bytes, _: str) -> int:
        headers = {"x-hub-signature-256": "sha256=" + sign_shared(page.app_secret.encode(), body).hex()}
        return desk.client.post("/hooks/facebook", content=body, headers=headers).status_code

    with unit_of_work(desk.engine) as session:
        before = set(session.scalars(select(InboxEntry.id)))
    yield {"zalo": to_zalo, "facebook": to_page}
    with unit_of_work(desk.engine) as session:
        session.execute(delete(InboxEntry).where(InboxEntry.id.not_in(before)))


@pytest.mark.parametrize("channel", ["zalo", "facebook"])
def test_no_event_is_answered_with_500_or_stops_the_reader(
    desk: Desk, hooks: dict[str, Callable[[bytes, str], int]], channel: str
) -> None:
    account = page_account(desk.settings)
    assert account is not None
    for body in BODIES:
        assert hooks[channel](body, "1") in (200, 403), body[:60]
    for event in events():
        told = event
        if channel == "facebook":
            told = {"object": "page", "entry": [{"id": account.page_id, "messaging": [of_page(event)]}]}
        body = json.dumps(told, ensure_ascii=True).encode()
        assert hooks[channel](body, str(event.get("timestamp", ""))) in (200, 403, 413), body[:300]
    _read_all(desk, channel)


def _read_all(desk: Desk, channel: str) -> None:
    """Every kept event becomes a message or is put aside for a reason that the worker knows."""
    vault, talk = Vault(desk.settings.secret), CHANNELS[channel].talk
    assert talk is not None
    read = 0
    with unit_of_work(desk.engine) as session:
        rows = select(InboxEntry).where(InboxEntry.state == InboxState.NEW, InboxEntry.channel == channel)
        entries, now = session.scalars(rows).all(), datetime.now(UTC)
        for entry in entries:
            try:
                with session.begin_nested():
                    arrival = talk.read(vault.open(entry.payload))
                    if arrival is not None:
                        arrivals.store_incoming(session, vault, channel, entry.account, arrival, now)
                        read += 1
            except UNREADABLE:
                continue
        session.flush()
        session.execute(delete(Conversation).where(Conversation.created_at >= now))
    assert read > 20
