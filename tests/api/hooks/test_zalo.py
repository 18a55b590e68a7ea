"""The hook of Zalo over HTTP: its signature, the probe, repetitions, and its speed without workers."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from service.db import unit_of_work
from service.models import InboxEntry
from service.sending.zalo.account import zalo_account
from service.sending.zalo.signing import is_signed_by, is_timely, signature
from tests.api.desk import Desk

SIGNED = (
    '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},'
    '"user_id_by_app":"552177279717587730","recipient":{"id":"388613280878808645"},'
    '"event_name":"user_send_text","message":{"text":"Rác ở đường Lê Lợi",'
    '"msg_id":"96d3cdf3af150460909"},"timestamp":"1790000000000"}'
)
MAC = "2ef25b2abae3cfd4a322f3ded2143f094ad27ce6377a0f20b6f2bdc8df3d8c0c"


def test_the_signature_is_that_of_the_official_formula() -> None:
    given = ("360846524940903967", SIGNED.encode(), "1790000000000", "oa-secret")
    assert signature(*given) == MAC
    assert is_signed_by(f"mac={MAC}", *given)
    assert is_signed_by(MAC.upper(), *given)
    for wrong in ("", "mac=", f"mac={MAC[:-1]}0"):
        assert not is_signed_by(wrong, *given)
    assert not is_signed_by(MAC, given[0], given[1] + b" ", *given[2:])


@pytest.mark.parametrize("timestamp", ["", "x", "-1", "1", "9" * 30, "1790000000000000"])
def test_old_and_broken_times_are_refused(timestamp: str) -> None:
    assert not is_timely(timestamp, datetime.now(UTC))


def event(number: str, name: str = "user_send_text", **sender: str) -> dict[str, Any]:
    return {
        "event_name": name,
        "sender": {"id": "1", **sender},
        "recipient": {"id": "2"},
        "message": {"text": "Rác", "msg_id": number},
        "timestamp": str(int(time.time() * 1000)),
    }


def post(desk: Desk, told: dict[str, Any], *, wrong: bool = False) -> int:
    account = zalo_account(desk.settings)
    assert account is not None
    body = json.dumps(told, ensure_ascii=False).encode()
    mac = signature(account.app_id, body, str(told["timestamp"]), account.oa_secret)
    headers = {"x-zevent-signature": "mac=" + (mac[::-1] if wrong else mac)}
    desk.client.cookies.clear()
    return desk.client.post("/hooks/zalo", content=body, headers=headers).status_code


def kept(desk: Desk) -> int:
    with unit_of_work(desk.engine) as session:
        return session.scalar(select(func.count()).select_from(InboxEntry)) or 0


def test_only_what_is_signed_and_says_something_is_kept_and_once(desk: Desk) -> None:
    before = kept(desk)
    assert desk.client.post("/hooks/zalo").status_code == 200  # the console's probe
    assert post(desk, event("a"), wrong=True) == 403
    assert post(desk, {**event("a"), "timestamp": "1790000000000"}) == 403
    assert post(desk, event("r", "user_seen_message")) == 200
    assert post(desk, event("e", "oa_send_text")) == 200  # what we sent ourselves
    assert desk.client.post("/hooks/zalo", content=b"[1]").status_code == 403
    assert kept(desk) == before
    assert post(desk, event("a")) == post(desk, event("a")) == 200
    assert post(desk, event("e", "oa_send_text", admin_id="7")) == 200
    assert kept(desk) == before + 2


def test_it_answers_at_once_without_any_worker(desk: Desk) -> None:
    spent = []
    for number in range(60):
        began = time.perf_counter()
        assert post(desk, event(f"n{number}")) == 200
        spent.append(time.perf_counter() - began)
    # Half of them within the time that Zalo's guide asks for; a busy machine may be late with a few.
    assert sorted(spent)[len(spent) // 2] < 0.5
