"""Push services that never answer: each costs seconds, whatever it is slow with."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from service.sending.breaker import FAILURES
from service.sending.envelope import SendFailed
from service.sending.push import web_push as push
from tests.sending.envelopes import browser_keys, envelope
from tests.sending.push.test_web_push import CONTACT, KEY
from tests.support.sinks import http_server


@contextlib.contextmanager
def tar_pit(answer: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server that does `answer` with each connection; its address."""
    over = threading.Event()

    def attend(client: socket.socket) -> None:
        with client:
            answer(client, over)

    def serve(server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = server.accept()
                threading.Thread(target=attend, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            time.sleep(0.1)  # they close


def silence(_client: socket.socket, over: threading.Event) -> None:
    over.wait(30)


def drops(client: socket.socket, over: threading.Event) -> None:
    """One byte now and then: no single wait is ever long."""
    with contextlib.suppress(OSError):
        client.sendall(b"HTTP/1.1 201 ")
        while not over.wait(0.05):
            client.sendall(b"x")


def body_without_end(client: socket.socket, over: threading.Event) -> None:
    with contextlib.suppress(OSError):
        client.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 1000000\r\n\r\n")
        while not over.wait(0.05):
            client.sendall(b"x")


@pytest.mark.parametrize("answer", [silence, drops])
def test_a_push_service_that_never_answers_is_left_soon(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[socket.socket, threading.Event], None]
) -> None:
    monkeypatch.setattr(push, "ANSWER_S", 0.5)
    with tar_pit(answer) as url:
        began = time.monotonic()
        with pytest.raises(SendFailed) as failed:
            push.WebPush(KEY, CONTACT, anywhere=True).send(
                envelope("x", device=browser_keys().device(f"{url}/1"))
            )
    assert time.monotonic() - began < 15
    assert not failed.value.for_good
    assert not failed.value.away  # others are still to be asked


def test_what_it_says_beside_the_status_is_not_waited_for() -> None:
    with tar_pit(body_without_end) as url:
        push.WebPush(KEY, CONTACT, anywhere=True).send(
            envelope("x", device=browser_keys().device(f"{url}/1"))
        )


def test_a_name_whose_lookup_hangs_is_left_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "LOOKUP_S", 0.2)
    over = threading.Event()

    def hang(_host: str, _port: int) -> list[str]:
        over.wait(30)
        return ["203.0.114.5"]

    try:
        with pytest.raises(SendFailed, match="TimeoutError"):
            push.WebPush(KEY, CONTACT, resolve=hang).send(
                envelope("x", device=browser_keys().device("https://push.example.com/1"))
            )
    finally:
        over.set()


def test_a_host_that_did_not_answer_lately_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "ANSWER_S", 0.2)
    service = push.WebPush(KEY, CONTACT, anywhere=True)
    keys = browser_keys()
    with tar_pit(silence) as url, http_server() as good:
        for _ in range(FAILURES):
            with pytest.raises(SendFailed, match="TimeoutError"):
                service.send(envelope("x", device=keys.device(f"{url}/1")))
        with pytest.raises(SendFailed, match="lately"):
            service.send(envelope("x", device=keys.device(f"{url}/2")))
        service.send(envelope("x", device=keys.device(f"{good.url}/1")))
    assert len(good.asked) == 1
