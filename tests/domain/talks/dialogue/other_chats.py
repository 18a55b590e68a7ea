"""Chats of people who tell more than they are asked, misspell, name two places or urge."""

from __future__ import annotations

from tests.domain.talks.dialogue.chats import chat

OTHER_CHATS = (
    chat(
        "ban dem do trom",
        "litter",
        "Ngự Bình",
        "dem qua co xe ba gac do xa ban ngay dau duong ngu binh, sang ra thay nguyen dong",
    ),
    chat(
        "den nhap nhay",
        "street_light",
        "Chu Văn An",
        "trụ đèn trước nhà mình ở chu văn an cứ chớp chớp tắt tắt cả tuần nay",
    ),
    chat(
        "internet",
        "hanging_cable",
        "Đào Duy Anh",
        "dây internet đứt rớt xuống mặt đường đào duy anh nha ad, xe cộ vướng",
    ),
    chat(
        "4 tin",
        "blocked_drain",
        "Hoàng Quốc Việt",
        "ad",
        "nước ngập tới gối rồi",
        "hoàng quốc việt",
        "nhanh lên giúp với",
    ),
    chat("emoji", "litter", "Hàn Mặc Tử", "🤢🤢 rác quá trời ở hàn mặc tử 😡"),
    chat(
        "chuyen giup",
        "pavement_order",
        "Chợ Đông Ba",
        "Nhờ ad chuyển giúp: xe máy để tràn lan lề đường cổng chợ đông ba không còn lối cho người đi bộ",
    ),
    chat(
        "benh vien",
        "pollution",
        "Bệnh viện Trung ương",
        "cạnh bệnh viện trung ương huế có quán nhậu hát karaoke loa kéo ầm ĩ",
    ),
    chat(
        "so nha sau",
        "illegal_ad",
        "12 Lê Lợi",
        "quảng cáo khoan cắt bê tông dán đầy tường",
        "trước nhà số 12 đường lê lợi",
    ),
    chat(
        "hoi nguoc",
        "litter",
        "Võ Thị Sáu",
        "bên mình có nhận phản ánh rác không ạ?",
        "có đống rác ở võ thị sáu mấy hôm nay",
    ),
    chat("anh roi vi tri", "fallen_tree", "", "[ảnh]\n[ảnh]", "cây ngã đè xe luôn rồi", "[ghim]"),
    chat("sai chinh ta", "blocked_drain", "Phạm Ngũ Lão", "nắp cóng bị mất trên đường phạm ngũ lảo"),
    chat("sdt trong tin", "litter", "Tuy Lý Vương", "rac o tuy ly vuong, can lien he 0905123123 nhe"),
    chat(
        "ten duong trong cau hoi",
        "street_light",
        "Vạn Xuân",
        "khi nào vạn xuân mới có đèn đường lại vậy, tối thui",
    ),
    chat("hai cho", "litter", "Ngự Bình", "rác ở ngự bình và cả ở hoàng quốc việt nữa"),
    chat(
        "ko dau lien", "food_hygiene", "Võ Thị Sáu", "quan com vo thi sau ban do an thiu, con toi bi ngo doc"
    ),
    chat("cam on truoc", "litter", "Chợ An Cựu", "Cảm ơn ad trước ạ. Sau lưng chợ An Cựu rác ùn ứ bốc mùi"),
    chat("tu choi roi sua", "litter", "88 Chi Lăng", "rác ở võ thị sáu", "không phải", "88 chi lăng"),
    chat(
        "english",
        "blocked_drain",
        "Phạm Ngũ Lão",
        "The drain on Pham Ngu Lao street is blocked, water everywhere",
    ),
    chat("kiet", "pollution", "Ngự Bình", "trong kiệt 9 ngự bình có nhà nuôi heo xả nước thải đen ngòm"),
    chat(
        "map",
        "illegal_construction",
        "",
        "nhà này xây không phép https://maps.google.com/maps?q=16.4639%2C107.5921&z=17",
    ),
    chat("anh truoc loi sau", "litter", "Chu Văn An", "[ảnh]", "ở chu văn an nè ad", "rác á"),
    chat("voice + text", "litter", "Đào Duy Anh", "[ghi âm]\nrác đường đào duy anh"),
    chat(
        "cut",
        "hanging_cable",
        "Hàn Mặc Tử",
        "dây thòng lòng trước quán cf đường hàn mặc tử, xe tải đi qua móc hoài",
    ),
    chat(
        "via he be",
        "pavement_order",
        "Võ Thị Sáu",
        "gạch vỉa hè bong tróc hết trên đường võ thị sáu, người già đi té",
    ),
    chat("le loi", "street_light", "Lê Lợi", "đèn đường lê lợi không sáng", "trước trường quốc học"),
    chat("nghi trang", "litter", "Vạn Xuân", "mấy thùng xốp với ly nhựa vứt đầy bờ hồ gần đường vạn xuân"),
)
