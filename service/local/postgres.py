"""A private PostGIS: one cluster in a folder of ours, reached by Unix socket unless a port is asked for."""

import re
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from service.local.program import Owner, Program, run_quietly
from service.local.sockets import make_private
from service.problems import SetupError

ROLE = "hientruong"
SOCKET_PORT = 5432  # only part of the socket's name
SETTINGS = (
    "jit=off",
    "shared_buffers=512MB",
    "timezone=UTC",
    "max_wal_size=2GB",
    "random_page_cost=1.1",
    "log_checkpoints=off",
    "log_line_prefix=",
)
NOISE = re.compile(r"^(LOG|DETAIL|HINT): |terminating connection due to administrator command")
THROWAWAY = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off")


@dataclass(frozen=True)
class Postgres:
    """Private PostgreSQL cluster: its place and options. `port` opens 127.0.0.1 too, with a password."""

    binaries: Path
    cluster: Path
    sockets: Path
    owner: Owner | None = None
    port: int | None = None
    throwaway: bool = False

    @property
    def exists(self) -> bool:
        """Return whether the cluster has been made."""
        return (self.cluster / "PG_VERSION").is_file()

    def initialise(self) -> None:
        """Make the cluster unless it is there. Raises SetupError if it cannot be made or used."""
        make_private(self.sockets, self.owner)
        if self.exists:
            self._check_version()
            return
        self._put_half_made_aside()
        unfinished = self.cluster.with_name(self.cluster.name + ".unfinished")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        make_private(unfinished, self.owner)
        self._initdb(unfinished)
        unfinished.rename(self.cluster)

    def program(self) -> Program:
        """Return the server process. SIGINT ends it at once and cleanly; SIGTERM would wait for its
        clients.
        """
        options = [*SETTINGS, *(THROWAWAY if self.throwaway else ())]
        listen = "127.0.0.1" if self.port else ""
        options += [f"listen_addresses={listen}", f"port={self.port or SOCKET_PORT}"]
        options += ["unix_socket_permissions=0700"]
        flags = [word for option in options for word in ("-c", option)]
        return Program(
            name="postgres",
            foreign=True,
            argv=(str(self.binaries / "postgres"), "-D", str(self.cluster), "-k", str(self.sockets), *flags),
            env={"LC_ALL": "C.UTF-8"},
            owner=self.owner,
            noise=NOISE,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
            grace_s=30,
        )

    def ready(self, pid: int) -> bool:
        """Return whether the server with process id `pid` takes connections, as its own status file says."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def url(self, database: str = ROLE) -> str:
        """Return the SQLAlchemy URL of one of its databases."""
        port = self.port or SOCKET_PORT
        return f"postgresql+psycopg://{ROLE}@/{database}?host={quote(str(self.sockets))}&port={port}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Return a plain autocommit connection, for making databases."""
        port = self.port or SOCKET_PORT
        return psycopg.connect(host=str(self.sockets), port=port, user=ROLE, dbname=database, autocommit=True)

    def create_database(self, name: str = ROLE, template: str | None = None) -> bool:
        """Make a database unless it is there; says whether it was made."""
        with self.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            # Files are copied in half the time that pages take by the log; tests make hundreds of these.
            source = (
                sql.SQL("TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
                if template
                else sql.SQL("")
            )
            connection.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), source))
            return True

    def drop_database(self, name: str) -> None:
        """Remove a database, ending whoever is still connected to it."""
        with self.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def make_template(self, name: str) -> None:
        """Turn a database that nobody uses any more into a template that nobody can connect to."""
        with self.connect() as connection:
            change = "ALTER DATABASE {} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false"
            connection.execute(sql.SQL(change).format(sql.Identifier(name)))

    def set_password(self, password: str) -> None:
        """Set the password that a connection by port needs."""
        with self.connect() as connection:
            change = sql.SQL("ALTER ROLE {} PASSWORD {}")
            connection.execute(change.format(sql.Identifier(ROLE), sql.Literal(password)))

    def _initdb(self, folder: Path) -> None:
        locale = ["-E", "UTF8", "--locale-provider=icu", "--icu-locale=und"]
        access = ["-U", ROLE, "--auth-local=trust", "--auth-host=scram-sha-256"]
        sync = ["--no-sync"] if self.throwaway else []
        command = [str(self.binaries / "initdb"), "-D", str(folder), *locale, *access, *sync]
        made = run_quietly(command, self.owner)
        if made.returncode:
            raise SetupError(f"PostgreSQL could not make its data folder {folder}:\n{made.stderr.strip()}")

    def _check_version(self) -> None:
        made_by = (self.cluster / "PG_VERSION").read_text().strip()
        answer = run_quietly([str(self.binaries / "postgres"), "--version"]).stdout.split()
        runs = answer[2].split(".")[0] if len(answer) > 2 else "?"
        if made_by != runs:
            raise SetupError(
                f"{self.cluster} was made by PostgreSQL {made_by}, but the one found here is {runs}. Install "
                f"PostgreSQL {made_by} with PostGIS, or move the data with pg_dump to a new folder (--data)."
            )

    def _put_half_made_aside(self) -> None:
        """Rename a folder without PG_VERSION: it is no cluster, yet it is not ours to delete."""
        if self.cluster.is_symlink() or self.cluster.exists():
            aside = self.cluster.with_name(f"{self.cluster.name}.broken-{time.time_ns()}")
            self.cluster.rename(aside)
