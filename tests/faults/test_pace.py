"""What the survival run makes of its measurements: deterministic, without the run."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from tests.faults.judge import CONTROL, MUST_BE_ZERO, Findings
from tests.faults.pace import ACCEPTED_S, GIVEN_UP_S, ROUTED_S, Pace, percentile, read_pace

QUICK = Pace(accepted_s=[0.1] * 200, routed_s=[0.4] * 200, reception_said=["ok"] * 3)


def well() -> Findings:
    """A run in which all went well."""
    findings = Findings(counts=dict.fromkeys(MUST_BE_ZERO, 0.0))
    findings.note(CONTROL, 1, QUICK)
    findings.note("relay killed", 2)
    return findings


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([1.0], 99, 1.0),
        (range(1, 101), 99, 99),
        (range(1, 101), 50, 50),
        (range(1, 1001), 99, 990),
        (range(99, 0, -1), 99, 99),
        ([3.0, 1.0, 2.0], 0, 1.0),
        ([], 99, GIVEN_UP_S),
    ],
)
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(
    values: list[float], percent: int, expected: float
) -> None:
    assert percentile(values, percent) == expected


def test_one_slow_report_in_a_hundred_is_allowed_two_are_not() -> None:
    assert Pace([0.1] * 99 + [9.0], [1.0]).kept
    assert not Pace([0.1] * 98 + [9.0] * 2, [1.0]).kept


def test_one_report_routed_late_is_too_much() -> None:
    assert Pace([0.1], [ROUTED_S]).kept
    assert not Pace([0.1] * 100, [0.1] * 99 + [ROUTED_S + 0.01]).kept


def test_what_was_measured_comes_back_as_it_was_printed() -> None:
    pace = Pace([0.1, 0.2], [0.3], {"503": 2}, ["ok", "late"])
    assert read_pace(json.dumps(asdict(pace))) == pace


@pytest.mark.parametrize("told", ["", "Traceback", "[]", '{"accepted": 1}', "null"])
def test_a_measuring_process_that_died_is_no_pace(told: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_pace(told)


def test_rounds_are_judged_together() -> None:
    findings = well()
    findings.note(CONTROL, 1, Pace([ACCEPTED_S + 1] * 50, [9.0], {"429": 1}, ["late"]))
    [pace] = findings.paces.values()
    assert len(pace.accepted_s) == 250
    assert pace.routed_max_s == 9.0
    assert pace.refused == {"429": 1}
    assert findings.hits[CONTROL] == 2


def test_a_run_in_which_all_went_well_breaks_nothing() -> None:
    assert well().broken() == []


@pytest.mark.parametrize("name", MUST_BE_ZERO)
def test_every_count_must_be_there_and_zero(name: str) -> None:
    findings = well()
    findings.counts[name] = 1
    assert findings.broken() == [f"{name} is 1"]
    del findings.counts[name]
    assert findings.broken() == [f"{name} was not counted"]


def test_other_counts_may_be_anything() -> None:
    findings = well()
    findings.counts |= {"accepted": 7, "retries": 3, "settled_s": 12.5}
    assert findings.broken() == []


def test_a_fault_that_hit_nothing_is_named() -> None:
    findings = well()
    findings.note("scheduler killed", 0)
    assert findings.broken() == ["scheduler killed: hit nothing, so it shows nothing"]


def test_a_fault_that_missed_in_one_round_is_told_though_it_hit_in_another() -> None:
    findings = well()
    findings.missed.append("relay killed: no process is called  relay")
    assert findings.broken() == ["missed: relay killed: no process is called  relay"]


@pytest.mark.parametrize(
    ("pace", "words"),
    [
        (Pace([2.0], [0.5], {}, ["late"]), ["accepted after 2.00 s"]),
        (Pace([0.1], [3.5], {}, ["ok"]), ["routed after 3.50 s"]),
        (Pace([0.1] * 200, [0.5], {"503": 1}, ["ok"]), ["refused: 1 by 503"]),
        (Pace([2.0], [0.5], {}, ["ok", "ok"]), ["accepted after", "/readyz did not say so"]),
        (Pace([], [], {}, []), ["accepted after", "routed after", "/readyz did not say so"]),
    ],
)
def test_a_pace_that_was_not_kept_is_told(pace: Pace, words: list[str]) -> None:
    findings = well()
    findings.note("sign-in flood", 1, pace)
    broken = findings.broken()
    assert len(broken) == len(words)
    assert all(word in told for word, told in zip(words, broken, strict=True))


def test_the_figures_hold_counts_hits_and_both_paces() -> None:
    figures = well().figures()
    assert figures["lost"] == 0
    assert figures["hits relay killed"] == 2
    assert figures[f"accepted_p99_s {CONTROL}"] == 0.1
    assert figures[f"routed_max_s {CONTROL}"] == 0.4
