"""The schema's history (Alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script.revision import ResolutionError
from alembic.util import CommandError


def config(url: str) -> Config:
    """Return Alembic's configuration for one database; `url` names the driver."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["url"] = url
    return made


def upgrade(url: str) -> str | None:
    """Bring the database to the newest schema; does nothing where it is there already.

    Return None; or, with nothing changed, the schema of a database that a newer version migrated.
    """
    try:
        command.upgrade(config(url), "head")
    except CommandError as problem:
        if not isinstance(problem.__cause__, ResolutionError):
            raise
        return str(problem.__cause__.argument)
    return None
