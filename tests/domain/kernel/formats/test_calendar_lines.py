"""Lines of iCalendar files: read back as they were written, whatever people wrote."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from service.domain.kernel.formats.calendar_lines import (
    LONGEST,
    calendar_bytes,
    deadline_lines,
    escape_text,
    utc_moment,
)


def read_back(text: str) -> str:
    """Return an escaped value as a reader of RFC 5545 has it."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=200))
def test_whatever_is_written_is_read_back_and_no_line_is_too_long(words: str) -> None:
    file = calendar_bytes("tests", words, [f"SUMMARY:{escape_text(words)}"])
    physical = file.split(b"\r\n")
    assert physical.pop() == b"" and all(physical)
    assert max(map(len, physical)) <= LONGEST
    assert all(each.decode() for each in physical)  # no letter is cut in two
    assert not any(each < 32 and each != 9 for each in b"".join(physical))
    logical = file.decode().replace("\r\n ", "").split("\r\n")
    assert (len(logical), logical[-2]) == (9, "END:VCALENDAR")
    kept = "".join(
        each for each in words.replace("\r\n", "\n").replace("\r", "\n") if each >= " " or each in "\t\n"
    )
    for name, line in zip(("X-WR-CALNAME", "SUMMARY"), logical[5:7], strict=True):
        assert read_back(line.removeprefix(f"{name}:")) == kept.replace("\x7f", "")


def test_separators_are_escaped_and_times_are_utc() -> None:
    assert escape_text("a\\b;c,d\ne\rf") == "a\\\\b\\;c\\,d\\ne\\nf"
    here = datetime(2026, 5, 4, 6, 30, tzinfo=timezone(timedelta(hours=7)))
    assert utc_moment(here) == "20260503T233000Z"


def test_a_deadline_at_the_end_of_a_day_is_that_day_and_not_the_next() -> None:
    night = datetime(2026, 12, 20, 16, 59, 59, tzinfo=UTC)
    assert list(deadline_lines(night, "Asia/Ho_Chi_Minh")) == ["DTSTART;VALUE=DATE:20261220"]
    evening = datetime(2026, 12, 20, 9, 30, tzinfo=UTC)
    lines = ["DTSTART:20261220T093000Z", "DURATION:PT30M"]
    assert list(deadline_lines(evening, "Asia/Ho_Chi_Minh")) == lines
