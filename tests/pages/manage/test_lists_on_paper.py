"""Lists that a manager hands on: the worst first where lateness is asked for, and readable on paper."""

from __future__ import annotations

import csv
import io
import textwrap

import openpyxl
import pytest

from tests.support.site import Site


def taken(site: Site, form: str, outcome: str) -> bytes:
    page = f"/downloads/new?list=manage&period=all&outcome={outcome}"
    asked = {"list": "manage", "period": "all", "outcome": outcome, "format": form}
    answer = site.post(page, "/downloads", asked)
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize(("outcome", "fewest"), [("late", 2), ("overdue", 1)])
def test_a_list_of_what_is_late_begins_with_the_worst(site: Site, outcome: str, fewest: int) -> None:
    site.enter("triage")
    lines = list(csv.reader(io.StringIO(taken(site, "csv", outcome).decode("utf-8-sig")), delimiter=";"))
    top = next(at for at, line in enumerate(lines) if len(line) > 1)
    place = lines[top].index("Trễ (ngày)")
    late = [float(line[place].replace(",", ".")) for line in lines[top + 1 :]]
    assert len(late) >= fewest and late == sorted(late, reverse=True)


def test_rows_are_as_high_as_their_words_and_many_columns_stand_on_a3(site: Site) -> None:
    site.enter("triage")
    sheet = openpyxl.load_workbook(io.BytesIO(taken(site, "xlsx", "late"))).active
    assert sheet is not None and sheet.page_setup.paperSize == 8
    rows = list(sheet.iter_rows())
    top = next(at for at, row in enumerate(rows) if row[1].value)
    for row in rows[top:]:
        lines = [
            len(textwrap.wrap(str(cell.value), int(sheet.column_dimensions[cell.column_letter].width)))
            for cell in row
            if isinstance(cell.value, str)
        ]
        height = sheet.row_dimensions[row[0].row].height or 15
        assert height >= 15 * max(lines), row[0].value
