"""Times as plans write them, and what comes again."""

from __future__ import annotations

from datetime import date

import pytest

from service.domain.plans.imports.repeats import understand_repeats
from service.domain.plans.imports.times import understand_time

FIRST_FRIDAY, FIRST_WEEK = "FREQ=MONTHLY;BYDAY=1FR", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=-2,-1,1,2,3,4,5"


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("20/01/2019", "2019-01-20", "2019-01-20"),
        ("15.6.26", "2026-06-15", "2026-06-15"),
        ("20 /01/ 2026", "2026-01-20", "2026-01-20"),
        ("03/2019", "2019-03-01", "2019-03-31"),
        ("T6/2026", "2026-06-01", "2026-06-30"),
        ("Từ 01/2019 – 12/2019", "2019-01-01", "2019-12-31"),
        ("Quý II/2026", "2026-04-01", "2026-06-30"),
        ("Quý II, III năm 2026", "2026-04-01", "2026-09-30"),
        ("Từ quý I đến quý III/2026", "2026-01-01", "2026-09-30"),
        ("trước 15/9", None, "2026-09-15"),
        ("Hoàn thành trước ngày 15/6", None, "2026-06-15"),
        ("Đến hết ngày 20/12/2027", None, "2027-12-20"),
        ("Trong tháng 6 và tháng 7 năm 2026", "2026-06-01", "2026-07-31"),
        ("tháng 3 đến tháng 5/2026", "2026-03-01", "2026-05-31"),
        ("01-15/6/2026", "2026-06-01", "2026-06-15"),
        ("từ ngày 25/5 đến hết 05/6/2026", "2026-05-25", "2026-06-05"),
        ("25/12 - 05/01/2027", "2026-12-25", "2027-01-05"),
        ("tháng 12/2025 - 02/2026", "2025-12-01", "2026-02-28"),
        ("7 giờ 30 phút, ngày 06/6/2026 (thứ bảy)", "2026-06-06", "2026-06-06"),
        ("6 tháng đầu năm 2026", "2026-01-01", "2026-06-30"),
        ("Giai đoạn 2026 - 2030", "2026-01-01", "2030-12-31"),
        ("Ngày mùng năm tháng Sáu", "2026-06-05", "2026-06-05"),
        ("tháng Năm năm 2026", "2026-05-01", "2026-05-31"),
        ("quý hai năm 2026", "2026-04-01", "2026-06-30"),
        ("từ mùng một đến mùng năm tháng hai", "2026-02-01", "2026-02-05"),
        ("từ ngày mười đến hết ngày hai mươi tháng ba", "2026-03-10", "2026-03-20"),
        ("Mười lăm tháng sáu năm 2026", "2026-06-15", "2026-06-15"),
        ("trước ba mươi tháng 9", None, "2026-09-30"),
        ("T5-T7/2026", "2026-05-01", "2026-07-31"),
        ("T2, T3/2026", "2026-02-01", "2026-03-31"),
        ("15h00 ngày 20/5/2026", "2026-05-20", "2026-05-20"),
        ("Quý tư/2026", "2026-10-01", "2026-12-31"),
        ("sáu tháng cuối năm", "2026-07-01", "2026-12-31"),
        ("nửa đầu năm 2026", "2026-01-01", "2026-06-30"),
        ("Q3-2026", "2026-07-01", "2026-09-30"),
        ("QII/2026", "2026-04-01", "2026-06-30"),
        ("Th.6/2026", "2026-06-01", "2026-06-30"),
        ("Tháng 7-8/2026", "2026-07-01", "2026-08-31"),
        ("Thứ 2, 01/6/2026", "2026-06-01", "2026-06-01"),
        ("Chủ nhật (07/6/2026)", "2026-06-07", "2026-06-07"),
        (
            "ngày mười lăm tháng chín năm hai nghìn không trăm hai mươi bảy",
            "2027-09-15",
            "2027-09-15",
        ),
    ],
)
def test_these_words_are_a_clear_time(words: str, first: str | None, last: str) -> None:
    when = understand_time(words, 2026)
    assert when.clear
    assert when.span.first == (date.fromisoformat(first) if first else None)
    assert when.span.last == date.fromisoformat(last)


@pytest.mark.parametrize("words", ["mỗi quý một lần", "mỗi quý 1 lần", "quý 1 lần"])
def test_once_a_quarter_is_no_quarter(words: str) -> None:
    assert understand_time(words, 2026).span.last is None
    found = understand_repeats(words)
    assert found is not None and found.rules == ("FREQ=MONTHLY;INTERVAL=3",)


def test_always_is_the_whole_time_of_the_plan() -> None:
    for words in ("Thường xuyên", "Cả năm", "hằng ngày, thường xuyên"):
        when = understand_time(words, 2026)
        assert when.clear and when.always and when.span.last is None


@pytest.mark.parametrize(
    "words",
    [
        "",
        "cuối năm 2026",
        "đầu tháng 6/2026",
        "Sau khi có hướng dẫn",
        "Từ tháng 3/2026",
        "Tháng 3, 9/2026",
        "Sớm",
        "tháng Giêng",
        "Trước rằm tháng bảy",
        "15/8/2026 âm lịch",
        "7-8/2026",
        "KH12-2026",
        "Quận 1, 2026",
    ],
)
def test_what_is_vague_is_never_taken_for_clear(words: str) -> None:
    assert not understand_time(words, 2026).clear


def test_days_that_do_not_exist_and_ends_before_beginnings() -> None:
    assert understand_time("31/02/2026", 2026).fault_words == "31/02/2026"
    turned = understand_time("15/6/2026 - 01/6/2026", 2026)
    assert turned.fault and not turned.clear
    before = understand_time("Trước tháng 6/2026", 2026)
    assert [span.last for span in before.choices] == [date(2026, 5, 31), date(2026, 6, 30)]


@pytest.mark.parametrize("words", ["Thứ 3, 01/6/2026", "06/6/2026 (chủ nhật)", "thứ bảy ngày 7/6/2026"])
def test_a_day_beside_the_wrong_weekday_is_asked_for(words: str) -> None:
    when = understand_time(words, 2026)
    assert (when.clear, when.fault_words) == (False, words)


def test_a_year_nobody_names_is_asked_for() -> None:
    assert not understand_time("trước 15/9", 2026, known=False).clear
    assert understand_time("trước 15/9/2026", 2026, known=False).clear


@pytest.mark.parametrize(
    ("words", "rule", "time"),
    [
        ("hàng tháng", "FREQ=MONTHLY", None),
        ("Hằng quý", "FREQ=MONTHLY;INTERVAL=3", None),
        ("6 tháng 1 lần", "FREQ=MONTHLY;INTERVAL=6", None),
        ("Trước ngày 20 hàng tháng", "FREQ=MONTHLY;BYMONTHDAY=20", None),
        ("7h30 Chủ nhật hàng tuần", "FREQ=WEEKLY;BYDAY=SU", "07:30"),
        ("thứ Sáu đầu tiên hàng tháng", FIRST_FRIDAY, None),
        ("thứ sáu cuối cùng hàng tháng", "FREQ=MONTHLY;BYDAY=-1FR", None),
        ("ba tháng một lần", "FREQ=MONTHLY;INTERVAL=3", None),
        ("02 tuần/lần", "FREQ=WEEKLY;INTERVAL=2", None),
        ("1 lần/2 tháng", "FREQ=MONTHLY;INTERVAL=2", None),
        ("Ngày 05/6 hằng năm", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=5", None),
    ],
)
def test_what_comes_again(words: str, rule: str, time: str | None) -> None:
    found = understand_repeats(words)
    assert found is not None and found.clear
    assert (found.rules, found.time) == ((rule,), time)


def test_so_many_times_in_a_month_are_asked_for() -> None:
    for words in ("2 lần/tháng", "mỗi tháng 02 lần", "hàng tháng ít nhất hai lần"):
        found = understand_repeats(words)
        assert found is not None and not found.clear and found.rules == ("FREQ=MONTHLY",), words


def test_the_first_week_has_two_readings() -> None:
    for words in (
        "mỗi tháng 1 lần, lúc 16h30’ chiều thứ 6 tuấn đầu tháng",
        "16:30 thứ Sáu của tuần đầu tiên hàng tháng",
    ):
        found = understand_repeats(words)
        assert found is not None and not found.clear
        assert (found.rules, found.time) == ((FIRST_FRIDAY, FIRST_WEEK), "16:30")
    assert understand_repeats("Công tác thường xuyên, tiếp nhận 24/24 giờ, 7 ngày/tuần") is None
