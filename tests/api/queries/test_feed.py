"""The feed over HTTP: pages, and the stream that never skips or repeats, whatever comes between."""

from __future__ import annotations

import itertools
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import httpx
import pytest

from service.settings import Settings
from service.web import live
from tests.support.environment import environment
from tests.support.feed_stage import FEED, PROBLEM, STREAM, THERE, Log, listening, types
from tests.support.web import running


def walk(client: httpx.Client, limit: int, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = client.get(FEED, params={"limit": limit, **params})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if page["next"] == params.get("after"):
            return found
        params["after"] = page["next"]


def test_pages_lead_through_the_whole_feed(client: httpx.Client, log: Log) -> None:
    told = log.tell(23)
    items = walk(client, 5)
    assert [item["type"] for item in items] == ["report.received"] * 2 + told
    assert len({item["cursor"] for item in items}) == len(items)
    # Any item's cursor is a place to go on from.
    assert walk(client, 200, after=items[10]["cursor"]) == items[11:]


def test_latest_is_where_new_events_will_come(client: httpx.Client, log: Log) -> None:
    log.tell(3)
    page = client.get(FEED, params={"after": "latest"}).json()
    assert page["items"] == []
    told = log.tell(2)
    assert [item["type"] for item in walk(client, 50, after=page["next"])] == told
    works = client.get(FEED, params={"about": "work", "after": page["next"]})
    assert (works.status_code, works.json()["items"]) == (200, [])


REFUSED = [
    ({"after": "nonsense"}, 400, "after"),
    ({"after": "é"}, 400, "after"),
    ({"category": "nothing"}, 422, "category"),
    ({"bbox": "1,2,3"}, 422, "bbox"),
    ({"kategory": "litter"}, 422, "kategory"),
]


def test_what_the_feed_does_not_know_is_refused(client: httpx.Client) -> None:
    for path, (params, status, loc) in itertools.product((FEED, STREAM), REFUSED):
        answer = client.get(path, params=params)
        assert answer.status_code == status
        assert answer.headers["content-type"] == PROBLEM
        assert answer.json()["errors"][0]["loc"] == ["query", loc]
    answer = client.get(STREAM, headers={"Last-Event-ID": "made up"})
    assert answer.status_code == 400


def test_a_stream_brings_what_is_new_at_once(client: httpx.Client, log: Log) -> None:
    log.tell(3)
    waits = []
    with listening(client) as listener:
        for _ in range(5):
            told, started = log.tell(2), time.monotonic()
            assert types(listener.take(2)) == told
            waits.append(time.monotonic() - started)
    assert min(waits) < live.LOOK_EVERY_S, "it is woken, not only looking now and then"


def test_a_stream_brings_the_same_items_as_the_pages(client: httpx.Client, log: Log) -> None:
    log.tell(4)
    with listening(client, after=client.get(FEED, params={"limit": 1}).json()["next"]) as listener:
        assert [heard.item for heard in listener.take(5)] == walk(client, 50)[1:]


def test_a_stream_goes_on_behind_the_last_event_that_was_heard(client: httpx.Client, log: Log) -> None:
    with listening(client) as listener:
        log.tell(3)
        last = listener.take(2)[-1]
    missed = log.tell(4)
    # What the address says is older: a browser that connects again repeats it.
    first = client.get(FEED, params={"limit": 1}).json()["next"]
    with listening(client, {"Last-Event-ID": last.id}, after=first) as listener:
        assert types(listener.take(5)) == ["test.2", *missed]
        told = log.tell()
        assert types(listener.take(1)) == told


def test_catching_up_joins_the_live_stream_without_a_gap(
    client: httpx.Client, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A memory and pages far too small, so that listeners go back and forth between both.
    monkeypatch.setattr(live, "KEEP", 5)
    monkeypatch.setattr(live, "PAGE", 3)
    monkeypatch.setattr(live, "REST_S", 0.001)
    told = log.tell(40)
    start = client.get(FEED, params={"limit": 2}).json()["next"]

    def write() -> None:
        for _ in range(40):
            told.extend(log.tell(3))

    with listening(client, after=start) as early:
        writer = threading.Thread(target=write)
        writer.start()
        with listening(client, after=start) as late:
            heard = early.take(160), late.take(160)
        writer.join()
    assert types(heard[0]) == types(heard[1]) == told


def test_the_stream_takes_the_same_filters(client: httpx.Client, log: Log) -> None:
    filters = {
        "category": "hanging_cable",
        "bbox": f"{THERE[0] - 0.1},{THERE[1] - 0.1},{THERE[0] + 0.1},{THERE[1] + 0.1}",
    }
    for name, value in filters.items():
        asked: dict[str, Any] = {name: value}
        with listening(client, **asked) as listener:
            log.tell(2, log.here)
            told = log.tell(2, log.there)
            log.tell(1, log.here)
            told += log.tell(1, log.there)
            assert types(listener.take(3)) == told


def test_the_stream_filters_by_type(client: httpx.Client, log: Log) -> None:
    with listening(client, type="test.1,test.3") as listener:
        log.tell(5)
        assert types(listener.take(2)) == ["test.1", "test.3"]


def test_names_are_in_the_listeners_language(client: httpx.Client, log: Log) -> None:
    with listening(client, lang="en") as english, listening(client) as vietnamese:
        log.tell()
        assert english.next().id == vietnamese.next().id


def test_a_comment_comes_now_and_then(
    client: httpx.Client, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PING_EVERY_S", 0.2)
    with listening(client) as listener:
        for _ in range(3):
            assert listener.block() == [": "]
        told = log.tell()
        assert types(listener.take(1)) == told


def test_without_redis_the_stream_looks_by_itself(settings: Settings, log: Log) -> None:
    lonely = settings.model_copy(update={"redis_url": "unix:///nowhere/redis.sock?db=0"})
    with running(lonely) as client, listening(client) as listener:
        told = log.tell(2, loudly=False)
        assert types(listener.take(2)) == told


def test_without_the_database_a_stream_is_refused(settings: Settings) -> None:
    gone = settings.model_copy(update={"database_url": "postgresql://nobody@/none?host=/nowhere"})
    with running(gone) as client:
        answer = client.get(STREAM)
        assert answer.status_code == 503
        assert answer.headers["content-type"] == PROBLEM


def test_too_many_listeners_are_refused(
    client: httpx.Client, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_LISTENERS", 1)
    with listening(client):
        assert "hientruong_feed_listeners 1.0" in client.get("/metrics").text
        assert client.get(STREAM).status_code == 503
    for _ in range(1000):  # there is room again
        with client.stream("GET", STREAM) as answer:
            if answer.status_code == 200:
                return
        time.sleep(0.02)
    raise AssertionError("the listener that left still counts")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stream_does_not_keep_the_service_from_stopping(
    settings: Settings, log: Log, number: signal.Signals
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "service.app:make_app", "--factory", "--port", str(port)]
    with subprocess.Popen(command, env=environment(settings), stderr=subprocess.PIPE) as server:
        try:
            wait_for(port)
            address = f"http://127.0.0.1:{port}"
            with httpx.Client(base_url=address) as client, listening(client) as listener:
                told = log.tell()
                assert types(listener.take(1)) == told
                server.send_signal(number)
                assert listener.block() == []
                server.wait(timeout=60)
        finally:
            server.kill()
        assert server.stderr is not None
        assert b"Traceback" not in server.stderr.read()


def wait_for(port: int) -> None:
    for _ in range(1200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")
