"""Forty chats as people write them: bursts of messages, what is to become of them, and how they answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Chat:
    """Bursts in order; `kind` is the root of the right report, `place` a part of its address.

    A burst's lines are what came within some seconds; `[ảnh]`, `[ghim]`, `[nhãn dán]` and `[ghi âm]` stand
    for a photo, a shared position, a sticker and a voice note.
    """

    name: str
    bursts: tuple[str, ...]
    kind: str
    place: str


def chat(name: str, kind: str, place: str, *bursts: str) -> Chat:
    return Chat(name, bursts, kind, place)


CHATS = (
    chat("no marks", "litter", "12 Lê Lợi", "rac o 12 le loi nhieu qua ad oi"),
    chat("issue's own", "litter", "Lê Lợi", "rác ở lê lợi", "gan cau truong tien"),
    chat("three messages", "litter", "Hàn Mặc Tử", "ad ơi\nrác nhiều quá\nở hàn mặc tử nha"),
    chat("greeting first", "street_light", "Võ Thị Sáu", "chào ad", "đèn đường tắt ở đường Võ Thị Sáu"),
    chat("photo and words", "litter", "Chợ Đông Ba", "[ảnh]\nrác trước chợ Đông Ba"),
    chat("only a photo", "litter", "Tuy Lý Vương", "[ảnh]", "rác ở tuy lý vương"),
    chat("photo, then pin", "hanging_cable", "", "[ảnh]\ndây cáp sà xuống đường", "[ghim]"),
    chat("pin and words at once", "blocked_drain", "", "[ghim]\ncống bị nghẹt nước tràn ra"),
    chat("house number later", "litter", "45 Lê Lợi", "co dong rac o le loi", "so 45 le loi"),
    chat("does not know nearer", "litter", "Nguyễn Trãi", "rác chất đống ở nguyễn trãi", "không biết số"),
    chat("ward alone", "litter", "Ngự Bình", "rác ở phường An Cựu không ai dọn", "đường Ngự Bình á"),
    chat("wrong ward", "litter", "117 Bà Triệu", "rác trước 117 Bà Triệu phường Vỹ Dạ"),
    chat("landmark", "hanging_cable", "Trường Quốc Học", "dây điện rớt gần trường quốc học"),
    chat(
        "hospital in short",
        "pavement_order",
        "Bệnh viện Trung ương Huế",
        "lấn chiếm vỉa hè trước bv trung ương huế",
    ),
    chat("map link", "litter", "", "rác ở đây nè https://www.google.com/maps?q=16.4637,107.5909"),
    chat("coordinates", "fallen_tree", "", "cây đổ 16.4667, 107.5990"),
    chat("longitude first", "fallen_tree", "", "cay do chan duong 107.5990, 16.4667"),
    chat(
        "thanks after", "litter", "20 Nguyễn Huệ", "rác 20 nguyễn huệ", "đúng rồi gửi đi", "cảm ơn ad nhiều"
    ),
    chat("abbreviated words", "litter", "Chu Văn An", "rác ở chu văn an ko ai dọn mấy bữa ni r"),
    chat("question mark", "street_light", "Phạm Ngũ Lão", "sao đèn đường ở Phạm Ngũ Lão hư hoài vậy?"),
    chat("capitals", "litter", "Đào Duy Anh", "RÁC Ở ĐÀO DUY ANH QUÁ NHIỀU!!!"),
    chat("kind unclear", "litter", "Vạn Xuân", "dơ quá chỗ vạn xuân", "1"),
    chat("corrected place", "litter", "88 Chi Lăng", "rác ở hàn mặc tử", "nhầm, ở 88 Chi Lăng"),
    chat("sticker first", "litter", "Ngự Bình", "[nhãn dán]", "rác ở đường ngự bình"),
    chat(
        "long story",
        "blocked_drain",
        "Hoàng Quốc Việt",
        "Kính gửi lãnh đạo thành phố. Tôi là dân ở đây đã nhiều năm. Mỗi lần mưa là ngập đường, nước vô nhà. "
        "Chỗ tôi ở đường Hoàng Quốc Việt, phường An Cựu. Mong sớm xử lý cho dân nhờ.",
    ),
    chat("kiệt", "litter", "Lê Lợi", "rác trong kiệt 15 lê lợi", "gần số 12 lê lợi"),
    chat(
        "advertisement",
        "illegal_ad",
        "Mai Thúc Loan",
        "dan giay quang cao day cot dien o mai thuc loan",
        "[ghim]",
    ),
    chat("two problems", "litter", "12 Lê Lợi", "rác ở 12 lê lợi với đèn đường hư"),
    chat("noise", "pollution", "Tuy Lý Vương", "karaoke ồn ào quá ở tuy lý vương 11h đêm rồi"),
    chat("dead animal", "litter", "Võ Thị Sáu", "có xác chó chết ở võ thị sáu hôi quá"),
    chat("manhole", "blocked_drain", "60 Lê Lợi", "nắp cống bị vỡ trước 60 Lê Lợi nguy hiểm"),
    chat("split words", "litter", "Chợ An Cựu", "rác", "ở chợ an cựu"),
    chat("place first", "litter", "12 Lê Lợi", "12 lê lợi", "rác chưa ai lấy"),
    chat("name in the middle", "pavement_order", "Vạn Xuân", "bàn ghế đầy vỉa hè vạn xuân không ai đi được"),
    chat("dialect behind the name", "litter", "Ngự Bình", "rac mô mà lắm ri", "o duong ngu binh ni nì"),
    chat("market in the name", "street_light", "Chợ An Cựu", "bóng đèn trước chợ an cựu cháy rồi"),
    chat("english", "litter", "Chợ Đông Ba", "garbage in front of chợ Đông Ba"),
    chat("crowded answer", "litter", "12 Lê Lợi", "rác", "ở 12 lê lợi nha ad, trước quán cà phê"),
    chat("thanks in the message", "litter", "Hàn Mặc Tử", "nhờ ad xử lý rác ở hàn mặc tử, cảm ơn ad"),
    chat("smoke", "pollution", "Ngự Bình", "khoi bui mu mit o duong ngu binh"),
    chat(
        "tree", "fallen_tree", "Công viên Thương Bạc", "cành cây gãy ở công viên Thương Bạc, cành gãy sắp rơi"
    ),
    chat("confirmed with vâng", "litter", "Phạm Ngũ Lão", "rác phạm ngũ lão", "dạ vâng"),
    chat("overflowing bin", "litter", "Chu Văn An", "thùng rác đầy tràn ra đường chu văn an"),
    chat("unknown street", "litter", "", "rác ở đường Hồ Văn Xyz", "[ghim]"),
    chat(
        "decomposed letters",
        "litter",
        "Hàn Mặc Tử",
        "ra\u0301c \u01a1\u0309 ha\u0300n m\u0103\u0323c t\u01b0\u0309",
    ),
)
