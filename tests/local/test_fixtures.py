"""The fixtures that every other test leans on."""

from __future__ import annotations

import redis
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from tests.conftest import Servers


def count(session: Session) -> int:
    return int(session.execute(text("SELECT count(*) FROM left_behind")).scalar_one())


def leave_something(session: Session) -> None:
    session.execute(text("CREATE TABLE left_behind (n int)"))
    session.execute(text("INSERT INTO left_behind VALUES (1)"))
    session.commit()
    session.rollback()
    assert count(session) == 1


def test_a_session_forgets_what_was_committed_in_it(session: Session) -> None:
    leave_something(session)


def test_and_the_next_test_starts_empty_again(session: Session) -> None:
    leave_something(session)


def test_the_clean_database_has_the_schema(clean_engine: Engine) -> None:
    with clean_engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        assert connection.execute(text("SELECT postgis_version()")).scalar_one()


def test_the_clean_database_goes_even_with_someone_connected(clean_database: str, servers: Servers) -> None:
    name = clean_database.split("@/")[1].split("?")[0]
    with servers.postgres.connect(name) as connection:
        connection.execute("CREATE TABLE other (n int)")
        servers.postgres.drop_database(name)
    with servers.postgres.connect() as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    assert found is None


def test_redis_is_empty_for_each_test(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


def test_redis_is_empty_again(redis_url: str) -> None:
    test_redis_is_empty_for_each_test(redis_url)


def test_the_city_is_there_and_stays_as_it_was(city: Session) -> None:
    categories = set(city.execute(text("SELECT code FROM category")).scalars())
    assert {"litter", "illegal_ad", "hanging_cable"} <= categories
    assert city.execute(text("SELECT count(*) FROM area")).scalar_one() >= 40
    assert city.execute(text("SELECT code FROM city")).scalar_one() == "hue"
    city.execute(text("UPDATE city SET code = 'other'"))
    city.commit()


def test_the_city_is_as_it_was(city: Session) -> None:
    test_the_city_is_there_and_stays_as_it_was(city)


def test_a_database_with_the_city_is_one_tests_own(city_database: str) -> None:
    engine = create_engine(city_database)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT code FROM city")).scalar_one() == "hue"
        connection.execute(text("TRUNCATE city CASCADE"))
    engine.dispose()
