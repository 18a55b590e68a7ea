"""Chats as people of Huế write them, whose places lie in the city's real streets."""

from __future__ import annotations

from tests.domain.talks.dialogue.chats import chat

REAL_CHATS = (
    chat(
        "hawkers at a corner",
        "pavement_order",
        "Góc Hùng Vương – Nguyễn Huệ",
        "ngã tư hùng vương nguyễn huệ bán hàng rong lấn hết vỉa hè",
    ),
    chat("alley behind the ward", "litter", "Kiệt 61 Vạn Xuân", "rác đường vạn xuân p kim long, gần kiệt 61"),
    chat("near an alley", "litter", "Kiệt 48 Ngự Bình", "chó chết trôi bên đường ngự bình gần kiệt 48"),
    chat(
        "a house, not Đường số 12",
        "pavement_order",
        "12 Lý Thường Kiệt",
        "xe hơi đậu chắn cổng nhà số 12 lý thường kiệt",
        "đúng rồi",
    ),
    chat(
        "the corner told second",
        "fallen_tree",
        "Đoàn Thị Điểm, gần Đinh Tiên Hoàng",
        "cây đổ chắn ngang đường đoàn thị điểm",
        "gần ngã tư đinh tiên hoàng",
    ),
    chat(
        "alley, not the house of its number",
        "litter",
        "Kiệt 131 Trần Phú",
        "E chào ad, nhà e ở kiệt 131 trần phú, mấy bữa ni rác k ai hốt",
        "dạ trong kiệt đó",
    ),
    chat(
        "no alley that was not said",
        "pavement_order",
        "45 Điện Biên Phủ",
        "mặt đường điện biên phủ trước số 45 có hố sâu nguy hiểm lắm",
        "đúng chỗ đó",
    ),
    chat("number in the name", "illegal_construction", "40 Xuân 68", "số 40 xuân 68 xây nhà không phép", "ừ"),
    chat("house behind, in lines", "litter", "12 Duy Tân", "ad ơi\nrác\nduy tân\ntrước số 12", "đúng"),
    chat(
        "no café “Cay”",
        "illegal_ad",
        "Lý Nam Đế",
        "bảng quảng cáo 0935123456 treo trên cây ở đường lý nam đế",
        "đầu đường",
    ),
    chat("english", "litter", "Chùa Thiên Mụ", "trash everywhere at thien mu pagoda parking"),
    chat("flood", "blocked_drain", "Bà Triệu", "mưa xíu là bà triệu ngập, cống nghẹt", "đoạn kiệt 116"),
    chat(
        "three for one", "street_light", "Kiệt 109 Đặng Huy Trứ", "bóng đèn\nở kiệt 109 đặng huy trứ\như rồi"
    ),
    chat(
        "ward, then words",
        "litter",
        "gần quán cà phê Mây",
        "rác nhiều quá ở phường vỹ dạ",
        "gần quán cà phê Mây",
    ),
    chat("cable", "hanging_cable", "Kiệt 64", "dây mạng đứt nằm vắt ngang kiệt 64 nguyễn sinh cung"),
    chat("k50", "blocked_drain", "Kiệt 50 Hải Triều", "k50 hải triều mất nắp cống"),
    chat("alley with a slash", "street_light", "Kiệt 4/42 Đào Tấn", "đèn kiệt 4/42 đào tấn không sáng"),
    chat("fish", "pollution", "Hồ Tịnh Tâm", "cá chết nổi trắng hồ tịnh tâm hôi quá"),
    chat("no street “Phan Anh”", "litter", "Kiệt 36 Đống Đa", "muốn phản ánh rác", "trước kiệt 36 đống đa"),
    chat("two corners", "litter", "Góc Nguyễn Văn Linh", "rác ở nguyễn văn linh", "gần ngã ba lý thái tổ"),
    chat("k for không", "street_light", "Tuy Lý Vương", "ad\nđèn\nở tuy lý vương\nk sáng"),
    chat("hour is no house", "pollution", "Lương Nhữ Hộc", "loa kéo mở tới 12h, lương nhữ hộc", "đầu đường"),
    chat(
        "writer lives elsewhere",
        "pollution",
        "Phan Đình Thông",
        "Kính gửi quý cơ quan, tôi là Trần Văn Bảy, ở 12 Đống Đa. Xin báo quán nhậu ở phan đình thông ồn",
        "đầu đường",
    ),
    chat(
        "english number behind",
        "pavement_order",
        "80 Nguyễn Lộ Trạch",
        "there's a huge pothole on Nguyen Lo Trach street, near number 80",
    ),
    chat("both words are kinds", "food_hygiene", "Chợ Cống", "quán bún bán đồ ôi thiu ở chợ cống", "1"),
    chat(
        "thanks, no shop “Cam On”",
        "blocked_drain",
        "Thạch Hãn",
        "cám ơn bữa trước nghe",
        "thạch hãn ngập nữa",
        "đầu đường",
    ),
    chat("no Tứ Hạ", "pavement_order", "Góc Hà Nội", "ngã tư hà nội lý thường kiệt đèn đỏ hư", "1"),
    chat(
        "nhầm, no Nhâm", "litter", "Trần Bình Trọng", "rác ở yết kiêu", "à nhầm, bên trần bình trọng mới đúng"
    ),
    chat("map in words", "pollution", "", "geo:16.4671,107.5862?z=18 khói than mịt mù"),
    chat("fullest teen", "litter", "Trần Quang Khải", "ad oi k có ai hốt rác ở trần quang khải hết z"),
    chat("pagoda", "litter", "Chùa Từ Hiếu", "Trash piling up at Tu Hieu pagoda gate"),
    chat("two corners of a bridge", "litter", "Cầu Ngói Thanh Toàn", "cầu ngói thanh toàn rác đầy chân cầu"),
)
