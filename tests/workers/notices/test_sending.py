"""How messages of one channel are sent: side by side where strangers name the servers, else in a row."""

from __future__ import annotations

import threading
from types import ModuleType, SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from service.models import NoticeChannel
from service.sending.envelope import Envelope, SendFailed

pytestmark = pytest.mark.usefixtures("worker_settings")

LETTERS = 6


class Sender:
    """Sends when all are at it at once, or notes that they came one by one."""

    def __init__(self, together: int = 1) -> None:
        self.barrier = threading.Barrier(together)
        self.now = self.most = 0
        self.lock = threading.Lock()

    def send(self, _envelope: Envelope) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            self.barrier.wait(20)
        except threading.BrokenBarrierError:
            raise SendFailed("the others were not sent beside it") from None
        finally:
            with self.lock:
                self.now -= 1


@pytest.fixture
def sending(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, with letters that are composed as they are."""
    import workers.sending as module

    envelope = object.__new__(Envelope)
    monkeypatch.setattr(module, "_composed", lambda *_: envelope)
    return module


def outcomes(sending: ModuleType, monkeypatch: pytest.MonkeyPatch, channel: str, sender: Sender) -> list[Any]:
    monkeypatch.setattr(sending, "senders", lambda: {channel: sender})
    letters = [SimpleNamespace(id=uuid4()) for _ in range(LETTERS)]
    found = list(sending._outcomes(channel, object(), letters))
    assert [letter for letter, _ in found] == letters
    return [outcome for _, outcome in found]


def test_pushes_go_side_by_side(sending: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that never answers keeps none of the others waiting: here each waits for all the others."""
    found = outcomes(sending, monkeypatch, NoticeChannel.PUSH, Sender(together=LETTERS))
    assert all(isinstance(outcome, Envelope) for outcome in found)


def test_mails_go_one_after_the_other(sending: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail server is the city's own, and many limit how many connections it takes."""
    sender = Sender()
    found = outcomes(sending, monkeypatch, NoticeChannel.EMAIL, sender)
    assert all(isinstance(outcome, Envelope) for outcome in found)
    assert sender.most == 1
