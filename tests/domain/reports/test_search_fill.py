"""What is worked out for a routed report is what `report_search` says, however its words were typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.queries.conditions import text_condition
from service.domain.reports.filters import Filters
from service.models import Report
from tests.support.factories import make_report

WORDS = (
    "Rác trước chợ Đông Ba, ĐÃ BA HÔM",
    unicodedata.normalize("NFD", "Rác trước chợ Đông Ba, ĐÃ BA HÔM"),
    "",
    "Gọi 0905 123 456 hoặc 0905.123.457",
    "İstanbul ẞ straße ﬁ Ⅷ ①",
    "rác\u0323\u0301 \u1100\u1161 🚮",
)


def filled(session: Session, report: Report) -> tuple[str, str]:
    """`search` as it is and as it should be."""
    without = func.report_search(
        Report.code, func.without_numbers(Report.description), func.without_numbers(Report.address)
    )
    is_so, should_be = session.execute(select(Report.search, without).where(Report.id == report.id)).one()
    assert is_so
    return is_so, str(should_be)


@pytest.mark.parametrize("words", WORDS)
def test_as_the_function_says(session: Session, reference: Reference, words: str) -> None:
    report = make_report(session, reference, "assigned", description=words, address=f"12 {words}")
    session.flush()
    is_so, should_be = filled(session, report)
    assert is_so == should_be
    inside = session.scalar(
        select(func.report_search(Report.code, Report.description, Report.address)).where(
            Report.id == report.id
        )
    )
    has_number = "0905" in words
    assert session.scalar(select(Report.search_inside).where(Report.id == report.id)) == (
        inside if has_number else None
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60))
def test_as_the_function_says_of_anything(session: Session, reference: Reference, words: str) -> None:
    report = make_report(session, reference, "assigned", description=words)
    session.flush()
    is_so, should_be = filled(session, report)
    assert is_so == should_be


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Cột treo bảng ở ngã-ba Chi Lăng", "ngã ba"),
        ("Cột treo bảng ở ngã ba Chi Lăng", "ngã-ba"),
        ("Cột treo bảng ở ngã\u2011ba Chi Lăng", "nga-ba chi lang"),
        ("Đoạn An Cựu - Phú Cam", "an cựu-phú cam"),
        ("Nhà 12-14 Lê Lợi", "12-14"),
    ],
)
def test_a_hyphen_keeps_nobody_from_finding(
    session: Session, reference: Reference, written: str, asked: str
) -> None:
    report = make_report(session, reference, "assigned", description=written)
    session.flush()
    found = select(Report.id).where(text_condition(Filters(words=asked)), Report.id == report.id)
    assert session.scalar(found) == report.id
