"""Whose cable is it, over HTTP: asked, answered, each company seeing its own question."""

from __future__ import annotations

from tests.api.desk import Desk
from tests.api.test_cables import as_page


def test_companies_are_asked_and_one_takes_the_case(desk: Desk) -> None:
    report = desk.report("assigned", category="hanging_cable", description="Dây võng, gọi 0905123456")
    desk.photo(report, "report")
    path = f"/reports/{report.code}/claims"
    assert desk.call("GET", path).status_code == 401
    assert desk.call("GET", path, desk.as_staff("executor")).status_code == 404
    asked = desk.call("POST", path, desk.as_staff("department"))
    assert asked.status_code == 201, asked.text
    assert [each["state"] for each in asked.json()["claims"]] == ["open", "open"]
    same = desk.call("POST", path, desk.as_staff("department"), {})
    assert [each["id"] for each in same.json()["claims"]] == [each["id"] for each in asked.json()["claims"]]
    [own] = desk.call("GET", path, desk.as_staff("executor")).json()["claims"]
    assert (own["company"]["code"], "0905123456" in own["description"], len(own["photos"])) == (
        "telecom",
        False,
        1,
    )
    page = desk.client.get("/claims", headers=desk.cookie("executor")).text
    assert report.code in page
    assert "&lt;time" not in page
    assert "0905123456" not in page
    [other] = [each for each in asked.json()["claims"] if each["id"] != own["id"]]
    url = f"/claims/{other['id']}/answer"
    assert desk.call("POST", url, desk.as_staff("executor"), {"answer": "mine"}).status_code == 404
    url = f"/claims/{own['id']}/answer"
    assert desk.call("POST", url, desk.as_staff("executor"), {"answer": "none"}).status_code == 422
    said = {"answer": "mine", "words": "Đội 3 đến chiều nay"}
    answered = desk.call("POST", url, desk.as_staff("executor"), said)
    assert (answered.status_code, answered.json()["executor"]) == (200, True), answered.text
    case = desk.client.get(f"/case/{report.code}", headers=desk.cookie("department")).text
    assert "Đội 3 đến chiều nay" in case
    assert "&lt;time" not in case
    for headers in (desk.as_staff("other_executor"), {}):
        told = desk.call("GET", f"/reports/{report.code}", headers).text
        events = desk.call("GET", f"/reports/{report.code}/events", headers).text
        assert "Đội 3" not in told + events
        assert "claim." not in events
    closed = desk.call("GET", "/claims", desk.as_staff("other_executor")).json()["claims"]
    assert [each["state"] for each in closed if each["report"] == report.code] == ["closed"]


def test_the_pages_ask_and_answer_and_two_are_chosen_between(desk: Desk) -> None:
    report = desk.report("assigned", category="hanging_cable")
    lead, url = as_page(desk, "department"), f"/case/{report.code}"
    assert '/claims"' in desk.client.get(url, headers=lead).text
    desk.client.cookies.clear()
    asked = desk.client.post(f"{url}/claims", headers=lead, data={"version": "1"})
    assert asked.status_code in (200, 303)
    claims = desk.call("GET", f"/reports/{report.code}/claims", desk.as_staff("department")).json()["claims"]
    for name, company in (("executor", "telecom"), ("other_executor", "sanitation")):
        [own] = [each["id"] for each in claims if each["company"]["code"] == company]
        desk.client.cookies.clear()
        data = {"answer": "mine", "words": f"Của {name}"}
        sent = desk.client.post(f"/claims/{own}", headers=as_page(desk, name), data=data)
        assert sent.status_code in (200, 303)
        wrong = desk.client.post(f"/claims/{own}", headers=as_page(desk, name), data={"answer": "not_mine"})
        assert wrong.status_code == 409
    desk.client.cookies.clear()
    page = desk.client.get(url, headers=lead).text
    assert "2 đơn vị cùng nhận cáp này" in page
    assert 'name="executor" value="sanitation"' in page
    version = desk.read(report).version
    choice = {"version": str(version), "executor": "sanitation"}
    desk.client.post(f"{url}/parts", headers=lead, data=choice)
    assert desk.read(report).executor_id == desk.reference.department_by_code["sanitation"].id
