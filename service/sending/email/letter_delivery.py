"""Answers by letter: in the thread of who wrote, and known to machines as a machine's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine

from service.db import unit_of_work
from service.domain.talks.outgoing import Addressee, note_sent, thread_of_notice
from service.domain.talks.reply_tokens import reply_token
from service.domain.talks.vault import Vault
from service.i18n import N_, translate
from service.ops.telemetry import get_logger
from service.sending.console import Console
from service.sending.email.intake.account import CHANNEL_NAME, MailAccount
from service.sending.email.intake.automatic import OUR_LOOP
from service.sending.email.smtp import Smtp
from service.sending.envelope import Envelope, SendFailed

log = get_logger(__name__)

NO_SUBJECT = N_("Phản ánh của anh/chị")


@dataclass(frozen=True, slots=True)
class EmailDelivery:
    """Writes in the mailbox's name. In the demo nothing leaves: `/dev/mailbox` shows the words."""

    account: MailAccount
    key: bytes

    def deliver(self, to: Addressee, text: str, *, by_person: bool = False, key: str = "") -> str:
        """Send a letter; return its id. Raises SendFailed."""
        if not to.person or to.account != self.account.address:
            raise SendFailed("erased", for_good=True)
        try:
            message = self.compose(to, text, by_person=by_person, key=key)
        except (ValueError, MessageError) as error:
            raise SendFailed(f"cannot be mailed: {type(error).__name__}", for_good=True) from None
        if self.account.demo:
            log.info("letter", conversation=str(to.talk_id))
        else:
            # What a machine writes comes back to nobody: two machines would answer each other's bounces.
            sender = self.account.address if by_person else ""
            Smtp(self.account.smtp_url, self.account.address).hand_over(message, to.person, sender)
        return str(message["Message-ID"])

    def compose(self, to: Addressee, text: str, *, by_person: bool, key: str) -> EmailMessage:
        """Return the letter with the headers of its thread."""
        account, token = self.account, reply_token(self.key, to.talk_id)
        local, _, domain = account.address.partition("@")
        subject = str(to.thread.get("subject") or translate(NO_SUBJECT))
        message = EmailMessage()
        message["From"] = Address(account.name, local, domain)
        message["To"] = Address(addr_spec=to.person)
        if account.by_subject:
            subject = f"{subject} [k{token}]"
        else:
            message["Reply-To"] = Address(account.name, f"{local}+k{token}", domain)
        message["Subject"] = " ".join(f"Re: {subject}".split())
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = f"<talk.{key or uuid4().hex}.{to.talk_id.hex}@{domain}>"
        for name, value in thread_headers(to.thread).items():
            message[name] = value
        message["X-Loop"] = OUR_LOOP
        if not by_person:
            message["Auto-Submitted"] = "auto-replied"
            message["X-Auto-Response-Suppress"] = "All"
        message.set_content(text)
        return message

    def renew(self) -> None:
        """Do nothing: a mail account has no token to renew."""

    def close(self) -> None:
        """Do nothing: no connection is kept."""


@dataclass(frozen=True, slots=True)
class LetterNotices:
    """Sender of notices by e-mail that puts those to a letter's writer into their thread."""

    smtp: Smtp | None
    account: MailAccount
    engine: Engine
    key: bytes

    def send(self, envelope: Envelope) -> None:
        """Send one notice. Raises SendFailed."""
        vault = Vault(self.key)
        with unit_of_work(self.engine) as session:
            to = thread_of_notice(session, vault, envelope.id)
        if self.smtp is None:
            Console(CHANNEL_NAME).send(envelope)
        else:
            self.smtp.send_with(envelope, self._headers(to) if to else {})
        if to is not None:
            text = f"{envelope.short}\n{envelope.link}".strip()
            domain = self.account.domain if self.smtp is None else self.smtp.domain
            with unit_of_work(self.engine) as session:
                note_sent(session, vault, to.talk_id, text, f"<{envelope.id}@{domain}>", localtime())

    def _headers(self, to: Addressee) -> Mapping[str, str]:
        local, _, domain = self.account.address.partition("@")
        answer = f"{local}+k{reply_token(self.key, to.talk_id)}@{domain}"
        back = {} if self.account.by_subject else {"Reply-To": answer}
        return {**thread_headers(to.thread), **back}


def thread_headers(thread: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers by which mail programmes put an answer beneath what it answers."""
    references = [str(each) for each in thread.get("references", ())]
    answers = str(thread.get("answers") or (references[-1] if references else ""))
    return {"In-Reply-To": answers, "References": " ".join(references)} if answers else {}
