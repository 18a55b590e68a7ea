"""Old lists of results: each row once, marked, in every figure and in no effect."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.domain.city.city import load_calendar
from service.domain.city.office_lists import ImportCounts
from service.domain.city.reference import Reference
from service.domain.cleanups.old_results.imports import keep_old_results
from service.domain.cleanups.old_results.result_rows import OldCleanups, read_count, read_old_cleanups
from service.domain.cleanups.results import count_results
from service.domain.cleanups.spots.weekly_list import cells_of_cleanups
from service.domain.cleanups.views import CleanupFilter, list_cleanups
from service.errors import Forbidden, Invalid
from tests.support.cleanups.stage import CleanupStage
from tests.support.people import Cast
from tests.support.small_city import NOON

HEAD = ["STT", "Ngày tổ chức", "Địa điểm", "Số người", "Rác (kg)", "Số cây"]
YESTERDAY = NOON - timedelta(days=1)
ROWS = [
    ["SỔ THEO DÕI NGÀY CHỦ NHẬT XANH"],
    HEAD,
    ["1", "05/01/2025", "Bến thuyền", "120", "1.250 kg", ""],
    ["2", f"{YESTERDAY:%d/%m/%Y}", "Chợ cũ", "35 người", "12,5", "20"],
    ["3", "05/01/2025", "bến  thuyền", "80", "", ""],
    ["4", "31/02/2025", "Chợ", "5", "", ""],
    ["5", "06/01/2025", "", "5", "", ""],
    ["6", "07/01/2025", "Chợ", "0", "", ""],
    ["7", "08/01/2025", "Chợ", "năm", "", ""],
    ["8", "01/01/2099", "Chợ", "5", "", ""],
]


def read(stage: CleanupStage, rows: list[list[str]]) -> OldCleanups:
    calendar = load_calendar(stage.session, stage.reference)
    return read_old_cleanups(stage.reference, calendar, rows, calendar.local(stage.now).date())


def test_an_old_list_is_kept_once_and_counts_in_everything_but_effects(
    session: Session, reference: Reference, cast: Cast
) -> None:
    stage = CleanupStage(session, reference)
    found = read(stage, ROWS)
    assert [(each.row, each.people, each.kg, each.trees) for each in found.items] == [
        (3, 120, 1250, None),
        (4, 35, 12, 20),
    ]
    assert [row for row, _, _ in found.refused] == [5, 6, 7, 8, 9, 10]
    ctx = stage.ctx(cast.other_department)
    assert keep_old_results(ctx, "ward-W2", found.items) == ImportCounts(2, 0)
    assert keep_old_results(ctx, "ward-W2", found.items) == ImportCounts(0, 2)
    with pytest.raises(Forbidden):
        keep_old_results(stage.ctx(cast.department), "ward-W2", found.items)
    shown = list_cleanups(session, None, CleanupFilter(over=True))
    assert [(each.people, str(each.status), each.from_old) for each in shown] == [
        (35, "closed", True),
        (120, "closed", True),
    ]
    figures = count_results(ctx, YESTERDAY.date(), NOON.date())
    assert (figures.cleanups, figures.people, figures.kg, figures.trees) == (1, 35, 12, 20)
    assert cells_of_cleanups(session, NOON - timedelta(days=28)) == set()
    stage.make(cast.other_department)
    assert cells_of_cleanups(session, NOON - timedelta(days=28)) != set()


def test_a_list_without_its_columns_is_refused(session: Session, reference: Reference) -> None:
    for head in (["Ngày", "Số người"], ["Địa điểm", "Số người"], []):
        with pytest.raises(Invalid):
            read(CleanupStage(session, reference), [head, ["05/01/2025", "5"]])


@given(st.integers(0, 10**7), st.sampled_from(("{}", "{:,}", "{} kg", "{} người", "{}.0")))
def test_numbers_are_read_as_lists_write_them(number: int, form: str) -> None:
    written = form.format(number)
    assert read_count(written) == number
    assert read_count(written.replace(",", ".")) == number


@pytest.mark.parametrize(("text", "count"), [("", None), ("nhiều", -1), ("-5", -1), ("1.2", 1)])
def test_what_is_no_number_is_told(text: str, count: int | None) -> None:
    assert read_count(text) == count
