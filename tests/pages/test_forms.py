"""Forms of pages: texts as every room reads them, files apart, a model from texts."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from service.errors import Invalid
from service.pages.shared.forms import SentForm, number_or_text, read

FILE = UploadFile(BytesIO(b"x"), filename="a.jpg")
FORM = SentForm(
    [
        ("csrf_token", "t"),
        ("proof", "p"),
        ("words", "  hai dòng\r\nở đây \r\n"),
        ("password", " p "),
        ("unit", "a"),
        ("unit", ""),
        ("unit", "b"),
        ("count", " 12 "),
        ("at", "2026-03-02T08:00"),
        ("photos", FILE),
        ("photos", UploadFile(BytesIO(), filename="")),
        ("name_vi", "Tên"),
    ]
)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Wish(BaseModel):
    count: int | None
    words: str = ""


def test_texts_come_without_what_browsers_put_around_them() -> None:
    assert FORM.text("words") == "hai dòng\nở đây"
    assert FORM.as_sent("password") == " p " and FORM.text("password") == "p"
    assert FORM.text("photos") == FORM.as_sent("photos") == FORM.text("missing") == ""
    assert FORM.texts("unit") == ["a", "b"]
    assert FORM.named("name") == {"vi": "Tên", "en": None}


def test_fields_are_texts_without_what_belongs_to_every_form() -> None:
    fields = FORM.fields()
    assert set(fields) == {"words", "password", "unit", "count", "at", "name_vi"}
    assert fields["missing"] == "" and "missing" not in fields


def test_files_are_those_that_were_chosen() -> None:
    assert FORM.files("photos") == [FILE]
    assert FORM.files("words") == []


def test_numbers_and_moments_are_read_or_refused() -> None:
    assert FORM.number("count") == FORM.whole("count") == 12
    assert FORM.number("words") is FORM.number("missing") is None
    assert FORM.moment("at", ZONE) == datetime(2026, 3, 2, 1, tzinfo=UTC)
    for read_it in (lambda: FORM.whole("words"), lambda: FORM.moment("words", ZONE)):
        with pytest.raises(Invalid):
            read_it()


@pytest.mark.parametrize("text", ["-1", "99999999999999999999", "1_000", "١٢", "1e3", ""])
def test_a_number_that_no_column_holds_is_no_whole_number(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        SentForm([("count", text)]).whole("count")
    assert refused.value.errors[0].loc[-1] == "count"


@pytest.mark.parametrize(
    "text", ["01/01/0001 00:00", "31/12/9999 23:59", "0001-01-01T00:00+14:00", "01/01/0000"]
)
def test_a_moment_that_no_clock_of_the_city_reaches_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        SentForm([("at", text)]).moment("at", ZONE)
    assert refused.value.errors[0].loc[-1] == "at"


@pytest.mark.parametrize(
    ("text", "found"), [("12", 12), ("1,5", 1.5), ("1.0", 1), ("", ""), ("mười", "mười"), ("inf", "inf")]
)
def test_a_number_that_was_typed_or_the_text_of_it(text: str, found: object) -> None:
    assert number_or_text(text) == found


def test_a_model_is_read_from_texts_and_from_what_was_made_of_them() -> None:
    assert read(Wish, {"count": "7"}).count == read(Wish, {"count": 7}).count == 7
    assert read(Wish, {"count": None}).count is None
    with pytest.raises(Invalid) as refused:
        read(Wish, {"count": "x"})
    assert refused.value.errors[0].loc[-1] == "count"
