"""No migration holds up an installation with a million reports: PostgreSQL itself refuses what would.

The database is brought to the last revision before the rule, then guards are put on every table that grows
with the city: event triggers for rewrites and for statements that scan under a lock, statement triggers for
changes of rows. Each later migration runs against them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from psycopg import sql
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from service.db import make_engine
from service.migrations import config
from tests.conftest import Servers

BEFORE_THE_RULE = "0014"
"""0013 filled a column of every report in the transaction that added it: reading stood still for minutes."""

GROWING = (
    "report",
    "event",
    "photo",
    "contact",
    "comment",
    "follower",
    "rating",
    "message",
    "subscription",
    "sender_trace",
    "handed_over",
    "deadline_step",
    "inspection",
    "audit_entry",
    "contact_reading",
    "report_flag",
)

GUARDS = r"""
CREATE SCHEMA guard;
CREATE TABLE guard.growing (name text);

CREATE FUNCTION guard.no_rewrite() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM guard.growing WHERE name::regclass = pg_event_trigger_table_rewrite_oid()) THEN
    RAISE EXCEPTION 'rewrites %', pg_event_trigger_table_rewrite_oid()::regclass;
  END IF;
END $$;

CREATE FUNCTION guard.no_scan() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
  said text := regexp_replace(current_query(), '\s+', ' ', 'g');
  named text;
BEGIN
  FOR named IN SELECT name FROM guard.growing LOOP
    IF said ~* ('CREATE (UNIQUE )?INDEX (?!CONCURRENTLY).* ON (public\.)?"?' || named || '"? ') THEN
      RAISE EXCEPTION 'builds an index on % without CONCURRENTLY', named;
    END IF;
    IF said ~* ('ALTER TABLE (ONLY )?(public\.)?"?' || named || '"? ') THEN
      IF said ~* 'ADD CONSTRAINT .*(FOREIGN KEY|CHECK)' AND said !~* 'NOT VALID' THEN
        RAISE EXCEPTION 'checks every row of % at once: add the constraint NOT VALID', named;
      END IF;
      IF said ~* 'SET NOT NULL' THEN
        RAISE EXCEPTION 'scans % under an exclusive lock', named;
      END IF;
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION guard.no_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'changes rows of %', TG_RELID::regclass;
END $$;

CREATE EVENT TRIGGER no_rewrite ON table_rewrite EXECUTE FUNCTION guard.no_rewrite();
CREATE EVENT TRIGGER no_scan ON ddl_command_end EXECUTE FUNCTION guard.no_scan();
"""


@pytest.fixture(scope="module")
def guarded(servers: Servers) -> Iterator[Engine]:
    """A database as it was before the rule, with the guards."""
    name = f"guarded_{servers.worker}"
    servers.postgres.create_database(name)
    url = servers.postgres.url(name)
    command.upgrade(config(url), BEFORE_THE_RULE)
    with servers.postgres.connect(name) as connection:
        connection.execute(GUARDS)
        for growing in GROWING:
            table = sql.Identifier(growing)
            connection.execute(sql.SQL("INSERT INTO guard.growing VALUES ({})").format(sql.Literal(growing)))
            connection.execute(
                sql.SQL(
                    "CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION guard.no_change()"
                ).format(table)
            )
    engine = make_engine(url, pool=1)
    yield engine
    engine.dispose()
    servers.postgres.drop_database(name)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("ALTER TABLE report ADD COLUMN x uuid DEFAULT gen_random_uuid()", "rewrites report"),
        ("ALTER TABLE event ALTER COLUMN lon TYPE numeric", "rewrites event"),
        ("UPDATE report SET description = ''", "changes rows of report"),
        ("DELETE FROM message", "changes rows of message"),
        ("CREATE INDEX ix_x ON photo (size)", "builds an index on photo without CONCURRENTLY"),
        ("CREATE UNIQUE INDEX ix_x ON public.event USING btree (at)", "builds an index on event"),
        ("ALTER TABLE report ADD CONSTRAINT x CHECK (lon > 0)", "checks every row of report"),
        ("ALTER TABLE contact ALTER COLUMN name SET NOT NULL", "scans contact"),
    ],
)
def test_the_guards_notice(guarded: Engine, statement: str, why: str) -> None:
    with guarded.connect() as connection, pytest.raises(DBAPIError, match=why):
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE report ADD COLUMN x int NOT NULL DEFAULT 7",
        "ALTER TABLE report ADD COLUMN x timestamptz",
        "ALTER TABLE report ADD CONSTRAINT x CHECK (lon > 0) NOT VALID",
        "CREATE TABLE report_note (id int); CREATE INDEX ix_x ON report_note (id)",
        "CREATE INDEX ix_x ON department (code)",
        "UPDATE consumer SET position = 0",
    ],
)
def test_the_guards_let_pass_what_takes_no_time(guarded: Engine, statement: str) -> None:
    with guarded.connect() as connection:
        connection.execute(text(statement))
        connection.rollback()


def test_no_migration_since_holds_anybody_up(guarded: Engine) -> None:
    command.upgrade(config(guarded.url.render_as_string(hide_password=False)), "head")
