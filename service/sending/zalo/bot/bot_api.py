"""Calls of the bot platform, and its events read as words of a group. What is unknown is passed over."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from service.domain.kernel.texts import tidy
from service.domain.talks.groups.incoming import GroupMessage
from service.domain.talks.inbox import stored_id
from service.network.foreign_json import mapping_of
from service.sending.envelope import SendFailed
from service.sending.zalo.bot.bot_account import BotAccount

TIMEOUT_S = 10.0
LONGEST = 2000
_LATER = frozenset({408, 429})


def post_to_group(account: BotAccount, chat: str, text: str, photo: str = "") -> str:
    """Send a message to a group, with a photo where there is one; return its id. Raises SendFailed."""
    if photo:
        return _call(account, "sendPhoto", {"chat_id": chat, "photo": photo, "caption": text[:LONGEST]})
    return _call(account, "sendMessage", {"chat_id": chat, "text": text[:LONGEST]})


def event_key(event: Mapping[str, object]) -> str:
    """Return what makes an event the same when it is delivered again; empty for one that says nothing."""
    return str(_message(event).get("message_id") or "")


def is_of_group(event: Mapping[str, object]) -> bool:
    """Return whether an event is a message of a group that a person wrote."""
    message = _message(event)
    chat, author = mapping_of(message.get("chat")), mapping_of(message.get("from"))
    return chat.get("chat_type") == "GROUP" and bool(chat.get("id")) and not author.get("is_bot")


def read_group_message(event: Mapping[str, object]) -> GroupMessage:
    """Return the words of an event. Under which name a quoted message comes is a guess: each is looked at."""
    message = _message(event)
    quoted = (
        message.get("quote_msg_id")
        or mapping_of(message.get("reply_to_message")).get("message_id")
        or mapping_of(message.get("quote")).get("message_id")
    )
    return GroupMessage(
        chat=stored_id(str(mapping_of(message.get("chat")).get("id", ""))),
        name=tidy(str(mapping_of(message.get("from")).get("display_name") or "")),
        text=tidy(str(message.get("text") or message.get("caption") or "")),
        photo=str(message.get("photo") or message.get("photo_url") or ""),
        quoted=stored_id(str(quoted or "")),
        person=stored_id(str(mapping_of(message.get("from")).get("id") or "")),
    )


def _call(account: BotAccount, method: str, body: Mapping[str, str]) -> str:
    try:
        with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
            answer = client.post(f"{account.url}/bot{account.token}/{method}", json=body)
        payload = answer.json()
    except (httpx.HTTPError, OSError) as error:
        # The address holds the token: only what kind of error it was is told.
        raise SendFailed(f"Zalo Bot: {type(error).__name__}", away=True) from None
    except ValueError:
        raise SendFailed(f"Zalo Bot: HTTP {answer.status_code}") from None
    payload = mapping_of(payload)
    if payload.get("ok"):
        return str(mapping_of(payload.get("result")).get("message_id") or "")
    code = payload.get("error_code", answer.status_code)
    later = answer.status_code >= 500 or code in _LATER
    raise SendFailed(f"Zalo Bot: {code}", for_good=not later)


def _message(event: Mapping[str, object]) -> Mapping[str, object]:
    inner = mapping_of(event.get("result")) or event
    return mapping_of(inner.get("message"))
