"""Headings of a table of tasks: which column holds what, by the words that offices use for it."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from typing import Literal

from service.domain.kernel.texts import fold

Part = Literal[
    "label",
    "group",
    "task",
    "lead",
    "support",
    "time",
    "start",
    "end",
    "note",
    "product",
    "period",
    "unit",
    "other",
]

LONGEST = 90
_APART = re.compile(r"[^0-9a-z]+")
_LABELS = {"tt", "stt", "so tt", "so thu tu", "thu tu", "so", "no", "s tt", "muc so", "ma so", "ma", ""}
_TASK = (
    r"\b(noi dung|cong viec|nhiem vu|dau viec|dau muc|hang muc|hoat dong|viec can lam|viec|giai phap|"
    r"cong tac|tasks?|activit(y|ies))\b"
)
_PEOPLE = re.compile(r"\b(ho (va )?ten|chuc vu|chuc danh|dien thoai|ngay sinh|don gia|thanh tien)\b")
"""Headings of lists of people and of prices: what is unknown there is no task."""
_WHO = r"(don vi|co quan|nguoi|bo phan|phong|ban|can bo|to chuc|nganh|dia phuong)"
_WORDS: tuple[tuple[Part, str], ...] = (
    ("start", r"\b(bat dau|tu ngay|khoi cong|trien khai tu)\b|(^| )tu$"),
    ("end", r"\b(ket thuc|den ngay)\b|(^| )den$"),
    (
        "time",
        r"\b(thoi (gian|han|diem)|moc \w+|tien do|(han|ngay|du kien) hoan (thanh|tat)|han xong|ky han)\b",
    ),
    ("time", r"\b(lo trinh|khi nao)\b|^(deadline|due( date)?|when|timeline)$"),
    ("time", r"^(han( chot)?|(thu |buoi )?ngay( thang)?( nam)?( thu)?|ngay gio|ngay thuc hien)$"),
    ("time", r"^(lich( thuc hien)?|hoan thanh|thang|quy|moc)$"),
    ("lead", r"\b(chu tri|phu trach|dau moi|chiu trach nhiem|trach nhiem|phan cong)\b"),
    ("support", r"^thanh phan( tham (gia|du)| du)?$"),
    ("support", r"\b(phoi hop|tham gia|ho tro|cung lam)\b"),
    ("lead", rf"\b{_WHO}( \w+){{0,3}} (thuc hien|trien khai|tham muu|giao|duoc giao|chuan bi|lam)\b"),
    ("lead", r"^(ai( \w+)?|giao( cho)?( \w+){0,2}|nguoi (lam|nhan)|chu the|lead|owner)$"),
    ("lead", rf"^(thuc hien|{_WHO}|don vi phong ban|phong ban|luc luong( thuc hien)?)$"),
    ("lead", r"^(don vi|bo phan|phong ban|to chuc) ca nhan$"),
    ("note", r"\b(ghi chu|luu y|chu thich)\b|^(notes?|remarks?)$"),
    ("group", r"^(nhom nhiem vu|nhom viec|nhom cong viec|linh vuc|nhom noi dung|noi dung lon)$"),
    ("product", r"\b(san pham|ket qua|dau ra|yeu cau can dat)\b"),
    ("task", _TASK),
)
_APPOINTED = re.compile(r"\b(phan cong|trach nhiem|phu trach)\b")
_CHIEF = re.compile(r"\b(chu tri|chinh|dau moi)\b")
"""“Phân công thực hiện” above “Phối hợp”: who helps, unless who leads is named beside it."""
_RULES = tuple((part, re.compile(pattern)) for part, pattern in _WORDS)


def comparison_key(text: str) -> str:
    """Return words for comparing: no marks, no capitals, single spaces."""
    return " ".join(_APART.sub(" ", fold(text)).split())


def column_part(heading: str) -> Part:
    """Return what a column holds by its heading; `other` for what no plan needs to know."""
    words = comparison_key(heading)
    if words in _LABELS or words.replace(" ", "") in _LABELS:
        return "label" if words or heading.strip() in ("#", "№") else "other"
    if len(heading) > LONGEST:
        return "other"
    parts = [part for part, pattern in _RULES if pattern.search(words)]
    if parts[:1] == ["lead"] and "support" in parts and _APPOINTED.search(words) and not _CHIEF.search(words):
        return "support"
    if {"start", "end"} <= set(parts):
        return "time"
    return parts[0] if parts else "other"


def columns_of(
    headings: Sequence[str], units: frozenset[int] = frozenset(), periods: Container[int] = ()
) -> Mapping[int, Part] | None:
    """Return column → part where these are the headings of a table of tasks: a task, and who or when. `units`
    are columns of a unit each, `periods` of a month or a quarter each. Where who and when are known and no
    heading is a task's, the first one that is unknown is.

    The first column of a kind has it, of several leads the one that is called so; what another one holds is
    kept beside the note.
    """
    found: dict[int, Part] = {
        at: "unit" if at in units else "period" if at in periods else column_part(each)
        for at, each in enumerate(headings)
    }
    called = [
        at for at, part in found.items() if part == "lead" and "chu tri" in comparison_key(headings[at])
    ]
    found = {
        at: "other" if called and part == "lead" and at != called[0] else part for at, part in found.items()
    }
    parts = set(found.values())
    if not parts & {"lead", "time", "end", "support", "period", "unit"}:
        return None
    if "task" not in parts:
        unknown = _unknown_task(headings, found)
        if unknown is None:
            return None
        found[unknown] = "task"
    seen: set[Part] = set()
    for at, part in found.items():
        if part in seen and part not in ("other", "period", "unit"):
            found[at] = "other"
        seen.add(part)
    if "start" in seen and "end" not in seen:
        # “Bắt đầu” and “Hoàn thành”: the latter alone would be a time.
        found = {at: "end" if part == "time" else part for at, part in found.items()}
    elif "end" in seen and "time" in seen:
        # “Thời gian” above “Bắt đầu” and “Kết thúc” was said already.
        found = {at: "other" if part == "time" else part for at, part in found.items()}
    if seen & {"time", "start", "end"}:
        found = {at: "other" if part == "period" else part for at, part in found.items()}
    if "note" not in seen:
        found = {at: "note" if part == "product" else part for at, part in found.items()}
    return {at: "other" if part == "product" else part for at, part in found.items()}


def _unknown_task(headings: Sequence[str], found: Mapping[int, Part]) -> int | None:
    """Return the column that is the task though its heading is unknown; None where that is not sure."""
    parts = set(found.values())
    if "lead" not in parts or not parts & {"time", "end", "period"}:
        return None
    if any(_PEOPLE.search(comparison_key(each)) for each in headings):
        return None
    return next((at for at, part in found.items() if part == "other" and comparison_key(headings[at])), None)
