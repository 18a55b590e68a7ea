"""E-mail over SMTP: plain text and HTML, with an address that ends it in one click."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from service.domain.kernel.addresses import tidy_mailbox
from service.sending.envelope import Envelope, SendFailed

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server: `smtp://user:password@host:587?tls=start` or `smtps://host`; `sender`: `Name <a@b>`."""

    url: str
    sender: str

    def send(self, envelope: Envelope) -> None:
        """Hand one e-mail to the server. Raises SendFailed."""
        self.send_with(envelope, {})

    def send_with(self, envelope: Envelope, headers: Mapping[str, str]) -> None:
        """Hand one e-mail with further headers to the server. Raises SendFailed."""
        if (recipient := tidy_mailbox(envelope.recipient)) is None:  # written down before it was looked at
            raise SendFailed("cannot be mailed: no address", for_good=True)
        try:
            message = self.compose(replace(envelope, recipient=recipient))
            for name, value in headers.items():
                message[name] = value
        except (ValueError, MessageError) as error:
            raise SendFailed(f"cannot be mailed: {type(error).__name__}", for_good=True) from None
        self.hand_over(message, recipient)

    def hand_over(self, message: EmailMessage, recipient: str, sender: str | None = None) -> None:
        """Hand a composed e-mail to the server; an empty `sender` is nobody whom it could come back to.

        Raises SendFailed.
        """
        try:
            with self._connect() as server:
                server.send_message(message, from_addr=sender, to_addrs=[recipient])
        except smtplib.SMTPRecipientsRefused as error:
            code = max((code for code, _ in error.recipients.values()), default=0)
            raise SendFailed(f"recipient refused ({code})", for_good=code >= 500) from None
        except (
            smtplib.SMTPConnectError,
            smtplib.SMTPAuthenticationError,
            smtplib.SMTPServerDisconnected,
        ) as e:
            raise SendFailed(f"mail server: {type(e).__name__}", away=True) from None
        except smtplib.SMTPResponseException as error:
            raise SendFailed(f"mail server said {error.smtp_code}", for_good=error.smtp_code >= 500) from None
        except (smtplib.SMTPException, ValueError, MessageError) as error:
            raise SendFailed(f"cannot be mailed: {type(error).__name__}", for_good=True) from None
        except OSError as error:
            raise SendFailed(f"mail server: {type(error).__name__}", away=True) from None

    @property
    def domain(self) -> str:
        """Return the domain of our letters' ids."""
        return parseaddr(self.sender)[1].partition("@")[2]

    def compose(self, envelope: Envelope) -> EmailMessage:
        """Return the e-mail. Its Message-ID is the row's: the same at every try, so a mailbox knows a
        repetition.
        """
        name, address = parseaddr(self.sender)
        local, _, domain = address.partition("@")
        message = EmailMessage()
        message["From"] = Address(name, local, domain)
        message["To"] = Address(addr_spec=envelope.recipient)
        message["Subject"] = " ".join(envelope.subject.split())
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = f"<{envelope.id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = envelope.language
        if envelope.one_click:
            message["List-Unsubscribe"] = f"<{envelope.one_click}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(envelope.text)
        message.add_alternative(envelope.html, subtype="html")
        _enclose(message, envelope)
        return message

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_S)
        try:
            if parts.scheme == "smtp" and parse_qs(parts.query).get("tls") == ["start"]:
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _enclose(message: EmailMessage, envelope: Envelope) -> None:
    """Put the pictures beside the HTML that shows them: nothing is fetched when the mail is read."""
    html = message.get_body(("html",))
    for number, each in enumerate(envelope.pictures if html else (), 1):
        html.add_related(  # type: ignore[union-attr]
            each.data,
            maintype="image",
            subtype="jpeg",
            cid=f"<{each.cid}>",
            disposition="inline",
            filename=f"anh-{number}.jpg",
        )
