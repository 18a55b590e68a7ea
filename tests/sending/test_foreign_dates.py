"""Dates that others write into headers and answers: whatever they are, nobody who reads them stops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import Request
from hypothesis import example, given
from hypothesis import strategies as st

from service.sending.open311_client import _read_moment
from service.sending.receivers import retry_after
from service.web.caching import cached, reply

BEYOND = "1 Jan 99999999999 0:0:0"
FOREIGN = st.one_of(
    st.text(max_size=40),
    st.from_regex(
        r"[0-9]{1,2} (Jan|Feb|Foo) [0-9]{1,12} [0-9]{1,2}:[0-9]{1,2}( [+-][0-9]{1,12})?", fullmatch=True
    ),
)


@given(FOREIGN)
@example(BEYOND)
def test_a_receiver_may_ask_for_any_pause(said: str) -> None:
    found = retry_after(said)
    assert found is None or found >= timedelta()


@given(FOREIGN.filter(lambda text: text.isascii()))
@example(BEYOND)
def test_a_client_may_claim_a_copy_of_any_day(since: str) -> None:
    headers = [(b"if-modified-since", since.encode())]
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": headers})
    modified = datetime(2026, 5, 4, tzinfo=UTC)
    answer = reply(request, cached(b"x"), "text/plain", max_age_s=0, modified=modified)
    assert answer.status_code in (200, 304)


@pytest.mark.parametrize("said", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "", None, 7])
def test_an_update_of_no_time_is_none(said: object) -> None:
    assert _read_moment(said) is None
    assert _read_moment("2026-05-04T08:30:00") == datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
