"""What a worker's module needs to be imported and to find its database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.settings import get_settings
from tests.support.notice_stage import Post, make_post


@pytest.fixture
def worker_settings(clean_database: str, redis_url: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of a worker, in this process while the test runs."""
    values = {
        "HIENTRUONG_DATABASE_URL": clean_database,
        "HIENTRUONG_REDIS_URL": redis_url,
        "HIENTRUONG_MEDIA_URL": f"file://{tmp_path}/media",
        "HIENTRUONG_SECRET_KEY": "k" * 40,
        "HIENTRUONG_PUBLIC_URL": "https://phananh.example",
        "HIENTRUONG_LOG_FORMAT": "console",
        "HIENTRUONG_DEMO": "true",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(name, value)
        get_settings.cache_clear()
        yield values
    get_settings.cache_clear()


@pytest.fixture
def post(worker_settings: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Post:
    """A worker of notices whose senders keep what they are given."""
    return make_post(clean_engine, monkeypatch)
