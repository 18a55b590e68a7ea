"""Bodies at the edge: too slow, too many, too much, torn; and those that come as they should."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from time import monotonic

import pytest

from service.web.edge import bodies
from service.web.limits.occupancy import Ceilings
from tests.web.small import Server, edge_settings, read_all, serving, small_app

JSON = b"Content-Type: application/json\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
FILES = b"Content-Type: multipart/form-data; boundary=b\r\n"
WAYS = [(b"/thing", JSON), (b"/form", FORM), (b"/form", FILES)]
BEGUN = b"--b\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def post(path: bytes, kind: bytes, length: bytes, body: bytes = b"") -> bytes:
    return b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\n" + kind + length + b"\r\n" + body


def length(size: int) -> bytes:
    return b"Content-Length: %d\r\n" % size


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(small_app(edge_settings(trusted_proxies=1))) as made:
        yield made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_S", 0.3)


@pytest.mark.parametrize(("path", "kind"), WAYS)
@pytest.mark.parametrize("how", [length(1000), CHUNKED])
@pytest.mark.usefixtures("impatient")
def test_a_body_that_stops_is_answered_and_its_connection_closed(
    server: Server, path: bytes, kind: bytes, how: bytes
) -> None:
    answer = server.ask(post(path, kind, how, BEGUN if how is not CHUNKED else b"5\r\n" + BEGUN + b"\r\n"))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer
    assert b"urn:hientruong:problem:too_slow" in answer


@pytest.mark.parametrize(("path", "kind"), WAYS)
@pytest.mark.usefixtures("impatient")
def test_a_body_that_never_begins_is_answered_too(server: Server, path: bytes, kind: bytes) -> None:
    assert server.ask(post(path, kind, length(1000))).startswith(b"HTTP/1.1 408 ")


@pytest.mark.usefixtures("impatient")
def test_drops_do_not_keep_a_body_alive(server: Server) -> None:
    """Each byte comes within the grace, but the pace is far below the least."""
    started = monotonic()
    with server.open(post(b"/form", FORM, length(10_000), b"a=")) as connection:
        connection.settimeout(0.05)
        answer = b""
        while not answer and monotonic() - started < 10:
            connection.sendall(b"b")
            try:
                answer = connection.recv(4096)
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_slow_body_of_a_phone_is_taken(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "GRACE_S", 2.0)
    with server.open(post(b"/form", FORM, length(9), b"a=")) as connection:
        for _ in range(7):
            connection.sendall(b"b")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_a_body_has_a_longest_time_whatever_its_pace(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGE_S", 0.3)
    with server.open(post(b"/form", FORM, CHUNKED, b"2\r\na=\r\n")) as connection:
        assert read_all(connection).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(("ceilings", "status"), [(Ceilings(3, 9, 9), b"429"), (Ceilings(9, 9, 3), b"503")])
def test_beyond_the_ceiling_unfinished_bodies_are_refused_at_once_and_whole_ones_taken(
    monkeypatch: pytest.MonkeyPatch, ceilings: Ceilings, status: bytes
) -> None:
    monkeypatch.setattr(bodies, "UNFINISHED", ceilings)
    with serving(small_app(edge_settings())) as server, ExitStack() as held:
        for path, kind in WAYS:
            held.enter_context(server.open(post(path, kind, length(1000), BEGUN)))
        started = monotonic()
        for path, kind in WAYS:
            answer = server.ask(post(path, kind, length(1000), BEGUN))
            assert answer.startswith(b"HTTP/1.1 " + status)
            assert b"retry-after" in answer
        assert monotonic() - started < bodies.GRACE_S / 2
        whole = server.ask(post(b"/thing", JSON + b"Connection: close\r\n", length(2), b"{}"))
        assert whole.startswith(b"HTTP/1.1 200 ")
    with serving(small_app(edge_settings())) as server:  # places are given back when clients go
        for _ in range(8):
            server.open(post(b"/form", FORM, length(10), b"a=")).close()
            late = server.open(post(b"/form", FORM + b"Connection: close\r\n", length(3), b"a="))
            late.sendall(b"b")
            assert read_all(late).startswith(b"HTTP/1.1 200 ")
            late.close()


def test_one_address_does_not_take_the_places_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "UNFINISHED", Ceilings(2, 9, 9))
    with serving(small_app(edge_settings(trusted_proxies=1))) as server, ExitStack() as held:
        greedy = FORM + b"X-Forwarded-For: 203.0.113.9\r\n"
        for _ in range(2):
            held.enter_context(server.open(post(b"/form", greedy, length(1000), b"a=")))
        assert server.ask(post(b"/form", greedy, length(1000), b"a=")).startswith(b"HTTP/1.1 429 ")
        other = FORM + b"X-Forwarded-For: 203.0.113.10\r\nConnection: close\r\n"
        with server.open(post(b"/form", other, length(3), b"a=")) as late:
            late.sendall(b"b")
            assert read_all(late).startswith(b"HTTP/1.1 200 ")


PART = b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'


def token_part(visitor: str) -> bytes:
    token = hmac.new(b"k" * 40, b"csrf:" + visitor.encode(), hashlib.sha256).hexdigest()
    return b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode() + b"\r\n"


def test_a_form_with_files_shows_its_token_before_much_of_it_is_taken(server: Server) -> None:
    raw = post(b"/form", FILES, length(50_000_000), PART + bytes(2 * bodies.LOOSE_BYTES))
    assert server.ask(raw).startswith(b"HTTP/1.1 403 ")
    stranger = token_part("somebody") + PART + bytes(2 * bodies.LOOSE_BYTES)
    cookie = FILES + b"Cookie: hientruong_visitor=me\r\n"
    assert server.ask(post(b"/form", cookie, length(50_000_000), stranger)).startswith(b"HTTP/1.1 403 ")


def test_a_form_with_its_token_may_be_as_large_as_its_route_says(server: Server) -> None:
    body = token_part("me") + PART + bytes(3 * bodies.LOOSE_BYTES) + b"\r\n--b--\r\n"
    kind = FILES + b"Cookie: hientruong_visitor=me\r\nConnection: close\r\n"
    answer = server.ask(post(b"/form", kind, length(len(body)), body))
    assert answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b"2")


def test_what_is_held_of_one_address_has_a_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "HELD_BYTES", Ceilings(100_000, 100_000, 150_000))
    with serving(small_app(edge_settings())) as server, ExitStack() as held:
        for _ in range(2):
            held.enter_context(server.open(post(b"/form", FORM, length(90_000), b"a" * 45_000)))
        answer = server.ask(post(b"/form", FORM, length(90_000), b"a" * 45_000))
        assert answer.startswith(b"HTTP/1.1 429 ")


@pytest.mark.parametrize(("path", "kind"), WAYS)
def test_a_torn_body_is_no_unexpected_error(
    server: Server, caplog: pytest.LogCaptureFixture, path: bytes, kind: bytes
) -> None:
    with caplog.at_level(logging.WARNING):
        server.open(post(path, kind, length(1000), BEGUN)).close()
        for _ in range(3):  # the server has seen the end of the first by then
            assert server.ask(b"GET /thing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert "unexpected" not in caplog.text and "Traceback" not in caplog.text
