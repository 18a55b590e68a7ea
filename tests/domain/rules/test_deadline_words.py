"""How a counted deadline is told, step by step."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.deadlines.clock import GrantedExtension, effective_due
from service.domain.deadlines.deadlines import UNITS, Term, compute_due
from service.domain.rules.deadline_words import all_step_words, duration_words, moment_words, term_words
from service.i18n import LANGUAGES, Language
from tests.domain.city.calendars import VIETNAM, at, hue
from tests.domain.deadlines.test_deadlines import RECEIVED, TERMS


def test_seven_working_days_from_a_saturday() -> None:
    steps = compute_due(Term("working_days", 7), at("2026-04-25 10:00"), hue()).steps
    assert all_step_words(steps, "vi") == [
        "Nhận lúc 10:00, thứ Bảy 25/04/2026",
        "Thứ Bảy 25/04/2026 là ngày nghỉ: tính là nhận ngày thứ Ba 28/04/2026",
        "Thứ Ba 28/04/2026: ngày nhận, không tính",
        "Thứ Tư 29/04/2026: ngày thứ 1",
        "Thứ Năm 30/04/2026: nghỉ (Ngày Chiến thắng), không tính",
        "Thứ Sáu 01/05/2026: nghỉ (Ngày Quốc tế Lao động), không tính",
        "Thứ Bảy 02/05/2026 – chủ nhật 03/05/2026: nghỉ, không tính",
        "Thứ Hai 04/05/2026 – thứ Sáu 08/05/2026: ngày thứ 2 đến 6",
        "Thứ Bảy 09/05/2026 – chủ nhật 10/05/2026: nghỉ, không tính",
        "Thứ Hai 11/05/2026: ngày thứ 7",
        "Hạn: 17:30, thứ Hai 11/05/2026",
    ]
    assert all_step_words(steps, "en")[1:5] == [
        "Sat 25 Apr 2026 is a day off: counts as received on Tue 28 Apr 2026",
        "Tue 28 Apr 2026: day of receipt, not counted",
        "Wed 29 Apr 2026: day 1",
        "Thu 30 Apr 2026: off (Liberation Day/Reunification Day), not counted",
    ]


def test_working_hours_and_a_moved_last_day() -> None:
    hours = compute_due(Term("working_hours", 5), at("2026-03-06 12:10"), hue()).steps
    assert all_step_words(hours, "vi")[1:] == [
        "Bắt đầu tính từ 13:30, thứ Sáu 06/03/2026",
        "Thứ Sáu 06/03/2026: 4 giờ làm việc, cộng lại 4 giờ",
        "Thứ Bảy 07/03/2026 – chủ nhật 08/03/2026: nghỉ, không tính",
        "Thứ Hai 09/03/2026: 1 giờ làm việc, cộng lại 5 giờ",
        "Hạn: 08:30, thứ Hai 09/03/2026",
    ]
    days = compute_due(Term("calendar_days", 5), at("2026-03-02 09:00"), hue()).steps
    assert all_step_words(days, "en")[2:] == [
        "Tue 3 Mar 2026 – Sat 7 Mar 2026: days 1 to 5",
        "Sat 7 Mar 2026 is a day off: moved to the next working day, Mon 9 Mar 2026",
        "Due: 24:00, Mon 9 Mar 2026",
    ]


def test_pauses_and_extensions() -> None:
    more = [GrantedExtension(Term("hours", 2), at("2026-03-02 09:30"))]
    pauses = [(at("2026-03-02 10:00"), at("2026-03-02 10:45")), (at("2026-03-02 11:00"), None)]
    state = effective_due(
        Term("hours", 1), at("2026-03-02 09:00"), pauses, more, hue(), at("2026-03-02 12:00")
    )
    assert all_step_words(state.steps, "vi")[1:] == [
        "1 giờ liên tục, cả ngày lẫn đêm",
        "Gia hạn 2 giờ: đến 12:00, thứ Hai 02/03/2026",
        "Tạm dừng từ 10:00, thứ Hai 02/03/2026: thêm 45 phút",
        "Hạn: 12:45, thứ Hai 02/03/2026",
        "Tạm dừng tính thời hạn từ 11:00, thứ Hai 02/03/2026",
    ]
    assert all_step_words(state.steps, "en")[-1] == "Deadline paused since 11:00, Mon 2 Mar 2026"


@pytest.mark.parametrize(
    ("minutes", "vi", "en"),
    [
        (0, "0 phút", "0 min"),
        (45, "45 phút", "45 min"),
        (60, "1 giờ", "1 h"),
        (150, "2 giờ 30 phút", "2 h 30 min"),
    ],
)
def test_durations_are_told_in_their_largest_units(minutes: int, vi: str, en: str) -> None:
    assert (duration_words(minutes, "vi"), duration_words(minutes, "en")) == (vi, en)


def test_terms_are_told_in_their_unit() -> None:
    assert [term_words(unit, 1, "en") for unit in UNITS] == [
        "1 hour",
        "1 working hour",
        "1 working day",
        "1 day",
    ]
    assert term_words("working_days", 7, "vi") == "7 ngày làm việc"


def test_the_last_second_is_told_as_the_days_end() -> None:
    assert moment_words(at("2026-03-09 23:59:59"), "vi") == "24:00, thứ Hai 09/03/2026"


@given(TERMS, RECEIVED, st.sampled_from(LANGUAGES))
def test_every_step_has_its_sentence(term: Term, received: datetime, language: Language) -> None:
    steps = compute_due(term, received.replace(tzinfo=VIETNAM), hue()).steps
    for sentence in all_step_words(steps, language):
        assert sentence == sentence.strip()
        assert not set("{}") & set(sentence)
