"""What pydantic finds is said as what to write, and the administration names the fields."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from service.pages.admin.field_words import named_fields
from service.web.validation import field_errors


class Entry(BaseModel):
    """Entry with a code, a telephone number, a colour and what people know by no label."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")] = "a"
    phone: Annotated[str, Field(pattern=r"^[+0-9][0-9 .-]{2,20}$")] = "0234"
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#000000"
    letters: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "AB"
    quarter: Annotated[str, Field(pattern=r"^20\d\d-Q[1-4]$")] = "2026-Q4"
    month: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")] = "2026-11"
    day: Annotated[str, Field(pattern=r"^(20[0-9]{2}-)?[0-1][0-9]-[0-3][0-9]$")] = "12-24"
    symbol: Annotated[str, Field(pattern=r"^[^\s/]*$")] = "TTr"
    claim: Annotated[str, Field(pattern=r"^\S+$")] = "groups"
    group: Literal["late", "today"] | Literal[""] = ""
    other: Annotated[str, Field(pattern="^x$")] = "x"


def refused(**values: str) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Entry.model_validate(values)
    return caught.value


@pytest.mark.parametrize(
    ("field", "value", "begins"),
    [
        ("code", "Chó thả rông", "Mã chỉ gồm chữ thường"),
        ("phone", "không có", "Cần số điện thoại"),
        ("colour", "tím", "Cần mã màu"),
        ("letters", "ab", "Chỉ gồm chữ hoa không dấu"),
        ("quarter", "quý 4", "Cần một quý, ví dụ"),
        ("month", "11/2026", "Cần một tháng, ví dụ"),
        ("day", "24/12", "Cần một ngày trong năm"),
        ("symbol", "TTr / UBND", "Không dùng dấu cách và"),
        ("claim", "my groups", "Không dùng dấu cách."),
        ("group", "-1", "Hãy chọn một trong: {expected}"),
        ("other", "y", "Không đúng dạng"),
    ],
)
def test_a_pattern_is_said_in_words(field: str, value: str, begins: str) -> None:
    [error] = field_errors(refused(**{field: value}).errors())
    assert error.msg.startswith(begins)


def test_a_refusal_names_the_fields_that_people_know_once() -> None:
    errors = field_errors(refused(code="Ô", phone="x", letters="x").errors())
    assert named_fields([*errors, *errors]) == "Vui lòng xem lại: Mã, Điện thoại."
    assert named_fields(field_errors(refused(letters="x").errors())) == ""
