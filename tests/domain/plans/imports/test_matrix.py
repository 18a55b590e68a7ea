"""Tables with one column a unit: who is marked takes part; who leads says the mark or its legend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from docx import Document

from service.domain.plans.imports.blocks import FileRefused
from service.domain.plans.imports.proposal import Proposal, propose
from service.domain.plans.imports.readers.docx_file import read_docx
from service.domain.plans.imports.readers.plain_text import read_text
from tests.domain.plans.imports.papers import add_table, saved, units, word_file

BCVT, INSPECTORS, IOC = "so-khcn.bcvt", "so-khcn.thanh-tra", "ioc"


def pasted(*rows: Sequence[str], units_: str = "Phòng BCVT\tThanh tra\tIOC", below: str = "") -> Proposal:
    lines = [f"TT\tNhiệm vụ\t{units_}\tThời gian"]
    lines += ["\t".join((str(at), "Dọn kênh", *row, "Quý I/2026")) for at, row in enumerate(rows, 1)]
    return propose(read_text("\n".join([*lines, "", below])), units(), 2026)


@pytest.mark.parametrize(("marks", "below", "lead", "supports", "clear"), [
    (("x", "", ""), "", BCVT, [], True),
    (("", "✓", ""), "", INSPECTORS, [], True),
    (("-", "–", "x"), "", IOC, [], True),
    (("", "•", "•"), "", INSPECTORS, [IOC], False),
    (("PH", "CT", "PH"), "", INSPECTORS, [BCVT, IOC], True),
    (("P", "", "C"), "", IOC, [BCVT], True),
    (("○", "●", ""), "", INSPECTORS, [BCVT], True),
    (("Phối hợp", "", "Chủ trì"), "", IOC, [BCVT], True),
    (("C", "T", ""), "", INSPECTORS, [BCVT], False),
    (("C", "T", ""), "Ghi chú: T: chủ trì; C: phối hợp.", INSPECTORS, [BCVT], True),
    (("C", "T", ""), "Ký hiệu: chủ trì (C), tham gia (T).", BCVT, [INSPECTORS], True),
    (("X", "x", ""), "X là chủ trì, x là phối hợp", BCVT, [INSPECTORS], True),
    (("P", "P", ""), "", None, [BCVT, INSPECTORS], False),
])  # fmt: skip
def test_marks_say_who_leads_or_it_is_asked(
    marks: tuple[str, ...], below: str, lead: str | None, supports: list[str], clear: bool
) -> None:
    (row,) = pasted(marks, below=below).rows
    assert (row.lead, row.supports, "lead" not in row.unclear) == (lead, supports, clear)
    headings = ("Phòng BCVT", "Thanh tra", "IOC")
    assert row.line.more == tuple((name, mark) for name, mark in zip(headings, marks, strict=True) if mark)


def test_units_beneath_who_does_it_are_kept_also_where_nobody_knows_them() -> None:
    document = Document()
    head = ["TT", "Nhiệm vụ", "Đơn vị thực hiện", "", "", "Hạn", "Trọng tâm"]
    rows = [head, ["", "", "P.BCVT", "Tổ Xanh", "IOC", "", ""]]
    rows += [["1", "Dọn", "x", "x", "", "30/6/2026", "x"], ["2", "Rà", "", "", "x", "30/6/2026", ""]]
    table = add_table(document, rows)
    table.cell(0, 2).merge(table.cell(0, 4))
    for column in (0, 1, 5, 6):
        table.cell(0, column).merge(table.cell(1, column))
    found = propose(read_docx(saved(document)), units(), 2026)
    assert [each.words for each in found.asked] == ["Tổ Xanh"]
    first, second = found.rows
    assert (first.line.lead, first.lead, "lead" in first.unclear) == ("P.BCVT; Tổ Xanh", BCVT, True)
    assert (second.lead, second.unclear) == (IOC, ())
    assert first.line.more[-1] == ("Trọng tâm", "x"), "a tick under what is no unit names nobody"


def test_a_lead_of_its_own_column_has_the_marked_beside_it_and_figures_are_no_marks() -> None:
    (row,) = pasted(("IOC", "x", "x"), units_="Chủ trì\tPhòng BCVT\tThanh tra").rows
    assert (row.lead, row.supports, row.unclear) == (IOC, [BCVT, INSPECTORS], ())
    figures = "TT\tNội dung\tPhòng BCVT\tThanh tra\n1\tGiấy in\t12\t3\n2\tMực\t4\t\n"
    with pytest.raises(FileRefused):
        propose(read_text(figures), units(), 2026)


def test_months_that_are_marked_are_those_and_what_hangs_on_a_task_opens_no_section() -> None:
    months = "TT\tViệc\tChủ trì\tTháng 1\tTháng 2\tTháng 3\n1\tDọn kênh năm 2026\tIOC\tx\tx\t\n"
    (row,) = propose(read_text(months), units(), 2026).rows
    assert row.line.time == "Tháng 1, Tháng 2"
    assert (row.when.span.first, row.when.span.last) == (date(2026, 1, 1), date(2026, 2, 28))
    told = Document()
    parts = [["1", "Tuyên truyền:", "IOC", "06 tháng đầu năm 2026"], ["", "- Phát tờ rơi", "", ""]]
    parts += [["", "- Loa", "Sở VH&TT", "15 hàng tháng"], ["2", "Dọn", "IOC", "Quý I/2026"]]
    add_table(told, [["TT", "Việc", "Chủ trì", "Thời gian"], *parts])
    rows = propose(read_docx(saved(told)), units(), 2026).rows
    assert [each.line.task for each in rows] == ["Tuyên truyền:", "- Phát tờ rơi", "- Loa", "Dọn"]
    assert {each.line.group for each in rows} == {""}
    assert (rows[0].when.span.last, rows[1].unclear[0]) == (date(2026, 6, 30), "lead")
    assert rows[2].repeats is not None
    assert rows[2].repeats.rules == ("FREQ=MONTHLY;BYMONTHDAY=15",)


MONTHS = [str(number) for number in range(1, 13)]


@pytest.mark.parametrize(("above", "below", "told"), [
    (["Thời gian (tháng)", *[""] * 11], MONTHS, ["Tháng 3, Tháng 4", "Tháng 12: 30%"]),
    (["Năm 2026", *[""] * 11], MONTHS, ["Tháng 3/2026, Tháng 4/2026", "Tháng 12/2026: 30%"]),
    (None, MONTHS, ["Tháng 3, Tháng 4", "Tháng 12: 30%"]),
    (None, ["I", "II", "III", "IV"], ["Quý III, Quý IV", "Quý IV: 30%"]),
    (["Quý", "", ""], ["2", "3", "4"], ["Quý III, Quý IV", "Quý IV: 30%"]),
])  # fmt: skip
def test_months_and_quarters_are_known_by_their_numbers(
    above: list[str] | None, below: list[str], told: list[str]
) -> None:
    own = ["TT", "Việc", "Chủ trì"]
    ticked = ["x" if each in ("3", "4", "III", "IV") else "" for each in below]
    rows = [["1", "Dọn kênh năm 2026", "IOC", *ticked]]
    rows.append(["2", "Xong", "IOC", *[""] * (len(below) - 1), "30%"])
    heads = [[*own, *above], ["", "", "", *below]] if above else [[*own, *below]]
    found = propose(read_docx(saved(word_file([*heads, *rows]))), units(), 2026)
    assert [each.line.time for each in found.rows] == told
    assert found.rows[0].line.more[0][1] == "x", "what the paper says is kept beside"
    assert found.rows[0].when.span.last == date(
        2026, 4 if len(below) > 4 else 12, 30 if len(below) > 4 else 31
    )


def test_numbers_that_are_no_months_are_not_taken_for_them() -> None:
    days = "TT\tViệc\tChủ trì\tT2\tT3\tT4\tT5\tT6\tT7\tCN\n1\tDọn\tIOC\tx\t\t\t\t\t\t\n"
    weeks = "TT\tViệc\tChủ trì\t1\t2\t3\t4\n1\tDọn\tIOC\tx\tx\t\t\n"
    for text in (days, weeks):
        (row,) = propose(read_text(text), units(), 2026).rows
        assert (row.line.time, row.unclear) == ("", ("first", "last"))
        assert row.line.more[0][1] == "x"
