"""Lists of words, written as a text: what leads to a place in a sentence, and what belongs to no name."""

from __future__ import annotations

import re


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


STRONG = word_set("duong dg pho kiet hem ngo ngach goc so nga doan d/c dc kdt kqh sn k")
NEAR = word_set(
    """o tai gan truoc canh ben doi dien cho cau truong benh bv chua ho hoc nha sau tren duoi ubnd khu thon
    to cong phuong xa ngay dau cuoi vien lang ga cua trong doc"""
)
KINDS_OF_PLACES = word_set("benh bv cau truong chua cong vien lang ga")
ENGLISH_LEADS = word_set("at near opposite behind beside outside")
INSIDE = word_set("o tai tren ngay doc trong") | ENGLISH_LEADS
UNITS = word_set("phuong p f xa x")
MEASURES = word_set("ngay tuan gio phut bua hom tui bao cai nguoi xe met m km tan kg thung h")
MEASURES |= {"ngày", "tuần", "tháng", "năm", "giờ", "phút", "bữa", "hôm", "lần", "túi", "cái", "người"}
MEASURES |= {"bóng", "cột", "trụ", "mét", "tấn", "thùng"}
"""What a number in front of it counts, in its marks where others have a street of that name."""

STOPS = word_set(
    """bi co nhieu qua may hom roi khong ko k chua dang ai nho mong de boc gay rat lam voi nha a em anh chi
    giup xu tu nam lau suot luc ma thi la day do kia no cac ong ba dan moi nguoi di chay don tao tap mat con
    can nua hu hong toi thoi ngap tac nghen ngay nay sang chieu hoi ban bay rac xe cay den
    ni ri rua va"""
)

NO_NAMES = word_set(
    """hue tp thanh tinh quan huyen thi tt dem toi trua vua moi cu hay toan luon van thuong roi gay be sap
    nut hong tat ket un phia huong ve den dong nuoc mua gio nguy bui on boc chay cay dien day cap quang
    vut xa tran lun sut lo sau hang thung bai bon het hoac va hai giua tiep thay thieu mat dau nghe
    ben tren duoi trong ngoai truoc vi nen gap lien sat giap qua mau som nhanh that ghe kinh ao am mo
    tieng con nguoi tre bo meo chuot vao ra len xuong di lai tu phai trai cuoi lon nho rong hep cao thap"""
)
NO_NAMES |= {"dán"}
"""Words that go on behind a place's name and are no part of it, beside `STOPS`."""

MARKED = re.compile(
    "dân|dán|dẫn|dần|dàn|cây|cấy|cay|lá|la|hư|hở|hở|đi|đề|để|đẻ|rác|rạc|rất|bị|bi|gây|gãy|rồi|rối|"
    "tới|tối|tôi|thôi|thối|hỏi|hôi|hơi|ông|ong|bà|ba|bạ|các|cạc|cách|dọn|đón|đòn|tạp|táp|mất|mắt|"
    "mật|mặt|nữa|nửa|nứa|ngập|tắc|nghẽn|nghẹn|này|nay|nầy|sang|sáng|sàng|hội|hời|ban|bàn|bạn|bán|"
    "bẩn|bắn|bay|bảy|bày|xe|xé|xẻ|xà|đèn|đen|đến|đền|rưa|rứa|va|và|vả|vá|huế|tỉnh|tính|quận|quấn|"
    "huyện|thị|thì|thi|đêm|đệm|trưa|vừa|vựa|mới|mời|cũ|củ|hay|hãy|hày|toàn|toan|luôn|thường|thương|"
    "bê|bể|bé|sập|sắp|sát|sạt|nứt|hỏng|hổng|tắt|kẹt|kết|un|ùn|phía|hướng|về|vẻ|vẽ|vệ|đông|đóng|đống|"
    "động|nước|mưa|gió|nguy|bụi|bùi|ồn|ốc|bốc|cháy|chạy|chảy|điện|dày|dây|dậy|đây|đấy|đầy|cáp|cấp|"
    "cặp|quang|vứt|xả|xa|trận|tràn|trần|lún|sụt|lở|lỡ|sâu|sau|sấu|hàng|thùng|bãi|bài|bốn|bồn|bổn|"
    "hết|hét|hoặc|hai|hại|giữa|tiếp|thấy|thay|thầy|thiếu|đau|đâu|đầu|đậu|nghe|trên|dưới|trong|trọng|"
    "ngoài|trước|vì|vị|nên|nền|gấp|gặp|liền|giáp|qua|quá|mau|màu|máu|sớm|nhanh|thật|ghế|ghẹ|kính|ao|"
    "áo|ảm|am|mò|mơ|mở|mỡ|tiếng|con|còn|người|tre|trẻ|bỏ|bó|bò|bơ|bờ|mèo|chuột|vào|ra|len|lên|xuống|"
    "lại|tu|tự|tụ|phải|trái|cuối|lớn|nhỏ|rộng|hẹp|cao|thấp|ở|tại|gần|cạnh|bên|bến|đối|diện|chỗ|chợ|"
    "chờ|cầu|trường|bệnh|chùa|chưa|hồ|hộ|nhà|khu|thôn|tổ|cổng|cống|phường|xã|ngay|ngày|dọc|đọc|đốc|"
    "cửa|ga|viện|ảnh|ánh|báo|bão|bảo|bào|bóng|bông|bữa|bừa|búa|cái|cãi|cần|căn|cạn|cận|chị|chỉ|"
    "chiều|chiếu|có|cò|cỏ|cơ|cố|cột|cốt|đang|đáng|dạng|đăng|dâng|đó|đỗ|đổ|dơ|độ|dở|đoạn|đoán|đường|"
    "giúp|góc|gốc|hẻm|học|hốc|hôm|hòm|không|kìa|kiệt|lắm|làm|lần|lấn|lằn|làng|lăng|lặng|lâu|lầu|lúc|"
    "mà|mã|mấy|máy|mây|mét|mệt|mống|năm|nằm|nấm|ngã|ngả|ngõ|ngó|nhiều|nhiêu|nó|nỏ|nợ|nổ|phố|phở|"
    "phút|số|sợ|sơ|suốt|tấn|tàn|tán|tạo|tháng|thẳng|thành|trụ|trừ|tuần|với|vòi|vôi|xử|xứ|vẫn|được|"
    "từ|là|cả|đã|dạ|nhờ|mọi|cùng|khói|đục|rò|rỉ"
)
"""Marked spellings of those words that are common; another one in its place is of a name: “cầu Kho Đạn”."""

WHICH_ONE = {"trên", "dưới", "trong", "ngoài", "cũ", "mới", "lớn", "nhỏ", "thượng", "hạ"}
WHICH_ONE |= word_set("tren duoi ngoai cu moi nho")
"""Words that tell two places of one name apart where nothing stands behind them: “chợ Bến Ngự trên”."""
