"""The worker that makes the day's backup: when it is due, once, and what becomes of a failure."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Engine, select

from service.backup import ledger_file
from service.backup.folder import BackupFolder
from service.db import unit_of_work
from service.domain.health import read_health
from service.domain.publication.ledger import Action, enter_action
from service.models import BackupRun, Report
from service.settings import Settings, get_settings
from tests.support.factories import found_city, make_report
from tests.support.small_city import NOON
from tests.workers.test_photos import environment

__all__ = ["environment"]


@pytest.fixture
def backups(environment: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The worker's module on this test's database, with a city in it."""
    import workers.backups as module  # its settings are read when it is imported

    monkeypatch.setattr(module, "engine", lambda: clean_engine)
    monkeypatch.setattr(module, "now", lambda: NOON)
    with unit_of_work(clean_engine) as session:
        make_report(session, found_city(session), "assigned")
    return module


@pytest.fixture
def folder(
    backups: ModuleType, clean_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> BackupFolder:
    """The folder that the settings name for backups."""
    path = tmp_path / "backups"
    given = {"backup_dir": path, "database_url": clean_database, "media_url": (tmp_path / "media").as_uri()}
    settings = get_settings().model_copy(update=given)

    def ours() -> Settings:
        return settings

    monkeypatch.setattr(backups, "get_settings", ours)
    return BackupFolder(path)


def test_none_without_a_folder(backups: ModuleType) -> None:
    assert backups.make_if_due() is False
    assert backups.copy_ledger_now() == 0


def test_one_a_day(backups: ModuleType, folder: BackupFolder, clean_engine: Engine) -> None:
    assert backups.make_if_due() is True
    assert backups.make_if_due() is False
    [snapshot] = folder.whole()
    assert snapshot.manifest.reports == 1
    with unit_of_work(clean_engine) as session:
        assert read_health(session, NOON).saved()


def test_a_failure_is_recorded_and_no_stale_backup_passes_for_one(
    backups: ModuleType, folder: BackupFolder, clean_engine: Engine
) -> None:
    folder.path.parent.joinpath("backups").write_text("a file is in the way")

    assert backups.make_if_due() is False
    assert backups.copy_ledger_now() == 0

    with unit_of_work(clean_engine) as session:
        assert read_health(session, NOON).backup_age_s is None
        assert session.scalars(select(BackupRun)).all() == []


def test_the_ledger_is_kept_up_to_date(
    backups: ModuleType, folder: BackupFolder, clean_engine: Engine
) -> None:
    with unit_of_work(clean_engine) as session:
        enter_action(session, Action.HIDE_REPORT, session.scalars(select(Report.id)).one(), NOON)

    assert backups.copy_ledger_now() == 1
    assert backups.copy_ledger_now() == 0

    [line] = ledger_file.read_ledger(folder.ledger)
    assert line.action == Action.HIDE_REPORT
