"""What a worker's module needs to be imported and to find its database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.environment import settings_told
from tests.support.notice_stage import Post, make_post


@pytest.fixture
def worker_settings(clean_database: str, redis_url: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of a worker, in this process while the test runs."""
    with settings_told(
        clean_database,
        redis_url=redis_url,
        media_url=f"file://{tmp_path}/media",
        public_url="https://phananh.example",
        log_format="console",
        demo="true",
    ) as variables:
        yield variables


@pytest.fixture
def post(worker_settings: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Post:
    """A worker of notices whose senders keep what they are given."""
    return make_post(clean_engine, monkeypatch)
