"""Forms of the groups of settings: their fields and words. What may be said is in the domain's groups."""

from __future__ import annotations

from collections.abc import Mapping

from service.i18n import N_
from service.i18n.wording import ROLE_WORDS, WEEKDAY_NAMES
from service.models import Role
from service.pages.admin.settings.kinds import (
    ChoiceField,
    FlagField,
    HoursField,
    LinesField,
    MapField,
    RowsField,
    SettingsForm,
    TableColumn,
    TextField,
    TicksField,
)
from service.pages.admin.settings.names import NAMING

_WARNED = (
    ("holder", N_("người phụ trách")),
    ("manager", N_("lãnh đạo đơn vị")),
    ("city_manager", N_("lãnh đạo thành phố")),
    ("triage", N_("điều phối viên")),
)
_POINTS = N_("điểm")
_EMPTY_DAY = N_(
    "Để trống cả ngày là ngày nghỉ. Lưu xong có thêm chỗ cho một ca nữa; xóa cả hai giờ để bỏ một ca."
)
_HOURS = SettingsForm(
    "hours",
    N_("Giờ làm việc"),
    N_("Hạn theo giờ và ngày làm việc tính theo đây; ngày lễ ở Lịch nghỉ"),
    "clock",
    tuple(
        HoursField(
            f"working_hours.{day}",
            label,
            _EMPTY_DAY if day == 0 else "",
        )
        for day, label in enumerate(WEEKDAY_NAMES)
    ),
)
_ESCALATION = SettingsForm(
    "escalation",
    N_("Nhắc khi trễ hạn"),
    N_("Sau mấy ngày làm việc thì báo cho ai; ảnh kiểm tra được cũ đến đâu"),
    "bell",
    (
        RowsField(
            "escalation",
            N_("Các bậc nhắc"),
            (
                TableColumn("after_working_days", N_("Sau hạn (ngày làm việc)"), "number"),
                TableColumn("to", N_("Báo cho"), "ticks", _WARNED),
            ),
            N_("Bậc sau phải muộn hơn bậc trước. Xóa trắng một dòng để bỏ."),
        ),
        TextField(
            "inspection.photo_minutes",
            N_("Ảnh kiểm tra cũ hơn số phút này thì phải nêu lý do"),
            kind="number",
            least=1,
            most=10_080,
            unit=N_("phút"),
        ),
    ),
)
_NOTICES = SettingsForm(
    "notices",
    N_("Tin tổng hợp hằng ngày"),
    N_("Giờ gửi, và đơn vị nhiều việc đến đâu thì nhận tin gộp"),
    "mail",
    (
        TextField("digest_hour", N_("Gửi từ (giờ, 0–23)"), kind="number", most=23, unit=N_("giờ")),
        TextField(
            "digest_above",
            N_("Đơn vị có hơn số việc mới này trong 24 giờ thì nhận tin gộp"),
            N_("Việc khẩn, sắp trễ và việc giao đích danh vẫn báo ngay."),
            kind="number",
            unit=N_("việc"),
        ),
    ),
)
_SECURITY = SettingsForm(
    "security",
    N_("Lớp bảo vệ thứ hai"),
    N_("Vai trò nào phải nhập thêm mã trên điện thoại khi đăng nhập"),
    "shield",
    (
        TicksField(
            "second_factor_roles",
            N_("Bắt buộc với"),
            tuple((role.value, ROLE_WORDS[role]) for role in Role),
            N_("Người chưa có sẽ được hướng dẫn thiết lập ở lần đăng nhập tới."),
        ),
    ),
)
_SPAM = SettingsForm(
    "spam",
    N_("Tin rác"),
    N_("Dấu hiệu nào cộng mấy điểm, bao nhiêu điểm thì giữ lại"),
    "flag",
    (
        TextField(
            "spam.hold_at",
            N_("Giữ lại để xem xét khi đủ (điểm)"),
            kind="number",
            least=1,
            most=1000,
            unit=_POINTS,
        ),
        TextField("spam.link", N_("Mỗi địa chỉ trang web"), kind="number", most=100, unit=_POINTS),
        TextField("spam.phrase", N_("Mỗi cụm từ quảng cáo"), kind="number", most=100, unit=_POINTS),
        LinesField("spam.phrases", N_("Các cụm từ quảng cáo"), N_("Mỗi dòng một cụm từ.")),
        TicksField(
            "spam.phrases_allowed_in",
            N_("Không tính cụm từ với các loại phản ánh"),
            (),
            N_("Ví dụ quảng cáo trái phép: người báo có thể chép lại nội dung."),
            kind="categories",
        ),
        TextField(
            "spam.repeated",
            N_("Mỗi lần cùng người gửi lặp lại nội dung"),
            kind="number",
            most=100,
            unit=_POINTS,
        ),
        TextField(
            "spam.repeated_at_least",
            N_("Chỉ tính lặp lại khi nội dung dài từ (chữ)"),
            kind="number",
            least=10,
            most=2000,
            unit=N_("chữ"),
        ),
        TextField(
            "spam.window_hours",
            N_("So với các phản ánh trong (giờ)"),
            kind="number",
            least=1,
            most=168,
            unit=N_("giờ"),
        ),
    ),
)
_WORDS = SettingsForm(
    "words",
    N_("Che nội dung riêng tư và từ thô tục"),
    N_("Người dân đọc phản ánh của nhau không thấy những phần này"),
    "eye",
    (
        FlagField("masking.phones", N_("Che số điện thoại")),
        FlagField("masking.identifiers", N_("Che email, căn cước, biển số xe, số tài khoản")),
        LinesField(
            "masking.words",
            N_("Từ bị che khi viết đúng như sau, kể cả dấu"),
            N_("Mỗi dòng một từ. Không dấu có thể là từ thường, nên chỉ so khi viết đúng dấu."),
        ),
        LinesField(
            "masking.words_any_marks",
            N_("Từ bị che dù viết có dấu hay không dấu"),
            N_("Mỗi dòng một từ hoặc cụm từ."),
        ),
        MapField(
            "masking.categories",
            N_("Riêng từng loại phản ánh"),
            (
                TableColumn("code", N_("Loại phản ánh"), "category"),
                TableColumn("phones", N_("Che số điện thoại"), "either"),
                TableColumn("identifiers", N_("Che email, căn cước, biển số xe, số tài khoản"), "either"),
                TableColumn("words", N_("Từ bị che, đúng dấu"), "lines"),
                TableColumn("words_any_marks", N_("Từ bị che, có dấu hay không"), "lines"),
            ),
            N_("Áp dụng cả cho các loại bên dưới. Để trống một ô: như quy tắc chung ở trên."),
        ),
    ),
)
_DANGER = SettingsForm(
    "danger",
    N_("Từ báo nguy hiểm và số khẩn cấp"),
    N_("Gõ đến những từ này, người gửi được nhắc gọi số khẩn cấp ngay"),
    "alert",
    (
        RowsField(
            "emergency_numbers",
            N_("Các số khẩn cấp"),
            (
                TableColumn("phone", N_("Số")),
                TableColumn("name.vi", N_("Tên")),
                TableColumn("name.en", N_("Tên tiếng Anh")),
            ),
        ),
        RowsField(
            "danger_words",
            N_("Các nhóm từ"),
            (
                TableColumn("words", N_("Từ (mỗi dòng một từ)"), "lines"),
                TableColumn("call", N_("Gọi số (mỗi dòng một số, theo thứ tự)"), "lines"),
            ),
            N_("Xóa trắng một nhóm để bỏ."),
        ),
    ),
)
_LOOK = SettingsForm(
    "look",
    N_("Màu sắc"),
    N_("Màu của thành phố trên mọi trang và trong thư"),
    "star",
    (
        TextField("colour", N_("Màu chính"), N_("Chữ trắng phải đọc được trên màu này."), kind="colour"),
        TextField("colour_dark", N_("Màu trên nền tối"), kind="colour", optional=True),
    ),
)
_LANGUAGES = SettingsForm(
    "languages",
    N_("Ngôn ngữ"),
    N_("Trang có những ngôn ngữ nào, người mới vào thấy ngôn ngữ nào"),
    "globe",
    (
        TicksField(
            "languages.offered",
            N_("Các ngôn ngữ của trang"),
            (("vi", N_("Tiếng Việt")), ("en", N_("Tiếng Anh"))),
            N_("Tiếng Việt luôn có. Bỏ tiếng Anh thì không còn nút đổi ngôn ngữ; API vẫn trả lời cả hai."),
        ),
        ChoiceField(
            "languages.first",
            N_("Người chưa chọn ngôn ngữ thấy"),
            (
                ("browser", N_("Theo trình duyệt")),
                ("vi", N_("Tiếng Việt")),
                ("en", N_("Tiếng Anh")),
            ),
        ),
    ),
)
_SIGN_IN = SettingsForm(
    "signin",
    N_("Quyền theo tài khoản của thành phố"),
    N_("Nhóm nào trong danh bạ của thành phố được vai trò gì, ở đơn vị hay phường, xã nào (OpenID Connect)"),
    "users",
    (
        TextField("sign_in.roles_claim", N_("Mục cho biết các nhóm của một người"), N_("Ví dụ groups.")),
        TextField(
            "sign_in.department_claim", N_("Mục cho biết đơn vị của một người"), N_("Ví dụ department.")
        ),
        RowsField(
            "sign_in.grants",
            N_("Nhóm và vai trò"),
            (
                TableColumn("value", N_("Nhóm trong danh bạ")),
                TableColumn("role", N_("Vai trò"), "choice", tuple((r.value, ROLE_WORDS[r]) for r in Role)),
                TableColumn("department", N_("Đơn vị"), "department"),
                TableColumn("own_department", N_("Đơn vị của chính người đó"), "flag"),
                TableColumn("area_group", N_("Chỉ trong nhóm phường, xã"), "area_group"),
            ),
            N_(
                "Dòng đầu tiên phù hợp được tính. Vai trò, đơn vị, nhóm phường, xã được xét lại ở mỗi lần "
                "đăng nhập. Nhóm phường, xã chỉ dành cho thanh tra và lãnh đạo không thuộc đơn vị nào."
            ),
        ),
        MapField(
            "sign_in.departments",
            N_("Tên đơn vị trong danh bạ"),
            (
                TableColumn("said", N_("Danh bạ ghi")),
                TableColumn("department", N_("Đơn vị"), "department"),
            ),
            N_("Không cần nếu danh bạ ghi đúng mã đơn vị ở đây."),
        ),
        TextField("sign_in.contact.vi", N_("Người không được vai trò nào thì liên hệ ai"), optional=True),
        TextField("sign_in.contact.en", N_("Như trên, bằng tiếng Anh"), optional=True),
    ),
)
_DOCUMENTS = SettingsForm(
    "documents",
    N_("Văn bản và báo cáo"),
    N_("Cơ quan ban hành, ký hiệu, người ký, nơi nhận của báo cáo định kỳ"),
    "download",
    (
        TextField("administration.superior", N_("Cơ quan chủ quản"), optional=True),
        TextField("administration.issuer", N_("Cơ quan ban hành"), optional=True),
        TextField(
            "administration.symbol", N_("Ký hiệu"), N_("Ví dụ TTĐH, trong “Số: …/BC-TTĐH”."), optional=True
        ),
        TextField(
            "administration.place", N_("Địa danh"), N_("Ví dụ Huế, trong “Huế, ngày …”."), optional=True
        ),
        TextField("administration.signs", N_("Chức vụ người ký"), N_("Ví dụ Giám đốc."), optional=True),
        LinesField("administration.recipients", N_("Nơi nhận"), N_("Mỗi dòng một nơi nhận.")),
    ),
)
FORMS: Mapping[str, SettingsForm] = {
    form.group: form
    for form in (
        _HOURS,
        _ESCALATION,
        _NOTICES,
        _SECURITY,
        _SPAM,
        _WORDS,
        _DANGER,
        *NAMING,
        _LOOK,
        _LANGUAGES,
        _SIGN_IN,
        _DOCUMENTS,
    )
}
