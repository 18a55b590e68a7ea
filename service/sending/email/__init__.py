"""E-mail: to the mailbox that somebody left, through a mail server."""

from __future__ import annotations

from email.utils import parseaddr

from service.domain.notices.channels import Reachable
from service.i18n import N_
from service.models import NoticeChannel
from service.sending.email.smtp import Smtp
from service.sending.envelope import Sender
from service.sending.sending_channel import SendingChannel
from service.settings import Settings


def address_of(person: Reachable) -> str | None:
    """Return the mailbox in the spelling it is kept by."""
    return person.email.lower() if person.email else None


def mask(address: str) -> str:
    """Return the first letter and the domain: `l•••@example.org`."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"


def make_sender(settings: Settings) -> Sender | None:
    """Return the mail server of the settings, None where there is none or nobody to send as."""
    if not settings.smtp_url or "@" not in parseaddr(settings.mail_from)[1]:
        return None
    return Smtp(settings.smtp_url.get_secret_value(), settings.mail_from)


CHANNEL = SendingChannel(
    name=NoticeChannel.EMAIL,
    label=N_("Email"),
    icon="mail",
    address_of=address_of,
    mask=mask,
    make_sender=make_sender,
)
