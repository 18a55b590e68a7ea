"""Pages that the search leads staff to, by the names people give them: each role its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.kernel.texts import fold
from service.domain.workspaces.downloads.rows import MAY_TAKE
from service.i18n import N_, translate
from service.models import Role

MOST = 5

_WORD = re.compile(r"[^\W_]+")
_ALL = frozenset(Role)
_TRIAGE = frozenset({Role.TRIAGE})
_ADMIN = frozenset({Role.ADMINISTRATOR})
_WATCH = frozenset({Role.MANAGER, Role.TRIAGE, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Page that the search leads to. `words` are other names of it, folded."""

    name: str
    path: str
    icon: str
    roles: frozenset[str]
    words: str = ""


SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut(N_("Nhập cuộc gọi"), "/desk/new", "phone", _TRIAGE, "ghi nhan qua tong dai phan anh moi call"),
    Shortcut(N_("Mở bàn điều phối"), "/desk", "layers", _TRIAGE, "cho dieu phoi"),
    Shortcut(N_("Mở hàng việc"), "/queue", "inbox", _ALL, "viec cua toi"),
    Shortcut(
        N_("Tải danh sách phản ánh"),
        "/downloads/new?list=queue",
        "download",
        MAY_TAKE["queue"],
        "excel csv xuat",
    ),
    Shortcut(
        N_("Tạo báo cáo tháng"), "/manage", "chart", _WATCH, "lap bao cao ky word thong ke so lieu report"
    ),
    Shortcut(N_("Mở màn hình lớn"), "/wall", "signal", _WATCH, "tivi wall"),
    Shortcut(N_("Đi kiểm tra"), "/inspect", "pin", frozenset({Role.INSPECTOR}), "hien truong nghiem thu"),
    Shortcut(N_("Thêm cán bộ"), "/admin/people/new", "user", _ADMIN, "tao tai khoan nguoi dung account"),
    Shortcut(N_("Tình trạng hệ thống"), "/admin/health", "signal", _ADMIN, "suc khoe health sao luu o dia"),
    Shortcut(N_("Cài đặt"), "/admin/settings", "filter", _ADMIN, "settings gio lam viec tu bi che mau sac"),
    Shortcut(
        N_("Tài khoản bằng bảng tính"), "/admin/rosters/people", "upload", _ADMIN, "nhap excel csv import"
    ),
    Shortcut(N_("Danh sách cán bộ"), "/admin/people", "user", _ADMIN, "tai khoan nguoi dung"),
    Shortcut(N_("Thêm đơn vị"), "/admin/departments/new", "building", _ADMIN, "tao phong so don vi moi"),
    Shortcut(N_("Sửa quy tắc phân công"), "/admin/rules", "layers", _ADMIN, "phan tuyen rule"),
    Shortcut(N_("Sửa loại phản ánh"), "/admin/categories", "layers", _ADMIN, "danh muc"),
    Shortcut(N_("Sửa lịch làm việc"), "/admin/calendar", "calendar", _ADMIN, "ngay nghi le lam bu"),
    Shortcut(N_("Xem nhật ký thay đổi"), "/admin/audit", "clock", _ADMIN, "lich su audit"),
    Shortcut(N_("Đổi mật khẩu"), "/account", "lock", _ALL, "password bao mat tai khoan"),
    Shortcut(N_("Chọn cách nhận thông báo"), "/account/notices", "bell", _ALL, "cai dat email nhac viec"),
)


def find_shortcuts(role: Role, typed: str, *, most: int = MOST) -> Sequence[Shortcut]:
    """Return the pages of the role in whose names each word that was typed begins one, with or without
    marks; none for words of a single letter.
    """
    wanted = _WORD.findall(fold(typed))
    if not wanted or max(map(len, wanted)) < 2:
        return ()
    found = [each for each in SHORTCUTS if role in each.roles and _fits(each, wanted)]
    return found[:most]


def _fits(shortcut: Shortcut, wanted: Sequence[str]) -> bool:
    own = _WORD.findall(fold(f"{shortcut.name} {translate(shortcut.name)} {shortcut.words}"))
    return all(any(word.startswith(each) for word in own) for each in wanted)
