"""Tables of tasks, as they stand in documents: nothing is lost, nothing is invented."""

from __future__ import annotations

import pytest
from docx import Document

from service.domain.plans.imports.blocks import Content, FileRefused
from service.domain.plans.imports.readers.docx_file import read_docx
from service.domain.plans.imports.readers.html_page import read_html_page
from service.domain.plans.imports.readers.plain_text import read_text
from service.domain.plans.imports.sections import TaskLine
from service.domain.plans.imports.tables import TaskTable, task_tables
from tests.domain.plans.imports.papers import (
    HEADINGS,
    PLANS,
    add_table,
    cells_003,
    counted,
    decimal_list,
    in_control,
    inserted,
    plan_003,
    saved,
    word_file,
)


def tables_of(content: Content) -> list[TaskTable]:
    return task_tables(content)[0]


def lines_of(content: Content) -> tuple[TaskLine, ...]:
    (only,) = tables_of(content)
    return only.lines


@pytest.mark.parametrize("way", ["word", "pasted"])
def test_the_plan_of_2019_letter_for_letter(way: str) -> None:
    rows = cells_003()
    content = read_docx(saved(word_file(rows))) if way == "word" else read_text(plan_003())
    lines = lines_of(content)
    assert [line.label for line in lines] == ["1", "2", "2", "3", "4", "5", "6", "7", "8", "9"]
    assert [[line.label, line.task, line.lead, line.time, line.note] for line in lines] == rows[1:]
    assert [line.note for line in lines].count("") == 1
    assert lines[2].task.startswith("Xây dựng Baner") and lines[2].note == ""


def test_what_follows_a_pasted_table_is_no_part_of_it() -> None:
    lines = lines_of(read_text(plan_003()))
    assert lines[-1].note.endswith("có số điện thoại vi phạm…")
    assert lines[-2].note.endswith("24/24 giờ, 7 ngày/tuần.")


def test_merged_cells_two_rows_of_headings_sections_and_counted_numbers() -> None:
    document = Document()
    add_table(
        document, [["SỞ XÂY DỰNG", "CỘNG HÒA XÃ HỘI"], ["Số: 12/KH-SXD", "Huế, ngày 5 tháng 3 năm 2026"]]
    )
    document.add_paragraph("KẾ HOẠCH")
    rows = [
        ["TT", "Nội dung", "Đơn vị thực hiện", "", "Thời gian", "", "Kinh phí", "Ghi chú"],
        ["", "", "Chủ trì", "Phối hợp", "Bắt đầu", "Kết thúc", "", ""],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"],
        ["I. TUYÊN TRUYỀN", "", "", "", "", "", "", ""],
        ["", "Phát tờ rơi", "Sở VHTT", "Công an", "01/3/2026", "30/4/2026", "10 triệu", ""],
        ["", "Đăng tin", "", "", "", "", "", ""],
        ["II", "CHỈNH TRANG", "", "", "", "", "", ""],
        ["", "Lát vỉa hè", "Sở Xây dựng", "", "Quý II", "", "", "Trước mùa mưa"],
    ]
    table = add_table(document, rows)
    table.cell(0, 2).merge(table.cell(0, 3))
    table.cell(0, 4).merge(table.cell(0, 5))
    for column in (0, 1, 6, 7):
        table.cell(0, column).merge(table.cell(1, column))
    table.cell(3, 0).merge(table.cell(3, 7))
    for column in (2, 4, 5):
        table.cell(4, column).merge(table.cell(5, column))
    number = decimal_list(document)
    for row in (4, 5, 7):
        counted(table.cell(row, 0), number)
    inserted(table.cell(4, 1).paragraphs[0], " cho dân")
    in_control(table._tbl)
    flyers, news, paving = lines_of(read_docx(saved(document)))
    assert (flyers.label, news.label, paving.label) == ("1.", "2.", "3.")
    assert (flyers.group, paving.group) == ("I. TUYÊN TRUYỀN", "II. CHỈNH TRANG")
    assert flyers.task == "Phát tờ rơi cho dân"
    assert (flyers.support, flyers.time) == ("Công an", "01/3/2026 – 30/4/2026")
    assert flyers.more == (("Kinh phí", "10 triệu"),)
    assert (news.lead, news.time, news.support) == ("Sở VHTT", "01/3/2026 – 30/4/2026", "")
    assert (paving.time, paving.note) == ("Quý II", "Trước mùa mưa")


def test_headings_that_are_a_table_and_pages_that_break_one() -> None:
    document = word_file([list(HEADINGS)])
    document.add_paragraph("")
    add_table(document, [["1", "Dọn rác", "IOC", "5/6/2026", ""]])
    document.add_paragraph("")
    add_table(document, [list(HEADINGS), ["2", "Quét sân", "IOC", "6/6/2026", ""]])
    assert [line.task for line in lines_of(read_docx(saved(document)))] == ["Dọn rác", "Quét sân"]


def test_a_table_within_a_cell_and_the_words_of_a_nested_one() -> None:
    document = Document()
    outer = document.add_table(rows=1, cols=1)
    add_table(outer.cell(0, 0), [["Nhiệm vụ", "Tiến độ"], ["Dọn rác", "5/6/2026"]])
    assert [line.task for line in lines_of(read_docx(saved(document)))] == ["Dọn rác"]
    document = word_file([["Nhiệm vụ", "Chủ trì", "Thời hạn"], ["Dọn rác:", "IOC", "5/6/2026"]])
    add_table(document.tables[0].cell(1, 0), [["bờ bắc", "2 km"], ["bờ nam", "3 km"]])
    (line,) = lines_of(read_docx(saved(document)))
    assert "bờ bắc\t2 km" in line.task and "bờ nam\t3 km" in line.task


def test_start_and_end_in_a_second_row_and_columns_of_quarters_with_marks() -> None:
    document = word_file(
        [
            ["TT", "Nhiệm vụ", "Chủ trì", "Thời gian", "", "Lưu ý"],
            ["", "", "", "Bắt đầu", "Hoàn thành", ""],
            ["1", "Dọn rác", "IOC", "01/3/2026", "15/3/2026", "nhớ"],
        ]
    )
    add_table(
        document,
        [
            ["TT", "Nhiệm vụ", "Bộ phận chuẩn bị", "Thời gian thực hiện", "", ""],
            ["", "", "", "Quý I", "Quý II", "Quý III"],
            ["1", "Sơn kẻ", "IOC", "", "x", "X"],
        ],
    )
    for table in document.tables:
        table.cell(0, 3).merge(table.cell(0, 4))
        for column in (0, 1, 2):
            table.cell(0, column).merge(table.cell(1, column))
    dated, marked = (each.lines for each in tables_of(read_docx(saved(document))))
    assert [(each.time, each.note) for each in dated] == [("01/3/2026 – 15/3/2026", "nhớ")]
    assert [(each.lead, each.time) for each in marked] == [("IOC", "Quý II, Quý III")]


def test_a_second_row_of_headings_needs_no_merged_cells() -> None:
    rows = [["STT", "Nội dung công việc", "Phân công", "", "Thời gian", "", "Kết quả"]]
    rows += [["", "", "Chủ trì", "Phối hợp", "Từ", "Đến", ""]]
    rows += [["1", "Rà soát điểm đen", "IOC", "Công an TP", "05/01/2027", "28/02/2027", "Danh sách"]]
    (line,) = lines_of(read_docx(saved(word_file(rows))))
    assert (line.task, line.lead, line.support) == ("Rà soát điểm đen", "IOC", "Công an TP")
    assert (line.time, line.note, line.more) == ("05/01/2027 – 28/02/2027", "Danh sách", ())


def test_headings_as_others_have_them_and_rows_that_only_add_up() -> None:
    page = (
        "<table><tr><th>#<th>Thứ, ngày<th>Nhiệm vụ<th>Bộ phận/cá nhân<th>Notes<th>Kinh phí</tr>"
        "<tr><td colspan=6>1. Hạ tầng</tr><tr><td>1.1<td>06/3/2027<td>Lắp wifi<td>IOC<td>x<td>60</tr>"
        "<tr><td><td><td>Tổng cộng<td><td><td>60</tr></table>"
    )
    (table,) = tables_of(read_html_page(page))
    (line,) = table.lines
    assert (line.label, line.group, line.time, line.lead) == ("1.1", "1. Hạ tầng", "06/3/2027", "IOC")
    assert (line.note, line.more, table.sums) == ("x", (("Kinh phí", "60"),), ("Tổng cộng | 60",))
    english = "No.\tTask\tOwner\tDeadline\n1\tSweep\tIOC\t15/3/2027"
    assert lines_of(read_text(english))[0].time == "15/3/2027"


def test_sections_in_sections_and_one_without_a_row_keep_their_words() -> None:
    rows = [["TT", "Nội dung", "Chủ trì", "Thời gian"], ["I", "Tuyên truyền", "", ""], ["1", "Báo", "", ""]]
    rows += [["1.1", "Đăng tin", "IOC", "3/2026"], ["2", "Đài", "", ""], ["2.1", "Phát", "IOC", "4/2026"]]
    rows += [["II", "Kiểm tra", "", ""], ["III", "Hạ tầng", "", ""], ["1", "Lát hè", "IOC", "5/2026"]]
    found = [(each.group, each.task) for each in lines_of(read_docx(saved(word_file(rows))))]
    assert found == [
        ("I. Tuyên truyền / 1. Báo", "Đăng tin"),
        ("I. Tuyên truyền / 2. Đài", "Phát"),
        ("", "Kiểm tra"),
        ("III. Hạ tầng", "Lát hè"),
    ]


@pytest.mark.parametrize("separator", ["|", ";", ",", "    "])
def test_plain_tables_by_other_separators(separator: str) -> None:
    rows = (("STT", "Nội dung", "Chủ trì", "Thời gian"), ("1", "Dọn rác", "IOC", "3/2026"))
    text = "KẾ HOẠCH\nSạch, đẹp; xanh\n" + "\n".join(separator.join(row) for row in rows)
    (line,) = lines_of(read_text(text + "\n\nNơi nhận:\n- Như trên;"))
    assert (line.label, line.task, line.lead, line.time) == rows[1]


PDF = """KẾ HOẠCH
Sạch, đẹp
STT
Nội dung công việc
Đơn vị
chủ trì
Thời gian
Ghi chú
1
Dọn rác
IOC
15/6/2026
Có ảnh
2
Quét sân, 2 lần
IOC

Quý II/2026
3
Kiểm tra các tuyến
đường trung tâm
IOC
Tháng 7/2026
Gửi
Văn phòng
4
Tổng kết
IOC
Trước 15/9/2026
Báo cáo
Nơi nhận:
- Như trên;"""


def test_cells_of_a_pdf_a_line_each_are_kept_and_never_guessed() -> None:
    content = read_text(PDF)
    first, second, broken, last = lines_of(content)
    assert (first.task, first.lead, first.time, first.note) == ("Dọn rác", "IOC", "15/6/2026", "Có ảnh")
    assert (second.task, second.time, second.note) == ("Quét sân, 2 lần", "Quý II/2026", "")
    assert (broken.lead, broken.time) == ("", "Tháng 7/2026"), "which lines are the lead's nobody knows"
    assert broken.task == "Kiểm tra các tuyến\nđường trung tâm\nIOC" and broken.note == "Gửi\nVăn phòng"
    assert (last.lead, last.note) == ("IOC", "Báo cáo")
    kept = [*PDF.split("Nơi nhận")[0].split("\n")[8:]]
    said = "\n".join(f"{x.label}\n{x.task}\n{x.lead}\n{x.time}\n{x.note}" for x in lines_of(content))
    assert [each for each in kept if each] == [each for each in said.split("\n") if each]
    counted = "TT\nCông việc\nChủ trì\nSố lượng\nHạn\n1\nMua bao\nVP\n2\nTháng 5\n2\nMua chổi\nVP\n3\nTháng 6"
    assert [(x.task, x.lead, x.time) for x in lines_of(read_text(counted))] == [
        ("Mua bao", "VP", "Tháng 5"),
        ("Mua chổi", "VP", "Tháng 6"),
    ]
    with pytest.raises(FileRefused, match="prose"):
        task_tables(read_text("STT\nTôi\nđi\nchợ\n1\nhai\n2\nba"))


def test_who_helps_beneath_who_is_appointed_and_milestones_are_known() -> None:
    appointed = "STT\tViệc\tPhân công: chủ trì\tPhân công: phối hợp\tMốc xong\n1\tDọn\tIOC\tVP\t5/6/2026"
    (line,) = lines_of(read_text(appointed))
    week = read_html_page(
        "<table><tr><td>S<br>T<br>T<td>Ngày, tháng<td>Nội dung<td>Thành phần<td>Chủ trì</tr>"
        "<tr><td>1<td>05/6<td>Họp<td>Phòng Kinh tế<td>IOC</tr></table>"
    )
    (day,) = lines_of(week)
    assert (day.label, day.time, day.support, day.lead, day.more) == ("1", "05/6", "Phòng Kinh tế", "IOC", ())
    assert (line.lead, line.support, line.time, line.more) == ("IOC", "VP", "5/6/2026", ())


def test_several_tables_of_tasks_each_with_what_stands_above_it() -> None:
    document = word_file([list(HEADINGS), ["1", "Dọn rác", "IOC", "5/6/2026", ""]], ["1. Việc trong tháng"])
    document.add_paragraph("2. Việc trong năm")
    add_table(document, [["Người phụ trách", "Sản phẩm", "Nhiệm vụ"], ["IOC", "Báo cáo", "Tổng kết"]])
    document.add_paragraph("3. Kinh phí")
    add_table(document, [["Nội dung", "Đơn vị tính", "Thành tiền"], ["Băng rôn", "cái", "1.000.000"]])
    found = tables_of(read_docx(saved(document)))
    assert [(each.caption, len(each.lines)) for each in found] == [
        ("1. Việc trong tháng", 1),
        ("2. Việc trong năm", 1),
    ]
    assert (found[1].lines[0].lead, found[1].lines[0].note) == ("IOC", "Báo cáo")


def test_rows_a_line_of_excel_and_pages_of_browsers() -> None:
    pasted = (
        "STT\tCông việc\tChủ trì\tThời gian\tGhi chú\n"
        '1\tDọn rác\tIOC\t5/6/2026\t"hai\nlần"\nI. PHẦN HAI\n2\tQuét\nsân\tIOC\tQuý I\t\n\nNơi nhận:\n- X;'
    )
    first, second = lines_of(read_text(pasted))
    assert (first.note, second.task, second.group) == ("hai\nlần", "Quét\nsân", "I. PHẦN HAI")
    page = (
        "<table><tr><td rowspan=2>Nội dung</td><td colspan=2>Thực hiện</td></tr>"
        "<tr><td>Chủ trì</td><td>Phối hợp</td></tr>"
        "<tr><td colspan=3>A. Việc chung</td></tr>"
        "<tr><td>Quét\n đường<br>phố</td><td>IOC</td><td>&nbsp;</td></tr></table>"
    )
    (line,) = lines_of(read_html_page(page))
    assert (line.task, line.lead, line.support, line.group) == ("Quét đường\nphố", "IOC", "", "A. Việc chung")


@pytest.mark.parametrize("name", ["000", "001", "002", "004"])
def test_plans_in_prose_are_refused(name: str) -> None:
    with pytest.raises(FileRefused, match="prose"):
        task_tables(read_text(next(PLANS.glob(f"{name}_*.txt")).read_text(encoding="utf-8")))


def test_tables_that_are_none_of_tasks_and_too_many_rows() -> None:
    with pytest.raises(FileRefused, match="headings"):
        task_tables(read_docx((PLANS / "resolution_45_tables.docx").read_bytes()))
    rows = "\n".join(f"{number}\tViệc\tIOC\tQuý I\t" for number in range(501))
    with pytest.raises(FileRefused, match="rows") as refused:
        task_tables(read_text("\t".join(HEADINGS) + "\n" + rows))
    assert refused.value.facts == {"rows": 501, "most": 500}
