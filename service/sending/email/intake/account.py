"""The mailbox that reports are read from, by the settings; the demo has one of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parseaddr

from service.settings import Settings

CHANNEL_NAME = "email"
DEMO_ADDRESS = "phan-anh@hientruong.invalid"
DEMO_AUTHSERV = "mx.hientruong.invalid"


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Mailbox with what it is read and answered by. `demo`: the twin at `/dev/mailbox`."""

    address: str
    imap_url: str = field(repr=False)
    smtp_url: str = field(repr=False)
    name: str = ""
    authserv_id: str = ""
    by_subject: bool = False
    demo: bool = False

    @property
    def domain(self) -> str:
        """Return the domain of our own ids."""
        return self.address.rpartition("@")[2]


def mail_account(settings: Settings) -> MailAccount | None:
    """Return the mailbox of the settings, in the demo else its twin; None where there is none."""
    name, sender = parseaddr(settings.mail_from)
    address = (settings.mail_intake_address or sender).lower()
    if settings.imap_url and settings.smtp_url and "@" in address:
        return MailAccount(
            address=address,
            imap_url=settings.imap_url.get_secret_value(),
            smtp_url=settings.smtp_url.get_secret_value(),
            name=name,
            authserv_id=settings.mail_authserv_id.lower(),
            by_subject=settings.mail_reply_style == "subject",
        )
    if settings.demo:
        return MailAccount(DEMO_ADDRESS, "", "", authserv_id=DEMO_AUTHSERV, demo=True)
    return None
