"""Chats of a city whose folder knows its streets by name alone, as it is on its first day."""

from __future__ import annotations

from tests.domain.talks.dialogue.chats import chat

WARD = "phường Thuận Hóa"

PLAIN_CHATS = (
    chat("a ward called as a street", "litter", "Nguyễn Công Trứ", "rác nguyễn công trứ", WARD, "uh gửi"),
    chat("the ward's bare name", "street_light", "24 Lê Lợi", "đèn tắt trước 24 lê lợi", "thuận hóa"),
    chat("a name in the middle", "pollution", "Chu Văn An", "quán bar chu văn an mở nhạc ầm ầm", WARD),
    chat("behind “ở”", "street_light", "Bến Nghé", "bóng đèn đường\nở bến nghé tắt ngúm rồi", WARD),
    chat("what is counted", "litter", "Xuân Diệu, ", "đường xuân diệu 3 ngày rồi không thấy xe rác", WARD),
    chat(
        "a ward behind its address",
        "street_light",
        "14 Lê Quý Đôn, Phường Thuận Hóa",
        "Đèn đường trước số 14 Lê Quý Đôn, phường Thuận Hóa không sáng 5 hôm nay.",
    ),
    chat(
        "the same without marks",
        "pollution",
        "120 Lê Duẩn, Phường Phú Xuân",
        "quan nhau 120 Le Duan phuong Phu Xuan mo nhac on ao",
    ),
    chat(
        "who writes lives elsewhere",
        "pavement_order",
        "21 Dương Văn An, Phường Vỹ Dạ",
        "Tôi tên: Bình\nĐịa chỉ: 15 Nguyễn Sinh Cung\nXe đậu chắn vỉa hè số 21 Dương Văn An, phường Vỹ Dạ",
    ),
    chat("a telephone number", "illegal_ad", "An Dương Vương", "0905 111 222 dán đầy an dương vương", WARD),
    chat("comma decimals", "pollution", "", "khói đốt than mù mịt 16,4655 107,5801"),
    chat(
        "the kind corrected",
        "hanging_cable",
        "Phan Bội Châu",
        "cây đổ ở phan bội châu",
        "à không, dây cáp bị đứt chứ k phải cây",
        WARD,
    ),
    chat(
        "the street corrected", "litter", "Ngô Quyền", "rác ở hàn thuyên", "à nhầm ngô quyền mới đúng", WARD
    ),
    chat(
        "not this but that",
        "litter",
        "Phạm Ngũ Lão",
        "rác 3 võ thị sáu",
        "à không phải võ thị sáu mà phạm ngũ lão",
        WARD,
    ),
    chat(
        "thanks for last time", "litter", "Tố Hữu", "cảm ơn đội ngũ đã hỗ trợ lần trước", "rác tố hữu", WARD
    ),
    chat("nobody there", "litter", "Bến Nghé", "có ai không", "rác bến nghé", WARD, "ok gửi đi bạn"),
    chat("a sticker between", "litter", "Bến Nghé", "rác bến nghé", "[nhãn dán]", WARD),
    chat(
        "english",
        "blocked_drain",
        "Võ Thị Sáu, Phường Thuận Hóa",
        "hi, there is a broken manhole cover on vo thi sau street",
        "Thuan Hoa ward",
        "Yes, send it",
    ),
)
