"""The tables of the manager's page as sheets for an office: columns, rows and their sum, title, file name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from service.domain.city.reference import Reference
from service.domain.figures.reckon import Tally
from service.domain.queries.manage.dashboard import Dashboard, DashboardRow
from service.domain.queries.manage.period_words import days_name, period_name, period_slug
from service.domain.workspaces.downloads.named_rows import filters_in_words
from service.domain.workspaces.downloads.office import Column, Kind, Sheet
from service.i18n import N_, translate
from service.pages.manage.words import age_bars

Table = Literal["flow", "departments", "categories", "wards", "rules", "backlog"]
Cells = Sequence[object]


@dataclass(frozen=True, slots=True)
class TableWords:
    """Words of a table: in its title, in its file's name, and over the names of its rows."""

    title: str
    file: str
    heading: str = ""


TABLES: Mapping[Table, TableWords] = {
    "flow": TableWords(N_("Nhận, kết thúc và còn mở"), N_("nhan-va-ket-thuc")),
    "departments": TableWords(N_("Kết quả theo đơn vị chủ trì"), N_("don-vi"), N_("Đơn vị")),
    "categories": TableWords(N_("Kết quả theo loại phản ánh"), N_("loai"), N_("Loại")),
    "wards": TableWords(N_("Kết quả theo phường, xã"), N_("phuong-xa"), N_("Phường, xã")),
    "rules": TableWords(N_("Quy tắc phân công"), N_("quy-tac"), N_("Quy tắc")),
    "backlog": TableWords(N_("Việc đang mở theo tuổi"), N_("dang-mo")),
}

MEASURES: tuple[tuple[str, Kind, str], ...] = (
    (N_("Nhận"), "number", "received"),
    (N_("Xử lý xong"), "number", "done"),
    (N_("Không tiếp nhận"), "number", "rejected"),
    (N_("Trùng lặp"), "number", "merged"),
    (N_("Người dân rút"), "number", "withdrawn"),
    (N_("Đang mở"), "number", "open"),
    (N_("Đúng hạn"), "number", "on_time"),
    (N_("Trễ hạn"), "number", "late"),
    (N_("Tỷ lệ đúng hạn"), "percent", "on_time_rate"),
    (N_("Gia hạn"), "number", "extended"),
    (N_("Đã mở lại"), "number", "reopened"),
    (N_("Điểm đánh giá"), "decimal", "rating"),
)
LASTING = ((N_("Trung vị (ngày)"), "median_hours"), (N_("90% xong trong (ngày)"), "p90_hours"))
BEFORE: tuple[tuple[str, Kind, str], ...] = (
    (N_("Nhận kỳ trước"), "number", "received"),
    (N_("Tỷ lệ đúng hạn kỳ trước"), "percent", "on_time_rate"),
)
CORRECTIONS = (
    (N_("Đã phân công"), "received"),
    (N_("Phải sửa"), "corrected"),
    (N_("Đơn vị từ chối"), "refused"),
    (N_("Chuyển đơn vị khác"), "handed_on"),
    (N_("Sửa loại"), "recategorised"),
)


def file_name(table: Table, board: Dashboard, form: str) -> str:
    """Return what a table's file is called: `don-vi-thang-11-2026.xlsx`."""
    return f"{translate(TABLES[table].file)}-{period_slug(board.period)}.{form}"


def tabled(
    board: Dashboard, table: Table, reference: Reference, params: Mapping[str, object], now: datetime
) -> tuple[Sheet, list[Cells]]:
    """Return the frame and the rows of one table."""
    columns, rows = _parts(board, table)
    narrowed = filters_in_words(reference, params)
    notes = [
        translate(N_("Phản ánh nhận từ {first} đến {last}."), **_days(board)),
        translate(N_("So với kỳ trước: {days}."), days=days_name(board.compared.first, board.compared.last)),
        translate(N_("Lập lúc {at}"), at=f"{now.astimezone(ZoneInfo(reference.timezone)):%H:%M %d/%m/%Y}"),
    ]
    if narrowed:
        notes.insert(1, translate(N_("Đã lọc theo: {filters}"), filters=" · ".join(narrowed)))
    title = f"{translate(TABLES[table].title)} – {period_name(board.period)}"
    summed = table in ("departments", "categories", "wards")
    return Sheet(title, tuple(notes), tuple(columns), summed), rows


def _parts(board: Dashboard, table: Table) -> tuple[list[Column], list[Cells]]:
    if table == "flow":
        columns = [Column(translate(each), "day") for each in (N_("Từ ngày"), N_("Đến ngày"))]
        counts = [Column(translate(each), "number") for each in (N_("Nhận"), N_("Kết thúc"), N_("Còn mở"))]
        return columns + counts, [(f.first, f.last, f.received, f.ended, f.backlog) for f in board.flows]
    if table == "backlog":
        columns = [
            Column(translate(N_("Tuổi")), width=20),
            *(Column(translate(each), "day", 14) for each in (N_("Nhận từ ngày"), N_("Nhận đến ngày"))),
            Column(translate(N_("Đang mở")), "number"),
        ]
        named = zip(age_bars(board), board.backlog, strict=True)
        return columns, [(bar.name, age.first, age.last, age.number) for bar, age in named]
    return _corrected(board.rules) if table == "rules" else _measured(board, table)


def _measured(board: Dashboard, table: Table) -> tuple[list[Column], list[Cells]]:
    """Return a row each, and their sum."""
    ranked = table == "departments"
    columns = [
        *([Column(translate(N_("Hạng")), "number", 7)] if ranked else []),
        Column(translate(TABLES[table].heading), width=38),
        *(Column(translate(heading), kind, 10) for heading, kind, _ in MEASURES),
        *(Column(translate(heading), "decimal", 10) for heading, _ in LASTING),
        *(Column(translate(heading), kind, 10) for heading, kind, _ in BEFORE),
    ]
    rows: list[DashboardRow] = getattr(board, table)
    nobody = translate(N_("Chưa có"))
    found = [
        (*((row.place,) if ranked else ()), row.name or nobody, *_measures(row.now, row.before))
        for row in rows
    ]
    total = translate(N_("Tổng cộng"))
    return columns, [*found, (*((None,) if ranked else ()), total, *_measures(board.total, board.before))]


def _measures(now: Tally, before: Tally) -> Cells:
    lasting = (getattr(now, name) for _, name in LASTING)
    return (
        *(getattr(now, name) for _, _, name in MEASURES),
        *(hours / 24 if hours is not None else None for hours in lasting),
        *(getattr(before, name) for _, _, name in BEFORE),
    )


def _corrected(rows: Sequence[DashboardRow]) -> tuple[list[Column], list[Cells]]:
    heading = TABLES["rules"].heading
    columns = [
        Column(translate(N_("Số")), width=7),
        Column(translate(heading), width=48),
        *(Column(translate(each), "number") for each, _ in CORRECTIONS),
        Column(translate(N_("Đúng ngay lần đầu")), "percent"),
    ]
    return columns, [
        (
            row.code,
            row.name,
            *(getattr(row.now, name) for _, name in CORRECTIONS),
            (row.now.received - row.now.corrected) / row.now.received if row.now.received else None,
        )
        for row in rows
    ]


def _days(board: Dashboard) -> dict[str, str]:
    return {"first": f"{board.counted.first:%d/%m/%Y}", "last": f"{board.counted.last:%d/%m/%Y}"}
