"""An installation that is backed up, and an empty database beside it that a backup is restored into."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from service.backup import restore as restoring
from service.backup.folder import BackupFolder, Manifest
from service.backup.make import make_backup
from service.backup.restore import Restored, RestoreTarget
from service.db import make_engine
from service.settings import Settings
from service.storage import Storage
from tests.conftest import Servers

_numbers = itertools.count()


def silent(_: str) -> None:
    """Progress that nobody reads."""


@dataclass
class Saved:
    """An installation with its backup folder."""

    settings: Settings
    engine: Engine
    folder: BackupFolder
    storage: Storage

    def backup(self) -> Manifest:
        made = make_backup(self.settings, self.engine, self.folder, now=datetime.now(UTC), say=silent)
        assert made is not None
        return made

    def restore(
        self, target: RestoreTarget, *, damaged: bool = False, snapshot: str | None = None
    ) -> Restored:
        chosen = self.folder.choose(snapshot)
        keys = restoring.check_snapshot(self.folder, chosen, damaged=damaged, say=silent)
        restoring.check_target(target)
        return restoring.restore_snapshot(self.folder, chosen, keys, target, datetime.now(UTC), silent)


@pytest.fixture
def saved(settings: Settings, tmp_path: Path) -> Iterator[Saved]:
    """The test's installation; its backup folder is not made yet."""
    engine = make_engine(settings.sqlalchemy_url, pool=2)
    yield Saved(settings, engine, BackupFolder(tmp_path / "backups"), Storage(settings.media_url))
    engine.dispose()


@pytest.fixture
def empty_target(servers: Servers, tmp_path: Path) -> Iterator[RestoreTarget]:
    """A database with nothing in it and an empty folder for media."""
    name = f"restored_{servers.worker}_{next(_numbers)}"
    servers.postgres.create_database(name)
    url = servers.postgres.url(name).replace("+psycopg", "")
    yield RestoreTarget(url, (tmp_path / "restored-media").as_uri())
    servers.postgres.drop_database(name)


@pytest.fixture
def engine_of() -> Iterator[Callable[[RestoreTarget], Engine]]:
    """Engines on restored databases."""
    made: list[Engine] = []

    def make(target: RestoreTarget) -> Engine:
        made.append(make_engine(target.database_url.replace("postgresql:", "postgresql+psycopg:")))
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()
