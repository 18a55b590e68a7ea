"""A table of what people really type: what identifies somebody is hidden, what the city needs stays."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.masking import PHONE_SHOWN, Masking

MASK = Masking()

PHONES = (
    "gọi 0905123456,0914123457",
    "gọi 0905123456-0914123457",
    "gọi 0905123456/0914123457",
    "gọi 0905123456;0914123457",
    "gọi 0905123456|0914123457",
    "0905123456.0914123457",
    "0905123456+0914123457",
    "0905 123 456/ 0914 123 457",
    "0905123456 gặp anh Nam 0914123457",
    "sđt0905123456",
    "lh0905123456",
    "gọi0905123456",
    "Zalo0905123456",
    "Nam0905123456",
    "x0905123456x",
    "số 0905123456k",
    "0905 123 456_Lan",
    "_0905123456_",
    "anh Lan(0905123456)",
    "ĐT 0905\u2011123\u2011456",
    "ĐT 0905–123–456",
    "ĐT 0905—123—456",
    "ĐT 0905\u2212123\u2212456",
    "ĐT 0905\u202f123\u202f456",
    "ĐT 0905\u2009123\u2009456",
    "ĐT 0905\u3000123\u3000456",
    "ĐT 0905\u200b123\u200b456",
    "ĐT 0905\u00ad123\u00ad456",
    "ĐT 0905\u2060123456",
    "ĐT 0905•123•456",
    "ĐT 0905·123·456",
    "ĐT: 0905,123,456",
    "ĐT: 0905/123/456",
    "090/512/3456",
    "ĐT:\n0905\n123\n456",
    "0905\t123\t456",
    "0905*123*456",
    "0905~123~456",
    "0905|123|456",
    "0905_123_456",
    "0905--123--456",
    "0905 . 123 . 456",
    "0.9.0.5.1.2.3.4.5.6",
    "0-9-0-5-1-2-3-4-5-6",
    "O9O5123456",
    "o905 123 456",
    "０９０５１２３４５６",
    "𝟎𝟗𝟎𝟓𝟏𝟐𝟑𝟒𝟓𝟔",
    "٠٩٠٥١٢٣٤٥٦",
    "⓪⑨⓪⑤①②③④⑤⑥",
    "0️⃣9️⃣0️⃣5️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣",
    "tel:+84905123456;",
    "(+84)905.123.456",
    "+84-905-123-456",
    "+84 (0)905 123 456",
    "0084905123456",
    "84905123456",
    "84 905 123 456",
    "dt 0543822222",
    "0234.3822.822",
    "(0234)3822822",
    "0234-3-822-822",
    "02343822822",
    "028 3829 1234",
    "gọi 3822822",
    "zalo 905123456",
    "sdt: 905.123.456",
    "số điện thoại 905 123 456",
    "số 5,0905123456",
    "nhà số 12, 0905123456",
    "Nhà 12/5 kiệt 3 - 0905123456",
    "ngày 12/5 0905123456",
    "không chín không năm một hai ba bốn năm sáu",
    "khong chin khong nam mot hai ba bon nam sau",
    "Không chín, không năm, một hai ba, bốn năm sáu",
    "+1 202 555 0143",
    "wa.me/84905123456",
    "https://zalo.me/0905123456",
    "09O5 I23 456",
    "0905l23456",
    "0905…123…456",
    "0905: 123 456",
    "0905'123'456",
    '0905"123"456',
    "0905/12/34/56",
    "09051\n23456",
    "0905123\r\n456",
    "+84(905)123456",
    "(84) 905123456",
    "00 84 905 123 456",
    "không chín không năm 123 456",
    "không chín 05 123 456",
    "0 chín 0 năm 1 hai 3 bốn 5 sáu",
    "chín không năm một hai ba bốn năm sáu",
    "ko chín ko năm một hai ba bốn năm sáu",
    "Không-chín-không-năm-một-hai-ba-bốn-năm-sáu",
    "zero nine zero five one two three four five six",
    "ĐT bàn 3822 822",
    "máy bàn: 3822822",
    "viber://chat?number=%2B84905123456",
    "viber://chat?number=+84905123456",
)

OTHERS = (
    "nguyen.van.a@gmail.com",
    "NGUYEN.VAN.A@GMAIL.COM",
    "a+b_c@cty.com.vn",
    "mail: a-b@mail.hue.gov.vn.",
    "nguyenvana @ gmail.com",
    "nguyenvana@gmail,com",
    "nguyenvana (at) gmail (dot) com",
    "nguyenvana[at]gmail.com",
    "nguyenvana a còng gmail.com",
    "nguyễn.văn@tênmiền.vn",
    "<nguyenvana@gmail.com>",
    "mailto:nguyenvana@yahoo.com.vn",
    "CCCD 046123456789",
    "CCCD: 046 199 001 234",
    "căn cước công dân số 046199001234",
    "số căn cước 046.199.001.234",
    "046199001234",
    "ông T., 001099012345, trú tại đây",
    "CMND 191234567",
    "chứng minh nhân dân: 191 234 567",
    "cmt so 191234567",
    "hộ chiếu B1234567",
    "passport no C9876543",
    "GPLX 460123456789",
    "BHXH 4601234567",
    "thẻ BHYT GD4460123456789",
    "xe 75A-123.45",
    "Xe biển số 75A-012.34 đổ xà bần",
    "75A 12345",
    "75A12345",
    "75A-12345",
    "75-F1 1234",
    "75F1-1234",
    "75F1-123.45",
    "75 F1 123.45",
    "75AA-123.45",
    "29LD-123.45",
    "51D-543.21 chở đất",
    "biển số 75a-1234",
    "bks 75H1 1234",
    "biển kiểm soát: 75b12345",
    "xe KT-12-34",
    "TM 12-34",
    "80-123-NG-45",
    "STK 0041000123456 VCB",
    "stk: 0041 000 123 456",
    "số tài khoản Vietcombank: 0041000123456",
    "tk 190312345678",
    "so tai khoan 12345678",
    "chuyển khoản vào 0905123456 MB",
    "0041000123456 Vietcombank",
    "1234 5678 9012 Techcombank",
    "ck qua momo 0905123456",
    "thẻ 9704 1234 5678 9012",
    "4111 1111 1111 1111",
    "5500-0000-0000-0004",
    "https://zalo.me/g/abcxyz",
    "m.me/nguyenvana",
    "https://t.me/nguyenvana",
    "facebook.com/nguyen.van.a.85",
    "https://www.facebook.com/profile.php?id=100012345678901",
    "nguyenvana(a)gmail.com",
    "nguyenvana{at}gmail.com",
    "nguyenvana at gmail dot com",
    "nguyenvana＠gmail．com",
    "nguyenvana @gmail",
    "số định danh 046123456789",
    "mã số thuế cá nhân 8012345678",
    "số CMND của ông ấy là 191234567",
    "hộ chiếu số: B 1234567",
    "HC C1234567",
    "75a-123.45",
    "75A—123.45",
    "75A – 123.45",
    "75A_12345",
    "75 - F1 123.45",
    "75MĐ1-123.45",
    "75MĐ-12345",
    "ô tô 75A\n123.45",
    "xe biển 75F1 - 123.45",
    "số tài khoản của tôi là 190 3456 7890 123",
    "TK BIDV 5511000123456",
    "Agribank 4000205123456",
    "VPBank 123456789",
    "MB Bank – 0123456789999",
    "thẻ ATM 9704-3600-1234-5678-901",
)

STAYS = (
    "Nhà số 12/34 kiệt 56 đường Nguyễn Huệ",
    "Rác ở kiệt 05/123/456/78",
    "số 03 kiệt 09 ngõ 0905",
    "kiệt 3/5/7/9",
    "nhà 105-107-109 Trần Phú",
    "Nhà số 03-05-07-09-11 mất điện",
    "các số 03, 05, 07, 09, 11, 13 đường Lê Lợi",
    "căn 12B-1203 chung cư",
    "căn hộ 15A 0503 tầng 5",
    "lô 75A Lê Lợi",
    "nhà 75A/12 Lê Lợi",
    "24 Lê Lợi, 26 Lê Lợi, 28 Lê Lợi",
    "tổ 12 khu vực 5",
    "thửa 123 tờ bản đồ số 15",
    "Đổ trộm từ ngày 05/03/2026 08:30 đến nay",
    "từ 05-03-2026 08 giờ",
    "ngày 05.03.2026 09 giờ sáng",
    "ngày 5/3/2026, 6/3/2026 và 7/3/2026",
    "từ 05/03/2026 - 09/03/2026",
    "2026-03-05 08:30:00",
    "tối 03.05 đến 09.05.2026",
    "tháng 03, 05, 07, 09 năm 2026",
    "08:30 - 09:45 sáng",
    "lúc 7h30, 8h15 và 9h45",
    "năm 2023, 2024, 2025 đều ngập",
    "thứ 2, 3, 4, 5, 6, 7 hàng tuần",
    "Giá 1.200.000 đ một xe, phạt 84.905.123.456 đồng",
    "Thu 84 905 123 456 VND",
    "thu 50.000đ/lượt, 1.500.000 đồng/tháng",
    "thu phí 905.123.456 đồng",
    "35000000 đồng",
    "1,200,000 VND",
    "giá 850k",
    "nợ 1.250.000.000",
    "Mã HUE-7K3M-92 và HUE-2345-67",
    "HUE-2345-67, HUE-8765-43",
    "Vị trí 16.4637, 107.5847",
    "Toạ độ 16.463712345, 107.584712345",
    "107.0584712345",
    "107,0584712345",
    "16.4637123 107.5847123",
    "https://maps.google.com/?q=16.463712,107.584712",
    "@16.4637123,107.5847123,17z",
    "Gọi tổng đài 1900 1075 không ai nghe",
    "hotline 1800 1091",
    "gọi 19001075",
    "Gọi 115, 113, 114",
    "gọi 1022 không được",
    "đã gọi 3 lần, 5 lần",
    "Trụ số 471/12, cách mặt đất 3,5 m",
    "trụ 471E7/03/12",
    "Cột 0905",
    "cột điện T0312 bị nghiêng",
    "trụ điện số 0234",
    "trụ 0405.12.3",
    "trạm biến áp 220/110",
    "đèn số 12, 13, 14, 15, 16, 17, 18",
    "3822822 mét khối",
    "đường rộng 3,5 m dài 1200 m",
    "20 x 30 x 40 cm",
    "Nghị định 45/2022/NĐ-CP",
    "Quyết định 1234/QĐ-UBND ngày 05/03/2026",
    "TCVN 7957:2008",
    "QL 49, tỉnh lộ 10A, km 12+345",
    "Km 812+500 quốc lộ 1A",
    "đường 23/8, 30/4, 2/9",
    "xe buýt số 05 và 07",
    "xe 16 chỗ, xe 29 chỗ",
    "xe 7 chỗ màu trắng",
    "5 bao, 10 bao, 15 bao",
    "cỡ A4, A3",
    "IP 67",
    "COVID-19",
    "18h30 ngày 12",
    "mã đơn 12345",
    "số seri 123456",
    "wifi 2.4/5 GHz",
    "bài đăng lúc 1:05:03",
    "ba năm sau hai tháng",
    "một hai ba bốn năm sáu bảy tám chín mười",
    "email cho phường không ai trả lời",
    "gặp @nam trên mạng",
    "a@b",
    "tài khoản của tôi bị khoá",
    "tk 5 ngày rồi",
    "biển số nhà bị rơi, số 12",
    "biển báo 75 km/h",
    "bks mờ không đọc được",
    "b3b1d3a0-0912-4345-8901-0905123456ab",
    "xem b3b1d3a0-0912-4345-8901-0905123456ab nhé",
    "nhóm máu O, O, O, O, O, O, O, O, O, O",
    "ooooooooooo quá dơ",
    "Ồ 0 0",
    "168/2024/NĐ-CP",
    "Nghị định 168/2024/NĐ-CP ngày 26/12/2024",
    "trụ 473/12A",
    "trụ điện 473/12A/5",
    "TBA 473-12A",
    "số 12/3 kiệt 45 Nguyễn Trãi",
    "Phạt 1.500.000 - 2.000.000 đồng",
    "ACB 15.500.000.000 đồng",
    "trước ngân hàng Vietcombank 78 Hùng Vương",
    "đối diện MB 123 Trần Phú",
    "Vietcombank 1900 545413",
    "lúc 08:30, 09:45, 10:15",
    "08:30-09:45; 13:30-16:45",
    "chín tám bảy sáu năm bốn ba hai một",
    "không năm 2019-2020-2021 nào",
    "16°05'35.12345678\"N",
    "16°27'49\"N 107°35'05\"E",
    "75A Lê Lợi",
    "75A-77 Lê Lợi",
    "hẻm 75A/3/2 Lê Lợi",
    "chung cư Xuân Phú A1-0305",
    "mã khách hàng PC05MM0123456",
    "thửa đất số 1234, tờ bản đồ 56",
    "không có hai ba bốn năm sáu nhà mất nước",
    "lúc 6:45 @ cầu Phú Xuân",
    "xem https://huecity.gov.vn/tin/0905123",
    "Luật số 72/2020/QH14",
    "điện thế 220V/380V",
    "1234567890",
)


def digits(text: str) -> int:
    return sum(each.isdigit() for each in text)


@pytest.mark.parametrize("typed", PHONES)
def test_telephone_numbers_are_hidden_in_every_spelling(typed: str) -> None:
    shown = MASK.text(typed)

    assert PHONE_SHOWN in shown, shown
    assert not re.search(r"\d{4}", shown), shown
    assert digits(shown) <= 6, shown
    assert MASK.text(shown) == shown


@pytest.mark.parametrize("typed", OTHERS)
def test_other_identifiers_are_hidden(typed: str) -> None:
    shown = MASK.text(typed)

    assert "•••••••" in shown, shown
    assert digits(shown) <= 3, shown
    assert "gmail" not in shown.casefold() and "@" not in shown
    assert MASK.text(shown) == shown


@pytest.mark.parametrize("typed", STAYS)
def test_houses_dates_prices_and_poles_stay(typed: str) -> None:
    assert MASK.text(typed) == unicodedata.normalize("NFC", typed)


def test_the_table_is_large_enough() -> None:
    assert len({*PHONES, *OTHERS, *STAYS}) >= 200


@pytest.mark.parametrize("typed", ["a@b.vn 0905123456", "75A-123.45 và 0905123456"])
def test_a_category_that_shows_numbers_hides_the_rest(typed: str) -> None:
    shown = Masking(phones=False).text(typed)

    assert shown.endswith("0905123456")
    assert shown.startswith("•••••••")


def test_words_around_stay_in_their_place() -> None:
    shown = MASK.text(
        "Rác, gọi tôi 0905 123 456, mail a@gmail.com, CCCD 046199001234, xe 75A-123.45, STK 0041000 VCB"
    )

    assert shown == "Rác, gọi tôi •••••••, mail •••••••, CCCD •••••••, xe •••••••, STK ••••••• VCB"


SOUP = st.lists(
    st.one_of(
        st.text("0123456789Oo@.,-/ ABFagvn", max_size=6),
        st.sampled_from(["stk ", "CCCD ", "biển số ", "@gmail.com", "75A-", "0905", "+84", "không chín "]),
    ),
    max_size=14,
).map("".join)


@given(SOUP)
def test_once_is_enough(typed: str) -> None:
    shown = MASK.text(typed)

    assert MASK.text(shown) == shown


@pytest.mark.parametrize(
    "unit", ["0", "0 ", "09", "a", "a@", "stk ", "75A", "1-", "không ", "O", "(", "+84", "a."]
)
def test_no_text_takes_long(unit: str) -> None:
    """Patterns that look back would need minutes for one of these, not a blink."""
    assert MASK.text(unit * (4000 // len(unit))) is not None
