"""A restore beside other keys than the backup's is refused, unless the old ones are still verified."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from service.backup.folder import BackupFolder
from service.backup.target import open_target
from service.problems import SetupError
from service.settings import Settings

OLD, NEWER, OTHER = "o" * 40, "n" * 40, "x" * 40


@pytest.fixture
def saved(tmp_path: Path) -> BackupFolder:
    made = BackupFolder(tmp_path / "backup")
    made.keys.mkdir(parents=True)
    return made


Restored = Callable[[str, str], str]


@pytest.fixture
def restored(saved: BackupFolder, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Restored:
    """Open the target of a restore, given the backup's keys and the environment's; the database to fill."""

    def restore(in_backup: str, given: str) -> str:
        (saved.keys / "secret.key").write_text(in_backup)
        own = settings.model_copy(update={"secret_key": SecretStr(given)})
        monkeypatch.setattr("service.backup.target.get_settings", lambda: own)
        monkeypatch.setenv("HIENTRUONG_DATABASE_URL", own.database_url)
        with open_target(saved, None, replace=False, new_key=False, say=lambda _: None) as target:
            return target.database_url

    return restore


@pytest.mark.parametrize(
    ("in_backup", "given"),
    [
        (OLD, OLD),
        (OLD, f"{NEWER}, {OLD}"),
        (f"{OLD} {NEWER}", f"{NEWER},{OLD}"),
        (f"{NEWER}\n{OLD}\n", f"{OTHER} {NEWER} {OLD}"),
    ],
)
def test_all_of_the_backups_keys_are_still_there(
    restored: Restored, settings: Settings, in_backup: str, given: str
) -> None:
    assert restored(in_backup, given) == settings.database_url


@pytest.mark.parametrize(
    ("in_backup", "given"),
    [(OLD, NEWER), (OLD, f"{OLD}{NEWER}"), (f"{NEWER},{OLD}", NEWER), (f"{NEWER},{OLD}", f"{NEWER},{OTHER}")],
)
def test_a_key_that_is_missing_is_named_before_anything_is_written(
    restored: Restored, in_backup: str, given: str
) -> None:
    with pytest.raises(SetupError, match="--new-key"):
        restored(in_backup, given)
