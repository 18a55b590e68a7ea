"""The Page of an installation, from its settings; the demo has one of its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.domain.kernel.tokens import sign
from service.network.outbound import OutboundRules
from service.settings import Settings

CHANNEL_NAME = "facebook"


@dataclass(frozen=True, slots=True)
class PageAccount:
    """Page with its secrets. `demo`: the twin at `/dev/facebook`, which speaks Facebook's protocol here."""

    page_id: str
    token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    api_url: str
    media_hosts: tuple[str, ...]
    rules: OutboundRules
    app_id: str = ""
    demo: bool = False

    @property
    def own_id(self) -> str:
        """Return the id that people write to."""
        return self.page_id


def page_account(settings: Settings) -> PageAccount | None:
    """Return the Page of the settings, in the demo else its twin; None where there is none."""
    token, secret, verify = (
        each.get_secret_value() if each else ""
        for each in (
            settings.facebook_page_token,
            settings.facebook_app_secret,
            settings.facebook_verify_token,
        )
    )
    if settings.facebook_page_id and token and secret:
        return PageAccount(
            page_id=settings.facebook_page_id,
            token=token,
            app_secret=secret,
            verify_token=verify,
            api_url=settings.facebook_api_url.rstrip("/"),
            media_hosts=tuple(settings.facebook_media_hosts.split()),
            rules=settings.webhook_rules,
            app_id=settings.facebook_app_id,
        )
    if not settings.demo:
        return None
    made = sign(settings.secret, "talk-link", b"the demo's Facebook").hex()
    return PageAccount(
        page_id="3000000000000003",
        token=made[:24],
        app_secret=made[24:48],
        verify_token=made[48:],
        api_url=f"{settings.public_url.rstrip('/')}/dev/facebook/api",
        media_hosts=("127.0.0.1", "localhost"),
        rules=OutboundRules(loopback=True),
        app_id="4000000000000004",
        demo=True,
    )
