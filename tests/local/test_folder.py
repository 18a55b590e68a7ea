"""The data folder: who holds it, what it keeps secret, where it lies."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from service.local import folder as folders
from service.local.folder import DataFolder, default_folder, reachable_by
from service.local.program import Owner
from service.problems import SetupError

HOLD = """
import sys, time
from pathlib import Path
from service.local.folder import DataFolder
descriptor = DataFolder(Path(sys.argv[1])).acquire()
print("held", flush=True)
{then}
"""


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.prepare(None)
    return made


def hold(folder: DataFolder, then: str = "time.sleep(60)") -> subprocess.Popen[str]:
    """Another process that takes the folder."""
    code = HOLD.replace("{then}", then)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder.path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_a_second_up_is_refused_and_told_where_the_first_one_is(folder: DataFolder) -> None:
    other = hold(folder)
    folder.write_state({"address": "http://127.0.0.1:8000"})
    with pytest.raises(
        SetupError, match=rf"already runs on {folder.path} \(process {other.pid} at http://127"
    ):
        folder.acquire()
    assert folder.in_use()
    end(other)


def test_a_lock_ends_with_its_holder_however_it_dies(folder: DataFolder) -> None:
    other = hold(folder)
    end(other)
    assert not folder.in_use()
    os.close(folder.acquire())


def test_what_a_killed_up_left_behind_is_waited_for(folder: DataFolder) -> None:
    leave = (
        "import subprocess\n"
        "child = subprocess.Popen(['sleep', '60'], pass_fds=(descriptor,), stdout=subprocess.DEVNULL)\n"
        "print(child.pid, flush=True)"
    )
    other = hold(folder, leave)
    assert other.stdout
    left = int(other.stdout.readline())
    other.communicate()
    assert folder.in_use()
    killer = subprocess.Popen(["sh", "-c", f"sleep 0.5; kill {left}"])
    began = time.monotonic()
    os.close(folder.acquire())
    assert time.monotonic() - began > 0.3
    killer.wait()


def test_but_not_for_ever(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    leave = (
        "import subprocess\n"
        "child = subprocess.Popen(['sleep', '60'], pass_fds=(descriptor,), stdout=subprocess.DEVNULL)\n"
        "print(child.pid, flush=True)"
    )
    other = hold(folder, leave)
    assert other.stdout
    left = int(other.stdout.readline())
    other.communicate()
    monkeypatch.setattr(folders, "LEFTOVER_PATIENCE_S", 0.2)
    with pytest.raises(SetupError, match="already runs"):
        folder.acquire()
    os.kill(left, signal.SIGKILL)


def test_an_unused_folder_is_not_in_use(folder: DataFolder, tmp_path: Path) -> None:
    assert not folder.in_use()
    assert not DataFolder(tmp_path / "never").in_use()
    assert folder.read_state() == {}


def test_secrets_are_long_kept_and_private(folder: DataFolder) -> None:
    key, password = folder.secret_key(), folder.database_password()
    assert len(key) >= 32
    assert key != password
    assert folder.secret_key() == key
    for name in ("secret.key", "database.password"):
        assert stat.S_IMODE((folder.path / name).stat().st_mode) == 0o600


def test_the_folder_lets_only_its_owner_look(tmp_path: Path) -> None:
    mine = DataFolder(tmp_path / "mine")
    mine.prepare(None)
    assert stat.S_IMODE(mine.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(mine.media.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="cannot be used"):
        DataFolder(tmp_path / "file" / "data").prepare(None)


def test_a_damaged_state_file_says_nothing(folder: DataFolder) -> None:
    folder.state_file.write_text('{"pid": 1')
    assert folder.read_state() == {}
    folder.state_file.write_text("[1]")
    assert folder.read_state() == {}


def test_a_relative_folder_is_the_same_one_after_a_change_of_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert DataFolder.at(Path("here")).path == tmp_path / "here"


def test_the_default_folder_follows_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "hientruong"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert default_folder() == Path.home() / ".local/share/hientruong"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_folder() == folders.SYSTEM_FOLDER


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account to give servers to")


@needs_root
def test_servers_go_elsewhere_when_their_account_cannot_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = pwd.getpwnam("nobody")
    owner = Owner(account.pw_uid, account.pw_gid)
    tmp_path.chmod(0o700)
    open_to_all = Path(tempfile.mkdtemp())
    open_to_all.chmod(0o755)
    monkeypatch.setattr(folders, "SYSTEM_FOLDER", open_to_all)
    shut = DataFolder(tmp_path / "shut")
    shut.prepare(owner)
    assert not reachable_by(owner, shut.path)
    elsewhere = shut.servers(owner)
    assert elsewhere.is_relative_to(open_to_all)
    assert reachable_by(owner, elsewhere)
    assert shut.servers(owner) == elsewhere
    assert DataFolder(tmp_path / "another").servers(owner) != elsewhere
    assert shut.servers(None) == shut.path
    shutil.rmtree(open_to_all)
