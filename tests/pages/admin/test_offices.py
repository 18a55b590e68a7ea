"""Head and foot of a unit's documents: recipients are rows, not lines of a language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select

from service.db import unit_of_work
from service.models import Department, UnitOffice
from tests.pages.admin.test_settings import filled
from tests.support.site import Site

PATH = "/admin/departments/hepco/office"


@pytest.fixture(autouse=True)
def nothing_entered(site: Site) -> Iterator[None]:
    site.enter("administrator")
    yield
    with unit_of_work(site.engine) as session:
        session.execute(delete(UnitOffice).where(UnitOffice.department_id == unit(site)))


def unit(site: Site) -> int:
    with unit_of_work(site.engine) as session:
        return session.scalars(select(Department.id).where(Department.code == "hepco")).one()


def test_recipients_are_rows_and_empty_ones_are_left_out(site: Site) -> None:
    rows = {"0.name": "UBND thành phố", "0.purpose": "để báo cáo", "2.name": "Như trên | lưu"}
    form = {**filled(site.look(PATH).text), **{f"recipients.{key}": text for key, text in rows.items()}}
    assert site.post(PATH, PATH, form).status_code == 303
    with unit_of_work(site.engine) as session:
        assert session.get_one(UnitOffice, unit(site)).recipients == [
            {"name": "UBND thành phố", "purpose": "để báo cáo"},
            {"name": "Như trên | lưu", "purpose": ""},
        ]
    drawn = filled(site.look(PATH).text)
    assert (drawn["recipients.0.purpose"], drawn["recipients.1.name"]) == ("để báo cáo", "Như trên | lưu")
    assert drawn["recipients.rows"] == "5" and drawn["recipients.4.name"] == ""


def test_a_purpose_without_a_name_is_told_at_its_row(site: Site) -> None:
    form = {**filled(site.look(PATH).text), "recipients.1.purpose": "để biết"}
    refused = site.post(PATH, PATH, form)
    assert refused.status_code == 422
    assert 'id="recipients.0.name-error"' in refused.text and 'value="để biết"' in refused.text
