"""Pauses, extensions and colours: real cases, laws that must hold, and a slow count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.domain.city.calendar import Calendar
from service.domain.deadlines.clock import (
    Clock,
    DueState,
    GrantedExtension,
    Pause,
    effective_due,
    first_due,
    refuse_extension,
)
from service.domain.deadlines.deadlines import ExtensionLimit, Term, compute_due
from tests.domain.city.calendars import CHICAGO, VIETNAM, at, chicago, hue, local
from tests.domain.deadlines import oracle
from tests.domain.deadlines.test_deadlines import RECEIVED, TERMS
from tests.examples import examples

STANDARD = Term("working_days", 7)
MONDAY = at("2026-03-02 09:00")  # standard: due on Wednesday 11 March, 17:30
LONG_AFTER = at("2029-01-01 00:00")
HOUR = ("2026-03-03 08:00", "2026-03-03 09:00")
ALL_NIGHT = ("2026-03-03 17:30", "2026-03-04 07:30")


def _state(
    term: Term,
    *pauses: tuple[str, str | None],
    now: str = "2027-01-01 00:00",
    extensions: Sequence[GrantedExtension] = (),
) -> DueState:
    moments = [(at(begin), at(end) if end else None) for begin, end in pauses]
    return effective_due(term, MONDAY, moments, extensions, hue(), at(now))


@pytest.mark.parametrize(
    ("pauses", "ends"),
    [
        ([], "2026-03-11 17:30"),
        ([ALL_NIGHT], "2026-03-11 17:30"),
        ([("2026-03-06 17:30", "2026-03-09 07:30")], "2026-03-11 17:30"),  # the weekend
        ([("2026-03-02 10:00", "2026-03-02 16:00")], "2026-03-11 17:30"),  # on the day of receipt
        ([("2026-03-03 08:00", "2026-03-03 08:01")], "2026-03-12 17:30"),  # a minute: to the end of the day
        ([("2026-03-03 10:00", "2026-03-04 10:00")], "2026-03-12 17:30"),  # eight hours: one day
        ([("2026-03-03 10:00", "2026-03-04 10:01")], "2026-03-13 17:30"),
        ([("2026-03-06 10:00", "2026-03-09 10:00")], "2026-03-12 17:30"),  # over a weekend: the same
        (
            [("2026-03-03 08:00", "2026-03-03 09:00"), ("2026-03-05 08:00", "2026-03-05 09:00")],
            "2026-03-12 17:30",
        ),
        ([("2026-03-11 17:29", "2026-03-20 09:00")], "2026-03-20 17:30"),  # with a minute left
        ([("2026-03-11 17:30", "2026-03-20 09:00")], "2026-03-11 17:30"),  # nothing left
        ([("2026-03-11 18:00", "2026-03-20 09:00")], "2026-03-11 17:30"),  # late before it
        # The first pause moves the end to 12 March, 17:30; the second begins before that.
        (
            [("2026-03-03 08:00", "2026-03-03 09:00"), ("2026-03-12 11:00", "2026-03-13 11:00")],
            "2026-03-13 17:30",
        ),
    ],
)
def test_pauses_of_working_days(pauses: list[tuple[str, str]], ends: str) -> None:
    assert local(_state(STANDARD, *pauses).at) == ends


@pytest.mark.parametrize(
    ("term", "pause", "ends"),
    [
        (Term("hours", 4), ("2026-03-02 10:00", "2026-03-02 10:30"), "2026-03-02 13:30"),
        (Term("hours", 4), ("2026-03-02 08:00", "2026-03-02 09:30"), "2026-03-02 13:30"),
        (Term("hours", 4), ("2026-03-02 13:00", "2026-03-03 13:00"), "2026-03-02 13:00"),
        (Term("working_hours", 8), ("2026-03-02 11:00", "2026-03-02 14:00"), "2026-03-03 10:00"),
        (Term("working_hours", 8), ("2026-03-02 11:30", "2026-03-02 13:30"), "2026-03-03 09:00"),
        (Term("working_hours", 8), ("2026-03-02 17:30", "2026-03-03 07:30"), "2026-03-03 09:00"),
        (Term("calendar_days", 3), ("2026-03-03 10:00", "2026-03-04 10:00"), "2026-03-06 23:59:59"),
        (Term("calendar_days", 3), ("2026-03-03 10:00", "2026-03-04 10:01"), "2026-03-09 23:59:59"),
        (Term("calendar_days", 3), ("2026-03-02 10:00", "2026-03-02 23:00"), "2026-03-05 23:59:59"),
        (Term("calendar_days", 3), ("2026-03-05 12:00", "2026-04-28 12:00"), "2026-04-28 23:59:59"),
        (Term("calendar_days", 3), ("2026-03-05 12:00", "2026-04-29 11:00"), "2026-04-29 23:59:59"),
        (Term("calendar_days", 3), ("2026-03-05 12:00", "2026-04-30 12:00"), "2026-05-04 23:59:59"),
    ],
)
def test_pauses_of_other_terms(term: Term, pause: tuple[str, str], ends: str) -> None:
    assert local(_state(term, pause).at) == ends


def test_a_pause_over_daylight_saving() -> None:
    """From noon to noon: 23 hours on the clock that runs, a day on the wall."""
    received = at("2026-03-05 12:00", CHICAGO)
    pause = (at("2026-03-07 12:00", CHICAGO), at("2026-03-08 12:00", CHICAGO))
    after = at("2026-05-01 00:00", CHICAGO)

    def ends(term: Term) -> str:
        return local(effective_due(term, received, [pause], [], chicago(), after).at)

    assert ends(Term("hours", 72)) == "2026-03-09 12:00"
    assert ends(Term("calendar_days", 5)) == "2026-03-11 23:59:59"


def test_pauses_in_the_repeated_hour_are_told_apart() -> None:
    """1:30 comes twice on 1 November; from the first to the second is an hour, the other way nothing."""
    received = at("2026-11-01 00:30", CHICAGO)
    first = at("2026-11-01 01:30", CHICAGO)
    second = first.replace(fold=1)
    after = at("2026-12-01 00:00", CHICAGO)
    for pause, ends in (((first, second), "2026-11-01 04:30"), ((second, first), "2026-11-01 03:30")):
        assert local(effective_due(Term("hours", 4), received, [pause], [], chicago(), after).at) == ends


def test_a_pause_that_ends_before_it_begins_moves_nothing() -> None:
    backwards = ("2026-03-05 10:00", "2026-03-03 10:00")
    assert local(_state(STANDARD, backwards).at) == "2026-03-11 17:30"


@pytest.mark.parametrize("place", range(5))
def test_times_without_zone_are_refused(place: int) -> None:
    times = [MONDAY] * 5
    times[place] = MONDAY.replace(tzinfo=None)
    received, begin, end, granted, now = times
    with pytest.raises(ValueError, match="without zone"):
        effective_due(STANDARD, received, [(begin, end)], [GrantedExtension(STANDARD, granted)], hue(), now)


def test_extensions_begin_where_the_term_ended() -> None:
    more = [GrantedExtension(Term("working_days", 3), at("2026-03-10 10:00"))]
    assert local(_state(STANDARD, extensions=more).at) == "2026-03-16 17:30"
    hours = [GrantedExtension(Term("hours", 2), at("2026-03-02 12:30"))]
    assert local(_state(Term("hours", 4), extensions=hours).at) == "2026-03-02 15:00"


def test_extensions_of_other_units_in_the_order_granted() -> None:
    first = GrantedExtension(Term("working_days", 1), at("2026-03-03 10:00"))
    second = GrantedExtension(Term("hours", 4), at("2026-03-04 10:00"))
    assert local(_state(STANDARD, extensions=[second, first]).at) == "2026-03-12 21:30"


def test_a_pause_counts_until_the_extended_end() -> None:
    more = [GrantedExtension(Term("working_days", 1), at("2026-03-11 10:00"))]
    pause = ("2026-03-12 08:00", "2026-03-13 08:00")
    assert local(_state(STANDARD, pause, extensions=more).at) == "2026-03-13 17:30"
    assert local(_state(STANDARD, pause).at) == "2026-03-11 17:30"


def test_what_happens_later_does_not_change_how_it_stood() -> None:
    more = [GrantedExtension(Term("working_days", 5), at("2026-03-12 10:00"))]
    before = _state(STANDARD, ("2026-03-12 08:00", None), now="2026-03-12 07:00", extensions=more)
    assert (local(before.at), before.colour, before.paused) == ("2026-03-11 17:30", "red", False)


@pytest.mark.parametrize(
    ("now", "colour"),
    [
        ("2026-03-02 09:00", "green"),
        ("2026-03-10 10:59", "green"),
        ("2026-03-10 11:00", "amber"),
        ("2026-03-11 17:30", "amber"),
        ("2026-03-11 17:31", "red"),
    ],
)
def test_the_colour_follows_the_share_of_the_time_that_is_used(now: str, colour: str) -> None:
    """6.5 hours are left of the Monday, then seven days of eight: 62.5 working hours; 80 % are 50."""
    assert _state(STANDARD, now=now).colour == colour


def test_the_figures_of_a_running_clock() -> None:
    state = _state(STANDARD, now="2026-03-10 17:30")
    assert state.remaining == timedelta(hours=8)
    assert state.used_ratio == pytest.approx((62.5 - 8) / 62.5)
    assert not state.paused


def test_a_late_one_has_less_than_nothing_left() -> None:
    state = _state(Term("hours", 4), now="2026-03-02 15:00")
    assert (state.colour, state.remaining, state.used_ratio) == ("red", timedelta(hours=-2), 1.5)


def test_while_waiting_everything_stands_as_it_was() -> None:
    begun = _state(STANDARD, ("2026-03-06 10:00", None), now="2026-03-06 10:00")
    later = _state(STANDARD, ("2026-03-06 10:00", None), now="2026-06-06 10:00")
    assert begun == later
    assert (later.paused, later.colour, local(later.at)) == (True, "green", "2026-03-11 17:30")


def test_who_is_late_already_stays_late_while_waiting() -> None:
    state = _state(STANDARD, ("2026-03-12 10:00", None), now="2026-06-06 10:00")
    assert (state.paused, state.colour) == (True, "red")


def test_a_pause_can_turn_amber_back_to_green() -> None:
    """The end moves to the end of a day, so a part of the time is free again."""
    amber = _state(STANDARD, now="2026-03-10 15:00")
    after = _state(STANDARD, ("2026-03-10 15:00", "2026-03-10 15:10"), now="2026-03-10 15:10")
    assert (amber.colour, after.colour) == ("amber", "green")


def test_the_explanation_names_extensions_pauses_and_the_end() -> None:
    more = [GrantedExtension(Term("working_days", 1), at("2026-03-11 10:00"))]
    pauses = (ALL_NIGHT, ("2026-03-05 08:00", "2026-03-05 09:30"), ("2026-03-06 08:00", None))
    state = _state(STANDARD, *pauses, extensions=more, now="2026-03-12 10:00")
    told = [(step.kind, step.at and local(step.at), step.first) for step in state.steps[-4:]]
    assert told == [
        ("extended", "2026-03-12 17:30", 1),
        ("paused", "2026-03-05 08:00", 90),
        ("due", "2026-03-13 17:30", 0),
        ("stands", "2026-03-06 08:00", 0),
    ]


class _Event(NamedTuple):
    type: str
    at: datetime
    status: str
    data: dict[str, object]


def _event(kind: str, when: str, status: str, **data: object) -> _Event:
    return _Event(kind, at(when), status, data)


LIFE = [
    _event("report.received", "2026-03-02 09:00", "received"),
    _event("report.assigned", "2026-03-02 09:01", "assigned"),
    _event("report.accepted", "2026-03-02 10:00", "in_progress"),
    _event("report.waiting", "2026-03-03 08:00", "waiting"),
    _event("comment.added", "2026-03-03 10:00", "waiting"),
    _event("report.resumed", "2026-03-03 11:00", "in_progress"),
    _event("report.extended", "2026-03-04 08:00", "in_progress", unit="working_days", amount=2, reason="mưa"),
    _event("report.waiting", "2026-03-05 08:00", "waiting"),
]


def test_the_clock_reads_its_pauses_and_extensions_from_events() -> None:
    assert Clock.from_events(LIFE) == Clock(
        pauses=((at("2026-03-03 08:00"), at("2026-03-03 11:00")), (at("2026-03-05 08:00"), None)),
        extensions=(GrantedExtension(Term("working_days", 2), at("2026-03-04 08:00")),),
    )
    assert Clock.from_events([]) == Clock()


def test_the_clocks_state_is_that_of_its_parts() -> None:
    clock, now = Clock.from_events(LIFE), at("2026-03-09 08:00")
    expected = effective_due(STANDARD, MONDAY, clock.pauses, clock.extensions, hue(), now)
    assert clock.state(STANDARD, MONDAY, hue(), now) == expected


def test_a_reopened_report_has_a_new_term() -> None:
    again = _event("report.reopened", "2026-06-01 09:00", "in_progress")
    clock = Clock.from_events([*LIFE[:-1], _event("report.closed", "2026-03-06 08:00", "closed"), again])
    assert clock == Clock(restarted_at=again.at)
    state = clock.state(STANDARD, MONDAY, hue(), at("2026-06-01 10:00"))
    assert (local(state.at), state.colour) == ("2026-06-10 17:30", "green")


@pytest.mark.parametrize(
    ("limit", "granted", "wanted", "refusal"),
    [
        (ExtensionLimit(), [], Term("working_days", 1), "too_often"),
        (ExtensionLimit(1), [], Term("working_days", 99), None),
        (ExtensionLimit(2), [3, 3], Term("working_days", 1), "too_often"),
        (ExtensionLimit(2, Term("working_days", 5)), [3], Term("working_days", 2), None),
        (ExtensionLimit(2, Term("working_days", 5)), [3], Term("working_days", 3), "too_long"),
        (ExtensionLimit(2, Term("working_days", 5)), [], Term("hours", 1), "other_unit"),
    ],
)
def test_limits_of_extensions(
    limit: ExtensionLimit, granted: list[int], wanted: Term, refusal: str | None
) -> None:
    before = [GrantedExtension(Term("working_days", days), MONDAY) for days in granted]
    assert refuse_extension(limit, before, wanted) == refusal


# Laws. Pauses are drawn around the term, on whole minutes, all over by the time of looking.


def _pauses(most: int = 4) -> st.SearchStrategy[list[tuple[int, int]]]:
    return st.lists(st.tuples(st.integers(-600, 60 * 24 * 20), st.integers(1, 60 * 24 * 3)), max_size=most)


def _placed(received: datetime, drawn: list[tuple[int, int]]) -> list[tuple[datetime, datetime]]:
    """In real time: wall-clock arithmetic would invent hours that daylight saving leaves out."""
    start = received.astimezone(UTC) if received.tzinfo else received
    return [
        (start + timedelta(minutes=begin), start + timedelta(minutes=begin + length))
        for begin, length in drawn
    ]


def _ends(
    term: Term, received: datetime, pauses: Sequence[Pause], calendar: Calendar | None = None
) -> datetime:
    return effective_due(term, received, pauses, [], calendar or hue(), LONG_AFTER).at


WORKING_TERMS = TERMS.filter(lambda term: term.unit.startswith("working"))
ZONED = RECEIVED.map(lambda moment: moment.replace(tzinfo=VIETNAM))


@settings(max_examples=examples(100))
@given(TERMS, RECEIVED, _pauses())
def test_equals_the_slow_count(term: Term, received: datetime, drawn: list[tuple[int, int]]) -> None:
    pauses = _placed(received, drawn)
    zoned = [(begin.replace(tzinfo=VIETNAM), end.replace(tzinfo=VIETNAM)) for begin, end in pauses]
    expected = oracle.effective(term.unit, term.amount, received, pauses)
    if term.unit == "calendar_days":
        expected -= timedelta(seconds=1)
    assert _ends(term, received.replace(tzinfo=VIETNAM), zoned).replace(tzinfo=None) == expected


@given(TERMS, ZONED, st.sampled_from([hue(), chicago()]), st.floats(0.05, 1))
def test_the_first_deadline_is_that_of_an_untouched_clock(
    term: Term, received: datetime, calendar: Calendar, amber_ratio: float
) -> None:
    state = effective_due(term, received, [], [], calendar, LONG_AFTER, amber_ratio)
    assert first_due(term, received, calendar, amber_ratio) == (state.at, state.amber_at)


@given(TERMS, ZONED, _pauses(), _pauses(1))
def test_a_pause_never_brings_the_end_nearer(
    term: Term, received: datetime, drawn: list[tuple[int, int]], more: list[tuple[int, int]]
) -> None:
    assert _ends(term, received, _placed(received, drawn)) <= _ends(
        term, received, _placed(received, drawn + more)
    )


@given(TERMS, st.data(), _pauses())
def test_a_pause_never_brings_the_end_nearer_across_daylight_saving(
    term: Term, data: st.DataObject, drawn: list[tuple[int, int]]
) -> None:
    change = data.draw(st.sampled_from([at("2026-03-08 00:00", CHICAGO), at("2026-11-01 00:00", CHICAGO)]))
    received = change - timedelta(minutes=data.draw(st.integers(0, 60 * 24 * 10)))
    plain = compute_due(term, received, chicago()).at
    assert plain <= _ends(term, received, _placed(received, drawn), chicago())


@given(TERMS, ZONED, _pauses(), st.randoms(use_true_random=False))
def test_the_order_of_pauses_is_nothing(
    term: Term, received: datetime, drawn: list[tuple[int, int]], chance: Any
) -> None:
    shuffled = list(drawn)
    chance.shuffle(shuffled)
    assert _ends(term, received, _placed(received, drawn)) == _ends(
        term, received, _placed(received, shuffled)
    )


@given(TERMS, ZONED, _pauses(), st.integers(-600, 60 * 24 * 20), st.integers(1, 60 * 24))
def test_two_adjacent_pauses_are_one(
    term: Term, received: datetime, drawn: list[tuple[int, int]], begin: int, half: int
) -> None:
    whole = _placed(received, [*drawn, (begin, 2 * half)])
    halves = _placed(received, [*drawn, (begin, half), (begin + half, half)])
    assert _ends(term, received, whole) == _ends(term, received, halves)


@given(WORKING_TERMS, ZONED, st.integers(0, 20), st.data())
def test_a_pause_outside_working_time_moves_no_working_term(
    term: Term, received: datetime, day: int, data: st.DataObject
) -> None:
    closes = hue().closing(hue().next_working_day(received.date() + timedelta(days=day)))
    opens = hue().working_intervals(hue().next_working_day(closes.date()))[0][0]
    span = (opens - closes) // timedelta(minutes=1)
    begin = data.draw(st.integers(0, span))
    end = data.draw(st.integers(begin, span))
    pause = (closes + timedelta(minutes=begin), closes + timedelta(minutes=end))
    assert _ends(term, received, [pause]) == compute_due(term, received, hue()).at


@given(TERMS, TERMS, ZONED, _pauses())
def test_an_extension_never_brings_the_end_nearer(
    term: Term, more: Term, received: datetime, drawn: list[tuple[int, int]]
) -> None:
    pauses = _placed(received, drawn)
    extended = effective_due(term, received, pauses, [GrantedExtension(more, received)], hue(), LONG_AFTER).at
    plain = _ends(term, received, pauses)
    assert extended >= plain
    if more.unit == term.unit != "calendar_days":  # a calendar day more may fall on the same weekend
        assert extended > plain


@given(TERMS, ZONED, _pauses(), st.integers(0, 60 * 24 * 40), st.integers(0, 600))
def test_time_only_uses_the_term_up(
    term: Term, received: datetime, drawn: list[tuple[int, int]], first: int, later: int
) -> None:
    """Between two looks without a pause in between, what is used grows and what is left shrinks."""
    quiet = received + timedelta(minutes=first)
    pauses = [(b, e) for b, e in _placed(received, drawn) if e <= quiet]
    one = effective_due(term, received, pauses, [], hue(), quiet)
    two = effective_due(term, received, pauses, [], hue(), quiet + timedelta(minutes=later))
    assert one.used_ratio <= two.used_ratio
    assert one.remaining >= two.remaining
    assert ["green", "amber", "red"].index(one.colour) <= ["green", "amber", "red"].index(two.colour)


@given(TERMS, ZONED, _pauses())
def test_amber_begins_at_four_fifths(term: Term, received: datetime, drawn: list[tuple[int, int]]) -> None:
    pauses = _placed(received, drawn)
    after = effective_due(term, received, pauses, [], hue(), LONG_AFTER)
    assert received < after.amber_at < after.at
    assume(all(end <= after.amber_at or begin >= after.at for begin, end in pauses))
    at_amber = effective_due(term, received, pauses, [], hue(), after.amber_at)
    assert at_amber.used_ratio == pytest.approx(0.8)
