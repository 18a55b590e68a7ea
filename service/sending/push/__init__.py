"""Web push: to browsers that asked for it; nobody leaves one as a contact."""

from __future__ import annotations

from urllib.parse import urlsplit

from service.domain.notices.channels import Reachable
from service.domain.people.devices import Browser
from service.i18n import N_
from service.models import NoticeChannel
from service.sending.envelope import Sender
from service.sending.push.web_push import WebPush, public_key
from service.sending.sending_channel import SendingChannel
from service.settings import Settings


def address_of(_: Reachable) -> str | None:
    """Return None: a contact holds no address for push, browsers subscribe."""
    return None


def mask(_: str) -> str:
    """Return nothing: the number of a browser says nothing to its owner."""
    return ""


def make_sender(settings: Settings) -> Sender | None:
    """Return a sender that signs with the key of the settings, None without one."""
    if not settings.vapid_private_key:
        return None
    return WebPush(settings.vapid_private_key.get_secret_value(), _contact(settings))


def push_key(settings: Settings) -> str:
    """Return what a browser subscribes with; empty where push is not set up."""
    key = settings.vapid_private_key
    return public_key(key.get_secret_value()) if key else ""


def _contact(settings: Settings) -> str:
    if settings.vapid_contact:
        return settings.vapid_contact
    if settings.public_url.startswith("https:"):
        return settings.public_url
    return f"mailto:webmaster@{urlsplit(settings.public_url).hostname or 'localhost'}"


CHANNEL = SendingChannel(
    name=NoticeChannel.PUSH,
    label=N_("Thông báo trên trình duyệt"),
    icon="bell",
    address_of=address_of,
    mask=mask,
    make_sender=make_sender,
    needs_setup=True,
    at_once=32,
    subscription=Browser,
)
