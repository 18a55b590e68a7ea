"""Settings of an installation, read from the environment with the prefix `HIENTRUONG_`."""

from __future__ import annotations

from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.domain.kernel.tokens import KeyRing, read_keys
from service.network.addresses import read_trusted
from service.network.outbound import OutboundRules, read_networks
from service.network.safe_urls import is_safe
from service.problems import SetupError, setting_fault

ADDRESSES = {
    "database_url": ("postgresql://", "postgres://", "postgresql+psycopg://"),
    "redis_url": ("redis://", "rediss://", "unix://"),
    "media_url": ("file:///", "s3://", "memory:"),
}


class Settings(BaseSettings):
    """Every setting, its default and its meaning; the table of OPERATIONS.md is made from this class."""

    model_config = SettingsConfigDict(env_prefix="HIENTRUONG_", extra="ignore", frozen=True)

    database_url: str = Field(
        description="PostgreSQL with PostGIS, as `postgresql://user:password@host/name`."
    )
    redis_url: str = Field(description="Redis for Celery and wake-ups, as `redis://…` or `unix://…`.")
    media_url: str = Field(
        description="Where photos are kept: `file:///folder` or `s3://bucket/prefix` (keys from the usual AWS_… variables)."  # noqa: E501
    )
    secret_key: SecretStr = Field(
        min_length=32,
        description="At least 32 random characters; signs cookies, cursors and report secrets. Several with spaces between, the newest first: what older ones signed stays good.",  # noqa: E501
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000", description="The address people reach the service at."
    )
    rate_limits: Literal["on", "off"] = Field(default="on", description="`off` for load tests.")
    undo_seconds: int = Field(
        default=10,
        ge=0,
        le=120,
        description="How long a coordinator can take back what they decided at the desk, before anybody is told; 0 for not at all.",  # noqa: E501
    )
    reports_per_minute: int = Field(
        default=30,
        ge=1,
        description="New reports an address may send in a minute; ten times that in an hour.",
    )
    reports_per_device: int = Field(
        default=10, ge=1, description="The same for one device, where it says which it is."
    )
    proof_bits: int = Field(
        default=15,
        ge=0,
        le=24,
        description="How hard the puzzle is that a phone solves to go on beyond a limit: one more is twice the work, 15 a second or two; 0 is none.",  # noqa: E501
    )
    basemap_url: str = Field(
        default="",
        pattern=r"^$|^(https?:/)?/[^\s;,'\"<>]+$",
        description="A background for the maps: tiles as `https://…/{z}/{x}/{y}.png` (or `.mvt`), a TileJSON `….json`, or a `….pmtiles` file; pages may then fetch from that host too. Without it the maps show wards, water and names alone.",  # noqa: E501
    )
    basemap_kind: Literal["auto", "raster", "vector"] = Field(
        default="auto",
        description="What the background is made of; `auto` goes by the address (`.pmtiles` counts as vector).",  # noqa: E501
    )
    basemap_attribution: str = Field(
        default="", description="Whose background it is, shown on the map, as `© OpenStreetMap`."
    )
    breached_passwords: Path | None = Field(
        default=None,
        description="A file of leaked passwords, plain or as SHA-1 in hexadecimal; nobody may choose those.",
    )
    oidc_issuer: str = Field(
        default="",
        description="An OpenID provider that staff may sign in by, as `https://id.city.example/realms/staff`; empty for none. What its claims mean is `sign_in` in `city.yaml`.",  # noqa: E501
    )
    oidc_client_id: str = Field(
        default="", validate_default=True, description="What the provider knows this service as."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Its secret there; without one it is a public client (PKCE is always used)."
    )
    oidc_name: str = Field(default="", max_length=60, description="The provider's name on the button.")
    oidc_scopes: str = Field(
        default="openid profile email",
        pattern=r"^(.* )?openid( .*)?$",
        description="What is asked for; add the scope that brings groups, where there is one.",
    )
    oidc_second_factor: str = Field(
        default="",
        description="Values of `amr` or `acr`, with spaces between, by which the provider says that it checked a second factor; everyone else is asked for their own where one is needed.",  # noqa: E501
    )
    oidc_link_by_email: bool = Field(
        default=False,
        description="Whether somebody new at the provider gets the one account that has the same e-mail, if the provider has verified it.",  # noqa: E501
    )
    demo: bool = Field(default=False, description="Demo accounts and pages; only on a loopback address.")
    log_format: Literal["json", "console"] = Field(
        default="json", description="Structured lines for machines, or readable ones."
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    database_pool: int = Field(
        default=10, ge=1, le=200, description="Database connections a process may hold."
    )
    reception_connections: int = Field(
        default=3,
        ge=2,
        le=10,
        description="Database connections a process holds for taking reports alone, beside those above.",
    )
    trusted_proxies: int | str = Field(
        default=0,
        description="Whose X-Forwarded-For is believed: how many reverse proxies stand before the service, or their networks (`10.0.0.0/8, 192.0.2.7`; `private` for all private ones).",  # noqa: E501
    )
    allowed_hosts: str = Field(
        default="",
        description="Names, besides the public address, that the service answers by, with spaces between; addresses and names without a dot always are.",  # noqa: E501
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        description="Bearer token that opens `/metrics` and `/readyz` through a proxy; without it only the machine and its private network read them.",  # noqa: E501
    )

    smtp_url: SecretStr | None = Field(
        default=None,
        description="Mail server: `smtp://user:password@host:587?tls=start` or `smtps://user:…@host`.",
    )
    mail_from: str = Field(
        default="", description="Who e-mails come from, as `Name <address>`; needed with a mail server."
    )
    sms_url: SecretStr | None = Field(
        default=None,
        description="SMS gateway; `{phone}`, `{digits}` (no plus), `{text}` and `{id}` are filled in.",
    )
    sms_body: SecretStr | None = Field(
        default=None,
        description="Body of the request to the gateway, a form or JSON, same fields; without it, a GET.",
    )
    sms_authorization: SecretStr | None = Field(
        default=None, description="`Authorization` header for the SMS gateway."
    )
    sms_per_number: int = Field(
        default=10, ge=1, description="The most SMS to one number in 24 hours; emergencies are not counted."
    )
    sms_per_day: int = Field(
        default=2000,
        ge=1,
        description="The most SMS of the installation in 24 hours; emergencies are not counted.",
    )
    vapid_private_key: SecretStr | None = Field(
        default=None,
        description="Key that signs web push, 32 bytes in base64url; `up` makes one in its data folder.",
    )
    vapid_contact: str = Field(
        default="", description="`mailto:` or `https:` address that push services may complain to."
    )

    webhook_networks: str = Field(
        default="",
        description="Networks of the city's own that webhooks may be sent to, as `10.1.2.0/24`, also by plain http; without it only https on the internet.",  # noqa: E501
    )

    imap_url: SecretStr | None = Field(
        default=None,
        description="Mailbox that reports are read from: `imaps://user:password@host/INBOX`, or `imap://…?tls=start`.",
    )
    mail_intake_address: str = Field(
        default="", description="Address of that mailbox, which people write to and answers come from."
    )
    mail_authserv_id: str = Field(
        default="",
        description="Name by which the city's own mail server signs `Authentication-Results`; what others say there counts nothing.",  # noqa: E501
    )
    mail_reply_style: Literal["plus", "subject"] = Field(
        default="plus",
        description="Where answers carry the token of their conversation: `plus` needs a server that delivers `name+token@…` to `name@…`.",  # noqa: E501
    )

    zalo_app_id: str = Field(
        default="", description="Zalo: id of the app that the Official Account is used by."
    )
    zalo_app_secret: SecretStr | None = Field(
        default=None, description="Zalo: the app's secret, which new tokens are asked with."
    )
    zalo_oa_id: str = Field(default="", description="Zalo: id of the Official Account.")
    zalo_oa_secret: SecretStr | None = Field(
        default=None,
        description="Zalo: OA Secret Key of the webhook page, which `/hooks/zalo` is signed with.",
    )
    zalo_api_url: str = Field(
        default="https://openapi.zalo.me", description="Zalo: where messages are sent to."
    )
    zalo_oauth_url: str = Field(
        default="https://oauth.zaloapp.com", description="Zalo: where tokens are renewed."
    )
    zalo_media_hosts: str = Field(
        default="*.zadn.vn *.zdn.vn *.zalo.me *.zaloapp.com",
        description="Zalo: hosts that photos of messages are fetched from, with spaces between.",
    )
    zalo_paid: bool = Field(
        default=False,
        description="Zalo: whether messages are also sent between 48 hours and 7 days after the person's last word, which Zalo bills.",  # noqa: E501
    )
    zalo_late_template: str = Field(
        default="",
        max_length=40,
        description="Zalo: id of an approved ZBS template with the parameters `text` and `link`, by which steps are told after that, which Zalo bills; empty for none.",  # noqa: E501
    )

    zalo_zbs_url: str = Field(
        default="https://business.openapi.zalo.me",
        description="Zalo: where that template goes by the number that the person left, when it cannot go by the conversation.",  # noqa: E501
    )

    zalo_bot_token: SecretStr | None = Field(
        default=None, description="Zalo Bot: token of the bot in the groups with companies."
    )
    zalo_bot_secret: SecretStr | None = Field(
        default=None, description="Zalo Bot: word that `/hooks/zalo-bot` is called with, 8 letters or more."
    )
    zalo_bot_url: str = Field(
        default="https://bot-api.zaloplatforms.com", description="Zalo Bot: where messages are sent to."
    )

    facebook_page_id: str = Field(default="", description="Facebook: id of the city's Page.")
    facebook_app_id: str = Field(
        default="",
        description="Facebook: id of the app, by which our own messages are known when they come back.",
    )
    facebook_page_token: SecretStr | None = Field(
        default=None, description="Facebook: the Page's token, which messages are sent with."
    )
    facebook_app_secret: SecretStr | None = Field(
        default=None, description="Facebook: the app's secret, which `/hooks/facebook` is signed with."
    )
    facebook_verify_token: SecretStr | None = Field(
        default=None, description="Facebook: word of your own that registering the webhook asks for."
    )
    facebook_api_url: str = Field(
        default="https://graph.facebook.com/v25.0", description="Facebook: where messages are sent to."
    )
    facebook_media_hosts: str = Field(
        default="*.fbcdn.net *.fbsbx.com",
        description="Facebook: hosts that photos of messages are fetched from, with spaces between.",
    )

    backup_dir: Path | None = Field(
        default=None,
        description="Folder for backups: one a day is made there by itself, and the privacy ledger is kept up to date every minute. Another disk than the data's.",  # noqa: E501
    )
    backup_at: time = Field(
        default=time(2, 15), description="When the daily backup begins, by the city's clock."
    )
    backup_keep_days: int = Field(
        default=30, ge=1, description="How long a snapshot is kept; the newest three are kept anyway."
    )
    follow_sources: bool = Field(
        default=False, description="Set by `up --reload`: translations are read anew when their file changes."
    )

    @field_validator(*ADDRESSES)
    @classmethod
    def _address(cls, value: str, info: ValidationInfo) -> str:
        if not value.startswith(begins := ADDRESSES[info.field_name or ""]):
            raise ValueError(f"expected an address that begins with {' or '.join(begins[:-1])}")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
            raise ValueError("expected DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies(cls, value: int | str) -> int | str:
        read_trusted(value)
        return value

    @field_validator("webhook_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        read_networks(value)
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _not_overheard(cls, issuer: str) -> str:
        if issuer and not is_safe(issuer):
            raise ValueError("expected an https address (http only on this machine)")
        return issuer

    @field_validator("oidc_client_id")
    @classmethod
    def _known_there(cls, client_id: str, info: ValidationInfo) -> str:
        if info.data.get("oidc_issuer") and not client_id:
            raise ValueError("needed with HIENTRUONG_OIDC_ISSUER")
        return client_id

    @property
    def sqlalchemy_url(self) -> str:
        """Return the database URL with the one driver named."""
        rest = self.database_url.split("://", 1)[1]
        return f"postgresql+psycopg://{rest}"

    @property
    def webhook_rules(self) -> OutboundRules:
        """Return the addresses that webhooks may be sent to; in the demo also those of this machine."""
        return OutboundRules(self.demo, read_networks(self.webhook_networks))

    @property
    def secret(self) -> KeyRing:
        """Return the secret keys: the newest one's bytes, and those before it (`kernel/tokens.py`)."""
        return _keys(self.secret_key.get_secret_value())


_keys = lru_cache(maxsize=4)(read_keys)


@lru_cache
def get_settings() -> Settings:
    """Return the process's settings, read once. Raises SetupError that names what is missing or wrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise SetupError(_what_to_set(error)) from None


def _what_to_set(error: ValidationError) -> str:
    lines = ["These settings are missing or wrong:"]
    for item in error.errors():
        name = str(item["loc"][0])
        meaning = Settings.model_fields[name].description or ""
        lines.append(f"  {variable_name(name)} {setting_fault(item['type'], item['msg'], meaning)}")
    return "\n".join([*lines, "All are listed in service/OPERATIONS.md."])


def variable_name(field: str) -> str:
    """Return the environment variable of a setting."""
    return f"HIENTRUONG_{field.upper()}"
