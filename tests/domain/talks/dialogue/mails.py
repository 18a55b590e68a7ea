"""Forty letters as people write them: subject, words, what they answer, and the right report."""

from __future__ import annotations

from dataclasses import dataclass

GMAIL = "\n\nVào 10:23, Th 2, 5 thg 5, 2026 Đường dây nóng <dttm@hue.example> đã viết:\n> Ở đâu ạ?\n> 1 Rác"
OUTLOOK = "\n\nTừ: Đường dây nóng\nĐã gửi: 5 Tháng Năm 2026\nĐến: Tôi\nChủ đề: Re\n\nViệc này ở đâu ạ?"
PHONE = "\n\nĐã gửi từ iPhone của tôi"
SIGNED = "\n\nTrân trọng,\nNguyễn Văn An\nĐT: 0905 123 456\nCông ty TNHH Hương Giang\n99 Hùng Vương, Huế"


@dataclass(frozen=True)
class Mail:
    """A letter and the answers to what is asked; `kind` is the root of the report, `place` in its address."""

    subject: str
    text: str
    kind: str
    place: str
    answers: tuple[str, ...] = ()
    photos: int = 0
    pin: bool = False


def mail(
    subject: str, text: str, kind: str, place: str, *answers: str, photos: int = 0, pin: bool = False
) -> Mail:
    return Mail(subject, text, kind, place, answers, photos, pin)


MAILS = (
    mail("Rác ở 12 Lê Lợi", "", "litter", "12 Lê Lợi"),
    mail("Rác", "Rác chất đống trước 45 Hùng Vương mấy hôm nay.", "litter", "45 Hùng Vương"),
    mail(
        "Phản ánh",
        "Kính gửi, có rác ở 20 Nguyễn Huệ không ai dọn." + SIGNED,
        "litter",
        "20 Nguyễn Huệ",
    ),
    mail("den duong hu", "den duong tat o duong Vo Thi Sau", "street_light", "Võ Thị Sáu"),
    mail("Đèn đường", "Đèn tắt ở đường Phạm Ngũ Lão cả tuần." + PHONE, "street_light", "Phạm Ngũ Lão"),
    mail("Cây đổ", "Cây đổ chắn đường trước số 117 Bà Triệu.", "fallen_tree", "117 Bà Triệu"),
    mail("V/v dây cáp", "Dây cáp sà xuống đường gần trường quốc học.", "hanging_cable", "Trường Quốc Học"),
    mail("", "rác nhiều quá ở hàn mặc tử", "litter", "Hàn Mặc Tử"),
    mail("Rác", "Chỗ tôi rác nhiều lắm.", "litter", "15 Hùng Vương", "số 15 Hùng Vương nhé" + GMAIL),
    mail("Rác", "Chỗ tôi rác nhiều lắm.", "litter", "88 Chi Lăng", "88 Chi Lăng" + OUTLOOK),
    mail("Rác ở Lê Lợi", "Bẩn quá.", "litter", "45 Lê Lợi", "số 45 Lê Lợi" + GMAIL),
    mail("Rác ở Nguyễn Trãi", "Không ai dọn.", "litter", "Nguyễn Trãi", "tôi không nhớ số nhà" + GMAIL),
    mail("Rác", "Rác ở phường An Cựu không ai dọn", "litter", "Ngự Bình", "đường Ngự Bình" + PHONE),
    mail("Ảnh", "", "litter", "Tuy Lý Vương", "rác ở tuy lý vương" + GMAIL, photos=2),
    mail("Ảnh rác", "", "litter", "", photos=1, pin=True),
    mail("Cống nghẹt", "Cống bị nghẹt, nước tràn ra đường.", "blocked_drain", "", pin=True, photos=1),
    mail("Nhờ xử lý", "Dơ quá chỗ Vạn Xuân", "litter", "Vạn Xuân", "1" + GMAIL),
    mail("Nhờ xử lý", "Dơ quá chỗ Vạn Xuân", "litter", "Vạn Xuân", "1. Rác" + OUTLOOK),
    mail("Rác", "Rác ở đây: https://www.google.com/maps?q=16.4637,107.5909", "litter", ""),
    mail("Cây đổ", "Vị trí 16.4667, 107.5990 cây đổ", "fallen_tree", ""),
    mail("RÁC", "RÁC Ở ĐÀO DUY ANH QUÁ NHIỀU!!!", "litter", "Đào Duy Anh"),
    mail("Lấn chiếm vỉa hè", "Lấn chiếm vỉa hè trước 20 Nguyễn Huệ.", "pavement_order", "20 Nguyễn Huệ"),
    mail("Re: rác", "Rác trước chợ Đông Ba bốc mùi.", "litter", "Chợ Đông Ba"),
    mail("Fwd: rác", "Rác ở chu văn an ko ai dọn mấy bữa ni", "litter", "Chu Văn An"),
    mail("ổ gà", "Ổ gà lớn trước 88 Chi Lăng, xe máy hay té.", "pavement_order", "88 Chi Lăng"),
    mail("Báo hỏng", "Đèn đường hư ở Phạm Ngũ Lão", "street_light", "Phạm Ngũ Lão"),
    mail("Rác thải", "Rác thải đổ trộm ở 12 Lê Lợi, xin cảm ơn anh chị nhiều.", "litter", "12 Lê Lợi"),
    mail("xin chào", "Chào anh chị, em muốn báo rác ở Đào Duy Anh ạ", "litter", "Đào Duy Anh"),
    mail("Rác", "Rác.", "litter", "12 Lê Lợi", "ở 12 Lê Lợi phường Thuận Hóa" + PHONE),
    mail("Trash", "rác at 12 Lê Lợi please", "litter", "12 Lê Lợi"),
    mail("Đèn", "Đèn đường tắt", "street_light", "Võ Thị Sáu", "đường Võ Thị Sáu ạ" + SIGNED + GMAIL),
    mail("Rác", "Rác ở kiệt 12 Lê Lợi", "litter", "Lê Lợi", "gần 45 Lê Lợi" + GMAIL),
    mail("Phản ánh rác", "Tôi ở xa nên không rõ.", "litter", "20 Nguyễn Huệ", "20 Nguyễn Huệ" + GMAIL),
    mail("Cáp", "Dây cáp treo lủng lẳng ở Tuy Lý Vương", "hanging_cable", "Tuy Lý Vương"),
    mail("Quảng cáo", "Quảng cáo dán bậy khắp cột điện ở Võ Thị Sáu", "illegal_ad", "Võ Thị Sáu"),
    mail("Rác", "Rác\nở\nHàn Mặc Tử", "litter", "Hàn Mặc Tử"),
    mail("Rác (gấp)", "Rác ở 45 Lê Lợi.\n-- \nAn\n99 Hùng Vương", "litter", "45 Lê Lợi"),
    mail("rac", "rac o 12 le loi nhieu qua", "litter", "12 Lê Lợi"),
    mail("Cống", "Cống nghẹt ở Ngự Bình", "blocked_drain", "Ngự Bình"),
    mail("Rác", "Rác ở đây ạ, xem ảnh", "litter", "", photos=3, pin=True),
)
