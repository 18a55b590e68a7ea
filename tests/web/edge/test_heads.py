"""Request lines and headers: their size and their time; HEAD and `Allow`; names; what the log keeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from service.web.edge import protocol
from tests.web.small import Server, edge_settings, read_all, serving, small_app

GET = b"GET /thing HTTP/1.1\r\nHost: localhost\r\n"
END = b"Connection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    settings = edge_settings(public_url="https://city.example", allowed_hosts="www.city.example, x.example")
    with serving(small_app(settings)) as made:
        yield made


def status(answer: bytes) -> int:
    return int(answer.split(b" ")[1])


@pytest.mark.parametrize(
    "head",
    [
        GET + b"X-A: " + b"a" * 2 * protocol.HEAD_BYTES,
        GET + b"X-" + b"a" * 2 * protocol.HEAD_BYTES,
        GET + b"".join(b"X-%d: %s\r\n" % (index, b"a" * 800) for index in range(80)),
        GET + b"X-A: b\r\n" * (protocol.HEAD_FIELDS + 5) + END,
    ],
)
def test_a_head_too_large_is_refused(server: Server, head: bytes) -> None:
    assert status(server.ask(head)) == 431


def test_a_request_line_too_long_is_refused(server: Server) -> None:
    raw = b"GET /" + b"a" * 2 * protocol.HEAD_BYTES + b" HTTP/1.1\r\nHost: localhost\r\n" + END
    assert status(server.ask(raw)) in (414, 431)


def test_a_head_as_browsers_send_it_is_taken(server: Server) -> None:
    usual = b"".join(b"X-%d: %s\r\n" % (index, b"a" * 200) for index in range(60))
    assert status(server.ask(GET + usual + END)) == 200
    assert status(server.ask(GET + b"Cookie: " + b"a" * 16_000 + b"\r\n" + END)) == 200


def test_trailers_do_not_grow_without_end(server: Server) -> None:
    raw = (
        b"POST /form HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n3\r\na=b\r\n0\r\n"
    )
    with server.open(raw) as connection:
        try:
            for index in range(200):
                connection.sendall(b"X-%d: %s\r\n" % (index, b"a" * 8000))
        except OSError:
            return  # closed while it was sent
        assert read_all(connection)[:12] != b"HTTP/1.1 200"


@pytest.mark.parametrize("begun", [b"", b"GET", GET, GET + b"X-A: "])
def test_a_head_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(protocol, "HEAD_S", 0.2)
    with serving(small_app(edge_settings())) as server, server.open(begun) as connection:
        answer = read_all(connection, 5)
        assert answer == b"" or status(answer) == 408


def test_the_second_request_of_a_connection_has_a_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_S", 0.3)
    with serving(small_app(edge_settings())) as server, server.open(GET + b"\r\n") as connection:
        assert status(connection.recv(4096)) == 200
        connection.sendall(GET)
        assert status(read_all(connection, 5)) == 408


def test_head_is_the_same_as_get_without_its_body(server: Server) -> None:
    got = server.ask(GET + END)
    told = server.ask(GET.replace(b"GET", b"HEAD") + END)
    assert got.endswith(b"\r\n\r\nthere") and told.endswith(b"\r\n\r\n")

    def headers(answer: bytes) -> set[bytes]:
        lines = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
        return {line for line in lines if not line.startswith((b"date", b"x-request-id"))}

    assert headers(got) == headers(told)


@pytest.mark.parametrize(
    ("path", "allow"),
    [(b"/thing", b"GET, HEAD, POST"), (b"/form", b"POST"), (b"/thing/secret", b"DELETE")],
)
def test_allow_names_every_method_of_a_path(server: Server, path: bytes, allow: bytes) -> None:
    answer = server.ask(b"PATCH " + path + b" HTTP/1.1\r\nHost: localhost\r\n" + END)
    assert status(answer) == 405
    assert b"\r\nallow: " + allow + b"\r\n" in answer


NAMES = {
    200: [
        *(b"city.example", b"CITY.example:443", b"city.example.", b"www.city.example", b"x.example"),
        *(b"localhost:8000", b"127.0.0.1", b"10.1.2.3:8000", b"[::1]:8000", b"api", b"api:8000"),
    ],
    421: [
        b"evil.example",
        b"city.example.evil.example",
        b"127.0.0.1.evil.example",
        b"xcity.example",
        b"a.b:x",
    ],
}


@pytest.mark.parametrize(("expected", "name"), [(code, name) for code in NAMES for name in NAMES[code]])
def test_only_our_names_are_answered(server: Server, expected: int, name: bytes) -> None:
    raw = b"GET /thing HTTP/1.1\r\nHost: " + name + b"\r\n" + END
    assert status(server.ask(raw)) == expected


def test_a_demo_answers_to_no_strangers_name() -> None:
    settings = edge_settings(demo=True)
    with serving(small_app(settings)) as server:
        assert status(server.ask(GET + END)) == 200
        rebound = b"GET /thing HTTP/1.1\r\nHost: rebound.example\r\n" + END
        assert status(server.ask(rebound)) == 421


def test_where_no_name_was_set_any_is_answered() -> None:
    with serving(small_app(edge_settings())) as server:
        assert status(server.ask(b"GET /thing HTTP/1.1\r\nHost: any.example\r\n" + END)) == 200


def test_https_is_remembered_by_browsers_only_where_it_is_used(server: Server) -> None:
    assert b"strict-transport-security: max-age=31536000" in server.ask(GET + END)
    with serving(small_app(edge_settings())) as plain:
        assert b"strict-transport-security" not in plain.ask(GET + END)


def test_the_log_never_keeps_what_stands_in_an_address() -> None:
    with capture_logs() as logs, serving(small_app(edge_settings())) as server:
        for path in (b"/thing/very-secret-token", b"/n/very-secret-token", b"/nowhere-very-secret-token?s=x"):
            server.ask(b"DELETE " + path + b" HTTP/1.1\r\nHost: localhost\r\n" + END)
    assert [line["path"] for line in logs if line["event"] == "unexpected error"] == ["/thing/{token}"]
    assert "/very-secret-token" not in str(logs)
