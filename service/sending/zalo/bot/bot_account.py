"""The bot of an installation, from its settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.settings import Settings

CHANNEL_NAME = "zalo-bot"


@dataclass(frozen=True, slots=True)
class BotAccount:
    """Bot with its token and the word by which its webhook is known."""

    token: str = field(repr=False)
    secret: str = field(repr=False)
    url: str = ""
    media_hosts: tuple[str, ...] = ()


def bot_account(settings: Settings) -> BotAccount | None:
    """Return the bot of the settings, None where there is none."""
    if not settings.zalo_bot_token or not settings.zalo_bot_secret:
        return None
    return BotAccount(
        token=settings.zalo_bot_token.get_secret_value(),
        secret=settings.zalo_bot_secret.get_secret_value(),
        url=settings.zalo_bot_url.rstrip("/"),
        media_hosts=tuple(settings.zalo_media_hosts.split()),
    )
