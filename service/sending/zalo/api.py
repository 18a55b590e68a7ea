"""Calls of Zalo's Open API v3 and of its OAuth v4; success is HTTP 200 and `error` 0."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

import httpx

from service.domain.talks.tokens import TokenPair
from service.sending.envelope import SendFailed
from service.sending.late_word import LateWord, WindowOver
from service.sending.zalo.account import ZaloAccount

TIMEOUT_S = 10.0
LONGEST_PARAMETER = 200
"""Guess: what a template takes for one of its parameters."""

LONGEST_TRACKING = 48
OAUTH = "Zalo OAuth"
_TOKEN = frozenset({-216, -220, -124})
"""The last of them by telephone number alone [G]: seen in write-ups, not in the official pages."""

_LATER, _TWICE = frozenset({-32}), frozenset({-200})
"""Too many calls, to be tried later; and what Zalo could not do, which is tried once more and no oftener."""

_CHANNEL = frozenset({-204, -205, -209, -211, -212, -219, -221, -223, -224, -240, -242, -320, -321})
"""Nothing of the account goes: administrators are told."""

_WINDOW = frozenset({-230, -231, -232, -233})


class ZaloPerson(TypedDict):
    """Person as Zalo names them to this account."""

    user_id: str


class ZaloWords(TypedDict):
    """Text of a message."""

    text: str


class ZaloMessage(TypedDict):
    """Body of a message of the account to a person who wrote before."""

    recipient: ZaloPerson
    message: ZaloWords


class TemplateData(TypedDict):
    """Parameters that the account's template fills in."""

    text: str
    link: str


class TemplateToPerson(TypedDict):
    """Body of the template in a conversation."""

    user_id: str
    template_id: str
    template_data: TemplateData


class TemplateToPhone(TypedDict):
    """Body of the template to a telephone number, without a plus."""

    phone: str
    template_id: str
    template_data: TemplateData
    tracking_id: str


class TokenRefused(Exception):
    """Raised where the access token is over or none: it is renewed, once."""


class ChannelBroken(SendFailed):
    """Failure of the account itself, whoever is written to."""


def send_text(account: ZaloAccount, token: str, user_id: str, text: str) -> str:
    """Send a text to a person who wrote before; return the id that Zalo gave the message.

    Raises TokenRefused, ChannelBroken, SendFailed.
    """
    body: ZaloMessage = {"recipient": {"user_id": user_id}, "message": {"text": text}}
    return _post(f"{account.api_url}/v3.0/oa/message/cs", token, body)


def send_template(account: ZaloAccount, token: str, user_id: str, word: LateWord) -> str:
    """Send the account's template to a person; return the id that Zalo gave it.

    Raises TokenRefused, ChannelBroken, SendFailed.
    """
    body: TemplateToPerson = {
        "user_id": user_id,
        "template_id": account.late_template,
        "template_data": _template_data(word),
    }
    return _post(f"{account.api_url}/v3.0/oa/message/template", token, body)


def send_template_by_phone(account: ZaloAccount, token: str, word: LateWord) -> str:
    """Send the account's template to the number that the person left; return the id that Zalo gave it.

    `tracking_id` is the step's: the account's statistics and complaints name it. Raises TokenRefused,
    ChannelBroken, SendFailed (for good where nobody has Zalo by this number).
    """
    body: TemplateToPhone = {
        "phone": word.phone.removeprefix("+"),
        "template_id": account.late_template,
        "template_data": _template_data(word),
        "tracking_id": word.key[:LONGEST_TRACKING],
    }
    return _post(f"{account.zbs_url}/message/template", token, body)


def _template_data(word: LateWord) -> TemplateData:
    return {"text": word.text[:LONGEST_PARAMETER], "link": word.link}


def _post(url: str, token: str, body: ZaloMessage | TemplateToPerson | TemplateToPhone) -> str:
    headers = {"access_token": token}
    try:
        with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
            answer = client.post(url, json=body, headers=headers)
    except (httpx.HTTPError, OSError) as error:
        raise SendFailed(f"Zalo: {type(error).__name__}", away=True) from None
    payload = _answer_body(answer)
    data = payload.get("data")
    given = data.get("message_id") or data.get("msg_id") if isinstance(data, dict) else None
    return str(given or "")


def renew_pair(account: ZaloAccount, refresh_token: str, now: datetime) -> TokenPair:
    """Return the next pair of tokens; the one before is dead from now on. Raises SendFailed.

    Errors may come with HTTP 200; `expires_in` is a text.
    """
    form = {"refresh_token": refresh_token, "app_id": account.app_id, "grant_type": "refresh_token"}
    try:
        with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
            answer = client.post(
                f"{account.oauth_url}/v4/oa/access_token",
                data=form,
                headers={"secret_key": account.app_secret},
            )
        payload = answer.json()
    except (httpx.HTTPError, OSError) as error:
        raise SendFailed(f"{OAUTH}: {type(error).__name__}", away=True) from None
    except ValueError:
        raise SendFailed(f"{OAUTH}: HTTP {answer.status_code}", away=True) from None
    if not isinstance(payload, dict) or not payload.get("access_token"):
        code = payload.get("error") if isinstance(payload, dict) else None
        raise ChannelBroken(f"{OAUTH}: {code}", away=True)
    lasts = timedelta(seconds=int(str(payload.get("expires_in", "90000"))))
    return TokenPair(str(payload["access_token"]), str(payload.get("refresh_token", "")), now + lasts)


def _answer_body(answer: httpx.Response) -> dict[str, object]:
    """Return what Zalo answered. Raises what its error means."""
    if answer.status_code >= 500 or answer.status_code == 429:
        raise SendFailed(f"Zalo: HTTP {answer.status_code}")
    try:
        payload = answer.json()
    except ValueError:
        raise SendFailed(f"Zalo: HTTP {answer.status_code}") from None
    code = payload.get("error", answer.status_code) if isinstance(payload, dict) else answer.status_code
    if code == 0 and isinstance(payload, dict):
        return payload
    if code in _TOKEN:
        raise TokenRefused(str(code))
    if code in _CHANNEL:
        raise ChannelBroken(f"Zalo: {code}", away=True)
    if code in _WINDOW:
        raise WindowOver(str(code))
    if code in _TWICE:
        raise SendFailed(f"Zalo: {code}", most_tries=2)
    raise SendFailed(f"Zalo: {code}", for_good=code not in _LATER)
