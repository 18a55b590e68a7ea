"""The page of partners: none yet, one with a key that is never shown, what was handed over."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from sqlalchemy import select

from service.db import unit_of_work
from service.models import City, Department, HandOver, Partner, Report
from tests.support.site import Site

KEY = "khoa-cua-ben-do-123"


def test_a_partner_s_key_is_taken_and_never_shown(site: Site) -> None:
    site.enter("administrator")
    assert "Chưa có hệ thống nào" in site.look("/admin/partners").text
    with unit_of_work(site.engine) as session:
        city = session.get_one(City, 1)
        own = {"department": "hepco", "endpoint": "https://vidu.example/open311/v2"}
        city.config = {**city.config, "partners": [own]}
        city.revision += 1
        department = session.scalars(select(Department.id).where(Department.code == "hepco")).one()
        report, code = session.execute(select(Report.id, Report.code).limit(1)).one()
        handed = HandOver(
            report_id=report, department_id=department, turn=1, state="unknown", error="timeout"
        )
        handed.next_at = handed.created_at = datetime.now(UTC)
        session.add(handed)
    time.sleep(1.1)  # what the process keeps of the city is at most a second old
    shown = site.look("/admin/partners").text
    assert "vidu.example" in shown
    assert "chưa gọi lần nào" in shown
    assert "đang tìm" in shown
    assert "đang tìm" in site.look(f"/case/{code}").text  # whoever works on the case sees it too
    path = "/admin/partners/hepco/key"
    assert site.post("/admin/partners", path, {"secret": KEY}).status_code == 303
    shown = site.look("/admin/partners").text
    assert "đang có một khóa" in shown
    assert KEY not in shown
    assert site.post("/admin/partners", path, {"secret": "x" * 501}).status_code == 422
    assert site.post("/admin/partners", "/admin/partners/nobody/key", {"secret": "x"}).status_code == 404
    with unit_of_work(site.engine) as session:
        row = session.get_one(Partner, department)
        assert row.secret
        assert KEY not in row.secret
    assert site.post("/admin/partners", "/admin/partners/nobody/test", {}).status_code == 404
    away = site.post("/admin/partners", "/admin/partners/hepco/test", {}).text
    assert "hỏng từ" in away and "Bên đó nhận" not in away
    with unit_of_work(site.engine) as session:  # the demo's own partner answers
        city = session.get_one(City, 1)
        there = {"endpoint": f"{site.url}/dev/partner/open311/v2", "services": {"litter": "khong_co"}}
        city.config = {**city.config, "partners": [{**own, **there}]}
        city.revision += 1
    time.sleep(1.1)
    well = site.post("/admin/partners", "/admin/partners/hepco/test", {}).text
    assert "Bên đó nhận" in well and "Chưa có ở bên đó: khong_co." in well
    assert "gọi được" in well and "hỏng từ" not in well
    assert "Hệ thống khác" in site.look("/admin/audit").text
    assert KEY not in site.look("/admin/audit").text
    with unit_of_work(site.engine) as session:
        city = session.get_one(City, 1)
        city.config = {**city.config, "partners": []}
        city.revision += 1
