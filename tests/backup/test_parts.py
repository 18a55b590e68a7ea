"""The parts of a backup alone: the ledger's file, when one is due, which snapshots and files are kept."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from service.backup import database, ledger_file, media, runs
from service.backup.folder import BackupFolder, Manifest
from service.backup.make import prune_old
from service.domain.publication.ledger import Action, enter_action
from service.problems import SetupError
from service.storage import Storage

HUE = "Asia/Ho_Chi_Minh"
AT = time(2, 15)
SUBJECT = UUID(int=7)


def here(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026 by Huế's clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


@pytest.mark.parametrize(
    ("begun", "now", "due"),
    [
        (None, here(10, 12), True),
        (here(10, 2, 15), here(10, 12), False),
        (here(10, 2, 15), here(11, 2, 14), False),
        (here(10, 2, 15), here(11, 2, 15), True),
        (here(10, 1), here(10, 2, 20), True),
        (here(9, 23), here(10, 1), False),
        (here(5, 2, 15), here(10, 1), True),
    ],
)
def test_a_backup_is_due_once_a_day(
    session: Session, begun: datetime | None, now: datetime, due: bool
) -> None:
    if begun:
        run = runs.begin(session, "/backups", begun)
        runs.finish_run(session, run, begun + timedelta(minutes=3), size=1, media_files=0)
    assert runs.is_due(session, AT, HUE, now) is due


@pytest.mark.parametrize("failed", [True, False])
def test_one_that_failed_or_died_is_tried_again_after_an_hour(session: Session, failed: bool) -> None:
    run = runs.begin(session, "/backups", here(10, 2, 15))
    if failed:
        runs.fail_run(session, run, here(10, 2, 16), "disk full")
    session.flush()
    assert not runs.is_due(session, AT, HUE, here(10, 3, 14))
    assert runs.is_due(session, AT, HUE, here(10, 3, 15))


def enter(session: Session, action: Action, at: datetime) -> None:
    enter_action(session, action, SUBJECT, at)
    session.flush()


def test_the_ledgers_file_gets_each_entry_once(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    enter(session, Action.HIDE_REPORT, here(10, 8))
    assert ledger_file.append_new(session, path) == 1
    enter(session, Action.SHOW_REPORT, here(10, 9))
    assert ledger_file.append_new(session, path) == 1
    assert ledger_file.append_new(session, path) == 0
    assert [line.action for line in ledger_file.read_ledger(path)] == [Action.HIDE_REPORT, Action.SHOW_REPORT]
    assert path.stat().st_mode & 0o077 == 0


def test_a_line_that_a_crash_cut_off_is_written_again(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    enter(session, Action.HIDE_REPORT, here(10, 8))
    enter(session, Action.HIDE_PHOTO, here(10, 9))
    ledger_file.append_new(session, path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])

    assert len(ledger_file.read_ledger(path)) == 1
    assert ledger_file.append_new(session, path) == 1
    assert path.read_bytes() == whole


def test_entries_of_another_life_stay_in_the_file(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text(
        f'{{"at": "2026-01-01T00:00:00+00:00", "action": "hide_report", "subject": "{SUBJECT}"}}\n'
    )
    enter(session, Action.SHOW_REPORT, here(10, 8))
    ledger_file.append_new(session, path)
    assert [line.action for line in ledger_file.read_ledger(path)] == [Action.HIDE_REPORT, Action.SHOW_REPORT]


def snapshot(folder: BackupFolder, made_at: datetime, *keys: str) -> str:
    with folder.new_snapshot(made_at) as made:
        manifest = Manifest(
            made_at=made_at,
            version="0",
            schema_revision="0",
            postgres="15",
            city="",
            reports=0,
            position=0,
            media_files=len(keys),
            media_bytes=0,
        )
        made.manifest_file.write_text(manifest.model_dump_json())
        made.media_list.write_text("".join(f"{'0' * 64}  {key}\n" for key in keys))
    return folder.whole()[-1].path.name


def test_old_snapshots_go_with_the_files_that_only_they_list(tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "backups")
    folder.prepare()
    for key in ("original/old.jpg", "original/both.jpg", "original/new.jpg"):
        (folder.media / key).parent.mkdir(exist_ok=True)
        (folder.media / key).write_bytes(b"x")
    snapshot(folder, here(1, 2), "original/old.jpg", "original/both.jpg")
    kept = [snapshot(folder, here(day, 2), "original/both.jpg", "original/new.jpg") for day in (2, 3, 4)]

    prune_old(folder, here(28, 2))

    assert [each.path.name for each in folder.whole()] == kept, "the newest three stay however old"
    assert sorted(path.name for path in folder.media.rglob("*.jpg")) == ["both.jpg", "new.jpg"]


def test_two_snapshots_in_one_second(tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "backups")
    folder.prepare()
    names = {snapshot(folder, here(1, 2)) for _ in range(3)}
    assert len(names) == 3


def test_a_snapshot_that_fails_leaves_nothing(tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "backups")
    folder.prepare()

    def fails() -> None:
        with folder.new_snapshot(here(1, 2)) as made:
            made.dump.write_bytes(b"half")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fails()
    assert list(folder.snapshots.iterdir()) == []


def test_a_file_that_a_crash_left_half_is_copied_again(tmp_path: Path) -> None:
    storage = Storage((tmp_path / "media").as_uri())
    storage.put("public/t/full.webp", b"picture")
    folder = BackupFolder(tmp_path / "backups")
    folder.prepare()
    (folder.media / "public/t").mkdir(parents=True)
    (folder.media / "public/t/full.webp").write_bytes(b"pic")

    copied = media.copy(storage, folder, {}, lambda _: None)

    assert (copied.new, media.damaged_files(folder, copied.digests, lambda _: None)) == (1, [])


def test_a_tool_older_than_the_server_is_not_used() -> None:
    assert database.find_tool("pg_dump", 15).name == "pg_dump"
    with pytest.raises(SetupError, match="apt-get install postgresql-client-99"):
        database.find_tool("pg_dump", 99)
