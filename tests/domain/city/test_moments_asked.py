"""Answers that are a time: only those that every zone can show."""

from __future__ import annotations

import pytest

from service.domain.city.questions import AnswerFault, _datetime

QUESTION = {"code": "seen", "label": {"vi": "Thấy lúc nào?"}, "datatype": "datetime"}


@pytest.mark.parametrize(
    "said", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2026-05-04T08:30:00", "mai", 7]
)
def test_a_time_that_cannot_be_shown_is_refused(said: object) -> None:
    with pytest.raises(AnswerFault):
        _datetime(QUESTION, said)  # type: ignore[arg-type]
