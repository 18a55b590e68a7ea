"""Texts of demo citizens and departments: short, spoken, with landmarks and with the slips of real people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from service.demo.seen import ANYTHING, SEEN
from service.domain.kernel.texts import fold

_WHERE = (
    "gần chợ", "trước cổng trường tiểu học", "đối diện trạm y tế", "ngay đầu kiệt", "sát chân cầu",
    "cạnh nhà văn hóa", "sau lưng chùa", "chỗ ngã ba có cây đa", "trước quán cà phê góc đường",
    "gần bến xe", "bên hông công viên",
)  # fmt: skip
_SINCE = ("mấy hôm nay", "từ tuần trước", "từ sáng nay", "cả tháng rồi", "từ sau trận bão", "")
_ASK = (
    "Mong được xử lý sớm.", "Nhờ các anh chị xem giúp.", "Xin cảm ơn!", "Bà con rất bức xúc.", "", "",
    "Đã báo tổ trưởng mà chưa thấy gì.", "Cảm ơn các anh chị lần trước làm rất nhanh.",
)  # fmt: skip
_TWO_IN_ONE = "Với lại đèn đường ở đây cũng tắt luôn."
_ANGRY = "Làm ăn kiểu gì mà để vậy hoài, có ai chịu trách nhiệm không???"
_TEST = "test thử ứng dụng"

STREETS_OF: Mapping[str, tuple[str, ...]] = {
    "Thuận Hóa": ("Lê Lợi", "Hùng Vương", "Nguyễn Huệ", "Phan Chu Trinh", "Điện Biên Phủ", "Bà Triệu"),
    "Phú Xuân": ("Trần Hưng Đạo", "Đặng Thái Thân", "Mai Thúc Loan", "Chi Lăng", "Bạch Đằng", "Nguyễn Trãi",
                 "Đinh Tiên Hoàng", "Xuân 68"),
    "Vỹ Dạ": ("Nguyễn Sinh Cung", "Phạm Văn Đồng", "Tùng Thiện Vương", "Tố Hữu", "Bà Triệu"),
    "An Cựu": ("An Dương Vương", "Tố Hữu", "Hoàng Quốc Việt", "Hùng Vương"),
    "Kim Long": ("Kim Long", "Nguyễn Hoàng"),
    "Thủy Xuân": ("Bùi Thị Xuân", "Lê Ngô Cát", "Minh Mạng"),
    "Hương An": ("Lý Thái Tổ", "Nguyễn Văn Linh", "Đặng Tất"),
    "Hóa Châu": ("Nguyễn Văn Linh", "Đặng Tất"),
    "Mỹ Thượng": ("Phạm Văn Đồng", "Lại Thế"),
    "Dương Nỗ": ("Phạm Văn Đồng",),
    "Thanh Thủy": ("Nguyễn Tất Thành", "Dạ Lê"),
    "Hương Thủy": ("Nguyễn Tất Thành",),
    "Phú Bài": ("Nguyễn Tất Thành",),
}  # fmt: skip
"""Streets that lie in a ward, by its name; of other wards an address says what stands beside."""
MARKS = ("Gần chợ", "Trước trường tiểu học", "Cạnh trạm y tế", "Gần nhà văn hóa", "Đầu cầu", "Cạnh sân bóng")

ASKED = ("Xin cho biết thêm số nhà hoặc mốc gần nhất.", "Nhờ anh/chị gửi thêm một ảnh chụp gần hơn.")
ANSWERED = ("Ngay trước số 15, đối diện tiệm tạp hóa.", "Tôi vừa gửi thêm ảnh rồi ạ.")
HANDED_ON = ("Thuộc tuyến do đơn vị bạn quản lý.", "Công trình này thuộc quản lý của đơn vị khác.")
REFUSED = ("Không thuộc địa bàn của đơn vị.", "Không đúng lĩnh vực phụ trách.")
REJECTED = (
    "Nội dung không đủ thông tin để xác minh.", "Đây không phải phản ánh về hiện trường.",
    "Hiện trường thực tế không như nội dung phản ánh.",
)  # fmt: skip
SENT_BACK = ("Kiểm tra lại thấy vẫn còn một phần chưa xong.", "Mới làm tạm, cần làm lại cho chắc.")
REOPENED = ("Chỉ được hai hôm, nay lại như cũ.", "Chưa xử lý hết, mong kiểm tra lại.")
WITHDRAWN = ("Đã tự dọn cùng hàng xóm.", "Tôi gửi nhầm.")
RATED = ("Rất nhanh, cảm ơn các anh.", "Làm tốt nhưng hơi chậm.", "Tạm được.", "", "", "Chưa hài lòng lắm.")


def description(random: Random, path: Sequence[str]) -> str:
    """Return what a citizen writes about something of the category with these codes, its root first."""
    if random.random() < 0.006:
        return _TEST
    seen = random.choice(next((SEEN[code] for code in reversed(path) if code in SEEN), ANYTHING))
    parts = [seen]
    if random.random() < 0.45:
        parts[0] += f", {random.choice(_WHERE)}"
    if random.random() < 0.3 and (since := random.choice(_SINCE)):
        parts[0] += f", {since}"
    parts[0] += "."
    if random.random() < 0.03:
        parts.append(_TWO_IN_ONE)
    parts.append(_ANGRY if random.random() < 0.02 else random.choice(_ASK))
    return _slip(random, " ".join(part for part in parts if part))


def address(random: Random, ward: str) -> str:
    """Return a house number and a street of that ward, or nothing: many people leave it out."""
    if random.random() < 0.35:
        return ""
    drawn, number, alley = random.randrange(20), random.randrange(1, 240), random.random() < 0.3
    if not (streets := STREETS_OF.get(ward, ())):
        return MARKS[drawn % len(MARKS)]
    street = streets[drawn % len(streets)]
    return f"Kiệt {number} {street}" if alley else f"{number} {street}"


def _slip(random: Random, text: str) -> str:
    """Return the text as some type: without marks, in capitals, with a number, no space after commas."""
    chance = random.random()
    if chance < 0.10:
        return fold(text)
    if chance < 0.13:
        return text.upper()
    if chance < 0.16:
        return text.replace(", ", ",").replace("không", "ko")
    if chance < 0.18:
        return f"{text} Liên hệ 0905 000 {random.randrange(1000):03d}."
    return text
