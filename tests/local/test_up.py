"""`hientruong up` as people run it: a real process, real servers, real crashes."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from urllib.error import HTTPError
from uuid import uuid4

import pytest

from tests.local.installation import COMMAND, Installation, folder

CRASHES = ("api", "routing", "photos", "relay", "beat", "redis", "postgres")
REPORT = {"category": "litter", "location": {"lon": 107.585, "lat": 16.464}, "description": "Rác ở góc đường"}


@pytest.fixture
def installation() -> Iterator[Installation]:
    with folder() as data:
        made = Installation(data, "--no-demo", "--workers", "1")
        yield made
        if made.process and made.process.poll() is None:
            made.end(signal.SIGKILL)
        limit = time.monotonic() + 15
        while made.left() and time.monotonic() < limit:
            time.sleep(0.1)


def send(installation: Installation) -> str:
    """Send a report as a phone does: 503 is tried again, and nothing else can be the answer."""
    report = {**REPORT, "id": str(uuid4())}

    def stored() -> bool:
        try:
            return installation.call("/api/v1/reports", report)[0] in (200, 201)
        except HTTPError as refusal:
            if refusal.code != 503:
                raise
            return False

    installation.until(stored)
    return str(report["id"])


def is_routed(installation: Installation, report: str) -> None:
    def moved() -> bool:
        return bool(installation.call(f"/api/v1/reports/{report}")[1]["status"] != "received")

    installation.until(moved, 60)


def a_second_one_is_refused(installation: Installation) -> None:
    again = subprocess.run(
        [*COMMAND, "up", "--data", str(installation.data)], capture_output=True, text=True, check=False
    )
    assert again.returncode == 1
    assert f"already runs on {installation.data}" in again.stderr
    assert installation.address in again.stderr


@pytest.mark.timeout(400)
def test_a_life_with_crashes_from_first_start_to_last_stop(installation: Installation) -> None:
    installation.start()
    first = send(installation)
    is_routed(installation, first)
    a_second_one_is_refused(installation)
    assert installation.status()["up"]

    for name in CRASHES:
        installation.crash(name)
        is_routed(installation, send(installation))
    restarts = {name: one["restarts"] for name, one in installation.status()["processes"].items()}
    assert {name for name, times in restarts.items() if times} == set(CRASHES)
    assert set(restarts.values()) == {0, 1}

    assert installation.end(signal.SIGTERM) == 0
    assert installation.left() == []
    assert "Stopped. The data is kept" in installation.output()

    installation.start()
    assert "Loading the city" not in installation.output()
    is_routed(installation, first)
    installation.end(signal.SIGKILL)
    limit = time.monotonic() + 60
    while installation.left():
        assert time.monotonic() < limit, installation.left()
        time.sleep(0.1)

    installation.start()
    is_routed(installation, first)
    assert installation.end(signal.SIGINT) == 0
    assert installation.left() == []


@pytest.mark.timeout(200)
def test_stopping_in_the_middle_of_the_first_start_leaves_nothing_and_spoils_nothing(
    installation: Installation,
) -> None:
    installation.spawn()
    installation.until(lambda: "newest schema" in installation.output())
    assert installation.end() == 0
    assert installation.left() == []
    installation.start()
    send(installation)
    assert installation.end() == 0


def test_a_port_in_use_is_told_before_anything_is_started(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", installation.port)):
        assert installation.spawn().wait(90) == 1
    assert f"Port {installation.port} on 127.0.0.1 is in use" in installation.output()
    assert not (installation.data / "pgdata").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])  # noqa: S104
def test_demo_accounts_are_refused_where_others_can_reach_them(host: str, installation: Installation) -> None:
    installation.options = ("--host", host)
    assert installation.spawn().wait(90) == 1
    assert "public passwords" in installation.output()
    assert "--no-demo" in installation.output()
    assert not installation.data.exists()
