"""Connections: their time-outs, their keepalives, and whose word counts."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.db import BACKGROUND, RELAY, WEB, ConnectionLimits, connect_args, make_async_engine, make_engine
from service.web.failures import is_away

TCP = "postgresql+psycopg://somebody@db.example/city"


def shown(url: str, limits: ConnectionLimits, name: str) -> str:
    engine = make_engine(url, pool=1, limits=limits)
    try:
        with engine.connect() as connection:
            return str(connection.scalar(text(f"SHOW {name}")))
    finally:
        engine.dispose()


def test_requests_have_time_outs_and_background_work_has_none(clean_database: str) -> None:
    assert shown(clean_database, WEB, "statement_timeout") == "15s"
    assert shown(clean_database, WEB, "idle_in_transaction_session_timeout") == "10s"
    assert shown(clean_database, BACKGROUND, "statement_timeout") == "0"
    assert shown(clean_database, RELAY, "statement_timeout") == "0"


def test_a_statement_that_takes_too_long_is_ended(clean_database: str) -> None:
    engine = make_engine(clean_database, pool=1, limits=ConnectionLimits(statement_s=1))
    with pytest.raises(OperationalError, match="statement timeout"), engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(30)"))
    engine.dispose()


def test_a_transaction_that_idles_is_ended(clean_database: str) -> None:
    engine = make_engine(clean_database, pool=1, limits=ConnectionLimits(idle_in_transaction_s=1))
    looking = make_engine(clean_database, pool=1).execution_options(isolation_level="AUTOCOMMIT")
    there = text("SELECT count(*), pg_sleep(0.1) FROM pg_stat_activity WHERE pid = :pid")
    with engine.connect() as connection, looking.connect() as other:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        assert any(not other.scalar(there, {"pid": pid}) for _ in range(200))
        with pytest.raises(DBAPIError) as ended:
            connection.execute(text("SELECT 1"))
    assert is_away(ended.value)  # whoever asked is told to try again, not of a bug
    engine.dispose()
    looking.dispose()


def test_a_lost_host_is_noticed_by_both_sides_and_the_relays_sooner() -> None:
    """The longest silence is idle + interval × count; what is unanswered is given up as soon."""
    for limits in (WEB, BACKGROUND, RELAY):
        args = connect_args(TCP, limits)
        silence_s = args["keepalives_idle"] + args["keepalives_interval"] * args["keepalives_count"]
        assert silence_s <= limits.gone_s
        assert args["tcp_user_timeout"] == limits.gone_s * 1000
        for name in ("idle", "interval", "count"):
            assert f"-c tcp_keepalives_{name}={args[f'keepalives_{name}']} " in args["options"] + " "
        assert f"-c tcp_user_timeout={limits.gone_s * 1000}" in args["options"]
    assert RELAY.gone_s <= 15 < BACKGROUND.gone_s


def test_what_the_url_says_wins(clean_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    joint = "&" if "?" in clean_database else "?"
    told = "options=-c%20statement_timeout%3D3000%20-c%20work_mem%3D5MB&keepalives_idle=7"
    url = f"{clean_database}{joint}{told}"
    assert shown(url, WEB, "statement_timeout") == "3s"
    assert shown(url, WEB, "work_mem") == "5MB"
    assert shown(url, WEB, "idle_in_transaction_session_timeout") == "10s"
    assert "keepalives_idle" not in connect_args(url, WEB)
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=6MB")
    assert shown(clean_database, WEB, "work_mem") == "6MB"
    assert shown(url, WEB, "work_mem") == "5MB"


async def _web(engine: AsyncEngine) -> str:
    async with engine.connect() as connection:
        return str(await connection.scalar(text("SHOW statement_timeout")))


def test_the_web_engine_is_the_one_with_time_outs(clean_database: str) -> None:
    import asyncio

    async def ask() -> str:
        engine = make_async_engine(clean_database, pool=1, overflow=0)
        try:
            return await _web(engine)
        finally:
            await engine.dispose()

    assert asyncio.run(ask()) == "15s"
