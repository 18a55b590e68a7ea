"""The `hientruong` command: names its subcommands and imports only the one that is called."""

from __future__ import annotations

import errno
import gc
import importlib
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from service.problems import SetupError

# command → module:attribute, in the order of the help; the attribute is a function or a Typer app.
COMMANDS = {
    "up": "service.commands.up:up",
    "status": "service.commands.status:status",
    "migrate": "service.commands.processes:migrate",
    "city": "service.commands.city:app",
    "basemap": "service.commands.basemap:basemap",
    "due": "service.commands.due:due",
    "user": "service.commands.user:app",
    "demo": "service.commands.demo:demo",
    "figures": "service.commands.figures:app",
    "open-data": "service.commands.open_data:open_data",
    "backup": "service.commands.backup:backup",
    "restore": "service.commands.backup:restore",
    "serve": "service.commands.processes:serve",
    "worker": "service.commands.processes:worker",
    "relay": "service.commands.processes:relay",
    "beat": "service.commands.processes:beat",
}


class LazyCommands(TyperGroup):
    """Looks a subcommand up when it is called, so that starting one does not pay for the others."""

    def list_commands(self, ctx: object) -> list[str]:
        """Return every name, without importing anything."""
        return list(COMMANDS)

    def get_command(self, ctx: object, cmd_name: str) -> Any:
        """Return the command, imported now; None when there is no such name."""
        target = COMMANDS.get(cmd_name)
        return load_command(cmd_name, target) if target else None


def load_command(name: str, target: str) -> Any:
    """Import `module:attribute` and make a command of it, called `name`."""
    module, attribute = target.split(":")
    found = getattr(importlib.import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(found)
        found = single
    found.info.name = name
    command = typer.main.get_command(found)
    command.name = name
    return command


app = typer.Typer(
    cls=LazyCommands,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Hiện Trường: field reports of a city. Start with `hientruong up`.",
)


@app.callback(invoke_without_command=True)
def _root(
    version: bool = typer.Option(False, "--version", help="Print the version and end."),
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("hientruong"))
        raise typer.Exit


def main() -> None:
    """Run the command line; what the person can mend is printed as a sentence, with status 1."""
    # Importing the API makes 2,000 objects of garbage; looking for it by Python's thresholds is a third of
    # the time (3.9 → 2.6 s of processor time). Processes that live long set their own afterwards.
    gc.set_threshold(20_000, 50, 100)
    try:
        app(prog_name="hientruong")
    except Exception as problem:
        sentence = failure_sentence(problem)
        if sentence is None:
            raise
        typer.echo(f"hientruong: {sentence}", err=True)
        sys.exit(1)


def failure_sentence(problem: Exception) -> str | None:
    """Return what to say of an error that is no fault of ours; None for one that is.

    Looks only into modules that the command has imported already.
    """
    if isinstance(problem, SetupError):
        full = "No space left on device" in str(problem)  # as PostgreSQL, pg_dump or npm say it
        return f"{problem}\nMake room on that disk, then run this again." if full else str(problem)
    if isinstance(problem, OSError):
        return _disk_sentence(problem)
    return _database_sentence(getattr(problem, "orig", None) or problem)  # SQLAlchemy's hold the driver's own


def _disk_sentence(problem: OSError) -> str | None:
    """Return what to say of a file that cannot be written or read; None for other errors of the system."""
    place = problem.filename or "the data folder, the backups or /tmp"
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"No space is left on the disk of {place}. Make room there, then run this again."
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS) and problem.filename:
        return f"{place} cannot be used: {problem.strerror}. Mend its rights, or name another place."
    return None


def _database_sentence(problem: object) -> str | None:
    driver = sys.modules.get("psycopg")
    if driver is None or not isinstance(problem, driver.Error):
        return None
    said = str(problem).splitlines()[0]
    if isinstance(problem, driver.errors.UndefinedTable | driver.errors.UndefinedColumn):
        return f"The database has another schema than this program ({said}). Run `hientruong migrate` first."
    if not isinstance(problem, driver.OperationalError):
        return None
    if problem.sqlstate is None:
        return f"The database cannot be reached: {said}. Is it running, and named by the right setting?"
    return f"The database cannot do this now: {said}. The lines of PostgreSQL's log say more."


if __name__ == "__main__":
    main()
