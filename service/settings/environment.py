"""The base of all settings: they come from environment variables with one prefix."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "HIENTRUONG_"


class EnvironmentSettings(BaseSettings):
    """Settings that are read once and never changed; other variables are none of the service's."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)
