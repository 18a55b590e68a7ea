"""Reading by ranges: a file, a server, and what servers do wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.basemap.source import WebSource, open_source
from service.problems import SetupError
from tests.basemap.range_server import RangeServer, serving

BODY = bytes(range(256)) * 40


@pytest.fixture
def server() -> Iterator[RangeServer]:
    with serving(BODY) as server:
        yield server


@pytest.fixture
def web(server: RangeServer) -> Iterator[WebSource]:
    with httpx.Client(timeout=5) as client:
        yield WebSource(server.url + "?key=geheim", client, sleep=lambda _: None)


def test_a_server_is_asked_for_the_range_alone(web: WebSource, server: RangeServer) -> None:
    assert web.read(100, 50) == BODY[100:150]
    assert server.asked == [(100, 149)]
    assert server.url == web.name
    assert "geheim" not in web.name, "a key in the address is told to nobody"


def test_beyond_the_end_there_is_less_or_nothing(web: WebSource) -> None:
    assert web.read(len(BODY) - 10, 50) == BODY[-10:]
    assert web.read(len(BODY) + 10, 50) == b""


@pytest.mark.parametrize(
    "faults", [[503], [429, 500], ["short"], ["short", 502, "short"], ["-> other.pmtiles", "-> /hue", 503]]
)
def test_what_fails_on_its_way_is_asked_for_again(
    web: WebSource, server: RangeServer, faults: list[int | str]
) -> None:
    server.faults = faults
    assert web.read(0, 1000) == BODY[:1000]


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        (["short"] * 4, "broke off 4 times"),
        ([500] * 4, "broke off 4 times"),
        (["whole"], "does not answer range requests. Download the file"),
        ([404], "no such file"),
        ([403], "refuses access"),
        (["shifted"], "another range"),
        (["-> /hue.pmtiles"] * 9, "leads on and on"),
        (["-> http://maps.example/hue.pmtiles"], "leads on to an address without https"),
        (["-> ftp://maps.example/hue.pmtiles"], "leads on to an address without https"),
        (["-> http://[bad"], "leads on to an address without https"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_do(
    web: WebSource, server: RangeServer, faults: list[int | str], said: str
) -> None:
    server.faults = faults
    with pytest.raises(SetupError, match=said):
        web.read(0, 1000)


def test_a_file_that_changes_meanwhile_is_noticed(web: WebSource, server: RangeServer) -> None:
    web.read(0, 10)
    server.faults = ["changed"]
    with pytest.raises(SetupError, match="replaced while it was read"):
        web.read(10, 10)


def test_nobody_there_is_said() -> None:
    with httpx.Client(timeout=1) as client:
        source = WebSource("http://127.0.0.1:9/none.pmtiles", client, sleep=lambda _: None)
        with pytest.raises(SetupError, match="broke off"):
            source.read(0, 10)


@pytest.mark.parametrize("url", ["https://a..b/hue.pmtiles", "https://maps.example/\x7f.pmtiles"])
def test_an_address_that_nobody_can_ask_is_said(url: str) -> None:
    with httpx.Client(timeout=1) as client, pytest.raises(SetupError):
        WebSource(url, client, sleep=lambda _: None).read(0, 10)


def test_a_file_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "a.pmtiles"
    path.write_bytes(BODY)
    with open_source(str(path)) as source:
        assert source.read(5, 5) == BODY[5:10]
        assert source.read(len(BODY), 5) == b""


@pytest.mark.parametrize(
    "where", ["http://maps.example/a.pmtiles", "ftp://maps.example/a", "/no/such.pmtiles"]
)
def test_what_is_no_place_is_refused(where: str) -> None:
    with pytest.raises(SetupError), open_source(where):
        pass
