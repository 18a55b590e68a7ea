"""The channels of an installation: real where the settings name them, the console in the demo, else none."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parseaddr
from urllib.parse import urlsplit

from service.models import NoticeChannel
from service.sending.console import Console
from service.sending.envelope import Sender
from service.sending.mail import Smtp
from service.sending.push import WebPush, public_key
from service.sending.sms import Gateway
from service.settings import Settings

CHANNELS = (NoticeChannel.EMAIL, NoticeChannel.PUSH, NoticeChannel.SMS)


def make_senders(settings: Settings) -> Mapping[str, Sender]:
    """One sender for each channel that can be sent on."""
    senders: dict[str, Sender] = {name: Console(name) for name in CHANNELS} if settings.demo else {}
    if settings.smtp_url and "@" in parseaddr(settings.mail_from)[1]:
        senders[NoticeChannel.EMAIL] = Smtp(settings.smtp_url.get_secret_value(), settings.mail_from)
    if settings.vapid_private_key:
        senders[NoticeChannel.PUSH] = WebPush(
            settings.vapid_private_key.get_secret_value(), _contact(settings)
        )
    if settings.sms_url:
        body, authorization = settings.sms_body, settings.sms_authorization
        senders[NoticeChannel.SMS] = Gateway(
            settings.sms_url.get_secret_value(),
            body.get_secret_value() if body else "",
            {"Authorization": authorization.get_secret_value()} if authorization else {},
        )
    return senders


def offered(settings: Settings) -> frozenset[str]:
    """The channels that people may choose. A browser can only subscribe with a key to subscribe with."""
    return frozenset(make_senders(settings)) - (
        frozenset() if settings.vapid_private_key else {NoticeChannel.PUSH}
    )


def push_key(settings: Settings) -> str:
    """What a browser subscribes with; empty where push is not set up."""
    key = settings.vapid_private_key
    return public_key(key.get_secret_value()) if key else ""


def _contact(settings: Settings) -> str:
    if settings.vapid_contact:
        return settings.vapid_contact
    if settings.public_url.startswith("https:"):
        return settings.public_url
    return f"mailto:webmaster@{urlsplit(settings.public_url).hostname or 'localhost'}"
