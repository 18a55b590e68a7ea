"""The proposal of whole documents, as the acceptance of works and plans counts it."""

from __future__ import annotations

from datetime import date

import pytest

from service.domain.plans.imports.proposal import Proposal, propose
from service.domain.plans.imports.readers.docx_file import read_docx
from service.domain.plans.imports.readers.plain_text import read_text
from tests.domain.plans.imports.papers import (
    HEADINGS,
    PLANS,
    add_table,
    cells_003,
    plan_003,
    saved,
    units,
    word_file,
)


@pytest.fixture(params=["word", "pasted"])
def of_2019(request: pytest.FixtureRequest) -> Proposal:
    content = read_docx(saved(word_file(cells_003()))) if request.param == "word" else read_text(plan_003())
    return propose(content, units(), 2026)


def test_times_leads_and_warnings_of_the_plan_of_2019(of_2019: Proposal) -> None:
    spans = [row.when.span for row in of_2019.rows]
    days = [(span.first, span.last) for span in spans]
    whole, from_march = (date(2019, 1, 1), date(2019, 12, 31)), (date(2019, 3, 1), date(2019, 12, 31))
    assert [days.count(each) for each in (whole, from_march, (date(2019, 3, 1), date(2019, 3, 31)))] == [
        5,
        2,
        1,
    ]
    assert sum(first == last for first, last in days) == 2
    slashed = [row.line.label for row in of_2019.rows if "lead" in row.unclear and "/" in row.line.lead]
    assert slashed == ["5", "8", "9"]
    assert [each.words for each in of_2019.asked] == ["Đoàn Thanh niên", "Công đoàn"]
    assert sum(row.who.everyone for row in of_2019.rows) == 1
    said = [each.sentence.format(**each.params) for each in of_2019.warnings]
    assert len(said) == 2 and said[0] == "STT 2 lặp lại" and "10/12/2019" in said[1]
    assert (of_2019.first, of_2019.last) == whole
    assert [row.unclear for row in of_2019.rows if "repeats" in row.unclear] == [
        ("lead", "supports", "repeats")
    ]


def test_what_stands_around_the_table() -> None:
    frame = propose(read_text(plan_003()), units(), 2026).frame
    assert frame.title == "Triển khai tổ chức thực hiện Đề án Ngày Chủ Nhật Xanh"
    assert frame.parents[0] == "Quyết định số 139/QĐ-UBND ngày 19/01/2019 của UBND tỉnh Thừa Thiên Huế"
    assert len(frame.parents) == 3
    assert [(each.name, each.purpose) for each in frame.recipients][:2] == [
        ("UBND tỉnh", "b/c"),
        ("Tỉnh Đoàn", "b/c"),
    ]


def test_paths_among_the_recipients_are_left_out_and_said() -> None:
    text = (
        next(PLANS.glob("004_*.txt"))
        .read_text(encoding="utf-8")
        .replace("Nơi nhận:", "\t".join(HEADINGS) + "\n1\tDọn\tIOC\tQuý I\t\n\nNơi nhận:")
    )
    proposal = propose(read_text(text), units(), 2026)
    assert proposal.frame.recipients[-1].name == "Lưu VT, VP, CCBVMT"
    assert len(proposal.frame.paths) == 1 and "đường dẫn" in proposal.warnings[-1].sentence
    assert proposal.frame.year == 2023 and proposal.rows[0].when.span.last == date(2023, 3, 31)


def test_as_above_means_what_stands_above_and_each_table_counts_anew() -> None:
    rows = [[*HEADINGS], ["1", "Dọn", "IOC", "3/2026", ""], ["2", "Quét", "-nt-", "Như trên", ""]]
    document = word_file(rows)
    document.add_paragraph("II. Tiếp")
    add_table(document, [["TT", *HEADINGS[1:]], ["1", "Sơn", "Sở Xây dựng", "4/2026", ""]])
    proposal = propose(read_docx(saved(document)), units(), 2026)
    assert [(each.line.lead, each.lead, each.when.span.last) for each in proposal.rows] == [
        ("IOC", "ioc", date(2026, 3, 31)),
        ("-nt-", "ioc", date(2026, 3, 31)),
        ("Sở Xây dựng", "so-xd", date(2026, 4, 30)),
    ]
    assert not any("STT" in each.sentence for each in proposal.warnings)
    assert not any(each.unclear for each in proposal.rows)


def test_tables_are_chosen_and_unknown_times_are_asked() -> None:
    document = word_file([list(HEADINGS), ["1", "Dọn rác", "Ban Lạ", "sớm", ""]])
    document.add_paragraph("Bảng 2")
    add_table(document, [list(HEADINGS[1:]), ["Quét sân", "IOC", "31/02/2026", ""]])
    content = read_docx(saved(document))
    both = propose(content, units(), 2026)
    assert [row.line.task for row in both.rows] == ["Dọn rác", "Quét sân"]
    assert both.rows[0].unclear == ("lead", "first", "last") and both.rows[1].unclear == ("first", "last")
    assert len(both.tables) == 2 and len(both.warnings) == 2
    second = propose(content, units(), 2026, [1])
    assert [row.line.task for row in second.rows] == ["Quét sân"] and second.chosen == (1,)


def test_a_task_by_any_heading_and_a_table_that_is_left_out_are_said() -> None:
    document = word_file(
        [["Mã", "Khâu cần lo", "Ai lo", "Khi nào xong"], ["A1", "Dọn rác", "IOC", "5/6/2026"]]
    )
    document.add_paragraph("II. Ban chỉ đạo")
    people = [["Họ và tên", "Đơn vị", "Thời hạn"], ["Trần A", "IOC", "2026"], ["Lê B", "IOC", "2026"]]
    add_table(document, people)
    document.add_paragraph("III. Trang bị")
    add_table(document, [["TT", "Hạng mục", "Đơn vị", "Tiến độ"], ["1", "Thùng rác", "IOC", "6/2026"]])
    found = propose(read_docx(saved(document)), units(), 2026)
    assert [(each.line.label, each.line.task, each.lead) for each in found.rows] == [
        ("A1", "Dọn rác", "ioc"),
        ("1", "Thùng rác", "ioc"),
    ]
    (left,) = [each for each in found.warnings if "Không lấy bảng" in each.sentence]
    assert left.params == {"caption": "II. Ban chỉ đạo", "rows": 2}


@pytest.mark.parametrize(("task", "lead"), [
    ("Giao Sở Xây dựng chủ trì, phối hợp với UBND các phường rà soát điểm ngập", "so-xd"),
    ("Công an thành phố: xử lý xe đỗ trái phép", "catp"),
    ("Tuyên truyền qua Hue-S (Trung tâm IOC).", "ioc"),
    ("Rà soát điểm ngập", None),
])  # fmt: skip
def test_a_lead_within_the_task_is_proposed_and_asked(task: str, lead: str | None) -> None:
    (row,) = propose(read_text(f"TT\tNhiệm vụ\tThời hạn\n1\t{task}\t30/6/2026"), units(), 2026).rows
    assert (row.line.task, row.lead, row.unclear) == (task, lead, ("lead",))
