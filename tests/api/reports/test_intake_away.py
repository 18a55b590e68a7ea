"""Reception while parts are away or fail: nothing is promised that is not stored, nothing is half written."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from redis import Redis
from sqlalchemy import Engine, select, text

from service.db import unit_of_work
from service.models import Event, Report
from service.settings import Settings
from tests.conftest import Servers
from tests.support.environment import environment
from tests.support.reception import REPORTS, Reception, problem_of, reception, report
from tests.support.web import wait_for


def test_without_the_database_nothing_is_promised(installation: Settings) -> None:
    nowhere = installation.model_copy(update={"database_url": "postgresql://nobody@/none?host=/nowhere"})
    with reception(nowhere) as cut_off:
        refused = cut_off.send(report(), "en")
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert problem_of(refused)["type"] == "urn:hientruong:problem:unavailable"


def test_the_database_goes_away_and_comes_back(settings: Settings, servers: Servers) -> None:
    name = database_of(settings)
    with reception(settings) as phone:
        first = phone.send(report(id=str(uuid4())))
        assert first.status_code == 201
        before = phone.counts()
        phone.engine.dispose()
        waiting = [report(id=str(uuid4()), contact={"phone": "0905123456"}) for _ in range(6)]
        with away(servers, name):
            with ThreadPoolExecutor(6) as phones:
                refused = list(phones.map(phone.send, waiting))
            for answer in refused:
                assert answer.status_code == 503, answer.text
                assert int(answer.headers["retry-after"]) > 0
                assert "chưa lưu được" in problem_of(answer)["detail"]
            assert phone.client.get(f"{REPORTS}/{first.json()['id']}").status_code == 503
        assert phone.counts() == before
        assert [phone.send(body).status_code for body in waiting] == [201] * 6
        assert phone.counts() == tuple(was + more for was, more in zip(before, (6, 6, 6), strict=True))


def database_of(settings: Settings) -> str:
    return settings.database_url.rsplit("@/", 1)[1].partition("?")[0]


@contextmanager
def away(servers: Servers, name: str) -> Iterator[None]:
    """The database ends every connection and takes no new one."""
    with servers.postgres.connect() as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        yield
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


END_WHO_WAITS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query LIKE '%INTO report%' AND datname = current_database() LIMIT 1
"""


@pytest.mark.parametrize("number", [1, 5])
def test_the_database_goes_away_in_the_middle_of_a_statement(settings: Settings, number: int) -> None:
    """One whose statement dies is told so; of many, each is tried again alone. What is told is true."""
    with reception(settings) as phone:
        phone.send(report())
        before = phone.counts()
        with phone.engine.begin() as holding, ThreadPoolExecutor(number) as phones:
            holding.execute(text("LOCK TABLE report IN SHARE MODE"))
            pending = [phones.submit(phone.send, report(contact={"name": "Dân"})) for _ in range(number)]
            # Within one transaction who is connected is read only once.
            looking = phone.engine.execution_options(isolation_level="AUTOCOMMIT")
            with looking.connect() as connection:
                wait_for(lambda: connection.execute(text(END_WHO_WAITS)).all())
            holding.rollback()
            statuses = [each.result().status_code for each in pending]
        assert set(statuses) <= ({201, 503} if number > 1 else {503})
        assert phone.counts() == tuple(was + statuses.count(201) for was in before)


def test_a_commit_that_fails_is_no_201(settings: Settings) -> None:
    """Nothing is answered before its commit: a constraint that is looked at only then makes it a 5xx."""
    with reception(settings) as phone:
        taken = phone.send(report()).json()
        before = phone.counts()
        fail_commits(phone.engine, "report")
        fail_commits(phone.engine, "comment")

        refused = phone.send(report(contact={"phone": "0905123456"}))
        said = phone.client.post(
            f"{REPORTS}/{taken['id']}/comments",
            json={"text": "Vẫn còn đó"},
            headers={"Authorization": f"Report {taken['secret']}"},
        )

        for answer in (refused, said):
            assert answer.status_code == 500
            problem_of(answer)
        assert phone.counts() == before
        assert phone.send(report(id=taken["id"])).status_code in (200, 409)


def fail_commits(engine: Engine, table: str) -> None:
    """From now on a transaction that adds a row to `table` fails when it commits."""
    with engine.begin() as connection:
        connection.execute(
            text(f"""
                CREATE FUNCTION fail_{table}() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN RAISE EXCEPTION 'no commit today'; END $$;
                CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION fail_{table}();
            """)
        )


def test_a_bad_row_does_not_fail_its_neighbours(settings: Settings) -> None:
    """Of a batch that fails, each is tried alone."""
    with reception(settings) as phone:
        phone.send(report())
        with phone.engine.begin() as connection:
            connection.execute(text("ALTER TABLE report ADD CHECK (description <> 'poison')"))
        bodies = [report(description="poison" if number % 4 == 0 else "Rác") for number in range(16)]
        with ThreadPoolExecutor(16) as phones:
            answers = list(phones.map(phone.send, bodies))
        assert [answer.status_code for answer in answers] == [500, 201, 201, 201] * 4


def test_the_row_is_there_when_the_answer_arrives(phone: Reception) -> None:
    with phone.engine.connect() as connection:
        for _ in range(50):
            told = phone.send(report(contact={"name": "Dân"})).json()
            found = connection.execute(
                text(
                    "SELECT (SELECT count(*) FROM report WHERE id = :id), (SELECT count(*) FROM contact"
                    " WHERE report_id = :id), (SELECT count(*) FROM event WHERE report_id = :id)"
                ),
                {"id": told["id"]},
            ).one()
            assert tuple(found) == (1, 1, 1)


def test_without_redis_reports_are_taken_and_routed_later(settings: Settings, redis_url: str) -> None:
    lonely = settings.model_copy(update={"redis_url": "unix:///nowhere/redis.sock?db=0"})
    with reception(lonely) as phone:
        told = [phone.send(report()) for _ in range(3)]
        assert [answer.status_code for answer in told] == [201] * 3
    ids = [answer.json()["id"] for answer in told]

    with relay(settings), Redis.from_url(redis_url) as redis:
        wait_for(lambda: redis.llen("routing"))
        task = json.loads(redis.lrange("routing", -1, -1)[0])
    assert task["headers"]["task"] == "workers.routing.route_reports"
    assert all(each in task["headers"]["argsrepr"] for each in ids)
    with reception(settings) as phone, unit_of_work(phone.engine) as session:
        placed = select(Event.position).where(Event.type == "report.received").order_by(Event.position)
        assert session.scalars(placed).all() == [1, 2, 3]


def test_without_redis_reports_are_routed_within_seconds(settings: Settings) -> None:
    """… and the events of it have their place in the feed: no round of the relay waits for Redis."""
    lonely = settings.model_copy(update={"redis_url": "unix:///nowhere/redis.sock?db=0"})
    with reception(lonely) as phone, relay(lonely):
        name = phone.send(report()).json()["id"]

        def routed() -> bool:
            with unit_of_work(phone.engine) as session:
                return session.get_one(Report, UUID(name)).status != "received"

        def placed() -> bool:
            with unit_of_work(phone.engine) as session:
                return not session.scalars(select(Event).where(Event.position.is_(None))).all()

        wait_for(routed)
        wait_for(placed, 5)


@contextmanager
def relay(settings: Settings) -> Iterator[None]:
    """A relay process with these settings."""
    process = subprocess.Popen([sys.executable, "-m", "workers.processes.relay"], env=environment(settings))
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(30) == 0


def test_without_a_city_reception_says_so(clean_database: str, installation: Settings) -> None:
    empty = installation.model_copy(update={"database_url": clean_database})
    with reception(empty) as phone:
        refused = phone.send(report())
    assert refused.status_code == 503
    assert "hientruong city load" in problem_of(refused)["detail"]


def test_the_media_folder_need_not_be_there(installation: Settings, tmp_path: Path) -> None:
    """Reception of words depends on nothing but the database."""
    bare = installation.model_copy(update={"media_url": (tmp_path / "a/b").as_uri()})
    with reception(bare) as phone:
        assert phone.send(report()).status_code == 201


def test_what_people_wrote_is_not_in_the_log_of_a_failure(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with reception(settings) as phone:
        fail_commits(phone.engine, "report")
        refused = phone.send(report(description="Chuyện riêng", contact={"phone": "0905123456"}))
    assert refused.status_code == 500
    logged = capsys.readouterr().out
    assert "no commit today" in logged
    assert refused.headers["x-request-id"] in logged
    assert "905123456" not in logged
    assert "riêng" not in logged and "ri\\u00eang" not in logged
