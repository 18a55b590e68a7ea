"""Texts of demo citizens and departments: short, spoken, with landmarks and with the slips of real people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from service.domain.kernel.texts import fold

_SEEN: Mapping[str, Sequence[str]] = {
    "litter": (
        "Đống rác trước cổng trường ba hôm nay chưa ai dọn, mùi rất khó chịu",
        "Ai đó vứt tấm nệm cũ ngay chân cầu, trôi cả xuống sông",
        "Bao tải xà bần đổ tràn ra lề đường, xe máy phải tránh ra giữa",
        "Thùng rác công cộng đầy tràn từ hôm qua, chó bới tung ra đường",
        "Rác sinh hoạt chất thành đống ở bãi đất trống cạnh chợ",
        "Hộp xốp với ly nhựa đầy trên bãi cỏ ven sông sau đêm chợ phiên",
        "Có xác con chó chết bên lề đường, bốc mùi rồi",
        "Người ta đốt rác ngay trong xóm, khói bay vào nhà có trẻ nhỏ",
        "Xe lấy rác bỏ qua kiệt này hai bữa liền",
        "Đồ gỗ hư, ghế sô pha vứt chắn hết lối vào kiệt",
    ),
    "illegal_ad": (
        "Tờ rơi cho vay tiền dán kín trạm xe buýt, gỡ rồi lại dán",
        "Cột điện trước nhà đầy số điện thoại khoan cắt bê tông",
        "Biển quảng cáo bất động sản đóng đinh lên thân cây, nhìn xót lắm",
        "Băng rôn khai trương giăng ngang đường, gió thổi bung một đầu",
        "Tường rào trường học bị phun sơn số điện thoại rút hầm cầu",
        "Giấy tuyển dụng việc nhẹ lương cao dán khắp bến xe",
        "Tủ điện ngoài đường bị dán kín quảng cáo cho vay không thế chấp",
    ),
    "hanging_cable": (
        "Bó cáp viễn thông sà xuống ngang đầu người đi xe máy",
        "Sau trận mưa hôm qua dây cáp đứt nằm ngang đường, không biết có điện không",
        "Cáp võng xuống chạm mái hiên nhà dân, xe tải qua là kéo theo",
        "Một mớ dây nhùng nhằng trên cột, có sợi thòng xuống vỉa hè",
        "Hộp cáp bung nắp, dây lòng thòng ngay chỗ học sinh đứng chờ",
        "Dây treo thấp quá, xe chở hàng vướng suýt ngã",
        "Trụ cáp nghiêng hẳn về phía đường sau khi xe tải quẹt",
    ),
    "blocked_drain": (
        "Cống nghẹt, mưa nhỏ là nước ngập tới yên xe",
        "Nắp hố ga bể, tối đi rất nguy hiểm",
        "Miệng cống bị rác bịt kín, nước thối đọng cả tuần",
        "Đường thành sông sau mỗi trận mưa, nhờ nạo vét giúp bà con",
    ),
    "fallen_tree": (
        "Cây xanh đổ chắn nửa đường sau giông",
        "Nhánh phượng khô sắp rơi ngay trên lối vào trường mẫu giáo",
        "Cây nghiêng hẳn vào đường dây điện, gió lớn là nguy",
        "Cành cây che khuất đèn tín hiệu ở ngã tư",
    ),
    "pollution": (
        "Nước thải đen chảy thẳng ra hói, cá chết nổi trắng",
        "Xưởng gỗ phun sơn cả ngày, mùi hắc không chịu nổi",
        "Quán karaoke mở loa tới nửa đêm, cả xóm mất ngủ",
        "Trại heo xả thải ra mương, đi ngang phải bịt mũi",
    ),
    "food_hygiene": (
        "Quán ăn rửa chén ngay miệng cống, nhờ kiểm tra",
        "Bán thịt để dưới đất không che đậy gì ở chợ chiều",
        "Ăn ở quán này xong cả nhà bị đau bụng",
    ),
    "illegal_construction": (
        "Nhà đang xây lấn ra kiệt hơn nửa mét",
        "Công trình không che chắn, gạch rơi xuống đường",
        "Cơi nới tầng thượng không thấy bảng phép xây dựng",
    ),
    "pavement_order": (
        "Hàng quán bày hết vỉa hè, người đi bộ phải xuống lòng đường",
        "Xe tải đậu ngay khúc cua cả ngày, rất khuất tầm nhìn",
        "Vỉa hè sụt gạch, cụ già vấp té hôm qua",
        "Quán nhậu kê bàn ra tận mép đường lúc tan tầm",
    ),
    "street_light": (
        "Đèn đường tắt cả dãy ba đêm nay, con gái đi học về rất sợ",
        "Trụ đèn nghiêng, nắp hộp điện hở dây",
        "Bóng đèn chớp tắt liên tục trước nhà",
        "Đèn sáng cả ban ngày, lãng phí quá",
    ),
}
_ANYTHING = ("Chỗ này xuống cấp lâu rồi mà chưa thấy ai tới xem", "Nhờ đơn vị chức năng kiểm tra giúp")
_WHERE = (
    "gần chợ", "trước cổng trường tiểu học", "đối diện trạm y tế", "ngay đầu kiệt", "sát chân cầu",
    "cạnh nhà văn hóa", "sau lưng chùa", "chỗ ngã ba có cây đa", "trước quán cà phê góc đường",
    "gần bến xe", "bên hông công viên",
)  # fmt: skip
_SINCE = ("mấy hôm nay", "từ tuần trước", "từ sáng nay", "cả tháng rồi", "từ sau trận bão", "")
_ASK = (
    "Mong được xử lý sớm.", "Nhờ các anh chị xem giúp.", "Xin cảm ơn!", "Bà con rất bức xúc.", "", "",
    "Đã báo tổ trưởng mà chưa thấy gì.", "Cảm ơn đội vệ sinh lần trước làm rất nhanh.",
)  # fmt: skip
_TWO_IN_ONE = "Với lại đèn đường ở đây cũng tắt luôn."
_ANGRY = "Làm ăn kiểu gì mà để vậy hoài, có ai chịu trách nhiệm không???"
_TEST = "test thử ứng dụng"

STREETS = (
    "Lê Lợi", "Hùng Vương", "Nguyễn Huệ", "Trần Hưng Đạo", "Bà Triệu", "Phan Chu Trinh", "Đặng Thái Thân",
    "Mai Thúc Loan", "Chi Lăng", "Bạch Đằng", "Nguyễn Sinh Cung", "Tùng Thiện Vương", "An Dương Vương",
    "Điện Biên Phủ", "Kim Long", "Nguyễn Trãi", "Đinh Tiên Hoàng", "Phạm Văn Đồng", "Tố Hữu", "Xuân 68",
)  # fmt: skip

DONE = (
    "Đã thu gom và rửa sạch khu vực.", "Đã cắt bỏ, buộc gọn và dán biển cảnh báo.",
    "Đã gỡ và sơn lại bề mặt.",
    "Đã khắc phục xong trong buổi sáng.", "Đã cử đội tới xử lý, hiện trường đã sạch.",
)  # fmt: skip
ASKED = ("Xin cho biết thêm số nhà hoặc mốc gần nhất.", "Nhờ anh/chị gửi thêm một ảnh chụp gần hơn.")
ANSWERED = ("Ngay trước số 15, đối diện tiệm tạp hóa.", "Tôi vừa gửi thêm ảnh rồi ạ.")
HANDED_ON = ("Thuộc tuyến do đơn vị bạn quản lý.", "Công trình này thuộc quản lý của đơn vị khác.")
REFUSED = ("Không thuộc địa bàn của đơn vị.", "Không đúng lĩnh vực phụ trách.")
REJECTED = (
    "Nội dung không đủ thông tin để xác minh.", "Đây không phải phản ánh về hiện trường.",
    "Hiện trường thực tế không như nội dung phản ánh.",
)  # fmt: skip
SENT_BACK = ("Kiểm tra lại thấy vẫn còn một phần chưa dọn.", "Dây còn thấp hơn mức an toàn, cần nâng thêm.")
REOPENED = ("Chỉ sạch được hai hôm, nay lại như cũ.", "Chưa xử lý hết, mong kiểm tra lại.")
WITHDRAWN = ("Đã tự dọn cùng hàng xóm.", "Tôi gửi nhầm.")
RATED = ("Rất nhanh, cảm ơn các anh.", "Làm tốt nhưng hơi chậm.", "Tạm được.", "", "", "Chưa hài lòng lắm.")


def description(random: Random, root: str) -> str:
    """Return what a citizen writes about something of the root category `root`."""
    if random.random() < 0.006:
        return _TEST
    seen = random.choice(_SEEN.get(root, _ANYTHING))
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


def address(random: Random) -> str:
    """A house number and street, or nothing: many people leave it out."""
    if random.random() < 0.35:
        return ""
    street = random.choice(STREETS)
    number = random.randrange(1, 240)
    return f"Kiệt {number} {street}" if random.random() < 0.3 else f"{number} {street}"


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
