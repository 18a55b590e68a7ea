"""Chats in the speech of Huế's young and old: slang, shortened words, places told by what is beside them."""

from __future__ import annotations

from tests.domain.talks.dialogue.chats import chat

NEW_CHATS = (
    chat("ri", "litter", "Hàn Mặc Tử", "răng mà rác để cả tuần ri chưa ai hốt hè", "hàn mặc tử á"),
    chat("teen", "litter", "Võ Thị Sáu", "ad ui rác wá trời lun ak, ở võ thị sáu nek"),
    chat("ko dc", "street_light", "Chu Văn An", "đèn đg chu văn an hư r, tối ko thấy j hết"),
    chat("hot rac", "litter", "Tuy Lý Vương", "xe hốt rác ko vô kiệt mấy bữa ni r", "tuy lý vương"),
    chat("3 tin cut", "pavement_order", "Ngự Bình", "co cai o ga", "bu chang", "duong ngu binh"),
    chat("mua lon", "blocked_drain", "Hoàng Quốc Việt", "mưa xíu là hoàng quốc việt thành sông liền"),
    chat("nuoc len", "blocked_drain", "Đào Duy Anh", "nước lên tới đầu gúi rồi ad ơi", "đào duy anh"),
    chat("cay nga", "fallen_tree", "Vạn Xuân", "cây ngã chắn ngang đường vạn xuân xe ko qua được"),
    chat("nhanh cay", "fallen_tree", "Trường Quốc Học", "nhánh cây to sắp rớt trước trường quốc học"),
    chat("day bung nhung", "hanging_cable", "Phạm Ngũ Lão", "dây nhợ bùng nhùng ở phạm ngũ lão thấy ghê"),
    chat("day mang", "hanging_cable", "Võ Thị Sáu", "dây mạng rớt xuống ngang mặt, võ thị sáu"),
    chat("cot dien", "hanging_cable", "Hàn Mặc Tử", "trụ điện nghiêng lắm rồi, sợ đổ quá, đường hàn mặc tử"),
    chat("cho vay", "illegal_ad", "Chợ An Cựu", "tờ rơi cho vay dán kín cột chợ an cựu"),
    chat("khoan cat", "illegal_ad", "Ngự Bình", "KHOAN CẮT BÊ TÔNG SƠN ĐẦY TƯỜNG NHÀ TUI, NGỰ BÌNH"),
    chat("karaoke", "pollution", "Hoàng Quốc Việt", "hát karaoke ầm ầm 11h đêm chưa nghỉ, hoàng quốc việt"),
    chat("dot rac", "litter", "Vạn Xuân", "nhà bên đốt rác khói mù, vạn xuân"),
    chat("heo chet", "litter", "Cầu Trường Tiền", "có xác heo trôi dưới chân cầu trường tiền hôi lắm"),
    chat("xa ban", "litter", "Chu Văn An", "ai đổ đống xà bần chà bá ở chu văn an"),
    chat("nuoc thai", "pollution", "Đào Duy Anh", "quán phở xả nước thải ra đường đào duy anh tanh ói"),
    chat("lan chiem", "pavement_order", "Chợ Đông Ba", "mấy bà bán hàng lấn hết lề đường chợ đông ba"),
    chat("oto dau", "pavement_order", "Phạm Ngũ Lão", "xe hơi đậu bít đường phạm ngũ lão suốt"),
    chat("den xanh do", "pavement_order", "Chợ An Cựu", "đèn xanh đèn đỏ chỗ chợ an cựu bị hư"),
    chat("den sang", "street_light", "Tuy Lý Vương", "đèn đường tuy lý vương sáng cả ngày, phí điện"),
    chat("xay", "illegal_construction", "Võ Thị Sáu", "nhà hàng xóm xây lấn ra đường, ko phép, võ thị sáu"),
    chat(
        "ban do an", "food_hygiene", "Trường Quốc Học", "xe bánh mì trước trường quốc học bán đồ ăn ôi thiu"
    ),
    chat("photo roi chu", "litter", "Ngự Bình", "[ảnh]", "rác á ad", "ngự bình"),
    chat("anh va ghim", "pavement_order", "", "[ảnh]\n[ghim]", "ổ gà to đùng"),
    chat("ghim truoc", "litter", "", "[ghim]", "rác ngập ngụa"),
    chat("chi anh", "fallen_tree", "Hàn Mặc Tử", "[ảnh]\n[ảnh]", "cây đổ", "hàn mặc tử"),
    chat("so nha", "litter", "60 Lê Lợi", "truoc so 60 le loi co dong rac to"),
    chat("so sau", "street_light", "20 Nguyễn Huệ", "cột đèn hư ở nguyễn huệ", "số 20 á"),
    chat("kiet", "blocked_drain", "Chi Lăng", "cống nghẹt ở kiệt 88 chi lăng"),
    chat("sai phuong", "litter", "Tuy Lý Vương", "rác ở tuy lý vương phường thuận hóa"),
    chat("hai viec", "litter", "Vạn Xuân", "vạn xuân vừa rác vừa hư đèn ad ơi"),
    chat("cam on truoc", "street_light", "Võ Thị Sáu", "cảm ơn ad trước nha", "đèn đường võ thị sáu hư rồi"),
    chat(
        "hoi dai", "litter", "Phạm Ngũ Lão", "cho em hỏi phản ánh rác thì nhắn đây hả", "rác ở phạm ngũ lão"
    ),
    chat("emoji", "hanging_cable", "Chu Văn An", "⚡️⚡️ dây điện đứt 😱 chu văn an"),
    chat(
        "ong gia",
        "pavement_order",
        "Hoàng Quốc Việt",
        "Kính gửi UBND. Đường Hoàng Quốc Việt hư hỏng nặng, đề nghị sửa.",
    ),
    chat("telex", "litter", "Đào Duy Anh", "rasc ow dduowngf ddaof duy anh"),
    chat(
        "khong dau dai",
        "pollution",
        "Bệnh viện Trung ương",
        "quan nhau canh benh vien trung uong mo nhac rat lon",
    ),
)
