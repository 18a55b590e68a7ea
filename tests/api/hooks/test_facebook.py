"""The hook of Facebook over HTTP: handshake, signature over escaped letters, batches, repetitions."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

from sqlalchemy import func, select

from service.db import unit_of_work
from service.models import InboxEntry
from service.sending.facebook.events import event_id, is_signed_page, messagings, read_messaging
from service.sending.facebook.page_account import page_account
from tests.api.desk import Desk

SIGNED = (
    b'{"object":"page","entry":[{"id":"1","time":1790000000000,"messaging":[{"sender":{"id":"PSID"},'
    b'"recipient":{"id":"1"},"timestamp":1790000000000,"message":{"mid":"m_1","text":"R\\u00e1c"}}]}]}'
)
MAC = "87158a38400fce9c4c032912773935610905295df09088a79f5f3d2ee0510060"
PAGE, APP = "1", "9"


def test_the_signature_is_over_the_very_bytes() -> None:
    assert is_signed_page(f"sha256={MAC}", SIGNED, "app-secret")
    for wrong in ("", "sha256=", f"sha256={MAC[::-1]}", f"sha1={MAC}"):
        assert not is_signed_page(wrong, SIGNED, "app-secret")
    again = json.dumps(json.loads(SIGNED), ensure_ascii=False).encode()
    assert not is_signed_page(f"sha256={MAC}", again, "app-secret")


def message(mid: str, sender: str = "P", **told: object) -> dict[str, Any]:
    return {
        "sender": {"id": sender},
        "recipient": {"id": PAGE},
        "timestamp": 1790000000000,
        "message": {"mid": mid, **told},
    }


def batch(*events: dict[str, object], page: str = PAGE) -> dict[str, Any]:
    return {"object": "page", "entry": [{"id": page, "messaging": [each]} for each in events]}


def found(told: dict[str, Any]) -> list[Any]:
    return [read_messaging(each) for each in messagings(told, PAGE, APP)]


def test_a_batch_is_taken_apart_and_receipts_say_nothing() -> None:
    read = {"sender": {"id": "P"}, "recipient": {"id": PAGE}, "read": {"watermark": 1}}
    told = batch(message("a", text="Rác"), read, message("b", text="nữa"))
    assert [each.text for each in found(told)] == ["Rác", "nữa"]
    assert found(batch(message("a", text="x"), page="2")) == []
    assert found({**told, "object": "user"}) == []
    standby = {"object": "page", "entry": [{"id": PAGE, "standby": [message("a", text="x")]}]}
    assert found(standby) == []


def test_kinds_of_messages_are_told_apart() -> None:
    image = {"type": "image", "payload": {"url": "https://scontent.fbcdn.net/a.jpg"}}
    thumb = {"type": "image", "payload": {"url": "https://x/t.png", "sticker_id": 369239263222822}}
    link = {"type": "fallback", "payload": {"url": "https://maps.google.com/?q=16.46,107.59"}}
    pin = {"type": "location", "payload": {"coordinates": {"lat": 16.4, "long": 107.5}}}
    shapes = [
        (message("1", attachments=[image]), "photo", 1),
        (message("2", attachments=[thumb], sticker_id=369239263222822), "sticker", 0),
        (message("3", attachments=[{"type": "audio", "payload": {"url": "https://x/a"}}]), "sound", 1),
        (message("4", attachments=[link]), "text", 0),
        (message("5", attachments=[{"type": "fallback"}], text="x"), "text", 0),
        (message("6", attachments=[pin]), "place", 0),
        (message("7", is_deleted=True), "deleted", 0),
    ]
    for event, kind, files in shapes:
        [arrival] = found(batch(event))
        assert (arrival.kind, len(arrival.files)) == (kind, files)
    assert "16.46,107.59" in found(batch(shapes[3][0]))[0].text
    assert (found(batch(shapes[5][0]))[0].lat, found(batch(shapes[5][0]))[0].lon) == (16.4, 107.5)


def test_words_that_were_changed_name_the_message_that_they_change() -> None:
    edit = {"mid": "1", "text": "Rác ở Lê Lai", "num_edit": 2}
    event = {**message("x"), "message_edit": edit}
    event.pop("message")
    [arrival] = found(batch(event))
    assert (arrival.kind, arrival.text, arrival.changes) == ("edited", "Rác ở Lê Lai", "1")
    assert event_id(event) == "edit:1:2" != event_id({**event, "message_edit": {**edit, "num_edit": 3}})


def test_an_echo_of_ours_is_left_out_and_that_of_a_colleague_is_one() -> None:
    def echo(app_id: str) -> dict[str, Any]:
        event = message("e", text="Chào", is_echo=True, app_id=app_id)
        return {**event, "sender": {"id": PAGE}, "recipient": {"id": "P"}}

    assert found(batch(echo(APP))) == []
    marked = echo("")
    marked["message"]["metadata"] = "hientruong"
    assert found(batch(marked)) == []
    [arrival] = found(batch(echo("263902037430900")))
    assert (arrival.kind, arrival.person) == ("echo", "P")
    assert event_id(echo("1")) != event_id(message("e"))


def post(desk: Desk, told: dict[str, Any], *, wrong: bool = False) -> int:
    account = page_account(desk.settings)
    assert account is not None
    body = json.dumps(told).encode()
    mac = hmac.new(account.app_secret.encode(), body, hashlib.sha256).hexdigest()
    desk.client.cookies.clear()
    headers = {"x-hub-signature-256": "sha256=" + (mac[::-1] if wrong else mac)}
    return desk.client.post("/hooks/facebook", content=body, headers=headers).status_code


def kept(desk: Desk) -> int:
    with unit_of_work(desk.engine) as session:
        counted = select(func.count()).select_from(InboxEntry).where(InboxEntry.channel == "facebook")
        return session.scalar(counted) or 0


def test_the_handshake_and_what_is_kept(desk: Desk) -> None:
    account = page_account(desk.settings)
    assert account is not None
    asked = {"hub.mode": "subscribe", "hub.verify_token": account.verify_token, "hub.challenge": "123<b>"}
    answer = desk.client.get("/hooks/facebook", params=asked)
    assert (answer.status_code, answer.text) == (200, "123<b>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert desk.client.get("/hooks/facebook", params={**asked, "hub.verify_token": "x"}).status_code == 403

    mid = f"m{time.time_ns()}"
    told = batch(message(mid, text="Rác"), message(f"{mid}b", text="x"), page=account.page_id)
    before = kept(desk)
    assert post(desk, told, wrong=True) == 403
    assert desk.client.post("/hooks/facebook", content=b"{}").status_code == 403
    assert kept(desk) == before
    assert post(desk, told) == post(desk, told) == 200
    moved = [{"type": "image", "payload": {"url": "https://other.fbcdn.net/a.jpg"}}]
    assert post(desk, batch(message(mid, attachments=moved), page=account.page_id)) == 200
    assert kept(desk) == before + 2
