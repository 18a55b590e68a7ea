"""Days of works: those that working time is counted to, and none centuries away."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from service.domain.cleanups.forms import SeriesChange
from service.domain.surveys.forms import PointsChange
from service.domain.works.forms import Day, NewWork, StepData

WORK = {"id": uuid4(), "title": "Dọn kênh", "lead": "city-cables", "due": "2026-03-02"}


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    ("form", "name", "sent"),
    [
        (NewWork, "due", WORK),
        (NewWork, "starts", WORK),
        (StepData, "appear_by", {}),
        (StepData, "agreed", {}),
        (PointsChange, "last", {}),
        (SeriesChange, "first", {"version": 1}),
    ],
)
def test_a_day_centuries_away_is_refused_by_its_field(
    form: type[BaseModel], name: str, sent: dict[str, object], day: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        form.model_validate({**sent, name: day})
    [wrong] = refused.value.errors()
    assert (wrong["loc"], str(wrong["ctx"]["error"])) == ((name,), "Ngày này quá xa.")


@pytest.mark.parametrize("day", ["1900-01-01", "2026-03-02", "2100-12-31"])
def test_days_of_two_centuries_are_taken(day: str) -> None:
    assert TypeAdapter(Day).validate_python(day) == date.fromisoformat(day)
