"""Settings as processes find them: in the environment, of a process of their own or of this one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine

from service.settings import Settings, get_settings

NEEDED = {
    "redis_url": "redis://unused.invalid",
    "media_url": "file:///unused",
    "secret_key": "k" * 40,
}
"""What no process starts without, for one that asks none of them."""


def in_words(settings: Settings) -> dict[str, str]:
    """The variables that say these settings, and nothing else."""
    told = settings.model_dump(mode="json") | {"secret_key": settings.secret_key.get_secret_value()}
    return {variable(name): str(value) for name, value in told.items() if value is not None}


def environment(settings: Settings) -> dict[str, str]:
    """These settings for a process of its own."""
    return {**os.environ, **in_words(settings)}


@contextmanager
def settings_told(database: str | Engine, **more: str) -> Iterator[dict[str, str]]:
    """Code of this process reads these settings while the block runs; the variables that say them."""
    url = database if isinstance(database, str) else database.url.render_as_string(hide_password=False)
    told = {**NEEDED, "database_url": url, **more}
    variables = {variable(name): value for name, value in told.items()}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        yield variables
    get_settings.cache_clear()


def variable(name: str) -> str:
    """The name by which a setting stands in the environment."""
    return f"HIENTRUONG_{name.upper()}"
