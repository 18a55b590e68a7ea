"""A message to a person who wrote to the Page: within 24 hours, a colleague's own words within seven days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NotRequired, TypedDict

import httpx
from sqlalchemy import Engine

from service.db import unit_of_work
from service.domain.kernel.tokens import sign_shared
from service.domain.talks import tokens
from service.domain.talks.outgoing import Addressee
from service.network.foreign_json import mapping_of
from service.ops.telemetry import get_logger
from service.sending.envelope import SendFailed
from service.sending.facebook.events import OUR_MARK
from service.sending.facebook.page_account import CHANNEL_NAME, PageAccount
from service.sending.late_word import LateWord, WindowOver

log = get_logger(__name__)

TIMEOUT_S = 10.0
WINDOW = timedelta(hours=24)
HUMAN_WINDOW = timedelta(days=7)
_LATER = frozenset({1, 2, 4, 32, 341, 613, 1200})
_TOKEN = frozenset({190, 102, 463, 467})
_RESTRICTED = 1893063
_WINDOW_SUBCODES = frozenset({2018278, 2534022, 2018108})
_NO_PERSON = frozenset({2018001, 2018218})


class PagePerson(TypedDict):
    """Person as Facebook names them to this Page."""

    id: str


class PageWords(TypedDict):
    """Text of a message, and the mark by which we know it when it comes back."""

    text: str
    metadata: str


class PageMessage(TypedDict):
    """Body of a message of the Page; beyond 24 hours it carries the tag of a person who answers."""

    recipient: PagePerson
    message: PageWords
    messaging_type: Literal["RESPONSE", "MESSAGE_TAG"]
    tag: NotRequired[Literal["HUMAN_AGENT"]]


class PageBroken(SendFailed):
    """Failure of the Page itself, whoever is written to."""


@dataclass(frozen=True, slots=True)
class FacebookDelivery:
    """Sends words in the name of one Page."""

    account: PageAccount
    engine: Engine

    def deliver(self, to: Addressee, text: str, *, by_person: bool = False, key: str = "") -> str:
        """Send words; return the id that Facebook gave them. Raises SendFailed."""
        if not to.person or to.account != self.account.page_id:
            raise SendFailed("erased", for_good=True)
        silent = datetime.now(UTC) - to.last_in_at
        if silent > (HUMAN_WINDOW if by_person else WINDOW):
            raise WindowOver
        body: PageMessage = {
            "recipient": {"id": to.person},
            "message": {"text": text, "metadata": OUR_MARK},
            "messaging_type": "RESPONSE",
        }
        if silent > WINDOW:
            body["messaging_type"], body["tag"] = "MESSAGE_TAG", "HUMAN_AGENT"
        try:
            given = self._post(body)
        except PageBroken as broken:
            self._note(broken.why)
            raise
        self._note("")
        return given

    def deliver_late(self, to: Addressee, word: LateWord) -> str:
        """Raise WindowOver: Facebook gives templates to few."""
        raise WindowOver

    def renew(self) -> None:
        """Do nothing: a Page's token has no end of its own."""

    def close(self) -> None:
        """Give back the connection that problems are noted by."""
        self.engine.dispose()

    def _post(self, body: PageMessage) -> str:
        account = self.account
        proof = sign_shared(account.app_secret.encode(), account.token.encode()).hex()
        try:
            with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
                answer = client.post(
                    f"{account.api_url}/{account.page_id}/messages",
                    params={"access_token": account.token, "appsecret_proof": proof},
                    json=body,
                )
        except (httpx.HTTPError, OSError) as error:
            # The address holds the token: only what kind of error it was is told.
            raise SendFailed(f"Facebook: {type(error).__name__}", away=True) from None
        return _message_id(answer)

    def _note(self, why: str) -> None:
        with unit_of_work(self.engine) as session:
            if why or tokens.problem_of(session, CHANNEL_NAME, self.account.page_id):
                tokens.note_problem(session, CHANNEL_NAME, self.account.page_id, why, datetime.now(UTC))
        if why:
            log.error("facebook page broken", why=why)


def _message_id(answer: httpx.Response) -> str:
    """Return the message's id. Raises what Facebook's error means."""
    try:
        payload = answer.json()
    except ValueError:
        raise SendFailed(f"Facebook: HTTP {answer.status_code}") from None
    payload = mapping_of(payload)
    if answer.status_code == 200 and payload.get("message_id"):
        return str(payload["message_id"])
    error = mapping_of(payload.get("error"))
    code, subcode = error.get("code"), error.get("error_subcode")
    problem = f"Facebook: {code if code is not None else f'HTTP {answer.status_code}'}"
    if code in _TOKEN or subcode == _RESTRICTED:
        raise PageBroken(problem, away=True)
    if subcode in _WINDOW_SUBCODES:
        raise WindowOver(str(code))
    if code == 551 or subcode in _NO_PERSON:
        raise SendFailed(problem, for_good=True, gone=True)
    if code == 200:
        raise PageBroken(problem, away=True)
    raise SendFailed(problem, for_good=code not in _LATER and answer.status_code < 500)
