"""Hosts that do not answer rest, others do not."""

from __future__ import annotations

from service.sending.breaker import FAILURES, MOST_HOSTS, REST_S, Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_host_rests_after_failures_in_a_row_and_no_other_does() -> None:
    breaker = Breaker(Clock())
    for _ in range(FAILURES - 1):
        breaker.silent("slow.example")
    assert not breaker.rests("slow.example")
    breaker.silent("slow.example")
    assert breaker.rests("slow.example")
    assert not breaker.rests("good.example")


def test_an_answer_forgives_everything() -> None:
    breaker = Breaker(Clock())
    for _ in range(FAILURES - 1):
        breaker.silent("slow.example")
    breaker.answered("slow.example")
    breaker.silent("slow.example")
    assert not breaker.rests("slow.example")


def test_after_its_rest_one_more_failure_is_enough() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.silent("slow.example")
    clock.now += REST_S
    assert not breaker.rests("slow.example")
    breaker.silent("slow.example")
    assert breaker.rests("slow.example")


def test_hosts_that_somebody_makes_up_fill_no_memory() -> None:
    breaker = Breaker(Clock())
    for number in range(MOST_HOSTS + 50):
        breaker.silent(f"{number}.example")
    assert len(breaker._failed) == MOST_HOSTS
