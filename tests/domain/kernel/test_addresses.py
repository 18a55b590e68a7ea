"""Addresses as people type them: one spelling, or none; never another person's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.kernel.addresses import mailbox_key, may_be_texted, tidy_mailbox


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ten@gmail.com", "ten@gmail.com"),
        ("ten@gmail.com,", "ten@gmail.com"),
        ("ten@gmail.com)", "ten@gmail.com"),
        ("ten@gmail.com.", "ten@gmail.com"),
        ("(ten@gmail.com);", "ten@gmail.com"),
        ("<ten@gmail.com>", "ten@gmail.com"),
        ("Lan<lan@gmail.com>", "lan@gmail.com"),
        ("Nguyễn Lan <lan@gmail.com>,", "lan@gmail.com"),
        ("mailto:ten@gmail.com", "ten@gmail.com"),
        ("MAILTO:ten@gmail.com", "ten@gmail.com"),
        ("ten＠gmail．com", "ten@gmail.com"),
        ("ten@gmail。com", "ten@gmail.com"),
        ("ten@gmail.com\u200b", "ten@gmail.com"),
        ("\u3164ten@gmail.com", "ten@gmail.com"),
        (" TEN@GMAIL.COM ", "TEN@gmail.com"),
        ("ten@tênmiền.vn", "ten@xn--tnmin-hsa0954c.vn"),
        ("ten+hue@gmail.com", "ten+hue@gmail.com"),
        ("o'brien_x-1@a-b.co.uk", "o'brien_x-1@a-b.co.uk"),
    ],
)
def test_what_people_copy_along_goes(typed: str, address: str) -> None:
    assert tidy_mailbox(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "ten",
        "ten@gmail",
        "ten@localhost",
        "ten@gmail,com.vn",
        "a;b@gmail.com",
        "a,b@gmail.com",
        "a@b.vn, c@d.vn",
        "a@b.vn c@d.vn",
        "a@b@c.vn",
        "a%c.vn@b.vn",
        "c.vn!a@b.vn",
        "ten@[gmail.com",
        "ten@[1.2.3.4]",
        "ten@1.2.3.4",
        "ten@gmail..com",
        ".ten@gmail.com",
        "ten.@gmail.com",
        "t..en@gmail.com",
        "te n@gmail.com",
        '"te n"@gmail.com',
        "nguyễn@gmail.com",
        "ten@-gmail.com",
        "ten@gm_ail.com",
        "ten@gmail.com?cc=x@y.vn",
        "ten@gmail.com\r\nBcc: x@y.vn",
        "x" * 65 + "@gmail.com",
        "ten@" + "a" * 64 + ".vn",
        "ten@" + "abc." * 70 + "vn",
    ],
)
def test_what_cannot_be_or_would_reach_another_is_no_address(typed: str) -> None:
    assert tidy_mailbox(typed) is None


@given(st.text(max_size=60))
def test_a_tidied_address_stays_as_it_is(typed: str) -> None:
    found = tidy_mailbox(typed)
    assert found is None or (tidy_mailbox(found) == found and found.isascii())


def test_one_mailbox_has_one_key_however_it_is_spelled() -> None:
    spellings = ["lan.anh@gmail.com", "LANANH@gmail.com", "lananh+1@gmail.com", "l.a.n.anh+x+y@Gmail.com"]
    assert {mailbox_key(each) for each in spellings} == {"lananh@gmail.com"}
    assert mailbox_key("lan.anh@vidu.vn") != mailbox_key("lananh@vidu.vn"), "most servers mind the dots"


@pytest.mark.parametrize(
    ("phone", "may"),
    [
        ("+84905123456", True),
        ("0905 123 456", True),
        ("+842343822327", False),  # a line in an office
        ("+8419001234", False),  # dearer than a call
        ("+12025550123", False),
        ("+447400123456", False),
        ("113", False),
        ("no number", False),
    ],
)
def test_sms_go_to_mobile_numbers_of_the_region(phone: str, may: bool) -> None:
    assert may_be_texted(phone, "VN") is may
