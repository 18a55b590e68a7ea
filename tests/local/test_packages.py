"""What is said, and done, when something of the system is missing. apt itself is a small script here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.local import packages
from service.local.binaries import find_postgres
from service.local.packages import (
    CHROMIUM,
    POSTGIS,
    REDIS,
    SystemDependency,
    ensure,
    find_chromium,
    install_line,
    missing,
)
from service.problems import SetupError

APT = "sudo apt-get update && sudo apt-get install -y --no-install-recommends"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs; empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def program(folder: Path, name: str, script: str = "exit 0") -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def part_file(folder: Path) -> SystemDependency:
    """A part that is present when a file is."""
    return SystemDependency(
        "Thing", (folder / "thing").exists, ("thing-server",), ("thing",), ("thing",), ("thing",)
    )


@pytest.mark.parametrize(
    ("tool", "line"),
    [
        (
            "apt-get",
            f"{APT} postgresql postgresql-postgis redis-server",
        ),
        ("dnf", "sudo dnf install -y postgresql-server postgis valkey"),
        ("pacman", "sudo pacman -S --needed postgresql postgis valkey"),
        ("brew", "brew install postgresql@17 postgis redis"),
    ],
)
@pytest.mark.usefixtures("nobody")
def test_the_exact_line_for_each_system(path: Path, tool: str, line: str) -> None:
    program(path, tool)
    assert install_line([POSTGIS, REDIS]) == line


@pytest.mark.usefixtures("path", "nobody")
def test_a_system_we_do_not_know_still_hears_what_it_lacks() -> None:
    assert "Redis" in install_line([REDIS])


@pytest.mark.usefixtures("nobody")
def test_who_may_not_install_gets_the_line(path: Path, tmp_path: Path) -> None:
    program(path, "apt-get", f"touch {tmp_path}/called")
    with pytest.raises(SetupError, match=r"(?s)Missing on this machine: Thing.*sudo apt-get .*thing-server"):
        ensure([part_file(tmp_path)], lambda _: None)
    assert not (tmp_path / "called").exists()


def test_nothing_is_done_when_all_is_there(path: Path, tmp_path: Path) -> None:
    program(path, "apt-get", f"touch {tmp_path}/called")
    (tmp_path / "thing").touch()
    ensure([part_file(tmp_path)], lambda _: None)
    assert not (tmp_path / "called").exists()


class TestAsRoot:
    """Root on Debian: installs, shows it, and leaves no trace of how."""

    @pytest.fixture(autouse=True)
    def root(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(packages, "UPDATE_PAUSE_S", 0.01)
        guards = (
            (str(tmp_path / "etc/conf"), "no cluster\n", 0o644),
            (str(tmp_path / "policy"), "no\n", 0o755),
        )
        monkeypatch.setattr(packages, "GUARDS", guards)

    def test_installs_with_no_server_started(self, path: Path, tmp_path: Path) -> None:
        log = tmp_path / "log"
        program(
            path,
            "apt-get",
            f'echo "$@ $DEBIAN_FRONTEND" >> {log}; echo Setting up; '
            f'[ "$1" = update ] || {{ [ -e {tmp_path}/etc/conf ] && : > {tmp_path}/thing; }}',
        )
        said: list[str] = []
        ensure([part_file(tmp_path)], said.append)
        update, install = log.read_text().splitlines()
        assert update.startswith("update")
        assert "install -y" in install
        assert "thing-server" in install
        assert install.endswith("noninteractive")
        assert "Setting up" in said
        assert not (tmp_path / "etc/conf").exists()
        assert not (tmp_path / "policy").exists()

    def test_somebody_elses_policy_stays(self, path: Path, tmp_path: Path) -> None:
        (tmp_path / "policy").write_text("theirs")
        program(path, "apt-get", f": > {tmp_path}/thing")
        ensure([part_file(tmp_path)], lambda _: None)
        assert (tmp_path / "policy").read_text() == "theirs"

    def test_a_busy_lock_is_waited_for(self, path: Path, tmp_path: Path) -> None:
        program(
            path,
            "apt-get",
            f'if [ "$1" = update ] && [ ! -e {tmp_path}/second ]; then : > {tmp_path}/second; '
            f"echo 'E: Could not get lock'; exit 100; fi; : > {tmp_path}/thing",
        )
        said: list[str] = []
        ensure([part_file(tmp_path)], said.append)
        assert said.count("apt-get update") == 2

    def test_failure_shows_what_apt_said(self, path: Path, tmp_path: Path) -> None:
        program(path, "apt-get", "echo 'E: Unable to locate package'; exit 100")
        with pytest.raises(SetupError, match=r"(?s)could not install thing-server.*Unable to locate"):
            ensure([part_file(tmp_path)], lambda _: None)

    def test_an_installation_that_brought_nothing_is_no_success(self, path: Path, tmp_path: Path) -> None:
        program(path, "apt-get")
        with pytest.raises(SetupError, match="Missing on this machine"):
            ensure([part_file(tmp_path)], lambda _: None)


def test_a_postgres_without_postgis_does_not_count(tmp_path: Path) -> None:
    folder = tmp_path / "pg" / "bin"
    folder.mkdir(parents=True)
    program(folder, "postgres", "echo postgres '(PostgreSQL)' 17.2")
    program(folder, "initdb")
    assert find_postgres((str(folder),)) != folder
    control = tmp_path / "pg/share/extension/postgis.control"
    control.parent.mkdir(parents=True)
    control.touch()
    assert find_postgres((str(folder),)) == folder


def test_an_old_postgres_does_not_count(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    program(folder, "postgres", "echo postgres '(PostgreSQL)' 14.9")
    program(folder, "initdb")
    control = tmp_path / "share/extension/postgis.control"
    control.parent.mkdir(parents=True)
    control.touch()
    assert find_postgres((str(folder),)) != folder


def test_a_snap_is_no_chromium(path: Path, tmp_path: Path) -> None:
    snap = tmp_path / "snap" / "bin"
    snap.mkdir(parents=True)
    program(snap, "chromium")
    (path / "chromium").symlink_to(snap / "chromium")
    assert missing([CHROMIUM]) == [CHROMIUM]
    program(path, "chromium-browser")
    assert missing([CHROMIUM]) == []


def test_the_chromium_without_windows_is_taken_first(path: Path) -> None:
    for name in ("chromium", "chromium-headless-shell", "google-chrome"):
        program(path, name)
    assert find_chromium() == path / "chromium-headless-shell"
