"""A message to a person who wrote to the account: its window, and its token, renewed by one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from service.db import unit_of_work
from service.domain.talks import tokens
from service.domain.talks.outgoing import Addressee
from service.ops.telemetry import get_logger
from service.sending.envelope import SendFailed
from service.sending.late_word import LateWord, WindowOver
from service.sending.zalo.account import CHANNEL_NAME, ZaloAccount
from service.sending.zalo.api import (
    OAUTH,
    ChannelBroken,
    TokenRefused,
    renew_pair,
    send_template,
    send_template_by_phone,
    send_text,
)

log = get_logger(__name__)

FREE = timedelta(hours=48)
BILLED = timedelta(days=7)
WAIT_S, ROUND_S = 8.0, 0.25
"""So long another process is waited for that renews the token."""


def window_of(account: ZaloAccount) -> timedelta:
    """Return how long after a person's last word the account answers: while it is free, or paid for."""
    return BILLED if account.paid else FREE


@dataclass(frozen=True, slots=True)
class ZaloDelivery:
    """Sends words in the name of one account; opens short transactions for the token alone."""

    account: ZaloAccount
    engine: Engine
    key: bytes

    def deliver(self, to: Addressee, text: str, *, by_person: bool = False, key: str = "") -> str:
        """Send words; return the id that Zalo gave them. Raises SendFailed."""
        silent = datetime.now(UTC) - to.last_in_at
        if silent > window_of(self.account):
            raise WindowOver
        return self._to_person(to, lambda token, person: send_text(self.account, token, person, text))

    def deliver_late(self, to: Addressee, word: LateWord) -> str:
        """Send a step by the template of the account, else to the number that was left with the report.

        Raises WindowOver where the account has no template, SendFailed.
        """
        if not self.account.late_template:
            raise WindowOver
        try:
            return self._to_person(to, lambda token, person: send_template(self.account, token, person, word))
        except SendFailed as failed:
            if not (failed.for_good and word.phone and self.account.zbs_url):
                raise
        return self._noting_faults(lambda token: send_template_by_phone(self.account, token, word))

    def close(self) -> None:
        """Give back the connection that tokens are read by."""
        self.engine.dispose()

    def _to_person(self, to: Addressee, send: Callable[[str, str], str]) -> str:
        if not to.person or to.account != self.account.oa_id:
            raise SendFailed("erased", for_good=True)
        return self._noting_faults(lambda token: send(token, to.person))

    def _noting_faults(self, send: Callable[[str], str]) -> str:
        """Send with the token in force; a fault of the account itself is written down for administrators."""
        try:
            given = self._with_token(send)
        except ChannelBroken as broken:
            self._note(broken.why)
            raise
        with unit_of_work(self.engine) as session:
            problem = tokens.problem_of(session, CHANNEL_NAME, self.account.oa_id)
            if problem and not problem.startswith(OAUTH):  # a token that cannot be renewed works on for hours
                tokens.note_problem(session, CHANNEL_NAME, self.account.oa_id, "", datetime.now(UTC))
        return given

    def _with_token(self, send: Callable[[str], str]) -> str:
        token = self.token()
        try:
            return send(token)
        except TokenRefused:
            fresh = self.renew(refused=token)
        try:
            return send(fresh)
        except TokenRefused as refused:
            raise ChannelBroken(f"Zalo: {refused}", away=True) from None

    def token(self) -> str:
        """Return the access token. Raises ChannelBroken where nobody has given the account one."""
        with unit_of_work(self.engine) as session:
            found = tokens.access_token(session, self.key, CHANNEL_NAME, self.account.oa_id)
            if not found and self.account.demo:
                pair = tokens.TokenPair("none-yet", "demo", datetime.now(UTC))
                tokens.store_pair(
                    session, self.key, CHANNEL_NAME, self.account.oa_id, pair, datetime.now(UTC)
                )
                return pair.access
        if not found:
            raise ChannelBroken("Zalo: no token", away=True)
        return found

    def renew(self, *, refused: str = "") -> str:
        """Return the access token after it was renewed, by this process or by another at this moment.

        The new pair is stored before it is used: the one before is dead the moment Zalo gave it out.
        """
        began, account = time.monotonic(), self.account
        while True:
            now = datetime.now(UTC)
            with unit_of_work(self.engine) as session:
                spent = tokens.begin_refresh(
                    session, self.key, CHANNEL_NAME, account.oa_id, now, refused=refused
                )
                current = tokens.access_token(session, self.key, CHANNEL_NAME, account.oa_id)
            if spent is not None:
                return self._renewed(spent)
            if current and current != refused:
                return current
            if time.monotonic() - began > WAIT_S:
                raise SendFailed("Zalo: token being renewed", away=True)
            time.sleep(ROUND_S)

    def _renewed(self, spent: str) -> str:
        now = datetime.now(UTC)
        try:
            pair = renew_pair(self.account, spent, now)
        except SendFailed as failed:
            self._note(failed.why)
            raise
        with unit_of_work(self.engine) as session:
            tokens.store_pair(session, self.key, CHANNEL_NAME, self.account.oa_id, pair, now)
        log.info("zalo token renewed", expires_at=pair.expires_at.isoformat())
        return pair.access

    def _note(self, why: str) -> None:
        log.error("zalo account broken", why=why)
        with unit_of_work(self.engine) as session:
            tokens.note_problem(session, CHANNEL_NAME, self.account.oa_id, why, datetime.now(UTC))
