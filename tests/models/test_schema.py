"""The migrations make just the tables that the models describe."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import Engine

from service.models import Base


def of_ours(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Not the tables of PostGIS and Alembic."""
    if kind == "table" and name == "alembic_version":
        return False
    ours: bool = alembic_helpers.include_object(thing, name, kind, reflected, other)  # type: ignore[no-untyped-call]
    return ours


def test_models_and_migrations_agree(clean_engine: Engine) -> None:
    with clean_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": of_ours})
        assert compare_metadata(context, Base.metadata) == []
