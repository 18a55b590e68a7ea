"""Web addresses in citizens' words are readable and not live."""

from __future__ import annotations

import pytest

from service.domain.kernel.texts import defuse_links


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (
            "xác minh tại https://hue-xacminh.example/login ngay",
            "xác minh tại hue-xacminh[.]example/login ngay",
        ),
        ("HTTP://Evil.com", "Evil[.]com"),
        ("www.evil.vn", "www[.]evil[.]vn"),
        ("vào evil.com.vn/a?b=1", "vào evil[.]com[.]vn/a?b=1"),
        ("bit.ly/3abc", "bit[.]ly/3abc"),
        ("javascript://x.y", "x[.]y"),
        ("ftp://a.b", "a[.]b"),
        ("(https://a.vn)", "(a[.]vn)"),
    ],
)
def test_addresses_are_not_live(typed: str, shown: str) -> None:
    assert defuse_links(typed) == shown
    assert defuse_links(shown) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "Đ. Lê Lợi, P. Vĩnh Ninh",
        "số 5.Trước cổng trường",
        "3.5 m",
        "v.v.",
        "Rác…dơ",
        "12/5 kiệt 3",
        "cty TNHH A.B.C",
        "",
    ],
)
def test_other_words_stay(typed: str) -> None:
    assert defuse_links(typed) == typed
