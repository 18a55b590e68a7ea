"""SMS: to the number that somebody left, through a gateway; each costs money and may wake people."""

from __future__ import annotations

from datetime import time

from service.domain.notices.channels import Reachable, Window
from service.i18n import N_
from service.models import NoticeChannel
from service.sending.envelope import Sender
from service.sending.sending_channel import SendingChannel
from service.sending.sms.gateway import Gateway
from service.settings import Settings


def address_of(person: Reachable) -> str | None:
    """Return the number, E.164."""
    return person.phone


def mask(address: str) -> str:
    """Return the last three digits: `•••456`."""
    return f"•••{address[-3:]}"


def make_sender(settings: Settings) -> Sender | None:
    """Return the gateway of the settings, None where there is none."""
    if not settings.sms_url:
        return None
    body, authorization = settings.sms_body, settings.sms_authorization
    return Gateway(
        settings.sms_url.get_secret_value(),
        body.get_secret_value() if body else "",
        {"Authorization": authorization.get_secret_value()} if authorization else {},
    )


CHANNEL = SendingChannel(
    name=NoticeChannel.SMS,
    label=N_("Tin nhắn SMS"),
    icon="chat",
    address_of=address_of,
    mask=mask,
    make_sender=make_sender,
    vital_only=True,
    staff=False,
    window=Window(time(6, 0), time(22, 0)),
)
