"""The migrations make just the tables that the models describe."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, Engine, text

from service.models import CLOCK_RUNS, Base
from service.models.shared.base import listed

CONDITIONS = """
SELECT conrelid::regclass::text || ' ' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'c' AND connamespace = CAST(:schema AS regnamespace)
UNION ALL
SELECT indrelid::regclass::text || ' ' || relname, pg_get_expr(indpred, indrelid)
FROM pg_index JOIN pg_class ON oid = indexrelid
WHERE indpred IS NOT NULL AND relnamespace = CAST(:schema AS regnamespace)
"""


def of_ours(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """Not the tables of PostGIS and Alembic."""
    if kind == "table" and name == "alembic_version":
        return False
    ours: bool = alembic_helpers.include_object(thing, name, kind, reflected, other)  # type: ignore[no-untyped-call]
    return ours


def test_models_and_migrations_agree(clean_engine: Engine) -> None:
    with clean_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": of_ours})
        assert compare_metadata(context, Base.metadata) == []


def conditions(connection: Connection, schema: str) -> dict[str, str]:
    """Return the condition of each check constraint and partial index, by its table and name."""
    rows = connection.execute(text(CONDITIONS), {"schema": schema})
    return {name.removeprefix(f"{schema}."): condition for name, condition in rows}


def test_models_and_migrations_agree_on_constraints_and_on_what_indexes_hold(clean_engine: Engine) -> None:
    """Alembic compares neither: a status that no migration lets in would be refused when first written."""
    with clean_engine.connect() as connection:
        connection.execute(text("CREATE SCHEMA as_modelled"))
        Base.metadata.create_all(
            connection.execution_options(schema_translate_map={None: "as_modelled"}), checkfirst=False
        )
        described = conditions(connection, "as_modelled")
        made = {name: found for name, found in conditions(connection, "public").items() if name in described}
        connection.rollback()
    assert described
    assert made == described


def test_the_trigger_of_warnings_lists_the_statuses_in_which_the_clock_runs(clean_engine: Engine) -> None:
    with clean_engine.connect() as connection:
        [trigger] = connection.scalars(
            text("SELECT prosrc FROM pg_proc WHERE proname = 'report_warn_at'")
        ).all()
    assert f"NEW.status IN ({listed(CLOCK_RUNS)})" in trigger
