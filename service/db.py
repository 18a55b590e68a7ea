"""Engines, sessions and the one place that commits."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

DomainSession = Session
"""What functions of the domain are handed; rooms that never query name it by this."""

# What people wrote stays out of the errors that are logged.
ENGINE: dict[str, object] = {"pool_pre_ping": True, "pool_timeout": 10, "hide_parameters": True}


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Time limits of one connection, for work and for idling, in seconds; 0 is for ever.

    `gone_s` is how long a silent peer is believed in, on both sides: a host that was lost without a farewell
    keeps its locks for no longer. It means nothing on a Unix socket.
    """

    statement_s: int = 0
    idle_in_transaction_s: int = 0
    gone_s: int = 60


WEB = ConnectionLimits(statement_s=15, idle_in_transaction_s=10)
"""A request's connection: nobody waits longer for a page, and a transaction that idles is a mistake."""

BACKGROUND = ConnectionLimits()
"""Workers, migrations and commands work as long as it takes."""

RELAY = ConnectionLimits(gone_s=15)
"""The relay's connection holds the lock that lets only one relay work: the second takes over within this."""


def make_engine(url: str, *, pool: int = 5, limits: ConnectionLimits = BACKGROUND) -> Engine:
    """Return a sync engine (workers, commands). `url` names the psycopg driver."""
    return create_engine(url, pool_size=pool, connect_args=connect_args(url, limits), **ENGINE)


def make_async_engine(url: str, *, pool: int = 10, overflow: int | None = None) -> AsyncEngine:
    """Return an async engine of a web process: `pool` connections are kept, `overflow` more may be opened (as
    many again by default).
    """
    return create_async_engine(
        url,
        pool_size=pool,
        max_overflow=pool if overflow is None else overflow,
        connect_args=connect_args(url, WEB),
        **ENGINE,
    )


def connect_args(url: str, limits: ConnectionLimits) -> dict[str, Any]:
    """Return the arguments of libpq for a connection with these limits; what the URL says itself wins."""
    options = make_url(url).query
    probes_s = max(1, limits.gone_s // 6)
    ours = {
        "connect_timeout": 5,
        "application_name": "hientruong",
        "keepalives": 1,
        "keepalives_idle": limits.gone_s // 2,
        "keepalives_interval": probes_s,
        "keepalives_count": 3,
        "tcp_user_timeout": limits.gone_s * 1000,
    }
    # libpq reads PGOPTIONS only where nobody passes options; of two words on one setting the later counts.
    theirs = options.get("options", os.environ.get("PGOPTIONS", ""))
    theirs = theirs if isinstance(theirs, str) else " ".join(theirs)
    args: dict[str, object] = {name: value for name, value in ours.items() if name not in options}
    return args | {"options": f"{_options(limits, probes_s)} {theirs}".strip()}


def _options(limits: ConnectionLimits, probes_s: int) -> str:
    """Return what the server is told: its half of the keepalives, and its time-outs."""
    settings = {
        "tcp_keepalives_idle": limits.gone_s // 2,
        "tcp_keepalives_interval": probes_s,
        "tcp_keepalives_count": 3,
        "tcp_user_timeout": limits.gone_s * 1000,
    }
    if limits.statement_s:
        settings["statement_timeout"] = limits.statement_s * 1000
    if limits.idle_in_transaction_s:
        settings["idle_in_transaction_session_timeout"] = limits.idle_in_transaction_s * 1000
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Session]:
    """Open one transaction: commits when the block ends well, rolls back when it raises."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@asynccontextmanager
async def async_unit_of_work(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Open one transaction at the async edge; the commit is done before the block is left."""
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        yield session


@asynccontextmanager
async def autocommit(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """A session where each statement is its own transaction: for work that is one statement by design."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        async with AsyncSession(connection, expire_on_commit=False) as session:
            yield session


@contextmanager
def transaction(connection: Connection) -> Iterator[Session]:
    """Open one transaction on a connection that is kept (and with it, its session-level locks)."""
    with Session(connection, expire_on_commit=False) as session, session.begin():
        yield session
