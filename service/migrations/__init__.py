"""The schema's history (Alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config


def config(url: str) -> Config:
    """Return Alembic's configuration for one database; `url` names the driver."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["url"] = url
    return made


def upgrade(url: str) -> None:
    """Bring the database to the newest schema; does nothing where it is there already."""
    command.upgrade(config(url), "head")
