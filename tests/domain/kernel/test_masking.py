"""Masking: telephone numbers in every usual spelling, coarse words, and all that only looks like them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.kernel import phone_numbers
from service.domain.kernel.masking import (
    PHONE_SHOWN,
    WORD_SHOWN,
    Masking,
    MaskingChoice,
    MaskingConfig,
    masking_rules,
)

MASK = Masking()
CITY = MaskingConfig(
    phones=True,
    words=("lồn", "đéo", "đ.m", "vcl"),
    words_any_marks=("địt mẹ", "đụ má", "óc chó"),
    categories={"illegal_ad": MaskingChoice(phones=False), "litter": MaskingChoice(words=())},
)
RULES = masking_rules(CITY)


@pytest.mark.parametrize(
    "phone",
    [
        "0905123456",
        "0905 123 456",
        "0905.123.456",
        "0905-123-456",
        "0905 - 123 - 456",
        "090 512 3456",
        "09 05 12 34 56",
        "0 9 0 5 1 2 3 4 5 6",
        "(0905) 123 456",
        "+84905123456",
        "+84 905 123 456",
        "(+84) 905 123 456",
        "+84 (0) 905 123 456",
        "84905123456",
        "0084 905 123 456",
        "O9O5 123 456",
        "0905\u00a0123\u00a0456",
        "０９０５１２３４５６",
        "01234567890",
        "0234 3822 822",
        "(0234) 3.822.822",
        "024 3825 1234",
        "054 3822822",
        "+1 202 555 0143",
    ],
)
def test_telephone_numbers_are_hidden(phone: str) -> None:
    for before, after in (("", ""), ("Gọi ", " nhé"), ("liên hệ:", "."), ("(", ")"), ("số 12 ", ", 2 con")):
        shown = MASK.text(f"{before}{phone}{after}")

        assert not re.search(r"\d{3}", shown), shown
        assert PHONE_SHOWN in shown
        assert shown.startswith(before.rstrip("(")) and shown.endswith(after.lstrip(")"))


@pytest.mark.parametrize("said", ["ĐT: 3822822", "zalo 905123456", "sđt 905.123.456", "điện thoại 38 22 822"])
def test_short_ones_are_hidden_where_they_are_called_telephones(said: str) -> None:
    shown = MASK.text(said)

    assert not re.search(r"\d", shown)
    assert shown.split()[0].rstrip(":") == said.split()[0].rstrip(":")


@pytest.mark.parametrize(
    "honest",
    [
        "Nhà số 12/34 kiệt 56 đường Nguyễn Huệ",
        "Rác ở kiệt 05/123/456/78",
        "Đổ trộm từ ngày 05/03/2026 08:30 đến nay",
        "từ 05-03-2026 08 giờ",
        "ngày 05.03.2026 09 giờ sáng",
        "Giá 1.200.000 đ một xe, phạt 84.905.123.456 đồng",
        "Thu 84 905 123 456 VND",
        "Mã HUE-7K3M-92 và HUE-2345-67",
        "Vị trí 16.4637, 107.5847",
        "Toạ độ 16.463712345, 107.584712345",
        "Gọi tổng đài 1900 1075 không ai nghe",
        "hotline 1800 1091",
        "Gọi 115, 113, 114",
        "Nhà số 03-05-07-09-11 mất điện",
        "Trụ số 471/12, cách mặt đất 3,5 m",
        "Cột 0905",
        "3822822 mét khối",
        "Nghị định 45/2022/NĐ-CP",
        "2026-03-05 08:30:00",
        "b3b1d3a0-0912-4345-8901-0905123456ab",
    ],
)
def test_what_only_looks_like_a_number_stays(honest: str) -> None:
    assert MASK.text(honest) == honest


def test_two_numbers_and_what_stands_between_them() -> None:
    shown = MASK.text("Gọi 0905 123 456 hoặc 0914-567-890 gặp chị Lan")

    assert shown == f"Gọi {PHONE_SHOWN} hoặc {PHONE_SHOWN} gặp chị Lan"


@given(
    st.sampled_from(["03", "05", "07", "08", "09"]),
    st.text("0123456789", min_size=8, max_size=8),
    st.lists(st.sampled_from(["", " ", ".", "-", " - "]), min_size=9, max_size=9),
    st.sampled_from(["", "Rác nhiều quá, gọi ", "Zalo: "]),
)
def test_however_a_mobile_number_is_spaced(start: str, rest: str, gaps: list[str], before: str) -> None:
    digits = start + rest
    said = "".join(digit + gap for digit, gap in zip(digits, [*gaps, ""], strict=True))
    if re.search(r"(19|20)\s*[-. ]*\d\s*[-. ]*\d", said) or re.fullmatch(r"\d\d(-\d\d)+", said):
        return  # may be a date or a row of houses

    shown = MASK.text(f"{before}{said} nhé")

    assert shown == f"{before}{PHONE_SHOWN} nhé"


@given(st.text(st.sampled_from("0123456789 .-()+đ/:ABc\nơ"), max_size=60))
def test_masking_twice_is_masking_once_and_loses_no_words(text: str) -> None:
    shown = MASK.text(text)

    assert MASK.text(shown) == shown
    assert [c for c in shown if c.isalpha()] == [c for c in text if c.isalpha()]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Địt mẹ thằng nào đổ rác", f"{WORD_SHOWN} thằng nào đổ rác"),
        ("dit me thang nao", f"{WORD_SHOWN} thang nao"),
        ("ĐỤ MÁ, dơ quá", f"{WORD_SHOWN}, dơ quá"),
        ("đ.m dơ vcl", f"{WORD_SHOWN} dơ {WORD_SHOWN}"),
        ("đéo ai dọn", f"{WORD_SHOWN} ai dọn"),
        ("địt-mẹ", WORD_SHOWN),
        ("lu oc cho", "lu oc cho".replace("oc cho", WORD_SHOWN)),
    ],
)
def test_coarse_words_are_hidden(written: str, shown: str) -> None:
    assert RULES.general.text(written) == shown


@pytest.mark.parametrize(
    "honest",
    [
        "lon bia vứt đầy",
        "Dù mà trời mưa",
        "đeo khẩu trang",
        "đèo Hải Vân",
        "lòn qua cống",
        "cho oc",
        "nhóc chó con",
    ],
)
def test_words_that_differ_by_a_mark_or_are_parts_of_others_stay(honest: str) -> None:
    assert RULES.general.text(honest) == honest


def test_a_decomposed_text_is_read_as_a_composed_one() -> None:
    assert RULES.general.text("đe\u0301o") == WORD_SHOWN


PARTS = st.one_of(
    st.text("0123456789Oo", min_size=1, max_size=4),
    st.sampled_from(
        (*" .()_-–", "\u00a0", "\u00b7", "+84", "00", "84", "09", "02", "sđt", "Zalo:", "(0", "k")
    ),
)


@given(st.lists(PARTS, max_size=14).map("".join))
def test_no_number_is_missed_by_the_first_look(written: str) -> None:
    if phone_numbers._PHONE.sub(phone_numbers._hidden, written) != written:
        assert phone_numbers.DIGITS.search(written)


def test_a_category_may_have_a_rule_of_its_own() -> None:
    advert, litter = RULES.of(("illegal_ad", "illegal_ad.loan")), RULES.of(("litter",))

    assert advert.text("0905123456 vcl") == f"0905123456 {WORD_SHOWN}"
    assert litter.text("0905123456 vcl") == f"{PHONE_SHOWN} vcl"
    assert RULES.of(("noise",)) is RULES.general


def test_without_a_rule_numbers_are_hidden_and_words_stay() -> None:
    assert masking_rules(MaskingConfig()).of(("litter",)).text("0905123456 vcl") == f"{PHONE_SHOWN} vcl"
    assert masking_rules(MaskingConfig(phones=False)).general.text("0905123456") == "0905123456"


OFFICES = masking_rules(
    MaskingConfig(), ["0234 3822 822", "1900 1075", "113", "tiepdan@hue.gov.vn", "", "ngã ba"]
).general


@pytest.mark.parametrize(
    "text",
    [
        "gọi 0234 3822 822 giờ hành chính",
        "gọi 0234.3822.822",
        "gọi (0234)3822822, máy lẻ 12",
        "Tổng đài 19001075 hoặc 113",
        "viết tới tiepdan@hue.gov.vn.",
        "viết tới TiepDan@hue.gov.vn",
    ],
)
def test_where_the_administration_is_reached_everybody_may_read(text: str) -> None:
    assert OFFICES.text(text) == text
    assert OFFICES.text(OFFICES.text(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0234 3822 822 và 0905 123 456", f"0234 3822 822 và {PHONE_SHOWN}"),
        ("0905/113/456", PHONE_SHOWN),
        ("0905 113 456", PHONE_SHOWN),
        ("a.tiepdan@hue.gov.vn", PHONE_SHOWN),
        ("tiepdan@hue.gov.vn.lan.com", PHONE_SHOWN),
    ],
)
def test_what_holds_an_office_s_number_is_hidden_all_the_same(text: str, shown: str) -> None:
    assert OFFICES.text(text) == shown


def test_texts_within_data_are_masked_and_its_keys_stay() -> None:
    data = {
        "reason": "gọi 0905123456",
        "evidence": ["0905123456"],
        "n": 905123456,
        "due_at": "2026-03-13T10:30:00+00:00",
    }

    shown = MASK.values(data)

    assert shown == {
        "reason": f"gọi {PHONE_SHOWN}",
        "evidence": [PHONE_SHOWN],
        "n": 905123456,
        "due_at": "2026-03-13T10:30:00+00:00",
    }


_LIKE_A_PHONE = "d0f0d742-0526-4208-9396-e55588415621"
_HANOI = timezone(timedelta(hours=7))


@given(
    st.uuids(version=4) | st.uuids(version=5) | st.just(UUID(_LIKE_A_PHONE)),
    st.datetimes(timezones=st.sampled_from([UTC, _HANOI])),
)
def test_identifiers_and_moments_of_data_stay(identifier: UUID, at: datetime) -> None:
    moments = [at.isoformat(), at.isoformat().replace("+00:00", "Z")]
    data = {"comment": str(identifier), "evidence": [str(identifier)], "at": moments}
    assert MASK.values(data) == data
    assert MASK.mapping(data) == data


@pytest.mark.parametrize(
    "written",
    [
        f"{_LIKE_A_PHONE} ",
        "d0f0d742-0526-0208-9396-e55588415621",  # no version 0 exists
        "2026-03-13T10:30:00+00:00 gọi 0905123456",
    ],
)
def test_what_somebody_wrote_around_an_identifier_is_masked(written: str) -> None:
    assert PHONE_SHOWN in str(MASK.values({"reason": written})["reason"])  # type: ignore[index]
