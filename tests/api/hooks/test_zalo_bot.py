"""The hook of the companies' bot over HTTP: its word, groups alone, once."""

from __future__ import annotations

import time
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from service.api.hooks import zalo_bot
from service.db import unit_of_work
from service.models import InboxEntry
from service.sending.zalo.bot.bot_account import BotAccount
from service.sending.zalo.bot.bot_api import read_group_message
from tests.api.desk import Desk
from tests.api.hooks.test_hostile import NASTY

WORD = {"x-bot-api-secret-token": "word-of-8"}


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation with a bot."""
    made = BotAccount("t", SecretStr("word-of-8").get_secret_value())
    monkeypatch.setattr(zalo_bot, "bot_account", lambda _: made)


def event(number: str, kind: str = "GROUP", *, is_bot: bool = False, **message: Any) -> dict[str, Any]:
    told = {
        "message_id": number,
        "from": {"id": "1", "display_name": "A", "is_bot": is_bot},
        "chat": {"id": "g", "chat_type": kind},
        **message,
    }
    return {"ok": True, "result": {"event_name": "message.text.received", "message": told}}


def kept(desk: Desk) -> int:
    with unit_of_work(desk.engine) as session:
        counted = select(func.count()).select_from(InboxEntry).where(InboxEntry.channel == "zalo-bot")
        return session.scalar(counted) or 0


def test_without_a_bot_there_is_no_hook(desk: Desk) -> None:
    assert desk.client.post("/hooks/zalo-bot", json=event("1"), headers=WORD).status_code == 404


def test_only_people_of_groups_are_kept_and_once(desk: Desk, bot: None) -> None:
    number, before = str(time.time_ns()), kept(desk)
    desk.client.cookies.clear()
    for headers in ({}, {"x-bot-api-secret-token": "wrong"}):
        assert desk.client.post("/hooks/zalo-bot", json=event(number), headers=headers).status_code == 403
    told = [event(number), event(number), event(f"{number}p", "PRIVATE"), event(f"{number}b", is_bot=True)]
    for each in told:
        assert desk.client.post("/hooks/zalo-bot", json=each, headers=WORD).status_code == 200
    assert desk.client.post("/hooks/zalo-bot", content=b"[1]", headers=WORD).status_code == 200
    assert kept(desk) == before + 1


@pytest.mark.parametrize("value", NASTY, ids=lambda value: repr(value)[:20])
def test_no_message_of_a_group_is_answered_with_500(desk: Desk, bot: None, value: object) -> None:
    number = str(time.time_ns())
    desk.client.cookies.clear()
    told = [event(number, text=value, photo=value, quote_msg_id=value), event(number, chat=value)]
    told += [{"ok": True, "result": value}, event(number, message_id=value)]
    author: dict[str, Any] = {"from": {"id": value}}
    told += [event(number, chat={"id": value, "chat_type": "GROUP"}, **author)]
    for each in told:
        assert desk.client.post("/hooks/zalo-bot", json=each, headers=WORD).status_code == 200
        message = read_group_message(each)
        assert not any(
            "\x00" in part
            for part in (message.chat, message.text, message.quoted, message.person, message.name)
        )


@pytest.mark.parametrize(
    "quote",
    [{"quote_msg_id": "q"}, {"reply_to_message": {"message_id": "q"}}, {"quote": {"message_id": "q"}}],
)
def test_a_quoted_message_is_found_under_each_name(quote: dict[str, Any]) -> None:
    assert read_group_message(event("1", text="x", **quote)).quoted == "q"
