"""What a restore refuses before it changes anything, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from service.backup.folder import BackupFolder
from service.backup.restore import RestoreTarget
from service.db import unit_of_work
from service.models import Report
from service.problems import SetupError
from service.storage import Storage
from tests.backup.conftest import Saved
from tests.support.reception import REPORTS, report
from tests.support.web import running

EngineOf = Callable[[RestoreTarget], Engine]
PHOTO = "original/x/a.jpg"


@pytest.fixture
def full(saved: Saved) -> Saved:
    """A backup with one report and one photo file."""
    saved.storage.put(PHOTO, b"a picture")
    with running(saved.settings) as client:
        assert client.post(REPORTS, json=report()).status_code == 201
    saved.backup()
    return saved


def test_a_newer_schema(full: Saved, empty_target: RestoreTarget) -> None:
    snapshot = full.folder.choose(None)
    manifest = snapshot.manifest.model_copy(update={"schema_revision": "9999", "version": "7.0"})
    snapshot.manifest_file.write_text(manifest.model_dump_json())
    snapshot.seal()

    with pytest.raises(SetupError, match=r"version 7\.0 with schema 9999.*newer.*Install that version"):
        full.restore(empty_target)


@pytest.mark.parametrize("name", ["database.dump", "manifest.json", "media.sha256"])
def test_a_damaged_snapshot(full: Saved, empty_target: RestoreTarget, name: str) -> None:
    file = full.folder.choose(None).path / name
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    file.write_bytes(damaged)

    with pytest.raises(SetupError, match=r"damaged or missing|not whole"):
        full.restore(empty_target)


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"a puzzle!")])
def test_damaged_photos_only_when_one_says_so(
    full: Saved, empty_target: RestoreTarget, engine_of: EngineOf, harm: Callable[[Path], object]
) -> None:
    harm(full.folder.media / PHOTO)
    with pytest.raises(SetupError, match=r"1 photo files.*original/x/a\.jpg.*--without-damaged"):
        full.restore(empty_target)

    assert full.restore(empty_target, damaged=True).media_files == 0

    with unit_of_work(engine_of(empty_target)) as session:
        assert len(session.scalars(select(Report.id)).all()) == 1
    assert not Storage(empty_target.media_url).exists(PHOTO)


def test_reports_that_are_there_are_dropped_only_when_one_says_so(full: Saved) -> None:
    full.engine.dispose()
    there = RestoreTarget(full.settings.database_url, full.settings.media_url)
    with pytest.raises(SetupError, match=r"holds reports already.*--replace"):
        full.restore(there)
    with unit_of_work(full.engine) as session:
        session.execute(text("UPDATE report SET description = 'sửa sau'"))
        session.execute(text("CREATE TABLE newer (id int)"))
    full.engine.dispose()

    full.restore(RestoreTarget(there.database_url, there.media_url, replace=True))

    with unit_of_work(full.engine) as session:
        assert session.scalars(select(Report.description)).all() == ["Rác ở chân cầu"]
        assert session.scalar(text("SELECT to_regclass('newer')")) is None
        assert session.scalar(text("SELECT postgis_lib_version()"))


def test_one_that_is_cut_short_leaves_its_mark(
    full: Saved, empty_target: RestoreTarget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = replace(empty_target, mark=tmp_path / "restore.unfinished")

    def broken(*_: object) -> None:
        raise SetupError("Nothing was restored")

    monkeypatch.setattr("service.backup.database.load_dump", broken)
    with pytest.raises(SetupError, match="Nothing was restored"):
        full.restore(target)
    assert (tmp_path / "restore.unfinished").exists()


def test_one_that_is_refused_leaves_none(full: Saved, tmp_path: Path) -> None:
    mark = tmp_path / "restore.unfinished"
    there = RestoreTarget(full.settings.database_url, full.settings.media_url, mark=mark)
    full.engine.dispose()
    with pytest.raises(SetupError, match="holds reports already"):
        full.restore(there)
    assert not mark.exists()


def test_a_database_that_is_in_use(full: Saved) -> None:
    there = RestoreTarget(full.settings.database_url, full.settings.media_url, replace=True)
    with full.engine.connect(), pytest.raises(SetupError, match=r"is using this database.*Stop it"):
        full.restore(there)


def test_a_folder_without_backups_or_with_other_things(tmp_path: Path, full: Saved) -> None:
    with pytest.raises(SetupError, match=r"holds no backup\. Make one with `hientruong backup"):
        BackupFolder(tmp_path / "nothing").choose(None)
    with pytest.raises(SetupError, match=r"There is no snapshot 2020.*There are: \d{8}T\d{6}Z"):
        full.folder.choose("2020")
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    with pytest.raises(SetupError, match="holds other files"):
        BackupFolder(other).prepare()


def test_a_ledger_that_cannot_be_read(full: Saved, empty_target: RestoreTarget) -> None:
    full.folder.ledger.write_text('{"at": "2026-01-01T00:00:00+00:00"}\n')

    with pytest.raises(SetupError, match=r"ledger\.jsonl, line 1, cannot be read"):
        full.restore(empty_target)
