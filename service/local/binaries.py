"""Finding the system's PostgreSQL (with PostGIS) and Redis; packages.py installs what is not there."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

POSTGRES_HOMES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/bin",
    "/usr/local/bin",
)
REDIS_NAMES = ("redis-server", "valkey-server")
OLDEST_POSTGRES = 15  # initdb learned --locale-provider


def find_postgres(homes: tuple[str, ...] = POSTGRES_HOMES) -> Path | None:
    """Return the `bin` folder of the newest PostgreSQL that has PostGIS, or None."""
    found = [(major, folder) for folder in _folders(homes) if (major := _usable_major(folder))]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def find_redis() -> Path | None:
    """Return the Redis (or Valkey) server program, or None."""
    for name in REDIS_NAMES:
        if path := shutil.which(name):
            return Path(path)
    return None


def _folders(homes: tuple[str, ...]) -> Iterator[Path]:
    root = Path("/")
    for pattern in homes:
        yield from root.glob(pattern.lstrip("/"))
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent


def _usable_major(folder: Path) -> int | None:
    """Return the major version of the server in `folder` when it can carry PostGIS."""
    if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\b(\d+)(?:\.|devel|beta|rc|\b)", answer.stdout)
    if not version or int(version[1]) < OLDEST_POSTGRES:
        return None
    major = int(version[1])
    controls = (share / "extension/postgis.control" for share in _shares(folder, major))
    return major if any(control.is_file() for control in controls) else None


def _shares(folder: Path, major: int) -> Iterator[Path]:
    yield Path(f"/usr/share/postgresql/{major}")
    yield folder.parent / "share"
    yield folder.parent / "share/postgresql"
    yield folder.parent / "share/pgsql"
    if (folder / "pg_config").is_file():
        answer = subprocess.run(
            [folder / "pg_config", "--sharedir"], capture_output=True, text=True, check=False
        )
        yield Path(answer.stdout.strip())
