"""The address: taken first, told clearly when it cannot be had."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from service.local.address import answers, is_loopback, listen, reachable_address
from service.problems import SetupError


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_only_this_machine_reaches_a_loopback_address(host: str) -> None:
    assert is_loopback(host)


OPEN = ("0.0.0.0", "::", "192.168.1.5", "example.org", "", "10.0.0.1", "localhost.evil")  # noqa: S104


@pytest.mark.parametrize("host", OPEN)
def test_everything_else_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_a_port_in_use_is_told_with_what_to_do() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(SetupError, match=rf"Port {port} on 127.0.0.1 is in use.*--port"):
            listen("127.0.0.1", port)


def test_a_name_or_address_that_is_not_ours_is_told() -> None:
    with pytest.raises(SetupError, match=r"Cannot listen on 192\.0\.2\.1"):
        listen("192.0.2.1", 0)
    with pytest.raises(SetupError, match=r"Cannot listen on no-such-host\.invalid"):
        listen("no-such-host.invalid", 0)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        (OPEN[0], "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("192.168.1.5", "http://192.168.1.5:8000"),
    ],
)
def test_the_address_that_this_machine_can_open(host: str, address: str) -> None:
    assert reachable_address(host, 8000) == address


def serve_once(listener: socket.socket, answer: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(answer)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n{}", b"{}"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b""),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n{}", None),
        (b"", None),
        (b"200\r\n", None),
    ],
)
def test_only_200_is_an_answer(answer: bytes, body: bytes | None) -> None:
    with listen("127.0.0.1", 0) as listener:
        server = threading.Thread(target=serve_once, args=(listener, answer))
        server.start()
        assert asyncio.run(answers("127.0.0.1", listener.getsockname()[1], "/readyz")) == body
        server.join()


def test_silence_is_no_answer_and_not_waited_for() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert not asyncio.run(answers("127.0.0.1", port, "/readyz", patience_s=0.1))
    assert not asyncio.run(answers("127.0.0.1", port, "/readyz", patience_s=0.1))
