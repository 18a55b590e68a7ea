"""When `up` says that everything runs: all processes live, whatever work was left undone before."""

from __future__ import annotations

import json

import pytest

from service.local.up import is_running

WELL = {"database": "ok", "redis": "ok", "relay": "ok", "worker": "ok", "beat": "ok", "queue:routing": "ok"}


def told(**parts: str) -> bytes:
    return json.dumps({"status": "degraded", "parts": {**WELL, **parts}}).encode()


@pytest.mark.parametrize(
    "parts",
    [{}, {"backup": "away"}, {"emergencies": "away"}, {"queue:email": "late"}, {"disk:media": "full"}],
    ids=str,
)
def test_work_left_undone_is_no_reason_not_to_start(parts: dict[str, str]) -> None:
    assert is_running(told(**parts))


@pytest.mark.parametrize(
    "parts", [{"relay": "away"}, {"reception": "away"}, {"queue:email": "unread"}, {"redis": "away"}], ids=str
)
def test_a_process_that_is_away_is_waited_for(parts: dict[str, str]) -> None:
    assert not is_running(told(**parts))


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b'{"parts": null}', b'{"status": "ok"}'])
def test_no_answer_of_ours_is_none(answer: bytes) -> None:
    assert not is_running(answer)
