"""The database of an installation as one file: PostgreSQL's own pg_dump and pg_restore, run as processes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from service.local.binaries import POSTGRES_HOMES
from service.local.first_start import plain_url
from service.problems import SetupError

# libpq's environment variables: a password on a command line would be readable by every process.
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "options": "PGOPTIONS",
}
# Signs of life belong to the processes that run now.
_LEFT_OUT = ("heartbeat",)

_OURS = """
SELECT format('DROP %s IF EXISTS %s CASCADE', kind, name) FROM (
  SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
         ELSE 'TABLE' END AS kind, c.oid::regclass::text AS name, c.oid, 'pg_class'::regclass AS catalogue
  FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
  UNION ALL
  SELECT 'FUNCTION', p.oid::regprocedure::text, p.oid, 'pg_proc'::regclass
  FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
) AS thing
WHERE NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.objid = thing.oid AND d.classid = thing.catalogue AND d.deptype = 'e'
)
"""


@contextmanager
def exported_snapshot(url: str) -> Iterator[tuple[psycopg.Connection[TupleRow], str]]:
    """A read-only transaction and the name of its snapshot, by which pg_dump sees exactly the same rows."""
    with psycopg.connect(plain_url(url)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        # A dump takes as long as it takes; the service's own limits are not for it.
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        connection.execute("SET LOCAL statement_timeout = 0")
        [(name,)] = connection.execute("SELECT pg_export_snapshot()").fetchall()
        yield connection, str(name)


def dump(url: str, snapshot: str, path: Path, server_major: int) -> None:
    """Write the database as `snapshot` sees it to `path`. Raises SetupError with pg_dump's words."""
    flags = ["--format=custom", "--no-owner", "--no-privileges", "--no-comments", f"--snapshot={snapshot}"]
    flags += [f"--exclude-table-data=public.{table}" for table in _LEFT_OUT]
    _run(["pg_dump", *flags, f"--file={path}"], url, server_major, "The database could not be dumped")


def load_dump(url: str, path: Path, server_major: int) -> None:
    """Fill an empty database from `path`: all of it or nothing. Raises SetupError with pg_restore's words."""
    flags = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run(
        ["pg_restore", *flags, f"--dbname={_name(url)}", str(path)], url, server_major, "Nothing was restored"
    )


def server_major(url: str) -> int:
    """Return the major version of the database server. Raises psycopg.OperationalError."""
    with psycopg.connect(plain_url(url)) as connection:
        return connection.info.server_version // 10000


def drop_everything(url: str) -> None:
    """Drop every table, sequence, view and function of ours; extensions stay."""
    with psycopg.connect(plain_url(url)) as connection:
        for (statement,) in connection.execute(_OURS).fetchall():
            connection.execute(sql.SQL(statement))


def holds_reports(url: str) -> bool:
    """Return whether the database has a table of reports with a row in it."""
    with psycopg.connect(plain_url(url)) as connection:
        table = connection.execute("SELECT to_regclass('public.report')").fetchone()
        if table is None or table[0] is None:
            return False
        return connection.execute("SELECT 1 FROM report LIMIT 1").fetchone() is not None


def others_connected(url: str) -> int:
    """Return how many connections of the service itself this database has beside this one."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND application_name LIKE 'hientruong%'"
    )
    with psycopg.connect(plain_url(url)) as connection:
        row = connection.execute(query).fetchone()
        return int(row[0]) if row else 0


def find_tool(name: str, least_major: int) -> Path:
    """Return the newest `name` (pg_dump, pg_restore) on this machine that suits the server.

    Raises SetupError with the package to install where there is none.
    """
    places = [each for home in POSTGRES_HOMES for each in Path("/").glob(home.lstrip("/"))]
    if on_path := shutil.which(name):
        places.append(Path(on_path).parent)
    found = [(_major(place / name), place / name) for place in places if (place / name).is_file()]
    suits = [pair for pair in found if pair[0] >= least_major]
    if not suits:
        raise SetupError(
            f"{name} of PostgreSQL {least_major} or newer is needed. On Debian or Ubuntu: "
            f"apt-get install postgresql-client-{least_major}"
        )
    return max(suits)[1]


def _run(command: list[str], url: str, major: int, failed: str) -> None:
    tool = find_tool(command[0], major)
    done = subprocess.run(
        [str(tool), *command[1:]],
        env={**os.environ, **_environment(url), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        words = done.stderr.strip().splitlines()[-5:]
        raise SetupError(f"{failed}: {' '.join(words) or f'status {done.returncode}'}")


def _environment(url: str) -> dict[str, str]:
    given = conninfo_to_dict(plain_url(url))
    return {_VARIABLES[key]: str(value) for key, value in given.items() if key in _VARIABLES and value}


def _name(url: str) -> str:
    return str(conninfo_to_dict(plain_url(url)).get("dbname", ""))


def _major(tool: Path) -> int:
    answer = subprocess.run([str(tool), "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"(\d+)", answer.stdout)
    return int(version[1]) if version else 0
