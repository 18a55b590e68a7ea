"""Alembic's connection to the database: one transaction, with a lock time-out, one migrator at a time."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool, text

from service.db import BACKGROUND, connect_args
from service.models import Base

MIGRATION_LOCK = 7_401_001
POSTGIS_TABLES = {"spatial_ref_sys"}


def include(_object: object, name: str | None, kind: str, reflected: bool, _compare: object) -> bool:
    """Leave out what PostGIS brought."""
    return not (kind == "table" and reflected and name in POSTGIS_TABLES)


def run() -> None:
    """Migrate online; there is no offline mode."""
    url = context.config.attributes["url"]
    engine = create_engine(url, poolclass=pool.NullPool, connect_args=connect_args(url, BACKGROUND))
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=include,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
