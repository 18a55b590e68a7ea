"""Pydantic's findings as sentences a person understands (msgids of `service.i18n`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.errors import FieldError
from service.i18n import N_

_SENTENCES: Mapping[str, str] = {
    "missing": N_("Thiếu mục này."),
    "extra_forbidden": N_("Không có mục này; hãy bỏ đi hoặc xem lại tên."),
    "json_invalid": N_("Nội dung không phải JSON hợp lệ."),
    "json_type": N_("Nội dung không phải JSON hợp lệ."),
    "model_type": N_("Cần một đối tượng JSON."),
    "model_attributes_type": N_("Cần một đối tượng JSON."),
    "dict_type": N_("Cần một đối tượng JSON."),
    "list_type": N_("Cần một danh sách."),
    "string_type": N_("Cần một đoạn chữ."),
    "string_too_long": N_("Dài quá {max_length} ký tự."),
    "string_too_short": N_("Cần ít nhất {min_length} ký tự."),
    "string_pattern_mismatch": N_("Không đúng dạng."),
    "string_unicode": N_("Có ký tự không đọc được."),
    "too_long": N_("Nhiều quá {max_length} mục."),
    "too_short": N_("Cần ít nhất {min_length} mục."),
    "int_type": N_("Cần một số nguyên."),
    "int_parsing": N_("Cần một số nguyên."),
    "int_from_float": N_("Cần một số nguyên."),
    "int_parsing_size": N_("Số quá lớn."),
    "float_type": N_("Cần một con số."),
    "float_parsing": N_("Cần một con số."),
    "finite_number": N_("Cần một con số hữu hạn."),
    "bool_type": N_("Cần true hoặc false."),
    "bool_parsing": N_("Cần true hoặc false."),
    "greater_than": N_("Phải lớn hơn {gt}."),
    "greater_than_equal": N_("Phải từ {ge} trở lên."),
    "less_than": N_("Phải nhỏ hơn {lt}."),
    "less_than_equal": N_("Phải từ {le} trở xuống."),
    "enum": N_("Hãy chọn một trong: {expected}."),
    "literal_error": N_("Hãy chọn một trong: {expected}."),
    "uuid_type": N_("Cần một mã UUID."),
    "uuid_parsing": N_("Cần một mã UUID."),
    "date_type": N_("Cần một ngày, ví dụ 2026-05-04."),
    "date_parsing": N_("Cần một ngày, ví dụ 2026-05-04."),
    "date_from_datetime_parsing": N_("Cần một ngày, ví dụ 2026-05-04."),
    "datetime_type": N_("Cần ngày giờ có múi giờ, ví dụ 2026-05-04T08:30:00+07:00."),
    "datetime_parsing": N_("Cần ngày giờ có múi giờ, ví dụ 2026-05-04T08:30:00+07:00."),
    "datetime_from_date_parsing": N_("Cần ngày giờ có múi giờ, ví dụ 2026-05-04T08:30:00+07:00."),
    "datetime_object_invalid": N_("Cần ngày giờ có múi giờ, ví dụ 2026-05-04T08:30:00+07:00."),
    "timezone_aware": N_("Cần ngày giờ có múi giờ, ví dụ 2026-05-04T08:30:00+07:00."),
}

_PATTERNS: Sequence[tuple[str, str]] = (
    ("^[a-z", N_("Mã chỉ gồm chữ thường không dấu, số, dấu chấm, gạch.")),
    ("^[+0-9", N_("Cần số điện thoại, ví dụ 0234 3822 888.")),
    (r"^\+?[0-9", N_("Cần số điện thoại, ví dụ 0234 3822 888.")),
    ("^[^@", N_("Cần địa chỉ email, ví dụ ten@hue.gov.vn.")),
    ("^#", N_("Cần mã màu, ví dụ #5b2a86.")),
    (r"^20\d\d-Q", N_("Cần một quý, ví dụ 2026-Q4.")),
    (r"^20\d\d-(0", N_("Cần một tháng, ví dụ 2026-11.")),
    ("^(20", N_("Cần một ngày trong năm, ví dụ 12-24 hoặc 2026-12-24.")),
    ("^[A-Z]", N_("Chỉ gồm chữ hoa không dấu, ví dụ HUE.")),
    (r"^[^\s/", N_("Không dùng dấu cách và dấu gạch chéo.")),
    (r"^\S", N_("Không dùng dấu cách.")),
    (r"^[^\x00", N_("Có ký tự không đọc được.")),
)
"""Beginnings of the patterns that people's fields have, and what is said instead of the pattern."""

_NOTHING = {"string_too_short": N_("Không được để trống."), "too_short": N_("Cần ít nhất một mục.")}
"""What is said where nothing at all is there."""
_ANY = N_("Giá trị chưa đúng.")


def field_errors(findings: Sequence[Mapping[str, object]], root: tuple[str, ...] = ()) -> list[FieldError]:
    """Return Pydantic's `errors()` as ours. A `ValueError` raised by our own validators carries its msgid."""
    return [_field_error(finding, root) for finding in findings if not _asks_for_nothing(finding)]


def _asks_for_nothing(finding: Mapping[str, Any]) -> bool:
    """Return whether the finding is that of `… | Literal[""]` for what is not empty: its other half says what
    is wanted.
    """
    return finding["type"] == "literal_error" and (finding.get("ctx") or {}).get("expected") == "''"


def _field_error(finding: Mapping[str, Any], root: tuple[str, ...]) -> FieldError:
    given = finding["input"] if isinstance(finding.get("input"), str) else None
    context = {key: _plain(key, value) for key, value in (finding.get("ctx") or {}).items()}
    loc = (*root, *finding["loc"])
    if finding["type"] == "value_error" and isinstance(error := finding["ctx"].get("error"), ValueError):
        return FieldError(loc, str(error), given=given)
    if context.get("min_length") == 1 and finding["type"] in _NOTHING:
        return FieldError(loc, _NOTHING[finding["type"]], given=given)
    return FieldError(loc, _sentence(finding["type"], str(context.get("pattern", ""))), context, given)


def _sentence(kind: str, pattern: str) -> str:
    if kind == "string_pattern_mismatch":
        for beginning, sentence in _PATTERNS:
            if pattern.startswith(beginning):
                return sentence
    return _SENTENCES.get(kind, _ANY)


def _plain(name: str, value: object) -> object:
    if name == "expected" and isinstance(value, str):  # "'a', 'b' or 'c'": made for programmers, in English
        return value.replace("' or '", "', '").replace("'", "")
    return int(value) if isinstance(value, float) and value.is_integer() else value
