"""Two administrators at one entry see each other's text; the audit tells it in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import ColumnElement, select, update

from service.db import unit_of_work
from service.domain.city.config import CityConfig
from service.models import Base, City, Department, ReplyTemplate, Staff
from service.pages.admin.field_words import FIELD_WORDS, readable_value
from tests.support.site import Site

FORMS: dict[str, tuple[str, dict[str, object]]] = {
    "/admin/departments/hepco": (
        "short_name_vi",
        {"name_vi": "Công ty Môi trường", "short_name_vi": "HEPCO", "kind": "company", "active": "1"},
    ),
    "/admin/templates/received": (
        "name_vi",
        {"kind": "reply", "name_vi": "Đã nhận", "text_vi": "Đã nhận {code}.", "position": "1", "active": "1"},
    ),
    "/admin/people/demo.inspector": ("name", {"name": "Kiểm tra", "role": "inspector", "language": "vi"}),
}


ROWS: dict[str, tuple[type[Base], ColumnElement[bool]]] = {
    "/admin/departments/hepco": (Department, Department.code == "hepco"),
    "/admin/templates/received": (ReplyTemplate, ReplyTemplate.code == "received"),
    "/admin/people/demo.inspector": (Staff, Staff.username == "demo.inspector"),
}


@pytest.fixture(params=FORMS)
def path(request: pytest.FixtureRequest, site: Site) -> Iterator[str]:
    """The editor of an entry that others look at too: it is as it was afterwards."""
    table, entry = ROWS[request.param]
    with unit_of_work(site.engine) as session:
        kept = dict(session.execute(select(*table.__table__.columns).where(entry)).mappings().one())
    yield request.param
    columns = table.__table__.columns
    changed = {name: value for name, value in kept.items() if name != "id" and not columns[name].computed}
    with unit_of_work(site.engine) as session:
        session.execute(update(table).where(entry).values(changed))
        session.execute(update(City).values(revision=City.revision + 1))


def version(page: str) -> str:
    found = re.search(r'name="version" value="([^"]*)"', page)
    assert found
    return found[1]


def test_who_comes_second_is_shown_what_the_first_one_saved_and_may_save_again(site: Site, path: str) -> None:
    site.enter("administrator")
    field, form = FORMS[path]
    form = {**form, "version": version(site.look(path).text)}
    assert site.post(path, path, {**form, field: "Bản của người trước"}).status_code == 303
    second = site.post(path, path, {**form, field: "Bản của người sau"})
    assert second.status_code == 409
    assert "Hai bản khác nhau" in second.text
    assert "Bản của người trước" in second.text and 'value="Bản của người sau"' in second.text
    assert site.post(
        path, path, {**form, field: "Bản của người sau", "version": version(second.text)}
    ).is_redirect
    assert "Bản của người sau" in site.look(path).text
    told = site.look("/admin/audit").text
    assert "Bản của người trước" in told and "trước:" in told and "changed" not in told


def test_every_setting_of_the_city_has_a_name() -> None:
    unsaid = {
        "bbox",
        "centre",
        "attribution",
        "region",
        "streets",
        "holidays",
        "triage_department",
        "sign_in",
    }
    periods = {name for name in CityConfig.model_fields if name.endswith("_days")}
    assert set(CityConfig.model_fields) - unsaid - periods - set(FIELD_WORDS) == set()


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("active", True, "có"),
        ("role", "triage", "Điều phối viên"),
        ("name", {"vi": "Rác", "en": "Litter"}, "Rác"),
        ("working_hours", {"0": [["07:30", "11:30"]]}, "Hai: 07:30–11:30; Ba: nghỉ"),
        ("aliases", [["Đại Nội", "Hoàng Thành"]], "Đại Nội → Hoàng Thành"),
        ("accept", {"unit": "hours", "amount": 8}, "8"),
        ("questions", [{"label": {"vi": "Loại rác"}, "required": True}], "Câu hỏi: Loại rác, Bắt buộc: có"),
        ("phone", None, "–"),
        ("reason", "no_wards", "nhóm phường, xã được giao không còn"),
    ],
)
def test_values_are_told_without_braces(key: str, value: object, said: str) -> None:
    told = readable_value(key, value)
    assert said in told and not set("{}[]") & set(told)
