"""Lists that a manager hands on: the worst first where lateness is asked for, and readable on paper."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from sqlalchemy import select, update

from service.db import unit_of_work
from service.models import Report, Status
from tests.support.site import Site


def taken(site: Site, form: str, outcome: str) -> bytes:
    page = f"/downloads/new?list=manage&period=all&outcome={outcome}"
    asked = {"list": "manage", "period": "all", "outcome": outcome, "format": form}
    answer = site.post(page, "/downloads", asked)
    assert answer.status_code == 200
    return answer.content


@pytest.fixture
def two_overdue(site: Site) -> Iterator[None]:
    """Two open cases are overdue, whatever hour it is in the demo; afterwards they are as they were."""
    columns = (Report.status, Report.due_at, Report.resolved_at, Report.closed_at, Report.paused_at)
    query = select(Report.id, *columns).where(Report.lead_id.is_not(None)).order_by(Report.id).limit(2)
    with unit_of_work(site.engine) as session:
        before = session.execute(query).mappings().all()
        for days, row in enumerate(before, 3):
            late = datetime.now(UTC) - timedelta(days=days)
            open_since: dict[str, object] = {"status": Status.ASSIGNED, "due_at": late}
            ended = dict.fromkeys(("resolved_at", "closed_at", "paused_at"))
            session.execute(update(Report).where(Report.id == row["id"]).values({**open_since, **ended}))
    yield
    with unit_of_work(site.engine) as session:
        for row in before:
            session.execute(update(Report).where(Report.id == row["id"]).values(dict(row)))


@pytest.mark.parametrize("outcome", ["late", "overdue"])
@pytest.mark.usefixtures("two_overdue")
def test_a_list_of_what_is_late_begins_with_the_worst(site: Site, outcome: str) -> None:
    site.enter("triage")
    lines = list(csv.reader(io.StringIO(taken(site, "csv", outcome).decode("utf-8-sig")), delimiter=";"))
    top = next(at for at, line in enumerate(lines) if len(line) > 1)
    place = lines[top].index("Trễ (ngày)")
    late = [float(line[place].replace(",", ".")) for line in lines[top + 1 :]]
    assert len(late) >= 2 and late == sorted(late, reverse=True)


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
