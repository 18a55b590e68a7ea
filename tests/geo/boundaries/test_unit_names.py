"""Codes and names out of the columns that offices use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.boundaries.unit_names import Columns, split_kind, tidy_property, unit_name


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            {"code": "19753", "name": "Phú Xuân", "full_name": "Phường Phú Xuân", "kind": "phường"},
            ("19753", "Phú Xuân", "Phường Phú Xuân", "phường"),
        ),
        (
            {"gso_code_2009": "4110101", "full_name": "Phường Phú Thuận", "district": "Thành phố Huế"},
            ("4110101", "Phú Thuận", "Phường Phú Thuận", "phường"),
        ),
        ({"MA_XA": 19753.0, "TEN_XA": "XÃ  A Lưới 1"}, ("19753", "A Lưới 1", "XÃ A Lưới 1", "xã")),
        ({"ma": 5, "ten": "Dương Nỗ", "loai": "Phường"}, ("5", "Dương Nỗ", "Phường Dương Nỗ", "phường")),
        ({"code": "1", "name": "Kim Long"}, ("1", "Kim Long", "Kim Long", "")),
        ({"code": "1", "name": "Đặc khu"}, ("1", "Đặc khu", "Đặc khu", "")),
        ({"code": "1", "full_name": "Thị trấn Sịa"}, ("1", "Sịa", "Thị trấn Sịa", "thị trấn")),
        ({}, ("", "", "", "")),
    ],
)
def test_names_of_a_unit(properties: dict[str, object], expected: tuple[str, ...]) -> None:
    assert unit_name(properties, Columns()) == expected


def test_the_first_column_with_something_in_it_counts() -> None:
    columns = Columns(code=("a", "b"))
    assert unit_name({"a": "", "B": "7"}, columns).code == "7"
    assert unit_name({"a": None, "code": "8"}, columns, "fallback").code == "fallback"


def test_decomposed_letters_are_composed() -> None:
    assert unit_name({"code": "1", "name": "Phu\u031b\u01a1\u0300ng"}, Columns()).name != ""
    assert tidy_property("Hue\u0302\u0301") == "Huế"
    assert split_kind(tidy_property("Phươ\u0300ng Vỹ Dạ")) == ("phường", "Vỹ Dạ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, ""),
        ([1], ""),
        (19753.0, "19753"),
        (1.5, "1.5"),
        (" a\n b\x00 ", "a b"),
        ("\ud800x", "x"),
        (float("nan"), "nan"),
    ],
)
def test_properties_as_text(value: object, text: str) -> None:
    assert tidy_property(value) == text


@given(st.text() | st.floats() | st.integers() | st.none())
def test_text_is_always_fit_for_a_database(value: object) -> None:
    text = tidy_property(value)
    assert text == text.strip()
    assert "\x00" not in text
    assert text.encode("utf-8") is not None
