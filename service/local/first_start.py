"""State of the database at the start: decides whether `up` must migrate, load the city and bring the demo."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from service.local.folder import DataFolder, read_json, write_json
from service.problems import SetupError

SERVICE = Path(__file__).resolve().parents[1]
MIGRATIONS = SERVICE / "migrations/versions"
CITIES = SERVICE / "cities"
_ASSIGNED = re.compile(r"^(revision|down_revision)\b[^=]*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)
_HAS_GROUND = """
SELECT 1 FROM map_file WHERE features > 0 UNION ALL SELECT 1 FROM city WHERE basemap IS NOT NULL LIMIT 1
"""
_TABLES = "SELECT to_regclass('alembic_version'), to_regclass('staff')"


@dataclass(frozen=True)
class DatabaseState:
    """Revision of the schema (None for an empty database), and whether it holds a city and demo accounts."""

    revision: str | None
    city: bool
    demo: bool


def inspect_database(database_url: str) -> DatabaseState:
    """Return what the database holds. Raises SetupError when it cannot be reached."""
    import psycopg  # here: others are started meanwhile, and import at the same time

    try:
        with psycopg.connect(plain_url(database_url)) as connection:
            tables = connection.execute(_TABLES).fetchone()
            if tables is None or None in tables:
                return DatabaseState(None, city=False, demo=False)
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            city = connection.execute("SELECT 1 FROM city LIMIT 1").fetchone()
            demo = connection.execute("SELECT 1 FROM staff WHERE demo LIMIT 1").fetchone()
            return DatabaseState(str(revision[0]) if revision else None, city is not None, demo is not None)
    except psycopg.OperationalError as problem:
        raise SetupError(f"The database cannot be reached: {problem}") from problem


def maps_are_bare(database_url: str) -> bool:
    """Return whether neither streets nor a basemap were loaded: nobody finds a street on the maps."""
    import psycopg

    with psycopg.connect(plain_url(database_url)) as connection:
        return connection.execute(_HAS_GROUND).fetchone() is None


def forget_signs_of_life(database_url: str) -> None:
    """Forget, before processes start, what an earlier run said of itself: it must not pass for this one's."""
    import psycopg

    with psycopg.connect(plain_url(database_url)) as connection:
        connection.execute("DELETE FROM heartbeat")


def plain_url(url: str) -> str:
    """Return a database URL as psycopg takes it: SQLAlchemy's names the driver."""
    return re.sub(r"^\w+(\+\w+)?:", "postgresql:", url, count=1)


def newest_revision() -> str:
    """Return the revision the code is written for, from the migrations' text:
    importing Alembic takes a second.
    """
    found = [match for file in MIGRATIONS.glob("*.py") for match in _ASSIGNED.findall(file.read_text())]
    revisions = {name for what, name in found if what == "revision"}
    (newest,) = revisions - {name for what, name in found if what == "down_revision"}
    return str(newest)


def find_city(given: Path) -> Path:
    """Return a city's folder as given, or the one of that name among the cities of the service."""
    known = CITIES / given
    return known if not given.exists() and len(given.parts) == 1 and known.is_dir() else given


def require_city(given: Path) -> None:
    """Raise SetupError where no city's folder is; its files are judged when it is loaded."""
    if (folder := find_city(given.expanduser())).is_dir() and (folder / "city.yaml").is_file():
        return
    there = " (it holds no city.yaml)" if folder.is_dir() else ""
    raise SetupError(
        f"{given} is no city's folder{there}; nothing was made. Name one with --city, or leave it out for "
        "the example city. service/cities/README.md says how to make one."
    )


class FirstStart:
    """Progress of the first start of a data folder, kept in a file: one that was cut short goes on."""

    def __init__(self, folder: DataFolder) -> None:
        self._file = folder.history_file
        self._facts = read_json(self._file)

    @property
    def done(self) -> bool:
        """Return whether the first start came to its end: the city is loaded, `--city` is read no more."""
        return self._facts.get("first_start") == "done"

    @property
    def unfinished(self) -> bool:
        """Return whether a first start was cut short: the city may be there already, the demo is not."""
        return self._facts.get("first_start") == "under way"

    def begin(self) -> None:
        """Note that the first start began, before the city is loaded."""
        self._note("under way")

    def finish(self) -> None:
        """Note that the first start is done, after the demo or without one."""
        self._note("done")

    def _note(self, how_far: str) -> None:
        self._facts["first_start"] = how_far
        write_json(self._file, self._facts)
