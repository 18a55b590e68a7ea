"""Partners by the page and by the API: added, refused, changed, paused, tried, removed; a key never shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.people.sessions import open_session
from service.models import Department, HandOver, Partner, Report, Staff
from service.models.ops.partner import HandOverState
from tests.pages.html import Page
from tests.support.site import Site

KEY = "khoa-cua-ben-do-123"
FORM = {
    "department": "hepco",
    "endpoint": "https://vidu.example/open311/v2",
    "service.litter": "rac",
    "service.street_light": " den",
    "status.0.word": "da_xong",
    "status.0.step": "done",
    "status.1.word": "",
    "status.1.step": "begun",
    "updates_by": "requests",
    "photos": "none",
    "contact": "name",
    "poll_minutes": "10",
}


def version(page: str) -> str:
    return page.split('name="version" value="')[1].split('"')[0]


def hand_over_one(site: Site) -> tuple[int, str]:
    """A hand-over whose outcome nobody knows: (department's id, code of its case)."""
    with unit_of_work(site.engine) as session:
        department = session.scalars(select(Department.id).where(Department.code == "hepco")).one()
        report, code = session.execute(select(Report.id, Report.code).limit(1)).one()
        handed = HandOver(
            report_id=report, department_id=department, turn=1, state=HandOverState.UNKNOWN, error="timeout"
        )
        handed.next_at = handed.created_at = datetime.now(UTC)
        session.add(handed)
        return department, code


def test_a_partner_is_kept_by_its_page(site: Site) -> None:
    site.enter("administrator")
    assert "Chưa có hệ thống nào" in site.look("/admin/partners").text
    home, new = "/admin/partners/hepco", "/admin/partners/new"
    wrong = {"department": "nobody", "endpoint": "ftp://x", "poll_minutes": "0", "contact": "some"}
    named = {"service.khong_co": "x", "status.0.step": "flown"}
    for field, value in {**wrong, **named, "status.1.word": "da_xong", "status.2.word": "y"}.items():
        refused = site.post(new, new, {**FORM, field: value})
        assert (refused.status_code, "field-error" in refused.text) == (422, True), field
    assert site.post(new, new, {**FORM, "endpoint": "/dev/elsewhere"}).status_code == 422
    assert site.post(new, new, FORM).status_code == 303
    assert site.post(new, new, FORM).status_code == 409

    department, code = hand_over_one(site)
    shown = site.look("/admin/partners").text
    assert "vidu.example" in shown and "chưa gọi lần nào" in shown and "đang tìm" in shown
    assert "đang tìm" in site.look(f"/case/{code}").text  # whoever works on the case sees it too
    editor = site.look(home).text
    shown_there = {each.get("name"): each.get("value") for each in Page(editor).all("input")}
    assert shown_there["service.street_light"] == "den" and shown_there["service.fallen_tree.branch"] == ""
    assert (shown_there["status.0.word"], shown_there["status.1.word"]) == ("da_xong", "")
    nothing_named = {"service.litter": "", "service.street_light": ""}
    changed = {**FORM, **nothing_named, "version": version(editor), "contact": "none"}
    assert site.post(home, home, changed).status_code == 303
    assert site.post(home, home, {**changed, "contact": "all"}).status_code == 409, "somebody changed it"

    assert site.post(home, f"{home}/key", {"secret": KEY}).status_code == 303
    assert site.post(home, f"{home}/key", {"secret": "x" * 501}).status_code == 422
    assert site.post(home, "/admin/partners/nobody/key", {"secret": "x"}).status_code == 404
    assert site.post(home, "/admin/partners/nobody/test", {}).status_code == 404
    away = site.post(home, f"{home}/test", {}).text
    assert "đang có một khóa" in away and KEY not in away
    assert "hỏng từ" in away and "Bên đó nhận" not in away
    twin = {"endpoint": f"{site.url}/dev/partner/open311/v2", "service.litter": "khong_co"}
    assert site.post(home, home, {**changed, **twin, "version": version(away)}).status_code == 303
    well = site.post(home, f"{home}/test", {}).text
    assert "Bên đó nhận" in well and "Chưa có ở bên đó: khong_co." in well
    assert "gọi được" in well and "hỏng từ" not in well

    assert site.post(home, f"{home}/act", {"act": "pause"}).status_code == 303
    assert "tạm dừng" in site.look("/admin/partners").text
    assert site.post(home, f"{home}/act", {"act": "remove"}).status_code == 303
    assert "Chưa có hệ thống nào" in site.look("/admin/partners").text
    with unit_of_work(site.engine) as session:
        assert session.get_one(Partner, department).secret is None
        handed = select(HandOver).where(HandOver.department_id == department)
        assert session.scalars(handed).one().state == HandOverState.ENDED
        session.delete(session.scalars(handed).one())
    audit = site.look("/admin/audit").text
    assert "Hệ thống khác" in audit and KEY not in audit


def test_a_partner_is_kept_by_the_api(site: Site) -> None:
    site.client.cookies.clear()
    with unit_of_work(site.engine) as session:
        who = session.scalars(select(Staff).where(Staff.username == "demo.administrator")).one()
        token = open_session(session, who, "bearer", at=datetime.now(UTC)).token
    bearer = {"Authorization": f"Bearer {token}"}

    def call(method: str, path: str = "", **options: Any) -> httpx.Response:
        return site.client.request(method, f"/api/v1/admin/partners{path}", headers=bearer, **options)

    body = {
        "department": "hepco",
        "endpoint": "https://vidu.example/open311/v2",
        "services": {"litter": "rac"},
    }
    assert call("POST", json={**body, "endpoint": "https://10.0.0.1/x"}).status_code == 422
    assert call("POST", json={**body, "unknown": 1}).status_code == 422
    made = call("POST", json=body)
    assert (made.status_code, made.json()["settings"]["contact"], made.json()["has_key"]) == (
        201,
        "none",
        False,
    )
    assert call("POST", json=body).status_code == 409
    assert call("PUT", "/hepco", json={**body, "poll_minutes": 7}).status_code == 409, "no version"
    stamp = {"version": made.json()["version"]}
    assert call("PUT", "/hepco", json={**body, **stamp, "department": "nobody"}).status_code == 422
    changed = call("PUT", "/hepco", json={**body, **stamp, "poll_minutes": 7})
    assert (changed.status_code, changed.json()["settings"]["poll_minutes"]) == (200, 7)
    assert call("PUT", "/hepco/key", json={"secret": KEY}).status_code == 204
    one = call("GET", "/hepco")
    assert one.json()["has_key"] and KEY not in one.text
    assert call("POST", "/hepco/pause").json()["settings"]["enabled"] is False
    assert call("POST", "/hepco/resume").json()["settings"]["enabled"] is True
    tried = call("POST", "/hepco/test").json()
    assert tried["services"] == 0 and tried["problem"]
    assert call("GET").json()["items"][0]["failing_since"]
    assert call("DELETE", "/hepco").status_code == 204
    for method, path in (
        ("GET", "/hepco"),
        ("DELETE", "/hepco"),
        ("POST", "/hepco/pause"),
        ("POST", "/hepco/test"),
    ):
        assert call(method, path).status_code == 404, path
    assert call("PUT", "/hepco", json={**body, **stamp}).status_code == 404
