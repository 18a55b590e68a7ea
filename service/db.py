"""Engines, sessions and the one place that commits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

CONNECT: dict[str, Any] = {"connect_timeout": 5, "application_name": "hientruong"}

# What people wrote stays out of the errors that are logged.
ENGINE: dict[str, Any] = {
    "pool_pre_ping": True,
    "pool_timeout": 10,
    "hide_parameters": True,
    "connect_args": CONNECT,
}


def make_engine(url: str, *, pool: int = 5) -> Engine:
    """A sync engine (workers, commands). `url` names the psycopg driver."""
    return create_engine(url, pool_size=pool, **ENGINE)


def make_async_engine(url: str, *, pool: int = 10) -> AsyncEngine:
    """The async engine of a web process."""
    return create_async_engine(url, pool_size=pool, max_overflow=pool, **ENGINE)


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Session]:
    """One transaction: commits when the block ends well, rolls back when it raises."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@asynccontextmanager
async def async_unit_of_work(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """The same at the async edge; the commit is done before the block is left."""
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
    """One transaction on a connection that is kept (and with it, its session-level locks)."""
    with Session(connection, expire_on_commit=False) as session, session.begin():
        yield session
