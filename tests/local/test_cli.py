"""The command line: what it is called, what it imports, what it says when something is wrong."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from service.cli import COMMANDS, failure_sentence
from service.ops.queues import QUEUES
from service.problems import SetupError
from service.settings import Settings
from tests.conftest import Servers
from tests.support.environment import in_words

HEAVY = ("sqlalchemy", "celery", "fastapi", "shapely", "alembic", "pydantic")


def hientruong(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in os.environ if not name.startswith("HIENTRUONG_")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "service.cli", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**environment, **settings},
        timeout=60,
    )


def test_the_help_names_every_command() -> None:
    shown = hientruong("--help")
    assert shown.returncode == 0
    assert all(f" {name} " in shown.stdout for name in COMMANDS)


def test_the_version_is_that_of_the_package() -> None:
    assert hientruong("--version").stdout.strip() == version("hientruong")


def test_an_unknown_command_is_told() -> None:
    shown = hientruong("upp")
    assert shown.returncode == 2
    assert "upp" in shown.stderr


@pytest.mark.parametrize("command", ["up", "worker", "relay", "beat", "status"])
def test_a_command_starts_without_what_it_does_not_need(command: str) -> None:
    code = (
        "import sys; from service.cli import COMMANDS, load_command; "
        f"load_command({command!r}, COMMANDS[{command!r}]); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(HEAVY).isdisjoint(loaded.stdout.split())


@pytest.mark.parametrize("command", ["status", "migrate", "serve", "worker", "relay", "beat"])
def test_without_an_installation_it_is_said_how_to_start_one(command: str, tmp_path: Path) -> None:
    shown = hientruong(command, "--data", str(tmp_path))
    assert shown.returncode == 1
    said = shown.stdout + shown.stderr
    assert f"No installation runs in {tmp_path}" in said
    assert "hientruong up" in said
    assert "Traceback" not in said


def test_status_as_json_without_an_installation(tmp_path: Path) -> None:
    shown = hientruong("status", "--json", "--data", str(tmp_path))
    assert shown.returncode == 1
    assert json.loads(shown.stdout)["up"] is False


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_settings_that_are_missing_are_named(command: str) -> None:
    shown = hientruong(command, HIENTRUONG_DATABASE_URL="postgresql://nobody@/none?host=/nowhere")
    assert shown.returncode == 1
    assert all(f"HIENTRUONG_{name}" in shown.stderr for name in ("REDIS_URL", "MEDIA_URL", "SECRET_KEY"))
    assert "Traceback" not in shown.stderr


def test_a_database_that_is_away_is_told_in_a_sentence(settings: Settings) -> None:
    away = {"HIENTRUONG_DATABASE_URL": "postgresql://nobody@/none?host=/nowhere"}
    shown = hientruong("migrate", **{**in_words(settings), **away})
    assert shown.returncode == 1
    assert "The database cannot be reached" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_serve_refuses_demo_accounts_where_others_can_reach_them(settings: Settings) -> None:
    demo = settings.model_copy(update={"demo": True})
    shown = hientruong("serve", "--host", "0.0.0.0", **in_words(demo))  # noqa: S104
    assert shown.returncode == 1
    assert "Demo accounts are" in shown.stderr


class TestStatus:
    """By settings, where no `up` runs."""

    def test_what_is_away_is_named(self, settings: Settings) -> None:
        shown = hientruong("status", "--json", **in_words(settings))
        facts = json.loads(shown.stdout)
        assert shown.returncode == 1
        unread = [f"No worker reads the queue {name}" for name in facts["queues"] if name != "under way"]
        assert facts["faults"] == ["No relay lives", "No worker lives", "No scheduler lives", *unread]
        assert len(unread) == len(QUEUES)
        assert facts["database"].startswith("PostgreSQL ")
        assert facts["redis"].startswith("Redis ")
        assert "routing" in facts["queues"]
        assert facts["relay"]["unplaced"] == 0

    def test_people_are_told_in_sentences(self, settings: Settings) -> None:
        shown = hientruong("status", **in_words(settings))
        assert "is not well" in shown.stdout
        assert "! No relay lives" in shown.stdout
        assert "PostGIS" in shown.stdout

    def test_a_database_and_a_redis_that_are_away(self, settings: Settings) -> None:
        away = {"HIENTRUONG_DATABASE_URL": "postgresql://nobody@/none?host=/nowhere"}
        away["HIENTRUONG_REDIS_URL"] = "unix:///nowhere?db=0"
        shown = hientruong("status", "--json", **{**in_words(settings), **away})
        first, second = json.loads(shown.stdout)["faults"]
        assert first.startswith("The database cannot be asked")
        assert second.startswith("Redis cannot be asked")
        assert "Traceback" not in shown.stderr

    @pytest.mark.parametrize("part", ["worker", "relay", "beat"])
    def test_a_container_that_does_not_live_is_not_healthy(self, settings: Settings, part: str) -> None:
        assert hientruong("status", "--only", part, **in_words(settings)).returncode == 1


def test_a_schema_of_a_newer_version_is_left_as_it_is_and_told(
    clean_database: str, settings: Settings
) -> None:
    engine = create_engine(clean_database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    shown = hientruong("migrate", **{**in_words(settings), "HIENTRUONG_DATABASE_URL": clean_database})
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    engine.dispose()
    assert shown.returncode == 0
    assert "schema 9999 by a newer version and is left as it is" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_database_without_the_schema_is_told_to_be_migrated(servers: Servers, settings: Settings) -> None:
    servers.postgres.create_database("no_schema_yet")
    away = {"HIENTRUONG_DATABASE_URL": servers.postgres.url("no_schema_yet")}
    shown = hientruong("user", "list", **{**in_words(settings), **away})
    servers.postgres.drop_database("no_schema_yet")
    assert shown.returncode == 1
    assert "Run `hientruong migrate` first" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_city_that_is_not_there_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    for given, why in ((tmp_path / "nowhere", "no city's folder"), (tmp_path, "it holds no city.yaml")):
        shown = hientruong("up", "--city", str(given), "--data", str(tmp_path / "data"))
        assert shown.returncode == 1
        assert why in shown.stderr
        assert "--city" in shown.stderr
        assert not (tmp_path / "data").exists()


def test_up_refuses_what_a_restore_left_half_done(tmp_path: Path) -> None:
    (tmp_path / "restore.unfinished").touch()
    shown = hientruong("up", "--data", str(tmp_path))
    assert shown.returncode == 1
    assert f"hientruong restore DIR --replace --data {tmp_path}" in shown.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["restore.unfinished"]


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/data/up.json"), "on the disk of /data/up.json"),
        (OSError(errno.ENOSPC, "No space left on device"), "the data folder, the backups or /tmp"),
        (PermissionError(errno.EACCES, "Permission denied", "/data/lock"), "/data/lock cannot be used"),
        (OSError(errno.EROFS, "Read-only file system", "/data/lock"), "Mend its rights"),
        (SetupError("initdb: No space left on device"), "Make room on that disk"),
    ],
)
def test_a_disk_that_cannot_be_written_is_told_with_its_place(problem: Exception, said: str) -> None:
    sentence = failure_sentence(problem)
    assert sentence is not None
    assert said in sentence


def test_an_error_of_ours_is_no_sentence() -> None:
    assert failure_sentence(OSError(errno.EBADF, "Bad file descriptor")) is None
    assert failure_sentence(KeyError("status")) is None


def test_migrate_does_nothing_twice(settings: Settings) -> None:
    shown = hientruong("migrate", **in_words(settings))
    assert (shown.returncode, shown.stderr) == (0, "")
