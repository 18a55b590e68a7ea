"""How reception fares: the last minute's waits, failures, and who waits now."""

from __future__ import annotations

import time

from service.ops.reception import SLOW_S, WINDOW_S, Arrival, RecentWaits, arrival, waiting_since


def test_nothing_came_and_all_is_well() -> None:
    assert not RecentWaits().look(100.0, 0, None).suffers


def test_one_slow_report_in_many_is_no_trouble_and_several_are() -> None:
    waits = RecentWaits()
    for number in range(300):
        waits.note(100.0, 5 * SLOW_S if number < 2 else 0.01)
    assert not waits.look(100.0, 0, None).suffers
    for _ in range(10):
        waits.note(100.0, 5 * SLOW_S)
    found = waits.look(100.0, 0, None)
    assert found.suffers and found.p99_s == 5 * SLOW_S


def test_a_failure_is_told_for_a_minute() -> None:
    waits = RecentWaits()
    waits.note(100.0, 0.01, failed=True)
    assert waits.look(100.0 + WINDOW_S / 2, 0, None).failed == 1
    assert not waits.look(100.0 + WINDOW_S + 1, 0, None).suffers


def test_who_waits_now_counts_before_they_are_answered() -> None:
    assert not RecentWaits().look(100.0, 3, 100.0 - SLOW_S / 2).suffers
    found = RecentWaits().look(100.0, 3, 100.0 - 2 * SLOW_S)
    assert found.suffers and found.waiting == 3 and found.oldest_s == 2 * SLOW_S


def test_a_report_waits_since_its_request_came_but_for_what_the_client_took() -> None:
    token = arrival.set(Arrival(at_s=100.0, waited_s=7.0))
    try:
        assert waiting_since() == 107.0
    finally:
        arrival.reset(token)
    before = time.monotonic()
    assert before <= waiting_since() <= time.monotonic()
