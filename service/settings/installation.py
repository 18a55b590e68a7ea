"""Settings of the installation itself: stores, addresses, limits, logs, backups."""

from __future__ import annotations

from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from service.domain.kernel.tokens import KeyRing, read_keys
from service.network.addresses import read_trusted
from service.network.outbound import OutboundRules, read_networks
from service.settings.environment import EnvironmentSettings

ADDRESSES = {
    "database_url": ("postgresql://", "postgres://", "postgresql+psycopg://"),
    "redis_url": ("redis://", "rediss://", "unix://"),
    "media_url": ("file:///", "s3://", "memory:"),
}


class InstallationSettings(EnvironmentSettings):
    """Settings that every installation has or may leave at their defaults."""

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
    webhook_networks: str = Field(
        default="",
        description="Networks of the city's own that webhooks may be sent to, as `10.1.2.0/24`, also by plain http; without it only https on the internet.",  # noqa: E501
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
