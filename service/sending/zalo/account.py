"""The Official Account of an installation, from its settings; the demo has one of its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.domain.kernel.tokens import sign
from service.network.outbound import OutboundRules
from service.settings import Settings

CHANNEL_NAME = "zalo"


@dataclass(frozen=True, slots=True)
class ZaloAccount:
    """Account with its secrets. `demo`: the twin at `/dev/zalo`, which speaks Zalo's protocol here.

    `late_template` is the ZBS template for steps that are told outside the window, empty for none; `zbs_url`
    is where it goes by telephone number.
    """

    app_id: str
    oa_id: str
    oa_secret: str = field(repr=False)
    app_secret: str = field(repr=False)
    api_url: str
    oauth_url: str
    media_hosts: tuple[str, ...]
    rules: OutboundRules
    paid: bool = False
    demo: bool = False
    late_template: str = ""
    zbs_url: str = ""

    @property
    def own_id(self) -> str:
        """Return the id that people write to."""
        return self.oa_id


def zalo_account(settings: Settings) -> ZaloAccount | None:
    """Return the account of the settings, in the demo else its twin; None where there is none."""
    if settings.zalo_app_id and settings.zalo_oa_secret and settings.zalo_app_secret:
        return ZaloAccount(
            app_id=settings.zalo_app_id,
            oa_id=settings.zalo_oa_id,
            oa_secret=settings.zalo_oa_secret.get_secret_value(),
            app_secret=settings.zalo_app_secret.get_secret_value(),
            api_url=settings.zalo_api_url.rstrip("/"),
            oauth_url=settings.zalo_oauth_url.rstrip("/"),
            media_hosts=tuple(settings.zalo_media_hosts.split()),
            rules=settings.webhook_rules,
            paid=settings.zalo_paid,
            late_template=settings.zalo_late_template,
            zbs_url=settings.zalo_zbs_url.rstrip("/"),
        )
    if not settings.demo:
        return None
    twin = f"{settings.public_url.rstrip('/')}/dev/zalo/api"
    secret = sign(settings.secret, "talk-link", b"the demo's Zalo").hex()
    return ZaloAccount(
        app_id="1000000000000000001",
        oa_id="2000000000000000002",
        oa_secret=secret[:32],
        app_secret=secret[32:],
        api_url=twin,
        oauth_url=twin,
        media_hosts=("127.0.0.1", "localhost"),
        rules=OutboundRules(loopback=True),
        demo=True,
    )
